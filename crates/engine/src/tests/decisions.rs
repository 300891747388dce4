//! At this minute, when this comes in, then this follows.

use weft_model::job_control::{JobState, MachineState};
use weft_model::{Need, NeedOf, OperationRef};
use weft_run::{Assignment, OperationStatus, OrderStatus};

use super::plant::In::{Answer, Cancel, Ends, Machine, Place, Reborn, Says, StaleAnswer, Tick};
use super::plant::{In, Plant, at, check, engine, solution};
use crate::{Input, PlanAnswer};

type Step<'a> = (i64, In, &'a [&'a str]);

const PLACED: Step<'static> = (0, Place("o"), &["order-placed", "? 20"]);
const PLANNED: Step<'static> = (
    0,
    Answer,
    &[
        "plan-adopted",
        "released o/mill/1 m-1",
        "+ StoreAndStart o/mill/1 m-1",
        "> StoreAndStart o/mill/1 m-1",
    ],
);
const STARTED: Step<'static> = (
    1,
    Says("m-1", "o/mill/1", JobState::Running),
    &["started o/mill/1", "- StoreAndStart o/mill/1"],
);

#[test]
fn an_order_goes_from_wish_to_done() {
    let plant = check(&[
        PLACED,
        PLANNED,
        STARTED,
        (
            60,
            Ends("m-1", "o/mill/1", 0, 0),
            &[
                "finished o/mill/1",
                "released o/heat/1 oven",
                "+ StoreAndStart o/heat/1 oven",
                "> Clear o/mill/1 m-1",
                "> StoreAndStart o/heat/1 oven",
            ],
        ),
        (
            61,
            Says("oven", "o/heat/1", JobState::AllowedToStart),
            &["- StoreAndStart o/heat/1", "! R313"],
        ),
        (
            90,
            Ends("oven", "o/heat/1", 0, 0),
            &["started o/heat/1", "finished o/heat/1", "order-completed", "> Clear o/heat/1 oven"],
        ),
        (91, Tick, &[]),
    ]);
    assert_eq!(plant.engine.next_wakeup(at(91)), None, "nothing can change any more");
    assert!(plant.engine.is_done());
    assert_eq!(plant.engine.pending().count(), 0);
}

#[test]
fn a_command_is_sent_until_it_is_answered() {
    let again: &[&str] = &["> StoreAndStart o/mill/1 m-1"];
    let mut plant = check(&[
        PLACED,
        PLANNED,
        (0, Tick, &[]),
        (1, Tick, again),
        (1, Reborn("m-2"), &[]),
        (1, Reborn("m-1"), again),
        (1, Tick, &[]),
        (2, Tick, again),
    ]);
    assert_eq!(plant.engine.next_wakeup(at(2)), Some(at(3)));
    let answered = plant.tell(3, &Says("m-1", "o/mill/1", JobState::AllowedToStart));
    assert_eq!(answered, ["- StoreAndStart o/mill/1", "! R313"]);
    for minute in 4..20 {
        assert_eq!(plant.tell(minute, &Tick), [""; 0]);
    }
    // A machine that is born anew may have forgotten what it said it had.
    assert_eq!(plant.tell(20, &Reborn("m-2")), [""; 0]);
    let again = ["+ StoreAndStart o/mill/1 m-1", "> StoreAndStart o/mill/1 m-1"];
    assert_eq!(plant.tell(20, &Reborn("m-1")), again);
    let running = plant.tell(20, &Says("m-1", "o/mill/1", JobState::Running));
    assert_eq!(running, ["started o/mill/1", "- StoreAndStart o/mill/1"]);
    // What it is to give up it is not asked to begin again.
    plant.tell(21, &Cancel("o"));
    assert_eq!(plant.tell(21, &Reborn("m-1")), ["> Abort o/mill/1 m-1"]);
}

#[test]
fn what_a_machine_should_not_have_it_gives_up() {
    check(&[
        (0, Says("m-1", "x/mill/1", JobState::Running), &["> Abort x/mill/1 m-1", "! R311"]),
        (0, Ends("m-1", "x/mill/1", 0, 0), &["> Clear x/mill/1 m-1", "! R311"]),
        (0, Ends("m-1", "by hand", 0, 0), &["> Clear by hand m-1", "! R311"]),
        PLACED,
        PLANNED,
        // Another machine says it has what m-1 was told to do: m-1 is still to hear of it.
        (0, Says("m-2", "o/mill/1", JobState::Running), &["> Abort o/mill/1 m-2", "! R312"]),
        (0, Ends("m-2", "o/mill/1", 0, 0), &["> Clear o/mill/1 m-2", "! R312"]),
        (1, Tick, &["> StoreAndStart o/mill/1 m-1"]),
        STARTED,
        // Said twice: cleared twice.
        (
            60,
            Ends("m-1", "o/mill/1", 0, 0),
            &[
                "finished o/mill/1",
                "released o/heat/1 oven",
                "+ StoreAndStart o/heat/1 oven",
                "> Clear o/mill/1 m-1",
                "> StoreAndStart o/heat/1 oven",
            ],
        ),
        (60, Ends("m-1", "o/mill/1", 0, 0), &["> Clear o/mill/1 m-1", "! R313"]),
        (60, Says("m-1", "o/mill/1", JobState::Running), &["> Abort o/mill/1 m-1", "! R313"]),
    ]);
}

#[test]
fn an_early_end_lets_the_next_start_before_its_time() {
    check(&[
        PLACED,
        PLANNED,
        STARTED,
        (
            40,
            Ends("m-1", "o/mill/1", 0, 0),
            &[
                "finished o/mill/1",
                "released o/heat/1 oven",
                "+ StoreAndStart o/heat/1 oven",
                "> Clear o/mill/1 m-1",
                "> StoreAndStart o/heat/1 oven",
            ],
        ),
    ]);
}

#[test]
fn a_plan_that_has_drifted_is_made_anew_after_a_pause() {
    let mut plant = check(&[
        PLACED,
        PLANNED,
        STARTED,
        (60, Tick, &[]),
        // Overdue at 70; the last plan was made at 0, and the pause is four hours.
        (100, Tick, &[]),
    ]);
    assert_eq!(plant.engine.next_wakeup(at(100)), Some(at(240)));
    assert_eq!(plant.tell(239, &Tick), [""; 0]);
    assert_eq!(plant.tell(240, &Tick), ["? 5"]);
    assert_eq!(plant.engine.next_wakeup(at(240)), None, "the answer will come");
    plant.tell(240, &Answer);
    // Still overdue: again, but not before the pause is over.
    assert_eq!(plant.engine.next_wakeup(at(240)), Some(at(480)));
    assert_eq!(plant.tell(479, &Tick), [""; 0]);
    assert_eq!(plant.tell(480, &Tick), ["? 5"]);
}

#[test]
fn a_breakdown_moves_what_waits_to_the_other_machine() {
    let mut plant = Plant::new(Vec::new());
    for order in ["a", "b", "c"] {
        plant.tell(0, &Place(order));
    }
    // The first question knew `a` only; what came meanwhile is asked next.
    let said = plant.tell(0, &Answer);
    assert_eq!(said.last().map(String::as_str), Some("? 20"), "{said:?}");
    plant.tell(0, &Answer);
    let waiting: Vec<OperationRef> = ["a", "b", "c"]
        .map(|order| OperationRef::new(order, "mill"))
        .into_iter()
        .filter(|of| plant.status(of) == OperationStatus::Waiting)
        .collect();
    let [third] = &*waiting else { panic!("two mills take two of {waiting:?}") };
    let planned_on = plant.resource_of(third);
    let said = plant.tell(5, &Machine(planned_on, MachineState::Failed));
    assert!(
        ["resource-down", "? 20"].iter().all(|it| said.contains(&(*it).to_owned())),
        "{said:?}"
    );
    plant.tell(5, &Answer);
    assert_ne!(plant.resource_of(third), planned_on);
    let again = plant.tell(6, &Machine(planned_on, MachineState::Failed));
    assert!(again.contains(&"! R315".to_owned()), "{again:?}");
    assert!(plant.tell(7, &Machine(planned_on, MachineState::Up)).contains(&"? 20".to_owned()));
}

#[test]
fn rework_is_planned_at_once() {
    let plant = check(&[
        PLACED,
        PLANNED,
        STARTED,
        (
            60,
            Ends("m-1", "o/mill/1", 0, 4),
            &["finished o/mill/1", "sent-back [mill] 4", "> Clear o/mill/1 m-1", "? 20"],
        ),
        (
            60,
            Answer,
            &[
                "plan-adopted",
                "released o/mill/2 m-1",
                "+ StoreAndStart o/mill/2 m-1",
                "> StoreAndStart o/mill/2 m-1",
            ],
        ),
    ]);
    let mill = plant.engine.state().operation(&OperationRef::new("o", "mill")).unwrap();
    assert_eq!(
        (mill.quantity, mill.work.get()),
        (4, 24 * 60_000),
        "four of ten pieces, of an hour"
    );
}

#[test]
fn what_a_machine_gives_up_waits_and_is_released_again() {
    let mut plant = check(&[
        PLACED,
        PLANNED,
        (
            1,
            Says("m-1", "o/mill/1", JobState::Aborted),
            &["aborted o/mill/1", "- StoreAndStart o/mill/1", "> Clear o/mill/1 m-1", "? 20"],
        ),
        (1, Answer, &["plan-adopted"]),
    ]);
    assert_eq!(plant.engine.next_wakeup(at(1)), Some(at(16)));
    assert_eq!(plant.tell(15, &Tick), [""; 0]);
    let said = plant.tell(16, &Tick);
    assert!(said[0].starts_with("released o/mill/2"), "{said:?}");
}

#[test]
fn what_was_called_off_is_taken_from_its_machine() {
    let plant = check(&[
        PLACED,
        PLANNED,
        STARTED,
        (
            2,
            Cancel("o"),
            &["order-cancelled", "+ Abort o/mill/1 m-1", "> Abort o/mill/1 m-1", "? 20"],
        ),
        (2, Cancel("o"), &["! R304"]),
        // The machine is told until it says that it is over.
        (
            3,
            Says("m-1", "o/mill/1", JobState::Interrupted),
            &["operation-interrupted", "> Abort o/mill/1 m-1"],
        ),
        (
            4,
            Says("m-1", "o/mill/1", JobState::Aborted),
            &["aborted o/mill/1", "- Abort o/mill/1", "> Clear o/mill/1 m-1"],
        ),
    ]);
    let order = &plant.engine.state().orders["o"];
    assert_eq!(order.status, OrderStatus::Cancelled);
    assert!(order.operations.values().all(|o| o.status == OperationStatus::Cancelled));
    assert!(plant.engine.is_done());
}

#[test]
fn answers_to_old_questions_are_not_heard() {
    check(&[
        PLACED,
        (0, Place("p"), &["order-placed"]),
        (
            0,
            Answer,
            &[
                "plan-adopted",
                "released o/mill/1 m-1",
                "+ StoreAndStart o/mill/1 m-1",
                "> StoreAndStart o/mill/1 m-1",
                "? 20",
            ],
        ),
        (0, StaleAnswer, &[]),
        (
            0,
            Answer,
            &[
                "plan-adopted",
                "released p/mill/1 m-2",
                "+ StoreAndStart p/mill/1 m-2",
                "> StoreAndStart p/mill/1 m-2",
            ],
        ),
        (0, Answer, &[]),
    ]);
}

#[test]
fn an_answer_that_comes_late_leaves_what_has_been_released() {
    let mut plant = check(&[PLACED, PLANNED, STARTED]);
    let mill = OperationRef::new("o", "mill");
    plant.tell(2, &Machine("m-2", MachineState::Failed));
    let before = plant.engine.state().operation(&mill).cloned();
    // The question knows it as frozen; the machine gives it up before the answer is there.
    plant.tell(3, &Says("m-1", "o/mill/1", JobState::Aborted));
    plant.tell(4, &Answer);
    let after = plant.engine.state().operation(&mill).unwrap();
    assert_eq!(after.planned, None, "an answer places only what waited when it was asked");
    assert_ne!(before.as_ref(), Some(after));
}

#[test]
fn time_does_not_run_back() {
    let mut plant = check(&[(50, Place("o"), &["order-placed", "? 20"])]);
    plant.tell(10, &Answer);
    let times: Vec<_> =
        plant.outcomes.iter().flat_map(|o| &o.events).map(|recorded| recorded.at).collect();
    assert!(times.iter().all(|time| *time == at(50)), "{times:?}");
}

#[test]
fn a_lot_that_is_scrapped_calls_off_what_another_machine_still_does() {
    let mut two_ways = super::plant::solution(Vec::new());
    if let Some(route) = two_ways.routes.get_mut("part") {
        route.operations[1].after.clear();
    }
    let mut plant = Plant::around(super::plant::engine(two_ways));
    plant.tell(0, &Place("o"));
    plant.tell(0, &Answer);
    let said = plant.tell(9, &Ends("m-1", "o/mill/1", 10, 0));
    assert!(said.contains(&"order-cancelled".to_owned()), "{said:?}");
    assert!(said.contains(&"> Abort o/heat/1 oven".to_owned()), "{said:?}");
}

#[test]
fn a_machine_that_stays_down_is_planned_around() {
    let plant = check(&[
        PLACED,
        PLANNED,
        STARTED,
        (2, Machine("oven", MachineState::Failed), &["resource-down", "? 20"]),
        (2, Answer, &["plan-adopted"]),
        (60, Ends("m-1", "o/mill/1", 0, 0), &["finished o/mill/1", "> Clear o/mill/1 m-1"]),
    ]);
    // It was expected back after an hour; the plan is not made anew more often than every four.
    assert_eq!(plant.engine.next_wakeup(at(100)), Some(at(242)));
    let mut plant = plant;
    assert_eq!(plant.tell(241, &Tick), [""; 0]);
    assert_eq!(plant.tell(242, &Tick), ["? 5"]);
}

/// An operation that needs two resources and is the first in line at one of them.
#[test]
fn nothing_goes_early_past_another_at_its_second_resource() {
    let mut solution = solution(Vec::new());
    let mill = &mut solution.routes.get_mut("part").unwrap().operations[0];
    mill.modes[0].needs.push(Need { of: NeedOf::Class("oven".into()), amount: 2 });
    let mut plant = Plant::around(engine(solution));
    plant.tell(0, &Place("a"));
    plant.tell(0, &Place("b"));
    plant.tell(0, &Answer);
    let place = |order, operation, mode, minute| {
        let assignment = Assignment { mode, start: at(minute), end: at(minute + 30) };
        (OperationRef::new(order, operation), Some(assignment))
    };
    let released = plant.engine.state().resources["oven"].held_by.keys().next().cloned();
    assert_eq!(released.map(|id| id.to_string()).as_deref(), Some("a/mill/1"));
    plant.report(10, "m-1", "a/mill/1", JobState::Aborted);
    // `heat` is before `b/mill` at the oven, and waits for it: so `b/mill` keeps to its time.
    let number = plant.questions.last().unwrap().number;
    let assignments = vec![place("b", "mill", 1, 60), place("b", "heat", 0, 30)];
    let answer = PlanAnswer { number, assignments, cost: 0 };
    let outcome = plant.engine.handle(at(10), Input::Answer(answer));
    assert_eq!(outcome.commands, []);
    assert_eq!(plant.engine.next_wakeup(at(31)), Some(at(60)));
    assert_eq!(plant.tell(59, &Tick), [""; 0]);
    assert_eq!(plant.tell(60, &Tick)[0], "released b/mill/1 m-2");
}
