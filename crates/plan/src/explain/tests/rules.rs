//! A wait for each rule.

use std::collections::BTreeMap;

use super::super::*;
use super::lines;
use crate::difference::Names;
use crate::problem::{Alternative, Branch, Budget, Instant, Line, Precedence, Setups, Storage};
use crate::tests::random::{self, Size};
use crate::tests::small::{after, at, job, mode, operation, resource};
use crate::{Search, check};
use weft_model::Title;

/// Machines without breaks; operation `i` belongs to job `i`.
fn problem(machines: u32, works: &[(i64, &[(usize, u32)])]) -> Problem {
    let operations = works.iter().enumerate();
    Problem {
        resources: vec![resource(1, &[(-100, 1_000)]); machines as usize],
        jobs: vec![job(0, None); works.len()],
        operations: operations
            .map(|(index, (work, needs))| operation(index, vec![mode(*work, needs)]))
            .collect(),
        ..Problem::default()
    }
}

/// A plan with these starts and ends, which the checker has nothing against, and the waits of one operation.
fn check_waits(problem: &Problem, spans: &[(i64, i64)], operation: usize, expected: &[&str]) {
    let slot = |it: &(i64, i64)| Some(Scheduled { mode: 0, start: at(it.0), end: at(it.1) });
    let plan = Plan {
        operations: spans.iter().map(slot).collect(),
        branches: vec![0; problem.alternatives.len()],
    };
    assert_eq!(problem.validate(), Ok(()));
    assert_eq!(check(problem, &plan), []);
    assert_eq!(lines(&explain(problem, &plan, operation)), expected);
}

#[test]
fn a_release_of_its_own_and_lags_of_all_kinds() {
    let mut it = problem(1, &[(5, &[]), (4, &[])]);
    it.operations[1].release = Some(at(3));
    it.precedences = vec![Precedence::with_lag(0, 1, Millis::new(7))];
    check_waits(
        &it,
        &[(0, 5), (12, 16)],
        1,
        &["0..3 OwnRelease", "3..12 Predecessor { operation: 0, lag: Millis(7) }"],
    );
    // From start to end: it ends no sooner than ten after the other has started.
    it.precedences = vec![Precedence {
        from: Point::Start,
        to: Point::End,
        min_lag: Millis::new(10),
        ..Precedence::new(0, 1)
    }];
    check_waits(
        &it,
        &[(0, 5), (6, 10)],
        1,
        &["0..3 OwnRelease", "3..6 Predecessor { operation: 0, lag: Millis(3) }"],
    );
}

#[test]
fn it_is_held_back_so_that_a_later_one_is_in_time() {
    // The second needs the machine, which another has until 20; at most 2 may lie between.
    let mut it = problem(1, &[(3, &[]), (5, &[(0, 1)]), (20, &[(0, 1)])]);
    it.precedences = vec![Precedence { max_lag: Some(Millis::new(2)), ..Precedence::new(0, 1) }];
    check_waits(
        &it,
        &[(15, 18), (20, 25), (0, 20)],
        0,
        &["0..15 HeldBack { operation: 1, max_lag: Millis(2) }"],
    );
}

#[test]
fn a_set_up_and_one_that_would_have_no_time() {
    let row = |a: i64, b: i64| vec![Millis::new(a), Millis::new(b)];
    let setups = Setups { time: vec![row(0, 4), row(6, 0)], initial: Some(0), ..Setups::default() };
    let mut it = problem(1, &[(5, &[(0, 1)]), (5, &[(0, 1)]), (3, &[(0, 1)])]);
    it.resources[0].setups = Some(setups);
    for (index, state) in [(0, 0), (1, 0), (2, 1)] {
        it.operations[index].modes[0].states = vec![(0, state, state)];
    }
    it.jobs[1].release = at(12);
    // Before the second there are 7 for the third, which takes 3 and needs 4 before it and 6 after it.
    check_waits(
        &it,
        &[(0, 5), (12, 17), (21, 24)],
        2,
        &[
            "0..5 Resource { resource: 0, held_by: [0] }",
            "5..12 Setup { resource: 0, operation: 1, after: Some(2), from: Some(1), to: Some(0), time: Millis(6) }",
            "12..17 Resource { resource: 0, held_by: [1] }",
            "17..21 Setup { resource: 0, operation: 2, after: Some(1), from: Some(0), to: Some(1), time: Millis(4) }",
        ],
    );
}

#[test]
fn one_that_has_done_its_work_stands_in_the_way() {
    // The first holds machine 0 until the second starts, which waits for machine 1.
    let mut it = problem(2, &[(5, &[(0, 1)]), (4, &[(1, 1)]), (12, &[(1, 1)]), (3, &[(0, 1)])]);
    it.precedences = vec![after(0, 1)];
    it.operations[0].holds_until = Some(Instant { operation: 1, point: Point::Start });
    check_waits(
        &it,
        &[(0, 5), (12, 16), (0, 12), (12, 15)],
        3,
        &[
            "0..5 Resource { resource: 0, held_by: [0] }",
            "5..12 Blocked { resource: 0, by: 0, waits_for: 1 }",
        ],
    );
}

#[test]
fn a_batch_waits_for_all_of_it() {
    let mut it = problem(1, &[(5, &[(0, 1)]), (5, &[(0, 1)]), (5, &[(0, 1)])]);
    it.resources[0] = crate::Resource { capacity: 2, is_batch: true, ..it.resources[0].clone() };
    it.jobs[1].release = at(9);
    it.operations[2].modes[0].family = 7;
    check_waits(
        &it,
        &[(9, 14), (9, 14), (0, 5)],
        0,
        &["0..5 Resource { resource: 0, held_by: [2] }", "5..9 Batch { resource: 0, with: [1] }"],
    );
}

#[test]
fn what_it_makes_has_no_room() {
    // One place between the two machines; the first job's part lies there until 30.
    let mut it = problem(2, &[(5, &[(0, 1)]), (4, &[]), (3, &[(0, 1)]), (4, &[])]);
    it.precedences = vec![after(0, 1), after(2, 3)];
    it.jobs[1].release = at(30);
    let stored = |from: usize| Storage {
        resource: 2,
        amount: 1,
        from: Instant { operation: from, point: Point::End },
        until: Instant { operation: from + 1, point: Point::Start },
    };
    it.resources.push(resource(1, &[(-100, 1_000)]));
    it.storages = vec![stored(0), stored(2)];
    it.jobs[3].release = at(40);
    check_waits(
        &it,
        &[(0, 5), (30, 34), (27, 30), (40, 44)],
        2,
        &[
            "0..5 Resource { resource: 0, held_by: [0] }",
            "5..27 Storage { resource: 2, held_by: [1] }",
        ],
    );
}

#[test]
fn a_supply_has_to_come_first() {
    let mut it = problem(0, &[(5, &[]), (5, &[])]);
    it.budgets = vec![Budget { supplies: vec![(at(0), 3), (at(17), 3)] }];
    for operation in &mut it.operations {
        operation.modes[0].uses = vec![(0, 3)];
    }
    check_waits(&it, &[(2, 7), (17, 22)], 1, &["0..17 Budget { budget: 0 }"]);
}

#[test]
fn on_a_line_it_stays_behind() {
    let mut it = problem(0, &[(5, &[]), (5, &[]), (5, &[]), (5, &[])]);
    it.lines = vec![Line { stages: vec![vec![0, 1], vec![2, 3]] }];
    it.jobs[2].release = at(11);
    check_waits(
        &it,
        &[(0, 5), (1, 6), (11, 16), (11, 16)],
        3,
        &["0..11 Line { line: 0, behind: 2 }"],
    );
}

#[test]
fn working_time_runs_out_before_it_is_cleaned() {
    let setups = Setups {
        time: vec![vec![Millis::ZERO; 2]; 2],
        last: vec![Millis::ZERO, Millis::new(9)],
        ..Setups::default()
    };
    let mut it = problem(1, &[(3, &[(0, 1)]), (3, &[(0, 1)])]);
    it.resources[0] = crate::Resource { setups: Some(setups), ..resource(1, &[(0, 20)]) };
    it.operations[0].modes[0].states = vec![(0, 1, 1)];
    it.operations[1].modes[0].states = vec![(0, 0, 0)];
    it.jobs[0].release = at(10);
    // Were it earlier, the other would be the last, and leave more to clean than there is time for.
    check_waits(
        &it,
        &[(10, 13), (14, 17)],
        1,
        &[
            "0..10 Cleaning { resource: 0 }",
            "10..13 Resource { resource: 0, held_by: [0] }",
            "13..14 Choice",
        ],
    );
}

#[test]
fn what_is_not_chosen_says_so() {
    let mut it = problem(0, &[(5, &[]), (5, &[])]);
    let branch = |operation: usize| Branch { operations: vec![operation], cost: 0 };
    it.alternatives = vec![Alternative { branches: vec![branch(0), branch(1)] }];
    let plan = Plan {
        operations: vec![Some(Scheduled { mode: 0, start: at(0), end: at(5) }), None],
        branches: vec![0],
    };
    assert_eq!(lines(&explain(&it, &plan, 1)), ["0..0 NotChosen { alternative: 0 }"]);
}

#[test]
fn time_is_spent_on_something_a_planner_can_act_on() {
    // Machine 0 or 1; both are taken by others until 30 and 40.
    let mut it = problem(2, &[(30, &[(0, 1)]), (40, &[(1, 1)]), (5, &[(0, 1)])]);
    it.operations[2].modes.push(mode(5, &[(1, 1)]));
    let slot = |start: i64, end: i64| Some(Scheduled { mode: 0, start: at(start), end: at(end) });
    let plan = Plan { operations: vec![slot(0, 30), slot(0, 40), slot(30, 35)], branches: vec![] };
    let found = trace(&it, &plan, 2).unwrap();
    assert_eq!(found.root, Root::Capacity { resources: vec![0, 1] });
    let spent = |root: Root, ms: i64| (root, Millis::new(ms));
    assert_eq!(found.shares, [spent(found.root.clone(), 30), spent(Root::Work { job: 2 }, 5)]);
    assert_eq!((found.begin, found.end), (at(0), at(35)));
}

#[test]
fn the_work_of_another_job_that_had_to_come_first_is_work() {
    // Job 1 waits for machine 0, which job 0 has from 20 to 25, after its own 18 of work and 2 of lag.
    let mut it = problem(1, &[(18, &[]), (5, &[(0, 1)]), (4, &[(0, 1)])]);
    it.operations[1].job = 0;
    it.operations[2].job = 1;
    it.precedences = vec![Precedence::with_lag(0, 1, Millis::new(2))];
    it.jobs[1].release = at(21);
    let slot = |start: i64, end: i64| Some(Scheduled { mode: 0, start: at(start), end: at(end) });
    let plan = Plan { operations: vec![slot(0, 18), slot(20, 25), slot(25, 29)], branches: vec![] };
    let found = trace(&it, &plan, 1).unwrap();
    let spent = |root: Root, ms: i64| (root, Millis::new(ms));
    assert_eq!(
        found.shares,
        [
            spent(Root::Work { job: 0 }, 18),
            spent(Root::Capacity { resources: vec![0] }, 5),
            spent(Root::Work { job: 1 }, 4),
            spent(Root::Lag { before: 0, after: 1 }, 2),
        ]
    );
    assert_eq!(found.root, Root::Work { job: 0 });
}

/// Random problems are odd enough: every cause comes up in them.
#[test]
fn every_cause_comes_up() {
    let size = Size {
        jobs: 6,
        operations_per_job: 4,
        resources: 3,
        work: 12,
        may_fail: true,
        frozen_percent: 5,
    };
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut roots: BTreeMap<String, usize> = BTreeMap::new();
    let name = |text: String| text.split([' ', '{']).next().unwrap_or_default().to_owned();
    let names = Names {
        job: &|it| Title { en: format!("job {it}"), zh: format!("任务 {it}") },
        operation: &|it| Title { en: format!("op {it}"), zh: format!("工序 {it}") },
        resource: &|it| Title { en: format!("machine {it}"), zh: format!("机床 {it}") },
        instant: &|it| it.to_string(),
        span: &|it| it.to_string(),
    };
    for seed in 0..250 {
        let problem = random::mixed(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        search.run(5);
        for operation in 0..problem.operations.len() {
            for wait in explain(&problem, search.best(), operation) {
                let text = wait.text(operation, &names);
                assert!(text.en.contains(&format!("op {operation}")) && text.zh.contains("工序"));
                *found.entry(name(format!("{:?}", wait.cause))).or_default() += 1;
            }
        }
        for job in 0..problem.jobs.len() {
            if let Some(it) = trace(&problem, search.best(), job) {
                assert!(it.shares.iter().all(|it| !it.0.text(&names).zh.is_empty()));
                *roots.entry(name(format!("{:?}", it.root))).or_default() += 1;
            }
        }
    }
    // All but cleaning, which needs a calendar that ends just then.
    found.remove("Cleaning");
    assert_eq!(found.len(), 15, "{found:?}");
    assert!(10 < roots.len(), "{roots:?}");
}
