//! CSV: the delimiter is the one that cuts the first lines into the same number of cells.

use super::Lines;
use super::table::{Builder, Limits, Table};
use super::widths::Widths;
use crate::error::ImportError;

const DELIMITERS: [(u8, &str); 4] = [(b',', "`,`"), (b';', "`;`"), (b'\t', "tab"), (b'|', "`|`")];

/// Lines looked at to find the delimiter.
const SNIFFED_LINES: usize = 20;

pub(super) fn read(text: &str, file: &str, limits: Limits) -> Result<Table, ImportError> {
    let (delimiter, name) = delimiter(text);
    let mut table = Builder::new(file, limits);
    let mut lines = Lines::new(text);
    for width in Widths::new(text, delimiter) {
        if limits.columns < width.cells {
            table.check_columns(width.cells, lines.of(width.at as u64))?;
        }
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let broken = |source| ImportError::Csv { file: file.to_owned(), source };
    let columns: Vec<String> =
        reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_owned()).collect();
    let mut lines = Lines::new(text);
    let mut record = csv::StringRecord::new();
    let mut cells = Vec::new();
    while reader.read_record(&mut record).map_err(broken)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |position| lines.of_text_at(position.byte()));
        // Nobody asks for cells beyond the last column.
        let named = record.iter().take(columns.len()).zip(0..);
        cells.extend(named.filter_map(|(cell, column)| Some((column, table.keep(cell)?))));
        table.add(line, cells.drain(..))?;
    }
    Ok(table.finish(format!("CSV, delimited by {name}"), columns))
}

/// The delimiter that the header has most of, counting only those with which most of the first
/// lines have as many cells as the header.
fn delimiter(text: &str) -> (u8, &'static str) {
    let cells = |delimiter: u8| -> Vec<usize> {
        Widths::new(text, delimiter).take(SNIFFED_LINES).map(|width| width.cells).collect()
    };
    DELIMITERS
        .into_iter()
        .map(|candidate| {
            let counts = cells(candidate.0);
            let header = counts.first().copied().unwrap_or(0);
            let same = counts.iter().filter(|count| **count == header).count();
            let agreed = counts.len() < 2 * same;
            (candidate, if agreed { header } else { 0 })
        })
        .max_by_key(|(candidate, score)| (*score, candidate.0 == b','))
        .map_or((b',', "`,`"), |(candidate, _)| candidate)
}
