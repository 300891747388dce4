//! Event logs to solutions: from what a plant recorded to a model of it that can be planned and run,
//! with a report of what was found, what was assumed and what was dropped.
//!
//! Pure: bytes in, values out. [`import_log`] is the door.

mod error;
mod options;
mod report;

pub use error::ImportError;
pub use options::{Alternatives, Columns, Options};
pub use report::{Bias, Example, Finding, Report, ResourceLine, Severity};
use weft_model::Solution;

/// A solution made from a log, and what had to be assumed for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The solution; its `history` is what really happened.
    pub solution: Solution,
    /// What was found, assumed and dropped.
    pub report: Report,
}

/// Makes a solution from an event log: CSV (delimited by comma, semicolon, tab or bar) or XES,
/// either of them gzipped.
pub fn import_log(
    bytes: &[u8],
    file_name: &str,
    options: &Options,
) -> Result<Imported, ImportError> {
    let _ = (bytes, options);
    Err(ImportError::Empty { file: file_name.to_owned() })
}
