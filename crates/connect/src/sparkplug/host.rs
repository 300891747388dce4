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
use crate::sparkplug::{Message, Qos, Session};

/// The metric that asks an edge node to introduce itself again.
pub const REBIRTH: &str = "Node Control/Rebirth";
/// The metric that ties a death to its birth.
pub const BD_SEQ: &str = "bdSeq";

/// More edge nodes than this are not listened to: whoever can publish could fill our memory.
const MAX_NODES: usize = 10_000;

/// How a [`Host`] behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// The host application id.
    pub host_id: String,
    /// The groups to listen to.
    pub groups: BTreeSet<String>,
    /// The edge nodes to ask for a birth at every connection.
    pub nodes: BTreeSet<NodeId>,
    /// How long a gap in the sequence numbers may stay open.
    pub reorder_timeout: Millis,
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
    /// A device that was live is so no more; its values are stale.
    DeviceDied {
        /// Its edge node.
        node: NodeId,
        /// Its device id.
        device: String,
        /// When we knew.
        at: Timestamp,
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
/// place, then [`Host::receive`] for each message and [`Host::tick`] at [`Host::next_deadline`].
#[derive(Debug, Clone)]
pub struct Host {
    settings: HostSettings,
    /// The timestamp of our STATE while we are connected.
    birth: Option<Timestamp>,
    nodes: BTreeMap<NodeId, Node>,
    malformed: u64,
}

impl Host {
    /// A host that is not connected yet.
    pub fn new(settings: HostSettings) -> Self {
        Self { settings, birth: None, nodes: BTreeMap::new(), malformed: 0 }
    }

    /// The will and the subscriptions of a connection that is about to be made at `now`.
    pub fn connect(&mut self, now: Timestamp) -> Session {
        self.birth = Some(now);
        Session {
            will: self.state(HostState { online: false, timestamp: now }),
            subscriptions: vec![
                (self.state_topic(), Qos::AtLeastOnce),
                (format!("{NAMESPACE}/#"), Qos::AtMostOnce),
            ],
        }
    }

    /// What to publish once subscribed: our STATE, with the timestamp of the will, and a request for
    /// birth to each configured node.
    pub fn connected(&mut self, now: Timestamp) -> Vec<HostOutput> {
        let timestamp = self.birth.unwrap_or(now);
        self.birth = Some(timestamp);
        let mut out = vec![HostOutput::Publish(self.state(HostState { online: true, timestamp }))];
        for id in &self.settings.nodes {
            self.nodes.entry(id.clone()).or_default().want_rebirth();
        }
        self.request_rebirths(now, &mut out);
        out
    }

    /// The connection is gone: nothing we knew is certain any more.
    pub fn disconnected(&mut self, now: Timestamp) -> Vec<HostOutput> {
        self.birth = None;
        let mut out = Vec::new();
        for (id, node) in std::mem::take(&mut self.nodes) {
            node.forget(&id, now, &mut out);
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
                out.push(malformed(topic, error.to_string(), error.help()));
            }
        }
        self.count_malformed(&out);
        out
    }

    /// Time has passed: gaps that stayed open, births that did not come, requests that are due.
    pub fn tick(&mut self, now: Timestamp) -> Vec<HostOutput> {
        let mut out = Vec::new();
        for (id, node) in &mut self.nodes {
            node.tick(now, id, &self.settings, &mut out);
        }
        self.request_rebirths(now, &mut out);
        self.count_malformed(&out);
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
        if self.birth.is_none() {
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

    /// Whether the node has a birth and no death since.
    pub fn is_live(&self, node: &NodeId) -> bool {
        self.nodes.get(node).is_some_and(Node::is_live)
    }

    /// Whether the device has a birth and no death since.
    pub fn is_device_live(&self, node: &NodeId, device: &str) -> bool {
        self.nodes.get(node).is_some_and(|node| node.is_live() && node.is_device_live(device))
    }

    /// How many messages and metrics were skipped since the start.
    pub fn malformed(&self) -> u64 {
        self.malformed
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
        let content = match Payload::read(payload) {
            Ok(content) => content,
            Err(error) => {
                out.push(malformed(
                    topic,
                    format!("the payload is not Sparkplug B protobuf: {error}"),
                    "publish payloads of org.eclipse.tahu.protobuf.Payload on this topic",
                ));
                return;
            }
        };
        if !self.nodes.contains_key(id) && MAX_NODES <= self.nodes.len() {
            out.push(malformed(
                topic,
                format!("there are already {MAX_NODES} edge nodes"),
                "split the plant over several brokers, or find out who invents edge nodes",
            ));
            return;
        }
        let node = self.nodes.entry(id.clone()).or_default();
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

    fn count_malformed(&mut self, out: &[HostOutput]) {
        let count =
            out.iter().filter(|output| matches!(output, HostOutput::Malformed { .. })).count();
        self.malformed += count as u64;
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

fn malformed(topic: &str, reason: impl Into<String>, help: impl Into<String>) -> HostOutput {
    HostOutput::Malformed { topic: topic.to_owned(), reason: reason.into(), help: help.into() }
}
