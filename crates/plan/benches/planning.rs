//! How quick planning is. `cargo bench -p weft-plan`
//!
//! | what | target |
//! | --- | --- |
//! | a first plan for 10,000 operations, 60 resources | 200 ms |
//! | planning again: 1,000 operations, 31 resources, 60 frozen, 300 steps | 100 ms |
//! | a step at 1,000 operations | 1 ms |

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop")]

use std::time::{Duration, Instant};

use weft_model::{Interval, Millis, Timestamp, WorkingTime};
use weft_plan::{
    Cost, Frozen, Job, Mode, Objective, Operation, Precedence, Problem, Resource, Search, Weights,
    check,
};

const HOUR: i64 = 3_600_000;

fn main() {
    for (jobs, resources) in [(90, 31), (225, 31), (870, 60)] {
        let problem = workshop(7, jobs, resources);
        first_and_steps(&problem);
    }
    plan_again();
}

fn first_and_steps(problem: &Problem) {
    let (first, mut search) = timed(|| Search::new(problem, 1, None).unwrap());
    let begin = search.cost();
    println!(
        "{} operations, {} resources: first plan {first:?}, {}",
        problem.operations.len(),
        problem.resources.len(),
        figures(begin)
    );
    for steps in [300, 1_700, 8_000, 40_000] {
        if 15_000_000 < problem.operations.len() as u64 * steps && steps > 40_000 {
            break;
        }
        let (took, _) = timed(|| search.run(steps));
        println!(
            "  {:>6} steps: {steps} in {took:?}, {:.1} us each, {}, {:.1} % below the first, bound {:.1} % below",
            search.steps(),
            took.as_secs_f64() * 1e6 / steps as f64,
            figures(search.cost()),
            percent(begin, search.cost()),
            percent(begin, search.lower_bound()),
        );
    }
    assert_eq!(check(problem, search.best()), []);
}

/// A plan, an hour of work, a machine lost for a day: what has begun is frozen, and the rest is planned
/// again from the plan there was.
fn plan_again() {
    let mut problem = workshop(3, 95, 31);
    let mut search = Search::new(&problem, 1, None).unwrap();
    search.run(5_000);
    let given = search.best().clone();
    let mut starts: Vec<Timestamp> = given.operations.iter().flatten().map(|it| it.start).collect();
    starts.sort_unstable();
    problem.now = starts[60];
    for (operation, slot) in problem.operations.iter_mut().zip(&given.operations) {
        let slot = slot.unwrap();
        if slot.start < problem.now {
            operation.frozen = Some(Frozen { mode: slot.mode, start: slot.start, end: slot.end });
        }
    }
    let frozen = problem.operations.iter().filter(|it| it.frozen.is_some()).count();
    let down = problem.now + Millis::DAY;
    problem.resources[2].working = problem.resources[2].working.without(problem.now, down);
    for steps in [0, 300, 2_000] {
        let (took, search) = timed(|| {
            let mut search = Search::new(&problem, 1, Some(&given)).unwrap();
            search.run(steps);
            search
        });
        let pairs = || given.operations.iter().zip(&search.best().operations);
        let moved = pairs().filter(|it| it.0 != it.1).count();
        println!(
            "again: {} operations, {frozen} frozen, {steps} steps: {took:?}, {}, {moved} moved",
            problem.operations.len(),
            figures(search.cost()),
        );
        assert_eq!(check(&problem, search.best()), []);
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let result = work();
    (began.elapsed(), result)
}

fn figures(cost: Cost) -> String {
    format!(
        "makespan {:.0} h, late {:.0} h, flow {:.0} h",
        cost.makespan.as_hours(),
        cost.tardiness as f64 / HOUR as f64,
        cost.flow_time as f64 / HOUR as f64,
    )
}

fn percent(from: Cost, to: Cost) -> f64 {
    100.0 * (from.levels[0] - to.levels[0]) as f64 / from.levels[0] as f64
}

/// Knuth's MMIX generator, so that the bench needs nothing of the crate.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A workshop like the one in the log: 8 to 14 operations a job, groups of machines that can stand in for each
/// other, every sixth with room for several, two shifts on weekdays with a break in each.
fn workshop(seed: u64, jobs: usize, resources: usize) -> Problem {
    let mut numbers = Numbers(seed);
    let at = |hours: i64| Timestamp::from_millis(hours * HOUR);
    let weeks = 13 * (1 + jobs as i64 / 400);
    let mut shifts = Vec::new();
    for day in (0..7 * weeks).filter(|day| day % 7 < 5) {
        for (from, to) in [(6, 10), (11, 14), (14, 18), (19, 22)] {
            shifts.push(Interval { start: at(day * 24 + from), end: at(day * 24 + to) });
        }
    }
    // So that nothing is left without a place.
    shifts.push(Interval { start: at(7 * 24 * weeks), end: at(7 * 24 * weeks * 40) });
    let two_shifts = WorkingTime::new(shifts);
    let resources: Vec<Resource> = (0..resources)
        .map(|index| Resource {
            capacity: if index % 6 == 5 { 2 + numbers.below(3) as u32 } else { 1 },
            working: if index % 10 == 9 { WorkingTime::always() } else { two_shifts.clone() },
            ..Resource::default()
        })
        .collect();
    let mut problem = Problem {
        now: at(6),
        resources,
        jobs: Vec::new(),
        operations: Vec::new(),
        precedences: Vec::new(),
        objective: Objective::weighted(Weights {
            makespan: 1,
            tardiness: 10,
            flow_time: 1,
            ..Weights::none()
        }),
        ..Problem::default()
    };
    for job in 0..jobs {
        let release = at(numbers.below(24 * 5 * weeks as u64) as i64);
        let due = release + Millis::DAY.times(7 + numbers.below(14) as u32);
        problem.jobs.push(Job { release, due: Some(due), weight: 1 });
        for index in 0..8 + numbers.below(7) {
            let group = numbers.below(problem.resources.len() as u64) as usize;
            let work = Millis::new((1 + numbers.below(90) as i64) * HOUR / 10);
            let modes = (0..=numbers.below(6) as usize)
                .map(|offset| Mode {
                    needs: vec![((group + offset) % problem.resources.len(), 1)],
                    work: work + Millis::new(offset as i64 * HOUR / 10),
                    ..Mode::default()
                })
                .collect();
            let this = problem.operations.len();
            let spans_breaks = numbers.below(100) < 90 || Millis::HOUR.times(3) < work;
            problem.operations.push(Operation {
                job,
                modes,
                spans_breaks,
                frozen: None,
                ..Operation::default()
            });
            if 0 < index {
                let lag = Millis::HOUR.times(u32::from(numbers.below(10) == 0));
                problem.precedences.push(Precedence::with_lag(this - 1, this, lag));
            }
        }
    }
    problem
}
