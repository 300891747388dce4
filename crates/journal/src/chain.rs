//! The hash chain over events.

use weft_run::Recorded;

use crate::record;

/// BLAKE3 of everything up to and including an event.
pub type Hash = [u8; 32];

/// The hash of a history that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    head: Hash,
}

impl Default for Chain {
    fn default() -> Self {
        Self { head: *blake3::hash(b"weftline journal 1").as_bytes() }
    }
}

impl Chain {
    /// Goes on from the hash of a known event.
    pub fn from_head(head: Hash) -> Self {
        Self { head }
    }

    /// Adds an event as it is kept.
    pub fn extend(&mut self, recorded: &Recorded) -> Hash {
        let body = record::encode(&recorded.event);
        self.extend_raw(recorded.sequence, recorded.at.as_millis(), body.as_bytes())
    }

    /// Adds an event by its parts: number, time in ms, JSON body.
    pub(crate) fn extend_raw(&mut self, sequence: u64, at_ms: i64, body: &[u8]) -> Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.head);
        hasher.update(&sequence.to_le_bytes());
        hasher.update(&at_ms.to_le_bytes());
        hasher.update(body);
        self.head = *hasher.finalize().as_bytes();
        self.head
    }

    /// The hash now.
    pub fn head(&self) -> Hash {
        self.head
    }

    /// The hash now, as 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        blake3::Hash::from_bytes(self.head).to_hex().to_string()
    }
}
