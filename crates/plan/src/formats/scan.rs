//! Reads numbers separated by white space, and knows where they stand.

use std::ops::RangeInclusive;

use super::error::{FormatError, Place};

/// Most that a duration or a set-up can take: 35 years in milliseconds, and sums stay far from overflow.
pub(super) const DURATION_MAX: i64 = 1 << 40;
/// Most that all times of an instance may add up to.
pub(super) const TOTAL_MAX: i64 = 1 << 60;
/// Most jobs, machines or activities.
pub(super) const COUNT_MAX: i64 = 1 << 24;
/// Most of a resource that there is or that is needed.
pub(super) const AMOUNT_MAX: i64 = u32::MAX as i64;

/// How much of a wrong text a message repeats.
const FOUND_CHARACTERS_MAX: usize = 30;

/// A text and how far it is read. Lines that begin with `#` are comments.
#[derive(Clone, Copy)]
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
}

/// What stands between white space.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    /// Its first byte.
    pub(super) at: usize,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // 0x1A is the mark that DOS programs put behind a text.
        let text = text.trim_end_matches(['\u{1a}', '\r', '\n']);
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at }
    }

    /// The same text, from this byte on.
    pub(super) fn from(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// Where a byte stands.
    pub(super) fn place(&self, at: usize) -> Place {
        Place::of(self.text, at)
    }

    /// Where the byte with this number in a list of bytes stands.
    pub(super) fn place_of(&self, offsets: &[usize], index: usize) -> Place {
        self.place(offsets.get(index).copied().unwrap_or_default())
    }

    /// Whether the next token is this one; quicker than to look at it.
    pub(super) fn is_next(&mut self, token: &str) -> bool {
        self.skip_white();
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let behind = rest.strip_prefix(token.as_bytes());
        behind.is_some_and(|it| it.first().is_none_or(u8::is_ascii_whitespace))
    }

    /// The byte at which the next token begins.
    pub(super) fn next(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.at)
    }

    /// Where reading goes on.
    pub(super) fn here(&self) -> Place {
        self.place(self.at)
    }

    /// The next token, on this line or a later one.
    pub(super) fn token(&mut self) -> Option<Token<'t>> {
        self.skip_white();
        let from = self.at;
        let rest = self.text.as_bytes().get(from..)?;
        let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        self.at = from + length;
        let text = self.text.get(from..self.at).filter(|text| !text.is_empty())?;
        Some(Token { text, at: from })
    }

    /// The next token, which is not taken.
    pub(super) fn peek(&self) -> Option<Token<'t>> {
        self.clone().token()
    }

    /// Whether another token stands on this line.
    pub(super) fn line_goes_on(&mut self) -> bool {
        let is_blank = |byte: u8| byte != b'\n' && byte.is_ascii_whitespace();
        while self.byte().is_some_and(is_blank) {
            self.at += 1;
        }
        self.byte().is_some_and(|byte| byte != b'\n')
    }

    /// What is left of this line and where it starts; the next line comes next. `None` at the end.
    pub(super) fn line(&mut self) -> Option<Token<'t>> {
        let at = self.at;
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        self.at = (at + length + 1).min(self.text.len());
        Some(Token { text: rest.get(..length)?, at })
    }

    /// The next token as a number; `field` names it in a message.
    pub(super) fn number(
        &mut self,
        range: RangeInclusive<i64>,
        field: impl Fn() -> String,
    ) -> Result<i64, FormatError> {
        let Some(token) = self.token() else {
            return Err(FormatError::Ends {
                place: self.place(self.text.trim_end().len()),
                whole: "text",
                field: field(),
            });
        };
        match whole_number(token.text) {
            Some(number) if range.contains(&number) => Ok(number),
            found => Err(self.not_a_number(token, found, &range, field())),
        }
    }

    /// As [`Scan::number`], and on this line.
    pub(super) fn number_on_line(
        &mut self,
        range: RangeInclusive<i64>,
        field: impl Fn() -> String,
    ) -> Result<i64, FormatError> {
        if self.line_goes_on() || self.peek().is_none() {
            return self.number(range, field);
        }
        Err(FormatError::Ends { place: self.place(self.at), whole: "line", field: field() })
    }

    /// That nothing is left.
    pub(super) fn end(&mut self, after: &'static str) -> Result<(), FormatError> {
        self.token().map_or(Ok(()), |token| Err(self.trailing(token, after)))
    }

    pub(super) fn trailing(&self, token: Token<'_>, after: &'static str) -> FormatError {
        FormatError::Trailing { place: self.place(token.at), found: shortened(token.text), after }
    }

    #[cold]
    fn not_a_number(
        &self,
        token: Token<'_>,
        found: Option<i64>,
        range: &RangeInclusive<i64>,
        field: String,
    ) -> FormatError {
        let (place, least, most) = (self.place(token.at), *range.start(), *range.end());
        let digits = token.text.strip_prefix('-').unwrap_or(token.text);
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let text = shortened(token.text);
        match found {
            Some(number) => {
                let found = number.to_string();
                FormatError::OutOfRange { place, field, found, least, most }
            }
            None if is_whole => FormatError::OutOfRange { place, field, found: text, least, most },
            None => FormatError::NotANumber { place, field, found: text },
        }
    }

    fn skip_white(&mut self) {
        while let Some(byte) = self.byte() {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if byte == b'#' && self.starts_line() {
                self.line();
            } else {
                return;
            }
        }
    }

    fn starts_line(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_none_or(|byte| *byte == b'\n')
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// Adds a time to the sum of all, which has a limit.
pub(super) fn add_up(
    total: &mut i64,
    time: i64,
    scan: &Scan<'_>,
    field: impl Fn() -> String,
) -> Result<(), FormatError> {
    *total = total.saturating_add(time);
    if *total <= TOTAL_MAX {
        return Ok(());
    }
    Err(FormatError::Total { place: scan.place(scan.at), field: field(), most: TOTAL_MAX })
}

/// The beginning of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(FOUND_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Digits, with a minus before them or not.
fn whole_number(text: &str) -> Option<i64> {
    let (digits, sign) = text.strip_prefix('-').map_or((text, 1), |digits| (digits, -1));
    if digits.is_empty() {
        return None;
    }
    digits
        .bytes()
        .try_fold(0_i64, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            number.checked_mul(10)?.checked_add(digit)
        })
        .map(|number| sign * number)
}
