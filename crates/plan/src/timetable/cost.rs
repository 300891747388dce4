//! What a timetable costs, kept up to date change by change.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use weft_model::Millis;

use crate::instance::{NEVER, Slot};
use crate::problem::Cost;
use crate::rules::energy::{HOUR, MEGAWATT_HOUR};
use crate::rules::{earliness, flow_time, tardiness};
use crate::timetable::Timetable;
use crate::timetable::layout::Layout;
use crate::timetable::power::Power;
use crate::timetable::row::{Held, NO_STATE};

/// Sums over all that is placed.
#[derive(Debug, Clone)]
pub(super) struct Totals {
    placed: usize,
    /// By job its last end, as last settled; `NEVER` negated when nothing of it is placed.
    pub(super) job_end: Vec<i64>,
    /// Jobs whose end may have changed.
    unsettled: Vec<u32>,
    is_unsettled: Vec<bool>,
    last: i64,
    /// The job that ended last may end sooner.
    is_last_stale: bool,
    tardiness: i128,
    flow_time: i128,
    earliness: i128,
    setup_time: i128,
    money: i128,
    /// Money, times [`HOUR`] and [`MEGAWATT_HOUR`].
    price: i128,
    /// Watts times milliseconds.
    energy: i128,
    moved: i128,
    pub(super) power: Power,
    /// Power, energy and its price are not kept up to date.
    is_power_forgotten: bool,
}

impl Totals {
    pub(super) fn new(layout: &Layout) -> Self {
        let jobs = layout.instance.jobs.len();
        Self {
            placed: 0,
            job_end: vec![-NEVER; jobs],
            unsettled: Vec::new(),
            is_unsettled: vec![false; jobs],
            last: -NEVER,
            is_last_stale: false,
            tardiness: 0,
            flow_time: 0,
            earliness: 0,
            setup_time: 0,
            money: 0,
            price: 0,
            energy: 0,
            moved: 0,
            power: Power::default(),
            is_power_forgotten: false,
        }
    }

    /// Adds (`sign` 1) or takes away (-1) what one operation costs by itself.
    pub(super) fn add(&mut self, layout: &Layout, operation: u32, slot: Slot, sign: i128) {
        let instance = &layout.instance;
        let it = &instance.operations[operation as usize];
        let mode = &instance.modes[slot.mode as usize];
        if 0 < sign {
            self.placed += 1;
        } else {
            self.placed -= 1;
        }
        self.unsettle(it.job);
        self.money += sign * i128::from(mode.cost);
        if it.frozen.is_none()
            && let Some(previous) = layout.previous[operation as usize]
        {
            self.moved += sign * i128::from((slot.start - previous).abs());
        }
        if mode.watts != 0 && !self.is_power_forgotten {
            let (mut energy, mut price) = (0, 0);
            let power = &mut self.power;
            let watts = i64::from(mode.watts) * if 0 < sign { 1 } else { -1 };
            let mut add = |from: i64, to: i64| {
                power.add(watts, from, to);
                energy += i128::from(mode.watts) * i128::from(to - from);
                price += layout.instance.prices.sum(mode.watts, from, to);
            };
            if it.frozen.is_some() {
                add(slot.start, slot.end);
            } else {
                instance.calendar(slot.mode).each_open(slot.start, slot.end, &mut add);
            }
            self.energy += sign * energy;
            self.price += sign * price;
        }
    }

    /// Adds or takes away what the setups around the occupation at `index` cost more than without it.
    pub(super) fn add_setups(
        &mut self,
        layout: &Layout,
        resource: u32,
        held: &[Held],
        index: usize,
        sign: i128,
    ) {
        let Some(setups) = &layout.instance.setups[resource as usize] else { return };
        let before = match index.checked_sub(1) {
            Some(before) => held[before].left,
            None => setups.initial.map_or(NO_STATE, |it| it as u32),
        };
        let mut add = |from: u32, to: u32, sign: i128| {
            if from != NO_STATE && to != NO_STATE {
                let (from, to) = (from as usize, to as usize);
                self.setup_time += sign * i128::from(setups.time[from][to].get());
                let cost = setups.cost.get(from).and_then(|row| row.get(to));
                self.money += sign * cost.map_or(0, |it| i128::from(*it));
            }
        };
        add(before, held[index].needed, sign);
        if let Some(next) = held.get(index + 1) {
            add(held[index].left, next.needed, sign);
            add(before, next.needed, -sign);
        }
    }

    /// Makes room for jobs that have been added.
    pub(super) fn grow(&mut self, jobs: usize) {
        self.job_end.resize(jobs, -NEVER);
        self.is_unsettled.resize(jobs, false);
    }

    /// The job's due date, release or weight changes: what it costs is taken out until it is settled.
    pub(super) fn forget_job(&mut self, layout: &Layout, job: usize) {
        let end = self.job_end[job];
        self.count_job(layout, job, end, -1);
        self.is_last_stale |= end == self.last;
        self.job_end[job] = -NEVER;
        self.unsettle(job as u32);
    }

    fn unsettle(&mut self, job: u32) {
        if !self.is_unsettled[job as usize] {
            self.is_unsettled[job as usize] = true;
            self.unsettled.push(job);
        }
    }

    fn count_job(&mut self, layout: &Layout, job: usize, end: i64, sign: i128) {
        if end != -NEVER {
            let it = &layout.instance.jobs[job];
            self.tardiness += sign * tardiness::cost(end, it.due, it.weight);
            self.flow_time += sign * flow_time::cost(end, it.release, it.weight);
            self.earliness += sign * earliness::cost(end, it.due, it.weight);
        }
    }
}

impl Timetable {
    /// Brings the sums over jobs up to date.
    pub(crate) fn settle(&mut self, layout: &Layout) {
        let mut unsettled = std::mem::take(&mut self.totals.unsettled);
        let mut was_last = std::mem::take(&mut self.totals.is_last_stale);
        for &job in &unsettled {
            let totals = &mut self.totals;
            totals.is_unsettled[job as usize] = false;
            let operations = layout.instance.job_operations(job as usize).iter();
            let slots = operations.map(|it| self.slots[*it as usize]);
            let ends = slots.filter(|slot| slot.is_placed()).map(|slot| slot.end);
            let end = ends.max().unwrap_or(-NEVER);
            let old = totals.job_end[job as usize];
            if end != old {
                totals.count_job(layout, job as usize, old, -1);
                totals.count_job(layout, job as usize, end, 1);
                totals.job_end[job as usize] = end;
                was_last |= old == totals.last;
                totals.last = totals.last.max(end);
            }
        }
        if was_last {
            self.totals.last = self.totals.job_end.iter().copied().max().unwrap_or(-NEVER);
        }
        unsettled.clear();
        self.totals.unsettled = unsettled;
    }

    /// What it costs; [`Timetable::settle`] comes before.
    pub(crate) fn cost(&self, layout: &Layout) -> Cost {
        debug_assert!(self.totals.unsettled.is_empty(), "settled before");
        let (totals, instance) = (&self.totals, &layout.instance);
        let cost = Cost {
            unplaced: instance.operations.len() - totals.placed - layout.gone,
            makespan: Millis::new(totals.last.max(instance.now) - instance.now),
            tardiness: totals.tardiness,
            flow_time: totals.flow_time,
            earliness: totals.earliness,
            setup_time: totals.setup_time,
            money: totals.money + totals.price.div_euclid(HOUR * MEGAWATT_HOUR),
            energy: totals.energy.div_euclid(HOUR),
            moved: totals.moved,
            ..Cost::default()
        };
        cost.weighted(&instance.objective)
    }

    /// The most power that operations draw at the same time, in watts.
    pub(crate) fn peak(&mut self) -> i128 {
        i128::from(self.totals.power.peak())
    }

    /// Until [`Timetable::count_power`] nobody asks for power, energy or its price, unless these are weighed.
    pub(crate) fn forget_power(&mut self, layout: &Layout) {
        let levels = layout.instance.objective.levels;
        self.totals.is_power_forgotten = levels.iter().all(|it| it.money == 0 && it.energy == 0);
    }

    /// Counts power, energy and its price anew.
    pub(crate) fn count_power(&mut self, layout: &Layout) {
        let mut power = Power::default();
        let (mut energy, mut price) = (0, 0);
        for (slot, it) in self.slots.iter().zip(&layout.instance.operations) {
            let watts = layout.instance.modes[slot.mode as usize].watts;
            let mut add = |from: i64, to: i64| {
                power.add(i64::from(watts), from, to);
                energy += i128::from(watts) * i128::from(to - from);
                price += layout.instance.prices.sum(watts, from, to);
            };
            each_drawn(layout, *slot, it.frozen.is_some(), &mut add);
        }
        let totals = &mut self.totals;
        (totals.power, totals.energy, totals.price) = (power, energy, price);
        totals.is_power_forgotten = false;
    }

    /// Counts the price of energy anew.
    pub(super) fn count_prices(&mut self, layout: &Layout) {
        let mut price = 0;
        for (slot, it) in self.slots.iter().zip(&layout.instance.operations) {
            let watts = layout.instance.modes[slot.mode as usize].watts;
            let mut add = |from: i64, to: i64| price += layout.instance.prices.sum(watts, from, to);
            each_drawn(layout, *slot, it.frozen.is_some(), &mut add);
        }
        self.totals.price = price;
    }

    /// The last end of all; `NEVER` negated when nothing is placed.
    pub(super) fn last_end(&self) -> i64 {
        self.totals.last
    }

    /// The last end of a job; `NEVER` negated when nothing of it is placed.
    pub(crate) fn job_end(&self, job: u32) -> i64 {
        self.totals.job_end[job as usize]
    }
}

/// Calls `add` with every span in which an operation draws power.
fn each_drawn(layout: &Layout, slot: Slot, is_fact: bool, add: &mut dyn FnMut(i64, i64)) {
    if layout.instance.modes[slot.mode as usize].watts == 0 || !slot.is_placed() {
        return;
    }
    if is_fact {
        add(slot.start, slot.end);
    } else {
        layout.instance.calendar(slot.mode).each_open(slot.start, slot.end, add);
    }
}
