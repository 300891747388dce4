//! A broker that is not ours between the plant and its machines: mosquitto, which dies once.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::plant::{Process, Setup};
use crate::support::{history, root, solution, text, until};

/// A hundred minutes of the plant in a second.
const SPEED: f64 = 6_000.0;

#[test]
fn orders_are_seen_through_over_a_broker_of_someone_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED);
    (setup.twin, setup.foreign_broker) = (false, true);
    let mut broker = mosquitto(setup.mqtt, folder.path());
    let mut plant = setup.start();
    let mut machines = setup.machines(&folder.path().join("machines"));
    let is_connected = || (0.0 < plant.metric("weft_broker_connected")).then_some(());
    until("the broker reached", is_connected);
    let order = plant.place("bracket", 2);
    assert_eq!(plant.until_closed(&order), "completed");

    broker.kill();
    until("the loss noticed", || (plant.metric("weft_broker_connected") == 0.0).then_some(()));
    let waiting = plant.place("bracket", 2);
    let _broker = mosquitto(setup.mqtt, folder.path());
    until("the broker back", is_connected);
    assert_eq!(plant.until_closed(&waiting), "completed");

    assert!(plant.process.terminate().success());
    assert!(machines.terminate().success());
    history::verify(&setup.data);
    history::check_once(&history::events(&setup.data));
}

/// Starts it and waits until it listens.
fn mosquitto(address: SocketAddr, folder: &Path) -> Process {
    let config = folder.join("mosquitto.conf");
    let listener = format!("listener {} {}\nallow_anonymous true\n", address.port(), address.ip());
    fs::write(&config, listener).unwrap();
    let mut command = Command::new(program());
    command.args(["-c", text(&config)]);
    let mut broker = Process::spawn(command, &folder.join("mosquitto.log"));
    until("mosquitto listens", || {
        assert!(broker.is_running(), "mosquitto ended: {}", broker.said());
        TcpStream::connect(address).ok()
    });
    broker
}

/// A missing broker fails the test: a skipped one would look like a passed one.
fn program() -> String {
    let script = root("scripts/mosquitto.sh");
    let found = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
    assert!(found.status.success(), "mosquitto is missing: run scripts/setup.sh broker");
    String::from_utf8(found.stdout).unwrap().trim().to_owned()
}
