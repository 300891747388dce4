//! The shortest project: activities with modes, precedences with lags, renewable and non-renewable
//! resources, and nothing but the makespan to be minimised (RCPSP and MRCPSP; Brucker et al., 1999).
//!
//! [`ProjectSearch`] is a genetic algorithm on activity lists. Every list becomes a schedule by the serial
//! scheme and is then justified to the right and to the left again (Valls, Ballestín & Quintanilla 2005);
//! the modules say how. It stands alone, on types without calendars, so that whoever has a problem of this
//! form can ask it.

mod bound;
mod breed;
mod decode;
mod dense;
mod events;
mod genetic;
mod instance;
mod modes;
mod order;
mod strategy;

#[cfg(test)]
mod tests;

pub(crate) use strategy::ProjectStrategy;

use crate::part::Parts;

use genetic::Genetic;
use instance::Instance;

/// What is to be done. Times are whole units from 0 on; nothing that is not frozen starts before 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Project {
    pub(crate) activities: Vec<Activity>,
    /// Without cycles. What is frozen does not wait for what comes before it.
    pub(crate) precedences: Vec<Lag>,
    /// Units of each renewable resource that can be taken at the same time.
    pub(crate) capacities: Vec<i64>,
    /// Units of each non-renewable resource that there are for the whole project.
    pub(crate) budgets: Vec<i64>,
}

/// One activity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Activity {
    /// The ways to do it, at least one.
    pub(crate) modes: Vec<ActivityMode>,
    /// It starts no earlier.
    pub(crate) release: i64,
    /// Set when it is a fact: it holds its resources where it stands, even above their capacity.
    pub(crate) frozen: Option<Placed>,
}

/// One way to do an activity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ActivityMode {
    /// Zero or more.
    pub(crate) duration: i64,
    /// Index into [`Project::capacities`] and units held from start to end; no resource twice.
    pub(crate) renewable: Vec<(usize, i64)>,
    /// Index into [`Project::budgets`] and units used up; no resource twice.
    pub(crate) non_renewable: Vec<(usize, i64)>,
}

/// `after` starts at least `time` (zero or more) after `before` has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lag {
    pub(crate) before: usize,
    pub(crate) after: usize,
    pub(crate) time: i64,
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Index into [`Activity::modes`].
    pub(crate) mode: usize,
    pub(crate) start: i64,
}

/// From this step on a search knows the bound that takes time to compute.
const BOUND_STEP: u64 = 500;

/// A search in progress. The same project, seed, offers and number of steps give the same schedule.
#[derive(Debug)]
pub(crate) struct ProjectSearch {
    genetic: Genetic,
    /// Steps asked for since the beginning.
    allowed: u64,
    lower_bound: i64,
    is_bound_known: bool,
    best: Vec<Placed>,
    /// Of `best`, in units of the instance.
    makespan: Option<i64>,
}

impl ProjectSearch {
    /// A search that has a first schedule, unless no modes within the budgets were found at once.
    pub(crate) fn new(project: Project, seed: u64) -> Self {
        let instance = Instance::new(project);
        let lower_bound = bound::quick(&instance);
        let genetic = Genetic::new(instance, seed);
        let mut search = Self {
            genetic,
            allowed: 0,
            lower_bound,
            is_bound_known: false,
            best: Vec::new(),
            makespan: None,
        };
        search.note_best();
        search
    }

    /// From here on it has these parts.
    pub(crate) fn with_parts(mut self, parts: Parts) -> Self {
        self.genetic.parts = parts;
        self
    }

    /// Whether some activity can never be placed.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.genetic.instance.is_hopeless
    }

    /// Makes `steps` more schedules; fewer when the best is known to be best.
    pub(crate) fn run(&mut self, steps: u64) {
        self.allowed = self.allowed.saturating_add(steps);
        while self.genetic.steps() < self.allowed && !self.is_proved() {
            self.genetic.advance();
            self.note_best();
            if BOUND_STEP <= self.genetic.steps() && !self.is_bound_known {
                self.is_bound_known = true;
                self.lower_bound = bound::thorough(&self.genetic.instance, self.lower_bound);
            }
        }
    }

    /// Mode and start of every activity; empty while there is no schedule.
    pub(crate) fn best(&self) -> &[Placed] {
        &self.best
    }

    /// When the last activity of [`Self::best`] ends; `None` while no modes within the budgets were found.
    pub(crate) fn makespan(&self) -> Option<i64> {
        self.makespan.map(|makespan| self.genetic.instance.original_time(makespan))
    }

    /// No schedule ends earlier.
    pub(crate) fn lower_bound(&self) -> i64 {
        self.genetic.instance.original_time(self.lower_bound)
    }

    /// Takes in a schedule that another search has found; what does not keep the budgets is left alone.
    pub(crate) fn offer(&mut self, solution: &[Placed]) {
        self.genetic.offer(solution);
        self.note_best();
    }

    fn is_proved(&self) -> bool {
        self.makespan.is_some_and(|makespan| makespan <= self.lower_bound)
    }

    fn note_best(&mut self) {
        let Some(best) = self.genetic.best() else { return };
        if self.makespan.is_none_or(|makespan| best.makespan < makespan) {
            self.makespan = Some(best.makespan);
            self.best = self.genetic.instance.original(&best.modes, &best.starts);
        }
    }
}
