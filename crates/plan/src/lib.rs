//! Jobs and resources in, a plan out: the optimizer and, apart from it, the checker that judges it.
//!
//! [`Search`] holds a complete plan from the moment it exists and improves it step by step; the caller
//! turns seconds into steps. [`check`] knows the rules and not the algorithm. [`explain`] says what an
//! operation waited for, [`gantt`] draws. [`formats`] reads the instances the field publishes and writes the
//! answers, with a checker of its own.
//!
//! One planning rule is one file under `rules/`: its constraint, its cost or its share of the lower
//! bound, and its test.

pub mod checker;
pub mod explain;
pub mod formats;
pub mod gantt;
pub mod live;
pub mod problem;
pub mod search;
pub mod validate;

mod bound;
mod general;
mod instance;
mod line;
mod list;
mod project;
mod random;
mod rules;
mod shop;
mod strategy;
mod timetable;

pub use checker::{Fault, check};
pub use explain::{Cause, Wait, explain, explain_job};
pub use live::{Change, Event, EventError, Live, Order, Promise, Snapshot};
pub use problem::{
    Alternative, Branch, Budget, Cost, Frozen, Instant, Job, LEVELS, Line, Mode, Objective,
    Operation, Plan, Point, Precedence, Price, Problem, Resource, Scheduled, Setups, Standby,
    Storage, Weights,
};
pub use search::{Search, Solved, Status, UnplacedReason, solve};
pub use validate::ProblemError;

#[cfg(test)]
mod tests;
