//! What is still owed: open cases by how long they have waited, and how the stock came about.

use super::chrome::{crumbs, frame};
use super::clock::event;
use super::fraction::length;
use super::key_figures::{count, leading_clock, owed_base};
use super::model::{Block, Cell, Chart, Ladder, Page, PageKind, Part, Row, Table};
use super::publication::{PageId, Publication, Section};
use super::table::{
    Marks, Style, cell, figure_cell, link_or_words, numbers, row, withheld_cell, words,
};
use super::voice::{Voice, strong, text, to_page};
use crate::indicators::{Ages, Amount, Balance, Scope, Sheet, Step};
use crate::text::MINUS;
use crate::time::{Period, PeriodKind};

/// Days of a year.
const YEAR: u64 = 365;

/// The part "What is still owed"; where the source can't tell, it says why.
pub(super) fn part(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    period: &Period,
) -> Option<Part> {
    let sheet = section.sheet(scope, period)?;
    let mut blocks = Vec::new();
    let open = sheet.figure("open_at_end")?;
    if !matches!(open.amount, Amount::Count(_)) {
        blocks.push(Block::Paragraph(
            voice
                .say("owed.unknown", &[("reason", &voice.base(open))])
                .into(),
        ));
        return Some(super::chrome::part(
            "owed",
            voice.word("owed.heading"),
            "",
            blocks,
        ));
    }
    let all = section
        .periods(PeriodKind::All)
        .first()
        .and_then(|all| section.sheet(scope, all));
    let aged = [Some(sheet), all]
        .into_iter()
        .flatten()
        .find(|sheet| sheet.ages.is_some());
    match aged.and_then(|sheet| sheet.ages.as_ref()) {
        Some(ages) if ages.steps.len() > 1 && ages.steps.iter().any(|step| step.cases > 0) => {
            let oldest = aged.and_then(|sheet| count(sheet, "oldest_open_days"));
            blocks.extend(waiting(voice, ages, oldest));
        }
        _ => blocks.extend(stock(voice, section, sheet)),
    }
    match &sheet.balance {
        Some(balance) => {
            blocks.push(Block::Table(balance_table(voice, section, period, balance)));
        }
        None if is_balanced(section, period) => {
            let said = voice.say("owed.balance_withheld", &[("reason", &voice.withheld())]);
            blocks.push(Block::Paragraph(said.into()));
        }
        None => {}
    }
    Some(super::chrome::part(
        "owed",
        voice.word("owed.heading"),
        voice.word("owed.note"),
        blocks,
    ))
}

/// Whether the source tells the flow of a period, so that an account that is missing was withheld.
fn is_balanced(section: &Section, period: &Period) -> bool {
    let all = section.sheet(&Scope::Overall, period);
    all.is_some_and(|sheet| sheet.balance.is_some())
}

/// The page of what is still owed: how long the open cases have waited, and where they are. It has no text of any case.
pub(super) fn page(
    publication: &Publication,
    voice: &Voice<'_>,
    id: &PageId,
    section: &Section,
) -> Page {
    let mut page = frame(
        publication,
        voice,
        id,
        PageKind::Owed,
        voice.word("owed_page.title"),
        Some(section),
    );
    let title = voice.of(&section.dataset.title);
    page.kicker = voice.say(
        "kicker.of_period",
        &[
            ("title", title),
            ("period", &voice.format.date(section.as_of)),
        ],
    );
    page.crumbs = crumbs(publication, voice, section);
    if publication.sections.len() == 1 {
        page.crumbs.push(to_page(title, section.key()));
    }
    page.description = voice.say("owed_page.description", &[("title", title)]);
    let Some(period) = section.periods(PeriodKind::All).first().copied() else {
        page.lead = Some(voice.word("dataset.none").into());
        return page;
    };
    page.lead = Some(voice.word("owed_page.lead").into());
    page.parts
        .extend(part(voice, section, &Scope::Overall, &period));
    for (dimension, about) in section.dataset.scheme.dimensions.iter().enumerate() {
        if about.pages {
            page.parts
                .extend(members_part(voice, section, dimension, &period));
        }
    }
    page.parts
        .extend(super::chrome::objection(publication, voice));
    page
}

/// Open cases of each member by how long they have waited, and those past their deadlines.
fn members_part(
    voice: &Voice<'_>,
    section: &Section,
    dimension: usize,
    period: &Period,
) -> Option<Part> {
    let overall = section.sheet(&Scope::Overall, period)?;
    let ages = overall.ages.as_ref()?;
    let overdue: Vec<(usize, String)> = section
        .dataset
        .scheme
        .clocks
        .iter()
        .enumerate()
        .filter(|(_, clock)| clock.has_deadline())
        .map(|(at, clock)| (at, format!("overdue:{}", clock.id)))
        .collect();
    let mut sheets: Vec<(&str, &Sheet)> = section
        .members(dimension)
        .filter_map(|member| {
            let scope = super::members::scope(dimension, member);
            Some((member, section.sheet(&scope, period)?))
        })
        .filter(|(_, sheet)| count(sheet, "open_at_end") != Some(0))
        .collect();
    if sheets.is_empty() {
        return None;
    }
    sheets.sort_by_key(|(member, sheet)| {
        (
            std::cmp::Reverse(count(sheet, "open_at_end")),
            voice.member(section, dimension, member),
        )
    });
    let of_members = sheets.iter().filter_map(|(_, sheet)| sheet.ages.as_ref());
    let ends = ends_of_all(std::iter::once(ages).chain(of_members));
    let mut steps = ending_on(&ages.steps, &ends);
    if steps.len() == 1 {
        // One step for all is no more than the open cases beside it.
        steps.clear();
    }
    let mut marks = Marks::default();
    let mut line = |head: Cell, sheet: &Sheet| {
        let told = (section, Some(sheet));
        let mut cells = vec![figure_cell(
            voice,
            &mut marks,
            told,
            "open_at_end",
            Style::Plain,
        )];
        match &sheet.ages {
            Some(ages) => cells.extend(
                ending_on(&ages.steps, &ends)
                    .iter()
                    .take(steps.len())
                    .map(|step| cell(voice.format.number(step.cases))),
            ),
            None => cells.extend(steps.iter().map(|_| withheld_cell(&mut marks))),
        }
        for (_, id) in &overdue {
            cells.push(figure_cell(voice, &mut marks, told, id, Style::Plain));
        }
        row(head, cells)
    };
    let mut rows: Vec<Row> = sheets
        .iter()
        .map(|(member, sheet)| {
            let to = section
                .member_key(dimension, member)
                .map(|key| to_page("", key));
            let head = cell(link_or_words(voice.member(section, dimension, member), to));
            line(head, sheet)
        })
        .collect();
    let mut total = line(cell(voice.word("table.all")), overall);
    total.is_total = true;
    rows.push(total);
    let label = voice.dimension(section, dimension);
    let mut columns = vec![words(label.clone()), numbers(voice.word("owed_page.open"))];
    columns.extend(
        steps
            .iter()
            .map(|step| numbers(voice.capital(&age_name(voice, step)))),
    );
    columns.extend(overdue.iter().map(|(clock, _)| {
        numbers(voice.word(&format!(
            "clock.overdue.{}",
            event(&section.dataset.scheme.clocks[*clock])
        )))
    }));
    let table = Table {
        caption: voice.say("owed_page.by", &[("dimension", &label)]),
        about: voice.say(
            "owed_page.by_about",
            &[("day", &voice.format.date(ages.day))],
        ),
        columns,
        rows,
        legend: marks.legend(voice),
    };
    Some(super::chrome::wide(
        &format!("by-{}", section.dataset.scheme.dimensions[dimension].id),
        voice.say("member.by", &[("dimension", &label)]),
        "",
        vec![Block::Table(table)],
    ))
}

/// The days on which steps end everywhere: drawings of all cases and of members may have been joined each in its own way.
fn ends_of_all<'s>(all: impl IntoIterator<Item = &'s Ages>) -> Vec<Option<u32>> {
    let mut all = all.into_iter().map(|ages| {
        let ends = ages.steps.iter().map(|step| step.to);
        ends.collect::<Vec<_>>()
    });
    let mut ends = all.next().unwrap_or_default();
    for other in all {
        ends.retain(|end| other.contains(end));
    }
    ends
}

/// Steps joined so that they end on the given days, all of which are ends of theirs.
fn ending_on(steps: &[Step], ends: &[Option<u32>]) -> Vec<Step> {
    let mut joined: Vec<Step> = Vec::new();
    let mut from_here = true;
    for step in steps {
        match joined.last_mut().filter(|_| !from_here) {
            Some(last) => {
                last.to = step.to;
                last.cases += step.cases;
            }
            None => joined.push(*step),
        }
        from_here = ends.contains(&step.to);
    }
    joined
}

/// The stock in a sentence, where the ages of the cases are not known.
fn stock(voice: &Voice<'_>, section: &Section, sheet: &Sheet) -> Option<Block> {
    let open = count(sheet, "open_at_end")?;
    let leading = leading_clock(section);
    Some(Block::Finding(voice.rich_count(
        "owed.stock",
        open,
        &[
            ("n", strong(voice.format.number(open))),
            (
                "base",
                text(owed_base(voice, section, sheet, leading.as_ref())),
            ),
        ],
    )))
}

/// How long the open cases have waited, as of the figures' date.
fn waiting(voice: &Voice<'_>, ages: &Ages, oldest: Option<u64>) -> Vec<Block> {
    let all: u64 = ages.steps.iter().map(|step| step.cases).sum();
    let over_a_year: u64 = ages
        .steps
        .iter()
        .filter(|step| u64::from(step.from) > YEAR)
        .map(|step| step.cases)
        .sum();
    let day = voice.format.date(ages.day);
    let shown = super::waits::shown(&ages.steps, None);
    let finding = match oldest {
        Some(oldest) if over_a_year > 0 => voice.rich_count(
            "owed.finding",
            over_a_year,
            &[
                ("n", strong(voice.format.number(over_a_year))),
                ("all", text(voice.format.number(all))),
                ("share", text(voice.format.rate(over_a_year, all))),
                ("oldest", text(voice.format.days(oldest))),
            ],
        ),
        Some(oldest) if oldest <= YEAR => voice.rich_count(
            "owed.finding_young",
            all,
            &[
                ("all", strong(voice.format.number(all))),
                ("oldest", text(voice.format.days(oldest))),
            ],
        ),
        // How many have waited for more than a year is not told apart.
        _ => voice.rich_count(
            "owed.finding_open",
            all,
            &[("all", strong(voice.format.number(all)))],
        ),
    };
    let steps: Vec<Ladder> = shown
        .iter()
        .map(|step| Ladder {
            name: age_name(voice, step),
            value: length(step.cases),
            label: voice.say(
                "owed.label",
                &[
                    ("n", &voice.format.number(step.cases)),
                    ("share", &voice.format.rate(step.cases, all)),
                ],
            ),
            is_total: true,
        })
        .collect();
    let desc: Vec<String> = steps
        .iter()
        .map(|step| voice.say("waits.item", &[("name", &step.name), ("n", &step.label)]))
        .collect();
    let title = voice.say("owed.title", &[("day", &day)]);
    let rows = steps
        .iter()
        .zip(shown)
        .map(|(step, Step { cases, .. })| {
            let cases = *cases;
            row(
                cell(step.name.as_str()),
                vec![
                    cell(voice.format.number(cases)),
                    cell(voice.format.rate(cases, all)),
                ],
            )
        })
        .collect();
    let table = Table {
        caption: title.clone(),
        about: String::new(),
        columns: vec![
            words(voice.word("owed.waited")),
            numbers(voice.word("table.cases")),
            numbers(voice.word("table.share")),
        ],
        rows,
        legend: Vec::new(),
    };
    vec![
        Block::Finding(finding),
        Block::Chart(
            Chart::Ladder {
                id: "owed-ages".to_owned(),
                title,
                about: String::new(),
                desc: voice.clauses(&desc),
                steps,
            },
            Some(table),
        ),
    ]
}

/// A step of waiting in words: months and years where its ends are such, else days.
fn age_name(voice: &Voice<'_>, step: &Step) -> String {
    let key = match (step.from, step.to) {
        (0, Some(30)) => "owed.age.month",
        (31, Some(90)) => "owed.age.quarter",
        (91, Some(365)) => "owed.age.year",
        (366, Some(730)) => "owed.age.two_years",
        (731, None) => "owed.age.longer",
        (0, Some(to)) => return voice.say("owed.age.until", &[("n", &to.to_string())]),
        (from, Some(to)) => {
            let ends = [("from", from.to_string()), ("to", to.to_string())];
            let fill: Vec<(&str, &str)> = ends.iter().map(|(k, v)| (*k, v.as_str())).collect();
            return voice.say("owed.age.between", &fill);
        }
        (from, None) => {
            let before = from.saturating_sub(1).to_string();
            return voice.say("owed.age.over", &[("n", &before)]);
        }
    };
    voice.word(key)
}

/// Open before + received + reopened − closed = open after.
fn balance_table(
    voice: &Voice<'_>,
    section: &Section,
    period: &Period,
    balance: &Balance,
) -> Table {
    let number = |n: u64| voice.format.number(n);
    let before = voice.format.date(period.first_day().plus(-1));
    let after = voice.format.date(period.last_day().min(section.as_of));
    let mut rows = vec![
        row(
            cell(voice.say("balance.before", &[("day", &before)])),
            vec![cell(number(balance.open_before))],
        ),
        row(
            cell(voice.word("balance.received")),
            vec![cell(number(balance.received))],
        ),
    ];
    if balance.reopened > 0 {
        rows.push(row(
            cell(voice.word("balance.reopened")),
            vec![cell(number(balance.reopened))],
        ));
    }
    let closed = match balance.closed {
        0 => number(0),
        closed => format!("{MINUS}{}", number(closed)),
    };
    rows.push(row(cell(voice.word("balance.closed")), vec![cell(closed)]));
    let mut total = row(
        cell(voice.say("balance.after", &[("day", &after)])),
        vec![cell(number(balance.open_after))],
    );
    total.is_total = true;
    rows.push(total);
    Table {
        caption: voice.word("balance.caption"),
        about: voice.period(period),
        columns: vec![
            words(voice.word("balance.step")),
            numbers(voice.word("table.cases")),
        ],
        rows,
        legend: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(ends: &[Option<u32>]) -> Ages {
        let mut from = 0;
        let steps = ends.iter().map(|&to| {
            let step = Step { from, to, cases: 7 };
            from = to.map_or(from, |to| to + 1);
            step
        });
        Ages {
            day: crate::time::Day::parse("2024-12-31").unwrap(),
            steps: steps.collect(),
        }
    }

    #[test]
    fn steps_that_were_joined_apart_are_told_by_the_days_they_share() {
        let all = ages(&[Some(30), Some(90), Some(365), None]);
        let member = ages(&[Some(90), Some(730), None]);
        let ends = ends_of_all([&all, &member]);
        assert_eq!(ends, [Some(90), None]);
        let told = |ages: &Ages| -> Vec<(u32, Option<u32>, u64)> {
            let steps = ending_on(&ages.steps, &ends);
            let steps = steps.iter().map(|step| (step.from, step.to, step.cases));
            steps.collect()
        };
        assert_eq!(told(&all), [(0, Some(90), 14), (91, None, 14)]);
        assert_eq!(told(&member), [(0, Some(90), 7), (91, None, 14)]);
    }
}
