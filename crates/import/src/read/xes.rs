//! XES (IEEE 1849): events become rows, their attributes columns; attributes of the trace come
//! along as columns with the prefix `case:`.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::Lines;
use super::table::{Builder, Limits, Table, Text};
use crate::error::ImportError;

/// Tags stand in one another no deeper than this, and have no more XML attributes than this; a log
/// with more is not a log.
const TAGS_MAX: usize = 100;

pub(super) fn read(text: &str, file: &str, limits: Limits) -> Result<Table, ImportError> {
    let mut reader = Reader::from_str(text);
    let mut log = Log::new(file, limits);
    let mut lines = Lines::new(text);
    loop {
        let event = reader.read_event();
        let line = lines.of(reader.buffer_position());
        match event.map_err(|e| log.broken(line, e.to_string()))? {
            Event::Start(tag) => log.open(&tag, line, false)?,
            Event::Empty(tag) => log.open(&tag, line, true)?,
            Event::End(_) => log.close()?,
            Event::Eof => break,
            _ => {}
        }
    }
    if !log.open.is_empty() {
        let line = lines.of(text.len() as u64);
        return Err(log.broken(line, "the file ends before the log does"));
    }
    let mut columns: Vec<(String, u16)> = log.columns.into_iter().collect();
    columns.sort_by_key(|(_, index)| *index);
    let columns = columns.into_iter().map(|(name, _)| name).collect();
    Ok(log.table.finish("XES".to_owned(), columns))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Trace,
    Event,
    /// An attribute, or anything else that may have attributes inside it.
    Other,
}

/// What a trace or an event says, by column.
type Cells = BTreeMap<u16, Text>;

struct Log<'a> {
    file: &'a str,
    table: Builder<'a>,
    columns: BTreeMap<String, u16>,
    open: Vec<Tag>,
    trace: Cells,
    event: Cells,
    /// The line of the event.
    line: u64,
}

impl<'a> Log<'a> {
    fn new(file: &'a str, limits: Limits) -> Self {
        Self {
            file,
            table: Builder::new(file, limits),
            columns: BTreeMap::new(),
            open: Vec::new(),
            trace: Cells::new(),
            event: Cells::new(),
            line: 0,
        }
    }

    fn broken(&self, line: u64, detail: impl Into<String>) -> ImportError {
        ImportError::Xes { file: self.file.to_owned(), line, detail: detail.into() }
    }

    fn open(&mut self, tag: &BytesStart<'_>, line: u64, empty: bool) -> Result<(), ImportError> {
        if TAGS_MAX <= self.open.len() {
            return Err(self.broken(line, format!("tags are more than {TAGS_MAX} deep")));
        }
        let name = tag.local_name();
        let name = AsRef::<str>::as_ref(&name);
        let kind = if name == "trace" {
            self.trace.clear();
            Tag::Trace
        } else if name == "event" {
            self.event.clear();
            self.line = line;
            Tag::Event
        } else {
            self.attribute(tag, line)?;
            Tag::Other
        };
        if !empty {
            self.open.push(kind);
        } else if kind == Tag::Event {
            self.end_event()?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), ImportError> {
        if self.open.pop() == Some(Tag::Event) { self.end_event() } else { Ok(()) }
    }

    fn end_event(&mut self) -> Result<(), ImportError> {
        let mut cells = std::mem::take(&mut self.event);
        cells.extend(&self.trace);
        self.table.add(self.line, cells)
    }

    /// Takes an attribute that stands directly in an event or a trace.
    fn attribute(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<(), ImportError> {
        let prefix = match self.open.last() {
            Some(Tag::Event) => "",
            Some(Tag::Trace) => "case:",
            _ => return Ok(()),
        };
        let (mut key, mut value) = (None, None);
        for (count, attribute) in tag.attributes().enumerate() {
            if TAGS_MAX <= count {
                let detail = format!("a tag has more than {TAGS_MAX} XML attributes");
                return Err(self.broken(line, detail));
            }
            let attribute = attribute.map_err(|e| self.broken(line, e.to_string()))?;
            let name = AsRef::<str>::as_ref(&attribute.key);
            if name != "key" && name != "value" {
                continue;
            }
            let text = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|e| self.broken(line, e.to_string()))?
                .into_owned();
            if name == "key" { key = Some(text) } else { value = Some(text) }
        }
        let (Some(key), Some(value)) = (key, value) else { return Ok(()) };
        let column = self.column(format!("{prefix}{key}"), line)?;
        let cells = if prefix.is_empty() { &mut self.event } else { &mut self.trace };
        match self.table.keep(&value) {
            Some(text) => cells.insert(column, text),
            None => cells.remove(&column),
        };
        Ok(())
    }

    /// The column of an attribute; a new one for a name that did not come before.
    fn column(&mut self, name: String, line: u64) -> Result<u16, ImportError> {
        if let Some(column) = self.columns.get(&name) {
            return Ok(*column);
        }
        let next = self.columns.len();
        self.table.check_columns(next + 1, line)?;
        self.columns.insert(name, next as u16);
        Ok(next as u16)
    }
}
