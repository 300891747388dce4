use proptest::prelude::*;
use weft_model::Title;

use super::*;
use crate::difference::Names;
use crate::problem::{Budget, Objective, Weights};
use crate::tests::random::{self, Size};
use crate::tests::small::{after, at, job, mode, operation, resource};
use crate::{check, solve};

/// Two jobs on a machine that works [0, 10) and [30, 60); job 1 is due at 14 and ends after the break.
fn problem() -> Problem {
    Problem {
        resources: vec![resource(1, &[(0, 10), (30, 60)]), resource(1, &[(0, 100)])],
        jobs: vec![job(0, Some(6)), job(0, Some(14))],
        operations: vec![
            operation(0, vec![mode(6, &[(0, 1)])]),
            operation(1, vec![mode(6, &[(0, 1)])]),
        ],
        objective: Objective::weighted(Weights { tardiness: 3, flow_time: 1, ..Weights::none() }),
        ..Problem::default()
    }
}

fn lines(problem: &Problem, job: usize) -> String {
    let letter = |index: usize| Title::same(char::from(b'a' + index as u8).to_string());
    let names = Names {
        job: &|it| Title { en: format!("order {it}"), zh: format!("订单 {it}") },
        operation: &letter,
        resource: &|it| Title { en: format!("machine {it}"), zh: format!("机床 {it}") },
        instant: &|it| it.as_millis().to_string(),
        span: &|it| it.to_string(),
    };
    let plan = solve(problem, 100, 1, None).unwrap().plan;
    let mut lines = Vec::new();
    for it in remedies(problem, &plan, job, 60).unwrap() {
        let changes: Vec<Title> = it.changes.iter().map(|it| it.text(problem, &names)).collect();
        let later = it.jobs.iter().filter_map(|it| Some((it.job, it.by()?.get())));
        lines.push(format!(
            "{} | {} | ends {}, costs {} instead of {}, moves {:?}",
            changes.iter().map(|it| it.en.clone()).collect::<Vec<_>>().join(" and "),
            changes.iter().map(|it| it.zh.clone()).collect::<Vec<_>>().join("并"),
            it.end.as_millis(),
            it.cost_after.levels[0],
            it.cost_before.levels[0],
            later.collect::<Vec<_>>(),
        ));
    }
    lines.join("\n")
}

#[test]
fn overtime_another_machine_or_going_first() {
    insta::assert_snapshot!(lines(&problem(), 1), @r"
    one more machine 0 | 增加一个机床 0 | ends 6, costs 12 instead of 92, moves [(1, -26)]
    let machine 0 work from 10 until 12 too (2 ms) | 机床 0在 10 至 12 加班（2 ms） | ends 12, costs 18 instead of 92, moves [(1, -20)]
    put order 1 before all others | 订单 1优先于其他所有任务 | ends 6, costs 116 instead of 92, moves [(0, 26), (1, -26)]
    do b before a | “b”排在“a”之前 | ends 6, costs 116 instead of 92, moves [(0, 26), (1, -26)]
    ");
}

#[test]
fn a_better_plan_may_be_all_it_takes() {
    let problem = problem();
    // The plan dawdles: the first job begins at 4.
    let slot = |start: i64, end: i64| {
        Some(crate::problem::Scheduled { mode: 0, start: at(start), end: at(end) })
    };
    let plan = Plan { operations: vec![slot(4, 10), slot(30, 36)], branches: vec![] };
    assert_eq!(check(&problem, &plan), []);
    let found = remedies(&problem, &plan, 0, 50).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].changes.len(), found[0].end), (0, at(6)));
    // What is not late needs no remedy, and what has no due date cannot be late.
    assert_eq!(remedies(&problem, &found[0].plan, 0, 50).unwrap(), []);
}

#[test]
fn two_changes_when_one_is_not_enough() {
    let mut problem = problem();
    // The job has a second operation on another machine, whose material comes at 90.
    problem.resources[0] = resource(1, &[(0, 10), (60, 90)]);
    problem.resources[1] = resource(1, &[(40, 50), (95, 200)]);
    problem.operations.push(operation(1, vec![mode(3, &[(1, 1)])]));
    problem.precedences = vec![after(1, 2)];
    problem.operations[2].release = Some(at(90));
    problem.jobs[1].due = Some(at(45));
    insta::assert_snapshot!(lines(&problem, 1), @r"
    have all there for c by 37 and let machine 0 work from 10 until 13 too (3 ms) | “c”所需在 37 前到位并机床 0在 10 至 13 加班（3 ms） | ends 43, costs 49 instead of 263, moves [(1, -55)]
    have all there for c by 37 and one more machine 0 | “c”所需在 37 前到位并增加一个机床 0 | ends 43, costs 49 instead of 263, moves [(1, -55)]
    put order 1 before all others and have all there for c by 37 | 订单 1优先于其他所有任务并“c”所需在 37 前到位 | ends 43, costs 273 instead of 263, moves [(0, 56), (1, -55)]
    have all there for c by 37 and do b before a | “c”所需在 37 前到位并“b”排在“a”之前 | ends 43, costs 273 instead of 263, moves [(0, 56), (1, -55)]
    ");
}

#[test]
fn supplies_and_releases_come_sooner() {
    let mut problem = problem();
    problem.resources[0] = resource(1, &[(0, 100)]);
    problem.budgets = vec![Budget { supplies: vec![(at(0), 1), (at(20), 1)] }];
    problem.operations[1].modes[0].uses = vec![(0, 2)];
    insta::assert_snapshot!(lines(&problem, 1), @"supply all of budget 0 by 8 | 预算 0 在 8 前全部供应 | ends 14, costs 20 instead of 68, moves [(1, -12)]");
    problem.budgets.clear();
    problem.operations[1].modes[0].uses.clear();
    problem.jobs[1].release = at(12);
    insta::assert_snapshot!(lines(&problem, 1), @"release order 1 by 8 | 订单 1在 8 前放行 | ends 14, costs 8 instead of 24, moves [(1, -4)]");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_is_named_really_helps(seed in any::<u64>(), jobs in 2_usize..6) {
        let size = Size {
            jobs, operations_per_job: 3, resources: 3, work: 12, may_fail: false, frozen_percent: 5,
        };
        let problem = random::mixed(seed, size);
        let plan = solve(&problem, 20, seed, None).unwrap().plan;
        prop_assume!(check(&problem, &plan).is_empty());
        let ends = crate::difference::ends(&problem, &plan);
        let late = ends.iter().find(|(job, end)| problem.jobs[**job].due.is_some_and(|due| due < **end));
        let Some((&job, _)) = late else { return Ok(()) };
        let found = remedies(&problem, &plan, job, 15).unwrap();
        prop_assert_eq!(&found, &remedies(&problem, &plan, job, 15).unwrap());
        let sizes: BTreeSet<usize> = found.iter().map(|it| it.changes.len()).collect();
        prop_assert!(sizes.len() <= 1 && sizes.iter().all(|it| *it <= 2), "{:?}", sizes);
        for it in &found {
            let changed = it.problem(&problem);
            prop_assert_eq!(changed.validate(), Ok(()));
            prop_assert_eq!(check(&changed, &it.plan), []);
            let end = crate::difference::ends(&changed, &it.plan)[&job];
            prop_assert_eq!(end, it.end);
            prop_assert!(Some(end) <= problem.jobs[job].due);
            prop_assert_eq!(it.cost_before, checker::cost(&problem, &plan));
            prop_assert!(it.cost_after.unplaced <= it.cost_before.unplaced);
        }
    }
}
