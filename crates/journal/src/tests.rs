//! What is kept comes back as it was, whatever it was; what is not ours is refused, not stumbled over.

use std::collections::BTreeMap;

use proptest::prelude::*;
use weft_model::job_control::{JobCommand, JobMethod, JobWork, MachineState, Quantities};
use weft_model::{
    Job, JobMode, JobOperation, JobOrderId, Millis, OperationRef, Order, Timestamp, Title,
};
use weft_run::{
    Assignment, Event, OperationState, OperationStatus, OrderState, OrderStatus, PlanChange,
    ResourceState, State,
};

use crate::{record, snapshot};

/// Text with all that is odd: quotes, controls, other scripts, right to left, above the BMP.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.-]{1,8}",
        "\\PC{0,12}",
        any::<String>(),
        Just("\u{0}\"\\\u{7f}\u{2028}\u{feff}".to_owned()),
        Just("冰箱 \u{202e}עברית\u{202c} 👩\u{200d}🔧".to_owned()),
    ]
}

fn at() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_millis)
}

fn millis() -> impl Strategy<Value = Millis> {
    any::<i64>().prop_map(Millis::new)
}

fn job_order() -> impl Strategy<Value = JobOrderId> {
    text().prop_map(JobOrderId::new)
}

fn operation_ref() -> impl Strategy<Value = OperationRef> {
    (text(), text())
        .prop_map(|(order, operation)| OperationRef::new(order.as_str(), operation.as_str()))
}

fn needs() -> impl Strategy<Value = Vec<(weft_model::ResourceId, u32)>> {
    let need = (text(), any::<u32>()).prop_map(|(id, amount)| (id.as_str().into(), amount));
    prop::collection::vec(need, 0..3)
}

fn quantities() -> impl Strategy<Value = Quantities> {
    any::<(u32, u32, u32)>().prop_map(|(good, scrap, rework)| Quantities { good, scrap, rework })
}

fn machine_state() -> impl Strategy<Value = MachineState> {
    prop::sample::select(MachineState::ALL.map(|(state, _)| state).to_vec())
}

fn assignment() -> impl Strategy<Value = Assignment> {
    (any::<u32>(), at(), at()).prop_map(|(mode, start, end)| Assignment {
        mode: mode as usize,
        start,
        end,
    })
}

fn order() -> impl Strategy<Value = Order> {
    let texts = (text(), text(), text(), text());
    (texts, any::<(u32, u32)>(), at(), at(), prop::option::of(at())).prop_map(
        |((id, offer, route, customer), (quantity, weight), placed, release, due)| Order {
            id: id.as_str().into(),
            offer: offer.as_str().into(),
            route: route.as_str().into(),
            quantity,
            placed,
            release,
            due,
            weight,
            customer,
        },
    )
}

fn operation() -> impl Strategy<Value = JobOperation> {
    let mode = (needs(), millis()).prop_map(|(needs, work)| JobMode { needs, work });
    let modes = prop::collection::vec(mode, 0..3);
    let texts = (text(), text(), text(), text());
    (texts, prop::collection::vec(text(), 0..3), modes, any::<bool>()).prop_map(
        |((id, en, zh, rework_to), after, modes, spans_breaks)| JobOperation {
            id: id.as_str().into(),
            title: Title { en, zh },
            after: after.iter().map(|id| id.as_str().into()).collect(),
            modes,
            spans_breaks,
            rework_to: rework_to.as_str().into(),
        },
    )
}

fn order_and_job() -> impl Strategy<Value = (Order, Job)> {
    (order(), prop::collection::vec(operation(), 0..4)).prop_map(|(order, operations)| {
        let job = Job { order: order.id.clone(), operations };
        (order, job)
    })
}

fn event() -> impl Strategy<Value = Event> {
    let change = (operation_ref(), prop::option::of(assignment()))
        .prop_map(|(operation, assignment)| PlanChange { operation, assignment });
    prop_oneof![
        order_and_job().prop_map(|(order, job)| Event::OrderPlaced { order, job }),
        (text(), text())
            .prop_map(|(id, reason)| Event::OrderCancelled { order: id.as_str().into(), reason }),
        text().prop_map(|id| Event::OrderCompleted { order: id.as_str().into() }),
        (prop::collection::vec(change, 0..4), any::<i64>())
            .prop_map(|(changes, cost)| Event::PlanAdopted { changes, cost }),
        (operation_ref(), any::<u32>(), needs(), millis(), any::<u32>()).prop_map(
            |(operation, attempt, resources, work, quantity)| Event::OperationReleased {
                operation,
                attempt,
                resources,
                work,
                quantity
            }
        ),
        (job_order(), at())
            .prop_map(|(job_order, started)| Event::OperationStarted { job_order, started }),
        (job_order(), at(), text()).prop_map(|(job_order, since, reason)| {
            Event::OperationInterrupted { job_order, since, reason }
        }),
        (job_order(), at())
            .prop_map(|(job_order, since)| Event::OperationResumed { job_order, since }),
        (job_order(), at(), at(), quantities()).prop_map(
            |(job_order, started, finished, quantities)| Event::OperationFinished {
                job_order,
                started,
                finished,
                quantities
            }
        ),
        (job_order(), text())
            .prop_map(|(job_order, reason)| Event::OperationAborted { job_order, reason }),
        (text(), prop::collection::vec(text(), 0..4), any::<u32>()).prop_map(
            |(order, operations, quantity)| Event::OperationsSentBack {
                order: order.as_str().into(),
                operations: operations.iter().map(|id| id.as_str().into()).collect(),
                quantity
            }
        ),
        (text(), machine_state(), text(), at()).prop_map(
            |(resource, state, reason, expected_up)| Event::ResourceDown {
                resource: resource.as_str().into(),
                state,
                reason,
                expected_up
            }
        ),
        text().prop_map(|id| Event::ResourceUp { resource: id.as_str().into() }),
    ]
}

fn command() -> impl Strategy<Value = JobCommand> {
    let parameters = prop::collection::btree_map(text(), text(), 0..3);
    let work = (text(), any::<u32>(), millis(), any::<bool>(), parameters).prop_map(
        |(work_master, quantity, planned_work, spans_breaks, parameters)| JobWork {
            work_master,
            quantity,
            planned_work,
            spans_breaks,
            parameters,
        },
    );
    let method = prop::sample::select(JobMethod::ALL.map(|(method, _)| method).to_vec());
    (text(), method, job_order(), prop::option::of(work)).prop_map(
        |(resource, method, job_order, work)| JobCommand {
            resource: resource.as_str().into(),
            method,
            job_order,
            work,
        },
    )
}

fn operation_state() -> impl Strategy<Value = OperationState> {
    let status = prop::sample::select(vec![
        OperationStatus::Waiting,
        OperationStatus::Released,
        OperationStatus::Running,
        OperationStatus::Interrupted,
        OperationStatus::Finished,
        OperationStatus::Cancelled,
    ]);
    let times = prop::collection::vec(prop::option::of(at()), 5);
    let planned = prop::option::of(assignment());
    (status, any::<(u32, u32, u32)>(), planned, needs(), millis(), times, quantities()).prop_map(
        |(status, (attempt, reworks, quantity), planned, resources, work, times, quantities)| {
            OperationState {
                status,
                attempt,
                reworks,
                quantity,
                planned,
                resources,
                work,
                released: times[0],
                started: times[1],
                finished: times[2],
                interrupted: times[3],
                not_before: times[4],
                quantities,
            }
        },
    )
}

fn state() -> impl Strategy<Value = State> {
    let held_by = prop::collection::btree_map(job_order(), any::<u32>(), 0..3);
    let resource = (any::<u32>(), machine_state(), at(), text(), at(), held_by).prop_map(
        |(capacity, machine, since, reason, expected_up, held_by)| ResourceState {
            capacity,
            machine,
            since,
            reason,
            expected_up,
            held_by,
        },
    );
    let status = prop::sample::select(vec![
        OrderStatus::Open,
        OrderStatus::Completed,
        OrderStatus::Cancelled,
    ]);
    let operations = prop::collection::btree_map(text(), operation_state(), 0..3);
    let order = (order_and_job(), status, prop::option::of(at()), operations).prop_map(
        |((order, job), status, completed, operations)| OrderState {
            order,
            job,
            status,
            completed,
            operations: operations.into_iter().map(|(id, o)| (id.as_str().into(), o)).collect(),
        },
    );
    let resources = prop::collection::btree_map(text(), resource, 0..3);
    (any::<(u64, u64)>(), at(), resources, prop::collection::vec(order, 0..3)).prop_map(
        |((sequence, plans_adopted), at, resources, orders)| State {
            sequence,
            at,
            resources: resources.into_iter().map(|(id, r)| (id.as_str().into(), r)).collect(),
            orders: orders.into_iter().map(|it| (it.order.id.clone(), it)).collect(),
            plans_adopted,
        },
    )
}

/// One byte of a text changed, cut out or doubled; what is not UTF-8 after that is replaced.
fn bruised(text: String) -> impl Strategy<Value = String> {
    (any::<prop::sample::Index>(), any::<u8>(), 0..3).prop_map(move |(index, byte, how)| {
        let mut bytes = text.clone().into_bytes();
        let index = index.index(bytes.len());
        match how {
            0 => bytes[index] = byte,
            1 => drop(bytes.remove(index)),
            _ => bytes.truncate(index),
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

proptest! {
    #[test]
    fn every_event_comes_back(event in event()) {
        prop_assert_eq!(record::decode(&record::encode(&event)), Ok(event));
    }

    #[test]
    fn every_command_comes_back(command in command()) {
        prop_assert_eq!(record::decode_command(&record::encode_command(&command)), Ok(command));
    }

    #[test]
    fn every_state_comes_back(state in state()) {
        prop_assert_eq!(snapshot::decode(&snapshot::encode(&state)), Ok(state));
    }

    #[test]
    fn what_was_never_written_is_refused(body in any::<Vec<u8>>()) {
        let body = String::from_utf8_lossy(&body);
        prop_assert!(record::decode(&body).is_err());
        prop_assert!(record::decode_command(&body).is_err());
        prop_assert!(snapshot::decode(&body).is_err());
    }

    /// It may still mean something; it does not bring the journal down, and what it means is kept.
    #[test]
    fn what_was_bruised_is_read_or_refused(
        event in event().prop_flat_map(|event| bruised(record::encode(&event))),
        state in state().prop_flat_map(|state| bruised(snapshot::encode(&state))),
    ) {
        if let Ok(event) = record::decode(&event) {
            prop_assert_eq!(record::decode(&record::encode(&event)), Ok(event));
        }
        if let Ok(state) = snapshot::decode(&state) {
            prop_assert_eq!(snapshot::decode(&snapshot::encode(&state)), Ok(state));
        }
    }
}

#[test]
fn odd_bodies_are_refused() {
    let deep = "[".repeat(100_000);
    let kind = |body: &str| format!("{{\"kind\":\"order-completed\",{body}}}");
    for body in [
        "",
        "null",
        "{}",
        "[]",
        "\u{feff}{}",
        &deep,
        &kind(""),
        &kind("\"order\":1"),
        &kind("\"order\":\"o\",\"more\":1"),
        &kind("\"order\":\"o\",\"order\":\"p\""),
        &kind("\"order\":\"\\ud800\""),
        "{\"kind\":\"order-forgotten\",\"order\":\"o\"}",
        "{\"kind\":\"resource-down\",\"resource\":\"r\",\"state\":\"tired\",\"reason\":\"\",\"expected_up_ms\":0}",
        "{\"kind\":\"operations-sent-back\",\"order\":\"o\",\"operations\":[],\"quantity\":-1}",
        "{\"kind\":\"operations-sent-back\",\"order\":\"o\",\"operations\":[],\"quantity\":1e99}",
    ] {
        assert!(record::decode(body).is_err(), "{body:.80}");
    }
    assert!(record::decode(&kind("\"order\":\"o\"")).is_ok());
}

/// History outlives a release: a change to any of these lines is a change of the format.
#[test]
fn the_format_is_what_it_was() {
    let operation = OperationRef::new("o", "cut");
    let job_order = operation.job_order(1);
    let at = Timestamp::from_millis;
    let quantities = Quantities { good: 1, scrap: 2, rework: 3 };
    let events = [
        (
            Event::OperationReleased {
                operation: operation.clone(),
                attempt: 1,
                resources: vec![("saw".into(), 2)],
                work: Millis::new(5),
                quantity: 3,
            },
            r#"{"kind":"operation-released","order":"o","operation":"cut","attempt":1,"resources":[["saw",2]],"work_ms":5,"quantity":3}"#,
        ),
        (
            Event::OperationFinished {
                job_order: job_order.clone(),
                started: at(1),
                finished: at(2),
                quantities,
            },
            r#"{"kind":"operation-finished","job_order":"o/cut/1","started_ms":1,"finished_ms":2,"good":1,"scrap":2,"rework":3}"#,
        ),
        (
            Event::PlanAdopted {
                changes: vec![
                    PlanChange {
                        operation: operation.clone(),
                        assignment: Some(Assignment { mode: 0, start: at(1), end: at(2) }),
                    },
                    PlanChange { operation, assignment: None },
                ],
                cost: -1,
            },
            r#"{"kind":"plan-adopted","changes":[{"order":"o","operation":"cut","at":{"mode":0,"start_ms":1,"end_ms":2}},{"order":"o","operation":"cut","at":null}],"cost":-1}"#,
        ),
        (
            Event::ResourceDown {
                resource: "saw".into(),
                state: MachineState::Failed,
                reason: "a\"b".to_owned(),
                expected_up: at(9),
            },
            r#"{"kind":"resource-down","resource":"saw","state":"failed","reason":"a\"b","expected_up_ms":9}"#,
        ),
    ];
    for (event, body) in events {
        assert_eq!(record::encode(&event), body);
        assert_eq!(record::decode(body), Ok(event));
    }
    let command = JobCommand {
        resource: "saw".into(),
        method: JobMethod::StoreAndStart,
        job_order,
        work: Some(JobWork {
            work_master: "Cut".to_owned(),
            quantity: 3,
            planned_work: Millis::new(5),
            spans_breaks: true,
            parameters: BTreeMap::from([("order".to_owned(), "o".to_owned())]),
        }),
    };
    let body = r#"{"resource":"saw","method":"StoreAndStart","job_order":"o/cut/1","work":{"work_master":"Cut","quantity":3,"planned_work_ms":5,"spans_breaks":true,"parameters":{"order":"o"}}}"#;
    assert_eq!(record::encode_command(&command), body);
    assert_eq!(record::decode_command(body), Ok(command));
}
