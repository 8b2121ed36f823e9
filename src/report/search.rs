//! What a reader may look for: each page by its title and its words, each article of the office's own texts, each published
//! case. Only what stands on a page is given, so what was withheld or masked there cannot be found either.

use super::chrome::{frame, home_crumb, own_text, part};
use super::model::{Answer, Block, Page, PageKind, Part, Promise, Rich, Span, Target};
use super::node::{Node, plain};
use super::publication::{CaseList, PageId, Publication, Subject};
use super::voice::{Voice, to_page};

/// The key of the page.
pub(super) const KEY: &str = "search/";

/// Something that can be looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findable {
    /// The key of the page it stands on.
    pub key: String,
    /// Where on the page; empty for the page itself.
    pub fragment: String,
    /// What it is called.
    pub title: String,
    /// What it belongs to: the text an article is of, the data set a figure is of; may be empty.
    pub within: String,
    /// Other words it goes by, not shown: its headings, a name's pinyin.
    pub names: Vec<String>,
    /// What it says.
    pub text: String,
    /// Whether it is a published case, of which there may be very many.
    pub is_case: bool,
}

/// The page on which one looks for something; its field and results are the theme's.
pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let title = voice.word("search.title");
    let mut page = frame(publication, voice, id, PageKind::Search, title, None);
    page.notice = String::new();
    page.crumbs = home_crumb(voice);
    page.description = voice.word("search.description");
    page.lead = Some(voice.word("search.lead").into());
    let mut links = vec![to_page(voice.word("a_to_z.title"), super::a_to_z::KEY)];
    for section in publication.latest_first() {
        if section.dataset.publish != crate::config::Publish::Nothing {
            let title = voice.of(&section.dataset.title);
            let name = voice.say("search.cases_of", &[("title", title)]);
            links.push(to_page(name, section.cases_key()));
        }
    }
    links.push(to_page(voice.word("nav.methods"), "methods/"));
    page.parts.push(part(
        "more",
        voice.word("search.more"),
        "",
        vec![Block::Links(links)],
    ));
    page.parts.extend(own_text(publication, voice, KEY));
    page
}

/// What can be looked for on a page. Pages that only repeat what others tell give nothing.
#[must_use]
pub fn findable(publication: &Publication, id: &PageId, page: &Page) -> Vec<Findable> {
    let site = &publication.site;
    match &id.subject {
        Subject::NotFound
        | Subject::Search
        | Subject::PeriodPair(..)
        | Subject::MemberCompare(..)
        | Subject::Units(..) => Vec::new(),
        Subject::Members(_, _, number) if *number > 0 => Vec::new(),
        Subject::Cases(_, list, number) => {
            let mut found = Vec::new();
            if *number == 0 {
                found.push(of_page(page));
            }
            // Where cases have no pages they are found in the list of all of them.
            if *list == CaseList::All && !site.case_pages && site.search.cases {
                found.extend(of_answers(page));
            }
            found
        }
        Subject::Case(..) if !site.search.cases => Vec::new(),
        Subject::Case(..) => vec![of_case(page)],
        Subject::Content(_) => of_text(page),
        Subject::Member(at, dimension, member) => {
            let mut found = of_page(page);
            let slug = publication.sections[*at].slug(*dimension, member);
            if !found.title.is_ascii() {
                found.names.extend(slug.into_iter().flat_map(spellings));
            }
            vec![found]
        }
        _ => vec![of_page(page)],
    }
}

/// The ways a transliterated name (市水务局) is typed: by its syllables, joined, or by their initials, from any of them on.
fn spellings(slug: &str) -> Vec<String> {
    let syllables: Vec<&str> = slug.split('-').collect();
    (0..syllables.len())
        .flat_map(|from| {
            let rest = &syllables[from..];
            let initials = rest.iter().filter_map(|piece| piece.chars().next());
            [rest.join(" "), rest.concat(), initials.collect()]
        })
        .collect()
}

fn head(page: &Page) -> Findable {
    let to = Target::Page(page.key.clone(), None);
    let in_navigation = page.nav.iter().filter(|link| link.to == to);
    let above = page.crumbs.last().filter(|_| page.crumbs.len() > 1);
    Findable {
        key: page.key.clone(),
        title: page.title.clone(),
        within: match (page.kicker.as_str(), above) {
            ("", Some(above)) => above.text.clone(),
            (kicker, _) => kicker.to_owned(),
        },
        names: in_navigation.map(|link| link.text.clone()).collect(),
        ..Findable::default()
    }
}

fn of_page(page: &Page) -> Findable {
    let mut found = head(page);
    let mut words = Said::default();
    match &page.lead {
        Some(lead) => words.rich(lead),
        None => words.say(&page.description),
    }
    for figure in &page.figures {
        found.names.push(figure.label.text.clone());
    }
    for part in &page.parts {
        found.names.push(part.heading.clone());
        words.part(part);
    }
    found.text = words.text;
    found
}

/// A case: what was said, what was done, and how it is filed.
fn of_case(page: &Page) -> Findable {
    let mut words = Said::default();
    for block in page.parts.iter().flat_map(|part| &part.blocks) {
        match block {
            Block::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                for span in cells.flat_map(|cell| &cell.text.0) {
                    if let Span::Link(link) = span {
                        words.say(&link.text);
                    }
                }
            }
            Block::Paragraph(_) if words.is_filed => {}
            block => words.block(block),
        }
        // What follows the table is the same on every case's page.
        words.is_filed |= matches!(block, Block::Table(_));
    }
    Findable {
        text: words.text,
        is_case: true,
        ..head(page)
    }
}

fn of_answers(page: &Page) -> impl Iterator<Item = Findable> + '_ {
    // Those put forward by the office stand among them again.
    let newest = page.parts.iter().filter(|part| part.id == "cases");
    let answers = newest
        .flat_map(|part| &part.blocks)
        .flat_map(|block| match block {
            Block::Answers(answers) => answers.as_slice(),
            _ => &[],
        });
    answers.map(|answer: &Answer| {
        let mut words = Said::default();
        for said in [&answer.text, &answer.outcome, &answer.about] {
            words.say(said);
        }
        Findable {
            title: words_of(&answer.title),
            within: page.title.clone(),
            text: words.text,
            is_case: true,
            ..head(page)
        }
    })
}

/// The office's own text: the page, and each part of it below a heading.
fn of_text(page: &Page) -> Vec<Findable> {
    let mut found = vec![head(page)];
    found[0].text.clone_from(&page.description);
    let blocks = page.parts.iter().flat_map(|part| &part.blocks);
    for block in blocks {
        let (nodes, promises): (&[Node], &[Promise]) = match block {
            Block::Prose(nodes) => (nodes, &[]),
            Block::Article(nodes, promises) => (nodes, promises),
            _ => continue,
        };
        for node in nodes {
            if let Node::Heading(id, _, runs) = node {
                found.push(Findable {
                    key: page.key.clone(),
                    fragment: id.clone(),
                    title: plain(runs),
                    within: page.title.clone(),
                    ..Findable::default()
                });
                continue;
            }
            let last = found.len() - 1;
            let mut words = Said::from(std::mem::take(&mut found[last].text));
            words.node(node);
            found[last].text = words.text;
        }
        let last = found.len() - 1;
        for promise in promises {
            found[last].names.push(words_of(&promise.name));
        }
    }
    found
}

/// Words in the order of a page, parted by spaces.
#[derive(Default)]
struct Said {
    text: String,
    /// Whether the table of how a case is filed was told.
    is_filed: bool,
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self {
            text,
            is_filed: false,
        }
    }
}

impl Said {
    fn say(&mut self, words: &str) {
        let mut words = words.split_whitespace().peekable();
        if words.peek().is_some() && !self.text.is_empty() {
            self.text.push(' ');
        }
        while let Some(word) = words.next() {
            self.text.push_str(word);
            if words.peek().is_some() {
                self.text.push(' ');
            }
        }
    }

    fn rich(&mut self, rich: &Rich) {
        self.say(&words_of(rich));
    }

    fn part(&mut self, part: &Part) {
        for block in &part.blocks {
            self.block(block);
        }
    }

    /// What a block says in words; numbers in tables and drawings are found by the page they stand on.
    fn block(&mut self, block: &Block) {
        match block {
            Block::Finding(text) | Block::Paragraph(text) => self.rich(text),
            Block::Heading(text, _) => self.say(text),
            Block::Table(table) => self.say(&table.caption),
            Block::Terms(terms) => {
                for (term, _, about) in terms {
                    self.say(term);
                    about.iter().for_each(|line| self.rich(line));
                }
            }
            Block::Downloads(files) => {
                for file in files {
                    self.say(&file.link.text);
                    self.say(&file.about);
                }
            }
            Block::Promises(promises) => {
                for promise in promises {
                    self.rich(&promise.article);
                    self.rich(&promise.name);
                    self.say(&promise.verdict);
                }
            }
            Block::Prose(nodes) | Block::Article(nodes, _) => {
                nodes.iter().for_each(|node| self.node(node));
            }
            // What these lead to has its own page.
            Block::Figures(_) | Block::Chart(..) | Block::Links(_) | Block::Answers(_) => {}
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Paragraph(runs) | Node::Plain(runs) | Node::Heading(_, _, runs) => {
                self.say(&plain(runs));
            }
            Node::List(_, items) => {
                for node in items.iter().flatten() {
                    self.node(node);
                }
            }
            Node::Quote(nodes) | Node::Note(_, nodes) => {
                nodes.iter().for_each(|node| self.node(node));
            }
            Node::Code(lines) => self.say(lines),
            Node::Grid(grid) => {
                for cell in grid.head.iter().chain(grid.rows.iter().flatten()) {
                    self.say(&plain(cell));
                }
            }
            Node::Block(block) => self.block(block),
            Node::Rule => {}
        }
    }
}

/// The words of a sentence, its markers in square brackets.
fn words_of(rich: &Rich) -> String {
    let mut words = String::new();
    for span in &rich.0 {
        match span {
            Span::Text(text) | Span::Strong(text) => words.push_str(text),
            Span::Link(link) => words.push_str(&link.text),
            Span::Mark(mark) => {
                words.push_str(" [");
                words.push(mark.0);
                words.push(']');
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_by_syllables_joined_and_by_initials_with_or_without_its_beginning() {
        let written = spellings("shi-shui-wu-ju");
        for typed in ["shi shui wu ju", "shuiwuju", "sswj", "swj"] {
            assert!(written.contains(&typed.to_owned()), "{typed}: {written:?}");
        }
    }

    #[test]
    fn words_are_parted_by_one_space() {
        let mut said = Said::default();
        for words in ["", " One\n two ", "  ", "three"] {
            said.say(words);
        }
        assert_eq!(said.text, "One two three");
    }
}
