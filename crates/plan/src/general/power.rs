//! Energy of operations and of resources between them, at its price over time.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::Board;
use crate::general::model::Model;
use crate::problem::{Problem, Standby};
use crate::random::Random;

const MILLIS_PER_HOUR: i128 = 3_600_000;
const WATT_HOURS_PER_MWH: i128 = 1_000_000;

/// What power costs.
#[derive(Debug)]
pub(crate) struct Power {
    /// Nothing ever draws any.
    pub(crate) is_idle: bool,
    /// From an instant on, what a megawatt-hour costs; in order.
    prices: Vec<(i64, i64)>,
    /// By resource what it may do between operations.
    standby: Vec<Vec<Standby>>,
}

/// What a plan uses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) watt_hours: i128,
    pub(crate) money: i128,
    /// The most that operations draw at the same time, in watts.
    pub(crate) peak: i128,
}

impl Power {
    pub(crate) fn new(problem: &Problem) -> Self {
        let mut prices: Vec<(i64, i64)> =
            problem.prices.iter().map(|it| (it.from.as_millis(), it.per_mwh)).collect();
        prices.sort_by_key(|it| it.0);
        let mut modes = problem.operations.iter().flat_map(|it| &it.modes);
        let is_idle = modes.all(|it| it.watts == 0)
            && problem.resources.iter().all(|it| it.standby.is_empty());
        let standby = problem.resources.iter().map(|it| it.standby.clone()).collect();
        Self { is_idle, prices, standby }
    }

    /// The instant of a price that is lower than the one before it.
    pub(crate) fn any_price(&self, random: &mut Random) -> Option<i64> {
        let lower = self.prices.windows(2).filter(|it| it[1].1 < it[0].1);
        let lower: Vec<i64> = lower.map(|it| it[1].0).collect();
        (!lower.is_empty()).then(|| lower[random.below(lower.len())])
    }

    /// Money times milliseconds per hour, times watt-hours in a megawatt-hour, for `watts` in `[from, to)`.
    fn price(&self, watts: u32, from: i64, to: i64) -> i128 {
        let mut sum = 0;
        for (index, &(start, per_mwh)) in self.prices.iter().enumerate() {
            let end = self.prices.get(index + 1).map_or(i64::MAX, |next| next.0);
            let (start, end) = (start.max(from), end.min(to));
            if start < end {
                sum += i128::from(end - start) * i128::from(watts) * i128::from(per_mwh);
            }
        }
        sum
    }
}

/// Energy and money, rounded down once over all.
pub(crate) fn used(model: &Model, board: &Board) -> Used {
    let (instance, power) = (&model.instance, &model.power);
    let (mut energy, mut price) = (0_i128, 0_i128);
    let mut changes: Vec<(i64, i128)> = Vec::new();
    for (index, slot) in board.slots.iter().enumerate() {
        let watts = instance.modes[slot.mode as usize].watts;
        if watts == 0 || !slot.is_placed() || slot.end <= slot.start {
            continue;
        }
        let mut add = |from: i64, to: i64| {
            energy += i128::from(watts) * i128::from(to - from);
            price += power.price(watts, from, to);
            changes.push((from, i128::from(watts)));
            changes.push((to, -i128::from(watts)));
        };
        if instance.operations[index].frozen.is_some() {
            add(slot.start, slot.end);
        } else {
            instance.calendar(slot.mode).each_open(slot.start, slot.end, &mut add);
        }
    }
    for (resource, standby) in power.standby.iter().enumerate() {
        if standby.is_empty() {
            continue;
        }
        let mut free: Option<i64> = None;
        for (start, end) in board.spans(resource as u32) {
            if let Some(free) = free.filter(|free| *free < start) {
                let (least, cost) = cheapest(power, standby, free, start);
                energy += least;
                price += cost;
            }
            free = Some(free.map_or(end, |free| free.max(end)));
        }
    }
    changes.sort_unstable();
    let (mut drawn, mut peak) = (0, 0);
    for (_, change) in changes {
        drawn += change;
        peak = peak.max(drawn);
    }
    Used {
        watt_hours: energy.div_euclid(MILLIS_PER_HOUR),
        money: price.div_euclid(MILLIS_PER_HOUR * WATT_HOURS_PER_MWH),
        peak,
    }
}

/// The standby that costs least in a gap: watts times milliseconds, and what [`Power::price`] gives. The energy
/// of a transition is paid at the price of the start of the gap.
fn cheapest(power: &Power, standby: &[Standby], from: i64, to: i64) -> (i128, i128) {
    let fits = standby.iter().filter(|it| it.transition.get() < to - from);
    let each = fits.map(|it| {
        let transition = i128::from(it.transition_wh) * MILLIS_PER_HOUR;
        let energy = i128::from(it.watts) * i128::from(to - from) + transition;
        let once = power.price(it.transition_wh, from, from + 1) * MILLIS_PER_HOUR;
        (power.price(it.watts, from, to) + once, energy)
    });
    each.min().map_or((0, 0), |(price, energy)| (energy, price))
}
