//! The host assertions of the Sparkplug TCK that can be asked of a state machine, with their ids, and
//! properties over random messages.

use proptest::prelude::*;
use weft_model::{Millis, Timestamp};

use super::*;
use crate::sparkplug::payload::WireValue;

const NODE: (&str, &str) = ("plant", "hall");

fn node() -> NodeId {
    NodeId::new(NODE.0, NODE.1)
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn settings() -> HostSettings {
    HostSettings {
        host_id: "weft".to_owned(),
        groups: [NODE.0.to_owned()].into(),
        devices: [(node(), ["m1".to_owned()].into())].into(),
        reorder_timeout: Millis::new(1_000),
        birth_timeout: Millis::new(3_000),
        rebirth_interval: Millis::new(5_000),
    }
}

/// A host that has been connected for long enough to ask for a rebirth again, but has not looked around.
fn connected() -> Host {
    let mut host = Host::new(settings());
    host.connect(at(-100_000));
    host.connected(at(-100_000));
    host
}

fn is_live(host: &Host, node: &NodeId) -> bool {
    host.command(at(0), node, "", vec![]) != Err(NotLive::Node)
}

fn is_device_live(host: &Host, node: &NodeId, device: &str) -> bool {
    host.command(at(0), node, device, vec![]).is_ok()
}

fn metric(name: &str, data_type: DataType, value: &Value) -> Metric {
    Metric::named(name, at(7), data_type, Some(value))
}

fn bd_seq(value: i64) -> Metric {
    metric(BD_SEQ, DataType::Int64, &Value::Int(value))
}

fn payload(seq: Option<u64>, metrics: Vec<Metric>) -> Bytes {
    Payload { timestamp: Some(7), metrics, seq, ..Payload::default() }.write()
}

/// What the plant says, in short.
enum Say {
    NBirth(i64),
    NDeath(i64),
    NData(u64),
    DBirth(u64),
    DDeath(u64),
    /// With the metric `load`.
    DData(u64),
    /// With the alias of `load`.
    Alias(u64, u64),
}

fn say(host: &mut Host, now: i64, what: &Say) -> Vec<String> {
    let load = || metric("load", DataType::Double, &Value::Double(0.5));
    let (verb, device, bytes) = match *what {
        Say::NBirth(bd) => (Verb::Birth, None, payload(Some(0), vec![bd_seq(bd)])),
        Say::NDeath(bd) => (Verb::Death, None, payload(None, vec![bd_seq(bd)])),
        Say::NData(seq) => (Verb::Data, None, payload(Some(seq), vec![])),
        Say::DBirth(seq) => {
            let load = Metric { alias: Some(3), ..load() };
            (Verb::Birth, Some("m1"), payload(Some(seq), vec![load]))
        }
        Say::DDeath(seq) => (Verb::Death, Some("m1"), payload(Some(seq), vec![])),
        Say::DData(seq) => (Verb::Data, Some("m1"), payload(Some(seq), vec![load()])),
        Say::Alias(seq, alias) => {
            let value = Some(WireValue::Double(0.5));
            let metric = Metric { alias: Some(alias), value, ..Metric::default() };
            (Verb::Data, Some("m1"), payload(Some(seq), vec![metric]))
        }
    };
    let topic = Topic::Edge { verb, node: node(), device: device.map(str::to_owned) };
    host.receive(at(now), &topic.to_string(), &bytes).iter().map(short).collect()
}

fn short(output: &HostOutput) -> String {
    let names = |metrics: &[Datum]| {
        let names: Vec<_> = metrics.iter().map(|datum| datum.name.as_str()).collect();
        names.join(",")
    };
    match output {
        HostOutput::Publish(message) => format!("publish {}", message.topic),
        HostOutput::DeviceBorn { device, metrics, .. } => {
            format!("born {device} {}", names(metrics))
        }
        HostOutput::DeviceData { device, metrics, .. } => {
            format!("data {device} {}", names(metrics))
        }
        HostOutput::DeviceDied { device, .. } => format!("died {device}"),
        HostOutput::Stranger { node, device } => format!("stranger {node}/{device}"),
        HostOutput::Malformed { reason, .. } => format!("malformed: {reason}"),
    }
}

/// Says all of it, one message each 10 ms from `from`, and compares what follows from the last one.
fn check(host: &mut Host, from: i64, said: &[Say], expected: &[&str]) {
    let mut last = Vec::new();
    for (index, what) in said.iter().enumerate() {
        last = say(host, from + 10 * index as i64, what);
    }
    assert_eq!(last, expected);
}

fn ticked(host: &mut Host, now: i64) -> Vec<String> {
    host.tick(at(now)).iter().map(short).collect()
}

const REBIRTH_REQUEST: &str = "publish spBv1.0/plant/NCMD/hall";

/// tck-id-host-topic-phid-death-topic, -death-payload, -death-qos, -death-retain,
/// -death-payload-timestamp-connect; tck-id-host-topic-phid-birth-topic, -birth-payload, -birth-qos,
/// -birth-retain, -birth-payload-timestamp, -birth-sub-required;
/// tck-id-operational-behavior-host-application-connect-will and -connect-birth with all their parts;
/// tck-id-message-flow-phid-sparkplug-subscription, -state-publish, -state-publish-payload-timestamp
#[test]
fn a_session_begins_with_will_subscriptions_and_birth_of_one_timestamp() {
    let mut host = Host::new(settings());
    let Session { will, subscriptions } = host.connect(at(1_000));
    assert_eq!(will.topic, "spBv1.0/STATE/weft");
    assert_eq!(will.payload, r#"{"online":false,"timestamp":1000}"#);
    assert_eq!((will.qos, will.retain), (Qos::AtLeastOnce, true));
    let filters: Vec<_> = subscriptions.iter().map(|(filter, _)| filter.as_str()).collect();
    assert_eq!(filters, ["spBv1.0/STATE/weft", "spBv1.0/#"]);
    let out = host.connected(at(2_000));
    let [HostOutput::Publish(birth), ..] = out.as_slice() else { panic!("{out:?}") };
    assert_eq!(birth.topic, will.topic);
    assert_eq!(birth.payload, r#"{"online":true,"timestamp":1000}"#);
    assert_eq!((birth.qos, birth.retain), (Qos::AtLeastOnce, true));
}

/// tck-id-host-topic-phid-death-required, -death-payload-timestamp-disconnect-clean;
/// tck-id-operational-behavior-host-application-termination, -death-topic, -death-payload, -death-qos,
/// -death-retained, -disconnect-intentional
#[test]
fn a_clean_end_says_offline_with_its_own_time() {
    let death = connected().disconnect(at(9_000));
    assert_eq!(death.payload, r#"{"online":false,"timestamp":9000}"#);
    assert_eq!((death.qos, death.retain), (Qos::AtLeastOnce, true));
}

/// tck-id-message-flow-hid-sparkplug-state-message-delivered
#[test]
fn its_own_state_offline_is_contradicted_with_the_timestamp_of_the_will() {
    let hear = |host: &mut Host, text: &'static str| {
        host.receive(at(9), "spBv1.0/STATE/weft", &Bytes::from_static(text.as_bytes()))
    };
    let mut host = Host::new(settings());
    assert_eq!(hear(&mut host, r#"{"online":false,"timestamp":3}"#), []);
    host.connect(at(5));
    host.connected(at(6));
    assert_eq!(hear(&mut host, r#"{"online":true,"timestamp":3}"#), []);
    let online = |out: &[HostOutput]| match out {
        [HostOutput::Publish(message)] => message.payload.clone(),
        other => panic!("{other:?}"),
    };
    let out = hear(&mut host, r#"{"online":false,"timestamp":3}"#);
    assert_eq!(online(&out), r#"{"online":true,"timestamp":5}"#);
    // Edge nodes ignore an older online after a newer offline, so ours may not be older.
    let out = hear(&mut host, r#"{"online":false,"timestamp":700}"#);
    assert_eq!(online(&out), r#"{"online":true,"timestamp":700}"#);
    let out = hear(&mut host, "OFFLINE");
    assert!(matches!(out.as_slice(), [HostOutput::Malformed { .. }]), "{out:?}");
    // Other hosts are no business of ours.
    let other = Bytes::from_static(b"OFFLINE");
    assert_eq!(host.receive(at(9), "spBv1.0/STATE/other", &other), []);
}

/// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline,
/// -ndeath-node-tags-stale, -ndeath-devices-offline, -ndeath-devices-tags-stale
#[test]
fn an_ndeath_takes_the_node_and_all_its_devices() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(4), Say::DBirth(1)], &["born m1 load"]);
    assert!(is_live(&host, &node()) && is_device_live(&host, &node(), "m1"));
    check(&mut host, 50, &[Say::NDeath(4)], &["died m1"]);
    assert!(!is_live(&host, &node()));
    check(&mut host, 60, &[Say::NDeath(4)], &[]);
}

/// The bdSeq rule of specification 5.4: a death of another connection is not the death of this one.
#[test]
fn an_ndeath_of_a_former_connection_is_ignored() {
    let mut host = connected();
    let said = [Say::NBirth(3), Say::DBirth(1), Say::NBirth(4), Say::DBirth(1), Say::NDeath(3)];
    check(&mut host, 10, &said, &[]);
    assert!(is_device_live(&host, &node(), "m1"));
    check(&mut host, 90, &[Say::NDeath(4)], &["died m1"]);
}

/// tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline,
/// -ddeath-devices-tags-stale
#[test]
fn a_ddeath_takes_that_device_only() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1), Say::DDeath(2)], &["died m1"]);
    assert!(is_live(&host, &node()) && !is_device_live(&host, &node(), "m1"));
    check(&mut host, 50, &[Say::DBirth(3)], &["born m1 load"]);
}

/// tck-id-operational-behavior-host-reordering-param, -start, -success
#[test]
fn messages_out_of_order_are_put_in_order() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1), Say::DData(4), Say::DData(3)], &[]);
    assert_eq!(host.next_deadline(), Some(at(1_030)));
    let all = ["data m1 load", "data m1 load", "data m1 load"];
    check(&mut host, 900, &[Say::DData(2)], &all);
    assert_eq!(host.next_deadline(), None);
    assert_eq!(ticked(&mut host, 5_000), [""; 0]);
}

/// tck-id-operational-behavior-host-reordering-rebirth
#[test]
fn a_gap_that_stays_open_asks_for_a_rebirth() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1), Say::DData(3)], &[]);
    assert_eq!(ticked(&mut host, 1_029), [""; 0]);
    assert_eq!(ticked(&mut host, 1_030), ["data m1 load", REBIRTH_REQUEST]);
    // What follows is in order again, and the request is repeated until there is a birth.
    check(&mut host, 1_040, &[Say::DData(4)], &["data m1 load"]);
    assert_eq!(ticked(&mut host, 6_029), [""; 0]);
    assert_eq!(ticked(&mut host, 6_030), [REBIRTH_REQUEST]);
    assert_eq!(ticked(&mut host, 16_029), [""; 0]);
    assert_eq!(ticked(&mut host, 16_030), [REBIRTH_REQUEST]);
    check(&mut host, 16_040, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
    assert_eq!(host.next_deadline(), None);
}

#[test]
fn aliases_are_not_trusted_after_a_gap() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1), Say::Alias(2, 3)], &["data m1 load"]);
    check(&mut host, 40, &[Say::Alias(4, 3)], &[]);
    assert_eq!(ticked(&mut host, 1_040), ["data m1 ", REBIRTH_REQUEST]);
}

#[test]
fn the_sequence_goes_on_at_zero_after_255() {
    let mut host = connected();
    let mut said = vec![Say::NBirth(0), Say::DBirth(1)];
    said.extend((2..600).map(|count| Say::DData(count % 256)));
    check(&mut host, 10, &said, &["data m1 load"]);
    assert_eq!(host.next_deadline(), None);
}

#[test]
fn a_message_that_comes_twice_counts_once() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1), Say::DData(2), Say::DData(2)], &[]);
    assert_eq!(host.next_deadline(), None);
    check(&mut host, 60, &[Say::DData(3)], &["data m1 load"]);
}

/// tck-id-operational-behavior-data-commands-ncmd-rebirth-verb, -rebirth-name, -rebirth-value;
/// tck-id-payloads-ncmd-timestamp, -ncmd-seq, -ncmd-qos, -ncmd-retain;
/// tck-id-topics-ncmd-topic, -ncmd-mqtt, -ncmd-timestamp, -ncmd-payload
#[test]
fn whoever_speaks_without_a_birth_is_asked_for_one_once_in_a_while() {
    let mut host = connected();
    for what in [Say::DData(5), Say::NData(6), Say::DBirth(7), Say::DDeath(8)] {
        let mut host = host.clone();
        check(&mut host, 100, &[what], &[REBIRTH_REQUEST]);
    }
    let topic = node().topic(Verb::Data);
    let out = host.receive(at(100), &topic, &payload(Some(5), vec![]));
    let [HostOutput::Publish(request)] = out.as_slice() else { panic!("{out:?}") };
    assert_eq!((request.qos, request.retain), (Qos::AtMostOnce, false));
    let content = Payload::read(&request.payload).unwrap();
    assert_eq!((content.timestamp, content.seq), (Some(100), None));
    let [metric] = content.metrics.as_slice() else { panic!("{content:?}") };
    assert_eq!(metric.name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!((metric.datatype, &metric.value), (Some(11), &Some(WireValue::Boolean(true))));
    check(&mut host, 110, &[Say::DData(6), Say::DData(7)], &[]);
}

#[test]
fn data_of_an_unknown_device_or_alias_ask_for_a_rebirth() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DData(1)], &[REBIRTH_REQUEST]);
    let mut host = connected();
    let said = [Say::NBirth(0), Say::DBirth(1), Say::Alias(2, 99)];
    check(&mut host, 10, &said, &["data m1 ", REBIRTH_REQUEST]);
}

#[test]
fn configured_nodes_are_asked_at_each_connection() {
    let mut host = Host::new(settings());
    for connection in [0, 100_000] {
        host.connect(at(connection));
        let out: Vec<_> = host.connected(at(connection)).iter().map(short).collect();
        assert_eq!(out, ["publish spBv1.0/STATE/weft", REBIRTH_REQUEST]);
        host.disconnected();
    }
}

/// Connects, and takes what follows from it for granted.
fn connect(host: &mut Host, now: i64) {
    host.connect(at(now));
    host.connected(at(now));
}

fn disconnected(host: &mut Host) -> Vec<String> {
    host.disconnected().iter().map(short).collect()
}

/// What follows from time passing, but for requests for rebirth.
fn waited(host: &mut Host, now: i64) -> Vec<String> {
    let mut out = ticked(host, now);
    out.retain(|what| what != REBIRTH_REQUEST);
    out
}

#[test]
fn a_device_that_does_not_come_in_time_is_dead_until_it_comes() {
    let mut host = Host::new(settings());
    connect(&mut host, 0);
    assert_eq!(host.next_deadline(), Some(at(3_000)));
    assert_eq!(waited(&mut host, 2_999), [""; 0]);
    assert_eq!(waited(&mut host, 3_000), ["died m1"]);
    assert_eq!(waited(&mut host, 90_000), [""; 0]);
    check(&mut host, 90_010, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
    assert_eq!(waited(&mut host, 99_000), [""; 0]);

    let mut host = Host::new(settings());
    connect(&mut host, 0);
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
    assert_eq!(host.next_deadline(), None);
}

#[test]
fn a_device_that_does_not_come_with_its_node_is_dead() {
    let mut host = Host::new(settings());
    connect(&mut host, 0);
    check(&mut host, 500, &[Say::NBirth(0)], &[]);
    assert_eq!(waited(&mut host, 1_499), [""; 0]);
    let out = host.tick(at(1_500));
    let [HostOutput::DeviceDied { reason, .. }] = out.as_slice() else { panic!("{out:?}") };
    assert_eq!(*reason, "it has not connected");
}

/// The broker may still publish the will of a former connection.
#[test]
fn the_death_of_a_node_that_was_not_born_leaves_its_devices_their_time() {
    let mut host = Host::new(settings());
    connect(&mut host, 0);
    check(&mut host, 10, &[Say::NDeath(4)], &[]);
    assert_eq!(waited(&mut host, 2_999), [""; 0]);
    assert_eq!(waited(&mut host, 3_000), ["died m1"]);
}

#[test]
fn without_a_broker_devices_are_dead_after_the_same_time() {
    let mut host = Host::new(settings());
    for attempt in [0, 1_000, 2_000] {
        host.connect(at(attempt));
        assert_eq!(disconnected(&mut host), [""; 0]);
    }
    assert_eq!(ticked(&mut host, 2_999), [""; 0]);
    assert_eq!(ticked(&mut host, 3_000), ["died m1"]);
    host.connect(at(4_000));
    assert_eq!((disconnected(&mut host).len(), host.next_deadline()), (0, None));
    connect(&mut host, 60_000);
    assert_eq!(waited(&mut host, 80_000), [""; 0]);
    check(&mut host, 80_010, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
}

/// A broker that comes late leaves devices the whole time to be born.
#[test]
fn devices_are_expected_anew_once_there_is_a_connection() {
    let mut host = Host::new(settings());
    host.connect(at(0));
    host.disconnected();
    connect(&mut host, 2_900);
    assert_eq!(waited(&mut host, 5_899), [""; 0]);
    assert_eq!(waited(&mut host, 5_900), ["died m1"]);
}

#[test]
fn a_lost_connection_takes_all_devices_and_those_that_come_back_are_born() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
    assert_eq!(disconnected(&mut host), ["died m1"]);
    assert_eq!(ticked(&mut host, 50_000), [""; 0]);
    connect(&mut host, 60_000);
    assert_eq!(waited(&mut host, 90_000), [""; 0]);
    check(&mut host, 90_010, &[Say::NBirth(1), Say::DBirth(1)], &["born m1 load"]);
    // One that was still expected is known to be out of reach, too.
    let mut host = connected();
    assert_eq!(disconnected(&mut host), ["died m1"]);
    assert_eq!(disconnected(&mut host), [""; 0]);
}

/// While the node introduces itself again its devices are not dead, unless they stay away.
#[test]
fn a_rebirth_does_not_kill_devices_that_are_born_again() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1), Say::NBirth(0)], &[]);
    let command = |host: &Host| host.command(at(50), &node(), "m1", vec![]).map(|_| ());
    assert_eq!(command(&host), Err(NotLive::Device));
    check(&mut host, 60, &[Say::DBirth(1)], &["born m1 load"]);
    assert_eq!(command(&host), Ok(()));
    check(&mut host, 100, &[Say::NBirth(1)], &[]);
    assert_eq!(ticked(&mut host, 1_100), ["died m1"]);
}

/// tck-id-payloads-dcmd-timestamp, -dcmd-seq, -dcmd-qos, -dcmd-retain; tck-id-topics-dcmd-topic,
/// -dcmd-mqtt, -dcmd-timestamp, -dcmd-payload;
/// tck-id-operational-behavior-data-commands-dcmd-verb, -dcmd-metric-name, -dcmd-metric-value
#[test]
fn commands_go_to_live_devices_by_name_and_with_types() {
    let mut host = Host::new(settings());
    let metrics = || vec![("load", DataType::Double, Some(Value::Double(1.0)))];
    let command = |host: &Host| host.command(at(77), &node(), "m1", metrics());
    assert_eq!(command(&host), Err(NotLive::NotConnected));
    host.connect(at(0));
    host.connected(at(0));
    assert_eq!(command(&host), Err(NotLive::Node));
    check(&mut host, 10, &[Say::NBirth(0)], &[]);
    assert_eq!(command(&host), Err(NotLive::Device));
    check(&mut host, 20, &[Say::DBirth(1)], &["born m1 load"]);
    let message = command(&host).unwrap();
    assert_eq!(message.topic, "spBv1.0/plant/DCMD/hall/m1");
    assert_eq!((message.qos, message.retain), (Qos::AtMostOnce, false));
    let content = Payload::read(&message.payload).unwrap();
    assert_eq!((content.timestamp, content.seq), (Some(77), None));
    let [metric] = content.metrics.as_slice() else { panic!("{content:?}") };
    assert_eq!((metric.name.as_deref(), metric.datatype), (Some("load"), Some(10)));
    assert_eq!(host.disconnected().len(), 1);
    assert_eq!(command(&host), Err(NotLive::NotConnected));
}

#[test]
fn other_groups_and_commands_of_others_are_not_heard() {
    let mut host = connected();
    let junk = Bytes::from_static(&[0xff]);
    assert_eq!(host.receive(at(1), "spBv1.0/elsewhere/NDATA/hall", &junk), []);
    assert_eq!(host.receive(at(1), "spBv1.0/plant/NCMD/hall", &junk), []);
}

/// Of devices and edge nodes that are not ours only the names of the first are kept.
#[test]
fn strangers_are_told_once_each_and_not_asked_for_anything() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
    let mut seq = 2;
    let mut hear = |topic: &str| -> Vec<String> {
        let out = host.receive(at(50), topic, &payload(Some(seq), vec![]));
        seq += u64::from(topic.contains("/hall"));
        out.iter().map(short).collect()
    };
    assert_eq!(hear("spBv1.0/plant/DBIRTH/hall/m2"), ["stranger plant/hall/m2"]);
    for topic in ["DBIRTH/hall/m2", "DDATA/hall/m2", "DDEATH/hall/m2", "DDEATH/barn/m3"] {
        assert_eq!(hear(&format!("spBv1.0/plant/{topic}")), [""; 0]);
    }
    assert_eq!(hear("spBv1.0/plant/NBIRTH/barn"), [""; 0]);
    assert_eq!(hear("spBv1.0/plant/DDATA/barn/m3"), ["stranger plant/barn/m3"]);
    assert_eq!(hear("spBv1.0/plant/DBIRTH/barn/m3"), [""; 0]);
    let told = (0..3_000).filter(|n| !hear(&format!("spBv1.0/plant/DBIRTH/b{n}/m")).is_empty());
    assert_eq!(told.count(), MAX_STRANGERS - 2);
    assert_eq!((host.nodes.len(), host.next_deadline()), (1, None));
}

#[test]
fn a_gap_is_given_up_before_what_waits_fills_our_memory() {
    let mut host = connected();
    check(&mut host, 10, &[Say::NBirth(0), Say::DBirth(1)], &["born m1 load"]);
    let text = Value::Text("x".repeat(900_000));
    let mut hear = |seq| {
        let bytes = payload(Some(seq), vec![metric("text", DataType::String, &text)]);
        let out = host.receive(at(50), "spBv1.0/plant/DDATA/hall/m1", &bytes);
        out.iter().map(short).collect::<Vec<_>>()
    };
    for seq in 3..7 {
        assert_eq!(hear(seq), [""; 0]);
    }
    let all = ["data m1 text"; 5].into_iter().chain([REBIRTH_REQUEST]);
    assert_eq!(hear(7), all.collect::<Vec<_>>());
    assert_eq!(hear(8), ["data m1 text"]);
}

#[test]
fn malformed_messages_say_what_is_wrong() {
    let mut host = connected();
    let mut check = |topic: &str, bytes: Bytes, wanted: &str| {
        let out = host.receive(at(10), topic, &bytes);
        let [HostOutput::Malformed { reason, help, .. }, ..] = out.as_slice() else {
            panic!("{topic}: {out:?}")
        };
        assert!(reason.contains(wanted) && !help.is_empty(), "{reason}");
    };
    let seq = |seq| payload(seq, vec![bd_seq(1)]);
    check("spBv1.0/plant/HELLO/hall", Bytes::new(), "message type");
    check("spBv1.0/plant/NBIRTH/hall", Bytes::from_static(&[0xff]), "protobuf");
    check("spBv1.0/plant/NBIRTH/hall", payload(Some(0), vec![]), "bdSeq");
    check("spBv1.0/plant/NBIRTH/hall", seq(None), "seq");
    check("spBv1.0/plant/NBIRTH/hall", seq(Some(256)), "seq");
    check("spBv1.0/plant/NDEATH/hall", payload(None, vec![]), "bdSeq");
    check(&format!("spBv1.0/plant/NBIRTH/{}", "x".repeat(60_000)), Bytes::new(), "topic");
    check("spBv1.0/plant/NBIRTH/hall", Bytes::from(vec![0; 3_000_000]), "bytes");
    assert!(!is_live(&host, &node()));
    let wrong = Metric { value: Some(WireValue::String("x".into())), ..bd_seq(1) };
    check_birth(&mut host, wrong, "bdSeq");
    check_birth(&mut host, Metric { datatype: None, ..bd_seq(1) }, "data type");
}

fn check_birth(host: &mut Host, metric: Metric, wanted: &str) {
    let out = host.receive(at(10), "spBv1.0/plant/NBIRTH/hall", &payload(Some(0), vec![metric]));
    assert!(
        out.iter().any(
            |out| matches!(out, HostOutput::Malformed { reason, .. } if reason.contains(wanted))
        ),
        "{out:?}"
    );
}

fn wire_value() -> impl Strategy<Value = Option<WireValue>> {
    prop_oneof![
        Just(None),
        any::<u32>().prop_map(|value| Some(WireValue::Int(value))),
        any::<u64>().prop_map(|value| Some(WireValue::Long(value))),
        any::<bool>().prop_map(|value| Some(WireValue::Boolean(value))),
        any::<f64>().prop_map(|value| Some(WireValue::Double(value))),
        ".{0,4}".prop_map(|value| Some(WireValue::String(value))),
    ]
}

fn random_metric() -> impl Strategy<Value = Metric> {
    let name = prop::option::of(prop_oneof![Just("bdSeq".to_owned()), "[a-c]{0,2}"]);
    let alias = prop::option::of(0..4_u64);
    (name, alias, prop::option::of(0..40_u32), any::<Option<u64>>(), wire_value()).prop_map(
        |(name, alias, datatype, timestamp, value)| Metric {
            name,
            alias,
            timestamp,
            datatype,
            value,
            ..Metric::default()
        },
    )
}

/// Mostly well-formed messages of two nodes with two devices, and some junk.
fn random_message() -> impl Strategy<Value = (String, Bytes)> {
    let verb = prop::sample::select(&["BIRTH", "DEATH", "DATA", "CMD"]);
    let bd = prop::option::weighted(0.8, 0..2_i64);
    let seq = prop::option::weighted(0.95, 0..6_u64);
    let body = (bd, seq, prop::collection::vec(random_metric(), 0..3)).prop_map(
        |(bd, seq, mut metrics)| {
            metrics.extend(bd.map(bd_seq));
            payload(seq, metrics)
        },
    );
    let junk = prop::collection::vec(any::<u8>(), 0..20).prop_map(Bytes::from);
    let body = prop_oneof![9 => body, 1 => junk];
    (verb, 0..2_u8, prop::option::of(0..2_u8), body).prop_map(|(verb, node, device, body)| {
        let topic = match device {
            None => format!("spBv1.0/plant/N{verb}/n{node}"),
            Some(device) => format!("spBv1.0/plant/D{verb}/n{node}/d{device}"),
        };
        (topic, body)
    })
}

proptest! {
    #[test]
    fn a_node_is_never_live_after_the_death_of_its_last_birth(
        messages in prop::collection::vec((random_message(), 0..2_000_i64), 0..80),
    ) {
        let nodes = ["n0", "n1"].map(|id| NodeId::new("plant", id));
        let devices = BTreeSet::from(["d0", "d1"].map(str::to_owned));
        let devices = nodes.map(|node| (node, devices.clone())).into();
        let mut host = Host::new(HostSettings { devices, ..settings() });
        connect(&mut host, 0);
        let mut now = 10;
        // The oracle: the bdSeq of the last NBIRTH that was accepted, until its NDEATH.
        let mut births: BTreeMap<String, u64> = BTreeMap::new();
        for ((topic, bytes), wait) in messages {
            now += wait;
            host.tick(at(now));
            let out = host.receive(at(now), &topic, &bytes);
            // A single metric that is skipped does not refuse the message.
            let refused = out.iter().any(|out| match out {
                HostOutput::Malformed { reason, .. } => ["without a whole", "`seq`", "protobuf"]
                    .iter()
                    .any(|whole_message| reason.contains(whole_message)),
                _ => false,
            });
            let id = topic.rsplit('/').next().unwrap().to_owned();
            let bd = Payload::read(&bytes).ok().and_then(|content| {
                let metric = content.metrics.into_iter().find(|m| m.name.as_deref() == Some(BD_SEQ));
                match metric?.value? {
                    WireValue::Long(value) => Some(value),
                    WireValue::Int(value) => Some(u64::from(value)),
                    _ => None,
                }
            });
            let live = is_live(&host, &NodeId::new("plant", &id));
            if topic.contains("/NBIRTH/") && live && !refused {
                births.insert(id, bd.unwrap());
            } else if topic.contains("/NDEATH/") && !refused {
                if births.get(&id).copied() == bd {
                    prop_assert!(!live, "live after its death");
                    births.remove(&id);
                }
                if !live {
                    for device in ["d0", "d1"] {
                        prop_assert!(!is_device_live(&host, &NodeId::new("plant", &id), device));
                    }
                }
            }
        }
    }

    #[test]
    fn any_topic_and_any_bytes_are_survived(
        topic in ".{0,30}",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut host = connected();
        host.receive(at(1), &topic, &Bytes::from(bytes.clone()));
        host.receive(at(1), "spBv1.0/STATE/weft", &Bytes::from(bytes.clone()));
        host.receive(at(1), "spBv1.0/plant/NBIRTH/hall", &Bytes::from(bytes.clone()));
        say(&mut host, 1, &Say::NBirth(0));
        say(&mut host, 1, &Say::DBirth(1));
        host.receive(at(2), "spBv1.0/plant/DDATA/hall/m1", &Bytes::from(bytes));
        host.tick(at(i64::MAX));
    }
}
