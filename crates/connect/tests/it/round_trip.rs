//! Our host and our edge node with each other.

use weft_connect::{Broker, EdgeEvent, EdgeUpdate, HostEvent, Value};
use weft_model::job_control::{JobMethod, JobReport, JobState, MachineState};
use weft_model::{ResourceId, Timestamp};

use crate::plant::{
    DEVICE, GROUP, NODE, client, edge_config, host_config, next, order, report, start_broker,
    start_edge, start_host,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_order_goes_out_and_its_reports_come_back() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut edge = start_edge(edge_config(&broker.url()));
    host.until_machine(MachineState::Up).await;
    host.until_reborn().await;
    edge.until_born().await;

    host.say(order(JobMethod::StoreAndStart)).await;
    let command = edge.until_command().await;
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
    host.say(order(JobMethod::Clear)).await;
    assert_eq!(edge.until_command().await.method, JobMethod::Clear);

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
    let state = next(&mut messages).await;
    assert!(state.payload.starts_with(br#"{"online":true,"#), "{state:?}");
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

    host.say(order(JobMethod::StoreAndStart)).await;
    edge.until_command().await;
    edge.report(report(JobState::Ended, 5_000, 7)).await;
    host.until_report(JobState::Ended).await;
}
