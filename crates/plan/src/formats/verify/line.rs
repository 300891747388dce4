//! Permutation flow shops: machines in turn, one order of the jobs on all of them, set-ups between jobs.

use super::super::answer::{Answer, AnswerOperation};
use super::super::instance::LineInstance;
use super::fault::FormatFault;
use super::{check_entry, check_precedence, in_order};

pub(super) fn verify(line: &LineInstance, answer: &Answer) -> Vec<FormatFault> {
    let mut faults = Vec::new();
    let LineInstance { jobs, machines, .. } = *line;
    let number = |it: &AnswerOperation| {
        let (job, machine) = (it.job as usize, it.operation as usize);
        (job < jobs && machine < machines).then(|| job * machines + machine)
    };
    let name = |number: usize| ((number / machines) as u32, (number % machines) as u32);
    let entries = in_order(answer, jobs * machines, number, name, &mut faults);
    // Each operation once and nothing else, so that there is an order to look at.
    let mut is_whole = answer.operations.len() == entries.len();
    for (operation, entry) in entries.iter().enumerate() {
        let Some(it) = entry else {
            is_whole = false;
            continue;
        };
        let AnswerOperation { job, operation: index, mode, .. } = **it;
        if mode != 0 {
            faults.push(FormatFault::UnknownMode { job, operation: index, mode, modes: 1 });
        }
        let duration = line.work(operation / machines, operation % machines);
        check_entry(it, it.operation, duration, &mut faults);
        let before = operation.checked_sub(1).filter(|_| 0 < it.operation);
        if let Some(Some(before)) = before.and_then(|before| entries.get(before)) {
            check_precedence(before, it, &mut faults);
        }
    }
    if is_whole {
        let entries: Vec<&AnswerOperation> = entries.into_iter().flatten().collect();
        check_order(line, answer, &entries, &mut faults);
    }
    faults
}

/// The order of the jobs is that of the first machine on which two of them differ. Those that differ on none
/// take no time and are done at the same moment: they stand in the order of the answer.
fn check_order(
    line: &LineInstance,
    answer: &Answer,
    entries: &[&AnswerOperation],
    faults: &mut Vec<FormatFault>,
) {
    let row =
        |job: u32| entries.chunks_exact(line.machines.max(1)).nth(job as usize).unwrap_or_default();
    let times = |job: u32| row(job).iter().map(|it| (it.start, it.end));
    let first_machine = answer.operations.iter().filter(|it| it.operation == 0);
    let mut order: Vec<u32> = first_machine.map(|it| it.job).collect();
    order.sort_by(|a, b| times(*a).cmp(times(*b)));
    for (&first, &second) in order.iter().zip(order.iter().skip(1)) {
        for (machine, (before, after)) in row(first).iter().zip(row(second)).enumerate() {
            let setup = line.setup(machine, first as usize, second as usize);
            if (after.start, after.end) < (before.start, before.end) {
                faults.push(FormatFault::Permutation { machine, job: second, other: first });
            } else if i128::from(after.start) < i128::from(before.end) + i128::from(setup) {
                faults.push(FormatFault::Setup {
                    machine,
                    job: second,
                    start: after.start,
                    before_job: first,
                    before_end: before.end,
                    setup,
                });
            }
        }
    }
}
