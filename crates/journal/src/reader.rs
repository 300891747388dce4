//! Reading what has been committed.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use weft_model::Timestamp;
use weft_run::Recorded;

use crate::chain::{Chain, Hash};
use crate::error::JournalError;
use crate::record;
use crate::store::FILE;

/// Sees committed events while another connection writes.
#[derive(Debug)]
pub struct Reader {
    pub(crate) connection: Connection,
}

impl Reader {
    /// Opens the journal in a folder for reading.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        let file = folder.join(FILE);
        if !file.is_file() {
            return Err(JournalError::Missing { folder: folder.to_owned() });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(Self { connection })
    }

    /// Up to `limit` events after the event numbered `after`, oldest first.
    pub fn events(&self, after: u64, limit: u32) -> Result<Vec<Recorded>, JournalError> {
        self.query(
            "SELECT sequence, at_ms, body FROM events WHERE sequence > ?1 ORDER BY 1 LIMIT ?2",
            params![after, limit],
        )
    }

    /// The last `limit` events up to and including `until`, oldest first.
    pub fn latest(&self, until: u64, limit: u32) -> Result<Vec<Recorded>, JournalError> {
        let mut events = self.query(
            "SELECT sequence, at_ms, body FROM events WHERE sequence <= ?1
             ORDER BY 1 DESC LIMIT ?2",
            params![until, limit],
        )?;
        events.reverse();
        Ok(events)
    }

    /// All events of an order, oldest first.
    pub fn events_of_order(&self, order: &str) -> Result<Vec<Recorded>, JournalError> {
        self.query(
            "SELECT sequence, at_ms, body FROM events WHERE order_id = ?1 ORDER BY 1",
            params![order],
        )
    }

    /// The events with these numbers, in the order asked for; numbers that do not exist are left out.
    pub fn by_sequence(&self, sequences: &[u64]) -> Result<Vec<Recorded>, JournalError> {
        let mut events = Vec::with_capacity(sequences.len());
        for sequence in sequences {
            events.extend(self.query(
                "SELECT sequence, at_ms, body FROM events WHERE sequence = ?1",
                params![sequence],
            )?);
        }
        Ok(events)
    }

    fn query(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<Recorded>, JournalError> {
        let mut query = self.connection.prepare_cached(sql)?;
        let mut rows = query.query(params)?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let (sequence, at_ms, body): (u64, i64, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let event =
                record::decode(&body).map_err(|why| JournalError::Damaged { sequence, why })?;
            events.push(Recorded { sequence, at: Timestamp::from_millis(at_ms), event });
        }
        Ok(events)
    }
}

/// Hands out every event after `from` in sequence, having checked its number, its hash and its columns.
pub(crate) fn for_each_checked(
    connection: &Connection,
    from: u64,
    chain: &mut Chain,
    each: &mut dyn FnMut(Recorded),
) -> Result<(), JournalError> {
    let mut query = connection.prepare(
        "SELECT sequence, at_ms, kind, order_id, body, hash FROM events
         WHERE sequence > ?1 ORDER BY sequence",
    )?;
    let mut rows = query.query([from])?;
    let mut expected = from;
    while let Some(row) = rows.next()? {
        expected += 1;
        let sequence: u64 = row.get(0)?;
        let damaged = |why: String| JournalError::Damaged { sequence: expected, why };
        if sequence != expected {
            return Err(damaged("it is missing".to_owned()));
        }
        let unreadable = |error: rusqlite::Error| damaged(error.to_string());
        let at_ms: i64 = row.get(1).map_err(unreadable)?;
        let kind: String = row.get(2).map_err(unreadable)?;
        let order: Option<String> = row.get(3).map_err(unreadable)?;
        let body: String = row.get(4).map_err(unreadable)?;
        let hash: Hash = row.get(5).map_err(unreadable)?;
        if chain.extend_raw(sequence, at_ms, body.as_bytes()) != hash {
            return Err(damaged(
                "its hash does not fit its content and what came before".to_owned(),
            ));
        }
        let event = record::decode(&body).map_err(damaged)?;
        if event.kind() != kind || event.order().map(|id| id.to_string()) != order {
            return Err(damaged("its columns say something else than its content".to_owned()));
        }
        each(Recorded { sequence, at: Timestamp::from_millis(at_ms), event });
    }
    Ok(())
}

/// Checks that the event a snapshot follows has the hash that the snapshot remembers.
pub(crate) fn check_snapshot_chain(
    connection: &Connection,
    sequence: u64,
    chain: &Chain,
) -> Result<(), JournalError> {
    if sequence == 0 {
        return Ok(());
    }
    let hash: Option<Hash> = connection
        .query_row("SELECT hash FROM events WHERE sequence = ?1", [sequence], |row| row.get(0))
        .optional()?;
    if hash == Some(chain.head()) {
        return Ok(());
    }
    let why = "its hash is not the one that the snapshot after it remembers".to_owned();
    Err(JournalError::Damaged { sequence, why })
}

/// Checks that history ends where it was last seen to end.
pub(crate) fn check_head(
    connection: &Connection,
    sequence: u64,
    chain: &Chain,
) -> Result<(), JournalError> {
    let meta = |key: &str| -> Result<Option<String>, JournalError> {
        Ok(connection
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
            .optional()?)
    };
    let head: u64 = meta("head_sequence")?.and_then(|head| head.parse().ok()).unwrap_or_default();
    if head != sequence {
        let (sequence, why) = if sequence < head {
            (sequence + 1, format!("it is missing; history went on to event {head}"))
        } else {
            (head + 1, format!("it was added from outside; history ended with event {head}"))
        };
        return Err(JournalError::Damaged { sequence, why });
    }
    match meta("head_hash")? {
        Some(hash) if hash != chain.to_hex() => Err(JournalError::Damaged {
            sequence,
            why: "its hash is not the one that history ended with".to_owned(),
        }),
        _ => Ok(()),
    }
}
