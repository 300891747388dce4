//! One edge node as a host sees it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use weft_model::{Millis, Timestamp};

use super::{BD_SEQ, Datum, HostOutput, HostSettings, REBIRTH, command_message, malformed};
use crate::sparkplug::Message;
use crate::sparkplug::payload::{Metric, Payload};
use crate::sparkplug::topic::{NodeId, Verb};
use crate::sparkplug::value::{DataType, Value};

/// Messages before their turn may have this many bytes together; beyond it the gap is given up.
const MAX_EARLY_BYTES: usize = 4 * 1024 * 1024;
/// Why a device is dead whose death was heard.
const GONE: &str = "its connection is gone";
/// The interval between requests doubles this often at most.
const MAX_DOUBLINGS: u32 = 6;

/// What we know of an edge node.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// The bdSeq of the last NBIRTH while the node is live.
    live: Option<u64>,
    next_seq: u8,
    metrics: Metrics,
    /// Those that are expected, and no others.
    devices: BTreeMap<String, Device>,
    /// Messages that came before their turn, by sequence number.
    early: BTreeMap<u8, Early>,
    /// By when the births of devices are due, while there are such.
    births_due: Option<Timestamp>,
    /// Since when the sequence has a gap.
    gap_since: Option<Timestamp>,
    /// The message before the next one, to recognise it when it comes twice.
    last: Option<(String, Bytes)>,
    rebirth: Rebirth,
}

/// A message taken apart.
pub(super) struct Heard<'a> {
    pub(super) topic: &'a str,
    pub(super) bytes: &'a Bytes,
    pub(super) verb: Verb,
    pub(super) device: Option<String>,
    pub(super) content: Payload,
}

/// What is kept of a message until its turn: not its content, which can be many times as large.
#[derive(Debug, Clone)]
struct Early {
    topic: String,
    bytes: Bytes,
    verb: Verb,
    device: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Device {
    life: Life,
    metrics: Metrics,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Life {
    Live,
    /// Its birth is due: we have connected, or its node was born again.
    Expected,
    #[default]
    Dead,
}

/// The names and types of a birth.
#[derive(Debug, Clone, Default)]
struct Metrics {
    types: BTreeMap<String, DataType>,
    aliases: BTreeMap<u64, String>,
}

#[derive(Debug, Clone, Default)]
struct Rebirth {
    wanted: bool,
    last_request: Option<Timestamp>,
    /// Requests since the last birth.
    tries: u32,
}

impl Node {
    /// A node of which nothing is known yet, with the devices it should have.
    pub(super) fn expecting(devices: &BTreeSet<String>) -> Self {
        let device = Device { life: Life::Expected, metrics: Metrics::default() };
        let devices = devices.iter().map(|name| (name.clone(), device.clone())).collect();
        Self { devices, ..Self::default() }
    }

    pub(super) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    pub(super) fn is_device_live(&self, device: &str) -> bool {
        self.devices.get(device).is_some_and(|device| device.life == Life::Live)
    }

    /// Devices that have not been born by `due` are dead, unless there is an earlier date.
    pub(super) fn expect_births(&mut self, due: Timestamp) {
        if self.devices.values().any(|device| device.life == Life::Expected) {
            self.births_due.get_or_insert(due);
        }
    }

    /// There is a connection: births are asked for and due anew.
    pub(super) fn ask_for_births(&mut self, due: Timestamp) {
        self.births_due = None;
        self.expect_births(due);
        self.want_rebirth();
    }

    /// Notes that a rebirth is to be asked for; [`Node::request_rebirth`] does it when it may.
    fn want_rebirth(&mut self) {
        self.rebirth.wanted = true;
    }

    /// The request for rebirth, if one is wanted and due.
    pub(super) fn request_rebirth(
        &mut self,
        now: Timestamp,
        id: &NodeId,
        settings: &HostSettings,
    ) -> Option<Message> {
        self.rebirth.due(settings).filter(|due| *due <= now)?;
        self.rebirth.last_request = Some(now);
        self.rebirth.tries = self.rebirth.tries.saturating_add(1);
        let metric = Metric::named(REBIRTH, now, DataType::Boolean, Some(&Value::Boolean(true)));
        Some(command_message(now, id.topic(Verb::Command), vec![metric]))
    }

    pub(super) fn next_deadline(&self, settings: &HostSettings) -> Option<Timestamp> {
        let gap = self.gap_since.map(|since| since + settings.reorder_timeout);
        [gap, self.births_due, self.rebirth.due(settings)].into_iter().flatten().min()
    }

    pub(super) fn tick(
        &mut self,
        now: Timestamp,
        id: &NodeId,
        settings: &HostSettings,
        out: &mut Vec<HostOutput>,
    ) {
        if self.births_due.is_some_and(|due| due <= now) {
            self.births_due = None;
            for (name, device) in &mut self.devices {
                if device.life == Life::Expected {
                    device.die(id, name, "it has not connected", out);
                }
            }
        }
        if self.gap_since.is_some_and(|since| since + settings.reorder_timeout <= now) {
            self.give_up_gap(now, id, out);
        }
    }

    /// The connection is gone: none of its devices can be reached.
    pub(super) fn lose(&mut self, id: &NodeId, out: &mut Vec<HostOutput>) {
        self.devices_die(id, "the broker cannot be reached", out);
        *self = Self { devices: std::mem::take(&mut self.devices), ..Self::default() };
    }

    fn devices_die(&mut self, id: &NodeId, reason: &'static str, out: &mut Vec<HostOutput>) {
        for (name, device) in &mut self.devices {
            device.die(id, name, reason, out);
        }
    }

    pub(super) fn hear(
        &mut self,
        now: Timestamp,
        id: &NodeId,
        heard: Heard<'_>,
        settings: &HostSettings,
        out: &mut Vec<HostOutput>,
    ) {
        match (heard.verb, &heard.device) {
            (Verb::Birth, None) => self.node_birth(now, &heard, settings, out),
            (Verb::Death, None) => self.node_death(id, &heard, out),
            _ if self.live.is_none() => self.want_rebirth(),
            _ => self.in_sequence(now, id, heard, out),
        }
    }

    fn node_birth(
        &mut self,
        now: Timestamp,
        heard: &Heard<'_>,
        settings: &HostSettings,
        out: &mut Vec<HostOutput>,
    ) {
        let Some(bd_seq) = bd_seq(&heard.content) else {
            out.push(malformed(
                heard.topic,
                "NBIRTH without a whole number as metric `bdSeq`",
                "put the bdSeq of the NDEATH will into the NBIRTH",
            ));
            return;
        };
        let Some(seq) = seq(&heard.content) else {
            out.push(bad_seq(heard.topic));
            return;
        };
        self.live = Some(bd_seq);
        self.next_seq = seq.wrapping_add(1);
        self.early.clear();
        self.gap_since = None;
        self.last = Some((heard.topic.to_owned(), heard.bytes.clone()));
        self.rebirth.wanted = false;
        self.rebirth.tries = 0;
        self.metrics = Metrics::born(heard.topic, &heard.content, out);
        // Births of the devices follow. Calling them dead in between would make a plan jump for
        // nothing.
        self.births_due = None;
        for device in self.devices.values_mut() {
            if device.life != Life::Dead {
                device.life = Life::Expected;
                self.births_due = Some(now + settings.reorder_timeout);
            }
        }
    }

    fn node_death(&mut self, id: &NodeId, heard: &Heard<'_>, out: &mut Vec<HostOutput>) {
        let Some(bd_seq) = bd_seq(&heard.content) else {
            out.push(malformed(
                heard.topic,
                "NDEATH without a whole number as metric `bdSeq`",
                "put the bdSeq of the NBIRTH into the NDEATH will",
            ));
            return;
        };
        // The late will of a former connection says nothing about this one, and nothing about a node that
        // we have just asked for its birth.
        if self.live != Some(bd_seq) {
            return;
        }
        self.live = None;
        self.early.clear();
        self.gap_since = None;
        self.last = None;
        self.births_due = None;
        self.metrics = Metrics::default();
        self.rebirth.wanted = false;
        self.devices_die(id, GONE, out);
    }

    fn in_sequence(
        &mut self,
        now: Timestamp,
        id: &NodeId,
        heard: Heard<'_>,
        out: &mut Vec<HostOutput>,
    ) {
        let Some(seq) = seq(&heard.content) else {
            out.push(bad_seq(heard.topic));
            return;
        };
        if seq == self.next_seq {
            self.apply(now, id, heard, out);
            let mut followed = false;
            while let Some(next) = self.early.remove(&self.next_seq) {
                self.apply_early(now, id, &next, out);
                followed = true;
            }
            if self.early.is_empty() {
                self.gap_since = None;
            } else if followed {
                self.gap_since = Some(now);
            }
            return;
        }
        let before = self.next_seq.wrapping_sub(1);
        let came_twice = seq == before
            && self
                .last
                .as_ref()
                .is_some_and(|last| last.0 == heard.topic && last.1 == heard.bytes);
        if !came_twice {
            let Heard { topic, bytes, verb, device, .. } = heard;
            let early = Early { topic: topic.to_owned(), bytes: bytes.clone(), verb, device };
            self.early.insert(seq, early);
            self.gap_since.get_or_insert(now);
            let waiting: usize = self.early.values().map(|early| early.bytes.len()).sum();
            if MAX_EARLY_BYTES < waiting {
                self.give_up_gap(now, id, out);
            }
        }
    }

    /// The missing messages did not come: go on with what there is and ask for everything anew.
    ///
    /// A birth may be among the missing ones, so an alias could mean something else by now.
    fn give_up_gap(&mut self, now: Timestamp, id: &NodeId, out: &mut Vec<HostOutput>) {
        self.gap_since = None;
        self.want_rebirth();
        self.metrics.aliases.clear();
        for device in self.devices.values_mut() {
            device.metrics.aliases.clear();
        }
        let first = self.next_seq;
        let mut early: Vec<_> = std::mem::take(&mut self.early).into_iter().collect();
        early.sort_by_key(|(seq, _)| seq.wrapping_sub(first));
        for (seq, message) in early {
            self.next_seq = seq;
            self.apply_early(now, id, &message, out);
        }
    }

    fn apply_early(
        &mut self,
        now: Timestamp,
        id: &NodeId,
        message: &Early,
        out: &mut Vec<HostOutput>,
    ) {
        // It was read before, when it came.
        let Ok(content) = Payload::read(&message.bytes) else { return };
        let Early { topic, bytes, verb, device } = message;
        let heard = Heard { topic, bytes, verb: *verb, device: device.clone(), content };
        self.apply(now, id, heard, out);
    }

    /// Takes a device's birth, data or death, or the node's data, whose turn it is.
    fn apply(&mut self, now: Timestamp, id: &NodeId, heard: Heard<'_>, out: &mut Vec<HostOutput>) {
        self.next_seq = self.next_seq.wrapping_add(1);
        let Heard { topic, bytes, verb, device, content } = heard;
        self.last = Some((topic.to_owned(), bytes.clone()));
        let at = time(content.timestamp).unwrap_or(now);
        let Some(name) = device else {
            // Metrics of the node itself belong to no resource; only what does not fit matters.
            let (_, known) = self.metrics.resolve(topic, at, content.metrics, out);
            if !known {
                self.want_rebirth();
            }
            return;
        };
        let Some(device) = self.devices.get_mut(&name) else {
            if verb == Verb::Birth {
                out.push(HostOutput::Stranger { node: id.clone(), device: name });
            }
            return;
        };
        match verb {
            Verb::Birth => {
                let metrics = Metrics::born(topic, &content, out);
                let (data, _) = metrics.resolve(topic, at, content.metrics, out);
                *device = Device { life: Life::Live, metrics };
                self.forget_births_that_came();
                let node = id.clone();
                out.push(HostOutput::DeviceBorn { node, device: name, at, metrics: data });
            }
            Verb::Death => {
                device.die(id, &name, GONE, out);
                self.forget_births_that_came();
            }
            Verb::Data if device.life == Life::Live => {
                let (metrics, known) = device.metrics.resolve(topic, at, content.metrics, out);
                if !known {
                    self.want_rebirth();
                }
                let node = id.clone();
                out.push(HostOutput::DeviceData { node, device: name, at, metrics });
            }
            Verb::Data => self.want_rebirth(),
            Verb::Command => {}
        }
    }

    fn forget_births_that_came(&mut self) {
        if !self.devices.values().any(|device| device.life == Life::Expected) {
            self.births_due = None;
        }
    }
}

impl Device {
    /// Tells its death, unless it is dead already.
    fn die(&mut self, id: &NodeId, name: &str, reason: &'static str, out: &mut Vec<HostOutput>) {
        if std::mem::take(self).life != Life::Dead {
            out.push(HostOutput::DeviceDied { node: id.clone(), device: name.to_owned(), reason });
        }
    }
}

impl Metrics {
    /// The tables of a birth. Metrics without name or known type are left out and told.
    fn born(topic: &str, content: &Payload, out: &mut Vec<HostOutput>) -> Self {
        let mut metrics = Self::default();
        for metric in &content.metrics {
            let Some(name) = &metric.name else {
                out.push(malformed(
                    topic,
                    "a metric of a birth has no name",
                    "give each metric of a birth its name; aliases alone are for data",
                ));
                continue;
            };
            let Some(data_type) = metric.datatype.and_then(DataType::from_number) else {
                out.push(malformed(
                    topic,
                    &format!("metric `{name}` of a birth has no known data type"),
                    "give each metric of a birth its Sparkplug data type",
                ));
                continue;
            };
            metrics.types.insert(name.clone(), data_type);
            if let Some(alias) = metric.alias {
                metrics.aliases.insert(alias, name.clone());
            }
        }
        metrics
    }

    /// Looks up names, types and times. The second part says whether all of them were known.
    fn resolve(
        &self,
        topic: &str,
        at: Timestamp,
        metrics: Vec<Metric>,
        out: &mut Vec<HostOutput>,
    ) -> (Vec<Datum>, bool) {
        let mut known = true;
        let mut data = Vec::with_capacity(metrics.len());
        for metric in metrics {
            let name = match (metric.name, metric.alias) {
                // An empty name beside an alias is what some encoders make of no name.
                (Some(name), alias) if !name.is_empty() || alias.is_none() => name,
                (_, alias) => {
                    // A birth has told it already when a metric has neither name nor alias.
                    let Some(name) = alias.and_then(|alias| self.aliases.get(&alias)) else {
                        known = false;
                        continue;
                    };
                    name.clone()
                }
            };
            let given = metric.datatype.and_then(DataType::from_number);
            let Some(data_type) = given.or_else(|| self.types.get(&name).copied()) else {
                known = false;
                continue;
            };
            let wire = metric.value.filter(|_| metric.is_null != Some(true));
            let value = wire.as_ref().and_then(|wire| Value::from_wire(data_type, wire));
            if wire.is_some() && value.is_none() {
                out.push(malformed(
                    topic,
                    &format!("the value of metric `{name}` is not a {}", data_type.as_str()),
                    "send the value in the field and range of its data type",
                ));
                continue;
            }
            data.push(Datum {
                name,
                at: time(metric.timestamp).unwrap_or(at),
                historical: metric.is_historical == Some(true),
                value,
            });
        }
        (data, known)
    }
}

impl Rebirth {
    /// When the next request may go out, while one is wanted.
    fn due(&self, settings: &HostSettings) -> Option<Timestamp> {
        if !self.wanted {
            return None;
        }
        let Some(last) = self.last_request else { return Some(Timestamp::from_millis(i64::MIN)) };
        let doublings = self.tries.saturating_sub(1).min(MAX_DOUBLINGS);
        let interval = settings.rebirth_interval.max(Millis::new(1));
        Some(last + interval.times(1 << doublings))
    }
}

fn bad_seq(topic: &str) -> HostOutput {
    malformed(
        topic,
        "the payload has no `seq` from 0 to 255",
        "number births, data and device deaths 0 to 255, NBIRTH with 0",
    )
}

fn bd_seq(content: &Payload) -> Option<u64> {
    let metric = content.metrics.iter().find(|metric| metric.name.as_deref() == Some(BD_SEQ))?;
    let data_type = metric.datatype.and_then(DataType::from_number).unwrap_or(DataType::UInt64);
    match Value::from_wire(data_type, metric.value.as_ref()?)? {
        Value::Int(value) => u64::try_from(value).ok(),
        Value::UInt(value) => Some(value),
        _ => None,
    }
}

fn seq(content: &Payload) -> Option<u8> {
    u8::try_from(content.seq?).ok()
}

/// A time from the wire; nonsense beyond what a [`Timestamp`] holds is no time.
fn time(millis: Option<u64>) -> Option<Timestamp> {
    let millis = i64::try_from(millis?).ok()?;
    Some(Timestamp::from_millis(millis)).filter(|at| *at <= Timestamp::MAX)
}
