//! Jobs and resources in, a plan out: the optimizer and, apart from it, the checker that judges it.

pub mod problem;

pub use problem::{
    Frozen, Job, Mode, Objective, Operation, Plan, Precedence, Problem, Resource, Scheduled,
};
