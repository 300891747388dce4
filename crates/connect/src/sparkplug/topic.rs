//! The Sparkplug topic namespace: `spBv1.0/GROUP/VERB/NODE[/DEVICE]` and `spBv1.0/STATE/HOST`.

use std::fmt;

/// The first level of every Sparkplug B topic.
pub const NAMESPACE: &str = "spBv1.0";

/// What a Sparkplug topic says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// From or to an edge node or one of its devices.
    Edge {
        /// What kind of message.
        verb: Verb,
        /// The edge node.
        node: NodeId,
        /// The device; `None` for the node itself.
        device: Option<String>,
    },
    /// Whether a host application is online.
    State {
        /// The host application id.
        host: String,
    },
}

/// The kinds of messages, for nodes (`N…`) and devices (`D…`) alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// NBIRTH, DBIRTH.
    Birth,
    /// NDEATH, DDEATH.
    Death,
    /// NDATA, DDATA.
    Data,
    /// NCMD, DCMD.
    Command,
}

/// An edge node in its group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The group id.
    pub group: String,
    /// The edge node id.
    pub edge_node: String,
}

/// Why a text is not a Sparkplug topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// It does not begin with `spBv1.0/`.
    #[error("the topic does not begin with spBv1.0/")]
    Namespace,
    /// The message type is not one of Sparkplug's.
    #[error("the third level of the topic is not a Sparkplug message type")]
    Verb,
    /// Too few or too many levels for the message type.
    #[error("the topic has the wrong number of levels for its message type")]
    Levels,
    /// A level is empty or has characters that mean something to MQTT.
    #[error("a level of the topic is empty or holds `+`, `#` or a control character")]
    Id,
}

impl TopicError {
    /// What to do about it.
    pub fn help(self) -> &'static str {
        "publish to spBv1.0/GROUP/VERB/NODE[/DEVICE] with a VERB such as NBIRTH or DDATA, or to \
         spBv1.0/STATE/HOST"
    }
}

impl Topic {
    /// Reads a topic.
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        let mut levels = text.split('/');
        if levels.next() != Some(NAMESPACE) {
            return Err(TopicError::Namespace);
        }
        let group = levels.next().ok_or(TopicError::Levels)?;
        let verb = levels.next().ok_or(TopicError::Levels)?;
        let (edge_node, device, more) = (levels.next(), levels.next(), levels.next());
        if [Some(group), Some(verb), edge_node, device].into_iter().flatten().any(|id| !is_id(id)) {
            return Err(TopicError::Id);
        }
        // A group may not be called STATE, so there is nothing ambiguous here.
        if group == "STATE" {
            return match edge_node {
                None => Ok(Self::State { host: verb.to_owned() }),
                Some(_) => Err(TopicError::Levels),
            };
        }
        let (verb, for_device) = Verb::parse(verb).ok_or(TopicError::Verb)?;
        let edge_node = edge_node.ok_or(TopicError::Levels)?;
        if more.is_some() || device.is_some() != for_device {
            return Err(TopicError::Levels);
        }
        let node = NodeId { group: group.to_owned(), edge_node: edge_node.to_owned() };
        Ok(Self::Edge { verb, node, device: device.map(str::to_owned) })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State { host } => write!(f, "{NAMESPACE}/STATE/{host}"),
            Self::Edge { verb, node, device: None } => {
                write!(f, "{NAMESPACE}/{}/N{}/{}", node.group, verb.as_str(), node.edge_node)
            }
            Self::Edge { verb, node, device: Some(device) } => {
                let NodeId { group, edge_node } = node;
                write!(f, "{NAMESPACE}/{group}/D{}/{edge_node}/{device}", verb.as_str())
            }
        }
    }
}

impl Verb {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Birth, "BIRTH"),
        (Self::Death, "DEATH"),
        (Self::Data, "DATA"),
        (Self::Command, "CMD"),
    ];

    /// The word without the `N` or `D` before it.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(verb, _)| *verb == self).map_or("", |(_, word)| word)
    }

    /// The verb of a level such as `NBIRTH`, and whether it is about a device.
    fn parse(level: &str) -> Option<(Self, bool)> {
        let (word, for_device) = match level.strip_prefix('N') {
            Some(word) => (word, false),
            None => (level.strip_prefix('D')?, true),
        };
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(verb, _)| (*verb, for_device))
    }
}

impl NodeId {
    /// Puts the two ids together.
    pub fn new(group: impl Into<String>, edge_node: impl Into<String>) -> Self {
        Self { group: group.into(), edge_node: edge_node.into() }
    }

    /// The topic of a message about this node itself.
    pub fn topic(&self, verb: Verb) -> String {
        Topic::Edge { verb, node: self.clone(), device: None }.to_string()
    }

    /// The topic of a message about one of its devices.
    pub fn device_topic(&self, verb: Verb, device: &str) -> String {
        Topic::Edge { verb, node: self.clone(), device: Some(device.to_owned()) }.to_string()
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.group, self.edge_node)
    }
}

/// Whether a text may be a group, edge node, device or host id.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| matches!(c, '/' | '+' | '#') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_read_back_as_they_are_written() {
        for text in [
            "spBv1.0/plant/NBIRTH/hall-1",
            "spBv1.0/plant/DCMD/hall-1/冰箱 01",
            "spBv1.0/plant/DDEATH/hall-1/m1",
            "spBv1.0/STATE/weft",
        ] {
            assert_eq!(Topic::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_topic_says_why() {
        let check = |text: &str, error| assert_eq!(Topic::parse(text), Err(error), "{text}");
        check("", TopicError::Namespace);
        check("spAv1.0/plant/NBIRTH/hall", TopicError::Namespace);
        check("spBv1.0", TopicError::Levels);
        check("spBv1.0/plant", TopicError::Levels);
        check("spBv1.0/plant/NBIRTH", TopicError::Levels);
        check("spBv1.0/plant/NBIRTH/hall/m1", TopicError::Levels);
        check("spBv1.0/plant/DBIRTH/hall", TopicError::Levels);
        check("spBv1.0/plant/DBIRTH/hall/m1/x", TopicError::Levels);
        check("spBv1.0/STATE/weft/x", TopicError::Levels);
        check("spBv1.0/plant/NHELLO/hall", TopicError::Verb);
        check("spBv1.0/plant/STATE/hall", TopicError::Verb);
        check("spBv1.0/plant/NBIRTH/", TopicError::Id);
        check("spBv1.0//NBIRTH/hall", TopicError::Id);
        check("spBv1.0/pl+nt/NBIRTH/hall", TopicError::Id);
    }
}
