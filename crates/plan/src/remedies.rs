//! What would make a late job be on time: the shortest lists of changes, each tried by planning again.
//!
//! The critical chain of the job ([`crate::trace`]) says which changes may help; nothing is promised that has not
//! been planned. First no change at all is tried (a better plan may exist), then every change by itself. When none is
//! enough, those that helped most get a second one, along the chain that is critical then.

mod candidates;
mod change;

use std::collections::BTreeSet;

use weft_model::{Millis, Timestamp};

use crate::checker;
use crate::difference::{JobChange, job_changes};
use crate::explain::trace;
use crate::problem::{Cost, Plan, Problem};
use crate::search::Search;
use crate::validate::ProblemError;

pub use change::Change;

/// So many single changes are tried at most.
const SINGLE_MAX: usize = 28;
/// So many of the changes after which the job ends soonest get a second one.
const FIRST_MAX: usize = 5;
/// So many second changes are tried with each.
const SECOND_MAX: usize = 10;
/// So many remedies are named at most.
const NAMED_MAX: usize = 8;
/// How often the time of a further shift is halved to see whether half of it is enough.
const HALVINGS: usize = 5;
/// Seed of every trial.
const SEED: u64 = 1;

/// Changes that make a job be on time, and what comes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// All of these together; empty when a better plan is all it takes.
    pub changes: Vec<Change>,
    /// When the job ends then.
    pub end: Timestamp,
    /// What the plan costs as it is.
    pub cost_before: Cost,
    /// What the plan found costs, by the same objective.
    pub cost_after: Cost,
    /// Jobs that end at another time, this one included, the largest change first.
    pub jobs: Vec<JobChange>,
    /// The plan found, of the changed problem ([`Remedy::problem`]).
    pub plan: Plan,
}

impl Remedy {
    /// The problem with the changes made.
    #[must_use]
    pub fn problem(&self, problem: &Problem) -> Problem {
        change::changed(problem, &self.changes)
    }
}

/// The shortest lists of changes that make a late job be on time, the cheapest first by the objective; none when
/// it is not late, when something of it has no place, or when nothing helped that was tried.
///
/// Every trial takes `steps` steps of the search from the given plan on; there are at most a few dozen. The same
/// problem, plan and steps give the same answer.
///
/// ```
/// use weft_model::{Millis, Timestamp};
/// use weft_plan::{Job, Mode, Objective, Operation, Problem, Resource, Weights, remedies, solve};
/// use weft_plan::remedies::Change;
///
/// // Two jobs of ten milliseconds on one machine, both due after ten.
/// let mode = Mode { needs: vec![(0, 1)], work: Millis::new(10), ..Mode::default() };
/// let operation = |job| Operation { job, modes: vec![mode.clone()], ..Operation::default() };
/// let job = Job { due: Some(Timestamp::from_millis(10)), weight: 1, ..Job::default() };
/// let problem = Problem {
///     resources: vec![Resource { capacity: 1, ..Resource::default() }],
///     jobs: vec![job; 2],
///     operations: vec![operation(0), operation(1)],
///     objective: Objective::weighted(Weights { tardiness: 1, ..Weights::none() }),
///     ..Problem::default()
/// };
/// let plan = solve(&problem, 10, 1, None)?.plan;
/// let start = |index: usize| plan.operations[index].map(|it| it.start);
/// let late = usize::from(start(0) < start(1));
/// let found = remedies(&problem, &plan, late, 50)?;
/// assert_eq!(found[0].changes, [Change::Unit { resource: 0 }]);
/// assert_eq!(found[0].cost_after.tardiness, 0);
/// # Ok::<(), weft_plan::ProblemError>(())
/// ```
pub fn remedies(
    problem: &Problem,
    plan: &Plan,
    job: usize,
    steps: u64,
) -> Result<Vec<Remedy>, ProblemError> {
    problem.validate()?;
    let due = problem.jobs.get(job).and_then(|it| it.due);
    let trace = trace(problem, plan, job);
    let (Some(due), Some(trace)) = (due, trace) else { return Ok(Vec::new()) };
    if trace.end <= due {
        return Ok(Vec::new());
    }
    let trial = Trial { problem, plan, job, due, steps, cost: checker::cost(problem, plan) };
    if let Some(better) = trial.attempt(&[]).filter(|it| it.end <= due) {
        return Ok(vec![better]);
    }
    let singles = candidates::candidates(problem, plan, job, due, &trace);
    let mut tried: Vec<Remedy> = Vec::new();
    let mut found = Vec::new();
    for change in singles.into_iter().take(SINGLE_MAX) {
        let Some(remedy) = trial.attempt(&[change]) else { continue };
        if remedy.end <= due {
            found.push(trial.with_less(remedy));
        } else {
            tried.push(remedy);
        }
    }
    if found.is_empty() {
        tried.sort_by_key(|it| it.end);
        found = trial.pairs(&tried);
    }
    found.sort_by_key(|it| (it.cost_after.unplaced, it.cost_after.levels, it.end));
    found.truncate(NAMED_MAX);
    Ok(found)
}

/// One question.
struct Trial<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    job: usize,
    due: Timestamp,
    steps: u64,
    cost: Cost,
}

impl Trial<'_> {
    /// What comes of some changes; `None` when they cannot be made, or something loses its place.
    fn attempt(&self, changes: &[Change]) -> Option<Remedy> {
        let other = change::changed(self.problem, changes);
        let mut search = Search::new(&other, SEED, Some(self.plan)).ok()?;
        search.run(self.steps);
        let plan = search.best().clone();
        let measured = change::measured(self.problem, changes);
        let cost = checker::cost(&measured, &plan);
        let lost: BTreeSet<usize> = search.unplaced().iter().map(|it| it.0).collect();
        let is_mine =
            |it: &usize| self.problem.operations.get(*it).is_some_and(|it| it.job == self.job);
        if self.cost.unplaced < cost.unplaced || lost.iter().any(is_mine) {
            return None;
        }
        // What has to be changed on a board had better be right.
        if !checker::check(&other, &plan).is_empty() {
            return None;
        }
        let jobs = job_changes(self.problem, self.plan, &plan);
        let end = crate::difference::ends(self.problem, &plan).get(&self.job).copied()?;
        Some(Remedy {
            changes: changes.to_vec(),
            end,
            cost_before: self.cost,
            cost_after: cost,
            jobs,
            plan,
        })
    }

    /// What is enough with a second change, along the chain that is critical after the first.
    fn pairs(&self, tried: &[Remedy]) -> Vec<Remedy> {
        let mut found = Vec::new();
        let mut seen: BTreeSet<(Change, Change)> = BTreeSet::new();
        for first in tried.iter().take(FIRST_MAX) {
            let (changed, plan) = (first.problem(self.problem), &first.plan);
            let Some(trace) = trace(&changed, plan, self.job) else { continue };
            let seconds = candidates::candidates(&changed, plan, self.job, self.due, &trace);
            for second in seconds.into_iter().take(SECOND_MAX) {
                for &one in &first.changes {
                    if one != second && seen.insert((one.min(second), one.max(second))) {
                        let both = self.attempt(&[one, second]).filter(|it| it.end <= self.due);
                        found.extend(both.map(|it| self.with_less(it)));
                    }
                }
            }
        }
        found
    }

    /// The same with shorter shifts, as long as that is enough.
    fn with_less(&self, remedy: Remedy) -> Remedy {
        let mut best = remedy;
        for _ in 0..HALVINGS {
            let shorter: Vec<Change> = best.changes.iter().map(halved).collect();
            if shorter == best.changes {
                break;
            }
            match self.attempt(&shorter).filter(|it| it.end <= self.due) {
                Some(enough) => best = enough,
                None => break,
            }
        }
        best
    }
}

/// Half of a shift; anything else as it is.
fn halved(change: &Change) -> Change {
    match *change {
        Change::Shift { resource, from, until } if Millis::new(1) < until - from => {
            let half = Millis::new((until - from).get() / 2);
            Change::Shift { resource, from, until: from + half }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
