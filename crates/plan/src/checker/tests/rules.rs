//! For each rule a plan that obeys it and some that do not.

use weft_model::Millis;

use super::{NO, check_branches, check_plan};
use crate::problem::{
    Alternative, Branch, Budget, Frozen, Instant, Job, Line, Operation, Point, Precedence, Problem,
    Resource, Setups, Storage,
};
use crate::tests::small::{after, at, mode, operation, resource};

/// One job; operations of so much work on these resources.
fn of(resources: Vec<Resource>, operations: &[(i64, &[(usize, u32)])]) -> Problem {
    let one = |(work, needs): &(i64, &[(usize, u32)])| operation(0, vec![mode(*work, needs)]);
    let operations = operations.iter().map(one).collect();
    Problem { resources, jobs: vec![Job::default()], operations, ..Problem::default() }
}

fn always(capacity: u32) -> Resource {
    Resource { capacity, ..Resource::default() }
}

fn start_of(operation: usize) -> Instant {
    Instant { operation, point: Point::Start }
}

fn end_of(operation: usize) -> Instant {
    Instant { operation, point: Point::End }
}

fn freeze(problem: &mut Problem, operation: usize, start: i64, end: i64) {
    let frozen = Frozen { mode: 0, start: at(start), end: at(end) };
    problem.operations[operation].frozen = Some(frozen);
}

fn times(rows: &[&[i64]]) -> Vec<Vec<Millis>> {
    rows.iter().map(|row| row.iter().copied().map(Millis::new).collect()).collect()
}

#[test]
fn lags_go_from_point_to_point_and_have_a_maximum() {
    let mut problem = of(vec![], &[(4, &[]), (3, &[])]);
    problem.precedences = vec![Precedence {
        from: Point::Start,
        to: Point::End,
        min_lag: Millis::new(5),
        max_lag: Some(Millis::new(9)),
        ..after(0, 1)
    }];
    check_plan(&problem, &[(0, 4), (2, 5)], &[]);
    check_plan(&problem, &[(0, 4), (6, 9)], &[]);
    check_plan(&problem, &[(0, 4), (1, 4)], &["P210"]);
    check_plan(&problem, &[(0, 4), (7, 10)], &["P216"]);
    // No wait.
    problem.precedences = vec![Precedence {
        max_lag: Some(Millis::new(2)),
        ..Precedence::with_lag(0, 1, Millis::new(2))
    }];
    check_plan(&problem, &[(0, 4), (6, 9)], &[]);
    check_plan(&problem, &[(0, 4), (5, 8)], &["P210"]);
    check_plan(&problem, &[(0, 4), (7, 10)], &["P216"]);
    check_plan(&problem, &[NO, (7, 10)], &["P211"]);
    check_plan(&problem, &[(0, 4), NO], &[]);
    freeze(&mut problem, 1, 20, 23);
    check_plan(&problem, &[(0, 4), (20, 23)], &[]);
}

#[test]
fn an_operation_has_limits_of_its_own() {
    let mut problem = of(vec![], &[(3, &[]), (0, &[])]);
    problem.operations[0].release = Some(at(5));
    problem.operations[0].deadline = Some(at(10));
    check_plan(&problem, &[(5, 8), (0, 0)], &[]);
    check_plan(&problem, &[(7, 10), (0, 0)], &[]);
    check_plan(&problem, &[(4, 7), (0, 0)], &["P217"]);
    check_plan(&problem, &[(8, 11), (0, 0)], &["P218"]);
    check_plan(&problem, &[(5, 8), (6, 5)], &["P219"]);
    freeze(&mut problem, 0, 0, 20);
    check_plan(&problem, &[(0, 20), (0, 0)], &[]);
}

/// Operation 0 needs and leaves state 1, operation 1 state 0; 2 has none.
fn with_setups(setups: Setups) -> Problem {
    let machine = Resource { setups: Some(setups), ..resource(1, &[(0, 10), (20, 60)]) };
    let mut problem = of(vec![machine], &[(3, &[(0, 1)]), (2, &[(0, 1)]), (2, &[(0, 1)])]);
    problem.operations[0].modes[0].states = vec![(0, 1, 1)];
    problem.operations[1].modes[0].states = vec![(0, 0, 0)];
    problem
}

#[test]
fn setups_lie_in_working_time_between_occupations() {
    let time = times(&[&[0, 5], &[3, 0]]);
    let last = vec![Millis::ZERO, Millis::new(4)];
    let mut problem = with_setups(Setups { time, initial: Some(0), last, ..Setups::default() });
    check_plan(&problem, &[(5, 8), (21, 23), (23, 25)], &[]);
    check_plan(&problem, &[(4, 7), (21, 23), (23, 25)], &["P220"]);
    check_plan(&problem, &[(5, 8), (20, 22), (23, 25)], &["P220"]);
    // What has no states changes none, but takes the time in which they could change.
    check_plan(&problem, &[(9, 22), (0, 2), (2, 4)], &[]);
    check_plan(&problem, &[(7, 10), (0, 2), (2, 4)], &["P220"]);
    check_plan(&problem, &[(7, 10), (0, 2), NO], &[]);
    // Between facts nothing is asked, between a fact and the rest it is.
    freeze(&mut problem, 1, -2, 0);
    check_plan(&problem, &[(5, 8), (-2, 0), NO], &[]);
    check_plan(&problem, &[(4, 7), (-2, 0), NO], &["P220"]);
    freeze(&mut problem, 0, 4, 7);
    check_plan(&problem, &[(4, 7), (-2, 0), NO], &[]);
}

#[test]
fn a_resource_is_cleaned_at_last() {
    let time = times(&[&[0, 0], &[0, 0]]);
    let last = vec![Millis::ZERO, Millis::new(4)];
    let problem = with_setups(Setups { time, last, ..Setups::default() });
    check_plan(&problem, &[(53, 56), NO, NO], &[]);
    check_plan(&problem, &[(54, 57), NO, NO], &["P221"]);
    check_plan(&problem, &[(54, 57), (57, 59), NO], &[]);
}

#[test]
fn a_batch_starts_and_ends_together() {
    let vessel = Resource { capacity: 3, is_batch: true, ..Resource::default() };
    let on: &[(usize, u32)] = &[(0, 1)];
    let mut problem = of(vec![vessel], &[(4, on), (4, on), (4, on)]);
    problem.operations[2].modes[0].family = 1;
    check_plan(&problem, &[(0, 4), (0, 4), (4, 8)], &[]);
    check_plan(&problem, &[(0, 4), (1, 5), (5, 9)], &["P222"]);
    check_plan(&problem, &[(0, 4), (1, 5), (4, 8)], &["P222", "P222"]);
    check_plan(&problem, &[(0, 4), (0, 4), (0, 4)], &["P222"]);
    // One batch is one occupation for setups.
    let time = times(&[&[1, 2], &[2, 0]]);
    problem.resources[0].setups = Some(Setups { time, ..Setups::default() });
    for it in &mut problem.operations {
        let family = it.modes[0].family as usize;
        it.modes[0].states = vec![(0, family, family)];
    }
    check_plan(&problem, &[(0, 4), (0, 4), (6, 10)], &[]);
    check_plan(&problem, &[(0, 4), (0, 4), (5, 9)], &["P220"]);
    check_plan(&problem, &[(0, 4), (4, 8), (10, 14)], &["P220"]);
    problem.operations[1].modes[0].needs = vec![(0, 3)];
    check_plan(&problem, &[(0, 4), (0, 4), (6, 10)], &["P209"]);
}

#[test]
fn what_waits_keeps_what_it_holds() {
    let resources = vec![always(1), always(1)];
    let mut problem = of(resources, &[(4, &[(0, 1)]), (2, &[(1, 1)]), (2, &[(0, 1)])]);
    problem.precedences = vec![after(0, 1)];
    problem.operations[0].holds_until = Some(start_of(1));
    check_plan(&problem, &[(0, 4), (7, 9), (7, 9)], &[]);
    check_plan(&problem, &[(0, 4), (7, 9), (6, 8)], &["P209"]);
    check_plan(&problem, &[(0, 4), NO, (4, 6)], &[]);
    problem.operations[0].holds_until = Some(end_of(1));
    check_plan(&problem, &[(0, 4), (7, 9), (9, 11)], &[]);
    check_plan(&problem, &[(0, 4), (7, 9), (8, 10)], &["P209"]);
    // It is set up once it has been let go of.
    let time = times(&[&[0, 2], &[0, 0]]);
    problem.resources[0].setups = Some(Setups { time, ..Setups::default() });
    problem.operations[0].modes[0].states = vec![(0, 0, 0)];
    problem.operations[2].modes[0].states = vec![(0, 1, 1)];
    check_plan(&problem, &[(0, 4), (7, 9), (11, 13)], &[]);
    check_plan(&problem, &[(0, 4), (7, 9), (10, 12)], &["P220"]);
}

#[test]
fn a_storage_has_room_for_so_much() {
    let mut problem = of(vec![always(1)], &[(2, &[]), (2, &[]), (2, &[]), (2, &[])]);
    problem.precedences = vec![after(0, 1), after(2, 3)];
    let storage = |before, after| Storage {
        resource: 0,
        amount: 1,
        from: end_of(before),
        until: start_of(after),
    };
    problem.storages = vec![storage(0, 1), storage(2, 3)];
    check_plan(&problem, &[(0, 2), (5, 7), (3, 5), (9, 11)], &[]);
    check_plan(&problem, &[(0, 2), (5, 7), (2, 4), (9, 11)], &["P209"]);
    check_plan(&problem, &[(0, 2), (5, 7), (2, 4), (4, 6)], &[]);
    check_plan(&problem, &[(0, 2), NO, (2, 4), (9, 11)], &[]);
    // Beside what operations need.
    problem.operations[3].modes[0].needs = vec![(0, 1)];
    check_plan(&problem, &[(0, 2), (9, 11), (1, 3), (3, 5)], &["P209"]);
}

#[test]
fn what_is_used_has_been_supplied() {
    let mut problem = of(vec![], &[(1, &[]), (1, &[]), (1, &[])]);
    problem.budgets = vec![Budget { supplies: vec![(at(10), 2), (at(0), 3)] }];
    for it in &mut problem.operations {
        it.modes[0].uses = vec![(0, 2)];
    }
    check_plan(&problem, &[(0, 1), (10, 11), NO], &[]);
    check_plan(&problem, &[(0, 1), (9, 10), NO], &["P223"]);
    check_plan(&problem, &[(0, 1), (10, 11), (12, 13)], &["P223"]);
    freeze(&mut problem, 0, -5, 1);
    freeze(&mut problem, 1, -5, 1);
    check_plan(&problem, &[(-5, 1), (-5, 1), NO], &[]);
    check_plan(&problem, &[(-5, 1), (-5, 1), (0, 1)], &["P223"]);
}

#[test]
fn one_branch_is_done_and_no_other() {
    let mut problem = of(vec![], &[(2, &[]), (2, &[]), (2, &[])]);
    problem.precedences = vec![after(0, 2), after(1, 2)];
    let branch = |operation| Branch { operations: vec![operation], cost: 0 };
    problem.alternatives = vec![Alternative { branches: vec![branch(0), branch(1)] }];
    check_branches(&problem, &[NO, (0, 2), (2, 4)], &[1], &[]);
    check_branches(&problem, &[(1, 3), NO, (3, 5)], &[0], &[]);
    check_branches(&problem, &[(3, 5), (0, 2), (2, 4)], &[1], &["P215"]);
    check_branches(&problem, &[NO, NO, (2, 4)], &[1], &["P211"]);
    check_branches(&problem, &[NO, (0, 2), (1, 3)], &[1], &["P210"]);
    check_branches(&problem, &[NO, (0, 2), (2, 4)], &[2], &["P214"]);
    check_branches(&problem, &[NO, (0, 2), (2, 4)], &[], &["P213"]);
    freeze(&mut problem, 0, -2, 0);
    check_branches(&problem, &[(-2, 0), NO, (2, 4)], &[0], &[]);
    check_branches(&problem, &[(-2, 0), (0, 2), (2, 4)], &[1], &["P215"]);
    check_branches(&problem, &[NO, (0, 2), (2, 4)], &[1], &["P212"]);
}

#[test]
fn nobody_overtakes_on_a_line() {
    let mut problem = of(vec![], &[(1, &[] as &[_]); 6]);
    problem.lines = vec![Line { stages: vec![vec![0, 1], vec![2, 3], vec![4, 5]] }];
    check_plan(&problem, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)], &[]);
    check_plan(&problem, &[(0, 1), (1, 2), (3, 4), (3, 4), (4, 5), (5, 6)], &[]);
    check_plan(&problem, &[(0, 1), (1, 2), (4, 5), (3, 4), (5, 6), (5, 6)], &["P224"]);
    check_plan(&problem, &[(0, 1), (1, 2), (3, 4), (3, 4), (6, 7), (5, 6)], &["P224"]);
    check_plan(&problem, &[(0, 1), (1, 2), (4, 5), NO, (6, 7), (6, 7)], &[]);
    check_plan(&problem, &[(0, 1), (1, 2), (4, 5), NO, (6, 7), (5, 6)], &["P224"]);
}

/// Calendars, deadlines and the rest ask nothing of facts.
#[test]
fn facts_alone_break_no_rule() {
    let vessel = Resource { capacity: 1, is_batch: true, ..resource(1, &[(50, 60)]) };
    let mut problem = of(vec![vessel], &[(4, &[(0, 1)]), (4, &[(0, 1)])]);
    problem.lines = vec![Line { stages: vec![vec![0], vec![1]] }];
    problem.operations[1].deadline = Some(at(1));
    problem.precedences = vec![Precedence { max_lag: Some(Millis::ZERO), ..after(0, 1) }];
    freeze(&mut problem, 0, 0, 4);
    freeze(&mut problem, 1, 2, 6);
    check_plan(&problem, &[(0, 4), (2, 6)], &[]);
    problem.operations.push(Operation::clone(&problem.operations[0]));
    problem.operations[2].frozen = None;
    check_plan(&problem, &[(0, 4), (2, 6), (50, 54)], &[]);
}
