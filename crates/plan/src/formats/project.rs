//! What must hold in a project besides its form: nothing waits for itself, and what is needed is there.

use std::fmt::Write as _;

use super::error::FormatError;
use super::instance::{ActivityMode, ProjectInstance};
use super::scan::Scan;

/// How many activities of a cycle, or of a clash, a message names.
const NAMED_MAX: usize = 8;

/// Where things stand in the text, for messages.
#[derive(Default)]
pub(super) struct Offsets {
    /// Per activity, the row with its successors.
    pub(super) successors: Vec<usize>,
    /// Per activity, the first row with its demands.
    pub(super) demands: Vec<usize>,
    /// Per nonrenewable resource.
    pub(super) budgets: Vec<usize>,
}

pub(super) fn check(
    scan: &Scan<'_>,
    project: &ProjectInstance,
    offsets: &Offsets,
) -> Result<(), FormatError> {
    for (index, activity) in project.activities.iter().enumerate() {
        if activity.successors.contains(&(index as u32)) {
            let place = scan.place_of(&offsets.successors, index);
            return Err(FormatError::OwnSuccessor { place, activity: index + 1 });
        }
        let clashes: Option<Vec<String>> =
            activity.modes.iter().enumerate().map(|(mode, it)| clash(project, mode, it)).collect();
        if let Some(clashes) = clashes {
            let clashes = clashes.join("; ");
            let place = scan.place_of(&offsets.demands, index);
            return Err(FormatError::Demand { place, activity: index + 1, clashes });
        }
    }
    if let Some(cycle) = cycle(project) {
        let first = cycle.first().copied().unwrap_or_default();
        let (place, activity) = (scan.place_of(&offsets.successors, first), first + 1);
        return Err(FormatError::Cycle { place, activity, path: path(&cycle) });
    }
    check_budgets(scan, project, offsets)
}

/// Why a mode cannot be: the first demand above what there is.
fn clash(project: &ProjectInstance, mode: usize, it: &ActivityMode) -> Option<String> {
    let kinds = [
        ('R', &it.renewable, &project.capacities, "capacity"),
        ('N', &it.nonrenewable, &project.budgets, "budget"),
    ];
    for (letter, demands, limits, word) in kinds {
        let above = demands.iter().zip(limits).position(|(demand, limit)| limit < demand);
        if let Some((resource, demand, limit)) =
            above.and_then(|at| Some((at + 1, demands.get(at)?, limits.get(at)?)))
        {
            let mode = mode + 1;
            return Some(format!(
                "mode {mode} needs {demand} of {letter} {resource}, whose {word} is {limit}"
            ));
        }
    }
    None
}

/// That each budget lasts when every activity takes the mode that needs least of it. Necessary; whether one
/// choice of modes keeps all budgets is for the search.
fn check_budgets(
    scan: &Scan<'_>,
    project: &ProjectInstance,
    offsets: &Offsets,
) -> Result<(), FormatError> {
    for (resource, &budget) in project.budgets.iter().enumerate() {
        let of_mode = |mode: &ActivityMode| mode.nonrenewable.get(resource).copied().unwrap_or(0);
        let mut least: Vec<(u32, usize)> = project
            .activities
            .iter()
            .enumerate()
            .map(|(index, it)| {
                let possible = it.modes.iter().filter(|mode| clash(project, 0, mode).is_none());
                (possible.map(of_mode).min().unwrap_or(0), index + 1)
            })
            .collect();
        let sum: u64 = least.iter().map(|(amount, _)| u64::from(*amount)).sum();
        if sum <= u64::from(budget) {
            continue;
        }
        least.sort_by_key(|(amount, activity)| (std::cmp::Reverse(*amount), *activity));
        let needing = least.iter().filter(|(amount, _)| 0 < *amount);
        let names: Vec<String> = needing
            .map(|(amount, activity)| format!("activity {activity} needs {amount}"))
            .collect();
        return Err(FormatError::Budget {
            place: scan.place_of(&offsets.budgets, resource),
            resource: format!("N {}", resource + 1),
            budget,
            least: sum,
            clashes: some_of(&names, ", "),
        });
    }
    Ok(())
}

/// Activities of which each is a successor of the one before, and the first of the last.
fn cycle(project: &ProjectInstance) -> Option<Vec<usize>> {
    let count = project.activities.len();
    let successors = |activity: usize| {
        project.activities.get(activity).into_iter().flat_map(|it| &it.successors)
    };
    let mut waits_for = vec![0_u32; count];
    for successor in (0..count).flat_map(successors) {
        *waits_for.get_mut(*successor as usize)? += 1;
    }
    let mut free: Vec<usize> = Vec::new();
    free.extend(waits_for.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|it| it.0));
    while let Some(activity) = free.pop() {
        for &successor in successors(activity) {
            let waits = waits_for.get_mut(successor as usize)?;
            *waits -= 1;
            if *waits == 0 {
                free.push(successor as usize);
            }
        }
    }
    // What still waits has a predecessor that still waits, so going back ends up on a cycle.
    let is_waiting = |activity: &usize| waits_for.get(*activity).is_some_and(|waits| 0 < *waits);
    let mut before = vec![None; count];
    for activity in (0..count).filter(is_waiting) {
        for &successor in successors(activity) {
            *before.get_mut(successor as usize)? = Some(activity);
        }
    }
    let back = |activity: usize| before.get(activity).copied().flatten();
    let mut start = (0..count).find(is_waiting)?;
    for _ in 0..count {
        start = back(start)?;
    }
    let mut cycle = vec![start];
    let mut at = back(start)?;
    while at != start {
        cycle.push(at);
        at = back(at)?;
    }
    cycle.reverse();
    let least = cycle.iter().enumerate().min_by_key(|(_, activity)| **activity)?.0;
    cycle.rotate_left(least);
    Some(cycle)
}

fn path(cycle: &[usize]) -> String {
    let names: Vec<String> = cycle.iter().map(|activity| (activity + 1).to_string()).collect();
    let mut path = some_of(&names, " -> ");
    if let Some(first) = names.first() {
        // Writing to a String cannot fail.
        let _ = write!(path, " -> {first}");
    }
    path
}

/// The first few, and how many more.
fn some_of(names: &[String], between: &str) -> String {
    let mut text =
        names.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(between);
    if NAMED_MAX < names.len() {
        let _ = write!(text, "{between}… ({} in all)", names.len());
    }
    text
}
