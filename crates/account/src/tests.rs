//! Given these events, over this span, this figure from those events. Times are hours after the start.

use std::collections::BTreeMap;

use weft_model::job_control::{MachineState, Quantities};
use weft_model::{Interval, Job, Millis, OperationRef, Order, ResourceId, Timestamp, WorkingTime};
use weft_run::{Event, Recorded};

use crate::{Account, Figure, Ledger, Scope};

fn at(hour: f64) -> Timestamp {
    Timestamp::default() + Millis::HOUR.scaled(hour)
}

/// An order due at 10.
fn placed(order: &str) -> Event {
    let order = Order {
        id: order.into(),
        offer: "thing".into(),
        route: "thing".into(),
        quantity: 10,
        placed: at(0.0),
        release: at(0.0),
        due: Some(at(10.0)),
        weight: 1,
        customer: String::new(),
    };
    Event::OrderPlaced { job: Job { order: order.id.clone(), operations: Vec::new() }, order }
}

fn without_due(event: Event) -> Event {
    match event {
        Event::OrderPlaced { order, job } => {
            Event::OrderPlaced { order: Order { due: None, ..order }, job }
        }
        other => other,
    }
}

fn released(order: &str, operation: &str, attempt: u32, resources: &[(&str, u32)]) -> Event {
    Event::OperationReleased {
        operation: OperationRef::new(order, operation),
        attempt,
        resources: resources.iter().map(|(id, amount)| ((*id).into(), *amount)).collect(),
        work: Millis::HOUR,
        quantity: 10,
    }
}

fn started(order: &str, operation: &str, attempt: u32, hour: f64) -> Event {
    let job_order = OperationRef::new(order, operation).job_order(attempt);
    Event::OperationStarted { job_order, started: at(hour) }
}

fn ended(order: &str, operation: &str, attempt: u32, hour: f64) -> Event {
    let job_order = OperationRef::new(order, operation).job_order(attempt);
    let quantities = match attempt {
        1 => Quantities { good: 5, scrap: 1, rework: 4 },
        _ => Quantities { good: 10, scrap: 0, rework: 0 },
    };
    Event::OperationFinished { job_order, started: at(0.0), finished: at(hour), quantities }
}

fn aborted(order: &str, operation: &str, attempt: u32) -> Event {
    let job_order = OperationRef::new(order, operation).job_order(attempt);
    Event::OperationAborted { job_order, reason: String::new() }
}

fn completed(order: &str) -> Event {
    Event::OrderCompleted { order: order.into() }
}

fn cancelled(order: &str) -> Event {
    Event::OrderCancelled { order: order.into(), reason: String::new() }
}

fn ledger(history: &[(f64, Event)]) -> Ledger {
    let mut ledger = Ledger::default();
    for (sequence, (hour, event)) in (1..).zip(history) {
        ledger.heed(&Recorded { sequence, at: at(*hour), event: event.clone() });
    }
    ledger
}

/// Where and over which hours: the whole plant, or the saw alone.
#[derive(Clone, Copy)]
enum Span {
    Plant(f64, f64),
    Saw(f64, f64),
}

/// A saw that works from 0 to 4 and from 5 to 9, and an oven for two that never closes.
fn account(history: &[(f64, Event)], span: Span) -> Account {
    let saw = ResourceId::new("saw");
    let oven = ResourceId::new("oven");
    let interval = |from, to| Interval { start: at(from), end: at(to) };
    let shifts = WorkingTime::new(vec![interval(0.0, 4.0), interval(5.0, 9.0)]);
    let always = WorkingTime::always();
    let mut resources = BTreeMap::from([(&saw, (1, &shifts)), (&oven, (2, &always))]);
    let (whole, from, to) = match span {
        Span::Plant(from, to) => (true, from, to),
        Span::Saw(from, to) => (false, from, to),
    };
    if !whole {
        resources.remove(&oven);
    }
    ledger(history).account(&Scope { resources, whole, from: at(from), to: at(to) })
}

fn same(figure: &Figure, value: Option<f64>, events: &[u64]) {
    let rounded = |value: Option<f64>| value.map(|value| (value * 1e6).round() / 1e6);
    let found = (rounded(figure.value), &*figure.events);
    assert_eq!(found, (rounded(value), events), "{}", figure.id);
}

fn check(
    history: &[(f64, Event)],
    span: Span,
    id: &str,
    value: impl Into<Option<f64>>,
    events: &[u64],
) {
    let account = account(history, span);
    same(account.figures.iter().find(|figure| figure.id == id).unwrap(), value.into(), events);
}

fn check_utilisation(
    history: &[(f64, Event)],
    span: Span,
    resource: &str,
    value: impl Into<Option<f64>>,
    events: &[u64],
) {
    let account = account(history, span);
    let line = account.utilisation.iter().find(|it| it.resource.as_str() == resource).unwrap();
    same(&line.figure, value.into(), events);
    assert!(line.busy_h <= line.available_h);
}

/// `a` takes the saw from 1 to 3 and is in time; `b` takes the oven from 2 to 12 and is late; `c`, for
/// which nothing was promised, takes the saw from 3 to 8.
fn three_orders() -> Vec<(f64, Event)> {
    vec![
        (0.0, placed("a")),
        (0.0, placed("b")),
        (0.0, without_due(placed("c"))),
        (1.0, released("a", "cut", 1, &[("saw", 1)])),
        (1.0, started("a", "cut", 1, 1.0)),
        (2.0, released("b", "heat", 1, &[("oven", 1)])),
        (2.0, started("b", "heat", 1, 2.0)),
        (3.0, ended("a", "cut", 1, 3.0)),
        (3.0, completed("a")),
        (3.0, released("c", "cut", 1, &[("saw", 1)])),
        (3.0, started("c", "cut", 1, 3.0)),
        (8.0, ended("c", "cut", 1, 8.0)),
        (8.0, completed("c")),
        (12.0, ended("b", "heat", 1, 12.0)),
        (12.0, completed("b")),
    ]
}

#[test]
fn orders_count_where_they_are_completed() {
    let all = Span::Plant(0.0, 24.0);
    check(&three_orders(), all, "orders-completed", 3.0, &[9, 13, 15]);
    check(&three_orders(), all, "throughput", 3.0, &[9, 13, 15]);
    check(&three_orders(), all, "orders-in-time", 50.0, &[9, 15]);
    check(&three_orders(), Span::Plant(0.0, 12.0), "orders-completed", 2.0, &[9, 13]);
    check(&three_orders(), Span::Plant(0.0, 12.0), "throughput", 4.0, &[9, 13]);
    check(&three_orders(), Span::Plant(12.0, 24.0), "orders-in-time", 0.0, &[15]);
    check(&three_orders(), Span::Plant(3.0, 8.0), "orders-completed", 1.0, &[9]);
}

#[test]
fn lead_times_run_from_placing_to_the_last_end() {
    let events = [1, 2, 3, 9, 13, 15];
    check(&three_orders(), Span::Plant(0.0, 24.0), "lead-time-mean", 23.0 / 3.0, &events);
}

#[test]
fn ninety_per_cent_of_lead_times_are_no_longer_by_nearest_rank() {
    for (orders, expected) in [(1, 1.0), (2, 2.0), (9, 9.0), (10, 9.0), (11, 10.0), (20, 18.0)] {
        let mut history = Vec::new();
        for number in 1..=orders {
            history.push((0.0, placed(&format!("o-{number}"))));
        }
        for number in 1..=orders {
            history.push((f64::from(number), completed(&format!("o-{number}"))));
        }
        let events: Vec<u64> = (1..=2 * orders as u64).collect();
        check(&history, Span::Plant(0.0, 99.0), "lead-time-p90", expected, &events);
    }
}

#[test]
fn an_order_that_was_called_off_is_work_until_then_and_nothing_else() {
    let history = [
        (0.0, placed("a")),
        (0.0, placed("b")),
        (1.0, released("a", "cut", 1, &[("saw", 1)])),
        (1.0, started("a", "cut", 1, 1.0)),
        (2.0, cancelled("a")),
        (3.0, aborted("a", "cut", 1)),
        (4.0, completed("b")),
    ];
    let all = Span::Plant(0.0, 6.0);
    check(&history, all, "orders-completed", 1.0, &[7]);
    check(&history, all, "throughput", 4.0, &[7]);
    check(&history, all, "orders-in-time", 100.0, &[7]);
    check(&history, all, "lead-time-mean", 4.0, &[2, 7]);
    check(&history, all, "work-in-progress", 1.5, &[1, 2, 5, 7]);
    check_utilisation(&history, all, "saw", 50.0, &[4, 6]);
    check(&history, Span::Saw(0.0, 4.0), "orders-completed", 0.0, &[]);
    check(&history, Span::Saw(0.0, 4.0), "lead-time-mean", None, &[]);
    check(&history, Span::Saw(0.0, 4.0), "work-in-progress", 0.5, &[3, 6]);
}

#[test]
fn work_in_progress_is_an_average_over_the_time_that_has_passed() {
    // a: 0 to 3, b: 0 to 12, c: 0 to 8. The last event is at 12.
    let events = [1, 2, 3, 9, 13, 15];
    check(&three_orders(), Span::Plant(0.0, 12.0), "work-in-progress", 23.0 / 12.0, &events);
    // An end after the end of the span does not matter to it.
    check(&three_orders(), Span::Plant(0.0, 6.0), "work-in-progress", 2.5, &[1, 2, 3, 9]);
    check(&three_orders(), Span::Plant(4.0, 6.0), "work-in-progress", 2.0, &[2, 3]);
    check(&three_orders(), Span::Plant(6.0, 99.0), "work-in-progress", 8.0 / 6.0, &[2, 3, 13, 15]);
    check(&three_orders(), Span::Plant(12.0, 99.0), "work-in-progress", None, &[]);
}

#[test]
fn only_work_inside_working_time_counts_as_busy() {
    // The saw is busy from 1 to 4 and from 5 to 8 of its hours.
    check_utilisation(&three_orders(), Span::Plant(0.0, 12.0), "saw", 75.0, &[5, 8, 11, 12]);
    check_utilisation(&three_orders(), Span::Plant(4.0, 5.0), "saw", None, &[11]);
    check_utilisation(&three_orders(), Span::Plant(0.0, 2.0), "saw", 50.0, &[5]);
    check_utilisation(&three_orders(), Span::Plant(8.0, 9.0), "saw", 0.0, &[]);
    // Half of the oven from 2 to 12.
    check_utilisation(&three_orders(), Span::Plant(2.0, 12.0), "oven", 50.0, &[7, 14]);
    check_utilisation(&three_orders(), Span::Plant(0.0, 99.0), "oven", 1000.0 / 24.0, &[7, 14]);
}

#[test]
fn an_operation_that_takes_two_units_is_busy_twice() {
    let history = [
        (0.0, released("a", "heat", 1, &[("oven", 2), ("saw", 1)])),
        (0.0, started("a", "heat", 1, 0.0)),
        (2.0, ended("a", "heat", 1, 2.0)),
        (4.0, completed("a")),
    ];
    check_utilisation(&history, Span::Plant(0.0, 4.0), "oven", 50.0, &[2, 3]);
    check_utilisation(&history, Span::Plant(0.0, 4.0), "saw", 50.0, &[2, 3]);
}

#[test]
fn what_still_runs_counts_up_to_the_last_event() {
    let history = [
        (0.0, placed("a")),
        (0.0, released("a", "cut", 1, &[("saw", 1)])),
        (1.0, started("a", "cut", 1, 1.0)),
        (2.0, Event::ResourceUp { resource: "oven".into() }),
    ];
    check_utilisation(&history, Span::Plant(0.0, 24.0), "saw", 50.0, &[3]);
    check(&history, Span::Plant(0.0, 24.0), "work-in-progress", 1.0, &[1]);
    check(&history, Span::Saw(0.0, 24.0), "work-in-progress", 1.0, &[2]);
    // Given to the machine and not begun: not busy.
    check_utilisation(&history[..2], Span::Plant(-1.0, 24.0), "saw", None, &[]);
}

#[test]
fn a_visit_to_a_place_is_from_the_first_release_to_the_last_end_there() {
    let history = [
        (0.0, placed("a")),
        (1.0, released("a", "cut", 1, &[("saw", 1)])),
        (2.0, started("a", "cut", 1, 2.0)),
        (3.0, ended("a", "cut", 1, 3.0)),
        (3.0, released("a", "heat", 1, &[("oven", 1)])),
        (4.0, started("a", "heat", 1, 4.0)),
        (5.0, ended("a", "heat", 1, 5.0)),
        (5.0, released("a", "trim", 1, &[("saw", 1)])),
        (6.0, started("a", "trim", 1, 6.0)),
        (7.0, ended("a", "trim", 1, 7.0)),
        (8.0, released("a", "cool", 1, &[("oven", 1)])),
        (8.0, ended("a", "cool", 1, 8.0)),
        (8.0, completed("a")),
    ];
    let saw = Span::Saw(0.0, 8.0);
    check(&history, saw, "lead-time-mean", 6.0, &[2, 10]);
    check(&history, saw, "orders-completed", 1.0, &[10]);
    check(&history, saw, "orders-in-time", 100.0, &[10]);
    check(&history, saw, "work-in-progress", 0.75, &[2, 10]);
    check(&history, saw, "operations-finished", 2.0, &[4, 10]);
    // While the order is open it may come back to the saw.
    check(&history[..11], saw, "orders-completed", 0.0, &[]);
    // But it is not there.
    check(&history[..11], saw, "work-in-progress", 0.75, &[2, 10]);
    // It was placed before it came here.
    check(&history, Span::Plant(0.0, 9.0), "lead-time-mean", 8.0, &[1, 13]);
}

#[test]
fn a_machine_that_is_interrupted_is_not_busy() {
    let job_order = OperationRef::new("a", "cut").job_order(1);
    let interrupted = |hour| {
        let (job_order, reason) = (job_order.clone(), String::new());
        Event::OperationInterrupted { job_order, since: at(hour), reason }
    };
    let resumed = |hour| Event::OperationResumed { job_order: job_order.clone(), since: at(hour) };
    let history = [
        (0.0, placed("a")),
        (1.0, released("a", "cut", 1, &[("saw", 1)])),
        (1.0, started("a", "cut", 1, 1.0)),
        (2.0, interrupted(2.0)),
        (3.0, resumed(3.0)),
        (6.0, interrupted(6.0)),
        (8.0, ended("a", "cut", 1, 8.0)),
    ];
    // From 1 to 2, 3 to 4, 5 to 6, of eight hours.
    let saw = Span::Saw(0.0, 9.0);
    check_utilisation(&history, saw, "saw", 3.0 / 7.0 * 100.0, &[3, 4, 5, 6, 7]);
    // Cut off in the middle of a break-down.
    check_utilisation(&history, Span::Saw(0.0, 2.5), "saw", 100.0 / 2.5, &[3, 4]);
    check_utilisation(&history[..4], Span::Saw(0.0, 9.0), "saw", 50.0, &[3]);
}

#[test]
fn every_attempt_counts() {
    let down = Event::ResourceDown {
        resource: "saw".into(),
        state: MachineState::Failed,
        reason: String::new(),
        expected_up: at(9.0),
    };
    let back = Event::OperationsSentBack {
        order: "a".into(),
        operations: vec!["cut".into()],
        quantity: 4,
    };
    let history = [
        (0.0, placed("a")),
        (0.0, released("a", "cut", 1, &[("saw", 1)])),
        (0.0, started("a", "cut", 1, 0.0)),
        (1.0, ended("a", "cut", 1, 1.0)),
        (1.0, back),
        (1.0, released("a", "cut", 2, &[("saw", 1)])),
        (1.0, started("a", "cut", 2, 1.0)),
        (2.0, down),
        (2.0, aborted("a", "cut", 2)),
        (3.0, released("a", "cut", 3, &[("saw", 1)])),
        (3.0, started("a", "cut", 3, 3.0)),
        (4.0, ended("a", "cut", 3, 4.0)),
        (4.0, completed("a")),
    ];
    let all = Span::Plant(0.0, 4.0);
    check_utilisation(&history, all, "saw", 75.0, &[3, 4, 7, 9, 11, 12]);
    let whole = Span::Plant(0.0, 5.0);
    check(&history, whole, "operations-finished", 2.0, &[4, 12]);
    check(&history, whole, "scrap-rate", 5.0, &[4, 12]);
    check(&history, whole, "rework-rate", 20.0, &[4, 12]);
    check(&history, Span::Plant(4.0, 5.0), "scrap-rate", 0.0, &[12]);
    check(&history, Span::Saw(0.0, 5.0), "lead-time-mean", 4.0, &[2, 12]);
}

#[test]
fn where_there_is_nothing_to_add_up_there_is_no_figure() {
    let spans = [Span::Plant(0.0, 0.0), Span::Plant(5.0, 2.0), Span::Plant(50.0, 60.0)];
    for (history, span) in spans
        .map(|span| (three_orders(), span))
        .into_iter()
        .chain([(Vec::new(), Span::Plant(0.0, 24.0)), (Vec::new(), Span::Saw(0.0, 24.0))])
    {
        let account = account(&history, span);
        let utilisation = account.utilisation.iter().map(|line| &line.figure);
        for figure in account.figures.iter().chain(utilisation) {
            assert!(figure.events.is_empty(), "{figure:?}");
            match figure.id {
                "orders-completed" | "operations-finished" => assert_eq!(figure.value, Some(0.0)),
                "throughput" => assert!(figure.value.is_none_or(|value| value == 0.0)),
                _ => assert_eq!(figure.value, None, "{}", figure.id),
            }
        }
    }
}

#[test]
fn an_event_counts_once() {
    let mut twice = ledger(&three_orders());
    for (sequence, (hour, event)) in (1..).zip(three_orders()) {
        twice.heed(&Recorded { sequence, at: at(hour), event });
    }
    assert_eq!(twice, ledger(&three_orders()));
}

#[test]
fn operations_are_those_of_the_order_and_not_of_one_with_a_like_name() {
    let history: Vec<_> = ["o-1", "o-10", "o", "o-1.5", "o-1-1"]
        .iter()
        .map(|order| (0.0, released(order, "cut", 1, &[("saw", 1)])))
        .collect();
    let ledger = ledger(&history);
    let of = |order: &str| ledger.operations_of(&order.into()).count();
    assert_eq!(["o-1", "o-10", "o", "o-1.5", "x"].map(of), [1, 1, 1, 1, 0]);
}
