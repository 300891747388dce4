//! What all rules look at while a plan is made: who is where, who holds what when, and who is tied to whom.
//!
//! Nothing in here knows a rule. Rules read it through a [`View`] and may change what is held ([`Places`]); the
//! general search only ever asks [`crate::rules::Rules`] what may be.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

mod levels;
mod model;
mod sequence;
mod timeline;

pub(crate) use model::Model;
pub(crate) use sequence::Sequence;
pub(crate) use timeline::{Occupation, Timeline};

use crate::instance::{Instance, NEVER, Slot};
use crate::problem::Point;

/// What is where.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) slots: Vec<Slot>,
    /// By resource who holds it when.
    pub(crate) timelines: Vec<Timeline>,
    /// By operation what it holds of which resource.
    pub(crate) occupied: Vec<Vec<(u32, Occupation)>>,
}

/// What is where, beside the problem and the branches that are done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) model: &'a Model,
    pub(crate) places: &'a Places,
    /// By alternative.
    pub(crate) branches: &'a [u32],
}

impl View<'_> {
    /// Whether an operation is in a branch that is done, or in none.
    pub(crate) fn has(&self, operation: u32) -> bool {
        self.model.has(self.branches, operation)
    }
}

impl Places {
    /// Nothing has a place.
    pub(crate) fn new(instance: &Instance) -> Self {
        let timeline = |it: &crate::instance::Resource| Timeline::new(it.capacity, it.is_batch);
        Self {
            slots: instance.operations.iter().map(|it| Slot::unplaced(it.first_mode)).collect(),
            timelines: instance.resources.iter().map(timeline).collect(),
            occupied: vec![Vec::new(); instance.operations.len()],
        }
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

    /// Gives an operation a place, and all that it needs there until it lets go.
    pub(crate) fn put(&mut self, model: &Model, operation: u32, slot: Slot, lets_go: i64) {
        self.slots[operation as usize] = slot;
        for (need, &(resource, _)) in model.instance.needs(slot.mode).iter().enumerate() {
            let it = model.occupation(operation, slot, need, lets_go);
            self.timelines[resource as usize].put(it);
            self.occupied[operation as usize].push((resource, it));
        }
    }

    /// Takes away what an operation holds; its place is gone already.
    pub(crate) fn let_go(&mut self, operation: u32) {
        for (resource, it) in self.occupied[operation as usize].drain(..) {
            self.timelines[resource as usize].remove(&it);
        }
    }

    /// Lets an operation hold what it has until an instant, but at least to its end.
    pub(crate) fn hold_until(&mut self, holder: u32, until: Option<i64>) {
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
