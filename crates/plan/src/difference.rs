//! What is different in another plan of the same problem: as data, and in words.

mod words;

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp};

use crate::breakdown::Measure;
use crate::problem::{Plan, Problem, Scheduled};

pub use words::Names;

/// From one plan to another. Indices are those of the lists in [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Operations that have a place in either plan.
    pub operations: usize,
    /// Operations that are in both but elsewhere: by operation.
    pub moves: Vec<Move>,
    /// Operations that only the first plan has.
    pub gone: Vec<usize>,
    /// Operations that only the second plan has.
    pub new: Vec<usize>,
    /// Resources on which operations that are there in both plans stand in another order: by resource.
    pub reordered: Vec<Reordered>,
    /// Jobs that end at another time, the largest change first.
    pub jobs: Vec<JobChange>,
    /// Parts of the cost that differ.
    pub cost: Vec<CostChange>,
    /// Operations without a place before and after.
    pub unplaced: (usize, usize),
    /// For each level of the objective the sum before and after.
    pub levels: [(i128, i128); crate::LEVELS],
}

/// An operation that is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Which one.
    pub operation: usize,
    /// How much later it starts; below zero when it starts earlier.
    pub by: Millis,
    /// Resources that it no longer needs, and those that it needs instead.
    pub resources: Option<(Vec<usize>, Vec<usize>)>,
}

/// Another order on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reordered {
    /// Which resource.
    pub resource: usize,
    /// The fewest operations that have to change places to get from one order to the other, by their new start.
    pub operations: Vec<usize>,
}

/// A job that ends at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobChange {
    /// Which job.
    pub job: usize,
    /// When it ended; `None` when nothing of it was in the plan.
    pub before: Option<Timestamp>,
    /// When it ends now.
    pub after: Option<Timestamp>,
    /// Whether it was late, and whether it is now.
    pub late: (bool, bool),
}

/// A part of the cost that differs, in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostChange {
    /// Which part.
    pub measure: Measure,
    /// How much it was.
    pub before: i128,
    /// How much it is.
    pub after: i128,
}

/// What changes from one plan to another of the same problem.
pub fn difference(problem: &Problem, before: &Plan, after: &Plan) -> Difference {
    let cost = (crate::checker::cost(problem, before), crate::checker::cost(problem, after));
    let mut found =
        Difference { unplaced: (cost.0.unplaced, cost.1.unplaced), ..Difference::default() };
    for (levels, sums) in found.levels.iter_mut().zip(cost.0.levels.iter().zip(&cost.1.levels)) {
        *levels = (*sums.0, *sums.1);
    }
    for operation in 0..problem.operations.len() {
        match (slot(before, operation), slot(after, operation)) {
            (None, None) => continue,
            (Some(_), None) => found.gone.push(operation),
            (None, Some(_)) => found.new.push(operation),
            (Some(one), Some(other)) => {
                let it = Move {
                    operation,
                    by: other.start - one.start,
                    resources: resources(problem, operation, one.mode, other.mode),
                };
                if it.by != Millis::ZERO || it.resources.is_some() || one.mode != other.mode {
                    found.moves.push(it);
                }
            }
        }
        found.operations += 1;
    }
    found.reordered = reordered(problem, before, after);
    found.jobs = job_changes(problem, before, after);
    let measures = Measure::ALL.into_iter().map(|measure| CostChange {
        measure,
        before: measure.amount(&cost.0),
        after: measure.amount(&cost.1),
    });
    found.cost = measures.filter(|it| it.before != it.after).collect();
    found
}

impl Difference {
    /// Whether both plans are the same but for what takes no part in either.
    pub fn is_none(&self) -> bool {
        self.moves.is_empty() && self.gone.is_empty() && self.new.is_empty() && self.cost.is_empty()
    }
}

fn slot(plan: &Plan, operation: usize) -> Option<Scheduled> {
    plan.operations.get(operation).copied().flatten()
}

/// `None` when both modes need the same.
fn resources(
    problem: &Problem,
    operation: usize,
    one: usize,
    other: usize,
) -> Option<(Vec<usize>, Vec<usize>)> {
    let needs = |mode: usize| -> Vec<usize> {
        let mode = problem.operations.get(operation).and_then(|it| it.modes.get(mode));
        mode.map_or_else(Vec::new, |it| it.needs.iter().map(|need| need.0).collect())
    };
    let (one, other) = (needs(one), needs(other));
    let without = |these: &[usize], those: &[usize]| -> Vec<usize> {
        these.iter().copied().filter(|it| !those.contains(it)).collect()
    };
    let (from, to) = (without(&one, &other), without(&other, &one));
    (!from.is_empty() || !to.is_empty()).then_some((from, to))
}

fn reordered(problem: &Problem, before: &Plan, after: &Plan) -> Vec<Reordered> {
    let mut on: BTreeMap<usize, Vec<(Scheduled, Scheduled, usize)>> = BTreeMap::new();
    for (operation, it) in problem.operations.iter().enumerate() {
        let (Some(one), Some(other)) = (slot(before, operation), slot(after, operation)) else {
            continue;
        };
        let needs = |slot: Scheduled| it.modes.get(slot.mode).map_or(&[][..], |it| &it.needs);
        for need in needs(one) {
            if needs(other).iter().any(|other| other.0 == need.0) {
                on.entry(need.0).or_default().push((one, other, operation));
            }
        }
    }
    let all = on.into_iter().map(|(resource, mut on)| {
        on.sort_by_key(|it| (it.0.start, it.0.end, it.2));
        let mut now: Vec<usize> = (0..on.len()).collect();
        let key = |it: &usize| on.get(*it).map(|it| (it.1.start, it.1.end));
        // Those that start together keep the order that they had.
        now.sort_by_key(|it| (key(it), *it));
        let stay = longest_rise(&now);
        let moved = now.iter().filter(|it| stay.binary_search(it).is_err());
        let operations = moved.filter_map(|it| on.get(*it)).map(|it| it.2).collect();
        Reordered { resource, operations }
    });
    all.filter(|it| !it.operations.is_empty()).collect()
}

/// A longest increasing part of a list of different numbers, by patience sorting (Schensted 1961).
fn longest_rise(list: &[usize]) -> Vec<usize> {
    // The last card of each pile; by card the one on the pile before when it was laid.
    let mut piles: Vec<usize> = Vec::new();
    let mut below: BTreeMap<usize, usize> = BTreeMap::new();
    for &card in list {
        let pile = piles.partition_point(|top| *top < card);
        if let Some(before) = pile.checked_sub(1).and_then(|it| piles.get(it)) {
            below.insert(card, *before);
        }
        match piles.get_mut(pile) {
            Some(top) => *top = card,
            None => piles.push(card),
        }
    }
    let mut rise = Vec::new();
    let mut at = piles.last().copied();
    while let Some(card) = at {
        rise.push(card);
        at = below.get(&card).copied();
    }
    rise.reverse();
    rise
}

/// Jobs that end at another time, the largest change first.
pub(crate) fn job_changes(problem: &Problem, before: &Plan, after: &Plan) -> Vec<JobChange> {
    let (before, after) = (ends(problem, before), ends(problem, after));
    let all = problem.jobs.iter().enumerate().map(|(job, it)| {
        let (before, after) = (before.get(&job).copied(), after.get(&job).copied());
        let is_late = |end: Option<Timestamp>| it.due.zip(end).is_some_and(|it| it.0 < it.1);
        JobChange { job, before, after, late: (is_late(before), is_late(after)) }
    });
    let mut changed: Vec<JobChange> = all.filter(|it| it.before != it.after).collect();
    changed.sort_by_key(|it| (it.by().map(|by| -by.get().abs()), it.job));
    changed
}

/// By job the end of the last of its operations that is in the plan.
pub(crate) fn ends(problem: &Problem, plan: &Plan) -> BTreeMap<usize, Timestamp> {
    let mut ends: BTreeMap<usize, Timestamp> = BTreeMap::new();
    for (it, slot) in problem.operations.iter().zip(&plan.operations) {
        if let Some(slot) = slot {
            let end = ends.entry(it.job).or_insert(slot.end);
            *end = slot.end.max(*end);
        }
    }
    ends
}

impl JobChange {
    /// How much later it ends; below zero when it ends earlier.
    pub fn by(&self) -> Option<Millis> {
        Some(self.after? - self.before?)
    }
}

#[cfg(test)]
mod tests;
