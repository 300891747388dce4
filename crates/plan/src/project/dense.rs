//! A profile with one entry per unit of time, for short horizons: free units of all resources side by side
//! in a machine word, so that one subtraction compares them all (Lamport 1975, "Multiple byte processing
//! with full-word instructions").
//!
//! Every resource has a lane one bit wider than its capacity. The top bit of each lane is always set; after
//! the demand is subtracted it is still set in every lane exactly when nothing is short.

#![expect(clippy::indexing_slicing, reason = "the horizon is behind the end of every schedule")]

use super::decode::Profile;
use super::instance::Instance;

/// Free units of all resources at every time up to the horizon, in `W` words.
#[derive(Debug)]
pub(crate) struct Dense<const W: usize> {
    free: Vec<[u64; W]>,
    /// `free` when nothing is booked but what is frozen.
    base: Vec<[u64; W]>,
    /// Nothing is booked from here on.
    used: usize,
    /// For each mode what it asks for.
    demands: Vec<[u64; W]>,
    top: u64,
}

/// Lane width in bits and words per unit of time; `None` when not even four words suffice.
pub(crate) fn layout(instance: &Instance) -> Option<(u32, usize)> {
    let most = instance.capacities.iter().copied().max().unwrap_or(0);
    let lane = [8, 16, 32].into_iter().find(|lane| most < 1 << (lane - 1))?;
    let words = instance.capacities.len().div_ceil(64 / lane as usize).max(1);
    (words <= 4).then_some((lane, words))
}

impl<const W: usize> Dense<W> {
    pub(crate) fn new(instance: &Instance, lane: u32) -> Self {
        let per_word = (64 / lane) as usize;
        let shift = |resource: usize| (resource / per_word, lane * (resource % per_word) as u32);
        let top = (0..per_word).fold(0, |top, at| top | 1 << (lane * at as u32 + lane - 1));

        let mut empty = [top; W];
        for (resource, &capacity) in instance.capacities.iter().enumerate() {
            let (word, by) = shift(resource);
            empty[word] += (capacity.max(0) as u64) << by;
        }
        let mut base = vec![empty; instance.horizon as usize + 1];
        for &(resource, units, from, until) in &instance.held {
            let (word, by) = shift(resource);
            for free in &mut base[from as usize..until as usize] {
                let left = (free[word] >> by) & ((1 << (lane - 1)) - 1);
                free[word] -= left.min(units.max(0) as u64) << by;
            }
        }
        let demand = |needs: &[(usize, i64)]| {
            needs.iter().fold([0; W], |mut demand, &(resource, units)| {
                let (word, by) = shift(resource);
                demand[word] += (units as u64) << by;
                demand
            })
        };
        let demands = instance
            .modes
            .iter()
            .map(|mode| if mode.duration == 0 { [0; W] } else { demand(&mode.needs) })
            .collect();
        Self { free: base.clone(), base, used: 0, demands, top }
    }

    #[inline]
    fn lacks(&self, free: &[u64; W], demand: &[u64; W]) -> bool {
        let mut kept = self.top;
        for (free, demand) in free.iter().zip(demand) {
            kept &= free.wrapping_sub(*demand);
        }
        kept & self.top != self.top
    }
}

impl<const W: usize> Profile for Dense<W> {
    fn reset(&mut self) {
        self.free[..self.used].copy_from_slice(&self.base[..self.used]);
        self.used = 0;
    }

    #[inline]
    fn earliest(&self, mode: usize, duration: i64, from: i64) -> i64 {
        let demand = self.demands[mode];
        let duration = duration as usize;
        let mut start = from as usize;
        // Enough is free from `start` to here.
        let mut clear = start;
        loop {
            let end = start + duration;
            let window = &self.free[clear..end];
            match window.iter().rposition(|free| self.lacks(free, &demand)) {
                None => return start as i64,
                Some(at) => start = clear + at + 1,
            }
            clear = end;
        }
    }

    #[inline]
    fn latest(&self, mode: usize, duration: i64, until: i64) -> Option<i64> {
        let demand = self.demands[mode];
        let duration = duration as usize;
        let mut end = usize::try_from(until).ok()?;
        // Enough is free from here to `end`.
        let mut clear = end;
        loop {
            let start = end.checked_sub(duration)?;
            let window = &self.free[start..clear];
            match window.iter().position(|free| self.lacks(free, &demand)) {
                None => return Some(start as i64),
                Some(at) => end = start + at,
            }
            clear = start;
        }
    }

    #[inline]
    fn book(&mut self, mode: usize, start: i64, duration: i64) {
        let demand = self.demands[mode];
        let end = (start + duration) as usize;
        self.used = self.used.max(end);
        for free in &mut self.free[start as usize..end] {
            for (free, demand) in free.iter_mut().zip(&demand) {
                *free = free.wrapping_sub(*demand);
            }
        }
    }
}
