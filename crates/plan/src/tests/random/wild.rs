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
    let point =
        |random: &mut Random| if random.chance(50) { Point::Start } else { Point::End };
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
    let in_line = |it: &usize| problem.lines.iter().flat_map(|it| &it.stages).any(|stage| stage.contains(it));
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
