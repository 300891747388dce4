//! What happened. Events are facts: few, precious, ordered, kept for good.

use weft_model::job_control::{MachineState, Quantities};
use weft_model::{
    Job, JobOrderId, Millis, OperationId, OperationRef, Order, OrderId, ResourceId, Timestamp,
};

/// One event with its place in history.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// 1 for the first event, without gaps.
    pub sequence: u64,
    /// When it was decided, by the clock of the plant; never runs back.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Someone asked for something, and it was taken on.
    OrderPlaced {
        /// What was asked for.
        order: Order,
        /// How it will be fulfilled, with everything filled in: history does not change with the files.
        job: Job,
    },
    /// An order was called off. Operations that have not started will not.
    OrderCancelled {
        /// Which.
        order: OrderId,
        /// Why.
        reason: String,
    },
    /// The last operation of an order has finished.
    OrderCompleted {
        /// Which.
        order: OrderId,
    },
    /// A plan is in force from now on. Only what differs from the plan before is kept.
    PlanAdopted {
        /// Changes, ordered by operation.
        changes: Vec<PlanChange>,
        /// The cost of the plan in the planner's unit (weighted milliseconds), for the record.
        cost: i64,
    },
    /// A job order was given to its machine.
    OperationReleased {
        /// Which operation.
        operation: OperationRef,
        /// Which try, from 1.
        attempt: u32,
        /// Resources and amounts it holds from now on; the first got the command.
        resources: Vec<(ResourceId, u32)>,
        /// Planned working time.
        work: Millis,
        /// Pieces.
        quantity: u32,
    },
    /// The machine began.
    OperationStarted {
        /// The job order.
        job_order: JobOrderId,
        /// When it began, as the machine says; not after the event's own time.
        started: Timestamp,
    },
    /// The machine paused: a failure, a missing tool.
    OperationInterrupted {
        /// The job order.
        job_order: JobOrderId,
        /// Since when, as the machine says.
        since: Timestamp,
        /// Why.
        reason: String,
    },
    /// The machine goes on.
    OperationResumed {
        /// The job order.
        job_order: JobOrderId,
        /// Since when, as the machine says.
        since: Timestamp,
    },
    /// The work is done.
    OperationFinished {
        /// The job order.
        job_order: JobOrderId,
        /// When it began, as the machine says.
        started: Timestamp,
        /// When it ended, as the machine says; not after the event's own time.
        finished: Timestamp,
        /// What became of the pieces.
        quantities: Quantities,
    },
    /// The machine gave up or refused; the operation waits to be planned and released again.
    OperationAborted {
        /// The job order.
        job_order: JobOrderId,
        /// Why.
        reason: String,
    },
    /// Pieces need rework: these operations are to be done again for them.
    OperationsSentBack {
        /// The order.
        order: OrderId,
        /// The operations, in route order; each gets one attempt more.
        operations: Vec<OperationId>,
        /// How many pieces.
        quantity: u32,
    },
    /// A resource cannot work.
    ResourceDown {
        /// Which.
        resource: ResourceId,
        /// [`MachineState::Failed`] or [`MachineState::Offline`].
        state: MachineState,
        /// Why, if it said.
        reason: String,
        /// When it is expected back; an estimate.
        expected_up: Timestamp,
    },
    /// A resource can work again.
    ResourceUp {
        /// Which.
        resource: ResourceId,
    },
}

/// What a new plan says about one operation that the plan before did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanChange {
    /// Which operation.
    pub operation: OperationRef,
    /// Where and when; `None` when it could not be placed.
    pub assignment: Option<Assignment>,
}

/// Where and when an operation is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Index into the operation's modes.
    pub mode: usize,
    /// Planned start.
    pub start: Timestamp,
    /// Planned end, breaks included.
    pub end: Timestamp,
}

impl Event {
    /// A short stable name, as in the journal and the API: `operation-finished`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::OrderPlaced { .. } => "order-placed",
            Self::OrderCancelled { .. } => "order-cancelled",
            Self::OrderCompleted { .. } => "order-completed",
            Self::PlanAdopted { .. } => "plan-adopted",
            Self::OperationReleased { .. } => "operation-released",
            Self::OperationStarted { .. } => "operation-started",
            Self::OperationInterrupted { .. } => "operation-interrupted",
            Self::OperationResumed { .. } => "operation-resumed",
            Self::OperationFinished { .. } => "operation-finished",
            Self::OperationAborted { .. } => "operation-aborted",
            Self::OperationsSentBack { .. } => "operations-sent-back",
            Self::ResourceDown { .. } => "resource-down",
            Self::ResourceUp { .. } => "resource-up",
        }
    }

    /// The order it is about, if it is about one.
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Self::OrderPlaced { order, .. } => Some(order.id.clone()),
            Self::OrderCancelled { order, .. }
            | Self::OrderCompleted { order }
            | Self::OperationsSentBack { order, .. } => Some(order.clone()),
            Self::OperationReleased { operation, .. } => Some(operation.order.clone()),
            Self::OperationStarted { job_order, .. }
            | Self::OperationInterrupted { job_order, .. }
            | Self::OperationResumed { job_order, .. }
            | Self::OperationFinished { job_order, .. }
            | Self::OperationAborted { job_order, .. } => {
                job_order.parts().map(|(operation, _)| operation.order)
            }
            Self::PlanAdopted { .. } | Self::ResourceDown { .. } | Self::ResourceUp { .. } => None,
        }
    }
}
