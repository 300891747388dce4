//! Energy of operations and of resources between them, at its price over time.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::Board;
use crate::general::model::Model;
use crate::problem::Standby;
use crate::rules::energy::{HOUR, MEGAWATT_HOUR, Prices};

/// What a plan uses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) watt_hours: i128,
    pub(crate) money: i128,
    /// The most that operations draw at the same time, in watts.
    pub(crate) peak: i128,
}

/// Energy and money, rounded down once over all.
pub(crate) fn used(model: &Model, board: &Board) -> Used {
    let instance = &model.instance;
    let prices = &instance.prices;
    let (mut energy, mut price) = (0_i128, 0_i128);
    let mut changes: Vec<(i64, i128)> = Vec::new();
    for (index, slot) in board.slots.iter().enumerate() {
        let watts = instance.modes[slot.mode as usize].watts;
        if watts == 0 || !slot.is_placed() || slot.end <= slot.start {
            continue;
        }
        let mut add = |from: i64, to: i64| {
            energy += i128::from(watts) * i128::from(to - from);
            price += prices.sum(watts, from, to);
            changes.push((from, i128::from(watts)));
            changes.push((to, -i128::from(watts)));
        };
        if instance.operations[index].frozen.is_some() {
            add(slot.start, slot.end);
        } else {
            instance.calendar(slot.mode).each_open(slot.start, slot.end, &mut add);
        }
    }
    let spans = board.spans();
    for (resource, standby) in instance.standby.iter().enumerate() {
        if standby.is_empty() {
            continue;
        }
        let mut free: Option<i64> = None;
        for &(start, end) in &spans[resource] {
            if let Some(free) = free.filter(|free| *free < start) {
                let (least, cost) = cheapest(prices, standby, free, start);
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
        watt_hours: energy.div_euclid(HOUR),
        money: price.div_euclid(HOUR * MEGAWATT_HOUR),
        peak,
    }
}

/// The standby that costs least in a gap: watts times milliseconds, and what [`Prices::sum`] gives. The energy
/// of a transition is paid at the price of the start of the gap.
fn cheapest(prices: &Prices, standby: &[Standby], from: i64, to: i64) -> (i128, i128) {
    let fits = standby.iter().filter(|it| it.transition.get() < to - from);
    let each = fits.map(|it| {
        let transition = i128::from(it.transition_wh) * HOUR;
        let energy = i128::from(it.watts) * i128::from(to - from) + transition;
        let once = transition * i128::from(prices.at(from));
        (prices.sum(it.watts, from, to) + once, energy)
    });
    each.min().map_or((0, 0), |(price, energy)| (energy, price))
}
