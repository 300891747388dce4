//! Work happens in the common working time of all resources it needs; it starts in working time, and it
//! pauses over breaks only where it may.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same three lists")]

use weft_model::WorkingTime;

use crate::problem::Problem;

/// Whether any resource does not always work.
pub(crate) fn is_in(problem: &Problem) -> bool {
    let always = WorkingTime::always();
    problem.resources.iter().any(|it| it.working != always)
}

/// Working time laid out for the search: three parallel lists, times in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    starts: Vec<i64>,
    ends: Vec<i64>,
    /// Working time before interval `i` begins.
    before: Vec<i64>,
    /// The longest interval.
    longest: i64,
    /// For equal stretches of time from the first start to the last, the first interval that ends after its begin.
    hints: Vec<u32>,
    /// As long as each of these is, at least 1.
    stretch: i64,
}

impl Calendar {
    pub(crate) fn new(working: &WorkingTime) -> Self {
        let intervals = working.intervals();
        let starts: Vec<i64> = intervals.iter().map(|i| i.start.as_millis()).collect();
        let ends: Vec<i64> = intervals.iter().map(|i| i.end.as_millis()).collect();
        let mut before = Vec::with_capacity(starts.len());
        let (mut worked, mut longest) = (0, 0);
        for (start, end) in starts.iter().zip(&ends) {
            before.push(worked);
            worked += end - start;
            longest = longest.max(end - start);
        }
        let span = starts.last().zip(starts.first()).map_or(0, |(last, first)| last - first);
        let stretch = span / starts.len().max(1) as i64 + 1;
        let begins = (0..starts.len() as i64).map(|it| starts[0] + it * stretch);
        let hints = begins.map(|at| ends.partition_point(|end| *end <= at) as u32).collect();
        Self { starts, ends, before, longest, hints, stretch }
    }

    /// The first interval that ends after this instant, or as many as there are.
    fn index_after(&self, at: i64) -> usize {
        let Some(first) = self.starts.first().filter(|first| **first <= at) else { return 0 };
        let stretch = (at.saturating_sub(*first) / self.stretch) as usize;
        let mut index = match self.hints.get(stretch) {
            Some(hint) => *hint as usize,
            None => self.ends.len() - 1,
        };
        while self.ends.get(index).is_some_and(|end| *end <= at) {
            index += 1;
        }
        index
    }

    /// Where `work` lies when it begins as early as the calendar allows from `from` on: start and end.
    /// `None` when working time runs out. Later `from` never gives an earlier end.
    pub(crate) fn fit(&self, from: i64, work: i64, spans_breaks: bool) -> Option<(i64, i64)> {
        let mut index = self.index_after(from);
        let start = from.max(*self.starts.get(index)?);
        if work <= self.ends[index] - start {
            return Some((start, start + work));
        }
        if spans_breaks {
            let target = self.before[index] + (start - self.starts[index]) + work;
            let last = index + self.before[index..].partition_point(|before| *before < target) - 1;
            let end = self.starts[last] + (target - self.before[last]);
            return (end <= self.ends[last]).then_some((start, end));
        }
        if self.longest < work {
            return None;
        }
        index += 1;
        while index < self.starts.len() {
            if work <= self.ends[index] - self.starts[index] {
                return Some((self.starts[index], self.starts[index] + work));
            }
            index += 1;
        }
        None
    }

    /// Calls `each` with every span of working time in `[from, to)`.
    pub(crate) fn each_open(&self, from: i64, to: i64, each: &mut dyn FnMut(i64, i64)) {
        let first = self.index_after(from);
        for (&start, &end) in self.starts[first..].iter().zip(&self.ends[first..]) {
            let (start, end) = (start.max(from), end.min(to));
            if end <= start {
                break;
            }
            each(start, end);
        }
    }

    /// Working time in `[from, to)`.
    pub(crate) fn work_between(&self, from: i64, to: i64) -> i64 {
        if to <= from { 0 } else { self.worked_until(to) - self.worked_until(from) }
    }

    /// When `work` of working time from `from` on has passed, breaks not counted.
    pub(crate) fn after_work(&self, from: i64, work: i64) -> Option<i64> {
        self.fit(from, work, true).map(|(_, end)| end)
    }

    /// From when on it works without a break, when the next working time at or after `now` is the last and lasts as
    /// long as time does.
    pub(crate) fn always_from(&self, now: i64) -> Option<i64> {
        let index = self.ends.partition_point(|end| *end <= now);
        let lasts = self.ends.get(index)? == &weft_model::Timestamp::MAX.as_millis();
        lasts.then(|| now.max(self.starts[index]))
    }

    /// Whether there is any working time at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The most work that fits between two breaks.
    pub(crate) fn longest(&self) -> i64 {
        self.longest
    }

    fn worked_until(&self, at: i64) -> i64 {
        let index = self.index_after(at);
        match self.starts.get(index) {
            Some(start) => self.before[index] + (at - start).max(0),
            None => match (self.before.last(), self.starts.last(), self.ends.last()) {
                (Some(before), Some(start), Some(end)) => before + (end - start),
                _ => 0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{check_broken, check_places, of};
    use crate::tests::small::resource;
    use weft_model::{Interval, Timestamp};

    #[test]
    fn work_starts_in_working_time_and_pauses_only_where_it_may() {
        let at = Timestamp::from_millis;
        let shifts = [(0, 10), (20, 30), (40, 60)];
        let shifts = shifts.map(|(start, end)| Interval { start: at(start), end: at(end) });
        let calendar = Calendar::new(&WorkingTime::new(shifts.to_vec()));
        let check = |from, work, spans, expected| {
            assert_eq!(calendar.fit(from, work, spans), expected, "{work} from {from}");
        };
        check(0, 10, false, Some((0, 10)));
        check(0, 10, true, Some((0, 10)));
        check(1, 10, false, Some((20, 30)));
        check(1, 10, true, Some((1, 21)));
        check(1, 11, false, Some((40, 51)));
        check(10, 1, true, Some((20, 21)));
        check(0, 40, true, Some((0, 60)));
        check(0, 41, true, None);
        check(0, 21, false, None);
        check(12, 0, false, Some((20, 20)));
        check(60, 0, true, None);
        for at in -5..70 {
            let expected = calendar.ends.partition_point(|end| *end <= at);
            assert_eq!(calendar.index_after(at), expected, "at {at}");
        }
        assert_eq!(Calendar::new(&WorkingTime::new(Vec::new())).index_after(3), 0);
        assert_eq!(calendar.work_between(5, 45), 20);
        assert_eq!(calendar.work_between(15, 100), 30);
        assert_eq!(calendar.always_from(45), None, "it ends");
        let always = Calendar::new(&WorkingTime::always().without(at(10), at(20)));
        assert_eq!(always.always_from(5), None, "a break is to come");
        assert_eq!(always.always_from(10), Some(20));
        assert_eq!(always.always_from(25), Some(25));
    }

    #[test]
    fn operations_go_where_all_that_they_need_works() {
        let resources = vec![resource(1, &[(0, 10), (20, 30)]), resource(1, &[(5, 25)])];
        let both: &[_] = &[(0, 1), (1, 1)];
        let mut problem = of(resources, &[(4, both), (4, both), (3, &[(0, 1)])]);
        check_places(&problem, &[0, 1, 2], &[(5, 9), (9, 23), (0, 3)]);
        problem.operations[1].spans_breaks = false;
        check_places(&problem, &[0, 1, 2], &[(5, 9), (20, 24), (0, 3)]);
        check_broken(&problem, &[(4, 8), (20, 24), (0, 3)], &["calendar"]);
        check_broken(&problem, &[(5, 9), (9, 23), (0, 3)], &["calendar"]);
    }
}
