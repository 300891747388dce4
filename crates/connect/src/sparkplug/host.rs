//! A Host Application: who is alive, what the aliases mean, in which order messages belong, and when to
//! ask for a rebirth.

mod node;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use weft_model::{Millis, Timestamp};

use self::node::Node;
use crate::sparkplug::payload::{Metric, Payload};
use crate::sparkplug::state::HostState;
use crate::sparkplug::topic::{NAMESPACE, NodeId, Topic, Verb};
use crate::sparkplug::value::{DataType, Value};
use crate::sparkplug::{Message, Qos, Session, cut};

/// The metric that asks an edge node to introduce itself again.
pub const REBIRTH: &str = "Node Control/Rebirth";
/// The metric that ties a death to its birth.
pub const BD_SEQ: &str = "bdSeq";

/// A message on a longer topic is not read; three ids as long as a solution may have them fit.
const MAX_TOPIC_BYTES: usize = 2_000;
/// More strangers than this are not told.
const MAX_STRANGERS: usize = 1_000;

/// How a [`Host`] behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// The host application id.
    pub host_id: String,
    /// The groups to listen to.
    pub groups: BTreeSet<String>,
    /// The devices that are expected, by edge node. Only of these anything is remembered, so that
    /// whoever can publish cannot fill our memory with others.
    pub devices: BTreeMap<NodeId, BTreeSet<String>>,
    /// How long a gap in the sequence numbers may stay open, and how long after the birth of its node
    /// that of a device may take.
    pub reorder_timeout: Millis,
    /// How long after connecting a device may take to be born before it counts as dead.
    pub birth_timeout: Millis,
    /// The shortest time between two requests for rebirth to the same node.
    pub rebirth_interval: Millis,
}

/// What follows from a message or from time passing.
#[derive(Debug, Clone, PartialEq)]
pub enum HostOutput {
    /// To be published.
    Publish(Message),
    /// A device introduced itself (again), with all its metrics.
    DeviceBorn {
        /// Its edge node.
        node: NodeId,
        /// Its device id.
        device: String,
        /// When.
        at: Timestamp,
        /// What it has.
        metrics: Vec<Datum>,
    },
    /// A device said something.
    DeviceData {
        /// Its edge node.
        node: NodeId,
        /// Its device id.
        device: String,
        /// When.
        at: Timestamp,
        /// What.
        metrics: Vec<Datum>,
    },
    /// A device that was live is so no more, and its values are stale; or it was expected and did not
    /// come.
    DeviceDied {
        /// Its edge node.
        node: NodeId,
        /// Its device id.
        device: String,
        /// Why it counts as dead, for people.
        reason: &'static str,
    },
    /// A device that is not expected spoke. Told once, of the first thousand.
    Stranger {
        /// Its edge node.
        node: NodeId,
        /// Its device id.
        device: String,
    },
    /// A message, or one metric of it, that could not be understood and was skipped.
    Malformed {
        /// Where it came from.
        topic: String,
        /// What is wrong.
        reason: String,
        /// What to do about it.
        help: String,
    },
}

/// A metric with its name and type looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    /// The name as born.
    pub name: String,
    /// When it was so.
    pub at: Timestamp,
    /// Not the value of now, but one that was stored while there was no connection.
    pub historical: bool,
    /// The value; `None` is null.
    pub value: Option<Value>,
}

/// Why a command cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotLive {
    /// We have no connection to the broker.
    #[error("there is no connection to the broker")]
    NotConnected,
    /// The edge node has not introduced itself, or has died.
    #[error("its edge node has not introduced itself (no NBIRTH)")]
    Node,
    /// The device has not introduced itself, or has died.
    #[error("it has not introduced itself (no DBIRTH)")]
    Device,
}

/// The state of a Host Application on one broker.
///
/// Call [`Host::connect`] for the will and the subscriptions, [`Host::connected`] when they are in
/// place, then [`Host::receive`] for each message. [`Host::tick`] at [`Host::next_deadline`], connected or
/// not.
#[derive(Debug, Clone)]
pub struct Host {
    settings: HostSettings,
    /// The timestamp of our STATE, from the attempt to connect until the end of the connection.
    birth: Option<Timestamp>,
    /// Whether the connection has been made.
    is_connected: bool,
    /// Those with expected devices.
    nodes: BTreeMap<NodeId, Node>,
    /// Those that have been told.
    strangers: BTreeSet<(NodeId, String)>,
}

impl Host {
    /// A host that is not connected yet.
    pub fn new(settings: HostSettings) -> Self {
        let nodes = settings
            .devices
            .iter()
            .map(|(id, devices)| (id.clone(), Node::expecting(devices)))
            .collect();
        Self { settings, birth: None, is_connected: false, nodes, strangers: BTreeSet::new() }
    }

    /// The will and the subscriptions of a connection that is about to be made at `now`. From the first
    /// attempt on devices are expected: a broker that cannot be reached does not make them live.
    pub fn connect(&mut self, now: Timestamp) -> Session {
        self.birth = Some(now);
        for node in self.nodes.values_mut() {
            node.expect_births(now + self.settings.birth_timeout);
        }
        Session {
            will: self.state(HostState { online: false, timestamp: now }),
            subscriptions: vec![
                (self.state_topic(), Qos::AtLeastOnce),
                (format!("{NAMESPACE}/#"), Qos::AtMostOnce),
            ],
        }
    }

    /// What to publish once subscribed: our STATE, with the timestamp of the will, and a request for
    /// birth to each node.
    pub fn connected(&mut self, now: Timestamp) -> Vec<HostOutput> {
        let timestamp = self.birth.unwrap_or(now);
        self.birth = Some(timestamp);
        self.is_connected = true;
        let mut out = vec![HostOutput::Publish(self.state(HostState { online: true, timestamp }))];
        for node in self.nodes.values_mut() {
            node.ask_for_births(now + self.settings.birth_timeout);
        }
        self.request_rebirths(now, &mut out);
        out
    }

    /// The connection is gone: no device can be reached any more. An attempt that failed changes nothing.
    pub fn disconnected(&mut self) -> Vec<HostOutput> {
        self.birth = None;
        let mut out = Vec::new();
        if std::mem::take(&mut self.is_connected) {
            for (id, node) in &mut self.nodes {
                node.lose(id, &mut out);
            }
        }
        out
    }

    /// What to publish before a clean disconnect.
    pub fn disconnect(&self, now: Timestamp) -> Message {
        self.state(HostState { online: false, timestamp: now })
    }

    /// A message came in.
    pub fn receive(&mut self, now: Timestamp, topic: &str, payload: &Bytes) -> Vec<HostOutput> {
        let mut out = Vec::new();
        if MAX_TOPIC_BYTES < topic.len() {
            let reason = format!("the topic has more than {MAX_TOPIC_BYTES} bytes");
            return vec![malformed(&cut(topic), &reason, "use shorter ids")];
        }
        match Topic::parse(topic) {
            Ok(Topic::State { host }) if host == self.settings.host_id => {
                self.hear_own_state(topic, payload, &mut out);
            }
            Ok(Topic::State { .. } | Topic::Edge { verb: Verb::Command, .. }) => {}
            Ok(Topic::Edge { verb, node, device }) => {
                if self.settings.groups.contains(&node.group) {
                    self.hear_node(now, topic, payload, verb, &node, device, &mut out);
                }
            }
            Err(error) => {
                out.push(malformed(topic, &error.to_string(), error.help()));
            }
        }
        self.tell_strangers_once(&mut out);
        out
    }

    /// Time has passed: gaps that stayed open, births that did not come, requests that are due.
    pub fn tick(&mut self, now: Timestamp) -> Vec<HostOutput> {
        let mut out = Vec::new();
        for (id, node) in &mut self.nodes {
            node.tick(now, id, &self.settings, &mut out);
        }
        self.request_rebirths(now, &mut out);
        self.tell_strangers_once(&mut out);
        out
    }

    /// When [`Host::tick`] has something to do.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.nodes.values().filter_map(|node| node.next_deadline(&self.settings)).min()
    }

    /// A command to a live device (DCMD). Names and types go along, as some devices need them.
    pub fn command(
        &self,
        now: Timestamp,
        node: &NodeId,
        device: &str,
        metrics: Vec<(&str, DataType, Option<Value>)>,
    ) -> Result<Message, NotLive> {
        if !self.is_connected {
            return Err(NotLive::NotConnected);
        }
        let live = self.nodes.get(node).filter(|node| node.is_live()).ok_or(NotLive::Node)?;
        if !live.is_device_live(device) {
            return Err(NotLive::Device);
        }
        let metrics = metrics
            .into_iter()
            .map(|(name, data_type, value)| Metric::named(name, now, data_type, value.as_ref()))
            .collect();
        Ok(command_message(now, node.device_topic(Verb::Command, device), metrics))
    }

    fn state_topic(&self) -> String {
        Topic::State { host: self.settings.host_id.clone() }.to_string()
    }

    fn state(&self, state: HostState) -> Message {
        Message {
            topic: self.state_topic(),
            payload: state.write(),
            qos: Qos::AtLeastOnce,
            retain: true,
        }
    }

    /// The late will of our former connection, or another host under our name, says that we are
    /// offline: contradict it.
    fn hear_own_state(&mut self, topic: &str, payload: &[u8], out: &mut Vec<HostOutput>) {
        let Some(birth) = self.birth else { return };
        match HostState::read(payload) {
            Ok(HostState { online: true, .. }) => {}
            Ok(HostState { online: false, timestamp }) => {
                // The specification says the timestamp of the will. A later one only where edge nodes
                // would otherwise take ours for the older message and wait for ever.
                let timestamp = birth.max(timestamp);
                self.birth = Some(timestamp);
                out.push(HostOutput::Publish(self.state(HostState { online: true, timestamp })));
            }
            Err(reason) => out.push(malformed(
                topic,
                reason,
                "only this host publishes to its STATE topic; find out who else does",
            )),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a message, taken apart once")]
    fn hear_node(
        &mut self,
        now: Timestamp,
        topic: &str,
        payload: &Bytes,
        verb: Verb,
        id: &NodeId,
        device: Option<String>,
        out: &mut Vec<HostOutput>,
    ) {
        let Some(node) = self.nodes.get_mut(id) else {
            if let Some(device) = device.filter(|_| verb != Verb::Death) {
                out.push(HostOutput::Stranger { node: id.clone(), device });
            }
            return;
        };
        let content = match Payload::read(payload) {
            Ok(content) => content,
            Err(error) => {
                out.push(malformed(topic, &error.to_string(), error.help()));
                return;
            }
        };
        let heard = node::Heard { topic, bytes: payload, verb, device, content };
        node.hear(now, id, heard, &self.settings, out);
        if let Some(request) = node.request_rebirth(now, id, &self.settings) {
            out.push(HostOutput::Publish(request));
        }
    }

    fn request_rebirths(&mut self, now: Timestamp, out: &mut Vec<HostOutput>) {
        for (id, node) in &mut self.nodes {
            out.extend(node.request_rebirth(now, id, &self.settings).map(HostOutput::Publish));
        }
    }

    fn tell_strangers_once(&mut self, out: &mut Vec<HostOutput>) {
        out.retain(|output| match output {
            HostOutput::Stranger { node, device } => {
                self.strangers.len() < MAX_STRANGERS
                    && self.strangers.insert((node.clone(), device.clone()))
            }
            _ => true,
        });
    }
}

impl Metric {
    /// A metric with its name and type. A value that is not of the type becomes null.
    pub(crate) fn named(
        name: &str,
        at: Timestamp,
        data_type: DataType,
        value: Option<&Value>,
    ) -> Self {
        let value = value.and_then(|value| value.to_wire(data_type));
        Self {
            name: Some(name.to_owned()),
            timestamp: Some(at.as_millis() as u64),
            datatype: Some(data_type.number()),
            is_null: value.is_none().then_some(true),
            value,
            ..Self::default()
        }
    }
}

/// NCMD and DCMD: at most once, not kept, with a timestamp and without a sequence number.
fn command_message(now: Timestamp, topic: String, metrics: Vec<Metric>) -> Message {
    let payload =
        Payload { timestamp: Some(now.as_millis() as u64), metrics, ..Payload::default() };
    Message { topic, payload: payload.write(), qos: Qos::AtMostOnce, retain: false }
}

fn malformed(topic: &str, reason: &str, help: &str) -> HostOutput {
    HostOutput::Malformed { topic: topic.to_owned(), reason: cut(reason), help: help.to_owned() }
}
