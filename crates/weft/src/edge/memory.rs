//! What machines remember, one file each, replaced whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use weft_model::job_control::{JobState, Quantities};
use weft_model::{JobOrderId, Millis, ResourceId, Timestamp};
use weft_twin::{MachineJob, MachineMemory};

use crate::output::Failure;

/// A folder with one file per machine, used by one process at a time.
#[derive(Clone)]
pub(crate) struct MemoryFolder {
    path: PathBuf,
    /// Gives the folder free when the last clone is dropped.
    _lock: Arc<fs::File>,
}

impl MemoryFolder {
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let file = path.join("machines.lock");
        let lock = fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file)
            .with_context(|| format!("cannot open {}", file.display()))?;
        if lock.try_lock().is_err() {
            let message = format!("other machines are using {}", path.display());
            return Err(Failure::error(
                "W709",
                message,
                "stop them, or give these a folder with --data",
            ));
        }
        Ok(Self { path, _lock: Arc::new(lock) })
    }

    /// What a machine remembers; `None` when it has never been here.
    pub(crate) fn load(&self, machine: &ResourceId) -> Result<Option<MachineMemory>> {
        let file = self.file(machine.as_str());
        let Some(text) = read_if_there(&file)? else { return Ok(None) };
        let record: MemoryRecord = serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged; remove it to let the machine begin anew", file.display())
        })?;
        record.into_memory().map(Some)
    }

    pub(crate) fn keep(&self, machine: &ResourceId, memory: &MachineMemory) -> Result<()> {
        let text = serde_json::to_string(&MemoryRecord::from(memory))?;
        replace(&self.file(machine.as_str()), &text)
    }

    /// The birth/death number of an edge node's first connection in this run: 16 more than that of the
    /// run before, modulo 256. Each reconnection within a run counts one on. A run makes few, so its
    /// numbers differ from those of the run before, and a death of that run that comes late is not taken
    /// for one of this.
    pub(crate) fn next_bd_seq(&self, node: &str) -> Result<u8> {
        let file = self.path.join(format!("{node}.bdseq"));
        let last = read_if_there(&file)?.and_then(|text| text.trim().parse::<u8>().ok());
        let next = last.map_or(0, |last| last.wrapping_add(16));
        replace(&file, &next.to_string())?;
        Ok(next)
    }

    fn file(&self, machine: &str) -> PathBuf {
        self.path.join(format!("{machine}.json"))
    }
}

/// Survives a killed process: the file is the old one or the new one, never half of either.
fn replace(file: &Path, text: &str) -> Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, text)
        .and_then(|()| fs::rename(&new, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn read_if_there(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

#[derive(Serialize, Deserialize)]
struct MemoryRecord {
    jobs: BTreeMap<String, JobRecord>,
    cleared_ms: BTreeMap<String, i64>,
    failed_until_ms: Option<i64>,
    fails_at_ms: Option<i64>,
    failures: u64,
    said_state_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct JobRecord {
    state: String,
    since_ms: i64,
    started_ms: Option<i64>,
    work_ms: i64,
    left_ms: i64,
    quantity: u32,
    good: u32,
    scrap: u32,
    rework: u32,
    reported_ms: i64,
    begun: u32,
}

impl From<&MachineMemory> for MemoryRecord {
    fn from(memory: &MachineMemory) -> Self {
        let ms = |at: &Timestamp| at.as_millis();
        Self {
            jobs: memory.jobs.iter().map(|(id, job)| (id.to_string(), job.into())).collect(),
            cleared_ms: memory.cleared.iter().map(|(id, at)| (id.to_string(), ms(at))).collect(),
            failed_until_ms: memory.failed_until.as_ref().map(ms),
            fails_at_ms: memory.fails_at.as_ref().map(ms),
            failures: memory.failures,
            said_state_ms: ms(&memory.said_state),
        }
    }
}

impl From<&MachineJob> for JobRecord {
    fn from(job: &MachineJob) -> Self {
        Self {
            state: job.state.as_str().to_owned(),
            since_ms: job.since.as_millis(),
            started_ms: job.started.map(Timestamp::as_millis),
            work_ms: job.work.get(),
            left_ms: job.left.get(),
            quantity: job.quantity,
            good: job.outcome.good,
            scrap: job.outcome.scrap,
            rework: job.outcome.rework,
            reported_ms: job.reported.as_millis(),
            begun: job.begun,
        }
    }
}

impl MemoryRecord {
    fn into_memory(self) -> Result<MachineMemory> {
        let at = Timestamp::from_millis;
        let jobs =
            self.jobs.into_iter().map(|(id, job)| Ok((JobOrderId::new(id), job.into_job()?)));
        Ok(MachineMemory {
            jobs: jobs.collect::<Result<_>>()?,
            cleared: self
                .cleared_ms
                .into_iter()
                .map(|(id, ms)| (JobOrderId::new(id), at(ms)))
                .collect(),
            failed_until: self.failed_until_ms.map(at),
            fails_at: self.fails_at_ms.map(at),
            failures: self.failures,
            said_state: at(self.said_state_ms),
        })
    }
}

impl JobRecord {
    fn into_job(self) -> Result<MachineJob> {
        let state = JobState::parse(&self.state)
            .with_context(|| format!("there is no job state `{}`", self.state))?;
        Ok(MachineJob {
            state,
            since: Timestamp::from_millis(self.since_ms),
            started: self.started_ms.map(Timestamp::from_millis),
            work: Millis::new(self.work_ms),
            left: Millis::new(self.left_ms),
            quantity: self.quantity,
            outcome: Quantities { good: self.good, scrap: self.scrap, rework: self.rework },
            reported: Timestamp::from_millis(self.reported_ms),
            begun: self.begun,
        })
    }
}
