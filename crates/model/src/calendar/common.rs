//! What several resources are open for at once.

use crate::calendar::{Interval, WorkingTime};
use crate::time::{Millis, Timestamp};

/// The time that several working times have in common, found as it is asked for: the cost of an answer
/// grows with the breaks it passes over, not with the years that are laid out as in
/// [`WorkingTime::intersect`]. Of none it is all time.
#[derive(Debug, Clone)]
pub struct CommonTime<'a>(Vec<&'a WorkingTime>);

impl<'a> CommonTime<'a> {
    /// What all of these are open for.
    pub fn of(times: impl IntoIterator<Item = &'a WorkingTime>) -> Self {
        Self(times.into_iter().collect())
    }

    /// As [`WorkingTime::next_open`].
    pub fn next_open(&self, mut at: Timestamp) -> Option<Timestamp> {
        loop {
            let mut open = at;
            for time in &self.0 {
                open = time.next_open(open)?;
            }
            if open == at {
                return Some(at);
            }
            at = open;
        }
    }

    /// As [`WorkingTime::next_fit`].
    pub fn next_fit(&self, from: Timestamp, work: Millis) -> Option<Timestamp> {
        self.intervals_from(from)
            .find(|interval| work <= interval.length())
            .map(|interval| interval.start)
    }

    /// As [`WorkingTime::finish`].
    pub fn finish(&self, start: Timestamp, work: Millis) -> Option<Timestamp> {
        if work <= Millis::ZERO {
            return self.next_open(start).map(|_| start);
        }
        let mut left = work;
        for interval in self.intervals_from(start) {
            if left <= interval.length() {
                return Some(interval.start + left);
            }
            left = left - interval.length();
        }
        None
    }

    /// As [`WorkingTime::work_between`].
    pub fn work_between(&self, from: Timestamp, to: Timestamp) -> Millis {
        self.intervals_from(from)
            .take_while(|interval| interval.start < to)
            .fold(Millis::ZERO, |sum, interval| sum + (interval.end.min(to) - interval.start))
    }

    /// The common intervals after `from`, the first of them cut off there.
    fn intervals_from(&self, from: Timestamp) -> impl Iterator<Item = Interval> {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let start = self.next_open(next?)?;
            let closes = self.0.iter().filter_map(|time| time.closes_at(start));
            let end = closes.min().unwrap_or(Timestamp::MAX);
            next = (end < Timestamp::MAX).then_some(end);
            Some(Interval { start, end })
        })
    }
}
