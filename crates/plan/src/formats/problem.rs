//! Instances as problems, and plans of these as answers. One unit of an instance is one millisecond after
//! the epoch.

use weft_model::{Millis, Timestamp};

use crate::formats::{
    Activity, ActivityMode, Answer, AnswerOperation, LineInstance, ProjectInstance, PublicInstance,
    ShopInstance,
};
use crate::problem::{
    Budget, Job, Line, Mode, Objective, Operation, Plan, Precedence, Problem, Resource, Scheduled,
    Setups,
};

impl PublicInstance {
    /// The instance as a problem: operations in the order of the file, the makespan to be minimised.
    pub fn problem(&self) -> Problem {
        let problem = match self {
            Self::Shop(shop) => shop_problem(shop),
            Self::Project(project) => project_problem(project),
            Self::Line(line) => line_problem(line),
        };
        Problem { objective: Objective::makespan(), ..problem }
    }

    /// An answer as a plan of [`PublicInstance::problem`]; `None` when it is not one operation for each of the
    /// instance, each in a mode that it has.
    pub fn plan(&self, answer: &Answer) -> Option<Plan> {
        let mut by_place: Vec<&AnswerOperation> = answer.operations.iter().collect();
        by_place.sort_by_key(|it| (it.job, it.operation));
        if by_place.len() != self.operations() {
            return None;
        }
        let slots = by_place.into_iter().enumerate().map(|(index, it)| {
            let mode = it.mode as usize;
            let mode = match self {
                Self::Project(project) => {
                    possible(project, project.activities.get(index)?).position(|it| it.0 == mode)?
                }
                Self::Shop(shop) => shop.modes_of(index).nth(mode).map(|_| mode)?,
                Self::Line(_) => (mode == 0).then_some(mode)?,
            };
            let (start, end) = (Timestamp::from_millis(it.start), Timestamp::from_millis(it.end));
            Some(Some(Scheduled { mode, start, end }))
        });
        Some(Plan { operations: slots.collect::<Option<_>>()?, branches: Vec::new() })
    }

    /// A plan of [`PublicInstance::problem`] as an answer; `None` when it lacks an operation.
    pub fn answer(&self, plan: &Plan, lower_bound: i64) -> Option<Answer> {
        let mut operations = Vec::with_capacity(plan.operations.len());
        let mut objective = 0;
        let (mut job, mut operation) = (0, 0);
        for (index, slot) in plan.operations.iter().enumerate() {
            let slot = slot.as_ref()?;
            let (start, end) = (slot.start.as_millis(), slot.end.as_millis());
            objective = end.max(objective);
            let (mode, resource) = match self {
                Self::Shop(shop) => {
                    while !shop.operations_of(job).contains(&index) {
                        (job, operation) = (job + 1, 0);
                    }
                    let (machine, _) = shop.modes_of(index).nth(slot.mode)?;
                    (slot.mode, machine as usize)
                }
                Self::Project(project) => {
                    (job, operation) = (index, 0);
                    (possible(project, project.activities.get(index)?).nth(slot.mode)?.0, 0)
                }
                Self::Line(line) => {
                    (job, operation) = (index / line.machines, index % line.machines);
                    (slot.mode, operation)
                }
            };
            operations.push(AnswerOperation {
                job: job as u32,
                operation: operation as u32,
                mode: mode as u32,
                resource: resource as u32,
                start,
                end,
            });
            operation += 1;
        }
        Some(Answer { objective, lower_bound, operations })
    }
}

fn machines(count: usize) -> Vec<Resource> {
    vec![Resource { capacity: 1, ..Resource::default() }; count]
}

fn jobs(count: usize) -> Vec<Job> {
    vec![Job { weight: 1, ..Job::default() }; count]
}

fn shop_problem(shop: &ShopInstance) -> Problem {
    let mut operations = Vec::with_capacity(shop.operations());
    let mut precedences = Vec::with_capacity(shop.operations());
    for job in 0..shop.jobs() {
        let range = shop.operations_of(job);
        for index in range.clone() {
            let mode = |(machine, duration): (u32, i64)| Mode {
                needs: vec![(machine as usize, 1)],
                work: Millis::new(duration),
                ..Mode::default()
            };
            let modes = shop.modes_of(index).map(mode).collect();
            operations.push(Operation { job, modes, ..Operation::default() });
            if range.start < index {
                precedences.push(Precedence::new(index - 1, index));
            }
        }
    }
    let resources = machines(shop.machines as usize);
    Problem { resources, jobs: jobs(shop.jobs()), operations, precedences, ..Problem::default() }
}

/// The modes of an activity that ask for no more than there is, with their places in the file.
fn possible<'a>(
    project: &'a ProjectInstance,
    activity: &'a Activity,
) -> impl Iterator<Item = (usize, &'a ActivityMode)> {
    let fits = |amounts: &[u32], limits: &[u32]| {
        amounts.iter().zip(limits).all(|(amount, limit)| amount <= limit)
    };
    activity
        .modes
        .iter()
        .enumerate()
        .filter(move |(_, mode)| mode.duration == 0 || fits(&mode.renewable, &project.capacities))
}

fn project_problem(project: &ProjectInstance) -> Problem {
    let amounts = |amounts: &[u32]| -> Vec<(usize, u32)> {
        amounts.iter().copied().enumerate().filter(|(_, amount)| 0 < *amount).collect()
    };
    let mode = |it: &ActivityMode| Mode {
        needs: if it.duration == 0 { Vec::new() } else { amounts(&it.renewable) },
        work: Millis::new(it.duration),
        uses: amounts(&it.nonrenewable).into_iter().map(|it| (it.0, u64::from(it.1))).collect(),
        ..Mode::default()
    };
    let mut operations = Vec::with_capacity(project.activities.len());
    let mut precedences = Vec::new();
    for (job, it) in project.activities.iter().enumerate() {
        let modes = possible(project, it).map(|(_, it)| mode(it)).collect();
        operations.push(Operation { job, modes, ..Operation::default() });
        let successors = it.successors.iter();
        precedences.extend(successors.map(|after| Precedence::new(job, *after as usize)));
    }
    let budget = |it: &u32| Budget { supplies: vec![(Timestamp::default(), u64::from(*it))] };
    // What has no capacity can be needed by nobody, and is there all the same to keep the numbers.
    let resource = |it: &u32| Resource { capacity: (*it).max(1), ..Resource::default() };
    Problem {
        resources: project.capacities.iter().map(resource).collect(),
        budgets: project.budgets.iter().map(budget).collect(),
        jobs: jobs(project.activities.len()),
        operations,
        precedences,
        ..Problem::default()
    }
}

fn line_problem(line: &LineInstance) -> Problem {
    let mut resources = machines(line.machines);
    for (machine, resource) in resources.iter_mut().enumerate() {
        let row = |from: usize| {
            (0..line.jobs).map(|to| Millis::new(line.setup(machine, from, to))).collect()
        };
        let time = (0..line.jobs).map(row).collect();
        resource.setups = Some(Setups { time, ..Setups::default() });
    }
    let mut operations = Vec::with_capacity(line.work.len());
    let mut precedences = Vec::new();
    for job in 0..line.jobs {
        for machine in 0..line.machines {
            let mode = Mode {
                needs: vec![(machine, 1)],
                work: Millis::new(line.work(job, machine)),
                states: vec![(machine, job, job)],
                ..Mode::default()
            };
            if 0 < machine {
                precedences.push(Precedence::new(operations.len() - 1, operations.len()));
            }
            operations.push(Operation { job, modes: vec![mode], ..Operation::default() });
        }
    }
    let stage = |machine: usize| (0..line.jobs).map(|job| job * line.machines + machine).collect();
    let stages = (0..line.machines).map(stage).collect();
    Problem {
        resources,
        jobs: jobs(line.jobs),
        operations,
        precedences,
        lines: vec![Line { stages }],
        ..Problem::default()
    }
}
