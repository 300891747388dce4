//! Of every alternative one branch is done, and nothing of the others.

use super::fault::Fault;
use super::view::View;
use crate::problem::{Plan, Problem};

/// What keeps a plan from saying which branches are done.
pub(super) fn shape_faults(problem: &Problem, plan: &Plan) -> Vec<Fault> {
    let (expected, found) = (problem.alternatives.len(), plan.branches.len());
    if expected != found {
        return vec![Fault::BranchCount { expected, found }];
    }
    let chosen = problem.alternatives.iter().zip(&plan.branches).enumerate();
    let unknown = chosen.filter(|(_, (it, branch))| it.branches.len() <= **branch);
    unknown
        .map(|(alternative, (_, branch))| Fault::UnknownBranch { alternative, branch: *branch })
        .collect()
}

/// Whether an operation is in the plan although its branch is not done.
pub(super) fn check(view: &View, operation: usize, faults: &mut Vec<Fault>) {
    let is_planned = view.plan.operations.get(operation).is_some_and(Option::is_some);
    if let Some(alternative) = view.decided_against(operation).filter(|_| is_planned) {
        faults.push(Fault::NotChosen { operation, alternative });
    }
}
