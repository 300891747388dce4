//! Projects: successors, capacities and budgets. An activity is a job with the one operation 0, on
//! resource 0. It takes its demands in `[start, end)`, so one without duration takes nothing.

use super::super::answer::{Answer, AnswerOperation};
use super::super::instance::{ActivityMode, ProjectInstance};
use super::fault::FormatFault;
use super::{check_entry, check_precedence, in_order};

pub(super) fn verify(project: &ProjectInstance, answer: &Answer) -> Vec<FormatFault> {
    let mut faults = Vec::new();
    let count = project.activities.len();
    let number = |it: &AnswerOperation| (it.operation == 0).then_some(it.job as usize);
    let entries = in_order(answer, count, number, |job| (job as u32, 0), &mut faults);
    let mut done: Vec<(&AnswerOperation, &ActivityMode)> = Vec::with_capacity(count);
    for (activity, entry) in project.activities.iter().zip(&entries) {
        let Some(it) = entry else { continue };
        let Some(mode) = activity.modes.get(it.mode as usize) else {
            let AnswerOperation { job, operation, mode, .. } = **it;
            let modes = activity.modes.len();
            faults.push(FormatFault::UnknownMode { job, operation, mode, modes });
            continue;
        };
        check_entry(it, 0, mode.duration, &mut faults);
        done.push((it, mode));
    }
    for (activity, entry) in project.activities.iter().zip(&entries) {
        for &successor in &activity.successors {
            if let (Some(before), Some(Some(after))) = (entry, entries.get(successor as usize)) {
                check_precedence(before, after, &mut faults);
            }
        }
    }
    for (resource, &capacity) in project.capacities.iter().enumerate() {
        let demand = |mode: &ActivityMode| mode.renewable.get(resource).copied().unwrap_or(0);
        let taken = done.iter().map(|(it, mode)| (*it, demand(mode)));
        check_capacity(resource, capacity, taken, &mut faults);
    }
    for (resource, &budget) in project.budgets.iter().enumerate() {
        let demand = |mode: &ActivityMode| mode.nonrenewable.get(resource).copied().unwrap_or(0);
        let used: u64 = done.iter().map(|(_, mode)| u64::from(demand(mode))).sum();
        if u64::from(budget) < used {
            faults.push(FormatFault::OverBudget { resource, budget, used });
        }
    }
    faults
}

/// One fault for each time without a gap in which more is taken than there is, with the most that is taken.
fn check_capacity<'a>(
    resource: usize,
    capacity: u32,
    taken: impl Iterator<Item = (&'a AnswerOperation, u32)>,
    faults: &mut Vec<FormatFault>,
) {
    let mut changes: Vec<(i64, i64)> = Vec::new();
    for (it, amount) in taken.filter(|(it, amount)| 0 < *amount && it.start < it.end) {
        changes.push((it.start, i64::from(amount)));
        changes.push((it.end, -i64::from(amount)));
    }
    // What ends at a moment is given back before anything is taken.
    changes.sort_unstable();
    let mut level = 0_i64;
    let mut above: Option<(i64, i64)> = None;
    let mut changes = changes.into_iter().peekable();
    while let Some((at, change)) = changes.next() {
        level += change;
        if changes.peek().is_some_and(|next| next.0 == at) {
            continue;
        }
        above = match above {
            None if i64::from(capacity) < level => Some((at, level)),
            Some((from, most)) if i64::from(capacity) < level => Some((from, most.max(level))),
            Some((from, most)) => {
                let (taken, until) = (most as u64, at);
                faults.push(FormatFault::OverCapacity { resource, capacity, taken, from, until });
                None
            }
            None => None,
        };
    }
}
