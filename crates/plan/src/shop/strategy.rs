//! Which problems are shops, and their plans.

use std::sync::Arc;

use crate::instance::{Instance, Operation, Slot};
use crate::list::schedule;
use crate::problem::{Cost, Plan};
use crate::rules::present::Rule;
use crate::shop::{Choice, HORIZON_MAX, NONE, Shop, ShopSearch, Ticks};
use crate::strategy::Strategy;

/// What a shop may have.
const KNOWN: [Rule; 2] = [Rule::Modes, Rule::Releases];

/// A problem that is a shop, and its search.
#[derive(Debug)]
pub(crate) struct ShopStrategy {
    instance: Arc<Instance>,
    /// Milliseconds.
    tick: i64,
    search: ShopSearch,
    /// Cost of the best solution, counted when its makespan was this.
    cost: Cost,
}

impl ShopStrategy {
    /// `None` when the problem is no shop: every mode takes one machine for itself and machines always work,
    /// operations form chains without lags, nothing is frozen, and all that counts is the makespan.
    pub(crate) fn recognise(
        instance: &Arc<Instance>,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Option<Self> {
        let (shop, tick) = shop(instance)?;
        let first = warm_start.and_then(|plan| decisions(instance, plan));
        let first = first.as_ref().map(|(order, choice)| (&order[..], &choice[..]));
        let search = ShopSearch::new(shop, seed, first);
        let mut strategy =
            Self { instance: Arc::clone(instance), tick, search, cost: Cost::default() };
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
        let times = self.search.times();
        let slot = |(it, (choice, start, end)): (&Operation, (u32, Ticks, Ticks))| Slot {
            start: self.instance.now + i64::from(start) * self.tick,
            end: self.instance.now + i64::from(end) * self.tick,
            mode: it.first_mode + choice,
        };
        self.instance.operations.iter().zip(times).map(slot).collect()
    }

    fn makespan_bound(&self) -> Option<i64> {
        Some(i64::from(self.search.bound()) * self.tick)
    }

    fn is_exhausted(&self) -> bool {
        self.search.is_proved()
    }

    fn offer(&mut self, slots: &[Slot], _branches: &[u32]) {
        let first = |operation: usize| self.instance.operations[operation].first_mode;
        let places = slots.iter().enumerate();
        let places = places.map(|(index, slot)| (slot.start, slot.end, slot.mode - first(index)));
        let places: Vec<(i64, i64, u32)> = places.collect();
        let (order, choice) = in_order(&self.instance, &places);
        let before = self.search.best().makespan;
        self.search.offer(&order, &choice);
        if self.search.best().makespan < before {
            self.cost = self.count_cost();
        }
    }
}

/// The shop and its tick in milliseconds.
fn shop(instance: &Instance) -> Option<(Shop, i64)> {
    if instance.operations.is_empty() || !instance.has_only(&KNOWN) {
        return None;
    }
    let mut tick = 0;
    let (mut horizon, mut latest_release) = (0_i64, 0);
    for (index, it) in instance.operations.iter().enumerate() {
        if 1 < instance.before(index as u32).len() || 1 < instance.after(index as u32).len() {
            return None;
        }
        let mut longest = 0;
        for mode in it.first_mode..it.last_mode {
            let work = instance.modes[mode as usize].work;
            tick = common_divisor(tick, work);
            longest = work.max(longest);
        }
        let release = it.earliest - instance.now;
        tick = common_divisor(tick, release);
        horizon = horizon.checked_add(longest)?;
        latest_release = release.max(latest_release);
    }
    let tick = tick.max(1);
    let horizon = horizon.checked_add(latest_release)?;
    // Everything after everything, at worst.
    if HORIZON_MAX < horizon / tick {
        return None;
    }
    let mut shop = Shop {
        first_choice: vec![0],
        free_from: vec![0; instance.resources.len()],
        needed_after: vec![0; instance.resources.len()],
        ..Shop::default()
    };
    for (index, it) in instance.operations.iter().enumerate() {
        let link = |links: &[(u32, i64)]| links.first().map_or(NONE, |it| it.0);
        shop.before.push(link(instance.before(index as u32)));
        shop.after.push(link(instance.after(index as u32)));
        shop.release.push(((it.earliest - instance.now) / tick) as Ticks);
        shop.delivery.push(0);
        for mode in it.first_mode..it.last_mode {
            let machine = instance.needs(mode)[0].0;
            let work = (instance.modes[mode as usize].work / tick) as Ticks;
            shop.choices.push(Choice { machine, work });
        }
        shop.first_choice.push(shop.choices.len() as u32);
    }
    Some((shop, tick))
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Order and choices of a plan; `None` when it lacks an operation or a mode.
fn decisions(instance: &Instance, plan: &Plan) -> Option<(Vec<u32>, Vec<u32>)> {
    let mut places = Vec::with_capacity(instance.operations.len());
    for (index, it) in instance.operations.iter().enumerate() {
        let slot = plan.operations.get(index).copied().flatten()?;
        if (it.last_mode - it.first_mode) as usize <= slot.mode {
            return None;
        }
        places.push((slot.start.as_millis(), slot.end.as_millis(), slot.mode as u32));
    }
    Some(in_order(instance, &places))
}

/// Operations by start, end and what must come before what; and their choices.
fn in_order(instance: &Instance, places: &[(i64, i64, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut order = instance.topological.clone();
    // Stable: what starts and ends at the same time stays in topological order.
    order.sort_by_key(|it| (places[*it as usize].0, places[*it as usize].1));
    (order, places.iter().map(|it| it.2).collect())
}
