//! Why an operation is where it is: what it waited for, and until when.
//!
//! Reads a finished plan, whoever made it; knows nothing of the search.

use std::collections::BTreeSet;

use weft_model::{CommonTime, Interval, Millis, Timestamp};

use crate::problem::{Plan, Problem, Scheduled};

/// A span in which an operation could not start, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// When it began to wait for this.
    pub from: Timestamp,
    /// When this no longer held it back.
    pub until: Timestamp,
    /// What it waited for.
    pub cause: Cause,
}

/// What an operation waited for. Indices are those of the lists in [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Its job was not released.
    Release,
    /// An operation before it had not ended, or the lag after it had not passed.
    Predecessor {
        /// The one that ended last, lag included.
        operation: usize,
        /// The part of the waiting that is lag.
        lag: Millis,
    },
    /// Others held the resource.
    Resource {
        /// Which resource.
        resource: usize,
        /// Who held it, by end.
        held_by: Vec<usize>,
    },
    /// The resource did not work, or not for long enough until its next break.
    Calendar {
        /// Which resource.
        resource: usize,
    },
    /// Nothing: it has started or is pinned, and stays where it is.
    Frozen,
    /// Nothing in the way: it could have started earlier than the plan has it.
    Choice,
}

/// What an operation waited for from its release (or now) until it started, without gaps, oldest first.
/// Empty when it starts as early as can be, or is not in the plan.
pub fn explain(problem: &Problem, plan: &Plan, operation: usize) -> Vec<Wait> {
    let Some(it) = problem.operations.get(operation) else { return Vec::new() };
    let Some(slot) = plan.operations.get(operation).copied().flatten() else { return Vec::new() };
    if it.frozen.is_some() {
        return vec![Wait { from: slot.start, until: slot.start, cause: Cause::Frozen }];
    }
    let release = problem.jobs.get(it.job).map_or(problem.now, |job| job.release);
    let mut waits = Vec::new();
    let mut at = problem.now;
    if at < release {
        waits.push(Wait { from: at, until: release.min(slot.start), cause: Cause::Release });
        at = release;
    }
    let before = problem.precedences.iter().filter(|it| it.after == operation);
    let ends = before.filter_map(|it| {
        let slot = plan.operations.get(it.before).copied().flatten()?;
        Some((slot.end + it.min_lag, it.min_lag, it.before))
    });
    if let Some((until, lag, operation)) = ends.max().filter(|it| at < it.0) {
        let cause = Cause::Predecessor { operation, lag: lag.min(until - at) };
        waits.push(Wait { from: at, until: until.min(slot.start), cause });
        at = until;
    }
    if at < slot.start {
        for_resources(problem, plan, operation, slot, at, &mut waits);
    }
    waits
}

/// Why a job ends when it does: its last operation with what it waited for, latest first; then the operation
/// that this points to, and so on, down to a release, a frozen operation, or now.
pub fn explain_job(problem: &Problem, plan: &Plan, job: usize) -> Vec<(usize, Wait)> {
    let of_job = problem.operations.iter().zip(&plan.operations).enumerate();
    let ends = of_job.filter(|(_, (it, _))| it.job == job);
    let last = ends.filter_map(|(index, (_, slot))| slot.map(|slot| (slot.end, index))).max();
    let mut chain = Vec::new();
    let mut seen = BTreeSet::new();
    let mut at = last.map(|it| it.1);
    while let Some(operation) = at.filter(|it| seen.insert(*it)) {
        at = None;
        for wait in explain(problem, plan, operation).into_iter().rev() {
            at = match &wait.cause {
                Cause::Predecessor { operation, .. } => Some(*operation),
                Cause::Resource { held_by, .. } => held_by.last().copied(),
                Cause::Release | Cause::Calendar { .. } | Cause::Frozen | Cause::Choice => None,
            };
            chain.push((operation, wait));
            if at.is_some() {
                break;
            }
        }
    }
    chain
}

/// Walks from `at` to the start, saying at each instant what was in the way.
fn for_resources(
    problem: &Problem,
    plan: &Plan,
    operation: usize,
    slot: Scheduled,
    mut at: Timestamp,
    waits: &mut Vec<Wait>,
) {
    let Some(it) = problem.operations.get(operation) else { return };
    let Some(mode) = it.modes.get(slot.mode) else { return };
    let resources: Vec<(usize, u32, &crate::problem::Resource)> = mode
        .needs
        .iter()
        .filter_map(|&(index, amount)| Some((index, amount, problem.resources.get(index)?)))
        .collect();
    let common = CommonTime::of(resources.iter().map(|(.., resource)| &resource.working));
    let others: Vec<Vec<(Interval, usize, u32)>> = resources
        .iter()
        .map(|(resource, ..)| holders(problem, plan, *resource, operation, at))
        .collect();
    while at < slot.start {
        let start =
            if it.spans_breaks { common.next_open(at) } else { common.next_fit(at, mode.work) };
        if start != Some(at) {
            let until = start.unwrap_or(slot.start).min(slot.start);
            let closed = resources.iter().find(|(.., resource)| !resource.working.is_open(at));
            let first_break =
                || resources.iter().min_by_key(|(.., resource)| resource.working.closes_at(at));
            let Some((resource, ..)) = closed.or_else(first_break) else { break };
            push(waits, Wait { from: at, until, cause: Cause::Calendar { resource: *resource } });
            at = until;
            continue;
        }
        let end = if it.spans_breaks { common.finish(at, mode.work) } else { Some(at + mode.work) };
        let span = Interval { start: at, end: end.unwrap_or(Timestamp::MAX) };
        let mut blocked = None;
        for ((resource, amount, known), others) in resources.iter().zip(&others) {
            let room = i64::from(known.capacity) - i64::from(*amount);
            if let Some((until, held_by)) = in_the_way(others, span, room) {
                blocked = Some((until, Cause::Resource { resource: *resource, held_by }));
                break;
            }
        }
        let (until, cause) = blocked.unwrap_or((slot.start, Cause::Choice));
        let until = until.min(slot.start);
        push(waits, Wait { from: at, until, cause });
        at = until;
    }
}

/// Everyone else who holds the resource at or after `from`.
fn holders(
    problem: &Problem,
    plan: &Plan,
    resource: usize,
    except: usize,
    from: Timestamp,
) -> Vec<(Interval, usize, u32)> {
    let mut holders = Vec::new();
    for (operation, (it, slot)) in problem.operations.iter().zip(&plan.operations).enumerate() {
        let Some(slot) = slot.filter(|slot| slot.start < slot.end && from < slot.end) else {
            continue;
        };
        let needs = it.modes.get(slot.mode).map_or(&[][..], |mode| &mode.needs);
        if let Some((_, amount)) = needs.iter().find(|need| need.0 == resource)
            && operation != except
        {
            holders.push((Interval { start: slot.start, end: slot.end }, operation, *amount));
        }
    }
    holders.sort_unstable();
    holders
}

/// When more than `room` is taken at some instant of `span`: when the first of those who take it then gives it
/// back, and who they are by end.
fn in_the_way(
    holders: &[(Interval, usize, u32)],
    span: Interval,
    room: i64,
) -> Option<(Timestamp, Vec<usize>)> {
    let within: Vec<_> =
        holders.iter().filter(|it| it.0.start < span.end && span.start < it.0.end).collect();
    let instants = within.iter().map(|it| it.0.start.max(span.start));
    for instant in instants {
        let at_once =
            within.iter().filter(|it| it.0.start <= instant && instant < it.0.end).copied();
        let taken: i64 = at_once.clone().map(|it| i64::from(it.2)).sum();
        if room < taken {
            let mut by_end: Vec<_> = at_once.map(|it| (it.0.end, it.1)).collect();
            by_end.sort_unstable();
            let until = by_end.first()?.0;
            return Some((until, by_end.into_iter().map(|it| it.1).collect()));
        }
    }
    None
}

/// Adds a wait, joined with the one before it when both are for the same resource.
fn push(waits: &mut Vec<Wait>, wait: Wait) {
    if let Some(last) = waits.last_mut() {
        match (&mut last.cause, &wait.cause) {
            (
                Cause::Resource { resource, held_by },
                Cause::Resource { resource: same, held_by: more },
            ) if resource == same => {
                held_by.retain(|it| !more.contains(it));
                held_by.extend(more);
                last.until = wait.until;
                return;
            }
            (Cause::Calendar { resource }, Cause::Calendar { resource: same })
                if resource == same =>
            {
                last.until = wait.until;
                return;
            }
            _ => {}
        }
    }
    waits.push(wait);
}

#[cfg(test)]
mod tests;
