//! What follows from a command.

use std::collections::BTreeSet;

use weft_model::job_control::{JobReport, JobState, MachineState, Quantities};
use weft_model::{
    Job, JobMode, JobOperation, Millis, OperationId, OperationRef, Order, OrderId, ResourceId,
    Timestamp,
};

use crate::command::Command;
use crate::event::{Assignment, Event, PlanChange};
use crate::refusal::Refusal;
use crate::state::{OperationState, OperationStatus, OrderState, OrderStatus, State};

/// So often pieces are sent back from an operation; what needs rework once more is scrap.
pub const REWORKS_MAX: u32 = 4;

/// An operation that takes longer cannot be planned: a thousand years.
const WORK_MAX: Millis = Millis::DAY.times(365_000);

/// What follows from a command. Pure: the same `(state, now, command)` always gives the same answer.
///
/// `now` is not before `state.at`. An answer has at least one event.
pub fn decide(state: &State, now: Timestamp, command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::PlaceOrder { order, job } => place_order(state, order, job),
        Command::CancelOrder { order, reason } => cancel_order(state, order, reason),
        Command::AdoptPlan { assignments, cost } => adopt_plan(state, assignments, cost),
        Command::Release { operation } => release(state, now, operation),
        Command::Report(report) => heed_report(state, now, report),
        Command::Machine { resource, state: machine, reason, expected_up } => {
            heed_machine(state, resource, machine, reason, expected_up)
        }
    }
}

fn place_order(state: &State, order: Order, job: Job) -> Result<Vec<Event>, Refusal> {
    if state.orders.contains_key(&order.id) {
        return Err(Refusal::OrderExists { order: order.id });
    }
    match fault_of_job(state, &order, &job) {
        Some(why) => Err(Refusal::BadJob { order: order.id, why }),
        None => Ok(vec![Event::OrderPlaced { order, job }]),
    }
}

/// What would keep a job from ever being carried out.
fn fault_of_job(state: &State, order: &Order, job: &Job) -> Option<String> {
    if job.order != order.id {
        return Some(format!("it was made for order `{}`", job.order));
    }
    if order.quantity == 0 {
        return Some("it asks for no pieces".to_owned());
    }
    let earliest = Timestamp::from_millis(-Timestamp::MAX.as_millis());
    let is_possible = |at| (earliest..=Timestamp::MAX).contains(&at);
    if !is_possible(order.release) || !order.due.is_none_or(is_possible) {
        return Some("it is released or due at an impossible time".to_owned());
    }
    if job.operations.is_empty() {
        return Some("it has no operations".to_owned());
    }
    let mut before: BTreeSet<&OperationId> = BTreeSet::new();
    for operation in &job.operations {
        if let Some(missing) = operation.after.iter().find(|id| !before.contains(id)) {
            return Some(format!("`{}` comes after `{missing}`, which does not", operation.id));
        }
        if !before.insert(&operation.id) {
            return Some(format!("it has two operations `{}`", operation.id));
        }
        if !before.contains(&operation.rework_to) {
            return Some(format!("rework of `{}` goes to a later operation", operation.id));
        }
        if let Some(fault) = operation.modes.iter().find_map(fault_of_mode) {
            return Some(format!("a mode of `{}` {fault}", operation.id));
        }
        let can_be_done = operation.modes.iter().any(|mode| {
            mode.needs.iter().all(|(id, amount)| {
                state.resources.get(id).is_some_and(|resource| *amount <= resource.capacity)
            })
        });
        if !can_be_done {
            return Some(format!("no resource can do `{}`", operation.id));
        }
    }
    None
}

/// What would make a mode useless to the planner or to a machine, in words that follow "a mode".
fn fault_of_mode(mode: &JobMode) -> Option<&'static str> {
    let mut taken: BTreeSet<&ResourceId> = BTreeSet::new();
    if mode.needs.is_empty() {
        Some("needs no resource")
    } else if mode.needs.iter().any(|(_, amount)| *amount == 0) {
        Some("needs nothing of a resource")
    } else if !mode.needs.iter().all(|(id, _)| taken.insert(id)) {
        Some("needs a resource twice")
    } else if mode.work < Millis::ZERO || WORK_MAX < mode.work {
        Some("takes an impossible time")
    } else {
        None
    }
}

fn cancel_order(state: &State, id: OrderId, reason: String) -> Result<Vec<Event>, Refusal> {
    open_order(state, &id)?;
    Ok(vec![Event::OrderCancelled { order: id, reason }])
}

fn adopt_plan(
    state: &State,
    mut assignments: Vec<(OperationRef, Option<Assignment>)>,
    cost: i64,
) -> Result<Vec<Event>, Refusal> {
    assignments.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut changes = Vec::new();
    for (operation, assignment) in assignments {
        // The world moved on while the plan was made: leave out what it no longer decides.
        let Some(known) = state.operation(&operation) else { continue };
        if known.status != OperationStatus::Waiting || known.planned == assignment {
            continue;
        }
        if let Some(assignment) = &assignment {
            let modes = state.job_operation(&operation).map_or(0, |known| known.modes.len());
            if modes <= assignment.mode {
                return Err(Refusal::UnknownMode { operation, mode: assignment.mode });
            }
        }
        changes.push(PlanChange { operation, assignment });
    }
    if changes.is_empty() {
        return Err(Refusal::PlanUnchanged);
    }
    Ok(vec![Event::PlanAdopted { changes, cost }])
}

fn release(state: &State, now: Timestamp, of: OperationRef) -> Result<Vec<Event>, Refusal> {
    let order = open_order(state, &of.order)?;
    let (Some(what), Some(operation)) =
        (order.job_operation(&of.operation), order.operations.get(&of.operation))
    else {
        return Err(Refusal::UnknownOperation { order: of.order, operation: of.operation });
    };
    if operation.status != OperationStatus::Waiting {
        return Err(Refusal::NotWaiting { operation: of, status: operation.status.as_str() });
    }
    if now < order.order.release {
        return Err(Refusal::NotReleased { order: of.order, release: order.order.release });
    }
    if let Some(until) = operation.not_before.filter(|until| now < *until) {
        return Err(Refusal::HeldBack { operation: of, until });
    }
    let is_open = |id: &&OperationId| {
        order.operations.get(*id).is_none_or(|o| o.status != OperationStatus::Finished)
    };
    if let Some(before) = what.after.iter().find(is_open) {
        return Err(Refusal::PredecessorOpen { operation: of, before: before.clone() });
    }
    let Some(mode) = operation.planned.as_ref().and_then(|planned| what.modes.get(planned.mode))
    else {
        return Err(Refusal::NotPlanned { operation: of });
    };
    for (id, amount) in &mode.needs {
        let Some(resource) = state.resources.get(id) else {
            return Err(Refusal::UnknownResource { resource: id.clone() });
        };
        if !resource.is_up() {
            return Err(Refusal::ResourceIsDown { resource: id.clone() });
        }
        if resource.free() < *amount {
            return Err(Refusal::NoCapacity { operation: of, resource: id.clone() });
        }
    }
    Ok(vec![Event::OperationReleased {
        attempt: operation.attempt,
        resources: mode.needs.clone(),
        work: work_of(order, what, operation, mode.work),
        quantity: lot_of(order, what, operation),
        operation: of,
    }])
}

/// Pieces in an attempt: those to be done again, or all that are left. What was scrapped on the way here
/// does not arrive, nor does what is done here already.
fn lot_of(order: &OrderState, what: &JobOperation, operation: &OperationState) -> u32 {
    let scrapped = upstream_of(&order.job, &what.id)
        .into_iter()
        .filter_map(|id| order.operations.get(id))
        .fold(0_u32, |sum, before| sum.saturating_add(before.quantities.scrap));
    let arriving = order.order.quantity.saturating_sub(scrapped);
    operation
        .quantity
        .min(arriving.saturating_sub(operation.quantities.good))
        .min(order.pieces_left())
}

/// Working time of the next attempt at an operation in a mode that takes `whole` for the whole order: a
/// smaller lot takes its share.
pub fn work_of(
    order: &OrderState,
    what: &JobOperation,
    operation: &OperationState,
    whole: Millis,
) -> Millis {
    let lot = lot_of(order, what, operation);
    if lot < order.order.quantity {
        let share = f64::from(lot) / f64::from(order.order.quantity);
        whole.scaled(share).max(Millis::new(1))
    } else {
        whole
    }
}

fn heed_report(state: &State, now: Timestamp, report: JobReport) -> Result<Vec<Event>, Refusal> {
    let unknown = || Refusal::UnknownJobOrder { job_order: report.job_order.clone() };
    let nothing_new =
        || Refusal::NothingNew { job_order: report.job_order.clone(), state: report.state };
    let (of, attempt) = report.job_order.parts().ok_or_else(unknown)?;
    let order = state.orders.get(&of.order).ok_or_else(unknown)?;
    let what = order.job_operation(&of.operation).ok_or_else(unknown)?;
    let operation = order.operations.get(&of.operation).ok_or_else(unknown)?;
    if attempt < operation.attempt {
        return Err(nothing_new());
    }
    let Some(released) = operation.released.filter(|_| attempt == operation.attempt) else {
        return Err(unknown());
    };
    if let Some((expected, _)) = operation.resources.first()
        && *expected != report.resource
    {
        return Err(Refusal::WrongResource {
            expected: expected.clone(),
            resource: report.resource,
            job_order: report.job_order,
        });
    }
    if !operation.status.is_under_way() {
        return Err(nothing_new());
    }
    // What a machine says about times is believed within what is possible.
    let at = report.at.clamp(operation.started.unwrap_or(released).min(now), now);
    let started = operation
        .started
        .unwrap_or_else(|| report.started.unwrap_or(at).clamp(released.min(at), at));
    let job_order = report.job_order.clone();
    let mut events = Vec::new();
    if operation.status == OperationStatus::Released
        && matches!(report.state, JobState::Running | JobState::Interrupted | JobState::Ended)
    {
        events.push(Event::OperationStarted { job_order: job_order.clone(), started });
    }
    match report.state {
        JobState::NotAllowedToStart | JobState::AllowedToStart => {}
        JobState::Running => {
            if operation.status == OperationStatus::Interrupted {
                events.push(Event::OperationResumed { job_order, since: at });
            }
        }
        JobState::Interrupted => {
            if operation.status != OperationStatus::Interrupted {
                let reason = report.reason.clone();
                events.push(Event::OperationInterrupted { job_order, since: at, reason });
            }
        }
        JobState::Ended => {
            let lot = lot_of(order, what, operation);
            let quantities = plausible(report.quantities, lot, operation.reworks < REWORKS_MAX);
            events.push(Event::OperationFinished { job_order, started, finished: at, quantities });
            events.extend(what_follows(order, &of, quantities));
        }
        JobState::Aborted => {
            events.push(Event::OperationAborted { job_order, reason: report.reason.clone() });
        }
    }
    if events.is_empty() { Err(nothing_new()) } else { Ok(events) }
}

/// What an operation that has just finished means for its order.
fn what_follows(order: &OrderState, of: &OperationRef, quantities: Quantities) -> Vec<Event> {
    let id = of.order.clone();
    if order.status != OrderStatus::Open {
        return Vec::new();
    }
    if order.pieces_left() <= quantities.scrap {
        let reason = "all pieces were scrapped".to_owned();
        return vec![Event::OrderCancelled { order: id, reason }];
    }
    if 0 < quantities.rework {
        return send_back(order, of, quantities.rework);
    }
    let is_last = order
        .operations
        .iter()
        .all(|(id, other)| *id == of.operation || other.status == OperationStatus::Finished);
    if is_last { vec![Event::OrderCompleted { order: id }] } else { Vec::new() }
}

/// Sends pieces back from an operation. Where another branch has sent pieces back already and a machine
/// has them, it gives them up, and both lots are done together.
fn send_back(order: &OrderState, from: &OperationRef, quantity: u32) -> Vec<Event> {
    let operations = between(&order.job, &from.operation);
    let mut events: Vec<Event> = operations
        .iter()
        .filter(|id| **id != from.operation)
        .filter_map(|id| Some((id, order.operations.get(id)?)))
        .filter(|(_, operation)| operation.status.is_under_way())
        .map(|(id, operation)| {
            let of = OperationRef { order: from.order.clone(), operation: id.clone() };
            let reason = "more pieces were sent back to it".to_owned();
            Event::OperationAborted { job_order: of.job_order(operation.attempt), reason }
        })
        .collect();
    events.push(Event::OperationsSentBack { order: from.order.clone(), operations, quantity });
    events
}

/// What a machine says about pieces is believed within the lot it was given: pieces it does not
/// mention are good, pieces above the lot do not count.
fn plausible(reported: Quantities, lot: u32, may_send_back: bool) -> Quantities {
    let scrap = reported.scrap.min(lot);
    let rework = reported.rework.min(lot - scrap);
    let (scrap, rework) = if may_send_back { (scrap, rework) } else { (scrap + rework, 0) };
    Quantities { good: lot - scrap - rework, scrap, rework }
}

/// The operations from where rework of `id` begins up to `id` itself, in route order.
fn between(job: &Job, id: &OperationId) -> Vec<OperationId> {
    let Some(from) =
        job.operations.iter().find(|o| o.id == *id).map(|operation| &operation.rework_to)
    else {
        return Vec::new();
    };
    // Forward: what depends on the beginning. Backward: what the operation depends on.
    let mut downstream: BTreeSet<&OperationId> = BTreeSet::from([from]);
    for operation in &job.operations {
        if operation.after.iter().any(|before| downstream.contains(before)) {
            downstream.insert(&operation.id);
        }
    }
    let upstream = upstream_of(job, id);
    job.operations
        .iter()
        .map(|operation| &operation.id)
        .filter(|other| *other == id || downstream.contains(other) && upstream.contains(other))
        .cloned()
        .collect()
}

/// An operation and everything it depends on, at any distance.
fn upstream_of<'a>(job: &'a Job, id: &'a OperationId) -> BTreeSet<&'a OperationId> {
    let mut upstream = BTreeSet::from([id]);
    for operation in job.operations.iter().rev() {
        if upstream.contains(&operation.id) {
            upstream.extend(&operation.after);
        }
    }
    upstream
}

fn heed_machine(
    state: &State,
    id: ResourceId,
    machine: MachineState,
    reason: String,
    expected_up: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let Some(resource) = state.resources.get(&id) else {
        return Err(Refusal::UnknownResource { resource: id });
    };
    if resource.machine == machine {
        return Err(Refusal::ResourceUnchanged { resource: id });
    }
    Ok(vec![match machine {
        MachineState::Up => Event::ResourceUp { resource: id },
        MachineState::Failed | MachineState::Offline => {
            Event::ResourceDown { resource: id, state: machine, reason, expected_up }
        }
    }])
}

fn open_order<'a>(state: &'a State, id: &OrderId) -> Result<&'a OrderState, Refusal> {
    let Some(order) = state.orders.get(id) else {
        return Err(Refusal::UnknownOrder { order: id.clone() });
    };
    match order.status {
        OrderStatus::Open => Ok(order),
        status @ (OrderStatus::Completed | OrderStatus::Cancelled) => {
            Err(Refusal::OrderClosed { order: id.clone(), status: status.as_str() })
        }
    }
}
