//! A log as it was written: rows of cells, kept small. A cell that holds nothing takes no room, and a
//! text that many rows share is kept once.

use crate::error::ImportError;

/// What a log may hold. Real logs stay far below; without limits, a small archive could fill the memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Cells that hold something, in all rows together.
    pub(super) cells: usize,
}

/// As many columns as a spreadsheet has, and 50 cells for each of 2 million rows.
pub(super) const LIMITS: Limits = Limits { columns: 16_384, rows: 2_000_000, cells: 100_000_000 };

/// The rest of a longer cell is not kept. Names are cut to less.
pub(super) const CELL_BYTES_MAX: usize = 1_000;

/// What a log says, before anybody knows what its columns mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// How it was written, for the report: "CSV, delimited by `;`".
    pub(crate) form: String,
    /// Names as written.
    pub(crate) columns: Vec<String>,
    /// What the cells hold, one after the other.
    texts: String,
    /// The cells of all rows in the order of the file; those of a row in the order of the columns.
    cells: Vec<Cell>,
    rows: Vec<RowEnd>,
}

impl Table {
    /// How many rows there are.
    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Rows in the order of the file.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        let mut from = 0;
        self.rows.iter().map(move |row| {
            let cells = self.cells.get(from..row.end as usize).unwrap_or_default();
            from = row.end as usize;
            RawRow { line: row.line, cells, texts: &self.texts }
        })
    }
}

/// One row as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawRow<'a> {
    /// Where it stands in the (unpacked) file, from 1.
    pub(crate) line: u64,
    cells: &'a [Cell],
    texts: &'a str,
}

impl<'a> RawRow<'a> {
    /// The trimmed cell of a column; empty when there is no such column or cell.
    pub(crate) fn cell(&self, column: Option<usize>) -> &'a str {
        let find = |column: usize| {
            let at = self.cells.binary_search_by_key(&column, |cell| cell.column.into()).ok()?;
            let Text { from, length } = self.cells.get(at)?.text;
            self.texts.get(from as usize..from as usize + usize::from(length))
        };
        column.and_then(find).unwrap_or_default()
    }
}

/// Where a text stands among all texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    from: u32,
    length: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    text: Text,
    column: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowEnd {
    line: u64,
    /// Its cells end here; they begin where those of the row before end.
    end: u32,
}

/// Takes in a log row by row, up to the limits.
pub(super) struct Builder<'a> {
    file: &'a str,
    limits: Limits,
    table: Table,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: &'a str, limits: Limits) -> Self {
        Self { file, limits, table: Table::default() }
    }

    /// Refuses more columns than a log may have.
    pub(super) fn check_columns(&self, columns: usize, line: u64) -> Result<(), ImportError> {
        let limit = self.limits.columns;
        if columns <= limit {
            return Ok(());
        }
        Err(ImportError::TooManyColumns { file: self.file.to_owned(), line, limit })
    }

    /// Keeps a text for as many cells as like; `None` when it is blank.
    pub(super) fn keep(&mut self, text: &str) -> Option<Text> {
        let text = text.trim();
        let text = text.get(..text.floor_char_boundary(CELL_BYTES_MAX)).unwrap_or(text).trim_end();
        if text.is_empty() {
            return None;
        }
        let from = self.table.texts.len() as u32;
        self.table.texts.push_str(text);
        Some(Text { from, length: text.len() as u16 })
    }

    /// Adds a row; its cells come in the order of the columns.
    pub(super) fn add(
        &mut self,
        line: u64,
        cells: impl IntoIterator<Item = (u16, Text)>,
    ) -> Result<(), ImportError> {
        let Limits { rows, cells: limit, .. } = self.limits;
        if rows <= self.table.rows.len() {
            return Err(ImportError::TooManyRows { file: self.file.to_owned(), limit: rows });
        }
        self.table.cells.extend(cells.into_iter().map(|(column, text)| Cell { text, column }));
        if limit < self.table.cells.len() {
            return Err(ImportError::TooManyCells { file: self.file.to_owned(), line, limit });
        }
        self.table.rows.push(RowEnd { line, end: self.table.cells.len() as u32 });
        Ok(())
    }

    pub(super) fn finish(self, form: String, columns: Vec<String>) -> Table {
        Table { form, columns, ..self.table }
    }
}
