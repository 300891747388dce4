//! The search: a complete plan at once, then better ones for as long as the caller likes.
//!
//! Starts from the best of several priority rules or from the order of a given plan, then walks through
//! neighbours, taking a worse one now and then (threshold accepting, Dueck & Scheuer 1990) in rounds that
//! grow longer, each beginning from the best plan known. One step is one neighbour.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use weft_model::Timestamp;

use crate::bound::{self, Bound};
use crate::construct;
use crate::instance::{Instance, Slot};
use crate::neighbourhood;
use crate::problem::{Cost, Plan, Problem, Scheduled};
use crate::random::Random;
use crate::schedule::{Choice, Moved, Schedule};
use crate::validate::ProblemError;

/// Steps of the first round; every further one is half as long again.
const FIRST_ROUND: u64 = 400;
/// A rule of thumb must beat the order of the given plan by this many per mille to replace it: people have
/// prepared for the plan they have.
const NERVOUSNESS_PER_MILLE: i128 = 10;
/// This share of worsening neighbours lies below the threshold at the start of a round.
const WORSE_SHARE: f64 = 0.2;
/// How quickly the threshold follows what the walk meets.
const THRESHOLD_RATE: f64 = 0.02;

/// A search in progress. The same problem, seed, given plan and number of steps give the same plan.
#[derive(Debug)]
pub struct Search {
    instance: Instance,
    bound: Bound,
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
    plan: Plan,
    cost: Cost,
    order: Vec<u32>,
    slots: Vec<Slot>,
}

/// Whether it makes sense to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A better plan may exist.
    Running,
    /// The plan is as good as the lower bound: none is better.
    Proved,
}

/// What [`solve`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solved {
    /// The best plan.
    pub plan: Plan,
    /// What it costs.
    pub cost: Cost,
    /// No plan costs less than this.
    pub lower_bound: Cost,
    /// Whether it is proved to be best.
    pub status: Status,
    /// Steps taken; fewer than asked when proved before.
    pub steps: u64,
    /// Operations without a place, and why.
    pub unplaced: Vec<(usize, UnplacedReason)>,
}

/// Why an operation has no place in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnplacedReason {
    /// It comes after one that has none.
    #[error("it comes after operation {operation}, which has no place either")]
    Predecessor {
        /// Index into [`Problem::operations`].
        operation: usize,
    },
    /// In no mode do all its resources ever work at the same time.
    #[error("the resources it needs never work at the same time")]
    NeverOpen,
    /// It may not pause, and it is longer than the longest time without a break.
    #[error("it may not pause over breaks and is longer than any shift of its resources")]
    LongerThanAnyShift,
    /// The calendars of its resources end, or are full, before its work is done.
    #[error("working time of its resources runs out before its work is done")]
    CalendarEnds,
}

impl UnplacedReason {
    /// Stable, never reused.
    pub fn code(self) -> &'static str {
        match self {
            Self::Predecessor { .. } => "P301",
            Self::NeverOpen => "P302",
            Self::LongerThanAnyShift => "P303",
            Self::CalendarEnds => "P304",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Predecessor { .. } => "find a place for that one first",
            Self::NeverOpen => "let the calendars of its resources overlap, or add another mode",
            Self::LongerThanAnyShift => {
                "let it pause over breaks, lengthen a shift, or split the operation"
            }
            Self::CalendarEnds => "extend the calendars, or add capacity or another mode",
        }
    }
}

/// Searches for `steps` steps, or until the best plan is proved.
pub fn solve(
    problem: &Problem,
    steps: u64,
    seed: u64,
    warm_start: Option<&Plan>,
) -> Result<Solved, ProblemError> {
    let mut search = Search::new(problem, seed, warm_start)?;
    let status = search.run(steps);
    Ok(Solved {
        cost: search.cost(),
        lower_bound: search.lower_bound(),
        status,
        steps: search.steps(),
        unplaced: search.unplaced(),
        plan: search.best.plan,
    })
}

impl Search {
    /// Validates the problem and makes a first complete plan.
    ///
    /// `warm_start` is a plan to begin from, entry by entry for the operations of `problem`; what no longer
    /// holds in it is repaired, its order and modes are kept. When it obeys all rules, the result is never
    /// worse.
    pub fn new(
        problem: &Problem,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Result<Self, ProblemError> {
        let instance = Instance::new(problem)?;
        let bound = bound::bound(&instance);
        let schedule = first_schedule(&instance, &bound, warm_start);
        Ok(Self::from_schedule(instance, bound, schedule, seed))
    }

    /// A plan with its order and modes, mended where it no longer holds: what has not begun in time begins
    /// later, and what follows from that. Nothing better is looked for.
    pub fn mended(problem: &Problem, plan: &Plan) -> Result<Self, ProblemError> {
        let instance = Instance::new(problem)?;
        let bound = bound::bound(&instance);
        let schedule = warm_schedule(&instance, plan);
        Ok(Self::from_schedule(instance, bound, schedule, 0))
    }

    fn from_schedule(instance: Instance, bound: Bound, schedule: Schedule, seed: u64) -> Self {
        let mut search = Self {
            best: Best {
                plan: Plan::default(),
                cost: schedule.cost,
                order: schedule.order.clone(),
                slots: schedule.slots.clone(),
            },
            threshold: schedule.cost.total as f64 / 1_000.0,
            instance,
            bound,
            schedule,
            random: Random::new(seed),
            steps: 0,
            round_began: 0,
            round_steps: FIRST_ROUND,
            moves: Vec::new(),
        };
        search.publish();
        search
    }

    /// Takes up to `steps` further steps; stops when the best plan is proved.
    pub fn run(&mut self, steps: u64) -> Status {
        let before = self.best.cost;
        for _ in 0..steps {
            if self.status() == Status::Proved {
                break;
            }
            self.step();
        }
        if self.best.cost < before {
            self.publish();
        }
        self.status()
    }

    /// The best plan so far.
    pub fn best(&self) -> &Plan {
        &self.best.plan
    }

    /// What the best plan costs.
    pub fn cost(&self) -> Cost {
        self.best.cost
    }

    /// No plan costs less, in any of the parts or in total.
    pub fn lower_bound(&self) -> Cost {
        self.bound.cost
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether it makes sense to go on.
    pub fn status(&self) -> Status {
        let (best, least) = (&self.best.cost, &self.bound.cost);
        let proved = self.best.order.is_empty()
            || (best.unplaced == least.unplaced && best.total == least.total);
        if proved { Status::Proved } else { Status::Running }
    }

    /// The operations that the best plan has no place for, and why.
    pub fn unplaced(&self) -> Vec<(usize, UnplacedReason)> {
        let missing = self.best.slots.iter().enumerate().filter(|(_, slot)| !slot.is_placed());
        missing.map(|(operation, _)| (operation, self.why_unplaced(operation))).collect()
    }

    fn why_unplaced(&self, operation: usize) -> UnplacedReason {
        let before = self.instance.before(operation as u32).iter();
        let mut missing = before.filter(|it| !self.best.slots[it.0 as usize].is_placed());
        if let Some(it) = missing.next() {
            return UnplacedReason::Predecessor { operation: it.0 as usize };
        }
        let it = &self.instance.operations[operation];
        let mut modes = it.first_mode..it.last_mode;
        if modes.clone().all(|mode| self.instance.calendar(mode).is_empty()) {
            return UnplacedReason::NeverOpen;
        }
        let too_long = |mode: u32| {
            let work = self.instance.modes[mode as usize].work;
            self.instance.calendar(mode).longest() < work
        };
        if !it.spans_breaks && modes.all(too_long) {
            return UnplacedReason::LongerThanAnyShift;
        }
        UnplacedReason::CalendarEnds
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
        let worse = (after.total - before.total) as f64;
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

    fn publish(&mut self) {
        let scheduled = |(slot, it): (&Slot, &crate::instance::Operation)| {
            slot.is_placed().then(|| Scheduled {
                mode: (slot.mode - it.first_mode) as usize,
                start: Timestamp::from_millis(slot.start),
                end: Timestamp::from_millis(slot.end),
            })
        };
        let pairs = self.best.slots.iter().zip(&self.instance.operations);
        self.best.plan.operations = pairs.map(scheduled).collect();
    }
}

/// The best of the given plan and the rules of thumb.
fn first_schedule(instance: &Instance, bound: &Bound, warm_start: Option<&Plan>) -> Schedule {
    let mut schedule = Schedule::new(instance);
    let mut kept: Option<(Cost, Cost, Vec<u32>, Vec<Slot>)> = None;
    if let Some(plan) = warm_start {
        schedule = warm_schedule(instance, plan);
        let mut bar = schedule.cost;
        bar.total -= bar.total.abs() * NERVOUSNESS_PER_MILLE / 1_000;
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
