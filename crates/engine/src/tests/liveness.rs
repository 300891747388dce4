//! The engine is never woken for nothing.

use proptest::prelude::*;
use weft_model::calendar::{Calendar, Hours, Shift};
use weft_model::job_control::{JobState, MachineState};
use weft_model::{Millis, Need, NeedOf, Solution, Title};

use super::plant::{In, Plant, at, engine, order, solution};
use crate::Input;

/// Whether nothing more happens by itself than may: woken when it asks to be and otherwise left alone for
/// two days, the engine does so much and no more.
fn is_calm(plant: &mut Plant, from: i64) {
    let (mut now, until) = (at(from), at(from + 2 * 1440));
    let (mut wakeups, mut idle, mut pending) = (0, 0, None);
    while let Some(next) = plant.engine.next_wakeup(now).filter(|next| *next < until) {
        assert!(now < next, "woken at {next} and still at {now}");
        now = next;
        let input = pending.take().map_or(Input::Tick, Input::Answer);
        let outcome = plant.engine.handle(now, input);
        pending = outcome.question.as_ref().map(crate::PlanQuestion::answer);
        let did = outcome.events.len() + outcome.commands.len() + outcome.outbox.len();
        idle += usize::from(did == 0 && outcome.question.is_none());
        wakeups += 1;
        if let Some(answer) = pending.take() {
            let outcome = plant.engine.handle(now, Input::Answer(answer));
            pending = outcome.question.as_ref().map(crate::PlanQuestion::answer);
        }
    }
    // Commands that nobody answers go out every minute; beside that there is little.
    assert!(wakeups <= 2 * 1440 + 100, "{wakeups} wakeups");
    assert!(idle <= 20, "woken {idle} times of {wakeups} for nothing");
}

#[derive(Debug, Clone)]
struct Twist {
    input: In,
    minutes: i64,
}

fn twists() -> impl Strategy<Value = Vec<Twist>> {
    let machine = || prop::sample::select(vec!["m-1", "m-2", "oven"]);
    let job_order = prop::sample::select(vec![
        "a/mill/1", "a/mill/2", "a/heat/1", "b/mill/1", "b/heat/1", "b/mill/2", "c/mill/1",
    ]);
    let state = prop::sample::select(JobState::ALL.map(|(state, _)| state).to_vec());
    let input = prop_oneof![
        2 => prop::sample::select(vec!["a", "b", "c"]).prop_map(In::Place),
        1 => prop::sample::select(vec!["a", "b", "c"]).prop_map(In::Cancel),
        6 => Just(In::Answer),
        2 => Just(In::Tick),
        1 => Just(In::StaleAnswer),
        6 => (machine(), job_order.clone(), state).prop_map(|(m, job, s)| In::Says(m, job, s)),
        6 => (machine(), job_order, 0_u32..4, 0_u32..4).prop_map(|(m, j, s, r)| In::Ends(m, j, s, r)),
        1 => (machine(), prop::sample::select(MachineState::ALL.map(|(s, _)| s).to_vec()))
            .prop_map(|(m, s)| In::Machine(m, s)),
        1 => machine().prop_map(In::Reborn),
    ];
    let twist = (input, prop_oneof![Just(0), 0_i64..90]);
    prop::collection::vec(twist.prop_map(|(input, minutes)| Twist { input, minutes }), 1..40)
}

/// Machines that work from 8 to 12, and a kind of milling that fits into no shift.
fn awkward(solution: &mut Solution) {
    let shift = Shift { days: [true; 7], hours: Hours { from: 480, to: 720 } };
    let mornings = Calendar {
        id: "mornings".into(),
        title: Title::same("Mornings"),
        shifts: vec![shift],
        exceptions: Vec::new(),
    };
    solution.calendars.insert(mornings.id.clone(), mornings);
    for id in ["m-1", "oven"] {
        solution.resources.get_mut(id).unwrap().calendar = "mornings".into();
    }
    let route = solution.routes.get_mut("part").unwrap();
    route.operations[0].spans_breaks = false;
    // Two resources at once, the oven among them.
    let both = Need { of: NeedOf::Resource("oven".into()), amount: 2 };
    route.operations[0].modes[0].needs.push(both);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_the_engine_does_not_spin(
        twists in twists(),
        is_awkward in any::<bool>(),
        takes in prop::sample::select(vec![60_u32, 239, 240, 241]),
    ) {
        let mut solution = solution(vec![order("z", 45)]);
        if is_awkward {
            awkward(&mut solution);
            solution.routes.get_mut("part").unwrap().operations[0].modes[0].takes =
                Millis::MINUTE.times(takes);
        }
        let mut plant = Plant::around(engine(solution));
        let mut minute = 0;
        for twist in twists {
            minute += twist.minutes;
            let needed = match twist.input {
                In::Answer => 1,
                In::StaleAnswer => 2,
                _ => 0,
            };
            if needed <= plant.questions.len() {
                plant.tell(minute, &twist.input);
                let wakeup = plant.engine.next_wakeup(at(minute));
                prop_assert!(wakeup.is_none_or(|wakeup| at(minute) < wakeup));
            }
        }
        // Whoever plans answers at last.
        if !plant.questions.is_empty() {
            plant.tell(minute, &In::Answer);
        }
        is_calm(&mut plant, minute);
    }
}

#[test]
fn what_can_never_be_placed_is_asked_for_once() {
    let mut solution = solution(Vec::new());
    awkward(&mut solution);
    let route = solution.routes.get_mut("part").unwrap();
    route.operations[0].modes[0].takes = Millis::HOUR.times(5);
    let mut plant = Plant::around(engine(solution));
    assert_eq!(plant.tell(0, &In::Place("o")), ["order-placed", "? 20"]);
    assert_eq!(plant.tell(0, &In::Answer), ["! R316"], "no place now, none before: nothing new");
    assert_eq!(plant.engine.next_wakeup(at(0)), None);
}

#[test]
fn the_first_in_a_queue_goes_long_before_its_time_if_it_can() {
    // All of the first order's work is over early: the second is next, whatever the plan said.
    let mut plant = Plant::new(Vec::new());
    for order in ["a", "b", "c"] {
        plant.tell(0, &In::Place(order));
    }
    plant.tell(0, &In::Answer);
    plant.tell(0, &In::Answer);
    let said = plant.tell(2, &In::Ends("m-1", "a/mill/1", 0, 0));
    assert!(said.iter().any(|it| it == "released c/mill/1 m-1"), "58 minutes early: {said:?}");
}

#[test]
fn nothing_is_released_while_its_machine_is_closed() {
    let mut solution = solution(Vec::new());
    awkward(&mut solution);
    solution.resources.remove("m-2");
    let mut plant = Plant::around(engine(solution));
    plant.tell(0, &In::Place("o"));
    let said = plant.tell(0, &In::Answer);
    assert_eq!(said, ["plan-adopted"]);
    assert_eq!(plant.engine.next_wakeup(at(0)), Some(at(480)), "when the shift begins");
    let said = plant.tell(480, &In::Tick);
    assert_eq!(said[0], "released o/mill/1 m-1");
}
