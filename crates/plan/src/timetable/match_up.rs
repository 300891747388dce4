//! Back to the plan in force as soon as possible.
//!
//! Match-up scheduling (Bean, Birge, Mittenthal & Noon 1991; Akturk & Gorgulu 1999) for shops. Everybody aims at
//! where the plan in force has him; who cannot be there in time, for what comes before him in his job or for his
//! machine, aims at the first instant that these allow. In the order of aims the plan is good up to the first who is
//! disturbed. From there on a stretch of time is cut out as a shop of its own that has to be done when those after
//! it begin, and searched by tabu search ([`window`]); where it does not get done in time, a longer one is. So a
//! disturbance is taken up by the slack that there is around it, and who comes later does not hear of it. Where even
//! the longest does not get done in time, all after it are at most as late as it is at its worst.
//!
//! In a tight job shop each who is late makes more than one other late: pushing on without a search moves almost
//! all, and so does any choice made one by one. A third or more has to be planned anew before the rest can stay.

#![expect(clippy::indexing_slicing, reason = "seats are indices made here")]

mod seat;
mod window;

use crate::instance::{NEVER, Slot};
use crate::random::Random;
use crate::timetable::Timetable;
use crate::timetable::layout::Layout;

use seat::Seat;
use window::Window;

/// One after the other they are tried. Piece by piece fewer have to move; as a whole those in time are found that are
/// further away.
const STRETCHES: [Stretch; 4] = [
    Stretch { percent: 5, is_piecewise: false, idle_max: 500 },
    Stretch { percent: 15, is_piecewise: true, idle_max: 2_000 },
    Stretch { percent: 45, is_piecewise: true, idle_max: 30_000 },
    Stretch { percent: 45, is_piecewise: false, idle_max: 20_000 },
];
/// The fewest operations of a stretch behind the first who is disturbed.
const SIZE_MIN: usize = 60;
/// At last one in so many of those who have moved may still go home.
const SHAVED: usize = 10;
/// Tabu moves of a step.
const MOVES_PER_STEP: u32 = 20;

/// How much is planned anew, and how.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// Of all that wait, behind the first who is disturbed.
    percent: usize,
    /// Whether piece by piece or as a whole.
    is_piecewise: bool,
    /// After so many moves without a better plan it is given up.
    idle_max: u32,
}

/// A match-up in progress.
#[derive(Debug)]
pub(super) struct MatchUp {
    /// Each after those before it.
    seats: Vec<Seat>,
    /// By machine when it is free after facts, and after all that is settled.
    facts: Vec<i64>,
    free: Vec<i64>,
    /// The seats that are not settled, by aim.
    queue: Vec<u32>,
    window: Option<Window>,
    /// Which of [`STRETCHES`] it is, and how many come before the one who is disturbed.
    stretch: usize,
    ahead: usize,
    /// When more are elsewhere it is given up.
    moved_max: usize,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// More is to be done.
    GoOn,
    /// There is a plan.
    Done,
    /// There is none that moves few enough.
    GivenUp,
}

impl MatchUp {
    /// `None` when the problem is no shop, or when something has no place.
    pub(super) fn new(
        layout: &Layout,
        table: &Timetable,
        base: &[Slot],
        moved_max: usize,
    ) -> Option<Self> {
        let free = seat::free(layout, table)?;
        let seats = seat::seats(layout, table, base)?;
        let queue = (0..seats.len() as u32).collect();
        let (facts, window) = (free.clone(), None);
        let mut it = Self { seats, facts, free, queue, window, stretch: 0, ahead: 0, moved_max };
        it.aim();
        seat::set_due(&mut it.seats, layout, base);
        Some(it)
    }

    /// Goes on for a while.
    pub(super) fn step(&mut self, layout: &Layout, random: &mut Random) -> Step {
        let Some(mut window) = self.window.take() else { return self.open(layout, random) };
        if window.run(MOVES_PER_STEP, random) {
            self.window = Some(window);
            return Step::GoOn;
        }
        if !window.is_matched() && self.stretch + 1 < STRETCHES.len() {
            self.stretch += 1;
            self.window = Some(self.cut(layout, self.size(), Some(&window), random));
            return Step::GoOn;
        }
        window.paste(layout, self);
        self.open(layout, random)
    }

    /// Makes an end of it without a search.
    pub(super) fn finish(&mut self, layout: &Layout, random: &mut Random) -> Step {
        if let Some(window) = self.window.take() {
            window.paste(layout, self);
        }
        let step = self.open(layout, random);
        if step != Step::GoOn {
            return step;
        }
        self.cut(layout, self.queue.len(), None, random).paste(layout, self);
        self.go_home()
    }

    /// Settles all up to the next who is disturbed, and begins with him.
    fn open(&mut self, layout: &Layout, random: &mut Random) -> Step {
        self.aim();
        let mut free = self.free.clone();
        let disturbed = self.queue.iter().position(|index| {
            let it = &self.seats[*index as usize];
            let free = &mut free[it.machine as usize];
            let is_disturbed = it.aim < *free;
            *free = it.aim + it.work;
            is_disturbed
        });
        // Who is at work when the disturbance comes may have to be somewhere else.
        let time = disturbed.map_or(i64::MAX, |it| self.seats[self.queue[it] as usize].aim);
        let first = disturbed.map(|it| self.queue[it]);
        for at in 0..self.queue.len() {
            let index = self.queue[at];
            let it = self.seats[index as usize];
            if it.aim + it.work <= time {
                self.settle(index, it.aim);
            }
        }
        let seats = &self.seats;
        self.queue.retain(|it| !seats[*it as usize].is_settled);
        let Some(first) = first else { return self.go_home() };
        if self.moved_max.saturating_add(self.moved_max / SHAVED) < self.moved() {
            return Step::GivenUp;
        }
        self.ahead = self.queue.iter().position(|it| *it == first).unwrap_or(0);
        self.stretch = 0;
        self.window = Some(self.cut(layout, self.size(), None, random));
        Step::GoOn
    }

    /// All are settled: who can be at home now that all is known goes there.
    fn go_home(&mut self) -> Step {
        let before: Vec<Slot> = self.seats.iter().map(|it| it.slot).collect();
        let moved = self.moved();
        let mut order: Vec<u32> = (0..self.seats.len() as u32).collect();
        order.sort_by_key(|it| (self.seats[*it as usize].slot.start, *it));
        self.free.clone_from(&self.facts);
        self.seats.iter_mut().for_each(|it| it.is_settled = false);
        window::place(self, &order, vec![NEVER; self.facts.len()]);
        if moved < self.moved() {
            for (it, slot) in self.seats.iter_mut().zip(before) {
                it.slot = slot;
            }
        }
        if self.moved() <= self.moved_max { Step::Done } else { Step::GivenUp }
    }

    /// How many operations the stretch has.
    fn size(&self) -> usize {
        let share = self.seats.len() * STRETCHES[self.stretch].percent / 100;
        (self.ahead + share.max(SIZE_MIN)).min(self.queue.len())
    }

    /// Where each aims at, now that others are settled; the queue is in this order.
    fn aim(&mut self) {
        for index in 0..self.seats.len() {
            let it = self.seats[index];
            if it.is_settled {
                continue;
            }
            let mut aim = it.release.max(self.free[it.machine as usize]);
            if let Some(home) = it.home {
                aim = aim.max(home.start);
            }
            if let Some(before) = self.seats.get(it.before as usize) {
                aim = aim.max(before.end());
            }
            self.seats[index].aim = aim;
        }
        let seats = &self.seats;
        self.queue.retain(|it| !seats[*it as usize].is_settled);
        self.queue.sort_by_key(|it| (seats[*it as usize].aim, *it));
    }

    fn settle(&mut self, seat: u32, start: i64) {
        let it = &mut self.seats[seat as usize];
        it.slot = Slot { start, end: start + it.work, mode: it.slot.mode };
        it.is_settled = true;
        let free = &mut self.free[it.machine as usize];
        *free = it.slot.end.max(*free);
    }

    /// How many of those who are settled are elsewhere.
    fn moved(&self) -> usize {
        let settled = self.seats.iter().filter(|it| it.is_settled);
        settled.filter(|it| it.home != Some(it.slot)).count()
    }

    /// Operations and where they are in this plan.
    pub(super) fn slots(&self) -> impl Iterator<Item = (u32, Slot)> {
        self.seats.iter().map(|it| (it.operation, it.slot))
    }
}
