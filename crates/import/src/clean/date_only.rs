//! Rows whose start names a day and no time of day.

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp};

use super::{by_case, median};
use crate::clock::Clock;
use crate::report::{Example, Finding, Severity};
use crate::rows::Row;

/// If this share of all rows starts at one and the same time of day, that time means "no time given".
const SAME_TIME_SHARE: f64 = 0.3;

/// Fewer rows than this show no habits.
const ROWS_MIN: usize = 20;

/// Cases with more rows than this are not searched for habits; it would take too long.
const CASE_ROWS_MAX: usize = 2_000;

/// Finds rows with a date only: written so, or starting at midnight sharp without a recorded duration,
/// or, likewise without one, at the one time of day that a large share of the log has.
pub(super) fn mark(rows: &mut [Row], clock: &Clock, findings: &mut Vec<Finding>) {
    // A measured duration vouches for the time it was measured from: half a shop may well begin at seven.
    let doubtful = |row: &Row| row.completion_only || !row.work_recorded;
    let time_of = |row: &Row| {
        let written = if row.completion_only { row.end } else { row.start };
        written.map(|at| clock.time_of_day(at))
    };
    let mut times: BTreeMap<Millis, usize> = BTreeMap::new();
    for time in rows.iter().filter(|row| doubtful(row)).filter_map(time_of) {
        *times.entry(time).or_default() += 1;
    }
    let all = rows.len();
    let dominating = times
        .iter()
        .max_by_key(|(_, count)| **count)
        .filter(|(_, count)| ROWS_MIN <= all && SAME_TIME_SHARE * all as f64 <= **count as f64)
        .map(|(time, _)| *time);
    for row in rows.iter_mut().filter(|row| doubtful(row)) {
        let Some(time) = time_of(row) else { continue };
        if row.date_only || time == Millis::ZERO || Some(time) == dominating {
            row.date_only = true;
            if row.completion_only {
                (row.start, row.work, row.work_recorded) = (row.end, None, false);
                row.clock_known = false;
            }
        }
    }
    if let Some(time) = dominating.filter(|time| *time != Millis::ZERO) {
        let text = format!(
            "{time} after midnight is the time of a large share of all rows: it means that no time of day was given."
        );
        findings.push(Finding::new("R71", Severity::Assumed, text).count(all, all));
    }
}

/// Gives rows with a date only a time of day: after those rows of the same case and day that the log
/// usually shows on an earlier day than this activity, and not before the resource usually begins.
pub(super) fn place(rows: &mut [Row], clock: &Clock, findings: &mut Vec<Finding>) {
    let marked = rows.iter().filter(|row| row.date_only).count();
    if marked == 0 {
        return;
    }
    let habits = habits(rows, clock);
    let begins = usual_begins(rows, clock);
    let overall = begins.get("").copied().unwrap_or(Millis::ZERO);
    let mut placed = Vec::new();
    for (_, indices) in by_case(rows) {
        let mut by_day: BTreeMap<Timestamp, Vec<usize>> = BTreeMap::new();
        for index in indices {
            if let Some(start) = rows.get(index).and_then(|row| row.start) {
                by_day.entry(clock.midnight(start)).or_default().push(index);
            }
        }
        for (day, indices) in by_day {
            let timed: Vec<(String, Option<Timestamp>)> = indices
                .iter()
                .filter_map(|index| rows.get(*index))
                .filter(|row| !row.date_only)
                .map(|row| (row.activity.clone(), row.end))
                .collect();
            let mut without: Vec<usize> = indices;
            without.retain(|index| rows.get(*index).is_some_and(|row| row.date_only));
            let mut before_in_day: Option<Timestamp> = None;
            for index in without {
                let Some(row) = rows.get_mut(index) else { continue };
                let Some(work) = row.work else { continue };
                let usual = begins.get(&row.resource).copied().unwrap_or(overall);
                let after = timed
                    .iter()
                    .filter(|(other, _)| {
                        let key = (row.activity.clone(), other.clone());
                        habits.get(&key).is_some_and(|later| 0 < *later)
                    })
                    .filter_map(|(_, end)| *end)
                    .max();
                let start =
                    (day + usual).max(after.unwrap_or(day)).max(before_in_day.unwrap_or(day));
                // It was reported for this day: it does not begin on the next.
                let start = start.min(day + Millis::DAY - Millis::MINUTE);
                before_in_day = Some(start);
                placed.push(Example::new(
                    row.line,
                    format!("{} of {}: from {start}", row.activity, row.case),
                ));
                row.place(start, work);
                row.clock_known = false;
            }
        }
    }
    let text = "Rows with a date and no time of day (written so, or midnight sharp and no duration recorded): \
                on that day, not before the resource usually begins, and after those activities of the same \
                case that the log usually shows on earlier days.";
    findings.push(
        Finding::new("R72", Severity::Assumed, text)
            .count(marked, rows.len())
            .examples(placed)
            .overrule("fill in the times in the log"),
    );
}

/// How much more often the first activity is seen on a later day than the second, in one case, than on
/// an earlier one.
fn habits(rows: &[Row], clock: &Clock) -> BTreeMap<(String, String), i64> {
    let mut habits: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (_, indices) in by_case(rows) {
        if CASE_ROWS_MAX < indices.len() {
            continue;
        }
        let mut days: Vec<(&str, Timestamp)> = indices
            .iter()
            .filter_map(|index| rows.get(*index))
            .filter_map(|row| Some((row.activity.as_str(), clock.midnight(row.start?))))
            .collect();
        days.sort_unstable();
        days.dedup();
        let dated: Vec<&str> = indices
            .iter()
            .filter_map(|index| rows.get(*index))
            .filter(|row| row.date_only)
            .map(|row| row.activity.as_str())
            .collect();
        for (activity, day) in days.iter().filter(|(activity, _)| dated.contains(activity)) {
            for (other, other_day) in days.iter().filter(|(other, _)| other != activity) {
                let sign = match day.cmp(other_day) {
                    std::cmp::Ordering::Greater => 1,
                    std::cmp::Ordering::Less => -1,
                    std::cmp::Ordering::Equal => continue,
                };
                *habits.entry(((*activity).to_owned(), (*other).to_owned())).or_default() += sign;
            }
        }
    }
    habits
}

/// The median, over days, of the time of day at which a resource first begins something; under the
/// empty name, the median over resources.
fn usual_begins(rows: &[Row], clock: &Clock) -> BTreeMap<String, Millis> {
    let mut firsts: BTreeMap<(String, Timestamp), Millis> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.date_only && row.clock_known) {
        let Some(start) = row.start else { continue };
        let day = clock.midnight(start);
        let first = firsts.entry((row.resource.clone(), day)).or_insert(Millis::DAY);
        *first = (*first).min(start - day);
    }
    let mut by_resource: BTreeMap<String, Vec<Millis>> = BTreeMap::new();
    for ((resource, _), first) in firsts {
        by_resource.entry(resource).or_default().push(first);
    }
    let mut begins: BTreeMap<String, Millis> = by_resource
        .into_iter()
        .filter_map(|(resource, mut firsts)| Some((resource, median(&mut firsts)?)))
        .collect();
    let mut all: Vec<Millis> = begins.values().copied().collect();
    begins.extend(median(&mut all).map(|overall| (String::new(), overall)));
    begins
}
