//! When the resources of a plant work, laid out as far as anyone looks.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_model::{Millis, ResourceId, Solution, Timestamp, WorkingTime};

/// Laid out from this long before the first event.
const LEAD: Millis = Millis::DAY.times(30);
/// And to so long after now.
const AHEAD: Millis = Millis::DAY.times(366 * 12);
/// With less than this ahead they are laid out anew.
const AHEAD_MIN: Millis = Millis::DAY.times(366 * 6);

/// The working times of all resources of a solution, from before its plant began to years ahead.
#[derive(Debug, Clone)]
pub struct Calendars {
    solution: Arc<Solution>,
    first: Timestamp,
    until: Timestamp,
    times: BTreeMap<ResourceId, WorkingTime>,
}

impl Calendars {
    /// Around a plant in which the first thing happened (or will happen) at `first`.
    pub fn new(solution: Arc<Solution>, first: Timestamp, now: Timestamp) -> Self {
        let mut calendars = Self { solution, first, until: first, times: BTreeMap::new() };
        calendars.reach(now);
        calendars
    }

    /// Lays them out further when `now` comes near their end; whether it did.
    pub fn reach(&mut self, now: Timestamp) -> bool {
        if now + AHEAD_MIN <= self.until {
            return false;
        }
        self.until = now.max(self.first) + AHEAD;
        self.times = self.solution.working_times(self.first - LEAD, self.until);
        true
    }

    /// By resource.
    pub fn times(&self) -> &BTreeMap<ResourceId, WorkingTime> {
        &self.times
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::plant::{at, solution};

    #[test]
    fn calendars_go_on_for_as_long_as_the_plant_does() {
        let mut plant = solution(Vec::new());
        let shift = weft_model::calendar::Shift {
            days: [true; 7],
            hours: weft_model::calendar::Hours { from: 480, to: 720 },
        };
        let mornings = weft_model::Calendar {
            id: "always".into(),
            title: weft_model::Title::same("Mornings"),
            shifts: vec![shift],
            exceptions: Vec::new(),
        };
        plant.calendars.insert(mornings.id.clone(), mornings);
        let first = at(0);
        let mut calendars = Calendars::new(Arc::new(plant), first, first);
        let mill = ResourceId::new("m-1");
        for year in 0..60 {
            let now = first + Millis::DAY.times(366 * year);
            calendars.reach(now);
            let time = &calendars.times()[&mill];
            let opens = time.next_open(now).unwrap();
            assert!(opens < now + Millis::DAY, "year {year}");
            assert!(time.next_open(first).unwrap() < first + Millis::DAY, "its past is kept");
        }
        assert!(!calendars.reach(first));
    }
}
