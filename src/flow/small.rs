//! Small numbers: the figures of a data set made publishable, and what its office is told of it. [`withhold`] is the way in.

use std::fmt::Write as _;

use crate::config::{Dataset, Site};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::indicators::Sheet;
use crate::previous::{self, Previous};
use crate::privacy::{self, Account, Share};
use crate::time::{Day, PeriodKind};

/// What the scopes of an account are called.
const SCOPES: [&str; 3] = ["all cases", "members", "pairs"];

/// Withholds what must not be published of a data set's figures, with what the last publication printed taken as known. `then` are its
/// figures as of that one's date.
pub(super) fn withhold(
    site: &Site,
    dataset: &Dataset,
    (sheets, then): (&mut Vec<Sheet>, &[Sheet]),
    as_of: Day,
    previous: Option<&Previous>,
) -> Account {
    let dimensions = &dataset.scheme.dimensions;
    let names: Vec<&str> = dimensions.iter().map(|each| each.id.as_str()).collect();
    let printed = previous.map(|previous| {
        let (id, names) = (&dataset.id, &names);
        move |sheet: &Sheet, figure: &crate::indicators::Figure| {
            let place = previous::Place::of(id, names, sheet);
            previous.figures.base(&place, &figure.indicator)
        }
    });
    let has = previous.map(|previous| {
        let (id, names) = (&dataset.id, &names);
        move |sheet: &Sheet| {
            previous
                .figures
                .at(&previous::Place::of(id, names, sheet))
                .is_some()
        }
    });
    let told_of = previous.and_then(|previous| previous.as_of.get(&dataset.id).copied());
    let around =
        privacy::Around {
            scheme: &dataset.scheme,
            as_of,
            earlier: printed.as_ref().zip(has.as_ref()).zip(told_of).map(
                |((printed, has), as_of)| privacy::Told {
                    as_of,
                    printed: printed as &privacy::Printed<'_>,
                    has,
                    sheets: then,
                },
            ),
        };
    let rules = privacy::Rules {
        min_base: site.min_base,
        min_cell: site.min_cell,
    };
    privacy::protect(sheets, &around, &rules)
}

/// Tells what was withheld. `None` where a withheld count could still be worked out: then nothing may be published.
pub(super) fn tell(
    min_cell: u64,
    dataset: &Dataset,
    account: &Account,
    diags: &mut Diagnostics,
) -> Option<()> {
    let place = || Place::file(&dataset.path);
    if !account.leaks.is_empty() {
        let message = format!(
            "counts under {min_cell} could be worked out from what would be published: {}",
            account.leaks.join("; ")
        );
        diags.tell(
            Diagnostic::error("small-numbers", message)
                .at(place())
                .hint("publish fewer kinds of period ([periods] kinds), drop a dimension or write pages = false for it, or give its smallest members one name in an [aliases] table")
                .hint("min_cell under [privacy] says which counts are small"),
        );
        return None;
    }
    if account.known_before > 0 {
        let message = format!(
            "counts under {min_cell} that whoever kept the last publication may work out, withheld from all others: {}",
            account.known_before
        );
        diags.tell(
            Diagnostic::warning("small-numbers-known", message)
                .at(place())
                .hint("it tells them, they follow from it, or hiding them would take too much from everybody; what was published cannot be taken back"),
        );
    }
    if let Some(told) = shares(account) {
        diags.tell(
            Diagnostic::note(
                "withheld",
                format!("to protect people behind counts under {min_cell}, withheld are {told}"),
            )
            .at(place()),
        );
    }
    Some(())
}

/// `6,493 of 16,626 figures of members (38.2 % by month, …)`; `None` where nothing is withheld.
fn shares(account: &Account) -> Option<String> {
    let mut parts = Vec::new();
    for (scope, name) in (0..).zip(SCOPES) {
        let of_scope = || {
            account
                .shares
                .iter()
                .filter(move |((at, _), _)| *at == scope)
        };
        let sum = |of: fn(&Share) -> u64| of_scope().map(|(_, share)| of(share)).sum::<u64>();
        let (withheld, figures) = (sum(|share| share.withheld), sum(|share| share.figures));
        if withheld == 0 {
            continue;
        }
        let mut told = format!("{withheld} of {figures} figures of {name}");
        let kinds: Vec<String> = of_scope()
            .map(|((_, kind), share)| format!("{} {}", percent(share), by(*kind)))
            .collect();
        let _ = write!(told, " ({})", kinds.join(", "));
        parts.push(told);
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn by(kind: PeriodKind) -> String {
    match kind {
        PeriodKind::All => "in all".to_owned(),
        kind => format!("by {}", kind.id()),
    }
}

/// A share to one decimal: `38.2 %`.
fn percent(share: &Share) -> String {
    let tenths = (share.withheld * 1_000 + share.figures / 2)
        .checked_div(share.figures)
        .unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(withheld: u64) -> Account {
        Account {
            shares: [
                (
                    (0, PeriodKind::Year),
                    Share {
                        figures: 21,
                        withheld: 0,
                    },
                ),
                (
                    (1, PeriodKind::Year),
                    Share {
                        figures: 40,
                        withheld,
                    },
                ),
                (
                    (1, PeriodKind::Month),
                    Share {
                        figures: 300,
                        withheld: withheld * 3,
                    },
                ),
            ]
            .into(),
            ..Account::default()
        }
    }

    #[test]
    fn shares_are_told_by_scope_and_kind_of_period() {
        assert_eq!(
            shares(&account(13)).as_deref(),
            Some("52 of 340 figures of members (32.5 % by year, 13.0 % by month)")
        );
        assert_eq!(shares(&account(0)), None);
    }
}
