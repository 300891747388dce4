//! A job should end by its due date.

use crate::instance::{Instance, Job};
use crate::places::View;
use crate::problem::{Cost, Problem, Weights};
use crate::random::Random;
use crate::rules::{Earliest, Ends, Rule, Tally};

/// Late jobs cost something.
#[derive(Debug, Clone)]
pub(crate) struct Tardiness;

impl Rule for Tardiness {
    fn of(_: &Problem, _: &Instance) -> Option<Self> {
        Some(Self)
    }

    fn cost(&self, at: View, ends: &Ends, tally: &mut Tally) {
        tally.cost.tardiness += sum(&at.model.instance, ends);
    }

    fn bound(instance: &Instance, earliest: &Earliest, cost: &mut Cost) {
        cost.tardiness += sum(instance, &earliest.ends);
    }

    fn of_job(&self, weights: &Weights, job: &Job, end: i64) -> i128 {
        i128::from(weights.tardiness) * cost(end, job.due, job.weight)
    }

    const TEMPTS: bool = true;

    /// To end on the due date.
    fn tempts(&self, at: View, operation: u32, length: i64, _: &mut Random) -> Option<i64> {
        let instance = &at.model.instance;
        let job = instance.operations.get(operation as usize)?.job;
        Some(instance.jobs.get(job as usize)?.due? - length)
    }

    fn minds_jobs(&self, weights: &Weights) -> bool {
        0 < weights.tardiness
    }

    fn minds_end(&self, weights: &Weights, job: &Job, end: i64) -> bool {
        0 < weights.tardiness && job.due.is_some_and(|due| due < end)
    }
}

fn sum(instance: &Instance, ends: &Ends) -> i128 {
    ends.jobs(instance).map(|(job, end)| cost(end, job.due, job.weight)).sum()
}

/// Weighted tardiness of a job that ends at `end`; with a lower bound of the end, a lower bound.
pub(crate) fn cost(end: i64, due: Option<i64>, weight: u32) -> i128 {
    due.map_or(0, |due| i128::from(weight) * i128::from((end - due).max(0)))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, cost_of, of};
    use crate::tests::small::at;

    #[test]
    fn only_lateness_counts_and_by_weight() {
        assert_eq!(super::cost(10, Some(4), 3), 18);
        assert_eq!(super::cost(4, Some(10), 3), 0);
        assert_eq!(super::cost(4, None, 3), 0);
    }

    /// By the last operation of the job that has a place.
    #[test]
    fn a_job_is_late_when_its_last_operation_is() {
        let mut problem = of(vec![], &[(4, &[]), (4, &[])]);
        (problem.jobs[0].due, problem.jobs[0].weight) = (Some(at(6)), 3);
        assert_eq!(cost_of(&problem, &[(0, 4), (4, 8)], &[]).tardiness, 6);
        assert_eq!(cost_of(&problem, &[(0, 4), NO], &[]).tardiness, 0);
    }
}
