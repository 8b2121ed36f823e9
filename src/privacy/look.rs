//! Where and when a count could change: a [`Look`] visits exchanges, likely ones first.
//!
//! For places and times the sheets that change say how far each of their counts can, and [`Sums::way`](super::moves::Sums::way) finds how
//! a case moves within that room. All limits are numbers of steps, so the same counts give the same exchanges on every machine.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use super::closure::Withheld;
use super::earlier::Then;
use super::exchange::{Factors, Points, Times, VIEWS, View, periods, periods_of_pairs};
use super::lattice::{Lattice, Place};
use super::moves::{Move, Room};
use super::search::{Search, TRIES};

/// Members at the bottom that a change begins at.
pub(super) const STARTS: usize = 3;

/// Shortest periods looked at in and around a period.
pub(super) const PERIODS: usize = 6;

/// Places at which a way is looked for at some times: among what is withheld, and with more.
pub(super) const LOOKS: [usize; 2] = [24, 16];

/// As far as a count may change that nothing holds.
pub(super) const FAR: i64 = 1 << 20;

/// One look: what is looked for, and what may change.
pub(super) struct Look<'a, 'b> {
    pub(super) search: &'b Search<'a>,
    pub(super) withheld: &'b Withheld<'a>,
    /// Whether only what is withheld may change.
    pub(super) is_free: bool,
    /// What is to change, and its name.
    pub(super) cell: usize,
    pub(super) name: usize,
    /// Choices on a way.
    pub(super) tries: usize,
    /// Whether in periods that were over only such as was not told then may change: the same was different then.
    pub(super) as_then: bool,
    /// Places that are still looked at.
    pub(super) left: usize,
}

/// A sheet that changes with an exchange, by node, period and the sign it changes with.
type Side = (usize, usize, i64);

/// First cells of sheets, with signs; and of others.
pub(super) type Cells = (Factors, Vec<usize>);

/// Periods that change, each with its sign; those of the widest sheets that do.
type Spells = (Vec<(usize, i64)>, Vec<usize>);

/// Is shown each exchange that is found.
pub(super) type Visit<'v> = dyn FnMut(&Points, &Times, &Move) -> ControlFlow<()> + 'v;

impl<'a, 'b> Look<'a, 'b> {
    /// A look for exchanges that change a cell: with so many choices on a way, or, without a number, among what is withheld already.
    pub(super) fn new(
        search: &'b Search<'a>,
        withheld: &'b Withheld<'a>,
        tries: Option<usize>,
        cell: usize,
    ) -> Self {
        Self {
            search,
            withheld,
            is_free: tries.is_none(),
            tries: tries.unwrap_or(TRIES[0]),
            cell,
            name: search.from.lattice.spot_of(cell).2,
            as_then: false,
            left: 0,
        }
    }
}

impl Look<'_, '_> {
    pub(super) fn lattice(&self) -> &Lattice {
        self.search.from.lattice
    }

    pub(super) fn now(&self, node: usize, period: usize) -> i64 {
        let lattice = self.lattice();
        let cell = lattice.cell(node, period, self.name);
        cell.and_then(|cell| lattice.value(cell)).unwrap_or(0)
    }

    /// Whether a cell can't be shown to change: readers see it, or have it.
    pub(super) fn is_held(&self, cell: usize) -> bool {
        self.search.from.is_known_to(self.cell, cell)
            || (self.is_free && !self.withheld.is_free(cell))
    }

    /// Whether the last publication told what is settled of a node in a period that had begun.
    pub(super) fn was_told(&self, node: usize, period: usize) -> bool {
        let lattice = self.lattice();
        let then = self.search.then_for(self.cell);
        let cell = lattice.cell(node, period, self.name);
        then.zip(cell)
            .is_some_and(|(then, cell)| then.has_settled(cell))
    }

    /// What was told then, where some sheets at the bottom are all of periods that were over: what changes there has changed then.
    fn told_of(&self, bottom: &[(usize, i64)]) -> Option<&Then> {
        let lattice = self.lattice();
        let was_over = |then: &&Then| {
            let periods = bottom.iter().map(|one| lattice.spot_of(one.0).1);
            periods.into_iter().all(|at| then.was_over(lattice, at))
        };
        self.search.then_for(self.cell).filter(was_over)
    }

    /// How far a name can change in some sheets: at most as low as 0 at the bottom, and not where readers see it at the top.
    pub(super) fn limits(&self, name: usize, bottom: &[(usize, i64)], top: &[usize]) -> [i64; 2] {
        self.limits_with(self.told_of(bottom), name, bottom, top)
    }

    /// The same, beside what was told then.
    fn limits_with(
        &self,
        then: Option<&Then>,
        name: usize,
        bottom: &[(usize, i64)],
        top: &[usize],
    ) -> [i64; 2] {
        let lattice = self.lattice();
        let was_told = |then: &Then, cell: usize| match self.as_then {
            true => then.is_told(cell),
            false => then.has_settled(cell),
        };
        let is_held =
            |cell: usize| self.is_held(cell) || then.is_some_and(|then| was_told(then, cell));
        let [mut down, mut up] = [FAR, FAR];
        for &(first, sign) in bottom {
            let cell = first + name;
            let Some(value) = lattice.value(cell) else {
                continue;
            };
            if is_held(cell) {
                return [0, 0];
            }
            let room = value - self.search.from.earlier.least(cell);
            if sign > 0 {
                down = down.min(room);
            } else {
                up = up.min(room);
            }
        }
        for &first in top {
            if lattice.value(first + name).is_some() && is_held(first + name) {
                return [0, 0];
            }
        }
        [down, up]
    }

    /// How far each name can change. What has its own time is left to `place`.
    fn room(&self, place: impl Fn(View) -> Option<Cells>) -> Room {
        let from = self.search.from;
        let mut room = Room::none(from.lattice.names);
        for view in VIEWS {
            let Some((bottom, top)) = place(view) else {
                continue;
            };
            let then = self.told_of(&bottom);
            for name in (0..from.lattice.names).filter(|&name| from.views[name] == view) {
                room.limits[name] = self.limits_with(then, name, &bottom, &top);
                if !self.is_free {
                    let told = top.iter();
                    let told = told.filter(|&&first| !self.withheld.is_free(first + name));
                    room.costs[name] = told.count() as u64 * from.worth[name].max(1);
                }
            }
        }
        room
    }

    /// Visits exchanges that change a cell.
    pub(super) fn walk(&mut self, cell: usize, visit: &mut Visit<'_>) {
        let (node, period, _) = self.lattice().spot_of(cell);
        let _ = match self.lattice().nodes[node].place {
            Place::Overall => self.through(0, &[], period, visit),
            Place::Member { tree, .. } => self.between(node, tree, period, visit),
            Place::Pair(first, second) => self.crossed(node, (first, second), period, visit),
        };
    }

    /// The shortest periods of a list with most of what is looked for; of those that the last publication told nothing of the last too.
    pub(super) fn likely(&self, node: usize, periods: &[usize]) -> Vec<usize> {
        let begun = periods.iter().copied();
        let mut periods: Vec<usize> = begun.filter(|&at| self.lattice().has_begun(at)).collect();
        periods.sort_by_key(|&at| (self.was_told(node, at), Reverse(self.now(node, at)), at));
        let then = self.search.then_for(self.cell);
        let is_new = |at: &usize| then.is_some_and(|then| !then.lattice.has_begun(*at));
        let new = periods.iter().copied().filter(is_new).max();
        periods.truncate(self.wide(PERIODS));
        if let Some(new) = new.filter(|new| !periods.contains(new)) {
            periods.pop();
            periods.push(new);
        }
        periods
    }

    /// Ways at some sheets at some times, for one more and for one fewer. `bottom` and `top` are the nodes with their signs, `pairs` those
    /// of pairs that change too.
    pub(super) fn ways(
        &mut self,
        times: &Times,
        bottom: [&[(usize, i64)]; 2],
        top: &[usize],
        pairs: &[(usize, i64)],
    ) -> Vec<Move> {
        let from = self.search.from;
        let lattice = from.lattice;
        let target = from.views[self.name];
        // Sheets that change, by period and sign; those that hold the rest up.
        let at = |view: View| -> Option<Spells> {
            Some(match (times, view) {
                (Times::Between(one, two), View::Cohort | View::Flow) => {
                    let tops = periods(lattice, times, view).into_iter().map(|at| at.0);
                    (vec![(*one, 1), (*two, -1)], tops.collect())
                }
                // What follows by sums over the whole coverage may not follow within it.
                (Times::Once(one, _), View::Cohort) | (Times::Once(_, one), View::Flow) => {
                    (vec![(*one, 1), (0, 1)], vec![0])
                }
                (Times::Once(..), View::Stock | View::Beyond) => (vec![(0, 1)], vec![0]),
                (Times::Alone(one), View::Stock | View::Beyond) => (vec![(*one, 1)], vec![*one]),
                // What came in at one time and went out at another was open in between.
                (Times::Between(one, two), View::Stock) if target == View::Stock => {
                    let ends = periods(lattice, times, View::Stock);
                    let sign = if one < two { 1 } else { -1 };
                    (
                        ends.iter().map(|end| (end.0, sign)).collect(),
                        ends.iter().map(|end| end.0).collect(),
                    )
                }
                _ => return None,
            })
        };
        // What changes at one time only changes over the whole coverage too.
        let holds_in_all = matches!(times, Times::Once(..)) || bottom[0] != bottom[1];
        let sums = &self.search.sums[usize::from(holds_in_all)];
        let mut found = Vec::new();
        let place = |view: View| {
            let (times, tops) = at(view)?;
            let bottoms = times.iter().enumerate().flat_map(|(half, &(period, by))| {
                bottom[half.min(1)]
                    .iter()
                    .map(move |&(node, sign)| (node, period, by * sign))
            });
            let tops = tops
                .iter()
                .flat_map(|&period| top.iter().map(move |&node| (node, period)));
            first_cells(lattice, bottoms, tops)
        };
        let Some((bottoms, tops)) = place(target) else {
            return found;
        };
        let limits = self.limits(self.name, &bottoms, &tops);
        if limits == [0, 0] {
            return found;
        }
        self.left = self.left.saturating_sub(1);
        let mut room = self.room(place);
        let is_pair = |node: usize| matches!(lattice.nodes[node].place, Place::Pair(..));
        if matches!(times, Times::Alone(_)) && top.iter().all(|&node| is_pair(node)) {
            // Of pairs it is not told what came and went.
            for name in [from.flow.closed, from.flow.reopened].into_iter().flatten() {
                room.limits[name] = [FAR, FAR];
            }
        }
        if !pairs.is_empty() {
            let cells = periods_of_pairs(lattice, times).map(|all| {
                let sides = all.into_iter().flat_map(|(at, by)| {
                    pairs.iter().map(move |&(node, sign)| (node, at, by * sign))
                });
                first_cells(lattice, sides, [])
            });
            for name in (0..lattice.names).filter(|&name| lattice.is_of_pairs[name]) {
                let cells = cells[from.views[name] as usize].as_ref();
                let [down, up] = cells.map_or([0, 0], |cells| self.limits(name, &cells.0, &[]));
                let limits = &mut room.limits[name];
                *limits = [limits[0].min(down), limits[1].min(up)];
            }
        }
        for sign in [-1, 1] {
            found.extend(sums.way(self.name, sign, &room, self.tries));
        }
        found
    }

    /// How many of something are looked at: more where nothing else is left to try.
    pub(super) fn wide(&self, many: usize) -> usize {
        if self.is_last() { many * 4 } else { many }
    }

    /// Whether nothing else is left to try.
    pub(super) fn is_last(&self) -> bool {
        !self.is_free && self.tries == TRIES[1]
    }
}

/// The first cells of sheets that change at the bottom, with their signs, and of those at the top. `None` where there is no sheet.
pub(super) fn first_cells(
    lattice: &Lattice,
    bottom: impl IntoIterator<Item = Side>,
    top: impl IntoIterator<Item = (usize, usize)>,
) -> Option<Cells> {
    let bottom: Option<Factors> = bottom
        .into_iter()
        .map(|(node, period, sign)| Some((lattice.cell(node, period, 0)?, sign)))
        .collect();
    let top = top
        .into_iter()
        .filter_map(|(node, period)| lattice.cell(node, period, 0));
    Some((bottom?, top.collect()))
}
