//! One MQTT connection after the other: the only place besides the broker that knows the client
//! library.

mod waiting;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use mqtt5::{
    ConnectOptions, ConnectionEvent, MqttClient, PublishOptions, QoS, SubscribeOptions, WillMessage,
};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use weft_model::Timestamp;

use self::waiting::Outlet;
use crate::ConnectError;
use crate::sparkplug::{Message, Qos, Session};

/// Messages that may wait for us. More than this and the connection is given up and made anew, which
/// makes every edge node say everything again; dropping single messages would lose deaths.
const MAX_WAITING: usize = 65_536;
/// Bytes that may wait for us, likewise.
const MAX_WAITING_BYTES: usize = 256 * 1024 * 1024;
/// How long connecting and subscribing may take.
const OPEN_PATIENCE: Duration = Duration::from_secs(10);
/// How long a publish may take.
const PUBLISH_PATIENCE: Duration = Duration::from_secs(10);
/// How long a clean disconnect may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
/// A connection that lived this long was a good one: the next pause is the shortest again.
const GOOD_LIFE: Duration = Duration::from_secs(5);

/// How to reach the broker.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) client_id: String,
    pub(crate) keep_alive: Duration,
    pub(crate) reconnect_min: Duration,
    pub(crate) reconnect_max: Duration,
}

/// A connection in all its phases; [`Connection::next`] drives it.
pub(crate) struct Connection {
    address: Address,
    phase: Phase,
    pause: Duration,
}

enum Phase {
    /// Until then nothing is tried.
    Pausing(Instant),
    Opening(Pin<Box<dyn Future<Output = Result<Link, String>> + Send>>),
    Open(Box<Link>, Instant),
}

/// What happened to a connection.
#[derive(Debug)]
pub(crate) enum Happened {
    /// It is time to connect: call [`Connection::open`].
    MayOpen,
    /// It is open and everything is subscribed to.
    Opened,
    /// A message came in.
    Message(String, Bytes),
    /// It is gone or could not be made.
    Lost(String),
}

struct Link {
    client: MqttClient,
    filters: Vec<String>,
    messages: Outlet,
    ended: Arc<Ended>,
}

/// Why a link has ended, set once by a callback of the client.
#[derive(Default)]
struct Ended {
    overflow: AtomicBool,
    reason: std::sync::OnceLock<String>,
    notify: Notify,
}

impl Address {
    /// Refuses what no amount of trying makes a broker.
    pub(crate) fn check(&self) -> Result<(), ConnectError> {
        let schemes = ["mqtt://", "mqtts://", "tcp://", "ssl://"];
        let rest = schemes.iter().find_map(|scheme| self.url.strip_prefix(scheme));
        let (host, port) = match rest {
            Some(rest) => match rest.trim_end_matches('/').rsplit_once(':') {
                Some((host, port)) => (host, port.parse::<u16>().ok()),
                None => (rest.trim_end_matches('/'), Some(1883)),
            },
            None => ("", None),
        };
        if host.is_empty() || host.contains('/') || port.is_none_or(|port| port == 0) {
            return Err(ConnectError::Url { url: self.url.clone() });
        }
        Ok(())
    }
}

impl Connection {
    /// A connection that may be opened at once.
    pub(crate) fn new(address: Address) -> Self {
        let pause = address.reconnect_min;
        Self { address, phase: Phase::Pausing(Instant::now()), pause }
    }

    /// Waits for the next thing to happen. May be cancelled and called again.
    pub(crate) async fn next(&mut self) -> Happened {
        match &mut self.phase {
            Phase::Pausing(until) => {
                tokio::time::sleep_until(*until).await;
                Happened::MayOpen
            }
            Phase::Opening(opening) => match opening.await {
                Ok(link) => {
                    self.phase = Phase::Open(Box::new(link), Instant::now());
                    Happened::Opened
                }
                Err(reason) => {
                    self.pause_longer(false);
                    Happened::Lost(reason)
                }
            },
            Phase::Open(link, since) => match link.next().await {
                Ok((topic, payload)) => Happened::Message(topic, payload),
                Err(reason) => {
                    let was_good = GOOD_LIFE <= since.elapsed();
                    self.pause_longer(was_good);
                    Happened::Lost(reason)
                }
            },
        }
    }

    /// Begins to connect.
    pub(crate) fn open(&mut self, session: Session) {
        let address = self.address.clone();
        self.phase = Phase::Opening(Box::pin(async move {
            match timeout(OPEN_PATIENCE, Link::open(&address, session)).await {
                Ok(link) => link,
                Err(_) => Err(format!("no answer from {} within {OPEN_PATIENCE:?}", address.url)),
            }
        }));
    }

    /// Publishes; the error says why the connection is of no use any more. It has been given up then.
    pub(crate) async fn publish(&mut self, message: Message) -> Result<(), String> {
        let Phase::Open(link, since) = &self.phase else {
            return Err("there is no connection to the broker".to_owned());
        };
        let published = match timeout(PUBLISH_PATIENCE, link.publish(message)).await {
            Ok(published) => published,
            Err(_) => Err(format!("the broker took nothing for {PUBLISH_PATIENCE:?}")),
        };
        if published.is_err() {
            // Not cleanly: the will is to be published.
            let _ = timeout(CLOSE_PATIENCE, link.client.disconnect_abnormally()).await;
            let was_good = GOOD_LIFE <= since.elapsed();
            self.pause_longer(was_good);
        }
        published
    }

    /// Disconnects cleanly with a last message in place of the will. It may be opened again after a
    /// pause.
    pub(crate) async fn close(&mut self, last: Option<Message>) {
        if let Phase::Open(link, since) = &self.phase {
            link.close(last).await;
            let was_good = GOOD_LIFE <= since.elapsed();
            self.pause_longer(was_good);
        } else {
            self.phase = Phase::Pausing(Instant::now() + self.pause);
        }
    }

    fn pause_longer(&mut self, was_good: bool) {
        if was_good {
            self.pause = self.address.reconnect_min;
        }
        self.phase = Phase::Pausing(Instant::now() + self.pause);
        self.pause = self.pause.saturating_mul(2).min(self.address.reconnect_max);
    }
}

impl Link {
    async fn open(address: &Address, session: Session) -> Result<Self, String> {
        let Session { will, subscriptions } = session;
        let will = WillMessage::new(will.topic, will.payload)
            .with_qos(quality(will.qos))
            .with_retain(will.retain);
        // A clean start and no session expiry, as Sparkplug wants it.
        let options = ConnectOptions::new(address.client_id.clone())
            .with_clean_start(true)
            .with_keep_alive(address.keep_alive)
            .with_automatic_reconnect(false)
            .with_will(will);
        let client = MqttClient::with_options(options.clone());
        let ended = Arc::new(Ended::default());
        let told = Arc::clone(&ended);
        let say = |what: &str, error: mqtt5::MqttError| format!("{} {what}: {error}", address.url);
        client
            .on_connection_event(move |event| {
                if let ConnectionEvent::Disconnected { reason } = event {
                    told.end(format!("the connection to the broker ended: {reason:?}"));
                }
            })
            .await
            .map_err(|error| say("could not be watched", error))?;
        client.set_queue_on_disconnect(false).await;
        client
            .connect_with_options(&address.url, options)
            .await
            .map_err(|error| say("did not accept the connection", error))?;
        let (inlet, messages) = waiting::room(MAX_WAITING, MAX_WAITING_BYTES);
        let mut filters = Vec::with_capacity(subscriptions.len());
        for (filter, qos) in subscriptions {
            let (inlet, told) = (inlet.clone(), Arc::clone(&ended));
            let options = SubscribeOptions { qos: quality(qos), ..SubscribeOptions::default() };
            let subscribed = client
                .subscribe_with_options(filter.as_str(), options, move |message| {
                    if told.overflow.load(Ordering::Acquire) {
                        return;
                    }
                    if !inlet.put(message.topic, Bytes::from(message.payload)) {
                        told.overflow.store(true, Ordering::Release);
                        told.end("more messages were waiting than there is room for".to_owned());
                    }
                })
                .await;
            if let Err(error) = subscribed {
                let _ = timeout(CLOSE_PATIENCE, client.disconnect()).await;
                return Err(say(&format!("did not accept a subscription to `{filter}`"), error));
            }
            filters.push(filter);
        }
        Ok(Self { client, filters, messages, ended })
    }

    /// The next message. What came before the end of the connection is handed out before the end.
    async fn next(&mut self) -> Result<(String, Bytes), String> {
        loop {
            let ended = self.ended.notify.notified();
            if let Ok(message) = self.messages.try_take() {
                return Ok(message);
            }
            if let Some(reason) = self.ended.reason.get() {
                let reason = reason.clone();
                if self.ended.overflow.load(Ordering::Acquire) {
                    let _ = timeout(CLOSE_PATIENCE, self.client.disconnect_abnormally()).await;
                }
                return Err(reason);
            }
            tokio::select! {
                message = self.messages.take() => {
                    return message.ok_or_else(|| "the MQTT client has stopped".to_owned());
                }
                () = ended => {}
            }
        }
    }

    async fn publish(&self, message: Message) -> Result<(), String> {
        let Message { topic, payload, qos, retain } = message;
        let options = PublishOptions { qos: quality(qos), retain, ..PublishOptions::default() };
        self.client
            .publish_with_options(topic.as_str(), payload, options)
            .await
            .map(|_| ())
            .map_err(|error| format!("could not publish to `{topic}`: {error}"))
    }

    async fn close(&self, last: Option<Message>) {
        // A broker that is still sending to us when we hang up finds the line cut before it reads our
        // goodbye, and publishes the will. So it is asked to stop sending first, before it can send us
        // our own last message.
        let goodbye = async {
            for filter in &self.filters {
                let _ = self.client.unsubscribe(filter.as_str()).await;
            }
            if let Some(last) = last {
                let _ = self.publish(last).await;
            }
            let _ = self.client.disconnect().await;
        };
        let _ = timeout(CLOSE_PATIENCE, goodbye).await;
    }
}

impl Ended {
    fn end(&self, reason: String) {
        if self.reason.set(reason).is_ok() {
            self.notify.notify_waiters();
            self.notify.notify_one();
        }
    }
}

/// The wall clock, the only one on the wire.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(since.as_millis() as i64)
}

/// Resolves at `deadline` by the wall clock; never when there is none.
pub(crate) async fn at(deadline: Option<Timestamp>) {
    match deadline {
        None => std::future::pending().await,
        Some(deadline) => {
            let wait = (deadline - now()).get().max(0) as u64;
            sleep(Duration::from_millis(wait)).await;
        }
    }
}

fn quality(qos: Qos) -> QoS {
    match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
    }
}
