//! One small problem in which every rule matters, and short ways to write more.

use weft_model::{Interval, Millis, Timestamp, WorkingTime};

use crate::problem::{Job, Mode, Objective, Operation, Precedence, Problem, Resource, Weights};

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

pub(crate) fn shifts(spans: &[(i64, i64)]) -> WorkingTime {
    let spans = spans.iter().map(|&(start, end)| Interval { start: at(start), end: at(end) });
    WorkingTime::new(spans.collect())
}

pub(crate) fn resource(capacity: u32, spans: &[(i64, i64)]) -> Resource {
    Resource { capacity, working: shifts(spans), ..Resource::default() }
}

pub(crate) fn mode(work: i64, needs: &[(usize, u32)]) -> Mode {
    Mode { needs: needs.to_vec(), work: Millis::new(work), ..Mode::default() }
}

pub(crate) fn operation(job: usize, modes: Vec<Mode>) -> Operation {
    Operation { job, modes, spans_breaks: true, frozen: None, ..Operation::default() }
}

pub(crate) fn job(release: i64, due: Option<i64>) -> Job {
    Job { release: at(release), due: due.map(at), weight: 1 }
}

pub(crate) fn after(before: usize, after: usize) -> Precedence {
    Precedence::new(before, after)
}

/// Resource 0 is a machine with a break from 10 to 20; resource 1 takes two at a time. Job 0 is `a` on
/// the machine, then `b`; job 1 is `c`, then `d`, which needs nobody; job 2 is `e`, over the break.
pub(crate) fn problem() -> Problem {
    Problem {
        now: at(0),
        resources: vec![resource(1, &[(0, 10), (20, 60)]), resource(2, &[(0, 60)])],
        jobs: vec![job(0, Some(12)), job(2, None), job(2, Some(20))],
        operations: vec![
            operation(0, vec![mode(4, &[(0, 1)])]),
            operation(0, vec![mode(5, &[(1, 1)])]),
            operation(1, vec![mode(6, &[(1, 1)])]),
            operation(1, vec![mode(3, &[])]),
            operation(2, vec![mode(15, &[(0, 1)])]),
        ],
        precedences: vec![after(0, 1), after(2, 3)],
        objective: Objective::weighted(Weights {
            makespan: 1,
            tardiness: 10,
            flow_time: 1,
            ..Weights::none()
        }),
        ..Problem::default()
    }
}
