use super::*;

#[test]
fn times_are_read_in_the_forms_people_use() {
    let check = |text: &str, order: DateOrder, expected: &str| {
        let local = parse(text, order).map(|written| written.local.to_string());
        assert_eq!(local.as_deref(), Some(expected), "{text}");
    };
    let day_first = DateOrder::DayFirst;
    for (text, expected) in [
        ("2012/01/29 23:24:00.000", "2012-01-29T23:24:00"),
        ("2012-01-29T23:24:00Z", "2012-01-29T23:24:00"),
        ("2012-01-29T23:24:00.500-05:00", "2012-01-29T23:24:00.5"),
        ("2012-01-29", "2012-01-29T00:00:00"),
        ("20120129", "2012-01-29T00:00:00"),
        ("29.1.2012 7:05", "2012-01-29T07:05:00"),
        ("29.01.12 07:05:09", "2012-01-29T07:05:09"),
        ("29/01/2012 24:00", "2012-01-30T00:00:00"),
        ("29-Jan-2012 23:24", "2012-01-29T23:24:00"),
        ("29 January 2012 23:24", "2012-01-29T23:24:00"),
        ("2012年1月29日 23时24分", "2012-01-29T23:24:00"),
        ("1327879440", "2012-01-29T23:24:00"),
        ("1327879440000", "2012-01-29T23:24:00"),
        ("40937.975", "2012-01-29T23:24:00"),
    ] {
        check(text, day_first, expected);
    }
    check("1/29/2012 11:24 PM", DateOrder::MonthFirst, "2012-01-29T23:24:00");
    check("1/29/2012 12:00 AM", DateOrder::MonthFirst, "2012-01-29T00:00:00");
}

#[test]
fn what_is_no_time_is_none() {
    for text in [
        "",
        "yesterday",
        "24:00.0",
        "2012-13-01",
        "32.1.2012",
        "12",
        "2012-01-29 25:00",
        "日日日日",
    ] {
        assert_eq!(parse(text, DateOrder::DayFirst), None, "{text}");
    }
    assert!(is_cut("24:00.0") && is_cut("05:43") && !is_cut("2012-01-29 05:43"));
}

#[test]
fn the_order_of_day_and_month_follows_from_numbers_above_twelve() {
    let check = |texts: &[&str], expected| {
        assert_eq!(date_order(texts.iter().copied()), expected, "{texts:?}");
    };
    check(&["3/4/2024", "3/14/2024"], (DateOrder::MonthFirst, true));
    check(&["3/4/2024", "14/3/2024"], (DateOrder::DayFirst, true));
    check(&["3.4.2024"], (DateOrder::DayFirst, true));
    check(&["3/4/2024"], (DateOrder::DayFirst, false));
    check(&["2024-03-04"], (DateOrder::DayFirst, true));
}

#[test]
fn durations_are_read_with_their_unit() {
    let check = |text: &str, minutes: Option<i64>| {
        let expected = minutes.map(|minutes| Millis::new(minutes * 60_000));
        assert_eq!(parse_duration(text, DurationUnit::Minutes), expected, "{text}");
    };
    check("006:19", Some(379));
    check("0:30:00", Some(30));
    check("90", Some(90));
    check("1,5 h", Some(90));
    check("45 min", Some(45));
    check("2小时", Some(120));
    check("1899/12/31 01:49:00", Some(25 * 60 + 49));
    check("000:00", Some(0));
    for none in ["", "soon", "1:75", "::", "1e9", "-5"] {
        check(none, None);
    }
}
