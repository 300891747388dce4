use weft_model::Millis;

use super::*;
use crate::problem::{Frozen, Scheduled};
use crate::tests::small::{at, problem};

mod figures;
mod rules;

/// A plan of the small problem, changed, must show exactly these faults.
fn check_faults(change: impl FnOnce(&mut Problem, &mut Plan), expected: &[&str]) {
    let mut problem = problem();
    let mut plan = crate::solve(&problem, 50, 1, None).unwrap().plan;
    assert_eq!(check(&problem, &plan), []);
    change(&mut problem, &mut plan);
    let codes: Vec<&str> = check(&problem, &plan).iter().map(Fault::code).collect();
    assert_eq!(
        codes,
        expected,
        "{:?}\n{}",
        check(&problem, &plan),
        crate::tests::text(&problem, &plan)
    );
}

fn slot(plan: &mut Plan, operation: usize) -> &mut Scheduled {
    plan.operations[operation].as_mut().unwrap()
}

#[test]
fn each_rule_has_its_fault() {
    check_faults(|_, _| {}, &[]);
    check_faults(|_, plan| plan.operations.truncate(4), &["P201"]);
    check_faults(|_, plan| slot(plan, 0).mode = 9, &["P202"]);
    check_faults(|problem, _| problem.now = at(1), &["P203"]);
    check_faults(|problem, _| problem.jobs[0].release = at(1), &["P204"]);
    check_faults(|_, plan| slot(plan, 4).end = at(100), &["P206", "P207"]);
    check_faults(|_, plan| plan.operations[0] = None, &["P211"]);
    check_faults(
        |problem, _| {
            let frozen = Frozen { mode: 0, start: at(-5), end: at(0) };
            problem.operations[0].frozen = Some(frozen);
        },
        &["P212"],
    );
    check_faults(|problem, _| problem.resources[1].capacity = 1, &["P209"]);
    check_faults(|problem, _| problem.precedences[0].min_lag = Millis::new(90), &["P210"]);
    check_faults(|problem, _| problem.operations[4].spans_breaks = false, &["P208"]);
    check_faults(
        |_, plan| {
            let slot = slot(plan, 4);
            (slot.start, slot.end) = (at(11), at(35));
        },
        &["P205"],
    );
}

/// In a plan: without a place.
const NO: (i64, i64) = (i64::MIN, i64::MIN);

/// A plan in which everything is done in its first mode, from start to end.
fn plan(spans: &[(i64, i64)], branches: &[usize]) -> Plan {
    let slot = |&(start, end): &(i64, i64)| {
        ((start, end) != NO).then(|| Scheduled { mode: 0, start: at(start), end: at(end) })
    };
    Plan { operations: spans.iter().map(slot).collect(), branches: branches.to_vec() }
}

/// A plan with these starts and ends must show exactly these faults.
fn check_plan(problem: &Problem, spans: &[(i64, i64)], expected: &[&str]) {
    check_branches(problem, spans, &[], expected);
}

fn check_branches(problem: &Problem, spans: &[(i64, i64)], branches: &[usize], expected: &[&str]) {
    assert_eq!(problem.validate(), Ok(()));
    let faults = check(problem, &plan(spans, branches));
    let codes: Vec<&str> = faults.iter().map(Fault::code).collect();
    assert_eq!(codes, expected, "{spans:?}: {faults:?}");
    // Every message and help can be said.
    assert!(faults.iter().all(|it| !it.to_string().is_empty() && !it.help().is_empty()));
}
