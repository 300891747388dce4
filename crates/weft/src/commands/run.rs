//! `weft run`: a plant that runs.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use weft_connect::{Broker, DeviceAddress, HostConfig};
use weft_live::{Plant, PlantConfig};
use weft_model::Solution;

use crate::edge::{self, EdgePlan};
use crate::output::{Failure, note};
use crate::solution;

/// So many virtual machines that were stopped or let go on may wait to hear of it.
const SWITCHES_MAX: usize = 256;
/// How long requests under way may take when the plant stops.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The solution folder
    folder: PathBuf,
    /// Where the plant keeps its journal; default weft-data/ID in the current folder
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where the console and the API listen; loopback unless you say otherwise
    #[arg(long, default_value = "127.0.0.1:7420", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// A name that browsers may call this plant by, beside its addresses and localhost; may be repeated
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// Where the MQTT broker inside listens
    #[arg(long, default_value = "127.0.0.1:1883", value_name = "ADDRESS")]
    mqtt_listen: SocketAddr,
    /// Use this MQTT broker instead of the one inside, such as `mqtt://127.0.0.1:1883`
    #[arg(long, value_name = "URL", conflicts_with = "mqtt_listen")]
    mqtt: Option<String>,
    /// Run the solution's virtual machines too
    #[arg(long)]
    twin: bool,
    /// Run on a simulated clock that begins where the solution's twin does, this much faster than the
    /// world's. Left out, it is 1 with --twin; without --twin the plant is on the world's clock
    #[arg(long, value_parser = parse_speed, value_name = "FACTOR")]
    speed: Option<f64>,
    /// Seed of the planner and the virtual machines
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    start_log();
    let solution = Arc::new(solution::load(&args.folder)?);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run_plant(args, solution))
}

async fn run_plant(args: Args, solution: Arc<Solution>) -> Result<ExitCode> {
    let folder = args.data.clone().unwrap_or_else(|| default_data(&solution));
    // The journal first: whoever holds it is the one that runs.
    let plant = Plant::start(PlantConfig {
        folder: folder.clone(),
        solution: Arc::clone(&solution),
        speed: args.speed.or(args.twin.then_some(1.0)),
        seed: args.seed,
    })?;
    let listener = listen(args.listen).await?;
    let broker = match args.mqtt {
        Some(_) => None,
        None => Some(Broker::start(args.mqtt_listen).await?),
    };
    let url = match (&args.mqtt, &broker) {
        (Some(url), _) => url.clone(),
        (None, Some(broker)) => broker.url(),
        (None, None) => String::new(),
    };
    let group = solution.id.to_string();
    plant.connect(HostConfig::new(url.clone(), host_id(&solution), group, devices(&solution)));

    let (stop, stopped) = watch::channel(false);
    let switches = broadcast::Sender::new(SWITCHES_MAX);
    let machines = if args.twin {
        let plan = EdgePlan {
            url: url.clone(),
            data: folder.join("machines"),
            speed: plant.clock().speed(),
            seed: args.seed,
            begin: plant.clock().now(),
            switches: switches.clone(),
            solution: Arc::clone(&solution),
        };
        Some(edge::start(plan, &stopped)?)
    } else {
        None
    };

    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        note(&format!(
            "warning: {address} can be reached from outside, and there is no sign-in yet: \
             whoever reaches it can place and cancel orders"
        ));
    }
    if broker.is_some() && !args.mqtt_listen.ip().is_loopback() {
        note(&format!(
            "warning: {} can be reached from outside, and machines do not sign in yet: \
             whoever reaches it can report work as done",
            args.mqtt_listen
        ));
    }
    note(&format!(
        "{}: console http://{address}  machines {url}  data {}",
        solution.title.en,
        folder.display()
    ));
    let router = weft_serve::router(plant.clone(), &args.name, args.twin.then_some(switches));
    let server = tokio::spawn(serve(listener, router, stop.subscribe()));

    let reason = tokio::select! {
        () = asked_to_stop() => {
            plant.stop();
            // The plant no longer listens: machines that go now are not taken for lost.
            let _ = stop.send(true);
            plant.ended().await
        }
        reason = plant.ended() => reason,
    };
    let _ = stop.send(true);
    if let Some(machines) = machines {
        machines.ended().await;
    }
    // Requests that have begun are answered.
    let _ = tokio::time::timeout(LAST_ANSWERS, server).await;
    if let Some(broker) = broker {
        broker.stop().await;
    }
    match reason {
        None => Ok(ExitCode::SUCCESS),
        Some(reason) => Err(Failure::error(
            "W707",
            format!("the plant stopped: {reason}"),
            "mend the cause and start it again: it goes on from its journal",
        )),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::error(
            "W708",
            format!("cannot listen on {address}: {error}"),
            "stop what listens there, or choose another address with --listen",
        )
    })
}

async fn serve(listener: TcpListener, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    if let Err(error) = server.await {
        tracing::error!(%error, "the console is not served any more");
    }
}

/// Resolves on Ctrl-C or a request to terminate.
pub(crate) async fn asked_to_stop() {
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
    let terminated = async {
        match &mut terminate {
            Some(terminate) => drop(terminate.recv().await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

/// The Sparkplug host application id: edge nodes wait for it.
pub(crate) fn host_id(solution: &Solution) -> String {
    format!("weft-{}", solution.id)
}

/// Where a plant's data is when nothing else is said.
pub(crate) fn default_data(solution: &Solution) -> PathBuf {
    PathBuf::from("weft-data").join(solution.id.as_str())
}

/// A factor for a clock: above zero, at most a million.
pub(crate) fn parse_speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if 0.0 < speed && speed <= 1_000_000.0 => Ok(speed),
        _ => Err("give a factor above 0 and at most 1000000, such as 600".to_owned()),
    }
}

/// Sends what happens to standard error; `WEFT_LOG` chooses how much (`info`, `weft_connect=debug`).
pub(crate) fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("WEFT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for people, not for log files.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("logging was started before");
}

fn devices(solution: &Solution) -> Vec<DeviceAddress> {
    solution
        .resources
        .values()
        .map(|resource| DeviceAddress {
            resource: resource.id.clone(),
            connection: resource.connection.clone(),
        })
        .collect()
}
