//! Our host and our edge node with each other.

use tokio::sync::mpsc;
use weft_connect::sparkplug::payload::{Metric, Payload, WireValue};
use weft_connect::sparkplug::state::HostState;
use weft_connect::{
    Broker, DataType, EdgeEvent, EdgeUpdate, HostConfig, HostEvent, Value, host, job_metrics,
};
use weft_model::job_control::{JobMethod, JobReport, JobState, MachineState};
use weft_model::{Millis, ResourceId, Timestamp};

use crate::plant::{
    DEVICE, GROUP, NODE, client, edge_config, host_config, next, order, report, start_broker,
    start_edge, start_host, until_heard,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_order_goes_out_and_its_reports_come_back() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut edge = start_edge(edge_config(&broker.url()));
    host.until_machine(MachineState::Up).await;
    host.until_reborn().await;
    edge.until_born().await;

    let command = until_heard(&mut host, &mut edge, JobMethod::StoreAndStart).await;
    let mut expected = order(JobMethod::StoreAndStart);
    expected.resource = ResourceId::new(DEVICE);
    assert_eq!(command, expected);

    for told in [
        report(JobState::AllowedToStart, 500, 0),
        report(JobState::Running, 1_000, 0),
        report(JobState::Ended, 9_000, 4),
    ] {
        edge.report(told.clone()).await;
        let heard = host.until_report(told.state).await;
        assert_eq!(heard, JobReport { resource: ResourceId::new("press"), ..told });
    }
    until_heard(&mut host, &mut edge, JobMethod::Clear).await;

    edge.stop().await;
    host.until_machine(MachineState::Offline).await;
    host.stop().await;
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn machine_state_readings_and_the_death_of_a_device_arrive() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut edge = start_edge(edge_config(&broker.url()));
    edge.until_born().await;
    host.until_reborn().await;
    let device = || DEVICE.to_owned();
    let at = Timestamp::from_millis(12_345);

    edge.say(EdgeUpdate::Machine { device: device(), state: MachineState::Failed, at }).await;
    host.until_machine(MachineState::Failed).await;
    let (metric, value) = ("Counter/Good".to_owned(), Value::UInt(12));
    edge.say(EdgeUpdate::Reading { device: device(), metric, at, value }).await;
    host.until(|event| {
        let HostEvent::Reading { metric, at: heard, value, .. } = event else { return None };
        (metric == "Counter/Good" && *value == Value::UInt(12) && *heard == at).then_some(())
    })
    .await;

    edge.say(EdgeUpdate::DeviceDied { device: device() }).await;
    host.until_machine(MachineState::Offline).await;
    host.say(order(JobMethod::StoreAndStart)).await;
    let reason = host
        .until(|event| match event {
            HostEvent::Undeliverable { command, reason } => {
                assert_eq!(*command, order(JobMethod::StoreAndStart));
                Some(reason.clone())
            }
            _ => None,
        })
        .await;
    assert!(reason.contains("hall-1/m1"), "{reason}");
    edge.say(EdgeUpdate::DeviceBack { device: device() }).await;
    // The last state is part of the birth.
    host.until_machine(MachineState::Failed).await;
    host.until_reborn().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_connect_again_after_the_broker_was_gone() {
    let broker = start_broker().await;
    let (address, url) = (broker.local_addr(), broker.url());
    let mut host = start_host(host_config(&url));
    let mut edge = start_edge(edge_config(&url));
    edge.until_born().await;
    host.until_reborn().await;

    broker.stop().await;
    host.until_machine(MachineState::Offline).await;
    host.until(|event| matches!(event, HostEvent::Disconnected { .. }).then_some(())).await;
    edge.until(|event| matches!(event, EdgeEvent::Disconnected { .. }).then_some(())).await;

    let broker = Broker::start(address).await.unwrap();
    host.until(|event| matches!(event, HostEvent::Connected).then_some(())).await;
    edge.until_born().await;
    host.until_machine(MachineState::Up).await;
    host.until_reborn().await;
    edge.report(report(JobState::Running, 1_000, 0)).await;
    host.until_report(JobState::Running).await;
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_starts_late_asks_for_births() {
    let broker = start_broker().await;
    let mut edge = start_edge(edge_config(&broker.url()));
    edge.until_born().await;
    let mut host = start_host(host_config(&broker.url()));
    host.until_machine(MachineState::Up).await;
    host.until_reborn().await;
    edge.until_born().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_does_not_connect_is_offline_until_it_does() {
    let broker = start_broker().await;
    let config = HostConfig { birth_timeout: Millis::new(300), ..host_config(&broker.url()) };
    let mut host = start_host(config);
    let reason = host
        .until(|event| match event {
            HostEvent::Machine { state, reason, .. } => {
                assert_eq!(*state, MachineState::Offline);
                Some(reason.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(reason, "it has not connected");
    let _edge = start_edge(edge_config(&broker.url()));
    host.until_machine(MachineState::Up).await;
    host.until_reborn().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_machines_are_offline_until_there_is_one() {
    let broker = start_broker().await;
    let (address, url) = (broker.local_addr(), broker.url());
    broker.stop().await;
    let config = HostConfig { birth_timeout: Millis::new(300), ..host_config(&url) };
    let mut host = start_host(config);
    host.until_machine(MachineState::Offline).await;
    let _broker = Broker::start(address).await.unwrap();
    let _edge = start_edge(edge_config(&url));
    host.until_machine(MachineState::Up).await;
    host.until_reborn().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_of_nobody_is_told() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut config = edge_config(&broker.url());
    config.devices.push("m2".to_owned());
    let _edge = start_edge(config);
    let connection = host
        .until(|event| match event {
            HostEvent::Stranger { connection } => Some(connection.clone()),
            _ => None,
        })
        .await;
    assert_eq!((connection.edge_node.as_str(), connection.device.as_str()), (NODE, "m2"));
}

/// tck-id-message-flow-edge-node-birth-publish-phid-wait and -phid-offline
#[tokio::test(flavor = "multi_thread")]
async fn an_edge_node_says_nothing_without_its_primary_host() {
    let broker = start_broker().await;
    let (_spy, mut messages) = client(&broker, "spy", None, "spBv1.0/#").await;
    let mut config = edge_config(&broker.url());
    config.primary_host = Some("weft".to_owned());
    let mut edge = start_edge(config);
    let mut host = start_host(host_config(&broker.url()));
    edge.until_born().await;
    host.until_reborn().await;
    // The two do not come in the order in which they were said.
    let (mut state, mut birth) = (None, None);
    while state.is_none() || birth.is_none() {
        let message = next(&mut messages).await;
        if message.topic.contains("/STATE/") {
            state = state.or(HostState::read(&message.payload).ok());
        } else if message.topic.contains("/NBIRTH/") {
            birth = birth.or(Payload::read(&message.payload).unwrap().timestamp);
        }
    }
    let state = state.unwrap();
    assert!(state.online && state.timestamp.as_millis() as u64 <= birth.unwrap());
    host.stop().await;
    edge.until(|event| match event {
        EdgeEvent::Disconnected { reason } if reason.contains("primary host") => Some(()),
        _ => None,
    })
    .await;
    let mut host = start_host(host_config(&broker.url()));
    edge.until_born().await;
    host.until_reborn().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_messages_are_told_and_everything_goes_on() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut edge = start_edge(edge_config(&broker.url()));
    edge.until_born().await;
    host.until_reborn().await;
    let (vandal, _) = client(&broker, "vandal", None, "nothing").await;

    let topic = format!("spBv1.0/{GROUP}/DDATA/{NODE}/{DEVICE}");
    vandal.publish(topic.as_str(), vec![0xff; 64]).await.unwrap();
    assert!(host.until_malformed(&topic).await.contains("protobuf"));
    let topic = format!("spBv1.0/{GROUP}/HELLO/{NODE}");
    vandal.publish(topic.as_str(), "hello").await.unwrap();
    assert!(host.until_malformed(&topic).await.contains("message type"));
    let topic = format!("spBv1.0/{GROUP}/NBIRTH/{NODE}");
    vandal.publish(topic.as_str(), Vec::new()).await.unwrap();
    assert!(host.until_malformed(&topic).await.contains("bdSeq"));
    let topic = format!("spBv1.0/{GROUP}/DCMD/{NODE}/{DEVICE}");
    vandal.publish(topic.as_str(), vec![0x0a, 0xff]).await.unwrap();
    edge.until(|event| match event {
        EdgeEvent::Malformed { topic: at, .. } if *at == topic => Some(()),
        _ => None,
    })
    .await;

    // New work that cannot be read is refused, so that nobody waits for it.
    let words = |name: &str, text: &str| Metric {
        name: Some(name.to_owned()),
        datatype: Some(DataType::String.number()),
        value: Some(WireValue::String(text.to_owned())),
        ..Metric::default()
    };
    let metrics = vec![
        words(job_metrics::COMMAND_METHOD, "StoreAndStart"),
        words(job_metrics::COMMAND_JOB_ORDER, "case-9/10/1"),
        words(job_metrics::COMMAND_WORK_MASTER, "Lapping"),
        words(job_metrics::COMMAND_QUANTITY, "many"),
    ];
    let payload = Payload { timestamp: Some(1), metrics, ..Payload::default() };
    vandal.publish(topic.as_str(), payload.write()).await.unwrap();
    let refused = host.until_report(JobState::Aborted).await;
    assert_eq!(refused.job_order.as_str(), "case-9/10/1");
    assert!(refused.reason.contains("Quantity"), "{}", refused.reason);

    until_heard(&mut host, &mut edge, JobMethod::StoreAndStart).await;
    edge.report(report(JobState::Ended, 5_000, 7)).await;
    host.until_report(JobState::Ended).await;
}

/// Data are at most once by the rules of Sparkplug, and this broker drops when a subscriber lags behind
/// by more than its queue. A burst must fit.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_readings_arrives_whole_and_in_order() {
    const COUNT: u64 = 20_000;
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut edge = start_edge(edge_config(&broker.url()));
    edge.until_born().await;
    host.until_reborn().await;
    let said = async {
        for count in 0..COUNT {
            let (device, metric) = (DEVICE.to_owned(), "Counter/Good".to_owned());
            let (at, value) = (Timestamp::from_millis(1), Value::UInt(count));
            edge.say(EdgeUpdate::Reading { device, metric, at, value }).await;
        }
    };
    let heard = async {
        let mut next = 0;
        host.until(|event| {
            if let HostEvent::Reading { value: Value::UInt(count), .. } = event {
                // A birth in between repeats the last one; nothing may be left out.
                assert!(*count <= next, "{count} instead of {next}");
                next = next.max(count + 1);
            }
            (next == COUNT).then_some(())
        })
        .await;
    };
    tokio::join!(said, heard);
}

#[tokio::test]
async fn a_configuration_that_cannot_work_ends_at_once() {
    let run = |config: HostConfig| async {
        let (_say, commands) = mpsc::channel(1);
        let (out, _events) = mpsc::channel(1);
        let error = host::run(config, commands, out, std::future::pending()).await.unwrap_err();
        assert!(!error.help().is_empty());
        error
    };
    let good = || host_config("mqtt://127.0.0.1:1883");
    for url in
        ["", "127.0.0.1:1883", "http://127.0.0.1", "mqtt://", "mqtt://host:port", "mqtt://h:0"]
    {
        let error = run(HostConfig { url: url.to_owned(), ..good() }).await;
        assert_eq!((error.code(), error.to_string().contains(url)), ("C003", true));
    }
    let error = run(HostConfig { host_id: "a/b".to_owned(), ..good() }).await;
    assert_eq!(error.code(), "C004");
    let mut twice = good();
    twice.devices.extend(good().devices);
    assert_eq!(run(twice).await.code(), "C005");
}
