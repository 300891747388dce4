//! What must hold before a problem can be searched.

mod error;
mod links;
mod operations;
mod resources;

pub use error::ProblemError;

use weft_model::{Millis, Timestamp};

use crate::problem::{Instant, Problem};
use crate::rules::precedence;

impl Problem {
    /// Whether every index is in range, every amount can be met, and nothing waits for itself.
    pub fn validate(&self) -> Result<(), ProblemError> {
        in_range(&[self.now], || "now".to_owned())?;
        resources::validate(self)?;
        for (job, it) in self.jobs.iter().enumerate() {
            in_range(&[it.release, it.due.unwrap_or(it.release)], || format!("job {job}"))?;
        }
        operations::validate(self)?;
        links::validate(self)?;
        let edges = self.precedences.iter().map(|it| (it.before, it.after));
        match precedence::topological_order(self.operations.len(), edges) {
            Ok(_) => Ok(()),
            Err(operation) => Err(ProblemError::Cycle { operation }),
        }
    }
}

impl Problem {
    /// The same for what has been added: one job, operations and precedences from these indices on, which have to
    /// do with nothing else.
    pub(crate) fn validate_job(
        &self,
        job: usize,
        first: usize,
        tie: usize,
    ) -> Result<(), ProblemError> {
        if let Some(it) = self.jobs.get(job) {
            in_range(&[it.release, it.due.unwrap_or(it.release)], || format!("job {job}"))?;
        }
        operations::validate_from(self, first)?;
        links::validate_from(self, tie)?;
        let added = self.precedences.iter().skip(tie);
        let edges = added.map(|it| (it.before - first, it.after - first));
        let count = self.operations.len() - first;
        match precedence::topological_order(count, edges) {
            Ok(_) => Ok(()),
            Err(operation) => Err(ProblemError::Cycle { operation: operation + first }),
        }
    }

    /// The same for one resource.
    pub(crate) fn validate_resource(&self, resource: usize) -> Result<(), ProblemError> {
        self.resources.get(resource).map_or(Ok(()), |it| resources::validate_one(resource, it))
    }

    /// The same for the prices.
    pub(crate) fn validate_prices(&self) -> Result<(), ProblemError> {
        resources::validate_prices(self)
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

/// Durations of which none is negative.
fn durations<'a>(
    times: impl IntoIterator<Item = &'a Millis>,
    what: impl Fn() -> String,
) -> Result<(), ProblemError> {
    for time in times {
        if *time < Millis::ZERO {
            return Err(ProblemError::NegativeTime { what: what(), time: *time });
        }
        in_range(&[Timestamp::from_millis(time.get())], &what)?;
    }
    Ok(())
}

/// The instant of an operation that there is.
fn known(
    problem: &Problem,
    instant: Instant,
    what: impl Fn() -> String,
) -> Result<(), ProblemError> {
    let operation = instant.operation;
    if problem.operations.len() <= operation {
        return Err(ProblemError::UnknownInstant { what: what(), operation });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
