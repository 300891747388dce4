//! PSPLIB's form of the project (Kolisch and Sprecher, 1996), with one mode per activity (`.sm`) or several
//! (`.mm`): counts, then the sections `PRECEDENCE RELATIONS`, `REQUESTS/DURATIONS` and
//! `RESOURCEAVAILABILITIES`, each up to a line of `*`. `PROJECT INFORMATION` is not needed.

use std::ops::RangeInclusive;

use super::error::FormatError;
use super::instance::{Activity, ActivityMode, ProjectInstance};
use super::project::{self, Offsets};
use super::scan::{AMOUNT_MAX, COUNT_MAX, DURATION_MAX, Scan, add_up};

/// The section that all files of the family have and no others.
pub(super) const MARK: &str = "PRECEDENCE RELATIONS";

const JOBS: &str = "jobs (incl. supersource/sink ):";

/// The counts at the top.
#[derive(Default)]
struct Head {
    activities: Option<i64>,
    renewable: Option<i64>,
    nonrenewable: Option<i64>,
}

pub(super) fn read(text: &str) -> Result<ProjectInstance, FormatError> {
    let mut scan = Scan::new(text);
    let head = read_head(&mut scan)?;
    let missing = |section| FormatError::NoSection { place: scan.here(), section };
    let count = head.activities.ok_or_else(|| missing(JOBS))?;
    let renewable = head.renewable.ok_or_else(|| missing("- renewable"))?;
    let nonrenewable = head.nonrenewable.ok_or_else(|| missing("- nonrenewable"))?;

    let mut offsets = Offsets::default();
    let mut activities = Vec::new();
    let mut mode_counts = Vec::new();
    for activity in 1..=count {
        let of = |what: &str| format!("{what} of activity {activity}");
        offsets.successors.push(scan.next());
        next_number(&mut scan, activity, || of("the number (jobnr.)"))?;
        mode_counts.push(number(&mut scan, 1..=COUNT_MAX, || of("the number of modes"))?);
        let known = number(&mut scan, 0..=COUNT_MAX, || of("the number of successors"))?;
        let successors = (0..known)
            .map(|_| number(&mut scan, 1..=count, || of("a successor")).map(|it| it as u32 - 1))
            .collect::<Result<Vec<_>, _>>()?;
        activities.push(Activity { modes: Vec::new(), successors });
    }
    end_section(&mut scan, "the last activity of PRECEDENCE RELATIONS")?;

    go_to(&mut scan, "REQUESTS/DURATIONS")?;
    let mut total = 0;
    for (index, (activity, modes)) in activities.iter_mut().zip(mode_counts).enumerate() {
        offsets.demands.push(scan.next());
        let this = index as i64 + 1;
        next_number(&mut scan, this, || format!("the number (jobnr.) of activity {this}"))?;
        for mode in 1..=modes {
            let of = |what: &str| format!("{what} of mode {mode} of activity {this}");
            next_number(&mut scan, mode, || of("the number"))?;
            let duration = number(&mut scan, 0..=DURATION_MAX, || of("the duration"))?;
            add_up(&mut total, duration, &scan, || of("the duration"))?;
            let mut demands = |letter: char, count: i64| {
                let demand = |it| of(&format!("the demand for {letter} {it}"));
                (1..=count)
                    .map(|it| amount(&mut scan, || demand(it)))
                    .collect::<Result<Vec<_>, _>>()
            };
            let renewable = demands('R', renewable)?;
            let nonrenewable = demands('N', nonrenewable)?;
            activity.modes.push(ActivityMode { duration, renewable, nonrenewable });
        }
    }
    end_section(&mut scan, "the last mode of REQUESTS/DURATIONS")?;

    go_to(&mut scan, "RESOURCEAVAILABILITIES")?;
    let mut available = |letter: char, count: i64, offsets: &mut Vec<usize>| {
        let one = |it| {
            offsets.push(scan.next());
            amount(&mut scan, || format!("the availability of {letter} {it}"))
        };
        (1..=count).map(one).collect::<Result<Vec<_>, _>>()
    };
    let capacities = available('R', renewable, &mut Vec::new())?;
    let budgets = available('N', nonrenewable, &mut offsets.budgets)?;
    end_section(&mut scan, "the last of RESOURCEAVAILABILITIES")?;
    scan.end("the end of RESOURCEAVAILABILITIES")?;

    let project = ProjectInstance { capacities, budgets, activities };
    project::check(&scan, &project, &offsets)?;
    Ok(project)
}

/// The counts, up to and with the headings of the first section.
fn read_head(scan: &mut Scan<'_>) -> Result<Head, FormatError> {
    let mut head = Head::default();
    while let Some(line) = scan.line() {
        if line.text.contains(MARK) {
            skip_headings(scan);
            return Ok(head);
        }
        let Some((name, value)) = line.text.split_once(':') else { continue };
        let mut value = scan.from(line.at + line.text.len() - value.len());
        let name = name.trim().trim_start_matches('-').trim();
        let mut count =
            |least| value.number_on_line(least..=COUNT_MAX, || format!("the number of `{name}`"));
        match name.split_whitespace().next().unwrap_or_default() {
            "projects" => {
                let projects = count(1)?;
                if projects != 1 {
                    let (place, found) = (scan.place(line.at), projects.to_string());
                    let field = "the number of projects".to_owned();
                    return Err(FormatError::OutOfRange { place, field, found, least: 1, most: 1 });
                }
            }
            "jobs" => head.activities = Some(count(1)?),
            "renewable" => head.renewable = Some(count(0)?),
            "nonrenewable" => head.nonrenewable = Some(count(0)?),
            "doubly" => match count(0)? {
                0 => {}
                found => {
                    let place = scan.place(line.at);
                    return Err(FormatError::DoublyConstrained { place, found });
                }
            },
            _ => {}
        }
    }
    Err(FormatError::NoSection { place: scan.here(), section: MARK })
}

/// Over the name of a section and its headings.
fn go_to(scan: &mut Scan<'_>, section: &'static str) -> Result<(), FormatError> {
    while let Some(line) = scan.line() {
        let name: String = line.text.chars().filter(|letter| !letter.is_whitespace()).collect();
        if name.starts_with(section) {
            skip_headings(scan);
            return Ok(());
        }
        if !name.is_empty() && !name.bytes().all(|byte| byte == b'*') {
            return Err(scan.trailing(line, "the end of the section before"));
        }
    }
    Err(FormatError::NoSection { place: scan.here(), section })
}

/// Over the lines that name columns or underline them.
fn skip_headings(scan: &mut Scan<'_>) {
    let is_heading = |first: char| first.is_ascii_alphabetic() || first == '-';
    while scan.peek().is_some_and(|token| token.text.starts_with(is_heading)) {
        scan.line_goes_on();
        // A blank line before the heading counts as one.
        scan.line();
    }
}

/// That the section ends here: a line of `*` or the end of the text.
fn end_section(scan: &mut Scan<'_>, after: &'static str) -> Result<(), FormatError> {
    let is_end = |text: &str| text.bytes().all(|byte| byte == b'*');
    scan.token()
        .filter(|token| !is_end(token.text))
        .map_or(Ok(()), |token| Err(scan.trailing(token, after)))
}

/// A number that counts rows.
fn next_number(
    scan: &mut Scan<'_>,
    expected: i64,
    field: impl Fn() -> String,
) -> Result<(), FormatError> {
    let at = scan.next();
    let found = number(scan, 0..=i64::MAX, &field)?;
    if found == expected {
        return Ok(());
    }
    Err(FormatError::OutOfOrder { place: scan.place(at), field: field(), found, expected })
}

fn amount(scan: &mut Scan<'_>, field: impl Fn() -> String) -> Result<u32, FormatError> {
    number(scan, 0..=AMOUNT_MAX, field).map(|amount| amount as u32)
}

fn number(
    scan: &mut Scan<'_>,
    range: RangeInclusive<i64>,
    field: impl Fn() -> String,
) -> Result<i64, FormatError> {
    match scan.peek() {
        Some(token) if token.text.starts_with('*') => {
            Err(FormatError::Ends { place: scan.place(token.at), whole: "section", field: field() })
        }
        _ => scan.number(range, field),
    }
}

#[cfg(test)]
mod tests;
