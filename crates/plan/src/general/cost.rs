//! What a board costs, part by part.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::Board;
use crate::instance::Slot;
use crate::places::{Model, View};
use crate::problem::Cost;
use crate::rules::{Ends, Tally};

impl Model {
    /// What a plan costs in all its parts.
    pub(crate) fn cost_of(&self, slots: &[Slot], branches: &[u32]) -> Cost {
        cost(self, branches, &Board::of(self, slots))
    }
}

/// Counts everything; operations of branches that are not done are absent.
pub(crate) fn cost(model: &Model, branches: &[u32], board: &Board) -> Cost {
    let instance = &model.instance;
    let at = View { model, places: &board.places, branches };
    let mut ends = Ends { last: instance.now, of_job: vec![None; instance.jobs.len()] };
    let mut tally = Tally::default();
    let each = board.places.slots.iter().zip(&instance.operations);
    for (operation, (slot, it)) in (0..).zip(each) {
        if slot.is_placed() {
            let of_job = &mut ends.of_job[it.job as usize];
            *of_job = (*of_job).max(Some(slot.end));
            ends.last = ends.last.max(slot.end);
        } else {
            tally.cost.unplaced += usize::from(at.has(operation));
        }
    }
    board.rules.cost(at, &ends, &mut tally);
    tally.total().weighted(&instance.objective)
}
