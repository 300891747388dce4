//! A plan as it hangs on the wall: who holds what when, changed piece by piece.
//!
//! A list search makes the whole plan anew from an order; a timetable changes only what a change touches.
//! [`repair`](Timetable::repair) puts right what no longer holds and leaves the rest alone, [`insert`] finds a
//! place for something new without moving anyone, and [`improve`] tries changes and takes back those that do not
//! help. All of it costs as much as it touches, not as much as the plan is long.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

mod cost;
mod event;
mod fit;
mod improve;
mod insert;
mod layout;
mod match_up;
mod power;
mod repair;
mod row;
mod search;
mod stabilise;

use crate::instance::{NEVER, Slot};

pub(crate) use improve::Improve;
pub(crate) use layout::Layout;
pub(crate) use repair::Style;
pub(crate) use search::TableSearch;

use cost::Totals;
use repair::Queue;
use row::{Held, NO_STATE, Row};

/// A plan, resource by resource.
#[derive(Debug, Clone)]
pub(crate) struct Timetable {
    slots: Vec<Slot>,
    rows: Vec<Row>,
    totals: Totals,
    queue: Queue,
    /// What has changed since [`Timetable::begin`]: operations and where they were before.
    log: Vec<(u32, Slot)>,
    /// By operation the transaction in which it was written to the log.
    logged: Vec<u32>,
    transaction: u32,
}

impl Timetable {
    /// Only what is frozen has a place.
    pub(crate) fn new(layout: &Layout) -> Self {
        let instance = &layout.instance;
        let unplaced = |it: &crate::instance::Operation| Slot::unplaced(it.first_mode);
        let mut table = Self {
            slots: instance.operations.iter().map(unplaced).collect(),
            rows: vec![Row::default(); instance.resources.len()],
            totals: Totals::new(layout),
            queue: Queue::new(instance.operations.len()),
            log: Vec::new(),
            logged: vec![0; instance.operations.len()],
            transaction: 1,
        };
        for (operation, it) in instance.operations.iter().enumerate() {
            if let Some(slot) = it.frozen {
                table.put(layout, operation as u32, slot);
            }
        }
        table.settle(layout);
        table
    }

    /// By operation where it is.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// From here on changes can be taken back.
    pub(crate) fn begin(&mut self) {
        self.transaction += 1;
        self.log.clear();
    }

    /// Takes back all changes since [`Timetable::begin`].
    pub(crate) fn take_back(&mut self, layout: &Layout) {
        let log = std::mem::take(&mut self.log);
        for &(operation, _) in &log {
            self.lift(layout, operation);
        }
        for &(operation, slot) in &log {
            if slot.is_placed() {
                self.put(layout, operation, slot);
            } else {
                self.slots[operation as usize] = slot;
            }
        }
        self.log = log;
        self.begin();
        self.settle(layout);
    }

    /// From here on changes can be taken back by themselves; what has changed before.
    pub(crate) fn split(&mut self) -> Vec<(u32, Slot)> {
        let log = std::mem::take(&mut self.log);
        self.begin();
        log
    }

    /// Changes before and after [`Timetable::split`] are one again.
    pub(crate) fn join(&mut self, before: Vec<(u32, Slot)>) {
        let after = std::mem::replace(&mut self.log, before);
        self.transaction += 1;
        for &(operation, _) in &self.log {
            self.logged[operation as usize] = self.transaction;
        }
        for it in after {
            let logged = &mut self.logged[it.0 as usize];
            if *logged != self.transaction {
                *logged = self.transaction;
                self.log.push(it);
            }
        }
    }

    /// What has changed since [`Timetable::begin`], and where it was before.
    pub(crate) fn changed(&self) -> &[(u32, Slot)] {
        &self.log
    }

    /// Gives a place to an operation that has none.
    fn put(&mut self, layout: &Layout, operation: u32, slot: Slot) {
        self.remember(operation);
        self.slots[operation as usize] = slot;
        for &(resource, amount) in layout.instance.needs(slot.mode) {
            if let Some(held) = held(layout, operation, slot, resource, amount) {
                let row = &mut self.rows[resource as usize];
                let index = row.insert(held);
                self.totals.add_setups(layout, resource, row.held(), index, 1);
            }
        }
        self.totals.add(layout, operation, slot, 1);
    }

    /// Takes its place from an operation; says where it was.
    fn lift(&mut self, layout: &Layout, operation: u32) -> Slot {
        let slot = self.slots[operation as usize];
        if !slot.is_placed() {
            return slot;
        }
        self.remember(operation);
        self.slots[operation as usize] = Slot::unplaced(slot.mode);
        for &(resource, amount) in layout.instance.needs(slot.mode) {
            if let Some(held) = held(layout, operation, slot, resource, amount) {
                let row = &mut self.rows[resource as usize];
                let index = row.position(&held);
                self.totals.add_setups(layout, resource, row.held(), index, -1);
                row.remove(index);
            }
        }
        self.totals.add(layout, operation, slot, -1);
        slot
    }

    fn remember(&mut self, operation: u32) {
        let logged = &mut self.logged[operation as usize];
        if *logged != self.transaction {
            *logged = self.transaction;
            self.log.push((operation, self.slots[operation as usize]));
        }
    }

    /// The earliest start that release, now and predecessors allow; `None` when one of them has no place.
    fn ready(&self, layout: &Layout, operation: u32) -> Option<i64> {
        let instance = &layout.instance;
        let mut ready = instance.operations[operation as usize].earliest.max(instance.now);
        for &(before, lag) in instance.before(operation) {
            let slot = self.slots[before as usize];
            if slot.is_placed() {
                ready = ready.max(slot.end + lag);
            } else if !layout.is_gone[before as usize] {
                return None;
            }
        }
        Some(ready)
    }

    /// The latest end that operations after it allow, as they are.
    fn latest(&self, layout: &Layout, operation: u32) -> i64 {
        let after = layout.instance.after(operation).iter();
        let starts = after.filter_map(|&(after, lag)| {
            let slot = self.slots[after as usize];
            let is_fact = layout.instance.operations[after as usize].frozen.is_some();
            (slot.is_placed() && !is_fact).then(|| slot.start - lag)
        });
        starts.min().unwrap_or(NEVER).min(layout.deadline[operation as usize])
    }
}

/// What an operation holds of a resource; `None` when it takes no time and changes nothing.
fn held(layout: &Layout, operation: u32, slot: Slot, resource: u32, amount: u32) -> Option<Held> {
    let has_setups = layout.instance.setups[resource as usize].is_some();
    if slot.end <= slot.start && !has_setups {
        return None;
    }
    let states = has_setups.then(|| layout.instance.states(slot.mode, resource)).flatten();
    let (needed, left) =
        states.map_or((NO_STATE, NO_STATE), |(needed, left)| (needed as u32, left as u32));
    let is_fact = layout.instance.operations[operation as usize].frozen.is_some();
    Some(Held { start: slot.start, end: slot.end, operation, amount, needed, left, is_fact })
}

#[cfg(test)]
mod tests;
