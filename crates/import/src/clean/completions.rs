//! Rows that only say when something was done.

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp};

use super::by_case;
use crate::report::{Example, Finding, Severity};
use crate::rows::{NO_RESOURCE, Row};

/// Longer than this since the event before, and the time between was waiting rather than work.
const WORK_MAX: Millis = Millis::new(4 * 3_600_000);

/// A completion without a start began when its resource, or its case, was last seen to finish
/// something, whichever is later; if that is longer ago than [`WORK_MAX`], its duration counts as not
/// recorded.
pub(super) fn fill_starts(rows: &mut [Row], findings: &mut Vec<Finding>) {
    let all = rows.len();
    // A start without an end and without working time says as much as a completion.
    for row in rows.iter_mut() {
        if row.end.is_none() && row.start.is_some() {
            row.end = row.start.map(|start| row.work.map_or(start, |work| start + work));
        }
        if row.start.is_none()
            && let (Some(end), Some(work)) = (row.end, row.work)
        {
            row.start = Some(end - work);
        }
    }
    let mut by_end: Vec<usize> = (0..all).collect();
    by_end.sort_by_key(|index| rows.get(*index).map(|row| (row.end, row.line)));
    let mut before_in_case: BTreeMap<usize, Timestamp> = BTreeMap::new();
    for (_, indices) in by_case(rows) {
        let mut ends: Vec<(Timestamp, u64, usize)> = indices
            .into_iter()
            .filter_map(|index| rows.get(index).and_then(|row| Some((row.end?, row.line, index))))
            .collect();
        ends.sort_unstable();
        for pair in ends.windows(2) {
            if let [(before, _, _), (_, _, index)] = pair {
                before_in_case.insert(*index, *before);
            }
        }
    }
    let mut last_of_resource: BTreeMap<String, Timestamp> = BTreeMap::new();
    let (mut filled, mut waiting) = (Vec::new(), Vec::new());
    for index in by_end {
        let Some(row) = rows.get_mut(index) else { continue };
        let Some(end) = row.end else { continue };
        let of_resource = (row.resource != NO_RESOURCE)
            .then(|| last_of_resource.insert(row.resource.clone(), end))
            .flatten();
        if row.start.is_some() {
            continue;
        }
        row.completion_only = true;
        let before = of_resource.max(before_in_case.get(&index).copied());
        let example = Example::new(row.line, format!("{} of {}", row.activity, row.case));
        let near = before.filter(|before| end - *before <= WORK_MAX && *before < end);
        row.start = Some(near.unwrap_or(end));
        row.clock_known = near.is_some();
        if near.is_some() { filled.push(example) } else { waiting.push(example) }
    }
    let mut push = |code, text: String, examples: Vec<Example>| {
        if !examples.is_empty() {
            findings.push(
                Finding::new(code, Severity::Assumed, text)
                    .count(examples.len(), all)
                    .examples(examples)
                    .overrule("name a column with starts or working times"),
            );
        }
    };
    push(
        "R31",
        "Rows with a completion only: work is taken to begin when the resource or the case was last seen \
         to finish something."
            .to_owned(),
        filled,
    );
    push(
        "R32",
        format!(
            "Rows with a completion only and nothing within {WORK_MAX} before it: the duration counts as \
             not recorded."
        ),
        waiting,
    );
}
