//! A job should not end before its due date: what is made early is stored.

use crate::instance::Instance;
use crate::places::View;
use crate::problem::Problem;
use crate::rules::{Ends, Rule, Tally};

/// Early jobs cost something.
#[derive(Debug, Clone)]
pub(crate) struct Earliness;

impl Rule for Earliness {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        problem.jobs.iter().any(|it| it.due.is_some()).then_some(Self)
    }

    fn cost(&self, at: View, ends: &Ends, tally: &mut Tally) {
        for (job, end) in ends.jobs(&at.model.instance) {
            tally.cost.earliness += cost(end, job.due, job.weight);
        }
    }
}

/// Weighted earliness of a job that ends at `end`.
pub(crate) fn cost(end: i64, due: Option<i64>, weight: u32) -> i128 {
    due.map_or(0, |due| i128::from(weight) * i128::from((due - end).max(0)))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, cost_of, of};
    use crate::tests::small::at;

    #[test]
    fn only_earliness_counts_and_by_weight() {
        assert_eq!(super::cost(4, Some(10), 3), 18);
        assert_eq!(super::cost(10, Some(4), 3), 0);
        assert_eq!(super::cost(4, None, 3), 0);
    }

    #[test]
    fn a_job_is_early_when_its_last_operation_is() {
        let mut problem = of(vec![], &[(4, &[]), (4, &[])]);
        (problem.jobs[0].due, problem.jobs[0].weight) = (Some(at(9)), 3);
        assert_eq!(cost_of(&problem, &[(0, 4), (4, 8)], &[]).earliness, 3);
        assert_eq!(cost_of(&problem, &[(0, 4), NO], &[]).earliness, 15);
        assert_eq!(cost_of(&problem, &[NO, NO], &[]).earliness, 0);
    }
}
