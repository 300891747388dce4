//! Times and durations as people and programs write them.

use jiff::civil;
use weft_model::Millis;

/// In which order a date names its parts where the year does not come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DateOrder {
    /// 29.1.2012
    #[default]
    DayFirst,
    /// 1/29/2012
    MonthFirst,
}

/// A time as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// The clock on the wall where it was written.
    pub(crate) local: civil::DateTime,
    /// How far that clock was ahead of UTC, seconds, where the text says so.
    pub(crate) offset_s: Option<i32>,
    /// No time of day was written.
    pub(crate) date_only: bool,
}

/// Days from 1899-12-30, which is how spreadsheets count, to the first date read from such a number.
const SPREADSHEET_DAYS: std::ops::RangeInclusive<f64> = 20_000.0..=80_000.0;

/// Reads a time; `None` when it is not one. Known forms: ISO 8601 and RFC 3339, `2012/01/29 23:24`,
/// `29.1.2012 23:24`, `1/29/2012 11:24 PM`, `29-Jan-2012`, `20120129`, `2012年1月29日 23时24分`,
/// seconds or milliseconds since 1970, days of a spreadsheet.
pub(crate) fn parse(text: &str, order: DateOrder) -> Option<Written> {
    let text = text.trim();
    if text.len() < 6 || 64 < text.len() {
        return None;
    }
    if let Some(written) = from_number(text) {
        return Some(written);
    }
    let (date_text, rest) = split_date(text)?;
    let date = parse_date(date_text, order)?;
    let (time_text, offset_s) = split_offset(rest.trim())?;
    let date_only = time_text.is_empty();
    let (time, next_day) =
        if date_only { (civil::Time::midnight(), false) } else { parse_time(time_text)? };
    let date = if next_day { date.tomorrow().ok()? } else { date };
    Some(Written { local: date.to_datetime(time), offset_s, date_only })
}

/// Whether a text is what is left of a time when a spreadsheet shows minutes and seconds only:
/// `24:00.0`, `05:43`.
pub(crate) fn is_cut(text: &str) -> bool {
    let Some((minutes, seconds)) = text.trim().split_once(':') else { return false };
    let short = |part: &str| (1..=2).contains(&part.len()) && is_digits(part);
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    short(minutes) && short(seconds) && is_digits(fraction)
}

/// What the texts of a column show about the order of day and month: `None` when they name the year
/// first, or when no number above twelve decides it. `true` beside it: dots, or a decision.
pub(crate) fn date_order<'a>(texts: impl Iterator<Item = &'a str>) -> (DateOrder, bool) {
    let mut year_last = false;
    for text in texts {
        let Some((date, _)) = split_date(text.trim()) else { continue };
        let parts: Vec<&str> = date.split(['.', '/', '-']).collect();
        let [first, second, third] = parts.as_slice() else { continue };
        let (Ok(first), Ok(second)) = (first.parse::<u32>(), second.parse::<u32>()) else {
            continue;
        };
        if 31 < first || !is_digits(third) {
            continue;
        }
        if date.contains('.') || 12 < first {
            return (DateOrder::DayFirst, true);
        }
        if 12 < second {
            return (DateOrder::MonthFirst, true);
        }
        year_last = true;
    }
    (DateOrder::DayFirst, !year_last)
}

/// What a number in a column of durations counts, where it stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DurationUnit {
    /// Hours.
    Hours,
    /// Minutes; also when nothing says otherwise.
    #[default]
    Minutes,
    /// Seconds.
    Seconds,
}

/// A duration: `006:19` (hours and minutes), `6:19:30`, `1.5` in the unit given, `90 min`, or a
/// spreadsheet's date-time `1899/12/31 01:49:00`, which is 25:49: it counts days from 1899-12-30.
pub(crate) fn parse_duration(text: &str, unit: DurationUnit) -> Option<Millis> {
    let text = text.trim();
    if text.contains(':') {
        return match text.rsplit_once(' ').filter(|(date, _)| date.contains(['/', '-', '.'])) {
            None => clock_duration(text),
            Some((date, clock)) => {
                let date = parse_date(date.trim(), DateOrder::DayFirst)?;
                let days = days_since_1899(date)?;
                (0..1_000).contains(&days).then_some(())?;
                Some(Millis::DAY.times(u32::try_from(days).ok()?) + clock_duration(clock)?)
            }
        };
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && !".,".contains(c)).unwrap_or(text.len());
    let (number, word) = text.split_at_checked(end)?;
    let number: f64 = number.replace(',', ".").parse().ok()?;
    let hours = match word.trim().to_lowercase().as_str() {
        "" => match unit {
            DurationUnit::Hours => number,
            DurationUnit::Minutes => number / 60.0,
            DurationUnit::Seconds => number / 3_600.0,
        },
        "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "小时" => number,
        "min" | "mins" | "minute" | "minutes" | "分" | "分钟" => number / 60.0,
        "s" | "sec" | "second" | "seconds" | "秒" => number / 3_600.0,
        "d" | "day" | "days" | "天" => number * 24.0,
        _ => return None,
    };
    (0.0..=24_000.0).contains(&hours).then(|| Millis::new((hours * 3_600_000.0).round() as i64))
}

fn clock_duration(text: &str) -> Option<Millis> {
    let mut parts = text.trim().split(':');
    let (hours, minutes) = (parts.next()?, parts.next()?);
    let seconds = parts.next().unwrap_or("0");
    let seconds = seconds.split_once('.').map_or(seconds, |(whole, _)| whole);
    if parts.next().is_some() || 5 < hours.len() {
        return None;
    }
    let [hours, minutes, seconds] =
        [hours, minutes, seconds].map(|part| is_digits(part).then(|| part.parse::<i64>().ok()));
    let (hours, minutes, seconds) = (hours??, minutes??, seconds??);
    (minutes < 60 && seconds < 60)
        .then(|| Millis::new(((hours * 60 + minutes) * 60 + seconds) * 1_000))
}

fn days_since_1899(date: civil::Date) -> Option<i64> {
    let first = civil::date(1899, 12, 30);
    first.until(date).ok().map(|span| i64::from(span.get_days()))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn from_number(text: &str) -> Option<Written> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if !is_digits(whole) {
        return None;
    }
    let since_1970 = |ms: i64| {
        let at = jiff::Timestamp::from_millisecond(ms).ok()?;
        let local = jiff::tz::Offset::UTC.to_datetime(at);
        Some(Written { local, offset_s: Some(0), date_only: false })
    };
    match whole.len() {
        10 => since_1970(whole.parse::<i64>().ok()?.checked_mul(1_000)?),
        13 => since_1970(whole.parse().ok()?),
        5 if text != whole => {
            let days: f64 = text.parse().ok()?;
            SPREADSHEET_DAYS.contains(&days).then_some(())?;
            let since = jiff::Span::new().try_seconds((days * 86_400.0).round() as i64).ok()?;
            let local = civil::date(1899, 12, 30).at(0, 0, 0, 0).checked_add(since).ok()?;
            Some(Written { local, offset_s: None, date_only: false })
        }
        _ => None,
    }
}

/// Cuts a text after its date.
fn split_date(text: &str) -> Option<(&str, &str)> {
    if let Some(at) = text.find('日') {
        return text.split_at_checked(at + '日'.len_utf8());
    }
    // "29 Jan 2012 23:24" has its date in three words.
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    if let [_, month, year] = words.as_slice()
        && month_named(month).is_some()
    {
        let end = text.find(year)? + year.len();
        return text.split_at_checked(end);
    }
    let end = text
        .char_indices()
        .find(|(at, c)| {
            *c == ' ' || (*c == 'T' && 6 <= *at && text.get(..*at).is_some_and(ends_in_digit))
        })
        .map_or(text.len(), |(at, _)| at);
    let (date, rest) = text.split_at_checked(end)?;
    Some((date, rest.strip_prefix('T').unwrap_or(rest)))
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

fn parse_date(text: &str, order: DateOrder) -> Option<civil::Date> {
    let parts: Vec<&str> = if text.contains('年') {
        text.split(['年', '月', '日']).filter(|part| !part.is_empty()).collect()
    } else if text.len() == 8 && is_digits(text) {
        vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?]
    } else {
        text.split(|c: char| "-/. ".contains(c)).filter(|part| !part.is_empty()).collect()
    };
    let [a, b, c] = parts.as_slice() else { return None };
    let number =
        |part: &str| (is_digits(part) && part.len() <= 4).then(|| part.parse::<i16>().ok());
    let (year, month, day) = if a.len() == 4 && is_digits(a) {
        (number(a)??, month_of(b)?, number(c)??)
    } else {
        let year = number(c)??;
        let year = if c.len() == 2 { 2000 + year } else { year };
        match (month_named(b), order) {
            (Some(month), _) => (year, month, number(a)??),
            (None, DateOrder::DayFirst) => (year, number(b)??, number(a)??),
            (None, DateOrder::MonthFirst) => (year, number(a)??, number(b)??),
        }
    };
    (1_800..=2_200).contains(&year).then_some(())?;
    civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn month_of(text: &str) -> Option<i16> {
    month_named(text).or_else(|| is_digits(text).then(|| text.parse().ok()).flatten())
}

fn month_named(text: &str) -> Option<i16> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = text.to_lowercase();
    let start = text.get(..3)?;
    text.chars().all(char::is_alphabetic).then_some(())?;
    MONTHS.iter().position(|month| *month == start).map(|index| index as i16 + 1)
}

/// Cuts the offset from UTC off the end of a time of day: `Z`, `+03:00`, `-0500`.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time.trim(), Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (time, offset) = text.split_at_checked(at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let seconds = hours.parse::<i32>().ok()? * 3_600 + minutes.parse::<i32>().ok()? * 60;
    Some((time.trim(), Some(sign * seconds)))
}

/// A time of day, and whether it is the midnight that ends the day (`24:00`).
fn parse_time(text: &str) -> Option<(civil::Time, bool)> {
    let upper = text.to_uppercase();
    let (text, half) = match (upper.strip_suffix("PM"), upper.strip_suffix("AM")) {
        (Some(time), _) => (time.trim(), Some(12)),
        (_, Some(time)) => (time.trim(), Some(0)),
        _ => (upper.as_str(), None),
    };
    let parts: Vec<&str> =
        text.split([':', '时', '点', '分', '秒']).filter(|part| !part.is_empty()).collect();
    let mut parts = parts.into_iter();
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return None;
    }
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    let small = |part: &str| (is_digits(part) && part.len() <= 2).then(|| part.parse::<i8>().ok());
    let (hour, minute, second) = (small(hour)??, small(minute)??, small(second)??);
    if !is_digits(fraction) {
        return None;
    }
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    if hour == 24 && minute == 0 && second == 0 {
        return Some((civil::Time::midnight(), true));
    }
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    let nanos = millis.parse::<i32>().ok()? * 1_000_000;
    civil::Time::new(hour, minute, second, nanos).ok().map(|time| (time, false))
}

#[cfg(test)]
mod tests;
