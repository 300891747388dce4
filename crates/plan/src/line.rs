//! A line: every job visits the machines in the same order and none overtakes another (the permutation
//! flow shop), with setups that depend on what stood on a machine before. The search shortens the makespan.
//!
//! Iterated greedy (Ruiz & Stützle 2007, 2008 with setups) on insertions judged by heads and tails
//! (Taillard 1990); ties go to the place that leaves more slack, as in Fernandez-Viagas & Framinan (2014);
//! the partial permutation is improved before jobs return (Dubois-Lacoste, Pagnozzi & Stützle 2017).

#![expect(clippy::indexing_slicing, reason = "a permutation is checked where it comes in")]

mod bound;
mod first;
mod greedy;
mod lanes;
mod sequence;
mod shop;
mod strategy;
mod swift;

pub(crate) use strategy::LineStrategy;

use crate::part::Parts;

use greedy::Greedy;
use sequence::Sequence;
use shop::{Scale, Shop};
use swift::Swift;

/// What the line has to do. Times are whole numbers of any unit; durations below zero count as zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) jobs: usize,
    pub(crate) machines: usize,
    /// Processing times, a row of machines per job.
    pub(crate) work: Vec<i64>,
    /// Setups, by machine, then kind of the earlier job, then kind of the later one; empty when there are
    /// none. A machine can be set up before the job arrives.
    pub(crate) setup: Vec<i64>,
    /// The kind of every job, counted from 0 without gaps; empty when each job is of its own kind.
    pub(crate) kind: Vec<u32>,
    /// Setups before the job that comes first, by machine, then job; empty when there are none.
    pub(crate) initial: Vec<i64>,
    /// When each job can begin; empty when at once.
    pub(crate) release: Vec<i64>,
    /// When each machine can begin; empty when at 0.
    pub(crate) free: Vec<i64>,
}

/// A search in progress. The same line, seed, offers and number of steps give the same permutation.
#[derive(Debug, Clone)]
pub(crate) struct LineSearch {
    line: Line,
    scale: Scale,
    seed: u64,
    parts: Parts,
    engine: Engine,
}

/// The same search on rows of different make.
#[derive(Debug, Clone)]
enum Engine {
    Eight(Greedy<Swift<1>>),
    Sixteen(Greedy<Swift<2>>),
    TwentyFour(Greedy<Swift<3>>),
    Narrow(Greedy<Sequence<i32>>),
    Wide(Greedy<Sequence<i64>>),
}

macro_rules! each {
    ($engine:expr, $it:ident => $result:expr) => {
        match $engine {
            Engine::Eight($it) => $result,
            Engine::Sixteen($it) => $result,
            Engine::TwentyFour($it) => $result,
            Engine::Narrow($it) => $result,
            Engine::Wide($it) => $result,
        }
    };
}

impl Line {
    /// Setup on `machine` between two jobs.
    fn setup(&self, machine: usize, from: usize, to: usize) -> i64 {
        if self.setup.is_empty() {
            return 0;
        }
        let (kinds, kind) = self.kinds();
        let at = (machine * kinds + kind(from)) * kinds + kind(to);
        self.setup.get(at).map_or(0, |it| (*it).max(0))
    }

    /// How many kinds there are, and which a job is of.
    fn kinds(&self) -> (usize, impl Fn(usize) -> usize + '_) {
        let own = self.kind.len() != self.jobs;
        let kinds =
            if own { self.jobs } else { self.kind.iter().max().map_or(0, |it| *it as usize + 1) };
        (kinds, move |job: usize| if own { job } else { self.kind[job] as usize })
    }

    fn work(&self, job: usize, machine: usize) -> i64 {
        self.work.get(job * self.machines + machine).map_or(0, |it| (*it).max(0))
    }

    fn initial(&self, machine: usize, job: usize) -> i64 {
        self.initial.get(machine * self.jobs + job).map_or(0, |it| (*it).max(0))
    }

    /// When the first machine is free: nothing happens before.
    fn origin(&self) -> i64 {
        self.free.iter().copied().min().unwrap_or(0)
    }

    fn free(&self, machine: usize) -> i64 {
        self.free.get(machine).copied().unwrap_or_else(|| self.origin())
    }

    fn release(&self, job: usize) -> i64 {
        self.release.get(job).copied().unwrap_or(i64::MIN).max(self.origin())
    }

    /// Whether every job is named once.
    fn is_permutation(&self, order: &[u32]) -> bool {
        let mut seen = vec![false; self.jobs];
        for &job in order {
            match seen.get_mut(job as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => return false,
            }
        }
        order.len() == self.jobs
    }

    /// When every job of `order` starts on every machine, and when the last one is done.
    fn run(&self, order: &[u32]) -> (Vec<Vec<i64>>, i64) {
        let mut starts = vec![vec![self.origin(); self.machines]; self.jobs];
        let mut ends: Vec<i64> = (0..self.machines).map(|it| self.free(it)).collect();
        let mut makespan = self.origin();
        let mut previous = None;
        for job in order.iter().map(|it| *it as usize) {
            let mut reached = self.release(job);
            for machine in 0..self.machines {
                let setup = match previous {
                    Some(by) => self.setup(machine, by, job),
                    None => self.initial(machine, job),
                };
                let start = reached.max(ends[machine].saturating_add(setup));
                reached = start.saturating_add(self.work(job, machine));
                starts[job][machine] = start;
                ends[machine] = reached;
            }
            if 0 < self.machines {
                makespan = makespan.max(reached);
            }
            previous = Some(job);
        }
        (starts, makespan)
    }
}

impl LineSearch {
    /// Begins with a permutation built by insertion.
    pub(crate) fn new(line: Line, seed: u64) -> Self {
        let scale = Scale::of(&line);
        let engine = Engine::new(&line, scale, seed);
        Self { line, scale, seed, parts: Parts::default(), engine }
    }

    /// From here on it has these parts.
    pub(crate) fn with_parts(mut self, parts: Parts) -> Self {
        self.parts = parts;
        each!(&mut self.engine, it => it.set_parts(parts));
        self
    }

    /// One step takes out a few jobs, improves what is left, puts them back and improves the whole; on a
    /// large line, where that takes longer than some milliseconds, a part of it.
    pub(crate) fn run(&mut self, steps: u64) {
        for _ in 0..steps {
            each!(&mut self.engine, it => it.step());
            if each!(&self.engine, it => it.overflowed()) {
                let best = self.best().to_vec();
                self.engine = Engine::roomy(&self.line, self.scale, self.seed);
                each!(&mut self.engine, it => it.set_parts(self.parts));
                self.offer(&best);
            }
        }
    }

    /// The best permutation so far.
    pub(crate) fn best(&self) -> &[u32] {
        each!(&self.engine, it => it.best())
    }

    /// When the last job of the best permutation is done; without jobs, when the first machine is free.
    pub(crate) fn makespan(&self) -> i64 {
        if self.line.jobs == 0 || self.line.machines == 0 {
            return self.line.origin();
        }
        self.scale.back(each!(&self.engine, it => it.best_makespan()))
    }

    /// When each job of a permutation starts on each machine: `[job][machine]`.
    /// Empty when `permutation` does not name every job once.
    pub(crate) fn starts(&self, permutation: &[u32]) -> Vec<Vec<i64>> {
        if self.line.is_permutation(permutation) {
            self.line.run(permutation).0
        } else {
            Vec::new()
        }
    }

    /// No permutation ends sooner.
    pub(crate) fn lower_bound(&self) -> i64 {
        bound::lower_bound(&self.line)
    }

    /// A permutation found elsewhere: the search goes on from it if it is better than all of its own.
    /// Ignored when it does not name every job once.
    pub(crate) fn offer(&mut self, permutation: &[u32]) {
        if !self.line.is_permutation(permutation) {
            return;
        }
        if self.line.run(permutation).1 < self.makespan() {
            each!(&mut self.engine, it => it.adopt(permutation));
        }
    }
}

impl Engine {
    fn new(line: &Line, scale: Scale, seed: u64) -> Self {
        if !scale.fits_i32() {
            return Self::roomy(line, scale, seed);
        }
        let shop = Shop::<i32>::new(line, scale);
        let engine = if let Some(it) = Swift::<1>::new(&shop) {
            Self::Eight(Greedy::new(&shop, it, seed))
        } else if let Some(it) = Swift::<2>::new(&shop) {
            Self::Sixteen(Greedy::new(&shop, it, seed))
        } else if let Some(it) = Swift::<3>::new(&shop) {
            Self::TwentyFour(Greedy::new(&shop, it, seed))
        } else {
            return Self::roomy(line, scale, seed);
        };
        if each!(&engine, it => it.overflowed()) { Self::roomy(line, scale, seed) } else { engine }
    }

    /// The engine whose figures cannot overflow.
    fn roomy(line: &Line, scale: Scale, seed: u64) -> Self {
        if scale.fits_i32() {
            let shop = Shop::<i32>::new(line, scale);
            Self::Narrow(Greedy::new(&shop, Sequence::new(shop.clone()), seed))
        } else {
            let shop = Shop::<i64>::new(line, scale);
            Self::Wide(Greedy::new(&shop, Sequence::new(shop.clone()), seed))
        }
    }
}

#[cfg(test)]
mod tests;
