//! What is left of a budget over time.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

use crate::problem::Budget;

/// How much is free from an instant on, in order; the last entry holds for ever. Before the first there is
/// nothing.
#[derive(Debug, Clone)]
pub(crate) struct Stock {
    free: Vec<(i64, i128)>,
}

impl Stock {
    pub(crate) fn new(budget: &Budget) -> Self {
        let mut supplies: Vec<(i64, i128)> =
            budget.supplies.iter().map(|it| (it.0.as_millis(), i128::from(it.1))).collect();
        supplies.sort_unstable();
        let mut free: Vec<(i64, i128)> = vec![(i64::MIN, 0)];
        for (at, amount) in supplies {
            let sum = free.last().map_or(0, |it| it.1) + amount;
            match free.last_mut() {
                Some(last) if last.0 == at => last.1 = sum,
                _ => free.push((at, sum)),
            }
        }
        Self { free }
    }

    /// `None` when so much is free from this start on for ever; else the instant from which it is, or
    /// `i64::MAX`.
    pub(crate) fn conflict(&self, start: i64, amount: u64) -> Option<i64> {
        if amount == 0 {
            return None;
        }
        let lacks = self.free.iter().rposition(|it| it.1 < i128::from(amount))?;
        let from = self.free.get(lacks + 1).map_or(i64::MAX, |it| it.0);
        (start < from).then_some(from)
    }

    pub(crate) fn take(&mut self, start: i64, amount: u64) {
        self.change(start, -i128::from(amount));
    }

    pub(crate) fn give_back(&mut self, start: i64, amount: u64) {
        self.change(start, i128::from(amount));
    }

    fn change(&mut self, start: i64, by: i128) {
        let index = self.free.partition_point(|it| it.0 < start);
        if self.free.get(index).is_none_or(|it| it.0 != start) {
            let before = self.free[index.saturating_sub(1)].1;
            self.free.insert(index, (start, before));
        }
        for it in &mut self.free[index..] {
            it.1 += by;
        }
        if 0 < index && self.free[index].1 == self.free[index - 1].1 {
            self.free.remove(index);
        }
    }
}
