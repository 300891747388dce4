//! What happened to each order and operation, and which event says so.

use std::collections::BTreeMap;

use weft_model::job_control::Quantities;
use weft_model::{JobOrderId, OperationRef, OrderId, ResourceId, Timestamp};
use weft_run::{Event, Recorded};

/// An instant and the number of the event that tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Which event.
    pub sequence: u64,
}

/// What happened to one order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderLine {
    /// When it was placed.
    pub placed: Stamp,
    /// Work could not start before this.
    pub release: Timestamp,
    /// When it was promised, if it was.
    pub due: Option<Timestamp>,
    /// When its last operation finished.
    pub completed: Option<Stamp>,
    /// When it was cancelled.
    pub cancelled: Option<Stamp>,
}

/// What happened in one attempt at one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationLine {
    /// Which.
    pub operation: OperationRef,
    /// Which try, from 1.
    pub attempt: u32,
    /// The resources it held, with amounts; the first was the machine.
    pub resources: Vec<(ResourceId, u32)>,
    /// When it was given to the machine.
    pub released: Stamp,
    /// When the machine began.
    pub started: Option<Stamp>,
    /// When the machine paused and when it went on, in turn; the last may have no end yet.
    pub interruptions: Vec<(Stamp, Option<Stamp>)>,
    /// When it ended: finished, or given up.
    pub ended: Option<Stamp>,
    /// Whether it was finished rather than given up.
    pub finished: bool,
    /// What became of the pieces.
    pub quantities: Quantities,
}

/// A fold over the events, for adding up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// By order.
    pub orders: BTreeMap<OrderId, OrderLine>,
    /// By attempt.
    pub operations: BTreeMap<JobOrderId, OperationLine>,
    /// The number of the last event taken in; 0 at the beginning.
    pub sequence: u64,
    /// When it happened.
    pub until: Timestamp,
    /// When the first event happened.
    pub since: Option<Timestamp>,
}

impl Ledger {
    /// Takes in the next event. One that was taken in before is ignored.
    pub fn heed(&mut self, recorded: &Recorded) {
        if recorded.sequence <= self.sequence {
            return;
        }
        self.sequence = recorded.sequence;
        self.until = recorded.at;
        self.since = self.since.or(Some(recorded.at));
        let stamp = |at| Stamp { at, sequence: recorded.sequence };
        match &recorded.event {
            Event::OrderPlaced { order, .. } => {
                self.orders.insert(
                    order.id.clone(),
                    OrderLine {
                        placed: stamp(recorded.at),
                        release: order.release,
                        due: order.due,
                        completed: None,
                        cancelled: None,
                    },
                );
            }
            Event::OrderCancelled { order, .. } => {
                if let Some(line) = self.orders.get_mut(order) {
                    line.cancelled = Some(stamp(recorded.at));
                }
            }
            Event::OrderCompleted { order } => {
                let last_end = self
                    .operations_of(order)
                    .filter_map(|line| line.ended.map(|ended| ended.at))
                    .max();
                if let Some(line) = self.orders.get_mut(order) {
                    line.completed = Some(stamp(last_end.unwrap_or(recorded.at)));
                }
            }
            Event::OperationReleased { operation, attempt, resources, .. } => {
                self.operations.insert(
                    operation.job_order(*attempt),
                    OperationLine {
                        operation: operation.clone(),
                        attempt: *attempt,
                        resources: resources.clone(),
                        released: stamp(recorded.at),
                        started: None,
                        interruptions: Vec::new(),
                        ended: None,
                        finished: false,
                        quantities: Quantities::default(),
                    },
                );
            }
            Event::OperationStarted { job_order, started } => {
                if let Some(line) = self.operations.get_mut(job_order) {
                    line.started = Some(stamp(*started));
                }
            }
            Event::OperationInterrupted { job_order, since, .. } => {
                if let Some(line) = self.operations.get_mut(job_order) {
                    line.interruptions.push((stamp(*since), None));
                }
            }
            Event::OperationResumed { job_order, since } => {
                let line = self.operations.get_mut(job_order);
                if let Some((_, end)) = line.and_then(|line| line.interruptions.last_mut()) {
                    *end = Some(stamp(*since));
                }
            }
            Event::OperationFinished { job_order, finished, quantities, .. } => {
                if let Some(line) = self.operations.get_mut(job_order) {
                    line.ended = Some(stamp(*finished));
                    line.finished = true;
                    line.quantities = *quantities;
                }
            }
            Event::OperationAborted { job_order, .. } => {
                if let Some(line) = self.operations.get_mut(job_order) {
                    line.ended = Some(stamp(recorded.at));
                }
            }
            Event::PlanAdopted { .. }
            | Event::OperationsSentBack { .. }
            | Event::ResourceDown { .. }
            | Event::ResourceUp { .. } => {}
        }
    }

    /// All attempts at operations of an order.
    pub fn operations_of(&self, order: &OrderId) -> impl Iterator<Item = &OperationLine> {
        // Job order ids begin with `order/`, and `0` follows `/` in ASCII.
        let from = JobOrderId::new(format!("{order}/"));
        let to = JobOrderId::new(format!("{order}0"));
        self.operations.range(from..to).map(|(_, line)| line)
    }
}
