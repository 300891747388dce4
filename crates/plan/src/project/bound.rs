//! Lower bounds.

#![expect(clippy::indexing_slicing, reason = "activities of the instance")]

use super::instance::Instance;

/// No schedule ends earlier.
pub(crate) fn lower_bound(instance: &Instance) -> i64 {
    let mut ends = vec![0; instance.len()];
    let mut longest = instance.floor;
    for activity in 0..instance.len() {
        let shortest = instance.modes_of(activity).map(|mode| instance.durations[mode as usize]);
        let from = instance
            .before
            .of(activity)
            .iter()
            .fold(instance.release[activity], |from, &(before, lag)| {
                from.max(ends[before as usize] + lag)
            });
        ends[activity] = from + shortest.min().unwrap_or(0);
        longest = longest.max(ends[activity]);
    }
    longest
}
