//! Durations, instants, hours and weekdays as people write them.

use std::fmt::Write as _;

use jiff::civil;
use jiff::tz::TimeZone;

use super::error::BadDuration;
use super::suggest::closest;
use crate::calendar::Hours;
use crate::time::{Millis, Timestamp};

/// The longest duration that is read: a hundred years.
pub const DURATION_MAX: Millis = Millis::new(100 * 365 * 86_400_000);

/// Latest end of working hours: midnight after the next day.
pub(super) const DAY_MINUTES_MAX: u16 = 2 * 1440;

const UNITS: [(&str, Millis); 14] = [
    ("min", Millis::MINUTE),
    ("h", Millis::HOUR),
    ("s", Millis::SECOND),
    ("ms", Millis::new(1)),
    ("d", Millis::DAY),
    ("minute", Millis::MINUTE),
    ("minutes", Millis::MINUTE),
    ("hour", Millis::HOUR),
    ("hours", Millis::HOUR),
    ("second", Millis::SECOND),
    ("seconds", Millis::SECOND),
    ("sec", Millis::SECOND),
    ("day", Millis::DAY),
    ("days", Millis::DAY),
];

const DAYS: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

/// Reads `90 min`, `6 h 19 min`, `1.5 h`; a day is 24 hours. Rounds to whole milliseconds.
///
/// Errors: what is wrong with it; at most [`DURATION_MAX`], never negative.
pub fn parse_duration(text: &str) -> Result<Millis, BadDuration> {
    let mut rest = text.trim();
    if rest.starts_with(['-', '−']) {
        return Err(BadDuration::Negative);
    }
    let mut total = Millis::ZERO;
    let mut smallest: Option<Millis> = None;
    while !rest.is_empty() || smallest.is_none() {
        let digits_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits_end);
        let after = after.trim_start();
        let unit_end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        if number.is_empty() {
            return Err(BadDuration::NoNumber);
        }
        if unit.is_empty() {
            return Err(BadDuration::NoUnit { number: number.chars().take(20).collect() });
        }
        let Some((_, size)) = UNITS.iter().find(|(word, _)| *word == unit) else {
            let meant = closest(unit, UNITS.iter().map(|(word, _)| *word));
            return Err(BadDuration::UnknownUnit { unit: unit.chars().take(20).collect(), meant });
        };
        if smallest.is_some_and(|smallest| smallest <= *size) {
            return Err(BadDuration::UnitsOutOfOrder);
        }
        total = total + scaled(number, *size)?;
        if DURATION_MAX < total {
            return Err(BadDuration::TooLong);
        }
        smallest = Some(*size);
        rest = after.trim_start();
    }
    Ok(total)
}

/// A decimal number times a unit.
fn scaled(number: &str, unit: Millis) -> Result<Millis, BadDuration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_decimal = !whole.is_empty() && !fraction.is_empty() && !fraction.contains('.');
    if !is_decimal {
        return Err(BadDuration::NoNumber);
    }
    let whole: i64 = whole.parse().map_err(|_| BadDuration::TooLong)?;
    let whole = whole.checked_mul(unit.get()).ok_or(BadDuration::TooLong)?;
    let fraction: f64 = format!("0.{fraction}").parse().map_err(|_| BadDuration::NoNumber)?;
    Ok(Millis::new(whole) + unit.scaled(fraction))
}

/// The text of a duration with nothing left out: `6 h 19 min`, `1 min 500 ms`.
/// [`parse_duration`] reads it back.
pub fn duration_text(duration: Millis) -> String {
    let mut rest = duration.get().max(0);
    let mut parts = Vec::new();
    for (word, size) in [("h", Millis::HOUR), ("min", Millis::MINUTE), ("s", Millis::SECOND)] {
        let count = rest / size.get();
        rest %= size.get();
        if 0 < count {
            parts.push(format!("{count} {word}"));
        }
    }
    if 0 < rest {
        parts.push(format!("{rest} ms"));
    }
    if parts.is_empty() { "0 min".to_owned() } else { parts.join(" ") }
}

/// Reads RFC 3339 (`2012-01-29T23:24:00Z`) or a local date and time (`2012-01-29 23:24`) in `zone`.
///
/// Where a clock change makes a local time not exist, the time after the gap is meant; where it exists
/// twice, the first. `None` when it is neither, and for a date alone: the hour matters.
pub fn parse_instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if 40 < text.len() || !text.contains(':') {
        return None;
    }
    if let Some(instant) = Timestamp::parse(text) {
        return Some(instant);
    }
    let local: civil::DateTime = text.parse().ok()?;
    let zoned = zone.to_ambiguous_zoned_datetime(local).compatible().ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

/// The shortest text that [`parse_instant`] reads back: local time, or UTC where that is not clear.
pub(super) fn instant_text(at: Timestamp, zone: &TimeZone) -> String {
    let local = local_text(at, zone);
    local.filter(|text| parse_instant(text, zone) == Some(at)).unwrap_or_else(|| at.to_string())
}

fn local_text(at: Timestamp, zone: &TimeZone) -> Option<String> {
    let instant = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    let local = zone.to_datetime(instant);
    let mut text = format!(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute()
    );
    let millis = local.subsec_nanosecond() / 1_000_000;
    if local.second() != 0 || millis != 0 {
        let _ = write!(text, ":{:02}", local.second());
    }
    if millis != 0 {
        let _ = write!(text, ".{millis:03}");
    }
    (0 <= local.year()).then_some(text)
}

/// Reads `07:00` as minutes after midnight; up to `48:00`, so that a night shift can end. Whole minutes.
pub(super) fn parse_clock(text: &str) -> Option<u16> {
    let text = text.trim();
    // A TOML local time has seconds.
    let text = if 5 < text.len() { text.strip_suffix(":00").unwrap_or(text) } else { text };
    let (hour, minute) = text.split_once(':')?;
    let is_number = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !is_number(hour, 2) || !is_number(minute, 2) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY_MINUTES_MAX).then_some(minutes)
}

/// `07:00`.
pub(super) fn clock_text(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads `12:00-12:30`; whether the end is after the beginning is for the caller to say.
pub(super) fn parse_span(text: &str) -> Option<Hours> {
    let (from, to) = text.split_once(['-', '–'])?;
    Some(Hours { from: parse_clock(from)?, to: parse_clock(to)? })
}

/// `12:00-12:30`.
pub(super) fn span_text(hours: Hours) -> String {
    format!("{}-{}", clock_text(hours.from), clock_text(hours.to))
}

/// Reads `sun-thu`, `mon, wed`, `daily`; index 0 is Monday.
///
/// Errors: the word that is not a day, with what was probably meant.
pub(super) fn parse_days(text: &str) -> Result<[bool; 7], (String, Option<String>)> {
    let day_of = |word: &str| {
        let lower = word.trim().to_lowercase();
        DAYS.iter().position(|(short, long)| *short == lower || *long == lower).ok_or_else(|| {
            let words = DAYS.iter().flat_map(|(short, long)| [*short, *long]);
            (word.trim().chars().take(40).collect(), closest(&lower, words.chain(["daily"])))
        })
    };
    let mut days = [false; 7];
    if text.trim() == "daily" {
        return Ok([true; 7]);
    }
    for part in text.split(',') {
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last) = (day_of(first)?, day_of(last)?);
        let length = (last + 7 - first) % 7;
        for step in 0..=length {
            if let Some(day) = days.get_mut((first + step) % 7) {
                *day = true;
            }
        }
    }
    Ok(days)
}

/// `sun-thu`, `mon, wed`, `daily`.
pub(super) fn days_text(days: [bool; 7]) -> String {
    let is_set = |day: usize| days.get(day % 7).copied().unwrap_or(false);
    let name = |day: usize| DAYS.get(day % 7).map_or("", |(short, _)| short);
    if days == [true; 7] {
        return "daily".to_owned();
    }
    let mut parts = Vec::new();
    for first in (0..7).filter(|day| is_set(*day) && !is_set(day + 6)) {
        let length = (1..7).take_while(|step| is_set(first + step)).count();
        match length {
            0 => parts.push(name(first).to_owned()),
            1 => parts.push(format!("{}, {}", name(first), name(first + 1))),
            _ => parts.push(format!("{}-{}", name(first), name(first + length))),
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests;
