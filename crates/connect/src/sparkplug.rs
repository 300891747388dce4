//! Sparkplug B 3.0 as computation only: no clock, no socket, nothing spawned.
//!
//! Source: Eclipse Sparkplug specification 3.0.0; the assertion ids (`tck-id-…`) in the tests are the
//! ones of its Technology Compatibility Kit.

pub mod edge;
pub mod host;
pub mod payload;
pub mod state;
pub mod topic;
pub mod value;

use bytes::Bytes;

/// Texts from outside that we keep or hand on are cut to this.
pub(crate) const MAX_TEXT_CHARS: usize = 500;

/// The text, or as much of its beginning as we take.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The MQTT topic.
    pub topic: String,
    /// The bytes.
    pub payload: Bytes,
    /// Delivery guarantee.
    pub qos: Qos,
    /// Whether the broker keeps it for those who subscribe later.
    pub retain: bool,
}

/// The two MQTT delivery guarantees Sparkplug uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qos {
    /// At most once: births, data and commands.
    AtMostOnce,
    /// At least once: STATE and the NDEATH will.
    AtLeastOnce,
}

/// What a connection to a broker begins with: the will goes into CONNECT, then the filters are
/// subscribed to, and only then may anything be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Published by the broker when the connection is lost.
    pub will: Message,
    /// Topic filters with the guarantee to ask for.
    pub subscriptions: Vec<(String, Qos)>,
}
