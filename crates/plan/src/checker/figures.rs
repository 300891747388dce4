//! What a plan costs, in all its parts.

use weft_model::Timestamp;

use super::view::View;
use super::{energy, setup};
use crate::problem::Cost;

pub(super) fn cost(view: &View) -> Cost {
    let mut cost = Cost::default();
    let mut last = view.problem.now;
    let mut ends: Vec<Option<Timestamp>> = vec![None; view.problem.jobs.len()];
    for (operation, it) in view.problem.operations.iter().enumerate() {
        match view.slot(operation) {
            None => cost.unplaced += usize::from(!view.is_absent(operation)),
            Some(slot) => {
                last = last.max(slot.end);
                if let Some(end) = ends.get_mut(it.job) {
                    *end = (*end).max(Some(slot.end));
                }
            }
        }
    }
    add_jobs(view, &ends, &mut cost);
    for it in setup::by_resource(view) {
        for it in it.changes {
            cost.setup_time += i128::from(it.time.get());
            cost.money += i128::from(it.cost);
        }
        if let Some(it) = it.cleaning {
            cost.setup_time += i128::from(it.time.get());
            last = last.max(it.end.unwrap_or(last));
        }
    }
    cost.makespan = last - view.problem.now;
    let power = energy::power(view);
    cost.money += modes_and_branches(view) + power.money;
    (cost.energy, cost.peak) = (power.energy, power.peak);
    cost.moved = moved(view);
    cost.weighted(&view.problem.objective)
}

/// A job without an operation in the plan adds nothing.
fn add_jobs(view: &View, ends: &[Option<Timestamp>], cost: &mut Cost) {
    for (job, end) in view.problem.jobs.iter().zip(ends) {
        let Some(end) = *end else { continue };
        let weight = i128::from(job.weight);
        let from_to = |from: Timestamp, to: Timestamp| weight * i128::from((to - from).get());
        cost.flow_time += from_to(job.release, end);
        if let Some(due) = job.due {
            cost.tardiness += from_to(due, end).max(0);
            cost.earliness += from_to(end, due).max(0);
        }
    }
}

fn modes_and_branches(view: &View) -> i128 {
    let modes: i128 = view.done().map(|it| i128::from(it.mode.cost)).sum();
    let chosen = view.problem.alternatives.iter().zip(&view.plan.branches);
    let branches: i128 = chosen
        .filter_map(|(it, branch)| it.branches.get(*branch))
        .map(|it| i128::from(it.cost))
        .sum();
    modes + branches
}

fn moved(view: &View) -> i128 {
    let previous = view.problem.previous.iter().enumerate();
    previous
        .filter(|(operation, _)| !view.is_frozen(*operation))
        .filter_map(|(operation, previous)| {
            let moved = view.slot(operation)?.start - (*previous)?.start;
            Some(i128::from(moved.get()).abs())
        })
        .sum()
}
