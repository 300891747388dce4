//! Iterated greedy: take a few jobs out, improve what is left, put them back where they fit best,
//! improve the whole, and go on from there unless it has become much worse.

#![expect(clippy::indexing_slicing, reason = "the cursor stays below the number of turns")]

use super::first;
use super::sequence::Track;
use super::shop::{Number, Shop};
use crate::part::{Part, Parts};
use crate::random::Random;

/// So many jobs are taken out at a time.
const REMOVED: usize = 2;
/// In a line of up to so many jobs a few steps around a local optimum are all that there are: now and then, in per
/// cent, a step begins anew.
const SHORT: usize = 8;
const ANEW: usize = 20;
/// What is accepted: a loss of this share of the mean processing time with probability 1 / e.
const TEMPERATURE: f64 = 0.12;
/// A step looks at so many places of so many machines, some milliseconds' worth.
const STEP_FIGURES: usize = 1_000_000;

#[derive(Debug, Clone)]
pub(super) struct Greedy<S> {
    random: Random,
    sequence: S,
    stage: Stage,
    removed: Vec<u32>,
    /// The jobs in the order in which they look for a better place.
    turns: Vec<u32>,
    cursor: usize,
    /// So many jobs in a row found no place that shortens the makespan.
    idle: usize,
    /// So many look in one step.
    looks: usize,
    accepted: Vec<u32>,
    accepted_makespan: i64,
    best: Vec<u32>,
    best_makespan: i64,
    temperature: f64,
    parts: Parts,
}

/// What is going on between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ruin,
    ImproveRest,
    ImproveWhole,
}

impl<S: Track> Greedy<S> {
    pub(super) fn new<T: Number>(shop: &Shop<T>, mut sequence: S, seed: u64) -> Self {
        first::build(shop, &mut sequence);
        let makespan = sequence.makespan();
        let figures = (shop.jobs * shop.machines).max(1);
        let mut it = Self {
            random: Random::new(seed),
            stage: Stage::ImproveWhole,
            removed: Vec::new(),
            turns: Vec::new(),
            cursor: 0,
            idle: 0,
            looks: (STEP_FIGURES / figures).max(1),
            accepted: sequence.order().to_vec(),
            accepted_makespan: makespan,
            best: sequence.order().to_vec(),
            best_makespan: makespan,
            temperature: TEMPERATURE * shop.mean_work(),
            parts: Parts::default(),
            sequence,
        };
        it.begin_turns();
        it
    }

    pub(super) fn set_parts(&mut self, parts: Parts) {
        self.parts = parts;
    }

    pub(super) fn best(&self) -> &[u32] {
        &self.best
    }

    pub(super) fn best_makespan(&self) -> i64 {
        self.best_makespan
    }

    pub(super) fn overflowed(&self) -> bool {
        self.sequence.overflowed()
    }

    /// Goes on from a permutation that is better than the best.
    pub(super) fn adopt(&mut self, order: &[u32]) {
        self.sequence.set(order);
        if self.overflowed() {
            return;
        }
        self.removed.clear();
        self.keep_if_best();
        self.accept();
        self.stage = Stage::ImproveWhole;
        self.begin_turns();
    }

    /// One round, or a part of it on a large line.
    pub(super) fn step(&mut self) {
        if self.best.len() < 2 {
            return;
        }
        let mut looks = self.looks;
        if self.stage == Stage::Ruin {
            self.ruin();
            self.begin_turns();
            self.stage = Stage::ImproveRest;
        }
        if self.stage == Stage::ImproveRest
            && (!self.parts.has(Part::RestImprovement) || self.improve(&mut looks))
        {
            for job in std::mem::take(&mut self.removed) {
                let fit = self.sequence.fit(job);
                self.sequence.insert(fit.at, job);
            }
            self.begin_turns();
            self.stage = Stage::ImproveWhole;
        }
        if self.stage == Stage::ImproveWhole {
            let done = !self.parts.has(Part::WholeImprovement) || self.improve(&mut looks);
            if self.overflowed() {
                return;
            }
            self.keep_if_best();
            if done {
                self.judge();
                self.stage = Stage::Ruin;
            }
        }
    }

    fn ruin(&mut self) {
        if self.accepted.len() <= SHORT && self.random.chance(ANEW) {
            self.begin_turns();
            self.sequence.set(&self.turns);
            return;
        }
        for _ in 0..REMOVED {
            let at = self.random.below(self.sequence.order().len());
            self.removed.push(self.sequence.remove(at));
        }
        self.sequence.refresh_all();
    }

    fn begin_turns(&mut self) {
        copy(&mut self.turns, self.sequence.order());
        for at in (1..self.turns.len()).rev() {
            self.turns.swap(at, self.random.below(at + 1));
        }
        self.cursor = 0;
        self.idle = 0;
    }

    /// Lets jobs look for a better place, one after the other. Says whether none finds one any more.
    fn improve(&mut self, looks: &mut usize) -> bool {
        let mut makespan = self.sequence.makespan();
        while self.idle < self.turns.len() {
            if *looks == 0 || self.overflowed() {
                return false;
            }
            *looks -= 1;
            let job = self.turns[self.cursor];
            self.cursor = if self.cursor + 1 == self.turns.len() { 0 } else { self.cursor + 1 };
            let from = self.sequence.order().iter().position(|it| *it == job).unwrap_or(0);
            let fit = self.sequence.refit(from);
            self.idle += 1;
            if fit.makespan < makespan {
                makespan = fit.makespan;
                self.idle = 0;
            }
            if fit.at != from {
                // No longer, and more slack if not shorter.
                self.sequence.shift(from, fit.at);
            }
        }
        true
    }

    fn keep_if_best(&mut self) {
        let makespan = self.sequence.makespan();
        if makespan < self.best_makespan {
            self.best_makespan = makespan;
            copy(&mut self.best, self.sequence.order());
        }
    }

    /// Goes on from the result of a round or from where it began.
    fn judge(&mut self) {
        let worse = self.sequence.makespan().wrapping_sub(self.accepted_makespan) as f64;
        if worse <= 0.0 || self.random.unit() < (-worse / self.temperature).exp() {
            self.accept();
        } else {
            self.sequence.set(&self.accepted);
        }
    }

    fn accept(&mut self) {
        self.accepted_makespan = self.sequence.makespan();
        copy(&mut self.accepted, self.sequence.order());
    }
}

fn copy(to: &mut Vec<u32>, from: &[u32]) {
    to.clear();
    to.extend_from_slice(from);
}
