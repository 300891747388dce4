//! calendars.toml: shifts with breaks, and dates that differ.

use std::collections::BTreeMap;

use super::super::ALWAYS;
use super::super::error::{CheckError, Kind};
use super::super::quantity::{parse_days, span_text};
use super::table::{Table, with_document};
use super::{Input, Reading};
use crate::calendar::{Calendar, Exception, Hours, Shift};
use crate::id::CalendarId;
use crate::solution::Title;

/// More exceptions than this are not read for one calendar.
pub const EXCEPTIONS_MAX: usize = 1_000;

/// More shifts, breaks of a shift, or spans of a date than this are not read.
const SPANS_MAX: usize = 200;

/// Reads calendars.toml. The built-in calendar is known in any case.
pub(super) fn read(
    reading: &mut Reading<'_>,
    input: Option<Input<'_>>,
) -> BTreeMap<CalendarId, Calendar> {
    let mut calendars = BTreeMap::new();
    let known = &mut reading.known.calendars;
    let Some(input) = input else {
        known.note_built_in(ALWAYS);
        return calendars;
    };
    known.note(ALWAYS, input.at);
    let is_whole = with_document(reading.problems, input, |mut file| {
        for mut table in file.tables("calendar") {
            let id = table.id(Kind::Calendar, known);
            let calendar = read_calendar(&mut table, id);
            calendars.entry(calendar.id.clone()).or_insert(calendar);
            table.finish();
        }
        file.finish()
    });
    if !is_whole {
        known.incomplete();
    }
    calendars
}

fn read_calendar(table: &mut Table<'_>, id: &str) -> Calendar {
    let title = table.title("title", || Title::same(id));
    let written_shifts = table.limited_tables("shift", "shifts of the calendar", SPANS_MAX);
    let written_dates = table.limited_tables("exception", "exceptions", EXCEPTIONS_MAX);
    let mut is_whole = true;
    let mut shifts = Vec::new();
    for shift in written_shifts {
        match read_shift(shift) {
            Some(parts) => shifts.extend(parts),
            None => is_whole = false,
        }
    }
    let mut exceptions = Vec::new();
    for exception in written_dates {
        match read_exception(exception) {
            Some(exception) => exceptions.push(exception),
            None => is_whole = false,
        }
    }
    let never_opens = shifts.is_empty() && exceptions.iter().all(|e| e.hours.is_empty());
    if never_opens && is_whole {
        table.problems.add(table.at, &CheckError::NeverOpens { calendar: id.to_owned() });
    }
    Calendar { id: id.into(), title, shifts, exceptions }
}

/// One shift per stretch between breaks; `None` when a problem was found.
fn read_shift(mut table: Table<'_>) -> Option<Vec<Shift>> {
    let days = table.need("days", "days = \"mon-fri\"").and_then(|value| {
        let text = value.text("\"mon-fri\"")?;
        match parse_days(text) {
            Ok(days) => Some(days),
            Err((wrong, meant)) => {
                let known = "mon, tue, wed, thu, fri, sat, sun, mon-fri, daily".to_owned();
                value.unknown_word(&wrong, meant, known);
                None
            }
        }
    });
    let from = table.need("from", "from = \"07:00\"").and_then(|value| value.clock());
    let to_value = table.need("to", "to = \"15:30\"");
    let to = to_value.and_then(|value| value.clock());
    let hours = match (from, to, to_value) {
        (Some(from), Some(to), Some(value)) => value.forward("the shift", Hours { from, to }),
        _ => None,
    };
    let breaks_value = table.get("breaks");
    let mut written = breaks_value
        .map(|value| value.list("a list of spans", "[\"12:00-12:30\"]"))
        .unwrap_or_default();
    if let Some(value) = breaks_value {
        value.limit("breaks of the shift", SPANS_MAX, &mut written);
    }
    let mut breaks = Vec::new();
    let mut is_whole = true;
    for value in written {
        let span = value.span("the break");
        match (span, hours) {
            (Some(span), Some(hours)) if span.from <= hours.from || hours.to <= span.to => {
                let (span, shift) = (span_text(span), span_text(hours));
                value.add(&CheckError::BreakOutsideShift { span, shift });
                is_whole = false;
            }
            (Some(span), _) => breaks.push(span),
            (None, _) => is_whole = false,
        }
    }
    table.finish();
    let (days, hours) = (days?, hours?);
    is_whole
        .then(|| without(hours, breaks).into_iter().map(|hours| Shift { days, hours }).collect())
}

/// The hours that breaks inside them leave.
fn without(hours: Hours, mut breaks: Vec<Hours>) -> Vec<Hours> {
    breaks.sort_unstable();
    let mut parts = Vec::with_capacity(breaks.len() + 1);
    let mut from = hours.from;
    for pause in breaks {
        if from < pause.from {
            parts.push(Hours { from, to: pause.from });
        }
        from = from.max(pause.to);
    }
    parts.push(Hours { from, to: hours.to });
    parts
}

fn read_exception(mut table: Table<'_>) -> Option<Exception> {
    let date = table.need("date", "date = 2026-05-01").and_then(|value| value.date());
    let both = table.has_both("hours", "off");
    let off = table.get("off").and_then(|value| value.flag());
    let hours_value = table.get("hours");
    let reason = table.get("reason").and_then(|value| value.text("\"Labour Day\""));
    let hours = match hours_value {
        Some(value) => {
            let mut spans = value.list("a list of spans", "[\"07:00-12:00\"]");
            value.limit("spans of the date", SPANS_MAX, &mut spans);
            spans.iter().map(|span| span.span("the span")).collect::<Option<Vec<_>>>()
        }
        None if off == Some(true) => Some(Vec::new()),
        None => {
            table.need("hours", "hours = [\"07:00-12:00\"], or off = true");
            None
        }
    };
    table.finish();
    let hours = hours.filter(|_| !both)?;
    Some(Exception { date: date?, hours, reason: reason.unwrap_or_default().to_owned() })
}
