//! What must hold before a problem can be searched.

use weft_model::{Interval, Millis, Timestamp};

use crate::problem::{Operation, Problem};
use crate::rules::precedence;

/// Why a problem is not one. Indices are those of the lists in [`Problem`].
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
    /// A rule, or several at once, that no strategy searches.
    #[error("no search knows a problem with all of these: {rules}")]
    NoStrategy { rules: String },
    /// A time so far off that sums could overflow.
    #[error("a time of {what} is out of range")]
    TimeOutOfRange { what: String },
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
            Self::NoStrategy { .. } => "P114",
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
            Self::NegativeLag { .. } => "use zero or more; maximum lags are another rule",
            Self::Cycle { .. } => "drop one of the precedences that lead back to it",
            Self::NoStrategy { .. } => "leave out the last of them, or plan in parts",
            Self::TimeOutOfRange { .. } => "use instants and durations within 70 million years",
        }
    }
}

impl Problem {
    /// Whether every index is in range, every amount can be met, and nothing waits for itself.
    pub fn validate(&self) -> Result<(), ProblemError> {
        in_range(&[self.now], || "now".to_owned())?;
        for (resource, it) in self.resources.iter().enumerate() {
            if it.capacity == 0 {
                return Err(ProblemError::NoCapacity { resource });
            }
            let ends = |interval: &Interval| [interval.start, interval.end];
            let name = || format!("the calendar of resource {resource}");
            it.working.intervals().first().map_or(Ok(()), |i| in_range(&ends(i), name))?;
            it.working.intervals().last().map_or(Ok(()), |i| in_range(&ends(i), name))?;
        }
        for (job, it) in self.jobs.iter().enumerate() {
            in_range(&[it.release, it.due.unwrap_or(it.release)], || format!("job {job}"))?;
        }
        for (operation, it) in self.operations.iter().enumerate() {
            self.validate_operation(operation, it)?;
        }
        for (precedence, it) in self.precedences.iter().enumerate() {
            for operation in [it.before, it.after] {
                if self.operations.len() <= operation {
                    return Err(ProblemError::UnknownOperation { precedence, operation });
                }
            }
            if it.min_lag < Millis::ZERO {
                return Err(ProblemError::NegativeLag { precedence, min_lag: it.min_lag });
            }
            let lag = Timestamp::from_millis(it.min_lag.get());
            in_range(&[lag], || format!("precedence {precedence}"))?;
        }
        let edges = self.precedences.iter().map(|it| (it.before, it.after));
        match precedence::topological_order(self.operations.len(), edges) {
            Ok(_) => Ok(()),
            Err(operation) => Err(ProblemError::Cycle { operation }),
        }
    }

    fn validate_operation(&self, operation: usize, it: &Operation) -> Result<(), ProblemError> {
        if self.jobs.len() <= it.job {
            return Err(ProblemError::UnknownJob { operation, job: it.job });
        }
        if it.modes.is_empty() {
            return Err(ProblemError::NoMode { operation });
        }
        for (mode, way) in it.modes.iter().enumerate() {
            for (index, &(resource, amount)) in way.needs.iter().enumerate() {
                let Some(known) = self.resources.get(resource) else {
                    return Err(ProblemError::UnknownResource { operation, mode, resource });
                };
                if amount == 0 || known.capacity < amount {
                    let capacity = known.capacity;
                    return Err(ProblemError::AmountOutOfRange {
                        operation,
                        mode,
                        resource,
                        amount,
                        capacity,
                    });
                }
                if way.needs.iter().take(index).any(|(other, _)| *other == resource) {
                    return Err(ProblemError::ResourceTwice { operation, mode, resource });
                }
            }
            if way.work < Millis::ZERO {
                return Err(ProblemError::NegativeWork { operation, mode, work: way.work });
            }
            let work = Timestamp::from_millis(way.work.get());
            in_range(&[work], || format!("operation {operation}"))?;
        }
        if let Some(frozen) = it.frozen {
            if it.modes.len() <= frozen.mode {
                return Err(ProblemError::FrozenMode { operation, mode: frozen.mode });
            }
            if frozen.end < frozen.start {
                let (start, end) = (frozen.start, frozen.end);
                return Err(ProblemError::FrozenBackwards { operation, start, end });
            }
            in_range(&[frozen.start, frozen.end], || format!("operation {operation}"))?;
        }
        Ok(())
    }
}

fn in_range(times: &[Timestamp], what: impl Fn() -> String) -> Result<(), ProblemError> {
    let earliest = Timestamp::from_millis(-Timestamp::MAX.as_millis());
    if times.iter().all(|at| (earliest..=Timestamp::MAX).contains(at)) {
        Ok(())
    } else {
        Err(ProblemError::TimeOutOfRange { what: what() })
    }
}
