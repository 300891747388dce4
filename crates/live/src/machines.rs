//! What is heard from machines, in the engine's words.

use weft_connect::HostEvent;
use weft_engine::Input;
use weft_model::job_control::JobReport;

use crate::clock::PlantClock;

/// The input an event amounts to; `None` for what the engine does not decide on.
pub(crate) fn input_of(event: &HostEvent, clock: &PlantClock) -> Option<Input> {
    match event {
        HostEvent::Report(report) => Some(Input::Report(in_plant_time(report, clock))),
        HostEvent::Machine { resource, state, reason } => Some(Input::Machine {
            resource: resource.clone(),
            state: *state,
            reason: reason.clone(),
        }),
        HostEvent::Reborn { resource } => Some(Input::Reborn(resource.clone())),
        HostEvent::Connected
        | HostEvent::Disconnected { .. }
        | HostEvent::Reading { .. }
        | HostEvent::Stranger { .. }
        | HostEvent::Malformed { .. }
        | HostEvent::Undeliverable { .. } => None,
    }
}

/// Times on the wire are the world's.
fn in_plant_time(report: &JobReport, clock: &PlantClock) -> JobReport {
    JobReport {
        at: clock.at(report.at),
        started: report.started.map(|started| clock.at(started)),
        ..report.clone()
    }
}
