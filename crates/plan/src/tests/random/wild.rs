//! What nobody would ask for, and every problem form has to say something about: facts that contradict each
//! other, holds that block themselves, stores that are full from the start.

use weft_model::Millis;

use super::{Size, mixed, number};
use crate::problem::{
    Alternative, Branch, Budget, Frozen, Instant, Line, Point, Precedence, Problem, Standby,
    Storage,
};
use crate::random::Random;
use crate::tests::small::at;

/// A mixed problem with much of it turned to the odd; often something in it has no place.
pub(crate) fn wild(seed: u64, size: Size) -> Problem {
    let mut problem = mixed(seed, size);
    let mut random = Random::new(seed ^ 0x0077_696c_6400);
    let random = &mut random;
    if random.chance(50) {
        freeze(random, &mut problem);
    }
    if random.chance(50) {
        tighten(random, &mut problem);
    }
    if random.chance(30) {
        add_precedences(random, &mut problem);
    }
    if random.chance(40) {
        add_branches(random, &mut problem);
    }
    if random.chance(40) {
        add_holds(random, &mut problem);
    }
    if random.chance(40) {
        add_storages(random, &mut problem);
    }
    if random.chance(30) {
        add_budgets(random, &mut problem);
    }
    if random.chance(30) {
        add_line(random, &mut problem);
    }
    if random.chance(30) {
        forget_states(random, &mut problem);
    }
    if random.chance(30) {
        add_standby(random, &mut problem);
    }
    problem
}

/// Facts of all kinds, late and early, long and of no time at all.
fn freeze(random: &mut Random, problem: &mut Problem) {
    let now = problem.now.as_millis();
    let is_optional: Vec<usize> = problem
        .alternatives
        .iter()
        .flat_map(|it| &it.branches)
        .flat_map(|it| it.operations.clone())
        .collect();
    for (index, it) in problem.operations.iter_mut().enumerate() {
        if is_optional.contains(&index) || random.chance(75) {
            continue;
        }
        let start = now + number(random, -30, 60);
        let length = if random.chance(30) { 0 } else { number(random, 1, 30) };
        let mode = random.below(it.modes.len());
        it.frozen = Some(Frozen { mode, start: at(start), end: at(start + length) });
    }
    // Every fact of an alternative belongs to one branch of it.
    for it in &problem.alternatives {
        let chosen = random.below(it.branches.len());
        for &operation in &it.branches[chosen].operations {
            if random.chance(20) {
                let start = now + number(random, -20, 30);
                let end = start + number(random, 0, 15);
                let frozen = Frozen { mode: 0, start: at(start), end: at(end) };
                problem.operations[operation].frozen = Some(frozen);
            }
        }
    }
}

/// Lags, deadlines and dues that are hard to keep, facts or not.
fn tighten(random: &mut Random, problem: &mut Problem) {
    let now = problem.now.as_millis();
    for it in &mut problem.precedences {
        if random.chance(40) {
            let slack = if random.chance(50) { 0 } else { number(random, 0, 20) };
            it.max_lag = Some(it.min_lag + Millis::new(slack));
        }
    }
    for it in &mut problem.operations {
        if random.chance(15) {
            it.deadline = Some(at(now + number(random, -5, 90)));
        }
    }
}

/// More of them, of all points, some between the same two.
fn add_precedences(random: &mut Random, problem: &mut Problem) {
    let count = problem.operations.len();
    let point = |random: &mut Random| if random.chance(50) { Point::Start } else { Point::End };
    for _ in 0..random.below(6) {
        // Always forwards, so that there is no cycle.
        let (one, other) = (random.below(count), random.below(count));
        if one == other {
            continue;
        }
        let (before, after) = (one.min(other), one.max(other));
        let min_lag = Millis::new(number(random, 0, 12));
        let most = min_lag + Millis::new(number(random, 0, 40));
        let max_lag = random.chance(40).then_some(most);
        let (from, to) = (point(random), point(random));
        problem.precedences.push(Precedence { before, after, from, to, min_lag, max_lag });
    }
}

/// Branches of several operations, from anywhere.
fn add_branches(random: &mut Random, problem: &mut Problem) {
    let taken: Vec<usize> = problem
        .alternatives
        .iter()
        .flat_map(|it| &it.branches)
        .flat_map(|it| it.operations.clone())
        .collect();
    let mut branches = vec![Branch::default(); 1 + random.below(3)];
    for it in &mut branches {
        it.cost = random.below(40) as u64;
    }
    for (index, it) in problem.operations.iter().enumerate() {
        let branch = random.below(branches.len());
        // Facts belong to the first.
        let branch = if it.frozen.is_some() { 0 } else { branch };
        if !taken.contains(&index) && random.chance(30) {
            branches[branch].operations.push(index);
        }
    }
    problem.alternatives.push(Alternative { branches });
}

/// Pairs of which the second comes right after the first, or is in another branch.
fn pairs(random: &mut Random, problem: &Problem) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> =
        problem.precedences.iter().map(|it| (it.before, it.after)).collect();
    for it in &problem.alternatives {
        let (one, other) = (random.below(it.branches.len()), random.below(it.branches.len()));
        let first = it.branches[one].operations.first();
        if let (Some(first), Some(second)) = (first, it.branches[other].operations.first())
            && one != other
        {
            pairs.push((*first, *second));
        }
    }
    pairs
}

fn add_holds(random: &mut Random, problem: &mut Problem) {
    for (before, operation) in pairs(random, problem) {
        if random.chance(40) {
            let point = if random.chance(70) { Point::Start } else { Point::End };
            problem.operations[before].holds_until = Some(Instant { operation, point });
        }
    }
}

fn add_storages(random: &mut Random, problem: &mut Problem) {
    let can_store = |it: &usize| {
        let it = &problem.resources[*it];
        it.setups.is_none() && !it.is_batch
    };
    let stores: Vec<usize> = (0..problem.resources.len()).filter(can_store).collect();
    let mut pairs = pairs(random, problem);
    pairs.extend((0..problem.operations.len()).map(|it| (it, it)));
    for (from, until) in pairs {
        if stores.is_empty() || random.chance(70) {
            continue;
        }
        let resource = stores[random.below(stores.len())];
        let capacity = problem.resources[resource].capacity;
        let amount = 1 + random.below(capacity as usize) as u32;
        let mut instant = |operation: usize| Instant {
            operation,
            point: if random.chance(50) { Point::Start } else { Point::End },
        };
        let (from, until) = (instant(from), instant(until));
        problem.storages.push(Storage { resource, amount, from, until });
    }
}

/// Some that last for half of what is asked for, supplied bit by bit.
fn add_budgets(random: &mut Random, problem: &mut Problem) {
    let now = problem.now.as_millis();
    let budget = problem.budgets.len();
    let mut supplies = Vec::new();
    for _ in 0..random.below(5) {
        supplies.push((at(now + number(random, -40, 60)), random.below(12) as u64));
    }
    problem.budgets.push(Budget { supplies });
    for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
        if random.chance(30) {
            mode.uses.push((budget, random.below(4) as u64));
        }
    }
}

/// Stages in any order of operations, with facts in them, next to a line that there may be already.
fn add_line(random: &mut Random, problem: &mut Problem) {
    let stages = 2 + random.below(3);
    let mut free: Vec<usize> = (0..problem.operations.len()).collect();
    let in_line =
        |it: &usize| problem.lines.iter().flat_map(|it| &it.stages).any(|stage| stage.contains(it));
    free.retain(|it| !in_line(it));
    let mut line = Line { stages: vec![Vec::new(); stages] };
    while stages <= free.len() {
        for stage in &mut line.stages {
            let operation = free.remove(random.below(free.len()));
            stage.push(operation);
        }
        if random.chance(15) {
            break;
        }
    }
    problem.lines.push(line);
}

/// Modes of some families change nothing.
fn forget_states(random: &mut Random, problem: &mut Problem) {
    let family = random.below(3) as u32;
    for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
        if mode.family == family {
            mode.states.clear();
        }
    }
}

fn add_standby(random: &mut Random, problem: &mut Problem) {
    for it in &mut problem.resources {
        it.standby = (0..random.below(4))
            .map(|_| Standby {
                watts: 90_000_000 * random.below(5) as u32,
                transition: Millis::new(number(random, 0, 20)),
                transition_wh: 100 * random.below(30) as u32,
            })
            .collect();
    }
}

/// What of it is in a problem, by name.
fn present(problem: &Problem) -> Vec<&'static str> {
    let (operations, resources) = (&problem.operations, &problem.resources);
    let modes = || operations.iter().flat_map(|it| &it.modes);
    let setups = || resources.iter().filter_map(|it| it.setups.as_ref());
    let frozen = || operations.iter().filter_map(|it| it.frozen);
    let batch = |it: &&(usize, u32)| resources[it.0].is_batch;
    let branches = || problem.alternatives.iter().flat_map(|it| &it.branches);
    let is_optional = |it: usize| branches().any(|branch| branch.operations.contains(&it));
    let is_frozen = |it: usize| operations[it].frozen.is_some();
    let points = |from: Point, to: Point| {
        problem.precedences.iter().any(|it| it.max_lag.is_some() && (it.from, it.to) == (from, to))
    };
    let overlap = frozen().any(|one| {
        let clash = |other: Frozen| one != other && one.start < other.end && other.start < one.end;
        frozen().any(clash)
    });
    let weights = || problem.objective.levels.iter();
    let all = [
        ("modes", operations.iter().any(|it| 1 < it.modes.len())),
        ("no need", modes().any(|it| it.needs.is_empty())),
        ("several needs", modes().any(|it| 1 < it.needs.len())),
        ("capacity", resources.iter().any(|it| 1 < it.capacity && !it.is_batch)),
        ("no time", modes().any(|it| it.work == Millis::ZERO)),
        ("breaks", resources.iter().any(|it| 1 < it.working.intervals().len())),
        ("spans breaks", operations.iter().any(|it| it.spans_breaks)),
        ("setups", setups().next().is_some()),
        ("setup cost", setups().any(|it| !it.cost.is_empty())),
        ("first setup", setups().any(|it| it.initial.is_some())),
        ("cleaning", setups().any(|it| !it.last.is_empty())),
        ("states change", modes().any(|it| it.states.iter().any(|it| it.1 != it.2))),
        ("batch", modes().any(|it| it.needs.iter().any(|it| batch(&it)))),
        ("batch with setups", resources.iter().any(|it| it.is_batch && it.setups.is_some())),
        ("standby", resources.iter().any(|it| !it.standby.is_empty())),
        ("watts", modes().any(|it| 0 < it.watts)),
        ("prices", 1 < problem.prices.len()),
        ("negative price", problem.prices.iter().any(|it| it.per_mwh < 0)),
        ("budgets", modes().any(|it| !it.uses.is_empty())),
        ("supplies", problem.budgets.iter().any(|it| 1 < it.supplies.len())),
        ("minimum lags", problem.precedences.iter().any(|it| Millis::ZERO < it.min_lag)),
        ("end to start at most", points(Point::End, Point::Start)),
        ("end to end at most", points(Point::End, Point::End)),
        ("start to start at most", points(Point::Start, Point::Start)),
        ("start to end at most", points(Point::Start, Point::End)),
        ("no wait", problem.precedences.iter().any(|it| it.max_lag == Some(it.min_lag))),
        ("holds", operations.iter().any(|it| it.holds_until.is_some())),
        (
            "chain of holds",
            operations.iter().any(|it| {
                let until = it.holds_until.map(|it| &operations[it.operation]);
                until.is_some_and(|it| it.holds_until.is_some())
            }),
        ),
        (
            "a fact holds",
            operations.iter().any(|it| it.frozen.is_some() && it.holds_until.is_some()),
        ),
        (
            "batch holds",
            operations.iter().any(|it| {
                let mut needs = it.modes.iter().flat_map(|it| &it.needs);
                it.holds_until.is_some() && needs.any(|it| batch(&it))
            }),
        ),
        ("storages", !problem.storages.is_empty()),
        (
            "stored by itself",
            problem.storages.iter().any(|it| it.from.operation == it.until.operation),
        ),
        ("alternatives", 1 < branches().count()),
        ("long branch", branches().any(|it| 1 < it.operations.len())),
        ("fact in a branch", (0..operations.len()).any(|it| is_frozen(it) && is_optional(it))),
        ("lines", problem.lines.iter().any(|it| it.stages.iter().any(|it| 1 < it.len()))),
        (
            "fact in a line",
            problem.lines.iter().flat_map(|it| &it.stages).flatten().any(|it| is_frozen(*it)),
        ),
        ("facts", frozen().next().is_some()),
        ("facts overlap", overlap),
        ("pinned", frozen().any(|it| problem.now < it.start)),
        ("deadline", operations.iter().any(|it| it.deadline.is_some())),
        ("release", operations.iter().any(|it| it.release.is_some())),
        ("previous", !problem.previous.is_empty()),
        ("second level", 1 < weights().filter(|it| **it != crate::Weights::none()).count()),
        ("makespan", weights().any(|it| 0 < it.makespan)),
        ("tardiness", weights().any(|it| 0 < it.tardiness)),
        ("flow time", weights().any(|it| 0 < it.flow_time)),
        ("earliness", weights().any(|it| 0 < it.earliness)),
        ("setup time", weights().any(|it| 0 < it.setup_time)),
        ("money", weights().any(|it| 0 < it.money)),
        ("energy", weights().any(|it| 0 < it.energy)),
        ("peak", weights().any(|it| 0 < it.peak)),
        ("moved", weights().any(|it| 0 < it.moved)),
    ];
    all.into_iter().filter(|it| it.1).map(|it| it.0).collect()
}

#[test]
fn wild_problems_are_problems_and_have_everything_often() {
    let size = Size {
        jobs: 4,
        operations_per_job: 4,
        resources: 4,
        work: 12,
        may_fail: true,
        frozen_percent: 10,
    };
    let mut counts = std::collections::BTreeMap::new();
    let problems = 600;
    for seed in 0..problems {
        let problem = wild(seed, size);
        assert_eq!(problem.validate(), Ok(()), "seed {seed}");
        for it in present(&problem) {
            *counts.entry(it).or_insert(0) += 1;
        }
    }
    assert_eq!(counts.len(), 53, "{counts:?}");
    let rare: Vec<_> = counts.iter().filter(|it| *it.1 < problems / 40).collect();
    assert!(rare.is_empty(), "{rare:?}");
}
