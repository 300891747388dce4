//! A mode has its price; and what no plan can do without in money, energy and power: the cheapest mode of every
//! operation, the cheapest branch of every alternative.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{Instance, Slot};
use crate::places::View;
use crate::problem::{Cost, Problem};
use crate::rules::energy::{HOUR, MEGAWATT_HOUR};
use crate::rules::present::Feature;
use crate::rules::{Earliest, Ends, Rule, Tally};

/// Whether any mode has a price.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.operations.iter().flat_map(|it| &it.modes).any(|it| 0 < it.cost)
}

/// What modes cost.
#[derive(Debug, Clone)]
pub(crate) struct Money;

impl Rule for Money {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        is_in(problem).then_some(Self)
    }

    fn costs_more(problem: &Problem) -> bool {
        is_in(problem)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        for slot in at.places.slots.iter().filter(|it| it.is_placed()) {
            let mode = &at.model.instance.modes[slot.mode as usize];
            tally.cost.money += i128::from(mode.cost);
        }
    }

    /// Together with energy and its price: the mode that costs least may be neither the cheapest nor the one
    /// that takes least energy.
    fn bound(instance: &Instance, earliest: &Earliest, cost: &mut Cost) {
        let least = least(instance, &earliest.slots);
        if instance.has(Feature::OtherWeights) {
            (cost.money, cost.energy, cost.peak) = (least.money, least.energy, least.peak);
        } else {
            // A strategy that does not know of money counts none.
            cost.money = least.money.min(0);
        }
    }
}

/// Units of money in what is added up.
const UNIT: i128 = HOUR * MEGAWATT_HOUR;

/// Money, energy and peak that operations with these earliest places cost at least.
fn least(instance: &Instance, slots: &[Slot]) -> Cost {
    let mut least = Cost::default();
    // Times `UNIT`, and watts times milliseconds.
    let (mut money, mut energy) = (0_i128, 0_i128);
    let price = i128::from(instance.prices.least_from(instance.now));
    for (slot, it) in slots.iter().zip(&instance.operations) {
        if let Some(frozen) = it.frozen {
            let mode = &instance.modes[frozen.mode as usize];
            money += i128::from(mode.cost) * UNIT;
            money += instance.prices.sum(mode.watts, frozen.start, frozen.end);
            energy += i128::from(mode.watts) * i128::from(frozen.end - frozen.start);
            let draws = if frozen.start < frozen.end { mode.watts } else { 0 };
            least.peak = least.peak.max(i128::from(draws));
            continue;
        }
        let draws = |mode: u32| {
            let mode = &instance.modes[mode as usize];
            i128::from(mode.watts) * i128::from(mode.work)
        };
        let costs = |mode: u32| {
            let fixed = i128::from(instance.modes[mode as usize].cost) * UNIT;
            fixed.saturating_add(draws(mode).saturating_mul(price))
        };
        let modes = it.first_mode..it.last_mode;
        let cheapest = modes.clone().map(costs).min().unwrap_or(0);
        if it.is_optional || !slot.is_placed() {
            // It may have no place, and may have one.
            money = money.saturating_add(cheapest.min(0));
            continue;
        }
        money = money.saturating_add(cheapest);
        energy += modes.clone().map(draws).min().unwrap_or(0);
        let peak = modes.map(|mode| match &instance.modes[mode as usize] {
            mode if mode.work == 0 => 0,
            mode => i128::from(mode.watts),
        });
        least.peak = least.peak.max(peak.min().unwrap_or(0));
    }
    for branches in &instance.branch_costs {
        let cheapest = branches.iter().min().copied().unwrap_or(0);
        money += i128::from(cheapest) * UNIT;
    }
    least.money = money.saturating_add(standby(instance)).div_euclid(UNIT);
    least.energy = energy.div_euclid(HOUR);
    least
}

/// What standing by earns at the most when there are times at which energy costs less than nothing; not above
/// zero.
fn standby(instance: &Instance) -> i128 {
    let since = instance.operations.iter().filter_map(|it| Some(it.frozen?.start)).min();
    let since = since.map_or(instance.now, |since| since.min(instance.now));
    let price = i128::from(instance.prices.least_from(since)).min(0);
    let until = weft_model::Timestamp::MAX.as_millis();
    let length = i128::from(until) - i128::from(since);
    let gaps = instance.operations.len() as i128;
    let of_resource = |it: &Vec<crate::problem::Standby>| {
        let watts = it.iter().map(|it| it.watts).max().unwrap_or(0);
        let once = it.iter().map(|it| it.transition_wh).max().unwrap_or(0);
        let energy = i128::from(watts) * length + i128::from(once) * HOUR * gaps;
        energy.saturating_mul(price)
    };
    instance.standby.iter().map(of_resource).fold(0, i128::saturating_add)
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, cost_of, of};

    #[test]
    fn modes_that_are_done_are_paid_for() {
        let mut problem = of(vec![], &[(4, &[]), (4, &[])]);
        problem.operations[0].modes[0].cost = 5;
        problem.operations[1].modes[0].cost = 7;
        assert_eq!(cost_of(&problem, &[(0, 4), (0, 4)], &[]).money, 12);
        assert_eq!(cost_of(&problem, &[(0, 4), NO], &[]).money, 5);
    }
}
