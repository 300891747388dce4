//! What is where: operations in their places, what they hold, what is stored and what is used up.
//!
//! Putting something there asks nothing; [`super::place`] looks for places that break no rule.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::budget::Stock;
use crate::general::model::Model;
use crate::general::timeline::{Occupation, Timeline};
use crate::instance::{NEVER, Slot};
use crate::problem::Point;

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
    pub(crate) slots: Vec<Slot>,
    pub(crate) timelines: Vec<Timeline>,
    pub(super) stocks: Vec<Stock>,
    /// By operation what it occupies.
    pub(super) occupied: Vec<Vec<(u32, Occupation)>>,
    /// By storage what it occupies.
    pub(super) in_store: Vec<Option<Occupation>>,
    /// By line its jobs by start at the first stage.
    pub(super) line_order: Vec<Vec<u32>>,
    /// By operation: it was pushed behind this.
    pub(super) lower: Vec<i64>,
}

impl Board {
    /// Only what is frozen is in its place.
    pub(crate) fn new(model: &Model) -> Self {
        let instance = &model.instance;
        let timelines = (0..instance.resources.len()).map(|resource| {
            let it = &instance.resources[resource];
            let setups = instance.setups[resource].clone();
            Timeline::new(it.capacity, it.is_batch, setups, instance.now)
        });
        let mut board = Self {
            slots: instance.operations.iter().map(|it| Slot::unplaced(it.first_mode)).collect(),
            timelines: timelines.collect(),
            stocks: instance.budgets.iter().map(Stock::new).collect(),
            occupied: vec![Vec::new(); instance.operations.len()],
            in_store: vec![None; model.stored.len()],
            line_order: vec![Vec::new(); model.lines.len()],
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
            if slot.is_placed() && !board.slots[operation as usize].is_placed() {
                board.put(model, operation, *slot);
            }
        }
        board
    }

    /// When something happens, if its operation has a place.
    pub(crate) fn instant(&self, operation: u32, point: Point) -> Option<i64> {
        let slot = self.slots[operation as usize];
        let at = if point == Point::Start { slot.start } else { slot.end };
        (at != NEVER).then_some(at)
    }

    /// By resource when operations hold it, by start.
    pub(crate) fn spans(&self) -> Vec<Vec<(i64, i64)>> {
        let mut spans = vec![Vec::new(); self.timelines.len()];
        for (resource, it) in self.occupied.iter().flatten() {
            spans[*resource as usize].push((it.start, it.lets_go));
        }
        for spans in &mut spans {
            spans.sort_unstable();
        }
        spans
    }

    /// What an operation would occupy of one of its needs, by index.
    pub(super) fn occupation(
        &self,
        model: &Model,
        operation: u32,
        slot: Slot,
        need: usize,
    ) -> Occupation {
        let instance = &model.instance;
        let until = model.holds_until[operation as usize];
        let until = until.and_then(|(other, point)| self.instant(other, point));
        Occupation {
            holder: operation,
            start: slot.start,
            end: slot.end,
            lets_go: until.map_or(slot.end, |until| until.max(slot.end)),
            amount: instance.needs(slot.mode)[need].1,
            states: model.states[slot.mode as usize][need],
            family: instance.modes[slot.mode as usize].family,
            is_frozen: instance.operations[operation as usize].frozen.is_some(),
        }
    }

    pub(crate) fn put(&mut self, model: &Model, operation: u32, slot: Slot) {
        let instance = &model.instance;
        self.slots[operation as usize] = slot;
        for (need, &(resource, _)) in instance.needs(slot.mode).iter().enumerate() {
            let it = self.occupation(model, operation, slot, need);
            self.timelines[resource as usize].put(it);
            self.occupied[operation as usize].push((resource, it));
        }
        for &(budget, amount) in instance.uses(slot.mode) {
            self.stocks[budget as usize].take(slot.start, amount);
        }
        self.hold_on(model, operation);
        for &index in &model.stores[operation as usize] {
            let it = model.stored[index as usize];
            let from = self.instant(it.from.0, it.from.1);
            let until = self.instant(it.until.0, it.until.1);
            let (Some(from), Some(until)) = (from, until) else { continue };
            if from < until {
                let stored = Occupation {
                    holder: instance.operations.len() as u32 + index,
                    start: from,
                    end: until,
                    lets_go: until,
                    amount: it.amount,
                    states: None,
                    family: 0,
                    is_frozen: instance.operations[it.from.0 as usize].frozen.is_some(),
                };
                self.timelines[it.resource as usize].put(stored);
                self.in_store[index as usize] = Some(stored);
            }
        }
        self.line_up(model, operation);
    }

    pub(crate) fn take_away(&mut self, model: &Model, operation: u32) {
        self.leave_line(model, operation);
        for &index in &model.stores[operation as usize] {
            if let Some(stored) = self.in_store[index as usize].take() {
                let resource = model.stored[index as usize].resource;
                self.timelines[resource as usize].remove(&stored);
            }
        }
        let slot = self.slots[operation as usize];
        self.slots[operation as usize] = Slot::unplaced(slot.mode);
        self.hold_on(model, operation);
        for (resource, it) in self.occupied[operation as usize].drain(..) {
            self.timelines[resource as usize].remove(&it);
        }
        for &(budget, amount) in model.instance.uses(slot.mode) {
            self.stocks[budget as usize].give_back(slot.start, amount);
        }
    }

    /// Lets those that wait for an operation hold what they have until it happens, or let go in time when it has
    /// no place.
    fn hold_on(&mut self, model: &Model, operation: u32) {
        for &holder in &model.held_until[operation as usize] {
            let Some((_, point)) = model.holds_until[holder as usize] else { continue };
            let until = self.instant(operation, point);
            for (resource, it) in &mut self.occupied[holder as usize] {
                let lets_go = until.map_or(it.end, |until| until.max(it.end));
                if it.lets_go != lets_go {
                    let timeline = &mut self.timelines[*resource as usize];
                    timeline.remove(it);
                    it.lets_go = lets_go;
                    timeline.put(*it);
                }
            }
        }
    }
}
