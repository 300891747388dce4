//! Jobs and resources in, a plan out: the optimizer and, apart from it, the checker that judges it.
//!
//! [`Search`] holds a complete plan from the moment it exists and improves it step by step; the caller
//! turns seconds into steps. [`check`] knows the rules and not the algorithm. [`explain`] says what an
//! operation waited for, [`gantt`] draws.
//!
//! One planning rule is one file under `rules/`: its constraint, its cost or its share of the lower
//! bound, and its test.

pub mod checker;
pub mod explain;
pub mod gantt;
pub mod problem;
pub mod search;
pub mod validate;

mod bound;
mod construct;
mod instance;
mod neighbourhood;
#[cfg_attr(not(test), expect(dead_code, reason = "connected by the next commit"))]
mod project;
mod random;
mod rules;
mod schedule;

pub use checker::{Fault, check};
pub use explain::{Cause, Wait, explain, explain_job};
pub use problem::{
    Cost, Frozen, Job, Mode, Objective, Operation, Plan, Precedence, Problem, Resource, Scheduled,
};
pub use search::{Search, Solved, Status, UnplacedReason, solve};
pub use validate::ProblemError;

#[cfg(test)]
mod tests;
