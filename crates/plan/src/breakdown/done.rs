//! All that is done in a plan.

use weft_model::Timestamp;

use crate::problem::{Instant, Mode, Plan, Point, Problem, Scheduled};

/// An operation that is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done<'a> {
    pub(super) index: usize,
    pub(super) job: usize,
    pub(super) mode: &'a Mode,
    pub(super) slot: Scheduled,
    pub(super) is_frozen: bool,
    /// When it lets go of what it holds.
    pub(super) lets_go: Timestamp,
}

/// By operation.
pub(super) fn all<'a>(problem: &'a Problem, plan: &Plan) -> Vec<Done<'a>> {
    let mut is_absent = vec![false; problem.operations.len()];
    for (alternative, it) in problem.alternatives.iter().enumerate() {
        for (branch, it) in it.branches.iter().enumerate() {
            let is_chosen = plan.branches.get(alternative) == Some(&branch);
            for &operation in &it.operations {
                if let Some(absent) = is_absent.get_mut(operation) {
                    *absent = !is_chosen;
                }
            }
        }
    }
    let slot = |operation: usize| {
        let is_there = is_absent.get(operation) == Some(&false);
        plan.operations.get(operation).copied().flatten().filter(|_| is_there)
    };
    let instant = |it: Instant| {
        slot(it.operation).map(|slot| match it.point {
            Point::Start => slot.start,
            Point::End => slot.end,
        })
    };
    let operations = problem.operations.iter().enumerate();
    let done = operations.filter_map(|(index, it)| {
        let slot = slot(index)?;
        Some(Done {
            index,
            job: it.job,
            mode: it.modes.get(slot.mode)?,
            slot,
            is_frozen: it.frozen.is_some(),
            lets_go: it.holds_until.and_then(instant).map_or(slot.end, |it| it.max(slot.end)),
        })
    });
    done.collect()
}

/// What is on a resource, in the order in which it is held.
pub(super) fn on<'a, 'b>(resource: usize, done: &'b [Done<'a>]) -> Vec<&'b Done<'a>> {
    let needs = |it: &&Done| it.mode.needs.iter().any(|need| need.0 == resource);
    let mut on: Vec<&Done> = done.iter().filter(needs).collect();
    on.sort_by_key(|it| (it.slot.start, it.lets_go, it.index));
    on
}
