//! From the solution's orders to commands, and from a released operation to what its machine is told.

use std::collections::BTreeMap;

use weft_model::job_control::{JobCommand, JobMethod, JobReport, JobState, JobWork, Quantities};
use weft_model::{JobOrderId, OperationRef, Order, Solution, Timestamp};
use weft_run::{Command, State};

/// The command that places an order of the solution, unless it has been placed before.
pub(crate) fn place_unless_known(
    solution: &Solution,
    state: &State,
    order: &Order,
) -> Option<Command> {
    if state.orders.contains_key(&order.id) {
        return None;
    }
    let job = weft_model::job::job_of(solution, order)?;
    Some(Command::PlaceOrder { order: order.clone(), job })
}

/// What the machine of an operation that has just been released is told.
pub(crate) fn store_and_start(
    state: &State,
    of: &OperationRef,
    job_order: JobOrderId,
) -> Option<JobCommand> {
    let order = state.orders.get(&of.order)?;
    let (what, operation) =
        (order.job_operation(&of.operation)?, order.operations.get(&of.operation)?);
    let parameters = BTreeMap::from([
        ("offer".to_owned(), order.order.offer.to_string()),
        ("order".to_owned(), of.order.to_string()),
        ("operation".to_owned(), of.operation.to_string()),
    ]);
    Some(JobCommand {
        resource: operation.resources.first()?.0.clone(),
        method: JobMethod::StoreAndStart,
        job_order,
        work: Some(JobWork {
            work_master: what.title.en.clone(),
            quantity: operation.quantity,
            planned_work: operation.work,
            spans_breaks: what.spans_breaks,
            parameters,
        }),
    })
}

/// For all that is under way at resources that are no longer known the last word of their machines.
pub(crate) fn orphans(solution: &Solution, state: &State, now: Timestamp) -> Vec<JobReport> {
    let mut reports = Vec::new();
    for (id, order) in &state.orders {
        for (operation, known) in &order.operations {
            let machine = known.resources.first().map(|(resource, _)| resource);
            let Some(resource) = machine.filter(|id| !solution.resources.contains_key(*id)) else {
                continue;
            };
            if known.status.is_under_way() {
                let of = OperationRef { order: id.clone(), operation: operation.clone() };
                reports.push(JobReport {
                    resource: resource.clone(),
                    job_order: of.job_order(known.attempt),
                    state: JobState::Aborted,
                    at: now,
                    started: None,
                    progress: 0.0,
                    quantities: Quantities::default(),
                    reason: format!("resource {resource} was taken out of the solution"),
                });
            }
        }
    }
    reports
}
