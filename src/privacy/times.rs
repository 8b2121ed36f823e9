//! The times a change can be made at, the nearest first.

use super::exchange::{Times, View};
use super::look::{Look, PERIODS};

/// Times of a kind that are looked at.
const TIMES: usize = 8;

impl Look<'_, '_> {
    /// The times a change can be made at, the nearest first.
    pub(super) fn times(&self, node: usize, period: usize, of_pairs: bool) -> Vec<Times> {
        let lattice = self.lattice();
        let all = lattice.shortest_in(0, of_pairs);
        // The last that has begun when the figures are told.
        let Some(last) = all.iter().copied().rfind(|&at| lattice.has_begun(at)) else {
            return Vec::new();
        };
        let parts = lattice.shortest_in(period, of_pairs);
        let view = self.search.from.views[self.name];
        match view {
            View::Stock => return self.stock_times((node, period), all, last, of_pairs),
            View::Beyond if period == 0 => return vec![Times::Once(last, last)],
            View::Beyond => return self.alone(node, period),
            View::Cohort | View::Flow => {}
        }
        let mut found = Vec::new();
        let starts = self.likely(node, parts);
        let mut seen: &[usize] = parts;
        let mut around = lattice.longer(period);
        while let Some(whole) = around {
            let wider = lattice.shortest_in(whole, of_pairs);
            let others: Vec<usize> = wider
                .iter()
                .copied()
                .filter(|at| !seen.contains(at))
                .collect();
            let others = self.likely(node, &others);
            let pairs = others
                .iter()
                .flat_map(|&two| starts.iter().map(move |&one| Times::Between(one, two)));
            found.extend(pairs.take(self.wide(TIMES)));
            seen = wider;
            around = lattice.longer(whole);
        }
        for &one in &starts {
            found.push(Times::Once(one, one));
            if view == View::Flow {
                let before = all.iter().copied().rev().filter(|&other| other < one);
                found.extend(before.take(2).map(|other| Times::Once(other, one)));
            } else {
                let after = all.iter().copied().filter(|&at| at > one && at <= last);
                let near = after.take(2).chain([last]).filter(|&at| at > one);
                found.extend(near.map(|other| Times::Once(one, other)));
            }
        }
        found
    }

    /// The shortest periods that a count is made up of: those that do not follow from shorter ones.
    fn alone(&self, node: usize, period: usize) -> Vec<Times> {
        let parts = self.lattice().periods_in(period);
        let sum: i64 = parts.iter().map(|&part| self.now(node, part)).sum();
        if parts.is_empty() || sum != self.now(node, period) {
            return vec![Times::Alone(period)];
        }
        let parts = parts.iter().filter(|&&part| self.now(node, part) > 0);
        parts.flat_map(|&part| self.alone(node, part)).collect()
    }

    fn stock_times(
        &self,
        (node, period): (usize, usize),
        all: &[usize],
        last: usize,
        of_pairs: bool,
    ) -> Vec<Times> {
        let lattice = self.lattice();
        let end = lattice.end(period);
        if end == lattice.as_of {
            let before: Vec<usize> = all.iter().copied().filter(|&at| at < last).collect();
            let before = self.likely(node, &before).into_iter();
            let came = std::iter::once(last).chain(before);
            return came.map(|came| Times::Once(came, last)).collect();
        }
        let Some(one) = all.iter().position(|&at| lattice.end(at) == end) else {
            return Vec::new();
        };
        let alone = Times::Alone(all[one]);
        if of_pairs {
            return vec![alone];
        }
        let before = all[..=one].iter().rev().copied().take(self.wide(PERIODS));
        let after: Vec<usize> = all[one + 1..]
            .iter()
            .copied()
            .take(self.wide(PERIODS))
            .collect();
        let mut found: Vec<(usize, Times)> = Vec::new();
        for (far, one) in before.enumerate() {
            for (further, &two) in after.iter().enumerate() {
                found.push((far + further, Times::Between(one, two)));
            }
        }
        found.sort_by_key(|found| found.0);
        let found = found.into_iter().map(|found| found.1);
        let alone = Some(alone).filter(|_| Some(self.name) != self.search.from.flow.open);
        // Or a case that came before is open ever since.
        let came = self.likely(node, &all[..=one]).into_iter();
        let since = came.map(|came| Times::Once(came, last));
        alone.into_iter().chain(found).chain(since).collect()
    }
}
