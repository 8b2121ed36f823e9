//! What every page has around its content: navigation, the way from the home page, the footer.

use super::model::{Block, Link, Page, PageKind, Part, Rich, Span, Target};
use super::once::Frame;
use super::publication::{PageId, Publication, Section};
use super::voice::{Voice, link, text, to_page};
use crate::time::Day;

/// An empty page of a kind, with everything around its content.
pub(super) fn frame(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    kind: PageKind,
    title: String,
    section: Option<&Section>,
) -> Page {
    let common = publication.once.frame(&id.lang, || Frame {
        nav: navigation(publication, voice).into(),
        notice: common_notice(publication, voice).into(),
        foot: foot(publication, voice, None).into(),
    });
    let nav_current = current(&common.nav, &id.key);
    let notice = section.map_or(&*common.notice, |section| voice.of(&section.dataset.notice));
    Page {
        key: id.key.clone(),
        lang: id.lang.clone(),
        languages: languages(publication, id, kind),
        kind,
        title,
        kicker: String::new(),
        description: String::new(),
        crumbs: Vec::new(),
        nav: common.nav,
        nav_current,
        notice: notice.to_owned(),
        lead: None,
        figures: Vec::new(),
        parts: Vec::new(),
        foot: match section {
            Some(_) => foot(publication, voice, section).into(),
            None => common.foot,
        },
        cited: Vec::new(),
        cited_together: Vec::new(),
    }
}

/// An empty page about a whole data set, titled and described by `<name>.title` and `<name>.description` of the words.
pub(super) fn of_section(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    kind: PageKind,
    section: &Section,
    name: &str,
) -> Page {
    let title = voice.word(&format!("{name}.title"));
    let data_title = voice.of(&section.dataset.title);
    let mut page = frame(publication, voice, id, kind, title, Some(section));
    page.kicker = data_title.to_owned();
    page.crumbs = crumbs(publication, voice, section);
    page.description = voice.say(&format!("{name}.description"), &[("title", data_title)]);
    page
}

/// The way to a page of a data set, without the page itself.
pub(super) fn crumbs(publication: &Publication, voice: &Voice<'_>, section: &Section) -> Vec<Link> {
    let mut crumbs = home_crumb(voice);
    if publication.sections.len() > 1 {
        crumbs.push(to_page(voice.of(&section.dataset.title), section.key()));
    }
    crumbs
}

/// The lead of a home page that joins several data sets.
pub(super) fn common_lead(voice: &Voice<'_>, sections: usize) -> Rich {
    let sections = u64::try_from(sections).unwrap_or(u64::MAX);
    voice.count("home.lead", sections).into()
}

pub(super) fn home_crumb(voice: &Voice<'_>) -> Vec<Link> {
    vec![to_page(voice.word("nav.home"), "")]
}

/// A part with a heading at the left, a note below it and content at the right.
pub(super) fn part(id: &str, heading: String, note: impl Into<Rich>, blocks: Vec<Block>) -> Part {
    Part {
        id: id.to_owned(),
        heading,
        note: note.into(),
        full: false,
        blocks,
    }
}

/// A part of full width.
pub(super) fn wide(id: &str, heading: String, note: impl Into<Rich>, blocks: Vec<Block>) -> Part {
    Part {
        full: true,
        ..part(id, heading, note, blocks)
    }
}

/// The office's own text for a page that the program makes: a document with the same key.
pub(super) fn own_text(publication: &Publication, voice: &Voice<'_>, key: &str) -> Option<Part> {
    let document = publication.documents.get(voice.lang, key)?;
    Some(part(
        "own-text",
        document.title.clone(),
        "",
        vec![Block::Prose(super::prose::page_nodes(
            publication,
            voice,
            document,
        ))],
    ))
}

/// Where one objects to what was answered, or not answered: the office's page `complain.md`, where it has one.
pub(super) fn objection(publication: &Publication, voice: &Voice<'_>) -> Option<Part> {
    let document = publication.documents.get(voice.lang, "complain/")?;
    let to = to_page(document.title.as_str(), document.key.as_str());
    Some(part(
        "object",
        voice.word("objection.heading"),
        "",
        vec![Block::Paragraph(
            voice.rich("objection.words", &[("page", Span::Link(to))]),
        )],
    ))
}

fn languages(publication: &Publication, id: &PageId, kind: PageKind) -> Vec<crate::text::Lang> {
    let all = publication.site.languages.iter();
    match kind {
        PageKind::NotFound => vec![id.lang.clone()],
        PageKind::Content => all
            .filter(|lang| {
                let documents = &publication.documents;
                let folder = id.key.strip_suffix('/');
                folder.is_some_and(|folder| documents.folders(lang).contains(folder))
                    || documents.get(lang, &id.key).is_some()
            })
            .cloned()
            .collect(),
        _ => all.cloned().collect(),
    }
}

/// Overview, the data sets (of one data set: its divisions), the office's own sections, and how the figures are made.
fn navigation(publication: &Publication, voice: &Voice<'_>) -> Vec<Link> {
    let mut nav = home_crumb(voice);
    if let [section] = publication.sections.as_slice() {
        nav.push(to_page(
            voice.word("nav.periods"),
            format!("{}periods/", section.key()),
        ));
        nav.push(to_page(voice.word("nav.compare"), section.compare_key()));
        for (dimension, about) in section.dataset.scheme.dimensions.iter().enumerate() {
            if about.pages {
                nav.push(to_page(
                    voice.dimension(section, dimension),
                    section.members_key(dimension),
                ));
            }
        }
    } else {
        for section in publication.latest_first() {
            nav.push(to_page(voice.of(&section.dataset.title), section.key()));
        }
    }
    let documents = &publication.documents;
    let mut folders: Vec<Link> = documents
        .folders(voice.lang)
        .iter()
        .map(|folder| to_page(voice.folder(folder), format!("{folder}/")))
        .collect();
    // A folder that has a page of its own is listed by that page's title.
    for document in documents.indexes(voice.lang) {
        folders.push(to_page(document.title.as_str(), document.key.as_str()));
    }
    folders.sort_by(|a, b| a.to.cmp(&b.to));
    nav.extend(folders);
    if super::promises::has_any(publication) {
        nav.push(to_page(voice.word("nav.promises"), "promises/"));
    }
    nav.push(to_page(voice.word("nav.intake"), "intake/"));
    nav.push(to_page(voice.word("nav.methods"), "methods/"));
    nav.push(to_page(voice.word("nav.data"), "data/"));
    nav
}

/// The office's pages that lie in no folder: about, contact, privacy. They stand in the footer.
fn single_pages(publication: &Publication, voice: &Voice<'_>) -> Vec<Link> {
    publication
        .documents
        .single(voice.lang)
        .map(|document| to_page(document.title.as_str(), document.key.as_str()))
        .collect()
}

/// The entry whose page this is, or the longest one this page lies below.
fn current(nav: &[Link], key: &str) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (index, entry) in nav.iter().enumerate() {
        let Target::Page(of, _) = &entry.to else {
            continue;
        };
        let is_inside = if of.is_empty() {
            key.is_empty()
        } else {
            key.starts_with(of.as_str())
        };
        if is_inside && best.is_none_or(|(_, length)| of.len() > length) {
            best = Some((index, of.len()));
        }
    }
    best.map(|(index, _)| index)
}

/// The caution of the data sets, where all of them have the same.
fn common_notice(publication: &Publication, voice: &Voice<'_>) -> String {
    let mut notices: Vec<&str> = publication
        .sections
        .iter()
        .map(|section| voice.of(&section.dataset.notice))
        .collect();
    notices.dedup();
    match notices.as_slice() {
        [one] => (*one).to_owned(),
        _ => String::new(),
    }
}

fn foot(
    publication: &Publication,
    voice: &Voice<'_>,
    section: Option<&Section>,
) -> Vec<(String, Vec<Rich>)> {
    let sections: Vec<&Section> =
        section.map_or_else(|| publication.latest_first(), |one| vec![one]);
    let mut foot = Vec::new();
    let mut days: Vec<Day> = sections.iter().map(|section| section.as_of).collect();
    days.sort_unstable();
    if let (Some(&first), Some(&last)) = (days.first(), days.last()) {
        let mut lines = Vec::new();
        let [from, to] = [first, last].map(|day| voice.format.date(day));
        let heading = if first == last {
            voice.say("foot.as_of", &[("day", &from)])
        } else {
            for section in &sections {
                lines.push(
                    voice
                        .say(
                            "foot.as_of_each",
                            &[
                                ("title", voice.of(&section.dataset.title)),
                                ("day", &voice.format.date(section.as_of)),
                            ],
                        )
                        .into(),
                );
            }
            voice.say("foot.as_of_several", &[("first", &from), ("last", &to)])
        };
        lines.push(voice.word("foot.provisional").into());
        foot.push((heading, lines));
    }
    let mut sources: Vec<Rich> = Vec::new();
    for section in &sections {
        let source = voice.of(&section.dataset.source);
        let licence = voice.of(&section.dataset.licence);
        if source.is_empty() && licence.is_empty() {
            continue;
        }
        let mut words = Vec::new();
        if !source.is_empty() {
            words.push(source.to_owned());
        }
        if !licence.is_empty() {
            words.push(voice.say("foot.licence", &[("licence", licence)]));
        }
        let line = voice.clauses(&words);
        let line = if sections.len() > 1 {
            voice.say(
                "foot.source_of",
                &[
                    ("title", voice.of(&section.dataset.title)),
                    ("source", &line),
                ],
            )
        } else {
            line
        };
        let line: Rich = voice.say("foot.sentence", &[("text", &line)]).into();
        if !sources.contains(&line) {
            sources.push(line);
        }
    }
    sources.push(Rich(vec![
        text(voice.word("foot.each_figure")),
        Span::Link(to_page(voice.word("nav.methods"), "methods/")),
        text(" · "),
        Span::Link(to_page(voice.word("a_to_z.title"), super::a_to_z::KEY)),
        text(" · "),
        Span::Link(link(
            "figures.csv",
            Target::File("data/figures.csv".to_owned()),
        )),
        text(" · "),
        Span::Link(to_page(voice.word("nav.revisions"), "revisions/")),
    ]));
    foot.push((voice.word("foot.sources"), sources));
    let mut back = vec![voice.word("foot.wrong_words").into()];
    let mut pages = Rich::default();
    for page in single_pages(publication, voice) {
        if !pages.0.is_empty() {
            pages.0.push(text(" · "));
        }
        pages.0.push(Span::Link(page));
    }
    if !pages.0.is_empty() {
        back.push(pages);
    }
    foot.push((voice.word("foot.wrong"), back));
    foot
}
