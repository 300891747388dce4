//! How many cells each row of a CSV has, told without keeping them: who reads a row keeps it whole, so
//! that one that is too wide has to be refused before.

/// A row that is not blank.
pub(super) struct Width {
    /// Offset of its first byte.
    pub(super) at: usize,
    pub(super) cells: usize,
}

/// Goes over the rows of a text as a CSV reader does.
pub(super) struct Widths<'a> {
    text: &'a [u8],
    delimiter: u8,
    at: usize,
}

impl<'a> Widths<'a> {
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text: text.as_bytes(), delimiter, at: 0 }
    }
}

#[derive(Clone, Copy)]
enum At {
    /// Before the first byte of a cell: a quote here opens it.
    Begin,
    /// In a cell that no quote opened, or behind its closing quote.
    Cell,
    /// In a cell that a quote opened.
    Quoted,
    /// Behind a quote in such a cell: it closes the cell, or is the first of two that stand for one.
    Quote,
}

impl Iterator for Widths<'_> {
    type Item = Width;

    fn next(&mut self) -> Option<Width> {
        let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
        let rest = self.text.get(self.at..)?;
        self.at += rest.iter().position(|byte| !is_break(*byte))?;
        let mut width = Width { at: self.at, cells: 1 };
        let mut state = At::Begin;
        for byte in self.text.get(self.at..)?.iter().copied() {
            self.at += 1;
            state = match state {
                At::Quoted if byte == b'"' => At::Quote,
                At::Quoted => At::Quoted,
                At::Begin | At::Quote if byte == b'"' => At::Quoted,
                _ if byte == self.delimiter => {
                    width.cells += 1;
                    At::Begin
                }
                _ if is_break(byte) => break,
                _ => At::Cell,
            };
        }
        Some(width)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is counted is what the reader would keep.
        #[test]
        fn rows_are_as_wide_as_the_reader_finds_them(text in "[a\",\r\n]{0,40}") {
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .has_headers(false)
                .from_reader(text.as_bytes());
            let read: Vec<usize> = reader.records().map(|record| record.unwrap().len()).collect();
            let told: Vec<usize> = Widths::new(&text, b',').map(|width| width.cells).collect();
            prop_assert_eq!(told, read);
        }
    }
}
