//! Cleaning rules, one file each: what is missing or contradictory in a log is filled in by a rule
//! that the report names. After [`all`], every row has start, end and working time.

mod backwards;
mod blank_times;
mod completions;
mod date_only;
mod disagreement;
mod duplicates;
mod lifecycle;
mod markers;
mod not_recorded;

use std::collections::BTreeMap;

use weft_model::Millis;

use crate::clock::Clock;
use crate::report::Finding;
use crate::rows::Row;

/// Applies the rules in an order in which each finds what it needs.
pub(crate) fn all(
    mut rows: Vec<Row>,
    has_work: bool,
    clock: &Clock,
    findings: &mut Vec<Finding>,
) -> Vec<Row> {
    lifecycle::pair(&mut rows, findings);
    markers::drop(&mut rows, findings);
    duplicates::drop(&mut rows, findings);
    backwards::repair(&mut rows, findings);
    completions::fill_starts(&mut rows, findings);
    if has_work {
        disagreement::trust_work(&mut rows, findings);
    } else {
        for row in &mut rows {
            row.work = row.clock().filter(|clock| Millis::ZERO < *clock && row.clock_known);
            row.work_recorded = row.work.is_some();
        }
    }
    date_only::mark(&mut rows, clock, findings);
    not_recorded::fill(&mut rows, findings);
    blank_times::place(&mut rows, findings);
    date_only::place(&mut rows, clock, findings);
    sort(&mut rows);
    rows
}

/// By case in the order of the file, then by start.
fn sort(rows: &mut [Row]) {
    let mut first: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows.iter() {
        first.entry(row.case.clone()).or_insert(row.line);
    }
    rows.sort_by(|a, b| {
        (first.get(&a.case), &a.case, a.start, a.line).cmp(&(
            first.get(&b.case),
            &b.case,
            b.start,
            b.line,
        ))
    });
}

/// The middle of a list; `None` when it is empty.
pub(crate) fn median<T: PartialOrd + Copy>(values: &mut [T]) -> Option<T> {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}

/// Groups rows by case, in order.
fn by_case(rows: &[Row]) -> BTreeMap<String, Vec<usize>> {
    let mut cases: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        cases.entry(row.case.clone()).or_default().push(index);
    }
    cases
}
