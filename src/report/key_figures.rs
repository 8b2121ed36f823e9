//! The four numbers that open a page, as one sentence and as figures: what came in, what was answered in time, how long it
//! took, what is still owed.

use super::change::Changes;
use super::clock::{event, leading};
use super::model::{KeyFigure, Link, Rich, Span, Target};
use super::phrase::{anchor, family};
use super::publication::Section;
use super::voice::{Voice, link, text};
use crate::case::{Clock, Exclusion};
use crate::indicators::{Amount, Figure, Maturity, Scope, Sheet, Unit};
use crate::time::{Period, PeriodKind};

/// The lead clock and the ids of its figures.
pub(super) struct Leading<'s> {
    pub(super) clock: &'s Clock,
    pub(super) on_time: String,
    pub(super) median: String,
    pub(super) p90: String,
    pub(super) overdue: String,
}

/// The lead clock of a data set.
pub(super) fn leading_clock(section: &Section) -> Option<Leading<'_>> {
    let index = leading(&section.dataset.scheme)?;
    let clock = &section.dataset.scheme.clocks[index];
    let unit = if clock.in_hours() { "hours" } else { "days" };
    Some(Leading {
        clock,
        on_time: format!("on_time_rate:{}", clock.id),
        median: format!("median_{unit}:{}", clock.id),
        p90: format!("p90_{unit}:{}", clock.id),
        overdue: format!("overdue:{}", clock.id),
    })
}

/// The rate that leads: answered in time where a deadline is promised, else answered, else closed.
pub(super) fn leading_rate(section: &Section) -> Option<String> {
    match leading_clock(section) {
        Some(leading) if leading.clock.has_deadline() => Some(leading.on_time),
        _ => ["answer_rate", "closed_rate"]
            .into_iter()
            .find(|id| {
                section
                    .sheets()
                    .first()
                    .is_some_and(|sheet| sheet.figure(id).is_some())
            })
            .map(str::to_owned),
    }
}

/// A figure's name as it heads a column or a row: the lead clock's in the words of its promise, others by definition.
pub(super) fn name(voice: &Voice<'_>, section: &Section, indicator: &str) -> String {
    if let Some(leading) = leading_clock(section) {
        if indicator == leading.on_time {
            return voice.on_time_name(leading.clock);
        }
        if indicator == leading.median {
            return voice.median_name(leading.clock);
        }
        if indicator == leading.p90 {
            return voice.p90_name(leading.clock);
        }
        if indicator == leading.overdue {
            return voice.word(&format!("clock.overdue.{}", event(leading.clock)));
        }
    }
    match indicator {
        "open_at_end" => voice.word("name.owed"),
        _ => voice.indicator(section, indicator),
    }
}

/// The link from a figure's name to its definition.
pub(super) fn definition_link(voice: &Voice<'_>, section: &Section, indicator: &str) -> Link {
    link(
        name(voice, section, indicator),
        Target::Page(
            "methods/".to_owned(),
            Some(super::methods::anchor(indicator)),
        ),
    )
}

/// The ids of the figures that a page shows in large type.
pub(super) fn shown_large(section: &Section) -> Vec<String> {
    let leading = leading_clock(section);
    [
        Some("received".to_owned()),
        leading_rate(section),
        leading.map(|leading| leading.median),
        Some("open_at_end".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The four figures of a scope and period. `prefix` keeps fragments apart where a page has several data sets.
pub(super) fn key_figures(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    period: &Period,
    changes: &Changes<'_>,
    prefix: &str,
) -> Vec<KeyFigure> {
    let Some(sheet) = section.sheet(scope, period) else {
        return Vec::new();
    };
    let leading = leading_clock(section);
    let mut figures = Vec::new();
    for indicator in shown_large(section) {
        let Some(figure) = sheet.figure(&indicator) else {
            continue;
        };
        let base = match indicator.as_str() {
            "received" => received_base(voice, sheet),
            "open_at_end" => owed_base(voice, section, sheet, leading.as_ref()),
            _ => voice.base(figure),
        };
        let change = voice.change(section, changes, scope, period, &indicator);
        let large = voice.large(figure);
        let written = format!("{}{}{}", large.before, large.value, large.after);
        voice.cite(section, sheet, figure, &written);
        figures.push(KeyFigure {
            id: format!("{prefix}{}", anchor(&indicator)),
            label: definition_link(voice, section, &indicator),
            before: large.before,
            value: large.value,
            after: large.after,
            mark: voice.mark(figure),
            base: base.into(),
            change,
        });
    }
    figures
}

/// `10,131 valid, 39 set apart as incomplete`, or `all valid`; where the number received is withheld, that it is.
pub(super) fn received_base(voice: &Voice<'_>, sheet: &Sheet) -> String {
    let Some(received) = count(sheet, "received") else {
        let figure = sheet.figure("received");
        return figure.map_or_else(String::new, |figure| voice.base(figure));
    };
    let Some(valid) = count(sheet, "valid") else {
        return String::new();
    };
    if valid == received {
        return voice.word("base.all_valid");
    }
    let mut parts = vec![voice.say("base.valid", &[("n", &voice.format.cases(valid))])];
    for exclusion in Exclusion::ALL {
        match super::period::some(sheet, &format!("excluded_{}", exclusion.id())) {
            Some(Some(cases)) => parts.push(voice.say(
                &format!("base.excluded.{}", exclusion.id()),
                &[("n", &voice.format.cases(cases))],
            )),
            Some(None) => {
                parts.push(voice.word(&format!("base.excluded_withheld.{}", exclusion.id())));
            }
            None => {}
        }
    }
    voice.clauses(&parts)
}

/// `open on 30 September; 13,014 past the deadline`, or why there is no stock.
pub(super) fn owed_base(
    voice: &Voice<'_>,
    section: &Section,
    sheet: &Sheet,
    leading: Option<&Leading<'_>>,
) -> String {
    let Some(open) = sheet.figure("open_at_end") else {
        return String::new();
    };
    if !matches!(open.amount, Amount::Count(_)) {
        return voice.base(open);
    }
    let day = sheet.period.last_day().min(section.as_of);
    let mut clauses = vec![voice.say("base.open_on", &[("day", &voice.format.date(day))])];
    if let Some(leading) = leading.filter(|leading| leading.clock.has_deadline())
        && let Some(overdue) = count(sheet, &leading.overdue)
    {
        clauses.push(voice.say(
            &format!("base.overdue.{}", event(leading.clock)),
            &[("n", &voice.format.cases(overdue))],
        ));
    }
    voice.clauses(&clauses)
}

/// The answer in one sentence or two: what came in, what was answered in time, by when, what is still owed.
pub(super) fn lead(
    voice: &Voice<'_>,
    section: &Section,
    scope: &Scope,
    period: &Period,
) -> Option<Rich> {
    let sheet = section.sheet(scope, period)?;
    let mut sentences = Vec::new();
    let figure = sheet.figure("received")?;
    sentences.push(match figure.amount {
        Amount::Count(received) => voice.rich_count(
            "lead.received",
            received,
            &[("n", voice.told(section, sheet, figure))],
        ),
        _ => voice
            .say("lead.received_unknown", &[("reason", &voice.base(figure))])
            .into(),
    });
    if let Some(leading) = leading_clock(section) {
        let event = event(leading.clock);
        if let Some(rate) = sheet.figure(&leading.on_time)
            && matches!(rate.amount, Amount::Rate(..))
        {
            sentences.push(voice.rich(
                &format!("lead.on_time.{event}"),
                &[
                    ("rate", voice.told(section, sheet, rate)),
                    ("within", text(voice.within(leading.clock))),
                ],
            ));
        }
        if let Some(median) = sheet.figure(&leading.median) {
            let key = median_key(median).map(|key| format!("lead.{key}.{event}"));
            sentences.extend(key.map(|key| {
                let day = voice.told(section, sheet, median);
                voice.rich(&key, &[("day", day)])
            }));
        }
    }
    if let Some(open) = count(sheet, "open_at_end") {
        let day = period.last_day().min(section.as_of);
        let is_now = day == section.as_of || period.kind == PeriodKind::All;
        let key = if is_now { "lead.owed_now" } else { "lead.owed" };
        sentences.push(voice.rich_count(
            key,
            open,
            &[
                ("n", told_count(voice, section, sheet, "open_at_end")?),
                ("day", text(voice.format.date(day))),
            ],
        ));
    }
    if sheet.maturity == Maturity::Partial && period.kind != PeriodKind::All {
        sentences.push(voice.word("lead.partial").into());
    }
    Some(voice.sentences(sentences))
}

/// The sentence that tells a median; none where there is no such day.
fn median_key(median: &Figure) -> Option<&'static str> {
    match median.amount {
        Amount::Quantile(0, _) if median.unit == Unit::Days => Some("same_day"),
        Amount::Quantile(..) if median.unit == Unit::Hours => Some("hours"),
        Amount::Quantile(..) => Some("median"),
        _ => None,
    }
}

/// A count of a sheet that carries a sentence.
pub(super) fn told_count(
    voice: &Voice<'_>,
    section: &Section,
    sheet: &Sheet,
    indicator: &str,
) -> Option<Span> {
    Some(voice.told(section, sheet, sheet.figure(indicator)?))
}

/// A plain count of a sheet.
pub(super) fn count(sheet: &Sheet, indicator: &str) -> Option<u64> {
    match sheet.figure(indicator)?.amount {
        Amount::Count(cases) => Some(cases),
        _ => None,
    }
}

impl Voice<'_> {
    /// An indicator's name by its definition, with its clock where the data set has several.
    pub(super) fn indicator(&self, section: &Section, indicator: &str) -> String {
        let mut name = self
            .definitions
            .get(super::methods::definition_id(indicator))
            .name;
        if let Some(days) = super::phrase::days_within(indicator) {
            let number = self.format.number(days.into());
            name = self
                .words
                .count("name.within_k", days.into(), &[("k", &number)]);
        }
        let mut parts = indicator.split(':').skip(1);
        let clock = parts.next();
        let is_extended = parts.next() == Some("extended");
        let clocks = &section.dataset.scheme.clocks;
        if let Some(clock) = clock
            && clocks.len() > 1
            && let Some(index) = clocks.iter().position(|each| each.id == clock)
        {
            name = self.say(
                "name.of_clock",
                &[("name", &name), ("clock", &self.clock_name(section, index))],
            );
        }
        if is_extended {
            name = self.say("name.extended", &[("name", &name)]);
        }
        name
    }

    /// The name of the base that a rate's denominator is: `due`, `valid`.
    pub(super) fn base_name(&self, indicator: &str) -> String {
        let key = format!("base_name.{}", family(indicator));
        if self.words.has(&key) {
            self.word(&key)
        } else {
            self.word("base_name.other")
        }
    }
}
