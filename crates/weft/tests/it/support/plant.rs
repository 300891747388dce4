//! A plant that runs, and machines that run beside it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::{Value, json};

use super::client::{self, Answer};
use super::{text, until, weft};

/// How to run a plant; the same again after it was killed.
pub(crate) struct Setup {
    pub(crate) solution: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) http: SocketAddr,
    pub(crate) mqtt: SocketAddr,
    /// Whether the broker at `mqtt` is somebody else's, and not the one inside.
    pub(crate) foreign_broker: bool,
    pub(crate) speed: Option<f64>,
    /// With machines inside.
    pub(crate) twin: bool,
}

/// A process that does not outlive the test.
pub(crate) struct Process {
    child: Child,
    stderr: PathBuf,
}

/// A running plant.
pub(crate) struct Plant {
    pub(crate) process: Process,
    pub(crate) http: SocketAddr,
    pub(crate) mqtt: SocketAddr,
}

impl Setup {
    /// A plant with its own machines, with all it keeps below `folder`.
    pub(crate) fn new(folder: &Path, solution: PathBuf, speed: f64) -> Self {
        Self {
            solution,
            data: folder.join("data"),
            http: free_address(),
            mqtt: free_address(),
            foreign_broker: false,
            speed: Some(speed),
            twin: true,
        }
    }

    /// The command, without waiting for anything.
    pub(crate) fn command(&self) -> Command {
        let mut command = weft();
        command.args(["run", text(&self.solution), "--data", text(&self.data)]);
        command.args(["--listen", &self.http.to_string()]);
        if self.foreign_broker {
            command.args(["--mqtt", &format!("mqtt://{}", self.mqtt)]);
        } else {
            command.args(["--mqtt-listen", &self.mqtt.to_string()]);
        }
        if let Some(speed) = self.speed {
            command.args(["--speed", &speed.to_string()]);
        }
        if self.twin {
            command.arg("--twin");
        }
        command
    }

    /// Starts it, without waiting for anything.
    pub(crate) fn spawn(&self) -> Plant {
        self.spawn_as(self.command())
    }

    /// Starts it by this command.
    pub(crate) fn spawn_as(&self, command: Command) -> Plant {
        let process = Process::spawn(command, &self.data.with_extension("log"));
        Plant { process, http: self.http, mqtt: self.mqtt }
    }

    /// Starts it and waits until it answers.
    pub(crate) fn start(&self) -> Plant {
        let mut plant = self.spawn();
        plant.until_up();
        plant
    }

    /// Its machines as a process of their own.
    pub(crate) fn machines(&self, data: &Path) -> Process {
        let mut command = weft();
        command.args(["twin", "edge", text(&self.solution), "--data", text(data)]);
        command.args(["--mqtt", &format!("mqtt://{}", self.mqtt)]);
        if let Some(speed) = self.speed {
            command.args(["--speed", &speed.to_string()]);
        }
        Process::spawn(command, &data.with_extension("log"))
    }
}

impl Process {
    /// Starts a command; what it says on standard error goes to the end of a file.
    pub(crate) fn spawn(mut command: Command, stderr: &Path) -> Self {
        let log = File::options().create(true).append(true).open(stderr).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { child, stderr: stderr.to_owned() }
    }

    /// SIGKILL: it gets no chance to do anything more.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits for the end.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.wait()
    }

    /// Waits until it ends by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        until("the end of a process", || self.child.try_wait().unwrap())
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it said on standard error.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let said = self.said();
            let from = said.char_indices().rev().nth(6_000).map_or(0, |(at, _)| at);
            eprintln!("--- {}\n{}", self.stderr.display(), &said[from..]);
        }
    }
}

impl Plant {
    /// Waits until it answers.
    pub(crate) fn until_up(&mut self) {
        let http = self.http;
        until("an answer of the plant", || {
            assert!(self.process.is_running(), "the plant ended: {}", self.process.said());
            let answer = client::request(http, "GET", "/api/health", &[], &[]);
            answer.ok().filter(|answer| answer.status == 200)
        });
    }

    /// Waits until all its machines are up.
    pub(crate) fn until_machines_up(&self) {
        until("all machines up", || (self.metric("weft_resources_down") == 0.0).then_some(()));
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        client::request(self.http, "GET", path, &[], &[]).unwrap()
    }

    /// A GET that must succeed.
    pub(crate) fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_bytes(path, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn post_bytes(&self, path: &str, kind: &str, body: &[u8]) -> Answer {
        client::request(self.http, "POST", path, &[("Content-Type", kind)], body).unwrap()
    }

    /// Places an order that must be taken on; answers its id.
    pub(crate) fn place(&self, offer: &str, quantity: u32) -> String {
        let answer = self.post("/api/orders", &json!({ "offer": offer, "quantity": quantity }));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// A figure of `/metrics`; 0 when it is not there.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").text();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        value.unwrap_or(0.0)
    }

    /// Waits until an order is closed; answers how.
    pub(crate) fn until_closed(&self, order: &str) -> String {
        until("an order closed", || {
            let answer = self.json(&format!("/api/orders/{order}"));
            let status = answer["order"]["status"].as_str().unwrap().to_owned();
            (status != "open").then_some(status)
        })
    }
}

/// An address that nobody listens on. Below the ports that the system gives to outgoing connections:
/// one that is free now stays free while a plant is down.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = 12_000 + (std::process::id() % 160) as u16 * 100;
    until("a free port", || {
        let port = begin + NEXT.fetch_add(1, Ordering::Relaxed) % 4_000;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpListener::bind(address).is_ok().then_some(address)
    })
}
