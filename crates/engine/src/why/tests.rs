use weft_model::Millis;
use weft_plan::{Job, Mode, Operation, Precedence, Problem, Resource, Scheduled};

use super::*;
use crate::planning::{Named, PlanQuestion, Today};
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

#[test]
fn causes_of_the_planner_get_names() {
    let mut problem = problem(&[(5, &[(0, 1)]), (4, &[(0, 1)])]);
    problem.precedences = vec![Precedence::with_lag(0, 1, Millis::new(7))];
    let question = question(problem);
    let slot = |start, end| Some(Scheduled { mode: 0, start: ms(start), end: ms(end) });
    let plan = Plan { operations: vec![slot(0, 5), slot(12, 16)], branches: Vec::new() };
    let cause = Cause::Predecessor { operation: 0, lag: Millis::new(7) };
    let found = question.why(&plan, &of("b"));
    assert_eq!(found[0].cause, WaitCause::InPlan { operation: 1, cause });
    assert_eq!(found, question.why_order(&plan, &"order-1".into()));
    assert_eq!((found[0].from, found[0].until), (ms(0), ms(12)));
    let text = in_words(&question, &found[0]);
    let expected = "b of order-1 waited 12 ms for a of order-1, 7 ms of it because so much has \
                    to pass between the two";
    assert_eq!(text.en, expected);
    assert!(text.zh.contains("“order-1 的b”等待"), "{}", text.zh);
}

#[test]
fn what_has_no_place_says_why() {
    let mut question = question(problem(&[(5, &[(0, 1)]), (4, &[(0, 1)])]));
    question.impossible = [of("c")].into();
    let unplaced = vec![(1, UnplacedReason::Predecessor { operation: 0 })];
    let today = Today { plan: Plan::default(), unplaced };
    let text = |operation| in_words(&question, &question.why_today(&today, &of(operation))[0]).en;
    let expected = "b has no place in the plan: a of order-1 before it has none either";
    assert_eq!(text("b"), expected);
    let expected = "c has no place in the plan: no resource that there is can do it, or what comes \
                    before it";
    assert_eq!(text("c"), expected);
    let stuck = question.why_order_today(&today, &"order-1".into());
    assert_eq!(stuck[0].operation, of("c"));
}

fn in_words(question: &PlanQuestion, waited: &Waited) -> Title {
    let solution = plant::solution(Vec::new());
    let state = State::new(solution.resources.values().map(|it| (it.id.clone(), it.capacity)));
    let instant = |at: Timestamp| at.to_string();
    question.with_names(&state, &solution, &instant, |names| waited.text(&state, names))
}
