//! Every part of the cost, by figures that were worked out by hand.

use weft_model::Millis;

use super::{NO, plan};
use crate::checker::cost;
use crate::problem::{
    Alternative, Branch, Cost, Frozen, Job, Objective, Price, Problem, Resource, Scheduled, Setups,
    Standby, Weights,
};
use crate::tests::small::{at, mode, operation, resource};

/// One watt-hour in a millisecond.
const WATTS: u32 = 3_600_000;
/// One unit of money for a watt-hour.
const PER_MWH: i64 = 1_000_000;

fn job(weight: u32, release: i64, due: i64) -> Job {
    Job { release: at(release), due: Some(at(due)), weight }
}

#[test]
fn jobs_have_an_end_and_a_due_date() {
    let problem = Problem {
        now: at(2),
        jobs: vec![job(2, 1, 20), job(3, 0, 5), job(7, 0, 9)],
        operations: [0, 0, 1, 2].map(|job| operation(job, vec![mode(4, &[])])).to_vec(),
        objective: Objective {
            levels: [
                Weights { tardiness: 10, ..Weights::none() },
                Weights { makespan: 1, flow_time: 2, earliness: 100, ..Weights::none() },
                Weights::none(),
            ],
        },
        ..Problem::default()
    };
    let found = cost(&problem, &plan(&[(2, 6), (8, 12), (3, 7), NO], &[]));
    let expected = Cost {
        unplaced: 1,
        levels: [60, 10 + 2 * 43 + 100 * 16, 0],
        makespan: Millis::new(10),
        tardiness: 3 * 2,
        flow_time: 2 * 11 + 3 * 7,
        earliness: 2 * 8,
        ..Cost::default()
    };
    assert_eq!(found, expected);
}

#[test]
fn setups_cost_time_and_money_and_the_last_one_makespan() {
    let setups = Setups {
        time: vec![vec![Millis::ZERO, Millis::new(5)], vec![Millis::new(3), Millis::ZERO]],
        cost: vec![vec![1, 20], vec![300, 4000]],
        initial: Some(0),
        last: vec![Millis::new(1), Millis::new(8)],
    };
    let machine = Resource { setups: Some(setups), ..resource(1, &[(0, 10), (20, 60)]) };
    let mut problem = Problem {
        resources: vec![machine],
        jobs: vec![Job::default()],
        operations: [0, 0, 0].map(|job| operation(job, vec![mode(2, &[(0, 1)])])).to_vec(),
        ..Problem::default()
    };
    for (it, state) in problem.operations.iter_mut().zip([1, 1, 0]) {
        it.modes[0].states = vec![(0, state, state)];
    }
    // 0 → 1 before the first, 1 → 1 before the second, 1 → 0 before the third.
    let found = cost(&problem, &plan(&[(5, 7), (7, 9), (22, 24)], &[]));
    let makespan = Millis::new(24 + 1);
    let expected = Cost { makespan, setup_time: 5 + 3 + 1, money: 20 + 4000 + 300, ..found };
    assert_eq!(found, expected);
    // Two milliseconds after cleaning began the shift ends.
    let found = cost(&problem, &plan(&[(5, 7), (8, 10), NO], &[]));
    let expected = Cost { makespan: Millis::new(28), setup_time: 5 + 8, money: 4020, ..found };
    assert_eq!(found, expected);
    assert_eq!(found.unplaced, 1);
    let found = cost(&problem, &plan(&[(5, 7), NO, NO], &[]));
    assert_eq!((found.makespan, found.setup_time), (Millis::new(25), 13));
}

#[test]
fn money_is_for_modes_and_branches() {
    let branch = |operations: &[usize], cost| Branch { operations: operations.to_vec(), cost };
    let mut problem = Problem {
        jobs: vec![Job::default()],
        operations: [0, 0].map(|job| operation(job, vec![mode(2, &[])])).to_vec(),
        alternatives: vec![Alternative { branches: vec![branch(&[1], 5), branch(&[], 50)] }],
        ..Problem::default()
    };
    problem.operations[0].modes[0].cost = 7;
    problem.operations[1].modes[0].cost = 11;
    let check = |plan: &crate::Plan, unplaced, money| {
        let found = cost(&problem, plan);
        assert_eq!((found.unplaced, found.money), (unplaced, money));
    };
    check(&plan(&[(0, 2), (0, 2)], &[0]), 0, 7 + 11 + 5);
    check(&plan(&[(0, 2), NO], &[1]), 0, 7 + 50);
    check(&plan(&[(0, 2), NO], &[0]), 1, 7 + 5);
}

/// A machine draws ten watt-hours, then idles, then works, then is off, then works.
fn power(prices: &[(i64, i64)]) -> Problem {
    let idle = Standby { watts: WATTS / 10, ..Standby::default() };
    let off = Standby { watts: 0, transition: Millis::new(5), transition_wh: 3 };
    let machine = Resource { capacity: 1, standby: vec![idle, off], ..Resource::default() };
    let price = |&(from, price): &(i64, i64)| Price { from: at(from), per_mwh: price * PER_MWH };
    let mut problem = Problem {
        resources: vec![machine],
        jobs: vec![Job::default()],
        operations: [10, 5, 1].map(|work| operation(0, vec![mode(work, &[(0, 1)])])).to_vec(),
        prices: prices.iter().map(price).collect(),
        ..Problem::default()
    };
    for it in &mut problem.operations {
        it.modes[0].watts = WATTS;
    }
    problem
}

#[test]
fn energy_is_drawn_by_operations_and_between_them() {
    let check = |prices: &[(i64, i64)], energy, money| {
        let found = cost(&power(prices), &plan(&[(0, 10), (20, 25), (125, 126)], &[]));
        assert_eq!((found.energy, found.money, found.peak), (energy, money, i128::from(WATTS)));
    };
    check(&[], 10 + 1 + 5 + 3 + 1, 0);
    check(&[(0, 1)], 20, 20);
    // 10, then 5 x 0.1 x 1 + 5 x 0.1 x 2, then 5 x 2, 3 x 2 and 2.
    check(&[(0, 1), (15, 2)], 20, 29);
    // Who is paid for energy takes more of it.
    check(&[(0, 1), (25, -1)], 10 + 1 + 5 + 10 + 1, 10 + 1 + 5 - 10 - 1);
    // Before the first price nothing costs anything: going off at 10 is cheaper than idling until 20, ...
    check(&[(12, 1)], 10 + 3 + 5 + 3 + 1, 5 + 3 + 1);
    // ... and when both are free, what takes less is done.
    check(&[(20, 1)], 20, 5 + 3 + 1);
}

#[test]
fn a_state_needs_a_longer_gap_than_its_transition() {
    let mut problem = power(&[]);
    problem.resources[0].standby.remove(0);
    let mut check = |transition: i64, energy: i128| {
        problem.resources[0].standby[0].transition = Millis::new(transition);
        let found = cost(&problem, &plan(&[(0, 10), (20, 25), NO], &[]));
        assert_eq!(found.energy, energy);
    };
    check(9, 10 + 3 + 5);
    check(10, 10 + 5);
}

#[test]
fn peaks_are_where_work_is_done_at_the_same_time() {
    let mut problem = Problem {
        resources: vec![resource(1, &[(0, 5), (10, 60)])],
        jobs: vec![Job::default()],
        operations: vec![operation(0, vec![mode(10, &[(0, 1)])]), operation(0, vec![mode(3, &[])])],
        ..Problem::default()
    };
    problem.operations[0].modes[0].watts = 2 * WATTS;
    problem.operations[1].modes[0].watts = WATTS;
    let mut check = |frozen, second, energy: i128, peak: u32| {
        problem.operations[0].frozen = frozen;
        let found = cost(&problem, &plan(&[(0, 15), second], &[]));
        assert_eq!((found.energy, found.peak), (energy, i128::from(peak * WATTS)));
    };
    check(None, (5, 8), 20 + 3, 2);
    check(None, (4, 7), 20 + 3, 3);
    check(None, (15, 18), 20 + 3, 2);
    // What is frozen draws from start to end.
    check(Some(Frozen { mode: 0, start: at(0), end: at(15) }), (5, 8), 30 + 3, 3);
}

#[test]
fn moving_away_from_the_previous_plan_counts() {
    let previous = |start| Some(Scheduled { mode: 9, start: at(start), end: at(start + 1) });
    let mut problem = Problem {
        jobs: vec![Job::default()],
        operations: [0; 4].map(|job| operation(job, vec![mode(1, &[])])).to_vec(),
        previous: vec![previous(10), previous(3), None, previous(100)],
        ..Problem::default()
    };
    let plan = plan(&[(4, 5), (5, 6), (7, 8), NO], &[]);
    assert_eq!(cost(&problem, &plan).moved, 6 + 2);
    problem.operations[0].frozen = Some(Frozen { mode: 0, start: at(4), end: at(5) });
    assert_eq!(cost(&problem, &plan).moved, 2);
    problem.previous.clear();
    assert_eq!(cost(&problem, &plan).moved, 0);
}
