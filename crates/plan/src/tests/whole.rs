//! What must hold for every problem.

use proptest::prelude::*;

use super::random::{self, Size};
use super::small::{at, problem};
use super::text;
use crate::list::schedule::{Choice, Schedule};
use crate::list::{construct, neighbourhood};
use crate::problem::{Cost, Plan, Problem};
use crate::{Search, Status, bound, check, checker, solve};

fn size() -> impl Strategy<Value = Size> {
    let counts = (1_usize..12, 1_usize..7, 1_usize..6);
    (counts, any::<bool>(), 0_usize..20).prop_map(|(counts, may_fail, frozen_percent)| Size {
        jobs: counts.0,
        operations_per_job: counts.1,
        resources: counts.2,
        work: 12,
        may_fail,
        frozen_percent,
    })
}

fn judge(problem: &Problem, plan: &Plan, cost: Cost) {
    let faults = check(problem, plan);
    assert_eq!(faults, [], "{}", text(problem, plan));
    assert_eq!(counted(checker::cost(problem, plan)), counted(cost));
}

/// The parts that every search counts, whether the objective asks for them or not.
fn counted(cost: Cost) -> Cost {
    Cost {
        unplaced: cost.unplaced,
        levels: cost.levels,
        makespan: cost.makespan,
        tardiness: cost.tardiness,
        flow_time: cost.flow_time,
        ..Cost::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_obeys_every_rule(seed in any::<u64>(), size in size()) {
        let problem = random::problem(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        judge(&problem, search.best(), search.cost());
        let first = search.cost();
        for _ in 0..3 {
            search.run(100);
            judge(&problem, search.best(), search.cost());
        }
        prop_assert!(search.cost() <= first);
        let (least, cost) = (search.lower_bound(), search.cost());
        prop_assert!(least.unplaced <= cost.unplaced);
        if least.unplaced == cost.unplaced {
            prop_assert!(least.levels[0] <= cost.levels[0] && least.makespan <= cost.makespan);
            prop_assert!(least.tardiness <= cost.tardiness && least.flow_time <= cost.flow_time);
        }
        let missing = search.best().operations.iter().filter(|it| it.is_none()).count();
        prop_assert_eq!(search.unplaced().len(), missing);
        prop_assert_eq!(missing, cost.unplaced);
        if !size.may_fail {
            prop_assert_eq!(missing, 0);
        }
    }

    /// Time goes on and nothing begins: the plan in force is mended, and every wait in it makes sense.
    #[test]
    fn a_plan_that_is_behind_is_mended(seed in any::<u64>(), size in size(), late in 0_i64..60) {
        let size = Size { frozen_percent: 0, ..size };
        let mut problem = random::problem(seed, size);
        let plan = Search::new(&problem, seed, None).unwrap().best().clone();
        problem.now = problem.now + weft_model::Millis::new(late);
        let mended = Search::mended(&problem, &plan).unwrap();
        judge(&problem, mended.best(), mended.cost());
        for (index, slot) in mended.best().operations.iter().enumerate() {
            let mut at = problem.now;
            for wait in crate::explain(&problem, mended.best(), index) {
                prop_assert!(wait.from == at && wait.from <= wait.until, "{wait:?} at {at}");
                at = wait.until;
            }
            prop_assert!(slot.is_none_or(|slot| slot.start == at), "{index} ends its waiting at {at}");
        }
        if late == 0 {
            prop_assert!(mended.cost() <= checker::cost(&problem, &plan));
        }
    }

    #[test]
    fn a_step_gives_what_placing_everything_again_gives(seed in any::<u64>(), size in size()) {
        let problem = random::problem(seed, size);
        let instance = crate::instance::Instance::new(&problem).unwrap();
        let bound = bound::bound(&instance);
        let mut random = crate::random::Random::new(seed);
        let mut schedule = Schedule::new(&instance);
        let mut choices = vec![Choice::Earliest; problem.operations.len()];
        schedule.decode(&instance, &construct::orders(&instance, &bound)[0], &choices);
        let mut moves = Vec::new();
        for _ in 0..60 {
            neighbourhood::propose(&instance, &bound, &schedule, &mut random, &mut moves);
            let before = (schedule.order.clone(), schedule.slots.clone(), schedule.cost);
            for (choice, slot) in choices.iter_mut().zip(&schedule.slots) {
                *choice = if slot.is_placed() { Choice::Mode(slot.mode) } else { Choice::Earliest };
            }
            for it in &moves {
                let held = choices[it.operation as usize];
                let keeps = it.choice == Choice::Keep;
                choices[it.operation as usize] = if keeps { held } else { it.choice };
            }
            schedule.attempt(&instance, &moves);
            let mut afresh = Schedule::new(&instance);
            afresh.decode(&instance, &schedule.order, &choices);
            prop_assert_eq!(&schedule.cost, &afresh.cost);
            let places = |it: &Schedule| -> Vec<_> {
                it.slots.iter().map(|slot| slot.is_placed().then_some(*slot)).collect()
            };
            prop_assert_eq!(places(&schedule), places(&afresh));
            if random.chance(50) {
                schedule.accept(&instance);
            } else {
                schedule.reject();
                prop_assert_eq!((&schedule.order, &schedule.slots, &schedule.cost), (&before.0, &before.1, &before.2));
            }
        }
    }

    #[test]
    fn a_warm_start_never_gets_worse(seed in any::<u64>(), size in size()) {
        let problem = random::problem(seed, size);
        let given = solve(&problem, 150, seed, None).unwrap();
        let again = solve(&problem, 0, seed, Some(&given.plan)).unwrap();
        judge(&problem, &again.plan, again.cost);
        prop_assert!(again.cost <= given.cost);
        // A plan that waits for no reason is no worse off.
        let mut late = given.plan.clone();
        if let Some(last) = late.operations.iter_mut().zip(&problem.operations).rev().find(|it| it.1.frozen.is_none()) {
            *last.0 = None;
        }
        if check(&problem, &late).is_empty() {
            let again = solve(&problem, 20, seed, Some(&late)).unwrap();
            prop_assert!(again.cost <= checker::cost(&problem, &late));
        }
        // One that belongs elsewhere is repaired.
        let other = random::problem(seed ^ 1, size);
        let repaired = solve(&other, 20, seed, Some(&given.plan)).unwrap();
        judge(&other, &repaired.plan, repaired.cost);
    }

    #[test]
    fn a_seed_decides_everything(seed in any::<u64>(), size in size()) {
        let problem = random::problem(seed, size);
        let whole = solve(&problem, 120, seed, None).unwrap();
        let mut search = Search::new(&problem, seed, None).unwrap();
        for _ in 0..12 {
            search.run(10);
        }
        prop_assert_eq!(search.best(), &whole.plan);
        prop_assert_eq!(search.cost(), whole.cost);
    }

    #[test]
    fn a_changed_plan_is_found_out(seed in any::<u64>(), size in size(), by in 1_i64..9) {
        let problem = random::problem(seed, Size { may_fail: false, ..size });
        let plan = solve(&problem, 20, seed, None).unwrap().plan;
        for (operation, it) in problem.operations.iter().enumerate() {
            let mut longer = plan.clone();
            let slot = longer.operations[operation].as_mut().unwrap();
            slot.end = slot.end + weft_model::Millis::new(by);
            prop_assert!(!check(&problem, &longer).is_empty());
            if it.frozen.is_none() {
                let mut early = plan.clone();
                let slot = early.operations[operation].as_mut().unwrap();
                let span = slot.end - slot.start;
                slot.start = problem.now - weft_model::Millis::new(by);
                slot.end = slot.start + span;
                prop_assert!(!check(&problem, &early).is_empty());
            }
        }
        for it in problem.precedences.iter().filter(|it| problem.operations[it.after].frozen.is_none()) {
            let mut missing = plan.clone();
            missing.operations[it.before] = None;
            prop_assert!(!check(&problem, &missing).is_empty());
        }
    }

    #[test]
    fn waiting_is_explained_without_gaps(seed in any::<u64>(), size in size()) {
        let problem = random::problem(seed, size);
        let plan = solve(&problem, 50, seed, None).unwrap().plan;
        for (operation, slot) in plan.operations.iter().enumerate() {
            let waits = crate::explain(&problem, &plan, operation);
            let (Some(slot), None) = (slot, problem.operations[operation].frozen) else { continue };
            let mut from = problem.now;
            for wait in &waits {
                prop_assert_eq!(wait.from, from);
                prop_assert!(wait.from < wait.until);
                from = wait.until;
            }
            prop_assert_eq!(from, slot.start);
        }
        for job in 0..problem.jobs.len() {
            crate::explain_job(&problem, &plan, job);
        }
    }
}

#[test]
fn the_small_problem_looks_like_this() {
    let problem = problem();
    let solved = solve(&problem, 100, 1, None).unwrap();
    insta::assert_snapshot!(text(&problem, &solved.plan), @r"
    0|aaaaeeeeee----------eeeeeeeee|
    1|....bbbbb....................|
    1|..cccccc.....................|
    ");
}

#[test]
fn what_has_no_place_says_why() {
    let mut problem = problem();
    problem.operations[4].spans_breaks = false;
    problem.operations[4].modes[0].work = weft_model::Millis::new(41);
    problem.operations[2].modes[0].work = weft_model::Millis::new(59);
    problem.resources[1].working = super::small::shifts(&[(0, 30)]);
    let solved = solve(&problem, 100, 1, None).unwrap();
    let reasons: Vec<String> =
        solved.unplaced.iter().map(|(op, it)| format!("{op} {}", it.code())).collect();
    assert_eq!(reasons, ["2 P304", "3 P301", "4 P303"]);
    assert_eq!(solved.status, Status::Proved);
    assert_eq!(check(&problem, &solved.plan), []);
}

#[test]
fn a_problem_that_is_none_is_refused() {
    let check = |change: fn(&mut Problem), code: &str| {
        let mut problem = problem();
        change(&mut problem);
        assert_eq!(problem.validate().unwrap_err().code(), code);
    };
    check(|problem| problem.resources[0].capacity = 0, "P101");
    check(|problem| problem.operations[0].job = 3, "P102");
    check(|problem| problem.operations[0].modes.clear(), "P103");
    check(|problem| problem.operations[0].modes[0].needs[0].0 = 2, "P104");
    check(|problem| problem.operations[0].modes[0].needs[0].1 = 2, "P105");
    check(|problem| problem.operations[0].modes[0].needs.push((0, 1)), "P106");
    check(|problem| problem.operations[0].modes[0].work = weft_model::Millis::new(-1), "P107");
    check(
        |it| it.operations[0].frozen = Some(crate::Frozen { mode: 1, start: at(0), end: at(1) }),
        "P108",
    );
    check(
        |it| it.operations[0].frozen = Some(crate::Frozen { mode: 0, start: at(2), end: at(1) }),
        "P109",
    );
    check(|problem| problem.precedences[0].after = 5, "P110");
    check(|problem| problem.precedences[0].min_lag = weft_model::Millis::new(-1), "P111");
    check(|problem| problem.precedences.push(super::small::after(1, 0)), "P112");
    check(|problem| problem.now = at(i64::MAX), "P113");
}

#[test]
fn nothing_to_do_is_done() {
    let mut problem = problem();
    problem.operations.clear();
    problem.precedences.clear();
    let solved = solve(&problem, 10, 1, None).unwrap();
    assert_eq!((solved.status, solved.steps), (Status::Proved, 0));
}
