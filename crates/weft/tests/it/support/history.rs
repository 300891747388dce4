//! What a plant has kept, read without its help, and what must hold for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::{run, stderr, stdout, text};

/// An event as the journal has it.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) order: Option<String>,
    pub(crate) body: Value,
}

/// All events of a data folder.
pub(crate) fn events(data: &Path) -> Vec<Event> {
    let connection = open(data);
    let mut query =
        connection.prepare("SELECT kind, order_id, body FROM events ORDER BY sequence").unwrap();
    let rows = query.query_map([], |row| {
        let body: String = row.get(2)?;
        let body = serde_json::from_str(&body).unwrap();
        Ok(Event { kind: row.get(0)?, order: row.get(1)?, body })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// How many events there are; 0 while there is no journal yet.
pub(crate) fn count(data: &Path) -> u64 {
    let file = data.join("journal.sqlite");
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let count = connection.and_then(|connection| {
        connection.query_row("SELECT coalesce(max(sequence), 0) FROM events", [], |row| row.get(0))
    });
    count.unwrap_or(0)
}

fn open(data: &Path) -> Connection {
    let file = data.join("journal.sqlite");
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Orders with an event of this kind.
pub(crate) fn orders_with(events: &[Event], kind: &str) -> BTreeSet<String> {
    events
        .iter()
        .filter(|event| event.kind == kind)
        .filter_map(|event| event.order.clone())
        .collect()
}

/// Lets `weft journal verify` judge.
pub(crate) fn verify(data: &Path) -> Value {
    let output = run(&["journal", "verify", text(data), "--json"]);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["ok"], true, "{answer}");
    answer
}

/// KILL-1: no order is placed twice or completed twice. KILL-2: an attempt at an operation is released
/// once. KILL-3: a job order is released, then starts at most once, then ends at most once.
pub(crate) fn check_once(events: &[Event]) {
    let mut placed = BTreeSet::new();
    let mut closed = BTreeSet::new();
    let mut released = BTreeSet::new();
    let mut started = BTreeSet::new();
    let mut ended = BTreeSet::new();
    for Event { kind, order, body } in events {
        let order = order.clone().unwrap_or_default();
        let job_order = body["job_order"].as_str().unwrap_or_default().to_owned();
        match kind.as_str() {
            "order-placed" => assert!(placed.insert(order), "KILL-1: {body}"),
            "order-completed" | "order-cancelled" => {
                assert!(placed.contains(&order), "KILL-1: {body}");
                assert!(closed.insert(order), "KILL-1: {body}");
            }
            "operation-released" => {
                let operation = body["operation"].as_str().unwrap();
                let job_order = format!("{order}/{operation}/{}", body["attempt"]);
                assert!(!closed.contains(&order), "KILL-2: {body}");
                assert!(released.insert(job_order), "KILL-2: {body}");
            }
            "operation-started" => {
                assert!(released.contains(&job_order), "KILL-3: {body}");
                assert!(started.insert(job_order), "KILL-3: {body}");
            }
            "operation-finished" | "operation-aborted" => {
                assert!(released.contains(&job_order), "KILL-3: {body}");
                assert!(ended.insert(job_order), "KILL-3: {body}");
            }
            _ => {}
        }
    }
}

/// What a machine remembers of a job order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MachineJob {
    pub(crate) state: String,
    pub(crate) started_ms: Option<i64>,
    pub(crate) begun: u64,
    pub(crate) quantities: [u64; 3],
}

/// Everything that was ever seen in the machines' memories.
#[derive(Debug, Default)]
pub(crate) struct MachinesSeen {
    jobs: BTreeMap<String, (String, MachineJob)>,
    cleared: BTreeSet<String>,
}

impl MachinesSeen {
    /// Looks at the memories below a folder. KILL-4: a machine begins a job order at most once, one
    /// machine only, and what has ended stays as it is.
    pub(crate) fn look(&mut self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let memory: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            self.cleared.extend(memory["cleared_ms"].as_object().unwrap().keys().cloned());
            for (id, job) in memory["jobs"].as_object().unwrap() {
                assert!(memory["cleared_ms"].get(id).is_none(), "KILL-4: {id} was cleared");
                let number = |key: &str| job[key].as_u64().unwrap();
                let job = MachineJob {
                    state: job["state"].as_str().unwrap().to_owned(),
                    started_ms: job["started_ms"].as_i64(),
                    begun: number("begun"),
                    quantities: [number("good"), number("scrap"), number("rework")],
                };
                assert!(job.begun <= 1, "KILL-4: {id} began {} times", job.begun);
                let machine = text(&path).to_owned();
                if let Some((before_machine, before)) = self.jobs.get(id) {
                    assert_eq!(*before_machine, machine, "KILL-4: {id}");
                    assert_eq!(before.quantities, job.quantities, "KILL-4: {id}");
                    if before.started_ms.is_some() {
                        assert_eq!(before.started_ms, job.started_ms, "KILL-4: {id}");
                    }
                    if before.state == "Ended" {
                        assert_eq!(before.state, job.state, "KILL-4: {id}");
                    }
                }
                self.jobs.insert(id.clone(), (machine, job));
            }
        }
    }

    /// KILL-5: what machines were seen to have ended is in the journal, with the pieces they reported.
    /// KILL-6: a machine was told to forget only what is in the journal. Answers how many job orders
    /// were compared.
    pub(crate) fn check_against(&self, events: &[Event]) -> usize {
        let mut ended: BTreeMap<&str, Option<[u64; 3]>> = BTreeMap::new();
        for Event { kind, body, .. } in events {
            let number = |key: &str| body[key].as_u64().unwrap();
            let pieces = match kind.as_str() {
                "operation-finished" => Some([number("good"), number("scrap"), number("rework")]),
                "operation-aborted" => None,
                _ => continue,
            };
            ended.insert(body["job_order"].as_str().unwrap(), pieces);
        }
        for (id, (_, job)) in self.jobs.iter().filter(|(_, (_, job))| job.state == "Ended") {
            assert_eq!(ended.get(id.as_str()), Some(&Some(job.quantities)), "KILL-5: {id}");
        }
        for id in &self.cleared {
            assert!(ended.contains_key(id.as_str()), "KILL-6: {id} was forgotten by its machine");
        }
        self.cleared.len()
    }
}
