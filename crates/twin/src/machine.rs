//! A virtual machine that takes job orders like a real one.
//!
//! It has a memory that survives (as a controller's retentive memory does), recognises a job order it
//! has seen, works in its working time only, fails and is repaired, and repeats what it has to say until
//! it is told that the report has been kept. Everything it does follows from its seed and what it is told.

use std::collections::BTreeMap;

use weft_model::job_control::{
    JobCommand, JobMethod, JobReport, JobState, JobWork, MachineState, Quantities,
};
use weft_model::{JobOrderId, Millis, ResourceId, Timestamp, TwinBehaviour, WorkingTime};

use crate::random::Random;

/// Unheard final reports and the machine's state are said again after this.
const REPEAT_AFTER: Millis = Millis::HOUR;

/// "Failed until" of a machine that someone has stopped.
const STOPPED: Timestamp = Timestamp::MAX;

/// How long a machine remembers what it was told to forget.
const CLEARED_KEPT: Millis = Millis::DAY.times(30);

/// A machine, its memory and its world: capacity, working time, behaviour.
#[derive(Debug, Clone)]
pub struct Machine {
    resource: ResourceId,
    capacity: u32,
    working: WorkingTime,
    behaviour: TwinBehaviour,
    seed: u64,
    memory: MachineMemory,
}

/// What survives a restart of the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineMemory {
    /// Job orders it knows, until they are cleared.
    pub jobs: BTreeMap<JobOrderId, MachineJob>,
    /// Job orders it was told to forget, and when. Should their command turn up again (late, or sent
    /// twice), it is not obeyed; after thirty days none can be under way any more.
    pub cleared: BTreeMap<JobOrderId, Timestamp>,
    /// Whether it has failed, and until when; [`Timestamp::MAX`] when someone has stopped it.
    pub failed_until: Option<Timestamp>,
    /// When it fails next; `None` when never.
    pub fails_at: Option<Timestamp>,
    /// How often it has failed so far.
    pub failures: u64,
    /// When it said its state last.
    pub said_state: Timestamp,
}

/// A job order at a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineJob {
    /// Where it stands.
    pub state: JobState,
    /// Since when.
    pub since: Timestamp,
    /// When work began.
    pub started: Option<Timestamp>,
    /// Working time it will really take.
    pub work: Millis,
    /// Working time left, as of `since`.
    pub left: Millis,
    /// Pieces in the lot.
    pub quantity: u32,
    /// What will become of the pieces.
    pub outcome: Quantities,
    /// When it was last reported.
    pub reported: Timestamp,
    /// How often work on it has begun; more than once is a fault.
    pub begun: u32,
}

/// What a machine says by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// About a job order.
    Report(JobReport),
    /// About itself.
    State(MachineState),
}

impl MachineJob {
    fn never_begun(now: Timestamp) -> Self {
        Self {
            state: JobState::Aborted,
            since: now,
            started: None,
            work: Millis::new(1),
            left: Millis::new(1),
            quantity: 0,
            outcome: Quantities::default(),
            reported: now,
            begun: 0,
        }
    }
}

impl Machine {
    /// A machine that has done nothing yet. Its failures begin after `begin`.
    pub fn new(
        resource: ResourceId,
        capacity: u32,
        working: WorkingTime,
        behaviour: TwinBehaviour,
        seed: u64,
        begin: Timestamp,
    ) -> Self {
        let memory = MachineMemory {
            jobs: BTreeMap::new(),
            cleared: BTreeMap::new(),
            failed_until: None,
            fails_at: None,
            failures: 0,
            said_state: begin,
        };
        let mut machine = Self { resource, capacity, working, behaviour, seed, memory };
        machine.memory.fails_at = machine.next_failure(begin);
        machine
    }

    /// Which resource it is.
    pub fn resource(&self) -> &ResourceId {
        &self.resource
    }

    /// What would survive a restart.
    pub fn memory(&self) -> &MachineMemory {
        &self.memory
    }

    /// Goes on from what survived a restart.
    pub fn remember(&mut self, memory: MachineMemory) {
        self.memory = memory;
    }

    /// Works in these hours from now on. They say the same of the past as the hours before.
    pub fn keep_hours(&mut self, working: WorkingTime) {
        self.working = working;
    }

    /// Up or failed.
    pub fn state(&self) -> MachineState {
        if self.memory.failed_until.is_some() { MachineState::Failed } else { MachineState::Up }
    }

    /// Someone stops it: what it works at is interrupted, until [`Machine::go_on`].
    pub fn stop(&mut self, now: Timestamp) -> Vec<Said> {
        let mut said = self.advance(now);
        let was_up = self.memory.failed_until.is_none();
        self.memory.failed_until = Some(STOPPED);
        self.memory.fails_at = None;
        if was_up {
            self.switch_all(now, JobState::Running, JobState::Interrupted, &mut said);
            self.say_state(now, &mut said);
        }
        said
    }

    /// Someone lets it go on, whether it was stopped or had failed.
    pub fn go_on(&mut self, now: Timestamp) -> Vec<Said> {
        let mut said = self.advance(now);
        if self.memory.failed_until.is_some() {
            self.memory.failed_until = Some(now);
            self.change(now, &mut said);
        }
        said
    }

    /// Obeys a command at `now` and says what it led to. The same command again changes nothing and is
    /// answered with the state of its job order.
    pub fn heed(&mut self, now: Timestamp, command: &JobCommand) -> Vec<Said> {
        let mut said = self.advance(now);
        let id = &command.job_order;
        if self.memory.cleared.contains_key(id) {
            // Done once, and not again: a late message, or a plant that has lost what it knew.
            if command.method != JobMethod::Clear {
                let mut report = self.describe(now, id, &MachineJob::never_begun(now));
                "it was done and cleared before".clone_into(&mut report.reason);
                said.push(Said::Report(report));
            }
            return said;
        }
        let state = self.memory.jobs.get(id).map(|job| job.state);
        match (command.method, state, &command.work) {
            (JobMethod::Clear, Some(state), _) => {
                if state.is_final() {
                    self.memory.jobs.remove(id);
                    self.memory.cleared.retain(|_, at| now < *at + CLEARED_KEPT);
                    self.memory.cleared.insert(id.clone(), now);
                }
                return said;
            }
            (JobMethod::Clear, None, _) => return said,
            (method @ (JobMethod::Store | JobMethod::StoreAndStart), None, Some(work)) => {
                let may_start = method == JobMethod::StoreAndStart;
                let job = self.new_job(now, id, work, may_start);
                self.memory.jobs.insert(id.clone(), job);
            }
            (JobMethod::Start, Some(JobState::NotAllowedToStart), _) => {
                self.enter(now, id, JobState::AllowedToStart);
            }
            (JobMethod::Pause, Some(JobState::Running), _) => {
                self.enter(now, id, JobState::Interrupted);
            }
            (JobMethod::Resume, Some(JobState::Interrupted), _)
                if self.memory.failed_until.is_none() =>
            {
                self.enter(now, id, JobState::Running);
            }
            (JobMethod::Abort, Some(state), _) if !state.is_final() => {
                self.enter(now, id, JobState::Aborted);
            }
            // Nothing to be done, or it has been done.
            (_, Some(_), _) => {}
            // A job order it does not know counts as aborted, and stays so: the command that should have
            // come before may still be under way.
            (_, None, _) => {
                self.memory.jobs.insert(id.clone(), MachineJob::never_begun(now));
            }
        }
        self.start_what_can(now);
        said.extend(self.report_of(now, id).map(Said::Report));
        said
    }

    /// Lets time pass up to `now` and says what happened meanwhile.
    pub fn advance(&mut self, now: Timestamp) -> Vec<Said> {
        let mut said = Vec::new();
        while let Some(at) = self.next_change().filter(|at| *at <= now) {
            self.change(at, &mut said);
        }
        if self.memory.said_state + REPEAT_AFTER <= now {
            self.memory.said_state = now;
            said.push(Said::State(self.state()));
        }
        let unheard: Vec<JobOrderId> = self
            .memory
            .jobs
            .iter()
            .filter(|(_, job)| job.state.is_final() && job.reported + REPEAT_AFTER <= now)
            .map(|(id, _)| id.clone())
            .collect();
        for id in unheard {
            said.extend(self.report_of(now, &id).map(Said::Report));
        }
        said
    }

    /// When [`Machine::advance`] has something to do next.
    pub fn next_wakeup(&self) -> Timestamp {
        let repeat = self
            .memory
            .jobs
            .values()
            .filter(|job| job.state.is_final())
            .map(|job| job.reported + REPEAT_AFTER)
            .min();
        let state = self.memory.said_state + REPEAT_AFTER;
        [self.next_change(), repeat].into_iter().flatten().fold(state, Timestamp::min)
    }

    /// Everything it would say to someone who knows nothing: its state and all job orders that have not
    /// been cleared.
    pub fn introduce(&mut self, now: Timestamp) -> Vec<Said> {
        let mut said = self.advance(now);
        said.push(Said::State(self.state()));
        let ids: Vec<JobOrderId> = self.memory.jobs.keys().cloned().collect();
        said.extend(ids.iter().filter_map(|id| self.report_of(now, id)).map(Said::Report));
        said
    }

    /// Reports on what is running, with its progress.
    pub fn progress(&self, now: Timestamp) -> Vec<JobReport> {
        self.memory
            .jobs
            .iter()
            .filter(|(_, job)| job.state == JobState::Running)
            .map(|(id, job)| self.describe(now, id, job))
            .collect()
    }

    fn new_job(
        &self,
        now: Timestamp,
        id: &JobOrderId,
        work: &JobWork,
        may_start: bool,
    ) -> MachineJob {
        let mut random = Random::named(self.seed, id.as_str());
        let factor = random.lognormal(self.behaviour.duration_cv);
        let actual = work.planned_work.scaled(factor).max(Millis::new(1));
        let scrap = (0..work.quantity)
            .filter(|_| random.happens(self.behaviour.scrap_probability))
            .count() as u32;
        let rework = if random.happens(self.behaviour.rework_probability) {
            (1 + random.below(u64::from(work.quantity.div_ceil(4))) as u32)
                .min(work.quantity - scrap)
        } else {
            0
        };
        MachineJob {
            state: if may_start { JobState::AllowedToStart } else { JobState::NotAllowedToStart },
            since: now,
            started: None,
            work: actual,
            left: actual,
            quantity: work.quantity,
            outcome: Quantities { good: work.quantity - scrap - rework, scrap, rework },
            reported: now,
            begun: 0,
        }
    }

    /// The next instant at which something changes by itself.
    fn next_change(&self) -> Option<Timestamp> {
        let ends = self
            .memory
            .jobs
            .values()
            .filter(|job| job.state == JobState::Running)
            .filter_map(|job| self.working.finish(job.since, job.left));
        ends.chain(self.memory.failed_until).chain(self.memory.fails_at).min()
    }

    fn change(&mut self, at: Timestamp, said: &mut Vec<Said>) {
        let finished: Vec<JobOrderId> = self
            .memory
            .jobs
            .iter()
            .filter(|(_, job)| {
                job.state == JobState::Running
                    && self.working.finish(job.since, job.left).is_some_and(|end| end <= at)
            })
            .map(|(id, _)| id.clone())
            .collect();
        for id in finished {
            self.enter(at, &id, JobState::Ended);
            said.extend(self.report_of(at, &id).map(Said::Report));
        }
        if self.memory.failed_until.is_some_and(|until| until <= at) {
            self.memory.failed_until = None;
            self.memory.fails_at = self.next_failure(at);
            self.say_state(at, said);
            self.switch_all(at, JobState::Interrupted, JobState::Running, said);
        } else if self.memory.fails_at.is_some_and(|fails| fails <= at) {
            self.memory.fails_at = None;
            self.memory.failures += 1;
            let mut random = self.failure_stream("repair");
            let repair = self.behaviour.mean_time_to_repair.scaled(random.exponential());
            self.memory.failed_until = Some(at + repair.max(Millis::MINUTE));
            self.switch_all(at, JobState::Running, JobState::Interrupted, said);
            self.say_state(at, said);
        }
        for id in self.start_what_can(at) {
            said.extend(self.report_of(at, &id).map(Said::Report));
        }
    }

    fn say_state(&mut self, at: Timestamp, said: &mut Vec<Said>) {
        self.memory.said_state = at;
        said.push(Said::State(self.state()));
    }

    fn switch_all(&mut self, at: Timestamp, from: JobState, to: JobState, said: &mut Vec<Said>) {
        let ids: Vec<JobOrderId> = self
            .memory
            .jobs
            .iter()
            .filter(|(_, job)| job.state == from)
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            self.enter(at, &id, to);
            said.extend(self.report_of(at, &id).map(Said::Report));
        }
    }

    /// Starts job orders that may start while there is room, oldest first.
    fn start_what_can(&mut self, now: Timestamp) -> Vec<JobOrderId> {
        if self.memory.failed_until.is_some() {
            return Vec::new();
        }
        let begun =
            |job: &&MachineJob| matches!(job.state, JobState::Running | JobState::Interrupted);
        let room = (self.capacity as usize)
            .saturating_sub(self.memory.jobs.values().filter(begun).count());
        let mut waiting: Vec<(Timestamp, JobOrderId)> = self
            .memory
            .jobs
            .iter()
            .filter(|(_, job)| job.state == JobState::AllowedToStart)
            .map(|(id, job)| (job.since, id.clone()))
            .collect();
        waiting.sort();
        waiting.truncate(room);
        for (_, id) in &waiting {
            self.enter(now, id, JobState::Running);
            if let Some(job) = self.memory.jobs.get_mut(id) {
                job.begun += 1;
            }
        }
        waiting.into_iter().map(|(_, id)| id).collect()
    }

    fn enter(&mut self, at: Timestamp, id: &JobOrderId, state: JobState) {
        let Some(job) = self.memory.jobs.get_mut(id) else { return };
        if job.state == JobState::Running {
            job.left = job.left - self.working.work_between(job.since, at);
        }
        if state == JobState::Running && job.started.is_none() {
            job.started = Some(at);
        }
        job.state = state;
        job.since = at;
        job.reported = at;
    }

    fn report_of(&mut self, now: Timestamp, id: &JobOrderId) -> Option<JobReport> {
        let job = self.memory.jobs.get_mut(id)?;
        job.reported = now;
        let job = self.memory.jobs.get(id)?;
        Some(self.describe(now, id, job))
    }

    fn describe(&self, now: Timestamp, id: &JobOrderId, job: &MachineJob) -> JobReport {
        let left = if job.state == JobState::Running {
            job.left - self.working.work_between(job.since, now)
        } else {
            job.left
        };
        let progress = match job.state {
            JobState::Ended => 1.0,
            _ => (1.0 - left.get() as f64 / job.work.get() as f64).clamp(0.0, 1.0),
        };
        let quantities = match job.state {
            JobState::Ended => job.outcome,
            _ => Quantities {
                good: (progress * f64::from(job.outcome.good)).floor() as u32,
                scrap: 0,
                rework: 0,
            },
        };
        let reason = match job.state {
            JobState::Interrupted if self.memory.failed_until == Some(STOPPED) => "machine stopped",
            JobState::Interrupted if self.memory.failed_until.is_some() => "machine failed",
            JobState::Interrupted => "paused",
            JobState::Aborted => "aborted on command",
            _ => "",
        };
        JobReport {
            resource: self.resource.clone(),
            job_order: id.clone(),
            state: job.state,
            at: job.since,
            started: job.started,
            progress,
            quantities,
            reason: reason.to_owned(),
        }
    }

    /// Failures come after exponentially distributed working time.
    fn next_failure(&self, from: Timestamp) -> Option<Timestamp> {
        let mean = self
            .behaviour
            .failures_by_resource
            .get(&self.resource)
            .copied()
            .or(self.behaviour.mean_time_between_failures)?;
        let worked = mean.scaled(self.failure_stream("failure").exponential());
        self.working.finish(from, worked.max(Millis::MINUTE))
    }

    fn failure_stream(&self, what: &str) -> Random {
        let name = format!("{}/{what}/{}", self.resource, self.memory.failures);
        Random::named(self.seed, &name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(method: JobMethod, minutes: u32) -> JobCommand {
        JobCommand {
            resource: "mill".into(),
            method,
            job_order: JobOrderId::new("o/mill/1"),
            work: Some(JobWork {
                work_master: "Mill".to_owned(),
                quantity: 3,
                planned_work: Millis::MINUTE.times(minutes),
                spans_breaks: true,
                parameters: BTreeMap::new(),
            }),
        }
    }

    fn states(said: &[Said]) -> Vec<JobState> {
        let state = |said: &Said| match said {
            Said::Report(report) => Some(report.state),
            Said::State(_) => None,
        };
        said.iter().filter_map(state).collect()
    }

    #[test]
    fn what_was_cleared_is_not_done_again_and_says_so() {
        let now = Timestamp::default();
        let mut machine = Machine::new(
            "mill".into(),
            1,
            WorkingTime::always(),
            TwinBehaviour::exact(now),
            1,
            now,
        );
        assert_eq!(
            states(&machine.heed(now, &tell(JobMethod::StoreAndStart, 1))),
            [JobState::Running]
        );
        let later = now + Millis::MINUTE.times(2);
        assert_eq!(states(&machine.advance(later)), [JobState::Ended]);
        assert_eq!(states(&machine.heed(later, &tell(JobMethod::Clear, 1))), []);
        // The plant has lost what it knew, or a message was late.
        for method in [JobMethod::StoreAndStart, JobMethod::Abort] {
            assert_eq!(states(&machine.heed(later, &tell(method, 1))), [JobState::Aborted]);
        }
        assert_eq!(states(&machine.heed(later, &tell(JobMethod::Clear, 1))), []);
        assert!(machine.memory().jobs.is_empty());
    }

    #[test]
    fn a_machine_that_is_stopped_does_nothing_until_it_may_go_on() {
        let now = Timestamp::default();
        let minutes = |count: u32| now + Millis::MINUTE.times(count);
        let behaviour = TwinBehaviour {
            mean_time_between_failures: Some(Millis::MINUTE),
            ..TwinBehaviour::exact(now)
        };
        let mut machine =
            Machine::new("mill".into(), 1, WorkingTime::always(), behaviour, 1, minutes(30));
        machine.heed(now, &tell(JobMethod::StoreAndStart, 10));
        let said = machine.stop(minutes(4));
        let interrupted = |said: &Said| match said {
            Said::Report(report) => {
                report.state == JobState::Interrupted && report.reason == "machine stopped"
            }
            Said::State(_) => false,
        };
        assert!(said.iter().any(interrupted), "{said:?}");
        assert!(said.contains(&Said::State(MachineState::Failed)), "{said:?}");
        assert_eq!(machine.stop(minutes(5)), [], "it is stopped already");
        assert_eq!(machine.advance(minutes(50)), [], "and it neither ends nor fails meanwhile");
        let said = machine.go_on(minutes(55));
        assert!(said.contains(&Said::State(MachineState::Up)), "{said:?}");
        assert_eq!(states(&said), [JobState::Running]);
        assert_eq!(machine.go_on(minutes(55)), [], "it goes on already");
        machine.memory.fails_at = None;
        assert_eq!(
            states(&machine.advance(minutes(61))),
            [JobState::Ended],
            "four and six minutes"
        );
    }
}
