//! The plan that is being made: what is where, and what rules keep count of.
//!
//! Putting something there asks nothing; [`super::place`] looks for places that break no rule.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::Slot;
use crate::places::{Model, Places};
use crate::rules::Rules;

/// Let the board choose the mode that ends first.
pub(crate) const ANY_MODE: u32 = u32::MAX;

/// All that is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decisions {
    /// Clusters, each after those before it.
    pub(crate) order: Vec<u32>,
    /// By operation its mode in the list of all modes, or [`ANY_MODE`].
    pub(crate) mode: Vec<u32>,
    /// By operation an instant before which it does not start although it could.
    pub(crate) delay: Vec<i64>,
    /// By alternative the branch that is done.
    pub(crate) branch: Vec<u32>,
}

impl Decisions {
    /// Whether this operation is in a branch that is done, or in none.
    pub(crate) fn has(&self, model: &Model, operation: u32) -> bool {
        model.has(&self.branch, operation)
    }
}

/// What is where.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    pub(crate) places: Places,
    pub(crate) rules: Rules,
    /// By operation: it was pushed behind this.
    pub(super) lower: Vec<i64>,
}

impl Board {
    /// Only what is frozen is in its place.
    pub(crate) fn new(model: &Model) -> Self {
        let instance = &model.instance;
        let mut board = Self {
            places: Places::new(instance),
            rules: model.rules.clone(),
            lower: vec![i64::MIN; instance.operations.len()],
        };
        for (operation, it) in (0..).zip(&instance.operations) {
            if let Some(slot) = it.frozen {
                board.put(model, operation, slot);
            }
        }
        board
    }

    /// Everything is where a plan has it.
    pub(crate) fn of(model: &Model, slots: &[Slot]) -> Self {
        let mut board = Self::new(model);
        for (operation, slot) in (0..).zip(slots) {
            if slot.is_placed() && !board.has_place(operation) {
                board.put(model, operation, *slot);
            }
        }
        board
    }

    pub(crate) fn has_place(&self, operation: u32) -> bool {
        self.places.slots[operation as usize].is_placed()
    }

    pub(crate) fn put(&mut self, model: &Model, operation: u32, slot: Slot) {
        let lets_go = self.rules.lets_go(&self.places, operation, slot.end);
        self.places.put(model, operation, slot, lets_go);
        self.rules.put(model, &mut self.places, operation, slot);
    }

    pub(crate) fn take_away(&mut self, model: &Model, operation: u32) {
        let slot = self.places.slots[operation as usize];
        self.places.slots[operation as usize] = Slot::unplaced(slot.mode);
        self.rules.take_away(model, &mut self.places, operation, slot);
        self.places.let_go(operation);
    }
}
