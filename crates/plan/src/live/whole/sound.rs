//! Out of a plan comes what cannot stay.

use crate::problem::{Branch, Plan, Problem};
use crate::{Fault, check};

/// Takes operations out of a plan until it obeys all rules: those that break one, and all that come after them.
/// What is frozen stays, and decides its branch. Returns whether anything was taken out.
pub(super) fn make_sound(problem: &Problem, plan: &mut Plan) -> bool {
    for (it, branch) in problem.alternatives.iter().zip(&mut plan.branches) {
        let is_fact =
            |it: &usize| problem.operations.get(*it).is_some_and(|it| it.frozen.is_some());
        let has_fact = |it: &Branch| it.operations.iter().any(is_fact);
        *branch = it.branches.iter().position(has_fact).unwrap_or(*branch);
    }
    let mut is_changed = false;
    loop {
        let faults = check(problem, plan);
        if faults.is_empty() {
            return is_changed;
        }
        let mut named: Vec<usize> =
            faults.iter().flat_map(|it| guilty(problem, plan, it)).collect();
        named.retain(|it| is_free(problem, plan, *it));
        if named.is_empty() {
            // Nobody in particular: all that is not a fact.
            named = (0..plan.operations.len()).filter(|it| is_free(problem, plan, *it)).collect();
        }
        if named.is_empty() {
            return is_changed;
        }
        is_changed = true;
        for operation in named {
            take_out(problem, plan, operation);
        }
    }
}

/// Whether it has a place and may lose it.
fn is_free(problem: &Problem, plan: &Plan, operation: usize) -> bool {
    let is_fact = problem.operations.get(operation).is_none_or(|it| it.frozen.is_some());
    !is_fact && plan.operations.get(operation).is_some_and(Option::is_some)
}

fn take_out(problem: &Problem, plan: &mut Plan, operation: usize) {
    let mut out = vec![operation];
    while let Some(operation) = out.pop() {
        if !is_free(problem, plan, operation) {
            continue;
        }
        if let Some(slot) = plan.operations.get_mut(operation) {
            *slot = None;
        }
        let after = problem.precedences.iter().filter(|it| it.before == operation);
        out.extend(after.map(|it| it.after));
    }
}

/// Who would have to go for this fault to go: of several one after the other.
fn guilty(problem: &Problem, plan: &Plan, fault: &Fault) -> Vec<usize> {
    let last = |operations: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
        let free = operations.filter(|it| is_free(problem, plan, *it));
        let start = |it: &usize| plan.operations.get(*it).copied().flatten().map(|it| it.start);
        free.max_by_key(start).into_iter().collect()
    };
    match fault {
        Fault::UnknownMode { operation, .. }
        | Fault::BeforeNow { operation, .. }
        | Fault::BeforeRelease { operation, .. }
        | Fault::StartsClosed { operation, .. }
        | Fault::WrongWork { operation, .. }
        | Fault::EndsLate { operation, .. }
        | Fault::OverBreak { operation, .. }
        | Fault::NotChosen { operation, .. }
        | Fault::BeforeOwnRelease { operation, .. }
        | Fault::AfterDeadline { operation, .. }
        | Fault::Backwards { operation, .. } => vec![*operation],
        Fault::TooEarly { before, after, .. }
        | Fault::TooLate { before, after, .. }
        | Fault::WithoutPredecessor { before, after }
        | Fault::Overtaken { before, after, .. } => last(&mut [*before, *after].into_iter()),
        Fault::WithoutSetup { before, after, .. } => {
            last(&mut before.iter().copied().chain([*after]))
        }
        Fault::NoBatch { first, second, .. } => last(&mut [*first, *second].into_iter()),
        Fault::OverCapacity { operations, storages, .. } => {
            let stored = storages.iter().filter_map(|it| problem.storages.get(*it));
            last(&mut operations.iter().copied().chain(stored.map(|it| it.from.operation)))
        }
        Fault::NotCleaned { resource, .. } => last(&mut (0..plan.operations.len()).filter(|it| {
            let mode = plan.operations.get(*it).copied().flatten().map(|it| it.mode);
            let it = problem.operations.get(*it).zip(mode);
            let mode = it.and_then(|(it, mode)| it.modes.get(mode));
            mode.is_some_and(|mode| mode.needs.iter().any(|need| need.0 == *resource))
        })),
        Fault::OverBudget { budget, .. } => last(&mut (0..plan.operations.len()).filter(|it| {
            let mode = plan.operations.get(*it).copied().flatten().map(|it| it.mode);
            let it = problem.operations.get(*it).zip(mode);
            let mode = it.and_then(|(it, mode)| it.modes.get(mode));
            mode.is_some_and(|mode| mode.uses.iter().any(|used| used.0 == *budget))
        })),
        Fault::Shape { .. }
        | Fault::FrozenMoved { .. }
        | Fault::BranchCount { .. }
        | Fault::UnknownBranch { .. } => Vec::new(),
    }
}
