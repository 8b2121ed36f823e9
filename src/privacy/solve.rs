//! Finds another body of counts where no exchange by pattern is found: [`Search::solved`] puts a block of counts to a solver of linear
//! programs, with as little as may be that is told and would be withheld for it.

use std::collections::BTreeMap;

use super::around::{Places, SIZES, Size};
use super::block::{Basis, Block, Issue, Issues, Spot};
use super::closure::Withheld;
use super::earlier::Bond;
use super::exchange::summed;
use super::program::{self, Condition, Hold, Terms};
use super::search::{Effort, Search};
use super::suppress::World;

/// Counts with more room than this are looked at once a solution is found.
const ROOM: i64 = 3;

/// Exchanges of then that are looked at for a count.
const AFTER: usize = 8;

/// What a spot's change is made up of.
type Sum = ((Issue, Spot), Terms);

/// A block with what is looked for.
struct Question {
    /// The count that is to be another.
    cell: usize,
    block: Block,
    sums: Vec<Sum>,
    /// What readers lose with each unknown: those of the block, and others that stand for counts of all cases.
    costs: Vec<u64>,
    /// What holds beside the sums, between the counts of now and those of then.
    conditions: Vec<(Terms, Hold)>,
    /// What was different then, where that is settled: by how much each cell changed.
    was: Option<BTreeMap<usize, i64>>,
}

impl Search<'_> {
    /// Other counts in which a cell is another, in a block around it: of now, and of then where something was told then. Where two counts
    /// have been seen to be always the same, they stay so if they can.
    pub(super) fn solved(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<World> {
        let [seen, meant] = &self.bases;
        let [small, medium, large] = SIZES;
        let tried = [
            (seen, small),
            (meant, small),
            (seen, medium),
            (meant, medium),
            (meant, large),
        ];
        tried
            .into_iter()
            .find_map(|of| self.solved_in(withheld, cell, of, effort))
    }

    /// The same in a small block, where something was told then: that leaves few exchanges, and of those by pattern many cost much.
    pub(super) fn solved_soon(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<World> {
        self.then_for(cell)?;
        self.solved_in(withheld, cell, (&self.bases[1], SIZES[0]), effort)
    }

    fn solved_in(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        (basis, size): (&Basis, Size),
        effort: &mut Effort,
    ) -> Option<World> {
        let issues = if self.then_for(cell).is_some() {
            Issues::Both
        } else {
            Issues::Now
        };
        let places = self.around(withheld, cell, basis, size);
        let question = self.ask(withheld, cell, (basis, issues), &places, effort)?;
        let mut signs = [1, -1].into_iter();
        signs.find_map(|sign| self.answer(&question, sign))
    }

    /// Other counts of now in which a cell is another, where counts of then are that hid it in the last publication: what is settled
    /// changes as it did then, and the rest as it can.
    pub(super) fn solved_after(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        effort: &mut Effort,
    ) -> Option<World> {
        self.then_for(cell)?;
        let worlds = self.hid.get(&cell)?;
        let [small, medium, _] = SIZES;
        let mut tried = [small, medium].into_iter().flat_map(|size| {
            let worlds = worlds.iter().take(AFTER);
            worlds.map(move |then| (size, then))
        });
        tried.find_map(|(size, then)| {
            let was: BTreeMap<usize, i64> = then.iter().copied().collect();
            let by = *was.get(&cell)?;
            let places = self.across(withheld, cell, &was, size);
            let of = (&self.bases[1], Issues::Now);
            let question = Question {
                was: Some(was),
                ..self.ask(withheld, cell, of, &places, effort)?
            };
            self.answer(&question, by.signum())
        })
    }

    /// What is looked for in a block of some leaves, one of each tree, and shortest periods. `None` where that costs too much.
    fn ask(
        &self,
        withheld: &Withheld<'_>,
        cell: usize,
        (basis, issues): (&Basis, Issues),
        (tuples, periods): &Places,
        effort: &mut Effort,
    ) -> Option<Question> {
        let both = 1 + usize::from(issues == Issues::Both);
        let unknowns = tuples.len() * periods.len() * basis.len() * both;
        if !effort.spend(unknowns.pow(2)) {
            return None;
        }
        let rows = self.sums[1].rows();
        let block = Block::new(self.from, rows, (basis, issues), tuples, periods);
        let sums = sums_of(&block);
        let conditions = match issues {
            Issues::Both => self.bonds(cell, &sums),
            Issues::Now => Vec::new(),
        };
        let mut question = Question {
            cell,
            costs: Vec::new(),
            conditions,
            block,
            sums,
            was: None,
        };
        self.weigh(withheld, &mut question);
        Some(question)
    }

    /// What readers lose. What is told of all cases is weighed as a sum: it stays where one unknown makes up for another.
    fn weigh(&self, withheld: &Withheld<'_>, question: &mut Question) {
        let lattice = self.from.lattice;
        let is_of_all = |cell: usize| lattice.spot_of(cell).0 == 0;
        let loss = |cell: usize| Some(self.loss(cell)).filter(|_| !withheld.is_free(cell));
        let unknowns = question.block.unknowns.iter();
        let costs = unknowns.map(|unknown| {
            let told = unknown.effect.iter().filter_map(|(spot, _)| match spot {
                (Issue::Now, Spot::Cell(cell)) if !is_of_all(*cell) => loss(*cell),
                _ => None,
            });
            told.sum()
        });
        question.costs = costs.collect();
        for ((issue, spot), terms) in &question.sums {
            let Spot::Cell(cell) = *spot else { continue };
            let loss = loss(cell).filter(|&loss| loss > 0 && is_of_all(cell));
            if let Some(loss) = loss.filter(|_| *issue == Issue::Now) {
                let sum = [(question.costs.len(), -1)];
                question.costs.push(loss);
                let terms = [&terms[..], &sum].concat();
                question.conditions.push((terms, Hold::Is(0)));
            }
        }
    }

    /// Other counts in which a cell changes by one.
    fn answer(&self, question: &Question, sign: i64) -> Option<World> {
        let asked = Spot::Cell(question.cell);
        let of_spots = question
            .sums
            .iter()
            .filter_map(|&((issue, spot), ref terms)| {
                let hold = match issue {
                    Issue::Now if spot == asked => Some(Hold::Is(sign)),
                    Issue::Now => self.hold(question, spot),
                    Issue::Then => self.hold_then(spot),
                };
                Some((&terms[..], hold?))
            });
        let others = question.conditions.iter();
        let others = others.map(|(terms, hold)| (&terms[..], *hold));
        let conditions: Vec<Condition<'_>> = of_spots.chain(others).collect();
        let numbers = program::solution(&question.costs, &conditions)?;
        let now = question.block.exchange(&numbers, Issue::Now);
        let then = match &question.was {
            Some(was) => was.iter().map(|(&cell, &by)| (cell, by)).collect(),
            None => question.block.exchange(&numbers, Issue::Then),
        };
        self.sound(question.cell, now, |_| Some(then.clone()))
    }

    /// What a sum of now must come to; `None` where anything will do.
    fn hold(&self, question: &Question, spot: Spot) -> Option<Hold> {
        let from = self.from;
        let cell = match spot {
            Spot::Cell(cell) if !from.is_known_to(question.cell, cell) => cell,
            _ => return Some(Hold::Is(0)),
        };
        let room = from.lattice.value(cell).unwrap_or(0);
        let least = (room < ROOM).then_some(-room);
        let told = from.earlier.then.as_ref();
        let bond = told.zip(question.was.as_ref()).and_then(|(told, was)| {
            let bond = told.bond(from.lattice, from.views, cell)?;
            Some((bond, was.get(&cell).copied().unwrap_or(0)))
        });
        match bond {
            Some((Bond::Same, by)) => Some(Hold::Is(by)),
            Some((Bond::AtMost(more), by)) => {
                let grown = Some(by - more).filter(|by| *by > -ROOM);
                least.max(grown).map(Hold::AtLeast)
            }
            None => least.map(Hold::AtLeast),
        }
    }

    /// What a sum of then must come to.
    fn hold_then(&self, spot: Spot) -> Option<Hold> {
        let then = self.from.earlier.then.as_ref()?;
        let cell = match spot {
            Spot::Cell(cell) if !then.is_told(cell) => cell,
            _ => return Some(Hold::Is(0)),
        };
        let room = then.lattice.value(cell).unwrap_or(0);
        (room < ROOM).then_some(Hold::AtLeast(-room))
    }

    /// What holds between counts of now and of then.
    fn bonds(&self, cell: usize, sums: &[Sum]) -> Vec<(Terms, Hold)> {
        let Some(then) = self.then_for(cell) else {
            return Vec::new();
        };
        let mut changes: BTreeMap<usize, Vec<(usize, i64)>> = BTreeMap::new();
        for &((issue, spot), ref terms) in sums {
            let sign = match issue {
                Issue::Now => 1,
                Issue::Then => -1,
            };
            if let Spot::Cell(cell) = spot {
                let terms = terms.iter().map(|&(number, by)| (number, sign * by));
                changes.entry(cell).or_default().extend(terms);
            }
        }
        let bonds = changes.into_iter().filter_map(|(cell, terms)| {
            let hold = match then.bond(self.from.lattice, self.from.views, cell)? {
                Bond::Same => Hold::Is(0),
                Bond::AtMost(more) if more < ROOM => Hold::AtLeast(-more),
                Bond::AtMost(_) => return None,
            };
            let terms = summed(terms);
            (!terms.is_empty()).then_some((terms, hold))
        });
        bonds.collect()
    }
}

/// What each spot's change is made up of.
fn sums_of(block: &Block) -> Vec<Sum> {
    let unknowns = block.unknowns.iter().enumerate();
    let mut terms: Vec<((Issue, Spot), usize, i64)> = unknowns
        .flat_map(|(number, unknown)| {
            let effect = unknown.effect.iter();
            effect.map(move |&(spot, by)| (spot, number, by))
        })
        .collect();
    terms.sort_unstable();
    terms
        .chunk_by(|one, two| one.0 == two.0)
        .map(|of| (of[0].0, of.iter().map(|one| (one.1, one.2)).collect()))
        .collect()
}
