//! From sheets to sheets with nothing small in them.

use super::body::Body;
use super::carry::Carry;
use super::counts::{Counts, printed};
use super::drawings;
use super::earlier::Earlier;
use super::lattice::Lattice;
use super::moves::Sums;
use super::suppress::{Material, Pattern, World, hidden, suppress};
use super::{Account, Around, Rules, Told, audit};
use crate::indicators::{Amount, Figure, Scope, Sheet};

/// Leaks that are named; of more only their number is told.
const NAMED: usize = 8;

/// Withholds what must be. See the room's steps.
pub(super) fn withhold(sheets: &mut Vec<Sheet>, around: &Around<'_>, rules: &Rules) -> Account {
    let body = Body::of(sheets, around);
    let (counts, lattice, rows) = (&body.counts, &body.lattice, &body.rows);
    let last = around.earlier.filter(|told| told.as_of < around.as_of);
    let then = last.map(|told| (body_of(&told, around), told.sheets));
    let carry = then
        .as_ref()
        .map(|(then, told)| Carry::between((then, told), (&body, sheets)));
    let earlier = Earlier::of(&body, sheets, around, carry.as_ref());
    let is_known = earlier.known(lattice);
    let threshold = i64::try_from(rules.min_cell).unwrap_or(i64::MAX / 64);
    let material = Material {
        is_known: &is_known,
        ..body.material(&earlier, threshold)
    };
    let found = || {
        let carried = carry
            .as_ref()
            .zip(last)
            .map(|(carry, told)| carried(carry, around, told, threshold));
        suppress(&material, &body.sums, carried.unwrap_or_default())
    };
    let pattern = again(&material, &body.sums, counts, sheets).unwrap_or_else(found);
    let material = Material {
        is_known: &pattern.is_known,
        ..material
    };
    let leaks = audit::audit(&material, rows, &pattern);
    let known =
        (0..lattice.cells()).filter(|&cell| material.is_small(cell) && pattern.is_known[cell]);
    let mut account = Account {
        counts: lattice.homes().count() as u64,
        known_before: known.count() as u64,
        leaks: told(counts, lattice, sheets, &leaks),
        ..Account::default()
    };
    drawings::protect(counts, sheets, lattice, &pattern, rules);
    for (at, sheet) in sheets.iter_mut().enumerate() {
        let before = shown(sheet);
        apply(counts, sheet, lattice, &pattern, at, rules);
        let place = match sheet.scope {
            Scope::Overall => 0,
            Scope::Member { .. } => 1,
            Scope::Pair { .. } => 2,
        };
        let share = account
            .shares
            .entry((place, sheet.period.kind))
            .or_default();
        share.figures += before;
        share.withheld += before - shown(sheet);
    }
    sheets.retain(|sheet| !matches!(sheet.scope, Scope::Pair { .. }) || tells_of_a_case(sheet));
    account
}

/// The counts of the last publication, as if that one had been the first.
fn body_of(told: &Told<'_>, around: &Around<'_>) -> Body {
    Body::of(
        told.sheets,
        &Around {
            scheme: around.scheme,
            as_of: told.as_of,
            earlier: None,
        },
    )
}

/// What hides small counts in the last publication beside all that it told, in the cells of now.
fn carried(carry: &Carry<'_>, around: &Around<'_>, told: Told<'_>, threshold: i64) -> Vec<World> {
    let then = carry.from;
    let of_then = Around {
        scheme: around.scheme,
        as_of: told.as_of,
        earlier: Some(told),
    };
    let earlier = Earlier::of(then, told.sheets, &of_then, None);
    let is_known = earlier.known(&then.lattice);
    let material = Material {
        is_known: &is_known,
        ..then.material(&earlier, threshold)
    };
    let worlds = hidden(&material, &then.sums).into_iter();
    worlds.filter_map(|world| carry.world(&world)).collect()
}

/// What would be withheld if this were the first publication, where the last one of the same date withheld just that: what is published
/// again of the same cases is the same.
fn again(
    from: &Material<'_>,
    sums: &[Sums; 2],
    counts: &Counts,
    sheets: &[Sheet],
) -> Option<Pattern> {
    let earlier = from.earlier.as_if_new()?;
    let nothing = vec![false; from.is_known.len()];
    let pattern = suppress(
        &Material {
            is_known: &nothing,
            earlier: &earlier,
            ..*from
        },
        sums,
        Vec::new(),
    );
    let lattice = from.lattice;
    let mut is_told = nothing;
    for (at, sheet) in sheets.iter().enumerate() {
        let first = lattice.home[at] * lattice.names;
        let told: Vec<(usize, u64)> = sheet
            .figures
            .iter()
            .flat_map(|figure| told_by(counts, figure, |name| pattern.is_withheld[first + name]))
            .collect();
        let is_pair = matches!(sheet.scope, Scope::Pair { .. });
        if !is_pair || told.iter().any(|(_, count)| *count > 0) {
            for (name, _) in told {
                is_told[first + name] = true;
            }
        }
    }
    (is_told == from.earlier.stands).then_some(pattern)
}

/// The counts that a figure prints, by name; none where one of them is withheld.
fn told_by(
    counts: &Counts,
    figure: &Figure,
    is_withheld: impl Fn(usize) -> bool,
) -> Vec<(usize, u64)> {
    let role = counts.role(figure);
    let (numerator, denominator) = printed(figure.amount);
    let told = [
        role.numerator.zip(numerator),
        role.denominator.zip(denominator),
    ];
    let told: Vec<(usize, u64)> = told.into_iter().flatten().collect();
    let is_whole = told.iter().all(|(name, _)| !is_withheld(*name));
    if is_whole { told } else { Vec::new() }
}

/// Whether a figure still shows that there is a case. A pair of which none does has no lines, as one without cases has none, so that
/// readers can't tell which is which.
fn tells_of_a_case(sheet: &Sheet) -> bool {
    let mut figures = sheet.figures.iter();
    figures.any(|figure| {
        let (numerator, denominator) = printed(figure.amount);
        numerator.max(denominator).is_some_and(|count| count > 0)
    })
}

/// Figures that show a number.
fn shown(sheet: &Sheet) -> u64 {
    let figures = sheet.figures.iter();
    figures
        .filter(|figure| printed(figure.amount) != (None, None))
        .count() as u64
}

/// Withholds the figures of a sheet whose counts are withheld, and a balance made of them.
fn apply(
    counts: &Counts,
    sheet: &mut Sheet,
    lattice: &Lattice,
    pattern: &Pattern,
    at: usize,
    rules: &Rules,
) {
    let home = lattice.home[at];
    let is_withheld = |name: Option<usize>| {
        name.is_some_and(|name| pattern.is_withheld[home * lattice.names + name])
    };
    for figure in &mut sheet.figures {
        let role = counts.role(figure);
        let (numerator, denominator) = printed(figure.amount);
        let is_told = (numerator.is_some() && is_withheld(role.numerator))
            || (denominator.is_some() && is_withheld(role.denominator));
        let leans = matches!(figure.amount, Amount::Count(_)) && is_withheld(role.leans_on);
        if is_told || leans {
            figure.amount = Amount::Suppressed;
        }
    }
    let Some(balance) = sheet.balance else {
        return;
    };
    let stock = counts.find("open_at_end");
    let parts = [
        "valid",
        "reopened_in_period",
        "closed_in_period",
        "open_at_end",
    ];
    let is_before_withheld = || {
        let (node, period) = lattice.spot[home];
        let before = lattice.periods[period].first.plus(-1);
        (0..lattice.periods.len())
            .filter(|&other| lattice.end(other) == before)
            .filter_map(|other| lattice.cell(node, other, stock?))
            .any(|cell| pattern.is_withheld[cell])
    };
    let is_small = (1..rules.min_cell).contains(&balance.open_before);
    if is_small
        || parts.into_iter().any(|name| is_withheld(counts.find(name)))
        || is_before_withheld()
    {
        sheet.balance = None;
    }
}

/// The first few leaks by name, and how many more there are.
fn told(counts: &Counts, lattice: &Lattice, sheets: &[Sheet], leaks: &[usize]) -> Vec<String> {
    let mut told: Vec<String> = leaks
        .iter()
        .take(NAMED)
        .map(|cell| {
            let name = &counts.names()[cell % lattice.names];
            format!("{name} of {}", place(&sheets[cell / lattice.names]))
        })
        .collect();
    if leaks.len() > told.len() {
        told.push(format!("{} more", leaks.len() - told.len()));
    }
    told
}

fn place(sheet: &Sheet) -> String {
    let period = format!("{}/{}", sheet.period.kind.id(), sheet.period.id());
    match &sheet.scope {
        Scope::Overall => period,
        Scope::Member { member, .. } => format!("{member}, {period}"),
        Scope::Pair {
            member, member2, ..
        } => format!("{member} × {member2}, {period}"),
    }
}
