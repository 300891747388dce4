//! A timetable as a search: change by change, from a plan that is there.

use std::sync::Arc;

use weft_model::Timestamp;

use crate::instance::{Instance, Slot};
use crate::problem::{Cost, Plan, Scheduled};
use crate::timetable::{Improve, Layout, Timetable};

/// A search in progress; what it has is the best that it found.
#[derive(Debug)]
pub(crate) struct TableSearch {
    layout: Arc<Layout>,
    table: Timetable,
    improve: Improve,
    seed: u64,
    /// The best plan, as it was when it was found: changes that cost nothing come after it.
    best: Vec<Slot>,
    cost: Cost,
}

impl TableSearch {
    /// Begins with this plan; what no longer holds in it is put right.
    pub(crate) fn new(layout: Arc<Layout>, slots: &[Slot], seed: u64) -> Self {
        let table = Timetable::of_plan(&layout, &plan(&layout.instance, slots));
        let improve = begin(&table, seed);
        let (best, cost) = (Vec::new(), Cost::default());
        let mut search = Self { layout, table, improve, seed, best, cost };
        search.remember();
        search
    }

    /// Tries so many changes, as long as `go_on` says so; how many it has tried.
    pub(crate) fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) -> u64 {
        let mut taken = 0;
        while taken < steps && go_on() {
            if self.improve.step(&self.layout, &mut self.table) {
                self.remember();
            }
            taken += 1;
        }
        taken
    }

    /// What its plan costs.
    pub(crate) fn cost(&self) -> Cost {
        self.cost
    }

    fn remember(&mut self) {
        self.best.clear();
        self.best.extend_from_slice(self.table.slots());
        self.cost = Cost { peak: self.table.peak(), ..self.table.cost(&self.layout) };
    }

    /// Its plan, by operation.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.best
    }

    /// Goes on from another plan.
    pub(crate) fn adopt(&mut self, slots: &[Slot]) {
        self.table = Timetable::of_plan(&self.layout, &plan(&self.layout.instance, slots));
        self.seed = self.seed.wrapping_add(1);
        self.improve = begin(&self.table, self.seed);
        self.remember();
    }
}

/// Everything may move.
fn begin(table: &Timetable, seed: u64) -> Improve {
    Improve::new(table, table.slots().to_vec(), usize::MAX, seed)
}

fn plan(instance: &Instance, slots: &[Slot]) -> Plan {
    let scheduled = |(slot, it): (&Slot, &crate::instance::Operation)| {
        slot.is_placed().then(|| Scheduled {
            mode: (slot.mode - it.first_mode) as usize,
            start: Timestamp::from_millis(slot.start),
            end: Timestamp::from_millis(slot.end),
        })
    };
    let operations = slots.iter().zip(&instance.operations).map(scheduled).collect();
    Plan { operations, ..Plan::default() }
}
