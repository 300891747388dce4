//! Threshold accepting over the decisions (Dueck & Scheuer 1990), in rounds of growing length: a neighbour is taken
//! when it costs no more than the plan did, or not much more than the best one; each round begins there.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use crate::bound::Bound;
use crate::general::board::{ANY_MODE, Board, Decisions};
use crate::general::cost::cost;
use crate::general::moves::{Neighbour, Source, Worth};
use crate::general::partial::Partial;
use crate::instance::Slot;
use crate::list::construct;
use crate::places::{Model, View};
use crate::problem::{Cost, Plan};
use crate::random::Random;
use crate::strategy::Strategy;

/// So many steps are in the first round; each has twice as many as the one before.
const FIRST_ROUND: u64 = 400;
/// At the beginning of a round a neighbour may cost so much more than the best plan; at the end nothing.
const TOLERANCE: f64 = 0.02;

/// A search in progress.
#[derive(Debug)]
pub(crate) struct GeneralSearch {
    model: Arc<Model>,
    random: Random,
    decisions: Decisions,
    cost: Cost,
    board: Board,
    /// Clusters in the order in which they were placed, with the place in the order at which that was.
    placed: Vec<(u32, u32)>,
    /// By cluster whether it has been placed, or as much of it as has a place.
    is_done: Vec<bool>,
    best: Best,
    steps: u64,
    round_began: u64,
    round_steps: u64,
    worth: Worth,
    /// By operation the least time from its end to the end of all that follow; empty when it is not known.
    tails: Vec<i64>,
}

#[derive(Debug)]
struct Best {
    cost: Cost,
    slots: Vec<Slot>,
    branch: Vec<u32>,
    /// What was decided for it, or nearly so when it was given.
    decisions: Decisions,
}

impl GeneralSearch {
    /// Begins with the best of several priority orders, or with the order of a given plan when that is no
    /// worse.
    pub(crate) fn new(
        model: Arc<Model>,
        bound: &Bound,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Self {
        let instance = Arc::clone(&model.instance);
        let mut search = Self::idle(model, seed);
        search.tails.clone_from(&bound.tails);
        let mut starts = warm_start.map_or(Vec::new(), |plan| search.decisions_of(plan).to_vec());
        for order in construct::orders(&instance, bound) {
            let order = search.clusters_in(order.iter().copied());
            starts.push(Decisions { order, ..search.decisions.clone() });
        }
        search.begin(starts);
        search
    }

    /// Begins with the given plan, mended; nothing better is looked for.
    pub(crate) fn mended(model: Arc<Model>, plan: &Plan) -> Self {
        let mut search = Self::idle(model, 0);
        let starts = search.decisions_of(plan).to_vec();
        search.begin(starts);
        search
    }

    /// Nothing is placed yet.
    fn idle(model: Arc<Model>, seed: u64) -> Self {
        let count = model.instance.operations.len();
        let decisions = Decisions {
            order: Vec::new(),
            mode: vec![ANY_MODE; count],
            delay: vec![i64::MIN; count],
            branch: model.fixed_branch.iter().map(|it| it.unwrap_or(0)).collect(),
        };
        let board = Board::new(&model);
        Self {
            best: Best {
                cost: Cost::default(),
                slots: board.places.slots.clone(),
                branch: decisions.branch.clone(),
                decisions: decisions.clone(),
            },
            random: Random::new(seed),
            cost: Cost::default(),
            placed: Vec::new(),
            is_done: vec![false; model.clusters.len()],
            steps: 0,
            round_began: 0,
            round_steps: FIRST_ROUND,
            worth: Worth::new(&model),
            tails: Vec::new(),
            decisions,
            board,
            model,
        }
    }

    /// Goes on from the best of several starts.
    fn begin(&mut self, starts: Vec<Decisions>) {
        let mut best: Option<(Cost, Decisions)> = None;
        for start in starts {
            self.decode(start, 0);
            if best.as_ref().is_none_or(|best| self.cost < best.0) {
                best = Some((self.cost, self.decisions.clone()));
                self.remember();
            }
        }
        if let Some((_, best)) = best {
            self.decode(best, 0);
        }
    }

    /// Clusters in the order of their first operations, each after those before it; those of facts go first.
    fn clusters_in(&self, operations: impl Iterator<Item = u32>) -> Vec<u32> {
        let clusters = self.model.clusters.len();
        let mut rank = vec![u32::MAX; clusters];
        for (index, operation) in operations.enumerate() {
            let cluster = self.model.cluster_of[operation as usize] as usize;
            rank[cluster] = rank[cluster].min(1 + index as u32);
        }
        for (cluster, operations) in self.model.clusters.iter().enumerate() {
            let is_fact = |it: &u32| self.model.instance.operations[*it as usize].frozen.is_some();
            if operations.iter().any(is_fact) {
                rank[cluster] = 0;
            }
        }
        self.model.order_by(&rank)
    }

    /// What a plan decided, as far as it still holds: with everything as soon as it can be, and no sooner than
    /// the plan has it.
    fn decisions_of(&self, plan: &Plan) -> [Decisions; 2] {
        let operations = &self.model.instance.operations;
        let mut soon = self.decisions.clone();
        soon.mode.fill(ANY_MODE);
        soon.delay.fill(i64::MIN);
        let mut as_planned = soon.delay.clone();
        let mut places = Vec::new();
        for (index, it) in operations.iter().enumerate() {
            let Some(slot) = plan.operations.get(index).copied().flatten() else { continue };
            places.push((slot.start, slot.end, index as u32));
            as_planned[index] = slot.start.as_millis();
            let mode = it.first_mode as usize + slot.mode;
            if mode < it.last_mode as usize {
                soon.mode[index] = mode as u32;
            }
        }
        let given = plan.branches.iter().zip(&self.model.instance.branch_costs);
        for ((branch, fixed), (given, costs)) in
            soon.branch.iter_mut().zip(&self.model.fixed_branch).zip(given)
        {
            if *given < costs.len() && fixed.is_none() {
                *branch = *given as u32;
            }
        }
        places.sort_unstable();
        soon.order = self.clusters_in(places.into_iter().map(|it| it.2));
        [soon.clone(), Decisions { delay: as_planned, ..soon }]
    }

    /// Places everything from a place of the order on by these decisions; what stands before it is the same
    /// as on the board.
    fn decode(&mut self, decisions: Decisions, from: usize) {
        self.decode_within(decisions, from, None);
    }

    /// The same, but stops and says `false` as soon as the plan is sure to cost more than a limit.
    fn decode_within(&mut self, decisions: Decisions, from: usize, limit: Option<Cost>) -> bool {
        self.unwind(from);
        self.decisions = decisions;
        let from = from.min(self.decisions.order.len());
        let (earlier, later) = self.decisions.order.split_at(from);
        let waits = |it: &u32| !self.is_done[*it as usize];
        let mut waiting: Vec<u32> = earlier.iter().copied().filter(waits).collect();
        let mut partial = limit.and_then(|limit| {
            Partial::new(
                &self.model,
                &self.decisions,
                &self.tails,
                limit,
                &self.placed,
                &self.board,
            )
        });
        for (at, cluster) in (from as u32..).zip(later.to_vec()) {
            waiting.push(cluster);
            while let Some(next) = waiting.iter().position(|it| self.is_ready(*it)) {
                let cluster = waiting.remove(next);
                self.place(cluster, at);
                if let Some(partial) = &mut partial {
                    partial.add(&self.model, &self.decisions, &self.tails, cluster, &self.board);
                    if partial.is_over(&self.model) {
                        return false;
                    }
                }
            }
        }
        // These wait for each other: so none of them does.
        for cluster in waiting {
            self.place(cluster, self.decisions.order.len() as u32);
        }
        self.cost = cost(&self.model, &self.decisions.branch, &self.board);
        true
    }

    /// Takes away all that was placed at this place of the order or later.
    fn unwind(&mut self, from: usize) {
        while let Some(&(cluster, at)) = self.placed.last()
            && from as u32 <= at
        {
            self.placed.pop();
            self.is_done[cluster as usize] = false;
            self.board.remove(&self.model, cluster);
        }
    }

    /// Whether all that it comes after has been placed, or has no place.
    fn is_ready(&self, cluster: u32) -> bool {
        let mut before = self.model.clusters_before[cluster as usize].iter();
        let (model, places) = (&self.model, &self.board.places);
        let at = View { model, places, branches: &self.decisions.branch };
        before.all(|it| self.is_done[*it as usize])
            && !self.board.rules.waits(at, cluster, &self.is_done)
    }

    fn place(&mut self, cluster: u32, at: u32) {
        self.board.place(&self.model, &self.decisions, cluster);
        self.placed.push((cluster, at));
        self.is_done[cluster as usize] = true;
    }

    fn remember(&mut self) {
        self.best = Best {
            cost: self.cost,
            slots: self.board.places.slots.clone(),
            branch: self.decisions.branch.clone(),
            decisions: self.decisions.clone(),
        };
    }

    fn step(&mut self) {
        self.steps += 1;
        if self.round_began + self.round_steps < self.steps {
            (self.round_began, self.round_steps) = (self.steps, 2 * self.round_steps);
            self.decode(self.best.decisions.clone(), 0);
        }
        let mut source = Source {
            model: &self.model,
            board: &self.board,
            decisions: &self.decisions,
            random: &mut self.random,
        };
        let clusters = self.model.clusters.len();
        let (neighbour, kind) = source.neighbour(&self.worth);
        let Some(Neighbour { decisions, from, kind }) = neighbour else {
            return self.worth.note(kind, 0.0, 0, clusters);
        };
        let before = Before {
            cost: self.cost,
            slots: self.board.places.slots.clone(),
            first: self.placed.partition_point(|it| it.1 < from as u32),
            placed: self.placed.clone(),
            decisions: self.decisions.clone(),
        };
        let limit = self.tolerated().max(before.cost);
        let is_whole = self.decode_within(decisions, from, Some(limit));
        let effort = self.placed.len() - before.first;
        if is_whole && self.cost <= limit {
            let mut gain = f64::from(u8::from(self.cost < before.cost));
            if self.cost < self.best.cost {
                gain += 2.0;
                self.remember();
            }
            self.worth.note(kind, gain, effort, clusters);
        } else {
            self.worth.note(kind, 0.0, effort, clusters);
            self.restore(before, from);
        }
    }

    /// What a neighbour may cost: as much as the best plan, and a little more in the first level that counts.
    fn tolerated(&self) -> Cost {
        let mut cost = self.best.cost;
        let left = 1.0 - (self.steps - self.round_began) as f64 / self.round_steps as f64;
        let share = TOLERANCE * left * left;
        if let Some(level) = cost.levels.iter_mut().find(|it| **it != 0) {
            *level += (level.unsigned_abs() as f64 * share) as i128;
        }
        cost
    }

    /// Puts everything back where it was.
    fn restore(&mut self, before: Before, from: usize) {
        self.unwind(from);
        for &(cluster, at) in &before.placed[before.first..] {
            for &operation in &self.model.clusters[cluster as usize] {
                let slot = before.slots[operation as usize];
                if slot.is_placed() && !self.board.has_place(operation) {
                    self.board.put(&self.model, operation, slot);
                }
            }
            self.placed.push((cluster, at));
            self.is_done[cluster as usize] = true;
        }
        self.decisions = before.decisions;
        self.cost = before.cost;
    }
}

#[cfg(test)]
impl GeneralSearch {
    /// Where operations stand that are placed in this order, each as soon as it can be.
    pub(crate) fn in_order(model: Arc<Model>, order: &[u32], branch: &[u32]) -> Vec<Slot> {
        let mut search = Self::idle(model, 0);
        let order = search.clusters_in(order.iter().copied());
        let decisions = Decisions { order, branch: branch.to_vec(), ..search.decisions.clone() };
        search.decode(decisions, 0);
        search.board.places.slots
    }
}

/// What there was before a neighbour was tried.
#[derive(Debug)]
struct Before {
    cost: Cost,
    slots: Vec<Slot>,
    placed: Vec<(u32, u32)>,
    /// Index of the first of these that the neighbour places anew.
    first: usize,
    decisions: Decisions,
}

impl Strategy for GeneralSearch {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        for _ in 0..steps {
            if !go_on() {
                break;
            }
            self.step();
        }
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn cost(&self) -> Cost {
        self.best.cost
    }

    fn slots(&self) -> Vec<Slot> {
        self.best.slots.clone()
    }

    fn branches(&self) -> Vec<u32> {
        self.best.branch.clone()
    }

    fn is_exhausted(&self) -> bool {
        self.decisions.order.is_empty() && self.decisions.branch.is_empty()
    }

    fn offer(&mut self, slots: &[Slot], branches: &[u32]) {
        let cost = self.model.cost_of(slots, branches);
        let mut decisions = self.decisions.clone();
        decisions.branch.copy_from_slice(branches);
        if cost < self.best.cost {
            self.best = Best {
                cost,
                slots: slots.to_vec(),
                branch: branches.to_vec(),
                decisions: decisions.clone(),
            };
        }
        let mut places: Vec<(i64, i64, u32)> = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            decisions.mode[index] = slot.mode;
            decisions.delay[index] = i64::MIN;
            if slot.is_placed() {
                places.push((slot.start, slot.end, index as u32));
            }
        }
        places.sort_unstable();
        decisions.order = self.clusters_in(places.into_iter().map(|it| it.2));
        let (own, own_cost) = (self.decisions.clone(), self.cost);
        let delay = slots.iter().map(|it| if it.is_placed() { it.start } else { i64::MIN });
        let as_planned = Decisions { delay: delay.collect(), ..decisions.clone() };
        self.decode(decisions.clone(), 0);
        let soon = self.cost;
        self.decode(as_planned, 0);
        if soon <= self.cost {
            self.decode(decisions, 0);
        }
        if self.best.slots == slots {
            self.best.decisions = self.decisions.clone();
        }
        if self.cost < self.best.cost {
            self.remember();
        }
        if own_cost < self.cost {
            self.decode(own, 0);
        }
    }
}
