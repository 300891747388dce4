//! Never more taken from a resource than it has: what is taken over time, and the first start that fits.
//!
//! The general search keeps what is taken by holder ([`Timeline`]); [`Profile`] is for lists, which take nothing
//! back.

#![expect(
    clippy::indexing_slicing,
    reason = "indices are validated when the problem is, or come from searches in the same list"
)]

use weft_model::Millis;

use crate::instance::Instance;
use crate::places::{Occupation, Places, Timeline};
use crate::problem::{Cost, Problem};
use crate::rules::calendar::Calendar;
use crate::rules::{Earliest, On, Rule};

/// Whether any resource does not do one thing at a time.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.resources.iter().any(|it| it.capacity != 1)
}

/// What every resource has.
#[derive(Debug, Clone)]
pub(crate) struct Capacity;

impl Rule for Capacity {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        (!problem.resources.is_empty()).then_some(Self)
    }

    fn conflict_on(&self, on: On, it: &Occupation) -> Option<i64> {
        match on.timeline {
            Timeline::Levels(levels) => levels.conflict(it),
            // Who may be on it together is not for this rule to say.
            Timeline::Sequence(sequence) if sequence.is_batch() => None,
            Timeline::Sequence(sequence) => sequence.overlap(it),
        }
    }

    /// A resource has to do all that it is surely needed for.
    fn bound(instance: &Instance, earliest: &Earliest, cost: &mut Cost) {
        for (resource, loads) in loads(instance, earliest).into_iter().enumerate() {
            let capacity = instance.resources[resource].capacity;
            let calendar = instance.resource_calendar(resource);
            let Some(end) = load_bound(calendar, capacity, loads) else { continue };
            let makespan = Millis::new(end.saturating_sub(instance.now));
            cost.makespan = cost.makespan.max(makespan);
        }
    }

    fn held_up_by(&self, places: &Places, on: On, it: &Occupation, ways: &mut Vec<u32>) {
        match on.timeline {
            Timeline::Sequence(sequence) => {
                let calendar = on.instance.resource_calendar(on.resource as usize);
                let before = sequence.right_before(it);
                let at_once = |other: &&Occupation| {
                    other.is_operation(places)
                        && calendar.work_between(other.lets_go, it.start) <= 0
                };
                ways.extend(before.filter(at_once).map(|other| other.holder));
            }
            Timeline::Levels(_) => {
                let others = places.occupied.iter().flatten();
                let on_it = others.filter(|other| other.0 == on.resource).map(|other| other.1);
                let ends = on_it.filter(|other| other.lets_go == it.start);
                ways.extend(ends.map(|other| other.holder));
            }
        }
    }
}

/// What is taken from one resource over time.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    capacity: u32,
    /// Nothing shorter ever asks for this resource: gaps with less working time are closed.
    least_work: i64,
    /// When capacity is 1: the spans that are taken, in order, apart from each other.
    blocks: Vec<(i64, i64)>,
    /// When it is more: how much is taken from an instant on, in order; the last entry takes nothing.
    levels: Vec<(i64, u64)>,
}

impl Profile {
    pub(crate) fn new(capacity: u32, least_work: i64) -> Self {
        Self { capacity, least_work, blocks: Vec::new(), levels: Vec::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.blocks.clear();
        self.levels.clear();
    }

    /// Takes `amount` in `[start, end)`. `own` is the calendar of the resource.
    pub(crate) fn take(&mut self, own: &Calendar, start: i64, end: i64, amount: u32) {
        if end <= start {
            return;
        }
        if self.capacity == 1 {
            self.block(own, start, end);
        } else {
            self.raise(start, end, amount);
        }
    }

    /// Whether nothing fits between these instants.
    pub(crate) fn is_useless(&self, own: &Calendar, from: i64, to: i64) -> bool {
        to - from < self.least_work || own.work_between(from, to) < self.least_work
    }

    /// Takes `amount` in `[start, end)`, known to begin at or after the start of the last to take any, with
    /// nothing useful between the two.
    pub(crate) fn join(&mut self, start: i64, end: i64, amount: u32) {
        match self.blocks.last_mut() {
            Some(last) if self.capacity == 1 => last.1 = last.1.max(end),
            _ => self.raise(start, end, amount),
        }
    }

    /// `None` when `amount` is free in all of `[start, end)`; else an instant after `start` before which
    /// no start works, since a later start never ends earlier.
    pub(crate) fn conflict(&self, start: i64, end: i64, amount: u32) -> Option<i64> {
        if end <= start {
            return None;
        }
        if self.capacity == 1 {
            let index = self.first_block_after(start);
            return self.blocks.get(index).filter(|block| block.0 < end).map(|block| block.1);
        }
        let (capacity, amount) = (u64::from(self.capacity), u64::from(amount));
        let mut index = self.levels.partition_point(|level| level.0 <= start).saturating_sub(1);
        while index < self.levels.len() && self.levels[index].0 < end {
            if capacity < self.levels[index].1 + amount {
                let free = |level: &&(i64, u64)| level.1 + amount <= capacity;
                let free = self.levels[index + 1..].iter().find(free)?;
                if start < free.0 {
                    return Some(free.0);
                }
            }
            index += 1;
        }
        None
    }

    /// The first place for one operation that needs this resource alone.
    pub(crate) fn first_fit(
        &self,
        calendar: &Calendar,
        ready: i64,
        work: i64,
        spans_breaks: bool,
        amount: u32,
    ) -> Option<(i64, i64)> {
        let (mut start, mut end) = calendar.fit(ready, work, spans_breaks)?;
        if end <= start {
            return Some((start, end));
        }
        if 1 < self.capacity {
            while let Some(next) = self.conflict(start, end, amount) {
                (start, end) = calendar.fit(next, work, spans_breaks)?;
            }
            return Some((start, end));
        }
        let mut index = self.first_block_after(start);
        while let Some(&(taken_from, taken_to)) = self.blocks.get(index) {
            if end <= taken_from {
                break;
            }
            index += 1;
            if start < taken_to {
                // Skip gaps that are too short without asking the calendar.
                let mut free_from = taken_to;
                while let Some(next) = self.blocks.get(index)
                    && next.0 < free_from + work
                {
                    free_from = next.1;
                    index += 1;
                }
                (start, end) = calendar.fit(free_from, work, spans_breaks)?;
            }
        }
        Some((start, end))
    }

    fn first_block_after(&self, at: i64) -> usize {
        match self.blocks.last() {
            Some(last) if at < last.1 => self.blocks.partition_point(|block| block.1 <= at),
            _ => self.blocks.len(),
        }
    }

    fn block(&mut self, own: &Calendar, start: i64, end: i64) {
        let index = self.first_block_after(start);
        let useless = |from: i64, to: i64| self.is_useless(own, from, to);
        let (mut from, mut to) = (index, index);
        let (mut start, mut end) = (start, end);
        if 0 < from && (start <= self.blocks[from - 1].1 || useless(self.blocks[from - 1].1, start))
        {
            from -= 1;
        }
        // Frozen operations may overlap: unite with all they touch.
        while to < self.blocks.len()
            && (self.blocks[to].0 <= end || useless(end, self.blocks[to].0))
        {
            end = end.max(self.blocks[to].1);
            to += 1;
        }
        if from == to {
            self.blocks.insert(from, (start, end));
            return;
        }
        start = start.min(self.blocks[from].0);
        end = end.max(self.blocks[to - 1].1);
        self.blocks[from] = (start, end);
        if from + 1 < to {
            self.blocks.drain(from + 1..to);
        }
    }

    fn raise(&mut self, start: i64, end: i64, amount: u32) {
        let from = self.split(start);
        let to = self.split(end);
        for level in &mut self.levels[from..to] {
            level.1 += u64::from(amount);
        }
        // Neighbours may have become equal at both ends.
        for index in [to, from] {
            let before = if index == 0 { 0 } else { self.levels[index - 1].1 };
            if self.levels[index].1 == before && (0 < index || 1 < self.levels.len()) {
                self.levels.remove(index);
            }
        }
    }

    /// Index of the level that begins exactly at `at`, made when there is none.
    fn split(&mut self, at: i64) -> usize {
        let index = match self.levels.last() {
            Some(last) if last.0 < at => self.levels.len(),
            _ => self.levels.partition_point(|level| level.0 < at),
        };
        if self.levels.get(index).is_none_or(|level| level.0 != at) {
            let before = if index == 0 { 0 } else { self.levels[index - 1].1 };
            self.levels.insert(index, (at, before));
        }
        index
    }
}

/// The first place for an operation that takes all of `needs` (resource and amount) for as long as it lasts.
/// `profiles` by resource; `calendar` is the common one of the needs.
pub(crate) fn first_fit(
    profiles: &[Profile],
    needs: &[(u32, u32)],
    calendar: &Calendar,
    ready: i64,
    work: i64,
    spans_breaks: bool,
) -> Option<(i64, i64)> {
    if let &[(resource, amount)] = needs {
        let profile = &profiles[resource as usize];
        return profile.first_fit(calendar, ready, work, spans_breaks, amount);
    }
    let (mut start, mut end) = calendar.fit(ready, work, spans_breaks)?;
    let conflict = |start, end| {
        let mut each = needs.iter();
        each.find_map(|&(resource, amount)| {
            profiles[resource as usize].conflict(start, end, amount)
        })
    };
    while let Some(next) = conflict(start, end) {
        (start, end) = calendar.fit(next, work, spans_breaks)?;
    }
    Some((start, end))
}

/// What an operation surely takes from a resource: `amount` of it while it works.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// It cannot start earlier.
    pub(crate) head: i64,
    /// Least amount x work.
    pub(crate) energy: i128,
    /// Least time from its end to the end of all after it.
    pub(crate) tail: i64,
}

/// By resource, what every operation that has no way round it takes from it.
fn loads(instance: &Instance, earliest: &Earliest) -> Vec<Vec<Load>> {
    let mut loads = vec![Vec::new(); instance.resources.len()];
    for (index, it) in instance.operations.iter().enumerate() {
        if it.frozen.is_some() || it.is_optional || !earliest.slots[index].is_placed() {
            continue;
        }
        for &(resource, _) in instance.needs(it.first_mode) {
            let energy = |mode: u32| {
                let needs = instance.needs(mode);
                let need = needs.iter().find(|need| need.0 == resource)?;
                Some(i128::from(need.1) * i128::from(instance.modes[mode as usize].work))
            };
            let least = (it.first_mode..it.last_mode).map(energy).min().flatten();
            if let Some(energy) = least {
                let (head, tail) = (earliest.slots[index].start, earliest.tails[index]);
                loads[resource as usize].push(Load { head, energy, tail });
            }
        }
    }
    loads
}

/// A lower bound of the last end: for every set of operations that start late, the first instant at which
/// the resource can have done them all, and the shortest way on from there; the same for sets with long
/// ways on. `None` when the calendar runs out before.
pub(crate) fn load_bound(calendar: &Calendar, capacity: u32, mut loads: Vec<Load>) -> Option<i64> {
    let mut bound = i64::MIN;
    loads.sort_unstable_by_key(|load| std::cmp::Reverse(load.head));
    for late_starts in [true, false] {
        if !late_starts {
            loads.sort_unstable_by_key(|load| std::cmp::Reverse(load.tail));
        }
        let (mut head, mut energy, mut tail) = (i64::MAX, 0_i128, i64::MAX);
        for load in &loads {
            head = head.min(load.head);
            tail = tail.min(load.tail);
            energy += load.energy;
            let work = (energy + i128::from(capacity) - 1) / i128::from(capacity);
            let end = calendar.after_work(head, i64::try_from(work).ok()?)?;
            bound = bound.max(end.saturating_add(tail));
        }
    }
    Some(bound)
}

#[cfg(test)]
mod tests;
