//! Each operation by itself: within its calendar, after its release, before its deadline.

use super::fault::Fault;
use super::span;
use super::view::View;
use crate::problem::{Mode, Operation, Scheduled};

pub(super) fn check(view: &View, operation: usize, it: &Operation, faults: &mut Vec<Fault>) {
    if let Some(frozen) = it.frozen {
        let there = Scheduled { mode: frozen.mode, start: frozen.start, end: frozen.end };
        if view.plan.operations.get(operation) != Some(&Some(there)) {
            faults.push(Fault::FrozenMoved { operation });
        }
        return;
    }
    let Some(slot) = view.slot(operation) else { return };
    let Some(mode) = it.modes.get(slot.mode) else {
        faults.push(Fault::UnknownMode { operation, mode: slot.mode });
        return;
    };
    check_limits(view, operation, it, slot, faults);
    check_calendar(view, operation, mode, slot, faults);
    if !it.spans_breaks {
        check_breaks(view, operation, mode, slot, faults);
    }
}

fn check_limits(
    view: &View,
    operation: usize,
    it: &Operation,
    slot: Scheduled,
    faults: &mut Vec<Fault>,
) {
    let (start, end, now) = (slot.start, slot.end, view.problem.now);
    if start < now {
        faults.push(Fault::BeforeNow { operation, start, now });
    }
    if let Some(job) = view.problem.jobs.get(it.job).filter(|job| start < job.release) {
        let (job, release) = (it.job, job.release);
        faults.push(Fault::BeforeRelease { operation, job, start, release });
    }
    if let Some(release) = it.release.filter(|release| start < *release) {
        faults.push(Fault::BeforeOwnRelease { operation, start, release });
    }
    if let Some(deadline) = it.deadline.filter(|deadline| *deadline < end) {
        faults.push(Fault::AfterDeadline { operation, end, deadline });
    }
}

fn check_calendar(
    view: &View,
    operation: usize,
    mode: &Mode,
    slot: Scheduled,
    faults: &mut Vec<Fault>,
) {
    let start = slot.start;
    for &(resource, _) in &mode.needs {
        let Some(it) = view.problem.resources.get(resource) else { continue };
        if span::open_at(&it.working, start).is_none() {
            faults.push(Fault::StartsClosed { operation, resource, start });
        }
    }
    let open = span::common_work(view.problem, mode, start, slot.end);
    let found = span::length(&open);
    if found != mode.work {
        faults.push(Fault::WrongWork { operation, expected: mode.work, found });
    }
    if slot.end < start {
        faults.push(Fault::Backwards { operation, start, end: slot.end });
    }
    if start < slot.end && open.last().is_none_or(|last| last.end != slot.end) {
        faults.push(Fault::EndsLate { operation, end: slot.end });
    }
}

fn check_breaks(
    view: &View,
    operation: usize,
    mode: &Mode,
    slot: Scheduled,
    faults: &mut Vec<Fault>,
) {
    for &(resource, _) in &mode.needs {
        let Some(it) = view.problem.resources.get(resource) else { continue };
        let around = span::open_at(&it.working, slot.start);
        if let Some(around) = around.filter(|it| it.end < slot.end) {
            faults.push(Fault::OverBreak { operation, resource, at: around.end });
        }
    }
}
