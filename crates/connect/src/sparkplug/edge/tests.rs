//! The edge node assertions of the Sparkplug TCK that can be asked of a state machine, with their ids,
//! and our host and edge node with each other over a bad line.

use std::collections::BTreeSet;

use proptest::prelude::*;
use weft_model::Millis;

use super::*;
use crate::sparkplug::host::{Host, HostOutput, HostSettings};
use crate::sparkplug::payload::WireValue;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn node() -> NodeId {
    NodeId::new("plant", "hall")
}

fn edge(primary_host: Option<&str>) -> Edge {
    let settings = EdgeSettings {
        node: node(),
        primary_host: primary_host.map(str::to_owned),
        bd_seq_start: 254,
        aliases: true,
    };
    let metric = |name: &str, keeps| MetricSpec {
        name: name.to_owned(),
        data_type: DataType::Double,
        value: None,
        keeps,
    };
    let metrics = vec![metric("load", true), metric("pulse", false)];
    Edge::new(settings, vec![("m1".to_owned(), metrics)])
}

fn short(out: &[EdgeOutput]) -> Vec<String> {
    out.iter()
        .map(|output| match output {
            EdgeOutput::Publish(message) => {
                let content = Payload::read(&message.payload).unwrap();
                let seq = content.seq.map_or("-".to_owned(), |seq| seq.to_string());
                format!("{} {seq}", message.topic.trim_start_matches("spBv1.0/plant/"))
            }
            EdgeOutput::Born { device } => format!("born {device}"),
            EdgeOutput::Command { device, metrics, .. } => {
                format!("command {device} {}", metrics.len())
            }
            EdgeOutput::Leave { reason } => format!("leave: {reason}"),
            EdgeOutput::Malformed { reason, .. } => format!("malformed: {reason}"),
        })
        .collect()
}

fn content(output: &EdgeOutput) -> Payload {
    let EdgeOutput::Publish(message) = output else { panic!("{output:?}") };
    Payload::read(&message.payload).unwrap()
}

fn state(edge: &mut Edge, online: bool, timestamp: i64) -> Vec<String> {
    let state = HostState { online, timestamp: at(timestamp) };
    short(&edge.receive(at(50), "spBv1.0/STATE/weft", &state.write()))
}

fn load(value: f64) -> Vec<(String, Timestamp, Option<Value>)> {
    vec![("load".to_owned(), at(9), Some(Value::Double(value)))]
}

/// tck-id-message-flow-edge-node-birth-publish-will-message with -topic, -payload, -payload-bdSeq, -qos,
/// -will-retained; tck-id-message-flow-edge-node-ncmd-subscribe; tck-id-message-flow-device-dcmd-subscribe;
/// tck-id-payloads-ndeath-bdseq, -ndeath-seq, -ndeath-will-message-qos, -ndeath-will-message-retain
#[test]
fn a_session_begins_with_a_will_and_subscriptions() {
    let Session { will, subscriptions } = edge(Some("weft")).connect(at(5));
    assert_eq!(will.topic, "spBv1.0/plant/NDEATH/hall");
    assert_eq!((will.qos, will.retain), (Qos::AtLeastOnce, false));
    let death = Payload::read(&will.payload).unwrap();
    assert_eq!(death.seq, None);
    assert_eq!(death.metrics[0].name.as_deref(), Some("bdSeq"));
    assert_eq!(death.metrics[0].datatype, Some(DataType::Int64.number()));
    let filters = [
        ("spBv1.0/plant/NCMD/hall", Qos::AtLeastOnce),
        ("spBv1.0/plant/DCMD/hall/+", Qos::AtLeastOnce),
        ("spBv1.0/STATE/weft", Qos::AtLeastOnce),
    ];
    assert_eq!(subscriptions, filters.map(|(filter, qos)| (filter.to_owned(), qos)));
}

/// tck-id-payloads-ndeath-bdseq and the bdSeq rule: one more at each connection, 255 is followed by 0.
#[test]
fn bd_seq_counts_connections_and_ties_death_to_birth() {
    let mut edge = edge(None);
    for expected in [254, 255, 0, 1] {
        let will = edge.connect(at(1)).will;
        let birth = content(&edge.connected(at(2))[0]);
        let death = Payload::read(&will.payload).unwrap();
        assert_eq!(birth.metrics[0].value, death.metrics[0].value);
        assert_eq!(birth.metrics[0].value, Some(WireValue::Long(expected)));
        edge.disconnected();
    }
}

/// tck-id-message-flow-edge-node-birth-publish-nbirth-topic, -nbirth-payload-seq, -nbirth-qos,
/// -nbirth-retained; tck-id-message-flow-device-birth-publish-nbirth-wait, -dbirth-topic,
/// -dbirth-payload-seq; tck-id-payloads-nbirth-bdseq, -nbirth-rebirth-req,
/// tck-id-operational-behavior-data-commands-rebirth-name, -rebirth-datatype, -rebirth-value,
/// -rebirth-name-aliases; tck-id-payloads-alias-birth-requirement
#[test]
fn births_come_in_order_and_list_everything() {
    let mut edge = edge(None);
    edge.connect(at(1));
    let out = edge.connected(at(2));
    assert_eq!(short(&out), ["NBIRTH/hall 0", "DBIRTH/hall/m1 1", "born m1"]);
    let EdgeOutput::Publish(message) = &out[0] else { panic!() };
    assert_eq!((message.qos, message.retain), (Qos::AtMostOnce, false));
    let birth = content(&out[0]);
    let rebirth = &birth.metrics[1];
    assert_eq!(rebirth.name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!((rebirth.datatype, rebirth.alias), (Some(11), None));
    assert_eq!(birth.metrics[0].alias, None);
    let birth = content(&out[1]);
    let aliases: BTreeSet<_> = birth.metrics.iter().filter_map(|metric| metric.alias).collect();
    assert_eq!(aliases.len(), 2);
    assert!(birth.metrics.iter().all(|metric| metric.name.is_some() && metric.datatype.is_some()));
}

/// tck-id-payloads-alias-data-cmd-requirement, tck-id-payloads-ddata-seq, -ddata-seq-inc, -ddata-qos
#[test]
fn data_go_under_their_alias_in_sequence() {
    let mut edge = edge(None);
    edge.connect(at(1));
    let birth = content(&edge.connected(at(2))[1]);
    let alias = birth.metrics.iter().find(|m| m.name.as_deref() == Some("load")).unwrap().alias;
    for seq in 2..300_u64 {
        let out = edge.data(at(3), "m1", load(0.5));
        let data = content(&out[0]);
        assert_eq!(data.seq, Some(seq % 256));
        assert_eq!((&data.metrics[0].name, data.metrics[0].alias), (&None, alias));
    }
    assert_eq!(edge.data(at(3), "nobody", load(1.0)), []);
}

#[test]
fn a_birth_repeats_the_values_that_are_kept() {
    let mut edge = edge(None);
    let pulse = |value| vec![("pulse".to_owned(), at(9), Some(Value::Double(value)))];
    assert_eq!(edge.data(at(0), "m1", load(0.25)), []);
    assert_eq!(edge.data(at(0), "m1", pulse(1.0)), []);
    edge.connect(at(1));
    let birth = content(&edge.connected(at(2))[1]);
    let value = |name: &str| {
        birth.metrics.iter().find(|m| m.name.as_deref() == Some(name)).unwrap().value.clone()
    };
    assert_eq!(value("load"), Some(WireValue::Double(0.25)));
    assert_eq!(value("pulse"), None);
}

#[test]
fn a_metric_that_was_not_born_makes_the_device_be_born_again() {
    let mut edge = edge(None);
    edge.connect(at(1));
    edge.connected(at(2));
    let speed = |value| vec![("speed".to_owned(), at(9), Some(value))];
    let out = edge.data(at(3), "m1", speed(Value::Int(3)));
    assert_eq!(short(&out), ["DBIRTH/hall/m1 2", "DDATA/hall/m1 3", "born m1"]);
    assert_eq!(short(&edge.data(at(4), "m1", speed(Value::Int(4)))), ["DDATA/hall/m1 4"]);
    // Another type is another birth.
    assert_eq!(short(&edge.data(at(4), "m1", speed(Value::Double(0.5))))[0], "DBIRTH/hall/m1 5");
}

/// tck-id-operational-behavior-device-ddeath, tck-id-payloads-ddeath-seq
#[test]
fn devices_die_and_come_back() {
    let mut edge = edge(None);
    edge.connect(at(1));
    edge.connected(at(2));
    assert_eq!(short(&edge.device_died(at(3), "m1")), ["DDEATH/hall/m1 2"]);
    assert_eq!(short(&edge.device_died(at(3), "m1")), [""; 0]);
    assert_eq!(short(&edge.data(at(3), "m1", load(1.0))), [""; 0]);
    assert_eq!(short(&edge.device_back(at(4), "m1", vec![])), ["DBIRTH/hall/m1 3", "born m1"]);
    assert_eq!(short(&edge.device_back(at(5), "m2", vec![])), ["DBIRTH/hall/m2 4", "born m2"]);
}

/// tck-id-operational-behavior-data-commands-ncmd-rebirth-action-1, -action-2, -action-3
#[test]
fn a_request_for_rebirth_is_answered_with_all_births() {
    let mut edge = edge(None);
    let request = |value| {
        let value = Value::Boolean(value);
        let metrics = vec![Metric::named(REBIRTH, at(1), DataType::Boolean, Some(&value))];
        Payload { timestamp: Some(1), metrics, ..Payload::default() }.write()
    };
    let topic = "spBv1.0/plant/NCMD/hall";
    assert_eq!(short(&edge.receive(at(1), topic, &request(true))), [""; 0]);
    edge.connect(at(1));
    let bd_seq = |out: &[EdgeOutput]| content(&out[0]).metrics[0].value.clone();
    let first = edge.connected(at(2));
    edge.data(at(3), "m1", load(1.0));
    let again = edge.receive(at(4), topic, &request(true));
    assert_eq!(short(&again), ["NBIRTH/hall 0", "DBIRTH/hall/m1 1", "born m1"]);
    assert_eq!(bd_seq(&again), bd_seq(&first));
    assert_eq!(short(&edge.receive(at(5), topic, &request(false))), [""; 0]);
}

/// tck-id-message-flow-edge-node-birth-publish-phid-wait, -phid-wait-id, -phid-wait-online,
/// -phid-wait-timestamp, -phid-offline; tck-id-operational-behavior-edge-node-birth-sequence-wait;
/// tck-id-operational-behavior-edge-node-termination-host-offline, -host-offline-timestamp,
/// -host-offline-reconnect
#[test]
fn with_a_primary_host_births_wait_for_it_and_end_with_it() {
    let mut edge = edge(Some("weft"));
    edge.connect(at(1));
    assert_eq!(edge.connected(at(2)), []);
    assert_eq!(edge.data(at(2), "m1", load(1.0)), []);
    let other = HostState { online: true, timestamp: at(9) }.write();
    assert_eq!(edge.receive(at(3), "spBv1.0/STATE/other", &other), []);
    assert_eq!(state(&mut edge, false, 10), [""; 0]);
    assert_eq!(state(&mut edge, true, 9), [""; 0]);
    assert_eq!(state(&mut edge, true, 10), ["NBIRTH/hall 0", "DBIRTH/hall/m1 1", "born m1"]);
    assert_eq!(state(&mut edge, true, 11), [""; 0]);
    assert_eq!(state(&mut edge, false, 10), [""; 0]);
    assert_eq!(
        state(&mut edge, false, 11),
        ["NDEATH/hall -", "leave: the primary host is offline"]
    );
    assert_eq!(edge.data(at(12), "m1", load(1.0)), []);
    // The next connection judges timestamps anew: the clock of the host may have been set back.
    edge.connect(at(60));
    edge.connected(at(61));
    assert_eq!(state(&mut edge, true, 5).len(), 3);
}

/// tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath
#[test]
fn a_clean_end_says_so_if_there_was_a_birth() {
    let mut edge = edge(None);
    edge.connect(at(1));
    assert_eq!(edge.disconnect(at(1)), None);
    edge.connect(at(1));
    edge.connected(at(2));
    let death = edge.disconnect(at(3)).unwrap();
    assert_eq!(death.topic, "spBv1.0/plant/NDEATH/hall");
    assert_eq!(edge.data(at(4), "m1", load(1.0)), []);
}

#[test]
fn commands_are_read_by_name_or_alias_and_what_is_wrong_is_told() {
    let mut edge = edge(None);
    edge.connect(at(1));
    edge.connected(at(2));
    let command = |edge: &mut Edge, device: &str, metrics: Vec<Metric>| {
        let bytes = Payload { timestamp: Some(1), metrics, ..Payload::default() }.write();
        short(&edge.receive(at(3), &format!("spBv1.0/plant/DCMD/hall/{device}"), &bytes))
    };
    let named = Metric::named("load", at(1), DataType::Double, Some(&Value::Double(1.0)));
    let alias = Metric { name: None, alias: Some(0), datatype: None, ..named.clone() };
    let unknown = Metric { name: None, alias: Some(99), ..named.clone() };
    let wrong = Metric { datatype: Some(12), ..named.clone() };
    assert_eq!(command(&mut edge, "m1", vec![named.clone(), alias]), ["command m1 2"]);
    let out = command(&mut edge, "m1", vec![unknown, wrong, named.clone()]);
    assert_eq!(out.len(), 3);
    assert_eq!(out[2], "command m1 1");
    assert!(command(&mut edge, "m9", vec![named])[0].starts_with("malformed"));
}

/// A host and an edge node with each other, over lines that lose and double messages.
struct World {
    now: i64,
    host: Host,
    edge: Edge,
    /// What the host made of it.
    heard: Option<f64>,
    born: bool,
}

impl World {
    fn new() -> Self {
        let mut host = Host::new(HostSettings {
            host_id: "weft".to_owned(),
            groups: ["plant".to_owned()].into(),
            devices: [(node(), ["m1".to_owned()].into())].into(),
            reorder_timeout: Millis::new(1_000),
            birth_timeout: Millis::new(3_000),
            rebirth_interval: Millis::new(2_000),
        });
        let mut edge = edge(None);
        host.connect(at(0));
        edge.connect(at(0));
        Self { now: 0, host, edge, heard: None, born: false }
    }

    /// `fates` say of each message whether it is lost (0), doubled (1) or arrives.
    fn run(
        &mut self,
        mut host: Vec<HostOutput>,
        mut edge: Vec<EdgeOutput>,
        fates: &mut dyn FnMut() -> u8,
    ) {
        while !host.is_empty() || !edge.is_empty() {
            for output in std::mem::take(&mut edge) {
                let EdgeOutput::Publish(message) = output else { continue };
                let times = [0, 2].get(usize::from(fates())).copied().unwrap_or(1);
                for _ in 0..times {
                    host.extend(self.host.receive(at(self.now), &message.topic, &message.payload));
                }
            }
            for output in std::mem::take(&mut host) {
                match output {
                    HostOutput::Publish(message) => {
                        let times = [0, 2].get(usize::from(fates())).copied().unwrap_or(1);
                        for _ in 0..times {
                            let (topic, payload) = (&message.topic, &message.payload);
                            edge.extend(self.edge.receive(at(self.now), topic, payload));
                        }
                    }
                    HostOutput::DeviceBorn { metrics, .. } => {
                        self.born = true;
                        self.hear(&metrics);
                    }
                    HostOutput::DeviceData { metrics, .. } => self.hear(&metrics),
                    HostOutput::DeviceDied { .. } => self.born = false,
                    HostOutput::Malformed { reason, .. } => panic!("{reason}"),
                    HostOutput::Stranger { device, .. } => panic!("{device}"),
                }
            }
        }
    }

    fn hear(&mut self, metrics: &[Datum]) {
        for datum in metrics.iter().filter(|datum| datum.name == "load") {
            self.heard = datum.value.as_ref().and_then(Value::as_f64);
        }
    }

    fn step(&mut self, value: f64, fates: &mut dyn FnMut() -> u8) {
        self.now += 300;
        let data = self.edge.data(at(self.now), "m1", load(value));
        self.run(Vec::new(), data, fates);
        let ticked = self.host.tick(at(self.now));
        self.run(ticked, Vec::new(), fates);
    }
}

proptest! {
    /// Whatever was lost or doubled: once the line is good, the host knows the device and its value.
    #[test]
    fn a_bad_line_heals(fates in prop::collection::vec(0..6_u8, 0..200)) {
        let mut fates = fates.into_iter();
        let mut world = World::new();
        let births = world.edge.connected(at(0));
        let asked = world.host.connected(at(0));
        let mut bad = || fates.next().unwrap_or(9);
        world.run(asked, births, &mut bad);
        for step in 0..60 {
            world.step(f64::from(step), &mut bad);
        }
        // Up to 64 intervals between requests.
        for step in 0..600 {
            world.step(f64::from(step), &mut || 9);
        }
        prop_assert!(world.born);
        prop_assert!(world.host.command(at(world.now), &node(), "m1", vec![]).is_ok());
        prop_assert_eq!(world.heard, Some(599.0));
    }

    #[test]
    fn any_topic_and_any_bytes_are_survived(
        topic in ".{0,30}",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut edge = edge(Some("weft"));
        edge.connect(at(1));
        edge.connected(at(1));
        state(&mut edge, true, 1);
        edge.receive(at(1), &topic, &bytes);
        edge.receive(at(1), "spBv1.0/STATE/weft", &bytes);
        edge.receive(at(1), "spBv1.0/plant/NCMD/hall", &bytes);
        edge.receive(at(1), "spBv1.0/plant/DCMD/hall/m1", &bytes);
    }
}

/// The other way round: what is lost while nobody listens comes with the birth.
#[test]
fn a_gap_heals_with_a_rebirth() {
    let mut world = World::new();
    let births = world.edge.connected(at(0));
    let asked = world.host.connected(at(0));
    world.run(asked, births, &mut || 9);
    world.step(1.0, &mut || 0);
    assert_eq!(world.heard, None);
    world.step(2.0, &mut || 9);
    for _ in 0..8 {
        world.step(3.0, &mut || 9);
    }
    assert_eq!(world.heard, Some(3.0));
    assert_eq!(world.host.next_deadline(), None);
}
