//! Random problems with every rule there is, most of which have a plan without faults.

use weft_model::{Millis, WorkingTime};

use super::{Size, number, problem};
use crate::problem::{
    Alternative, Branch, Budget, Instant, Line, Mode, Objective, Operation, Point, Price, Problem,
    Resource, Scheduled, Setups, Standby, Storage, Weights,
};
use crate::random::Random;
use crate::tests::small::at;

/// One unit of power in a mixed problem: a tenth of a kilowatt-hour in a millisecond.
const WATTS: u32 = 360_000_000;

/// A random problem with every rule there is, each in a part of the problems. Most have a plan without faults
/// in which everything has a place; not all: deadlines, maximum lags and holds may leave something out.
pub(crate) fn mixed(seed: u64, size: Size) -> Problem {
    let mut problem = problem(seed, size);
    let mut random = Random::new(seed ^ 0x6d69_7865);
    let random = &mut random;
    add_limits(random, &mut problem);
    add_batches(random, &mut problem, size);
    add_setups(random, &mut problem);
    add_lags(random, &mut problem);
    if random.chance(40) {
        add_holds(random, &mut problem);
    }
    if random.chance(40) {
        add_storages(random, &mut problem);
    }
    if random.chance(40) {
        add_alternatives(random, &mut problem);
    }
    if random.chance(40) {
        add_budget(random, &mut problem);
    }
    if random.chance(30) {
        add_line(random, &mut problem);
    }
    add_power(random, &mut problem);
    if random.chance(40) {
        add_previous(random, &mut problem);
    }
    for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
        mode.cost = if random.chance(50) { random.below(20) as u64 } else { 0 };
    }
    problem.objective = objective(random);
    problem
}

fn add_limits(random: &mut Random, problem: &mut Problem) {
    let (releases, deadlines) = (random.chance(40), random.chance(30));
    let now = problem.now.as_millis();
    for it in &mut problem.operations {
        it.release = (releases && random.chance(30)).then(|| at(now + number(random, -10, 30)));
        let deadline = (deadlines && random.chance(20)).then(|| now + number(random, 300, 600));
        it.deadline = deadline.map(at);
    }
}

/// What is on a batch resource takes as long as its family says, so that batches come about.
fn add_batches(random: &mut Random, problem: &mut Problem, size: Size) {
    for it in &mut problem.resources {
        it.is_batch = 1 < it.capacity && random.chance(40);
    }
    for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
        mode.family = random.below(3) as u32;
        if mode.needs.iter().any(|need| problem.resources[need.0].is_batch) {
            let work = (1 + 2 * i64::from(mode.family)).min(size.work as i64 - 1);
            mode.work = Millis::new(work.max(0));
        }
    }
}

fn add_setups(random: &mut Random, problem: &mut Problem) {
    for index in 0..problem.resources.len() {
        let it = &mut problem.resources[index];
        if (1 < it.capacity && !it.is_batch) || random.chance(60) {
            continue;
        }
        let is_batch = it.is_batch;
        // By family when there are batches.
        let states = if is_batch { 3 } else { 1 + random.below(4) };
        let mut square = |most: i64| -> Vec<Vec<i64>> {
            let row = |from: usize| -> Vec<i64> {
                let mut entry = |to: usize| if from == to { 0 } else { number(random, 0, most) };
                (0..states).map(&mut entry).collect()
            };
            (0..states).map(row).collect()
        };
        let time = square(7).into_iter().map(|row| row.into_iter().map(Millis::new).collect());
        let time = time.collect();
        let cost = square(9).into_iter().map(|row| row.iter().map(|it| *it as u64).collect());
        let cost = cost.collect();
        it.setups = Some(Setups {
            time,
            cost: if random.chance(50) { cost } else { Vec::new() },
            initial: random.chance(50).then(|| random.below(states)),
            last: if random.chance(30) {
                (0..states).map(|_| Millis::new(number(random, 0, 6))).collect()
            } else {
                Vec::new()
            },
        });
        for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
            if mode.needs.iter().all(|need| need.0 != index) {
                continue;
            }
            let family = mode.family as usize;
            if is_batch {
                mode.states.push((index, family, family));
            } else if random.chance(85) {
                let needed = random.below(states);
                let left = if random.chance(20) { random.below(states) } else { needed };
                mode.states.push((index, needed, left));
            }
        }
    }
}

fn add_lags(random: &mut Random, problem: &mut Problem) {
    let (points, limits) = (random.chance(40), random.chance(40));
    let frozen = |it: usize| problem.operations[it].frozen.is_some();
    for it in &mut problem.precedences {
        let mut point = |usual: Point| match random.below(10) {
            0 => Point::Start,
            1 => Point::End,
            _ => usual,
        };
        if points {
            (it.from, it.to) = (point(Point::End), point(Point::Start));
        }
        // What is frozen may have waited too long already.
        if limits && random.chance(20) && !frozen(it.before) && !frozen(it.after) {
            let slack = if random.chance(30) { 0 } else { number(random, 5, 60) };
            it.max_lag = Some(it.min_lag + Millis::new(slack));
        }
    }
}

/// An operation waits for one that needs none of what it holds.
fn add_holds(random: &mut Random, problem: &mut Problem) {
    let needs = |operation: usize| -> Vec<usize> {
        let modes = problem.operations[operation].modes.iter();
        modes.flat_map(|it| &it.needs).map(|need| need.0).collect()
    };
    let mut holds = Vec::new();
    for it in &problem.precedences {
        let (held, waiting) = (needs(it.before), needs(it.after));
        if random.chance(25) && held.iter().all(|it| !waiting.contains(it)) {
            let point = if random.chance(70) { Point::Start } else { Point::End };
            holds.push((it.before, Instant { operation: it.after, point }));
        }
    }
    for (operation, instant) in holds {
        problem.operations[operation].holds_until = Some(instant);
    }
}

fn add_storages(random: &mut Random, problem: &mut Problem) {
    let capacity = 1 + random.below(3) as u32;
    let resource = problem.resources.len();
    problem.resources.push(Resource { capacity, ..Resource::default() });
    let mut before = Vec::new();
    for it in &problem.precedences {
        if random.chance(30) && !before.contains(&it.before) {
            before.push(it.before);
            let amount = 1 + random.below(capacity as usize) as u32;
            let from = Instant { operation: it.before, point: Point::End };
            let until = Instant { operation: it.after, point: Point::Start };
            problem.storages.push(Storage { resource, amount, from, until });
        }
    }
}

/// In some jobs one operation, or another instead, or neither.
fn add_alternatives(random: &mut Random, problem: &mut Problem) {
    for job in 0..problem.jobs.len() {
        let of_job = |it: &(usize, &Operation)| it.1.job == job && it.1.frozen.is_none();
        let operations: Vec<usize> =
            problem.operations.iter().enumerate().filter(of_job).map(|it| it.0).collect();
        if operations.is_empty() || random.chance(50) {
            continue;
        }
        let first = random.below(operations.len());
        let mut branch = |operations: &[usize]| Branch {
            operations: operations.to_vec(),
            cost: random.below(30) as u64,
        };
        let mut branches = vec![branch(&operations[first..=first])];
        match operations.get(first + 1..) {
            Some(others) if !others.is_empty() => branches.push(branch(&others[..1])),
            _ => branches.push(branch(&[])),
        }
        if random.chance(30) {
            branches.push(Branch { operations: Vec::new(), cost: 25 });
        }
        problem.alternatives.push(Alternative { branches });
    }
}

/// Enough for the modes that use least, and a little more; half of it later.
fn add_budget(random: &mut Random, problem: &mut Problem) {
    let mut least = 0;
    for it in &mut problem.operations {
        for mode in &mut it.modes {
            let amount = random.below(6) as u64;
            if 0 < amount {
                mode.uses.push((0, amount));
            }
        }
        let used = |mode: &Mode| mode.uses.first().map_or(0, |it| it.1);
        least += match it.frozen {
            Some(frozen) => used(&it.modes[frozen.mode]),
            None => it.modes.iter().map(used).min().unwrap_or(0),
        };
    }
    let all = least + random.below(10) as u64;
    let later = if random.chance(50) { all / 2 } else { 0 };
    let now = problem.now.as_millis();
    let supplies = vec![(at(now - 30), all - later), (at(now + number(random, 0, 80)), later)];
    problem.budgets.push(Budget { supplies });
}

fn add_line(random: &mut Random, problem: &mut Problem) {
    let stages = 2 + random.below(2);
    let mut line = Line { stages: vec![Vec::new(); stages] };
    for job in 0..problem.jobs.len() {
        let of_job = |it: &(usize, &Operation)| it.1.job == job && it.1.frozen.is_none();
        let operations: Vec<usize> =
            problem.operations.iter().enumerate().filter(of_job).map(|it| it.0).collect();
        if stages <= operations.len() {
            for (stage, operation) in line.stages.iter_mut().zip(operations) {
                stage.push(operation);
            }
        }
    }
    problem.lines.push(line);
}

fn add_power(random: &mut Random, problem: &mut Problem) {
    if random.chance(50) {
        return;
    }
    for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
        mode.watts = WATTS * random.below(6) as u32;
    }
    for it in &mut problem.resources {
        if random.chance(40) {
            let transition = Millis::new(number(random, 0, 12));
            let transition_wh = 100 * random.below(20) as u32;
            it.standby = vec![
                Standby { watts: WATTS, ..Standby::default() },
                Standby { watts: 0, transition, transition_wh },
            ];
        }
    }
    let mut from = problem.now.as_millis() - 10;
    for _ in 0..random.below(5) {
        let least = if random.chance(10) { -5 } else { 0 };
        let cents = number(random, least, 10);
        problem.prices.push(Price { from: at(from), per_mwh: 10_000 * cents });
        from += number(random, 1, 40);
    }
}

fn add_previous(random: &mut Random, problem: &mut Problem) {
    let now = problem.now.as_millis();
    let previous = problem.operations.iter().map(|it| {
        random.chance(80).then(|| {
            let mode = random.below(it.modes.len());
            let start = at(now + number(random, -10, 80));
            Scheduled { mode, start, end: start + it.modes[mode].work }
        })
    });
    problem.previous = previous.collect();
}

fn objective(random: &mut Random) -> Objective {
    let mut levels = [Weights::none(); crate::LEVELS];
    let used = 1 + random.below(crate::LEVELS);
    for level in levels.iter_mut().take(used) {
        let mut weight = || if random.chance(35) { 1 + random.below(9) as u32 } else { 0 };
        *level = Weights {
            makespan: weight(),
            tardiness: weight(),
            flow_time: weight(),
            earliness: weight(),
            setup_time: weight(),
            money: weight(),
            energy: weight(),
            peak: weight(),
            moved: weight(),
        };
    }
    Objective { levels }
}

#[test]
fn mixed_problems_are_problems_and_have_every_rule() {
    let size = Size {
        jobs: 4,
        operations_per_job: 4,
        resources: 4,
        work: 12,
        may_fail: false,
        frozen_percent: 10,
    };
    let mut rules = std::collections::BTreeSet::new();
    for seed in 0..300 {
        let problem = mixed(seed, size);
        assert_eq!(problem.validate(), Ok(()), "seed {seed}");
        rules.extend(crate::rules::present::present(&problem));
        // Nothing but the facts is a plan, if a bad one.
        let plan = crate::Plan {
            operations: problem.operations.iter().map(fact).collect(),
            branches: vec![0; problem.alternatives.len()],
        };
        assert_eq!(crate::check(&problem, &plan), [], "seed {seed}");
        crate::checker::cost(&problem, &plan);
    }
    assert_eq!(rules.len(), 18, "{rules:?}");
}

/// Each operation where the checker first has nothing against it.
fn first_come(problem: &Problem) -> crate::Plan {
    let mut plan = crate::Plan {
        operations: problem.operations.iter().map(fact).collect(),
        branches: vec![0; problem.alternatives.len()],
    };
    let branches = || problem.alternatives.iter().flat_map(|it| it.branches.iter().skip(1));
    for (operation, it) in problem.operations.iter().enumerate() {
        let is_absent = branches().any(|it| it.operations.contains(&operation));
        if is_absent || it.frozen.is_some() {
            continue;
        }
        'starts: for wait in 0..200 {
            for (mode, way) in it.modes.iter().enumerate() {
                let start = problem.now + Millis::new(wait);
                let needed = way.needs.iter().map(|need| &problem.resources[need.0].working);
                let working = needed.fold(WorkingTime::always(), |all, it| all.intersect(it));
                let Some(end) = working.finish(start, way.work) else { continue };
                plan.operations[operation] = Some(Scheduled { mode, start, end });
                if crate::check(problem, &plan).is_empty() {
                    break 'starts;
                }
                plan.operations[operation] = None;
            }
        }
    }
    plan
}

#[test]
fn most_mixed_problems_have_a_plan() {
    let size = Size {
        jobs: 3,
        operations_per_job: 3,
        resources: 3,
        work: 6,
        may_fail: false,
        frozen_percent: 5,
    };
    let mut complete = 0;
    for seed in 0..100 {
        let problem = mixed(seed, size);
        let plan = first_come(&problem);
        assert_eq!(crate::check(&problem, &plan), [], "seed {seed}");
        complete += u32::from(crate::checker::cost(&problem, &plan).unplaced == 0);
    }
    assert!(80 < complete, "{complete}");
}

fn fact(it: &Operation) -> Option<Scheduled> {
    it.frozen.map(|it| Scheduled { mode: it.mode, start: it.start, end: it.end })
}
