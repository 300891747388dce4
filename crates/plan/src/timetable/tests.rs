//! What a timetable does, in pictures.

mod back;

use weft_model::Millis;

use super::{Layout, Style, Timetable};
use crate::instance::Instance;
use crate::problem::{Mode, Operation, Plan, Problem, Resource, Scheduled};
use crate::tests::small::at;
use crate::{Objective, Weights};

/// Operations of a job each on one resource: place in the plan, and how long they take.
fn in_a_row(starts: &[(i64, i64)]) -> (Problem, Plan) {
    let operation = |(job, &(_, work)): (usize, &(i64, i64))| Operation {
        job,
        modes: vec![Mode { needs: vec![(0, 1)], work: Millis::new(work), ..Mode::default() }],
        ..Operation::default()
    };
    let problem = Problem {
        resources: vec![Resource { capacity: 1, ..Resource::default() }],
        jobs: vec![crate::Job { weight: 1, ..crate::Job::default() }; starts.len()],
        operations: starts.iter().enumerate().map(operation).collect(),
        objective: Objective::weighted(Weights { flow_time: 1, ..Weights::none() }),
        ..Problem::default()
    };
    let slot = |&(start, work): &(i64, i64)| {
        Some(Scheduled { mode: 0, start: at(start), end: at(start + work) })
    };
    (problem, Plan { operations: starts.iter().map(slot).collect(), branches: Vec::new() })
}

fn laid_out(starts: &[(i64, i64)]) -> (Layout, Timetable) {
    let (problem, plan) = in_a_row(starts);
    let layout = Layout::new(&problem, Instance::new(&problem).unwrap()).unwrap();
    let table = Timetable::of_plan(&layout, &plan);
    (layout, table)
}

fn starts(table: &Timetable) -> Vec<i64> {
    table.slots().iter().map(|it| it.start).collect()
}

/// The first is late by 4; where the others are in the end.
fn check(style: Style, given: &[(i64, i64)], expected: &[i64]) {
    let (mut layout, mut table) = laid_out(given);
    assert_eq!(starts(&table), given.iter().map(|it| it.0).collect::<Vec<_>>());
    layout.instance.operations[0].earliest = 4;
    table.begin();
    table.doubt_early(&layout, 0);
    table.repair(&layout, style);
    assert_eq!(starts(&table), expected, "{style:?}");
    table.take_back(&layout);
    assert_eq!(starts(&table), given.iter().map(|it| it.0).collect::<Vec<_>>());
}

#[test]
fn each_style_puts_right_in_its_own_way() {
    let given = [(0, 3), (3, 2), (5, 2), (20, 1)];
    // Whoever came first still does: all are pushed on.
    check(Style::Order, &given, &[4, 7, 9, 20]);
    // The second does not wait for the first, which comes when the resource is free.
    check(Style::Dispatch, &given, &[5, 3, 8, 20]);
    // Nobody else is moved.
    check(Style::Insert, &given, &[7, 3, 5, 20]);
}

#[test]
fn what_costs_too_much_to_put_right_can_be_given_up() {
    let (mut layout, mut table) = laid_out(&[(0, 3), (3, 2), (5, 2), (7, 1)]);
    let before = (starts(&table), table.cost(&layout));
    layout.instance.operations[0].earliest = 4;
    table.begin();
    table.doubt_early(&layout, 0);
    assert!(!table.repair_small(&layout, Style::Order, 1));
    table.take_back(&layout);
    assert_eq!((starts(&table), table.cost(&layout)), before);
    assert_eq!(table.in_doubt(), []);
}

#[test]
fn a_new_place_is_the_first_gap_that_is_long_enough() {
    let (layout, mut table) = laid_out(&[(0, 2), (4, 2), (10, 3)]);
    table.begin();
    table.lift(&layout, 2);
    assert!(table.insert(&layout, 2));
    assert_eq!(starts(&table), [0, 4, 6]);
    table.lift(&layout, 0);
    table.lift(&layout, 1);
    assert!(table.insert(&layout, 1));
    assert_eq!(starts(&table)[1], 0);
}
