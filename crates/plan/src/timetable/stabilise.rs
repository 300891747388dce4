//! Who has moved in vain goes back.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::Slot;
use crate::timetable::Timetable;
use crate::timetable::fit::Near;
use crate::timetable::layout::Layout;
use crate::timetable::row::Held;

/// So often at most all who are elsewhere are looked at: one who goes back may make room for another.
const PASSES_MAX: usize = 64;

impl Timetable {
    /// Puts operations back to their places in `base`, where these are free, those before and after them are not in the
    /// way, and the plan is no dearer for it. Nobody else is moved. What has changed before cannot be taken back any
    /// more.
    pub(crate) fn stabilise(&mut self, layout: &Layout, base: &[Slot]) {
        let mut elsewhere: Vec<u32> = (0..self.slots.len() as u32).collect();
        elsewhere.retain(|it| {
            let (slot, base) = (self.slots[*it as usize], base[*it as usize]);
            let is_fact = layout.instance.operations[*it as usize].frozen.is_some();
            !is_fact && slot.is_placed() && base.is_placed() && slot != base
        });
        // Who goes back later makes room for those before him, who goes back sooner for those after him.
        let mut in_vain = 0;
        for pass in 0..PASSES_MAX {
            elsewhere.sort_unstable_by_key(|it| {
                let start = self.slots[*it as usize].start;
                (if pass % 2 == 0 { -start } else { start }, *it)
            });
            let before = elsewhere.len();
            elsewhere.retain(|it| !self.go_back(layout, *it, base[*it as usize]));
            in_vain = if elsewhere.len() == before { in_vain + 1 } else { 0 };
            if in_vain == 2 || elsewhere.is_empty() {
                break;
            }
        }
    }

    /// Puts one operation to a place if it can be there and the plan is no dearer for it.
    fn go_back(&mut self, layout: &Layout, operation: u32, place: Slot) -> bool {
        let ready = self.ready(layout, operation);
        let is_late = ready.is_none_or(|ready| place.start < ready);
        if is_late || self.latest(layout, operation) < place.end {
            return false;
        }
        let before = self.cost(layout);
        self.begin();
        self.lift(layout, operation);
        let near = Near { latest: place.end, conflicts_max: 0 };
        let all = |_: &Held| true;
        let found = self.fit_near(layout, operation, place.mode, place.start, near, all);
        if found == Some(place) {
            self.put(layout, operation, place);
            self.settle(layout);
            let after = self.cost(layout);
            if (after.unplaced, after.levels) <= (before.unplaced, before.levels) {
                return true;
            }
        }
        self.take_back(layout);
        false
    }
}
