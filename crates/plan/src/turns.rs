//! Two ways to search one problem that take turns: one that sees the whole, by lists or by everything there is,
//! and a timetable that changes piece by piece. Each goes on from the better plan of the two.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::instance::Slot;
use crate::problem::{Cost, LEVELS};
use crate::strategy::Strategy;
use crate::timetable::{Layout, TableSearch};

/// So many steps are a turn.
const TURN: u64 = 64;

/// A search in progress.
#[derive(Debug)]
pub(crate) struct Turns {
    whole: Box<dyn Strategy>,
    layout: Arc<Layout>,
    seed: u64,
    /// From its first turn on.
    table: Option<Box<TableSearch>>,
    /// Whether the plan of the timetable is the better one; of equal ones the one that came first.
    is_table_ahead: bool,
    steps: u64,
}

impl Turns {
    /// Begins with the plan of `whole`, which has the first turn.
    pub(crate) fn new(whole: Box<dyn Strategy>, layout: &Arc<Layout>, seed: u64) -> Self {
        Self {
            whole,
            layout: Arc::clone(layout),
            seed,
            table: None,
            is_table_ahead: false,
            steps: 0,
        }
    }

    /// Up to `steps` steps of whoever has the turn; how many were taken.
    fn turn(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) -> u64 {
        if (self.steps / TURN).is_multiple_of(2) {
            let before = self.whole.steps();
            self.whole.run(steps, go_on);
            return self.whole.steps() - before;
        }
        let table = self.table.get_or_insert_with(|| {
            let layout = Arc::clone(&self.layout);
            Box::new(TableSearch::new(layout, &self.whole.slots(), self.seed))
        });
        table.run(steps, go_on)
    }

    /// Whoever has the worse plan goes on from the better one.
    fn share(&mut self) {
        let Some(table) = &mut self.table else { return };
        let (whole, piecewise) = (key(self.whole.cost()), key(table.cost()));
        if whole < piecewise {
            table.adopt(&self.whole.slots());
        } else if piecewise < whole {
            let branches = self.whole.branches();
            self.whole.offer(table.slots(), &branches);
        }
    }

    fn compare(&mut self) {
        if let Some(table) = &self.table {
            match key(table.cost()).cmp(&key(self.whole.cost())) {
                Ordering::Less => self.is_table_ahead = true,
                Ordering::Greater => self.is_table_ahead = false,
                Ordering::Equal => {}
            }
        }
    }

    /// The timetable, when its plan is the better one.
    fn better(&self) -> Option<&TableSearch> {
        self.table.as_deref().filter(|_| self.is_table_ahead)
    }
}

impl Strategy for Turns {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        let end = self.steps + steps;
        while self.steps < end && !self.is_exhausted() {
            let left = (TURN - self.steps % TURN).min(end - self.steps);
            let taken = self.turn(left, go_on);
            self.steps += taken;
            self.compare();
            if taken < left {
                break;
            }
            if self.steps.is_multiple_of(TURN) {
                self.share();
            }
        }
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn cost(&self) -> Cost {
        self.better().map_or_else(|| self.whole.cost(), TableSearch::cost)
    }

    fn slots(&self) -> Vec<Slot> {
        self.better().map_or_else(|| self.whole.slots(), |table| table.slots().to_vec())
    }

    fn makespan_bound(&self) -> Option<i64> {
        self.whole.makespan_bound()
    }

    fn is_exhausted(&self) -> bool {
        self.whole.is_exhausted()
    }

    fn branches(&self) -> Vec<u32> {
        self.whole.branches()
    }

    fn offer(&mut self, slots: &[Slot], branches: &[u32]) {
        self.whole.offer(slots, branches);
        self.compare();
    }
}

/// What counts: parts without weight do not.
fn key(cost: Cost) -> (usize, [i128; LEVELS]) {
    (cost.unplaced, cost.levels)
}
