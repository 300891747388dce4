//! Which operation goes to its machine next.
//!
//! Each resource has a queue of the operations that wait for it, in the order of the plan. One that is the
//! first in the queues of all its resources goes as soon as it can, even before its planned start; any
//! other goes when its planned start has come and those before it still cannot. Nothing starts outside
//! working time.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{CommonTime, OperationRef, ResourceId, Timestamp, WorkingTime};
use weft_run::{Assignment, Event, OperationStatus, OrderStatus, State, work_of};

/// Waiting operations that have a place in the plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queues {
    /// By each resource that is needed.
    by_resource: BTreeMap<ResourceId, BTreeSet<(Timestamp, OperationRef)>>,
    place: BTreeMap<OperationRef, Place>,
}

/// Where an operation stands in the queues.
#[derive(Debug, Clone)]
struct Place {
    start: Timestamp,
    /// What it needs; the first gets the command.
    resources: Vec<ResourceId>,
}

/// When an operation can go.
enum Gate {
    /// At this instant, if nothing else happens before; now, when it is not after now.
    At(Timestamp),
    /// Not before something else has happened.
    Shut,
}

impl Queues {
    pub(crate) fn rebuild(&mut self, state: &State) {
        *self = Self::default();
        for (id, order) in &state.orders {
            for (operation, known) in &order.operations {
                if known.status == OperationStatus::Waiting {
                    let of = OperationRef { order: id.clone(), operation: operation.clone() };
                    self.put(state, &of, known.planned.as_ref());
                }
            }
        }
    }

    /// Follows an event that has just been applied to `state`.
    pub(crate) fn heed(&mut self, state: &State, event: &Event) {
        match event {
            Event::PlanAdopted { changes, .. } => {
                for change in changes {
                    self.put(state, &change.operation, change.assignment.as_ref());
                }
            }
            Event::OperationReleased { operation, .. } => self.leave_out(operation),
            Event::OperationsSentBack { order, operations, .. } => {
                for id in operations {
                    let (order, operation) = (order.clone(), id.clone());
                    self.leave_out(&OperationRef { order, operation });
                }
            }
            Event::OrderCancelled { order, .. } => {
                for operation in
                    state.orders.get(order).into_iter().flat_map(|o| o.operations.keys())
                {
                    let (order, operation) = (order.clone(), operation.clone());
                    self.leave_out(&OperationRef { order, operation });
                }
            }
            Event::OrderPlaced { .. }
            | Event::OrderCompleted { .. }
            | Event::OperationStarted { .. }
            | Event::OperationInterrupted { .. }
            | Event::OperationResumed { .. }
            | Event::OperationFinished { .. }
            | Event::OperationAborted { .. }
            | Event::ResourceDown { .. }
            | Event::ResourceUp { .. } => {}
        }
    }

    /// Takes an operation out until the next plan.
    pub(crate) fn leave_out(&mut self, of: &OperationRef) {
        let Some(Place { start, resources }) = self.place.remove(of) else { return };
        let key = (start, of.clone());
        for resource in resources {
            if let Some(queue) = self.by_resource.get_mut(&resource) {
                queue.remove(&key);
            }
        }
    }

    /// An operation that can go at `now`, if there is one.
    pub(crate) fn next_to_release(
        &self,
        state: &State,
        working: &BTreeMap<ResourceId, WorkingTime>,
        now: Timestamp,
    ) -> Option<OperationRef> {
        self.candidates(state, working, now)
            .find(|(at, _)| *at <= now)
            .map(|(_, operation)| operation.clone())
    }

    /// When the next operation can go if nothing else happens before.
    pub(crate) fn next_release(
        &self,
        state: &State,
        working: &BTreeMap<ResourceId, WorkingTime>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        self.candidates(state, working, now).map(|(at, _)| at).filter(|at| now < *at).min()
    }

    /// Operations that only wait for time to pass: all whose turn has come by `now`, and in each queue
    /// the first whose planned start is still ahead.
    fn candidates<'a>(
        &'a self,
        state: &'a State,
        working: &'a BTreeMap<ResourceId, WorkingTime>,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, &'a OperationRef)> {
        self.by_resource
            .iter()
            .filter(|(id, _)| state.resources.get(*id).is_some_and(|r| r.is_up() && 0 < r.free()))
            .flat_map(move |(_, queue)| {
                let due = queue.iter().take_while(move |(start, _)| *start <= now);
                let next = queue.iter().find(move |(start, _)| now < *start);
                due.chain(next).filter_map(move |(start, of)| {
                    let not_before = if self.is_first(of) { now } else { *start };
                    match gate(state, working, of, not_before.max(now)) {
                        Gate::At(at) => Some((at, of)),
                        Gate::Shut => None,
                    }
                })
            })
    }

    /// Whether nothing comes before an operation at any of its resources.
    fn is_first(&self, of: &OperationRef) -> bool {
        self.place.get(of).is_some_and(|place| {
            place.resources.iter().all(|resource| {
                let first = self.by_resource.get(resource).and_then(BTreeSet::first);
                first.is_some_and(|(_, first)| first == of)
            })
        })
    }

    fn put(&mut self, state: &State, of: &OperationRef, planned: Option<&Assignment>) {
        self.leave_out(of);
        let Some(planned) = planned else { return };
        let mode = state.job_operation(of).and_then(|what| what.modes.get(planned.mode));
        let Some(mode) = mode else { return };
        let resources: Vec<ResourceId> = mode.needs.iter().map(|(id, _)| id.clone()).collect();
        for resource in &resources {
            let queue = self.by_resource.entry(resource.clone()).or_default();
            queue.insert((planned.start, of.clone()));
        }
        self.place.insert(of.clone(), Place { start: planned.start, resources });
    }
}

/// When a waiting operation can go: what `decide` asks for, and working time.
fn gate(
    state: &State,
    working: &BTreeMap<ResourceId, WorkingTime>,
    of: &OperationRef,
    not_before: Timestamp,
) -> Gate {
    let opens = || -> Option<Timestamp> {
        let order = state.orders.get(&of.order).filter(|o| o.status == OrderStatus::Open)?;
        let what = order.job_operation(&of.operation)?;
        let operation = order.operations.get(&of.operation)?;
        let is_finished =
            |id| order.operations.get(id).is_some_and(|o| o.status == OperationStatus::Finished);
        if operation.status != OperationStatus::Waiting || !what.after.iter().all(is_finished) {
            return None;
        }
        let mode = what.modes.get(operation.planned.as_ref()?.mode)?;
        let has_room = |(id, amount): &(ResourceId, u32)| {
            state.resources.get(id).is_some_and(|r| r.is_up() && *amount <= r.free())
        };
        if !mode.needs.iter().all(has_room) {
            return None;
        }
        let from =
            not_before.max(order.order.release).max(operation.not_before.unwrap_or(not_before));
        let common = CommonTime::of(mode.needs.iter().filter_map(|(id, _)| working.get(id)));
        if what.spans_breaks {
            common.next_open(from)
        } else {
            common.next_fit(from, work_of(order, what, operation, mode.work))
        }
    };
    opens().map_or(Gate::Shut, Gate::At)
}
