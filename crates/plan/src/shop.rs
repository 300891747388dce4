//! Shops: every operation takes one machine for itself, in the order of its job.
//!
//! The disjunctive graph (Roy & Sussmann 1964) of the job shop and the flexible job shop. A first solution
//! comes from simulations that run forward and backward in turn ([`dispatch`]) and from beams, which know
//! how to plan without slack ([`beam`]); where operations have choices, simulations know what time on each machine
//! is worth ([`spread`]). A shop of up to [`search::RELINKED_MAX`] operations is searched by tabu search with path
//! relinking ([`tabu`], [`relink`]), a larger one stretch by stretch ([`window`]). Beside that [`proof`] raises the
//! lower bound by constraint propagation ([`propagate`]) and searches small shops completely.
//!
//! Times are ticks in 32 bits, so that a shop of a thousand operations fits the first cache. Whoever makes a
//! shop chooses the tick so that the sum of all work is below [`HORIZON_MAX`].

#![expect(clippy::indexing_slicing, reason = "operations and machines are indices made here")]

mod beam;
mod bound;
mod dispatch;
mod graph;

mod proof;
mod propagate;
mod relink;
mod search;
mod spread;
mod strategy;
mod tabu;
mod window;

pub(crate) use strategy::ShopStrategy;
pub(crate) use tabu::Tabu;
pub(crate) use window::Windows;

use crate::part::Parts;

use search::ShopSearch;

/// Time in the shop's own unit.
pub(crate) type Ticks = i32;

/// No shop reaches further.
pub(crate) const HORIZON_MAX: i64 = 1 << 30;

/// No operation.
pub(crate) const NONE: u32 = u32::MAX;

/// One way to do an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) machine: u32,
    pub(crate) work: Ticks,
}

/// A job shop or a flexible job shop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shop {
    /// For each operation the one before it in its job, or [`NONE`].
    pub(crate) before: Vec<u32>,
    /// For each operation the one after it in its job, or [`NONE`].
    pub(crate) after: Vec<u32>,
    /// It does not start before.
    pub(crate) release: Vec<Ticks>,
    /// Time that passes at least from its end to the end of everything.
    pub(crate) delivery: Vec<Ticks>,
    /// `choices[first_choice[i]..first_choice[i + 1]]` are the ways to do operation `i`; at least one.
    pub(crate) first_choice: Vec<u32>,
    pub(crate) choices: Vec<Choice>,
    /// For each machine when it is free at first.
    pub(crate) free_from: Vec<Ticks>,
    /// For each machine the time from its last end to the end of everything.
    pub(crate) needed_after: Vec<Ticks>,
    /// What its search is made of.
    pub(crate) parts: Parts,
}

impl Shop {
    /// Number of operations.
    pub(crate) fn len(&self) -> usize {
        self.before.len()
    }

    pub(crate) fn machines(&self) -> usize {
        self.free_from.len()
    }

    pub(crate) fn choices(&self, operation: u32) -> &[Choice] {
        let index = operation as usize;
        &self.choices[self.first_choice[index] as usize..self.first_choice[index + 1] as usize]
    }

    /// Whether some operation has a choice.
    pub(crate) fn is_flexible(&self) -> bool {
        self.choices.len() != self.len()
    }

    /// The same shop with time running backward.
    pub(crate) fn reversed(&self) -> Self {
        Self {
            before: self.after.clone(),
            after: self.before.clone(),
            release: self.delivery.clone(),
            delivery: self.release.clone(),
            first_choice: self.first_choice.clone(),
            choices: self.choices.clone(),
            free_from: self.needed_after.clone(),
            needed_after: self.free_from.clone(),
            parts: self.parts,
        }
    }
}

/// All that is decided in a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Solution {
    pub(crate) makespan: Ticks,
    /// Every operation once, jobs in order; decides the order on every machine.
    pub(crate) order: Vec<u32>,
    /// For each operation its choice, counted from its first.
    pub(crate) choice: Vec<u32>,
}

#[cfg(test)]
mod tests;
