//! Judges a plan by the rules alone. Shares nothing with the search but the types of the problem, and
//! counts working time on the intervals itself, so that one mistake cannot hide in both.
//!
//! One rule is one file. What is frozen is a fact: facts alone break no rule, all else fits around them.

mod batch;
mod branch;
mod budget;
mod capacity;
mod energy;
mod fault;
mod figures;
mod line;
mod operation;
mod precedence;
mod setup;
mod span;
mod view;

pub use fault::Fault;

use crate::problem::{Cost, Plan, Problem};
use view::View;

/// All faults of a plan: by operation, by precedence, by resource (capacity, batches, setups), by budget, by
/// line. A plan of another shape, or without a branch for every alternative, is not looked at any further.
/// The problem is a valid one ([`Problem::validate`]).
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Fault> {
    let (expected, found) = (problem.operations.len(), plan.operations.len());
    if expected != found {
        return vec![Fault::Shape { expected, found }];
    }
    let faults = branch::shape_faults(problem, plan);
    if !faults.is_empty() {
        return faults;
    }
    let view = View::new(problem, plan);
    let mut faults = Vec::new();
    for (index, it) in problem.operations.iter().enumerate() {
        branch::check(&view, index, &mut faults);
        operation::check(&view, index, it, &mut faults);
    }
    precedence::check(&view, &mut faults);
    capacity::check(&view, &mut faults);
    batch::check(&view, &mut faults);
    setup::check(&view, &mut faults);
    budget::check(&view, &mut faults);
    line::check(&view, &mut faults);
    faults
}

/// What a plan costs, counted anew. A plan with faults has a cost too.
pub fn cost(problem: &Problem, plan: &Plan) -> Cost {
    figures::cost(&View::new(problem, plan))
}

#[cfg(test)]
mod tests;
