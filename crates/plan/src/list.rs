//! The search: a complete plan at once, then better ones for as long as the caller likes.
//!
//! Starts from the best of several priority rules or from the order of a given plan, then walks through
//! neighbours, taking a worse one now and then (threshold accepting, Dueck & Scheuer 1990) in rounds that
//! grow longer, each beginning from the best plan known. One step is one neighbour.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

pub(crate) mod construct;
pub(crate) mod neighbourhood;
pub(crate) mod schedule;

use std::sync::Arc;

use weft_model::Timestamp;

use crate::bound::Bound;
use crate::instance::{Instance, Slot};
use crate::problem::{Cost, Plan, Weights};
use crate::random::Random;
use crate::rules::present::Feature;
use crate::strategy::Strategy;

use self::schedule::{Choice, Moved, Schedule};

/// What lists know.
const KNOWN: [Feature; 8] = [
    Feature::Breaks,
    Feature::Capacity,
    Feature::Frozen,
    Feature::Lags,
    Feature::Modes,
    Feature::Objective,
    Feature::Releases,
    Feature::SeveralNeeds,
];
/// Steps of the first round; every further one is half as long again.
const FIRST_ROUND: u64 = 400;
/// A rule of thumb must beat the order of the given plan by this many per mille to replace it: people have
/// prepared for the plan they have.
const NERVOUSNESS_PER_MILLE: i128 = 10;
/// This share of worsening neighbours lies below the threshold at the start of a round. Lists are far from any local
/// optimum for a long time: in 20,000 steps of the machine shop a share of 0.2 costs 0.8 per cent.
const WORSE_SHARE: f64 = 0.003;
/// How quickly the threshold follows what the walk meets.
const THRESHOLD_RATE: f64 = 0.02;

/// A search in progress. The same problem, seed, given plan and number of steps give the same plan.
#[derive(Debug)]
pub(crate) struct ListSearch {
    instance: Arc<Instance>,
    bound: Arc<Bound>,
    schedule: Schedule,
    random: Random,
    best: Best,
    steps: u64,
    round_began: u64,
    round_steps: u64,
    /// [`WORSE_SHARE`] of worsening neighbours cost less more than this.
    threshold: f64,
    moves: Vec<Moved>,
}

#[derive(Debug)]
struct Best {
    cost: Cost,
    order: Vec<u32>,
    slots: Vec<Slot>,
}

impl ListSearch {
    /// Begins with the better of the given plan and the rules of thumb. `None` when the problem has rules
    /// that lists do not know.
    pub(crate) fn recognise(
        instance: &Arc<Instance>,
        bound: &Arc<Bound>,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Option<Self> {
        if !Self::knows(instance) {
            return None;
        }
        let schedule = first_schedule(instance, bound, warm_start);
        Some(Self::from_schedule(Arc::clone(instance), Arc::clone(bound), schedule, seed))
    }

    /// Whether the problem has only rules that lists know, and one weighted sum of what jobs wait for.
    pub(crate) fn knows(instance: &Instance) -> bool {
        let [first, rest @ ..] = &instance.objective.levels;
        let Weights { makespan, tardiness, flow_time, .. } = *first;
        instance.has_only(&KNOWN)
            && rest.iter().all(|it| *it == Weights::none())
            && *first == (Weights { makespan, tardiness, flow_time, ..Weights::none() })
    }

    /// Begins with the given plan, mended.
    pub(crate) fn mended(instance: Arc<Instance>, bound: Arc<Bound>, plan: &Plan) -> Self {
        let schedule = warm_schedule(&instance, plan);
        Self::from_schedule(instance, bound, schedule, 0)
    }

    fn from_schedule(
        instance: Arc<Instance>,
        bound: Arc<Bound>,
        schedule: Schedule,
        seed: u64,
    ) -> Self {
        Self {
            best: Best {
                cost: schedule.cost,
                order: schedule.order.clone(),
                slots: schedule.slots.clone(),
            },
            threshold: schedule.cost.levels[0] as f64 / 1_000.0,
            instance,
            bound,
            schedule,
            random: Random::new(seed),
            steps: 0,
            round_began: 0,
            round_steps: FIRST_ROUND,
            moves: Vec::new(),
        }
    }

    fn step(&mut self) {
        if self.round_began + self.round_steps <= self.steps {
            self.next_round();
        }
        self.steps += 1;
        let mut moves = std::mem::take(&mut self.moves);
        neighbourhood::propose(
            &self.instance,
            &self.bound,
            &self.schedule,
            &mut self.random,
            &mut moves,
        );
        if !moves.is_empty() {
            let before = self.schedule.cost;
            let after = self.schedule.attempt(&self.instance, &moves);
            if self.accepts(before, after) {
                self.schedule.accept(&self.instance);
                self.remember();
            } else {
                self.schedule.reject();
            }
        }
        self.moves = moves;
    }

    fn accepts(&mut self, before: Cost, after: Cost) -> bool {
        if after <= before {
            return true;
        }
        if before.unplaced < after.unplaced {
            return false;
        }
        let worse = (after.levels[0] - before.levels[0]) as f64;
        let rate = if worse < self.threshold { WORSE_SHARE - 1.0 } else { WORSE_SHARE };
        let threshold = self.threshold;
        self.threshold *= 1.0 + THRESHOLD_RATE * rate;
        let left = 1.0 - (self.steps - self.round_began) as f64 / self.round_steps as f64;
        worse <= threshold * left * self.random.unit()
    }

    /// Goes back to the best plan, in the order of its starts: that alone may make it better.
    fn next_round(&mut self) {
        self.round_began = self.steps;
        self.round_steps += self.round_steps / 2;
        self.schedule.restore(&self.instance, &self.best.order, &self.best.slots);
        in_order_of_starts(&self.instance, &mut self.schedule);
        self.remember();
    }

    fn remember(&mut self) {
        if self.schedule.cost < self.best.cost {
            self.best.cost = self.schedule.cost;
            self.best.order.clone_from(&self.schedule.order);
            self.best.slots.clone_from(&self.schedule.slots);
        }
    }
}

impl Strategy for ListSearch {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        for _ in 0..steps {
            if self.is_exhausted() || !go_on() {
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

    /// Everything is frozen, or the best plan costs no more than the lower bound.
    fn is_exhausted(&self) -> bool {
        let (best, least) = (&self.best.cost, &self.bound.cost);
        self.best.order.is_empty()
            || (best.unplaced == least.unplaced && best.levels[0] == least.levels[0])
    }

    fn offer(&mut self, slots: &[Slot], _branches: &[u32]) {
        let mut schedule = Schedule::new(&self.instance);
        let rank = ranks(&self.instance);
        let mut order = self.best.order.clone();
        order.sort_unstable_by_key(|it| {
            let slot = slots[*it as usize];
            (slot.start, slot.end, rank[*it as usize])
        });
        let choice = |slot: &Slot| {
            if slot.is_placed() { Choice::Mode(slot.mode) } else { Choice::Earliest }
        };
        let choices: Vec<Choice> = slots.iter().map(choice).collect();
        schedule.decode(&self.instance, &order, &choices);
        if schedule.cost < self.best.cost {
            self.schedule = schedule;
            self.remember();
        }
    }
}

/// The best of the given plan and the rules of thumb.
fn first_schedule(instance: &Instance, bound: &Bound, warm_start: Option<&Plan>) -> Schedule {
    let mut schedule = Schedule::new(instance);
    let mut kept: Option<(Cost, Cost, Vec<u32>, Vec<Slot>)> = None;
    if let Some(plan) = warm_start {
        schedule = warm_schedule(instance, plan);
        let mut bar = schedule.cost;
        bar.levels[0] -= bar.levels[0].abs() * NERVOUSNESS_PER_MILLE / 1_000;
        kept = Some((bar, schedule.cost, schedule.order.clone(), schedule.slots.clone()));
    }
    let choices = vec![Choice::Earliest; instance.operations.len()];
    for order in construct::orders(instance, bound) {
        schedule.decode(instance, &order, &choices);
        if kept.as_ref().is_none_or(|best| schedule.cost < best.0) {
            let (order, slots) = (schedule.order.clone(), schedule.slots.clone());
            kept = Some((schedule.cost, schedule.cost, order, slots));
        }
    }
    if let Some((_, _, order, slots)) = kept {
        schedule.restore(instance, &order, &slots);
    }
    in_order_of_starts(instance, &mut schedule);
    schedule
}

/// The order and the modes of a plan, placed anew.
fn warm_schedule(instance: &Instance, plan: &Plan) -> Schedule {
    let mut choices = vec![Choice::Earliest; instance.operations.len()];
    let order = warm_order(instance, plan, &mut choices);
    let mut schedule = Schedule::new(instance);
    schedule.decode(instance, &order, &choices);
    in_order_of_starts(instance, &mut schedule);
    schedule
}

/// The operations by the starts of a plan, those it has no place for at the end; fills in its modes.
fn warm_order(instance: &Instance, plan: &Plan, choices: &mut [Choice]) -> Vec<u32> {
    let mut placed: Vec<(Timestamp, Timestamp, usize, u32)> = Vec::new();
    let rank = ranks(instance);
    for (index, it) in instance.operations.iter().enumerate() {
        let Some(Some(slot)) = plan.operations.get(index) else { continue };
        if it.frozen.is_none() {
            placed.push((slot.start, slot.end, rank[index], index as u32));
            if slot.mode < (it.last_mode - it.first_mode) as usize {
                choices[index] = Choice::Mode(it.first_mode + slot.mode as u32);
            }
        }
    }
    placed.sort_unstable();
    let order: Vec<u32> = placed.iter().map(|it| it.3).collect();
    construct::complete(instance, &order)
}

/// For each operation its place in the topological order.
fn ranks(instance: &Instance) -> Vec<usize> {
    let mut rank = vec![0; instance.operations.len()];
    for (index, &operation) in instance.topological.iter().enumerate() {
        rank[operation as usize] = index;
    }
    rank
}

/// Places everything again in the order of starts. No operation ends later than before: all that was there
/// before it still is there, and ends no later.
fn in_order_of_starts(instance: &Instance, schedule: &mut Schedule) {
    let rank = ranks(instance);
    let mut order = schedule.order.clone();
    order.sort_unstable_by_key(|it| {
        let slot = schedule.slots[*it as usize];
        (slot.start, slot.end, rank[*it as usize])
    });
    let choices = vec![Choice::Keep; instance.operations.len()];
    // Decoding begins with no modes at all: name them.
    let choices: Vec<Choice> = choices
        .iter()
        .zip(&schedule.slots)
        .map(|(keep, slot)| if slot.is_placed() { Choice::Mode(slot.mode) } else { *keep })
        .collect();
    schedule.decode(instance, &order, &choices);
}
