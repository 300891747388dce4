//! The journal on a real disk.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod killed;

use std::path::Path;

use proptest::prelude::*;
use weft_engine::{OutboxChange, Outcome};
use weft_journal::{Chain, Journal, JournalError, Reader, verify};
use weft_model::job_control::{JobCommand, JobMethod, Quantities};
use weft_model::{
    Job, JobMode, JobOperation, Millis, OperationRef, Order, ResourceId, Timestamp, Title,
};
use weft_run::{Assignment, Event, PlanChange, Recorded, State, apply};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

fn events(orders: u64) -> Vec<Recorded> {
    let mut events = Vec::new();
    let mut keep = |event| {
        let sequence = events.len() as u64 + 1;
        events.push(Recorded { sequence, at: at(sequence as i64), event });
    };
    for number in 0..orders {
        let id = format!("o-{number}");
        let operation = OperationRef::new(id.as_str(), "cut");
        let order = Order {
            id: id.as_str().into(),
            offer: "thing".into(),
            route: "thing".into(),
            quantity: 3,
            placed: at(0),
            release: at(0),
            due: Some(at(900)),
            weight: 1,
            customer: "冰箱 & co".to_owned(),
        };
        let job = Job {
            order: order.id.clone(),
            operations: vec![JobOperation {
                id: "cut".into(),
                title: Title { en: "Cut".to_owned(), zh: "切割".to_owned() },
                after: Vec::new(),
                modes: vec![JobMode { needs: vec![("saw".into(), 1)], work: Millis::HOUR }],
                spans_breaks: true,
                rework_to: "cut".into(),
            }],
        };
        keep(Event::OrderPlaced { order: order.clone(), job });
        keep(Event::PlanAdopted {
            changes: vec![PlanChange {
                operation: operation.clone(),
                assignment: Some(Assignment { mode: 0, start: at(1), end: at(61) }),
            }],
            cost: 7,
        });
        keep(Event::OperationReleased {
            operation: operation.clone(),
            attempt: 1,
            resources: vec![("saw".into(), 1)],
            work: Millis::HOUR,
            quantity: 3,
        });
        keep(Event::OperationFinished {
            job_order: operation.job_order(1),
            started: at(1),
            finished: at(2),
            quantities: Quantities { good: 3, scrap: 0, rework: 0 },
        });
        keep(Event::OrderCompleted { order: order.id });
    }
    events
}

fn command() -> JobCommand {
    JobCommand {
        resource: ResourceId::new("saw"),
        method: JobMethod::Abort,
        job_order: OperationRef::new("o-0", "cut").job_order(1),
        work: None,
    }
}

fn fold(events: &[Recorded]) -> State {
    let mut state = State::new([("saw".into(), 1)]);
    for recorded in events {
        apply(&mut state, recorded);
    }
    state
}

fn write(folder: &Path, events: &[Recorded]) {
    let mut journal = Journal::open(folder, "test").unwrap();
    journal.load().unwrap();
    for recorded in events {
        let outcome = Outcome { events: vec![recorded.clone()], ..Outcome::default() };
        journal.commit(&outcome).unwrap();
    }
}

#[test]
fn what_was_kept_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let all = events(4);
    write(folder.path(), &all[..10]);
    let mut journal = Journal::open(folder.path(), "test").unwrap();
    journal.load().unwrap();
    journal.snapshot(&fold(&all[..10])).unwrap();
    let outbox = vec![OutboxChange::Added(command())];
    journal.commit(&Outcome { events: all[10..].to_vec(), outbox, ..Outcome::default() }).unwrap();
    drop(journal);

    let loaded = Journal::open(folder.path(), "test").unwrap().load().unwrap();
    assert_eq!(loaded.snapshot, Some(fold(&all[..10])));
    assert_eq!(loaded.events, all[10..]);
    assert_eq!(loaded.outbox, [command()]);

    let mut chain = Chain::default();
    for recorded in &all {
        chain.extend(recorded);
    }
    let verified = verify(folder.path()).unwrap();
    assert_eq!((verified.events, verified.hash), (20, chain.to_hex()));
    assert_eq!(verified.state, fold(&all));

    let reader = Reader::open(folder.path()).unwrap();
    assert_eq!(reader.events(5, 3).unwrap(), all[5..8]);
    assert_eq!(reader.latest(20, 2).unwrap(), all[18..]);
    assert_eq!(reader.by_sequence(&[7, 99]).unwrap(), all[6..7]);
    assert!(reader.events_of_order("o-1").unwrap().len() >= 4);
}

#[test]
fn a_folder_has_one_writer_and_one_solution() {
    let folder = tempfile::tempdir().unwrap();
    let first = Journal::open(folder.path(), "test").unwrap();
    let second = Journal::open(folder.path(), "test");
    assert!(matches!(second, Err(JournalError::Locked { .. })));
    drop(first);
    let other = Journal::open(folder.path(), "another");
    assert!(matches!(other, Err(JournalError::OtherSolution { .. })));
    assert!(matches!(verify(&folder.path().join("nowhere")), Err(JournalError::Missing { .. })));
}

/// Changes the database behind the journal's back and says which event is found to be bad.
fn first_bad(sql: &str) -> Option<u64> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &events(3));
    let connection = rusqlite::Connection::open(folder.path().join(weft_journal::FILE)).unwrap();
    connection.execute_batch(sql).unwrap();
    drop(connection);
    match verify(folder.path()) {
        Ok(_) => None,
        Err(JournalError::Damaged { sequence, .. }) => Some(sequence),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn changed_history_is_found_and_named() {
    assert_eq!(first_bad(""), None);
    assert_eq!(first_bad("UPDATE events SET at_ms = at_ms + 1 WHERE sequence = 4"), Some(4));
    assert_eq!(first_bad("UPDATE events SET kind = 'resource-up' WHERE sequence = 5"), Some(5));
    assert_eq!(first_bad("UPDATE events SET order_id = 'x' WHERE sequence = 6"), Some(6));
    assert_eq!(first_bad("UPDATE events SET hash = zeroblob(32) WHERE sequence = 7"), Some(7));
    assert_eq!(first_bad("DELETE FROM events WHERE sequence = 8"), Some(8));
    assert_eq!(first_bad("DELETE FROM events WHERE sequence > 12"), Some(13));
    assert_eq!(
        first_bad(
            "UPDATE events SET body = replace(body, '\"good\":3', '\"good\":4') WHERE sequence = 9"
        ),
        Some(9)
    );
}

#[test]
fn a_damaged_snapshot_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let all = events(2);
    write(folder.path(), &all);
    let mut journal = Journal::open(folder.path(), "test").unwrap();
    journal.load().unwrap();
    journal.snapshot(&fold(&all)).unwrap();
    drop(journal);
    let connection = rusqlite::Connection::open(folder.path().join(weft_journal::FILE)).unwrap();
    // Not what it was; not even text.
    for body in ["'{}'", "CAST(x'7bff7d' AS TEXT)"] {
        connection.execute(&format!("UPDATE snapshots SET body = {body}"), []).unwrap();
        let loaded = Journal::open(folder.path(), "test").unwrap().load().unwrap();
        assert_eq!((loaded.snapshot, &loaded.events), (None, &all), "{body}");
    }
}

#[test]
fn a_journal_that_grows_is_sound_at_every_moment() {
    let folder = tempfile::tempdir().unwrap();
    let all = events(60);
    write(folder.path(), &all[..1]);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut journal = Journal::open(folder.path(), "test").unwrap();
            journal.load().unwrap();
            for recorded in &all[1..] {
                let outcome = Outcome { events: vec![recorded.clone()], ..Outcome::default() };
                journal.commit(&outcome).unwrap();
                journal.snapshot(&fold(&all[..recorded.sequence as usize])).unwrap();
            }
        });
        let mut seen = 0;
        while !writer.is_finished() {
            let verified = verify(folder.path()).unwrap();
            assert!(seen <= verified.events);
            seen = verified.events;
        }
    });
    assert_eq!(verify(folder.path()).unwrap().state, fold(&all));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// One byte of any event's body changed: found, at that event.
    #[test]
    fn one_changed_byte_is_found(sequence in 1_u64..=15, position in 0_usize..10_000, by in 1_u8..=255) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &events(3));
        let connection =
            rusqlite::Connection::open(folder.path().join(weft_journal::FILE)).unwrap();
        let body: String = connection
            .query_row("SELECT body FROM events WHERE sequence = ?1", [sequence], |row| row.get(0))
            .unwrap();
        let mut bytes = body.into_bytes();
        let position = position % bytes.len();
        bytes[position] = bytes[position].wrapping_add(by);
        connection
            .execute(
                "UPDATE events SET body = CAST(?1 AS TEXT) WHERE sequence = ?2",
                rusqlite::params![bytes, sequence],
            )
            .unwrap();
        drop(connection);
        match verify(folder.path()) {
            Err(JournalError::Damaged { sequence: found, .. }) => prop_assert_eq!(found, sequence),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
