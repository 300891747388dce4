//! Shops without slack: a beam of schedules that grow side by side, operation by operation.
//!
//! When machines have to work all the time there is, few operations wait at any moment, and what comes next
//! is nearly always forced; a wrong choice soon leaves a machine without work. So all active schedules
//! (Giffler & Thompson 1960) are followed from the start, those that cannot keep the limit are dropped, and
//! of the others the `width` best stay (filtered beam search, Ow & Morton 1988).

mod prices;
mod runs;
mod trace;

pub(crate) use runs::Runs;

use crate::shop::{NONE, Shop, Ticks};
use prices::Prices;
use trace::Trace;

/// What a beam looks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal {
    /// Slack is measured against this end, a lower bound.
    pub(crate) target: Ticks,
    /// Schedules that have to end later are dropped.
    pub(crate) limit: Ticks,
    /// How much slack is little: tenths of the mean work of an operation. With 0 all slack is alike, and the
    /// beam keeps to those it began with.
    pub(crate) scale: Ticks,
}

/// One run from the first operation to the last.
#[derive(Debug)]
pub(crate) struct Beam {
    /// Time from an operation's start to the end of everything, at least.
    rest: Vec<Ticks>,
    width: usize,
    limit: Ticks,
    prices: Prices,
    states: Vec<State>,
    spare: Vec<State>,
    grown: Vec<State>,
    children: Vec<Child>,
    trace: Trace,
    left: usize,
    waiting: Vec<usize>,
    effort: usize,
}

/// What became of a run.
#[derive(Debug)]
pub(crate) enum Progress {
    Running,
    /// No schedule that was kept can be ended within the limit.
    Dead,
    /// Every operation once, jobs in order.
    Done(Vec<u32>),
}

/// A schedule under construction. By job: the next operation, its machine, and when it could start and end.
/// By machine: when it is free, and the time it needs then until the end of everything.
#[derive(Debug, Clone, Default)]
struct State {
    next: Vec<u32>,
    machine: Vec<u32>,
    start: Vec<Ticks>,
    end: Vec<Ticks>,
    free: Vec<Ticks>,
    needs: Vec<Ticks>,
    price: f64,
    trace: u32,
}

#[derive(Debug, Clone, Copy)]
struct Child {
    price: f64,
    state: u32,
    job: u32,
}

impl Beam {
    pub(crate) fn new(shop: &Shop, width: usize, goal: Goal) -> Self {
        let mut rest = vec![0; shop.len()];
        let mut state = State { trace: NONE, ..State::default() };
        state.free.clone_from(&shop.free_from);
        let mut after = vec![Ticks::MAX; shop.machines()];
        state.needs = vec![0; shop.machines()];
        for last in (0..shop.len() as u32).filter(|it| shop.after[*it as usize] == NONE) {
            let (mut at, mut tail, mut first) = (last, 0, last);
            while at != NONE {
                let way = shop.choices(at)[0];
                tail = shop.delivery[at as usize].max(tail);
                let after = &mut after[way.machine as usize];
                *after = tail.min(*after);
                state.needs[way.machine as usize] += way.work;
                tail += way.work;
                rest[at as usize] = tail;
                first = at;
                at = shop.before[at as usize];
            }
            state.next.push(first);
            let way = shop.choices(first)[0];
            let start = shop.release[first as usize].max(shop.free_from[way.machine as usize]);
            state.machine.push(way.machine);
            state.start.push(start);
            state.end.push(start + way.work);
        }
        for (machine, needs) in state.needs.iter_mut().enumerate() {
            if after[machine] < Ticks::MAX {
                *needs += after[machine].max(shop.needed_after[machine]);
            }
        }
        Self {
            rest,
            width,
            limit: goal.limit,
            prices: Prices::new(shop, goal.target, goal.scale),
            states: vec![state],
            spare: Vec::new(),
            grown: Vec::new(),
            children: Vec::new(),
            trace: Trace::default(),
            left: shop.len(),
            waiting: Vec::new(),
            effort: 0,
        }
    }

    /// What it took so far, roughly in nanoseconds.
    pub(crate) fn effort(&self) -> usize {
        self.effort
    }

    /// One more operation in every schedule.
    pub(crate) fn step(&mut self, shop: &Shop) -> Progress {
        if self.left == 0 {
            return self.finish(shop);
        }
        self.children.clear();
        for index in 0..self.states.len() {
            self.list_children(shop, index);
        }
        let mut children = std::mem::take(&mut self.children);
        if children.is_empty() {
            return Progress::Dead;
        }
        let key = |a: &Child, b: &Child| {
            a.price.total_cmp(&b.price).then(a.state.cmp(&b.state)).then(a.job.cmp(&b.job))
        };
        if self.width < children.len() {
            children.select_nth_unstable_by(self.width, key);
            children.truncate(self.width);
        }
        children.sort_unstable_by_key(|it| (it.state, it.job));
        self.grow(shop, &children);
        self.children = children;
        self.left -= 1;
        if self.left == 0 { self.finish(shop) } else { Progress::Running }
    }

    /// Every operation that could be next on the machine that can be done first.
    fn list_children(&mut self, shop: &Shop, index: usize) {
        let state = &self.states[index];
        let Some(end) = state.end.iter().copied().min() else { return };
        let Some(first) = state.end.iter().position(|it| *it == end) else { return };
        let machine = state.machine[first];
        self.waiting.clear();
        let jobs = state.machine.iter().enumerate().filter(|it| *it.1 == machine);
        self.waiting.extend(jobs.map(|it| it.0));
        for &job in &self.waiting {
            if (state.start[job] < end || job == first)
                && let Some(price) = self.price(shop, state, job)
            {
                self.children.push(Child { price, state: index as u32, job: job as u32 });
            }
        }
        self.effort += state.machine.len() + self.waiting.len() * self.waiting.len() * 8;
    }

    /// What the schedule costs in urgency once `job` goes on; `None` when that breaks the limit.
    fn price(&self, shop: &Shop, state: &State, job: usize) -> Option<f64> {
        let (operation, machine) = (state.next[job] as usize, state.machine[job]);
        let (end, was_free) = (state.end[job], state.free[machine as usize]);
        let work = end - state.start[job];
        let reach = end + state.needs[machine as usize] - work;
        let after = shop.after[operation];
        let mut done = end + shop.delivery[operation];
        if after != NONE {
            let free = state.free[shop.choices(after)[0].machine as usize];
            let start = end.max(free).max(shop.release[after as usize]);
            done = done.max(start + self.rest[after as usize]);
        }
        if self.limit < reach.max(done) {
            return None;
        }
        let mut price = state.price;
        price += self.prices.of(reach) - self.prices.of(was_free + state.needs[machine as usize]);
        price += self.prices.of(done) - self.prices.of(state.start[job] + self.rest[operation]);
        for &other in &self.waiting {
            if state.start[other] < end && other != job {
                let rest = self.rest[state.next[other] as usize];
                if self.limit < end + rest {
                    return None;
                }
                price += self.prices.of(end + rest) - self.prices.of(state.start[other] + rest);
            }
        }
        Some(price)
    }

    /// Makes the next generation; the last child of a state takes its place, others begin as its copy.
    fn grow(&mut self, shop: &Shop, children: &[Child]) {
        let mut grown = std::mem::take(&mut self.grown);
        for (index, child) in children.iter().enumerate() {
            let parent = &mut self.states[child.state as usize];
            let is_last = children.get(index + 1).is_none_or(|next| next.state != child.state);
            let mut state = self.spare.pop().unwrap_or_default();
            if is_last {
                std::mem::swap(&mut state, parent);
            } else {
                state.copy(parent);
                self.effort += 2 * (state.next.len() + state.free.len());
            }
            let operation = state.next[child.job as usize];
            state.trace = self.trace.add(state.trace, operation);
            state.price = child.price;
            state.advance(shop, child.job as usize);
            grown.push(state);
            self.effort += 100;
        }
        std::mem::swap(&mut self.states, &mut grown);
        self.spare.append(&mut grown);
        self.spare.truncate(self.width);
        self.grown = grown;
        if self.trace.is_long() {
            self.trace.tidy(&mut self.states);
        }
    }

    /// The schedule that ends first.
    fn finish(&self, shop: &Shop) -> Progress {
        let reach = |state: &State| {
            let ends = state.free.iter().zip(&shop.needed_after).map(|(free, after)| free + after);
            ends.max().unwrap_or(0)
        };
        let Some(best) = self.states.iter().min_by_key(|it| reach(it)) else {
            return Progress::Dead;
        };
        Progress::Done(self.trace.read(best.trace))
    }
}

impl State {
    fn copy(&mut self, from: &Self) {
        self.next.clone_from(&from.next);
        self.machine.clone_from(&from.machine);
        self.start.clone_from(&from.start);
        self.end.clone_from(&from.end);
        self.free.clone_from(&from.free);
        self.needs.clone_from(&from.needs);
        self.price = from.price;
        self.trace = from.trace;
    }

    /// Does the next operation of a job.
    fn advance(&mut self, shop: &Shop, job: usize) {
        let (operation, machine) = (self.next[job], self.machine[job]);
        let end = self.end[job];
        self.needs[machine as usize] -= end - self.start[job];
        self.free[machine as usize] = end;
        let after = shop.after[operation as usize];
        self.next[job] = after;
        if after == NONE {
            self.machine[job] = NONE;
            self.start[job] = Ticks::MAX;
            self.end[job] = Ticks::MAX;
        } else {
            let way = shop.choices(after)[0];
            self.machine[job] = way.machine;
            let free = self.free[way.machine as usize];
            self.start[job] = end.max(free).max(shop.release[after as usize]);
            self.end[job] = self.start[job] + way.work;
        }
        for (other, &on) in self.machine.iter().enumerate() {
            if on == machine && self.start[other] < end {
                let late = end - self.start[other];
                self.start[other] = end;
                self.end[other] += late;
            }
        }
    }
}

#[cfg(test)]
mod tests;
