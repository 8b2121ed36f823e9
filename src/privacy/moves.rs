//! Ways to move a case within a sheet that leave every sum of the sheet as it is: one more counted late, one fewer on time.
//!
//! [`Sums::way`] finds one by depth-first search over the sums that do not hold yet, the one with the fewest choices first.

use super::counts::Row;

/// Names and by how many cases each changes; the first is the one asked for.
pub(super) type Move = Vec<(usize, i64)>;

/// How far names may change, and what it costs to change them.
#[derive(Debug, Clone)]
pub(super) struct Room {
    /// For each name by how many cases it may fall, and rise.
    pub(super) limits: Vec<[i64; 2]>,
    /// What readers lose when a name changes.
    pub(super) costs: Vec<u64>,
}

impl Room {
    /// Without any room for some names.
    pub(super) fn none(names: usize) -> Self {
        Self {
            limits: vec![[0, 0]; names],
            costs: vec![0; names],
        }
    }
}

/// The sums that hold in a sheet.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    rows: Vec<Row>,
    /// For each name the rows it is in, with its factor.
    rows_of: Vec<Vec<(usize, i64)>>,
}

/// A way that is being made.
struct Search<'a> {
    sums: &'a Sums,
    room: &'a Room,
    moved: Move,
    is_moved: Vec<bool>,
    /// By how much each row is off.
    off: Vec<i64>,
    open: Vec<usize>,
    tries: usize,
}

impl Sums {
    /// The sums of some rows over a number of names.
    pub(super) fn new(rows: Vec<Row>, names: usize) -> Self {
        let mut rows_of = vec![Vec::new(); names];
        for (at, row) in rows.iter().enumerate() {
            for &(name, by) in &row.terms {
                rows_of[name].push((at, by));
            }
        }
        Self { rows, rows_of }
    }

    /// What adds up.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What else changes with a way so that the sums of some names hold: `is_open` says of a name that is asked for whether it may
    /// change, and nothing of others. `None` where a sum is off in which nothing may.
    pub(super) fn rest(&self, way: &Move, is_open: impl Fn(usize) -> Option<bool>) -> Option<Move> {
        let asked: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| row.terms.iter().all(|term| is_open(term.0).is_some()))
            .collect();
        let mut rest = Move::new();
        loop {
            let change = |name: usize| {
                let found = way.iter().chain(&rest).find(|one| one.0 == name);
                found.map_or(0, |one| one.1)
            };
            let off = |row: &Row| -> i64 {
                let terms = row.terms.iter();
                terms.map(|(name, by)| by * change(*name)).sum()
            };
            let Some(row) = asked.iter().find(|row| off(row) != 0) else {
                return Some(rest);
            };
            // Names that are never printed come last, and cost nothing.
            let mut open = row.terms.iter().rev();
            let (name, by) =
                open.find(|(name, _)| is_open(*name) == Some(true) && change(*name) == 0)?;
            let by = (off(row) % by == 0).then_some(-off(row) / by)?;
            rest.push((*name, by));
        }
    }

    /// A way that changes a name by `sign` and keeps within the room, if one is found in so many tries.
    pub(super) fn way(&self, name: usize, sign: i64, room: &Room, tries: usize) -> Option<Move> {
        let mut search = Search {
            sums: self,
            room,
            moved: Vec::new(),
            is_moved: vec![false; self.rows_of.len()],
            off: vec![0; self.rows.len()],
            open: Vec::new(),
            tries,
        };
        if !search.may(name, sign) {
            return None;
        }
        search.step(name, sign);
        search.ends().then_some(search.moved)
    }
}

impl Search<'_> {
    fn may(&self, name: usize, by: i64) -> bool {
        let [down, up] = self.room.limits[name];
        (-down..=up).contains(&by)
    }

    fn step(&mut self, name: usize, by: i64) {
        self.moved.push((name, by));
        self.is_moved[name] = true;
        self.add(name, by);
    }

    fn back(&mut self) {
        if let Some((name, by)) = self.moved.pop() {
            self.is_moved[name] = false;
            self.add(name, -by);
        }
    }

    fn add(&mut self, name: usize, by: i64) {
        let sums = self.sums;
        for &(row, factor) in &sums.rows_of[name] {
            let before = self.off[row];
            self.off[row] += factor * by;
            if before == 0 {
                self.open.push(row);
            } else if self.off[row] == 0 {
                self.open.retain(|open| *open != row);
            }
        }
    }

    /// What can be moved so that a row holds, the cheapest first.
    fn choices(&self, row: usize) -> Vec<(u64, usize, i64)> {
        let off = self.off[row];
        let terms = self.sums.rows[row].terms.iter();
        let mut choices: Vec<(u64, usize, i64)> = terms
            .filter(|(name, factor)| !self.is_moved[*name] && off % factor == 0)
            .map(|(name, factor)| (*name, -off / factor))
            .filter(|(name, by)| self.may(*name, *by))
            .map(|(name, by)| (self.weight(name, by), name, by))
            .collect();
        choices.sort_unstable();
        choices
    }

    /// What a choice costs, and how many sums it leaves off.
    fn weight(&self, name: usize, by: i64) -> u64 {
        let rows = self.sums.rows_of[name].iter();
        let off = rows
            .filter(|(row, factor)| self.off[*row] + factor * by != 0)
            .count() as u64;
        self.room.costs[name] * 2 + off
    }

    /// Whether the way can be ended; it then is.
    fn ends(&mut self) -> bool {
        let open = self.open.iter().copied();
        let Some((_, choices)) = open
            .map(|row| (row, self.choices(row)))
            .min_by_key(|(row, choices)| (choices.len(), *row))
        else {
            return true;
        };
        for (_, name, by) in choices {
            if self.tries == 0 {
                return false;
            }
            self.tries -= 1;
            self.step(name, by);
            if self.ends() {
                return true;
            }
            self.back();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(terms: &[(usize, i64)]) -> Row {
        Row::of(terms.to_vec())
    }

    fn room(limits: &[[i64; 2]], costs: &[u64]) -> Room {
        Room {
            limits: limits.to_vec(),
            costs: costs.to_vec(),
        }
    }

    #[test]
    fn the_cheapest_way_moves_a_case_between_the_parts() {
        // 0 = 1 + 2 + 3, and the total costs most.
        let sums = Sums::new(vec![row(&[(0, -1), (1, 1), (2, 1), (3, 1)])], 4);
        let way = |limits: &[[i64; 2]]| sums.way(2, 1, &room(limits, &[9, 5, 1, 1]), 99);
        assert_eq!(way(&[[1, 1]; 4]), Some(vec![(2, 1), (3, -1)]));
        assert_eq!(
            way(&[[1, 1], [0, 1], [1, 1], [0, 1]]),
            Some(vec![(2, 1), (0, 1)])
        );
        assert_eq!(way(&[[0, 0], [0, 1], [1, 1], [0, 1]]), None);
    }

    #[test]
    fn what_is_open_follows() {
        // 0 = 1 where both are asked for; 0 = 2 is not.
        let rows = vec![row(&[(0, -1), (1, 1)]), row(&[(0, -1), (2, 1)])];
        let sums = Sums::new(rows, 3);
        let rest = |open| sums.rest(&vec![(0, 2)], |name| (name < 2).then_some(name == open));
        assert_eq!(rest(1), Some(vec![(1, 2)]));
        assert_eq!(rest(9), None);
    }

    #[test]
    fn a_way_keeps_every_sum_of_a_tree_of_parts() {
        // 0 = 1 + 2, 1 = 3 + 4, 0 = 5 + 6: one more 3 with all that follows.
        let rows = vec![
            row(&[(0, -1), (1, 1), (2, 1)]),
            row(&[(1, -1), (3, 1), (4, 1)]),
            row(&[(0, -1), (5, 1), (6, 1)]),
        ];
        let sums = Sums::new(rows, 7);
        let mut limits = [[0, 9]; 7];
        limits[6] = [0, 0];
        let way = sums.way(3, 1, &room(&limits, &[1; 7]), 99);
        let mut way = way.expect("a way");
        way.sort_unstable();
        assert_eq!(way, [(0, 1), (1, 1), (3, 1), (5, 1)]);
    }
}
