//! Bytes to a table: unpacks, tells CSV from XES, and reads either into the same shape.

mod csv_log;
mod table;
mod widths;
mod xes;

use std::io::Read;

use self::table::{LIMITS, Limits};
pub(crate) use self::table::{RawRow, Table};
use crate::error::ImportError;

/// A log unpacks to at most this much; a longer one is refused, so that a small malicious archive
/// cannot fill the memory. What is made of it then is limited by [`Limits`].
pub(crate) const UNPACKED_MIB_MAX: u64 = 512;

/// A log that comes unpacked has at most this much, so that a text in it is found by 32 bits.
const PLAIN_MIB_MAX: u64 = 4_095;

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
    table_within(bytes, file, LIMITS)
}

fn table_within(bytes: &[u8], file: &str, limits: Limits) -> Result<Table, ImportError> {
    let mut unpacked = Vec::new();
    let (bytes, packed) = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpack(bytes, file, &mut unpacked)?;
        (unpacked.as_slice(), true)
    } else {
        check_size(bytes, file, PLAIN_MIB_MAX)?;
        (bytes, false)
    };
    let text = std::str::from_utf8(bytes)
        .map_err(|e| ImportError::NotText { file: file.to_owned(), at: e.valid_up_to() })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut table = if text.trim_start().starts_with('<') {
        xes::read(text, file, limits)?
    } else {
        csv_log::read(text, file, limits)?
    };
    if packed {
        table.form.push_str(", gzipped");
    }
    if table.row_count() == 0 || table.columns.is_empty() {
        return Err(ImportError::Empty { file: file.to_owned() });
    }
    Ok(table)
}

fn unpack(bytes: &[u8], file: &str, into: &mut Vec<u8>) -> Result<(), ImportError> {
    flate2::read::MultiGzDecoder::new(bytes)
        .take(UNPACKED_MIB_MAX * 1024 * 1024 + 1)
        .read_to_end(into)
        .map_err(|source| ImportError::Unpack { file: file.to_owned(), source })?;
    check_size(into, file, UNPACKED_MIB_MAX)
}

fn check_size(bytes: &[u8], file: &str, limit_mib: u64) -> Result<(), ImportError> {
    if limit_mib * 1024 * 1024 < bytes.len() as u64 {
        return Err(ImportError::TooLarge { file: file.to_owned(), limit_mib });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
