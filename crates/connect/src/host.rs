//! The plant's side of the conversation: a Sparkplug Host Application that sends job commands and
//! hears reports.

mod translate;

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use weft_model::job_control::{JobCommand, JobReport, MachineState};
use weft_model::{Millis, ResourceId, Timestamp};

use self::translate::Translator;
use crate::ConnectError;
use crate::mqtt::{self, Address, Connection, Happened, now};
use crate::sparkplug::host::{Host, HostOutput};
use crate::sparkplug::value::Value;

/// Whom to speak to, and how patiently.
#[derive(Debug, Clone)]
pub struct HostConfig {
    /// The broker: `mqtt://HOST:PORT`.
    pub url: String,
    /// The Sparkplug host application id; edge nodes wait for its STATE.
    pub host_id: String,
    /// The solution's group. Groups that neither this nor a device names are not listened to.
    pub group: String,
    /// The machines, each with its address.
    pub devices: Vec<DeviceAddress>,
    /// How long a gap in the sequence numbers may stay open before a rebirth is asked for, and how long
    /// after its edge node's birth that of a machine may take.
    pub reorder_timeout: Millis,
    /// How long a machine may take to be born, from the connection to the broker or from the first attempt
    /// at it, before it counts as offline. Longer than edge nodes pause before they connect again.
    pub birth_timeout: Millis,
    /// The shortest time between two requests for rebirth to the same edge node. Without an answer it
    /// doubles, up to 64 times this.
    pub rebirth_interval: Millis,
    /// MQTT keep alive.
    pub keep_alive: Duration,
    /// The first pause before connecting again; doubles up to `reconnect_max`.
    pub reconnect_min: Duration,
    /// The longest pause before connecting again.
    pub reconnect_max: Duration,
}

/// Where a resource is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAddress {
    /// The resource.
    pub resource: ResourceId,
    /// Its Sparkplug address.
    pub connection: weft_model::Connection,
}

/// What the host heard.
#[derive(Debug, Clone, PartialEq)]
pub enum HostEvent {
    /// The broker accepted us and our STATE is online. Births follow.
    Connected,
    /// The connection to the broker is gone or could not be made. The loop tries again by itself. Where
    /// there was one, each machine has been told as offline before this.
    Disconnected {
        /// What happened, for people.
        reason: String,
    },
    /// A machine reports on a job order. May come more than once.
    Report(JobReport),
    /// The state of a machine, at each birth and whenever it changes. One that has not been born in time
    /// is offline; so is every one while the broker cannot be reached.
    Machine {
        /// Which one.
        resource: ResourceId,
        /// Its state.
        state: MachineState,
        /// Why it is not up, for people; else empty.
        reason: String,
    },
    /// The machine introduced itself (again): it may have missed commands. The caller sends again what
    /// has not been acknowledged by a report. Comes after `Machine`.
    Reborn {
        /// Which one.
        resource: ResourceId,
    },
    /// A metric of a machine that is not about job orders or its state.
    Reading {
        /// Which machine.
        resource: ResourceId,
        /// The metric's name as born.
        metric: String,
        /// When it was so, by the clock of the wire.
        at: Timestamp,
        /// What it was.
        value: Value,
    },
    /// A device of our groups that no resource is connected to. Told once each, a thousand at most.
    Stranger {
        /// Its Sparkplug address.
        connection: weft_model::Connection,
    },
    /// A message that could not be understood. It has been skipped; everything else goes on.
    Malformed {
        /// Where it came from.
        topic: String,
        /// What is wrong with it.
        reason: String,
        /// What to do about it.
        help: String,
    },
    /// A command that was not sent, because its machine has no live birth. The caller sends it again
    /// after [`HostEvent::Reborn`].
    Undeliverable {
        /// The command.
        command: JobCommand,
        /// Why not, for people.
        reason: String,
    },
}

impl HostConfig {
    /// A host with the usual patience: 5 s for a gap, 15 s for births, 5 s between requests for rebirth,
    /// 20 s keep alive, 0.1 to 10 s between connection attempts.
    pub fn new(
        url: impl Into<String>,
        host_id: impl Into<String>,
        group: impl Into<String>,
        devices: Vec<DeviceAddress>,
    ) -> Self {
        Self {
            url: url.into(),
            host_id: host_id.into(),
            group: group.into(),
            devices,
            reorder_timeout: Millis::new(5_000),
            birth_timeout: Millis::new(15_000),
            rebirth_interval: Millis::new(5_000),
            keep_alive: Duration::from_secs(20),
            reconnect_min: Duration::from_millis(100),
            reconnect_max: Duration::from_secs(10),
        }
    }
}

/// Runs a host until `shutdown` resolves or the receiver of `out` is dropped, connecting again for
/// ever. Before it returns it publishes STATE offline.
///
/// A command to a machine without a live birth comes back as [`HostEvent::Undeliverable`]; it is never
/// dropped silently. `commands` is emptied even while nobody takes events from `out`, so one task may
/// serve both channels. Dropping the sender of `commands` ends nothing.
///
/// Errors: only what trying again does not mend, a bad URL or id or two resources with one address.
pub async fn run(
    config: HostConfig,
    mut commands: mpsc::Receiver<JobCommand>,
    out: mpsc::Sender<HostEvent>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ConnectError> {
    let translator = Translator::new(&config)?;
    let address = Address {
        url: config.url.clone(),
        client_id: format!("weft-host-{}", config.host_id),
        keep_alive: config.keep_alive,
        reconnect_min: config.reconnect_min,
        reconnect_max: config.reconnect_max,
    };
    address.check()?;
    let mut connection = Connection::new(address);
    let mut host = Host::new(translator.settings(&config));
    let mut events = VecDeque::new();
    let mut last_loss = None;
    let mut shutdown = pin!(shutdown);
    loop {
        let mut outputs = Vec::new();
        let mut lost = None;
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            () = out.closed() => break,
            permit = out.reserve(), if !events.is_empty() => match (permit, events.pop_front()) {
                (Ok(permit), Some(event)) => permit.send(event),
                _ => break,
            },
            Some(command) = commands.recv() => {
                match translator.command(&host, now(), &command) {
                    Ok(message) => outputs.push(HostOutput::Publish(message)),
                    Err(reason) => events.push_back(HostEvent::Undeliverable { command, reason }),
                }
            }
            () = mqtt::at(host.next_deadline()) => outputs = host.tick(now()),
            // What follows from one message is handed out before the next one is taken.
            happened = connection.next(), if events.is_empty() => match happened {
                Happened::MayOpen => connection.open(host.connect(now())),
                Happened::Opened => {
                    last_loss = None;
                    events.push_back(HostEvent::Connected);
                    outputs = host.connected(now());
                }
                Happened::Message(topic, payload) => outputs = host.receive(now(), &topic, &payload),
                Happened::Lost(reason) => lost = Some(reason),
            },
        }
        for output in outputs {
            match output {
                HostOutput::Publish(message) => {
                    if lost.is_none() {
                        lost = connection.publish(message).await.err();
                    }
                }
                output => translator.hear(output, &mut events),
            }
        }
        if let Some(reason) = lost {
            for output in host.disconnected() {
                translator.hear(output, &mut events);
            }
            // The same failure again at each attempt is no news.
            if last_loss.as_ref() != Some(&reason) {
                tracing::warn!(url = config.url, reason, "no connection to the MQTT broker");
                events.push_back(HostEvent::Disconnected { reason: reason.clone() });
                last_loss = Some(reason);
            }
        }
    }
    connection.close(Some(host.disconnect(now()))).await;
    Ok(())
}
