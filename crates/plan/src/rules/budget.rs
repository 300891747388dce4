//! What has been used by an instant has been supplied by then: money, material, kilometres.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{Instance, Slot};
use crate::places::{Model, Places, View};
use crate::problem::{Budget, Problem};
use crate::rules::Rule;

/// Whether anything is used up.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.operations.iter().flat_map(|it| &it.modes).any(|it| !it.uses.is_empty())
}

/// What is left of every budget.
#[derive(Debug, Clone)]
pub(crate) struct Budgets {
    stocks: Vec<Stock>,
}

impl Rule for Budgets {
    fn of(problem: &Problem, instance: &Instance) -> Option<Self> {
        let stocks = || instance.budgets.iter().map(Stock::new).collect();
        is_in(problem).then(|| Self { stocks: stocks() })
    }

    fn conflict(&self, at: View, _: u32, slot: Slot) -> Option<i64> {
        let mut uses = at.model.instance.uses(slot.mode).iter();
        uses.find_map(|&(budget, amount)| self.stocks[budget as usize].conflict(slot.start, amount))
    }

    fn put(&mut self, model: &Model, _: &mut Places, _: u32, slot: Slot) {
        for &(budget, amount) in model.instance.uses(slot.mode) {
            self.stocks[budget as usize].take(slot.start, amount);
        }
    }

    fn take_away(&mut self, model: &Model, _: &mut Places, _: u32, slot: Slot) {
        for &(budget, amount) in model.instance.uses(slot.mode) {
            self.stocks[budget as usize].give_back(slot.start, amount);
        }
    }
}

/// How much is free from an instant on, in order; the last entry holds for ever. Before the first there is
/// nothing.
#[derive(Debug, Clone)]
struct Stock {
    free: Vec<(i64, i128)>,
}

impl Stock {
    fn new(budget: &Budget) -> Self {
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
    fn conflict(&self, start: i64, amount: u64) -> Option<i64> {
        if amount == 0 {
            return None;
        }
        let lacks = self.free.iter().rposition(|it| it.1 < i128::from(amount))?;
        let from = self.free.get(lacks + 1).map_or(i64::MAX, |it| it.0);
        (start < from).then_some(from)
    }

    fn take(&mut self, start: i64, amount: u64) {
        self.change(start, -i128::from(amount));
    }

    fn give_back(&mut self, start: i64, amount: u64) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{NO, check_broken, check_places, freeze, of};
    use crate::tests::small::at;

    #[test]
    fn an_operation_waits_for_what_it_uses() {
        let mut problem = of(vec![], &[(1, &[]), (1, &[]), (1, &[])]);
        problem.budgets = vec![Budget { supplies: vec![(at(10), 2), (at(0), 3)] }];
        for it in &mut problem.operations {
            it.modes[0].uses = vec![(0, 2)];
        }
        check_places(&problem, &[0, 1, 2], &[(0, 1), (10, 11), NO]);
        check_broken(&problem, &[(0, 1), (9, 10), NO], &["budget"]);
        problem.operations[2].modes[0].uses = vec![(0, 1)];
        check_places(&problem, &[0, 1, 2], &[(0, 1), (10, 11), (0, 1)]);
        // What is used later is not used twice.
        problem.operations[2].modes[0].uses = vec![(0, 3)];
        freeze(&mut problem, 2, 20, 21);
        check_places(&problem, &[0, 1], &[(0, 1), NO, (20, 21)]);
        problem.budgets[0].supplies.push((at(30), 1));
        check_places(&problem, &[0, 1], &[(0, 1), NO, (20, 21)]);
        problem.budgets[0].supplies.push((at(40), 1));
        check_places(&problem, &[0, 1], &[(0, 1), (40, 41), (20, 21)]);
    }
}
