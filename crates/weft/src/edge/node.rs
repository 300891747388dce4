//! One edge node: machines on one side, Sparkplug on the other.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::{broadcast, mpsc, watch};
use weft_connect::{EdgeConfig, EdgeEvent, EdgeUpdate};
use weft_engine::Calendars;
use weft_live::{PLANT_TIME, PlantClock};
use weft_model::Timestamp;
use weft_model::job_control::{JobCommand, JobReport};
use weft_serve::Switch;
use weft_twin::{Machine, MachineMemory, Said};

use crate::edge::memory::MemoryFolder;

/// Machines say how far they are this often, in the world's time.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);
/// Updates and events that may wait in a channel.
const WAITING_MAX: usize = 1_000;
/// The machines' clock follows the plant's when it is off by more than this in the world's time.
const CLOCK_TOLERANCE_MS: f64 = 250.0;

/// A machine and what of its memory is on disk.
pub(super) struct Seat {
    machine: Machine,
    kept: Option<MachineMemory>,
}

/// An edge node of virtual machines.
pub(super) struct EdgeNode {
    /// By device id.
    seats: BTreeMap<String, Seat>,
    folder: MemoryFolder,
    calendars: Calendars,
    clock: PlantClock,
    speed: f64,
}

impl Seat {
    pub(super) fn new(machine: Machine) -> Self {
        Self { machine, kept: None }
    }
}

impl EdgeNode {
    pub(super) fn new(
        seats: BTreeMap<String, Seat>,
        folder: MemoryFolder,
        calendars: Calendars,
        begin: Timestamp,
        speed: f64,
    ) -> Self {
        Self { seats, folder, calendars, clock: PlantClock::simulated(begin, speed), speed }
    }

    /// Runs until `stopped`.
    pub(super) async fn run(
        mut self,
        config: EdgeConfig,
        mut switches: broadcast::Receiver<Switch>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let name = config.edge_node.clone();
        let (updates, updates_out) = mpsc::channel(WAITING_MAX);
        let (out, mut heard) = mpsc::channel(WAITING_MAX);
        let mut stopping = stopped.clone();
        let connection = tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopping.wait_for(|stop| *stop).await;
            };
            weft_connect::edge::run(config, updates_out, out, shutdown).await
        });
        let mut progress = tokio::time::interval(PROGRESS_EVERY);
        progress.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let wakeup = self.clock.until(self.next_wakeup());
            let said = tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => break,
                event = heard.recv() => match event {
                    Some(event) => self.hear(event),
                    None => break,
                },
                // Without a console nobody ever switches anything.
                Ok(switch) = switches.recv() => self.switch(&switch),
                () = tokio::time::sleep(wakeup) => self.advance(),
                _ = progress.tick() => self.progress(),
            };
            if let Err(error) = self.remember() {
                // Speaking of what would be forgotten could have it done twice.
                tracing::error!(node = name, error = format!("{error:#}"), "machines stop");
                break;
            }
            for update in said {
                if updates.send(update).await.is_err() {
                    break;
                }
            }
        }
        drop(updates);
        if let Ok(Err(error)) = connection.await {
            tracing::error!(node = name, %error, help = error.help(), "machines are not connected");
        }
    }

    fn hear(&mut self, event: EdgeEvent) -> Vec<EdgeUpdate> {
        match event {
            EdgeEvent::Command { device, command } => {
                self.follow_plant_time(&command);
                let now = self.clock.now();
                let said = self
                    .seats
                    .get_mut(&device)
                    .map(|seat| seat.machine.heed(now, &command))
                    .unwrap_or_default();
                self.updates(&device, said)
            }
            EdgeEvent::Born { device } => {
                let now = self.clock.now();
                let said = self
                    .seats
                    .get_mut(&device)
                    .map(|seat| seat.machine.introduce(now))
                    .unwrap_or_default();
                self.updates(&device, said)
            }
            EdgeEvent::Disconnected { reason } => {
                tracing::info!(reason, "machines are not connected; trying again");
                Vec::new()
            }
            EdgeEvent::Malformed { topic, reason, help } => {
                tracing::warn!(topic, reason, help, "a message was not understood and skipped");
                Vec::new()
            }
        }
    }

    /// Someone stops one of the machines, or lets it go on.
    fn switch(&mut self, switch: &Switch) -> Vec<EdgeUpdate> {
        let now = self.clock.now();
        let mut seats = self.seats.iter_mut();
        let Some((device, seat)) =
            seats.find(|(_, seat)| *seat.machine.resource() == switch.resource)
        else {
            return Vec::new();
        };
        let said = if switch.on { seat.machine.go_on(now) } else { seat.machine.stop(now) };
        let device = device.clone();
        self.updates(&device, said)
    }

    /// The plant says with each job order what its clock shows.
    fn follow_plant_time(&mut self, command: &JobCommand) {
        let told = command
            .work
            .as_ref()
            .and_then(|work| work.parameters.get(PLANT_TIME))
            .and_then(|text| Timestamp::parse(text));
        if let Some(told) = told {
            let off_ms = (told - self.clock.now()).get() as f64 / self.speed;
            if CLOCK_TOLERANCE_MS < off_ms.abs() {
                self.clock = PlantClock::simulated(told, self.speed);
            }
        }
    }

    fn advance(&mut self) -> Vec<EdgeUpdate> {
        let now = self.clock.now();
        if self.calendars.reach(now) {
            for seat in self.seats.values_mut() {
                if let Some(hours) = self.calendars.times().get(seat.machine.resource()) {
                    seat.machine.keep_hours(hours.clone());
                }
            }
        }
        let said: Vec<(String, Vec<Said>)> = self
            .seats
            .iter_mut()
            .map(|(device, seat)| (device.clone(), seat.machine.advance(now)))
            .collect();
        said.into_iter().flat_map(|(device, said)| self.updates(&device, said)).collect()
    }

    fn progress(&self) -> Vec<EdgeUpdate> {
        let now = self.clock.now();
        self.seats
            .iter()
            .flat_map(|(device, seat)| {
                seat.machine.progress(now).into_iter().map(|report| EdgeUpdate::Report {
                    device: device.clone(),
                    report: self.in_world_time(report),
                })
            })
            .collect()
    }

    fn next_wakeup(&self) -> Timestamp {
        self.seats.values().map(|seat| seat.machine.next_wakeup()).min().unwrap_or(Timestamp::MAX)
    }

    /// Keeps what has changed in the machines' memories.
    fn remember(&mut self) -> Result<()> {
        for seat in self.seats.values_mut() {
            let memory = seat.machine.memory();
            if seat.kept.as_ref() != Some(memory) {
                self.folder.keep(seat.machine.resource(), memory)?;
                seat.kept = Some(memory.clone());
            }
        }
        Ok(())
    }

    fn updates(&self, device: &str, said: Vec<Said>) -> Vec<EdgeUpdate> {
        said.into_iter()
            .map(|said| match said {
                Said::Report(report) => EdgeUpdate::Report {
                    device: device.to_owned(),
                    report: self.in_world_time(report),
                },
                Said::State(state) => EdgeUpdate::Machine {
                    device: device.to_owned(),
                    state,
                    at: self.clock.to_world(self.clock.now()),
                },
            })
            .collect()
    }

    /// Times on the wire are the world's.
    fn in_world_time(&self, report: JobReport) -> JobReport {
        JobReport {
            at: self.clock.to_world(report.at),
            started: report.started.map(|started| self.clock.to_world(started)),
            ..report
        }
    }
}
