//! Nobody overtakes on a line.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::{Board, Decisions};
use crate::general::model::Model;

/// When an operation may start so that nobody overtakes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) not_before: i64,
    /// The latest start, and the operation that starts then.
    pub(super) not_after: Option<(i64, u32)>,
}

impl Board {
    /// Whether a job that goes first in a line has yet to pass a stage that one of this cluster waits for.
    /// `is_done`: by cluster whether it has been placed, or has no place.
    pub(crate) fn waits_in_line(
        &self,
        model: &Model,
        decisions: &Decisions,
        cluster: u32,
        is_done: &[bool],
    ) -> bool {
        let waits_for = |first: u32| {
            let other = model.cluster_of[first as usize];
            other != cluster && !is_done[other as usize] && decisions.has(model, first)
        };
        model.clusters[cluster as usize].iter().any(|&operation| {
            let Some((line, stage, job)) = model.in_line[operation as usize] else { return false };
            let order = &self.line_order[line as usize];
            let stage = &model.lines[line as usize][stage as usize];
            match order.iter().position(|it| *it == job) {
                Some(place) => order[..place].iter().any(|job| waits_for(stage[*job as usize])),
                None => false,
            }
        })
    }

    /// When it is the turn of an operation that has no place yet.
    pub(super) fn turn(&self, model: &Model, operation: u32) -> Turn {
        let mut turn = Turn { not_before: i64::MIN, not_after: None };
        let Some((line, at, job)) = model.in_line[operation as usize] else { return turn };
        let stages = &model.lines[line as usize];
        let start = |stage: usize, job: u32| {
            let slot = self.slots[stages[stage][job as usize] as usize];
            slot.is_placed().then_some(slot.start)
        };
        let others = || (0..stages.len()).filter(|stage| *stage != at as usize);
        let own: Vec<(usize, i64)> =
            others().filter_map(|stage| Some((stage, start(stage, job)?))).collect();
        for (other, &there) in (0..).zip(&stages[at as usize]) {
            let slot = self.slots[there as usize];
            if other == job || !slot.is_placed() {
                continue;
            }
            for &(stage, mine) in &own {
                let Some(theirs) = start(stage, other) else { continue };
                if theirs < mine {
                    turn.not_before = turn.not_before.max(slot.start);
                }
                if mine < theirs && turn.not_after.is_none_or(|it| slot.start < it.0) {
                    turn.not_after = Some((slot.start, there));
                }
            }
            // Whoever comes later lines up behind those that have gone on.
            if own.is_empty() && others().any(|stage| start(stage, other).is_some()) {
                turn.not_before = turn.not_before.max(slot.start);
            }
        }
        turn
    }

    pub(super) fn line_up(&mut self, model: &Model, operation: u32) {
        let Some((line, 0, job)) = model.in_line[operation as usize] else { return };
        let start = self.slots[operation as usize].start;
        let first = &model.lines[line as usize][0];
        let order = &mut self.line_order[line as usize];
        let slots = &self.slots;
        let place = order.partition_point(|it| slots[first[*it as usize] as usize].start <= start);
        order.insert(place, job);
    }

    pub(super) fn leave_line(&mut self, model: &Model, operation: u32) {
        if let Some((line, 0, job)) = model.in_line[operation as usize] {
            self.line_order[line as usize].retain(|it| *it != job);
        }
    }
}
