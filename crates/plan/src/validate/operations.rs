//! Operations and their modes.

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp};

use super::{ProblemError, in_range, known};
use crate::problem::{Mode, Operation, Problem};

/// By batch resource and family the first mode's states.
type FamilyStates = BTreeMap<(usize, u32), Option<(usize, usize)>>;

pub(super) fn validate(problem: &Problem) -> Result<(), ProblemError> {
    validate_from(problem, 0)
}

/// The operations from this one on; families are compared among these.
pub(super) fn validate_from(problem: &Problem, first: usize) -> Result<(), ProblemError> {
    let mut families = FamilyStates::new();
    for (operation, it) in problem.operations.iter().enumerate().skip(first) {
        validate_operation(problem, operation, it)?;
        for (mode, way) in it.modes.iter().enumerate() {
            validate_needs(problem, operation, mode, way)?;
            validate_uses(problem, operation, mode, way)?;
            validate_states(problem, operation, mode, way)?;
            validate_families(problem, operation, mode, way, &mut families)?;
        }
    }
    Ok(())
}

fn validate_operation(
    problem: &Problem,
    operation: usize,
    it: &Operation,
) -> Result<(), ProblemError> {
    if problem.jobs.len() <= it.job {
        return Err(ProblemError::UnknownJob { operation, job: it.job });
    }
    if it.modes.is_empty() {
        return Err(ProblemError::NoMode { operation });
    }
    if let Some(instant) = it.holds_until {
        known(problem, instant, || format!("operation {operation}"))?;
    }
    let name = || format!("operation {operation}");
    for at in [it.release, it.deadline].into_iter().flatten() {
        in_range(&[at], name)?;
    }
    let Some(frozen) = it.frozen else { return Ok(()) };
    if it.modes.len() <= frozen.mode {
        return Err(ProblemError::FrozenMode { operation, mode: frozen.mode });
    }
    if frozen.end < frozen.start {
        let (start, end) = (frozen.start, frozen.end);
        return Err(ProblemError::FrozenBackwards { operation, start, end });
    }
    in_range(&[frozen.start, frozen.end], name)
}

fn validate_needs(
    problem: &Problem,
    operation: usize,
    mode: usize,
    way: &Mode,
) -> Result<(), ProblemError> {
    for (index, &(resource, amount)) in way.needs.iter().enumerate() {
        let Some(known) = problem.resources.get(resource) else {
            return Err(ProblemError::UnknownResource { operation, mode, resource });
        };
        if amount == 0 || known.capacity < amount {
            let capacity = known.capacity;
            return Err(ProblemError::AmountOutOfRange {
                operation,
                mode,
                resource,
                amount,
                capacity,
            });
        }
        if way.needs.iter().take(index).any(|(other, _)| *other == resource) {
            return Err(ProblemError::ResourceTwice { operation, mode, resource });
        }
    }
    if way.work < Millis::ZERO {
        return Err(ProblemError::NegativeWork { operation, mode, work: way.work });
    }
    let work = Timestamp::from_millis(way.work.get());
    in_range(&[work], || format!("operation {operation}"))
}

fn validate_uses(
    problem: &Problem,
    operation: usize,
    mode: usize,
    way: &Mode,
) -> Result<(), ProblemError> {
    for (index, &(budget, _)) in way.uses.iter().enumerate() {
        if problem.budgets.len() <= budget {
            return Err(ProblemError::UnknownBudget { operation, mode, budget });
        }
        if way.uses.iter().take(index).any(|(other, _)| *other == budget) {
            return Err(ProblemError::BudgetTwice { operation, mode, budget });
        }
    }
    Ok(())
}

fn validate_states(
    problem: &Problem,
    operation: usize,
    mode: usize,
    way: &Mode,
) -> Result<(), ProblemError> {
    for (index, &(resource, needed, left)) in way.states.iter().enumerate() {
        let setups = problem.resources.get(resource).and_then(|it| it.setups.as_ref());
        let is_needed = way.needs.iter().any(|need| need.0 == resource);
        let is_twice = way.states.iter().take(index).any(|other| other.0 == resource);
        let Some(setups) = setups.filter(|_| is_needed && !is_twice) else {
            return Err(ProblemError::StatesOfOther { operation, mode, resource });
        };
        let states = setups.time.len();
        for state in [needed, left] {
            if states <= state {
                let what = format!("operation {operation}, mode {mode}");
                return Err(ProblemError::UnknownState { what, resource, state, states });
            }
        }
    }
    Ok(())
}

fn validate_families(
    problem: &Problem,
    operation: usize,
    mode: usize,
    way: &Mode,
    families: &mut FamilyStates,
) -> Result<(), ProblemError> {
    for &(resource, _) in &way.needs {
        let is_set_up = |it: &crate::Resource| it.is_batch && it.setups.is_some();
        if !problem.resources.get(resource).is_some_and(is_set_up) {
            continue;
        }
        let states = way.states.iter().find(|it| it.0 == resource).map(|it| (it.1, it.2));
        let family = way.family;
        if *families.entry((resource, family)).or_insert(states) != states {
            return Err(ProblemError::FamilyStates { operation, mode, resource, family });
        }
    }
    Ok(())
}
