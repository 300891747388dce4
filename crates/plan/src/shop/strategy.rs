//! Which problems are shops, and their plans.

use std::sync::Arc;

use crate::divisor::common_divisor;
use crate::instance::{Instance, Operation, Slot};
use crate::list::schedule;
use crate::problem::{Cost, Plan};
use crate::rules::present::Feature;
use crate::shop::{Choice, HORIZON_MAX, NONE, Shop, ShopSearch, Ticks};
use crate::strategy::Strategy;

/// What a shop may have.
const KNOWN: [Feature; 4] = [Feature::Breaks, Feature::Frozen, Feature::Modes, Feature::Releases];

/// A problem that is a shop, and its search.
#[derive(Debug)]
pub(crate) struct ShopStrategy {
    instance: Arc<Instance>,
    /// Milliseconds.
    tick: i64,
    /// What the operations of the shop are in the instance: all that are not frozen.
    operations: Vec<u32>,
    search: ShopSearch,
    /// Cost of the best solution, counted when its makespan was this.
    cost: Cost,
}

impl ShopStrategy {
    /// `None` when the problem is no shop: every mode takes one machine for itself, operations form chains without
    /// lags, and all that counts is the makespan. It may be in progress: what is frozen has begun, and a machine that
    /// is down now always works once it is up again.
    pub(crate) fn recognise(
        instance: &Arc<Instance>,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Option<Self> {
        let (shop, tick, operations) = shop(instance)?;
        let first = warm_start.and_then(|plan| decisions(instance, &operations, plan));
        let first = first.as_ref().map(|(order, choice)| (&order[..], &choice[..]));
        let search = ShopSearch::new(shop, seed, first);
        let instance = Arc::clone(instance);
        let mut strategy = Self { instance, tick, operations, search, cost: Cost::default() };
        strategy.cost = strategy.count_cost();
        Some(strategy)
    }

    fn count_cost(&self) -> Cost {
        let mut job_end = vec![-crate::instance::NEVER; self.instance.jobs.len()];
        for (slot, it) in self.slots().iter().zip(&self.instance.operations) {
            let end = &mut job_end[it.job as usize];
            *end = slot.end.max(*end);
        }
        schedule::total(&self.instance, &job_end, 0)
    }
}

impl Strategy for ShopStrategy {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        let before = self.search.best().makespan;
        self.search.run(steps, go_on);
        if self.search.best().makespan < before {
            self.cost = self.count_cost();
        }
    }

    fn steps(&self) -> u64 {
        self.search.steps()
    }

    fn cost(&self) -> Cost {
        self.cost
    }

    fn slots(&self) -> Vec<Slot> {
        let operations = &self.instance.operations;
        let frozen = |it: &Operation| it.frozen.unwrap_or_else(|| Slot::unplaced(it.first_mode));
        let mut slots: Vec<Slot> = operations.iter().map(frozen).collect();
        for (&operation, (choice, start, end)) in self.operations.iter().zip(self.search.times()) {
            slots[operation as usize] = Slot {
                start: self.instance.now + i64::from(start) * self.tick,
                end: self.instance.now + i64::from(end) * self.tick,
                mode: operations[operation as usize].first_mode + choice,
            };
        }
        slots
    }

    fn makespan_bound(&self) -> Option<i64> {
        Some(i64::from(self.search.bound()) * self.tick)
    }

    fn is_exhausted(&self) -> bool {
        self.search.is_proved()
    }

    fn offer(&mut self, slots: &[Slot], _branches: &[u32]) {
        let places = self.operations.iter().map(|&operation| {
            let slot = slots[operation as usize];
            let first = self.instance.operations[operation as usize].first_mode;
            (slot.start, slot.end, slot.mode - first)
        });
        let places: Vec<(i64, i64, u32)> = places.collect();
        let (order, choice) = in_order(&self.instance, &self.operations, &places);
        let before = self.search.best().makespan;
        self.search.offer(&order, &choice);
        if self.search.best().makespan < before {
            self.cost = self.count_cost();
        }
    }
}

/// The shop, its tick in milliseconds, and what its operations are in the instance.
fn shop(instance: &Instance) -> Option<(Shop, i64, Vec<u32>)> {
    if !instance.has_only(&KNOWN) {
        return None;
    }
    let free_from = free_from(instance)?;
    let mut index_of = vec![NONE; instance.operations.len()];
    let mut operations = Vec::new();
    for (operation, it) in instance.operations.iter().enumerate() {
        if it.frozen.is_none() {
            index_of[operation] = operations.len() as u32;
            operations.push(operation as u32);
        }
    }
    // Of those before and after an operation the one that is not frozen.
    let link = |links: &[(u32, i64)]| {
        let mut open = links.iter().map(|it| index_of[it.0 as usize]).filter(|it| *it != NONE);
        let first = open.next().unwrap_or(NONE);
        open.next().is_none().then_some(first)
    };
    let mut shop = Shop { first_choice: vec![0], parts: instance.parts, ..Shop::default() };
    let mut tick = 0;
    let (mut horizon, mut latest) = (0_i64, free_from.iter().copied().max().unwrap_or(0));
    let mut release = Vec::with_capacity(operations.len());
    for &operation in &operations {
        shop.before.push(link(instance.before(operation))?);
        shop.after.push(link(instance.after(operation))?);
        let ready = ready(instance, operation);
        release.push(ready);
        latest = latest.max(ready);
        let it = &instance.operations[operation as usize];
        let works = (it.first_mode..it.last_mode).map(|it| instance.modes[it as usize].work);
        horizon = horizon.checked_add(works.clone().max().unwrap_or(0))?;
        tick = works.chain([ready]).fold(tick, common_divisor);
    }
    let tick = free_from.iter().copied().fold(tick, common_divisor).max(1);
    // Everything after everything, at worst.
    if operations.is_empty() || HORIZON_MAX < horizon.checked_add(latest)? / tick {
        return None;
    }
    for (&operation, ready) in operations.iter().zip(release) {
        shop.release.push((ready / tick) as Ticks);
        shop.delivery.push(0);
        let it = &instance.operations[operation as usize];
        for mode in it.first_mode..it.last_mode {
            let machine = instance.needs(mode)[0].0;
            let work = (instance.modes[mode as usize].work / tick) as Ticks;
            shop.choices.push(Choice { machine, work });
        }
        shop.first_choice.push(shop.choices.len() as u32);
    }
    shop.free_from = free_from.iter().map(|it| (it / tick) as Ticks).collect();
    shop.needed_after = vec![0; instance.resources.len()];
    Some((shop, tick, operations))
}

/// By machine, milliseconds from now: nothing new begins on it before. `None` when something new could begin on it before
/// what is frozen there, or when it has a break later than now.
fn free_from(instance: &Instance) -> Option<Vec<i64>> {
    let now = instance.now;
    let mut free_from = vec![0; instance.resources.len()];
    for slot in instance.operations.iter().filter_map(|it| it.frozen) {
        if now < slot.start {
            return None;
        }
        for &(machine, _) in instance.needs(slot.mode) {
            let free = &mut free_from[machine as usize];
            *free = (slot.end - now).max(*free);
        }
    }
    if instance.has(Feature::Breaks) {
        for it in instance.operations.iter().filter(|it| it.frozen.is_none()) {
            for mode in it.first_mode..it.last_mode {
                let machine = instance.needs(mode)[0].0 as usize;
                let opens = instance.resource_calendar(machine).always_from(now)?;
                free_from[machine] = (opens - now).max(free_from[machine]);
            }
        }
    }
    // What takes no time may begin while others hold the machine.
    let is_instant = |it: &Operation| {
        it.frozen.is_none()
            && (it.first_mode..it.last_mode).any(|it| instance.modes[it as usize].work == 0)
    };
    let is_free = free_from.iter().all(|it| *it == 0);
    (is_free || !instance.operations.iter().any(is_instant)).then_some(free_from)
}

/// Milliseconds from now: an operation does not start before its release, nor before what is frozen before it
/// has ended.
fn ready(instance: &Instance, operation: u32) -> i64 {
    let before = instance.before(operation).iter();
    let ends = before.filter_map(|it| Some(instance.operations[it.0 as usize].frozen?.end));
    let earliest = instance.operations[operation as usize].earliest;
    ends.fold(earliest, i64::max) - instance.now
}

/// Order and choices of a plan; `None` when it lacks an operation or a mode.
fn decisions(instance: &Instance, operations: &[u32], plan: &Plan) -> Option<(Vec<u32>, Vec<u32>)> {
    let mut places = Vec::with_capacity(operations.len());
    for &operation in operations {
        let it = &instance.operations[operation as usize];
        let slot = plan.operations.get(operation as usize).copied().flatten()?;
        if (it.last_mode - it.first_mode) as usize <= slot.mode {
            return None;
        }
        places.push((slot.start.as_millis(), slot.end.as_millis(), slot.mode as u32));
    }
    Some(in_order(instance, operations, &places))
}

/// Operations of the shop by start, end and what must come before what; and their choices.
fn in_order(
    instance: &Instance,
    operations: &[u32],
    places: &[(i64, i64, u32)],
) -> (Vec<u32>, Vec<u32>) {
    let mut rank = vec![0; instance.operations.len()];
    for (at, &operation) in instance.topological.iter().enumerate() {
        rank[operation as usize] = at;
    }
    let mut order: Vec<u32> = (0..operations.len() as u32).collect();
    order.sort_by_key(|&it| {
        let (start, end, _) = places[it as usize];
        (start, end, rank[operations[it as usize] as usize])
    });
    (order, places.iter().map(|it| it.2).collect())
}

#[cfg(test)]
mod tests;
