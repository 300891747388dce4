//! When a resource works: a weekly pattern with exceptions, and its expansion into intervals.

use std::sync::Arc;

use jiff::civil;

pub use common::CommonTime;

use crate::id::CalendarId;
use crate::solution::Title;
use crate::time::{Millis, Timestamp};

/// A weekly pattern of shifts with exceptions by date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Unique in the solution.
    pub id: CalendarId,
    /// What people call it.
    pub title: Title,
    /// Working hours of an ordinary week. They may overlap; they are united.
    pub shifts: Vec<Shift>,
    /// Dates that differ, by date; the last entry for a date wins.
    pub exceptions: Vec<Exception>,
}

/// Working hours on some weekdays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// On which days it begins: index 0 is Monday.
    pub days: [bool; 7],
    /// Its hours.
    pub hours: Hours,
}

/// Hours of a day in minutes after midnight, local time. `to` may pass 24:00 into the next day
/// (`from = 22:00`, `to = 30:00` is a night shift until six).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// First minute. Past 1440 for what is left of a night shift after a break at night.
    pub from: u16,
    /// End, after `from` and at most 2880.
    pub to: u16,
}

/// A date on which other hours hold than the week's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The local date.
    pub date: civil::Date,
    /// What begins on that date instead; empty for a day off.
    pub hours: Vec<Hours>,
    /// Why: "Passover", "extra shift".
    pub reason: String,
}

/// Half-open span of time `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// First instant inside.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
}

/// When something works: intervals that do not touch, in order, with working time added up before
/// each, so that every question is a binary search. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingTime {
    intervals: Arc<[Interval]>,
    /// Working time before interval `i` begins.
    worked_before: Arc<[Millis]>,
}

impl Calendar {
    /// The intervals that touch `[from, to)`, local times read in `zone`.
    ///
    /// Where a clock change makes a local time not exist, the time after the gap is meant; where it
    /// exists twice, the first.
    pub fn working_time(
        &self,
        zone: &jiff::tz::TimeZone,
        from: Timestamp,
        to: Timestamp,
    ) -> WorkingTime {
        let date_of = |at: Timestamp| {
            jiff::Timestamp::from_millisecond(at.as_millis())
                .map(|at| at.to_zoned_datetime(zone.clone()).date())
        };
        let (Ok(first), Ok(last)) = (date_of(from - Millis::DAY.times(2)), date_of(to)) else {
            return WorkingTime::new(Vec::new());
        };
        let mut intervals = Vec::new();
        let mut date = first;
        while date <= last {
            for hours in self.hours_on(date) {
                let start = instant(date, hours.from, zone);
                let end = instant(date, hours.to, zone);
                if let (Some(start), Some(end)) = (start, end)
                    && from < end
                    && start < to
                {
                    intervals.push(Interval { start, end });
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        WorkingTime::new(intervals)
    }

    /// What begins on this date.
    fn hours_on(&self, date: civil::Date) -> Vec<Hours> {
        if let Some(exception) = self.exceptions.iter().rev().find(|e| e.date == date) {
            return exception.hours.clone();
        }
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        self.shifts
            .iter()
            .filter(|shift| shift.days.get(day).copied().unwrap_or(false))
            .map(|shift| shift.hours)
            .collect()
    }
}

fn instant(date: civil::Date, minutes: u16, zone: &jiff::tz::TimeZone) -> Option<Timestamp> {
    let days = i64::from(minutes / 1440);
    let (hour, minute) = ((minutes % 1440) / 60, minutes % 60);
    let date = date.checked_add(jiff::Span::new().days(days)).ok()?;
    let local = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
    let zoned = zone.to_ambiguous_zoned_datetime(local).compatible().ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

impl Default for WorkingTime {
    /// Always open.
    fn default() -> Self {
        Self::always()
    }
}

impl WorkingTime {
    /// Unites any intervals, in any order; empty and backward ones are dropped.
    pub fn new(mut intervals: Vec<Interval>) -> Self {
        intervals.retain(|interval| interval.start < interval.end);
        intervals.sort_unstable();
        let mut united: Vec<Interval> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            match united.last_mut() {
                Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
                _ => united.push(interval),
            }
        }
        let worked_before = united
            .iter()
            .scan(Millis::ZERO, |worked, interval| {
                let before = *worked;
                *worked = before + interval.length();
                Some(before)
            })
            .collect();
        Self { intervals: united.into(), worked_before }
    }

    /// Open at every time there is.
    pub fn always() -> Self {
        Self::new(vec![Interval {
            start: Timestamp::from_millis(-Timestamp::MAX.as_millis()),
            end: Timestamp::MAX,
        }])
    }

    /// The intervals, in order.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Whether `at` lies inside working time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.next_open(at) == Some(at)
    }

    /// The first working instant at or after `at`; `None` when there is none any more.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        self.intervals.get(self.first_ending_after(at)).map(|interval| interval.start.max(at))
    }

    /// The end of the interval that `at` lies in; `None` when it lies in none.
    pub fn closes_at(&self, at: Timestamp) -> Option<Timestamp> {
        let interval = self.intervals.get(self.first_ending_after(at))?;
        (interval.start <= at).then_some(interval.end)
    }

    /// When `work` that begins at `start` (working time or not) has been done, pausing over breaks.
    /// Work that fills an interval ends with it. `None` when working time runs out.
    pub fn finish(&self, start: Timestamp, work: Millis) -> Option<Timestamp> {
        if work <= Millis::ZERO {
            return self.next_open(start).map(|_| start);
        }
        let target = self.worked_until(start) + work;
        let index = self.worked_before.partition_point(|before| *before < target).checked_sub(1)?;
        let interval = self.intervals.get(index)?;
        let end = interval.start + (target - *self.worked_before.get(index)?);
        (end <= interval.end).then_some(end)
    }

    /// The first start at or after `from` at which `work` fits between two breaks; `None` when it
    /// never does.
    pub fn next_fit(&self, from: Timestamp, work: Millis) -> Option<Timestamp> {
        let first = self.first_ending_after(from);
        self.intervals
            .get(first..)?
            .iter()
            .map(|interval| (interval.start.max(from), interval.end))
            .find(|(start, end)| work <= *end - *start)
            .map(|(start, _)| start)
    }

    /// Working time in `[from, to)`.
    pub fn work_between(&self, from: Timestamp, to: Timestamp) -> Millis {
        if to <= from { Millis::ZERO } else { self.worked_until(to) - self.worked_until(from) }
    }

    /// What both are open for.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.intervals.iter().peekable(), other.intervals.iter().peekable());
        let mut common = Vec::new();
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            let (start, end) = (left.start.max(right.start), left.end.min(right.end));
            if start < end {
                common.push(Interval { start, end });
            }
            if left.end <= right.end {
                a.next()
            } else {
                b.next()
            };
        }
        Self::new(common)
    }

    /// The same without `[from, to)`.
    #[must_use]
    pub fn without(&self, from: Timestamp, to: Timestamp) -> Self {
        let mut kept = Vec::with_capacity(self.intervals.len() + 1);
        for interval in self.intervals.iter() {
            kept.push(Interval { start: interval.start, end: interval.end.min(from) });
            kept.push(Interval { start: interval.start.max(to), end: interval.end });
        }
        if to <= from { self.clone() } else { Self::new(kept) }
    }

    /// Index of the first interval that ends after `at`.
    fn first_ending_after(&self, at: Timestamp) -> usize {
        self.intervals.partition_point(|interval| interval.end <= at)
    }

    fn worked_until(&self, at: Timestamp) -> Millis {
        let index = self.first_ending_after(at);
        match (self.intervals.get(index), self.worked_before.get(index)) {
            (Some(interval), Some(before)) => *before + (at.max(interval.start) - interval.start),
            _ => self
                .intervals
                .last()
                .zip(self.worked_before.last())
                .map_or(Millis::ZERO, |(last, before)| *before + last.length()),
        }
    }
}

impl Interval {
    /// Its length.
    pub fn length(self) -> Millis {
        self.end - self.start
    }
}

mod common;
#[cfg(test)]
mod tests;
