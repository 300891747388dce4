//! With Sparkplug implementations that are not ours; see `scripts/interop/`.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::process::Child;
use weft_connect::{Broker, EdgeConfig, HostEvent};
use weft_model::job_control::{JobMethod, JobReport, JobState, MachineState};

use crate::plant::{
    DEVICE, GROUP, NODE, PATIENCE, RunningEdge, RunningHost, edge_config, host_config, order,
    report, start_broker, start_edge, start_host,
};

#[tokio::test(flavor = "multi_thread")]
async fn our_host_works_with_a_machine_of_pysparkplug() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let machine = script(&broker, "pysparkplug", "machine.py");
    let reports = see_through(&mut host, machine).await;
    let find = |state| reports.iter().find(|report| report.state == state).cloned().unwrap();
    let (running, ended) = (find(JobState::Running), find(JobState::Ended));
    assert_eq!(ended.job_order.as_str(), "case-1/30/1");
    assert_eq!(ended.quantities.good, 7);
    assert_eq!(ended.progress.to_bits(), 1.0_f64.to_bits());
    assert!(running.started.is_some() && ended.started == running.started);
    assert!(running.at <= ended.at);
}

/// A host that comes late asks for a rebirth, which this machine answers with a new connection.
#[tokio::test(flavor = "multi_thread")]
async fn our_host_makes_a_machine_of_pysparkplug_be_born_again() {
    let broker = start_broker().await;
    let mut machine = script(&broker, "pysparkplug", "machine.py");
    wait_for_line(&mut machine, "born").await;
    let mut host = start_host(host_config(&broker.url()));
    let reports = see_through(&mut host, machine).await;
    assert!(reports.iter().any(|report| report.state == JobState::Ended));
}

/// Killed without a word: the will of the machine tells the host.
#[tokio::test(flavor = "multi_thread")]
async fn our_host_notices_that_a_machine_of_pysparkplug_was_killed() {
    let broker = start_broker().await;
    let mut host = start_host(host_config(&broker.url()));
    let mut machine = script(&broker, "pysparkplug", "machine.py");
    host.until_machine(MachineState::Up).await;
    machine.kill().await.unwrap();
    host.until_machine(MachineState::Offline).await;
    host.say(order(JobMethod::StoreAndStart)).await;
    host.until(|event| matches!(event, HostEvent::Undeliverable { .. }).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_edge_node_works_with_a_host_of_pysparkplug() {
    let broker = start_broker().await;
    let mut config = edge_config(&broker.url());
    config.primary_host = Some("interop".to_owned());
    let host = script(&broker, "pysparkplug", "host.py");
    take_one_job_order(config).await;
    assert!(finish(host).await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn our_edge_node_works_with_a_host_of_mqtt_spb_wrapper() {
    let broker = start_broker().await;
    let config = EdgeConfig { aliases: false, ..edge_config(&broker.url()) };
    let host = script(&broker, "mqtt-spb-wrapper", "host_names.py");
    take_one_job_order(config).await;
    assert!(finish(host).await.success());
}

async fn take_one_job_order(config: EdgeConfig) {
    let mut edge: RunningEdge = start_edge(config);
    let command = edge.until_command().await;
    assert_eq!(command.method, JobMethod::StoreAndStart);
    let work = command.work.expect("new work");
    assert_eq!((work.work_master.as_str(), work.quantity), ("Lapping", 5));
    assert_eq!(work.planned_work.get(), 60_000);
    assert_eq!(work.parameters.get("programme").map(String::as_str), Some("P 1"));
    for (state, at, good) in [(JobState::Running, 1_000, 0), (JobState::Ended, 2_000, 5)] {
        let mut told = report(state, at, good);
        told.job_order = command.job_order.clone();
        edge.report(told).await;
    }
    assert_eq!(edge.until_command().await.method, JobMethod::Clear);
}

/// Orders one job, clears it when it has ended, and waits for the end of the machine. Commands are at
/// most once, so the one that is due is sent again at each birth, as a caller of the host does.
async fn see_through(host: &mut RunningHost, mut machine: Child) -> Vec<JobReport> {
    let mut due = JobMethod::StoreAndStart;
    let mut reports = Vec::new();
    let mut machine_state = MachineState::Offline;
    let through = async {
        loop {
            tokio::select! {
                ended = machine.wait() => break ended.unwrap(),
                event = host.events.recv() => match event.unwrap() {
                    HostEvent::Reborn { .. } => host.say(order(due)).await,
                    HostEvent::Report(report) => {
                        if report.state == JobState::Ended {
                            due = JobMethod::Clear;
                            host.say(order(due)).await;
                        }
                        reports.push(report);
                    }
                    HostEvent::Machine { state, .. } => machine_state = state,
                    _ => {}
                },
            }
        }
    };
    let ended = tokio::time::timeout(PATIENCE, through).await;
    assert!(ended.is_ok_and(|ended| ended.success()), "{reports:?}");
    if machine_state != MachineState::Offline {
        host.until_machine(MachineState::Offline).await;
    }
    reports
}

/// Starts a script of `scripts/interop` in its own environment. A missing environment fails the test:
/// a skipped one would look like a passed one.
fn script(broker: &Broker, venv: &str, name: &str) -> Child {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/interop");
    let cache = std::env::var_os("WEFT_CACHE").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/weftline"),
        PathBuf::from,
    );
    let python = cache.join("venv").join(venv).join("bin/python");
    assert!(python.exists(), "{} is missing: run scripts/interop/setup.sh", python.display());
    tokio::process::Command::new(python)
        .arg(scripts.join(name))
        .args(["--url", &broker.url(), "--group", GROUP, "--node", NODE, "--device", DEVICE])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn wait_for_line(child: &mut Child, wanted: &str) {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line == wanted {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(PATIENCE, found).await.unwrap());
    // Whoever prints into a closed pipe dies of it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
}

async fn finish(mut child: Child) -> ExitStatus {
    tokio::time::timeout(PATIENCE, child.wait()).await.expect("ends in time").unwrap()
}
