//! The ways in which a plan breaks a rule.

use weft_model::{Millis, Timestamp};

use crate::problem::Point;

/// One way in which a plan breaks a rule. Indices are those of the lists in [`crate::Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message above each field names it")]
pub enum Fault {
    /// The plan is for another problem.
    #[error("the plan has {found} entries for {expected} operations")]
    Shape { expected: usize, found: usize },
    /// The operation cannot be done like this.
    #[error("operation {operation} is planned in mode {mode}, which it does not have")]
    UnknownMode { operation: usize, mode: usize },
    /// Planned into the past.
    #[error("operation {operation} starts at {start}, before now ({now})")]
    BeforeNow { operation: usize, start: Timestamp, now: Timestamp },
    /// Planned before its job is released.
    #[error(
        "operation {operation} starts at {start}, before its job {job} is released at {release}"
    )]
    BeforeRelease { operation: usize, job: usize, start: Timestamp, release: Timestamp },
    /// Starts while a resource it needs does not work.
    #[error("operation {operation} starts at {start}, when resource {resource} does not work")]
    StartsClosed { operation: usize, resource: usize, start: Timestamp },
    /// The time between start and end is not its work.
    #[error("operation {operation} has {expected} of work to do and {found} of working time")]
    WrongWork { operation: usize, expected: Millis, found: Millis },
    /// Ends later than its work does.
    #[error("operation {operation} ends at {end}; its work is done before")]
    EndsLate { operation: usize, end: Timestamp },
    /// Pauses although it may not.
    #[error("operation {operation} may not pause, but resource {resource} has a break at {at}")]
    OverBreak { operation: usize, resource: usize, at: Timestamp },
    /// More taken than there is, and not by frozen operations alone.
    #[error(
        "resource {resource} has {capacity}, but {taken} is taken at {at} by {}",
        holders(operations, storages)
    )]
    OverCapacity {
        resource: usize,
        at: Timestamp,
        capacity: u32,
        taken: u64,
        operations: Vec<usize>,
        storages: Vec<usize>,
    },
    /// Starts or ends before what comes before it and the minimum lag allow.
    #[error(
        "operation {after} {} at {at}, before {earliest}, when {before} allows it",
        verb(*point)
    )]
    TooEarly { before: usize, after: usize, point: Point, at: Timestamp, earliest: Timestamp },
    /// Planned although what comes before it is not.
    #[error("operation {after} is planned, but {before}, which comes before it, is not")]
    WithoutPredecessor { before: usize, after: usize },
    /// A frozen operation that is elsewhere in the plan, or missing.
    #[error("operation {operation} is frozen, but the plan has it elsewhere")]
    FrozenMoved { operation: usize },
    /// The plan is for another problem.
    #[error("the plan has {found} branches for {expected} alternatives")]
    BranchCount { expected: usize, found: usize },
    /// The alternative cannot be decided like this.
    #[error("branch {branch} is done of alternative {alternative}, which does not have it")]
    UnknownBranch { alternative: usize, branch: usize },
    /// Planned although its branch is not done.
    #[error("operation {operation} is planned, but alternative {alternative} is decided otherwise")]
    NotChosen { operation: usize, alternative: usize },
    /// Starts or ends after what comes before it and the maximum lag allow.
    #[error("operation {after} {} at {at}, after {latest}, the last that {before} allows", verb(*point))]
    TooLate { before: usize, after: usize, point: Point, at: Timestamp, latest: Timestamp },
    /// Planned before its own release.
    #[error("operation {operation} starts at {start}, before it is released at {release}")]
    BeforeOwnRelease { operation: usize, start: Timestamp, release: Timestamp },
    /// Ends too late to be of any use.
    #[error("operation {operation} ends at {end}, after its deadline {deadline}")]
    AfterDeadline { operation: usize, end: Timestamp, deadline: Timestamp },
    /// Ends before it starts.
    #[error("operation {operation} is planned from {start} to {end}, which is backwards")]
    Backwards { operation: usize, start: Timestamp, end: Timestamp },
    /// Not enough time for a setup, and not between frozen operations alone.
    #[error(
        "resource {resource} takes {expected} to be set up for operation {after}{}, but has {found} of working time",
        after_whom(*before)
    )]
    WithoutSetup {
        resource: usize,
        before: Option<usize>,
        after: usize,
        expected: Millis,
        found: Millis,
    },
    /// Working time runs out before the last cleaning is done.
    #[error("resource {resource} is never cleaned after its last operation: that takes {expected}")]
    NotCleaned { resource: usize, expected: Millis },
    /// At the same time on a batch resource, but not one batch.
    #[error(
        "operations {first} and {second} hold resource {resource} at the same time without being one batch"
    )]
    NoBatch { resource: usize, first: usize, second: usize },
    /// More used up than has been supplied, and not by frozen operations alone.
    #[error("of budget {budget} {used} is used by {at}, but only {supplied} supplied")]
    OverBudget { budget: usize, at: Timestamp, supplied: u128, used: u128 },
    /// One that changes places with another on a line.
    #[error(
        "line {line}: operation {after} starts before {before} at stage {stage}, but not at stage {earlier}"
    )]
    Overtaken { line: usize, earlier: usize, stage: usize, before: usize, after: usize },
}

impl Fault {
    /// Stable, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "P201",
            Self::UnknownMode { .. } => "P202",
            Self::BeforeNow { .. } => "P203",
            Self::BeforeRelease { .. } => "P204",
            Self::StartsClosed { .. } => "P205",
            Self::WrongWork { .. } => "P206",
            Self::EndsLate { .. } => "P207",
            Self::OverBreak { .. } => "P208",
            Self::OverCapacity { .. } => "P209",
            Self::TooEarly { .. } => "P210",
            Self::WithoutPredecessor { .. } => "P211",
            Self::FrozenMoved { .. } => "P212",
            Self::BranchCount { .. } => "P213",
            Self::UnknownBranch { .. } => "P214",
            Self::NotChosen { .. } => "P215",
            Self::TooLate { .. } => "P216",
            Self::BeforeOwnRelease { .. } => "P217",
            Self::AfterDeadline { .. } => "P218",
            Self::Backwards { .. } => "P219",
            Self::WithoutSetup { .. } => "P220",
            Self::NotCleaned { .. } => "P221",
            Self::NoBatch { .. } => "P222",
            Self::OverBudget { .. } => "P223",
            Self::Overtaken { .. } => "P224",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "plan again: operations were added or removed since",
            Self::UnknownMode { .. } => "plan again: the ways to do the operation have changed",
            Self::BeforeNow { .. } | Self::BeforeRelease { .. } | Self::BeforeOwnRelease { .. } => {
                "move it later, or freeze it if it has really started"
            }
            Self::StartsClosed { .. } => "move it into a shift, or open the calendar",
            Self::WrongWork { .. } | Self::EndsLate { .. } | Self::Backwards { .. } => {
                "let it end exactly when its work is done, breaks included"
            }
            Self::OverBreak { .. } => "move it behind the break, or let it span breaks",
            Self::OverCapacity { .. } => "move one of them, or put it on another resource",
            Self::TooEarly { .. } => "move it later, or the one before it earlier",
            Self::WithoutPredecessor { .. } => "plan the one before it, or neither",
            Self::FrozenMoved { .. } => "leave it where it is: it is a fact",
            Self::BranchCount { .. } | Self::UnknownBranch { .. } => {
                "plan again: the alternatives have changed"
            }
            Self::NotChosen { .. } => "take it out of the plan, or choose the branch it is in",
            Self::TooLate { .. } => "move it earlier, or the one before it later",
            Self::AfterDeadline { .. } => "move it earlier, or leave it out of the plan",
            Self::WithoutSetup { .. } => "move it later, or another operation between them",
            Self::NotCleaned { .. } => "end earlier, or extend the calendar",
            Self::NoBatch { .. } => {
                "let both start and end together, in one family, or one after the other"
            }
            Self::OverBudget { .. } => "move uses behind a supply, choose modes that use less",
            Self::Overtaken { .. } => "keep one order at all stages of the line",
        }
    }
}

fn verb(point: Point) -> &'static str {
    match point {
        Point::Start => "starts",
        Point::End => "ends",
    }
}

fn after_whom(before: Option<usize>) -> String {
    before.map_or_else(String::new, |before| format!(" after {before}"))
}

fn holders(operations: &[usize], storages: &[usize]) -> String {
    match (operations, storages) {
        (operations, []) => format!("{operations:?}"),
        ([], storages) => format!("storages {storages:?}"),
        _ => format!("{operations:?} and storages {storages:?}"),
    }
}
