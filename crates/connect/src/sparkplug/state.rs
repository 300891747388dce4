//! The STATE payload of a host application: `{"online":true,"timestamp":1717171717171}`.
//!
//! Written and read by hand: it is the one piece of JSON in the protocol, flat and tiny. Fields we do
//! not know are skipped, as a later version may add some.

use std::iter::Peekable;
use std::str::Chars;

use bytes::Bytes;
use weft_model::Timestamp;

/// Longer than this is not a STATE payload.
const MAX_BYTES: usize = 4096;

/// Whether a host application is online, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostState {
    /// Online or offline.
    pub online: bool,
    /// For a birth and for the will the time of CONNECT, for a clean death the time of it.
    pub timestamp: Timestamp,
}

impl HostState {
    /// The bytes of the payload.
    pub fn write(self) -> Bytes {
        let Self { online, timestamp } = self;
        Bytes::from(format!(r#"{{"online":{online},"timestamp":{}}}"#, timestamp.as_millis()))
    }

    /// Reads a payload; the error says what is wrong with it.
    pub fn read(payload: &[u8]) -> Result<Self, &'static str> {
        if MAX_BYTES < payload.len() {
            return Err("the STATE payload is too long");
        }
        let text = std::str::from_utf8(payload).map_err(|_| "the STATE payload is not UTF-8")?;
        let fields = flat_object(text).ok_or("the STATE payload is not a flat JSON object")?;
        let field = |name: &str| {
            fields.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let online = match field("online") {
            Some("true") => true,
            Some("false") => false,
            _ => return Err("the STATE payload has no `online` that is true or false"),
        };
        let timestamp = field("timestamp")
            .and_then(|value| value.parse().ok())
            .ok_or("the STATE payload has no `timestamp` in whole milliseconds")?;
        Ok(Self { online, timestamp: Timestamp::from_millis(timestamp) })
    }
}

/// The fields of a JSON object without nested ones; literals and numbers as they are written, strings
/// with a quote before them so that `"true"` is not `true`.
fn flat_object(text: &str) -> Option<Vec<(String, String)>> {
    let mut chars = text.chars().peekable();
    let mut fields = Vec::new();
    expect(&mut chars, '{')?;
    skip_space(&mut chars);
    if chars.next_if_eq(&'}').is_none() {
        loop {
            let name = string(&mut chars)?;
            expect(&mut chars, ':')?;
            skip_space(&mut chars);
            let value = if chars.peek() == Some(&'"') {
                format!("\"{}", string(&mut chars)?)
            } else {
                literal(&mut chars)?
            };
            fields.push((name, value));
            skip_space(&mut chars);
            match chars.next()? {
                ',' => {}
                '}' => break,
                _ => return None,
            }
        }
    }
    skip_space(&mut chars);
    chars.next().is_none().then_some(fields)
}

fn skip_space(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(char::is_ascii_whitespace).is_some() {}
}

fn expect(chars: &mut Peekable<Chars<'_>>, wanted: char) -> Option<()> {
    skip_space(chars);
    chars.next_if_eq(&wanted).map(|_| ())
}

fn string(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    expect(chars, '"')?;
    let mut text = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            // Kept as written: no field we read has an escape in it.
            '\\' => text.extend(['\\', chars.next()?]),
            c => text.push(c),
        }
    }
}

fn literal(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut text = String::new();
    while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
    {
        text.push(c);
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_reads_back_as_it_is_written() {
        for online in [true, false] {
            let state = HostState { online, timestamp: Timestamp::from_millis(1_717_171_717_171) };
            assert_eq!(HostState::read(&state.write()), Ok(state));
        }
    }

    #[test]
    fn state_takes_any_order_spaces_and_fields_it_does_not_know() {
        let text =
            "{ \"timestamp\" : 5 ,\n\"version\":\"3\\\"\", \"bdSeq\":7, \"online\": false } ";
        let state = HostState { online: false, timestamp: Timestamp::from_millis(5) };
        assert_eq!(HostState::read(text.as_bytes()), Ok(state));
    }

    #[test]
    fn what_is_not_a_state_is_an_error() {
        for bad in [
            "",
            "ONLINE",
            "{}",
            "{\"online\":true}",
            "{\"online\":\"true\",\"timestamp\":1}",
            "{\"online\":true,\"timestamp\":1.5}",
            "{\"online\":true,\"timestamp\":1",
            "{\"online\":true,\"timestamp\":1}}",
            "{\"online\":true,}",
        ] {
            assert!(HostState::read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(HostState::read(&[0xff, 0xfe]).is_err());
    }
}
