//! Event logs to solutions: from what a plant recorded to a model of it that can be planned and run,
//! with a report of what was found, what was assumed and what was dropped.
//!
//! Pure: bytes in, values out. [`import_log`] is the door. Inside, a log goes through these rooms:
//! `read` (bytes to a table), `columns` (which column means what), `rows` (cells to times and counts),
//! `clean` (rules for what is missing or contradictory), `operations` (rows to operations),
//! `capacity`, `shifts`, `alternatives` and `spread` (what the log shows of the plant), `build` (the
//! solution), `comparison` (what to keep in mind when a plan is held against the log).

mod alternatives;
mod build;
mod capacity;
mod clean;
mod clock;
mod columns;
mod comparison;
mod error;
mod folder;
mod limits;
mod names;
mod operations;
mod options;
mod read;
mod report;
mod rows;
mod shifts;
mod spread;
mod times;
mod week;

use std::collections::BTreeMap;

use weft_model::{Millis, ResourceId, Solution};

pub use crate::error::ImportError;
pub use crate::folder::{README_FILE, REPORT_FILE};
pub use crate::options::{Alternatives, Columns, Options};
pub use crate::report::{Bias, Example, Finding, Report, ResourceLine, Severity};

use crate::clock::Clock;
use crate::operations::Case;
use crate::shifts::Inferred;

/// A solution made from a log, and what had to be assumed for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The solution; its `history` is what really happened.
    pub solution: Solution,
    /// What was found, assumed and dropped.
    pub report: Report,
}

/// Makes a solution from an event log: CSV (delimited by comma, semicolon, tab or bar) or XES,
/// either of them gzipped.
///
/// `file_name` is for messages, and names the solution where the options do not. Errors are those
/// of a log that cannot be read at all; whatever can be read with an assumption is a finding.
pub fn import_log(
    bytes: &[u8],
    file_name: &str,
    options: &Options,
) -> Result<Imported, ImportError> {
    let clock = Clock::new(options.time_zone.as_deref())?;
    let mut findings = Vec::new();
    let table = read::table(bytes, file_name)?;
    let roles = columns::find(&table, &options.columns, file_name, &mut findings)?;
    let rows = rows::read(&table, &roles, &clock, file_name, &mut findings)?;
    let (form, rows_read) = (table.form.clone(), table.row_count());
    drop(table);
    let has_work = rows.iter().any(|row| row.work_recorded);
    let rows = clean::all(rows, has_work, &clock, &mut findings);
    let mut cases = operations::cases(&rows, &mut findings);
    limits::keep(&mut cases, file_name, &mut findings)?;
    if cases.is_empty() {
        return Err(ImportError::NothingUsable { file: file_name.to_owned(), rows: rows_read });
    }
    let classes = alternatives::classes(&cases, options.alternatives, &mut findings);
    let capacities = capacity::infer(&cases, &mut findings);
    let inferred = shifts::groups(&rows, &cases, &capacities, has_work, &clock, &mut findings);
    let days_off = shifts::days_off(&rows, &clock, &mut findings);
    if !has_work {
        shifts::count_by_calendar(&mut cases, &inferred.groups, &clock, &mut findings);
    }
    let start = clock.midnight(shifts::span(&cases).start);
    let twin = spread::behaviour(&cases, start, &mut findings);
    let comparison = comparison::biases(&rows, &cases, &classes, inferred.inside, capacities.len());
    let parts = build::Parts {
        cases: &cases,
        capacities: &capacities,
        classes: &classes,
        groups: &inferred.groups,
        days_off: &days_off,
        twin,
        clock: &clock,
        options,
        file: file_name,
    };
    let (solution, ids) = build::solution(parts, &mut findings);
    let report = Report {
        file: file_name.to_owned(),
        figures: figures(&form, rows_read, &cases, &solution),
        findings,
        resources: resource_lines(&cases, &solution, &ids, &inferred, &clock),
        comparison,
    };
    Ok(Imported { solution, report })
}

fn figures(form: &str, rows: usize, cases: &[Case], solution: &Solution) -> Vec<(String, String)> {
    let operations: usize = cases.iter().map(|case| case.operations.len()).sum();
    let work: Millis = cases.iter().flat_map(|case| &case.operations).map(|op| op.work).sum();
    let span = shifts::span(cases);
    let figure = |label: &str, figure: String| (label.to_owned(), figure);
    vec![
        figure("form of the log", form.to_owned()),
        figure("rows read", rows.to_string()),
        figure("first start", span.start.to_string()),
        figure("last end", span.end.to_string()),
        figure("orders", solution.orders.len().to_string()),
        figure("offers (parts)", solution.offers.len().to_string()),
        figure("routes", solution.routes.len().to_string()),
        figure("operations", operations.to_string()),
        figure("resources", solution.resources.len().to_string()),
        figure("calendars", solution.calendars.len().to_string()),
        figure("working time", format!("{:.0} h", work.as_hours())),
    ]
}

fn resource_lines(
    cases: &[Case],
    solution: &Solution,
    ids: &BTreeMap<String, ResourceId>,
    inferred: &Inferred,
    clock: &Clock,
) -> Vec<ResourceLine> {
    let mut totals: BTreeMap<&str, (usize, Millis)> = BTreeMap::new();
    for op in cases.iter().flat_map(|case| &case.operations) {
        let total = totals.entry(&op.resource).or_default();
        *total = (total.0 + 1, total.1 + op.work);
    }
    let span = shifts::span(cases);
    let mut offered_by: BTreeMap<&str, Millis> = BTreeMap::new();
    for (id, calendar) in &solution.calendars {
        let worked = calendar.working_time(clock.zone(), span.start, span.end);
        offered_by.insert(id.as_str(), worked.work_between(span.start, span.end));
    }
    let mut lines: Vec<ResourceLine> = totals
        .into_iter()
        .filter_map(|(name, (operations, work))| {
            let id = ids.get(name)?;
            let resource = solution.resources.get(id)?;
            let group =
                inferred.groups.iter().find(|group| group.resources.iter().any(|r| r == name));
            let offered = offered_by.get(resource.calendar.as_str()).copied().unwrap_or_default();
            let offered = offered.times(resource.capacity);
            Some(ResourceLine {
                id: id.to_string(),
                title: name.to_owned(),
                operations,
                work_h: work.as_hours(),
                capacity: resource.capacity,
                week_h: group.map_or(0.0, |group| week::hours(&group.slots)),
                inside: inferred.inside_of.get(name).copied().unwrap_or(1.0),
                used: work.as_hours() / offered.as_hours().max(1e-9),
                calendar: resource.calendar.to_string(),
            })
        })
        .collect();
    lines.sort_by(|a, b| b.work_h.total_cmp(&a.work_h).then_with(|| a.id.cmp(&b.id)));
    lines
}
