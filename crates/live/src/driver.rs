//! An engine with its journal.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use weft_engine::{Engine, Input, Outcome, Settings};
use weft_journal::{Journal, JournalError};
use weft_model::{ResourceId, Solution, Timestamp, WorkingTime};

/// What an engine decides is on disk before it is handed on.
#[derive(Debug)]
pub struct Driver {
    engine: Engine,
    journal: Journal,
}

impl Driver {
    /// Opens the journal in `folder` and brings the engine to where it was.
    pub fn open(
        folder: &Path,
        solution: Arc<Solution>,
        working: BTreeMap<ResourceId, WorkingTime>,
        settings: Settings,
    ) -> Result<Self, JournalError> {
        let mut journal = Journal::open(folder, solution.id.as_str())?;
        let loaded = journal.load()?;
        let mut engine = Engine::new(solution, working, settings);
        if let Some(state) = loaded.snapshot {
            engine.restore(state);
        }
        for recorded in &loaded.events {
            engine.replay(recorded);
        }
        engine.restore_outbox(loaded.outbox);
        Ok(Self { engine, journal })
    }

    /// Handles one input. When this returns, everything in the outcome has been kept; commands may go out.
    ///
    /// Errors: nothing was kept, and the engine is ahead of its journal. The caller stops: a new start
    /// goes on from what is on disk.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Result<Outcome, JournalError> {
        let outcome = self.engine.handle(now, input);
        self.journal.commit(&outcome)?;
        self.journal.snapshot_if_due(self.engine.state())?;
        Ok(outcome)
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Keeps a snapshot, so that the next start is quick.
    pub fn close(mut self) -> Result<(), JournalError> {
        self.journal.snapshot(self.engine.state())
    }
}
