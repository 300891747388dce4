//! What is said between the plant and a machine about one job order.
//!
//! The words are those of OPC 10031-4 (ISA-95 Job Control): methods that a receiver of job orders
//! offers, the states a job order goes through, and the response that reports on it.

use std::collections::BTreeMap;

use crate::id::{JobOrderId, ResourceId};
use crate::time::{Millis, Timestamp};

/// What a machine is asked to do with a job order (OPC 10031-4 §6.2, method names as there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobMethod {
    /// Keep the job order; do not start it.
    Store,
    /// Keep the job order and start it as soon as the machine can.
    StoreAndStart,
    /// Start a stored job order.
    Start,
    /// Interrupt a running one.
    Pause,
    /// Go on with an interrupted one.
    Resume,
    /// End it without finishing it.
    Abort,
    /// Forget an ended or aborted one: its report has been kept.
    Clear,
}

/// The state of a job order (OPC 10031-4 §6.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// Stored, may not start yet.
    NotAllowedToStart,
    /// Stored, starts when the machine can.
    AllowedToStart,
    /// Being worked on.
    Running,
    /// Begun and paused.
    Interrupted,
    /// Finished.
    Ended,
    /// Given up, or refused.
    Aborted,
}

/// A command about one job order to one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCommand {
    /// Whom it is for.
    pub resource: ResourceId,
    /// What to do.
    pub method: JobMethod,
    /// Which job order. A machine does the same method on the same job order once, however often it
    /// is told.
    pub job_order: JobOrderId,
    /// What the work is; set for [`JobMethod::Store`] and [`JobMethod::StoreAndStart`].
    pub work: Option<JobWork>,
}

/// What a job order asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobWork {
    /// What people call the operation (the ISA-95 work master).
    pub work_master: String,
    /// How many pieces.
    pub quantity: u32,
    /// Planned working time.
    pub planned_work: Millis,
    /// Whether it may pause over a break.
    pub spans_breaks: bool,
    /// Everything else the machine is to be told, by name.
    pub parameters: BTreeMap<String, String>,
}

/// What a machine says about a job order.
#[derive(Debug, Clone, PartialEq)]
pub struct JobReport {
    /// Who says it.
    pub resource: ResourceId,
    /// About which job order.
    pub job_order: JobOrderId,
    /// Its state now.
    pub state: JobState,
    /// When it came into this state, by the clock of the plant.
    pub at: Timestamp,
    /// When work on it began, where it has.
    pub started: Option<Timestamp>,
    /// Share of the work done, 0 to 1.
    pub progress: f64,
    /// Pieces so far.
    pub quantities: Quantities,
    /// Why it is interrupted or aborted; else empty.
    pub reason: String,
}

/// Pieces by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quantities {
    /// As they should be.
    pub good: u32,
    /// Lost.
    pub scrap: u32,
    /// To be done again.
    pub rework: u32,
}

/// What a machine says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MachineState {
    /// It answers and can work.
    Up,
    /// It answers and says it has failed.
    Failed,
    /// It does not answer: its connection is gone.
    Offline,
}

impl JobMethod {
    /// All methods with the word on the wire.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Store, "Store"),
        (Self::StoreAndStart, "StoreAndStart"),
        (Self::Start, "Start"),
        (Self::Pause, "Pause"),
        (Self::Resume, "Resume"),
        (Self::Abort, "Abort"),
        (Self::Clear, "Clear"),
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(method, _)| *method == self).map_or("", |(_, word)| word)
    }

    /// The method with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(method, _)| *method)
    }
}

impl JobState {
    /// All states with the word on the wire.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::NotAllowedToStart, "NotAllowedToStart"),
        (Self::AllowedToStart, "AllowedToStart"),
        (Self::Running, "Running"),
        (Self::Interrupted, "Interrupted"),
        (Self::Ended, "Ended"),
        (Self::Aborted, "Aborted"),
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }

    /// Whether nothing more will happen to the job order.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ended | Self::Aborted)
    }
}

impl MachineState {
    /// All states with the word on the wire and in the journal.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Up, "up"), (Self::Failed, "failed"), (Self::Offline, "offline")];

    /// The word.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }
}

impl Quantities {
    /// All pieces.
    pub fn total(self) -> u32 {
        self.good.saturating_add(self.scrap).saturating_add(self.rework)
    }
}
