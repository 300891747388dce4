//! The twin's machines as Sparkplug edge nodes: they connect over TCP like any other.
//!
//! One edge node per node id that the solution's resources name, one task each. What a machine must
//! remember is on disk before anyone hears of it, so that a machine that is killed does nothing twice.

mod memory;
mod node;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use weft_connect::EdgeConfig;
use weft_engine::Calendars;
use weft_model::{Resource, Solution, Timestamp, WorkingTime};
use weft_serve::Switch;
use weft_twin::Machine;

use crate::edge::memory::MemoryFolder;
use crate::edge::node::{EdgeNode, Seat};

/// The longest pause before connecting again. Shorter than real machines have it: on a clock that runs
/// 6000 times as fast as the world's, their 10 s would be 16 h of doing nothing.
const RECONNECT_MAX: Duration = Duration::from_secs(1);

/// What to run.
pub(crate) struct EdgePlan {
    pub(crate) solution: Arc<Solution>,
    /// The broker.
    pub(crate) url: String,
    /// Where machines keep their memory.
    pub(crate) data: PathBuf,
    /// How much faster than the world time runs.
    pub(crate) speed: f64,
    pub(crate) seed: u64,
    /// What the plant's clock shows now; the plant's commands correct it.
    pub(crate) begin: Timestamp,
    /// Where it is heard that someone stops a machine.
    pub(crate) switches: broadcast::Sender<Switch>,
}

/// Running edge nodes.
pub(crate) struct Machines(JoinSet<()>);

impl Machines {
    /// Resolves when all have said goodbye.
    pub(crate) async fn ended(mut self) {
        while self.0.join_next().await.is_some() {}
    }
}

/// Starts all edge nodes of a solution; they run until `stopped`.
pub(crate) fn start(plan: EdgePlan, stopped: &watch::Receiver<bool>) -> Result<Machines> {
    let folder = MemoryFolder::open(plan.data)?;
    let mut machines = JoinSet::new();
    let first = plan.solution.twin.start;
    let calendars = Calendars::new(Arc::clone(&plan.solution), first, plan.begin);
    for ((group, node), resources) in by_node(&plan.solution) {
        let mut seats = BTreeMap::new();
        for resource in resources {
            let time =
                calendars.times().get(&resource.id).cloned().unwrap_or_else(WorkingTime::always);
            let mut machine = Machine::new(
                resource.id.clone(),
                resource.capacity,
                time,
                plan.solution.twin.clone(),
                plan.seed,
                plan.begin,
            );
            if let Some(memory) = folder.load(&resource.id)? {
                machine.remember(memory);
            }
            seats.insert(resource.connection.device.clone(), Seat::new(machine));
        }
        let mut config =
            EdgeConfig::new(plan.url.clone(), group, node, seats.keys().cloned().collect());
        config.primary_host = Some(crate::commands::run::host_id(&plan.solution));
        config.reconnect_max = RECONNECT_MAX;
        config.bd_seq_start = folder.next_bd_seq(&config.edge_node)?;
        let node = EdgeNode::new(seats, folder.clone(), calendars.clone(), plan.begin, plan.speed);
        machines.spawn(node.run(config, plan.switches.subscribe(), stopped.clone()));
    }
    Ok(Machines(machines))
}

fn by_node(solution: &Solution) -> BTreeMap<(String, String), Vec<&Resource>> {
    let mut nodes: BTreeMap<(String, String), Vec<&Resource>> = BTreeMap::new();
    for resource in solution.resources.values() {
        let address = (resource.connection.group.clone(), resource.connection.edge_node.clone());
        nodes.entry(address).or_default().push(resource);
    }
    nodes
}
