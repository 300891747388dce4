//! What Sparkplug needs of the embedded broker.

use std::time::Duration;

use mqtt5::{PublishOptions, QoS, WillMessage};
use weft_connect::{Broker, ConnectError};

use crate::plant::{client, host_config, next, start_broker, start_host};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_named_with_the_remedy() {
    let broker = start_broker().await;
    let address = broker.local_addr();
    let error = Broker::start(address).await.unwrap_err();
    assert!(matches!(error, ConnectError::Listen { .. }));
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    assert!(error.help().contains(&address.port().to_string()), "{}", error.help());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_frees_its_port_when_it_stops() {
    let broker = start_broker().await;
    let address = broker.local_addr();
    let (_client, _) = client(&broker, "someone", None, "x").await;
    broker.stop().await;
    Broker::start(address).await.unwrap().stop().await;
}

/// tck-id-conformance-mqtt-retained
#[tokio::test(flavor = "multi_thread")]
async fn retained_messages_reach_late_subscribers() {
    let broker = start_broker().await;
    let (speaker, _) = client(&broker, "speaker", None, "nothing").await;
    let options =
        PublishOptions { qos: QoS::AtLeastOnce, retain: true, ..PublishOptions::default() };
    speaker.publish_with_options("spBv1.0/STATE/h", "kept", options).await.unwrap();
    let (_late, mut messages) = client(&broker, "late", None, "spBv1.0/#").await;
    let message = next(&mut messages).await;
    assert_eq!((message.payload.as_slice(), message.retain), (&b"kept"[..], true));
}

/// tck-id-conformance-mqtt-will-messages
#[tokio::test(flavor = "multi_thread")]
async fn the_will_of_a_client_that_vanished_is_published_and_kept() {
    let broker = start_broker().await;
    let (_spy, mut messages) = client(&broker, "spy", None, "spBv1.0/#").await;
    let will = WillMessage::new("spBv1.0/STATE/h", "gone").with_qos(QoS::AtLeastOnce);
    let (vanishing, _) =
        client(&broker, "vanishing", Some(will.with_retain(true)), "nothing").await;
    vanishing.disconnect_abnormally().await.unwrap();
    assert_eq!(next(&mut messages).await.payload, b"gone");
    let (_late, mut messages) = client(&broker, "late", None, "spBv1.0/#").await;
    assert_eq!(next(&mut messages).await.payload, b"gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_will_of_a_client_that_says_goodbye_is_not_published() {
    let broker = start_broker().await;
    let (_spy, mut messages) = client(&broker, "spy", None, "#").await;
    let will = WillMessage::new("will", "gone");
    let (polite, _) = client(&broker, "polite", Some(will), "nothing").await;
    polite.disconnect().await.unwrap();
    let (speaker, _) = client(&broker, "speaker", None, "nothing").await;
    speaker.publish("after", "x").await.unwrap();
    assert_eq!(next(&mut messages).await.topic, "after");
}

/// A second connection under one client id takes the place of the first, and its will is published:
/// an edge node that lost its network comes back before the broker notices.
#[tokio::test(flavor = "multi_thread")]
async fn the_will_of_a_client_whose_place_was_taken_is_published() {
    let broker = start_broker().await;
    let (_spy, mut messages) = client(&broker, "spy", None, "will/#").await;
    let will = |text: &str| Some(WillMessage::new("will/1", text.to_owned()));
    let (_first, _) = client(&broker, "same", will("first"), "nothing").await;
    let (_second, _) = client(&broker, "same", will("second"), "nothing").await;
    assert_eq!(next(&mut messages).await.payload, b"first");
}

/// tck-id-host-topic-phid-birth-message, -birth-retain, -birth-qos, -birth-payload-timestamp, and
/// tck-id-operational-behavior-host-application-death-payload: online while it runs, offline after.
#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_host_is_kept_by_the_broker() {
    let broker = start_broker().await;
    let host = start_host(host_config(&broker.url()));
    let (_spy, mut states) = client(&broker, "spy", None, "spBv1.0/STATE/weft").await;
    let online = next(&mut states).await;
    assert!(online.payload.starts_with(br#"{"online":true,"#), "{:?}", online.payload);
    host.stop().await;
    let mut offline = next(&mut states).await;
    if offline.payload == online.payload {
        // Kept and sent at the same moment: it came twice.
        offline = next(&mut states).await;
    }
    assert!(offline.payload.starts_with(br#"{"online":false,"#), "{:?}", offline.payload);
    let (_late, mut states) = client(&broker, "late", None, "spBv1.0/STATE/weft").await;
    let kept = next(&mut states).await;
    assert!(kept.retain && kept.payload == offline.payload, "{kept:?} after {offline:?}");
}

/// tck-id-message-flow-hid-sparkplug-state-message-delivered
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_called_offline_contradicts() {
    let broker = start_broker().await;
    let _host = start_host(host_config(&broker.url()));
    let (spy, mut states) = client(&broker, "spy", None, "spBv1.0/STATE/weft").await;
    let first = next(&mut states).await;
    let lie = r#"{"online":false,"timestamp":1}"#;
    let options =
        PublishOptions { qos: QoS::AtLeastOnce, retain: true, ..PublishOptions::default() };
    spy.publish_with_options("spBv1.0/STATE/weft", lie, options).await.unwrap();
    let mut heard = next(&mut states).await;
    if heard.payload == first.payload {
        // Kept and sent at the same moment: it came twice.
        heard = next(&mut states).await;
    }
    assert_eq!(heard.payload, lie.as_bytes());
    let again = tokio::time::timeout(Duration::from_secs(20), states.recv()).await;
    assert_eq!(again.unwrap().unwrap().payload, first.payload);
}
