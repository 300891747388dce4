//! Sorting activities by time.

#![expect(clippy::indexing_slicing, reason = "counts reach to the latest time")]

/// Times up to this many per activity are sorted by counting.
const COUNTED: usize = 8;

/// Sorts; keeps the room it needs.
#[derive(Debug, Default)]
pub(crate) struct Sorter {
    counts: Vec<u32>,
    keys: Vec<(i64, u32)>,
}

impl Sorter {
    /// Fills `order` with activities by their time (never negative), those of one time by number.
    pub(crate) fn sort(&mut self, times: &[i64], order: &mut Vec<u32>) {
        let latest = times.iter().copied().max().unwrap_or(0) as usize;
        order.clear();
        if COUNTED * times.len() < latest {
            self.keys.clear();
            self.keys.extend(times.iter().copied().zip(0..));
            self.keys.sort_unstable();
            order.extend(self.keys.iter().map(|key| key.1));
            return;
        }
        self.counts.clear();
        self.counts.resize(latest + 2, 0);
        for &time in times {
            self.counts[time as usize + 1] += 1;
        }
        let mut sum = 0;
        for count in &mut self.counts {
            sum += *count;
            *count = sum;
        }
        order.resize(times.len(), 0);
        for (activity, &time) in times.iter().enumerate() {
            let at = &mut self.counts[time as usize];
            order[*at as usize] = activity as u32;
            *at += 1;
        }
    }
}
