//! An operation should stay where the plan before had it: people have prepared for that.

use std::sync::Arc;

use crate::instance::Instance;
use crate::places::View;
use crate::problem::Problem;
use crate::random::Random;
use crate::rules::{Ends, Rule, Tally};

/// Whether there was a plan before.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.previous.iter().any(Option::is_some)
}

/// By operation its start in the plan before.
#[derive(Debug, Clone)]
pub(crate) struct Stability(Arc<[Option<i64>]>);

impl Rule for Stability {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        let each = problem.previous.iter();
        let starts = each.map(|slot| slot.map(|slot| slot.start.as_millis()));
        is_in(problem).then(|| Self(starts.collect()))
    }

    fn costs_more(problem: &Problem) -> bool {
        is_in(problem)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        let each = at.places.slots.iter().zip(&at.model.instance.operations);
        for ((slot, it), previous) in each.zip(self.0.iter()) {
            if let Some(previous) = previous.filter(|_| slot.is_placed() && it.frozen.is_none()) {
                tally.cost.moved += i128::from((slot.start - previous).abs());
            }
        }
    }

    const TEMPTS: bool = true;

    /// To start where it was.
    fn tempts(&self, _: View, operation: u32, _: i64, _: &mut Random) -> Option<i64> {
        self.0.get(operation as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::Scheduled;
    use crate::rules::tests::{NO, cost_of, freeze, of};
    use crate::tests::small::at;

    #[test]
    fn both_ways_count_but_not_those_of_facts() {
        let mut problem = of(vec![], &[(1, &[]), (1, &[]), (1, &[]), (1, &[])]);
        let was = |start| Some(Scheduled { mode: 0, start: at(start), end: at(start + 1) });
        problem.previous = vec![was(10), was(3), None, was(7)];
        freeze(&mut problem, 3, 0, 1);
        let check = |spans: [(i64, i64); 3], moved| {
            let spans = [spans[0], spans[1], spans[2], (0, 1)];
            assert_eq!(cost_of(&problem, &spans, &[]).moved, moved);
        };
        check([(10, 11), (3, 4), (50, 51)], 0);
        check([(4, 5), (5, 6), (50, 51)], 6 + 2);
        check([NO, (5, 6), NO], 2);
    }
}
