//! Right again after a change: what is in the way goes later, in the order it had, and what is not stays.
//!
//! Affected operations rescheduling (Abumaizar & Svestka 1997), with a look aside: an operation that
//! cannot stay goes where it holds up nobody, on another machine or in a later gap, and only when there is no such
//! place it pushes on what comes after it. Operations are taken by where they started before, each once.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::instance::{NEVER, Slot};
use crate::problem::Weights;
use crate::timetable::Timetable;
use crate::timetable::fit::{Ask, overs};
use crate::timetable::layout::Layout;
use crate::timetable::row::Held;

/// After so many rounds of a repair what is still in doubt loses its place instead of looking for another.
const ROUNDS_MAX: u32 = 16;

/// Operations to look at, by where they started before.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<(i64, u32, u32)>>,
    /// In doubt again after they were settled: for the next round. A repair has one unless facts stand in an
    /// odd order.
    again: Vec<u32>,
    round: u32,
    /// By operation the round in which it was queued, and the one in which it was settled.
    queued: Vec<u32>,
    settled: Vec<u32>,
}

impl Queue {
    pub(super) fn new(operations: usize) -> Self {
        Self {
            heap: BinaryHeap::new(),
            again: Vec::new(),
            round: 1,
            queued: vec![0; operations],
            settled: vec![0; operations],
        }
    }

    /// Makes room for operations that have been added, or forgets those that have been taken out.
    pub(super) fn resize(&mut self, operations: usize) {
        self.queued.resize(operations, 0);
        self.settled.resize(operations, 0);
    }
}

impl Timetable {
    /// Has this operation looked at by [`Timetable::repair`]; `start` is where it started.
    pub(crate) fn doubt(&mut self, layout: &Layout, operation: u32, start: i64) {
        let (queue, index) = (&mut self.queue, operation as usize);
        if layout.instance.operations[index].frozen.is_some() || layout.is_gone[index] {
            return;
        }
        if queue.queued[index] != queue.round {
            queue.queued[index] = queue.round;
            queue.heap.push(Reverse((start, layout.rank[index], operation)));
        } else if queue.settled[index] == queue.round {
            queue.again.push(operation);
        }
    }

    /// Has all looked at that come after this one.
    pub(super) fn doubt_after(&mut self, layout: &Layout, operation: u32) {
        for &(after, _) in layout.instance.after(operation) {
            let slot = self.slots[after as usize];
            if slot.is_placed() {
                self.doubt(layout, after, slot.start);
            }
        }
    }

    /// Puts right what is in doubt and what follows from it.
    pub(crate) fn repair(&mut self, layout: &Layout) {
        for round in 0.. {
            while let Some(Reverse((start, _, operation))) = self.queue.heap.pop() {
                if round < ROUNDS_MAX {
                    self.put_right(layout, operation, start);
                } else {
                    self.queue.settled[operation as usize] = self.queue.round;
                    self.lift(layout, operation);
                    self.doubt_after(layout, operation);
                }
            }
            self.queue.round += 1;
            let mut again = std::mem::take(&mut self.queue.again);
            for operation in again.drain(..) {
                let start = self.slots[operation as usize].start;
                if start != NEVER {
                    self.doubt(layout, operation, start);
                }
            }
            self.queue.again = again;
            if self.queue.heap.is_empty() {
                break;
            }
        }
        self.settle(layout);
    }

    /// Puts an operation at the first place from `from` on that neither facts nor what starts before are in
    /// the way of, and pushes on what starts later.
    pub(super) fn push_in(&mut self, layout: &Layout, operation: u32, mode: u32, from: i64) -> bool {
        let old = self.lift(layout, operation);
        let is_obstacle = |it: &Held| it.is_fact || it.start < from;
        let Some(slot) = self.fit(layout, operation, mode, from, is_obstacle) else {
            if old.is_placed() {
                self.put(layout, operation, old);
            }
            return false;
        };
        self.queue.settled[operation as usize] = self.queue.round;
        self.queue.queued[operation as usize] = self.queue.round;
        self.clear_way(layout, operation, slot);
        self.put(layout, operation, slot);
        self.doubt_after(layout, operation);
        true
    }

    fn put_right(&mut self, layout: &Layout, operation: u32, start: i64) {
        let old = self.lift(layout, operation);
        self.queue.settled[operation as usize] = self.queue.round;
        let Some(ready) = self.ready(layout, operation) else {
            self.doubt_after(layout, operation);
            return;
        };
        let from = if start == NEVER { ready } else { ready.max(start) };
        let slot = match self.aside(layout, operation, old.mode, ready, from) {
            Some(slot) => Some(slot),
            None => self.pushed(layout, operation, old.mode, start, ready, from),
        };
        if let Some(slot) = slot {
            self.put(layout, operation, slot);
        }
        if old.is_placed() {
            self.doubt_first(layout, old);
        }
        let Some(slot) = slot else {
            self.doubt_after(layout, operation);
            return;
        };
        if old.end < slot.end || !old.is_placed() {
            self.doubt_after(layout, operation);
        }
    }

    /// Has looked at who is first on a resource now that this place is free: until now someone else was set up for.
    fn doubt_first(&mut self, layout: &Layout, free: Slot) {
        for &(resource, _) in layout.instance.needs(free.mode) {
            let first = self.rows[resource as usize].held().first().copied();
            let has_setups = layout.instance.setups[resource as usize].is_some();
            if let Some(first) = first.filter(|it| has_setups && free.start < it.start) {
                self.doubt(layout, first.operation, first.start);
            }
        }
    }

    /// Where it holds up nobody; where it is when it can stay.
    fn aside(
        &self,
        layout: &Layout,
        operation: u32,
        mode: u32,
        ready: i64,
        from: i64,
    ) -> Option<Slot> {
        let latest = self.latest(layout, operation).min(self.free_end(layout, operation));
        let all = |_: &Held| true;
        let here = self.fit(layout, operation, mode, from, all);
        if here.is_some_and(|slot| slot.start == from) {
            return here;
        }
        let mut best = here.filter(|slot| slot.end <= latest);
        let it = &layout.instance.operations[operation as usize];
        if is_free_to_choose(layout) {
            for other in (it.first_mode..it.last_mode).filter(|it| *it != mode) {
                let place = self.fit(layout, operation, other, ready, all);
                if let Some(place) = place.filter(|place| place.end <= latest)
                    && best.is_none_or(|best| place.end < best.end)
                {
                    best = Some(place);
                }
            }
        }
        best
    }

    /// Up to when it may end without cost, were it not for what comes after it.
    fn free_end(&self, layout: &Layout, operation: u32) -> i64 {
        let job = layout.instance.operations[operation as usize].job;
        let (end, due) = (self.job_end(job), layout.instance.jobs[job as usize].due);
        let counts = |weight: fn(&Weights) -> u32| {
            layout.instance.objective.levels.iter().any(|it| weight(it) != 0)
        };
        let mut free = NEVER;
        if counts(|it| it.flow_time) || counts(|it| it.earliness) {
            free = free.min(end);
        }
        if counts(|it| it.tardiness) {
            free = free.min(due.map_or(NEVER, |due| due.max(end)));
        }
        if counts(|it| it.makespan) {
            free = free.min(self.last_end());
        }
        free
    }

    /// In its mode, before all that it came before.
    fn pushed(
        &mut self,
        layout: &Layout,
        operation: u32,
        mode: u32,
        start: i64,
        ready: i64,
        from: i64,
    ) -> Option<Slot> {
        let rank = layout.rank[operation as usize];
        let slot = {
            let queue = &self.queue;
            let is_obstacle = |it: &Held| {
                it.is_fact
                    || queue.settled[it.operation as usize] == queue.round
                    || (it.start, layout.rank[it.operation as usize]) < (start, rank)
            };
            let of_mode = |mode, from| self.fit(layout, operation, mode, from, is_obstacle);
            of_mode(mode, from).or_else(|| {
                // Its machine is gone for good, or its deadline has come too near.
                let it = &layout.instance.operations[operation as usize];
                let others = (it.first_mode..it.last_mode).filter(|it| *it != mode);
                others.filter_map(|it| of_mode(it, ready)).min_by_key(|slot| (slot.end, slot.mode))
            })?
        };
        self.clear_way(layout, operation, slot);
        Some(slot)
    }

    /// Takes their places from all that are in the way of a place and may move.
    pub(super) fn clear_way(&mut self, layout: &Layout, operation: u32, slot: Slot) {
        for &(resource, amount) in layout.instance.needs(slot.mode) {
            let (start, end) = (slot.start, slot.end);
            let ask = Ask { layout, mode: slot.mode, resource, amount, start, end };
            while let Some(other) = self.in_the_way(ask, operation) {
                let old = self.lift(layout, other);
                self.doubt(layout, other, old.start);
            }
        }
    }

    /// One that is in the way and may move; the last to start.
    fn in_the_way(&self, ask: Ask<'_>, operation: u32) -> Option<u32> {
        let row = &self.rows[ask.resource as usize];
        let instance = &ask.layout.instance;
        let may_move = |it: &&Held| {
            !it.is_fact && self.queue.settled[it.operation as usize] != self.queue.round
        };
        if instance.setups[ask.resource as usize].is_some() {
            return self.too_near(ask, operation);
        }
        if ask.end <= ask.start {
            return None;
        }
        let within = row.within(ask.start, ask.end);
        let capacity = instance.resources[ask.resource as usize].capacity;
        if capacity == 1 {
            return within.filter(may_move).last().map(|it| it.operation);
        }
        let room = i64::from(capacity) - i64::from(ask.amount);
        let key = |it: &&Held| (it.start, ask.layout.rank[it.operation as usize]);
        // Where facts alone take too much nobody has to move.
        overs(within.clone(), ask.start, room).find_map(|over| {
            let there = within.clone().filter(|it| it.start <= over.at && over.at < it.end);
            there.filter(may_move).max_by_key(key).map(|it| it.operation)
        })
    }

    /// The same on a resource with setups: a neighbour that leaves too little time.
    fn too_near(&self, ask: Ask<'_>, operation: u32) -> Option<u32> {
        let row = &self.rows[ask.resource as usize];
        let held = row.held();
        let may_move = |it: &&Held| {
            !it.is_fact
                && it.operation != operation
                && self.queue.settled[it.operation as usize] != self.queue.round
        };
        if let Some(it) = row.within(ask.start, ask.end).filter(may_move).last() {
            return Some(it.operation);
        }
        let index = row.from(ask.start.saturating_add(1));
        if let Some(later) = held[index..].first()
            && !ask.free_before(later)
            && may_move(&later)
        {
            return Some(later.operation);
        }
        let sooner = held[..index].last();
        let is_late = ask.free_after(row, sooner).is_some_and(|free| ask.start < free);
        sooner.filter(|_| is_late).filter(may_move).map(|it| it.operation)
    }
}

/// Whether one mode costs no more than another but for time.
fn is_free_to_choose(layout: &Layout) -> bool {
    let levels = layout.instance.objective.levels;
    levels.iter().all(|it| it.money == 0 && it.energy == 0)
}
