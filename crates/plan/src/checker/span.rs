//! Working time, counted on the intervals.

use weft_model::{Interval, Millis, Timestamp, WorkingTime};

use crate::problem::{Mode, Problem};

/// The interval of working time that `at` lies in.
pub(super) fn open_at(working: &WorkingTime, at: Timestamp) -> Option<Interval> {
    let intervals = working.intervals();
    let first = intervals.partition_point(|it| it.end <= at);
    intervals.get(first).copied().filter(|it| it.start <= at)
}

/// What all resources of a mode work in `[from, to)`.
pub(super) fn common_work(
    problem: &Problem,
    mode: &Mode,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Interval> {
    let mut open = vec![Interval { start: from, end: to }];
    open.retain(|it| it.start < it.end);
    for &(resource, _) in &mode.needs {
        let Some(it) = problem.resources.get(resource) else { continue };
        open = common(&open, it.working.intervals());
    }
    open
}

/// How long something works in `[from, to)`.
pub(super) fn work_between(working: &WorkingTime, from: Timestamp, to: Timestamp) -> Millis {
    if to <= from {
        return Millis::ZERO;
    }
    length(&common(&[Interval { start: from, end: to }], working.intervals()))
}

/// When `work` that begins at or after `from` is done; `None` when working time runs out.
pub(super) fn done_at(working: &WorkingTime, from: Timestamp, work: Millis) -> Option<Timestamp> {
    let mut left = work;
    if left <= Millis::ZERO {
        return Some(from);
    }
    let intervals = working.intervals();
    let first = intervals.partition_point(|it| it.end <= from);
    for it in intervals.iter().skip(first) {
        let start = it.start.max(from);
        if left <= it.end - start {
            return Some(start + left);
        }
        left = left - (it.end - start);
    }
    None
}

/// Together.
pub(super) fn length(spans: &[Interval]) -> Millis {
    spans.iter().map(|it| it.end - it.start).sum()
}

fn common(spans: &[Interval], others: &[Interval]) -> Vec<Interval> {
    let mut common = Vec::new();
    for span in spans {
        let first = others.partition_point(|other| other.end <= span.start);
        for other in others.iter().skip(first).take_while(|other| other.start < span.end) {
            let (start, end) = (span.start.max(other.start), span.end.min(other.end));
            common.push(Interval { start, end });
        }
    }
    common
}
