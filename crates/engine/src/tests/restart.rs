//! Killed at any event, the engine goes on as if it had not been.

use std::collections::BTreeMap;

use proptest::prelude::*;
use weft_model::job_control::{JobCommand, JobMethod, JobState};
use weft_model::{JobOrderId, Order};
use weft_run::{Recorded, State};

use super::plant::{In, Plant, at, engine, order, solution};
use crate::{Engine, Input, OutboxChange};

/// Four orders that are placed at 0, 0, 30 and 90.
fn orders() -> Vec<Order> {
    vec![order("a", 0), order("b", 0), order("c", 30), order("d", 90)]
}

/// Runs a plant whose machines do what they are told, some of them late or never.
fn run(ticks: i64, moods: &[u8]) -> Plant {
    let mut plant = Plant::new(orders());
    let mut moods = moods.iter().cycle();
    for tick in 0..ticks {
        let minute = tick * 7;
        plant.tell(minute, &In::Tick);
        if 1 < plant.questions.len() && tick % 3 == 0 || tick == 1 {
            plant.tell(minute, &In::Answer);
        }
        let held: Vec<(JobOrderId, String)> = plant
            .engine
            .state()
            .resources
            .iter()
            .flat_map(|(id, r)| r.held_by.keys().map(move |job| (job.clone(), id.to_string())))
            .collect();
        for (job_order, resource) in held {
            let (job_order, resource) = (job_order.as_str(), resource.as_str());
            let state = match moods.next() {
                Some(0) => JobState::Ended,
                Some(1) => JobState::Aborted,
                Some(2) => JobState::Running,
                Some(3) => JobState::Interrupted,
                _ => continue,
            };
            plant.report(minute, resource, job_order, state);
        }
    }
    plant
}

struct Kept {
    events: Vec<Recorded>,
    outbox: BTreeMap<(JobOrderId, JobMethod), JobCommand>,
}

/// What a journal would hold.
fn kept(plant: &Plant) -> Kept {
    let mut outbox = BTreeMap::new();
    for change in plant.outcomes.iter().flat_map(|outcome| &outcome.outbox) {
        match change {
            OutboxChange::Added(command) => {
                outbox.insert((command.job_order.clone(), command.method), command.clone());
            }
            OutboxChange::Answered(job_order, method) => {
                outbox.remove(&(job_order.clone(), *method));
            }
        }
    }
    let events = plant.outcomes.iter().flat_map(|outcome| outcome.events.clone()).collect();
    Kept { events, outbox }
}

/// A new engine that goes on from a snapshot after `cut` events and the events after it.
fn restarted(kept: &Kept, cut: usize) -> Engine {
    let mut engine = engine(solution(orders()));
    if 0 < cut {
        let mut state = State::new([("m-1".into(), 1), ("m-2".into(), 1), ("oven".into(), 2)]);
        kept.events[..cut].iter().for_each(|recorded| weft_run::apply(&mut state, recorded));
        engine.restore(state);
    }
    kept.events[cut..].iter().for_each(|recorded| engine.replay(recorded));
    engine.restore_outbox(kept.outbox.values().cloned().collect());
    engine
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_and_what_came_after_is_all_of_history(
        ticks in 1_i64..60,
        moods in prop::collection::vec(0_u8..8, 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let plant = run(ticks, &moods);
        let kept = kept(&plant);
        let cut = cut.index(kept.events.len() + 1);
        let (mut from_snapshot, mut from_nothing) = (restarted(&kept, cut), restarted(&kept, 0));
        prop_assert_eq!(from_snapshot.state(), plant.engine.state());
        prop_assert_eq!(from_nothing.state(), plant.engine.state());
        let pending = |engine: &Engine| {
            engine.pending().map(|pending| pending.command.clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(pending(&from_snapshot), pending(&plant.engine));
        // Both go on in the same way, and place no order that has been placed.
        let now = at(ticks * 7);
        let (one, other) = (
            from_snapshot.handle(now, Input::Tick),
            from_nothing.handle(now, Input::Tick),
        );
        prop_assert_eq!(&one, &other);
        let placed = |events: &[Recorded]| {
            events.iter().filter(|recorded| recorded.event.kind() == "order-placed").count()
        };
        let due = orders().iter().filter(|order| order.placed <= now).count();
        prop_assert_eq!(placed(&kept.events) + placed(&one.events), due);
        prop_assert_eq!(from_snapshot.next_wakeup(now), from_nothing.next_wakeup(now));
    }

    /// The same inputs at the same times give the same outcomes, to the last question.
    #[test]
    fn an_engine_is_a_function(ticks in 1_i64..40, moods in prop::collection::vec(0_u8..8, 1..9)) {
        prop_assert_eq!(run(ticks, &moods).outcomes, run(ticks, &moods).outcomes);
    }
}

#[test]
fn orders_of_the_solution_are_placed_once() {
    let plant = run(3, &[9]);
    let kept = kept(&plant);
    let mut again = restarted(&kept, kept.events.len());
    let mut placed = Vec::new();
    for minute in [21, 30, 31, 90, 95] {
        let outcome = again.handle(at(minute), Input::Tick);
        placed.extend(outcome.events.iter().filter_map(|it| match &it.event {
            weft_run::Event::OrderPlaced { order, .. } => Some((minute, order.id.to_string())),
            _ => None,
        }));
    }
    assert_eq!(placed, [(30, "c".to_owned()), (90, "d".to_owned())]);
}

#[test]
fn a_solution_that_lost_a_resource_goes_on_without_it() {
    let plant = run(2, &[9]);
    let kept = kept(&plant);
    let held = plant.engine.state().resources["m-1"].held_by.clone();
    assert_eq!(held.len(), 1);
    let mut smaller = solution(orders());
    smaller.resources.remove("m-1");
    let mut engine = engine(smaller);
    engine.restore(plant.engine.state().clone());
    engine.restore_outbox(kept.outbox.values().cloned().collect());
    let outcome = engine.handle(at(60), Input::Tick);
    // What it had is given up and done elsewhere.
    let given_up = outcome.events.iter().filter_map(|recorded| match &recorded.event {
        weft_run::Event::OperationAborted { job_order, .. } => Some(job_order),
        _ => None,
    });
    assert!(given_up.eq(held.keys()), "{:?}", outcome.events);
    let question = outcome.question.unwrap();
    let answer = question.answer();
    assert_eq!(answer.assignments.len(), 5);
    assert!(answer.assignments.iter().all(|(_, place)| place.is_some()), "{answer:?}");
    assert_eq!(engine.handle(at(60), Input::Tick).events, []);
}

#[test]
fn a_solution_that_can_do_something_no_more_plans_the_rest() {
    let plant = run(2, &[9]);
    let mut smaller = solution(orders());
    smaller.resources.remove("oven");
    let mut engine = engine(smaller);
    engine.restore(plant.engine.state().clone());
    let answer = engine.handle(at(60), Input::Tick).question.unwrap().answer();
    for (of, place) in &answer.assignments {
        assert_eq!(place.is_some(), of.operation.as_str() == "mill", "{of}");
    }
    let outcome = engine.handle(at(60), Input::Answer(answer));
    assert!(outcome.refusal.is_none(), "{outcome:?}");
    let heats = engine.state().orders.values().map(|order| &order.operations["heat"]);
    assert!(heats.into_iter().all(|heat| heat.planned.is_none()));
}

#[test]
fn a_solution_with_less_capacity_goes_on_planning() {
    let mut plant = run(2, &[9]);
    for (resource, job_order) in [("m-1", "a/mill/1"), ("m-2", "b/mill/1")] {
        plant.report(60, resource, job_order, JobState::Ended);
    }
    assert_eq!(plant.engine.state().resources["oven"].held_by.len(), 2);
    let mut smaller = solution(orders());
    smaller.resources.get_mut("oven").unwrap().capacity = 1;
    let mut engine = engine(smaller);
    engine.restore(plant.engine.state().clone());
    let outcome = engine.handle(at(61), Input::Tick);
    let question = outcome.question.unwrap();
    question.problem.validate().unwrap();
    assert!(question.answer().assignments.iter().all(|(_, place)| place.is_some()));
}
