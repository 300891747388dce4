use super::*;
use crate::tests::small::{after, at, job, mode, operation, resource};
use crate::{Frozen, Objective, Weights};

mod random;
mod rules;

/// Machine 0 works [0, 10) and [20, 60). Operation 0 is frozen on it until 6; 1 takes it for 8 more; 2 comes
/// after 1 and needs it too; 3 waits for its release.
fn problem() -> Problem {
    let mut problem = Problem {
        now: at(0),
        resources: vec![resource(1, &[(0, 10), (20, 60)])],
        jobs: vec![job(0, None), job(0, Some(20)), job(45, None)],
        operations: vec![
            operation(0, vec![mode(6, &[(0, 1)])]),
            operation(1, vec![mode(8, &[(0, 1)])]),
            operation(1, vec![mode(5, &[(0, 1)])]),
            operation(2, vec![mode(5, &[(0, 1)])]),
        ],
        precedences: vec![after(1, 2)],
        objective: Objective::weighted(Weights {
            makespan: 1,
            tardiness: 1,
            flow_time: 1,
            ..Weights::none()
        }),
        ..Problem::default()
    };
    problem.operations[0].frozen = Some(Frozen { mode: 0, start: at(-1), end: at(6) });
    problem
}

/// One line per wait: from, until, cause.
fn lines(waits: &[Wait]) -> Vec<String> {
    let line = |wait: &Wait| {
        let (from, until) = (wait.from.as_millis(), wait.until.as_millis());
        format!("{from}..{until} {:?}", wait.cause)
    };
    waits.iter().map(line).collect()
}

#[test]
fn an_operation_says_what_it_waited_for() {
    let mut problem = problem();
    problem.operations[2].spans_breaks = false;
    let plan = crate::solve(&problem, 50, 1, None).unwrap().plan;
    let check = |operation: usize, expected: &[&str]| {
        assert_eq!(lines(&explain(&problem, &plan, operation)), expected);
    };
    check(0, &["-1..-1 Frozen"]);
    check(1, &["0..6 Resource { resource: 0, held_by: [0] }"]);
    check(2, &["0..24 Predecessor { operation: 1, lag: Millis(0) }"]);
    check(3, &["0..45 Release"]);
    check(9, &[]);
}

#[test]
fn a_plan_that_dawdles_is_found_out_and_breaks_are_named() {
    let problem = problem();
    let mut plan = crate::solve(&problem, 50, 1, None).unwrap().plan;
    let slot = Scheduled { mode: 0, start: at(20), end: at(28) };
    plan.operations[1] = Some(slot);
    plan.operations[2] = Some(Scheduled { mode: 0, start: at(30), end: at(35) });
    assert_eq!(
        lines(&explain(&problem, &plan, 1)),
        [
            "0..6 Resource { resource: 0, held_by: [0] }",
            // It could have begun before the break, and did not.
            "6..20 Choice",
        ]
    );
    let mut whole = problem.clone();
    whole.operations[1].spans_breaks = false;
    let waits = explain(&whole, &plan, 1);
    assert_eq!(waits[1].cause, Cause::Calendar { resource: 0 });
}

#[test]
fn a_late_job_leads_back_to_its_root() {
    let problem = problem();
    let plan = crate::solve(&problem, 50, 1, None).unwrap().plan;
    let chain = explain_job(&problem, &plan, 1);
    let lines: Vec<String> = chain
        .iter()
        .map(|(op, wait)| format!("{op}: {}", lines(std::slice::from_ref(wait))[0]))
        .collect();
    assert_eq!(
        lines,
        [
            "2: 0..24 Predecessor { operation: 1, lag: Millis(0) }",
            "1: 0..6 Resource { resource: 0, held_by: [0] }",
            "0: -1..-1 Frozen",
        ]
    );
}
