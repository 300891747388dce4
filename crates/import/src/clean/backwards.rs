//! Rows that end before they begin.

use crate::report::{Example, Finding, Severity};
use crate::rows::Row;

/// The end of such a row is not believed: it follows from the working time, or the duration counts
/// as not recorded.
pub(super) fn repair(rows: &mut [Row], findings: &mut Vec<Finding>) {
    let mut repaired = Vec::new();
    for row in rows.iter_mut() {
        let (Some(start), Some(end)) = (row.start, row.end) else { continue };
        if end < start {
            repaired.push(Example::new(row.line, format!("{start} to {end}")));
            row.end = Some(row.work.map_or(start, |work| start + work));
        }
    }
    if !repaired.is_empty() {
        let text = "Rows that end before they begin: the start is kept; the end follows from the working \
                    time, or the duration counts as not recorded.";
        findings.push(
            Finding::new("R27", Severity::Assumed, text)
                .count(repaired.len(), rows.len())
                .examples(repaired)
                .overrule("correct the rows in the log"),
        );
    }
}
