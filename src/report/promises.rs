//! What was promised, and whether it was kept: every clock with the article that promises it and its measured share.

use super::chrome::{frame, home_crumb, objection, part, wide};
use super::key_figures::definition_link;
use super::model::{Block, Page, PageKind, Part, Promise, Rich, Row, Table, Target};
use super::node::Node;
use super::publication::{PageId, Publication, Section};
use super::table::{Marks, Style, figure_cell, linked_cell, numbers, row, words};
use super::voice::{Voice, link, linked, strong, text, to_page};
use crate::content::Document;
use crate::diag::{Diagnostic, nearest};
use crate::indicators::{Amount, Scope, Verdict, verdict};
use crate::text::NONE;
use crate::time::PeriodKind;

/// Whether a data set promises anything: a clock with a deadline or with an article, or an article that nothing measures.
pub(super) fn has_any(publication: &Publication) -> bool {
    publication
        .sections
        .iter()
        .any(|section| !promised(section).is_empty())
        || publication.documents.has_promises()
}

/// The clocks of a data set that promise something.
fn promised(section: &Section) -> Vec<usize> {
    (0..section.dataset.scheme.clocks.len())
        .filter(|&clock| {
            section.dataset.scheme.clocks[clock].has_deadline()
                || section.dataset.clock_texts[clock].policy.is_some()
        })
        .collect()
}

/// The key and the fragment of an article: `policy/time-limits#article-4`.
fn address(policy: &str) -> (String, &str) {
    let (page, fragment) = policy.split_once('#').unwrap_or((policy, ""));
    let page = page.trim_matches('/').trim_end_matches(".md");
    (format!("{page}/"), fragment)
}

fn document<'a>(
    publication: &'a Publication,
    lang: &crate::text::Lang,
    key: &str,
) -> Option<&'a Document> {
    publication.documents.get(lang, key)
}

/// The article that a clock names, as a link with its heading.
fn article(publication: &Publication, voice: &Voice<'_>, policy: &str) -> Rich {
    let (key, fragment) = address(policy);
    let Some(document) = document(publication, voice.lang, &key) else {
        return Rich::default();
    };
    article_link(document, fragment)
}

fn article_link(document: &Document, fragment: &str) -> Rich {
    let heading = document
        .headings
        .iter()
        .find(|heading| heading.id == fragment);
    let name = heading.map_or(document.title.as_str(), |heading| heading.text.as_str());
    let fragment = heading.map(|heading| heading.id.clone());
    linked(link(name, Target::Page(document.key.clone(), fragment)))
}

/// Tells every article that is named and not there: by clocks at their line of the configuration.
#[must_use]
pub fn broken(publication: &Publication) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let documents = &publication.documents;
    for text in publication
        .sections
        .iter()
        .flat_map(|section| &section.dataset.clock_texts)
    {
        let Some(policy) = &text.policy else { continue };
        let (key, fragment) = address(policy);
        let pages: Vec<&Document> = documents.iter().filter(|each| each.key == key).collect();
        if pages.is_empty() {
            let keys: Vec<&str> = documents
                .iter()
                .map(|d| d.key.trim_end_matches('/'))
                .collect();
            let mut error = Diagnostic::error(
                "broken-promise-link",
                format!("policy names \"{policy}\", but there is no such page"),
            )
            .at(text.policy_place.clone());
            error = match nearest(key.trim_end_matches('/'), keys) {
                Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                None => error.hint(format!(
                    "write content/<language>/{}.md, or delete the line",
                    key.trim_end_matches('/')
                )),
            };
            told.push(error);
        }
        for page in pages {
            if fragment.is_empty() || page.headings.iter().any(|heading| heading.id == fragment) {
                continue;
            }
            let mut error = Diagnostic::error(
                "broken-promise-link",
                format!(
                    "policy names \"{policy}\", but {} has no heading with the id \"{fragment}\"",
                    page.path
                ),
            )
            .at(text.policy_place.clone());
            let ids = page.headings.iter().map(|heading| heading.id.as_str());
            error = match nearest(fragment, ids) {
                Some(near) => error.hint(format!("did you mean \"#{near}\"?")),
                None => error.hint(format!(
                    "give the article's heading its id: {{#{fragment}}}"
                )),
            };
            told.push(error);
        }
    }
    told
}

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let title = voice.word("promises.title");
    let mut page = frame(publication, voice, id, PageKind::Promises, title, None);
    page.crumbs = home_crumb(voice);
    page.description = voice.word("promises.description");
    page.lead = Some(voice.word("promises.lead").into());
    for section in publication.latest_first() {
        let clocks = promised(section);
        if clocks.is_empty() {
            continue;
        }
        let list = clocks
            .iter()
            .map(|&clock| promise(publication, voice, section, clock, true))
            .collect();
        let period = section.current_year().map(|period| voice.period(&period));
        let when = period.map_or_else(Rich::default, |period| {
            Rich(vec![strong(period), text(voice.word("compare.stop"))])
        });
        let caution = voice.of(&section.dataset.notice);
        let caution = if page.notice.is_empty() { caution } else { "" };
        let note = voice.sentences([when, caution.into()]);
        page.parts.push(part(
            &section.dataset.id,
            voice.of(&section.dataset.title).to_owned(),
            note,
            vec![Block::Promises(list)],
        ));
        page.parts.extend(over_time(voice, section, &clocks));
    }
    page.parts.extend(not_measured(publication, voice));
    page.parts.extend(objection(publication, voice));
    page
}

/// A promise with its measured share of the latest whole year. Beside the article itself the article is not named.
fn promise(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    clock: usize,
    is_named: bool,
) -> Promise {
    let about = &section.dataset.scheme.clocks[clock];
    let words = &section.dataset.clock_texts[clock];
    let indicator = format!("on_time_rate:{}", about.id);
    let sheet = section
        .current_year()
        .and_then(|period| section.sheet(&Scope::Overall, &period));
    let figure = sheet.and_then(|sheet| sheet.figure(&indicator));
    let mut name = definition_link(voice, section, &indicator);
    name.text = match words.level {
        Some(level) => voice.say(
            "promises.name_level",
            &[
                ("name", &voice.on_time_name(about)),
                ("clock", &voice.clock_name(section, clock)),
                ("level", &level_words(voice, level)),
            ],
        ),
        None => voice.say(
            "promises.name",
            &[
                ("name", &voice.on_time_name(about)),
                ("clock", &voice.clock_name(section, clock)),
            ],
        ),
    };
    let article = words
        .policy
        .as_deref()
        .filter(|_| is_named)
        .map_or_else(Rich::default, |policy| article(publication, voice, policy));
    if !about.has_deadline() {
        return Promise {
            article,
            name: voice.clock_name(section, clock).into(),
            value: String::new(),
            mark: None,
            base: Rich::default(),
            verdict: voice.word("promises.not_measured"),
            reason: voice.word("promises.no_deadline").into(),
        };
    }
    let judged = verdict(figure, words.level);
    let value = figure.map_or_else(|| NONE.to_owned(), |figure| voice.value(figure));
    if let (Some(sheet), Some(figure)) = (sheet, figure) {
        voice.cite(section, sheet, figure, &value);
    }
    Promise {
        article,
        name: linked(name),
        value,
        mark: figure.and_then(|figure| voice.mark(figure)),
        base: figure
            .map_or_else(
                || voice.word("promises.no_figure"),
                |figure| voice.base(figure),
            )
            .into(),
        verdict: voice.word(&format!("promises.verdict.{}", judged.id())),
        reason: reason(
            voice,
            judged,
            figure.is_some_and(|f| matches!(f.amount, Amount::Rate(..))),
            words.level,
        )
        .into(),
    }
}

fn reason(voice: &Voice<'_>, judged: Verdict, is_measured: bool, level: Option<u64>) -> String {
    let key = match judged {
        Verdict::CannotTell if !is_measured => return String::new(),
        judged => format!("promises.reason.{}", judged.id()),
    };
    let level = level.map_or_else(String::new, |level| level_words(voice, level));
    voice.say(&key, &[("level", &level)])
}

/// A level in parts per million as it was promised: `90%`, `99.5%`.
fn level_words(voice: &Voice<'_>, level: u64) -> String {
    if level.is_multiple_of(10_000) {
        format!("{}%", voice.format.number(level / 10_000))
    } else {
        voice.format.rate(level, 1_000_000)
    }
}

/// The measured shares of each year, newest first.
fn over_time(voice: &Voice<'_>, section: &Section, clocks: &[usize]) -> Option<Part> {
    let clocks: Vec<usize> = clocks
        .iter()
        .copied()
        .filter(|&clock| section.dataset.scheme.clocks[clock].has_deadline())
        .collect();
    let years = section.periods(PeriodKind::Year);
    if clocks.is_empty() || years.is_empty() {
        return None;
    }
    let mut marks = Marks::default();
    let current = section.current_year();
    let rows: Vec<Row> = years
        .iter()
        .rev()
        .map(|period| {
            let cells = clocks
                .iter()
                .map(|&clock| {
                    let id = &section.dataset.scheme.clocks[clock].id;
                    let indicator = format!("on_time_rate:{id}");
                    let sheet = section.sheet(&Scope::Overall, period);
                    figure_cell(
                        voice,
                        &mut marks,
                        (section, sheet),
                        &indicator,
                        Style::Plain,
                    )
                })
                .collect();
            let head = to_page(
                voice.format.short_period(period),
                section.period_key(period),
            );
            let mut made = row(linked_cell(head), cells);
            made.is_current = Some(*period) == current;
            made
        })
        .collect();
    let columns = std::iter::once(words(voice.word("table.period")))
        .chain(
            clocks
                .iter()
                .map(|&clock| numbers(voice.clock_name(section, clock))),
        )
        .collect();
    let table = Table {
        caption: voice.word("promises.over_time"),
        about: voice.word("promises.over_time_about"),
        columns,
        rows,
        legend: marks.legend(voice),
    };
    Some(wide(
        &format!("{}-years", section.dataset.id),
        voice.say(
            "promises.years_of",
            &[("title", voice.of(&section.dataset.title))],
        ),
        "",
        vec![Block::Table(table)],
    ))
}

/// Articles that promise something which nothing measures.
fn not_measured(publication: &Publication, voice: &Voice<'_>) -> Option<Part> {
    let list: Vec<Promise> = publication
        .documents
        .iter()
        .filter(|document| document.lang == *voice.lang)
        .flat_map(|document| {
            document.promises.iter().map(|fragment| Promise {
                article: article_link(document, fragment),
                name: document.title.as_str().into(),
                value: String::new(),
                mark: None,
                base: Rich::default(),
                verdict: voice.word("promises.not_measured"),
                reason: voice.word("promises.no_clock").into(),
            })
        })
        .collect();
    (!list.is_empty()).then(|| {
        part(
            "not-measured",
            voice.word("promises.silence"),
            voice.word("promises.silence_note"),
            vec![Block::Promises(list)],
        )
    })
}

/// A document's text cut at the articles that clocks name, each with what was measured.
pub(super) fn with_measures(
    publication: &Publication,
    voice: &Voice<'_>,
    document: &Document,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut run: Vec<Node> = Vec::new();
    let mut rest = super::prose::page_nodes(publication, voice, document)
        .into_iter()
        .peekable();
    while let Some(node) = rest.next() {
        let Node::Heading(id, level, _) = &node else {
            run.push(node);
            continue;
        };
        let (id, level) = (id.clone(), *level);
        let beside = measured(publication, voice, document, &id);
        if beside.is_empty() {
            run.push(node);
            continue;
        }
        if !run.is_empty() {
            blocks.push(Block::Prose(std::mem::take(&mut run)));
        }
        let mut article = vec![node];
        // An article inside one that is cut out stays with it; footnotes stand at the end of the text.
        while let Some(next) = rest.next_if(|next| !ends_article(next, level)) {
            article.push(next);
        }
        blocks.push(Block::Article(article, beside));
    }
    if !run.is_empty() {
        blocks.push(Block::Prose(run));
    }
    blocks
}

fn ends_article(node: &Node, level: u8) -> bool {
    match node {
        Node::Heading(_, next, _) => *next <= level,
        Node::Note(..) => true,
        _ => false,
    }
}

/// What was measured of the promises that an article makes.
fn measured(
    publication: &Publication,
    voice: &Voice<'_>,
    document: &Document,
    article: &str,
) -> Vec<Promise> {
    publication
        .sections
        .iter()
        .flat_map(|section| {
            promised(section)
                .into_iter()
                .map(move |clock| (section, clock))
        })
        .filter(|(section, clock)| {
            let policy = section.dataset.clock_texts[*clock].policy.as_deref();
            policy.is_some_and(|policy| {
                let (key, fragment) = address(policy);
                key == document.key && fragment == article
            })
        })
        .map(|(section, clock)| promise(publication, voice, section, clock, false))
        .collect()
}

/// The short list of promises on the home page.
pub(super) fn home_part(publication: &Publication, voice: &Voice<'_>) -> Option<Part> {
    let list: Vec<Promise> = publication
        .latest_first()
        .into_iter()
        .flat_map(|section| {
            promised(section)
                .into_iter()
                .map(move |clock| promise(publication, voice, section, clock, true))
        })
        .filter(|promise| !promise.article.0.is_empty())
        .collect();
    (!list.is_empty()).then(|| {
        part(
            "promises",
            voice.word("promises.heading"),
            voice.word("promises.note"),
            vec![
                Block::Promises(list),
                Block::Links(vec![to_page(voice.word("promises.all"), "promises/")]),
            ],
        )
    })
}
