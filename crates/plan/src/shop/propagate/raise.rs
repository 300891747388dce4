//! Destructive lower bounds (Klein & Scholl 1999): a limit that is refuted raises the bound.
//!
//! Propagation refutes at first, then shaving.

use crate::shop::propagate::shave::Shave;
use crate::shop::propagate::{Engine, Refuted};
use crate::shop::{Shop, Ticks};

/// Shaving climbs by one in so many of the bound, at most.
const CLIMB: Ticks = 200;

/// So many nanoseconds, roughly, before the first rest.
const SLICE: u64 = 1_000_000;

/// A search for the least limit that is not refuted.
#[derive(Debug)]
pub(crate) struct Raise {
    engine: Engine,
    /// No solution is shorter.
    bound: Ticks,
    /// The least limit that withstood, or the makespan of a solution.
    withstood: Ticks,
    best: Ticks,
    limit: Ticks,
    is_begun: bool,
    /// Whether all has followed from the limit alone.
    is_settled: bool,
    is_shaving: bool,
    shave: Shave,
}

impl Raise {
    /// Rises from `bound` toward `best`, the makespan of a solution.
    pub(crate) fn new(shop: &Shop, bound: Ticks, best: Ticks) -> Self {
        Self {
            engine: Engine::new(shop),
            bound,
            withstood: best,
            best,
            limit: bound,
            is_begun: false,
            is_settled: false,
            is_shaving: false,
            shave: Shave::default(),
        }
    }

    /// No solution is shorter.
    pub(crate) fn bound(&self) -> Ticks {
        self.bound
    }

    /// What it took so far, roughly in nanoseconds.
    pub(crate) fn effort(&self) -> u64 {
        self.engine.effort()
    }

    /// A shorter solution is known.
    pub(crate) fn learn(&mut self, best: Ticks) {
        self.best = best;
        self.withstood = best.min(self.withstood);
    }

    /// One propagation. Says `false` when the bound rises no further.
    pub(crate) fn step(&mut self) -> bool {
        if self.best <= self.bound {
            return false;
        }
        if self.withstood <= self.bound {
            if self.is_shaving {
                return false;
            }
            // All over again, with shaving.
            self.is_shaving = true;
            self.is_begun = false;
            self.withstood = self.best;
            self.limit = self.bound;
        }
        if !self.is_begun {
            self.is_begun = true;
            self.shave = Shave::default();
            self.is_settled = false;
            if self.engine.begin(self.limit).is_err() {
                self.refuted();
            }
            return true;
        }
        if !self.is_settled {
            match self.engine.propagate_some(SLICE) {
                Err(Refuted) => self.refuted(),
                Ok(is_settled) => self.is_settled = is_settled,
            }
            if self.is_settled && !self.is_shaving {
                self.withstands();
            }
            return true;
        }
        match self.shave.step(&mut self.engine) {
            Err(Refuted) => self.refuted(),
            Ok(true) => {}
            Ok(false) => self.withstands(),
        }
        true
    }

    fn refuted(&mut self) {
        self.is_settled = false;
        self.bound = self.limit + 1;
        self.next();
    }

    fn withstands(&mut self) {
        self.withstood = self.limit;
        self.next();
    }

    /// The next limit: shaving takes long where it refutes nothing, so it climbs in steps.
    fn next(&mut self) {
        self.is_begun = false;
        let gap = self.withstood.saturating_sub(self.bound);
        let step = if self.is_shaving { (gap / 2).min(self.bound / CLIMB) } else { gap / 2 };
        self.limit = self.bound + step;
    }
}
