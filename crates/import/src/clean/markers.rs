//! Rows that mark the beginning and the end of a case and are no work.

use weft_model::Millis;

use crate::report::{Example, Finding, Severity};
use crate::rows::Row;

/// Leaves out rows whose activity is "Start" or "End", on a resource of the same name, that take no
/// time. Process mining tools add them.
pub(super) fn drop(rows: &mut Vec<Row>, findings: &mut Vec<Finding>) {
    let all = rows.len();
    let mut dropped = Vec::new();
    rows.retain(|row| {
        let word = row.activity.to_lowercase();
        let named = matches!(word.as_str(), "start" | "end") && row.activity == row.resource;
        let timeless = row.clock().is_none_or(|clock| clock == Millis::ZERO) && row.work.is_none();
        if named && timeless {
            dropped.push(Example::new(row.line, format!("{} of {}", row.activity, row.case)));
        }
        !(named && timeless)
    });
    if !dropped.is_empty() {
        let text = "Artificial rows that mark the start and end of a case are left out.";
        findings.push(
            Finding::new("R25", Severity::Dropped, text)
                .count(dropped.len(), all)
                .examples(dropped),
        );
    }
}
