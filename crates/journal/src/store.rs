//! The writer.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use weft_engine::{OutboxChange, Outcome};
use weft_model::Timestamp;
use weft_model::job_control::JobCommand;
use weft_run::{Recorded, State};

use crate::chain::{Chain, Hash};
use crate::error::JournalError;
use crate::{reader, record, snapshot};

/// The database inside the data folder.
pub const FILE: &str = "journal.sqlite";
/// Held by the one process that may write.
pub const LOCK: &str = "weft.lock";
/// The format this code writes.
const FORMAT: i64 = 1;
/// After so many events [`Journal::snapshot_if_due`] keeps a snapshot.
const SNAPSHOT_EVERY: u64 = 2_000;
/// Snapshots kept; older ones are dropped.
const SNAPSHOTS_KEPT: i64 = 2;

const SCHEMA: &str = "
    CREATE TABLE events (
        sequence INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        order_id TEXT,
        body TEXT NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX events_by_order ON events (order_id, sequence) WHERE order_id IS NOT NULL;
    CREATE TABLE outbox (
        job_order TEXT NOT NULL,
        method TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (job_order, method)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE snapshots (
        sequence INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        body_hash BLOB NOT NULL,
        chain BLOB NOT NULL
    ) STRICT;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

/// The journal of one plant, open for writing.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    folder: PathBuf,
    chain: Chain,
    snapshot_at: u64,
    /// Dropped last: gives the folder free.
    _lock: File,
}

/// What a journal holds, to go on from.
#[derive(Debug, Default)]
pub struct Loaded {
    /// When the first event was decided, if there is one.
    pub first: Option<Timestamp>,
    /// The newest snapshot, if there is one.
    pub snapshot: Option<State>,
    /// The events after it.
    pub events: Vec<Recorded>,
    /// Commands that no machine has answered.
    pub outbox: Vec<JobCommand>,
}

impl Journal {
    /// Opens (or begins) the journal in a folder, for one solution, and locks it.
    pub fn open(folder: &Path, solution: &str) -> Result<Self, JournalError> {
        let io = |source| JournalError::Folder { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(io)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))
            .map_err(io)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::Locked { folder: folder.to_owned() },
            TryLockError::Error(source) => io(source),
        })?;
        let connection = Connection::open(folder.join(FILE))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A commit returns when the disk has it.
        connection.pragma_update(None, "synchronous", "FULL")?;
        let mut journal = Self {
            connection,
            folder: folder.to_owned(),
            chain: Chain::default(),
            snapshot_at: 0,
            _lock: lock,
        };
        journal.prepare(solution)?;
        Ok(journal)
    }

    /// Everything needed to go on. Checks the hash chain of what it reads.
    pub fn load(&mut self) -> Result<Loaded, JournalError> {
        let first = "SELECT at_ms FROM events ORDER BY sequence LIMIT 1";
        let first = self.connection.query_row(first, [], |row| row.get(0)).optional()?;
        let mut loaded = Loaded { first: first.map(Timestamp::from_millis), ..Loaded::default() };
        if let Some(kept) = newest_snapshot(&self.connection)? {
            self.chain = Chain::from_head(kept.chain);
            self.snapshot_at = kept.state.sequence;
            loaded.snapshot = Some(kept.state);
        }
        let from = self.snapshot_at;
        reader::check_snapshot_chain(&self.connection, from, &self.chain)?;
        let chain = &mut self.chain;
        reader::for_each_checked(&self.connection, from, chain, &mut |recorded| {
            loaded.events.push(recorded);
        })?;
        reader::check_head(&self.connection, from + loaded.events.len() as u64, &self.chain)?;
        let mut outbox = self.connection.prepare("SELECT body FROM outbox ORDER BY 1")?;
        let bodies = outbox.query_map([], |row| row.get::<_, String>(0))?;
        for body in bodies {
            let command = record::decode_command(&body?)
                .map_err(|why| JournalError::Damaged { sequence: 0, why })?;
            loaded.outbox.push(command);
        }
        Ok(loaded)
    }

    /// Keeps an outcome's events and outbox changes in one transaction: all of it or nothing. When this
    /// returns, it is on disk.
    pub fn commit(&mut self, outcome: &Outcome) -> Result<(), JournalError> {
        if outcome.events.is_empty() && outcome.outbox.is_empty() {
            return Ok(());
        }
        let mut chain = self.chain;
        let transaction = self.connection.transaction()?;
        for recorded in &outcome.events {
            insert_event(&transaction, recorded, &mut chain)?;
        }
        for change in &outcome.outbox {
            change_outbox(&transaction, change)?;
        }
        if let Some(last) = outcome.events.last() {
            set_meta(&transaction, "head_sequence", &last.sequence.to_string())?;
            set_meta(&transaction, "head_hash", &chain.to_hex())?;
        }
        transaction.commit()?;
        self.chain = chain;
        Ok(())
    }

    /// Keeps a snapshot when enough has happened since the last one. `state` is the state after the last
    /// event that was committed.
    pub fn snapshot_if_due(&mut self, state: &State) -> Result<bool, JournalError> {
        if state.sequence < self.snapshot_at + SNAPSHOT_EVERY {
            return Ok(false);
        }
        self.snapshot(state)?;
        Ok(true)
    }

    /// Keeps a snapshot now.
    pub fn snapshot(&mut self, state: &State) -> Result<(), JournalError> {
        let body = snapshot::encode(state);
        let body_hash: Hash = *blake3::hash(body.as_bytes()).as_bytes();
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT OR REPLACE INTO snapshots (sequence, body, body_hash, chain)
             VALUES (?1, ?2, ?3, ?4)",
            params![state.sequence, body, body_hash, self.chain.head()],
        )?;
        transaction.execute(
            "DELETE FROM snapshots WHERE sequence NOT IN
             (SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT ?1)",
            [SNAPSHOTS_KEPT],
        )?;
        transaction.commit()?;
        self.snapshot_at = state.sequence;
        Ok(())
    }

    /// The folder it lives in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn prepare(&mut self, solution: &str) -> Result<(), JournalError> {
        let transaction = self.connection.transaction()?;
        let format: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if FORMAT < format {
            return Err(JournalError::NewerFormat { found: format, known: FORMAT });
        }
        if format == 0 {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            set_meta(&transaction, "solution", solution)?;
        }
        let found: Option<String> = transaction
            .query_row("SELECT value FROM meta WHERE key = 'solution'", [], |row| row.get(0))
            .optional()?;
        if let Some(found) = found.filter(|found| found != solution) {
            return Err(JournalError::OtherSolution { found, expected: solution.to_owned() });
        }
        transaction.commit()?;
        Ok(())
    }
}

/// A snapshot that can be trusted, with the hash of the event it follows.
pub(crate) struct Kept {
    pub(crate) state: State,
    pub(crate) chain: Hash,
}

/// The newest snapshot whose own hash is right; damaged ones are passed over, since all of history is
/// there to replay.
pub(crate) fn newest_snapshot(connection: &Connection) -> Result<Option<Kept>, JournalError> {
    let mut query = connection
        .prepare("SELECT body, body_hash, chain FROM snapshots ORDER BY sequence DESC")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let read = |index| row.get::<_, Hash>(index).ok();
        // A flipped bit can make it no text at all.
        let body = row.get_ref(0)?.as_str().ok();
        let (Some(body), Some(body_hash), Some(chain)) = (body, read(1), read(2)) else { continue };
        if blake3::hash(body.as_bytes()) == body_hash
            && let Ok(state) = snapshot::decode(body)
        {
            return Ok(Some(Kept { state, chain }));
        }
    }
    Ok(None)
}

fn insert_event(
    transaction: &Transaction<'_>,
    recorded: &Recorded,
    chain: &mut Chain,
) -> Result<(), JournalError> {
    let body = record::encode(&recorded.event);
    let at_ms = Timestamp::as_millis(recorded.at);
    let hash = chain.extend_raw(recorded.sequence, at_ms, body.as_bytes());
    let order = recorded.event.order().map(|order| order.to_string());
    transaction
        .prepare_cached(
            "INSERT INTO events (sequence, at_ms, kind, order_id, body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![recorded.sequence, at_ms, recorded.event.kind(), order, body, hash])?;
    Ok(())
}

fn change_outbox(transaction: &Transaction<'_>, change: &OutboxChange) -> Result<(), JournalError> {
    match change {
        OutboxChange::Added(command) => {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO outbox (job_order, method, body) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![
                    command.job_order.as_str(),
                    command.method.as_str(),
                    record::encode_command(command)
                ])?;
        }
        OutboxChange::Answered(job_order, method) => {
            transaction
                .prepare_cached("DELETE FROM outbox WHERE job_order = ?1 AND method = ?2")?
                .execute(params![job_order.as_str(), method.as_str()])?;
        }
    }
    Ok(())
}

fn set_meta(transaction: &Transaction<'_>, key: &str, value: &str) -> Result<(), JournalError> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
        .execute([key, value])?;
    Ok(())
}
