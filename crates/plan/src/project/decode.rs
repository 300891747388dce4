//! From a list of activities to a schedule: the serial scheme (Kelley 1963) and justification.
//!
//! Justification (Valls, Ballestín & Quintanilla 2005) moves every activity as far to the right as it goes,
//! the one that ends last first, then as far to the left, the one that starts first first. The project
//! never ends later for it and often earlier.

#![expect(clippy::indexing_slicing, reason = "lists hold activities of the instance")]

use super::dense::{self, Dense};
use super::events::Events;
use super::instance::Instance;
use super::modes::Ledger;
use super::order::Sorter;

/// More units of time than this in a dense profile would no longer stay in a fast cache.
const DENSE_HORIZON: i64 = 1 << 14;
/// From this many activities on, leaping over what is full pays.
const DENSE_ACTIVITIES: usize = 1500;

/// Rounds of justification of a small project and of a large one, where each takes long and most are
/// followed by another that gains next to nothing.
const ROUNDS: [usize; 2] = [8, 1];

/// What is free when.
pub(crate) trait Profile {
    /// Takes back all bookings.
    fn reset(&mut self);
    /// The earliest start from `from` on. `duration` is at least 1.
    fn earliest(&self, mode: usize, duration: i64, from: i64) -> i64;
    /// The latest start, not before 0, that ends by `until`. `duration` is at least 1.
    fn latest(&self, mode: usize, duration: i64, until: i64) -> Option<i64>;
    /// Takes what `mode` asks for.
    fn book(&mut self, mode: usize, start: i64, duration: i64);
}

#[derive(Debug)]
enum AnyProfile {
    One(Dense<1>),
    Two(Dense<2>),
    Four(Dense<4>),
    Events(Events),
}

/// Calls one function with whichever profile it is.
macro_rules! with {
    ($any:expr, $profile:ident => $call:expr) => {
        match $any {
            AnyProfile::One($profile) => $call,
            AnyProfile::Two($profile) => $call,
            AnyProfile::Four($profile) => $call,
            AnyProfile::Events($profile) => $call,
        }
    };
}

/// Turns lists into schedules; keeps the room it needs.
#[derive(Debug)]
pub(crate) struct Decoder {
    profile: AnyProfile,
    ends: Vec<i64>,
    order: Vec<u32>,
    sorter: Sorter,
    rounds: usize,
    /// Passes made.
    pub(crate) steps: u64,
}

impl Decoder {
    pub(crate) fn new(instance: &Instance) -> Self {
        let is_small = instance.horizon <= DENSE_HORIZON && instance.len() <= DENSE_ACTIVITIES;
        let profile = match dense::layout(instance).filter(|_| is_small) {
            Some((lane, 1)) => AnyProfile::One(Dense::new(instance, lane)),
            Some((lane, 2)) => AnyProfile::Two(Dense::new(instance, lane)),
            Some((lane, _)) => AnyProfile::Four(Dense::new(instance, lane)),
            None => AnyProfile::Events(Events::new(instance)),
        };
        Self {
            profile,
            ends: vec![0; instance.len()],
            order: Vec::new(),
            sorter: Sorter::default(),
            rounds: ROUNDS[usize::from(DENSE_ACTIVITIES < instance.len())],
            steps: 0,
        }
    }

    /// Places the activities of `order`, each after those before it, as early as they go. Returns the end.
    pub(crate) fn forward(
        &mut self,
        instance: &Instance,
        order: &[u32],
        modes: &[u32],
        starts: &mut [i64],
    ) -> i64 {
        self.steps += 1;
        let ends = &mut self.ends;
        with!(&mut self.profile, profile => forward(profile, instance, order, modes, starts, ends))
    }

    /// Like [`Self::forward`], but an activity for which `is_choosing` says so takes the mode in which it
    /// ends first among those `ledger` allows (mode improvement; Van Peteghem & Vanhoucke 2010).
    pub(crate) fn forward_choosing(
        &mut self,
        instance: &Instance,
        order: &[u32],
        modes: &mut [u32],
        starts: &mut [i64],
        ledger: &mut Ledger,
        is_choosing: impl FnMut() -> bool,
    ) -> i64 {
        self.steps += 1;
        let ends = &mut self.ends;
        with!(&mut self.profile, profile =>
            forward_choosing(profile, instance, order, modes, starts, ends, ledger, is_choosing))
    }

    /// Justifies to the right and to the left while the project becomes shorter. Returns the end, and
    /// leaves in `order` the list by start.
    pub(crate) fn justify(
        &mut self,
        instance: &Instance,
        order: &mut Vec<u32>,
        modes: &[u32],
        starts: &mut [i64],
        mut makespan: i64,
    ) -> i64 {
        for _ in 0..self.rounds {
            for (end, (start, &mode)) in self.ends.iter_mut().zip(starts.iter().zip(modes)) {
                *end = start + instance.durations[mode as usize];
            }
            self.sorter.sort(&self.ends, &mut self.order);
            self.steps += 1;
            let by_end = &self.order;
            let moved = with!(&mut self.profile, profile =>
                backward(profile, instance, by_end, modes, starts, makespan));
            debug_assert!(moved, "nothing moves to the left");
            self.sorter.sort(starts, order);
            let end = self.forward(instance, order, modes, starts);
            if makespan <= end {
                makespan = end;
                break;
            }
            makespan = end;
        }
        self.sorter.sort(starts, order);
        makespan
    }
}

#[inline]
fn forward<P: Profile>(
    profile: &mut P,
    instance: &Instance,
    order: &[u32],
    modes: &[u32],
    starts: &mut [i64],
    ends: &mut [i64],
) -> i64 {
    profile.reset();
    let mut makespan = instance.floor;
    for &activity in order {
        let activity = activity as usize;
        let mode = modes[activity];
        let from = ready(instance, activity, ends);
        let (start, end) = place(profile, instance, mode, from);
        book(profile, mode, start, end);
        starts[activity] = start;
        ends[activity] = end;
        makespan = makespan.max(end);
    }
    makespan
}

#[expect(clippy::too_many_arguments, reason = "what the two callers share, borrowed in parts")]
fn forward_choosing<P: Profile>(
    profile: &mut P,
    instance: &Instance,
    order: &[u32],
    modes: &mut [u32],
    starts: &mut [i64],
    ends: &mut [i64],
    ledger: &mut Ledger,
    mut is_choosing: impl FnMut() -> bool,
) -> i64 {
    profile.reset();
    let mut makespan = instance.floor;
    for &activity in order {
        let activity = activity as usize;
        let had = modes[activity];
        let from = ready(instance, activity, ends);
        let mut mode = had;
        let (mut start, mut end) = place(profile, instance, mode, from);
        if is_choosing() {
            for other in instance.modes_of(activity) {
                if other == had || !ledger.allows(instance, had, other) {
                    continue;
                }
                let (other_start, other_end) = place(profile, instance, other, from);
                if other_end < end {
                    (mode, start, end) = (other, other_start, other_end);
                }
            }
            ledger.change(instance, had, mode);
            modes[activity] = mode;
        }
        book(profile, mode, start, end);
        starts[activity] = start;
        ends[activity] = end;
        makespan = makespan.max(end);
    }
    makespan
}

/// When what comes before an activity lets it start.
#[inline]
fn ready(instance: &Instance, activity: usize, ends: &[i64]) -> i64 {
    let before = instance.before.of(activity).iter();
    before.fold(instance.release[activity], |from, &(before, lag)| {
        from.max(ends[before as usize] + lag)
    })
}

/// The earliest start and end from `from` on.
#[inline]
fn place<P: Profile>(profile: &P, instance: &Instance, mode: u32, from: i64) -> (i64, i64) {
    let duration = instance.durations[mode as usize];
    if duration == 0 {
        return (from, from);
    }
    let start = profile.earliest(mode as usize, duration, from);
    (start, start + duration)
}

#[inline]
fn book<P: Profile>(profile: &mut P, mode: u32, start: i64, end: i64) {
    if start < end {
        profile.book(mode as usize, start, end - start);
    }
}

/// Places the activities of `order`, the last first, as late as they go without ending after `makespan`.
/// Returns false, with the rest of `starts` as it was, when one has no place.
#[inline]
fn backward<P: Profile>(
    profile: &mut P,
    instance: &Instance,
    order: &[u32],
    modes: &[u32],
    starts: &mut [i64],
    makespan: i64,
) -> bool {
    profile.reset();
    for &activity in order.iter().rev() {
        let activity = activity as usize;
        let mode = modes[activity] as usize;
        let duration = instance.durations[mode];
        let mut until = makespan;
        for &(after, lag) in instance.after.of(activity) {
            until = until.min(starts[after as usize] - lag);
        }
        let start = if duration == 0 {
            until
        } else {
            let Some(start) = profile.latest(mode, duration, until) else { return false };
            profile.book(mode, start, duration);
            start
        };
        starts[activity] = start;
    }
    true
}
