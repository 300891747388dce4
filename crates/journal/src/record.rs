//! Events and commands as they are kept: JSON with field names that outlive a release.
//!
//! These types are the journal's own. A change to them is a change of the format: only add fields, with
//! a default, and never reuse a name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weft_model::job_control::{JobCommand, JobMethod, JobWork, MachineState, Quantities};
use weft_model::{
    Job, JobMode, JobOperation, JobOrderId, Millis, OperationRef, Order, Timestamp, Title,
};
use weft_run::{Assignment, Event, PlanChange};

/// The JSON of an event.
pub(crate) fn encode(event: &Event) -> String {
    serde_json::to_string(&EventRecord::from(event)).unwrap_or_default()
}

/// The event of a JSON text; the error says what is wrong with it.
pub(crate) fn decode(body: &str) -> Result<Event, String> {
    let record: EventRecord = serde_json::from_str(body).map_err(|error| error.to_string())?;
    record.into_event()
}

/// The JSON of a command in the outbox.
pub(crate) fn encode_command(command: &JobCommand) -> String {
    serde_json::to_string(&CommandRecord::from(command)).unwrap_or_default()
}

/// The command of a JSON text.
pub(crate) fn decode_command(body: &str) -> Result<JobCommand, String> {
    let record: CommandRecord = serde_json::from_str(body).map_err(|error| error.to_string())?;
    record.into_command()
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum EventRecord {
    OrderPlaced {
        order: OrderRecord,
        job: Vec<OperationRecord>,
    },
    OrderCancelled {
        order: String,
        reason: String,
    },
    OrderCompleted {
        order: String,
    },
    PlanAdopted {
        changes: Vec<ChangeRecord>,
        cost: i64,
    },
    OperationReleased {
        order: String,
        operation: String,
        attempt: u32,
        resources: Vec<(String, u32)>,
        work_ms: i64,
        quantity: u32,
    },
    OperationStarted {
        job_order: String,
        started_ms: i64,
    },
    OperationInterrupted {
        job_order: String,
        since_ms: i64,
        reason: String,
    },
    OperationResumed {
        job_order: String,
        since_ms: i64,
    },
    OperationFinished {
        job_order: String,
        started_ms: i64,
        finished_ms: i64,
        good: u32,
        scrap: u32,
        rework: u32,
    },
    OperationAborted {
        job_order: String,
        reason: String,
    },
    OperationsSentBack {
        order: String,
        operations: Vec<String>,
        quantity: u32,
    },
    ResourceDown {
        resource: String,
        state: String,
        reason: String,
        expected_up_ms: i64,
    },
    ResourceUp {
        resource: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRecord {
    id: String,
    offer: String,
    route: String,
    quantity: u32,
    placed_ms: i64,
    release_ms: i64,
    due_ms: Option<i64>,
    weight: u32,
    customer: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OperationRecord {
    id: String,
    title_en: String,
    title_zh: String,
    after: Vec<String>,
    modes: Vec<ModeRecord>,
    spans_breaks: bool,
    rework_to: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeRecord {
    needs: Vec<(String, u32)>,
    work_ms: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeRecord {
    order: String,
    operation: String,
    at: Option<AssignmentRecord>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentRecord {
    mode: usize,
    start_ms: i64,
    end_ms: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandRecord {
    resource: String,
    method: String,
    job_order: String,
    work: Option<WorkRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkRecord {
    work_master: String,
    quantity: u32,
    planned_work_ms: i64,
    spans_breaks: bool,
    parameters: BTreeMap<String, String>,
}

fn ms(at: Timestamp) -> i64 {
    at.as_millis()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

impl From<&Event> for EventRecord {
    fn from(event: &Event) -> Self {
        match event {
            Event::OrderPlaced { order, job } => {
                Self::OrderPlaced { order: order.into(), job: operations_of(job) }
            }
            Event::OrderCancelled { order, reason } => {
                Self::OrderCancelled { order: order.to_string(), reason: reason.clone() }
            }
            Event::OrderCompleted { order } => Self::OrderCompleted { order: order.to_string() },
            Event::PlanAdopted { changes, cost } => Self::PlanAdopted {
                changes: changes.iter().map(ChangeRecord::from).collect(),
                cost: *cost,
            },
            Event::OperationReleased { operation, attempt, resources, work, quantity } => {
                Self::OperationReleased {
                    order: operation.order.to_string(),
                    operation: operation.operation.to_string(),
                    attempt: *attempt,
                    resources: resources.iter().map(|(id, n)| (id.to_string(), *n)).collect(),
                    work_ms: work.get(),
                    quantity: *quantity,
                }
            }
            Event::OperationStarted { job_order, started } => Self::OperationStarted {
                job_order: job_order.to_string(),
                started_ms: ms(*started),
            },
            Event::OperationInterrupted { job_order, since, reason } => {
                Self::OperationInterrupted {
                    job_order: job_order.to_string(),
                    since_ms: ms(*since),
                    reason: reason.clone(),
                }
            }
            Event::OperationResumed { job_order, since } => {
                Self::OperationResumed { job_order: job_order.to_string(), since_ms: ms(*since) }
            }
            Event::OperationFinished { job_order, started, finished, quantities } => {
                Self::OperationFinished {
                    job_order: job_order.to_string(),
                    started_ms: ms(*started),
                    finished_ms: ms(*finished),
                    good: quantities.good,
                    scrap: quantities.scrap,
                    rework: quantities.rework,
                }
            }
            Event::OperationAborted { job_order, reason } => {
                Self::OperationAborted { job_order: job_order.to_string(), reason: reason.clone() }
            }
            Event::OperationsSentBack { order, operations, quantity } => Self::OperationsSentBack {
                order: order.to_string(),
                operations: operations.iter().map(ToString::to_string).collect(),
                quantity: *quantity,
            },
            Event::ResourceDown { resource, state, reason, expected_up } => Self::ResourceDown {
                resource: resource.to_string(),
                state: state.as_str().to_owned(),
                reason: reason.clone(),
                expected_up_ms: ms(*expected_up),
            },
            Event::ResourceUp { resource } => Self::ResourceUp { resource: resource.to_string() },
        }
    }
}

impl EventRecord {
    fn into_event(self) -> Result<Event, String> {
        Ok(match self {
            Self::OrderPlaced { order, job } => {
                let order = order.into_order();
                let operations = job.into_iter().map(OperationRecord::into_operation).collect();
                let job = Job { order: order.id.clone(), operations };
                Event::OrderPlaced { order, job }
            }
            Self::OrderCancelled { order, reason } => {
                Event::OrderCancelled { order: order.as_str().into(), reason }
            }
            Self::OrderCompleted { order } => {
                Event::OrderCompleted { order: order.as_str().into() }
            }
            Self::PlanAdopted { changes, cost } => Event::PlanAdopted {
                changes: changes.into_iter().map(ChangeRecord::into_change).collect(),
                cost,
            },
            Self::OperationReleased { order, operation, attempt, resources, work_ms, quantity } => {
                Event::OperationReleased {
                    operation: OperationRef::new(order.as_str(), operation.as_str()),
                    attempt,
                    resources: resources.iter().map(|(id, n)| (id.as_str().into(), *n)).collect(),
                    work: Millis::new(work_ms),
                    quantity,
                }
            }
            Self::OperationStarted { job_order, started_ms } => Event::OperationStarted {
                job_order: JobOrderId::new(job_order),
                started: at(started_ms),
            },
            Self::OperationInterrupted { job_order, since_ms, reason } => {
                Event::OperationInterrupted {
                    job_order: JobOrderId::new(job_order),
                    since: at(since_ms),
                    reason,
                }
            }
            Self::OperationResumed { job_order, since_ms } => Event::OperationResumed {
                job_order: JobOrderId::new(job_order),
                since: at(since_ms),
            },
            Self::OperationFinished { job_order, started_ms, finished_ms, good, scrap, rework } => {
                Event::OperationFinished {
                    job_order: JobOrderId::new(job_order),
                    started: at(started_ms),
                    finished: at(finished_ms),
                    quantities: Quantities { good, scrap, rework },
                }
            }
            Self::OperationAborted { job_order, reason } => {
                Event::OperationAborted { job_order: JobOrderId::new(job_order), reason }
            }
            Self::OperationsSentBack { order, operations, quantity } => Event::OperationsSentBack {
                order: order.as_str().into(),
                operations: operations.iter().map(|id| id.as_str().into()).collect(),
                quantity,
            },
            Self::ResourceDown { resource, state, reason, expected_up_ms } => Event::ResourceDown {
                resource: resource.as_str().into(),
                state: MachineState::parse(&state)
                    .ok_or_else(|| format!("there is no machine state `{state}`"))?,
                reason,
                expected_up: at(expected_up_ms),
            },
            Self::ResourceUp { resource } => {
                Event::ResourceUp { resource: resource.as_str().into() }
            }
        })
    }
}

impl From<&Order> for OrderRecord {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id.to_string(),
            offer: order.offer.to_string(),
            route: order.route.to_string(),
            quantity: order.quantity,
            placed_ms: ms(order.placed),
            release_ms: ms(order.release),
            due_ms: order.due.map(ms),
            weight: order.weight,
            customer: order.customer.clone(),
        }
    }
}

impl OrderRecord {
    pub(crate) fn into_order(self) -> Order {
        Order {
            id: self.id.as_str().into(),
            offer: self.offer.as_str().into(),
            route: self.route.as_str().into(),
            quantity: self.quantity,
            placed: at(self.placed_ms),
            release: at(self.release_ms),
            due: self.due_ms.map(at),
            weight: self.weight,
            customer: self.customer,
        }
    }
}

pub(crate) fn operations_of(job: &Job) -> Vec<OperationRecord> {
    job.operations
        .iter()
        .map(|operation| OperationRecord {
            id: operation.id.to_string(),
            title_en: operation.title.en.clone(),
            title_zh: operation.title.zh.clone(),
            after: operation.after.iter().map(ToString::to_string).collect(),
            modes: operation
                .modes
                .iter()
                .map(|mode| ModeRecord {
                    needs: mode.needs.iter().map(|(id, n)| (id.to_string(), *n)).collect(),
                    work_ms: mode.work.get(),
                })
                .collect(),
            spans_breaks: operation.spans_breaks,
            rework_to: operation.rework_to.to_string(),
        })
        .collect()
}

impl OperationRecord {
    pub(crate) fn into_operation(self) -> JobOperation {
        JobOperation {
            id: self.id.as_str().into(),
            title: Title { en: self.title_en, zh: self.title_zh },
            after: self.after.iter().map(|id| id.as_str().into()).collect(),
            modes: self
                .modes
                .iter()
                .map(|mode| JobMode {
                    needs: mode.needs.iter().map(|(id, n)| (id.as_str().into(), *n)).collect(),
                    work: Millis::new(mode.work_ms),
                })
                .collect(),
            spans_breaks: self.spans_breaks,
            rework_to: self.rework_to.as_str().into(),
        }
    }
}

impl From<&PlanChange> for ChangeRecord {
    fn from(change: &PlanChange) -> Self {
        Self {
            order: change.operation.order.to_string(),
            operation: change.operation.operation.to_string(),
            at: change.assignment.as_ref().map(AssignmentRecord::from),
        }
    }
}

impl ChangeRecord {
    fn into_change(self) -> PlanChange {
        PlanChange {
            operation: OperationRef::new(self.order.as_str(), self.operation.as_str()),
            assignment: self.at.map(AssignmentRecord::into_assignment),
        }
    }
}

impl From<&Assignment> for AssignmentRecord {
    fn from(assignment: &Assignment) -> Self {
        Self { mode: assignment.mode, start_ms: ms(assignment.start), end_ms: ms(assignment.end) }
    }
}

impl AssignmentRecord {
    pub(crate) fn into_assignment(self) -> Assignment {
        Assignment { mode: self.mode, start: at(self.start_ms), end: at(self.end_ms) }
    }
}

impl From<&JobCommand> for CommandRecord {
    fn from(command: &JobCommand) -> Self {
        Self {
            resource: command.resource.to_string(),
            method: command.method.as_str().to_owned(),
            job_order: command.job_order.to_string(),
            work: command.work.as_ref().map(|work| WorkRecord {
                work_master: work.work_master.clone(),
                quantity: work.quantity,
                planned_work_ms: work.planned_work.get(),
                spans_breaks: work.spans_breaks,
                parameters: work.parameters.clone(),
            }),
        }
    }
}

impl CommandRecord {
    fn into_command(self) -> Result<JobCommand, String> {
        Ok(JobCommand {
            resource: self.resource.as_str().into(),
            method: JobMethod::parse(&self.method)
                .ok_or_else(|| format!("there is no method `{}`", self.method))?,
            job_order: JobOrderId::new(self.job_order),
            work: self.work.map(|work| JobWork {
                work_master: work.work_master,
                quantity: work.quantity,
                planned_work: Millis::new(work.planned_work_ms),
                spans_breaks: work.spans_breaks,
                parameters: work.parameters,
            }),
        })
    }
}
