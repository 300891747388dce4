//! An engine with its journal.

use std::path::Path;
use std::sync::Arc;

use weft_engine::{Calendars, Engine, Input, Outcome, Settings};
use weft_journal::{Journal, JournalError};
use weft_model::{Solution, Timestamp};

/// What an engine decides is on disk before it is handed on.
#[derive(Debug)]
pub struct Driver {
    engine: Engine,
    journal: Journal,
}

impl Driver {
    /// Opens the journal in `folder` and brings the engine to where it was. `begin`: when the plant begins
    /// if nothing has happened in it yet.
    pub fn open(
        folder: &Path,
        solution: Arc<Solution>,
        begin: Timestamp,
        settings: Settings,
    ) -> Result<Self, JournalError> {
        let mut journal = Journal::open(folder, solution.id.as_str())?;
        let loaded = journal.load()?;
        let kept = loaded.snapshot.as_ref().map(|state| state.at);
        let last = loaded.events.last().map(|recorded| recorded.at).or(kept).unwrap_or(begin);
        let first = loaded.first.unwrap_or(begin).min(begin);
        let calendars = Calendars::new(Arc::clone(&solution), first, begin.max(last));
        let mut engine = Engine::new(solution, calendars, settings);
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
