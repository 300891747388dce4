//! Back towards the plan in force.

use crate::timetable::Timetable;
use crate::timetable::improve::{Improve, is_free};
use crate::timetable::layout::Layout;
use crate::timetable::match_up::{MatchUp, Step};

/// Beside a match-up every so many steps another change is tried.
const OTHERWISE_EVERY: u64 = 64;
/// When more per cent of what has not started are elsewhere, a way back to the plan in force is looked for.
const MUCH_PERCENT: usize = 10;

impl Improve {
    /// From now on [`Improve::step`] looks also for a way back to the plan in force, if much has moved.
    pub(crate) fn match_up(&mut self, layout: &Layout, table: &Timetable) {
        let waiting = (0..table.slots.len() as u32).filter(|it| is_free(layout, *it)).count();
        if waiting * MUCH_PERCENT / 100 < self.moved {
            let moved_max = self.moved_max.max(self.moved);
            self.match_up = MatchUp::new(layout, table, &self.base, moved_max);
        }
    }

    /// A step of that search, when it is its turn; whether the plan is better for it.
    pub(super) fn step_back(&mut self, layout: &Layout, table: &mut Timetable) -> Option<bool> {
        if self.steps.is_multiple_of(OTHERWISE_EVERY) {
            return None;
        }
        let mut match_up = self.match_up.take()?;
        self.steps += 1;
        let step = match_up.step(layout, &mut self.random);
        let is_better = step == Step::Done && self.install(layout, table, &match_up);
        if step == Step::GoOn {
            self.match_up = Some(match_up);
        }
        Some(is_better)
    }

    /// Makes an end of it: what has been found is put to use, and who has moved in vain goes back.
    pub(crate) fn finish(&mut self, layout: &Layout, table: &mut Timetable) {
        if let Some(mut match_up) = self.match_up.take()
            && match_up.finish(layout, &mut self.random) == Step::Done
        {
            self.install(layout, table, &match_up);
        }
        if 0 < self.moved {
            table.stabilise(layout, &self.base);
        }
    }

    fn install(&mut self, layout: &Layout, table: &mut Timetable, match_up: &MatchUp) -> bool {
        let before = table.cost(layout);
        table.begin();
        if table.install(layout, match_up.slots()) {
            return self.judge(layout, table, before);
        }
        table.take_back(layout);
        false
    }
}
