//! How much of a capacity is taken over time.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

use super::timeline::Occupation;

/// What is taken of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    capacity: u64,
    /// What is taken from an instant on, in order; what comes before the first takes nothing.
    levels: Vec<Level>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    from: i64,
    taken: u64,
    /// Of this by what is not a fact.
    chosen: u64,
}

impl Levels {
    pub(crate) fn new(capacity: u32) -> Self {
        Self { capacity: u64::from(capacity), levels: Vec::new() }
    }

    /// `None` when so much is free as long as it lasts; else the first instant at which it is, or `i64::MAX`.
    pub(crate) fn conflict(&self, it: &Occupation) -> Option<i64> {
        if it.is_empty() {
            return None;
        }
        // Facts alone may overdraw.
        let fits = |level: &Level| {
            level.taken + u64::from(it.amount) <= self.capacity || it.is_frozen && level.chosen == 0
        };
        let first = self.levels.partition_point(|level| level.from <= it.start).saturating_sub(1);
        let within = self.levels[first..].iter().take_while(|level| level.from < it.lets_go);
        let until = |at: usize| self.levels.get(at + 1).map_or(i64::MAX, |next| next.from);
        let full = (first..).zip(within).find(|(at, level)| !fits(level) && it.start < until(*at));
        let (full, _) = full?;
        let free = self.levels[full + 1..].iter().find(|level| fits(level));
        Some(free.map_or(i64::MAX, |level| level.from))
    }

    pub(crate) fn put(&mut self, it: &Occupation) {
        let amount = u64::from(it.amount);
        self.change(it, |level| {
            level.taken += amount;
            level.chosen += if it.is_frozen { 0 } else { amount };
        });
    }

    pub(crate) fn remove(&mut self, it: &Occupation) {
        let amount = u64::from(it.amount);
        self.change(it, |level| {
            level.taken -= amount;
            level.chosen -= if it.is_frozen { 0 } else { amount };
        });
    }

    /// Changes all levels that it lasts.
    fn change(&mut self, it: &Occupation, by: impl Fn(&mut Level)) {
        if it.is_empty() {
            return;
        }
        let from = self.split(it.start);
        let to = self.split(it.lets_go);
        self.levels[from..to].iter_mut().for_each(by);
        for index in [to, from] {
            let (taken, chosen) = self.before(index);
            if (self.levels[index].taken, self.levels[index].chosen) == (taken, chosen) {
                self.levels.remove(index);
            }
        }
    }

    /// Index of the level that begins exactly at `at`, made when there is none.
    fn split(&mut self, at: i64) -> usize {
        let index = self.levels.partition_point(|level| level.from < at);
        if self.levels.get(index).is_none_or(|level| level.from != at) {
            let (taken, chosen) = self.before(index);
            self.levels.insert(index, Level { from: at, taken, chosen });
        }
        index
    }

    fn before(&self, index: usize) -> (u64, u64) {
        let level = index.checked_sub(1).map(|before| self.levels[before]);
        level.map_or((0, 0), |level| (level.taken, level.chosen))
    }
}
