//! XES (IEEE 1849): events become rows, their attributes columns; attributes of the trace come
//! along as columns with the prefix `case:`.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::{Lines, ROWS_MAX, RawRow, Table};
use crate::error::ImportError;

/// More columns than this are not read; a log with more is not a log.
const COLUMNS_MAX: usize = 1_000;

pub(super) fn read(text: &str, file: &str) -> Result<Table, ImportError> {
    let mut reader = Reader::from_str(text);
    let mut log = Log::default();
    let mut lines = Lines::new(text);
    loop {
        let event = reader.read_event();
        let line = lines.of(reader.buffer_position());
        let broken = |detail: String| ImportError::Xes { file: file.to_owned(), line, detail };
        match event.map_err(|e| broken(e.to_string()))? {
            Event::Start(tag) => log.open(&tag, line, false).map_err(broken)?,
            Event::Empty(tag) => log.open(&tag, line, true).map_err(broken)?,
            Event::End(_) => log.close(),
            Event::Eof => break,
            _ => {}
        }
        if ROWS_MAX < log.rows.len() {
            return Err(ImportError::TooManyRows { file: file.to_owned(), limit: ROWS_MAX });
        }
    }
    if !log.open.is_empty() {
        let line = lines.of(text.len() as u64);
        let detail = "the file ends before the log does".to_owned();
        return Err(ImportError::Xes { file: file.to_owned(), line, detail });
    }
    let mut columns: Vec<(String, usize)> = log.columns.into_iter().collect();
    columns.sort_by_key(|(_, index)| *index);
    let columns = columns.into_iter().map(|(name, _)| name).collect();
    Ok(Table { form: "XES".to_owned(), columns, rows: log.rows })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Trace,
    Event,
    /// An attribute, or anything else that may have attributes inside it.
    Other,
}

#[derive(Default)]
struct Log {
    columns: BTreeMap<String, usize>,
    rows: Vec<RawRow>,
    open: Vec<Tag>,
    trace: Vec<(usize, String)>,
    event: RawRow,
}

impl Log {
    fn open(&mut self, tag: &BytesStart<'_>, line: u64, empty: bool) -> Result<(), String> {
        let name = tag.local_name();
        let name = AsRef::<str>::as_ref(&name);
        let kind = if name == "trace" {
            self.trace.clear();
            Tag::Trace
        } else if name == "event" {
            self.event = RawRow { line, cells: Vec::new() };
            Tag::Event
        } else {
            self.attribute(tag)?;
            Tag::Other
        };
        if empty {
            if kind == Tag::Event {
                self.end_event();
            }
        } else {
            self.open.push(kind);
        }
        Ok(())
    }

    fn close(&mut self) {
        if self.open.pop() == Some(Tag::Event) {
            self.end_event();
        }
    }

    fn end_event(&mut self) {
        let mut event = std::mem::take(&mut self.event);
        for (column, value) in &self.trace {
            put(&mut event.cells, *column, value.clone());
        }
        self.rows.push(event);
    }

    /// Takes an attribute that stands directly in an event or a trace.
    fn attribute(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let prefix = match self.open.last() {
            Some(Tag::Event) => "",
            Some(Tag::Trace) => "case:",
            _ => return Ok(()),
        };
        let (mut key, mut value) = (None, None);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            let name = AsRef::<str>::as_ref(&attribute.key);
            if name != "key" && name != "value" {
                continue;
            }
            let text = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|e| e.to_string())?
                .into_owned();
            if name == "key" { key = Some(text) } else { value = Some(text) }
        }
        let (Some(key), Some(value)) = (key, value) else { return Ok(()) };
        let next = self.columns.len();
        if COLUMNS_MAX <= next {
            return Err(format!("more than {COLUMNS_MAX} different attributes"));
        }
        let column = *self.columns.entry(format!("{prefix}{key}")).or_insert(next);
        if prefix.is_empty() {
            put(&mut self.event.cells, column, value);
        } else {
            self.trace.push((column, value));
        }
        Ok(())
    }
}

fn put(cells: &mut Vec<String>, column: usize, value: String) {
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    if let Some(cell) = cells.get_mut(column) {
        *cell = value;
    }
}
