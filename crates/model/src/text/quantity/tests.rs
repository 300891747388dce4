use proptest::prelude::*;

use super::*;

#[test]
fn durations_are_read_with_their_unit_or_not_at_all() {
    let check = |text: &str, expected: Result<i64, &str>| {
        let found = parse_duration(text).map(Millis::get).map_err(|bad| bad.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{text}");
    };
    check("90 min", Ok(5_400_000));
    check("6 h 19 min", Ok(22_740_000));
    check("6h19min", Ok(22_740_000));
    check("1.5 h", Ok(5_400_000));
    check("2 days", Ok(172_800_000));
    check("0.0001 s", Ok(0));
    check(" 250 ms ", Ok(250));
    check("90", Err("has no unit"));
    check("", Err("has no number"));
    check("min", Err("has no number"));
    check("1.2.3 h", Err("has no number"));
    check(".5 h", Err("has no number"));
    check("-5 min", Err("is negative"));
    check("5 minuts", Err("has the unknown unit `minuts`"));
    check("5 min 1 h", Err("has its units out of order"));
    check("5 min 5 min", Err("has its units out of order"));
    check("5 min 5", Err("has no unit"));
    check("101 years", Err("has the unknown unit `years`"));
    check("36501 d", Err("is longer than a hundred years"));
    check("99999999999999999999 d", Err("is longer than a hundred years"));
}

#[test]
fn instants_are_local_unless_they_say_otherwise() {
    let zone = TimeZone::get("Asia/Jerusalem").unwrap();
    let check = |text: &str, expected: Option<&str>| {
        let found = parse_instant(text, &zone).map(|at| at.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    };
    check("2012-01-29 23:24", Some("2012-01-29T21:24:00Z"));
    check("2012-01-29T23:24:05.25", Some("2012-01-29T21:24:05.25Z"));
    check("2012-01-29T23:24:00Z", Some("2012-01-29T23:24:00Z"));
    check("2012-01-29T23:24:00+08:00", Some("2012-01-29T15:24:00Z"));
    check("2012-03-30 02:30", Some("2012-03-30T00:30:00Z")); // Does not exist: clocks go from 2 to 3.
    check("2012-01-29", None);
    check("yesterday at 7:00", None);
    check("2012-13-29 23:24", None);
}

#[test]
fn hours_and_days_are_read_as_written_on_a_door() {
    assert_eq!(parse_clock("07:30"), Some(450));
    assert_eq!(parse_clock("7:30"), Some(450));
    assert_eq!(parse_clock("07:30:00"), Some(450));
    assert_eq!(parse_clock("48:00"), Some(2880));
    for bad in ["48:01", "7", "07:60", "07:3", "-1:00", "07:30:30", "", ":", "+7:00"] {
        assert_eq!(parse_clock(bad), None, "{bad}");
    }
    let check = |text: &str, written: &str| {
        assert_eq!(parse_days(text).map(days_text).as_deref(), Ok(written), "{text}");
    };
    check("sun-thu", "sun-thu");
    check("mon", "mon");
    check("Monday, wed", "mon, wed");
    check("sat, sun", "sat, sun");
    check("mon-sun", "daily");
    assert_eq!(parse_days("mon, tus"), Err(("tus".into(), Some("tue".into()))));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        ms in 0..=DURATION_MAX.get(),
        at in -62_000_000_000_000_i64..250_000_000_000_000,
        zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "America/St_Johns"]),
        days in prop::array::uniform7(any::<bool>()),
        from in 0_u16..2880,
    ) {
        let zone = TimeZone::get(zone).unwrap();
        prop_assert_eq!(parse_duration(&duration_text(Millis::new(ms))), Ok(Millis::new(ms)));
        let at = Timestamp::from_millis(at);
        prop_assert_eq!(parse_instant(&instant_text(at, &zone), &zone), Some(at));
        if days != [false; 7] {
            prop_assert_eq!(parse_days(&days_text(days)), Ok(days));
        }
        let hours = Hours { from, to: from + 1 };
        prop_assert_eq!(parse_span(&span_text(hours)), Some(hours));
    }

    #[test]
    fn no_text_makes_them_panic(text in ".{0,30}", near in "[0-9.:hmins, -]{0,12}") {
        for text in [text, near] {
            let _ = (parse_duration(&text), parse_instant(&text, &TimeZone::UTC));
            let _ = (parse_span(&text), parse_days(&text));
        }
    }
}
