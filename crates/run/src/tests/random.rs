//! Whatever is asked, in whatever order, with whatever numbers: no panic, and the state stays sound.

use std::collections::BTreeMap;

use proptest::prelude::*;
use weft_model::job_control::{JobReport, JobState, MachineState, Quantities};
use weft_model::{
    Job, JobMode, JobOperation, JobOrderId, Millis, OperationRef, Order, OrderId, ResourceId,
    Timestamp, Title,
};

use crate::{Assignment, Command, OperationStatus, OrderStatus, Recorded, State, apply, decide};

const RESOURCES: [(&str, u32); 3] = [("saw", 1), ("press", 2), ("oven", u32::MAX)];

/// A command that may be nonsense, or the `n`-th of those that make sense now.
#[derive(Debug, Clone)]
enum Step {
    Any(Command),
    Sensible { n: usize, state: JobState, quantities: Quantities },
    Wait(i64),
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0_u32..4, 1 => Just(10), 1 => (u32::MAX - 1)..=u32::MAX]
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        6 => 0_i64..200,
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
        1 => Just(-1),
    ]
    .prop_map(|minute| Timestamp::from_millis(minute.saturating_mul(60_000)))
}

fn order_id() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("o"), Just("p"), Just("q")]
}

fn operation_id() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")]
}

fn resource_id() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("saw"), 4 => Just("press"), 4 => Just("oven"), 1 => Just("ghost")]
}

fn operation_ref() -> impl Strategy<Value = OperationRef> {
    (order_id(), operation_id()).prop_map(|(order, operation)| OperationRef::new(order, operation))
}

fn quantities() -> impl Strategy<Value = Quantities> {
    let few = || prop_oneof![6 => Just(0_u32), 3 => 1_u32..4, 1 => number()];
    (number(), few(), few()).prop_map(|(good, scrap, rework)| Quantities { good, scrap, rework })
}

fn job_state() -> impl Strategy<Value = JobState> {
    let any = prop::sample::select(JobState::ALL.map(|(state, _)| state).to_vec());
    prop_oneof![2 => any, 3 => Just(JobState::Ended)]
}

fn mode() -> impl Strategy<Value = JobMode> {
    let amount = prop_oneof![8 => Just(1_u32), 2 => Just(2), 1 => number()];
    let needs = prop_oneof![
        4 => (resource_id(), amount).prop_map(|need| vec![need]),
        1 => prop::collection::vec((resource_id(), number()), 0..3),
    ];
    let work = prop_oneof![8 => 1_i64..100, 1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => Just(0)];
    (needs, work).prop_map(|(needs, work)| JobMode {
        needs: needs.into_iter().map(|(id, amount)| (id.into(), amount)).collect(),
        work: Millis::new(work),
    })
}

/// Mostly a diamond of up to four operations that rework to any of them; sometimes nonsense.
fn job() -> impl Strategy<Value = Vec<JobOperation>> {
    let operation = (
        prop::collection::vec(mode(), 0..3),
        prop::sample::subsequence(vec!["a", "b", "c", "d"], 0..3),
        operation_id(),
    );
    let arbitrary = prop::collection::vec((operation_id(), operation), 0..5);
    let plain = resource_id().prop_map(|resource| JobMode {
        needs: vec![(resource.replace("ghost", "saw").as_str().into(), 1)],
        work: Millis::MINUTE,
    });
    let way = prop_oneof![30 => plain, 1 => mode()];
    let diamond = prop::collection::vec((way, operation_id()), 4).prop_map(|ways| {
        let shape = [("a", vec![]), ("b", vec!["a"]), ("c", vec!["a"]), ("d", vec!["b", "c"])];
        shape
            .into_iter()
            .zip(ways)
            .map(|((id, after), (mode, rework_to))| (id, (vec![mode], after, rework_to)))
            .collect::<Vec<_>>()
    });
    prop_oneof![6 => diamond, 1 => arbitrary].prop_map(|operations| {
        operations
            .into_iter()
            .map(|(id, (modes, after, rework_to))| JobOperation {
                id: id.into(),
                title: Title::same(id),
                after: after.into_iter().map(Into::into).collect(),
                modes,
                spans_breaks: true,
                rework_to: if id < rework_to { id.into() } else { rework_to.into() },
            })
            .collect()
    })
}

fn place() -> impl Strategy<Value = Command> {
    let times = (time(), time(), prop::option::of(time()));
    let quantity = prop_oneof![4 => 1_u32..12, 1 => number()];
    (order_id(), order_id(), quantity, times, number(), job(), 0..20).prop_map(
        |(id, other, quantity, (placed, release, due), weight, operations, twist)| {
            let order = Order {
                id: id.into(),
                offer: "thing".into(),
                route: "thing".into(),
                quantity,
                placed,
                release: if twist < 17 { Timestamp::default() } else { release },
                due: due.filter(|_| 8 < twist),
                weight,
                customer: String::new(),
            };
            let order_of_job = if twist == 19 { other } else { id };
            Command::PlaceOrder { order, job: Job { order: order_of_job.into(), operations } }
        },
    )
}

fn report() -> impl Strategy<Value = Command> {
    let job_order = prop_oneof![
        8 => (operation_ref(), number()).prop_map(|(of, attempt)| of.job_order(attempt)),
        1 => Just(JobOrderId::new("not/ours")),
        1 => Just(JobOrderId::new("o/a/99999999999")),
    ];
    (resource_id(), job_order, job_state(), time(), prop::option::of(time()), quantities())
        .prop_map(|(resource, job_order, state, at, started, quantities)| {
            Command::Report(JobReport {
                resource: resource.into(),
                job_order,
                state,
                at,
                started,
                progress: f64::NAN,
                quantities,
                reason: String::new(),
            })
        })
}

fn any_command() -> impl Strategy<Value = Command> {
    let assignment =
        (0_usize..3, time(), time()).prop_map(|(mode, start, end)| Assignment { mode, start, end });
    let assignments =
        prop::collection::vec((operation_ref(), prop::option::weighted(0.9, assignment)), 0..6);
    let machine = prop::sample::select(MachineState::ALL.map(|(state, _)| state).to_vec());
    prop_oneof![
        place(),
        order_id().prop_map(|id| Command::CancelOrder { order: id.into(), reason: String::new() }),
        (assignments, any::<i64>())
            .prop_map(|(assignments, cost)| Command::AdoptPlan { assignments, cost }),
        operation_ref().prop_map(|operation| Command::Release { operation }),
        report(),
        (resource_id(), machine, time()).prop_map(|(resource, state, expected_up)| {
            Command::Machine {
                resource: resource.into(),
                state,
                reason: String::new(),
                expected_up,
            }
        }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => place().prop_map(Step::Any),
        2 => any_command().prop_map(Step::Any),
        20 => (any::<prop::sample::Index>(), job_state(), quantities()).prop_map(
            |(n, state, quantities)| Step::Sensible { n: n.index(1 << 20), state, quantities }
        ),
        6 => prop_oneof![100 => 1_i64..600, 1 => Just(i64::MAX / 60_000)].prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..150)
}

/// The `n`-th of the things that could well happen next.
fn sensible(
    state: &State,
    n: usize,
    job_state: JobState,
    quantities: Quantities,
) -> Option<Command> {
    let mut could = Vec::new();
    for (id, order) in &state.orders {
        for (operation, known) in &order.operations {
            let of = OperationRef { order: id.clone(), operation: operation.clone() };
            match known.status {
                OperationStatus::Waiting if known.planned.is_none() => {
                    let place = Assignment { mode: 0, start: state.at, end: state.at };
                    let assignments = vec![(of, Some(place))];
                    could.push(Command::AdoptPlan { assignments, cost: 0 });
                }
                OperationStatus::Waiting => could.push(Command::Release { operation: of }),
                status if status.is_under_way() => could.push(Command::Report(JobReport {
                    resource: known.resources[0].0.clone(),
                    job_order: of.job_order(known.attempt),
                    state: job_state,
                    at: state.at,
                    started: None,
                    progress: 0.0,
                    quantities,
                    reason: String::new(),
                })),
                _ => {}
            }
        }
    }
    (!could.is_empty()).then(|| could.swap_remove(n % could.len()))
}

/// What must be so at every moment. RUN-1: a resource never holds more than its capacity.
fn check(state: &State) {
    let mut held: BTreeMap<(ResourceId, JobOrderId), u32> = BTreeMap::new();
    for (id, order) in &state.orders {
        let all = |status| order.operations.values().all(|o| o.status == status);
        match order.status {
            OrderStatus::Open => assert!(!all(OperationStatus::Finished), "{id} is done but open"),
            OrderStatus::Completed => assert!(all(OperationStatus::Finished), "{id} is not done"),
            OrderStatus::Cancelled => {
                let waits = |o: &crate::OperationState| o.status == OperationStatus::Waiting;
                assert!(!order.operations.values().any(waits), "{id} is off but waits");
            }
        }
        assert_eq!(order.completed.is_some(), order.status == OrderStatus::Completed);
        for (operation, known) in &order.operations {
            let of = OperationRef { order: id.clone(), operation: operation.clone() };
            let pieces = u64::from(known.quantities.good) + u64::from(known.quantities.scrap);
            assert!(pieces <= u64::from(order.order.quantity), "{of} made {pieces} pieces");
            assert!(1 <= known.attempt);
            if known.status.is_under_way() {
                let job_order = of.job_order(known.attempt);
                assert!(state.by_job_order(&job_order).is_some(), "{job_order} is not known");
                for (resource, amount) in &known.resources {
                    held.insert((resource.clone(), job_order.clone()), *amount);
                }
            }
            if let (Some(started), Some(finished)) = (known.started, known.finished) {
                assert!(started <= finished && finished <= state.at, "{of} ends before it starts");
            }
        }
    }
    for (id, resource) in &state.resources {
        let sum: u64 = resource.held_by.values().copied().map(u64::from).sum();
        assert!(sum <= u64::from(resource.capacity), "RUN-1: {id} holds {sum}");
        for (job_order, amount) in &resource.held_by {
            let expected = held.remove(&(id.clone(), job_order.clone()));
            assert_eq!(expected, Some(*amount), "{id} is held by {job_order}, which has ended");
        }
    }
    assert!(held.is_empty(), "under way without holding what it needs: {held:?}");
}

fn run(steps: Vec<Step>) -> State {
    let mut state = State::new(RESOURCES.map(|(id, capacity)| (id.into(), capacity)));
    let mut now = Timestamp::default();
    for step in steps {
        let command = match step {
            Step::Any(command) => Some(command),
            Step::Sensible { n, state: job_state, quantities } => {
                sensible(&state, n, job_state, quantities)
            }
            Step::Wait(minutes) => {
                now = now + Millis::new(minutes.saturating_mul(60_000));
                None
            }
        };
        let Some(Ok(events)) = command.map(|command| decide(&state, now, command)) else {
            continue;
        };
        assert!(!events.is_empty());
        for event in events {
            let before: BTreeMap<(OrderId, _), u32> = attempts(&state);
            let recorded = Recorded { sequence: state.sequence + 1, at: now, event };
            apply(&mut state, &recorded);
            let after = attempts(&state);
            for (of, attempt) in before {
                assert!(attempt <= after[&of], "an attempt was taken back");
            }
        }
        check(&state);
    }
    state
}

fn attempts(state: &State) -> BTreeMap<(OrderId, weft_model::OperationId), u32> {
    let of = |order: &crate::OrderState| {
        let id = order.order.id.clone();
        let attempts = order.operations.iter().map(|(o, known)| (o.clone(), known.attempt));
        attempts.map(move |(o, attempt)| ((id.clone(), o), attempt)).collect::<Vec<_>>()
    };
    state.orders.values().flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn the_state_stays_sound(steps in steps()) {
        run(steps);
    }
}

/// The property above is worth something only if its steps get somewhere.
#[test]
fn random_steps_get_somewhere() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut completed, mut reworked, mut cancelled) = (0, 0, 0);
    for _ in 0..300 {
        let state = run(steps().new_tree(&mut runner).unwrap().current());
        for order in state.orders.values() {
            completed += u32::from(order.status == OrderStatus::Completed);
            cancelled += u32::from(order.status == OrderStatus::Cancelled);
            reworked += u32::from(order.operations.values().any(|o| 2 < o.attempt));
        }
    }
    assert!(
        10 < completed && 10 < reworked && 10 < cancelled,
        "{completed} {reworked} {cancelled}"
    );
}
