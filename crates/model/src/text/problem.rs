//! A problem and its place, and the list they are gathered in.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

use super::error::CheckError;
use super::files::Files;

/// More problems than this are counted, not kept.
pub const PROBLEMS_MAX: usize = 1_000;

/// One problem of a solution, ready to be shown.
///
/// ```text
/// routes.toml:14: operation `heat` needs class `hot-block`, which no resource has
/// help: give class `hot-block` to a resource in places.toml, or add another mode [M104]
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub at: Location,
    /// The stable code: `M104`. The manual has a table of them.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path inside the solution folder.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The key or column it is about; empty when it is about more than one.
    pub field: String,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\nhelp: {} [{}]", self.at, self.message, self.help, self.code)
    }
}

/// A place in a file while reading: cheap to copy, turned into a [`Location`] when it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    file: usize,
    offset: usize,
    pub(super) field: &'static str,
}

/// The files being read, to find lines and columns.
pub(super) struct Sources<'a> {
    sources: Vec<Source<'a>>,
}

struct Source<'a> {
    path: Arc<str>,
    text: &'a str,
    line_starts: Vec<usize>,
}

/// Problems as they are found. Shared by all readers, so that none has to hand them on.
pub(super) struct Problems<'a> {
    sources: &'a Sources<'a>,
    found: RefCell<Vec<Problem>>,
    dropped: Cell<usize>,
}

impl At {
    /// The beginning of a file.
    pub(super) fn file(file: usize) -> Self {
        Self { file, offset: 0, field: "" }
    }

    /// Another offset in the same file.
    pub(super) fn offset(self, offset: usize) -> Self {
        Self { offset, ..self }
    }

    /// The same place, said of this key.
    pub(super) fn field(self, field: &'static str) -> Self {
        Self { field, ..self }
    }
}

impl<'a> Sources<'a> {
    /// All files, then those that must be there and are not, as empty.
    pub(super) fn new(files: &'a Files, required: &[&'a str]) -> Self {
        let missing = required.iter().filter(|path| files.iter().all(|(there, _)| there != **path));
        let sources = files
            .iter()
            .chain(missing.map(|path| (*path, "")))
            .map(|(path, text)| Source {
                path: Arc::from(path),
                text,
                line_starts: std::iter::once(0)
                    .chain(text.match_indices('\n').map(|(at, _)| at + 1))
                    .collect(),
            })
            .collect();
        Self { sources }
    }

    /// Path and text by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &str, &'a str)> {
        self.sources.iter().enumerate().map(|(file, source)| (file, &*source.path, source.text))
    }

    fn location(&self, at: At, field: &str) -> Location {
        let Some(source) = self.sources.get(at.file) else {
            return Location { file: Arc::from(""), line: 1, column: 1, field: field.to_owned() };
        };
        let line = source.line_starts.partition_point(|start| *start <= at.offset).max(1);
        let start = source.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = source.text.get(start..at.offset).unwrap_or("");
        Location {
            file: source.path.clone(),
            line: line as u32,
            column: before.chars().count() as u32 + 1,
            field: field.to_owned(),
        }
    }
}

impl<'a> Problems<'a> {
    pub(super) fn new(sources: &'a Sources<'a>) -> Self {
        Self { sources, found: RefCell::default(), dropped: Cell::new(0) }
    }

    /// Keeps a problem.
    pub(super) fn add(&self, at: At, error: &CheckError) {
        self.add_about(at, at.field, error);
    }

    /// Keeps a problem about a key that we have no name for.
    pub(super) fn add_about(&self, at: At, field: &str, error: &CheckError) {
        if self.is_full() {
            self.dropped.set(self.dropped.get() + 1);
            return;
        }
        self.found.borrow_mut().push(Problem {
            at: self.sources.location(at, field),
            code: error.code(),
            message: error.to_string(),
            help: error.help(),
        });
    }

    /// Whether a further problem would only be counted: no need to look for its remedy.
    pub(super) fn is_full(&self) -> bool {
        PROBLEMS_MAX <= self.found.borrow().len()
    }

    /// `file:line`, for a message.
    pub(super) fn place(&self, at: At) -> String {
        self.sources.location(at, "").to_string()
    }

    /// All of them, by file and line.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        if let (dropped @ 1.., Some(last)) = (self.dropped.get(), found.last()) {
            let error = CheckError::TooManyProblems { dropped };
            found.push(Problem {
                at: last.at.clone(),
                code: error.code(),
                message: error.to_string(),
                help: error.help(),
            });
        }
        found
    }
}
