//! A journal in memory that survives the simulated process.

use std::collections::BTreeMap;

use weft_engine::{Engine, OutboxChange, Outcome};
use weft_model::JobOrderId;
use weft_model::job_control::{JobCommand, JobMethod};
use weft_run::{Recorded, State};

/// After so many events a snapshot is kept, so that a restart replays only what came after.
const SNAPSHOT_EVERY: u64 = 64;

/// What is on the simulated disk.
#[derive(Debug, Clone, Default)]
pub struct Store {
    /// All events.
    pub events: Vec<Recorded>,
    /// The state after one of them.
    pub snapshot: Option<State>,
    /// Commands that no machine has answered.
    pub outbox: BTreeMap<(JobOrderId, JobMethod), JobCommand>,
}

impl Store {
    /// Keeps an outcome's events and outbox changes: all of it or (when the process is killed before)
    /// nothing.
    pub fn commit(&mut self, outcome: &Outcome) {
        self.events.extend(outcome.events.iter().cloned());
        for change in &outcome.outbox {
            match change {
                OutboxChange::Added(command) => {
                    let key = (command.job_order.clone(), command.method);
                    self.outbox.insert(key, command.clone());
                }
                OutboxChange::Answered(job_order, method) => {
                    self.outbox.remove(&(job_order.clone(), *method));
                }
            }
        }
    }

    /// Keeps a snapshot when enough has happened since the last.
    pub fn snapshot_if_due(&mut self, engine: &Engine) {
        let kept = self.snapshot.as_ref().map_or(0, |state| state.sequence);
        if kept + SNAPSHOT_EVERY <= engine.state().sequence {
            self.snapshot = Some(engine.state().clone());
        }
    }

    /// Brings a new engine to where the killed one was.
    pub fn restore(&self, engine: &mut Engine) {
        let from = self.snapshot.as_ref().map_or(0, |state| state.sequence);
        if let Some(state) = &self.snapshot {
            engine.restore(state.clone());
        }
        for recorded in self.events.iter().filter(|recorded| from < recorded.sequence) {
            engine.replay(recorded);
        }
        engine.restore_outbox(self.outbox.values().cloned().collect());
    }
}
