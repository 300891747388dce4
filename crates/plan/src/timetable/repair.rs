//! Right again after a change: what is in the way goes later, and what is not stays.
//!
//! Affected operations rescheduling (Abumaizar & Svestka 1997), as a dispatcher would do it: operations in doubt are
//! looked at in the order of time. One that cannot stay goes aside where it holds up nobody, on another
//! machine or in a later gap; only when there is no such place it waits until it can begin, and when its time has
//! come it pushes on what would start later. Nobody waits for one that waits for something else.
//! [`Style::Order`] keeps to the order there was instead (right shift): nothing ends later than it must for that,
//! but more is moved. [`Style::Insert`] moves what is in doubt alone, as far as it has to.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::instance::{NEVER, Slot};
use crate::problem::Weights;
use crate::timetable::Timetable;
use crate::timetable::fit::{Ask, Near, overs};
use crate::timetable::layout::Layout;
use crate::timetable::row::Held;

/// After so many rounds of a repair what is still in doubt loses its place instead of looking for another.
const ROUNDS_MAX: u32 = 16;

/// So often an operation may go aside in a round; then it keeps its turn.
const ASIDES_MAX: u32 = 2;
/// So many others are passed by at most on the way to a place aside; fewer where passing by takes longer.
const CONFLICTS_MAX: u32 = 1_000;
/// So often an operation may wait in a round; then it takes the place it would wait for.
const WAITS_MAX: u32 = 40;

/// What comes first when two want the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Whoever can begin.
    Dispatch,
    /// Whoever came first before.
    Order,
    /// Those that are not in doubt: nobody is pushed on.
    Insert,
}

/// Operations to look at, by the time at which they would begin, then by where they started before.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<(i64, i64, u32, u32)>>,
    /// In doubt again after they were settled: for the next round. A repair has one unless facts stand in an
    /// odd order.
    again: Vec<u32>,
    round: u32,
    of: Vec<Queued>,
    style: Style,
}

/// What is known of an operation; by a round that is not the current one nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Queued {
    /// The last round in which it was queued, in which it was settled, and in which it was looked at.
    round: u32,
    settled: u32,
    seen: u32,
    /// Where it started when it was first in doubt.
    start: i64,
    /// How often it went aside, and how often it waited.
    asides: u32,
    waits: u32,
}

impl Queue {
    pub(super) fn new(operations: usize) -> Self {
        Self {
            heap: BinaryHeap::new(),
            again: Vec::new(),
            round: 1,
            of: vec![Queued::default(); operations],
            style: Style::Dispatch,
        }
    }

    /// Makes room for operations that have been added, or forgets those that have been taken out.
    pub(super) fn resize(&mut self, operations: usize) {
        self.of.resize(operations, Queued::default());
    }

    fn is_settled(&self, operation: u32) -> bool {
        self.of[operation as usize].settled == self.round
    }

    /// Whether an operation may go aside once more; if so, whoever has his turn there may send it on.
    fn lets_aside(&mut self, operation: u32) -> bool {
        let it = &mut self.of[operation as usize];
        let may = it.asides < ASIDES_MAX;
        if may {
            it.asides += 1;
            (it.round, it.settled) = (0, 0);
        }
        may
    }

    /// Has an operation looked at when it is time, unless it has waited too often.
    fn lets_wait(&mut self, layout: &Layout, operation: u32, until: i64) -> bool {
        let it = &mut self.of[operation as usize];
        let may = it.waits < WAITS_MAX;
        if may {
            it.waits += 1;
            it.settled = 0;
            let rank = layout.rank[operation as usize];
            self.heap.push(Reverse((until, it.start, rank, operation)));
        }
        may
    }
}

impl Timetable {
    /// Has this operation looked at by [`Timetable::repair`]; `start` is where it started.
    pub(crate) fn doubt(&mut self, layout: &Layout, operation: u32, start: i64) {
        let (queue, index) = (&mut self.queue, operation as usize);
        let is_fact = layout.instance.operations[index].frozen.is_some();
        if is_fact || layout.is_gone[index] || start == NEVER {
            return;
        }
        let it = &mut queue.of[index];
        if it.seen != queue.round {
            *it = Queued { seen: queue.round, start, ..Queued::default() };
        }
        if it.round != queue.round {
            it.round = queue.round;
            queue.heap.push(Reverse((start, it.start, layout.rank[index], operation)));
        } else if it.settled == queue.round {
            queue.again.push(operation);
        }
    }

    /// Has all looked at that come after this one, also those that had to wait for it to have a place.
    pub(super) fn doubt_after(&mut self, layout: &Layout, operation: u32) {
        for &(after, _) in layout.instance.after(operation) {
            let slot = self.slots[after as usize];
            let queued = self.queue.of[after as usize];
            if slot.is_placed() {
                self.doubt(layout, after, slot.start);
            } else if queued.seen == self.queue.round {
                self.doubt(layout, after, queued.start);
            }
        }
    }

    /// What is in doubt, and where it started.
    pub(crate) fn in_doubt(&self) -> Vec<(u32, i64)> {
        self.queue.heap.iter().map(|Reverse((_, start, _, it))| (*it, *start)).collect()
    }

    /// Puts right what is in doubt and what follows from it.
    pub(crate) fn repair(&mut self, layout: &Layout, style: Style) {
        self.repair_small(layout, style, usize::MAX);
    }

    /// The same, but gives up when more than `changes_max` have changed in this transaction, which then has to be
    /// taken back.
    pub(crate) fn repair_small(
        &mut self,
        layout: &Layout,
        style: Style,
        changes_max: usize,
    ) -> bool {
        self.queue.style = style;
        for round in 0.. {
            while let Some(Reverse((time, _, _, operation))) = self.queue.heap.pop() {
                if changes_max < self.log.len() {
                    self.queue.heap.clear();
                    self.queue.again.clear();
                    self.queue.round += 1;
                    return false;
                }
                self.queue.of[operation as usize].settled = self.queue.round;
                if round < ROUNDS_MAX {
                    self.put_right(layout, operation, time);
                } else {
                    self.lift(layout, operation);
                    self.doubt_after(layout, operation);
                }
            }
            self.queue.round += 1;
            let mut again = std::mem::take(&mut self.queue.again);
            for operation in again.drain(..) {
                self.doubt(layout, operation, self.slots[operation as usize].start);
            }
            self.queue.again = again;
            if self.queue.heap.is_empty() {
                break;
            }
        }
        self.settle(layout);
        true
    }

    /// Puts an operation at the first place from `from` on that neither facts nor what starts before are in
    /// the way of, and pushes on what starts later.
    pub(super) fn push_in(
        &mut self,
        layout: &Layout,
        operation: u32,
        mode: u32,
        from: i64,
    ) -> bool {
        let old = self.lift(layout, operation);
        let is_obstacle = |it: &Held| it.is_fact || it.start < from;
        let Some(slot) = self.fit(layout, operation, mode, from, is_obstacle) else {
            if old.is_placed() {
                self.put(layout, operation, old);
            }
            return false;
        };
        let (round, start) = (self.queue.round, slot.start);
        self.queue.of[operation as usize] =
            Queued { round, settled: round, seen: round, start, ..Queued::default() };
        self.clear_way(layout, operation, slot);
        self.put(layout, operation, slot);
        self.doubt_after(layout, operation);
        true
    }

    /// Puts an operation where it can be, now that it is this late in the repair, or lets it wait.
    fn put_right(&mut self, layout: &Layout, operation: u32, time: i64) {
        let old = self.lift(layout, operation);
        let slot = self.place_for(layout, operation, old.mode, time);
        if let Some(slot) = slot {
            self.put(layout, operation, slot);
        }
        if old.is_placed() && slot != Some(old) {
            self.doubt_beside(layout, old);
        }
        if slot.is_none_or(|slot| !old.is_placed() || old.end < slot.end) {
            self.doubt_after(layout, operation);
        }
    }

    /// `None` when it waits, for its time or for one before it, or when there is no place at all.
    fn place_for(&mut self, layout: &Layout, operation: u32, mode: u32, time: i64) -> Option<Slot> {
        let Some(ready) = self.ready(layout, operation) else {
            // Whoever it waits for may get a place yet.
            let it = &mut self.queue.of[operation as usize];
            (it.round, it.settled) = (0, 0);
            return None;
        };
        let from = ready.max(time);
        if self.queue.style == Style::Order {
            let slot = self.in_order(layout, operation, mode, ready, time)?;
            self.clear_way(layout, operation, slot);
            return Some(slot);
        }
        if self.queue.style == Style::Insert {
            let all = |_: &Held| true;
            let here = Near { latest: NEVER, conflicts_max: 0 };
            let here = self.fit_near(layout, operation, mode, from, here, all);
            let here = here.filter(|slot| slot.start == from);
            return here.or_else(|| self.soonest(layout, operation, ready));
        }
        let aside = self.aside(layout, operation, mode, ready, from);
        let here = aside.filter(|slot| slot.start == from && slot.mode == mode);
        if here.is_some() {
            return here;
        }
        if let Some(slot) = aside
            && self.queue.lets_aside(operation)
        {
            return Some(slot);
        }
        let slot = self.pushed(layout, operation, mode, from)?;
        if time < slot.start && self.queue.lets_wait(layout, operation, slot.start) {
            self.slots[operation as usize].mode = slot.mode;
            return None;
        }
        self.clear_way(layout, operation, slot);
        Some(slot)
    }

    /// Has looked at who stands around a place that is free now: someone else was set up for in between, who may have
    /// been where he could not stay.
    fn doubt_beside(&mut self, layout: &Layout, free: Slot) {
        for &(resource, _) in layout.instance.needs(free.mode) {
            if layout.instance.setups[resource as usize].is_none() {
                continue;
            }
            let row = &self.rows[resource as usize];
            let index = row.from(free.start);
            let sooner = index.checked_sub(1).and_then(|it| row.held().get(it)).copied();
            let Some(later) = row.held().get(index).copied() else { continue };
            match sooner {
                Some(it) if is_set_up(layout, resource, &it, &later) => {}
                Some(it) if later.is_fact => self.doubt(layout, it.operation, it.start),
                _ => self.doubt(layout, later.operation, later.start),
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
        let near = Near { latest, conflicts_max: CONFLICTS_MAX };
        let here = self.fit_near(layout, operation, mode, from, near, all);
        if here.is_some_and(|slot| slot.start == from) {
            return here;
        }
        let mut best = here.filter(|slot| slot.end <= latest);
        let it = &layout.instance.operations[operation as usize];
        if is_free_to_choose(layout) {
            for other in (it.first_mode..it.last_mode).filter(|it| *it != mode) {
                let near = Near { latest: best.map_or(latest, |best| best.end), ..near };
                let place = self.fit_near(layout, operation, other, ready, near, all);
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

    /// Before all that it came before, in its mode if it can be.
    fn in_order(
        &self,
        layout: &Layout,
        operation: u32,
        mode: u32,
        ready: i64,
        start: i64,
    ) -> Option<Slot> {
        let rank = layout.rank[operation as usize];
        let is_obstacle = |it: &Held| {
            let turn = (it.start, layout.rank[it.operation as usize]);
            it.is_fact || turn < (start, rank) || self.queue.is_settled(it.operation)
        };
        let of_mode = |mode, from| self.fit(layout, operation, mode, from, is_obstacle);
        of_mode(mode, ready.max(start)).or_else(|| {
            let it = &layout.instance.operations[operation as usize];
            let others = (it.first_mode..it.last_mode).filter(|it| *it != mode);
            others.filter_map(|it| of_mode(it, ready)).min_by_key(|slot| (slot.end, slot.mode))
        })
    }

    /// Before all that would start after `from`; in another mode when that is sooner.
    fn pushed(&self, layout: &Layout, operation: u32, mode: u32, from: i64) -> Option<Slot> {
        let is_obstacle =
            |it: &Held| it.is_fact || it.start < from || self.queue.is_settled(it.operation);
        let own = self.fit(layout, operation, mode, from, is_obstacle);
        let is_at_once = own.is_some_and(|slot| slot.start == from);
        if is_at_once || own.is_some() && !is_free_to_choose(layout) {
            return own;
        }
        let it = &layout.instance.operations[operation as usize];
        let others = (it.first_mode..it.last_mode).filter(|it| *it != mode);
        let others = others.filter_map(|it| self.fit(layout, operation, it, from, is_obstacle));
        own.into_iter().chain(others).min_by_key(|slot| slot.end)
    }

    /// Takes their places from all that are in the way of a place and may move.
    pub(super) fn clear_way(&mut self, layout: &Layout, operation: u32, slot: Slot) {
        for &(resource, amount) in layout.instance.needs(slot.mode) {
            let (start, end) = (slot.start, slot.end);
            let ask = Ask { layout, mode: slot.mode, resource, amount, start, end };
            while let Some(other) = self.in_the_way(ask, operation) {
                let old = self.lift(layout, other);
                self.doubt(layout, other, old.start);
                self.doubt_beside(layout, old);
            }
        }
    }

    /// One that is in the way and may move; the last to start.
    fn in_the_way(&self, ask: Ask<'_>, operation: u32) -> Option<u32> {
        let row = &self.rows[ask.resource as usize];
        let instance = &ask.layout.instance;
        let may_move = |it: &&Held| !it.is_fact && !self.queue.is_settled(it.operation);
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
            !it.is_fact && it.operation != operation && !self.queue.is_settled(it.operation)
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

/// Whether there is time for the setup between these two.
fn is_set_up(layout: &Layout, resource: u32, sooner: &Held, later: &Held) -> bool {
    let Some(setups) = &layout.instance.setups[resource as usize] else { return true };
    let time = setups.time.get(sooner.left as usize).and_then(|it| it.get(later.needed as usize));
    let calendar = layout.instance.resource_calendar(resource as usize);
    time.is_none_or(|time| time.get() <= calendar.work_between(sooner.end, later.start))
}

/// Whether one mode costs no more than another but for time.
fn is_free_to_choose(layout: &Layout) -> bool {
    let levels = layout.instance.objective.levels;
    levels.iter().all(|it| it.money == 0 && it.energy == 0)
}
