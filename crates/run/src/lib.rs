//! The rules of execution.
//!
//! Two functions and the types they speak: [`decide`] says which events follow from a command, or why
//! none do; [`apply`] says what the state becomes. The live plant, the replay after a crash, the twin
//! and the tests all use these two and nothing else.

pub mod apply;
pub mod command;
pub mod decide;
pub mod event;
pub mod refusal;
pub mod state;

pub use apply::apply;
pub use command::Command;
pub use decide::{decide, work_of};
pub use event::{Assignment, Event, PlanChange, Recorded};
pub use refusal::Refusal;
pub use state::{OperationState, OperationStatus, OrderState, OrderStatus, ResourceState, State};

#[cfg(test)]
mod tests;
