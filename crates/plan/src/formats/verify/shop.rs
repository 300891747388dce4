//! Job shops: operations of a job in turn, one at a time on a machine.

use super::super::answer::{Answer, AnswerOperation};
use super::super::instance::ShopInstance;
use super::fault::FormatFault;
use super::{check_entry, check_precedence, in_order};

pub(super) fn verify(shop: &ShopInstance, answer: &Answer) -> Vec<FormatFault> {
    let mut faults = Vec::new();
    let number = |it: &AnswerOperation| {
        let mut operations = shop.operations_of(it.job as usize);
        operations.nth(it.operation as usize)
    };
    let name = |number: usize| {
        let job = shop.job_first.partition_point(|first| *first as usize <= number) - 1;
        let first = shop.job_first.get(job).map_or(0, |first| *first as usize);
        (job as u32, (number - first) as u32)
    };
    let entries = in_order(answer, shop.operations(), number, name, &mut faults);
    let mut on_machine: Vec<(u32, &AnswerOperation)> = Vec::with_capacity(entries.len());
    for (operation, entry) in entries.iter().enumerate() {
        let Some(it) = entry else { continue };
        let mut modes = shop.modes_of(operation);
        let count = modes.len();
        let Some((machine, duration)) = modes.nth(it.mode as usize) else {
            let AnswerOperation { job, operation, mode, .. } = **it;
            faults.push(FormatFault::UnknownMode { job, operation, mode, modes: count });
            continue;
        };
        check_entry(it, machine, duration, &mut faults);
        on_machine.push((machine, it));
    }
    for job in 0..shop.jobs() {
        let operations = entries.get(shop.operations_of(job)).unwrap_or_default();
        for (before, after) in operations.iter().zip(operations.iter().skip(1)) {
            if let (Some(before), Some(after)) = (before, after) {
                check_precedence(before, after, &mut faults);
            }
        }
    }
    check_machines(on_machine, &mut faults);
    faults
}

/// The operations of a machine have an order, those without duration included: none of them lies inside
/// another.
fn check_machines(mut on_machine: Vec<(u32, &AnswerOperation)>, faults: &mut Vec<FormatFault>) {
    on_machine.sort_unstable_by_key(|(machine, it)| (*machine, it.start, it.end));
    let mut before: Option<(u32, &AnswerOperation)> = None;
    for (machine, it) in on_machine {
        let last = before.filter(|last| last.0 == machine).map(|last| last.1);
        if let Some(last) = last.filter(|last| it.start < last.end) {
            faults.push(FormatFault::Overlap {
                machine,
                job: it.job,
                operation: it.operation,
                start: it.start,
                before_job: last.job,
                before_operation: last.operation,
                before_end: last.end,
            });
        }
        if last.is_none_or(|last| last.end <= it.end) {
            before = Some((machine, it));
        }
    }
}
