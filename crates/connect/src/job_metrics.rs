//! How a job order looks as Sparkplug metrics, in the words of OPC 10031-4 (ISA-95 Job Control).
//!
//! A command is one DCMD with all `Job/Command/…` metrics that apply. A report is one DDATA with all
//! `Job/Response/…` metrics: a payload holds a whole report of one job order, so that a report is never
//! pieced together from several. What a machine says about itself is `Machine/State`; every other
//! metric is a reading, `Counter/…` by custom for counters.
//!
//! Times are milliseconds since 1970 and pass through as they are.

mod parameters;
#[cfg(test)]
mod tests;

use weft_model::job_control::{
    JobCommand, JobMethod, JobReport, JobState, JobWork, MachineState, Quantities,
};
use weft_model::{JobOrderId, Millis, ResourceId, Timestamp};

use crate::sparkplug::edge::MetricSpec;
use crate::sparkplug::host::Datum;
use crate::sparkplug::value::{DataType, Value};
use crate::sparkplug::{MAX_TEXT_CHARS, cut};

pub use self::parameters::{read_parameters, write_parameters};

/// String: a word of [`JobMethod`].
pub const COMMAND_METHOD: &str = "Job/Command/Method";
/// String: which job order.
pub const COMMAND_JOB_ORDER: &str = "Job/Command/JobOrderID";
/// String: what people call the operation.
pub const COMMAND_WORK_MASTER: &str = "Job/Command/WorkMaster";
/// `UInt32`: how many pieces.
pub const COMMAND_QUANTITY: &str = "Job/Command/Quantity";
/// `Int64`: planned working time in milliseconds.
pub const COMMAND_PLANNED_WORK: &str = "Job/Command/PlannedWorkMs";
/// Boolean: whether it may pause over a break.
pub const COMMAND_SPANS_BREAKS: &str = "Job/Command/SpansBreaks";
/// String: everything else, see [`write_parameters`].
pub const COMMAND_PARAMETERS: &str = "Job/Command/Parameters";

/// String: about which job order.
pub const RESPONSE_JOB_ORDER: &str = "Job/Response/JobOrderID";
/// String: a word of [`JobState`].
pub const RESPONSE_STATE: &str = "Job/Response/State";
/// `DateTime`: when it came into this state.
pub const RESPONSE_STATE_TIME: &str = "Job/Response/StateTime";
/// `DateTime`: when work began; null before.
pub const RESPONSE_START_TIME: &str = "Job/Response/StartTime";
/// Double: share of the work done, 0 to 1.
pub const RESPONSE_PROGRESS: &str = "Job/Response/Progress";
/// `UInt32`: pieces as they should be.
pub const RESPONSE_GOOD: &str = "Job/Response/Good";
/// `UInt32`: pieces lost.
pub const RESPONSE_SCRAP: &str = "Job/Response/Scrap";
/// `UInt32`: pieces to be done again.
pub const RESPONSE_REWORK: &str = "Job/Response/Rework";
/// String: why it is interrupted or aborted.
pub const RESPONSE_REASON: &str = "Job/Response/Reason";

/// String: `up` or `failed`; being offline is told by DDEATH and NDEATH.
pub const MACHINE_STATE: &str = "Machine/State";

const COMMAND_PREFIX: &str = "Job/Command/";
const RESPONSE_PREFIX: &str = "Job/Response/";

/// Everything a device is born with.
pub const BORN: [(&str, DataType); 17] = [
    (COMMAND_METHOD, DataType::String),
    (COMMAND_JOB_ORDER, DataType::String),
    (COMMAND_WORK_MASTER, DataType::String),
    (COMMAND_QUANTITY, DataType::UInt32),
    (COMMAND_PLANNED_WORK, DataType::Int64),
    (COMMAND_SPANS_BREAKS, DataType::Boolean),
    (COMMAND_PARAMETERS, DataType::String),
    (RESPONSE_JOB_ORDER, DataType::String),
    (RESPONSE_STATE, DataType::String),
    (RESPONSE_STATE_TIME, DataType::DateTime),
    (RESPONSE_START_TIME, DataType::DateTime),
    (RESPONSE_PROGRESS, DataType::Double),
    (RESPONSE_GOOD, DataType::UInt32),
    (RESPONSE_SCRAP, DataType::UInt32),
    (RESPONSE_REWORK, DataType::UInt32),
    (RESPONSE_REASON, DataType::String),
    (MACHINE_STATE, DataType::String),
];

/// What metrics of a device say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// A report on a job order.
    pub report: Option<JobReport>,
    /// The state of the machine.
    pub machine: Option<MachineState>,
    /// Everything else that has a value.
    pub readings: Vec<(String, Timestamp, Value)>,
    /// What could not be understood.
    pub faults: Vec<Fault>,
}

/// What is wrong with a command or a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The job order that cannot be taken because of this, where it is new work.
    pub refuses: Option<JobOrderId>,
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub help: String,
}

/// The metrics of a birth: commands and reports null, the machine up.
pub fn born() -> Vec<MetricSpec> {
    BORN.iter()
        .map(|(name, data_type)| MetricSpec {
            name: (*name).to_owned(),
            data_type: *data_type,
            value: (*name == MACHINE_STATE)
                .then(|| Value::Text(MachineState::Up.as_str().to_owned())),
            keeps: *name == MACHINE_STATE,
        })
        .collect()
}

/// The metrics of a command.
pub fn write_command(command: &JobCommand) -> Vec<(&'static str, DataType, Option<Value>)> {
    let mut metrics = vec![
        text(COMMAND_METHOD, command.method.as_str()),
        text(COMMAND_JOB_ORDER, command.job_order.as_str()),
    ];
    if let Some(work) = &command.work {
        metrics.extend([
            text(COMMAND_WORK_MASTER, &work.work_master),
            count(COMMAND_QUANTITY, work.quantity),
            (COMMAND_PLANNED_WORK, DataType::Int64, Some(Value::Int(work.planned_work.get()))),
            (COMMAND_SPANS_BREAKS, DataType::Boolean, Some(Value::Boolean(work.spans_breaks))),
            text(COMMAND_PARAMETERS, &write_parameters(&work.parameters)),
        ]);
    }
    metrics
}

/// The command that the metrics of a DCMD to `resource` make up.
pub fn read_command(resource: &ResourceId, metrics: &[Datum]) -> Result<JobCommand, Fault> {
    let get = |name: &str| find(metrics, name);
    let job_order = job_order(metrics, COMMAND_JOB_ORDER);
    let method = get(COMMAND_METHOD).and_then(Value::as_str);
    let is_new_work = |method| matches!(method, JobMethod::Store | JobMethod::StoreAndStart);
    let refuses =
        job_order.clone().filter(|_| method.and_then(JobMethod::parse).is_some_and(is_new_work));
    let fault = |reason: String, help: &str| Fault {
        refuses: refuses.clone(),
        reason,
        help: help.to_owned(),
    };
    let missing = |name: &str, what: &str| {
        fault(
            format!("the command has no metric `{name}` with {what}"),
            "send all metrics of a job command in one DCMD, with the data types of the DBIRTH",
        )
    };
    let method = method.ok_or_else(|| missing(COMMAND_METHOD, "a text"))?;
    let method = JobMethod::parse(method).ok_or_else(|| {
        fault(
            format!("`{method}` is not a method of a job order"),
            "use Store, StoreAndStart, Start, Pause, Resume, Abort or Clear",
        )
    })?;
    let id = job_order.clone().ok_or_else(|| missing(COMMAND_JOB_ORDER, "an id"))?;
    let work = if is_new_work(method) {
        let parameters = get(COMMAND_PARAMETERS).and_then(Value::as_str).unwrap_or_default();
        Some(JobWork {
            work_master: get(COMMAND_WORK_MASTER)
                .and_then(Value::as_str)
                .ok_or_else(|| missing(COMMAND_WORK_MASTER, "a text"))?
                .to_owned(),
            quantity: get(COMMAND_QUANTITY)
                .and_then(Value::as_u32)
                .ok_or_else(|| missing(COMMAND_QUANTITY, "a count of pieces"))?,
            planned_work: get(COMMAND_PLANNED_WORK)
                .map_or(Some(0), Value::as_millis)
                .filter(|millis| is_sane(*millis))
                .map(Millis::new)
                .ok_or_else(|| missing(COMMAND_PLANNED_WORK, "whole milliseconds"))?,
            spans_breaks: get(COMMAND_SPANS_BREAKS)
                .map_or(Some(false), Value::as_bool)
                .ok_or_else(|| missing(COMMAND_SPANS_BREAKS, "true or false"))?,
            parameters: read_parameters(parameters).map_err(|reason| {
                fault(
                    format!("metric `{COMMAND_PARAMETERS}`: {reason}"),
                    "write name=value&name=value, percent-encoded",
                )
            })?,
        })
    } else {
        None
    };
    Ok(JobCommand { resource: resource.clone(), method, job_order: id, work })
}

/// The metrics of a report, with its time.
pub fn write_report(report: &JobReport) -> Vec<(String, Timestamp, Option<Value>)> {
    let started = report.started.map(|at| Value::DateTime(at.as_millis()));
    let words = |text: &str| Some(Value::Text(text.to_owned()));
    let pieces = |count: u32| Some(Value::UInt(u64::from(count)));
    [
        (RESPONSE_JOB_ORDER, words(report.job_order.as_str())),
        (RESPONSE_STATE, words(report.state.as_str())),
        (RESPONSE_STATE_TIME, Some(Value::DateTime(report.at.as_millis()))),
        (RESPONSE_START_TIME, started),
        (RESPONSE_PROGRESS, Some(Value::Double(report.progress))),
        (RESPONSE_GOOD, pieces(report.quantities.good)),
        (RESPONSE_SCRAP, pieces(report.quantities.scrap)),
        (RESPONSE_REWORK, pieces(report.quantities.rework)),
        (RESPONSE_REASON, words(&report.reason)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), report.at, value))
    .collect()
}

/// What the metrics of one payload of `resource` say; `at` is the time of the payload.
pub fn read(resource: &ResourceId, at: Timestamp, metrics: Vec<Datum>) -> Said {
    let mut said = Said::default();
    let has_response = metrics
        .iter()
        .any(|datum| datum.name.starts_with(RESPONSE_PREFIX) && datum.value.is_some());
    if has_response {
        match read_report(resource, at, &metrics) {
            Ok(report) => said.report = Some(report),
            Err(fault) => said.faults.push(fault),
        }
    }
    for datum in metrics {
        let Datum { name, at, historical, value: Some(value) } = datum else { continue };
        if name.starts_with(COMMAND_PREFIX) || name.starts_with(RESPONSE_PREFIX) {
            // Commands are echoed by some machines.
        } else if name == MACHINE_STATE {
            match value.as_str().and_then(MachineState::parse) {
                _ if historical => {}
                Some(state) => said.machine = Some(state),
                None => said.faults.push(Fault {
                    refuses: None,
                    reason: format!("metric `{MACHINE_STATE}` is not a state of a machine"),
                    help: "send the text `up` or `failed`".to_owned(),
                }),
            }
        } else {
            said.readings.push((name, at, value));
        }
    }
    said
}

/// The report that the metrics of a payload make up. What a simple machine leaves out has a plain
/// meaning: no pieces, no reason, in this state since the payload was sent, done when ended.
fn read_report(
    resource: &ResourceId,
    at: Timestamp,
    metrics: &[Datum],
) -> Result<JobReport, Fault> {
    let get = |name: &str| find(metrics, name);
    let wrong = |name: &str, what: &str| Fault {
        refuses: None,
        reason: format!("the report has no metric `{name}` with {what}"),
        help: "send all metrics of a report in one DDATA, with the data types of the DBIRTH"
            .to_owned(),
    };
    let state = get(RESPONSE_STATE)
        .and_then(Value::as_str)
        .and_then(JobState::parse)
        .ok_or_else(|| wrong(RESPONSE_STATE, "a state of a job order"))?;
    let pieces = |name: &str| {
        get(name).map_or(Some(0), Value::as_u32).ok_or_else(|| wrong(name, "a count of pieces"))
    };
    let instant = |name: &str| match get(name) {
        None => Ok(None),
        Some(value) => value
            .as_millis()
            .filter(|millis| is_sane(*millis))
            .map(|millis| Some(Timestamp::from_millis(millis)))
            .ok_or_else(|| wrong(name, "a time")),
    };
    let progress = match get(RESPONSE_PROGRESS) {
        None => f64::from(u8::from(state == JobState::Ended)),
        Some(value) => value
            .as_f64()
            .filter(|progress| (0.0..=1.0).contains(progress))
            .ok_or_else(|| wrong(RESPONSE_PROGRESS, "a share from 0 to 1"))?,
    };
    Ok(JobReport {
        resource: resource.clone(),
        job_order: job_order(metrics, RESPONSE_JOB_ORDER)
            .ok_or_else(|| wrong(RESPONSE_JOB_ORDER, "an id"))?,
        state,
        at: instant(RESPONSE_STATE_TIME)?.unwrap_or(at),
        started: instant(RESPONSE_START_TIME)?,
        progress,
        quantities: Quantities {
            good: pieces(RESPONSE_GOOD)?,
            scrap: pieces(RESPONSE_SCRAP)?,
            rework: pieces(RESPONSE_REWORK)?,
        },
        reason: cut(get(RESPONSE_REASON).and_then(Value::as_str).unwrap_or_default()),
    })
}

fn find<'a>(metrics: &'a [Datum], name: &str) -> Option<&'a Value> {
    metrics.iter().find(|datum| datum.name == name).and_then(|datum| datum.value.as_ref())
}

/// The id of a job order; a text that is too long for one is none.
fn job_order(metrics: &[Datum], name: &str) -> Option<JobOrderId> {
    let id = find(metrics, name).and_then(Value::as_str)?;
    let is_id = !id.is_empty() && id.chars().nth(MAX_TEXT_CHARS).is_none();
    is_id.then(|| JobOrderId::new(id))
}

/// Not before 1970 and not beyond what leaves room to calculate.
fn is_sane(millis: i64) -> bool {
    (0..=Timestamp::MAX.as_millis()).contains(&millis)
}

fn text(name: &'static str, value: &str) -> (&'static str, DataType, Option<Value>) {
    (name, DataType::String, Some(Value::Text(value.to_owned())))
}

fn count(name: &'static str, value: u32) -> (&'static str, DataType, Option<Value>) {
    (name, DataType::UInt32, Some(Value::UInt(u64::from(value))))
}
