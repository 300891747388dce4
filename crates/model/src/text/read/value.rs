//! One TOML value with its place. Every reading either gives what was asked for or adds a problem.

use std::borrow::Cow;

use jiff::civil;
use jiff::tz::TimeZone;
use toml::de::DeValue;

use super::super::error::{BadDuration, CheckError, Kind};
use super::super::problem::{At, Problems};
use super::super::quantity::{parse_clock, parse_duration, parse_instant, parse_span};
use super::ids::{Ids, shown};
use super::table::Table;
use crate::calendar::Hours;
use crate::id::is_valid_id;
use crate::solution::Title;
use crate::time::{Millis, Timestamp};

/// A value and the key it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) problems: &'a Problems<'a>,
    pub(super) at: At,
    pub(super) key: &'static str,
    pub(super) content: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
    /// A string.
    pub(super) fn text(&self, example: &'static str) -> Option<&'a str> {
        let text = self.content.as_str();
        if text.is_none() {
            self.wrong_type("a text in quotes", example);
        }
        text
    }

    /// A string, or a TOML date, time or both as a string.
    fn text_or_time(&self, example: &'static str) -> Option<Cow<'a, str>> {
        match self.content {
            DeValue::Datetime(datetime) => Some(Cow::Owned(datetime.to_string())),
            _ => self.text(example).map(Cow::Borrowed),
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Option<bool> {
        let flag = self.content.as_bool();
        if flag.is_none() {
            self.wrong_type("true or false", "true");
        }
        flag
    }

    /// A whole number from 1.
    pub(super) fn count(&self) -> Option<u32> {
        let Some(integer) = self.content.as_integer() else {
            self.wrong_type("a whole number", "1");
            return None;
        };
        let count = u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|n| 0 < *n);
        if count.is_none() {
            let text = shown(&integer.to_string());
            self.add(&CheckError::Count { key: self.key, text, most: u32::MAX });
        }
        count
    }

    /// A number from 0 to `most`.
    pub(super) fn share(&self, most: u32) -> Option<f64> {
        let text = match self.content {
            DeValue::Integer(integer) => integer.to_string(),
            DeValue::Float(float) => float.to_string(),
            _ => {
                self.wrong_type("a number", "0.05");
                return None;
            }
        };
        let share = text.replace('_', "").parse::<f64>().ok();
        let share = share.filter(|share| (0.0..=f64::from(most)).contains(share));
        if share.is_none() {
            self.add(&CheckError::Share { key: self.key, text: shown(&text), most });
        }
        share
    }

    /// A duration with its unit.
    pub(super) fn duration(&self) -> Option<Millis> {
        let number = match self.content {
            DeValue::Integer(integer) => Some(integer.to_string()),
            DeValue::Float(float) => Some(float.to_string()),
            _ => None,
        };
        if let Some(number) = number {
            let number = shown(&number);
            let reason = BadDuration::NoUnit { number: number.clone() };
            self.add(&CheckError::Duration { text: number, reason });
            return None;
        }
        let text = self.text("\"90 min\"")?;
        match parse_duration(text) {
            Ok(duration) => Some(duration),
            Err(reason) => {
                self.add(&CheckError::Duration { text: shown(text), reason });
                None
            }
        }
    }

    /// A duration above zero.
    pub(super) fn positive_duration(&self) -> Option<Millis> {
        let duration = self.duration()?;
        if duration == Millis::ZERO {
            let text = self.content.as_str().map(shown).unwrap_or_default();
            self.add(&CheckError::Duration { text, reason: BadDuration::Zero });
            return None;
        }
        Some(duration)
    }

    /// An instant, in local time or with an offset.
    pub(super) fn instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        let text = self.text_or_time("\"2026-03-02 07:30\"")?;
        let instant = parse_instant(&text, zone);
        if instant.is_none() {
            self.add(&CheckError::Instant { text: shown(&text) });
        }
        instant
    }

    /// A date.
    pub(super) fn date(&self) -> Option<civil::Date> {
        let text = self.text_or_time("2026-03-02")?;
        // jiff reads the date of a date and time too; that would drop what somebody wrote.
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        if date.is_none() {
            self.add(&CheckError::Date { text: shown(&text) });
        }
        date
    }

    /// A time of day, in minutes after midnight.
    pub(super) fn clock(&self) -> Option<u16> {
        let text = self.text_or_time("\"07:00\"")?;
        let clock = parse_clock(&text);
        if clock.is_none() {
            self.add(&CheckError::Clock { text: shown(&text) });
        }
        clock
    }

    /// A span of the day: `"12:00-12:30"`. Its end is after its beginning.
    pub(super) fn span(&self, what: &'static str) -> Option<Hours> {
        let text = self.text("\"12:00-12:30\"")?;
        let Some(hours) = parse_span(text) else {
            self.add(&CheckError::Clock { text: shown(text) });
            return None;
        };
        self.forward(what, hours)
    }

    /// Hours that end after they begin.
    pub(super) fn forward(&self, what: &'static str, hours: Hours) -> Option<Hours> {
        if hours.from < hours.to {
            return Some(hours);
        }
        let (from, to) = (clock(hours.from), clock(hours.to));
        self.add(&CheckError::EndBeforeStart { what, from, to });
        None
    }

    /// `"Saw"` or `{ en = "Saw", zh = "锯床" }`.
    pub(super) fn title(&self) -> Option<Title> {
        let example = "{ en = \"Saw\", zh = \"锯床\" }";
        if let Some(text) = self.content.as_str() {
            return Some(Title::same(text));
        }
        let Some(content) = self.content.as_table() else {
            self.wrong_type("a text or a table of texts", example);
            return None;
        };
        let owner = format!("`{}`", self.key);
        let mut table = Table::new(self.problems, self.at, &owner, content);
        let en = table.need("en", "en = \"Saw\"").and_then(|value| value.text("\"Saw\""));
        let zh = table.get("zh").and_then(|value| value.text("\"锯床\""));
        table.finish();
        let en = en?;
        Some(Title { en: en.to_owned(), zh: zh.unwrap_or(en).to_owned() })
    }

    /// A word out of a list.
    pub(super) fn unknown_word(&self, text: &str, meant: Option<String>, known: String) {
        self.add(&CheckError::UnknownWord { key: self.key, text: shown(text), meant, known });
    }

    /// A valid id that may or may not exist.
    pub(super) fn id(&self, kind: Kind) -> Option<&'a str> {
        let text = self.text("\"saw-1\"")?;
        if !is_valid_id(text) {
            self.add(&CheckError::InvalidId { kind, text: shown(text) });
            return None;
        }
        Some(text)
    }

    /// The id of something that is there.
    pub(super) fn reference(&self, ids: &Ids) -> Option<&'a str> {
        let text = self.text("\"saw-1\"")?;
        ids.refer(self.problems, text, self.at).then_some(text)
    }

    /// The values of a list.
    pub(super) fn list(&self, expected: &'static str, example: &'static str) -> Vec<Value<'a>> {
        let Some(items) = self.content.as_array() else {
            self.wrong_type(expected, example);
            return Vec::new();
        };
        let value_at = |offset| self.at.offset(offset);
        items
            .iter()
            .map(|item| Value { at: value_at(item.span().start), content: item.get_ref(), ..*self })
            .collect()
    }

    /// A table.
    pub(super) fn table(&self, owner: &str, example: &'static str) -> Option<Table<'a>> {
        let Some(content) = self.content.as_table() else {
            self.wrong_type("a table", example);
            return None;
        };
        Some(Table::new(self.problems, self.at.field(""), owner, content))
    }

    /// Cuts a list that is longer than its limit, with a problem.
    pub(super) fn limit<T>(&self, what: &'static str, limit: usize, list: &mut Vec<T>) {
        if limit < list.len() {
            self.add(&CheckError::TooLarge { what, size: list.len(), limit });
            list.truncate(limit);
        }
    }

    pub(super) fn add(&self, error: &CheckError) {
        self.problems.add(self.at, error);
    }

    fn wrong_type(&self, expected: &'static str, example: &'static str) {
        let found = match self.content {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let key = self.key.to_owned();
        self.add(&CheckError::WrongType { key, expected, found, example });
    }
}

fn clock(minutes: u16) -> String {
    super::super::quantity::clock_text(minutes)
}
