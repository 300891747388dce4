//! CSV with a heading: rows with their places, cells by name.

use jiff::tz::TimeZone;

use super::super::error::{CheckError, Kind};
use super::super::problem::{At, Problems};
use super::super::quantity::parse_instant;
use super::super::suggest::closest;
use super::Input;
use super::ids::{Ids, shown};
use crate::id::is_valid_id;
use crate::time::Timestamp;

/// More rows than this are not read.
pub const ROWS_MAX: usize = 200_000;

/// What a file's heading may hold.
pub(super) struct Columns {
    pub(super) required: &'static [&'static str],
    /// A heading that would do, for the remedy.
    pub(super) example: &'static str,
    pub(super) optional: &'static [&'static str],
}

/// One row.
pub(super) struct Row<'a> {
    pub(super) problems: &'a Problems<'a>,
    pub(super) at: At,
    record: &'a csv::StringRecord,
    /// The name of each column.
    names: &'a [&'static str],
}

/// One cell that is not empty.
pub(super) struct Cell<'a> {
    problems: &'a Problems<'a>,
    pub(super) at: At,
    pub(super) text: &'a str,
}

/// Hands each sound row to `body`; `false` when some could not be read. Empty lines and lines that begin
/// with `#` are passed over.
pub(super) fn for_each(
    problems: &Problems<'_>,
    input: Input<'_>,
    columns: &Columns,
    mut body: impl FnMut(Row<'_>),
) -> bool {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .comment(Some(b'#'))
        .has_headers(false)
        .from_reader(input.text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut names: Option<Vec<&'static str>> = None;
    let mut is_whole = true;
    let mut rows = 0;
    loop {
        let at = input.at.offset(first_of_row(input.text, reader.position().byte()));
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let reason = shown(&error.to_string());
                problems.add(at, &CheckError::Syntax { format: "CSV", reason });
                return false;
            }
        }
        let Some(names) = &names else {
            names = heading(problems, at, &record, columns);
            if names.is_none() {
                return false;
            }
            continue;
        };
        rows += 1;
        if ROWS_MAX < rows {
            let error =
                CheckError::TooLarge { what: "number of rows", size: rows, limit: ROWS_MAX };
            problems.add(at, &error);
            return false;
        }
        if record.len() == names.len() {
            body(Row { problems, at, record: &record, names });
        } else {
            let (found, expected) = (record.len(), names.len());
            problems.add(at, &CheckError::Columns { found, expected });
            is_whole = false;
        }
    }
    if names.is_none() {
        missing(problems, input.at, &[], columns);
    }
    is_whole && names.is_some()
}

/// Where the row begins that the reader reads next: past empty lines and comments.
fn first_of_row(text: &str, offset: u64) -> usize {
    let mut offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    while let Some(rest) = text.get(offset..) {
        let line_end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let is_passed_over = rest.starts_with(['\n', '\r', '#']);
        if !is_passed_over || line_end == 0 {
            break;
        }
        offset += line_end;
    }
    offset
}

/// The name of each column; `None` when one is missing.
fn heading(
    problems: &Problems<'_>,
    at: At,
    record: &csv::StringRecord,
    columns: &Columns,
) -> Option<Vec<&'static str>> {
    let known = || columns.required.iter().chain(columns.optional).copied();
    let mut names = Vec::with_capacity(record.len());
    let mut ids = Ids::new(Kind::Column);
    for written in record {
        let written = written.trim();
        if let Some(name) = known().find(|name| *name == written) {
            ids.declare(problems, name, at.field(name));
            names.push(name);
        } else {
            let error = CheckError::UnknownKey {
                owner: "the file".to_owned(),
                noun: "column",
                key: shown(written),
                meant: closest(written, known()),
                known: known().collect(),
            };
            problems.add_about(at, &shown(written), &error);
            names.push("");
        }
    }
    missing(problems, at, &names, columns).then_some(names)
}

/// Tells of required columns that are not there; whether all are.
fn missing(problems: &Problems<'_>, at: At, names: &[&str], columns: &Columns) -> bool {
    let mut is_whole = true;
    for name in columns.required.iter().filter(|name| !names.contains(*name)) {
        let error = CheckError::MissingKey {
            owner: "the heading".to_owned(),
            key: name,
            example: columns.example,
        };
        problems.add(at.field(name), &error);
        is_whole = false;
    }
    is_whole
}

impl<'a> Row<'a> {
    /// The cell as it stands, spaces included; empty when the column is not there.
    pub(super) fn verbatim(&self, name: &'static str) -> &'a str {
        let column = self.names.iter().position(|known| *known == name);
        column.and_then(|column| self.record.get(column)).unwrap_or_default()
    }

    /// The cell without spaces around it; `None` when it is empty.
    pub(super) fn get(&self, name: &'static str) -> Option<Cell<'a>> {
        let text = self.verbatim(name).trim();
        let cell = Cell { problems: self.problems, at: self.at.field(name), text };
        (!text.is_empty()).then_some(cell)
    }

    /// A cell that may not be empty.
    pub(super) fn need(&self, name: &'static str, example: &'static str) -> Option<Cell<'a>> {
        let cell = self.get(name);
        if cell.is_none() {
            let owner = "the row".to_owned();
            let error = CheckError::MissingKey { owner, key: name, example };
            self.problems.add(self.at.field(name), &error);
        }
        cell
    }
}

impl<'a> Cell<'a> {
    /// A new id.
    pub(super) fn id(&self, kind: Kind, ids: &mut Ids) -> Option<&'a str> {
        if !is_valid_id(self.text) {
            ids.incomplete();
            self.add(&CheckError::InvalidId { kind, text: shown(self.text) });
            return None;
        }
        if !ids.declare(self.problems, self.text, self.at) {
            ids.incomplete();
        }
        Some(self.text)
    }

    /// The id of something that is there.
    pub(super) fn reference(&self, ids: &Ids) -> Option<&'a str> {
        ids.refer(self.problems, self.text, self.at).then_some(self.text)
    }

    /// A whole number from 1.
    pub(super) fn count(&self) -> Option<u32> {
        let count = self.text.parse::<u32>().ok().filter(|count| 0 < *count);
        if count.is_none() {
            let text = shown(self.text);
            self.add(&CheckError::Count { key: self.at.field, text, most: u32::MAX });
        }
        count
    }

    /// An instant, in local time or with an offset.
    pub(super) fn instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        let instant = parse_instant(self.text, zone);
        if instant.is_none() {
            self.add(&CheckError::Instant { text: shown(self.text) });
        }
        instant
    }

    pub(super) fn add(&self, error: &CheckError) {
        self.problems.add(self.at, error);
    }
}
