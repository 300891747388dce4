//! A week in half hours: when something was seen at work, and the shifts that follow.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil;
use weft_model::calendar::{Hours, Shift};
use weft_model::{Interval, Millis, Timestamp};

use crate::clock::Clock;

/// Half hours of a day.
const PER_DAY: usize = 48;

/// Half hours of a week, from Monday 00:00.
pub(crate) const PER_WEEK: usize = 7 * PER_DAY;

const SLOT: Millis = Millis::new(30 * 60_000);

/// Intervals longer than this say nothing about shifts.
const INTERVAL_MAX: Millis = Millis::new(60 * 3_600_000);

/// At least this much of a half hour makes it one at work.
const PRESENT: Millis = Millis::new(10 * 60_000);

/// A day with at least this share of the busiest day's work is a full one.
const FULL_DAY: f64 = 0.5;

/// Pauses up to this many half hours are bridged …
const BRIDGED: usize = 3;

/// … and shifts up to this many half hours are left out.
const LEFT_OUT: usize = 3;

/// Half hours of the week, in or out.
pub(crate) type Slots = Vec<bool>;

/// How much was seen in each half hour of the week.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// Share of the weeks in which something was at work, by half hour.
    pub(crate) presence: Vec<f64>,
    /// Time at work, by half hour.
    pub(crate) work: Vec<Millis>,
    /// Intervals that went in.
    pub(crate) intervals: usize,
    /// Days on which something was at work.
    pub(crate) days: usize,
}

impl Seen {
    /// Looks at intervals; presence is measured against the weeks between the first and the last.
    pub(crate) fn new(intervals: &[Interval], clock: &Clock) -> Self {
        let mut work = vec![Millis::ZERO; PER_WEEK];
        let mut by_slot: BTreeMap<(civil::Date, usize), Millis> = BTreeMap::new();
        let mut count = 0;
        for interval in intervals.iter().filter(|interval| interval.length() <= INTERVAL_MAX) {
            count += 1;
            let mut at = interval.start;
            while at < interval.end {
                let local = clock.local(at);
                let of_day = usize::from(local.hour().unsigned_abs()) * 2
                    + usize::from(30 <= local.minute());
                let into = Millis::new(at.as_millis().rem_euclid(SLOT.get()));
                let next = (at + (SLOT - into)).min(interval.end);
                let worked = next - at;
                if let Some(total) = work.get_mut(day_of(local.date()) * PER_DAY + of_day) {
                    *total = *total + worked;
                }
                let in_slot = by_slot.entry((local.date(), of_day)).or_default();
                *in_slot = *in_slot + worked;
                at = next;
            }
        }
        let first = by_slot.keys().next().map(|(date, _)| *date);
        let last = by_slot.keys().next_back().map(|(date, _)| *date);
        let mut weeks = [0_usize; 7];
        if let (Some(mut date), Some(last)) = (first, last) {
            while date <= last {
                if let Some(count) = weeks.get_mut(day_of(date)) {
                    *count += 1;
                }
                let Ok(next) = date.tomorrow() else { break };
                date = next;
            }
        }
        let mut presence = vec![0.0; PER_WEEK];
        let mut days = BTreeSet::new();
        for ((date, of_day), worked) in by_slot {
            days.insert(date);
            let day = day_of(date);
            let count = weeks.get(day).copied().unwrap_or(1).max(1);
            if let (true, Some(share)) =
                (PRESENT <= worked, presence.get_mut(day * PER_DAY + of_day))
            {
                *share += 1.0 / count as f64;
            }
        }
        Self { presence, work, intervals: count, days: days.len() }
    }

    /// The mean of several.
    pub(crate) fn pooled(members: &[&Self]) -> Self {
        let count = members.len().max(1) as f64;
        let presence = (0..PER_WEEK)
            .map(|slot| {
                members.iter().filter_map(|seen| seen.presence.get(slot)).sum::<f64>() / count
            })
            .collect();
        let work = (0..PER_WEEK)
            .map(|slot| members.iter().filter_map(|seen| seen.work.get(slot)).copied().sum())
            .collect();
        Self {
            presence,
            work,
            intervals: members.iter().map(|seen| seen.intervals).sum(),
            days: members.iter().map(|seen| seen.days).max().unwrap_or(0),
        }
    }

    /// The same with one pattern for all full days, so that a shift begins at the same hour on each of
    /// them; other days keep their own. Full is a day with at least [`FULL_DAY`] of the work of the
    /// busiest.
    pub(crate) fn evened(&self) -> Self {
        let day_work: Vec<Millis> =
            self.work.chunks(PER_DAY).map(|day| day.iter().copied().sum()).collect();
        let most = day_work.iter().max().copied().unwrap_or_default().get() as f64;
        let full: Vec<bool> = day_work
            .iter()
            .map(|work| 0.0 < most && FULL_DAY * most <= work.get() as f64)
            .collect();
        let count = full.iter().filter(|full| **full).count().max(1) as f64;
        let mut pattern = vec![0.0; PER_DAY];
        for (day, _) in self.presence.chunks(PER_DAY).zip(&full).filter(|(_, full)| **full) {
            for (mean, share) in pattern.iter_mut().zip(day) {
                *mean += share / count;
            }
        }
        let mut evened = self.clone();
        for (day, _) in evened.presence.chunks_mut(PER_DAY).zip(&full).filter(|(_, full)| **full) {
            day.copy_from_slice(&pattern);
        }
        evened
    }

    /// Half hours that were at work in at least `share` of the weeks; pauses bridged, scraps left out.
    pub(crate) fn slots(&self, share: f64) -> Slots {
        let slots = self.presence.iter().map(|seen| share <= *seen && 0.0 < *seen).collect();
        let bridged = without_runs(slots, false, BRIDGED);
        without_runs(bridged, true, LEFT_OUT)
    }

    /// Share of the time at work that lies in these half hours.
    pub(crate) fn inside(&self, slots: &Slots) -> f64 {
        let all: Millis = self.work.iter().copied().sum();
        let inside: Millis =
            self.work.iter().zip(slots).filter(|(_, open)| **open).map(|(work, _)| *work).sum();
        if all <= Millis::ZERO { 1.0 } else { inside.get() as f64 / all.get() as f64 }
    }
}

/// How alike two weeks are: common half hours over all half hours (Jaccard), 1 for equal ones.
pub(crate) fn likeness(a: &Slots, b: &Slots) -> f64 {
    let both = a.iter().zip(b).filter(|(a, b)| **a && **b).count();
    let any = a.iter().zip(b).filter(|(a, b)| **a || **b).count();
    if any == 0 { 1.0 } else { both as f64 / any as f64 }
}

/// Working hours of a week.
pub(crate) fn hours(slots: &Slots) -> f64 {
    slots.iter().filter(|open| **open).count() as f64 / 2.0
}

/// Shifts with equal hours on several days are one. A shift that begins after noon and ends before
/// the next noon stays in one piece; anything longer is cut at midnight.
pub(crate) fn shifts(slots: &Slots) -> Vec<Shift> {
    let mut by_hours: BTreeMap<Hours, [bool; 7]> = BTreeMap::new();
    let mut add = |day: usize, from: usize, to: usize| {
        let hours = Hours { from: (from * 30) as u16, to: (to * 30) as u16 };
        if let Some(flag) = by_hours.entry(hours).or_insert([false; 7]).get_mut(day) {
            *flag = true;
        }
    };
    for (start, length) in runs(slots) {
        let (mut day, mut from) = (start / PER_DAY, start % PER_DAY);
        let mut rest = length;
        let overnight = PER_DAY / 2 <= from && from + length <= PER_DAY + PER_DAY / 2;
        while 0 < rest {
            let now = if overnight { rest } else { rest.min(PER_DAY - from) };
            add(day % 7, from, from + now);
            rest -= now;
            (day, from) = (day + 1, 0);
        }
    }
    let mut shifts: Vec<Shift> =
        by_hours.into_iter().map(|(hours, days)| Shift { days, hours }).collect();
    shifts.sort_by_key(|shift| (shift.days.iter().position(|day| *day), shift.hours));
    shifts
}

/// The runs of open half hours around the week: first slot and length. A week without a pause is one
/// run from Monday.
fn runs(slots: &Slots) -> Vec<(usize, usize)> {
    let Some(closed) = slots.iter().position(|open| !open) else {
        return vec![(0, slots.len())];
    };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut length = 0;
    for step in 1..=slots.len() {
        let slot = (closed + step) % slots.len();
        if slots.get(slot).copied().unwrap_or(false) {
            length += 1;
        } else if 0 < length {
            runs.push(((slot + slots.len() - length) % slots.len(), length));
            length = 0;
        }
    }
    runs
}

/// Turns runs of `value` that are at most `longest` long, around the week.
fn without_runs(slots: Slots, value: bool, longest: usize) -> Slots {
    let inverted: Slots = slots.iter().map(|open| *open == value).collect();
    let mut result = slots;
    let length = result.len();
    for (start, run) in runs(&inverted).into_iter().filter(|(_, run)| *run <= longest) {
        for slot in start..start + run {
            if let Some(open) = result.get_mut(slot % length.max(1)) {
                *open = !value;
            }
        }
    }
    result
}

fn day_of(date: civil::Date) -> usize {
    usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())
}

/// The first and last local date between two instants.
pub(crate) fn dates(from: Timestamp, to: Timestamp, clock: &Clock) -> Vec<civil::Date> {
    const DAYS_MAX: usize = 40_000;
    let last = clock.local(to).date();
    let mut date = clock.local(from).date();
    let mut dates = Vec::new();
    while date <= last && dates.len() < DAYS_MAX {
        dates.push(date);
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    dates
}

#[cfg(test)]
mod tests;
