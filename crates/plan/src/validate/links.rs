//! What ties operations to each other: precedences, holds, storages, alternatives, lines, the previous plan.

use std::collections::BTreeSet;

use weft_model::Millis;

use super::{ProblemError, durations, in_range, known};
use crate::problem::{Line, Precedence, Problem};

pub(super) fn validate(problem: &Problem) -> Result<(), ProblemError> {
    validate_from(problem, 0)?;
    let branch_of = validate_alternatives(problem)?;
    validate_lasting(problem, &branch_of)?;
    for (line, it) in problem.lines.iter().enumerate() {
        validate_line(problem, line, it)?;
    }
    let (expected, found) = (problem.operations.len(), problem.previous.len());
    if found != 0 && found != expected {
        return Err(ProblemError::PreviousShape { expected, found });
    }
    for it in problem.previous.iter().flatten() {
        in_range(&[it.start, it.end], || "the previous plan".to_owned())?;
    }
    Ok(())
}

/// The precedences from this one on.
pub(super) fn validate_from(problem: &Problem, first: usize) -> Result<(), ProblemError> {
    for (precedence, it) in problem.precedences.iter().enumerate().skip(first) {
        validate_precedence(problem, precedence, it)?;
    }
    Ok(())
}

fn validate_precedence(
    problem: &Problem,
    precedence: usize,
    it: &Precedence,
) -> Result<(), ProblemError> {
    for operation in [it.before, it.after] {
        if problem.operations.len() <= operation {
            return Err(ProblemError::UnknownOperation { precedence, operation });
        }
    }
    let min_lag = it.min_lag;
    if min_lag < Millis::ZERO {
        return Err(ProblemError::NegativeLag { precedence, min_lag });
    }
    if let Some(max_lag) = it.max_lag.filter(|max_lag| *max_lag < min_lag) {
        return Err(ProblemError::LagsCrossed { precedence, min_lag, max_lag });
    }
    durations([&min_lag, &it.max_lag.unwrap_or(min_lag)], || format!("precedence {precedence}"))
}

/// By operation its alternative and branch.
fn validate_alternatives(problem: &Problem) -> Result<Vec<Option<(usize, usize)>>, ProblemError> {
    let mut branch_of = vec![None; problem.operations.len()];
    for (alternative, it) in problem.alternatives.iter().enumerate() {
        if it.branches.is_empty() {
            return Err(ProblemError::NoBranch { alternative });
        }
        let mut done = BTreeSet::new();
        for (branch, it) in it.branches.iter().enumerate() {
            for &operation in &it.operations {
                let Some(of @ None) = branch_of.get_mut(operation) else {
                    return Err(ProblemError::BranchOperation { alternative, branch, operation });
                };
                *of = Some((alternative, branch));
                if problem.operations.get(operation).is_some_and(|it| it.frozen.is_some()) {
                    done.insert(branch);
                }
            }
        }
        if 1 < done.len() {
            return Err(ProblemError::FrozenBranches { alternative });
        }
    }
    Ok(branch_of)
}

/// What lasts from one operation until another: holds and storages.
fn validate_lasting(
    problem: &Problem,
    branch_of: &[Option<(usize, usize)>],
) -> Result<(), ProblemError> {
    let after: BTreeSet<(usize, usize)> =
        problem.precedences.iter().map(|it| (it.before, it.after)).collect();
    let never_meet = |one: usize, other: usize| {
        let of = |operation: usize| branch_of.get(operation).copied().flatten();
        matches!((of(one), of(other)), (Some(one), Some(other)) if one.0 == other.0 && one.1 != other.1)
    };
    for (from, it) in problem.operations.iter().enumerate() {
        let Some(until) = it.holds_until.map(|it| it.operation) else { continue };
        if !after.contains(&(from, until)) && !never_meet(from, until) {
            let what = format!("operation {from}");
            return Err(ProblemError::NotAfter { what, from, until });
        }
    }
    for (storage, it) in problem.storages.iter().enumerate() {
        let name = || format!("storage {storage}");
        known(problem, it.from, name)?;
        known(problem, it.until, name)?;
        let (from, until) = (it.from.operation, it.until.operation);
        if from != until && !after.contains(&(from, until)) && !never_meet(from, until) {
            return Err(ProblemError::NotAfter { what: name(), from, until });
        }
        let (resource, amount) = (it.resource, it.amount);
        let can_store = problem.resources.get(resource).is_some_and(|it| {
            (1..=it.capacity).contains(&amount) && it.setups.is_none() && !it.is_batch
        });
        if !can_store {
            return Err(ProblemError::StorageResource { storage, resource, amount });
        }
    }
    Ok(())
}

fn validate_line(problem: &Problem, line: usize, it: &Line) -> Result<(), ProblemError> {
    let expected = it.stages.first().map_or(0, Vec::len);
    let mut seen = BTreeSet::new();
    for (stage, operations) in it.stages.iter().enumerate() {
        let found = operations.len();
        if found != expected {
            return Err(ProblemError::LineShape { line, stage, expected, found });
        }
        for &operation in operations {
            if problem.operations.len() <= operation || !seen.insert(operation) {
                return Err(ProblemError::LineOperation { line, stage, operation });
            }
        }
    }
    Ok(())
}
