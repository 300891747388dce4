//! Reads an answer, and only that: the keys of [`Answer`] once each in any order, whole numbers, any white
//! space. A key that is not known is an error, because a misspelt one would go unnoticed.

use super::super::error::{FormatError, Place};
use super::super::limit;
use super::super::scan::shortened;
use super::{Answer, AnswerOperation};

const ANSWER: [&str; 3] = ["objective", "lower_bound", "operations"];
const OPERATION: [&str; 6] = ["job", "operation", "mode", "resource", "start", "end"];

/// Reads what [`super::write_json`] writes, and the same in other white space and order of keys.
pub fn read_json(text: &str) -> Result<Answer, FormatError> {
    limit(text)?;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut json = Json { text, at: start };
    let mut answer = Answer::default();
    json.object(&ANSWER, "`objective`, `lower_bound`, `operations`", |json, key| match key {
        0 => json.number(i64::MIN..=i64::MAX, ANSWER[0]).map(|it| answer.objective = it),
        1 => json.number(i64::MIN..=i64::MAX, ANSWER[1]).map(|it| answer.lower_bound = it),
        _ => json.operations().map(|it| answer.operations = it),
    })?;
    json.skip_white();
    if json.at < text.len() {
        return Err(json.expected("the end of the text".to_owned()));
    }
    Ok(answer)
}

struct Json<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Json<'t> {
    fn operations(&mut self) -> Result<Vec<AnswerOperation>, FormatError> {
        let mut operations = Vec::new();
        self.take(b'[', "`[` of the list of `operations`")?;
        if self.takes(b']') {
            return Ok(operations);
        }
        loop {
            operations.push(self.operation()?);
            if self.takes(b']') {
                return Ok(operations);
            }
            self.take(b',', "`,` or `]` in the list of `operations`")?;
        }
    }

    fn operation(&mut self) -> Result<AnswerOperation, FormatError> {
        let mut indices = [0_u32; 4];
        let mut times = [0_i64; 2];
        let known = "`job`, `operation`, `mode`, `resource`, `start`, `end`";
        self.object(&OPERATION, known, |json, key| {
            let name = OPERATION.get(key).copied().unwrap_or_default();
            if let Some(index) = indices.get_mut(key) {
                *index = json.number(0..=i64::from(u32::MAX), name)? as u32;
            } else if let Some(time) = times.get_mut(key - indices.len()) {
                *time = json.number(i64::MIN..=i64::MAX, name)?;
            }
            Ok(())
        })?;
        let ([job, operation, mode, resource], [start, end]) = (indices, times);
        Ok(AnswerOperation { job, operation, mode, resource, start, end })
    }

    /// An object with each of `keys` once; `value` reads the value of the key with this index.
    fn object(
        &mut self,
        keys: &[&'static str],
        known: &'static str,
        mut value: impl FnMut(&mut Self, usize) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        self.take(b'{', "`{` of an object")?;
        let mut seen = 0_u8;
        if !self.takes(b'}') {
            loop {
                let at = self.key_start()?;
                let name = self.key()?;
                let Some(index) = keys.iter().position(|key| *key == name) else {
                    let (place, key) = (Place::of(self.text, at), shortened(name));
                    return Err(FormatError::UnknownKey { place, key, known });
                };
                if seen & (1 << index) != 0 {
                    let key = keys.get(index).copied().unwrap_or_default();
                    return Err(FormatError::KeyTwice { place: Place::of(self.text, at), key });
                }
                seen |= 1 << index;
                self.take(b':', "`:` after a key")?;
                value(self, index)?;
                if self.takes(b'}') {
                    break;
                }
                self.take(b',', "`,` or `}` after a value")?;
            }
        }
        match keys.iter().enumerate().find(|(index, _)| seen & (1 << index) == 0) {
            None => Ok(()),
            Some((_, key)) => {
                Err(FormatError::NoKey { place: Place::of(self.text, self.at - 1), key })
            }
        }
    }

    fn key_start(&mut self) -> Result<usize, FormatError> {
        self.skip_white();
        match self.byte() {
            Some(b'"') => Ok(self.at),
            _ => Err(self.expected("a key in quotes".to_owned())),
        }
    }

    /// A key in quotes. None of ours has an escape, so one with an escape is simply not known.
    fn key(&mut self) -> Result<&'t str, FormatError> {
        let text = self.text;
        let rest = text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let is_end = |byte: &u8| matches!(byte, b'"' | b'\n');
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        if rest.get(length) != Some(&b'"') {
            return Err(self.expected("a key in quotes".to_owned()));
        }
        let from = self.at + 1;
        self.at = from + length + 1;
        Ok(text.get(from..from + length).unwrap_or_default())
    }

    fn number(
        &mut self,
        range: std::ops::RangeInclusive<i64>,
        field: &str,
    ) -> Result<i64, FormatError> {
        self.skip_white();
        let start = self.at;
        let is_negative = self.byte() == Some(b'-');
        self.at += usize::from(is_negative);
        let first = self.at;
        let mut number = Some(0_i64);
        while let Some(byte) = self.byte().filter(u8::is_ascii_digit) {
            let digit = i64::from(byte - b'0');
            // Towards the sign, so that the least number has room.
            number = number.and_then(|number| number.checked_mul(10)).and_then(|number| {
                if is_negative { number.checked_sub(digit) } else { number.checked_add(digit) }
            });
            self.at += 1;
        }
        let digits = self.text.as_bytes().get(first..self.at).unwrap_or_default();
        let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
        let is_whole = !digits.is_empty()
            && (digits.len() == 1 || digits.first() != Some(&b'0'))
            && !self.byte().is_some_and(goes_on);
        match number {
            Some(number) if is_whole && range.contains(&number) => Ok(number),
            _ if is_whole => Err(FormatError::OutOfRange {
                place: Place::of(self.text, start),
                field: format!("`{field}`"),
                found: shortened(self.text.get(start..self.at).unwrap_or_default()),
                least: *range.start(),
                most: *range.end(),
            }),
            _ => {
                self.at = start;
                Err(self.expected(format!("a whole number for `{field}`")))
            }
        }
    }

    fn take(&mut self, byte: u8, what: &str) -> Result<(), FormatError> {
        if self.takes(byte) { Ok(()) } else { Err(self.expected(what.to_owned())) }
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.skip_white();
        let is_there = self.byte() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    #[cold]
    fn expected(&self, expected: String) -> FormatError {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_end =
            |letter: char| letter.is_ascii_whitespace() || matches!(letter, ',' | '}' | ']');
        let length =
            rest.char_indices().skip(1).find(|it| is_end(it.1)).map_or(rest.len(), |it| it.0);
        let found = match rest.get(..length).unwrap_or_default() {
            "" => "the end of the text".to_owned(),
            found => format!("`{}`", shortened(found)),
        };
        FormatError::Json { place: Place::of(self.text, self.at), expected, found }
    }

    fn skip_white(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
