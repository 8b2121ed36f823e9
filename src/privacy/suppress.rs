//! Which counts to withhold so that no small one can be worked out: [`solve`].
//!
//! The rule is sliding protection (Hundepool et al., *Statistical Disclosure Control*, 2012, ch. 4): of each small count the values that
//! fit everything published must span at least the threshold. So a reader can't tell a withheld 2 from a 7, nor even that
//! it is small; which of the withheld counts are small is not said.
//!
//! 1. Small counts are withheld.
//! 2. Each, smallest first, gets the exchange that withholds least in addition ([`super::exchange`]). What is withheld already
//!    costs nothing, and a proof once made stays good as more is withheld, so later counts lean on earlier ones.
//! 3. Where no single exchange does, a linear program over its neighbourhood joins several ([`super::program`]); where that fails too,
//!    the whole neighbourhood is withheld rather than a small count let out.
//! 4. What turned out not to be needed is shown again.
//! 5. Blocks small enough are solved for the least loss, and that is taken where it is less.
//!
//! All limits are numbers of steps, so the same counts give the same pattern on every machine.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::exchange;
use super::problem::{Linked, Pattern, Problem, Proof, Shown, is_small};
use super::program;

/// Cells of a neighbourhood that a linear program looks at.
const NEIGHBOURHOOD: usize = 160;

/// Cells times small counts of a block that is solved for the least loss.
const SMALL_BLOCK: usize = 240;

/// Finds what to withhold.
#[must_use]
pub fn solve(problem: &Problem) -> Pattern {
    let linked = Linked::new(problem);
    let mut work = Work {
        is_withheld: (0..problem.cells.len())
            .map(|cell| linked.is_sensitive(cell) && problem.cells[cell].shown == Shown::Printed)
            .collect(),
        proofs: vec![None; problem.cells.len()],
        linked: &linked,
    };
    let mut sensitive: Vec<usize> = (0..problem.cells.len())
        .filter(|&cell| linked.is_sensitive(cell))
        .collect();
    sensitive.sort_by_key(|&cell| (problem.cells[cell].value, cell));
    let unprotected: Vec<usize> = sensitive
        .iter()
        .copied()
        .filter(|&cell| !work.protect(cell))
        .collect();
    // By now more is withheld than when they were tried.
    let unprotected: Vec<usize> = unprotected
        .into_iter()
        .filter(|&cell| !work.protect(cell))
        .collect();
    work.show_what_is_not_needed(&sensitive);
    for (block, small) in blocks(&linked, &sensitive) {
        if block.len() * small.len() <= SMALL_BLOCK
            && small.iter().all(|cell| work.proofs[*cell].is_some())
        {
            work.improve(&block, &small);
        }
    }
    work.prove_the_rest();
    Pattern {
        known_before: (0..problem.cells.len())
            .filter(|&cell| {
                let found = problem.cells[cell];
                found.shown == Shown::Known && is_small(found.value, problem.threshold)
            })
            .collect(),
        is_withheld: work.is_withheld,
        proofs: work.proofs,
        unprotected,
    }
}

struct Work<'a> {
    linked: &'a Linked<'a>,
    is_withheld: Vec<bool>,
    proofs: Vec<Option<Proof>>,
}

impl Work<'_> {
    /// Withholds what protects a cell; false where nothing does.
    fn protect(&mut self, cell: usize) -> bool {
        if self.proofs[cell].is_some() {
            return true;
        }
        let found =
            exchange::cheapest(self.linked, &self.is_withheld, cell, true, None).or_else(|| {
                let block = neighbourhood(self.linked, cell, |_| true);
                program::cheapest(self.linked, &self.is_withheld, &block, cell)
            });
        if let Some(proof) = found {
            self.take(cell, proof);
            return true;
        }
        let block = neighbourhood(self.linked, cell, |_| true);
        let mut all = self.is_withheld.clone();
        for &at in &block {
            all[at] = self.linked.problem.cells[at].shown == Shown::Printed;
        }
        // A narrower range than asked for is still better than none, and the audit will say so.
        self.is_withheld = all;
        let proof = program::widest(self.linked, &self.is_withheld, &block, cell);
        let is_enough = proof
            .as_ref()
            .and_then(|proof| self.linked.width(&self.is_withheld, proof, cell))
            .is_some_and(|width| width >= self.linked.threshold());
        if let Some(proof) = proof.filter(|_| is_enough) {
            self.take(cell, proof);
        }
        is_enough
    }

    /// Withholds the cells of a proof, and keeps it for every cell that it protects.
    fn take(&mut self, cell: usize, proof: Proof) {
        let cells: BTreeSet<usize> = proof
            .up
            .iter()
            .chain(&proof.down)
            .map(|one| one.0)
            .collect();
        for &at in &cells {
            if self.linked.problem.cells[at].shown == Shown::Printed {
                self.is_withheld[at] = true;
            }
        }
        for &at in &cells {
            if at != cell && self.proofs[at].is_none() && self.linked.is_sensitive(at) {
                self.proofs[at] = Some(proof.clone()).filter(|proof| self.is_wide(proof, at));
            }
        }
        self.proofs[cell] = Some(proof);
    }

    fn is_wide(&self, proof: &Proof, cell: usize) -> bool {
        self.linked
            .width(&self.is_withheld, proof, cell)
            .is_some_and(|width| width >= self.linked.threshold())
    }

    /// Shows withheld cells again, the greatest loss first, as long as every small count keeps a proof.
    fn show_what_is_not_needed(&mut self, sensitive: &[usize]) {
        let mut users: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for &cell in sensitive {
            for &(at, _) in self.proofs[cell]
                .iter()
                .flat_map(|proof| proof.up.iter().chain(&proof.down))
            {
                users.entry(at).or_default().insert(cell);
            }
        }
        let mut others: Vec<usize> = (0..self.is_withheld.len())
            .filter(|&cell| self.is_withheld[cell] && !self.linked.is_sensitive(cell))
            .collect();
        others.sort_by_key(|&cell| {
            (
                std::cmp::Reverse(self.linked.problem.cells[cell].loss),
                cell,
            )
        });
        for cell in others {
            let users_of = users.get(&cell).cloned().unwrap_or_default();
            // Many lean on a cell that is needed; to try them all again would cost much and seldom gain.
            if users_of.len() > 12 {
                continue;
            }
            self.is_withheld[cell] = false;
            let again: Option<Vec<(usize, Proof)>> = users_of
                .iter()
                .map(|&user| {
                    exchange::cheapest(self.linked, &self.is_withheld, user, false, Some(cell))
                        .map(|proof| (user, proof))
                })
                .collect();
            match again {
                Some(again) => {
                    for (user, proof) in again {
                        for &(at, _) in proof.up.iter().chain(&proof.down) {
                            users.entry(at).or_default().insert(user);
                        }
                        self.proofs[user] = Some(proof);
                    }
                }
                None => self.is_withheld[cell] = true,
            }
        }
    }

    /// Takes a pattern of less loss for a block, where the program finds one and its proofs hold.
    fn improve(&mut self, block: &[usize], small: &[usize]) {
        let is_extra = |cell: &usize| self.is_withheld[*cell] && !self.linked.is_sensitive(*cell);
        let loss: u64 = block
            .iter()
            .filter(|cell| is_extra(cell))
            .map(|&cell| u64::from(self.linked.problem.cells[cell].loss.max(1)))
            .sum();
        let Some(proofs) = program::least_loss(self.linked, block, small, loss) else {
            return;
        };
        let mut is_withheld = self.is_withheld.clone();
        for &cell in block {
            is_withheld[cell] = self.linked.is_sensitive(cell)
                && self.linked.problem.cells[cell].shown == Shown::Printed;
        }
        for &(at, _) in proofs
            .iter()
            .flat_map(|(_, proof)| proof.up.iter().chain(&proof.down))
        {
            is_withheld[at] |= self.linked.problem.cells[at].shown == Shown::Printed;
        }
        let holds = proofs.iter().all(|(cell, proof)| {
            self.linked
                .width(&is_withheld, proof, *cell)
                .is_some_and(|width| width >= self.linked.threshold())
        });
        if holds {
            self.is_withheld = is_withheld;
            for (cell, proof) in proofs {
                self.proofs[cell] = Some(proof);
            }
        }
    }

    /// Cells withheld for others need only be uncertain: the proofs they are part of show that. What is in none is shown.
    fn prove_the_rest(&mut self) {
        let mut of: BTreeMap<usize, usize> = BTreeMap::new();
        for (cell, proof) in self.proofs.iter().enumerate() {
            for &(at, _) in proof
                .iter()
                .flat_map(|proof| proof.up.iter().chain(&proof.down))
            {
                of.entry(at).or_insert(cell);
            }
        }
        for cell in 0..self.is_withheld.len() {
            if !self.is_withheld[cell] || self.linked.is_sensitive(cell) {
                continue;
            }
            match of.get(&cell) {
                Some(&user) => self.proofs[cell] = self.proofs[user].clone(),
                None => self.is_withheld[cell] = false,
            }
        }
    }
}

/// The cells nearest to one over the relations, those that can vary, in order of their position.
pub(super) fn neighbourhood(
    linked: &Linked<'_>,
    cell: usize,
    is_inside: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let mut found = BTreeSet::from([cell]);
    let mut queue = VecDeque::from([cell]);
    while let Some(at) = queue.pop_front() {
        for &(relation, _) in &linked.relations_of[at] {
            for &(next, _) in &linked.cells_of[relation] {
                if found.len() >= NEIGHBOURHOOD {
                    return found.into_iter().collect();
                }
                if linked.can_vary(next) && is_inside(next) && found.insert(next) {
                    queue.push_back(next);
                }
            }
        }
    }
    found.into_iter().collect()
}

/// The blocks that small counts lie in: cells that can vary, connected by relations, with their small counts. Larger ones than a
/// neighbourhood are left out.
fn blocks(linked: &Linked<'_>, sensitive: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for &cell in sensitive {
        if seen.contains(&cell) {
            continue;
        }
        let block = neighbourhood(linked, cell, |_| true);
        seen.extend(block.iter().copied());
        if block.len() < NEIGHBOURHOOD {
            let small = block
                .iter()
                .copied()
                .filter(|&at| linked.is_sensitive(at))
                .collect();
            found.push((block, small));
        }
    }
    found
}
