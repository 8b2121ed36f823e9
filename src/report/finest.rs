//! The shortest kinds of period that a member is shown by: those of which most cells of a table or picture hold a number.
//!
//! By year and over the whole coverage a member is always shown, and all cases are by every kind. What else can be told is in the files.

use super::model::{Block, Part};
use super::publication::Section;
use super::voice::Voice;
use crate::indicators::{Amount, Scope};
use crate::time::{Period, PeriodKind};

/// Whether most cells hold: of some figures in some periods of one kind, no more than half of those with a number are withheld.
pub(super) fn holds<'i>(
    section: &Section,
    scope: &Scope,
    periods: &[Period],
    indicators: impl IntoIterator<Item = &'i str>,
) -> bool {
    let is_short = |period: &Period| period.kind > PeriodKind::Year;
    if *scope == Scope::Overall || !periods.iter().any(is_short) {
        return true;
    }
    let (mut told, mut withheld) = (0_usize, 0_usize);
    for indicator in indicators {
        for period in periods {
            match section
                .figure(scope, period, indicator)
                .map(|figure| figure.amount)
            {
                None | Some(Amount::None(..)) => {}
                Some(Amount::Suppressed) => withheld += 1,
                Some(_) => told += 1,
            }
        }
    }
    told >= withheld
}

/// The periods that a trend of some figures is drawn over: of the kind that the site's trends are, else years.
pub(super) fn of_trend<'i>(
    section: &Section,
    scope: &Scope,
    indicators: impl IntoIterator<Item = &'i str> + Clone,
    last: impl Fn(PeriodKind) -> Vec<Period>,
) -> Option<Vec<Period>> {
    let mut kinds = [section.trend_kind()?, PeriodKind::Year]
        .map(last)
        .into_iter();
    kinds.find(|periods| holds(section, scope, periods, indicators.clone()))
}

/// `Months are not shown: …`
pub(super) fn said(voice: &Voice<'_>, kind: PeriodKind) -> String {
    voice.word(&format!("finest.{}", kind.id()))
}

/// Stands for the part of a kind that is not shown.
pub(super) fn part(voice: &Voice<'_>, kind: PeriodKind) -> Part {
    super::chrome::part(
        kind.id(),
        voice.word(&format!("period.kinds.{}", kind.id())),
        "",
        vec![Block::Paragraph(said(voice, kind).into())],
    )
}
