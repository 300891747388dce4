//! What a board costs, part by part.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use weft_model::Millis;

use crate::general::board::Board;
use crate::general::model::Model;
use crate::general::power;
use crate::instance::{NEVER, Slot};
use crate::problem::Cost;
use crate::rules::{earliness, flow_time, tardiness};

impl Model {
    /// What a plan costs in all its parts.
    pub(crate) fn cost_of(&self, slots: &[Slot], branches: &[u32]) -> Cost {
        cost(self, branches, &Board::of(self, slots))
    }
}

/// Counts everything; operations of branches that are not done are absent.
pub(crate) fn cost(model: &Model, branches: &[u32], board: &Board) -> Cost {
    let instance = &model.instance;
    let mut cost = Cost::default();
    let mut job_end = vec![-NEVER; instance.jobs.len()];
    let mut last = instance.now;
    let mut money = 0;
    for (index, (slot, it)) in board.slots.iter().zip(&instance.operations).enumerate() {
        if !slot.is_placed() {
            cost.unplaced += usize::from(model.has(branches, index as u32));
            continue;
        }
        let end = &mut job_end[it.job as usize];
        *end = slot.end.max(*end);
        last = last.max(slot.end);
        money += i128::from(instance.modes[slot.mode as usize].cost);
        if let Some(previous) = model.previous[index].filter(|_| it.frozen.is_none()) {
            cost.moved += i128::from((slot.start - previous).abs());
        }
    }
    for (job, end) in instance.jobs.iter().zip(job_end).filter(|it| it.1 != -NEVER) {
        cost.flow_time += flow_time::cost(end, job.release, job.weight);
        cost.tardiness += tardiness::cost(end, job.due, job.weight);
        cost.earliness += earliness::cost(end, job.due, job.weight);
    }
    for (costs, branch) in instance.branch_costs.iter().zip(branches) {
        money += i128::from(costs[*branch as usize]);
    }
    for (resource, timeline) in board.timelines.iter().enumerate() {
        let Some(sequence) = timeline.sequence() else { continue };
        let set_up = sequence.set_up(instance.resource_calendar(resource));
        cost.setup_time += set_up.time;
        money += set_up.money;
        last = last.max(set_up.cleaned.unwrap_or(last));
    }
    if model.is_powered {
        let used = power::used(model, board);
        cost.energy = used.watt_hours;
        cost.peak = used.peak;
        money += used.money;
    }
    cost.money = money;
    cost.makespan = Millis::new(last - instance.now);
    cost.weighted(&instance.objective)
}
