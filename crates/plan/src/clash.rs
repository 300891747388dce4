//! Why not everything has a place: a minimal set of constraints that clash.
//!
//! A set of constraints clashes when a test says that no plan obeys them all with everything in it. Where the
//! windows of the operations can be shown to be too narrow ([`refute`]) that is a proof; where they cannot, and the
//! search finds no plan either, it is only that, and the answer says so. The set is made minimal with `QuickXplain`
//! (Junker 2004), and what is left is tried once more, constraint by constraint: without any of them the same test
//! no longer says that they clash.

mod limit;
mod minimal;
mod refute;
mod words;

use crate::problem::Problem;
use crate::search::solve;
use crate::validate::ProblemError;

pub use limit::Limit;

/// Constraints that cannot all be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The constraints; without any of them the rest is not known to clash.
    pub limits: Vec<Limit>,
    /// How it is known.
    pub proof: Proof,
}

/// How it is known that constraints clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// No plan obeys them: proved.
    Refuted,
    /// No plan was found in so many steps. There may be one.
    NotFound {
        /// Steps of each search.
        steps: u64,
    },
}

/// A minimal set of constraints that leave something without a place; `None` when everything has one, in a plan
/// found in `steps` steps of the search.
///
/// Of an operation that may not pause, the calendar of its resources is what it cannot pause over.
///
/// ```
/// use weft_model::{Millis, Timestamp};
/// use weft_plan::{Job, Mode, Operation, Problem, clash};
/// use weft_plan::clash::{Limit, Proof};
///
/// // Ten milliseconds of work from 5 on, to be done by 12.
/// let mode = Mode { work: Millis::new(10), ..Mode::default() };
/// let problem = Problem {
///     jobs: vec![Job { release: Timestamp::from_millis(5), ..Job::default() }],
///     operations: vec![Operation {
///         modes: vec![mode],
///         deadline: Some(Timestamp::from_millis(12)),
///         ..Operation::default()
///     }],
///     ..Problem::default()
/// };
/// let found = clash(&problem, 100)?.unwrap();
/// assert_eq!(found.proof, Proof::Refuted);
/// assert_eq!(found.limits, [Limit::Release { job: 0 }, Limit::Deadline { operation: 0 }]);
/// # Ok::<(), weft_plan::ProblemError>(())
/// ```
pub fn clash(problem: &Problem, steps: u64) -> Result<Option<Clash>, ProblemError> {
    problem.validate()?;
    let all = limit::limits(problem);
    let refuted = |kept: &[Limit]| refute::refuted(&limit::only(problem, kept));
    if refuted(&all) {
        let limits = minimal::minimal(&all, &refuted);
        return Ok(Some(Clash { limits, proof: Proof::Refuted }));
    }
    if solve(problem, steps, 1, None)?.unplaced.is_empty() {
        return Ok(None);
    }
    // What is left of a valid problem is one.
    let not_found = |kept: &[Limit]| {
        let solved = solve(&limit::only(problem, kept), steps, 1, None);
        solved.is_ok_and(|it| !it.unplaced.is_empty())
    };
    let limits = minimal::minimal(&all, &not_found);
    Ok(Some(Clash { limits, proof: Proof::NotFound { steps } }))
}

#[cfg(test)]
mod tests;
