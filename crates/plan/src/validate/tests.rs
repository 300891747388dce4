use weft_model::Millis;

use crate::problem::{
    Alternative, Branch, Budget, Frozen, Instant, Line, Point, Price, Problem, Scheduled, Setups,
    Standby, Storage,
};
use crate::tests::small::{at, problem};

/// The small problem, changed, is refused with this code, or is none of the worse for it.
fn check(change: impl FnOnce(&mut Problem), code: Option<&str>) {
    let mut problem = problem();
    change(&mut problem);
    let error = problem.validate().err();
    assert_eq!(error.as_ref().map(super::ProblemError::code), code, "{error:?}");
    assert!(error.is_none_or(|it| !it.to_string().is_empty() && !it.help().is_empty()));
}

/// Resource 0 with two states, operation 0 in them.
fn set_up(problem: &mut Problem) -> &mut Setups {
    problem.operations[0].modes[0].states = vec![(0, 0, 1)];
    let time = vec![vec![Millis::new(1); 2]; 2];
    problem.resources[0].setups.insert(Setups { time, ..Setups::default() })
}

#[test]
fn budgets_and_prices() {
    let budget = |uses: &[(usize, u64)]| {
        let uses = uses.to_vec();
        |problem: &mut Problem| {
            problem.budgets = vec![Budget { supplies: vec![(at(0), 5)] }];
            problem.operations[0].modes[0].uses = uses;
        }
    };
    check(budget(&[(0, 9)]), None);
    check(budget(&[(1, 1)]), Some("P115"));
    check(budget(&[(0, 1), (0, 2)]), Some("P116"));
    check(|it| it.budgets = vec![Budget { supplies: vec![(at(i64::MAX), 5)] }], Some("P113"));
    let prices = |times: [i64; 2]| {
        move |problem: &mut Problem| {
            problem.prices = times.map(|from| Price { from: at(from), per_mwh: -1 }).to_vec();
        }
    };
    check(prices([0, 1]), None);
    check(prices([1, 1]), Some("P133"));
}

#[test]
fn setups_and_states() {
    check(|it| set_up(it).initial = Some(1), None);
    check(|it| set_up(it).initial = Some(2), Some("P119"));
    check(|it| set_up(it).time[1].truncate(1), Some("P117"));
    check(|it| set_up(it).cost = vec![vec![1, 2]], Some("P117"));
    check(|it| set_up(it).last = vec![Millis::ZERO], Some("P117"));
    check(|it| set_up(it).time[0][1] = Millis::new(-1), Some("P122"));
    check(|it| set_up(it).last = vec![Millis::new(i64::MAX); 2], Some("P113"));
    check(|it| it.resources[1].setups = Some(Setups::default()), Some("P118"));
    let states = |states: &[(usize, usize, usize)]| {
        let states = states.to_vec();
        |problem: &mut Problem| {
            set_up(problem);
            problem.operations[0].modes[0].states = states;
        }
    };
    check(states(&[]), None);
    check(states(&[(0, 0, 2)]), Some("P119"));
    check(states(&[(1, 0, 0)]), Some("P120"));
    check(states(&[(0, 0, 0), (0, 1, 1)]), Some("P120"));
    let batches = |family| {
        move |problem: &mut Problem| {
            problem.resources[1].is_batch = true;
            problem.resources[1].setups = set_up(problem).clone().into();
            problem.operations[1].modes[0].states = vec![(1, 0, 0)];
            problem.operations[2].modes[0].states = vec![(1, 1, 1)];
            problem.operations[2].modes[0].family = family;
        }
    };
    check(batches(1), None);
    check(batches(0), Some("P121"));
    let standby = Standby { transition: Millis::new(-1), ..Standby::default() };
    check(|it| it.resources[0].standby = vec![standby], Some("P122"));
}

#[test]
fn what_lasts_until_something() {
    let start_of = |operation| Instant { operation, point: Point::Start };
    let hold = |until| {
        move |problem: &mut Problem| problem.operations[0].holds_until = Some(start_of(until))
    };
    check(hold(1), None);
    check(hold(9), Some("P123"));
    check(hold(2), Some("P124"));
    check(hold(0), Some("P124"));
    let store = |resource, amount, from, until| {
        move |problem: &mut Problem| {
            let (from, until) = (start_of(from), start_of(until));
            problem.storages = vec![Storage { resource, amount, from, until }];
        }
    };
    check(store(1, 2, 0, 1), None);
    check(store(1, 2, 0, 0), None);
    check(store(1, 3, 0, 1), Some("P125"));
    check(store(1, 0, 0, 1), Some("P125"));
    check(store(2, 1, 0, 1), Some("P125"));
    check(store(1, 1, 0, 9), Some("P123"));
    check(store(1, 1, 1, 0), Some("P124"));
    let store = store(0, 1, 2, 3);
    check(
        |it| {
            set_up(it);
            store(it);
        },
        Some("P125"),
    );
}

#[test]
fn alternatives_and_lines() {
    let branches = |branches: &[&[usize]]| {
        let branch = |it: &&[usize]| Branch { operations: it.to_vec(), cost: 0 };
        let branches = branches.iter().map(branch).collect();
        |problem: &mut Problem| problem.alternatives = vec![Alternative { branches }]
    };
    check(branches(&[&[0, 1], &[]]), None);
    check(branches(&[]), Some("P126"));
    check(branches(&[&[5]]), Some("P127"));
    check(branches(&[&[0], &[1, 0]]), Some("P127"));
    let frozen = |count: usize| {
        move |problem: &mut Problem| {
            branches(&[&[0, 1], &[2]])(problem);
            for operation in [0, 1, 2].into_iter().take(count) {
                let frozen = Frozen { mode: 0, start: at(-5), end: at(-1) };
                problem.operations[operation].frozen = Some(frozen);
            }
        }
    };
    check(frozen(2), None);
    check(frozen(3), Some("P128"));
    let line = |stages: &[&[usize]]| {
        let stages = stages.iter().map(|it| it.to_vec()).collect();
        |problem: &mut Problem| problem.lines = vec![Line { stages }]
    };
    check(line(&[&[0, 2], &[1, 3]]), None);
    check(line(&[&[0, 2], &[1]]), Some("P129"));
    check(line(&[&[0, 2], &[1, 5]]), Some("P130"));
    check(line(&[&[0, 2], &[1, 0]]), Some("P130"));
}

#[test]
fn limits_lags_and_the_previous_plan() {
    check(|it| it.operations[0].deadline = Some(at(i64::MAX)), Some("P113"));
    check(|it| it.operations[0].release = Some(at(i64::MIN)), Some("P113"));
    let lags = |min: i64, max: i64| {
        move |problem: &mut Problem| {
            problem.precedences[0].min_lag = Millis::new(min);
            problem.precedences[0].max_lag = Some(Millis::new(max));
        }
    };
    check(lags(2, 2), None);
    check(lags(2, 1), Some("P131"));
    check(lags(2, i64::MAX), Some("P113"));
    check(|it| it.previous = vec![None; 5], None);
    check(|it| it.previous = vec![None; 4], Some("P132"));
    let far = Scheduled { mode: 0, start: at(i64::MIN), end: at(0) };
    check(|it| it.previous = vec![Some(far); 5], Some("P113"));
}
