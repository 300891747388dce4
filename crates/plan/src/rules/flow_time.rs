//! A job should not stay long in the place: work in progress ties up money and room.

use crate::instance::{Instance, Job};
use crate::places::View;
use crate::problem::{Cost, Problem, Weights};
use crate::rules::{Earliest, Ends, Rule, Tally};

/// The time from release to end costs something.
#[derive(Debug, Clone)]
pub(crate) struct FlowTime;

impl Rule for FlowTime {
    fn of(_: &Problem, _: &Instance) -> Option<Self> {
        Some(Self)
    }

    fn cost(&self, at: View, ends: &Ends, tally: &mut Tally) {
        tally.cost.flow_time += sum(&at.model.instance, ends);
    }

    fn bound(instance: &Instance, earliest: &Earliest, cost: &mut Cost) {
        cost.flow_time += sum(instance, &earliest.ends);
    }

    fn of_job(&self, weights: &Weights, job: &Job, end: i64) -> i128 {
        i128::from(weights.flow_time) * cost(end, job.release, job.weight)
    }

    fn minds_jobs(&self, weights: &Weights) -> bool {
        0 < weights.flow_time
    }

    fn minds_end(&self, weights: &Weights, _: &Job, _: i64) -> bool {
        0 < weights.flow_time
    }
}

fn sum(instance: &Instance, ends: &Ends) -> i128 {
    ends.jobs(instance).map(|(job, end)| cost(end, job.release, job.weight)).sum()
}

/// Weighted flow time of a job that ends at `end`; with a lower bound of the end, a lower bound.
pub(crate) fn cost(end: i64, release: i64, weight: u32) -> i128 {
    i128::from(weight) * i128::from(end - release)
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, cost_of, of};
    use crate::tests::small::at;

    #[test]
    fn it_runs_from_release_to_end() {
        assert_eq!(super::cost(10, 4, 3), 18);
    }

    #[test]
    fn a_job_is_there_until_its_last_operation_ends() {
        let mut problem = of(vec![], &[(4, &[]), (4, &[])]);
        (problem.jobs[0].release, problem.jobs[0].weight) = (at(1), 3);
        assert_eq!(cost_of(&problem, &[(1, 5), (5, 9)], &[]).flow_time, 24);
        assert_eq!(cost_of(&problem, &[NO, (1, 5)], &[]).flow_time, 12);
        assert_eq!(cost_of(&problem, &[NO, NO], &[]).flow_time, 0);
    }
}
