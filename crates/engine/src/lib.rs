//! Plan and run as one machine without IO.
//!
//! An [`Engine`] is told the time and what has come in; it answers with events to keep, commands to
//! send and, now and then, a question to the planner. The live plant and the twin drive the very same
//! engine: a rule that is not in here (or in the rooms below) does not exist.

mod calendars;
mod dispatch;
mod engine;
mod orders;
mod outbox;
pub mod planning;
pub mod why;

pub use calendars::Calendars;
pub use engine::{Engine, Input, Outcome, Settings};
pub use outbox::{OutboxChange, Pending};
pub use planning::{PlanAnswer, PlanQuestion, Today};
pub use why::{Cause, NoPlace, WaitCause, Waited};

#[cfg(test)]
mod tests;
