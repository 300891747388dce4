//! Correct answers in which no operation can start earlier without another order.

use super::super::super::{LineInstance, ProjectInstance, ShopInstance};
use super::super::{Answer, AnswerOperation};

pub(super) fn entry(
    job: usize,
    operation: usize,
    resource: u32,
    start: i64,
    work: i64,
) -> AnswerOperation {
    let (job, operation) = (job as u32, operation as u32);
    AnswerOperation { job, operation, mode: 0, resource, start, end: start + work }
}

pub(super) fn finished(operations: Vec<AnswerOperation>) -> Answer {
    let objective = operations.iter().map(|it| it.end).max().unwrap();
    Answer { objective, lower_bound: objective, operations }
}

/// First operations first, each in its first mode and as early as machine and job allow.
pub(super) fn in_turn(shop: &ShopInstance) -> Answer {
    let mut operations = Vec::new();
    let mut machine_free = vec![0; shop.machines as usize];
    let mut job_free = vec![0; shop.jobs()];
    for index in 0..shop.operations() {
        for (job, free) in job_free.iter_mut().enumerate() {
            let Some(operation) = shop.operations_of(job).nth(index) else { continue };
            let (machine, duration) = shop.modes_of(operation).next().unwrap();
            let start = (*free).max(machine_free[machine as usize]);
            operations.push(entry(job, index, machine, start, duration));
            *free = start + duration;
            machine_free[machine as usize] = start + duration;
        }
    }
    finished(operations)
}

/// In the order of the list, each in its first mode and as early as resources and predecessors allow.
pub(super) fn as_listed(project: &ProjectInstance) -> Answer {
    let mut operations: Vec<AnswerOperation> = Vec::new();
    for (activity, it) in project.activities.iter().enumerate() {
        let comes_before =
            |other: &usize| project.activities[*other].successors.contains(&(activity as u32));
        let mode = &it.modes[0];
        let ready = (0..activity).filter(comes_before).map(|it| operations[it].end).max();
        let has_room = |at: i64| {
            let busy = |it: &&AnswerOperation| it.start <= at && at < it.end;
            (0..project.capacities.len()).all(|resource| {
                let demand = |it: &AnswerOperation| {
                    project.activities[it.job as usize].modes[0].renewable[resource]
                };
                let taken: u32 = operations.iter().filter(busy).map(demand).sum();
                taken + mode.renewable[resource] <= project.capacities[resource]
            })
        };
        let fits = |start: &i64| (*start..start + mode.duration).all(has_room);
        // Behind everything there is room.
        let last = operations.iter().map(|it| it.end).max().unwrap_or(0);
        let start = (ready.unwrap_or(0)..=last).find(fits).unwrap();
        operations.push(entry(activity, 0, 0, start, mode.duration));
    }
    finished(operations)
}

/// In the order of the list, each as early as machine, set-up and job allow.
pub(super) fn one_by_one(line: &LineInstance) -> Answer {
    let mut operations: Vec<AnswerOperation> = Vec::new();
    for job in 0..line.jobs {
        for machine in 0..line.machines {
            let of_job = if 0 < machine { operations[operations.len() - 1].end } else { 0 };
            let of_machine = job.checked_sub(1).map_or(0, |before| {
                operations[before * line.machines + machine].end + line.setup(machine, before, job)
            });
            let start = of_job.max(of_machine);
            operations.push(entry(job, machine, machine as u32, start, line.work(job, machine)));
        }
    }
    finished(operations)
}
