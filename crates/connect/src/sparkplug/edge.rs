//! An Edge Node with devices: births, deaths, data under aliases, and commands.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use weft_model::Timestamp;

use crate::sparkplug::host::{BD_SEQ, Datum, REBIRTH};
use crate::sparkplug::payload::{Metric, Payload};
use crate::sparkplug::state::HostState;
use crate::sparkplug::topic::{NodeId, Topic, Verb};
use crate::sparkplug::value::{DataType, Value};
use crate::sparkplug::{Message, Qos, Session};

/// How an [`Edge`] behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeSettings {
    /// Who we are.
    pub node: NodeId,
    /// The host application without which we say nothing.
    pub primary_host: Option<String>,
    /// The bdSeq of the first connection; each connection counts on, 255 is followed by 0.
    pub bd_seq_start: u8,
    /// Whether metrics are born with aliases and data go under them, or under names.
    pub aliases: bool,
}

/// A metric that a device is born with.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSpec {
    /// Its name; `/` groups.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Its value at birth until it changes; `None` is null.
    pub value: Option<Value>,
    /// Whether a birth repeats the last value. Otherwise it is born with the one given here.
    pub keeps: bool,
}

/// What follows from a message, from an update or from being connected.
#[derive(Debug, Clone, PartialEq)]
pub enum EdgeOutput {
    /// To be published.
    Publish(Message),
    /// A device was introduced (again).
    Born {
        /// Its id.
        device: String,
    },
    /// A command for a device.
    Command {
        /// Its id.
        device: String,
        /// Where it came from.
        topic: String,
        /// What it says.
        metrics: Vec<Datum>,
    },
    /// Disconnect, connect again, and wait for the primary host.
    Leave {
        /// Why, for people.
        reason: String,
    },
    /// A message that could not be understood and was skipped.
    Malformed {
        /// Where it came from.
        topic: String,
        /// What is wrong.
        reason: String,
        /// What to do about it.
        help: String,
    },
}

/// The state of an Edge Node on one broker.
///
/// Call [`Edge::connect`] for the will and the subscriptions, [`Edge::connected`] when they are in
/// place, then [`Edge::receive`] for each message. Before a clean disconnect publish
/// [`Edge::disconnect`].
#[derive(Debug, Clone)]
pub struct Edge {
    settings: EdgeSettings,
    phase: Phase,
    bd_seq: Option<u8>,
    next_seq: u8,
    next_alias: u64,
    /// The newest STATE of the primary host on this connection.
    host_state: Option<HostState>,
    devices: BTreeMap<String, Device>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Offline,
    /// Connected; the primary host is not known to be online.
    Waiting,
    Born,
}

#[derive(Debug, Clone)]
struct Device {
    alive: bool,
    metrics: BTreeMap<String, Born>,
}

#[derive(Debug, Clone)]
struct Born {
    spec: MetricSpec,
    alias: u64,
    value: Option<Value>,
    at: Option<Timestamp>,
}

impl Edge {
    /// An edge node that is not connected yet, with its devices.
    pub fn new(settings: EdgeSettings, devices: Vec<(String, Vec<MetricSpec>)>) -> Self {
        let mut edge = Self {
            settings,
            phase: Phase::Offline,
            bd_seq: None,
            next_seq: 0,
            next_alias: 0,
            host_state: None,
            devices: BTreeMap::new(),
        };
        for (device, metrics) in devices {
            edge.add_device(device, metrics);
        }
        edge
    }

    /// The will and the subscriptions of a connection that is about to be made. Counts bdSeq on.
    pub fn connect(&mut self, now: Timestamp) -> Session {
        let start = self.settings.bd_seq_start;
        self.bd_seq = Some(self.bd_seq.map_or(start, |last| last.wrapping_add(1)));
        self.phase = Phase::Offline;
        self.host_state = None;
        let node = &self.settings.node;
        let mut subscriptions = vec![
            (node.topic(Verb::Command), Qos::AtLeastOnce),
            (node.device_topic(Verb::Command, "+"), Qos::AtLeastOnce),
        ];
        if let Some(host) = &self.settings.primary_host {
            let topic = Topic::State { host: host.clone() };
            subscriptions.push((topic.to_string(), Qos::AtLeastOnce));
        }
        Session { will: self.death(now), subscriptions }
    }

    /// The subscriptions are in place: births, unless there is a primary host to wait for.
    pub fn connected(&mut self, now: Timestamp) -> Vec<EdgeOutput> {
        self.phase = Phase::Waiting;
        if self.settings.primary_host.is_none() { self.births(now) } else { Vec::new() }
    }

    /// The connection is gone.
    pub fn disconnected(&mut self) {
        self.phase = Phase::Offline;
    }

    /// What to publish before a clean disconnect; `None` when nobody saw a birth.
    pub fn disconnect(&mut self, now: Timestamp) -> Option<Message> {
        let born = self.phase == Phase::Born;
        self.phase = Phase::Offline;
        born.then(|| Message { qos: Qos::AtMostOnce, ..self.death(now) })
    }

    /// A message came in.
    pub fn receive(&mut self, now: Timestamp, topic: &str, payload: &[u8]) -> Vec<EdgeOutput> {
        match Topic::parse(topic) {
            Ok(Topic::State { host }) if Some(&host) == self.settings.primary_host.as_ref() => {
                match HostState::read(payload) {
                    Ok(state) => self.hear_host(now, state),
                    Err(reason) => vec![malformed(
                        topic,
                        reason,
                        "publish {\"online\":BOOL,\"timestamp\":MILLISECONDS} as host application",
                    )],
                }
            }
            Ok(Topic::Edge { verb: Verb::Command, node, device }) if node == self.settings.node => {
                match Payload::read(payload) {
                    Ok(content) => self.hear_command(now, topic, device, content),
                    Err(error) => vec![malformed(topic, error.to_string(), error.help())],
                }
            }
            Ok(_) => Vec::new(),
            Err(error) => vec![malformed(topic, error.to_string(), error.help())],
        }
    }

    /// Values of a device: DDATA with aliases. A metric that was not born, or with another type, is
    /// added and the device born again with it. While there are no births out only the values that
    /// births repeat are kept.
    pub fn data(
        &mut self,
        now: Timestamp,
        device: &str,
        values: Vec<(String, Timestamp, Option<Value>)>,
    ) -> Vec<EdgeOutput> {
        let Some(known) = self.devices.get_mut(device) else { return Vec::new() };
        let mut metrics = Vec::with_capacity(values.len());
        let mut new = false;
        for (name, at, value) in values {
            let fits = known.metrics.get(&name).is_some_and(|born| {
                value.as_ref().is_none_or(|value| value.to_wire(born.spec.data_type).is_some())
            });
            if !fits {
                let Some(value) = &value else { continue };
                let (data_type, alias) = (value.natural_type(), self.next_alias);
                self.next_alias += 1;
                let spec = MetricSpec { name: name.clone(), data_type, value: None, keeps: true };
                known.metrics.insert(name.clone(), Born { spec, alias, value: None, at: None });
                new = true;
            }
            let Some(born) = known.metrics.get_mut(&name) else { continue };
            if born.spec.keeps {
                born.value.clone_from(&value);
                born.at = Some(at);
            }
            metrics.push(born.datum(at, value.as_ref(), self.settings.aliases));
        }
        if self.phase != Phase::Born || !known.alive || metrics.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        if new {
            self.device_birth(now, device, &mut out);
        }
        let topic = self.settings.node.device_topic(Verb::Data, device);
        let data = self.sequenced(now, topic, metrics);
        // Data before the event, so that what the caller says next comes after it.
        out.insert(usize::from(new), EdgeOutput::Publish(data));
        out
    }

    /// The device is lost: DDEATH.
    pub fn device_died(&mut self, now: Timestamp, device: &str) -> Vec<EdgeOutput> {
        let Some(known) = self.devices.get_mut(device).filter(|device| device.alive) else {
            return Vec::new();
        };
        known.alive = false;
        if self.phase != Phase::Born {
            return Vec::new();
        }
        let topic = self.settings.node.device_topic(Verb::Death, device);
        vec![EdgeOutput::Publish(self.sequenced(now, topic, Vec::new()))]
    }

    /// The device is there, again or for the first time: DBIRTH. `metrics` are those of a new one.
    pub fn device_back(
        &mut self,
        now: Timestamp,
        device: &str,
        metrics: Vec<MetricSpec>,
    ) -> Vec<EdgeOutput> {
        let mut out = Vec::new();
        match self.devices.get_mut(device) {
            Some(known) if known.alive => return out,
            Some(known) => known.alive = true,
            None => self.add_device(device.to_owned(), metrics),
        }
        if self.phase == Phase::Born {
            self.device_birth(now, device, &mut out);
        }
        out
    }

    fn add_device(&mut self, device: String, metrics: Vec<MetricSpec>) {
        let metrics = metrics
            .into_iter()
            .map(|spec| {
                let alias = self.next_alias;
                self.next_alias += 1;
                (spec.name.clone(), Born { value: spec.value.clone(), spec, alias, at: None })
            })
            .collect();
        self.devices.insert(device, Device { alive: true, metrics });
    }

    /// NBIRTH with sequence number 0, then a DBIRTH for each live device.
    fn births(&mut self, now: Timestamp) -> Vec<EdgeOutput> {
        self.phase = Phase::Born;
        self.next_seq = 0;
        let rebirth = Value::Boolean(false);
        // Neither of the two may have an alias.
        let metrics = vec![
            self.bd_seq_metric(now),
            Metric::named(REBIRTH, now, DataType::Boolean, Some(&rebirth)),
        ];
        let topic = self.settings.node.topic(Verb::Birth);
        let mut out = vec![EdgeOutput::Publish(self.sequenced(now, topic, metrics))];
        let alive: Vec<_> = self
            .devices
            .iter()
            .filter(|(_, device)| device.alive)
            .map(|(name, _)| name.clone())
            .collect();
        for device in alive {
            self.device_birth(now, &device, &mut out);
        }
        out
    }

    fn device_birth(&mut self, now: Timestamp, device: &str, out: &mut Vec<EdgeOutput>) {
        let Some(known) = self.devices.get(device) else { return };
        let aliases = self.settings.aliases;
        let metrics = known.metrics.values().map(|born| born.birth(now, aliases)).collect();
        let topic = self.settings.node.device_topic(Verb::Birth, device);
        out.push(EdgeOutput::Publish(self.sequenced(now, topic, metrics)));
        out.push(EdgeOutput::Born { device: device.to_owned() });
    }

    fn hear_host(&mut self, now: Timestamp, state: HostState) -> Vec<EdgeOutput> {
        // A late will of a former connection of the host is older than its birth.
        if self.host_state.is_some_and(|known| state.timestamp < known.timestamp) {
            return Vec::new();
        }
        self.host_state = Some(state);
        match (self.phase, state.online) {
            (Phase::Waiting, true) => self.births(now),
            (Phase::Born, false) => {
                let death = self.disconnect(now).map(EdgeOutput::Publish);
                let reason = "the primary host is offline".to_owned();
                death.into_iter().chain([EdgeOutput::Leave { reason }]).collect()
            }
            _ => Vec::new(),
        }
    }

    fn hear_command(
        &mut self,
        now: Timestamp,
        topic: &str,
        device: Option<String>,
        content: Payload,
    ) -> Vec<EdgeOutput> {
        let at = content
            .timestamp
            .and_then(|millis| i64::try_from(millis).ok())
            .map_or(now, Timestamp::from_millis);
        let Some(device) = device else {
            let rebirth = content.metrics.iter().any(|metric| {
                metric.name.as_deref() == Some(REBIRTH)
                    && metric
                        .value
                        .as_ref()
                        .and_then(|wire| Value::from_wire(DataType::Boolean, wire))
                        == Some(Value::Boolean(true))
            });
            return if rebirth && self.phase == Phase::Born {
                self.births(now)
            } else {
                Vec::new()
            };
        };
        let Some(known) = self.devices.get(&device).filter(|device| device.alive) else {
            return vec![malformed(
                topic,
                format!("there is no device `{device}` on this edge node"),
                "send commands only to devices that were born and have not died",
            )];
        };
        let mut out = Vec::new();
        let mut metrics = Vec::with_capacity(content.metrics.len());
        for metric in content.metrics {
            match known.resolve(at, metric) {
                Ok(datum) => metrics.push(datum),
                Err(reason) => out.push(malformed(
                    topic,
                    reason,
                    "command metrics by the names, aliases and data types of the DBIRTH",
                )),
            }
        }
        out.push(EdgeOutput::Command { device, topic: topic.to_owned(), metrics });
        out
    }

    fn death(&self, now: Timestamp) -> Message {
        let payload = Payload {
            timestamp: Some(now.as_millis() as u64),
            metrics: vec![self.bd_seq_metric(now)],
            ..Payload::default()
        };
        Message {
            topic: self.settings.node.topic(Verb::Death),
            payload: payload.write(),
            qos: Qos::AtLeastOnce,
            retain: false,
        }
    }

    fn bd_seq_metric(&self, now: Timestamp) -> Metric {
        let value = Value::Int(i64::from(self.bd_seq.unwrap_or(self.settings.bd_seq_start)));
        Metric::named(BD_SEQ, now, DataType::Int64, Some(&value))
    }

    fn sequenced(&mut self, now: Timestamp, topic: String, metrics: Vec<Metric>) -> Message {
        let seq = self.next_seq;
        self.next_seq = seq.wrapping_add(1);
        let payload = Payload {
            timestamp: Some(now.as_millis() as u64),
            metrics,
            seq: Some(u64::from(seq)),
            ..Payload::default()
        };
        Message { topic, payload: payload.write(), qos: Qos::AtMostOnce, retain: false }
    }
}

impl Device {
    fn resolve(&self, at: Timestamp, metric: Metric) -> Result<Datum, String> {
        let name = match (metric.name, metric.alias) {
            (Some(name), _) if !name.is_empty() => name,
            (_, Some(alias)) => self
                .metrics
                .iter()
                .find(|(_, born)| born.alias == alias)
                .map(|(name, _)| name.clone())
                .ok_or_else(|| format!("no metric was born with alias {alias}"))?,
            _ => return Err("a metric has neither name nor alias".to_owned()),
        };
        let given = metric.datatype.and_then(DataType::from_number);
        let born = self.metrics.get(&name).map(|born| born.spec.data_type);
        let data_type = given
            .or(born)
            .ok_or_else(|| format!("metric `{name}` was not born and has no type"))?;
        let value = match metric.value.filter(|_| metric.is_null != Some(true)) {
            None => None,
            Some(wire) => Some(Value::from_wire(data_type, &wire).ok_or_else(|| {
                format!("the value of metric `{name}` is not a {}", data_type.as_str())
            })?),
        };
        Ok(Datum { name, at, historical: false, value })
    }
}

impl Born {
    fn birth(&self, now: Timestamp, aliases: bool) -> Metric {
        let value = if self.spec.keeps { &self.value } else { &self.spec.value };
        let at = self.at.unwrap_or(now);
        let metric = Metric::named(&self.spec.name, at, self.spec.data_type, value.as_ref());
        Metric { alias: aliases.then_some(self.alias), ..metric }
    }

    fn datum(&self, at: Timestamp, value: Option<&Value>, aliases: bool) -> Metric {
        let metric = Metric::named(&self.spec.name, at, self.spec.data_type, value);
        if aliases { Metric { name: None, alias: Some(self.alias), ..metric } } else { metric }
    }
}

fn malformed(topic: &str, reason: impl Into<String>, help: impl Into<String>) -> EdgeOutput {
    EdgeOutput::Malformed { topic: topic.to_owned(), reason: reason.into(), help: help.into() }
}
