use proptest::prelude::*;
use weft_model::{Interval, Millis, Timestamp, WorkingTime};

use super::{assign_lanes, closed_ms};
use crate::answers::{BarAnswer, TitleAnswer};

fn bar((resource, start_ms, length): (usize, i64, i64)) -> BarAnswer {
    BarAnswer {
        resource,
        lane: 0,
        order: 0,
        operation: String::new(),
        title: TitleAnswer { en: String::new(), zh: String::new() },
        status: String::new(),
        attempt: 1,
        start_ms,
        end_ms: start_ms + length,
    }
}

fn lanes(spans: &[(usize, i64, i64)]) -> Vec<BarAnswer> {
    let mut bars: Vec<BarAnswer> = spans.iter().copied().map(bar).collect();
    bars.sort_by_key(|bar| (bar.resource, bar.start_ms, bar.end_ms));
    assign_lanes(&mut bars);
    bars
}

#[test]
fn a_bar_takes_the_first_free_lane() {
    let check = |spans: &[(usize, i64, i64)], expected: &[u32]| {
        let found: Vec<u32> = lanes(spans).iter().map(|bar| bar.lane).collect();
        assert_eq!(found, expected, "{spans:?}");
    };
    check(&[], &[]);
    check(&[(0, 0, 10), (0, 10, 10), (0, 20, 10)], &[0, 0, 0]);
    check(&[(0, 0, 10), (0, 5, 10), (0, 10, 10)], &[0, 1, 0]);
    check(&[(0, 0, 99), (1, 5, 10), (1, 6, 10)], &[0, 0, 1]);
    check(&[(3, -50, 10), (3, -45, 10)], &[0, 1]);
}

proptest! {
    #[test]
    fn no_two_bars_of_a_lane_overlap(
        spans in prop::collection::vec((0_usize..3, -200_i64..200, 0_i64..60), 0..60),
    ) {
        let bars = lanes(&spans);
        for (index, bar) in bars.iter().enumerate() {
            for other in &bars[index + 1..] {
                let is_same = (bar.resource, bar.lane) == (other.resource, other.lane);
                prop_assert!(!is_same || bar.end_ms <= other.start_ms, "{:?} {:?}", bar, other);
            }
            // No more lanes than bars at one moment.
            let at_once = bars
                .iter()
                .filter(|other| other.resource == bar.resource)
                .filter(|other| other.start_ms <= bar.start_ms && bar.start_ms < other.end_ms)
                .count();
            prop_assert!(bar.lane as usize <= at_once);
        }
    }

    #[test]
    fn every_moment_of_the_span_is_open_or_closed(
        shifts in prop::collection::vec((-50_i64..150, 1_i64..40), 0..6),
        from in 0_i64..50,
        length in 1_i64..60,
    ) {
        let at = Timestamp::from_millis;
        let interval = |(start, length)| Interval { start: at(start), end: at(start + length) };
        let working = WorkingTime::new(shifts.into_iter().map(interval).collect());
        let closed = closed_ms(&working, at(from), at(from + length));
        for ms in from..from + length {
            let is_closed = closed.iter().any(|[start, end]| (*start..*end).contains(&ms));
            prop_assert_eq!(is_closed, !working.is_open(at(ms)));
        }
        let sum: i64 = closed.iter().map(|[start, end]| end - start).sum();
        let open = working.work_between(at(from), at(from + length));
        prop_assert_eq!(Millis::new(sum) + open, Millis::new(length));
    }
}
