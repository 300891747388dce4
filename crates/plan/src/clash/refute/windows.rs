//! When each operation can start and end, at the earliest and at the latest.

#![expect(clippy::indexing_slicing, reason = "tasks, modes and calendars are those of the net")]

use std::collections::BTreeSet;

use super::net::{NEVER, Net, Task};
use super::{budgets, pairs};
use crate::problem::Point;

/// Windows are made narrower so often at most; stopping early is no mistake.
const ROUNDS_MAX: usize = 60;

/// What is still possible.
#[derive(Debug, Clone)]
pub(super) struct Windows {
    /// By operation the earliest and the latest start.
    pub(super) start: Vec<(i64, i64)>,
    /// By operation the earliest and the latest end.
    pub(super) end: Vec<(i64, i64)>,
    /// By operation and mode whether it is possible.
    pub(super) ways: Vec<Vec<bool>>,
    /// By alternative what is done, once decided.
    branches: Vec<Option<usize>>,
    /// By operation whether it surely has to be done.
    pub(super) is_there: Vec<bool>,
    /// The first ends before the second starts.
    pub(super) arcs: BTreeSet<(usize, usize)>,
    has_changed: bool,
}

impl Windows {
    pub(super) fn new(net: &Net) -> Self {
        let window = |task: &Task, fact: fn((i64, i64)) -> i64, last: i64| match task.fact {
            Some(it) => (fact(it), fact(it)),
            None => (task.release, last),
        };
        let mut windows = Self {
            start: net.tasks.iter().map(|it| window(it, |it| it.0, NEVER)).collect(),
            end: net.tasks.iter().map(|it| window(it, |it| it.1, last_end(it))).collect(),
            ways: net.tasks.iter().map(|it| vec![true; it.ways.len()]).collect(),
            branches: net.branches.iter().map(|it| (*it == 1).then_some(0)).collect(),
            is_there: net.tasks.iter().map(|it| it.branch.is_none()).collect(),
            arcs: BTreeSet::new(),
            has_changed: false,
        };
        // What is frozen is done, so its branch is too.
        for task in net.tasks.iter().filter(|it| it.fact.is_some()) {
            if let Some((alternative, branch)) = task.branch {
                windows.branches[alternative] = Some(branch);
            }
        }
        windows.mark(net);
        windows
    }

    fn mark(&mut self, net: &Net) {
        for (task, is_there) in net.tasks.iter().zip(&mut self.is_there) {
            if let Some((alternative, branch)) = task.branch {
                *is_there = self.branches[alternative] == Some(branch);
            }
        }
    }

    /// Makes the windows as narrow as is known. `false` when nothing is left.
    pub(super) fn narrow(&mut self, net: &Net) -> bool {
        self.mark(net);
        for _ in 0..ROUNDS_MAX {
            self.has_changed = false;
            let is_possible = self.modes(net)
                && self.ties(net)
                && self.arcs(net)
                && pairs::narrow(net, self)
                && budgets::narrow(net, self);
            if !is_possible {
                return false;
            }
            if !self.has_changed {
                break;
            }
        }
        pairs::has_room(net, self)
    }

    /// An alternative that is not decided.
    pub(super) fn undecided_branch(&self) -> Option<usize> {
        self.branches.iter().position(Option::is_none)
    }

    pub(super) fn decide_branch(&mut self, alternative: usize, branch: usize) {
        self.branches[alternative] = Some(branch);
    }

    /// The operation with the fewest modes left but more than one, of those that have to end in time or use
    /// something up.
    pub(super) fn undecided_mode(&self, net: &Net) -> Option<(usize, Vec<usize>)> {
        let open = (0..net.tasks.len()).filter_map(|task| {
            let left = self.alive(task);
            let uses = net.tasks[task].ways.iter().any(|it| !it.uses.is_empty());
            let matters = self.end[task].1 < NEVER || uses;
            (matters && self.is_there[task] && 1 < left.len()).then_some((left.len(), task, left))
        });
        open.min().map(|it| (it.1, it.2))
    }

    pub(super) fn decide_mode(&mut self, task: usize, mode: usize) {
        for (index, way) in self.ways[task].iter_mut().enumerate() {
            *way &= index == mode;
        }
    }

    /// Modes that are possible.
    pub(super) fn alive(&self, task: usize) -> Vec<usize> {
        self.ways[task].iter().enumerate().filter(|it| *it.1).map(|it| it.0).collect()
    }

    pub(super) fn rule_out(&mut self, task: usize, mode: usize) {
        self.has_changed |= std::mem::take(&mut self.ways[task][mode]);
    }

    pub(super) fn add_arc(&mut self, before: usize, after: usize) {
        self.has_changed |= self.arcs.insert((before, after));
    }

    /// When an operation lets go of what it holds at the earliest.
    pub(super) fn lets_go(&self, net: &Net, task: usize) -> i64 {
        let until = net.tasks[task].holds_until.filter(|it| self.is_there[it.operation]);
        let held = until.map(|it| match it.point {
            Point::Start => self.start[it.operation].0,
            Point::End => self.end[it.operation].0,
        });
        held.map_or(self.end[task].0, |it| it.max(self.end[task].0))
    }

    fn modes(&mut self, net: &Net) -> bool {
        (0..net.tasks.len()).all(|task| {
            !self.is_there[task] || net.tasks[task].fact.is_some() || self.modes_of(net, task)
        })
    }

    fn modes_of(&mut self, net: &Net, task: usize) -> bool {
        let it = &net.tasks[task];
        let (mut first, mut last) = ((NEVER, NEVER), (-NEVER, -NEVER));
        for mode in self.alive(task) {
            let way = &it.ways[mode];
            let fit = |from: i64| net.calendars[way.calendar].fit(from, way.work, it.spans_breaks);
            let end_after = |from: i64| fit(from).map_or(NEVER, |it| it.1.min(NEVER));
            // The first start that does not end too early.
            let mut from = self.start[task].0;
            if end_after(from) < self.end[task].0 {
                let most = self.end[task].0;
                from = first_where(from, most, |at| most <= end_after(at));
            }
            let Some((start, end)) = fit(from) else {
                self.rule_out(task, mode);
                continue;
            };
            if self.start[task].1 < start || self.end[task].1 < end {
                self.rule_out(task, mode);
                continue;
            }
            // The last start that does not end too late.
            let mut latest = self.start[task].1;
            let limit = self.end[task].1.min(way.closes);
            if limit < NEVER {
                let too_late = first_where(start, limit + 1, |at| limit < end_after(at));
                latest = latest.min(too_late - 1);
            }
            first = (first.0.min(start), first.1.min(end));
            last = (last.0.max(latest), last.1.max(end_after(latest)));
        }
        self.later_start(task, first.0);
        self.later_end(task, first.1);
        self.sooner_start(task, last.0);
        self.sooner_end(task, last.1);
        self.is_possible(task)
    }

    fn ties(&mut self, net: &Net) -> bool {
        net.ties.iter().all(|tie| {
            let (before, after) = (tie.before, tie.after);
            let is_void =
                !self.is_there[before] || !self.is_there[after] || net.tasks[after].fact.is_some();
            if is_void {
                return true;
            }
            let (from, to) = (self.window(before, tie.from), self.window(after, tie.to));
            let (least, most) =
                (tie.min_lag.get().min(NEVER), tie.max_lag.map_or(NEVER, |it| it.get().min(NEVER)));
            self.later(after, tie.to, from.0 + least);
            self.sooner(before, tie.from, if to.1 < NEVER { to.1 - least } else { NEVER });
            if most < NEVER {
                self.later(before, tie.from, to.0 - most);
                self.sooner(after, tie.to, if from.1 < NEVER { from.1 + most } else { NEVER });
            }
            self.is_possible(before) && self.is_possible(after)
        })
    }

    fn arcs(&mut self, net: &Net) -> bool {
        self.arcs.clone().into_iter().all(|(before, after)| {
            if !self.is_there[before] || !self.is_there[after] {
                return true;
            }
            let ready = self.lets_go(net, before);
            self.later(after, Point::Start, ready);
            self.sooner(before, Point::End, self.start[after].1);
            self.is_possible(before) && self.is_possible(after)
        })
    }

    fn is_possible(&self, task: usize) -> bool {
        self.start[task].0 <= self.start[task].1
            && self.end[task].0 <= self.end[task].1
            && self.ways[task].iter().any(|it| *it)
    }

    fn window(&self, task: usize, point: Point) -> (i64, i64) {
        if point == Point::Start { self.start[task] } else { self.end[task] }
    }

    fn later(&mut self, task: usize, point: Point, at: i64) {
        if point == Point::Start { self.later_start(task, at) } else { self.later_end(task, at) }
    }

    fn sooner(&mut self, task: usize, point: Point, at: i64) {
        if point == Point::Start { self.sooner_start(task, at) } else { self.sooner_end(task, at) }
    }

    fn later_start(&mut self, task: usize, at: i64) {
        self.has_changed |= self.start[task].0 < at;
        self.start[task].0 = self.start[task].0.max(at);
    }

    fn later_end(&mut self, task: usize, at: i64) {
        self.has_changed |= self.end[task].0 < at;
        self.end[task].0 = self.end[task].0.max(at);
    }

    fn sooner_start(&mut self, task: usize, at: i64) {
        self.has_changed |= at < self.start[task].1;
        self.start[task].1 = self.start[task].1.min(at);
    }

    fn sooner_end(&mut self, task: usize, at: i64) {
        self.has_changed |= at < self.end[task].1;
        self.end[task].1 = self.end[task].1.min(at);
    }
}

/// Its deadline, or when the working time of all its modes is over.
fn last_end(task: &Task) -> i64 {
    let closes = task.ways.iter().map(|way| way.closes).max();
    task.deadline.min(closes.unwrap_or(NEVER))
}

/// The first instant in `[from, to)` from which on something holds; `to` when there is none.
fn first_where(from: i64, to: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (from, to.max(from));
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
