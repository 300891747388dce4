//! The machine's side of the conversation: a Sparkplug Edge Node with devices that take job commands
//! and report.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use weft_model::job_control::{JobCommand, JobReport, JobState, MachineState, Quantities};
use weft_model::{ResourceId, Timestamp};

use crate::ConnectError;
use crate::error::check_id;
use crate::job_metrics::{self, Fault};
use crate::mqtt::{Address, Connection, Happened, now};
use crate::sparkplug::edge::{Edge, EdgeOutput, EdgeSettings};
use crate::sparkplug::host::Datum;
use crate::sparkplug::topic::NodeId;
use crate::sparkplug::value::Value;

/// Who we are, and whom we wait for.
#[derive(Debug, Clone)]
pub struct EdgeConfig {
    /// The broker: `mqtt://HOST:PORT`.
    pub url: String,
    /// The Sparkplug group id.
    pub group: String,
    /// The Sparkplug edge node id.
    pub edge_node: String,
    /// The host application to wait for: births only go out while its STATE is online. `None` does not
    /// wait.
    pub primary_host: Option<String>,
    /// The device ids. A command's and a report's `resource` is the device id.
    pub devices: Vec<String>,
    /// The bdSeq of the first connection. Keep the last one over a restart and go on with the next, so
    /// that a late death of the former run is not taken for ours.
    pub bd_seq_start: u8,
    /// Whether data go under the aliases of the birth, which is shorter, or under their names, for hosts
    /// that know no aliases.
    pub aliases: bool,
    /// MQTT keep alive.
    pub keep_alive: Duration,
    /// The first pause before connecting again; doubles up to `reconnect_max`.
    pub reconnect_min: Duration,
    /// The longest pause before connecting again.
    pub reconnect_max: Duration,
}

/// What the machine says.
#[derive(Debug, Clone, PartialEq)]
pub enum EdgeUpdate {
    /// About a job order; `resource` in the report does not go on the wire, `device` does.
    Report {
        /// The device id.
        device: String,
        /// The whole report.
        report: JobReport,
    },
    /// About itself; [`MachineState::Offline`] is the same as [`EdgeUpdate::DeviceDied`].
    Machine {
        /// The device id.
        device: String,
        /// Its state.
        state: MachineState,
        /// Since when.
        at: Timestamp,
    },
    /// A metric. The first reading of a metric that was not born, or of another type, makes the device
    /// be born again with it.
    Reading {
        /// The device id.
        device: String,
        /// The metric's name; `/` groups.
        metric: String,
        /// When it was so.
        at: Timestamp,
        /// What it was.
        value: Value,
    },
    /// The node lost the device: DDEATH.
    DeviceDied {
        /// The device id.
        device: String,
    },
    /// The node has the device again: DBIRTH. Also adds a device that was not configured.
    DeviceBack {
        /// The device id.
        device: String,
    },
}

/// What the machine hears.
#[derive(Debug, Clone, PartialEq)]
pub enum EdgeEvent {
    /// A job command. May come more than once; `command.resource` is the device id.
    Command {
        /// The device id.
        device: String,
        /// The command.
        command: JobCommand,
    },
    /// The device was introduced (again) to whoever listens: the caller reports again every job order
    /// that has not been cleared.
    Born {
        /// The device id.
        device: String,
    },
    /// The connection is gone, or the primary host is offline. The loop tries again by itself.
    Disconnected {
        /// What happened, for people.
        reason: String,
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
}

impl EdgeConfig {
    /// An edge node that waits for nobody and uses aliases, with 20 s keep alive and 0.1 to 10 s between connection
    /// attempts.
    pub fn new(
        url: impl Into<String>,
        group: impl Into<String>,
        edge_node: impl Into<String>,
        devices: Vec<String>,
    ) -> Self {
        Self {
            url: url.into(),
            group: group.into(),
            edge_node: edge_node.into(),
            primary_host: None,
            devices,
            bd_seq_start: 0,
            aliases: true,
            keep_alive: Duration::from_secs(20),
            reconnect_min: Duration::from_millis(100),
            reconnect_max: Duration::from_secs(10),
        }
    }

    fn settings(&self) -> Result<EdgeSettings, ConnectError> {
        check_id("group id", &self.group)?;
        check_id("edge node id", &self.edge_node)?;
        if let Some(host) = &self.primary_host {
            check_id("host id", host)?;
        }
        for device in &self.devices {
            check_id("device id", device)?;
        }
        Ok(EdgeSettings {
            node: NodeId::new(&self.group, &self.edge_node),
            primary_host: self.primary_host.clone(),
            bd_seq_start: self.bd_seq_start,
            aliases: self.aliases,
        })
    }
}

/// Runs an edge node until `shutdown` resolves or the receiver of `out` is dropped, connecting again
/// for ever. Before it returns it publishes NDEATH.
///
/// While the node is not born, reports and changes are not queued. The machine state and the last
/// readings are kept and go into the next birth; reports are dropped, in the knowledge that
/// [`EdgeEvent::Born`] follows, after which the caller reports again what has not been cleared.
/// `updates` is emptied even while nobody takes events from `out`. Dropping its sender ends nothing.
///
/// Errors: only what trying again does not mend, a bad URL or id.
pub async fn run(
    config: EdgeConfig,
    mut updates: mpsc::Receiver<EdgeUpdate>,
    out: mpsc::Sender<EdgeEvent>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ConnectError> {
    let settings = config.settings()?;
    let address = Address {
        url: config.url.clone(),
        client_id: format!("weft-edge-{}-{}", config.group, config.edge_node),
        keep_alive: config.keep_alive,
        reconnect_min: config.reconnect_min,
        reconnect_max: config.reconnect_max,
    };
    address.check()?;
    let mut connection = Connection::new(address);
    let devices = config.devices.iter().map(|id| (id.clone(), job_metrics::born())).collect();
    let mut edge = Edge::new(settings, devices);
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
            Some(update) = updates.recv() => outputs = take(&mut edge, now(), update),
            // What follows from one message is handed out before the next one is taken.
            happened = connection.next(), if events.is_empty() => match happened {
                Happened::MayOpen => connection.open(edge.connect(now())),
                Happened::Opened => {
                    last_loss = None;
                    outputs = edge.connected(now());
                }
                Happened::Message(topic, payload) => outputs = edge.receive(now(), &topic, &payload),
                Happened::Lost(reason) => lost = Some(reason),
            },
        }
        let mut outputs = VecDeque::from(outputs);
        while let Some(output) = outputs.pop_front() {
            match output {
                EdgeOutput::Publish(message) => {
                    if lost.is_none() {
                        lost = connection.publish(message).await.err();
                    }
                }
                EdgeOutput::Leave { reason } => {
                    connection.close(None).await;
                    lost.get_or_insert(reason);
                }
                EdgeOutput::Command { device, topic, metrics } => {
                    outputs.extend(hear(&mut edge, now(), device, topic, &metrics, &mut events));
                }
                EdgeOutput::Born { device } => events.push_back(EdgeEvent::Born { device }),
                EdgeOutput::Malformed { topic, reason, help } => {
                    events.push_back(EdgeEvent::Malformed { topic, reason, help });
                }
            }
        }
        if let Some(reason) = lost {
            edge.disconnected();
            // The same failure again at each attempt is no news.
            if last_loss.as_ref() != Some(&reason) {
                tracing::warn!(url = config.url, reason, "no connection to the MQTT broker");
                events.push_back(EdgeEvent::Disconnected { reason: reason.clone() });
                last_loss = Some(reason);
            }
        }
    }
    connection.close(edge.disconnect(now())).await;
    Ok(())
}

/// What follows from an update of the caller.
fn take(edge: &mut Edge, now: Timestamp, update: EdgeUpdate) -> Vec<EdgeOutput> {
    match update {
        EdgeUpdate::Report { device, report } => {
            edge.data(now, &device, job_metrics::write_report(&report))
        }
        EdgeUpdate::Machine { device, state: MachineState::Offline, .. }
        | EdgeUpdate::DeviceDied { device } => edge.device_died(now, &device),
        EdgeUpdate::Machine { device, state, at } => {
            let value = Value::Text(state.as_str().to_owned());
            let name = job_metrics::MACHINE_STATE.to_owned();
            edge.data(now, &device, vec![(name, at, Some(value))])
        }
        EdgeUpdate::Reading { device, metric, at, value } => {
            edge.data(now, &device, vec![(metric, at, Some(value))])
        }
        EdgeUpdate::DeviceBack { device } => edge.device_back(now, &device, job_metrics::born()),
    }
}

/// Turns the metrics of a DCMD into a command. New work that cannot be read is refused with a report,
/// so that the plant does not wait for it; anything else that cannot be read is told to the caller
/// only, because its job order may be running.
fn hear(
    edge: &mut Edge,
    now: Timestamp,
    device: String,
    topic: String,
    metrics: &[Datum],
    events: &mut VecDeque<EdgeEvent>,
) -> Vec<EdgeOutput> {
    let resource = ResourceId::new(&device);
    match job_metrics::read_command(&resource, metrics) {
        Ok(command) => {
            events.push_back(EdgeEvent::Command { device, command });
            Vec::new()
        }
        Err(Fault { refuses: Some(job_order), reason, help }) => {
            let report = JobReport {
                resource,
                job_order,
                state: JobState::Aborted,
                at: now,
                started: None,
                progress: 0.0,
                quantities: Quantities::default(),
                reason: format!("{reason}; {help}"),
            };
            edge.data(now, &device, job_metrics::write_report(&report))
        }
        Err(Fault { refuses: None, reason, help }) => {
            events.push_back(EdgeEvent::Malformed { topic, reason, help });
            Vec::new()
        }
    }
}
