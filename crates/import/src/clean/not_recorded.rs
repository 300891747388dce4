//! Durations that nobody recorded.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::Millis;

use super::median;
use crate::names::stripped;
use crate::report::{Example, Finding, Severity, clock_text};
use crate::rows::Row;

/// With fewer recorded rows of an activity than this, their median says little.
const RECORDED_MIN: usize = 5;

/// A filled-in duration is at most this quantile of the recorded ones of the activity, so that a
/// large lot times a rough median does not become a month.
const CEILING: f64 = 0.9;

/// What to take where nothing at all is known of an activity's duration.
const DEFAULT: Millis = Millis::new(15 * 60_000);

/// What the recorded rows of one activity show.
struct Known {
    per_row: Millis,
    per_piece: Option<Millis>,
    ceiling: Millis,
}

/// Fills in working time where none was recorded: the median per piece of the activity's recorded
/// rows times the pieces of the row; without pieces, the median per row; without enough recorded
/// rows, what the clock shows (the default somebody once set); without that, [`DEFAULT`].
pub(super) fn fill(rows: &mut Vec<Row>, findings: &mut Vec<Finding>) {
    let known = known(rows);
    let all = rows.len();
    drop_empty(rows, findings);
    let mut clock_values: BTreeMap<Millis, usize> = BTreeMap::new();
    let (mut from_median, mut from_clock, mut from_nothing) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_activity: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter_mut().filter(|row| row.work.is_none()) {
        let Some(start) = row.start else { continue };
        let activity = stripped(&row.activity, &row.resource);
        let clock = row.clock().filter(|clock| Millis::ZERO < *clock && row.clock_known);
        if let Some(clock) = clock {
            *clock_values.entry(clock).or_default() += 1;
        }
        let (work, list) = match (known.get(&activity), clock) {
            (Some(known), _) => {
                let work = known
                    .per_piece
                    .filter(|_| 1.0 <= row.completed)
                    .map_or(known.per_row, |each| each.scaled(row.completed).min(known.ceiling));
                (work, &mut from_median)
            }
            (None, Some(clock)) => (clock, &mut from_clock),
            (None, None) => (DEFAULT, &mut from_nothing),
        };
        let work = work.max(Millis::MINUTE);
        list.push(Example::new(
            row.line,
            format!("{activity} of {}: {} taken", row.case, clock_text(work)),
        ));
        *by_activity.entry(activity).or_default() += 1;
        // A completion without a start ends when it was seen to end.
        let keep = row.clock_known || row.date_only;
        let start = if keep { start } else { start - work };
        row.place(start, work);
        row.clock_known = false;
    }
    if let Some((value, count)) = clock_values.iter().max_by_key(|(_, count)| **count) {
        let total: usize = clock_values.values().sum();
        let shown: Vec<String> = by_activity_text(&by_activity);
        let text = format!(
            "Rows without a recorded duration while the clock shows one, most often {} ({count} times): \
             a default, not a measurement. Activities: {}.",
            clock_text(*value),
            shown.join(", ")
        );
        findings.push(Finding::new("R51", Severity::Found, text).count(total, all));
    }
    let mut push = |code, text: String, examples: Vec<Example>| {
        if !examples.is_empty() {
            findings.push(
                Finding::new(code, Severity::Assumed, text)
                    .count(examples.len(), all)
                    .examples(examples)
                    .overrule("name a column with working times, or fill in the rows"),
            );
        }
    };
    push(
        "R52",
        format!(
            "Duration not recorded: the median per piece (per row where no pieces were reported) of the \
             same activity's recorded rows is taken, at most their {:.0} % quantile.",
            100.0 * CEILING
        ),
        from_median,
    );
    push(
        "R53",
        format!(
            "Duration not recorded, and fewer than {RECORDED_MIN} rows of the activity have one: the clock's \
             default is taken."
        ),
        from_clock,
    );
    push("R54", format!("Nothing shows a duration: {DEFAULT} is taken."), from_nothing);
}

/// Leaves out rows that report neither time nor pieces beside others of the same order, activity and
/// resource that do: a median would add work there that nothing speaks for.
fn drop_empty(rows: &mut Vec<Row>, findings: &mut Vec<Finding>) {
    let says_something =
        |row: &Row| row.work_recorded || 0.0 < row.completed + row.scrap + row.set_aside;
    let key = |row: &Row| {
        (row.case.clone(), stripped(&row.activity, &row.resource), row.resource.clone())
    };
    if !rows.iter().any(|row| 0.0 < row.completed) {
        return; // The log counts no pieces: an empty row says nothing about them.
    }
    let saying: BTreeSet<_> = rows.iter().filter(|row| says_something(row)).map(key).collect();
    let all = rows.len();
    let mut dropped = Vec::new();
    rows.retain(|row| {
        let empty = row.work.is_none() && !says_something(row) && saying.contains(&key(row));
        if empty {
            dropped.push(Example::new(row.line, format!("{} of {}", row.activity, row.case)));
        }
        !empty
    });
    if !dropped.is_empty() {
        let text = "Rows that report neither a duration nor pieces, beside others of the same order, activity \
                    and resource that do, add nothing.";
        findings.push(
            Finding::new("R55", Severity::Dropped, text)
                .count(dropped.len(), all)
                .examples(dropped)
                .overrule("fill in the rows"),
        );
    }
}

fn known(rows: &[Row]) -> BTreeMap<String, Known> {
    let mut recorded: BTreeMap<String, Vec<(Millis, f64)>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.work_recorded && !row.setup) {
        if let Some(work) = row.work {
            let activity = stripped(&row.activity, &row.resource);
            recorded.entry(activity).or_default().push((work, row.completed));
        }
    }
    recorded
        .into_iter()
        .filter(|(_, rows)| RECORDED_MIN <= rows.len())
        .filter_map(|(activity, rows)| {
            let mut works: Vec<Millis> = rows.iter().map(|(work, _)| *work).collect();
            let per_row = median(&mut works)?;
            let at = (CEILING * (works.len() - 1) as f64) as usize;
            let ceiling = works.get(at).copied()?;
            let mut each: Vec<f64> = rows
                .iter()
                .filter(|(_, pieces)| 1.0 <= *pieces)
                .map(|(work, pieces)| work.get() as f64 / pieces)
                .collect();
            let enough = RECORDED_MIN <= each.len();
            let per_piece =
                median(&mut each).filter(|_| enough).map(|ms| Millis::new(ms.round() as i64));
            Some((activity, Known { per_row, per_piece, ceiling }))
        })
        .collect()
}

fn by_activity_text(counts: &BTreeMap<String, usize>) -> Vec<String> {
    const SHOWN: usize = 6;
    let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let mut shown: Vec<String> =
        counts.iter().take(SHOWN).map(|(name, count)| format!("{name} {count}")).collect();
    if SHOWN < counts.len() {
        shown.push(format!("and {} more", counts.len() - SHOWN));
    }
    shown
}
