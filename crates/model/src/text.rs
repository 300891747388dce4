//! Text to solution and back.
//!
//! A solution is a folder of plain text; `docs/solution-format.md` is its manual. [`load`] reads all of
//! it and returns a [`Solution`] or every problem there is, each with file, line and remedy. [`write`]
//! gives the text a person would have written. Neither touches a disk: the caller brings [`Files`].

mod error;
mod files;
mod problem;
mod quantity;
mod read;
mod suggest;
mod write;

use crate::solution::Solution;

pub use error::{BadDuration, CheckError, Kind};
pub use files::{
    CSV_BYTES_MAX, FILES_MAX, Files, PATH_SEPARATOR, ROUTES_FOLDER, TOML_BYTES_MAX,
    is_solution_file,
};
pub use problem::{Location, PROBLEMS_MAX, Problem};
pub use quantity::{DURATION_MAX, duration_text, parse_duration, parse_instant};
pub use read::{
    AFTER_MAX, CLASSES_MAX, EXCEPTIONS_MAX, MODES_WRITTEN_MAX, NEEDS_MAX, OPERATIONS_MAX,
    RESOURCES_MAX, ROWS_MAX,
};
pub use write::write;

/// The calendar that is open at every hour of every day. It is built in: a resource without a calendar
/// has it, and [`Solution::calendars`] does not list it.
pub const ALWAYS: &str = "always";

/// Reads and checks a solution.
///
/// Errors: all problems of all files, by file and line; at most [`PROBLEMS_MAX`], the rest counted.
pub fn load(files: &Files) -> Result<Solution, Vec<Problem>> {
    let (solution, problems) = read::read(files);
    if problems.is_empty() { Ok(solution) } else { Err(problems) }
}

/// The problems that [`load`] would return; none when the solution is sound.
pub fn check(files: &Files) -> Vec<Problem> {
    read::read(files).1
}

#[cfg(test)]
mod tests;
