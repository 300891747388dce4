//! Bytes to a table: unpacks, tells CSV from XES, and reads either into the same shape.

mod csv_log;
mod xes;

use std::io::Read;

use crate::error::ImportError;

/// A log unpacks to at most this much; a longer one is refused, so that a small malicious archive
/// cannot fill the memory.
pub(crate) const UNPACKED_MIB_MAX: u64 = 512;

/// A log has at most this many rows.
pub(crate) const ROWS_MAX: usize = 2_000_000;

/// What a log says, before anybody knows what its columns mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// How it was written, for the report: "CSV, delimited by `;`".
    pub(crate) form: String,
    /// Names as written.
    pub(crate) columns: Vec<String>,
    /// Rows in the order of the file.
    pub(crate) rows: Vec<RawRow>,
}

/// One row as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RawRow {
    /// Where it stands in the (unpacked) file, from 1.
    pub(crate) line: u64,
    /// Its cells, as many as there are columns or fewer.
    pub(crate) cells: Vec<String>,
}

impl RawRow {
    /// The trimmed cell of a column; empty when there is no such column or cell.
    pub(crate) fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", |cell| cell.trim())
    }
}

/// Counts lines as a reader goes forward through a text.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of an offset; offsets only grow.
    fn of(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        self.line += passed.split(|byte| *byte == b'\n').count().saturating_sub(1) as u64;
        self.at = self.at.max(offset);
        self.line
    }

    /// The line of the first byte at or after an offset that is not a line break.
    fn of_text_at(&mut self, offset: u64) -> u64 {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.text.get(from..).unwrap_or_default();
        let breaks = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        self.of(offset + breaks as u64)
    }
}

/// Reads a log of either form, packed or not.
pub(crate) fn table(bytes: &[u8], file: &str) -> Result<Table, ImportError> {
    let mut unpacked = Vec::new();
    let (bytes, packed) = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpack(bytes, file, &mut unpacked)?;
        (unpacked.as_slice(), true)
    } else {
        (bytes, false)
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|e| ImportError::NotText { file: file.to_owned(), at: e.valid_up_to() })?;
    let mut table = if text.trim_start().starts_with('<') {
        xes::read(text, file)?
    } else {
        csv_log::read(text, file)?
    };
    if packed {
        table.form.push_str(", gzipped");
    }
    if table.rows.is_empty() || table.columns.is_empty() {
        return Err(ImportError::Empty { file: file.to_owned() });
    }
    Ok(table)
}

fn unpack(bytes: &[u8], file: &str, into: &mut Vec<u8>) -> Result<(), ImportError> {
    let limit = UNPACKED_MIB_MAX * 1024 * 1024;
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit + 1)
        .read_to_end(into)
        .map_err(|source| ImportError::Unpack { file: file.to_owned(), source })?;
    if limit < into.len() as u64 {
        return Err(ImportError::TooLarge { file: file.to_owned(), limit_mib: UNPACKED_MIB_MAX });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
