//! From a solution to the planner's question: all its orders, as if they were known from the start.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use weft_engine::{Calendars, PlanQuestion, planning};
use weft_model::{Millis, OperationRef, ResourceId, Solution, Timestamp};
use weft_run::{Command, Recorded, State, apply, decide};

use crate::output::Failure;

/// The question, and the state that gives its operations names.
pub(crate) struct Prepared {
    pub(crate) solution: Arc<Solution>,
    pub(crate) state: State,
    pub(crate) question: PlanQuestion,
}

impl Prepared {
    /// Places all orders of a solution at its start. With `as_recorded`, operations keep the resource
    /// that history says did them.
    pub(crate) fn new(solution: Arc<Solution>, as_recorded: bool) -> Result<Self> {
        let start = start_of(&solution);
        let did = recorded_resources(&solution);
        let mut state = State::new(solution.resources.values().map(|r| (r.id.clone(), r.capacity)));
        for order in &solution.orders {
            let Some(mut job) = weft_model::job::job_of(&solution, order) else { continue };
            for operation in &mut job.operations {
                let of = OperationRef { order: order.id.clone(), operation: operation.id.clone() };
                if let Some(resource) = did.get(&of).filter(|_| as_recorded) {
                    let on_it = |mode: &weft_model::JobMode| {
                        mode.needs.first().is_some_and(|(id, _)| id == resource)
                    };
                    if operation.modes.iter().any(on_it) {
                        operation.modes.retain(on_it);
                    }
                }
            }
            let place = Command::PlaceOrder { order: order.clone(), job };
            let events = decide(&state, start, place).map_err(|refusal| {
                let message = format!("order `{}` cannot be placed: {refusal}", order.id);
                Failure::error(refusal.code(), message, refusal.help())
            })?;
            for event in events {
                let recorded = Recorded { sequence: state.sequence + 1, at: start, event };
                apply(&mut state, &recorded);
            }
        }
        let calendars = Calendars::new(Arc::clone(&solution), start, start);
        let question = planning::question(&state, calendars.times(), Millis::HOUR, start);
        let question = question.ok_or_else(|| {
            let help = "add orders to orders.csv";
            Failure::error(
                "W710",
                format!("solution `{}` has no orders to plan", solution.id),
                help,
            )
        })?;
        Ok(Self { solution, state, question })
    }
}

/// The plan begins with the first release, or where the twin does if that is earlier.
fn start_of(solution: &Solution) -> Timestamp {
    solution.orders.iter().map(|order| order.release).fold(solution.twin.start, Timestamp::min)
}

fn recorded_resources(solution: &Solution) -> BTreeMap<OperationRef, ResourceId> {
    solution
        .history
        .iter()
        .map(|line| {
            let of = OperationRef { order: line.order.clone(), operation: line.operation.clone() };
            (of, line.resource.clone())
        })
        .collect()
}
