//! Writes an answer. Quick because it only copies bytes: a million operations are 80 MB.

use super::{Answer, AnswerOperation};

/// Digits of the longest number and its sign.
const NUMBER_BYTES_MAX: usize = 20;
/// What one operation takes as a rule.
const OPERATION_BYTES: usize = 96;

const PAIRS: [[u8; 2]; 100] = pairs();

/// Writes an answer behind what `out` has, one operation per line.
pub fn write_json(answer: &Answer, out: &mut Vec<u8>) {
    out.reserve(OPERATION_BYTES.saturating_mul(answer.operations.len() + 1));
    field(out, b"{\"objective\": ", answer.objective);
    field(out, b", \"lower_bound\": ", answer.lower_bound);
    out.extend_from_slice(b", \"operations\": [");
    let mut before: &[u8] = b"\n{\"job\": ";
    for operation in &answer.operations {
        let &AnswerOperation { job, operation, mode, resource, start, end } = operation;
        field(out, before, i64::from(job));
        field(out, b", \"operation\": ", i64::from(operation));
        field(out, b", \"mode\": ", i64::from(mode));
        field(out, b", \"resource\": ", i64::from(resource));
        field(out, b", \"start\": ", start);
        field(out, b", \"end\": ", end);
        out.push(b'}');
        before = b",\n{\"job\": ";
    }
    out.extend_from_slice(b"\n]}\n");
}

fn field(out: &mut Vec<u8>, before: &[u8], number: i64) {
    out.extend_from_slice(before);
    if number < 0 {
        out.push(b'-');
    }
    let mut rest = number.unsigned_abs();
    if rest < 10 {
        out.push(b'0' + rest as u8);
        return;
    }
    // Two digits at a time, from the last.
    let mut digits = [0_u8; NUMBER_BYTES_MAX];
    let mut used = 0;
    for place in digits.rchunks_exact_mut(2) {
        if rest == 0 {
            break;
        }
        let pair = PAIRS.get((rest % 100) as usize).copied().unwrap_or_default();
        place.copy_from_slice(&pair);
        used += if rest < 10 { 1 } else { 2 };
        rest /= 100;
    }
    out.extend_from_slice(digits.get(NUMBER_BYTES_MAX - used..).unwrap_or_default());
}

#[expect(clippy::indexing_slicing, reason = "at compile time")]
const fn pairs() -> [[u8; 2]; 100] {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
}
