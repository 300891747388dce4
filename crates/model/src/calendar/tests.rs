use proptest::prelude::*;

use super::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn working(spans: &[(i64, i64)]) -> WorkingTime {
    WorkingTime::new(
        spans.iter().map(|(start, end)| Interval { start: at(*start), end: at(*end) }).collect(),
    )
}

#[test]
fn work_pauses_over_breaks_and_ends_with_the_shift_it_fills() {
    let day = working(&[(0, 10), (20, 30)]);
    let check = |start, work, end| {
        assert_eq!(
            day.finish(at(start), Millis::new(work)),
            Option::map(end, at),
            "{start} {work}"
        );
    };
    check(0, 5, Some(5));
    check(0, 10, Some(10));
    check(0, 11, Some(21));
    check(15, 3, Some(23));
    check(5, 15, Some(30));
    check(5, 16, None);
    assert_eq!(day.next_fit(at(5), Millis::new(6)), Some(at(20)));
    assert_eq!(day.without(at(5), at(25)), working(&[(0, 5), (25, 30)]));
}

#[test]
fn a_week_has_its_shifts_nights_and_days_off() {
    let zone = jiff::tz::TimeZone::get("Asia/Jerusalem").unwrap();
    let sunday_to_thursday = [true, true, true, true, false, false, true];
    let calendar = Calendar {
        id: "day-and-night".into(),
        title: Title::same("Day and night"),
        shifts: vec![Shift { days: sunday_to_thursday, hours: Hours { from: 1320, to: 1800 } }],
        exceptions: vec![Exception {
            date: civil::date(2012, 1, 3),
            hours: Vec::new(),
            reason: "inventory".into(),
        }],
    };
    let from = Timestamp::parse("2012-01-01T00:00:00Z").unwrap();
    let time = calendar.working_time(&zone, from, from + Millis::DAY.times(7));
    let text: Vec<String> =
        time.intervals().iter().map(|i| format!("{} {}", i.start, i.end)).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    2012-01-01T20:00:00Z 2012-01-02T04:00:00Z
    2012-01-02T20:00:00Z 2012-01-03T04:00:00Z
    2012-01-04T20:00:00Z 2012-01-05T04:00:00Z
    2012-01-05T20:00:00Z 2012-01-06T04:00:00Z
    ");
}

fn spans() -> impl Strategy<Value = WorkingTime> {
    proptest::collection::vec((0_i64..200, 0_i64..30), 0..12).prop_map(|spans| {
        working(&spans.iter().map(|(start, length)| (*start, start + length)).collect::<Vec<_>>())
    })
}

proptest! {
    /// Minute by minute is the definition; the binary searches must say the same.
    #[test]
    fn finish_agrees_with_counting(time in spans(), start in 0_i64..250, work in 1_i64..60) {
        let mut left = work;
        let mut expected = None;
        for tick in start..300 {
            if time.is_open(at(tick)) {
                left -= 1;
                if left == 0 {
                    expected = Some(at(tick + 1));
                    break;
                }
            }
        }
        prop_assert_eq!(time.finish(at(start), Millis::new(work)), expected);
        if let Some(end) = expected {
            prop_assert_eq!(time.work_between(at(start), end), Millis::new(work));
        }
    }

    #[test]
    fn intersection_is_open_when_both_are(a in spans(), b in spans(), cut in 0_i64..200) {
        let both = a.intersect(&b);
        let holed = a.without(at(cut), at(cut + 17));
        for tick in 0..240 {
            prop_assert_eq!(both.is_open(at(tick)), a.is_open(at(tick)) && b.is_open(at(tick)));
            let in_hole = cut <= tick && tick < cut + 17;
            prop_assert_eq!(holed.is_open(at(tick)), a.is_open(at(tick)) && !in_hole);
        }
    }

    #[test]
    fn common_time_answers_as_the_intersection_does(
        times in proptest::collection::vec(spans(), 1..4),
        from in 0_i64..250,
        work in 0_i64..40,
    ) {
        let both = times.iter().skip(1).fold(times[0].clone(), |both, next| both.intersect(next));
        let common = CommonTime::of(&times);
        let work = Millis::new(work);
        prop_assert_eq!(common.next_open(at(from)), both.next_open(at(from)));
        prop_assert_eq!(common.next_fit(at(from), work), both.next_fit(at(from), work));
        prop_assert_eq!(common.finish(at(from), work), both.finish(at(from), work));
        let to = at(from) + work;
        prop_assert_eq!(common.work_between(at(from), to), both.work_between(at(from), to));
    }
}

#[test]
fn what_nothing_closes_is_always_open() {
    let always = CommonTime::of([]);
    assert_eq!(always.next_fit(at(7), Millis::DAY), Some(at(7)));
    assert_eq!(always.finish(at(7), Millis::new(5)), Some(at(12)));
    assert_eq!(always.work_between(at(7), at(19)), Millis::new(12));
}
