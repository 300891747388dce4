//! Plants of 10,000 operations, from a seed.

use weft_model::{Interval, Millis, Timestamp, WorkingTime};
use weft_plan::{Job, Mode, Objective, Operation, Precedence, Problem, Resource, Weights};

use crate::numbers::Numbers;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// What is planned, and which of its resources are people.
pub(crate) struct Shop {
    pub(crate) name: String,
    pub(crate) problem: Problem,
    pub(crate) people: Vec<usize>,
    pub(crate) machines: Vec<usize>,
}

/// Every job passes every machine once, in an order of its own, 1 to 99 minutes each (Taillard 1993). All that
/// counts is the makespan.
pub(crate) fn job_shop(seed: u64, jobs: usize, machines: usize) -> Shop {
    let mut numbers = Numbers::new(seed);
    let resource =
        || Resource { capacity: 1, working: WorkingTime::always(), ..Resource::default() };
    let mut problem = Problem {
        resources: (0..machines).map(|_| resource()).collect(),
        objective: Objective::makespan(),
        ..Problem::default()
    };
    for job in 0..jobs {
        problem.jobs.push(Job::default());
        let mut order: Vec<usize> = (0..machines).collect();
        numbers.shuffle(&mut order);
        for (index, machine) in order.into_iter().enumerate() {
            let work = Millis::new(MINUTE * numbers.between(1, 99));
            let mode = Mode { needs: vec![(machine, 1)], work, ..Mode::default() };
            let this = problem.operations.len();
            problem.operations.push(Operation { job, modes: vec![mode], ..Operation::default() });
            if 0 < index {
                problem.precedences.push(Precedence::new(this - 1, this));
            }
        }
    }
    let name = format!("job shop {jobs} x {machines}, makespan");
    Shop { name, problem, people: Vec::new(), machines: (0..machines).collect() }
}

/// Twelve groups of five machines that stand in for each other at different speeds, every twelfth group with
/// room for three; two shifts on weekdays. Every other operation needs someone who is trained for the group, and
/// people work one shift. Orders come in over time, with due dates; what counts is how late they are, weighed,
/// and a tenth of that how long they are under way.
pub(crate) fn workshop(seed: u64, jobs: usize) -> Shop {
    const GROUPS: usize = 12;
    const PER_GROUP: usize = 5;
    const PEOPLE_PER_GROUP: usize = 5;
    let mut numbers = Numbers::new(seed);
    let weeks = 8 + jobs as i64 / 40;
    let both = shifts(weeks, &[(6, 10), (10, 14), (14, 18), (18, 22)]);
    let mut problem = Problem {
        now: Timestamp::from_millis(6 * HOUR),
        objective: Objective::weighted(Weights { tardiness: 10, flow_time: 1, ..Weights::none() }),
        ..Problem::default()
    };
    for index in 0..GROUPS * PER_GROUP {
        let capacity = if index / PER_GROUP == GROUPS - 1 { 3 } else { 1 };
        problem.resources.push(Resource { capacity, working: both.clone(), ..Resource::default() });
    }
    let early = shifts(weeks, &[(6, 10), (11, 14)]);
    let late = shifts(weeks, &[(14, 18), (19, 22)]);
    let machines: Vec<usize> = (0..problem.resources.len()).collect();
    for index in 0..GROUPS * PEOPLE_PER_GROUP {
        let working = if index % 2 == 0 { early.clone() } else { late.clone() };
        problem.resources.push(Resource { capacity: 1, working, ..Resource::default() });
    }
    let people: Vec<usize> = (machines.len()..problem.resources.len()).collect();
    let weeks_of_work = jobs as i64 * 7 / 1_000;
    for job in 0..jobs {
        let release = HOUR * (6 + numbers.between(0, 24 * 7 * weeks_of_work));
        let mut total = 0;
        let first = problem.operations.len();
        for _ in 0..numbers.between(8, 12) {
            let group = numbers.below(GROUPS);
            let minutes = numbers.between(20, 200);
            let has_person = numbers.below(100) < 50;
            let mut modes = Vec::new();
            let offset = numbers.below(PER_GROUP);
            for place in 0..3 {
                let machine = group * PER_GROUP + (offset + place) % PER_GROUP;
                let minutes = minutes + minutes * place as i64 / 10;
                let mut mode = Mode {
                    needs: vec![(machine, 1)],
                    work: Millis::new(MINUTE * minutes),
                    watts: 4_000 + 500 * place as u32,
                    ..Mode::default()
                };
                if !has_person {
                    modes.push(mode);
                    continue;
                }
                for person in 0..2 {
                    let person = (offset + place + person) % PEOPLE_PER_GROUP;
                    let person = people[group * PEOPLE_PER_GROUP + person];
                    mode.needs = vec![(machine, 1), (person, 1)];
                    modes.push(mode.clone());
                }
            }
            total += minutes;
            let this = problem.operations.len();
            let spans_breaks = numbers.below(100) < 90;
            problem.operations.push(Operation { job, modes, spans_breaks, ..Operation::default() });
            if first < this {
                let lag = if numbers.below(10) == 0 { Millis::HOUR } else { Millis::ZERO };
                problem.precedences.push(Precedence::with_lag(this - 1, this, lag));
            }
        }
        // Sixteen hours of work a day, five days a week.
        let due = release + total * MINUTE * numbers.between(25, 60) / 10 + 24 * HOUR;
        problem.jobs.push(Job {
            release: Timestamp::from_millis(release),
            due: Some(Timestamp::from_millis(due)),
            weight: numbers.between(1, 5) as u32,
        });
    }
    let count = problem.operations.len();
    let name = format!("workshop, {count} operations, 60 machines, 60 people, weighted tardiness");
    Shop { name, problem, people, machines }
}

/// These hours of every weekday, and for good measure all of the time after that.
fn shifts(weeks: i64, hours: &[(i64, i64)]) -> WorkingTime {
    let at = |hour: i64| Timestamp::from_millis(hour * HOUR);
    let mut intervals = Vec::new();
    for day in (0..7 * weeks).filter(|day| day % 7 < 5) {
        for (from, to) in hours {
            intervals.push(Interval { start: at(24 * day + from), end: at(24 * day + to) });
        }
    }
    intervals.push(Interval { start: at(24 * 7 * weeks), end: at(24 * 7 * weeks * 40) });
    WorkingTime::new(intervals)
}
