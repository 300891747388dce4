//! The answer file: JSON of one fixed shape, read and written by hand because the core carries no serde and
//! an answer may have a million operations.

mod read;
mod write;

pub use read::read_json;
pub use write::write_json;

/// An answer to an instance: what it achieves, what it proves, and when each operation is done.
///
/// ```json
/// {"objective": 5, "lower_bound": 5, "operations": [
/// {"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}
/// ]}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The end of the last operation.
    pub objective: i64,
    /// No answer ends earlier than this.
    pub lower_bound: i64,
    /// Every operation once, in any order. Where a flow shop leaves open which of two jobs comes first
    /// (both take no time at the same moment on every machine), this order says.
    pub operations: Vec<AnswerOperation>,
}

/// When an operation is done, and how. All indices are from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerOperation {
    /// The job; in a project the activity, dummies included.
    pub job: u32,
    /// Counted within the job; 0 in a project; in a flow shop the machine.
    pub operation: u32,
    /// Counted within the operation; 0 where there is no choice.
    pub mode: u32,
    /// The machine; 0 in a project.
    pub resource: u32,
    /// From 0 on, in the instance's unit of time.
    pub start: i64,
    /// Start and duration.
    pub end: i64,
}

#[cfg(test)]
mod tests;
