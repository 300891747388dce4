//! Rows with meaning: cells become times, durations and counts; what cannot be read is counted.

use weft_model::{Millis, Timestamp};

use crate::clock::Clock;
use crate::columns::Roles;
use crate::error::ImportError;
use crate::read::{RawRow, Table};
use crate::report::{Example, Finding, Severity, clock_text};
use crate::times::{self, DateOrder, DurationUnit};

/// One row of the log. The rules of [`crate::clean`] fill in what is missing.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own about one row")]
pub(crate) struct Row {
    /// Where it stands in the file.
    pub(crate) line: u64,
    pub(crate) case: String,
    /// As written, with single spaces.
    pub(crate) activity: String,
    /// As written, with single spaces; the activity where the log names no resource.
    pub(crate) resource: String,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    /// Its start has no time of day.
    pub(crate) date_only: bool,
    /// Only its end was written; the start was filled in.
    pub(crate) completion_only: bool,
    /// Whether start and end are what a clock showed, not filled in.
    pub(crate) clock_known: bool,
    /// Working time; `None` until a rule fills it in.
    pub(crate) work: Option<Millis>,
    /// Whether the working time was recorded, not filled in.
    pub(crate) work_recorded: bool,
    pub(crate) quantity: Option<f64>,
    pub(crate) part: String,
    pub(crate) worker: String,
    pub(crate) setup: bool,
    pub(crate) completed: f64,
    pub(crate) scrap: f64,
    pub(crate) set_aside: f64,
    pub(crate) rework: bool,
    /// In lower case; empty where the log has none.
    pub(crate) lifecycle: String,
    pub(crate) instance: String,
}

impl Row {
    /// Time between start and end as the clock showed them.
    pub(crate) fn clock(&self) -> Option<Millis> {
        Some(self.end? - self.start?)
    }

    /// Fixes start and working time; the end follows.
    pub(crate) fn place(&mut self, start: Timestamp, work: Millis) {
        self.start = Some(start);
        self.end = Some(start + work);
        self.work = Some(work);
    }
}

/// Stands for a resource that a row does not name.
pub(crate) const NO_RESOURCE: &str = "not recorded";

/// Reads all rows.
pub(crate) fn read(
    table: &Table,
    roles: &Roles,
    clock: &Clock,
    file: &str,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Row>, ImportError> {
    let order = date_order(table, roles, findings);
    for column in [roles.start, roles.end].into_iter().flatten() {
        check_times(table, column, order, file)?;
    }
    let unit = duration_unit(table, roles);
    let has_resources =
        roles.resource.is_some_and(|c| table.rows().any(|r| !r.cell(Some(c)).is_empty()));
    let mut unreadable = Unreadable::default();
    let mut rows = Vec::with_capacity(table.row_count());
    for raw in table.rows() {
        let case = spaced(raw.cell(roles.case));
        let activity = spaced(raw.cell(roles.activity));
        if case.is_empty() || activity.is_empty() {
            let missing = if case.is_empty() { "no case" } else { "no activity" };
            unreadable.rows.push(Example::new(raw.line, missing));
            continue;
        }
        let resource = match spaced(raw.cell(roles.resource)) {
            _ if !has_resources => activity.clone(),
            empty if empty.is_empty() => NO_RESOURCE.to_owned(),
            named => named,
        };
        let start = unreadable.time(raw, roles.start, order);
        let end = unreadable.time(raw, roles.end, order);
        let date_only = start.or(end).is_some_and(|written| written.date_only);
        let work_text = raw.cell(roles.work);
        let work = times::parse_duration(work_text, unit);
        if work.is_none() && !work_text.is_empty() {
            unreadable.durations.push(quoted(raw.line, work_text));
        }
        rows.push(Row {
            line: raw.line,
            case,
            activity,
            resource,
            start: start.and_then(|written| clock.instant(written)),
            end: end.and_then(|written| clock.instant(written)),
            date_only,
            completion_only: false,
            clock_known: true,
            work: work.filter(|work| Millis::ZERO < *work),
            work_recorded: work.is_some_and(|work| Millis::ZERO < work),
            quantity: number(raw.cell(roles.quantity)),
            part: spaced(raw.cell(roles.part)),
            worker: spaced(raw.cell(roles.worker)),
            setup: raw.cell(roles.report).to_lowercase().starts_with('s'),
            completed: number(raw.cell(roles.completed)).unwrap_or(0.0),
            scrap: number(raw.cell(roles.scrap)).unwrap_or(0.0),
            set_aside: number(raw.cell(roles.set_aside)).unwrap_or(0.0),
            rework: is_yes(raw.cell(roles.rework)),
            lifecycle: spaced(raw.cell(roles.lifecycle)).to_lowercase(),
            instance: spaced(raw.cell(roles.instance)),
        });
    }
    unreadable.report(table.row_count(), findings);
    report_excel_durations(table, roles, unit, findings);
    report_zone(table, roles, clock, order, findings);
    Ok(rows)
}

/// What could not be read, by kind.
#[derive(Default)]
struct Unreadable {
    rows: Vec<Example>,
    times: Vec<Example>,
    durations: Vec<Example>,
}

impl Unreadable {
    fn time(
        &mut self,
        raw: RawRow<'_>,
        column: Option<usize>,
        order: DateOrder,
    ) -> Option<times::Written> {
        let text = raw.cell(column);
        let written = times::parse(text, order);
        if written.is_none() && !text.is_empty() {
            self.times.push(quoted(raw.line, text));
        }
        written
    }

    fn report(self, rows: usize, findings: &mut Vec<Finding>) {
        let mut push = |code, severity, text: &str, examples: Vec<Example>| {
            if !examples.is_empty() {
                let count = examples.len();
                findings
                    .push(Finding::new(code, severity, text).count(count, rows).examples(examples));
            }
        };
        push(
            "R11",
            Severity::Dropped,
            "Rows without a case or an activity are left out.",
            self.rows,
        );
        push(
            "R12",
            Severity::Assumed,
            "Cells that should hold a time and do not are treated as blank.",
            self.times,
        );
        push(
            "R13",
            Severity::Assumed,
            "Cells that should hold a working time and do not are treated as not recorded.",
            self.durations,
        );
    }
}

/// A column most of whose cells are no times is the wrong one, or has lost its dates.
fn check_times(
    table: &Table,
    column: usize,
    order: DateOrder,
    file: &str,
) -> Result<(), ImportError> {
    let (mut cut, mut unknown, mut all) = (0_usize, 0_usize, 0_usize);
    let (mut cut_first, mut unknown_first) = (None, None);
    for row in table.rows() {
        let text = row.cell(Some(column));
        if text.is_empty() {
            continue;
        }
        all += 1;
        if times::is_cut(text) {
            cut += 1;
            cut_first.get_or_insert((row.line, text));
        } else if times::parse(text, order).is_none() {
            unknown += 1;
            unknown_first.get_or_insert((row.line, text));
        }
    }
    let name = || table.columns.get(column).cloned().unwrap_or_default();
    let file = file.to_owned();
    if let Some((line, example)) = cut_first
        && all < 2 * cut
    {
        return Err(ImportError::TimesCut { file, line, column: name(), example: example.into() });
    }
    if let Some((line, example)) = unknown_first
        && all < 2 * unknown
    {
        return Err(ImportError::TimesUnknown {
            file,
            line,
            column: name(),
            example: shortened(example),
        });
    }
    Ok(())
}

fn date_order(table: &Table, roles: &Roles, findings: &mut Vec<Finding>) -> DateOrder {
    let columns = [roles.start, roles.end];
    let texts = table.rows().flat_map(|row| {
        columns.iter().filter(|c| c.is_some()).map(move |column| row.cell(*column))
    });
    let (order, decided) = times::date_order(texts);
    if !decided {
        let text = "Dates such as 3/4/2024 could name the day or the month first, and no number above \
                    twelve decides it: day first is assumed.";
        findings.push(
            Finding::new("R14", Severity::Assumed, text)
                .overrule("write dates with the year first (2024-04-03)"),
        );
    }
    order
}

fn duration_unit(table: &Table, roles: &Roles) -> DurationUnit {
    let name = roles.work.and_then(|column| table.columns.get(column)).cloned().unwrap_or_default();
    let name = name.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["min", "分"]) {
        DurationUnit::Minutes
    } else if says(&["sec", "秒", "(s)"]) {
        DurationUnit::Seconds
    } else if says(&["hour", "std", "stunde", "(h)", "_h", "小时"]) {
        DurationUnit::Hours
    } else {
        DurationUnit::Minutes
    }
}

fn report_excel_durations(
    table: &Table,
    roles: &Roles,
    unit: DurationUnit,
    findings: &mut Vec<Finding>,
) {
    let spreadsheet: Vec<Example> = table
        .rows()
        .map(|row| (row.line, row.cell(roles.work)))
        .filter(|(_, text)| text.contains(':') && text.contains(['/', '-']))
        .filter_map(|(line, text)| Some((line, text, times::parse_duration(text, unit)?)))
        .map(|(line, text, work)| {
            Example::new(line, format!("`{text}` read as {}", clock_text(work)))
        })
        .collect();
    if !spreadsheet.is_empty() {
        let text = "A working time of more than a day was turned into a date by a spreadsheet, which \
                    counts days from 1899-12-30; it is turned back.";
        findings.push(
            Finding::new("R15", Severity::Assumed, text)
                .count(spreadsheet.len(), table.row_count())
                .examples(spreadsheet)
                .overrule("correct the cell in the log"),
        );
    }
}

fn report_zone(
    table: &Table,
    roles: &Roles,
    clock: &Clock,
    order: DateOrder,
    findings: &mut Vec<Finding>,
) {
    let first = table.rows().find_map(|row| {
        let text = row.cell(roles.start.or(roles.end));
        Some((row.line, text, times::parse(text, order)?))
    });
    let Some((line, text, written)) = first else { return };
    let (severity, what) = match (written.offset_s.is_some(), clock.name.as_str()) {
        (true, "UTC") => (
            Severity::Assumed,
            "Times are kept as their clock showed them; the offset from UTC written beside them is not \
             used, so that shifts stay shifts. They are labelled UTC."
                .to_owned(),
        ),
        (true, zone) => (Severity::Found, format!("Times are shown in {zone}.")),
        (false, "UTC") => (
            Severity::Assumed,
            "The log names no time zone: times are kept as written and labelled UTC.".to_owned(),
        ),
        (false, zone) => (Severity::Found, format!("Times are read as local times of {zone}.")),
    };
    findings.push(
        Finding::new("R16", severity, what)
            .examples([Example::new(line, format!("`{text}`"))])
            .overrule("give the plant's time zone"),
    );
}

/// A number, with a decimal point or comma; `None` when it is none or negative.
fn number(text: &str) -> Option<f64> {
    let value: f64 = text.replace(',', ".").parse().ok()?;
    (value.is_finite() && (0.0..1e9).contains(&value)).then_some(value)
}

fn is_yes(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "y" | "yes" | "true" | "1" | "x" | "ja" | "j" | "是")
}

/// The same with single spaces, and without what no screen shows.
fn spaced(text: &str) -> String {
    const LONGEST: usize = 200;
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

fn quoted(line: u64, text: &str) -> Example {
    Example::new(line, format!("`{}`", shortened(text)))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
