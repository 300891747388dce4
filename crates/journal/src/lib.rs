//! Keeps events: append-only, hash-chained, in SQLite.
//!
//! One folder holds one plant's journal. A [`Journal`] is the only writer, guarded by a lock; a
//! [`Reader`] sees what has been committed. Each decision is one transaction with its outbox rows. Every
//! event carries the hash of all before it, so that a changed byte of history is found ([`verify`]).

mod chain;
mod error;
mod reader;
mod record;
mod snapshot;
mod store;
mod verify;

pub use chain::{Chain, Hash};
pub use error::JournalError;
pub use reader::Reader;
pub use store::{FILE, Journal, LOCK, Loaded};
pub use verify::{Verified, verify, verify_telling};

/// An event as JSON, the way the journal keeps it: for answers that show history.
pub fn event_as_json(event: &weft_run::Event) -> serde_json::Value {
    serde_json::to_value(record::EventRecord::from(event)).unwrap_or(serde_json::Value::Null)
}

#[cfg(test)]
mod tests;
