//! What the rules are asked to decide.

use weft_model::job_control::{JobReport, MachineState};
use weft_model::{Job, OperationRef, Order, OrderId, ResourceId, Timestamp};

use crate::event::Assignment;

/// A request to change the state of the plant.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Take on an order.
    PlaceOrder {
        /// What is asked for.
        order: Order,
        /// How it would be fulfilled.
        job: Job,
    },
    /// Call an order off.
    CancelOrder {
        /// Which.
        order: OrderId,
        /// Why.
        reason: String,
    },
    /// Put a plan in force. Entries for operations that have been released meanwhile are ignored: what
    /// has started is frozen.
    AdoptPlan {
        /// For each operation of the plan where and when, or `None` when it cannot be placed.
        assignments: Vec<(OperationRef, Option<Assignment>)>,
        /// The cost of the plan, for the record.
        cost: i64,
    },
    /// Give an operation to its machine now, as planned.
    Release {
        /// Which.
        operation: OperationRef,
    },
    /// A machine said something about a job order.
    Report(JobReport),
    /// A machine said something about itself, or its connection did.
    Machine {
        /// Which.
        resource: ResourceId,
        /// Its state.
        state: MachineState,
        /// Why, if it is not up.
        reason: String,
        /// When it is expected back, if it is not up.
        expected_up: Timestamp,
    },
}
