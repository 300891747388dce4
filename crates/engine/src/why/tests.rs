use weft_plan::{Budget, Job, Mode, Operation, Precedence, Problem, Resource, Scheduled};

use super::*;
use crate::planning::Named;
use crate::tests::plant;

fn of(operation: &str) -> OperationRef {
    OperationRef { order: "order-1".into(), operation: operation.into() }
}

fn ms(at: i64) -> Timestamp {
    Timestamp::from_millis(at)
}

/// A question about operations `a`, `b`, … of one order, each in one mode, on resources `m-1` and `m-2`.
fn question(problem: Problem) -> PlanQuestion {
    let letters = ["a", "b", "c"];
    let names = letters.iter().take(problem.operations.len());
    let names = names.map(|it| Named { operation: of(it), modes: vec![0] }).collect();
    PlanQuestion {
        number: 1,
        problem: problem.into(),
        warm_start: Plan::default(),
        steps: 0,
        seed: 1,
        names,
        resources: ["m-1".into(), "m-2".into()].into(),
        orders: ["order-1".into()].into(),
        impossible: [].into(),
    }
}

fn problem(works: &[(i64, &[(usize, u32)])]) -> Problem {
    let operation = |(work, needs): &(i64, &[(usize, u32)])| {
        let mode = Mode { needs: needs.to_vec(), work: Millis::new(*work), ..Mode::default() };
        Operation { modes: vec![mode], ..Operation::default() }
    };
    Problem {
        resources: vec![Resource { capacity: 1, ..Resource::default() }; 2],
        jobs: vec![Job::default()],
        operations: works.iter().map(operation).collect(),
        ..Problem::default()
    }
}

/// What the last of these operations waited for in a plan with these starts and ends.
fn waits(problem: Problem, spans: &[(i64, i64)], operation: &str) -> Vec<WaitCause> {
    let slot = |it: &(i64, i64)| Some(Scheduled { mode: 0, start: ms(it.0), end: ms(it.1) });
    let plan = Plan { operations: spans.iter().map(slot).collect(), branches: Vec::new() };
    assert_eq!(weft_plan::check(&problem, &plan), []);
    question(problem).why(&plan, &of(operation)).into_iter().map(|it| it.cause).collect()
}

#[test]
fn causes_of_the_planner_get_their_names() {
    let mut lag = problem(&[(5, &[]), (4, &[])]);
    lag.precedences = vec![Precedence::with_lag(0, 1, Millis::new(7))];
    let after = WaitCause::Lag { after: of("a"), lag: Millis::new(7) };
    assert_eq!(waits(lag, &[(0, 5), (12, 16)], "b"), [after]);

    let mut held = problem(&[(3, &[]), (5, &[(0, 1)]), (20, &[(0, 1)])]);
    held.precedences = vec![Precedence { max_lag: Some(Millis::new(2)), ..Precedence::new(0, 1) }];
    let back = WaitCause::HeldBack { later: of("b"), most: Millis::new(2) };
    assert_eq!(waits(held, &[(15, 18), (20, 25), (0, 20)], "a"), [back]);

    let mut supply = problem(&[(3, &[])]);
    supply.budgets = vec![Budget { supplies: vec![(ms(9), 1)] }];
    supply.operations[0].modes[0].uses = vec![(0, 1)];
    assert_eq!(waits(supply, &[(9, 12)], "a"), [WaitCause::Supply]);

    let mut own = problem(&[(3, &[])]);
    own.operations[0].release = Some(ms(4));
    assert_eq!(waits(own, &[(4, 7)], "a"), [WaitCause::OwnRelease]);

    let mut setup = problem(&[(3, &[(1, 1)]), (3, &[(1, 1)])]);
    let time = vec![vec![Millis::new(6); 2]; 2];
    setup.resources[1].setups = Some(weft_plan::Setups { time, ..Default::default() });
    for it in &mut setup.operations {
        it.modes[0].states = vec![(1, 0, 0)];
    }
    let expected = [
        WaitCause::Resource { resource: "m-2".into(), held_by: vec![of("a")] },
        WaitCause::Setup {
            resource: "m-2".into(),
            of: of("b"),
            after: Some(of("a")),
            time: Millis::new(6),
        },
    ];
    assert_eq!(waits(setup, &[(0, 3), (9, 12)], "b"), expected);
}

#[test]
fn every_cause_is_said_in_both_languages() {
    let solution = plant::solution(Vec::new());
    let state = State::new(solution.resources.values().map(|it| (it.id.clone(), it.capacity)));
    let m = || ResourceId::from("m-1");
    let minutes = |count: u32| Millis::MINUTE.times(count);
    let causes = [
        WaitCause::Release,
        WaitCause::OwnRelease,
        WaitCause::Predecessor(of("a")),
        WaitCause::Lag { after: of("a"), lag: minutes(5) },
        WaitCause::Resource { resource: m(), held_by: vec![of("a"), of("c")] },
        WaitCause::Blocked { resource: m(), by: of("a"), waits_for: of("c") },
        WaitCause::Calendar(m()),
        WaitCause::Setup { resource: m(), of: of("b"), after: None, time: minutes(3) },
        WaitCause::Setup { resource: m(), of: of("c"), after: Some(of("b")), time: minutes(3) },
        WaitCause::Cleaning(m()),
        WaitCause::Batch { resource: m(), with: vec![of("a")] },
        WaitCause::Storage { resource: m(), held_by: vec![of("a")] },
        WaitCause::Supply,
        WaitCause::Line(of("a")),
        WaitCause::HeldBack { later: of("c"), most: minutes(2) },
        WaitCause::NotChosen,
        WaitCause::UnderWay,
        WaitCause::Choice,
        WaitCause::NoPlace(NoPlace::Deadline),
        WaitCause::NoPlace(NoPlace::Tied),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for cause in causes {
        let (from, until) = (ms(0), ms(600_000));
        let text = Waited { operation: of("b"), from, until, cause }.text(&state, &solution);
        assert!(text.en.starts_with("b ") && text.zh.starts_with("“b”"), "{text:?}");
        assert!(text.en.is_ascii() && !text.zh.is_ascii(), "{text:?}");
        assert!(seen.insert(text.en.clone()), "twice: {}", text.en);
    }
    let setup = "b waited 10 min: sooner, m-1 could not have been set up for c in time, \
                 which takes 3 min after b of order-1";
    assert!(seen.contains(setup), "{seen:?}");
    assert!(seen.contains("b was held back 10 min, so that c comes at most 2 min after it"));
}
