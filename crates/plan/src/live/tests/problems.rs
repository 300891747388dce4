//! Random problems that timetables know, with all that they know in them.

use weft_model::Millis;

use crate::problem::{LEVELS, Mode, Objective, Price, Problem, Scheduled, Setups, Weights};
use crate::random::Random;
use crate::tests::random::{self, Size};
use crate::tests::small::at;

/// A problem with setups, power, prices, limits and a plan before, each in a part of them.
pub(super) fn rich(seed: u64, size: Size) -> Problem {
    let mut problem = random::problem(seed, size);
    let mut random = Random::new(seed ^ 0x7269_6368);
    let random = &mut random;
    let now = problem.now.as_millis();
    if random.chance(50) {
        add_setups(random, &mut problem);
    }
    if random.chance(40) {
        for it in &mut problem.operations {
            it.release = random.chance(30).then(|| at(now + random.below(40) as i64 - 10));
            it.deadline = random.chance(20).then(|| at(now + 100 + random.below(500) as i64));
        }
    }
    let modes = problem.operations.iter_mut().flat_map(|it| &mut it.modes);
    add_power_and_cost(random, modes);
    for it in 0..random.below(4) {
        let per_mwh = 100_000 * (random.below(50) as i64 - 5);
        problem.prices.push(Price { from: at(now + 13 * it as i64), per_mwh });
    }
    if random.chance(40) {
        let previous = problem.operations.iter().map(|it| {
            let start = at(now + random.below(80) as i64);
            let mode = random.below(it.modes.len());
            random.chance(80).then_some(Scheduled { mode, start, end: start })
        });
        problem.previous = previous.collect();
    }
    problem.objective = objective(random);
    problem
}

fn add_power_and_cost<'a>(random: &mut Random, modes: impl Iterator<Item = &'a mut Mode>) {
    let (has_power, has_cost) = (random.chance(50), random.chance(50));
    for mode in modes {
        mode.watts = if has_power { 360_000_000 * random.below(6) as u32 } else { 0 };
        mode.cost = if has_cost { random.below(20) as u64 } else { 0 };
    }
}

/// From state to state it takes as long as they are apart.
fn add_setups(random: &mut Random, problem: &mut Problem) {
    for index in 0..problem.resources.len() {
        if problem.resources[index].capacity != 1 || random.chance(40) {
            continue;
        }
        let states = 1 + random.below(4);
        let apart = |from: usize, to: usize| 2 * from.abs_diff(to);
        let row = |from: usize| (0..states).map(|to| Millis::new(apart(from, to) as i64)).collect();
        let costs = |from: usize| (0..states).map(|to| 3 * apart(from, to) as u64).collect();
        problem.resources[index].setups = Some(Setups {
            time: (0..states).map(row).collect(),
            cost: if random.chance(50) { (0..states).map(costs).collect() } else { Vec::new() },
            initial: random.chance(50).then(|| random.below(states)),
            last: Vec::new(),
        });
        for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
            if mode.needs.iter().any(|need| need.0 == index) {
                let needed = random.below(states);
                let left = if random.chance(20) { random.below(states) } else { needed };
                // No way is shorter with such a visit than without.
                mode.work = mode.work.max(Millis::new(1 + apart(needed, left) as i64));
                mode.states.push((index, needed, left));
            }
        }
    }
}

/// All but peak power, which timetables do not weigh.
fn objective(random: &mut Random) -> Objective {
    let mut levels = [Weights::none(); LEVELS];
    let used = 1 + random.below(LEVELS);
    for level in levels.iter_mut().take(used) {
        let mut weight = || if random.chance(40) { 1 + random.below(9) as u32 } else { 0 };
        *level = Weights {
            makespan: weight(),
            tardiness: weight(),
            flow_time: weight(),
            earliness: weight(),
            setup_time: weight(),
            money: weight(),
            energy: weight(),
            peak: 0,
            moved: weight(),
        };
    }
    Objective { levels }
}
