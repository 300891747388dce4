//! Jobs and resources in, a plan out: the optimizer and, apart from it, the checker that judges it.
//!
//! [`Search`] holds a complete plan from the moment it exists and improves it step by step; the caller
//! turns seconds into steps. [`check`] knows the rules and not the algorithm. [`formats`] reads the instances
//! the field publishes and writes the answers, with a checker of its own. [`gantt`] draws.
//!
//! Why a plan is as it is: [`explain`] says what an operation waited for, [`trace`] follows a job back to a cause
//! that a planner can act on, [`remedies`] tries what would make it be on time, [`breakdown`] takes the cost apart,
//! [`difference`] puts another plan beside it, and [`clash`] names constraints that cannot all be met.
//!
//! One planning rule is one file under `rules/`: its constraint, its cost or its share of the lower
//! bound, and its test.
//!
//! ```
//! use weft_model::{Millis, WorkingTime};
//! use weft_plan::{
//!     Job, Mode, Objective, Operation, Precedence, Problem, Resource, Search, Status, check, explain,
//! };
//!
//! // A saw and a mill that always work; two jobs that are sawn, then milled.
//! let machine = Resource { capacity: 1, working: WorkingTime::always(), ..Resource::default() };
//! let on = |machine, minutes| Mode {
//!     needs: vec![(machine, 1)],
//!     work: Millis::MINUTE.times(minutes),
//!     ..Mode::default()
//! };
//! let operation = |job, mode| Operation { job, modes: vec![mode], ..Operation::default() };
//! let problem = Problem {
//!     resources: vec![machine.clone(), machine],
//!     jobs: vec![Job { weight: 1, ..Job::default() }; 2],
//!     operations: vec![
//!         operation(0, on(0, 30)),
//!         operation(0, on(1, 20)),
//!         operation(1, on(0, 10)),
//!         operation(1, on(1, 50)),
//!     ],
//!     precedences: vec![Precedence::new(0, 1), Precedence::new(2, 3)],
//!     objective: Objective::makespan(),
//!     ..Problem::default()
//! };
//!
//! let mut search = Search::new(&problem, 1, None)?; // There is a plan from here on,
//! while search.run(1_000) == Status::Running {} // and none is better when this ends.
//! assert_eq!(search.cost().makespan, Millis::MINUTE.times(80));
//! assert_eq!(search.lower_bound().makespan, search.cost().makespan);
//! assert_eq!(check(&problem, search.best()), []);
//!
//! // The first job is sawn second: it waits ten minutes for the saw.
//! let waits = explain(&problem, search.best(), 0);
//! assert_eq!(waits[0].until - waits[0].from, Millis::MINUTE.times(10));
//! # Ok::<(), weft_plan::ProblemError>(())
//! ```

pub mod breakdown;
pub mod checker;
pub mod clash;
pub mod difference;
pub mod explain;
pub mod formats;
pub mod gantt;
pub mod live;
pub mod problem;
pub mod remedies;
pub mod search;
pub mod validate;

mod bound;
mod divisor;
mod general;
mod instance;
mod line;
mod list;
mod part;
mod places;
mod project;
mod random;
mod rules;
mod shop;
mod strategy;
mod timetable;
mod turns;
mod unplaced;

pub use breakdown::{Breakdown, Measure, Of, breakdown};
pub use checker::{Fault, check};
pub use clash::{Clash, Limit, Proof, clash};
pub use difference::{Difference, difference};
pub use explain::{Cause, Root, Trace, Wait, explain, explain_job, trace};
pub use live::{Event, EventError, Live, Order, Promise, Snapshot};
pub use part::Part;
pub use problem::{
    Alternative, Branch, Budget, Cost, Frozen, Instant, Job, LEVELS, Line, Mode, Objective,
    Operation, Plan, Point, Precedence, Price, Problem, Resource, Scheduled, Setups, Standby,
    Storage, Weights,
};
pub use remedies::{Remedy, remedies};
pub use search::{Search, Solved, Status, solve};
pub use unplaced::UnplacedReason;
pub use validate::ProblemError;

/// What the examples share with the tests calls this room by its name.
#[cfg(test)]
extern crate self as weft_plan;

#[cfg(test)]
mod tests;
