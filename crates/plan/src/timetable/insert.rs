//! A place for what has none, without moving anyone.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{NEVER, Slot};
use crate::problem::Plan;
use crate::timetable::Timetable;
use crate::timetable::fit::Near;
use crate::timetable::layout::Layout;
use crate::timetable::repair::Style;
use crate::timetable::row::Held;

impl Timetable {
    /// The timetable of a plan; what no longer holds in it is put right, and what is missing gets a place
    /// where there is one.
    pub(crate) fn of_plan(layout: &Layout, plan: &Plan) -> Self {
        let mut table = Self::new(layout);
        let instance = &layout.instance;
        // No sooner than what comes before it, whatever the plan says.
        let mut starts = vec![i64::MIN; instance.operations.len()];
        for &operation in &instance.topological {
            let it = &instance.operations[operation as usize];
            let slot = plan.operations.get(operation as usize).copied().flatten();
            if it.frozen.is_some() {
                continue;
            }
            let modes = (it.last_mode - it.first_mode) as usize;
            let mode = slot.map_or(0, |slot| slot.mode);
            let mode = it.first_mode + if mode < modes { mode as u32 } else { 0 };
            table.slots[operation as usize] = Slot::unplaced(mode);
            let Some(slot) = slot else { continue };
            let before = instance.before(operation).iter().map(|it| starts[it.0 as usize]);
            let start = before.fold(slot.start.as_millis(), i64::max);
            starts[operation as usize] = start;
            table.doubt(layout, operation, start);
        }
        table.repair(layout, Style::Dispatch);
        table.insert_missing(layout);
        table
    }

    /// Tries to give a place to all that have none.
    pub(crate) fn insert_missing(&mut self, layout: &Layout) {
        let missing = layout.instance.topological.iter().copied();
        let missing = missing.filter(|it| !self.slots[*it as usize].is_placed());
        for operation in missing.collect::<Vec<u32>>() {
            self.insert(layout, operation);
        }
        self.settle(layout);
    }

    /// Puts operations at given places; `false` when some cannot be there, and all that has changed has to be taken
    /// back.
    pub(super) fn install(
        &mut self,
        layout: &Layout,
        slots: impl Iterator<Item = (u32, Slot)>,
    ) -> bool {
        let mut others: Vec<(u32, Slot)> = Vec::new();
        for (operation, slot) in slots {
            if self.slots[operation as usize] != slot {
                self.lift(layout, operation);
                others.push((operation, slot));
            }
        }
        others.sort_unstable_by_key(|(operation, _)| layout.rank[*operation as usize]);
        for &(operation, slot) in &others {
            let near = Near { latest: slot.end, conflicts_max: 0 };
            let ready = self.ready(layout, operation);
            let place =
                self.fit_near(layout, operation, slot.mode, slot.start, near, |_: &Held| true);
            if place != Some(slot) || ready.is_none_or(|ready| slot.start < ready) {
                return false;
            }
            self.put(layout, operation, slot);
        }
        let is_late = |it: &(u32, Slot)| self.latest(layout, it.0) < it.1.end;
        if others.iter().any(is_late) {
            return false;
        }
        self.settle(layout);
        true
    }

    /// Puts all of a job that is not frozen where it ends soonest, operation by operation.
    pub(crate) fn insert_job(&mut self, layout: &Layout, job: u32) {
        let mut operations = layout.instance.job_operations(job as usize).to_vec();
        operations.sort_by_key(|it| layout.rank[*it as usize]);
        for operation in operations {
            self.insert(layout, operation);
        }
        self.settle(layout);
    }

    /// Puts an operation without a place where it ends soonest.
    pub(super) fn insert(&mut self, layout: &Layout, operation: u32) -> bool {
        if self.slots[operation as usize].is_placed() || layout.is_gone[operation as usize] {
            return false;
        }
        let Some(ready) = self.ready(layout, operation) else { return false };
        let slot = self.soonest(layout, operation, ready);
        if let Some(slot) = slot {
            self.put(layout, operation, slot);
        }
        slot.is_some()
    }

    /// Puts an operation where it ends sooner, when there is such a place.
    pub(super) fn pull(&mut self, layout: &Layout, operation: u32) -> bool {
        let is_free = layout.instance.operations[operation as usize].frozen.is_none()
            && !layout.is_gone[operation as usize];
        let old = self.slots[operation as usize];
        let ready = self.ready(layout, operation);
        let Some(ready) = ready.filter(|ready| is_free && *ready < old.start) else {
            return false;
        };
        self.lift(layout, operation);
        let slot = self.soonest(layout, operation, ready);
        let slot = slot.filter(|slot| slot.end < old.end);
        if slot.is_some() || old.is_placed() {
            self.put(layout, operation, slot.unwrap_or(old));
        }
        slot.is_some()
    }

    pub(super) fn soonest(&self, layout: &Layout, operation: u32, ready: i64) -> Option<Slot> {
        let it = &layout.instance.operations[operation as usize];
        let work = |mode: u32| layout.instance.modes[mode as usize].work;
        let mut best: Option<Slot> = None;
        for mode in it.first_mode..it.last_mode {
            // No place that would be as good can be later than this.
            let limit = best.map_or(NEVER, |best| best.end);
            if limit <= ready.saturating_add(work(mode)) {
                continue;
            }
            let slot = self.fit(layout, operation, mode, ready, |_: &Held| true);
            if let Some(slot) = slot.filter(|slot| slot.end < limit) {
                best = Some(slot);
            }
        }
        best
    }
}
