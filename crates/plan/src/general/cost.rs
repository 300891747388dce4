//! What a board costs, part by part.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use weft_model::Millis;

use crate::general::board::{Board, Decisions};
use crate::general::model::Model;
use crate::general::power;
use crate::general::timeline::{Occupation, setup_between};
use crate::instance::NEVER;
use crate::problem::{Cost, Setups};
use crate::rules::{earliness, flow_time, tardiness};

/// Counts everything; operations of branches that are not done are absent.
pub(crate) fn cost(model: &Model, decisions: &Decisions, board: &Board) -> Cost {
    let instance = &model.instance;
    let mut cost = Cost::default();
    let mut job_end = vec![-NEVER; instance.jobs.len()];
    let mut last = instance.now;
    let mut money = 0;
    for (index, (slot, it)) in board.slots.iter().zip(&instance.operations).enumerate() {
        if !slot.is_placed() {
            cost.unplaced += usize::from(Board::is_present(model, decisions, index as u32));
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
    for (costs, branch) in model.branch_costs.iter().zip(&decisions.branch) {
        money += i128::from(costs[*branch as usize]);
    }
    for (resource, timeline) in board.timelines.iter().enumerate() {
        let Some(setups) = &instance.setups[resource] else { continue };
        let set_up = set_up(setups, timeline.held());
        cost.setup_time += set_up.time;
        money += set_up.money;
        if let Some(end) = timeline.held().last().map(|it| it.end) {
            let calendar = instance.resource_calendar(resource);
            let cleaned = calendar.after_work(end, set_up.last);
            last = last.max(cleaned.filter(|_| 0 < set_up.last).unwrap_or(end));
        }
    }
    if !model.power.is_idle {
        let used = power::used(model, board);
        cost.energy = used.watt_hours;
        cost.peak = used.peak;
        money += used.money;
    }
    cost.money = money;
    cost.makespan = Millis::new(last - instance.now);
    cost.weighted(&instance.objective)
}

/// The setups of one resource.
struct SetUp {
    time: i128,
    money: i128,
    /// The cleaning after the last operation.
    last: i64,
}

fn set_up(setups: &Setups, held: &[Occupation]) -> SetUp {
    let mut sum = SetUp { time: 0, money: 0, last: 0 };
    let price = |from: usize, to: usize| {
        setups.cost.get(from).and_then(|row| row.get(to)).map_or(0, |it| i128::from(*it))
    };
    let mut before: Option<&Occupation> = None;
    for it in held.iter().filter(|it| it.states.is_some()) {
        let Some((needed, _)) = it.states else { continue };
        match before.and_then(|before| Some((before, before.states?))) {
            Some((before, _)) if before.start == it.start && before.end == it.end => {}
            Some((before, (_, left))) => {
                sum.time += i128::from(setup_between(Some(setups), before, it));
                sum.money += price(left, needed);
            }
            None => {
                if let Some(initial) = setups.initial {
                    sum.time += i128::from(setups.time[initial][needed].get());
                    sum.money += price(initial, needed);
                }
            }
        }
        before = Some(it);
    }
    if let Some((_, left)) = before.and_then(|it| it.states)
        && let Some(last) = setups.last.get(left)
    {
        sum.last = last.get();
        sum.time += i128::from(sum.last);
    }
    sum
}
