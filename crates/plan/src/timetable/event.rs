//! What events do to a timetable. [`Timetable::repair`] comes after each.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{NEVER, Slot};
use crate::problem::{Price, Problem};
use crate::rules::energy::Prices;
use crate::timetable::layout::Layout;
use crate::timetable::row::Held;
use crate::timetable::{Timetable, held};

impl Timetable {
    /// Doubts what should have started by now and has not.
    pub(crate) fn doubt_begun(&mut self, layout: &Layout) {
        let now = layout.instance.now;
        for operation in 0..self.slots.len() {
            let start = self.slots[operation].start;
            if start < now {
                self.doubt(layout, operation as u32, start);
            }
        }
        for resource in 0..self.rows.len() {
            // The first setup begins no sooner than now.
            let first = self.rows[resource].held().first().copied();
            if let Some(first) = first.filter(|_| layout.instance.setups[resource].is_some()) {
                self.doubt(layout, first.operation, first.start);
            }
        }
    }

    /// Makes a place a fact.
    pub(crate) fn fix(&mut self, layout: &mut Layout, operation: u32, slot: Slot) {
        self.doubt_around(layout, operation);
        self.lift(layout, operation);
        layout.instance.operations[operation as usize].frozen = Some(slot);
        if std::mem::take(&mut layout.is_gone[operation as usize]) {
            layout.gone -= 1;
        }
        self.clear_way(layout, operation, slot);
        self.put(layout, operation, slot);
        self.doubt_after(layout, operation);
        // It may let go after facts that start later: the next to move is set up for from then on.
        for &(resource, _) in layout.instance.needs(slot.mode) {
            let next = self.rows[resource as usize].first_movable(slot.start).copied();
            if let Some(next) = next.filter(|_| layout.instance.setups[resource as usize].is_some())
            {
                self.doubt(layout, next.operation, next.start);
            }
        }
    }

    /// Lets what was a fact be planned again.
    pub(crate) fn release(&mut self, layout: &mut Layout, operation: u32) {
        self.doubt_around(layout, operation);
        let old = self.lift(layout, operation);
        layout.instance.operations[operation as usize].frozen = None;
        self.doubt(layout, operation, old.start.max(layout.instance.now));
    }

    /// Doubts what is set up for before and after this operation: a fact may be shorter than its work, and without
    /// it the setup longer than with it.
    fn doubt_around(&mut self, layout: &Layout, operation: u32) {
        let slot = self.slots[operation as usize];
        if !slot.is_placed() {
            return;
        }
        for &(resource, amount) in layout.instance.needs(slot.mode) {
            if layout.instance.setups[resource as usize].is_none() {
                continue;
            }
            let Some(here) = held(layout, operation, slot, resource, amount) else { continue };
            let row = &self.rows[resource as usize];
            let index = row.position(&here);
            let around = [index.checked_sub(1), Some(index + 1)];
            let around = around.map(|it| row.held().get(it?).copied());
            for it in around.into_iter().flatten() {
                self.doubt(layout, it.operation, it.start);
            }
        }
    }

    /// Lets a resource work as the problem says.
    pub(crate) fn change_calendar(
        &mut self,
        layout: &mut Layout,
        problem: &Problem,
        resource: usize,
    ) {
        let held = self.rows[resource].held().to_vec();
        // Energy is counted by the calendar it was drawn in.
        let drawn = if layout.draws_power { &held[..] } else { &[] };
        let slots: Vec<Slot> = drawn.iter().map(|it| self.lift(layout, it.operation)).collect();
        layout.change_calendar(problem, resource);
        for (it, slot) in drawn.iter().zip(slots) {
            self.put(layout, it.operation, slot);
        }
        let has_setups = layout.instance.setups[resource].is_some();
        let instant = layout.instant.iter().copied();
        for operation in held.iter().map(|it| it.operation).chain(instant) {
            let slot = self.slots[operation as usize];
            if has_setups || is_out_of_step(layout, operation, slot) {
                self.doubt(layout, operation, slot.start);
            }
        }
    }

    /// Doubts what a resource no longer has room for, the last to start first.
    pub(crate) fn doubt_overload(&mut self, layout: &Layout, resource: usize) {
        let capacity = i64::from(layout.instance.resources[resource].capacity);
        let mut there: Vec<Held> = Vec::new();
        let mut lifted = Vec::new();
        // By start: what is taken only grows where one starts.
        for it in self.rows[resource].held() {
            there.retain(|other| it.start < other.end);
            there.push(*it);
            let mut taken: i64 = there.iter().map(|it| i64::from(it.amount)).sum();
            while capacity < taken {
                let movable = there.iter().enumerate().filter(|it| !it.1.is_fact);
                let Some((index, _)) = movable.max_by_key(|it| it.1.start) else { break };
                let last = there.swap_remove(index);
                taken -= i64::from(last.amount);
                lifted.push(last);
            }
        }
        for it in lifted {
            self.lift(layout, it.operation);
            self.doubt(layout, it.operation, it.start);
        }
    }

    /// Doubts an operation that starts before it may.
    pub(crate) fn doubt_early(&mut self, layout: &Layout, operation: u32) {
        let start = self.slots[operation as usize].start;
        if start < layout.instance.operations[operation as usize].earliest {
            self.doubt(layout, operation, start);
        }
    }

    /// Takes in what a job weighs and when it is due.
    pub(crate) fn change_due(&mut self, layout: &mut Layout, problem: &Problem, job: usize) {
        self.totals.forget_job(layout, job);
        let it = &problem.jobs[job];
        layout.instance.jobs[job].due = it.due.map(weft_model::Timestamp::as_millis);
        layout.instance.jobs[job].weight = it.weight;
    }

    /// Takes out all of a job that has not started.
    pub(crate) fn cancel(&mut self, layout: &mut Layout, job: usize) {
        for operation in layout.instance.job_operations(job).to_vec() {
            let index = operation as usize;
            if layout.instance.operations[index].frozen.is_none() && !layout.is_gone[index] {
                self.lift(layout, operation);
                layout.is_gone[index] = true;
                layout.gone += 1;
            }
        }
    }

    /// Counts energy at other prices.
    pub(crate) fn change_prices(&mut self, layout: &mut Layout, prices: &[Price]) {
        layout.instance.prices = Prices::new(prices);
        self.count_prices(layout);
    }

    /// Makes room for the job that was added last.
    pub(crate) fn grow(&mut self, layout: &Layout) {
        let known = self.slots.len();
        let added = &layout.instance.operations[known..];
        self.slots.extend(added.iter().map(|it| Slot::unplaced(it.first_mode)));
        self.resize(layout);
    }

    /// Forgets the job that was added last and has been taken out; none of it has a place.
    pub(crate) fn shrink(&mut self, layout: &Layout) {
        self.settle(layout);
        self.slots.truncate(layout.instance.operations.len());
        self.resize(layout);
    }

    fn resize(&mut self, layout: &Layout) {
        self.logged.resize(self.slots.len(), 0);
        self.queue.resize(self.slots.len());
        self.totals.grow(layout.instance.jobs.len());
    }

    /// Tries to give a place to what lost it in this transaction.
    pub(crate) fn insert_dropped(&mut self, layout: &Layout) {
        let changed = self.changed().iter().map(|it| it.0);
        let is_dropped =
            |it: &u32| self.slots[*it as usize].start == NEVER && !layout.is_gone[*it as usize];
        let mut dropped: Vec<u32> = changed.filter(is_dropped).collect();
        dropped.sort_unstable_by_key(|it| layout.rank[*it as usize]);
        for operation in dropped {
            self.insert(layout, operation);
        }
        self.settle(layout);
    }
}

/// Whether an operation that starts then would end at another instant.
fn is_out_of_step(layout: &Layout, operation: u32, slot: Slot) -> bool {
    let work = layout.instance.modes[slot.mode as usize].work;
    let spans_breaks = layout.instance.operations[operation as usize].spans_breaks;
    let place = layout.instance.calendar(slot.mode).fit(slot.start, work, spans_breaks);
    slot.is_placed() && place != Some((slot.start, slot.end))
}
