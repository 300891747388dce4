//! What the end of a plan, or of a late job, waits for: back from it over what was only just in time, to the
//! operations that held a resource until another could begin (the critical path of a shop: van Laarhoven, Aarts &
//! Lenstra 1992).

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::Board;
use crate::general::model::Model;
use crate::problem::Point;
use crate::random::Random;

/// At most so many operations are looked at.
const LENGTH: usize = 200;

/// `held` had a resource until `waiting` could begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) waiting: u32,
    pub(crate) held: u32,
}

/// Blocks on one of the ways back from an end that costs something.
pub(crate) fn blocks(model: &Model, board: &Board, random: &mut Random) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut seen = vec![false; model.instance.operations.len()];
    let Some(mut at) = last(model, board, random) else { return blocks };
    for _ in 0..LENGTH {
        seen[at as usize] = true;
        let mut ways = Vec::new();
        before(model, board, at, &mut ways);
        let own = ways.len();
        blockers(model, board, at, &mut ways);
        for &held in &ways[own..] {
            let is_other = model.cluster_of[held as usize] != model.cluster_of[at as usize];
            let is_free = model.instance.operations[held as usize].frozen.is_none();
            if is_other && is_free {
                blocks.push(Block { waiting: at, held });
            }
        }
        ways.retain(|it| !seen[*it as usize]);
        if ways.is_empty() {
            // Something that it is tied to keeps it from beginning sooner.
            let tied = model.after[at as usize].iter().map(|it| it.other);
            ways.extend(tied.filter(|it| {
                model.cluster_of[*it as usize] == model.cluster_of[at as usize]
                    && board.slots[*it as usize].is_placed()
                    && !seen[*it as usize]
            }));
        }
        if ways.is_empty() {
            break;
        }
        at = ways[random.below(ways.len())];
    }
    blocks
}

/// The last operation of all, or of a late job.
fn last(model: &Model, board: &Board, random: &mut Random) -> Option<u32> {
    let instance = &model.instance;
    let end = |operation: u32| {
        let slot = board.slots[operation as usize];
        (slot.is_placed() && instance.operations[operation as usize].frozen.is_none())
            .then_some(slot.end)
    };
    let weights = instance.objective.levels[0];
    if (0 < weights.tardiness || 0 < weights.flow_time) && random.chance(80) {
        let late = (0..instance.jobs.len()).filter_map(|job| {
            let operations = instance.job_operations(job).iter().copied();
            let (end, last) = operations.filter_map(|it| Some((end(it)?, it))).max()?;
            let is_late = instance.jobs[job].due.is_some_and(|due| due < end);
            (is_late || 0 < weights.flow_time).then_some(last)
        });
        let late: Vec<u32> = late.collect();
        if !late.is_empty() {
            return Some(late[random.below(late.len())]);
        }
    }
    let operations = 0..instance.operations.len() as u32;
    operations.filter_map(|it| Some((end(it)?, it))).max().map(|it| it.1)
}

/// Those before it that it begins right after.
fn before(model: &Model, board: &Board, at: u32, ways: &mut Vec<u32>) {
    let slot = board.slots[at as usize];
    let calendar = model.instance.calendar(slot.mode);
    for tie in &model.before[at as usize] {
        let Some(from) = board.instant(tie.other, tie.from) else { continue };
        let to = if tie.to == Point::Start { slot.start } else { slot.end };
        if calendar.work_between(from + tie.min, to) == 0 {
            ways.push(tie.other);
        }
    }
}

/// Those that let go of something right before it begins, but for a setup.
fn blockers(model: &Model, board: &Board, at: u32, ways: &mut Vec<u32>) {
    let slot = board.slots[at as usize];
    for &(resource, it) in &board.occupied[at as usize] {
        let calendar = model.instance.resource_calendar(resource as usize);
        if let Some(sequence) = board.timelines[resource as usize].sequence() {
            // What is stored is held by nobody.
            if let Some((other, setup)) = sequence.right_before(&it)
                && (other.holder as usize) < board.slots.len()
                && calendar.work_between(other.lets_go, it.start) <= setup
            {
                ways.push(other.holder);
            }
        } else {
            let others = board.occupied.iter().flatten();
            let on_it = others.filter(|other| other.0 == resource).map(|other| other.1);
            let ends = on_it.filter(|other| other.lets_go == slot.start);
            ways.extend(ends.map(|other| other.holder));
        }
    }
}
