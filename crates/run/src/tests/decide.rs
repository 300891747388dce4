//! Given these events, when this command, then these events (or a refusal).

use weft_model::job_control::{JobReport, JobState, MachineState, Quantities};
use weft_model::{
    Job, JobMode, JobOperation, Millis, OperationRef, Order, OrderId, Timestamp, Title,
};

use crate::{Assignment, Command, Event, OrderStatus, Recorded, State, apply, decide};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

fn order() -> Order {
    Order {
        id: "o".into(),
        offer: "thing".into(),
        route: "thing".into(),
        quantity: 10,
        placed: at(0),
        release: at(0),
        due: Some(at(100)),
        weight: 1,
        customer: String::new(),
    }
}

fn job() -> Job {
    let operation = |id: &str, after: &[&str], resource: &str, rework_to: &str| JobOperation {
        id: id.into(),
        title: Title::same(id),
        after: after.iter().map(|id| (*id).into()).collect(),
        modes: vec![JobMode { needs: vec![(resource.into(), 1)], work: Millis::MINUTE.times(30) }],
        spans_breaks: true,
        rework_to: rework_to.into(),
    };
    Job {
        order: "o".into(),
        operations: vec![
            operation("cut", &[], "saw", "cut"),
            operation("bend", &["cut"], "press", "cut"),
        ],
    }
}

fn plan() -> Command {
    let assignment = |start| Some(Assignment { mode: 0, start: at(start), end: at(start + 30) });
    Command::AdoptPlan {
        assignments: vec![
            (OperationRef::new("o", "cut"), assignment(0)),
            (OperationRef::new("o", "bend"), assignment(30)),
        ],
        cost: 60,
    }
}

fn place() -> Command {
    Command::PlaceOrder { order: order(), job: job() }
}

fn release(operation: &str) -> Command {
    Command::Release { operation: OperationRef::new("o", operation) }
}

fn report(operation: &str, attempt: u32, state: JobState, good: u32, rework: u32) -> Command {
    let resource = if operation == "cut" { "saw" } else { "press" };
    Command::Report(JobReport {
        resource: resource.into(),
        job_order: OperationRef::new("o", operation).job_order(attempt),
        state,
        at: at(20),
        started: Some(at(10)),
        progress: 1.0,
        quantities: Quantities { good, scrap: 10_u32.saturating_sub(good + rework), rework },
        reason: String::new(),
    })
}

fn ended(operation: &str) -> Command {
    report(operation, 1, JobState::Ended, 10, 0)
}

/// Carries out `given` (which must all be granted) and then `when`; the answer is the kinds of events
/// that follow, or the code of the refusal.
fn check(given: &[Command], when: Command, then: &[&str]) -> State {
    let mut state = State::new([("saw".into(), 1), ("press".into(), 2)]);
    for command in given {
        let events = decide(&state, at(20), command.clone()).unwrap();
        apply_all(&mut state, events);
    }
    let answer = match decide(&state, at(20), when) {
        Ok(events) => {
            let kinds = events.iter().map(Event::kind).collect();
            apply_all(&mut state, events);
            kinds
        }
        Err(refusal) => {
            assert!(!refusal.help().is_empty() && !refusal.to_string().is_empty());
            vec![refusal.code()]
        }
    };
    assert_eq!(answer, then);
    state
}

fn apply_all(state: &mut State, events: Vec<Event>) {
    for event in events {
        let recorded = Recorded { sequence: state.sequence + 1, at: at(20), event };
        apply(state, &recorded);
    }
}

#[test]
fn an_order_is_placed_once() {
    check(&[], place(), &["order-placed"]);
    check(&[place()], place(), &["R301"]);
    let mut impossible = job();
    impossible.operations[0].modes[0].needs[0].0 = "laser".into();
    check(&[], Command::PlaceOrder { order: order(), job: impossible }, &["R314"]);
    let cancel = |id: &str| Command::CancelOrder { order: OrderId::new(id), reason: String::new() };
    check(&[place()], cancel("o"), &["order-cancelled"]);
    check(&[place(), cancel("o")], cancel("o"), &["R304"]);
    check(&[], cancel("o"), &["R302"]);
}

#[test]
fn a_plan_that_says_nothing_new_is_not_adopted() {
    check(&[place()], plan(), &["plan-adopted"]);
    check(&[place(), plan()], plan(), &["R316"]);
    check(&[place(), plan(), release("cut")], plan(), &["R316"]);
}

#[test]
fn an_operation_is_released_when_it_is_planned_and_its_turn_has_come() {
    check(&[place()], release("cut"), &["R307"]);
    check(&[place(), plan()], release("cut"), &["operation-released"]);
    check(&[place(), plan()], release("bend"), &["R306"]);
    check(&[place(), plan()], release("fold"), &["R303"]);
    check(&[place(), plan(), release("cut")], release("cut"), &["R305"]);
    let down = Command::Machine {
        resource: "saw".into(),
        state: MachineState::Failed,
        reason: String::new(),
        expected_up: at(60),
    };
    check(&[place(), plan(), down.clone()], release("cut"), &["R309"]);
    check(&[place(), plan(), down.clone()], down, &["R315"]);
}

#[test]
fn an_operation_starts_once_and_ends_once() {
    let given = [place(), plan(), release("cut")];
    check(&given[..2], ended("cut"), &["R311"]);
    check(&given, report("cut", 1, JobState::Running, 0, 0), &["operation-started"]);
    // The word that it began may get lost.
    check(&given, ended("cut"), &["operation-started", "operation-finished"]);
    let given = [place(), plan(), release("cut"), ended("cut")];
    check(&given, ended("cut"), &["R313"]);
    check(&given, report("cut", 1, JobState::Running, 0, 0), &["R313"]);
    let mut elsewhere = report("cut", 1, JobState::Ended, 10, 0);
    if let Command::Report(report) = &mut elsewhere {
        report.resource = "press".into();
    }
    check(&given[..3], elsewhere, &["R312"]);
}

#[test]
fn an_order_is_complete_with_its_last_operation() {
    let given = [place(), plan(), release("cut"), ended("cut"), release("bend")];
    let state = check(
        &given,
        ended("bend"),
        &["operation-started", "operation-finished", "order-completed"],
    );
    assert_eq!(state.resources.values().map(|resource| resource.held_by.len()).sum::<usize>(), 0);
}

#[test]
fn rework_sends_operations_back_for_those_pieces() {
    let given = [place(), plan(), release("cut"), ended("cut"), release("bend")];
    let state = check(
        &given,
        report("bend", 1, JobState::Ended, 7, 3),
        &["operation-started", "operation-finished", "operations-sent-back"],
    );
    let cut = state.operation(&OperationRef::new("o", "cut")).unwrap();
    assert_eq!((cut.attempt, cut.quantity, cut.quantities.good), (2, 3, 7));
    let bend = state.operation(&OperationRef::new("o", "bend")).unwrap();
    assert_eq!((bend.attempt, bend.quantity, bend.quantities.good), (2, 3, 7));
}

#[test]
fn an_order_without_pieces_left_is_called_off() {
    let given = [place(), plan(), release("cut")];
    check(
        &given,
        report("cut", 1, JobState::Ended, 0, 0),
        &["operation-started", "operation-finished", "order-cancelled"],
    );
}

#[test]
fn what_was_scrapped_takes_no_time_at_the_next_operation() {
    let given = [place(), plan(), release("cut"), report("cut", 1, JobState::Ended, 6, 0)];
    let state = check(&given, release("bend"), &["operation-released"]);
    let bend = state.operation(&OperationRef::new("o", "bend")).unwrap();
    assert_eq!((bend.quantity, bend.work), (6, Millis::MINUTE.times(18)));
}

#[test]
fn an_order_that_is_behind_or_has_no_plan_is_late_when_it_must_be() {
    let order = |given: &[Command], when| check(given, when, &["plan-adopted"]).orders["o"].clone();
    let planned = order(&[place()], plan());
    // Half an hour each, one after the other, and due at 100.
    for (now, end, is_late) in [(0, 60, false), (10, 70, false), (40, 100, false), (41, 101, true)]
    {
        assert_eq!(planned.expected_end(at(now)), Some(at(end)), "{now}");
        assert_eq!(planned.is_late(at(now)), is_late, "{now}");
    }
    let unplanned = check(&[], place(), &["order-placed"]).orders["o"].clone();
    assert_eq!(unplanned.expected_end(at(0)), None);
    assert!(!unplanned.is_late(at(100)) && unplanned.is_late(at(101)));
}

#[test]
fn what_needs_rework_again_and_again_is_scrap_in_the_end() {
    let mut state = check(&[], place(), &["order-placed"]);
    let mut minute = 20;
    let mut attempt = 0;
    let mut once_more = |state: &mut State, outcome, rework| {
        minute += 300;
        attempt += 1;
        for command in [plan(), release("cut"), report("cut", attempt, outcome, 0, rework)] {
            for event in decide(state, at(minute), command).unwrap() {
                apply(state, &Recorded { sequence: state.sequence + 1, at: at(minute), event });
            }
        }
        state.orders["o"].status
    };
    // What a machine gives up in between does not count.
    for _ in 0..7 {
        once_more(&mut state, JobState::Aborted, 0);
    }
    for _ in 0..crate::decide::REWORKS_MAX {
        assert_eq!(once_more(&mut state, JobState::Ended, 10), OrderStatus::Open);
    }
    assert_eq!(once_more(&mut state, JobState::Ended, 10), OrderStatus::Cancelled);
}

#[test]
fn what_a_machine_gives_up_waits_for_a_while() {
    let given = [place(), plan(), release("cut"), report("cut", 1, JobState::Aborted, 0, 0)];
    let state = check(&given, plan(), &["plan-adopted"]);
    let cut = state.operation(&OperationRef::new("o", "cut")).unwrap();
    assert_eq!((cut.attempt, cut.not_before), (2, Some(at(35))));
    assert_eq!(state.resources["saw"].free(), 1);
    let given = [&given[..], &[plan()]].concat();
    check(&given, release("cut"), &["R319"]);
}
