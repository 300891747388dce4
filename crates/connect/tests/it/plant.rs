//! A small plant to test with: a host, an edge node and a plain client, and waiting on conditions.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use mqtt5::{ConnectOptions, MqttClient, QoS, WillMessage};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use weft_connect::{
    Broker, ConnectError, DeviceAddress, EdgeConfig, EdgeEvent, EdgeUpdate, HostConfig, HostEvent,
};
use weft_model::job_control::{
    JobCommand, JobMethod, JobReport, JobState, JobWork, MachineState, Quantities,
};
use weft_model::{Connection, JobOrderId, Millis, ResourceId, Timestamp};

pub(crate) const GROUP: &str = "plant";
pub(crate) const NODE: &str = "hall-1";
pub(crate) const DEVICE: &str = "m1";

/// Longer than anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A loop under test with its channels.
pub(crate) struct Running<In, Out> {
    pub(crate) say: mpsc::Sender<In>,
    pub(crate) events: mpsc::Receiver<Out>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), ConnectError>>,
}

pub(crate) type RunningHost = Running<JobCommand, HostEvent>;
pub(crate) type RunningEdge = Running<EdgeUpdate, EdgeEvent>;

pub(crate) async fn start_broker() -> Broker {
    Broker::start("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

pub(crate) fn host_config(url: &str) -> HostConfig {
    let address = DeviceAddress {
        resource: ResourceId::new("press"),
        connection: Connection {
            group: GROUP.to_owned(),
            edge_node: NODE.to_owned(),
            device: DEVICE.to_owned(),
        },
    };
    let mut config = HostConfig::new(url, "weft", GROUP, vec![address]);
    config.reorder_timeout = Millis::new(500);
    config.rebirth_interval = Millis::new(500);
    config.reconnect_max = Duration::from_millis(500);
    config
}

pub(crate) fn edge_config(url: &str) -> EdgeConfig {
    let mut config = EdgeConfig::new(url, GROUP, NODE, vec![DEVICE.to_owned()]);
    config.reconnect_max = Duration::from_millis(500);
    config
}

pub(crate) fn start_host(config: HostConfig) -> RunningHost {
    start(|say, events, stop| weft_connect::host::run(config, say, events, stop))
}

pub(crate) fn start_edge(config: EdgeConfig) -> RunningEdge {
    start(|say, events, stop| weft_connect::edge::run(config, say, events, stop))
}

fn start<In: Send + 'static, Out: Send + 'static, F>(
    run: impl FnOnce(
        mpsc::Receiver<In>,
        mpsc::Sender<Out>,
        std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> F,
) -> Running<In, Out>
where
    F: Future<Output = Result<(), ConnectError>> + Send + 'static,
{
    let (say, hear) = mpsc::channel(16);
    let (out, events) = mpsc::channel(16);
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = Box::pin(async move {
        let _ = stopped.await;
    });
    let task = tokio::spawn(run(hear, out, stopped));
    Running { say, events, stop: Some(stop), task }
}

impl<In: Debug, Out: Debug> Running<In, Out> {
    pub(crate) async fn say(&self, said: In) {
        self.say.send(said).await.unwrap();
    }

    /// The first event that the function makes something of; others are skipped.
    pub(crate) async fn until<T>(&mut self, mut pick: impl FnMut(&Out) -> Option<T>) -> T {
        let mut skipped = Vec::new();
        let picked = tokio::time::timeout(PATIENCE, async {
            loop {
                let event = self.events.recv().await.expect("the loop goes on");
                if let Some(picked) = pick(&event) {
                    return picked;
                }
                skipped.push(event);
            }
        });
        match picked.await {
            Ok(picked) => picked,
            Err(late) => panic!("{late}: did not come; these did: {skipped:?}"),
        }
    }

    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        self.task.await.unwrap().unwrap();
    }
}

impl RunningHost {
    pub(crate) async fn until_report(&mut self, state: JobState) -> JobReport {
        self.until(|event| match event {
            HostEvent::Report(report) if report.state == state => Some(report.clone()),
            _ => None,
        })
        .await
    }

    pub(crate) async fn until_machine(&mut self, wanted: MachineState) {
        self.until(|event| match event {
            HostEvent::Machine { resource, state, .. } if *state == wanted => {
                assert_eq!(resource.as_str(), "press");
                Some(())
            }
            _ => None,
        })
        .await;
    }

    pub(crate) async fn until_reborn(&mut self) {
        self.until(|event| matches!(event, HostEvent::Reborn { .. }).then_some(())).await;
    }

    pub(crate) async fn until_malformed(&mut self, topic: &str) -> String {
        self.until(|event| match event {
            HostEvent::Malformed { topic: at, reason, help } if at == topic => {
                assert!(!help.is_empty());
                Some(reason.clone())
            }
            _ => None,
        })
        .await
    }
}

impl RunningEdge {
    pub(crate) async fn until_command(&mut self) -> JobCommand {
        self.until(|event| match event {
            EdgeEvent::Command { device, command } => {
                assert_eq!(device, DEVICE);
                Some(command.clone())
            }
            _ => None,
        })
        .await
    }

    pub(crate) async fn until_born(&mut self) {
        self.until(|event| matches!(event, EdgeEvent::Born { .. }).then_some(())).await;
    }

    pub(crate) async fn report(&self, report: JobReport) {
        self.say(EdgeUpdate::Report { device: DEVICE.to_owned(), report }).await;
    }
}

/// Sends a command until the machine hears it: again at each birth, as a caller of the host does, because
/// both sides may still be introducing themselves.
pub(crate) async fn until_heard(
    host: &mut RunningHost,
    edge: &mut RunningEdge,
    method: JobMethod,
) -> JobCommand {
    loop {
        host.say(order(method)).await;
        tokio::select! {
            command = edge.until(|event| match event {
                EdgeEvent::Command { command, .. } if command.method == method => Some(command.clone()),
                _ => None,
            }) => return command,
            () = host.until_reborn() => {}
        }
    }
}

pub(crate) fn order(method: JobMethod) -> JobCommand {
    let work = JobWork {
        work_master: "Lapping".to_owned(),
        quantity: 7,
        planned_work: Millis::new(90_000),
        spans_breaks: true,
        parameters: [("programme", "P 1&2"), ("材料", "钢 100%")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    };
    JobCommand {
        resource: ResourceId::new("press"),
        method,
        job_order: JobOrderId::new("case-1/30/1"),
        work: matches!(method, JobMethod::StoreAndStart).then_some(work),
    }
}

pub(crate) fn report(state: JobState, at: i64, good: u32) -> JobReport {
    JobReport {
        resource: ResourceId::new(DEVICE),
        job_order: JobOrderId::new("case-1/30/1"),
        state,
        at: Timestamp::from_millis(at),
        started: (state != JobState::AllowedToStart).then_some(Timestamp::from_millis(1_000)),
        progress: if state == JobState::Ended { 1.0 } else { 0.25 },
        quantities: Quantities { good, scrap: 1, rework: 2 },
        reason: String::new(),
    }
}

/// A client that knows nothing of Sparkplug. Its messages arrive in the receiver.
pub(crate) async fn client(
    broker: &Broker,
    id: &str,
    will: Option<WillMessage>,
    filter: &str,
) -> (MqttClient, mpsc::UnboundedReceiver<mqtt5::Message>) {
    let mut options = ConnectOptions::new(id).with_automatic_reconnect(false);
    if let Some(will) = will {
        options = options.with_will(will);
    }
    let client = MqttClient::with_options(options.clone());
    client.connect_with_options(&broker.url(), options).await.unwrap();
    let (sender, receiver) = mpsc::unbounded_channel();
    let options = mqtt5::SubscribeOptions { qos: QoS::AtLeastOnce, ..Default::default() };
    client
        .subscribe_with_options(filter, options, move |message| {
            let _ = sender.send(message);
        })
        .await
        .unwrap();
    (client, receiver)
}

pub(crate) async fn next<T>(receiver: &mut mpsc::UnboundedReceiver<T>) -> T {
    tokio::time::timeout(PATIENCE, receiver.recv()).await.expect("in time").expect("goes on")
}
