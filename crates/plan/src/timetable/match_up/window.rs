//! A stretch of time as a shop of its own.

#![expect(clippy::indexing_slicing, reason = "seats are indices made by the match-up")]

use crate::divisor::common_divisor;
use crate::instance::NEVER;
use crate::random::Random;
use crate::shop::{Choice, Shop, Solution, Tabu, Ticks, Windows};
use crate::timetable::layout::Layout;

use super::seat::NONE;
use super::{MatchUp, STRETCHES};

/// A stretch reaches over so many ticks at most.
const SPAN_MAX: i64 = 1 << 28;
/// A search whose plan has become this long is given up.
const MAKESPAN_MAX: Ticks = 1 << 29;

/// A stretch under way.
#[derive(Debug)]
pub(super) struct Window {
    shop: Shop,
    /// Its operations, by aim.
    seats: Vec<u32>,
    /// By machine when the first after the stretch has to begin.
    due: Vec<i64>,
    /// When it has to be done, with what must follow.
    target: Ticks,
    search: Search,
    /// Moves since its plan became better, and when it is given up.
    idle: u32,
    idle_max: u32,
}

/// How it is searched.
#[derive(Debug)]
enum Search {
    /// As a whole.
    Tabu(Box<Tabu>),
    /// Piece by piece.
    Windows(Box<Windows>),
}

/// What a stretch has to keep to, in milliseconds.
struct Limits {
    /// By operation of the stretch.
    releases: Vec<i64>,
    ends: Vec<i64>,
    /// By machine.
    due: Vec<i64>,
}

/// The clock of a small shop.
#[derive(Clone, Copy)]
struct Clock {
    origin: i64,
    tick: i64,
    target: Ticks,
}

impl MatchUp {
    /// The first of the queue; `warm` is what was found out about fewer of them.
    pub(super) fn cut(
        &self,
        layout: &Layout,
        size: usize,
        warm: Option<&Window>,
        random: &mut Random,
    ) -> Window {
        let instance = &layout.instance;
        let seats = &self.queue[..size];
        let mut index_of = vec![NONE; self.seats.len()];
        for (index, &seat) in seats.iter().enumerate() {
            index_of[seat as usize] = index as u32;
        }
        let inside = |seat: u32| index_of.get(seat as usize).copied().unwrap_or(NONE);
        let limits = self.limits(size, inside);
        let clock = self.clock(layout, seats, &limits);
        let mut shop = Shop {
            first_choice: vec![0],
            free_from: self.free.iter().map(|it| clock.release(*it)).collect(),
            needed_after: limits.due.iter().map(|it| clock.rest(*it)).collect(),
            parts: instance.parts,
            ..Shop::default()
        };
        let mut choice = Vec::with_capacity(size);
        for (index, &seat) in seats.iter().enumerate() {
            let seat = &self.seats[seat as usize];
            let it = &instance.operations[seat.operation as usize];
            shop.before.push(inside(seat.before));
            shop.after.push(inside(seat.after));
            shop.release.push(clock.release(limits.releases[index]));
            shop.delivery.push(clock.rest(limits.ends[index]));
            for mode in it.first_mode..it.last_mode {
                let machine = instance.needs(mode)[0].0;
                let work = clock.ticks(instance.modes[mode as usize].work);
                shop.choices.push(Choice { machine, work });
            }
            shop.first_choice.push(shop.choices.len() as u32);
            choice.push(seat.slot.mode - it.first_mode);
        }
        let mut order: Vec<u32> = (0..size as u32).collect();
        if let Some(best) = warm.map(Window::best) {
            order[..best.order.len()].copy_from_slice(&best.order);
            choice[..best.choice.len()].copy_from_slice(&best.choice);
        }
        let stretch = STRETCHES[self.stretch];
        let search = if stretch.is_piecewise {
            let first = Solution { makespan: 0, order, choice };
            Search::Windows(Box::new(Windows::new(&shop, &first, random)))
        } else {
            Search::Tabu(Box::new(Tabu::new(&shop, &order, &choice)))
        };
        let (seats, due, target) = (seats.to_vec(), limits.due, clock.target);
        let idle_max = stretch.idle_max;
        Window { shop, seats, due, target, search, idle: 0, idle_max }
    }

    fn limits(&self, size: usize, inside: impl Fn(u32) -> u32) -> Limits {
        let (seats, later) = self.queue.split_at(size);
        let mut due = vec![NEVER; self.free.len()];
        for &seat in later {
            let it = &self.seats[seat as usize];
            let due = &mut due[it.machine as usize];
            *due = it.aims_by().min(*due);
        }
        let release = |seat: &u32| {
            let it = &self.seats[*seat as usize];
            let before = self.seats.get(it.before as usize).filter(|it| it.is_settled);
            before.map_or(it.release, |before| it.release.max(before.slot.end))
        };
        let end = |seat: &u32| {
            let is_last = inside(self.seats[*seat as usize].after) == NONE;
            if is_last { self.due_of(*seat) } else { NEVER }
        };
        let (releases, ends) = (seats.iter().map(release), seats.iter().map(end));
        Limits { releases: releases.collect(), ends: ends.collect(), due }
    }

    /// Ticks as long as they can be, or as they must be.
    fn clock(&self, layout: &Layout, seats: &[u32], limits: &Limits) -> Clock {
        let instance = &layout.instance;
        let begins = seats.iter().zip(&limits.releases).map(|(seat, release)| {
            self.free[self.seats[*seat as usize].machine as usize].max(*release)
        });
        let origin = begins.min().unwrap_or(instance.now);
        let known = limits.ends.iter().chain(&limits.due).copied().filter(|it| *it != NEVER);
        let last = known.clone().max().unwrap_or(origin);
        let first = known.clone().min().unwrap_or(origin).min(origin);
        let begins = self.free.iter().chain(&limits.releases).copied().filter(|it| origin < *it);
        let mut tick = begins.chain(known).fold(0, |tick, it| common_divisor(tick, it - origin));
        for &seat in seats {
            let it = &instance.operations[self.seats[seat as usize].operation as usize];
            let modes = &instance.modes[it.first_mode as usize..it.last_mode as usize];
            tick = modes.iter().fold(tick, |tick, it| common_divisor(tick, it.work));
        }
        let tick = tick.max((last - first) / SPAN_MAX + 1);
        Clock { origin, tick, target: (last - origin).div_euclid(tick) as Ticks }
    }

    /// When the last of a job in a stretch has to end, for the one after it or for what the plan costs.
    fn due_of(&self, seat: u32) -> i64 {
        let it = &self.seats[seat as usize];
        match self.seats.get(it.after as usize) {
            Some(after) => after.aims_by(),
            // Nobody is asked for more than he aims at.
            None => it.due.max(it.aim + it.work),
        }
    }
}

impl Clock {
    fn ticks(self, time: i64) -> Ticks {
        let ticks = (time.max(0) as u64).div_ceil(self.tick as u64);
        ticks.min(SPAN_MAX as u64) as Ticks
    }

    fn release(self, at: i64) -> Ticks {
        self.ticks(at - self.origin)
    }

    /// From then until the whole has to be done.
    fn rest(self, due: i64) -> Ticks {
        if due == NEVER {
            0
        } else {
            self.target - (due - self.origin).div_euclid(self.tick) as Ticks
        }
    }
}

impl Window {
    /// Searches for so many moves; whether there is more to do.
    pub(super) fn run(&mut self, moves: u32, random: &mut Random) -> bool {
        for _ in 0..moves {
            if self.is_matched() || self.idle_max <= self.idle {
                return false;
            }
            let before = self.makespan();
            let goes_on = match &mut self.search {
                Search::Tabu(tabu) => {
                    tabu.step(&self.shop, random) && tabu.makespan() < MAKESPAN_MAX
                }
                Search::Windows(windows) => {
                    windows.step(&self.shop, random);
                    true
                }
            };
            self.idle = if self.makespan() < before { 0 } else { self.idle + 1 };
            if !goes_on {
                return false;
            }
        }
        true
    }

    fn makespan(&self) -> Ticks {
        match &self.search {
            Search::Tabu(tabu) => tabu.best().makespan,
            Search::Windows(windows) => windows.makespan(),
        }
    }

    fn best(&self) -> Solution {
        match &self.search {
            Search::Tabu(tabu) => tabu.best().clone(),
            Search::Windows(windows) => windows.solution(),
        }
    }

    /// Whether it is done in time.
    pub(super) fn is_matched(&self) -> bool {
        self.makespan() <= self.target
    }

    /// Settles its operations; as many as possible are at home.
    pub(super) fn paste(&self, layout: &Layout, all: &mut MatchUp) {
        let best = self.best();
        for (&seat, &choice) in self.seats.iter().zip(&best.choice) {
            let it = &mut all.seats[seat as usize];
            let mode = layout.instance.operations[it.operation as usize].first_mode + choice;
            it.slot.mode = mode;
            it.work = layout.instance.modes[mode as usize].work;
            it.machine = layout.instance.needs(mode)[0].0;
        }
        let order: Vec<u32> = best.order.iter().map(|it| self.seats[*it as usize]).collect();
        place(all, &order, self.due.clone());
    }
}

/// Settles these in this order, as many at home as possible; by machine `needed` is when the first after them begins.
pub(super) fn place(all: &mut MatchUp, order: &[u32], mut needed: Vec<i64>) {
    let mut is_inside = vec![false; all.seats.len()];
    for &seat in order {
        is_inside[seat as usize] = true;
    }
    let mut kept = vec![NEVER; all.seats.len()];
    let heads = heads(all, order, &kept);
    // From the end: how late each may start so that nobody is later for it, and whether he can be at home.
    let mut latest = vec![NEVER; all.seats.len()];
    for &seat in order.iter().rev() {
        let it = &all.seats[seat as usize];
        let is_last = !is_inside.get(it.after as usize).copied().unwrap_or(false);
        let due = if is_last { all.due_of(seat) } else { latest[it.after as usize] };
        let head = heads[seat as usize];
        let mut bound = (due.min(needed[it.machine as usize]) - it.work).max(head);
        let home = it.home.filter(|home| home.mode == it.slot.mode);
        if let Some(home) = home.filter(|home| (head..=bound).contains(&home.start)) {
            kept[seat as usize] = home.start;
            bound = home.start;
        }
        latest[seat as usize] = bound;
        needed[it.machine as usize] = bound;
    }
    let starts = self::heads(all, order, &kept);
    for &seat in order {
        all.settle(seat, starts[seat as usize]);
    }
}

/// By seat where it starts at the earliest in this order; who is kept starts when he does.
fn heads(all: &MatchUp, order: &[u32], kept: &[i64]) -> Vec<i64> {
    let mut free = all.free.clone();
    let mut starts = vec![NEVER; all.seats.len()];
    for &seat in order {
        let it = &all.seats[seat as usize];
        let mut start = it.release.max(free[it.machine as usize]);
        if let Some(before) = all.seats.get(it.before as usize) {
            let began = starts[it.before as usize];
            start =
                start.max(if before.is_settled { before.slot.end } else { began + before.work });
        }
        if kept[seat as usize] != NEVER {
            start = start.max(kept[seat as usize]);
        }
        starts[seat as usize] = start;
        free[it.machine as usize] = start + it.work;
    }
    starts
}
