//! Operations should not draw much power at the same time: connections and contracts have their limits.

use crate::instance::Instance;
use crate::places::View;
use crate::problem::Problem;
use crate::rules::{Ends, Rule, Tally, energy};

/// The most that is drawn at once.
#[derive(Debug, Clone)]
pub(crate) struct Peak;

impl Rule for Peak {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        energy::is_in(problem).then_some(Self)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        let mut changes: Vec<(i64, i128)> = Vec::new();
        energy::each_drawn(at, |watts, from, to| {
            changes.extend([(from, i128::from(watts)), (to, -i128::from(watts))]);
        });
        tally.cost.peak = cost(changes);
    }
}

/// The most that is drawn at once when power changes by so much at these instants; what ends goes first.
fn cost(mut changes: Vec<(i64, i128)>) -> i128 {
    changes.sort_unstable();
    let (mut drawn, mut peak) = (0, 0);
    for (_, change) in changes {
        drawn += change;
        peak = peak.max(drawn);
    }
    peak
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{cost_of, of};

    #[test]
    fn what_ends_goes_before_what_begins() {
        let check = |changes: &[(i64, i128)], peak| assert_eq!(super::cost(changes.to_vec()), peak);
        check(&[], 0);
        check(&[(5, 3), (0, 3), (5, -3), (9, -3)], 3);
        check(&[(0, 3), (4, 3), (5, -3), (9, -3)], 6);
    }

    #[test]
    fn only_what_works_at_the_same_time_adds_up() {
        let mut problem = of(vec![], &[(4, &[]), (4, &[]), (4, &[])]);
        for (it, watts) in problem.operations.iter_mut().zip([5, 7, 4]) {
            it.modes[0].watts = watts;
        }
        assert_eq!(cost_of(&problem, &[(0, 4), (4, 8), (8, 12)], &[]).peak, 7);
        assert_eq!(cost_of(&problem, &[(0, 4), (4, 8), (3, 7)], &[]).peak, 11);
    }
}
