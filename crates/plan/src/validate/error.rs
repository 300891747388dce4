//! Why a problem is not one.

use weft_model::{Millis, Timestamp};

/// Why a problem is not one. Indices are those of the lists in [`crate::Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message above each field names it")]
pub enum ProblemError {
    /// A resource with nothing to give.
    #[error("resource {resource} has capacity 0")]
    NoCapacity { resource: usize },
    /// An operation of a job that is not there.
    #[error("operation {operation} belongs to job {job}, which does not exist")]
    UnknownJob { operation: usize, job: usize },
    /// Nobody can do it.
    #[error("operation {operation} has no mode")]
    NoMode { operation: usize },
    /// A need for a resource that is not there.
    #[error("operation {operation}, mode {mode}: needs resource {resource}, which does not exist")]
    UnknownResource { operation: usize, mode: usize, resource: usize },
    /// A need for nothing, or for more than there is.
    #[error(
        "operation {operation}, mode {mode}: needs {amount} of resource {resource}, which has {capacity}"
    )]
    AmountOutOfRange { operation: usize, mode: usize, resource: usize, amount: u32, capacity: u32 },
    /// Two needs for one resource.
    #[error("operation {operation}, mode {mode}: needs resource {resource} twice")]
    ResourceTwice { operation: usize, mode: usize, resource: usize },
    /// A negative amount of work.
    #[error("operation {operation}, mode {mode}: takes {work} of work")]
    NegativeWork { operation: usize, mode: usize, work: Millis },
    /// A frozen operation in a mode it does not have.
    #[error("operation {operation} is frozen in mode {mode}, which it does not have")]
    FrozenMode { operation: usize, mode: usize },
    /// A frozen operation that ends before it starts.
    #[error("operation {operation} is frozen from {start} to {end}, which is backwards")]
    FrozenBackwards { operation: usize, start: Timestamp, end: Timestamp },
    /// A precedence of an operation that is not there.
    #[error("precedence {precedence} names operation {operation}, which does not exist")]
    UnknownOperation { precedence: usize, operation: usize },
    /// A lag that runs backwards.
    #[error("precedence {precedence} has the negative minimum lag {min_lag}")]
    NegativeLag { precedence: usize, min_lag: Millis },
    /// An operation that waits for itself.
    #[error("operation {operation} comes after itself")]
    Cycle { operation: usize },
    /// A time so far off that sums could overflow.
    #[error("a time of {what} is out of range")]
    TimeOutOfRange { what: String },
    /// A budget that is not there.
    #[error("operation {operation}, mode {mode}: uses budget {budget}, which does not exist")]
    UnknownBudget { operation: usize, mode: usize, budget: usize },
    /// Two uses of one budget.
    #[error("operation {operation}, mode {mode}: uses budget {budget} twice")]
    BudgetTwice { operation: usize, mode: usize, budget: usize },
    /// A matrix of setups that is not square.
    #[error("resource {resource}: its setups are not one row and one column per state ({what})")]
    SetupShape { resource: usize, what: &'static str },
    /// Setups between operations that overlap.
    #[error("resource {resource} has setups and capacity {capacity}, but does no batches")]
    SharedSetups { resource: usize, capacity: u32 },
    /// A state that is not there.
    #[error("{what} names state {state} of resource {resource}, which has {states} states")]
    UnknownState { what: String, resource: usize, state: usize, states: usize },
    /// States of a resource that has none for this mode.
    #[error(
        "operation {operation}, mode {mode}: has states of resource {resource}, which it does not need, which has no setups, or of which it has some already"
    )]
    StatesOfOther { operation: usize, mode: usize, resource: usize },
    /// One family in several states.
    #[error(
        "operation {operation}, mode {mode}: is of family {family} on batch resource {resource}, but has other states than another of that family"
    )]
    FamilyStates { operation: usize, mode: usize, resource: usize, family: u32 },
    /// A time that runs backwards.
    #[error("{what} is negative: {time}")]
    NegativeTime { what: String, time: Millis },
    /// An instant of an operation that is not there.
    #[error("{what} names operation {operation}, which does not exist")]
    UnknownInstant { what: String, operation: usize },
    /// Something lasts until an operation that does not come after.
    #[error("{what} lasts until operation {until}, which does not come right after {from}")]
    NotAfter { what: String, from: usize, until: usize },
    /// A storage where nothing can be stored.
    #[error(
        "storage {storage} takes {amount} of resource {resource}, which does not exist, has less, has setups or does batches"
    )]
    StorageResource { storage: usize, resource: usize, amount: u32 },
    /// Nothing to choose from.
    #[error("alternative {alternative} has no branch")]
    NoBranch { alternative: usize },
    /// A branch with an operation that is not there, or that is in a branch already.
    #[error(
        "alternative {alternative}, branch {branch}: names operation {operation}, which does not exist or is in a branch already"
    )]
    BranchOperation { alternative: usize, branch: usize, operation: usize },
    /// Two branches that are done.
    #[error("alternative {alternative} has frozen operations in more than one branch")]
    FrozenBranches { alternative: usize },
    /// Stages of a line with different jobs.
    #[error("line {line}, stage {stage}: has {found} operations, the first stage has {expected}")]
    LineShape { line: usize, stage: usize, expected: usize, found: usize },
    /// A line with an operation that is not there, or is there twice.
    #[error(
        "line {line}, stage {stage}: names operation {operation}, which does not exist or is on the line already"
    )]
    LineOperation { line: usize, stage: usize, operation: usize },
    /// A maximum lag below the minimum.
    #[error("precedence {precedence} has the maximum lag {max_lag}, below its minimum {min_lag}")]
    LagsCrossed { precedence: usize, min_lag: Millis, max_lag: Millis },
    /// The previous plan of another problem.
    #[error("the previous plan has {found} entries for {expected} operations")]
    PreviousShape { expected: usize, found: usize },
    /// Prices that are not in order.
    #[error("price {price} begins no later than the one before it")]
    PriceOrder { price: usize },
}

impl ProblemError {
    /// Stable, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCapacity { .. } => "P101",
            Self::UnknownJob { .. } => "P102",
            Self::NoMode { .. } => "P103",
            Self::UnknownResource { .. } => "P104",
            Self::AmountOutOfRange { .. } => "P105",
            Self::ResourceTwice { .. } => "P106",
            Self::NegativeWork { .. } => "P107",
            Self::FrozenMode { .. } => "P108",
            Self::FrozenBackwards { .. } => "P109",
            Self::UnknownOperation { .. } => "P110",
            Self::NegativeLag { .. } => "P111",
            Self::Cycle { .. } => "P112",
            Self::TimeOutOfRange { .. } => "P113",
            Self::UnknownBudget { .. } => "P115",
            Self::BudgetTwice { .. } => "P116",
            Self::SetupShape { .. } => "P117",
            Self::SharedSetups { .. } => "P118",
            Self::UnknownState { .. } => "P119",
            Self::StatesOfOther { .. } => "P120",
            Self::FamilyStates { .. } => "P121",
            Self::NegativeTime { .. } => "P122",
            Self::UnknownInstant { .. } => "P123",
            Self::NotAfter { .. } => "P124",
            Self::StorageResource { .. } => "P125",
            Self::NoBranch { .. } => "P126",
            Self::BranchOperation { .. } => "P127",
            Self::FrozenBranches { .. } => "P128",
            Self::LineShape { .. } => "P129",
            Self::LineOperation { .. } => "P130",
            Self::LagsCrossed { .. } => "P131",
            Self::PreviousShape { .. } => "P132",
            Self::PriceOrder { .. } => "P133",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoCapacity { .. } => {
                "give it at least 1, or close its calendar for as long as it is not there"
            }
            Self::UnknownJob { .. } => "add the job, or give the operation another",
            Self::NoMode { .. } => "add a resource of the class it needs, or another mode",
            Self::UnknownResource { .. } => "add the resource, or take the need out of the mode",
            Self::AmountOutOfRange { .. } => {
                "ask for at least 1 and at most the capacity, or give the resource more capacity"
            }
            Self::ResourceTwice { .. } => "write one need with the sum of the amounts",
            Self::NegativeWork { .. } => "give the mode zero or more time",
            Self::FrozenMode { .. } => "freeze it in a mode it has",
            Self::FrozenBackwards { .. } => "freeze it with an end at or after its start",
            Self::UnknownOperation { .. } => "add the operation, or drop the precedence",
            Self::NegativeLag { .. } => "use zero or more; swap the two to let one come first",
            Self::Cycle { .. } => "drop one of the precedences that lead back to it",
            Self::TimeOutOfRange { .. } => "use instants and durations within 70 million years",
            Self::UnknownBudget { .. } => "add the budget, or take the use out of the mode",
            Self::BudgetTwice { .. } => "write one use with the sum of the amounts",
            Self::SetupShape { .. } => {
                "give `time` as many columns as rows, `cost` the same shape or none, `last` one entry per state or none"
            }
            Self::SharedSetups { .. } => "give it capacity 1, or let it do batches",
            Self::UnknownState { .. } => {
                "name a state that the setups of the resource have, or add a row and a column"
            }
            Self::StatesOfOther { .. } => {
                "give states once for each resource that the mode needs and that has setups"
            }
            Self::FamilyStates { .. } => "give them the same states or different families",
            Self::NegativeTime { .. } => "use zero or more",
            Self::UnknownInstant { .. } => "name an operation that there is",
            Self::NotAfter { .. } => {
                "add a precedence between the two, or put them into two branches of one alternative"
            }
            Self::StorageResource { .. } => {
                "take at least 1 and at most the capacity of a resource without setups and batches"
            }
            Self::NoBranch { .. } => {
                "give it a branch (one without operations is \"not at all\"), or take it out"
            }
            Self::BranchOperation { .. } => "name each operation in one branch at most",
            Self::FrozenBranches { .. } => "leave the frozen operations of one branch",
            Self::LineShape { .. } => "name one operation of every job at every stage",
            Self::LineOperation { .. } => "name every operation once",
            Self::LagsCrossed { .. } => "give a maximum lag that is at least the minimum",
            Self::PreviousShape { .. } => "give one entry per operation, or none at all",
            Self::PriceOrder { .. } => "put prices in order of time, none twice",
        }
    }
}
