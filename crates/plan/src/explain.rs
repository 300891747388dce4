//! Why an operation is where it is: what it waited for, and until when.
//!
//! Reads a finished plan, whoever made it; knows nothing of the search. An operation is asked about by itself:
//! where could it start if all the others stayed where they are? Calendars, precedences and shared resources are
//! looked up here; whether any other rule stands in the way is for the checker to say ([`around`]).

mod around;
mod blocked;
mod cause;
mod holders;
mod trace;
mod words;

pub use cause::{Cause, Wait};
pub use trace::{Root, Trace, trace};

use std::cell::LazyCell;
use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp, WorkingTime};

use crate::problem::{Mode, Operation, Plan, Point, Problem, Scheduled};
use around::Around;
use holders::Holders;

/// So many spans are told apart at most; the last one then lasts until the start.
const WAITS_MAX: usize = 5_000;

/// What an operation waited for from now until it started, without gaps, oldest first. Empty when it starts as
/// early as can be, or is not in the plan.
///
/// Each wait holds for the whole of its span: in it, the operation cannot start in the mode it has while all
/// others stay. [`Cause::Choice`] comes last if at all: where it begins the operation could start.
/// [`Cause::Batch`] may be a choice too: it could start, but not with those it is with.
///
/// ```
/// use weft_model::{Millis, Timestamp};
/// use weft_plan::{Cause, Job, Mode, Operation, Problem, Resource, explain, solve};
///
/// // Two operations of ten milliseconds on one machine.
/// let mode = Mode { needs: vec![(0, 1)], work: Millis::new(10), ..Mode::default() };
/// let operation = Operation { modes: vec![mode], ..Operation::default() };
/// let problem = Problem {
///     resources: vec![Resource { capacity: 1, ..Resource::default() }],
///     jobs: vec![Job::default()],
///     operations: vec![operation.clone(), operation],
///     ..Problem::default()
/// };
/// let plan = solve(&problem, 10, 1, None)?.plan;
/// let start = |index: usize| plan.operations[index].map(|it| it.start);
/// let second = usize::from(start(0) < start(1));
/// let waits = explain(&problem, &plan, second);
/// assert_eq!(waits[0].until, Timestamp::from_millis(10));
/// assert_eq!(waits[0].cause, Cause::Resource { resource: 0, held_by: vec![1 - second] });
/// # Ok::<(), weft_plan::ProblemError>(())
/// ```
pub fn explain(problem: &Problem, plan: &Plan, operation: usize) -> Vec<Wait> {
    let Some(it) = problem.operations.get(operation) else { return Vec::new() };
    let absent = decided_against(problem, plan);
    if let Some(&alternative) = absent.get(&operation) {
        let cause = Cause::NotChosen { alternative };
        return vec![Wait { from: problem.now, until: problem.now, cause }];
    }
    let Some(slot) = plan.operations.get(operation).copied().flatten() else { return Vec::new() };
    if it.frozen.is_some() {
        return vec![Wait { from: slot.start, until: slot.start, cause: Cause::Frozen }];
    }
    let Some(mode) = it.modes.get(slot.mode) else { return Vec::new() };
    Walk {
        problem,
        plan,
        absent: &absent,
        operation,
        it,
        mode,
        slot,
        working: common(problem, mode),
        at: problem.now,
        waits: Vec::new(),
    }
    .walk()
}

/// Why a job ends when it does: its last operation with what it waited for, latest first; then the operation
/// that this points to, and so on, down to a release, a frozen operation, or now.
pub fn explain_job(problem: &Problem, plan: &Plan, job: usize) -> Vec<(usize, Wait)> {
    trace(problem, plan, job).map_or_else(Vec::new, |it| it.chain)
}

/// By operation that is not done the alternative that is done in another way.
fn decided_against(problem: &Problem, plan: &Plan) -> BTreeMap<usize, usize> {
    let mut absent = BTreeMap::new();
    for (alternative, it) in problem.alternatives.iter().enumerate() {
        let chosen = plan.branches.get(alternative).copied();
        let others = it.branches.iter().enumerate().filter(|it| Some(it.0) != chosen);
        let operations = others.flat_map(|(_, it)| &it.operations);
        absent.extend(operations.map(|operation| (*operation, alternative)));
    }
    absent
}

/// What all resources of a mode work.
fn common(problem: &Problem, mode: &Mode) -> WorkingTime {
    let resources = mode.needs.iter().filter_map(|need| problem.resources.get(need.0));
    let mut all = resources.map(|it| &it.working);
    let Some(first) = all.next() else { return WorkingTime::always() };
    all.fold(first.clone(), |common, it| common.intersect(it))
}

/// One operation on its way from now to its start.
struct Walk<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    /// Operations that are not done.
    absent: &'a BTreeMap<usize, usize>,
    operation: usize,
    it: &'a Operation,
    mode: &'a Mode,
    slot: Scheduled,
    /// Common working time of all it needs.
    working: WorkingTime,
    /// Where it stands.
    at: Timestamp,
    waits: Vec<Wait>,
}

impl Walk<'_> {
    fn walk(mut self) -> Vec<Wait> {
        let release = self.problem.jobs.get(self.it.job).map_or(self.at, |job| job.release);
        self.wait_until(release, Cause::Release);
        self.wait_until(self.it.release.unwrap_or(self.at), Cause::OwnRelease);
        if let Some((until, cause)) = self.predecessor() {
            self.wait_until(until, cause);
        }
        if self.at < self.slot.start {
            self.among_others();
        }
        self.waits
    }

    /// Nothing when that is past.
    fn wait_until(&mut self, until: Timestamp, cause: Cause) {
        let until = until.min(self.slot.start);
        if self.at < until {
            cause::push(&mut self.waits, Wait { from: self.at, until, cause });
            self.at = until;
        }
    }

    /// The last of those before it: an instant before which it does not start.
    fn predecessor(&self) -> Option<(Timestamp, Cause)> {
        let before = self.problem.precedences.iter().filter(|it| it.after == self.operation);
        let allowed = before.filter_map(|it| {
            if self.absent.contains_key(&it.before) {
                return None;
            }
            let slot = self.plan.operations.get(it.before).copied().flatten()?;
            let from = point(slot, it.from);
            let start = |instant: Timestamp| match it.to {
                Point::Start => instant,
                Point::End => self.start_that_ends_at(instant),
            };
            let (until, without_lag) = (start(from + it.min_lag), start(from));
            Some((until, until - without_lag.max(self.at), it.before))
        });
        let (until, lag, operation) = allowed.max()?;
        Some((until, Cause::Predecessor { operation, lag: lag.max(Millis::ZERO) }))
    }

    /// The first start with which it does not end before this.
    fn start_that_ends_at(&self, end: Timestamp) -> Timestamp {
        let (mut low, mut high) = (self.at.as_millis(), self.slot.start.as_millis());
        if self.ends(self.at).is_some_and(|it| end <= it) {
            return self.at;
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            match self.ends(Timestamp::from_millis(middle)) {
                Some(it) if it < end => low = middle,
                _ => high = middle,
            }
        }
        Timestamp::from_millis(high)
    }

    /// When it ends if it starts as early as calendars allow from here on.
    fn ends(&self, from: Timestamp) -> Option<Timestamp> {
        let start = self.opens(from)?;
        if self.it.spans_breaks {
            self.working.finish(start, self.mode.work)
        } else {
            Some(start + self.mode.work)
        }
    }

    /// The first start from here on that calendars allow.
    fn opens(&self, from: Timestamp) -> Option<Timestamp> {
        if self.it.spans_breaks {
            self.working.next_open(from)
        } else {
            self.working.next_fit(from, self.mode.work)
        }
    }

    /// Says at each instant from here to the start what is in the way.
    fn among_others(&mut self) {
        let (operation, slot) = (self.operation, self.slot);
        let (problem, plan, absent) = (self.problem, self.plan, self.absent);
        let holders = Holders::new(problem, plan, operation, self.mode, self.at);
        // Most waits are for a resource alone; what else there is is looked up when it is needed.
        let around = LazyCell::new(|| Around::new(problem, plan, absent, operation, slot));
        while self.at < slot.start {
            let (until, cause) = self.in_the_way(&holders, || &around);
            let is_too_long = WAITS_MAX <= self.waits.len();
            let until = if is_too_long || until <= self.at { slot.start } else { until };
            self.wait_until(until, cause);
        }
    }

    fn in_the_way<'b>(
        &self,
        holders: &Holders,
        around: impl Fn() -> &'b Around,
    ) -> (Timestamp, Cause) {
        let start = self.opens(self.at);
        let Some((start, end)) = start.zip(self.ends(self.at)) else {
            return (self.slot.start, self.closed());
        };
        if start != self.at {
            return (start, self.closed());
        }
        let slot = Scheduled { start, end, ..self.slot };
        if let Some(found) = holders.in_the_way(slot) {
            return found;
        }
        if let Some((until, cause)) = blocked::blocked(self, around(), slot) {
            return (until, cause);
        }
        let with = around().companions();
        let cause = match with {
            Some((resource, with)) => Cause::Batch { resource, with },
            None => Cause::Choice,
        };
        (self.slot.start, cause)
    }

    /// The resource that does not work here, or that has the first break.
    fn closed(&self) -> Cause {
        let resources = || {
            let needs = self.mode.needs.iter();
            needs.filter_map(|need| Some((need.0, &self.problem.resources.get(need.0)?.working)))
        };
        let closed = resources().find(|it| !it.1.is_open(self.at));
        let first_break = || resources().min_by_key(|it| it.1.closes_at(self.at));
        let resource = closed.or_else(first_break).map_or(usize::MAX, |it| it.0);
        Cause::Calendar { resource }
    }
}

fn point(slot: Scheduled, point: Point) -> Timestamp {
    match point {
        Point::Start => slot.start,
        Point::End => slot.end,
    }
}

#[cfg(test)]
mod tests;
