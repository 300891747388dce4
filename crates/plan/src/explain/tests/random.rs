//! What must hold for every wait of every plan.

use proptest::prelude::*;

use super::super::*;
use crate::tests::random::{self, Size};
use crate::{Search, check};

fn size() -> impl Strategy<Value = Size> {
    let counts = (1_usize..7, 1_usize..5, 1_usize..5);
    (counts, any::<bool>(), 0_usize..20).prop_map(|(counts, may_fail, frozen_percent)| Size {
        jobs: counts.0,
        operations_per_job: counts.1,
        resources: counts.2,
        work: 12,
        may_fail,
        frozen_percent,
    })
}

/// Waits lie side by side from now to the start. In each the operation cannot start, by the word of the checker;
/// where there is a choice it can.
fn judge(problem: &Problem, plan: &Plan) {
    assert_eq!(check(problem, plan), []);
    for (operation, it) in problem.operations.iter().enumerate() {
        let waits = explain(problem, plan, operation);
        let is_absent = decided_against(problem, plan).contains_key(&operation);
        if is_absent {
            assert!(matches!(waits[..], [Wait { cause: Cause::NotChosen { .. }, .. }]));
            continue;
        }
        let Some(slot) = plan.operations[operation] else {
            assert_eq!(waits, []);
            continue;
        };
        if it.frozen.is_some() {
            assert_eq!(waits.len(), 1);
            assert_eq!(waits[0].cause, Cause::Frozen);
            continue;
        }
        let mut at = problem.now;
        for wait in &waits {
            assert_eq!(wait.from, at, "operation {operation}: {waits:?}");
            assert!(wait.from < wait.until, "operation {operation}: {waits:?}");
            at = wait.until;
            judge_wait(problem, plan, operation, wait);
        }
        assert_eq!(at, slot.start, "operation {operation}: {waits:?}");
    }
    for job in 0..problem.jobs.len() {
        let Some(found) = trace(problem, plan, job) else { continue };
        let sum: Millis = found.shares.iter().map(|it| it.1).sum();
        assert_eq!(sum, found.end - found.begin, "job {job}: {found:?}");
        assert!(found.shares.iter().all(|it| Millis::ZERO < it.1), "job {job}: {found:?}");
    }
}

fn judge_wait(problem: &Problem, plan: &Plan, operation: usize, wait: &Wait) {
    let (first, last) = (wait.from, wait.until - Millis::new(1));
    let middle = first + Millis::new((last - first).get() / 2);
    let is_choice = wait.cause == Cause::Choice;
    let may_be_choice = is_choice || matches!(wait.cause, Cause::Batch { .. });
    for start in if is_choice { vec![first] } else { vec![first, middle, last] } {
        let slot = plan.operations[operation].unwrap();
        let mode = &problem.operations[operation].modes[slot.mode];
        let working = common(problem, mode);
        let end = working.finish(start, mode.work);
        let is_possible = end.is_some_and(|end| {
            let mut moved = plan.clone();
            moved.operations[operation] = Some(Scheduled { start, end, ..slot });
            check(problem, &moved).is_empty()
        });
        assert!(
            if is_choice { is_possible } else { may_be_choice || !is_possible },
            "operation {operation} at {}, planned at {}: {wait:?}",
            start.as_millis(),
            slot.start.as_millis()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn waits_are_true_when_every_rule_is_there(seed in any::<u64>(), size in size()) {
        let problem = random::mixed(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        search.run(10);
        judge(&problem, search.best());
    }

    #[test]
    fn waits_are_true_for_plain_problems(seed in any::<u64>(), size in size()) {
        let problem = random::problem(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        search.run(10);
        judge(&problem, search.best());
    }

    /// A plan that has everything later than it has to be, and one that is for another problem.
    #[test]
    fn any_plan_is_explained(seed in any::<u64>(), size in size(), later in 1_i64..40) {
        let problem = random::mixed(seed, size);
        let mut plan = Search::new(&problem, seed, None).unwrap().best().clone();
        for (slot, it) in plan.operations.iter_mut().zip(&problem.operations) {
            if let (Some(slot), None) = (slot, it.frozen) {
                slot.start = slot.start + Millis::new(later);
                slot.end = slot.end + Millis::new(later);
            }
        }
        if check(&problem, &plan).is_empty() {
            judge(&problem, &plan);
        }
        let other = random::mixed(seed ^ 1, size);
        for operation in 0..other.operations.len() {
            explain(&other, &plan, operation);
        }
        for job in 0..other.jobs.len() {
            trace(&other, &plan, job);
        }
    }
}
