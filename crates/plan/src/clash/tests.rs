use std::collections::BTreeMap;

use proptest::prelude::*;
use weft_model::{Millis, Timestamp, Title, WorkingTime};

use super::limit::{limits, only};
use super::*;
use crate::check;
use crate::difference::Names;
use crate::problem::{Budget, Plan, Scheduled};
use crate::random::Random;
use crate::tests::random::{self, Size};
use crate::tests::small::{after, at, job, mode, operation, resource};

/// A tiny problem with limits so tight that often nothing keeps them all.
fn tight(seed: u64) -> Problem {
    let size = Size {
        jobs: 2,
        operations_per_job: 2,
        resources: 2,
        work: 5,
        may_fail: true,
        frozen_percent: 12,
    };
    let mut problem = random::problem(seed, size);
    let mut random = Random::new(seed ^ 0x7469_6768);
    let now = problem.now.as_millis();
    for it in &mut problem.jobs {
        it.release = at(now + random.below(6) as i64 - 2);
    }
    for it in &mut problem.operations {
        if it.frozen.is_none() {
            it.modes.truncate(2);
        }
        it.deadline = random.chance(70).then(|| at(now + 2 + random.below(11) as i64));
    }
    for it in &mut problem.precedences {
        if random.chance(40) {
            it.max_lag = Some(it.min_lag + Millis::new(random.below(4) as i64));
        }
    }
    if random.chance(50) {
        for mode in problem.operations.iter_mut().flat_map(|it| &mut it.modes) {
            mode.uses = vec![(0, random.below(4) as u64)];
        }
        let supplies = vec![(at(now - 9), 2), (at(now + 6), random.below(5) as u64)];
        problem.budgets.push(Budget { supplies });
    }
    problem
}

/// Whether trying every mode and every start up to `last` finds a plan with everything in it.
fn has_plan(problem: &Problem, last: i64) -> bool {
    fn go(problem: &Problem, plan: &mut Plan, at: usize, last: i64) -> bool {
        let Some(it) = problem.operations.get(at) else { return check(problem, plan).is_empty() };
        if let Some(it) = it.frozen {
            plan.operations[at] = Some(Scheduled { mode: it.mode, start: it.start, end: it.end });
            return go(problem, plan, at + 1, last);
        }
        for (index, mode) in it.modes.iter().enumerate() {
            let needs = mode.needs.iter().map(|need| &problem.resources[need.0].working);
            let working = needs.fold(WorkingTime::always(), |all, it| all.intersect(it));
            for start in problem.now.as_millis()..=last {
                let start = Timestamp::from_millis(start);
                let Some(end) = working.finish(start, mode.work) else { continue };
                plan.operations[at] = Some(Scheduled { mode: index, start, end });
                let mut partial = problem.clone();
                partial.operations.truncate(at + 1);
                partial.precedences.retain(|it| it.before <= at && it.after <= at);
                let so_far =
                    Plan { operations: plan.operations[..=at].to_vec(), ..Plan::default() };
                if check(&partial, &so_far).is_empty() && go(problem, plan, at + 1, last) {
                    return true;
                }
            }
        }
        plan.operations[at] = None;
        false
    }
    let mut plan = Plan { operations: vec![None; problem.operations.len()], ..Plan::default() };
    go(problem, &mut plan, 0, last)
}

#[test]
fn what_is_refuted_has_no_plan_and_each_constraint_is_needed() {
    let (mut refuted, mut found, mut missed) = (0, 0, 0);
    for seed in 0..100 {
        let problem = tight(seed);
        let last = problem.now.as_millis() + 16;
        let Some(it) = clash(&problem, 60).unwrap() else {
            found += 1;
            continue;
        };
        if it.proof != Proof::Refuted {
            missed += u32::from(!has_plan(&problem, last));
            continue;
        }
        refuted += 1;
        let kept = only(&problem, &it.limits);
        assert_eq!(kept.validate(), Ok(()), "seed {seed}");
        assert!(!has_plan(&kept, last), "seed {seed}: {:?} has a plan", it.limits);
        assert!(refute::refuted(&kept), "seed {seed}");
        for gone in &it.limits {
            let fewer: Vec<Limit> = it.limits.iter().copied().filter(|it| it != gone).collect();
            assert!(!refute::refuted(&only(&problem, &fewer)), "seed {seed}: {gone:?} is idle");
        }
    }
    assert!(15 < refuted && 15 < found, "{refuted} refuted, {found} found, {missed} missed");
    assert!(missed * 20 < refuted, "{missed} without a plan that are not refuted, {refuted} are");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// With every rule mixed in: what has a plan is not refuted, fewer constraints make a valid problem, and
    /// none at all never clash.
    #[test]
    fn what_has_a_plan_is_not_refuted(seed in any::<u64>(), jobs in 1_usize..6, may_fail in any::<bool>()) {
        let size = Size {
            jobs, operations_per_job: 4, resources: 3, work: 12, may_fail, frozen_percent: 10,
        };
        let problem = random::mixed(seed, size);
        let solved = solve(&problem, 20, seed, None).unwrap();
        if solved.unplaced.is_empty() && check(&problem, &solved.plan).is_empty() {
            prop_assert!(!refute::refuted(&problem));
        }
        let all = limits(&problem);
        prop_assert_eq!(&Problem { previous: problem.previous.clone(), ..only(&problem, &all) }, &released(&problem));
        prop_assert!(!refute::refuted(&only(&problem, &[])));
        let mut random = Random::new(seed);
        let some: Vec<Limit> = all.into_iter().filter(|_| random.chance(60)).collect();
        let fewer = only(&problem, &some);
        prop_assert_eq!(fewer.validate(), Ok(()));
        solve(&fewer, 5, seed, None).unwrap();
        let empty = only(&problem, &[]);
        prop_assert!(solve(&empty, 1, seed, None).unwrap().unplaced.is_empty());
    }
}

/// Releases that have passed and limits of what is frozen say nothing.
fn released(problem: &Problem) -> Problem {
    let mut same = problem.clone();
    for it in &mut same.jobs {
        it.release = it.release.max(problem.now);
    }
    for it in &mut same.operations {
        it.release = it.release.filter(|it| problem.now < *it);
        if it.frozen.is_some() {
            (it.release, it.deadline) = (None, None);
        }
    }
    same
}

fn lines(problem: &Problem, steps: u64, zh: bool) -> String {
    let letter = |index: usize| Title::same(char::from(b'a' + index as u8).to_string());
    let names = Names {
        job: &|job| Title { en: format!("order {job}"), zh: format!("订单 {job}") },
        operation: &letter,
        resource: &|it| Title { en: format!("machine {it}"), zh: format!("机床 {it}") },
        instant: &|it| it.as_millis().to_string(),
        span: &|it| it.to_string(),
    };
    let found = clash(problem, steps).unwrap().unwrap();
    let all = found.text(problem, &names).into_iter().map(|it| if zh { it.zh } else { it.en });
    all.collect::<Vec<_>>().join("\n")
}

/// Two jobs on one machine and a third that is in nobody's way.
fn two_on_one() -> Problem {
    let mut problem = Problem {
        resources: vec![resource(1, &[(0, 50)]), resource(1, &[(0, 1_000)])],
        jobs: vec![job(0, None), job(0, None), job(0, None)],
        operations: vec![
            operation(0, vec![mode(6, &[(0, 1)])]),
            operation(1, vec![mode(6, &[(0, 1)])]),
            operation(2, vec![mode(6, &[(1, 1)])]),
            operation(2, vec![mode(6, &[(1, 1)])]),
        ],
        precedences: vec![after(2, 3)],
        ..Problem::default()
    };
    problem.operations[0].deadline = Some(at(10));
    problem.operations[1].deadline = Some(at(11));
    problem.operations[3].deadline = Some(at(90));
    problem
}

#[test]
fn two_deadlines_on_one_machine_clash() {
    let problem = two_on_one();
    let unplaced = solve(&problem, 50, 1, None).unwrap().unplaced;
    let codes: Vec<&str> = unplaced.iter().map(|it| it.1.code()).collect();
    assert_eq!(codes, ["P306"]);
    insta::assert_snapshot!(lines(&problem, 50, false), @r"
    these cannot all be kept
    a has to end by 10
    b has to end by 11
    machine 0 takes 1 at a time
    ");
    insta::assert_snapshot!(lines(&problem, 50, true), @r"
    以下各项无法同时满足
    “a”须在 10 前完成
    “b”须在 11 前完成
    机床 0同时只能容纳 1
    ");
}

#[test]
fn a_set_up_that_leaves_no_time_is_only_not_found() {
    let mut problem = two_on_one();
    problem.operations[1].deadline = Some(at(13));
    let time = vec![vec![Millis::ZERO, Millis::new(9)], vec![Millis::new(9), Millis::ZERO]];
    let setups = crate::problem::Setups { time, ..crate::problem::Setups::default() };
    problem.resources[0].setups = Some(setups);
    problem.operations[0].modes[0].states = vec![(0, 0, 0)];
    problem.operations[1].modes[0].states = vec![(0, 1, 1)];
    let found = clash(&problem, 40).unwrap().unwrap();
    assert_eq!(found.proof, Proof::NotFound { steps: 40 });
    assert_eq!(
        found.limits,
        [
            Limit::Deadline { operation: 0 },
            Limit::Deadline { operation: 1 },
            Limit::Capacity { resource: 0 },
            Limit::Setups { resource: 0 },
        ]
    );
}

#[test]
fn budgets_calendars_and_lags_are_named() {
    let mut problem = two_on_one();
    problem.operations[0].deadline = None;
    problem.operations[1].deadline = None;
    assert_eq!(clash(&problem, 50).unwrap(), None);
    // At most 3 between two operations of which the second cannot start before 30.
    problem.precedences[0].max_lag = Some(Millis::new(3));
    problem.operations[3].release = Some(at(30));
    problem.operations[2].deadline = Some(at(20));
    insta::assert_snapshot!(lines(&problem, 50, false), @r"
    these cannot all be kept
    d cannot start before 30
    c has to end by 20
    d starts after c ends
    d starts at most 3 ms after c ends
    ");
    problem.operations[2].deadline = None;
    problem.budgets = vec![Budget { supplies: vec![(at(0), 5)] }];
    problem.operations[0].modes[0].uses = vec![(0, 3)];
    problem.operations[3].modes[0].uses = vec![(0, 3)];
    insta::assert_snapshot!(lines(&problem, 50, false), @r"
    these cannot all be kept
    budget 0: 5 is supplied in all
    ");
    problem.budgets.clear();
    problem.operations[0].modes[0].uses.clear();
    problem.operations[3].modes[0].uses.clear();
    problem.operations[1].modes[0].work = Millis::new(45);
    insta::assert_snapshot!(lines(&problem, 50, true), @r"
    以下各项无法同时满足
    机床 0的工作时间
    机床 0同时只能容纳 1
    ");
    let mut kinds: BTreeMap<Limit, Title> = BTreeMap::new();
    let names = Names {
        job: &|it| Title::same(it.to_string()),
        operation: &|it| Title::same(it.to_string()),
        resource: &|it| Title::same(it.to_string()),
        instant: &|it| it.to_string(),
        span: &|it| it.to_string(),
    };
    let mixed = random::mixed(
        3,
        Size {
            jobs: 6,
            operations_per_job: 4,
            resources: 3,
            work: 9,
            may_fail: true,
            frozen_percent: 20,
        },
    );
    for limit in limits(&mixed) {
        kinds.insert(limit, limit.text(&mixed, &names));
    }
    assert!(kinds.values().all(|it| !it.en.is_empty() && !it.zh.is_empty()));
}
