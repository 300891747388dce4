//! Shops in progress.

use std::sync::Arc;

use proptest::prelude::*;
use weft_model::{Millis, WorkingTime};

use super::ShopStrategy;
use crate::Search;
use crate::instance::Instance;
use crate::problem::{
    Frozen, Job, Mode, Objective, Operation, Plan, Precedence, Problem, Resource,
};
use crate::random::Random;
use crate::tests::progress::check_progress;
use crate::tests::small::at;

/// A job shop or a flexible one.
fn shop(random: &mut Random, jobs: usize, machines: usize) -> Problem {
    let mut problem = Problem { objective: Objective::makespan(), ..Problem::default() };
    let machine = Resource { capacity: 1, working: WorkingTime::always(), ..Resource::default() };
    problem.resources = vec![machine; machines];
    for job in 0..jobs {
        problem.jobs.push(Job { weight: 1, ..Job::default() });
        for index in 0..machines {
            let first = random.below(machines);
            let modes = (0..=random.below(2)).map(|other| Mode {
                needs: vec![((first + other) % machines, 1)],
                work: Millis::new(1 + random.below(9) as i64),
                ..Mode::default()
            });
            let operation = problem.operations.len();
            problem.operations.push(Operation {
                job,
                modes: modes.collect(),
                ..Operation::default()
            });
            if 0 < index {
                problem.precedences.push(Precedence::new(operation - 1, operation));
            }
        }
    }
    problem
}

/// The same at a later time: what has begun is frozen, and a machine is down for a while.
fn later(mut problem: Problem, plan: &Plan, now: i64, down: usize, until: i64) -> Problem {
    problem.now = at(now);
    for (it, slot) in problem.operations.iter_mut().zip(&plan.operations) {
        let slot = slot.unwrap();
        if slot.start <= at(now) {
            it.frozen = Some(Frozen { mode: slot.mode, start: slot.start, end: slot.end });
        }
    }
    problem.resources[down].working = WorkingTime::always().without(at(now), at(until));
    problem
}

fn is_shop(problem: &Problem) -> bool {
    let instance = Arc::new(Instance::new(problem).unwrap());
    ShopStrategy::recognise(&instance, 1, None).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_shop_in_progress_is_planned_around_what_has_begun_and_what_is_down(
        seed in any::<u64>(),
        jobs in 1_usize..7,
        machines in 1_usize..5,
        percent in 0_i64..100,
        repair in 0_i64..20,
    ) {
        let mut random = Random::new(seed);
        let problem = shop(&mut random, jobs, machines);
        let mut first = Search::new(&problem, seed, None).unwrap();
        first.run(200);
        let now = first.cost().makespan.get() * percent / 100;
        let down = random.below(machines);
        let problem = later(problem, first.best(), now, down, now + repair);
        let is_left = problem.operations.iter().any(|it| it.frozen.is_none());
        prop_assert_eq!(is_shop(&problem), is_left);
        check_progress(&problem, first.best(), seed);
    }
}

#[test]
fn what_is_pinned_or_down_later_is_left_to_others() {
    let mut random = Random::new(1);
    let problem = shop(&mut random, 3, 3);
    assert!(is_shop(&problem));
    let mut pinned = problem.clone();
    pinned.operations[0].frozen = Some(Frozen { mode: 0, start: at(5), end: at(9) });
    assert!(!is_shop(&pinned), "something could go before what is pinned");
    let mut maintained = problem.clone();
    maintained.resources[0].working = WorkingTime::always().without(at(50), at(60));
    assert!(!is_shop(&maintained), "something could go before the break");
    let mut instant = later(problem, &Plan::default(), 0, 0, 9);
    assert!(is_shop(&instant));
    instant.operations[0].modes[0].work = Millis::ZERO;
    assert!(!is_shop(&instant), "what takes no time does not wait for who holds the machine");
}
