//! Rows that say the same twice.

use std::collections::BTreeSet;

use crate::report::{Example, Finding, Severity};
use crate::rows::Row;

/// Leaves out a row that equals an earlier one in case, activity, resource, worker, times, working
/// time and counts. Rows without any time are kept: nothing shows that they are the same.
pub(super) fn drop(rows: &mut Vec<Row>, findings: &mut Vec<Finding>) {
    let all = rows.len();
    let mut seen = BTreeSet::new();
    let mut dropped = Vec::new();
    rows.retain(|row| {
        if row.start.is_none() || row.end.is_none() {
            return true;
        }
        let names = [&row.case, &row.activity, &row.resource, &row.worker, &row.instance];
        let times = (row.start, row.end, row.work, row.setup, row.rework);
        let counts = [row.completed, row.scrap, row.set_aside].map(f64::to_bits);
        let new = seen.insert((names.map(ToOwned::to_owned), times, counts));
        if !new {
            dropped.push(Example::new(row.line, format!("{} of {}", row.activity, row.case)));
        }
        new
    });
    if !dropped.is_empty() {
        let text = "Rows that repeat an earlier one in every respect count once.";
        findings.push(
            Finding::new("R26", Severity::Dropped, text)
                .count(dropped.len(), all)
                .examples(dropped)
                .overrule("make the rows differ, for instance in the worker"),
        );
    }
}
