//! Why a command has no effect.

use weft_model::job_control::JobState;
use weft_model::{JobOrderId, OperationId, OperationRef, OrderId, ResourceId};

/// Why a command was refused. The code is stable; `help` says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// R301
    #[error("order `{order}` exists already")]
    OrderExists {
        /// Which.
        order: OrderId,
    },
    /// R302
    #[error("there is no order `{order}`")]
    UnknownOrder {
        /// Which.
        order: OrderId,
    },
    /// R303
    #[error("order `{order}` has no operation `{operation}`")]
    UnknownOperation {
        /// The order.
        order: OrderId,
        /// What it does not have.
        operation: OperationId,
    },
    /// R304
    #[error("order `{order}` is {status} and cannot be changed any more")]
    OrderClosed {
        /// Which.
        order: OrderId,
        /// "completed" or "cancelled".
        status: &'static str,
    },
    /// R305
    #[error("operation `{operation}` is {status}, it cannot be released")]
    NotWaiting {
        /// Which.
        operation: OperationRef,
        /// Its status.
        status: &'static str,
    },
    /// R306
    #[error("operation `{operation}` waits for `{before}`, which has not finished")]
    PredecessorOpen {
        /// Which.
        operation: OperationRef,
        /// What comes before.
        before: OperationId,
    },
    /// R307
    #[error("operation `{operation}` has no place in the plan")]
    NotPlanned {
        /// Which.
        operation: OperationRef,
    },
    /// R308
    #[error("resource `{resource}` has no capacity left for `{operation}`")]
    NoCapacity {
        /// Which.
        operation: OperationRef,
        /// What is full.
        resource: ResourceId,
    },
    /// R309
    #[error("resource `{resource}` is down")]
    ResourceIsDown {
        /// Which.
        resource: ResourceId,
    },
    /// R310
    #[error("there is no resource `{resource}`")]
    UnknownResource {
        /// Which.
        resource: ResourceId,
    },
    /// R311
    #[error("job order `{job_order}` was never given to a machine")]
    UnknownJobOrder {
        /// Which.
        job_order: JobOrderId,
    },
    /// R312
    #[error("job order `{job_order}` belongs to `{expected}`, but `{resource}` reports on it")]
    WrongResource {
        /// Which.
        job_order: JobOrderId,
        /// Who has it.
        expected: ResourceId,
        /// Who reported.
        resource: ResourceId,
    },
    /// R313: nothing new; the sender may forget what it sent.
    #[error("the report that `{job_order}` is {} says nothing new", state.as_str())]
    NothingNew {
        /// Which.
        job_order: JobOrderId,
        /// What was reported.
        state: JobState,
    },
    /// R314
    #[error("the job of order `{order}` cannot be carried out: {why}")]
    BadJob {
        /// Which.
        order: OrderId,
        /// What is wrong with it.
        why: String,
    },
    /// R315
    #[error("resource `{resource}` is in that state already")]
    ResourceUnchanged {
        /// Which.
        resource: ResourceId,
    },
    /// R316
    #[error("the plan changes nothing")]
    PlanUnchanged,
    /// R317
    #[error("a plan names mode {mode} of operation `{operation}`, which has no such mode")]
    UnknownMode {
        /// Which.
        operation: OperationRef,
        /// What it does not have.
        mode: usize,
    },
    /// R318
    #[error("order `{order}` is not due for release before {release}")]
    NotReleased {
        /// Which.
        order: OrderId,
        /// When it may start.
        release: weft_model::Timestamp,
    },
    /// R319
    #[error("operation `{operation}` was given up by its machine; not again before {until}")]
    HeldBack {
        /// Which.
        operation: OperationRef,
        /// Until when.
        until: weft_model::Timestamp,
    },
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OrderExists { .. } => "R301",
            Self::UnknownOrder { .. } => "R302",
            Self::UnknownOperation { .. } => "R303",
            Self::OrderClosed { .. } => "R304",
            Self::NotWaiting { .. } => "R305",
            Self::PredecessorOpen { .. } => "R306",
            Self::NotPlanned { .. } => "R307",
            Self::NoCapacity { .. } => "R308",
            Self::ResourceIsDown { .. } => "R309",
            Self::UnknownResource { .. } => "R310",
            Self::UnknownJobOrder { .. } => "R311",
            Self::WrongResource { .. } => "R312",
            Self::NothingNew { .. } => "R313",
            Self::BadJob { .. } => "R314",
            Self::ResourceUnchanged { .. } => "R315",
            Self::PlanUnchanged => "R316",
            Self::UnknownMode { .. } => "R317",
            Self::NotReleased { .. } => "R318",
            Self::HeldBack { .. } => "R319",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::OrderExists { .. } => "choose another id, or look at the order that has it",
            Self::UnknownOrder { .. } => "look at the list of orders for its id",
            Self::UnknownOperation { .. } => "look at the order's operations for its id",
            Self::OrderClosed { .. } => "place a new order",
            Self::NotWaiting { .. } => "nothing: it is under way or done already",
            Self::PredecessorOpen { .. } => "finish the operation before it first",
            Self::NotPlanned { .. } => "wait for the next plan, or see why it cannot be placed",
            Self::NoCapacity { .. } => "wait until the resource is free, or plan again",
            Self::ResourceIsDown { .. } => "wait until it is up, or plan it on another resource",
            Self::UnknownResource { .. } => "look at places.toml for the resource's id",
            Self::UnknownJobOrder { .. } => "abort and clear it at the machine; it is not ours",
            Self::WrongResource { .. } => "check the connection of both resources in places.toml",
            Self::NothingNew { .. } => "nothing: the report is known already",
            Self::BadJob { .. } => "run `weft check` on the solution and mend the route",
            Self::ResourceUnchanged { .. } => "nothing: its state is known already",
            Self::PlanUnchanged => "nothing: the plan in force says the same",
            Self::UnknownMode { .. } => "plan again: the plan was made for another job",
            Self::NotReleased { .. } => "wait for the order's release date",
            Self::HeldBack { .. } => "look at the machine's reason, or plan it on another resource",
        }
    }
}
