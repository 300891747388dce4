//! What the end of a plan, or of a late job, waits for: back from it over what was only just in time, to the
//! operations that held a resource until another could begin (the critical path of a shop: van Laarhoven, Aarts &
//! Lenstra 1992).

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::Board;
use crate::places::{Model, View};
use crate::random::Random;
use crate::rules::On;

/// At most so many operations are looked at.
const LENGTH: usize = 200;

/// `held` had a resource until `waiting` could begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) waiting: u32,
    pub(crate) held: u32,
}

/// Blocks on one of the ways back from an end that costs something.
pub(crate) fn blocks(
    model: &Model,
    board: &Board,
    branches: &[u32],
    random: &mut Random,
) -> Vec<Block> {
    let view = View { model, places: &board.places, branches };
    let mut blocks = Vec::new();
    let mut seen = vec![false; model.instance.operations.len()];
    let Some(mut at) = last(model, board, random) else { return blocks };
    for _ in 0..LENGTH {
        seen[at as usize] = true;
        let mut ways = Vec::new();
        board.rules.waited_for(view, at, &mut ways);
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
                    && board.has_place(*it)
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
        let slot = board.places.slots[operation as usize];
        (slot.is_placed() && instance.operations[operation as usize].frozen.is_none())
            .then_some(slot.end)
    };
    let weights = &instance.objective.levels[0];
    if board.rules.minds_jobs(weights) && random.chance(80) {
        let late = (0..instance.jobs.len()).filter_map(|job| {
            let operations = instance.job_operations(job).iter().copied();
            let (end, last) = operations.filter_map(|it| Some((end(it)?, it))).max()?;
            board.rules.minds_end(weights, &instance.jobs[job], end).then_some(last)
        });
        let late: Vec<u32> = late.collect();
        if !late.is_empty() {
            return Some(late[random.below(late.len())]);
        }
    }
    let operations = 0..instance.operations.len() as u32;
    operations.filter_map(|it| Some((end(it)?, it))).max().map(|it| it.1)
}

/// Those that let go of something right before it begins, but for what has to lie between.
fn blockers(model: &Model, board: &Board, at: u32, ways: &mut Vec<u32>) {
    for (resource, it) in &board.places.occupied[at as usize] {
        let timeline = &board.places.timelines[*resource as usize];
        let on = On { instance: &model.instance, resource: *resource, timeline };
        board.rules.held_up_by(&board.places, on, it, ways);
    }
}
