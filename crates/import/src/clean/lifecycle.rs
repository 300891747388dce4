//! Logs that write one row for a start and another for a completion.

use std::collections::{BTreeMap, VecDeque};

use crate::report::{Example, Finding, Severity};
use crate::rows::Row;

/// Pairs each completion with the oldest open start of the same case, activity, resource and
/// instance. A start that is never completed is left out; so are other transitions, when the log
/// has both starts and completions. Without starts, every event counts as a completion.
pub(super) fn pair(rows: &mut Vec<Row>, findings: &mut Vec<Finding>) {
    let has = |word: &str| rows.iter().any(|row| row.lifecycle == word);
    if !has("start") || !has("complete") {
        return;
    }
    let all = rows.len();
    let mut open: BTreeMap<[String; 4], VecDeque<Row>> = BTreeMap::new();
    let mut paired = Vec::with_capacity(all / 2);
    let (mut other, mut without_start) = (Vec::new(), Vec::new());
    for mut row in std::mem::take(rows) {
        let at = row.start.or(row.end);
        let key = [&row.case, &row.activity, &row.resource, &row.instance].map(ToOwned::to_owned);
        match row.lifecycle.as_str() {
            "start" => {
                row.start = at;
                row.end = None;
                open.entry(key).or_default().push_back(row);
            }
            "complete" => {
                if let Some(start) = open.get_mut(&key).and_then(VecDeque::pop_front) {
                    (row.start, row.line) = (start.start, start.line);
                } else {
                    row.start = None;
                    without_start.push(Example::new(row.line, row.activity.clone()));
                }
                row.end = at;
                paired.push(row);
            }
            word => other.push(Example::new(row.line, format!("`{word}`: {}", row.activity))),
        }
    }
    let left: Vec<Example> = open
        .into_values()
        .flatten()
        .map(|row| Example::new(row.line, format!("{} of {}", row.activity, row.case)))
        .collect();
    paired.sort_by_key(|row| row.line);
    let text = "Starts and completions are rows of their own; they were paired by case, activity, \
                resource and instance, oldest start first.";
    findings.push(Finding::new("R21", Severity::Found, text).count(paired.len(), all));
    let mut push = |code, severity, text: &str, examples: Vec<Example>| {
        if !examples.is_empty() {
            findings.push(
                Finding::new(code, severity, text).count(examples.len(), all).examples(examples),
            );
        }
    };
    push("R22", Severity::Dropped, "Starts that are never completed are left out.", left);
    push(
        "R23",
        Severity::Dropped,
        "Transitions other than start and complete (schedule, suspend, withdraw, …) are left out; time \
         between suspend and resume counts as work.",
        other,
    );
    push("R24", Severity::Found, "Completions without a start.", without_start);
    *rows = paired;
}
