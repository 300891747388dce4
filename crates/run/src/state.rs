//! What is the case now: a fold over the events.

use std::collections::BTreeMap;

use weft_model::job_control::{MachineState, Quantities};
use weft_model::{
    Job, JobOperation, JobOrderId, Millis, OperationId, OperationRef, Order, OrderId, ResourceId,
    Timestamp,
};

use crate::event::Assignment;

/// The state of one plant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The number of the last event applied; 0 at the beginning.
    pub sequence: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// All resources there are.
    pub resources: BTreeMap<ResourceId, ResourceState>,
    /// Orders that have been placed.
    pub orders: BTreeMap<OrderId, OrderState>,
    /// How often a plan was adopted.
    pub plans_adopted: u64,
}

/// A resource now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceState {
    /// Its capacity in units; 0 when the solution no longer has it.
    pub capacity: u32,
    /// Up, failed or offline.
    pub machine: MachineState,
    /// Since when, by event time.
    pub since: Timestamp,
    /// Why, if it is not up.
    pub reason: String,
    /// When it is expected back, if it is not up.
    pub expected_up: Timestamp,
    /// Job orders that hold it, with the amount.
    pub held_by: BTreeMap<JobOrderId, u32>,
}

/// An order now.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderState {
    /// What was asked for.
    pub order: Order,
    /// How it is fulfilled.
    pub job: Job,
    /// Open, completed or cancelled.
    pub status: OrderStatus,
    /// When the last operation finished, if it has.
    pub completed: Option<Timestamp>,
    /// One per operation of the job.
    pub operations: BTreeMap<OperationId, OperationState>,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderStatus {
    /// Taken on.
    Open,
    /// All operations have finished.
    Completed,
    /// Called off.
    Cancelled,
}

/// An operation now.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationState {
    /// Where it stands.
    pub status: OperationStatus,
    /// Which try: 1 for the first. Counts up with every abort and every rework.
    pub attempt: u32,
    /// How often pieces were sent back to it.
    pub reworks: u32,
    /// Pieces this attempt is for.
    pub quantity: u32,
    /// Where and when it is planned, while it waits.
    pub planned: Option<Assignment>,
    /// Resources it holds or held in its last attempt that was released.
    pub resources: Vec<(ResourceId, u32)>,
    /// Planned working time of this attempt in its released mode.
    pub work: Millis,
    /// When it was released, this attempt.
    pub released: Option<Timestamp>,
    /// When it started, this attempt.
    pub started: Option<Timestamp>,
    /// When it finished, this attempt.
    pub finished: Option<Timestamp>,
    /// Interrupted since, this attempt, if it is.
    pub interrupted: Option<Timestamp>,
    /// Not to be released again before this: its machine gave it up a moment ago.
    pub not_before: Option<Timestamp>,
    /// Pieces of all finished attempts. `rework` counts those of the last one only.
    pub quantities: Quantities,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationStatus {
    /// Not given to a machine yet.
    Waiting,
    /// Given to a machine, not begun.
    Released,
    /// Begun.
    Running,
    /// Begun and paused.
    Interrupted,
    /// Done.
    Finished,
    /// Will not be done: its order was cancelled.
    Cancelled,
}

impl State {
    /// The state before anything has happened, for resources with these capacities.
    pub fn new(resources: impl IntoIterator<Item = (ResourceId, u32)>) -> Self {
        let resources = resources
            .into_iter()
            .map(|(id, capacity)| (id, ResourceState::new(capacity)))
            .collect();
        Self { resources, ..Self::default() }
    }

    /// The operation, if there is one.
    pub fn operation(&self, of: &OperationRef) -> Option<&OperationState> {
        self.orders.get(&of.order)?.operations.get(&of.operation)
    }

    /// What the operation is, if there is one.
    pub fn job_operation(&self, of: &OperationRef) -> Option<&JobOperation> {
        self.orders.get(&of.order)?.job_operation(&of.operation)
    }

    /// The operation that a job order is an attempt at, if it is the present attempt and has been released.
    pub fn by_job_order(&self, job_order: &JobOrderId) -> Option<(OperationRef, &OperationState)> {
        let (operation, attempt) = job_order.parts()?;
        let state = self.operation(&operation)?;
        (state.attempt == attempt && state.released.is_some()).then_some((operation, state))
    }

    pub(crate) fn operation_mut(&mut self, of: &OperationRef) -> Option<&mut OperationState> {
        self.orders.get_mut(&of.order)?.operations.get_mut(&of.operation)
    }
}

impl ResourceState {
    /// Up, and nothing on it.
    pub fn new(capacity: u32) -> Self {
        Self {
            capacity,
            machine: MachineState::Up,
            since: Timestamp::default(),
            reason: String::new(),
            expected_up: Timestamp::default(),
            held_by: BTreeMap::new(),
        }
    }

    /// Units not held by anything.
    pub fn free(&self) -> u32 {
        self.capacity.saturating_sub(self.held_by.values().sum())
    }

    /// Whether the solution still has it.
    pub fn is_known(&self) -> bool {
        0 < self.capacity
    }

    /// Whether it can be given work.
    pub fn is_up(&self) -> bool {
        self.machine == MachineState::Up
    }
}

impl OrderState {
    /// What an operation is, if there is one.
    pub fn job_operation(&self, id: &OperationId) -> Option<&JobOperation> {
        self.job.operations.iter().find(|operation| operation.id == *id)
    }

    /// Operations in route order with their state.
    pub fn in_route_order(&self) -> impl Iterator<Item = (&JobOperation, &OperationState)> {
        self.job
            .operations
            .iter()
            .filter_map(|operation| Some((operation, self.operations.get(&operation.id)?)))
    }

    /// Pieces that have not been scrapped at any operation.
    pub fn pieces_left(&self) -> u32 {
        let scrapped = self
            .operations
            .values()
            .fold(0_u32, |sum, operation| sum.saturating_add(operation.quantities.scrap));
        self.order.quantity.saturating_sub(scrapped)
    }

    /// When the last of its operations has ended or is expected to; `None` when one has no place in the plan
    /// yet, and for an order that was called off. What is behind its plan delays what comes after it.
    pub fn expected_end(&self, now: Timestamp) -> Option<Timestamp> {
        match self.status {
            OrderStatus::Completed => return self.completed,
            OrderStatus::Cancelled => return None,
            OrderStatus::Open => {}
        }
        let mut ends: BTreeMap<&OperationId, Timestamp> = BTreeMap::new();
        for (what, operation) in self.in_route_order() {
            let end = match operation.status {
                OperationStatus::Finished => operation.finished?,
                OperationStatus::Cancelled => continue,
                OperationStatus::Waiting => {
                    let planned = operation.planned.as_ref()?;
                    let before = what.after.iter().filter_map(|id| ends.get(id)).copied().max();
                    let start = planned.start.max(now).max(before.unwrap_or(now));
                    start + (planned.end - planned.start)
                }
                OperationStatus::Released
                | OperationStatus::Running
                | OperationStatus::Interrupted => {
                    operation.planned.as_ref().map_or(now, |planned| planned.end.max(now))
                }
            };
            ends.insert(&what.id, end);
        }
        ends.into_values().max()
    }

    /// Whether it has missed its due date, or is expected to.
    pub fn is_late(&self, now: Timestamp) -> bool {
        let Some(due) = self.order.due else { return false };
        let is_overdue = self.status == OrderStatus::Open && due < now;
        is_overdue || self.expected_end(now).is_some_and(|end| due < end)
    }
}

impl OperationState {
    /// Not given to anyone yet.
    pub fn waiting(quantity: u32) -> Self {
        Self {
            status: OperationStatus::Waiting,
            attempt: 1,
            reworks: 0,
            quantity,
            planned: None,
            resources: Vec::new(),
            work: Millis::ZERO,
            released: None,
            started: None,
            finished: None,
            interrupted: None,
            not_before: None,
            quantities: Quantities::default(),
        }
    }
}

impl OrderStatus {
    /// The word for it, as in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl OperationStatus {
    /// The word for it, as in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Released => "released",
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether a machine has it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Released | Self::Running | Self::Interrupted)
    }
}
