//! What is wrong with a text that should be an instance or an answer.

use std::fmt;

use super::Format;

/// Where in a text: line and column, both from 1; a column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl Place {
    /// The place of a byte of `text`.
    pub(super) fn of(text: &str, at: usize) -> Self {
        let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
        let line = before.split(|byte| *byte == b'\n').count();
        let start = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        // Bytes that go on with a character are not counted.
        let starts_character = |byte: &&u8| **byte & 0xC0 != 0x80;
        let column = 1 + start.iter().filter(starts_character).count();
        Self { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text cannot be read. Jobs, operations and modes count from 0 as in the answer; activities, their
/// modes and machines count as in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message above each field names it")]
pub enum FormatError {
    /// A name that is no format's.
    #[error("there is no format `{name}`")]
    UnknownFormat { name: String },
    /// Content that fits no format.
    #[error("`{name}` fits no format: {reasons}")]
    NoFormat { name: String, reasons: String },
    /// Content that can be read in more than one way.
    #[error("`{name}` can be read as {formats}")]
    ManyFormats { name: String, formats: String },
    /// More text than indices are made for.
    #[error("line 1: the text has {bytes} bytes, more than {most}")]
    TooLong { bytes: usize, most: usize },
    /// Something is missing at the end.
    #[error("{place}: the {whole} ends where {field} is expected")]
    Ends { place: Place, whole: &'static str, field: String },
    /// Something else where a number should be.
    #[error("{place}: {field} is `{found}`, not a whole number")]
    NotANumber { place: Place, field: String, found: String },
    /// A number that cannot be meant.
    #[error("{place}: {field} is {found}, not {}", range(*least, *most))]
    OutOfRange { place: Place, field: String, found: String, least: i64, most: i64 },
    /// A count that does not match.
    #[error("{place}: the file says {stated} {what} and has {found}")]
    Count { place: Place, what: &'static str, stated: usize, found: usize },
    /// Something is left over.
    #[error("{place}: `{found}` after {after}")]
    Trailing { place: Place, found: String, after: &'static str },
    /// A part of a PSPLIB file is not there.
    #[error("{place}: the text ends without `{section}`")]
    NoSection { place: Place, section: &'static str },
    /// Rows that are numbered and out of order.
    #[error("{place}: {field} is {found}, but {expected} is next")]
    OutOfOrder { place: Place, field: String, found: i64, expected: i64 },
    /// Resources that are limited at each moment and in total.
    #[error(
        "{place}: the number of doubly constrained resources is {found}: they are not supported"
    )]
    DoublyConstrained { place: Place, found: i64 },
    /// An activity among its own successors.
    #[error("{place}: the successors of activity {activity} name activity {activity} itself")]
    OwnSuccessor { place: Place, activity: usize },
    /// Activities that wait for each other.
    #[error("{place}: the successors of activity {activity} lead back to it: {path}")]
    Cycle { place: Place, activity: usize, path: String },
    /// An activity that no mode makes possible.
    #[error("{place}: the demand of activity {activity} clashes with what there is: {clashes}")]
    Demand { place: Place, activity: usize, clashes: String },
    /// Activities that together need more than there will ever be.
    #[error(
        "{place}: the budget of {resource} is {budget}, but all activities in their least demanding modes need {least}: {clashes}"
    )]
    Budget { place: Place, resource: String, budget: u32, least: u64, clashes: String },
    /// Durations that add up to too much.
    #[error("{place}: up to and with {field} the times add up to more than {most}")]
    Total { place: Place, field: String, most: i64 },
    /// No JSON, or not of this shape.
    #[error("{place}: {expected} is expected, not {found}")]
    Json { place: Place, expected: String, found: String },
    /// A key that an answer does not have.
    #[error("{place}: the key `{key}` is not one of {known}")]
    UnknownKey { place: Place, key: String, known: &'static str },
    /// A key that was there before.
    #[error("{place}: the key `{key}` stands here for the second time")]
    KeyTwice { place: Place, key: &'static str },
    /// A key that is missing.
    #[error("{place}: the object ends without the key `{key}`")]
    NoKey { place: Place, key: &'static str },
}

impl FormatError {
    /// Stable, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat { .. } => "P401",
            Self::NoFormat { .. } => "P402",
            Self::ManyFormats { .. } => "P403",
            Self::TooLong { .. } => "P404",
            Self::Ends { .. } => "P405",
            Self::NotANumber { .. } => "P406",
            Self::OutOfRange { .. } => "P407",
            Self::Count { .. } => "P408",
            Self::Trailing { .. } => "P409",
            Self::NoSection { .. } => "P410",
            Self::OutOfOrder { .. } => "P411",
            Self::DoublyConstrained { .. } => "P412",
            Self::OwnSuccessor { .. } => "P413",
            Self::Cycle { .. } => "P414",
            Self::Demand { .. } => "P415",
            Self::Budget { .. } => "P416",
            Self::Total { .. } => "P417",
            Self::Json { .. } => "P418",
            Self::UnknownKey { .. } => "P419",
            Self::KeyTwice { .. } => "P420",
            Self::NoKey { .. } => "P421",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        let text = match self {
            Self::UnknownFormat { .. } => return format!("use one of {}", Format::names()),
            Self::NoFormat { .. } => {
                return format!(
                    "name the format with `--format` ({}) for a full message, or mend the file",
                    Format::names()
                );
            }
            Self::ManyFormats { .. } => "name the one that is meant with `--format`",
            Self::TooLong { .. } => "split the instance, or leave out what is not needed",
            Self::Ends { .. } => "add what is missing, or correct the counts before it",
            Self::NotANumber { .. } => "write digits only; check that the format is the right one",
            Self::OutOfRange { .. } => "correct the number, or the count that limits it",
            Self::Count { .. } => "correct the count, or add or remove rows",
            Self::Trailing { .. } => "take it out, or correct the counts before it",
            Self::NoSection { .. } => {
                "add it; a file cut off on its way looks like this, and so does one of another format"
            }
            Self::OutOfOrder { .. } => {
                "number activities and modes from 1, one row after the other"
            }
            Self::DoublyConstrained { .. } => {
                "write each as one renewable and one nonrenewable resource with the same demands"
            }
            Self::OwnSuccessor { .. } => "take it out of its own successors",
            Self::Cycle { .. } => "take out one of these successors",
            Self::Demand { .. } => "lower the demand in one mode, or raise what there is",
            Self::Budget { .. } => "raise the budget, or give an activity a mode that needs less",
            Self::Total { .. } => "use a larger unit of time",
            Self::Json { .. } => {
                "write it as `{\"objective\": 5, \"lower_bound\": 5, \"operations\": [{\"job\": 0, \"operation\": 0, \"mode\": 0, \"resource\": 3, \"start\": 0, \"end\": 5}]}`"
            }
            Self::UnknownKey { .. } => "correct its name, or take it out",
            Self::KeyTwice { .. } => "keep one of the two",
            Self::NoKey { .. } => "add it",
        };
        text.to_owned()
    }
}

fn range(least: i64, most: i64) -> String {
    if least == most { least.to_string() } else { format!("from {least} to {most}") }
}
