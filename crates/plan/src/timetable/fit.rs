//! The first place for an operation.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{NEVER, Slot};
use crate::timetable::Timetable;
use crate::timetable::layout::Layout;
use crate::timetable::row::{Held, NO_STATE, Row};

impl Timetable {
    /// The first place in a mode from `ready` on that is not in the way of any obstacle. The operation itself
    /// has no place. `None` when working time or the deadline passes.
    pub(super) fn fit(
        &self,
        layout: &Layout,
        operation: u32,
        mode: u32,
        ready: i64,
        is_obstacle: impl Fn(&Held) -> bool + Copy,
    ) -> Option<Slot> {
        self.fit_near(layout, operation, mode, ready, Near::ANY, is_obstacle)
    }

    /// The same, at `ready` or not too far from there.
    pub(super) fn fit_near(
        &self,
        layout: &Layout,
        operation: u32,
        mode: u32,
        ready: i64,
        near: Near,
        is_obstacle: impl Fn(&Held) -> bool + Copy,
    ) -> Option<Slot> {
        let mut left = near.conflicts_max;
        let instance = &layout.instance;
        let calendar = instance.calendar(mode);
        let work = instance.modes[mode as usize].work;
        let spans_breaks = instance.operations[operation as usize].spans_breaks;
        let (mut start, mut end) = calendar.fit(ready, work, spans_breaks)?;
        let needs = instance.needs(mode);
        if let &[(resource, _)] = needs
            && instance.resources[resource as usize].capacity == 1
            && instance.setups[resource as usize].is_none()
            && start < end
        {
            let held = self.rows[resource as usize].after(start);
            let ends_by = layout.deadline[operation as usize];
            let refit = |from: i64| {
                let place = calendar.fit(from, work, spans_breaks)?;
                (place.1 <= near.latest.min(ends_by)).then_some(place)
            };
            (start, end) = between(held, (start, end), work, near, refit, is_obstacle)?;
            return (end <= ends_by).then_some(Slot { start, end, mode });
        }
        let mut free = 0;
        // Around the needs until all of them, one after the other, have nothing against the place.
        let mut at = 0;
        while free < needs.len() {
            if layout.deadline[operation as usize] < end {
                return None;
            }
            let (resource, amount) = needs[at];
            let ask = Ask { layout, mode, resource, amount, start, end };
            match ask.conflict(&self.rows[resource as usize], is_obstacle) {
                None => free += 1,
                Some(next) => {
                    left = left.checked_sub(DETOUR)?;
                    (start, end) = calendar.fit(next, work, spans_breaks)?;
                    if near.latest < end {
                        return None;
                    }
                    free = 0;
                    continue;
                }
            }
            at = (at + 1) % needs.len();
        }
        (end <= layout.deadline[operation as usize]).then_some(Slot { start, end, mode })
    }
}

/// The first gap between those who hold a resource of capacity 1 for themselves; `place` is the first to look at.
/// Gaps that are too short are passed by without asking the calendar (`refit`).
fn between(
    held: &[Held],
    place: (i64, i64),
    work: i64,
    near: Near,
    refit: impl Fn(i64) -> Option<(i64, i64)>,
    is_obstacle: impl Fn(&Held) -> bool + Copy,
) -> Option<(i64, i64)> {
    let ((mut start, mut end), mut left) = (place, near.conflicts_max);
    let mut is_place = true;
    for it in held.iter().filter(|it| is_obstacle(it)) {
        if !is_place && end <= it.start {
            (start, end) = refit(start)?;
            is_place = true;
        }
        if it.end <= start {
            continue;
        }
        if end <= it.start {
            break;
        }
        left = left.checked_sub(1)?;
        (start, end) = (it.end, it.end.saturating_add(work));
        if near.latest < end {
            return None;
        }
        is_place = false;
    }
    if is_place { Some((start, end)) } else { refit(start) }
}

/// A conflict counts for so many when calendars or several needs have to be asked each time.
const DETOUR: u32 = 20;

/// How far to look for a place, unless the first that is looked at is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    /// It ends by then.
    pub(super) latest: i64,
    /// So many conflicts on the way at most.
    pub(super) conflicts_max: u32,
}

impl Near {
    pub(super) const ANY: Self = Self { latest: NEVER, conflicts_max: u32::MAX };
}

/// A place that an operation would like on one resource.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) layout: &'a Layout,
    pub(super) mode: u32,
    pub(super) resource: u32,
    pub(super) amount: u32,
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Ask<'_> {
    /// `None` when no obstacle is in the way; else an instant after the start before which one is.
    fn conflict(self, row: &Row, is_obstacle: impl Fn(&Held) -> bool + Copy) -> Option<i64> {
        let instance = &self.layout.instance;
        let capacity = instance.resources[self.resource as usize].capacity;
        if instance.setups[self.resource as usize].is_some() {
            return self.setup_conflict(row, is_obstacle);
        }
        if self.end <= self.start {
            return None;
        }
        let mut within = row.within(self.start, self.end).filter(|it| is_obstacle(it));
        if capacity == 1 {
            return within.next().map(|it| it.end);
        }
        let room = i64::from(capacity) - i64::from(self.amount);
        over(within, self.start, room).map(|over| over.until)
    }

    /// The same on a resource with setups. Only neighbours count: a setup is never longer for a visit on
    /// the way.
    fn setup_conflict(self, row: &Row, is_obstacle: impl Fn(&Held) -> bool + Copy) -> Option<i64> {
        let held = row.held();
        // In this order of starts also when one of them takes no time.
        let index = row.from(self.start.saturating_add(1));
        let sooner = held[..index].iter().rev().find(|it| is_obstacle(it));
        if let Some(free) = self.free_after(row, sooner)
            && self.start < free
        {
            return Some(free);
        }
        let later = held[index..].iter().find(|it| is_obstacle(it))?;
        let fits = self.end <= later.start && self.free_before(later);
        if fits { None } else { Some(later.end.max(self.start + 1)) }
    }

    /// When the one before lets it begin, setup included.
    pub(super) fn free_after(self, row: &Row, sooner: Option<&Held>) -> Option<i64> {
        let instance = &self.layout.instance;
        let setups = instance.setups[self.resource as usize].as_ref()?;
        let needed = instance.states(self.mode, self.resource)?.0;
        let (from, state) = match sooner {
            // Facts may overlap: the last to start need not be the last to let go.
            Some(it) => (row.lets_go_of_facts(self.start).max(it.end), it.left),
            None => (instance.now, setups.initial.map_or(NO_STATE, |it| it as u32)),
        };
        let time = if state == NO_STATE { 0 } else { setups.time[state as usize][needed].get() };
        if time == 0 {
            return sooner.map(|_| from);
        }
        let calendar = instance.resource_calendar(self.resource as usize);
        Some(calendar.after_work(from, time).unwrap_or(i64::MAX))
    }

    /// Whether there is time to set up for the one after it.
    pub(super) fn free_before(self, later: &Held) -> bool {
        let instance = &self.layout.instance;
        let Some(setups) = &instance.setups[self.resource as usize] else { return true };
        let Some((_, left)) = instance.states(self.mode, self.resource) else { return true };
        let time = setups.time.get(left).and_then(|row| row.get(later.needed as usize));
        let time = time.map_or(0, |it| it.get());
        let calendar = instance.resource_calendar(self.resource as usize);
        time <= calendar.work_between(self.end, later.start)
    }
}

/// An instant at which too much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Over {
    pub(super) at: i64,
    /// When the first of those who take it then lets go.
    pub(super) until: i64,
}

/// The first instant from `start` on at which more than `room` is taken.
fn over<'a>(within: impl Iterator<Item = &'a Held> + Clone, start: i64, room: i64) -> Option<Over> {
    let all: i64 = within.clone().map(|it| i64::from(it.amount)).sum();
    if all <= room { None } else { overs(within, start, room).next() }
}

/// Instants from `start` on at which more than `room` is taken: what is taken only grows where one starts.
pub(super) fn overs<'a>(
    within: impl Iterator<Item = &'a Held> + Clone,
    start: i64,
    room: i64,
) -> impl Iterator<Item = Over> {
    within.clone().filter_map(move |it| {
        let at = it.start.max(start);
        let there = within.clone().take_while(|it| it.start <= at).filter(|it| at < it.end);
        let (taken, until) = there.fold((0, i64::MAX), |(taken, until), it| {
            (taken + i64::from(it.amount), it.end.min(until))
        });
        (room < taken).then_some(Over { at, until })
    })
}
