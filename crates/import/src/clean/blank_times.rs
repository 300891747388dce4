//! Rows without any time.

use super::by_case;
use crate::report::{Example, Finding, Severity, clock_text};
use crate::rows::Row;

/// A row without times but with a working time is placed right after the row that stands before it
/// in its case; the first of a case right before the next. A row with neither, or alone in its
/// case, is left out.
pub(super) fn place(rows: &mut Vec<Row>, findings: &mut Vec<Finding>) {
    let all = rows.len();
    let (mut placed, mut dropped) = (Vec::new(), Vec::new());
    for (_, indices) in by_case(rows) {
        let mut before = None;
        for (position, index) in indices.iter().enumerate() {
            let after = indices
                .iter()
                .skip(position + 1)
                .find_map(|next| rows.get(*next).and_then(|next| next.start));
            let Some(row) = rows.get_mut(*index) else { continue };
            if row.start.is_none() {
                let example = |what: &str| {
                    Example::new(row.line, format!("{} of {}{what}", row.activity, row.case))
                };
                if let (Some(work), Some(start)) =
                    (row.work, before.or_else(|| row.work.zip(after).map(|(work, at)| at - work)))
                {
                    placed.push(example(&format!(", {} h: from {start}", clock_text(work))));
                    row.place(start, work);
                    row.clock_known = false;
                } else {
                    dropped.push(example(""));
                    continue;
                }
            }
            before = row.end;
        }
    }
    rows.retain(|row| row.start.is_some());
    let mut push = |code, severity, text: &str, examples: Vec<Example>| {
        if !examples.is_empty() {
            findings.push(
                Finding::new(code, severity, text)
                    .count(examples.len(), all)
                    .examples(examples)
                    .overrule("fill in the times in the log"),
            );
        }
    };
    push(
        "R61",
        Severity::Assumed,
        "Rows with blank times but a working time are placed right after the row before them in the case.",
        placed,
    );
    push(
        "R62",
        Severity::Dropped,
        "Rows with neither times nor a working time are left out.",
        dropped,
    );
}
