//! What a plan costs at least while some of it has yet to be placed.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::{Board, Decisions};
use crate::instance::NEVER;
use crate::places::Model;
use crate::problem::{Cost, Weights};

/// The parts of the first level that only grow with the ends: of the plan and of its jobs.
#[derive(Debug)]
pub(crate) struct Partial {
    unplaced: usize,
    last: i64,
    job_end: Vec<i64>,
    /// What their ends add to the level.
    jobs: i128,
    weights: Weights,
    now: i64,
    limit: Cost,
    /// Whether what follows an operation is sure to be in the plan.
    with_tails: bool,
}

impl Partial {
    /// Counts what has been placed already; `None` when the other parts may be less than nothing.
    pub(crate) fn new(
        model: &Model,
        decisions: &Decisions,
        tails: &[i64],
        limit: Cost,
        placed: &[(u32, u32)],
        board: &Board,
    ) -> Option<Self> {
        let instance = &model.instance;
        let weights = instance.objective.levels[0];
        if model.rules.may_earn(instance, &weights) {
            return None;
        }
        let mut partial = Self {
            unplaced: 0,
            last: instance.now,
            job_end: vec![-NEVER; instance.jobs.len()],
            jobs: 0,
            weights,
            now: instance.now,
            limit,
            with_tails: limit.unplaced == 0 && !tails.is_empty(),
        };
        // A job that facts have ended before its release has a flow time below nothing.
        for (slot, it) in board.places.slots.iter().zip(&instance.operations) {
            if it.frozen.is_some() {
                partial.end(model, it.job, slot.end, 0);
            }
        }
        for &(cluster, _) in placed {
            partial.add(model, decisions, tails, cluster, board);
        }
        Some(partial)
    }

    /// Counts a cluster that has just been placed.
    pub(crate) fn add(
        &mut self,
        model: &Model,
        decisions: &Decisions,
        tails: &[i64],
        cluster: u32,
        board: &Board,
    ) {
        for &operation in &model.clusters[cluster as usize] {
            let slot = board.places.slots[operation as usize];
            let it = &model.instance.operations[operation as usize];
            if it.frozen.is_some() {
                continue;
            }
            if slot.is_placed() {
                let tail = if self.with_tails { tails[operation as usize] } else { 0 };
                self.end(model, it.job, slot.end, tail);
            } else {
                self.unplaced += usize::from(decisions.has(model, operation));
            }
        }
    }

    /// Whether the whole plan costs more than the limit, whatever else is in it.
    pub(crate) fn is_over(&self, model: &Model) -> bool {
        let least = model.rules.of_makespan(&self.weights, self.last - self.now) + self.jobs;
        (self.limit.unplaced, self.limit.levels[0]) < (self.unplaced, least)
    }

    fn end(&mut self, model: &Model, job: u32, end: i64, tail: i64) {
        self.last = self.last.max(end.saturating_add(tail));
        let known = self.job_end[job as usize];
        if known < end {
            self.jobs += self.of_job(model, job, end) - self.of_job(model, job, known);
            self.job_end[job as usize] = end;
        }
    }

    fn of_job(&self, model: &Model, job: u32, end: i64) -> i128 {
        if end == -NEVER {
            return 0;
        }
        model.rules.of_job(&self.weights, &model.instance.jobs[job as usize], end)
    }
}
