//! What can be wrong with an answer.

/// One way in which an answer breaks a rule. All indices count from 0, as in the answer file: an activity is
/// a job with one operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message above each field names it")]
pub enum FormatFault {
    /// An entry for something that is not there.
    #[error("entry {entry}: the instance has no operation {operation} of job {job}")]
    Unknown { entry: usize, job: u32, operation: u32 },
    /// A second entry.
    #[error("entry {entry}: operation {operation} of job {job} was there before")]
    Twice { entry: usize, job: u32, operation: u32 },
    /// No entry.
    #[error("operation {operation} of job {job} is missing")]
    Missing { job: u32, operation: u32 },
    /// A mode that the operation does not have.
    #[error(
        "operation {operation} of job {job} is done in mode {mode}; its number of modes is {modes}"
    )]
    UnknownMode { job: u32, operation: u32, mode: u32, modes: usize },
    /// Not the resource of its mode.
    #[error("operation {operation} of job {job} is on resource {found}; its mode is on {expected}")]
    WrongResource { job: u32, operation: u32, expected: u32, found: u32 },
    /// Not as long as its mode takes.
    #[error("operation {operation} of job {job} takes {found}; its mode takes {expected}")]
    WrongDuration { job: u32, operation: u32, expected: i64, found: i128 },
    /// Before the beginning.
    #[error("operation {operation} of job {job} starts at {start}, before 0")]
    BeforeZero { job: u32, operation: u32, start: i64 },
    /// Two at a time on one machine.
    #[error(
        "machine {machine}: operation {operation} of job {job} starts at {start}, while operation {before_operation} of job {before_job} lasts until {before_end}"
    )]
    Overlap {
        machine: u32,
        job: u32,
        operation: u32,
        start: i64,
        before_job: u32,
        before_operation: u32,
        before_end: i64,
    },
    /// More taken at a time than there is.
    #[error("resource {resource} has {capacity}, but {taken} is taken from {from} to {until}")]
    OverCapacity { resource: usize, capacity: u32, taken: u64, from: i64, until: i64 },
    /// More used up than there is.
    #[error("nonrenewable resource {resource} has {budget} in all, but {used} is used up")]
    OverBudget { resource: usize, budget: u32, used: u64 },
    /// Starts before what comes before it has ended.
    #[error(
        "operation {operation} of job {job} starts at {start}, before operation {before_operation} of job {before_job} ends at {before_end}"
    )]
    TooEarly {
        job: u32,
        operation: u32,
        start: i64,
        before_job: u32,
        before_operation: u32,
        before_end: i64,
    },
    /// Starts before its machine is free and set up.
    #[error(
        "machine {machine}: job {job} starts at {start}; job {before_job} ends at {before_end} and the set-up between them takes {setup}"
    )]
    Setup { machine: usize, job: u32, start: i64, before_job: u32, before_end: i64, setup: i64 },
    /// Not the same order on all machines.
    #[error(
        "machine {machine}: job {job} comes before job {other}, elsewhere it is the other way round"
    )]
    Permutation { machine: usize, job: u32, other: u32 },
    /// Not the end of the last operation.
    #[error("the objective is given as {objective}, but the last operation ends at {expected}")]
    Objective { objective: i64, expected: i64 },
    /// A bound that its own answer disproves.
    #[error("the lower bound {lower_bound} is above the objective {objective}")]
    LowerBound { lower_bound: i64, objective: i64 },
}

impl FormatFault {
    /// Stable, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "P501",
            Self::Twice { .. } => "P502",
            Self::Missing { .. } => "P503",
            Self::UnknownMode { .. } => "P504",
            Self::WrongResource { .. } => "P505",
            Self::WrongDuration { .. } => "P506",
            Self::BeforeZero { .. } => "P507",
            Self::Overlap { .. } => "P508",
            Self::OverCapacity { .. } => "P509",
            Self::OverBudget { .. } => "P510",
            Self::TooEarly { .. } => "P511",
            Self::Setup { .. } => "P512",
            Self::Permutation { .. } => "P513",
            Self::Objective { .. } => "P514",
            Self::LowerBound { .. } => "P515",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => {
                "take it out; jobs and operations count from 0, and the instance must be the one that was solved"
            }
            Self::Twice { .. } => "keep one of the two",
            Self::Missing { .. } => "add it; dummies of a project count too",
            Self::UnknownMode { .. } => "use a mode it has; modes count from 0",
            Self::WrongResource { .. } => {
                "name the machine of the mode, from 0; in a project the resource is 0"
            }
            Self::WrongDuration { .. } => "let it end at its start plus the duration of its mode",
            Self::BeforeZero { .. } => "start at 0 or later",
            Self::Overlap { .. } => "move one of them, or put it on another machine",
            Self::OverCapacity { .. } => "move one of the operations that take it then",
            Self::OverBudget { .. } => "choose modes that use less of it",
            Self::TooEarly { .. } => "move it later, or the one before it earlier",
            Self::Setup { .. } => "move it later, or change the order of the jobs",
            Self::Permutation { .. } => "use one order of the jobs on all machines",
            Self::Objective { .. } => "write the end of the last operation as `objective`",
            Self::LowerBound { .. } => "write a bound that was proved; it is at most the objective",
        }
    }
}
