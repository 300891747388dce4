//! Exhaustive search on tiny problems: nothing beats a plan that is proved, nothing undercuts the bound.

use weft_model::Timestamp;

use super::random::{self, Size};
use crate::problem::{Cost, Plan, Problem, Scheduled};
use crate::{Search, Status, check, checker};

/// Every operation in every mode at every instant up to `last`: the plan the checker finds no fault with and
/// that costs least, with nothing left out.
fn least_cost(problem: &Problem, last: i64) -> Option<Cost> {
    fn go(problem: &Problem, plan: &mut Plan, at: usize, last: i64, best: &mut Option<Cost>) {
        let Some(it) = problem.operations.get(at) else {
            let cost = checker::cost(problem, plan);
            if check(problem, plan).is_empty() && best.is_none_or(|best| cost < best) {
                *best = Some(cost);
            }
            return;
        };
        if let Some(frozen) = it.frozen {
            let slot = Scheduled { mode: frozen.mode, start: frozen.start, end: frozen.end };
            plan.operations[at] = Some(slot);
            return go(problem, plan, at + 1, last, best);
        }
        for (index, mode) in it.modes.iter().enumerate() {
            for start in problem.now.as_millis()..=last {
                let start = Timestamp::from_millis(start);
                let mut working = weft_model::WorkingTime::always();
                for need in &mode.needs {
                    working = working.intersect(&problem.resources[need.0].working);
                }
                let Some(end) = working.finish(start, mode.work) else { continue };
                plan.operations[at] = Some(Scheduled { mode: index, start, end });
                // What is wrong already stays wrong.
                let mut partial = problem.clone();
                partial.operations.truncate(at + 1);
                partial.precedences.retain(|it| it.before <= at && it.after <= at);
                let so_far =
                    Plan { operations: plan.operations[..=at].to_vec(), ..Plan::default() };
                if check(&partial, &so_far).is_empty() {
                    go(problem, plan, at + 1, last, best);
                }
            }
        }
        plan.operations[at] = None;
    }
    let mut plan = Plan { operations: vec![None; problem.operations.len()], ..Plan::default() };
    let mut best = None;
    go(problem, &mut plan, 0, last, &mut best);
    best
}

#[test]
fn no_plan_beats_a_proved_one_and_none_undercuts_the_bound() {
    let (mut proved, mut optimal, mut cases) = (0, 0, 0);
    for seed in 0..60 {
        let size = Size {
            jobs: 2,
            operations_per_job: 2,
            resources: 2,
            work: 4,
            may_fail: false,
            frozen_percent: 15,
        };
        let problem = random::problem(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        search.run(200);
        let last = problem.now.as_millis() + search.cost().makespan.get();
        if 45 < last - problem.now.as_millis() {
            continue;
        }
        let Some(cheapest) = least_cost(&problem, last) else {
            panic!("seed {seed}: the search found a plan that trying all did not")
        };
        cases += 1;
        assert!(search.lower_bound().levels[0] <= cheapest.levels[0], "seed {seed}");
        assert!(search.lower_bound().makespan <= cheapest.makespan, "seed {seed}");
        assert!(cheapest.levels[0] <= search.cost().levels[0], "seed {seed}");
        optimal += u32::from(cheapest.levels[0] == search.cost().levels[0]);
        if search.status() == Status::Proved {
            proved += 1;
            assert_eq!(search.cost().levels[0], cheapest.levels[0], "seed {seed}");
        }
    }
    assert!(20 < cases && 10 < proved, "{cases} cases, {proved} proved");
    assert_eq!(optimal, cases, "on problems this small the search finds the best plan");
}
