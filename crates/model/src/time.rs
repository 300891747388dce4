//! Instants and durations, both in milliseconds.

use std::fmt;
use std::ops;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A signed duration in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(i64);

impl Timestamp {
    /// Far enough away to stand for "never" and still leave room to add durations.
    pub const MAX: Self = Self(i64::MAX / 4);

    /// The instant `ms` milliseconds after (before, when negative) 1970-01-01T00:00:00Z.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 instant such as `2012-01-29T23:24:00Z`; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|at| Self(at.as_millisecond()))
    }
}

/// RFC 3339 in UTC, without a fraction when it is zero: `2012-01-29T23:24:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{} ms since 1970", self.0),
        }
    }
}

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000);
    /// Twenty-four hours.
    pub const DAY: Self = Self(86_400_000);

    /// `ms` milliseconds.
    pub const fn new(ms: i64) -> Self {
        Self(ms)
    }

    /// The number of milliseconds.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Hours with a fraction, for people.
    pub fn as_hours(self) -> f64 {
        self.0 as f64 / 3_600_000.0
    }

    /// This duration times a count, saturating.
    #[must_use]
    pub const fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count as i64))
    }

    /// This duration scaled by a finite, non-negative factor, rounded to whole milliseconds.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor).round() as i64)
    }
}

/// The two largest units: `2 d 4 h`, `6 h 19 min`, `90 s`, `250 ms`. [`crate::text`] reads it back
/// when nothing smaller than the second unit was dropped.
impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(i64, &str); 5] =
            [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.unsigned_abs() as i64;
        let mut written = 0;
        for (size, unit) in UNITS {
            let count = rest / size;
            if 0 < count && written < 2 {
                if 0 < written {
                    f.write_str(" ")?;
                }
                write!(f, "{count} {unit}")?;
                rest -= count * size;
                written += 1;
            } else if 0 < written {
                break;
            }
        }
        if written == 0 { f.write_str("0 min") } else { Ok(()) }
    }
}

impl ops::Add<Millis> for Timestamp {
    type Output = Self;
    fn add(self, by: Millis) -> Self {
        Self(self.0.saturating_add(by.0))
    }
}

impl ops::Sub<Millis> for Timestamp {
    type Output = Self;
    fn sub(self, by: Millis) -> Self {
        Self(self.0.saturating_sub(by.0))
    }
}

impl ops::Sub for Timestamp {
    type Output = Millis;
    fn sub(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl ops::Add for Millis {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl ops::Sub for Millis {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Millis {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, ops::Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_what_they_are() {
        let check = |ms: i64, text: &str| assert_eq!(Millis::new(ms).to_string(), text);
        check(0, "0 min");
        check(90_000, "1 min 30 s");
        check(6 * 3_600_000 + 19 * 60_000, "6 h 19 min");
        check(2 * 86_400_000 + 4 * 3_600_000 + 5, "2 d 4 h");
        check(2 * 86_400_000 + 5 * 60_000, "2 d");
        check(-60_000, "-1 min");
    }

    #[test]
    fn timestamps_round_trip() {
        let at = Timestamp::parse("2012-01-29T23:24:00Z").unwrap();
        assert_eq!(at.to_string(), "2012-01-29T23:24:00Z");
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}
