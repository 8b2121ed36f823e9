//! Which counts to withhold so that no small one can be worked out: [`suppress`].
//!
//! The rule (Hundepool et al., *Statistical Disclosure Control*, 2012, ch. 4): for each small count that is withheld, other counts fit
//! all that is published in which it is another number. Such a body of counts, told as changes, is a [`World`]; it is the proof.
//!
//! First goes each small count, with its parts ([`super::closure`]). For each it is then looked for an exchange of cases among what is
//! withheld. Where there is none, what costs readers least is withheld in addition. At the end all is told again that no exchange needs.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::closure::Withheld;
use super::earlier::Earlier;
use super::exchange::{Exchange, Flow, Points, Times, View};
use super::lattice::{Lattice, Place};
use super::moves::{Move, Sums};
use super::search::{Effort, Search};

/// Another body of counts that fits all that is published, told as changes.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) now: Exchange,
    /// What was different then, where the last publication was of an earlier date.
    pub(super) then: Exchange,
    /// How it is made, where that is by a pattern.
    pub(super) pattern: Option<(Points, Times, Move)>,
}

/// What is withheld, and why that is enough.
#[derive(Debug)]
pub(super) struct Pattern {
    /// For each cell whether a figure's count is withheld.
    pub(super) is_withheld: Vec<bool>,
    pub(super) worlds: Vec<World>,
    /// Counts that an earlier publication printed, and small ones that follow from it.
    pub(super) is_known: Vec<bool>,
}

/// What [`suppress`] looks at.
#[derive(Clone, Copy)]
pub(super) struct Material<'a> {
    pub(super) lattice: &'a Lattice,
    /// What each name counts.
    pub(super) views: &'a [View],
    /// The numbers of the names the search asks for.
    pub(super) flow: Flow<'a>,
    /// What readers lose with a name, by name.
    pub(super) worth: &'a [u64],
    /// For each name whether it counts cases.
    pub(super) is_of_cases: &'a [bool],
    /// For each name whether no figure prints it.
    pub(super) is_spare: &'a [bool],
    /// Counts that readers have whatever is withheld.
    pub(super) is_known: &'a [bool],
    /// The last publication.
    pub(super) earlier: &'a Earlier,
    /// What is small is below it.
    pub(super) threshold: i64,
}

impl Material<'_> {
    /// Whether a cell holds a printed count that is small.
    pub(super) fn is_small(&self, cell: usize) -> bool {
        let value = self.lattice.value(cell);
        self.lattice.is_printed(cell)
            && self.is_of_cases[cell % self.lattice.names]
            && value.is_some_and(|v| v > 0 && v < self.threshold)
    }

    /// Whether a count can't be shown to be another when a small one is hidden, because an earlier publication printed it. A small count
    /// that was printed itself is hidden as if none had been: from those who have not seen it, and for what is published next.
    pub(super) fn is_known_to(&self, small: usize, cell: usize) -> bool {
        self.is_known[cell] && !self.is_known[small]
    }

    /// The counts that a world hides: where it changes what was printed before, only others that were.
    pub(super) fn hidden_by(&self, world: &World) -> impl Iterator<Item = usize> {
        let changes_known = self.changes_known(world);
        let cells = world.now.iter().filter(|one| one.1 != 0);
        let cells = cells.map(|one| one.0);
        cells.filter(move |cell| !changes_known || self.is_known[*cell])
    }

    /// Whether a world changes what was printed before: it tells those who have not seen that.
    pub(super) fn changes_known(&self, world: &World) -> bool {
        world.now.iter().any(|(cell, _)| self.is_known[*cell])
    }
}

/// Finds what to withhold. What hid small counts in the last publication is carried over.
pub(super) fn suppress(from: &Material<'_>, sums: &[Sums; 2], mut carried: Vec<World>) -> Pattern {
    let lattice = from.lattice;
    let small = small_in(from);
    let mut hiding = Hiding::of(from, &small);
    hiding.withheld.add(from.earlier.untold(lattice));
    let then = from.earlier.then.as_ref();
    carried.retain_mut(|world| {
        // What is not counted of pairs now was not told of them then.
        world
            .now
            .retain(|one| then.is_some_and(|then| then.lattice.value(one.0).is_some()));
        let mut cells = world.now.iter().map(|one| one.0);
        cells.all(|cell| then.is_some_and(|then| !then.is_told(cell)))
    });
    for world in still_hiding(from, sums, &carried) {
        hiding.withheld.add(world.now.iter().map(|one| one.0));
        hiding.keep(from, world);
    }
    hiding.hide(from, sums, (&carried, &small));
    // What an earlier publication gives away is hidden from those who have not seen it.
    let mut is_known = from.is_known.to_vec();
    let left: Vec<usize> = hiding.open_of(&small);
    for &cell in &left {
        is_known[cell] |= from.earlier.has_told();
    }
    let from = Material {
        is_known: &is_known,
        ..*from
    };
    if from.earlier.has_told() {
        let as_if_new = Material {
            earlier: &Earlier::nothing(lattice.cells()),
            ..from
        };
        hiding.hide(&as_if_new, sums, (&[], &left));
    }
    let worlds = needed(&from, hiding.worlds);
    let mut is_withheld = vec![false; lattice.cells()];
    for &(cell, _) in worlds.iter().flat_map(|world| &world.now) {
        is_withheld[cell] = lattice.is_printed(cell);
    }
    for cell in small {
        is_withheld[cell] = true;
    }
    Pattern {
        is_withheld,
        worlds,
        is_known,
    }
}

/// What hides small counts among all that was not told, as far as it is found.
pub(super) fn hidden(from: &Material<'_>, sums: &[Sums; 2]) -> Vec<World> {
    let mut small = small_in(from);
    small.retain(|&cell| !from.is_known[cell]);
    let mut hiding = Hiding::of(from, &small);
    hiding.withheld.add(from.earlier.untold(from.lattice));
    hiding.hide(from, sums, (&[], &small));
    hiding.worlds
}

/// All small counts, wholes first.
fn small_in(from: &Material<'_>) -> Vec<usize> {
    let cells = 0..from.lattice.cells();
    let mut small: Vec<usize> = cells.filter(|&cell| from.is_small(cell)).collect();
    small.sort_by_cached_key(|&cell| (rank(from.lattice, cell), cell));
    small
}

/// Of what hid small counts in the last publication what does so still with what it told.
fn still_hiding(from: &Material<'_>, sums: &[Sums; 2], carried: &[World]) -> Vec<World> {
    let search = Search::new(from, sums, &[]);
    let again = carried.par_iter();
    again
        .flat_map_iter(|world| search.made_again(world))
        .collect()
}

/// What is found while it is looked for.
struct Hiding<'a> {
    withheld: Withheld<'a>,
    is_hidden: Vec<bool>,
    worlds: Vec<World>,
}

impl<'a> Hiding<'a> {
    /// Nothing yet, with some small counts withheld.
    fn of(from: &Material<'a>, small: &[usize]) -> Self {
        let mut withheld = Withheld::nothing(from.lattice, from.views);
        withheld.add(small.iter().copied());
        Self {
            withheld,
            is_hidden: vec![false; from.lattice.cells()],
            worlds: Vec::new(),
        }
    }

    /// Looks for a world for each of some small counts, sorted by rank.
    fn hide(
        &mut self,
        from: &Material<'_>,
        sums: &[Sums; 2],
        (carried, small): (&[World], &[usize]),
    ) {
        let search = Search::new(from, sums, carried);
        let mut effort = Effort::new();
        // Wholes come first: what hides them hides much of their parts.
        for now in small.chunk_by(|one, two| rank(from.lattice, *one) == rank(from.lattice, *two)) {
            for some in now.chunks(AT_ONCE) {
                let found: Vec<World> = self
                    .open_of(some)
                    .par_iter()
                    .filter_map(|&cell| search.free(&self.withheld, cell))
                    .collect();
                for world in found {
                    self.keep(from, world);
                }
            }
            for &cell in now {
                if self.is_hidden[cell] {
                    continue;
                }
                let found = search.found(&self.withheld, cell, &mut effort);
                if let Some(world) = found {
                    self.withheld.add(world.now.iter().map(|one| one.0));
                    self.keep(from, world);
                }
            }
        }
    }

    fn keep(&mut self, from: &Material<'_>, world: World) {
        for cell in from.hidden_by(&world) {
            self.is_hidden[cell] = true;
        }
        self.worlds.push(world);
    }

    fn open_of(&self, cells: &[usize]) -> Vec<usize> {
        let open = cells.iter().copied();
        open.filter(|&cell| !self.is_hidden[cell]).collect()
    }
}

/// The worlds without those that hide no small count that others do not hide too. What none of them changes can be told after all.
fn needed(from: &Material<'_>, mut worlds: Vec<World>) -> Vec<World> {
    let mut hiding = vec![0_u32; from.lattice.cells()];
    for cell in worlds.iter().flat_map(|world| from.hidden_by(world)) {
        hiding[cell] += 1;
    }
    worlds.sort_by_key(|world| Reverse(world.now.len()));
    worlds.retain(|world| {
        let is_needed = from
            .hidden_by(world)
            .any(|cell| from.is_small(cell) && hiding[cell] == 1);
        if !is_needed {
            for cell in from.hidden_by(world) {
                hiding[cell] -= 1;
            }
        }
        is_needed
    });
    worlds
}

/// Cells that are looked at side by side.
const AT_ONCE: usize = 512;

/// Long periods and wide scopes first.
fn rank(lattice: &Lattice, cell: usize) -> impl Ord + use<> {
    let (node, period, _) = lattice.spot_of(cell);
    let depth = match lattice.nodes[node].place {
        Place::Pair(..) => usize::MAX,
        _ => lattice.chain(node).len(),
    };
    (lattice.periods[period].kind, depth)
}
