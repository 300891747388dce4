//! What can happen to a plan in progress.

use weft_model::{Timestamp, WorkingTime};

use crate::problem::{Frozen, Job, Operation, Precedence, Price, Problem};
use crate::validate::ProblemError;

/// Something that has happened, or is supposed to for a what-if. Indices are those of [`Problem`].
///
/// ```
/// use weft_model::Timestamp;
/// use weft_plan::{Event, EventError, Live, Plan, Problem};
///
/// let mut live = Live::new(Problem::default(), &Plan::default())?;
/// live.apply(&Event::Now(Timestamp::from_millis(5)))?;
/// let refused = live.apply(&Event::Now(Timestamp::from_millis(4)));
/// assert!(matches!(refused, Err(EventError::Past { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It is this late now: what has not started starts no sooner. Time does not run back.
    Now(Timestamp),
    /// An operation has started, will end sooner or later than expected, or has ended: from now on that is a
    /// fact. What is said later replaces what was said before.
    Fact {
        /// Index into [`Problem::operations`].
        operation: usize,
        /// Where it is, and when it ended or is expected to.
        frozen: Frozen,
    },
    /// An operation that had started was given up, and is to be done again.
    Withdrawn {
        /// Index into [`Problem::operations`].
        operation: usize,
    },
    /// A resource does not work for a while: a breakdown, someone who is absent.
    Closed {
        /// Index into [`Problem::resources`].
        resource: usize,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// A resource works at other times than before: overtime, a repair that took less time than expected.
    Calendar {
        /// Index into [`Problem::resources`].
        resource: usize,
        /// When it works.
        working: WorkingTime,
    },
    /// A resource has more or fewer units: one more welder.
    Capacity {
        /// Index into [`Problem::resources`].
        resource: usize,
        /// At least 1, and as many as each of its operations needs.
        capacity: u32,
    },
    /// Material comes later or sooner: the operation does not start before.
    Release {
        /// Index into [`Problem::operations`].
        operation: usize,
        /// `None` when only the release of its job counts.
        release: Option<Timestamp>,
    },
    /// Something else was promised.
    Due {
        /// Index into [`Problem::jobs`].
        job: usize,
        /// When it should have ended.
        due: Option<Timestamp>,
        /// What that weighs.
        weight: u32,
    },
    /// A new order. It gets the next index of jobs, its operations those after the last.
    Added(Order),
    /// An order is no longer wanted: what has not started will not be done.
    Cancelled {
        /// Index into [`Problem::jobs`].
        job: usize,
    },
    /// Energy costs something else than it did.
    Prices(Vec<Price>),
}

/// A job that does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// When it may begin, when it is due, what it weighs.
    pub job: Job,
    /// What is to be done; [`Operation::job`] says nothing here.
    pub operations: Vec<Operation>,
    /// Between these operations, which count from 0.
    pub precedences: Vec<Precedence>,
}

/// Why an event was refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// An index out of range.
    #[error("there is no {what} {index}")]
    Unknown {
        /// What it is the index of.
        what: &'static str,
        /// The index.
        index: usize,
    },
    /// Time ran back.
    #[error("it is {now} already, and cannot be {at} again")]
    Past {
        /// What it is now.
        now: Timestamp,
        /// What it was said to be.
        at: Timestamp,
    },
    /// It ends before it begins.
    #[error("{what} {index} ends before it begins: from {from} to {until}")]
    Backwards {
        /// What does.
        what: &'static str,
        /// Which one.
        index: usize,
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// Only what has started can be given up.
    #[error("operation {operation} has not started")]
    NotStarted {
        /// Index into [`Problem::operations`].
        operation: usize,
    },
    /// An operation was cancelled with its job.
    #[error("job {job} has been cancelled")]
    Gone {
        /// Index into [`Problem::jobs`].
        job: usize,
    },
    /// What would come of it is no valid problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

impl EventError {
    /// Stable, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "P601",
            Self::Past { .. } => "P602",
            Self::Backwards { .. } => "P603",
            Self::NotStarted { .. } => "P604",
            Self::Gone { .. } => "P605",
            Self::Problem(error) => error.code(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "ask for the problem as it is now: it has other indices",
            Self::Past { .. } => "say what happened then as a fact",
            Self::Backwards { .. } => "exchange the two times",
            Self::NotStarted { .. } => "give it another release, or cancel its job",
            Self::Gone { .. } => "add it as a new order",
            Self::Problem(error) => error.help(),
        }
    }
}

impl Event {
    /// Changes the problem, or says why not and leaves it as it was.
    pub(super) fn apply(&self, problem: &mut Problem) -> Result<(), EventError> {
        match self {
            Self::Now(at) => {
                in_range(*at, "now", 0)?;
                if *at < problem.now {
                    return Err(EventError::Past { now: problem.now, at: *at });
                }
                problem.now = *at;
            }
            Self::Fact { operation, frozen } => {
                let index = *operation;
                let it = known(&mut problem.operations, "operation", index)?;
                known(&mut it.modes, "mode", frozen.mode)?;
                ordered("operation", index, frozen.start, frozen.end)?;
                it.frozen = Some(*frozen);
            }
            Self::Withdrawn { operation } => {
                let it = known(&mut problem.operations, "operation", *operation)?;
                if it.frozen.take().is_none() {
                    return Err(EventError::NotStarted { operation: *operation });
                }
            }
            Self::Closed { resource, from, until } => {
                ordered("resource", *resource, *from, *until)?;
                let it = known(&mut problem.resources, "resource", *resource)?;
                it.working = it.working.without(*from, *until);
            }
            Self::Calendar { resource, working } => {
                let it = known(&mut problem.resources, "resource", *resource)?;
                let before = std::mem::replace(&mut it.working, working.clone());
                if let Err(error) = problem.validate_resource(*resource) {
                    known(&mut problem.resources, "resource", *resource)?.working = before;
                    return Err(error.into());
                }
            }
            Self::Capacity { resource, capacity } => set_capacity(problem, *resource, *capacity)?,
            Self::Release { operation, release } => {
                in_range(release.unwrap_or(problem.now), "operation", *operation)?;
                known(&mut problem.operations, "operation", *operation)?.release = *release;
            }
            Self::Due { job, due, weight } => {
                in_range(due.unwrap_or(problem.now), "job", *job)?;
                let it = known(&mut problem.jobs, "job", *job)?;
                (it.due, it.weight) = (*due, *weight);
            }
            Self::Added(order) => add(problem, order)?,
            Self::Cancelled { job } => {
                let it = known(&mut problem.jobs, "job", *job)?;
                (it.due, it.weight) = (None, 0);
            }
            Self::Prices(prices) => {
                let before = std::mem::replace(&mut problem.prices, prices.clone());
                if let Err(error) = problem.validate_prices() {
                    problem.prices = before;
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }
}

fn known<'a, T>(
    list: &'a mut [T],
    what: &'static str,
    index: usize,
) -> Result<&'a mut T, EventError> {
    list.get_mut(index).ok_or(EventError::Unknown { what, index })
}

fn ordered(
    what: &'static str,
    index: usize,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), EventError> {
    in_range(from, what, index)?;
    in_range(until, what, index)?;
    if until < from { Err(EventError::Backwards { what, index, from, until }) } else { Ok(()) }
}

fn in_range(at: Timestamp, what: &'static str, index: usize) -> Result<(), EventError> {
    let limit = Timestamp::MAX.as_millis();
    if (-limit..=limit).contains(&at.as_millis()) {
        return Ok(());
    }
    Err(ProblemError::TimeOutOfRange { what: format!("{what} {index}") }.into())
}

fn set_capacity(problem: &mut Problem, resource: usize, capacity: u32) -> Result<(), EventError> {
    let it = known(&mut problem.resources, "resource", resource)?;
    let before = std::mem::replace(&mut it.capacity, capacity);
    if let Err(error) = problem.validate() {
        known(&mut problem.resources, "resource", resource)?.capacity = before;
        return Err(error.into());
    }
    Ok(())
}

fn add(problem: &mut Problem, order: &Order) -> Result<(), EventError> {
    let (job, first) = (problem.jobs.len(), problem.operations.len());
    let tie = problem.precedences.len();
    for it in &order.precedences {
        for index in [it.before, it.after] {
            if order.operations.len() <= index {
                return Err(EventError::Unknown { what: "operation of the order", index });
            }
        }
    }
    problem.jobs.push(order.job);
    for it in &order.operations {
        problem.operations.push(Operation { job, ..it.clone() });
    }
    if !problem.previous.is_empty() {
        problem.previous.resize(problem.operations.len(), None);
    }
    for it in &order.precedences {
        let (before, after) = (it.before + first, it.after + first);
        problem.precedences.push(Precedence { before, after, ..*it });
    }
    if let Err(error) = problem.validate_job(job, first, tie) {
        problem.jobs.truncate(job);
        problem.operations.truncate(first);
        problem.precedences.truncate(tie);
        if !problem.previous.is_empty() {
            problem.previous.truncate(first);
        }
        return Err(error.into());
    }
    Ok(())
}
