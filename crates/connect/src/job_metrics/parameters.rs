//! Parameters of a job order as one text: `name=value&name=value`, percent-encoded (RFC 3986), so that
//! every machine with a URL decoder can read it. A plus sign means itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes parameters by name. Everything but `A–Z a–z 0–9 - _ . ~` is percent-encoded.
pub fn write_parameters(parameters: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        if !text.is_empty() {
            text.push('&');
        }
        escape(name, &mut text);
        text.push('=');
        escape(value, &mut text);
    }
    text
}

/// Reads parameters; the last of several with one name counts. The error says what is wrong.
pub fn read_parameters(text: &str) -> Result<BTreeMap<String, String>, String> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) =
                pair.split_once('=').ok_or_else(|| format!("`{pair}` has no `=`"))?;
            Ok((unescape(name)?, unescape(value)?))
        })
        .collect()
}

fn escape(part: &str, into: &mut String) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            into.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

fn unescape(part: &str) -> Result<String, String> {
    let wrong = || format!("`{part}` is not percent-encoded UTF-8");
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
            let (high, low) = (digit().ok_or_else(wrong)?, digit().ok_or_else(wrong)?);
            bytes.push((16 * high + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}
