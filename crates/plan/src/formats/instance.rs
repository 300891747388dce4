//! What the public formats hold.

use std::ops::Range;

/// An instance of one of the families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicInstance {
    /// Job shop or flexible job shop.
    Shop(ShopInstance),
    /// Project with shared resources, with one mode per activity or several.
    Project(ProjectInstance),
    /// Permutation flow shop with set-up times.
    Line(LineInstance),
}

impl PublicInstance {
    /// How many operations an answer has.
    pub fn operations(&self) -> usize {
        match self {
            Self::Shop(shop) => shop.operations(),
            Self::Project(project) => project.activities.len(),
            Self::Line(line) => line.work.len(),
        }
    }
}

/// A (flexible) job shop: the operations of a job one after the other, each on one machine, a machine does
/// one at a time.
///
/// Flat: job `j` has the operations `job_first[j]..job_first[j + 1]`, operation `o` (counted over all jobs)
/// the modes `operation_first[o]..operation_first[o + 1]`, mode `m` (counted over all operations) takes
/// `duration[m]` on machine `machine[m]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopInstance {
    /// How many machines there are.
    pub machines: u32,
    /// One entry per job and one for the end.
    pub job_first: Vec<u32>,
    /// One entry per operation and one for the end.
    pub operation_first: Vec<u32>,
    /// Per mode, from 0.
    pub machine: Vec<u32>,
    /// Per mode, zero or more.
    pub duration: Vec<i64>,
}

impl ShopInstance {
    /// A shop without jobs.
    pub(super) fn new(machines: u32) -> Self {
        Self {
            machines,
            job_first: vec![0],
            operation_first: vec![0],
            machine: Vec::new(),
            duration: Vec::new(),
        }
    }

    /// How many jobs there are.
    pub fn jobs(&self) -> usize {
        self.job_first.len().saturating_sub(1)
    }

    /// How many operations all jobs have together.
    pub fn operations(&self) -> usize {
        self.operation_first.len().saturating_sub(1)
    }

    /// The operations of a job, counted over all jobs; none when there is no such job.
    pub fn operations_of(&self, job: usize) -> Range<usize> {
        part(&self.job_first, job)
    }

    /// Machine and duration of each mode of an operation (counted over all jobs).
    pub fn modes_of(&self, operation: usize) -> impl ExactSizeIterator<Item = (u32, i64)> {
        let range = part(&self.operation_first, operation);
        let machine = self.machine.get(range.clone()).unwrap_or_default();
        let duration = self.duration.get(range).unwrap_or_default();
        machine.iter().copied().zip(duration.iter().copied())
    }

    pub(super) fn push_mode(&mut self, machine: u32, duration: i64) {
        self.machine.push(machine);
        self.duration.push(duration);
    }

    pub(super) fn end_operation(&mut self) {
        self.operation_first.push(self.machine.len() as u32);
    }

    pub(super) fn end_job(&mut self) {
        self.job_first.push(self.operations() as u32);
    }
}

/// A project: activities in modes, with successors and shared resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectInstance {
    /// Per renewable resource, how much of it can be taken at the same time.
    pub capacities: Vec<u32>,
    /// Per nonrenewable resource, how much of it there is for the whole project.
    pub budgets: Vec<u32>,
    /// The activities, dummies for start and end of the project included.
    pub activities: Vec<Activity>,
}

/// An activity of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The ways to do it, at least one. A mode may need more than there is as long as another does not.
    pub modes: Vec<ActivityMode>,
    /// Activities, from 0, that start when this one has ended or later.
    pub successors: Vec<u32>,
}

/// One way to do an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityMode {
    /// Zero or more.
    pub duration: i64,
    /// Per renewable resource, what it takes from start to end.
    pub renewable: Vec<u32>,
    /// Per nonrenewable resource, what it uses up.
    pub nonrenewable: Vec<u32>,
}

/// A permutation flow shop: every job visits machine 0, 1, … in turn, every machine does the jobs in the
/// same order, and between two jobs a machine is set up. It may be set up before the next job arrives;
/// nothing is set up for the first job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineInstance {
    /// How many jobs there are.
    pub jobs: usize,
    /// How many machines there are.
    pub machines: usize,
    /// Job by job, the duration on each machine.
    pub work: Vec<i64>,
    /// Machine by machine a block of one row per job before, one column per job after.
    pub setup: Vec<i64>,
}

impl LineInstance {
    /// Duration of a job on a machine; zero when there is no such job or machine.
    pub fn work(&self, job: usize, machine: usize) -> i64 {
        if self.machines <= machine {
            return 0;
        }
        self.work.get(job * self.machines + machine).copied().unwrap_or_default()
    }

    /// Time that a machine is set up when job `after` follows job `before`; zero when there is no such job
    /// or machine.
    pub fn setup(&self, machine: usize, before: usize, after: usize) -> i64 {
        if self.jobs <= before || self.jobs <= after || self.machines <= machine {
            return 0;
        }
        let row = machine * self.jobs + before;
        self.setup.get(row * self.jobs + after).copied().unwrap_or_default()
    }
}

fn part(first: &[u32], index: usize) -> Range<usize> {
    match (first.get(index), first.get(index + 1)) {
        (Some(from), Some(to)) => *from as usize..*to as usize,
        _ => 0..0,
    }
}
