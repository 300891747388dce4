//! The state after some event, kept so that a restart replays only what came later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weft_model::job_control::{MachineState, Quantities};
use weft_model::{Job, JobOrderId, Millis, Timestamp};
use weft_run::{OperationState, OperationStatus, OrderState, OrderStatus, ResourceState, State};

use crate::record::{AssignmentRecord, OperationRecord, OrderRecord, operations_of};

#[derive(Debug, Serialize, Deserialize)]
struct StateRecord {
    sequence: u64,
    at_ms: i64,
    plans_adopted: u64,
    resources: BTreeMap<String, ResourceRecord>,
    orders: Vec<OrderStateRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ResourceRecord {
    capacity: u32,
    machine: String,
    since_ms: i64,
    reason: String,
    expected_up_ms: i64,
    held_by: BTreeMap<String, u32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct OrderStateRecord {
    order: OrderRecord,
    job: Vec<OperationRecord>,
    status: String,
    completed_ms: Option<i64>,
    operations: BTreeMap<String, OperationStateRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct OperationStateRecord {
    status: String,
    attempt: u32,
    reworks: u32,
    quantity: u32,
    planned: Option<AssignmentRecord>,
    resources: Vec<(String, u32)>,
    work_ms: i64,
    released_ms: Option<i64>,
    started_ms: Option<i64>,
    finished_ms: Option<i64>,
    interrupted_ms: Option<i64>,
    not_before_ms: Option<i64>,
    good: u32,
    scrap: u32,
    rework: u32,
}

const ORDER_STATUSES: [OrderStatus; 3] =
    [OrderStatus::Open, OrderStatus::Completed, OrderStatus::Cancelled];

const OPERATION_STATUSES: [OperationStatus; 6] = [
    OperationStatus::Waiting,
    OperationStatus::Released,
    OperationStatus::Running,
    OperationStatus::Interrupted,
    OperationStatus::Finished,
    OperationStatus::Cancelled,
];

/// The JSON of a state.
pub(crate) fn encode(state: &State) -> String {
    serde_json::to_string(&StateRecord::from(state)).unwrap_or_default()
}

/// The state of a JSON text.
pub(crate) fn decode(body: &str) -> Result<State, String> {
    let record: StateRecord = serde_json::from_str(body).map_err(|error| error.to_string())?;
    record.into_state()
}

impl From<&State> for StateRecord {
    fn from(state: &State) -> Self {
        let resources = state.resources.iter().map(|(id, resource)| {
            let record = ResourceRecord {
                capacity: resource.capacity,
                machine: resource.machine.as_str().to_owned(),
                since_ms: resource.since.as_millis(),
                reason: resource.reason.clone(),
                expected_up_ms: resource.expected_up.as_millis(),
                held_by: resource.held_by.iter().map(|(id, n)| (id.to_string(), *n)).collect(),
            };
            (id.to_string(), record)
        });
        let orders = state.orders.values().map(|order| OrderStateRecord {
            order: (&order.order).into(),
            job: operations_of(&order.job),
            status: order.status.as_str().to_owned(),
            completed_ms: order.completed.map(Timestamp::as_millis),
            operations: order
                .operations
                .iter()
                .map(|(id, operation)| (id.to_string(), operation.into()))
                .collect(),
        });
        Self {
            sequence: state.sequence,
            at_ms: state.at.as_millis(),
            plans_adopted: state.plans_adopted,
            resources: resources.collect(),
            orders: orders.collect(),
        }
    }
}

impl From<&OperationState> for OperationStateRecord {
    fn from(operation: &OperationState) -> Self {
        let ms = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
        Self {
            status: operation.status.as_str().to_owned(),
            attempt: operation.attempt,
            reworks: operation.reworks,
            quantity: operation.quantity,
            planned: operation.planned.as_ref().map(AssignmentRecord::from),
            resources: operation.resources.iter().map(|(id, n)| (id.to_string(), *n)).collect(),
            work_ms: operation.work.get(),
            released_ms: ms(operation.released),
            started_ms: ms(operation.started),
            finished_ms: ms(operation.finished),
            interrupted_ms: ms(operation.interrupted),
            not_before_ms: ms(operation.not_before),
            good: operation.quantities.good,
            scrap: operation.quantities.scrap,
            rework: operation.quantities.rework,
        }
    }
}

impl StateRecord {
    fn into_state(self) -> Result<State, String> {
        let mut state = State {
            sequence: self.sequence,
            at: Timestamp::from_millis(self.at_ms),
            plans_adopted: self.plans_adopted,
            ..State::default()
        };
        for (id, record) in self.resources {
            let machine = MachineState::parse(&record.machine)
                .ok_or_else(|| format!("there is no machine state `{}`", record.machine))?;
            let held_by = record.held_by.into_iter().map(|(id, n)| (JobOrderId::new(id), n));
            let resource = ResourceState {
                capacity: record.capacity,
                machine,
                since: Timestamp::from_millis(record.since_ms),
                reason: record.reason,
                expected_up: Timestamp::from_millis(record.expected_up_ms),
                held_by: held_by.collect(),
            };
            state.resources.insert(id.as_str().into(), resource);
        }
        for record in self.orders {
            let order = record.into_order()?;
            state.orders.insert(order.order.id.clone(), order);
        }
        Ok(state)
    }
}

impl OrderStateRecord {
    fn into_order(self) -> Result<OrderState, String> {
        let order = self.order.into_order();
        let operations = self.job.into_iter().map(OperationRecord::into_operation).collect();
        let status = ORDER_STATUSES
            .into_iter()
            .find(|status| status.as_str() == self.status)
            .ok_or_else(|| format!("there is no order status `{}`", self.status))?;
        let by_id = self.operations.into_iter().map(|(id, record)| {
            record.into_operation().map(|operation| (id.as_str().into(), operation))
        });
        Ok(OrderState {
            job: Job { order: order.id.clone(), operations },
            order,
            status,
            completed: self.completed_ms.map(Timestamp::from_millis),
            operations: by_id.collect::<Result<_, String>>()?,
        })
    }
}

impl OperationStateRecord {
    fn into_operation(self) -> Result<OperationState, String> {
        let at = |ms: Option<i64>| ms.map(Timestamp::from_millis);
        let status = OPERATION_STATUSES
            .into_iter()
            .find(|status| status.as_str() == self.status)
            .ok_or_else(|| format!("there is no operation status `{}`", self.status))?;
        Ok(OperationState {
            status,
            attempt: self.attempt,
            reworks: self.reworks,
            quantity: self.quantity,
            planned: self.planned.map(AssignmentRecord::into_assignment),
            resources: self.resources.iter().map(|(id, n)| (id.as_str().into(), *n)).collect(),
            work: Millis::new(self.work_ms),
            released: at(self.released_ms),
            started: at(self.started_ms),
            finished: at(self.finished_ms),
            interrupted: at(self.interrupted_ms),
            not_before: at(self.not_before_ms),
            quantities: Quantities { good: self.good, scrap: self.scrap, rework: self.rework },
        })
    }
}
