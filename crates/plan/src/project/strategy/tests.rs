//! Projects in progress.

use std::sync::Arc;

use proptest::prelude::*;
use weft_model::{Millis, WorkingTime};

use super::ProjectStrategy;
use crate::instance::Instance;
use crate::problem::{
    Budget, Frozen, Job, Mode, Objective, Operation, Plan, Precedence, Problem, Resource,
};
use crate::random::Random;
use crate::tests::progress::check_progress;
use crate::tests::small::at;
use crate::{Search, check};

/// Activities in one or two modes on two resources with capacity, and a budget that may bind.
fn project(random: &mut Random, activities: usize) -> Problem {
    let resource = Resource { capacity: 3, working: WorkingTime::always(), ..Resource::default() };
    let mut problem = Problem {
        objective: Objective::makespan(),
        resources: vec![resource; 2],
        budgets: vec![Budget { supplies: vec![(at(0), 3 * activities as u64)] }],
        jobs: vec![Job { weight: 1, ..Job::default() }],
        ..Problem::default()
    };
    for index in 0..activities {
        let modes = (0..=random.below(2)).map(|_| Mode {
            needs: vec![(random.below(2), 1 + random.below(3) as u32)],
            uses: vec![(0, 1 + random.below(3) as u64)],
            work: Millis::new(1 + random.below(9) as i64),
            ..Mode::default()
        });
        let modes = modes.collect();
        problem.operations.push(Operation { modes, ..Operation::default() });
        if 0 < index && random.chance(60) {
            let before = random.below(index);
            let min_lag = Millis::new(random.below(3) as i64);
            problem.precedences.push(Precedence { min_lag, ..Precedence::new(before, index) });
        }
    }
    problem
}

/// The same at a later time: what has begun is frozen, and takes longer or shorter than was thought.
fn later(mut problem: Problem, plan: &Plan, now: i64, random: &mut Random) -> Problem {
    problem.now = at(now);
    for (it, slot) in problem.operations.iter_mut().zip(&plan.operations) {
        let Some(slot) = slot.filter(|slot| slot.start <= at(now)) else { continue };
        let end = slot.end + Millis::new(random.below(5) as i64 - 2);
        let end = end.max(slot.start);
        it.frozen = Some(Frozen { mode: slot.mode, start: slot.start, end });
    }
    problem
}

fn is_project(problem: &Problem) -> bool {
    let instance = Arc::new(Instance::new(problem).unwrap());
    ProjectStrategy::recognise(&instance, 1, None).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_project_in_progress_is_planned_around_what_has_begun(
        seed in any::<u64>(),
        activities in 1_usize..14,
        percent in 0_i64..100,
    ) {
        let mut random = Random::new(seed);
        let problem = project(&mut random, activities);
        let mut first = Search::new(&problem, seed, None).unwrap();
        first.run(200);
        let now = first.cost().makespan.get() * percent / 100;
        let problem = later(problem, first.best(), now, &mut random);
        prop_assert!(is_project(&problem));
        check_progress(&problem, first.best(), seed);
    }
}

#[test]
fn what_is_pinned_later_leaves_room_before_it() {
    let mut random = Random::new(2);
    let mut problem = project(&mut random, 6);
    problem.operations[5].frozen = Some(Frozen { mode: 0, start: at(100), end: at(110) });
    assert!(is_project(&problem));
    let mut search = Search::new(&problem, 1, None).unwrap();
    search.run(300);
    assert_eq!(check(&problem, search.best()), []);
    assert_eq!(search.cost().makespan, Millis::new(110));
}

#[test]
fn facts_that_have_used_too_much_are_no_reason_to_plan_nothing() {
    let mut random = Random::new(3);
    let mut problem = project(&mut random, 3);
    problem.budgets[0].supplies[0].1 = 0;
    problem.operations[0].frozen = Some(Frozen { mode: 0, start: at(-5), end: at(3) });
    for mode in problem.operations.iter_mut().skip(1).flat_map(|it| &mut it.modes) {
        mode.uses.clear();
    }
    assert!(!is_project(&problem));
    let search = Search::new(&problem, 1, None).unwrap();
    assert_eq!(search.cost().unplaced, 0);
    assert_eq!(check(&problem, search.best()), []);
}

#[test]
fn what_can_be_done_is_planned_though_not_everything_can() {
    let mut random = Random::new(4);
    let mut problem = project(&mut random, 3);
    for mode in &mut problem.operations[1].modes {
        mode.uses = vec![(0, 1_000)];
    }
    problem.precedences.clear();
    assert!(!is_project(&problem));
    assert_eq!(Search::new(&problem, 1, None).unwrap().cost().unplaced, 1);
}
