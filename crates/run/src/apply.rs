//! What the state becomes.

use weft_model::job_control::MachineState;
use weft_model::{JobOrderId, OperationRef, Timestamp};

use crate::event::{Event, Recorded};
use crate::state::{
    OperationState, OperationStatus, OrderState, OrderStatus, ResourceState, State,
};
use weft_model::Millis;

/// An operation that its machine gave up waits this long for each attempt before it is released again, up
/// to [`ABORT_PAUSES_MAX`] times.
pub const ABORT_PAUSE: Millis = Millis::MINUTE.times(15);
/// See [`ABORT_PAUSE`]: four hours.
pub const ABORT_PAUSES_MAX: u32 = 16;

/// What the state becomes. Cannot fail: an event is a fact. A resource that the state does not know (it was
/// taken out of the solution since) gets a place in it, without capacity; facts about other things that it
/// does not know leave it as it is.
///
/// # Panics
/// Events come in sequence: applying one out of order is a fault in our own code.
pub fn apply(state: &mut State, recorded: &Recorded) {
    assert_eq!(recorded.sequence, state.sequence + 1, "events come in sequence");
    state.sequence = recorded.sequence;
    state.at = state.at.max(recorded.at);
    let at = recorded.at;
    match &recorded.event {
        Event::OrderPlaced { order, job } => {
            let operations = job
                .operations
                .iter()
                .map(|operation| (operation.id.clone(), OperationState::waiting(order.quantity)))
                .collect();
            state.orders.insert(
                order.id.clone(),
                OrderState {
                    order: order.clone(),
                    job: job.clone(),
                    status: OrderStatus::Open,
                    completed: None,
                    operations,
                },
            );
        }
        Event::OrderCancelled { order, .. } => {
            if let Some(order) = state.orders.get_mut(order) {
                order.status = OrderStatus::Cancelled;
                for operation in order.operations.values_mut() {
                    if operation.status == OperationStatus::Waiting {
                        operation.status = OperationStatus::Cancelled;
                        operation.planned = None;
                    }
                }
            }
        }
        Event::OrderCompleted { order } => {
            if let Some(order) = state.orders.get_mut(order) {
                order.status = OrderStatus::Completed;
                order.completed =
                    order.operations.values().filter_map(|operation| operation.finished).max();
            }
        }
        Event::PlanAdopted { changes, .. } => {
            state.plans_adopted += 1;
            for change in changes {
                if let Some(operation) = state.operation_mut(&change.operation) {
                    operation.planned.clone_from(&change.assignment);
                }
            }
        }
        Event::OperationReleased { operation: of, attempt, resources, work, quantity } => {
            let job_order = of.job_order(*attempt);
            for (id, amount) in resources {
                resource_mut(state, id).held_by.insert(job_order.clone(), *amount);
            }
            if let Some(operation) = state.operation_mut(of) {
                operation.status = OperationStatus::Released;
                operation.attempt = *attempt;
                operation.quantity = *quantity;
                operation.resources.clone_from(resources);
                operation.work = *work;
                operation.released = Some(at);
                (operation.started, operation.finished, operation.interrupted) = (None, None, None);
                operation.not_before = None;
            }
        }
        Event::OperationStarted { job_order, started } => {
            change(state, job_order, |operation| {
                operation.status = OperationStatus::Running;
                operation.started = Some(*started);
            });
        }
        Event::OperationInterrupted { job_order, since, .. } => {
            change(state, job_order, |operation| {
                operation.status = OperationStatus::Interrupted;
                operation.interrupted = Some(*since);
            });
        }
        Event::OperationResumed { job_order, .. } => {
            change(state, job_order, |operation| {
                operation.status = OperationStatus::Running;
                operation.interrupted = None;
            });
        }
        Event::OperationFinished { job_order, started, finished, quantities } => {
            let_go(state, job_order);
            change(state, job_order, |operation| {
                operation.status = OperationStatus::Finished;
                operation.started = Some(*started);
                operation.finished = Some(*finished);
                operation.interrupted = None;
                let sum = &mut operation.quantities;
                sum.good = sum.good.saturating_add(quantities.good);
                sum.scrap = sum.scrap.saturating_add(quantities.scrap);
                operation.quantities.rework = quantities.rework;
            });
        }
        Event::OperationAborted { job_order, .. } => {
            let_go(state, job_order);
            let cancelled = job_order
                .parts()
                .and_then(|(of, _)| state.orders.get(&of.order))
                .is_some_and(|order| order.status == OrderStatus::Cancelled);
            change(state, job_order, |operation| {
                if cancelled {
                    operation.status = OperationStatus::Cancelled;
                } else {
                    operation.not_before =
                        Some(at + ABORT_PAUSE.times(operation.attempt.min(ABORT_PAUSES_MAX)));
                    wait_again(operation);
                }
            });
        }
        Event::OperationsSentBack { order, operations, quantity } => {
            for (index, id) in operations.iter().enumerate() {
                let of = OperationRef { order: order.clone(), operation: id.clone() };
                if let Some(operation) = state.operation_mut(&of) {
                    // All but the last had counted these pieces as good.
                    if index + 1 < operations.len() {
                        let good = &mut operation.quantities.good;
                        *good = good.saturating_sub(*quantity);
                    }
                    // Pieces that another branch sent back before are still to be done.
                    let waiting = match operation.status {
                        OperationStatus::Waiting => operation.quantity,
                        _ => 0,
                    };
                    wait_again(operation);
                    operation.reworks = operation.reworks.saturating_add(1);
                    operation.quantity = waiting.saturating_add(*quantity);
                }
            }
        }
        Event::ResourceDown { resource, state: machine, reason, expected_up } => {
            set_machine(state, resource, *machine, at, reason, *expected_up);
        }
        Event::ResourceUp { resource } => {
            set_machine(state, resource, MachineState::Up, at, "", at);
        }
    }
}

fn change(state: &mut State, job_order: &JobOrderId, how: impl FnOnce(&mut OperationState)) {
    if let Some((of, attempt)) = job_order.parts()
        && let Some(operation) = state.operation_mut(&of)
        && operation.attempt == attempt
    {
        how(operation);
    }
}

fn wait_again(operation: &mut OperationState) {
    operation.status = OperationStatus::Waiting;
    operation.attempt = operation.attempt.saturating_add(1);
    operation.planned = None;
    operation.released = None;
    (operation.started, operation.finished, operation.interrupted) = (None, None, None);
}

fn let_go(state: &mut State, job_order: &JobOrderId) {
    for resource in state.resources.values_mut() {
        resource.held_by.remove(job_order);
    }
}

fn set_machine(
    state: &mut State,
    id: &weft_model::ResourceId,
    machine: MachineState,
    at: Timestamp,
    reason: &str,
    expected_up: Timestamp,
) {
    let resource = resource_mut(state, id);
    resource.machine = machine;
    resource.since = at;
    reason.clone_into(&mut resource.reason);
    resource.expected_up = expected_up;
}

fn resource_mut<'a>(state: &'a mut State, id: &weft_model::ResourceId) -> &'a mut ResourceState {
    state.resources.entry(id.clone()).or_insert_with(|| ResourceState::new(0))
}
