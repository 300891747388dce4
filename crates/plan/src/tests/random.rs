//! Random problems with every rule in them, from a seed.

use weft_model::{Interval, Millis, WorkingTime};

use super::small::at;
use crate::problem::{
    Frozen, Job, Mode, Objective, Operation, Precedence, Problem, Resource, Weights,
};
use crate::random::Random;

mod mixed;
mod wild;

pub(crate) use mixed::mixed;
pub(crate) use wild::wild;

/// How large and how odd.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) jobs: usize,
    pub(crate) operations_per_job: usize,
    pub(crate) resources: usize,
    /// Work of an operation is below this.
    pub(crate) work: usize,
    /// Whether calendars may run out, shifts be too short, and calendars never meet.
    pub(crate) may_fail: bool,
    pub(crate) frozen_percent: usize,
}

fn number(random: &mut Random, from: i64, below: i64) -> i64 {
    from + random.below((below - from) as usize) as i64
}

pub(crate) fn problem(seed: u64, size: Size) -> Problem {
    let mut random = Random::new(seed);
    let random = &mut random;
    let now = number(random, -20, 20);
    let resources: Vec<Resource> = (0..size.resources)
        .map(|_| Resource {
            capacity: if random.chance(60) { 1 } else { 2 + random.below(3) as u32 },
            working: working(random, now, size),
            ..Resource::default()
        })
        .collect();
    let jobs: Vec<Job> = (0..size.jobs)
        .map(|_| {
            let release = now + number(random, -15, 30);
            let due = random.chance(70).then(|| at(release + number(random, 0, 100)));
            Job { release: at(release), due, weight: random.below(4) as u32 }
        })
        .collect();
    let mut problem = Problem {
        now: at(now),
        resources,
        jobs,
        operations: Vec::new(),
        precedences: Vec::new(),
        objective: Objective::weighted(Weights {
            makespan: random.below(3) as u32,
            tardiness: random.below(12) as u32,
            flow_time: random.below(3) as u32,
            ..Weights::none()
        }),
        ..Problem::default()
    };
    for job in 0..size.jobs {
        let first = problem.operations.len();
        for index in first..first + 1 + random.below(size.operations_per_job) {
            let operation = operation(random, &problem, job, size, now);
            problem.operations.push(operation);
            for before in first..index {
                if random.chance(if before + 1 == index { 70 } else { 15 }) {
                    let lag = if random.chance(25) { number(random, 0, 8) } else { 0 };
                    let min_lag = Millis::new(lag);
                    problem.precedences.push(Precedence::with_lag(before, index, min_lag));
                }
            }
        }
        if 0 < first && random.chance(15) {
            let (before, after) = (random.below(first), first);
            problem.precedences.push(Precedence::new(before, after));
        }
    }
    problem
}

fn working(random: &mut Random, now: i64, size: Size) -> WorkingTime {
    if random.chance(30) {
        return WorkingTime::always();
    }
    let mut intervals = Vec::new();
    let mut from = now + number(random, -10, 10);
    let shifts = if size.may_fail && random.chance(20) { 2 } else { 400 };
    for _ in 0..shifts {
        let shortest = if size.may_fail { 1 } else { size.work as i64 };
        let to = from + number(random, shortest, shortest + 30);
        intervals.push(Interval { start: at(from), end: at(to) });
        from = to + number(random, 1, 15);
    }
    // So that what needs several resources ends some day.
    if !size.may_fail {
        intervals.push(Interval { start: at(from), end: at(from + 100_000) });
    }
    WorkingTime::new(intervals)
}

fn operation(
    random: &mut Random,
    problem: &Problem,
    job: usize,
    size: Size,
    now: i64,
) -> Operation {
    let modes: Vec<Mode> = (0..=random.below(3))
        .map(|_| {
            let mut needs: Vec<(usize, u32)> = Vec::new();
            for _ in 0..[0, 1, 1, 1, 1, 1, 2, 2, 3][random.below(9)] {
                let resource = random.below(problem.resources.len());
                let capacity = problem.resources[resource].capacity;
                if needs.iter().all(|need| need.0 != resource) {
                    needs.push((resource, 1 + random.below(capacity as usize) as u32));
                }
            }
            Mode { needs, work: Millis::new(random.below(size.work) as i64), ..Mode::default() }
        })
        .collect();
    let frozen = random.chance(size.frozen_percent).then(|| {
        let start = now + number(random, -20, 10);
        let end = start + number(random, 0, 20);
        Frozen { mode: random.below(modes.len()), start: at(start), end: at(end) }
    });
    Operation { job, modes, spans_breaks: random.chance(50), frozen, ..Operation::default() }
}
