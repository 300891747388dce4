//! What can be wrong with a connection so that trying again does not help.

use std::net::SocketAddr;

use crate::sparkplug::topic::is_id;

/// Why a broker, a host or an edge node could not be run at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The embedded broker got no port.
    #[error("cannot listen for MQTT on {listen}")]
    Listen {
        /// The address that was asked for.
        listen: SocketAddr,
        /// What the operating system or the broker said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The embedded broker stopped by itself while starting.
    #[error("the MQTT broker on {listen} stopped while it was starting")]
    BrokerStopped {
        /// The address it was to listen on.
        listen: SocketAddr,
    },
    /// A broker URL that cannot be used.
    #[error("`{url}` is not the URL of an MQTT broker")]
    Url {
        /// The URL as it was given.
        url: String,
    },
    /// An id that cannot be part of an MQTT topic.
    #[error("the {what} `{id}` cannot be part of a Sparkplug topic")]
    Id {
        /// Which id: "group id", "edge node id", "device id", "host id".
        what: &'static str,
        /// The id as it was given.
        id: String,
    },
    /// Two resources with the same Sparkplug address.
    #[error("resources `{first}` and `{second}` are both connected as `{address}`")]
    SameAddress {
        /// `group/edge node/device`.
        address: String,
        /// One resource.
        first: String,
        /// The other.
        second: String,
    },
}

/// Refuses an id that cannot be part of a topic.
pub(crate) fn check_id(what: &'static str, id: &str) -> Result<(), ConnectError> {
    if is_id(id) { Ok(()) } else { Err(ConnectError::Id { what, id: id.to_owned() }) }
}

impl ConnectError {
    /// A stable code, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "C001",
            Self::BrokerStopped { .. } => "C002",
            Self::Url { .. } => "C003",
            Self::Id { .. } => "C004",
            Self::SameAddress { .. } => "C005",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Listen { listen, .. } => format!(
                "another program may be listening on port {}: stop it, choose another port, or give \
                 the URL of that broker instead of starting one",
                listen.port()
            ),
            Self::BrokerStopped { .. } => {
                "start it again; if it stops again, use an external broker by its URL".to_owned()
            }
            Self::Url { .. } => {
                "write it as mqtt://HOST:PORT, for example mqtt://127.0.0.1:1883".to_owned()
            }
            Self::Id { what, .. } => {
                format!("give a {what} without `/`, `+`, `#` and control characters, not empty")
            }
            Self::SameAddress { .. } => {
                "give each resource its own device id in places.toml".to_owned()
            }
        }
    }
}
