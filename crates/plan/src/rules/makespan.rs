//! The whole plan should end early.

use std::iter::once;

use weft_model::Millis;

use crate::instance::Instance;
use crate::places::View;
use crate::problem::{Cost, Objective, Problem, Weights};
use crate::rules::{Earliest, Ends, Rule, Tally};

/// Whether something else counts.
pub(crate) fn is_not_all(problem: &Problem) -> bool {
    problem.objective != Objective::makespan()
}

/// The last end counts.
#[derive(Debug, Clone)]
pub(crate) struct Makespan;

impl Rule for Makespan {
    fn of(_: &Problem, _: &Instance) -> Option<Self> {
        Some(Self)
    }

    fn cost(&self, at: View, ends: &Ends, tally: &mut Tally) {
        let makespan = Millis::new(cost(at.model.instance.now, once(ends.last)));
        tally.cost.makespan = tally.cost.makespan.max(makespan);
    }

    fn bound(instance: &Instance, earliest: &Earliest, bound: &mut Cost) {
        let makespan = Millis::new(cost(instance.now, once(earliest.ends.last)));
        bound.makespan = bound.makespan.max(makespan);
    }

    fn of_makespan(&self, weights: &Weights, makespan: i64) -> i128 {
        i128::from(weights.makespan) * i128::from(makespan)
    }
}

/// From `now` to the last of `ends`; zero when nothing ends after now. Given lower bounds of the ends, a
/// lower bound.
pub(crate) fn cost(now: i64, ends: impl Iterator<Item = i64>) -> i64 {
    ends.fold(now, i64::max) - now
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, cost_of, of};
    use crate::tests::small::at;

    #[test]
    fn the_last_end_counts() {
        assert_eq!(super::cost(10, [12, 30, 5].into_iter()), 20);
        assert_eq!(super::cost(10, [5].into_iter()), 0);
        assert_eq!(super::cost(10, std::iter::empty()), 0);
    }

    #[test]
    fn a_plan_ends_with_the_last_that_has_a_place() {
        let mut problem = of(vec![], &[(4, &[]), (6, &[])]);
        problem.now = at(2);
        assert_eq!(cost_of(&problem, &[(2, 6), (3, 9)], &[]).makespan.get(), 7);
        assert_eq!(cost_of(&problem, &[(2, 6), NO], &[]).makespan.get(), 4);
        assert_eq!(cost_of(&problem, &[NO, NO], &[]).makespan.get(), 0);
    }
}
