//! Lists of published cases, and the latest ones on other pages.

use super::case;
use super::chrome::{crumbs, frame, part};
use super::model::{Answer, Block, Link, Page, PageKind, Part, Target};
use super::publication::{CaseList, PageId, Publication, Section};
use super::voice::{Voice, link, to_page};
use crate::config::Site;
use crate::content::Document;
use crate::diag::{Diagnostic, nearest};
use crate::summaries::Summary;
use crate::text::{Localised, Words};
use crate::time::{Period, PeriodKind};

/// Cases on one page of a list.
const ON_A_PAGE: usize = 50;

/// Cases among the latest on other pages.
const LATEST: usize = 4;

/// A list of published cases as a feed tells it.
#[derive(Debug)]
pub struct CaseFeed<'a> {
    /// The key of the list's first page; the feed lies beside it.
    pub key: String,
    /// What the list is called.
    pub title: Localised,
    /// The newest cases of the list, with the keys of their pages.
    pub cases: Vec<(String, &'a Summary)>,
}

/// The feeds of a data set's published cases, one a list, where cases have pages; at most `count` cases in each.
#[must_use]
pub fn case_feeds<'a>(
    publication: &Publication,
    section: &'a Section,
    count: usize,
) -> Vec<CaseFeed<'a>> {
    let site = &publication.site;
    let words: Vec<Words> = site.languages.iter().map(Words::for_lang).collect();
    let voices: Vec<Voice<'_>> = words
        .iter()
        .map(|words| Voice::new(publication, words))
        .collect();
    let firsts = lists(site, section)
        .into_iter()
        .filter(|(_, _, number)| *number == 0);
    firsts
        .filter_map(|(key, list, _)| {
            let cases: Vec<(String, &Summary)> = latest(site, section, &list, count);
            let title = |voice: &Voice<'_>| {
                let name = match &list {
                    CaseList::All => voice.of(&section.dataset.title).to_owned(),
                    list => name(voice, section, list),
                };
                voice.say("cases.title_of", &[("name", &name)])
            };
            let by_lang = voices
                .iter()
                .map(|voice| (voice.lang.clone(), title(voice)))
                .collect();
            (!cases.is_empty()).then(|| CaseFeed {
                key,
                title: Localised {
                    by_lang,
                    fallback: voices.first().map_or_else(String::new, title),
                },
                cases,
            })
        })
        .collect()
}

/// The newest cases of a list that have pages, with the pages' keys.
fn latest<'a>(
    site: &Site,
    section: &'a Section,
    list: &CaseList,
    count: usize,
) -> Vec<(String, &'a Summary)> {
    (0..section.published.cases.len())
        .filter(|&at| holds(site, list, &section.published.cases[at]))
        .filter_map(|at| Some((case::key(site, section, at)?, &section.published.cases[at])))
        .take(count)
        .collect()
}

/// What a list of a year or of a member is of.
fn name(voice: &Voice<'_>, section: &Section, list: &CaseList) -> String {
    match list {
        CaseList::All => String::new(),
        CaseList::Year(period) => voice.period(period),
        CaseList::Member(dimension, member) => voice.member(section, *dimension, member),
    }
}

/// The year a case ended in, as the site cuts years.
fn year(site: &Site, case: &Summary) -> Period {
    Period::holding(PeriodKind::Year, case.ended_in(), site.periods.year_starts)
}

/// The dimensions that lists are made by.
pub(super) fn listed(section: &Section) -> impl Iterator<Item = usize> + '_ {
    (0..section.dataset.scheme.dimensions.len()).filter(|&dimension| {
        section
            .dataset
            .dimension_texts
            .get(dimension)
            .is_some_and(|text| text.cases)
    })
}

fn holds(site: &Site, list: &CaseList, case: &Summary) -> bool {
    match list {
        CaseList::All => true,
        CaseList::Year(period) => year(site, case) == *period,
        CaseList::Member(dimension, member) => {
            case.members[*dimension].as_deref() == Some(member.as_str())
        }
    }
}

pub(super) fn list_key(section: &Section, list: &CaseList) -> String {
    let all = section.cases_key();
    match list {
        CaseList::All => all,
        CaseList::Year(period) => format!("{all}by/year/{}/", period.id()),
        CaseList::Member(dimension, member) => format!(
            "{all}by/{}/{}/",
            section.dataset.scheme.dimensions[*dimension].id,
            section.slug(*dimension, member).unwrap_or("other")
        ),
    }
}

fn page_key(section: &Section, list: &CaseList, number: usize) -> String {
    let key = list_key(section, list);
    match (number, list) {
        (0, _) => key,
        (_, CaseList::All) => format!("{key}by/page/{}/", number + 1),
        _ => format!("{key}{}/", number + 1),
    }
}

/// The lists of a data set with how many cases each holds: all, by year, by member.
fn counted(site: &Site, section: &Section) -> Vec<(CaseList, usize)> {
    use std::collections::BTreeMap;
    let cases = &section.published.cases;
    let mut lists: BTreeMap<CaseList, usize> = BTreeMap::new();
    for case in cases {
        *lists.entry(CaseList::Year(year(site, case))).or_default() += 1;
        for dimension in listed(section) {
            if let Some(member) = &case.members[dimension] {
                *lists
                    .entry(CaseList::Member(dimension, member.clone()))
                    .or_default() += 1;
            }
        }
    }
    std::iter::once((CaseList::All, cases.len()))
        .chain(lists)
        .collect()
}

/// Every page of every list: its key, the list, and the page's number from 0. None where a data set publishes no texts.
pub(super) fn lists(site: &Site, section: &Section) -> Vec<(String, CaseList, usize)> {
    if section.dataset.publish == crate::config::Publish::Nothing {
        return Vec::new();
    }
    let mut pages = Vec::new();
    for (list, count) in counted(site, section) {
        for number in 0..count.div_ceil(ON_A_PAGE).max(1) {
            pages.push((page_key(section, &list, number), list.clone(), number));
        }
    }
    pages
}

pub(super) fn list_page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
    list: &CaseList,
    number: usize,
) -> Page {
    let site = &publication.site;
    let found: Vec<usize> = (0..section.published.cases.len())
        .filter(|&at| holds(site, list, &section.published.cases[at]))
        .collect();
    let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let title = match list {
        CaseList::All => voice.word("cases.title"),
        list => voice.say("cases.title_of", &[("name", &name(voice, section, list))]),
    };
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Cases,
        title,
        Some(section),
    );
    page.kicker = voice.of(&section.dataset.title).to_owned();
    page.crumbs = way(publication, voice, section);
    if *list != CaseList::All || number > 0 {
        page.crumbs
            .push(to_page(voice.word("cases.title"), section.cases_key()));
    }
    page.description = voice.say(
        "cases.description",
        &[("title", voice.of(&section.dataset.title))],
    );
    if found.is_empty() {
        page.lead = Some(voice.word("cases.none").into());
        return page;
    }
    page.lead = Some(voice.count("cases.lead", count).into());
    if *list == CaseList::All && number == 0 {
        page.parts.extend(featured(publication, voice, section));
    }
    let from = number * ON_A_PAGE;
    let to = found.len().min(from + ON_A_PAGE);
    let answers = found[from..to]
        .iter()
        .map(|&at| case::answer(site, voice, section, at))
        .collect();
    let mut blocks = vec![Block::Answers(answers)];
    blocks.extend(neighbours(voice, section, list, number, found.len()));
    let note = if found.len() > ON_A_PAGE {
        let ends = [from + 1, to].map(|n| voice.format.number(n as u64));
        voice.say(
            "cases.range",
            &[
                ("from", &ends[0]),
                ("to", &ends[1]),
                ("n", &voice.format.number(count)),
            ],
        )
    } else {
        String::new()
    };
    page.parts
        .push(part("cases", voice.word("cases.heading"), note, blocks));
    if *list == CaseList::All && number == 0 {
        page.parts.extend(ways_in(site, voice, section));
    }
    let mut more = vec![to_page(voice.word("owed_page.link"), section.owed_key())];
    if !latest(site, section, list, 1).is_empty() {
        let feed = Target::File(feed_path(site, voice, section, list));
        more.push(link(voice.word("cases.feed"), feed));
    }
    page.parts.push(part(
        "about",
        voice.word("cases.about"),
        "",
        vec![
            Block::Paragraph(voice.word("cases.about_words").into()),
            Block::Links(more),
        ],
    ));
    page
}

/// The path of a list's feed in the page's language.
fn feed_path(site: &Site, voice: &Voice<'_>, section: &Section, list: &CaseList) -> String {
    let folder = match site.languages.first() {
        Some(first) if first != voice.lang => format!("{}/", voice.lang.tag()),
        _ => String::new(),
    };
    format!("{folder}{}feed.xml", list_key(section, list))
}

pub(super) fn way(publication: &Publication, voice: &Voice<'_>, section: &Section) -> Vec<Link> {
    let mut way = crumbs(publication, voice, section);
    let is_named = way
        .iter()
        .any(|crumb| crumb.to == Target::Page(section.key(), None));
    if !is_named {
        way.push(to_page(voice.of(&section.dataset.title), section.key()));
    }
    way
}

/// Links to the pages before and after in a list.
fn neighbours(
    voice: &Voice<'_>,
    section: &Section,
    list: &CaseList,
    number: usize,
    count: usize,
) -> Option<Block> {
    let mut links = Vec::new();
    if number > 0 {
        links.push(to_page(
            voice.word("cases.newer"),
            page_key(section, list, number - 1),
        ));
    }
    if (number + 1) * ON_A_PAGE < count {
        links.push(to_page(
            voice.word("cases.older"),
            page_key(section, list, number + 1),
        ));
    }
    (!links.is_empty()).then_some(Block::Links(links))
}

/// Links to the lists by year and by member, with how many cases each holds.
fn ways_in(site: &Site, voice: &Voice<'_>, section: &Section) -> Vec<Part> {
    let counted = counted(site, section);
    let entry = |list: &CaseList, count: usize, name: String| {
        let count = voice.format.number(count as u64);
        to_page(
            voice.say("cases.entry", &[("name", &name), ("n", &count)]),
            list_key(section, list),
        )
    };
    let mut parts = Vec::new();
    let years: Vec<Link> = counted
        .iter()
        .rev()
        .filter_map(|(list, count)| match list {
            CaseList::Year(period) => Some(entry(list, *count, voice.period(period))),
            _ => None,
        })
        .collect();
    parts.push(part(
        "by-year",
        voice.word("cases.by_year"),
        "",
        vec![Block::Links(years)],
    ));
    for dimension in listed(section) {
        let mut members: Vec<(&CaseList, usize, String)> = counted
            .iter()
            .filter_map(|(list, count)| match list {
                CaseList::Member(of, member) if *of == dimension => {
                    Some((list, *count, voice.member(section, dimension, member)))
                }
                _ => None,
            })
            .collect();
        if members.is_empty() {
            continue;
        }
        members.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.cmp(&b.2)));
        let links = members
            .into_iter()
            .map(|(list, count, name)| entry(list, count, name))
            .collect();
        let name = voice.dimension(section, dimension);
        parts.push(part(
            &format!("by-{}", section.dataset.scheme.dimensions[dimension].id),
            voice.say("cases.by", &[("dimension", &name)]),
            "",
            vec![Block::Links(links)],
        ));
    }
    parts
}

/// The cases that the office put forward, with its own words.
fn featured(publication: &Publication, voice: &Voice<'_>, section: &Section) -> Option<Part> {
    let key = section.cases_key();
    let document = publication.documents.get(voice.lang, &key)?;
    let text = super::prose::page_nodes(publication, voice, document);
    let mut blocks = vec![Block::Prose(text)];
    let answers: Vec<Answer> = document
        .featured
        .iter()
        .filter_map(|(name, _)| position(section, name))
        .map(|at| case::answer(&publication.site, voice, section, at))
        .collect();
    if !answers.is_empty() {
        blocks.push(Block::Answers(answers));
    }
    Some(part("featured", document.title.clone(), "", blocks))
}

/// The case that `hotline/ID` names.
fn position(section: &Section, name: &str) -> Option<usize> {
    let id = name.strip_prefix(&section.dataset.id)?.strip_prefix('/')?;
    section
        .published
        .cases
        .iter()
        .position(|case| case.id == id)
}

/// Tells every featured case that is not published, at its line.
#[must_use]
pub fn featured_that_are_not(publication: &Publication) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let names = |document: &Document| document.featured.clone();
    for (name, place) in publication.documents.iter().flat_map(names) {
        let is_there = publication
            .sections
            .iter()
            .any(|section| position(section, &name).is_some());
        if is_there {
            continue;
        }
        let all = publication.sections.iter().flat_map(|section| {
            let id = &section.dataset.id;
            section
                .published
                .cases
                .iter()
                .map(move |case| format!("{id}/{}", case.id))
        });
        let all: Vec<String> = all.take(10_000).collect();
        let mut error = Diagnostic::error(
            "unknown-case",
            format!("no published case is called \"{name}\""),
        )
        .at(place);
        error = match nearest(&name, all.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean \"{near}\"?")),
            None => error.hint("write the data set and the case's id, as in \"hotline/HL2024000123\"; it must be closed and its text published"),
        };
        told.push(error);
    }
    told
}

/// The part "Latest answers" of a data set, or of one member; nothing where no text is published.
pub(super) fn latest_part(
    publication: &Publication,
    voice: &Voice<'_>,
    section: &Section,
    member: Option<(usize, &str)>,
) -> Option<Part> {
    if section.dataset.publish == crate::config::Publish::Nothing {
        return None;
    }
    let list = member.map_or(CaseList::All, |(dimension, member)| {
        CaseList::Member(dimension, member.to_owned())
    });
    if let Some((dimension, _)) = member
        && !listed(section).any(|each| each == dimension)
    {
        return None;
    }
    let site = &publication.site;
    let answers: Vec<Answer> = (0..section.published.cases.len())
        .filter(|&at| holds(site, &list, &section.published.cases[at]))
        .take(LATEST)
        .map(|at| case::answer(site, voice, section, at))
        .collect();
    let blocks = if answers.is_empty() {
        vec![Block::Paragraph(voice.word("cases.none").into())]
    } else {
        let all = to_page(voice.word("cases.all"), list_key(section, &list));
        vec![Block::Answers(answers), Block::Links(vec![all])]
    };
    Some(part(
        "latest",
        voice.word("cases.latest"),
        voice.word("cases.latest_note"),
        blocks,
    ))
}
