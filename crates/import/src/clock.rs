//! Local time: what hour and which day an instant is where the plant stands.

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use weft_model::{Millis, Timestamp};

use crate::error::ImportError;
use crate::times::Written;

/// Reads clocks in the zone of the log.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    /// IANA name.
    pub(crate) name: String,
    zone: TimeZone,
    /// No zone was given: times are kept as they are written, whatever offset stands beside them.
    as_written: bool,
}

impl Clock {
    pub(crate) fn new(zone: Option<&str>) -> Result<Self, ImportError> {
        let name = zone.unwrap_or("UTC").to_owned();
        let unknown = |_| ImportError::TimeZone { zone: name.clone() };
        let zone_read = TimeZone::get(&name).map_err(unknown)?;
        Ok(Self { zone: zone_read, as_written: zone.is_none(), name })
    }

    /// The zone itself.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The instant that was meant.
    pub(crate) fn instant(&self, written: Written) -> Option<Timestamp> {
        if let (Some(offset_s), false) = (written.offset_s, self.as_written) {
            let at = Offset::from_seconds(offset_s).ok()?.to_timestamp(written.local).ok()?;
            return Some(Timestamp::from_millis(at.as_millisecond()));
        }
        self.at(written.local)
    }

    /// The instant of a local time; the first of two, the one after a gap.
    pub(crate) fn at(&self, local: civil::DateTime) -> Option<Timestamp> {
        let zoned = self.zone.to_ambiguous_zoned_datetime(local).compatible().ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    }

    /// Date and time of day of an instant.
    pub(crate) fn local(&self, at: Timestamp) -> civil::DateTime {
        jiff::Timestamp::from_millisecond(at.as_millis())
            .map(|at| self.zone.to_datetime(at))
            .unwrap_or_default()
    }

    /// The beginning of the local day of an instant.
    pub(crate) fn midnight(&self, at: Timestamp) -> Timestamp {
        self.at(self.local(at).date().at(0, 0, 0, 0)).unwrap_or(at)
    }

    /// Time of day of an instant.
    pub(crate) fn time_of_day(&self, at: Timestamp) -> Millis {
        at - self.midnight(at)
    }
}
