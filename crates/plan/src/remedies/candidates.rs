//! Changes that may help, along the critical chain of a job.

use weft_model::{Interval, Millis, Timestamp};

use super::change::Change;
use crate::explain::{Cause, Trace, Wait};
use crate::problem::{Operation, Plan, Problem, Scheduled};

/// So many breaks of a resource are tried for one wait.
const BREAKS_MAX: usize = 3;
/// So many of those who hold a resource are tried.
const HOLDERS_MAX: usize = 3;

/// Each once; those of the whole job first, then along the chain, latest first.
pub(super) fn candidates(
    problem: &Problem,
    plan: &Plan,
    job: usize,
    due: Timestamp,
    trace: &Trace,
) -> Vec<Change> {
    let late = trace.end - due;
    let mut on = Chain { problem, plan, job, late, begin: trace.begin, found: Vec::new() };
    on.add(Change::Priority { job });
    let mut last = None;
    for (operation, wait) in &trace.chain {
        if last != Some(*operation) {
            on.own_time(*operation);
        }
        last = Some(*operation);
        on.wait(*operation, wait);
    }
    // The last operation may have waited for nothing.
    if let Some(operation) = last_of(problem, plan, job).filter(|_| trace.chain.is_empty()) {
        on.own_time(operation);
    }
    on.found
}

fn last_of(problem: &Problem, plan: &Plan, job: usize) -> Option<usize> {
    let all = problem.operations.iter().zip(&plan.operations).enumerate();
    let mine = all.filter(|(_, (it, _))| it.job == job);
    mine.filter_map(|(index, (_, slot))| Some((slot.as_ref()?.end, index))).max().map(|it| it.1)
}

/// The chain, and what has been found on it.
struct Chain<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    job: usize,
    late: Millis,
    begin: Timestamp,
    found: Vec<Change>,
}

impl<'a> Chain<'a> {
    fn add(&mut self, change: Change) {
        if !self.found.contains(&change) {
            self.found.push(change);
        }
    }

    /// Another mode, and working through the breaks that it has.
    fn own_time(&mut self, operation: usize) {
        let Some((it, slot)) = self.planned(operation) else { return };
        if it.frozen.is_some() {
            return;
        }
        if it.job == self.job {
            for mode in (0..it.modes.len()).filter(|mode| *mode != slot.mode) {
                if it.modes.get(mode) != it.modes.get(slot.mode) {
                    self.add(Change::Mode { operation, mode });
                }
            }
        }
        let needs = it.modes.get(slot.mode).map_or(&[][..], |it| &it.needs);
        for &(resource, _) in needs {
            self.shifts(resource, slot.start, slot.end);
        }
    }

    fn wait(&mut self, operation: usize, wait: &Wait) {
        let (from, until) = (wait.from, wait.until);
        match &wait.cause {
            Cause::Calendar { resource } => self.shifts(*resource, from, until),
            Cause::Resource { resource, held_by } => {
                self.add(Change::Unit { resource: *resource });
                self.swaps(operation, held_by);
                self.shifts(*resource, self.begin, until);
            }
            Cause::Storage { resource, held_by } => {
                self.add(Change::Unit { resource: *resource });
                self.swaps(operation, held_by);
            }
            Cause::Blocked { resource, by, .. } => {
                self.add(Change::Unit { resource: *resource });
                self.swaps(operation, &[*by]);
            }
            Cause::Setup { resource, after, .. } => {
                self.add(Change::Unit { resource: *resource });
                self.swaps(operation, after.as_slice());
                self.shifts(*resource, from, until);
            }
            Cause::Batch { resource, with } => {
                self.add(Change::Unit { resource: *resource });
                self.swaps(operation, with);
            }
            Cause::Line { behind, .. } => self.swaps(operation, &[*behind]),
            Cause::Cleaning { resource } => self.add(Change::Unit { resource: *resource }),
            Cause::Release => {
                let job = self.problem.operations.get(operation).map_or(self.job, |it| it.job);
                self.add(Change::Release { job, at: self.sooner(until) });
            }
            Cause::OwnRelease => {
                self.add(Change::Material { operation, at: self.sooner(until) });
            }
            Cause::Budget { budget } => {
                self.add(Change::Supply { budget: *budget, at: self.sooner(until) });
            }
            Cause::Predecessor { .. }
            | Cause::HeldBack { .. }
            | Cause::NotChosen { .. }
            | Cause::Frozen
            | Cause::Choice => {}
        }
    }

    /// As much sooner as the job is late.
    fn sooner(&self, at: Timestamp) -> Timestamp {
        (at - self.late).max(self.problem.now)
    }

    /// Goes before those of other jobs that hold what it needs, the last first.
    fn swaps(&mut self, operation: usize, held_by: &[usize]) {
        let others = held_by.iter().rev().copied().filter(|other| {
            let it = self.problem.operations.get(*other);
            it.is_some_and(|it| it.job != self.job && it.frozen.is_none()) && *other != operation
        });
        for other in others.take(HOLDERS_MAX).collect::<Vec<_>>() {
            self.add(Change::Before { operation, other });
        }
    }

    /// Work in the last breaks of a resource in a span: no longer than the job is late.
    fn shifts(&mut self, resource: usize, from: Timestamp, until: Timestamp) {
        let Some(it) = self.problem.resources.get(resource) else { return };
        let breaks = breaks(it.working.intervals(), from.max(self.problem.now), until);
        for it in breaks.into_iter().rev().take(BREAKS_MAX) {
            let until = it.end.min(it.start + self.late);
            self.add(Change::Shift { resource, from: it.start, until });
        }
    }

    fn planned(&self, operation: usize) -> Option<(&'a Operation, Scheduled)> {
        let (problem, plan): (&'a Problem, &'a Plan) = (self.problem, self.plan);
        let slot = plan.operations.get(operation).copied().flatten()?;
        Some((problem.operations.get(operation)?, slot))
    }
}

/// What lies between intervals in `[from, until)`.
fn breaks(working: &[Interval], from: Timestamp, until: Timestamp) -> Vec<Interval> {
    let mut breaks = Vec::new();
    let mut at = from;
    let first = working.partition_point(|it| it.end <= from);
    for it in working.iter().skip(first) {
        if until <= at {
            break;
        }
        if at < it.start {
            breaks.push(Interval { start: at, end: it.start.min(until) });
        }
        at = it.end;
    }
    if at < until {
        breaks.push(Interval { start: at, end: until });
    }
    breaks
}
