//! Modes within the budgets of the non-renewable resources.

#![expect(clippy::indexing_slicing, reason = "modes are those of the instance")]

use super::instance::Instance;
use crate::random::Random;

/// A walk gives up after this many changes per activity.
const CHANGES: usize = 12;
/// In per cent: a change for the worse is made this often.
const NOISE: usize = 2;

/// What the modes leave of each budget.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    left: Vec<i64>,
}

impl Ledger {
    pub(crate) fn open(&mut self, instance: &Instance, modes: &[u32]) {
        self.left.clone_from(&instance.budgets);
        for &mode in modes {
            for (left, uses) in self.left.iter_mut().zip(&instance.modes[mode as usize].uses) {
                *left -= uses;
            }
        }
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.left.iter().all(|&left| 0 <= left)
    }

    /// Units beyond the budgets after a change of mode.
    fn excess_after(&self, instance: &Instance, from: u32, to: u32) -> i64 {
        let from = &instance.modes[from as usize].uses;
        let to = &instance.modes[to as usize].uses;
        self.left
            .iter()
            .zip(from.iter().zip(to))
            .map(|(left, (from, to))| (to - from - left).max(0))
            .sum()
    }

    /// Whether the budgets are kept after a change of mode.
    pub(crate) fn allows(&self, instance: &Instance, from: u32, to: u32) -> bool {
        self.excess_after(instance, from, to) == 0
    }

    pub(crate) fn change(&mut self, instance: &Instance, from: u32, to: u32) {
        let from = &instance.modes[from as usize].uses;
        let to = &instance.modes[to as usize].uses;
        for (left, (from, to)) in self.left.iter_mut().zip(from.iter().zip(to)) {
            *left += from - to;
        }
    }

    /// Changes modes, of activities drawn at random, until the budgets are kept. Returns whether they are.
    pub(crate) fn repair(
        &mut self,
        instance: &Instance,
        modes: &mut [u32],
        random: &mut Random,
    ) -> bool {
        self.open(instance, modes);
        for _ in 0..CHANGES * modes.len() {
            if self.is_kept() {
                return true;
            }
            let activity = random.below(modes.len());
            let from = modes[activity];
            let choices = instance.modes_of(activity);
            if choices.len() < 2 {
                continue;
            }
            let shift = random.below(choices.len()) as u32;
            let best = choices
                .clone()
                .map(|mode| choices.start + (mode - choices.start + shift) % choices.len() as u32)
                .filter(|&mode| mode != from)
                .min_by_key(|&to| self.excess_after(instance, from, to));
            let Some(to) = best else { continue };
            let is_better =
                self.excess_after(instance, from, to) <= self.excess_after(instance, from, from);
            if is_better || random.chance(NOISE) {
                self.change(instance, from, to);
                modes[activity] = to;
            }
        }
        self.is_kept()
    }
}
