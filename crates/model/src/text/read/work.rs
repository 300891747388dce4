//! Whether the plant can do what a route asks: classes, capacities, combinations, opening hours.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::calendar::Calendar;
use crate::id::{CalendarId, ClassId, OperationId, ResourceId};
use crate::job::MODES_MAX;
use crate::solution::{Mode, Need, NeedOf, Operation, Resource};
use crate::time::{Millis, Timestamp};

/// Resources by what is asked of them.
pub(super) struct Plant<'a> {
    resources: &'a BTreeMap<ResourceId, Resource>,
    by_class: BTreeMap<&'a ClassId, Vec<&'a Resource>>,
    /// The longest time open without a break; not in it: always open.
    longest_open: BTreeMap<&'a CalendarId, Millis>,
}

/// How many combinations of resources a mode has.
pub(super) enum Combinations {
    None,
    Some(usize),
    TooMany,
}

/// What it takes to fit an operation between two breaks.
pub(super) struct Fit {
    pub(super) operation: OperationId,
    /// By mode: time for the lot, for each piece, and the longest time open where that is limited.
    modes: Vec<(Millis, Millis, Option<Millis>)>,
}

impl<'a> Plant<'a> {
    pub(super) fn new(
        resources: &'a BTreeMap<ResourceId, Resource>,
        calendars: &'a BTreeMap<CalendarId, Calendar>,
    ) -> Self {
        let mut by_class: BTreeMap<&ClassId, Vec<&Resource>> = BTreeMap::new();
        for resource in resources.values() {
            for class in &resource.classes {
                by_class.entry(class).or_default().push(resource);
            }
        }
        let longest_open = calendars
            .iter()
            .filter_map(|(id, calendar)| Some((id, longest_open(calendar)?)))
            .collect();
        Self { resources, by_class, longest_open }
    }

    /// The largest capacity among the resources a need can take.
    pub(super) fn most_capacity(&self, of: &NeedOf) -> u32 {
        self.candidates(of).map(|resource| resource.capacity).max().unwrap_or(0)
    }

    /// How many combinations [`crate::job::job_of`] will find, as far as it looks.
    pub(super) fn combinations(&self, mode: &Mode) -> Combinations {
        let mut partial: Vec<Vec<&ResourceId>> = vec![Vec::new()];
        for need in &mode.needs {
            let longer = partial.iter().flat_map(|chosen| {
                let fitting = self.candidates(&need.of).filter(|r| need.amount <= r.capacity);
                let free = fitting.filter(|resource| !chosen.contains(&&resource.id));
                free.map(|resource| [chosen.as_slice(), &[&resource.id]].concat())
            });
            partial = longer.take(MODES_MAX + 1).collect();
            if MODES_MAX < partial.len() {
                return Combinations::TooMany;
            }
        }
        if partial.is_empty() { Combinations::None } else { Combinations::Some(partial.len()) }
    }

    /// What it takes to fit this operation; `None` when it may pause, or can always be done.
    pub(super) fn fit(&self, operation: &Operation) -> Option<Fit> {
        if operation.spans_breaks {
            return None;
        }
        let modes: Vec<_> = operation
            .modes
            .iter()
            .map(|mode| {
                let longest = mode.needs.iter().filter_map(|need| self.longest_for(need)).min();
                (mode.takes, mode.takes_each, longest)
            })
            .collect();
        let is_limited = modes.iter().all(|(_, _, longest)| longest.is_some());
        is_limited.then(|| Fit { operation: operation.id.clone(), modes })
    }

    /// The longest time that any resource for the need is open; `None` when one is always open, and
    /// where there is none at all, which is told elsewhere.
    fn longest_for(&self, need: &Need) -> Option<Millis> {
        let longest = self
            .candidates(&need.of)
            .map(|resource| self.longest_open.get(&resource.calendar).copied())
            .collect::<Option<Vec<_>>>()?;
        longest.into_iter().max()
    }

    fn candidates(&self, of: &NeedOf) -> impl Iterator<Item = &'a Resource> {
        let (class, resource) = match of {
            NeedOf::Class(class) => (self.by_class.get(class), None),
            NeedOf::Resource(id) => (None, self.resources.get(id)),
        };
        class.into_iter().flatten().copied().chain(resource)
    }
}

impl Fit {
    /// For so many pieces: `None` when it fits, else the time it takes and the longest time open, both
    /// of the mode that comes nearest.
    pub(super) fn misses(&self, quantity: u32) -> Option<(Millis, Millis)> {
        let missing = self.modes.iter().map(|(takes, takes_each, longest)| {
            let work = *takes + takes_each.times(quantity);
            longest.filter(|longest| *longest < work).map(|longest| (work, longest))
        });
        let missing: Vec<_> = missing.collect::<Option<_>>()?;
        missing.into_iter().min_by_key(|(work, longest)| *work - *longest)
    }
}

/// The longest stretch that the calendar is open without a break; `None` when it never closes in an
/// ordinary week. Clock changes do not count.
fn longest_open(calendar: &Calendar) -> Option<Millis> {
    let longest_in = |calendar: &Calendar, from: Timestamp, days: u32| {
        let time = calendar.working_time(&TimeZone::UTC, from, from + Millis::DAY.times(days));
        time.intervals().iter().map(|interval| interval.length()).max().unwrap_or(Millis::ZERO)
    };
    let ordinary = Calendar { exceptions: Vec::new(), ..calendar.clone() };
    let weeks = longest_in(&ordinary, Timestamp::from_millis(0), 21);
    if Millis::DAY.times(14) <= weeks {
        return None;
    }
    let around_exceptions = calendar.exceptions.iter().filter_map(|exception| {
        let noon = TimeZone::UTC.to_timestamp(exception.date.at(12, 0, 0, 0)).ok()?;
        let noon = Timestamp::from_millis(noon.as_millisecond());
        Some(longest_in(calendar, noon - Millis::DAY.times(3), 7))
    });
    Some(around_exceptions.max().unwrap_or(Millis::ZERO).max(weeks))
}
