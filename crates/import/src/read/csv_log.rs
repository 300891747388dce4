//! CSV: the delimiter is the one that cuts the first lines into the same number of cells.

use super::{Lines, ROWS_MAX, RawRow, Table};
use crate::error::ImportError;

const DELIMITERS: [(u8, &str); 4] = [(b',', "`,`"), (b';', "`;`"), (b'\t', "tab"), (b'|', "`|`")];

/// Lines looked at to find the delimiter.
const SNIFFED_LINES: usize = 20;

pub(super) fn read(text: &str, file: &str) -> Result<Table, ImportError> {
    let (delimiter, name) = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let broken = |source| ImportError::Csv { file: file.to_owned(), source };
    let columns =
        reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_owned()).collect();
    let mut lines = Lines::new(text);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if ROWS_MAX <= rows.len() {
            return Err(ImportError::TooManyRows { file: file.to_owned(), limit: ROWS_MAX });
        }
        let line = record.position().map_or(0, |position| lines.of_text_at(position.byte()));
        rows.push(RawRow { line, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(Table { form: format!("CSV, delimited by {name}"), columns, rows })
}

/// The delimiter that the header has most of, counting only those with which most of the first
/// lines have as many cells as the header.
fn delimiter(text: &str) -> (u8, &'static str) {
    let cells = |delimiter: u8| -> Vec<usize> {
        csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes())
            .records()
            .take(SNIFFED_LINES)
            .map(|record| record.map_or(0, |record| record.len()))
            .collect()
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
