//! Judges an answer by the rules of its family. Shares nothing with any search, and nothing with the readers
//! but the instance.

mod fault;
mod line;
mod project;
mod shop;

use super::answer::{Answer, AnswerOperation};
use super::instance::PublicInstance;

pub use fault::FormatFault;

/// All faults of an answer: what is there once, then each operation, then what they do to each other, then
/// the figures. What cannot be judged because of an earlier fault (the capacity taken in a mode that does not
/// exist, the order of jobs when an operation is missing) is not.
pub fn verify(instance: &PublicInstance, answer: &Answer) -> Vec<FormatFault> {
    let mut faults = match instance {
        PublicInstance::Shop(shop) => shop::verify(shop, answer),
        PublicInstance::Project(project) => project::verify(project, answer),
        PublicInstance::Line(line) => line::verify(line, answer),
    };
    let expected = answer.operations.iter().map(|it| it.end).max().unwrap_or(0);
    let Answer { objective, lower_bound, .. } = *answer;
    if objective != expected {
        faults.push(FormatFault::Objective { objective, expected });
    }
    if objective < lower_bound {
        faults.push(FormatFault::LowerBound { lower_bound, objective });
    }
    faults
}

/// The entries in the order of the operations, each operation once.
///
/// `first`: operation `o` of job `j` is number `first(j) + o`. `None` for what has no entry.
fn in_order<'a>(
    answer: &'a Answer,
    count: usize,
    number: impl Fn(&AnswerOperation) -> Option<usize>,
    name: impl Fn(usize) -> (u32, u32),
    faults: &mut Vec<FormatFault>,
) -> Vec<Option<&'a AnswerOperation>> {
    let mut entries: Vec<Option<&AnswerOperation>> = vec![None; count];
    for (entry, it) in answer.operations.iter().enumerate() {
        let AnswerOperation { job, operation, .. } = *it;
        match number(it).and_then(|number| entries.get_mut(number)) {
            None => faults.push(FormatFault::Unknown { entry, job, operation }),
            Some(Some(_)) => faults.push(FormatFault::Twice { entry, job, operation }),
            Some(slot) => *slot = Some(it),
        }
    }
    for (number, _) in entries.iter().enumerate().filter(|(_, entry)| entry.is_none()) {
        let (job, operation) = name(number);
        faults.push(FormatFault::Missing { job, operation });
    }
    entries
}

/// What holds for each operation by itself. `duration` and `resource` are those of its mode.
fn check_entry(it: &AnswerOperation, resource: u32, duration: i64, faults: &mut Vec<FormatFault>) {
    let AnswerOperation { job, operation, start, end, .. } = *it;
    if it.resource != resource {
        let (expected, found) = (resource, it.resource);
        faults.push(FormatFault::WrongResource { job, operation, expected, found });
    }
    if start < 0 {
        faults.push(FormatFault::BeforeZero { job, operation, start });
    }
    // Wide enough for any two numbers of a file.
    let found = i128::from(end) - i128::from(start);
    if found != i128::from(duration) {
        let expected = duration;
        faults.push(FormatFault::WrongDuration { job, operation, expected, found });
    }
}

/// That `after` does not start before `before` has ended.
fn check_precedence(
    before: &AnswerOperation,
    after: &AnswerOperation,
    faults: &mut Vec<FormatFault>,
) {
    if after.start < before.end {
        faults.push(FormatFault::TooEarly {
            job: after.job,
            operation: after.operation,
            start: after.start,
            before_job: before.job,
            before_operation: before.operation,
            before_end: before.end,
        });
    }
}

#[cfg(test)]
mod tests;
