use super::*;
use crate::rules::tests::{check_broken, check_places, freeze, of};
use crate::tests::small::resource;
use weft_model::{Interval, Timestamp, WorkingTime};

fn always() -> Calendar {
    Calendar::new(&WorkingTime::always())
}

fn shifts(spans: &[(i64, i64)]) -> Calendar {
    let at = Timestamp::from_millis;
    let spans = spans.iter().map(|&(start, end)| Interval { start: at(start), end: at(end) });
    Calendar::new(&WorkingTime::new(spans.collect()))
}

#[test]
fn one_machine_takes_one_operation_at_a_time() {
    let calendar = always();
    let mut profile = Profile::new(1, 2);
    for (start, end) in [(10, 20), (30, 40), (21, 25)] {
        profile.take(&calendar, start, end, 1);
    }
    // The gap of one between 20 and 21 is of no use to anyone.
    assert_eq!(profile.blocks, [(10, 25), (30, 40)]);
    let check = |ready, work, start: i64| {
        let expected = Some((start, start + work));
        assert_eq!(profile.first_fit(&calendar, ready, work, false, 1), expected);
    };
    check(0, 10, 0);
    check(0, 11, 40);
    check(12, 5, 25);
    check(26, 4, 26);
    check(26, 5, 40);
    check(12, 0, 12);
}

#[test]
fn a_gap_in_closed_time_is_no_gap() {
    let calendar = shifts(&[(0, 10), (100, 110)]);
    let mut profile = Profile::new(1, 1);
    profile.take(&calendar, 5, 10, 1);
    profile.take(&calendar, 100, 104, 1);
    assert_eq!(profile.blocks, [(5, 104)]);
    assert_eq!(profile.first_fit(&calendar, 3, 3, true, 1), Some((104, 107)));
}

#[test]
fn shared_capacity_adds_up() {
    let calendar = always();
    let mut profile = Profile::new(3, 1);
    for (start, end, amount) in [(0, 10, 2), (5, 15, 1), (10, 20, 2)] {
        profile.take(&calendar, start, end, amount);
    }
    assert_eq!(profile.levels, [(0, 2), (5, 3), (15, 2), (20, 0)]);
    let check = |ready, work, amount, start: i64| {
        let expected = Some((start, start + work));
        assert_eq!(profile.first_fit(&calendar, ready, work, false, amount), expected);
    };
    check(0, 5, 1, 0);
    check(0, 6, 1, 15);
    check(0, 1, 2, 20);
    check(-4, 4, 3, -4);
    check(-4, 5, 2, 20);
}

#[test]
fn the_load_of_a_resource_bounds_the_end() {
    let load = |head, energy, tail| Load { head, energy, tail };
    let loads = vec![load(0, 10, 5), load(8, 10, 1), load(9, 10, 7)];
    // All three: 0 + 30 + 1. The last two: 8 + 20 + 1. The last: 9 + 10 + 7.
    assert_eq!(load_bound(&always(), 1, loads.clone()), Some(31));
    assert_eq!(load_bound(&always(), 2, loads.clone()), Some(21));
    assert_eq!(load_bound(&shifts(&[(0, 15), (20, 60)]), 1, loads), Some(36));
}

#[test]
fn who_finds_too_little_waits() {
    let (one, two): (&[_], &[_]) = (&[(0, 1)], &[(0, 2)]);
    let shared = resource(2, &[(0, 60)]);
    let mut problem = of(vec![shared], &[(4, one), (5, one), (2, two), (0, two)]);
    check_places(&problem, &[0, 1, 2, 3], &[(0, 4), (0, 5), (5, 7), (0, 0)]);
    check_places(&problem, &[2, 0, 1, 3], &[(2, 6), (2, 7), (0, 2), (0, 0)]);
    check_broken(&problem, &[(0, 4), (0, 5), (4, 6), (9, 9)], &["capacity"]);
    problem.resources[0].capacity = 1;
    for it in &mut problem.operations {
        it.modes[0].needs = vec![(0, 1)];
    }
    check_places(&problem, &[2, 1, 0, 3], &[(7, 11), (2, 7), (0, 2), (0, 0)]);
    check_broken(&problem, &[(0, 4), (3, 8), (8, 10), (10, 10)], &["capacity"]);
    // Facts alone may be more than there is.
    freeze(&mut problem, 0, 0, 4);
    freeze(&mut problem, 1, 2, 7);
    check_places(&problem, &[2, 3], &[(0, 4), (2, 7), (7, 9), (0, 0)]);
}
