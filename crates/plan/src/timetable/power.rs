//! How much power is drawn when, kept up to date without looking at all operations again.

/// Changes of the power drawn over time, in watts.
#[derive(Debug, Clone, Default)]
pub(super) struct Power {
    /// By instant, none twice.
    changes: Vec<(i64, i64)>,
    /// What has changed since, in any order.
    pending: Vec<(i64, i64)>,
    peak: i64,
}

impl Power {
    /// From `from` to `to` so much more is drawn.
    pub(super) fn add(&mut self, watts: i64, from: i64, to: i64) {
        if from < to {
            self.pending.extend([(from, watts), (to, -watts)]);
        }
    }

    /// The most that is drawn at a time.
    pub(super) fn peak(&mut self) -> i64 {
        if !self.pending.is_empty() {
            self.take_in();
        }
        self.peak
    }

    fn take_in(&mut self) {
        self.pending.sort_unstable();
        let mut changes: Vec<(i64, i64)> =
            Vec::with_capacity(self.changes.len() + self.pending.len());
        let mut pending = self.pending.drain(..).peekable();
        let mut add = |(at, watts): (i64, i64)| match changes.last_mut() {
            Some(last) if last.0 == at => last.1 += watts,
            Some(last) if last.1 == 0 => *last = (at, watts),
            _ => changes.push((at, watts)),
        };
        for &change in &self.changes {
            while let Some(sooner) = pending.next_if(|it| it.0 <= change.0) {
                add(sooner);
            }
            add(change);
        }
        pending.for_each(&mut add);
        let (mut drawn, mut peak) = (0_i64, 0);
        for (_, watts) in &changes {
            drawn = drawn.saturating_add(*watts);
            peak = peak.max(drawn);
        }
        (self.changes, self.peak) = (changes, peak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_follows_what_is_added_and_taken_away() {
        let mut power = Power::default();
        assert_eq!(power.peak(), 0);
        power.add(5, 0, 10);
        power.add(7, 10, 20);
        assert_eq!(power.peak(), 7);
        power.add(3, 5, 12);
        assert_eq!(power.peak(), 10);
        power.add(-7, 10, 20);
        assert_eq!(power.peak(), 8);
        power.add(-5, 0, 10);
        power.add(-3, 5, 12);
        assert_eq!(power.peak(), 0);
        power.add(1, 4, 4);
        assert_eq!(power.peak(), 0);
    }
}
