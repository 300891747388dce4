//! What operations draw while they work, and what that costs at the price of the hour.

#![expect(
    clippy::indexing_slicing,
    reason = "indices are validated when the problem is, or come from searches in the same list"
)]

use crate::instance::Instance;
use crate::places::View;
use crate::problem::{Price, Problem, Weights};
use crate::random::Random;
use crate::rules::{Ends, Rule, Tally};

/// Milliseconds in an hour.
pub(crate) const HOUR: i128 = 3_600_000;
/// Watt-hours in a megawatt-hour.
pub(crate) const MEGAWATT_HOUR: i128 = 1_000_000;

/// Whether any mode draws power.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.operations.iter().flat_map(|it| &it.modes).any(|it| 0 < it.watts)
}

/// What is drawn and what that costs.
#[derive(Debug, Clone)]
pub(crate) struct Energy {
    is_drawn: bool,
}

impl Rule for Energy {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        Some(Self { is_drawn: is_in(problem) })
    }

    fn costs_more(problem: &Problem) -> bool {
        is_in(problem)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        if self.is_drawn {
            let prices = &at.model.instance.prices;
            each_drawn(at, |watts, from, to| {
                tally.energy += i128::from(watts) * i128::from(to - from);
                tally.price += prices.sum(watts, from, to);
            });
        }
    }

    fn may_earn(&self, instance: &Instance, weights: &Weights) -> bool {
        0 < weights.money && instance.prices.least_from(i64::MIN) < 0
    }

    const TEMPTS: bool = true;

    /// For a cheaper hour.
    fn tempts(&self, at: View, _: u32, _: i64, random: &mut Random) -> Option<i64> {
        let drops: Vec<i64> = at.model.instance.prices.drops().collect();
        drops.get(random.below(drops.len())).copied()
    }
}

/// Calls `each` with the power that operations draw, from when, and until when: while they work, and from start to
/// end when they are facts.
pub(crate) fn each_drawn(at: View, mut each: impl FnMut(u32, i64, i64)) {
    let instance = &at.model.instance;
    for (slot, it) in at.places.slots.iter().zip(&instance.operations) {
        let watts = instance.modes[slot.mode as usize].watts;
        if watts == 0 || !slot.is_placed() || slot.end <= slot.start {
            continue;
        }
        let mut drawn = |from: i64, to: i64| each(watts, from, to);
        if it.frozen.is_some() {
            drawn(slot.start, slot.end);
        } else {
            instance.calendar(slot.mode).each_open(slot.start, slot.end, &mut drawn);
        }
    }
}

/// What a megawatt-hour costs over time; nothing before the first price.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prices {
    from: Vec<i64>,
    per_mwh: Vec<i64>,
    /// What one watt has cost until a price begins.
    before: Vec<i128>,
}

impl Prices {
    /// In any order.
    pub(crate) fn new(prices: &[Price]) -> Self {
        let mut pairs: Vec<(i64, i64)> =
            prices.iter().map(|it| (it.from.as_millis(), it.per_mwh)).collect();
        pairs.sort_by_key(|it| it.0);
        let (from, per_mwh): (Vec<i64>, Vec<i64>) = pairs.into_iter().unzip();
        let mut before = vec![0; from.len()];
        for index in 1..from.len() {
            let length = i128::from(from[index] - from[index - 1]);
            before[index] = before[index - 1] + length * i128::from(per_mwh[index - 1]);
        }
        Self { from, per_mwh, before }
    }

    /// Money, times [`HOUR`] and [`MEGAWATT_HOUR`], for `watts` in `[from, to)`.
    pub(crate) fn sum(&self, watts: u32, from: i64, to: i64) -> i128 {
        if to <= from { 0 } else { i128::from(watts) * (self.until(to) - self.until(from)) }
    }

    /// What a megawatt-hour costs at an instant.
    pub(crate) fn at(&self, at: i64) -> i64 {
        self.index_at(at).map_or(0, |index| self.per_mwh[index])
    }

    /// The lowest price at or after an instant.
    pub(crate) fn least_from(&self, at: i64) -> i64 {
        let later = self.index_at(at).map_or(0, |index| index + 1);
        self.per_mwh[later..].iter().copied().fold(self.at(at), i64::min)
    }

    /// Instants at which it becomes cheaper.
    pub(crate) fn drops(&self) -> impl Iterator<Item = i64> + '_ {
        let pairs = self.per_mwh.windows(2).zip(self.from.iter().skip(1));
        pairs.filter(|(it, _)| it[1] < it[0]).map(|(_, at)| *at)
    }

    /// Which price holds at an instant.
    fn index_at(&self, at: i64) -> Option<usize> {
        self.from.partition_point(|it| *it <= at).checked_sub(1)
    }

    /// What one watt has cost until an instant.
    fn until(&self, at: i64) -> i128 {
        self.index_at(at).map_or(0, |index| {
            let since = i128::from(at - self.from[index]);
            self.before[index] + since * i128::from(self.per_mwh[index])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{NO, cost_of, freeze, of};
    use crate::tests::small::{at, resource};
    use weft_model::Timestamp;

    #[test]
    fn each_hour_has_its_price_and_before_the_first_nothing_costs_anything() {
        let price = |from, per_mwh| Price { from: Timestamp::from_millis(from), per_mwh };
        let prices = Prices::new(&[price(20, 2), price(10, 5), price(30, -1)]);
        assert_eq!(prices.sum(3, 0, 40), 3 * (50 + 20 - 10));
        assert_eq!(prices.sum(1, 12, 13), 5);
        assert_eq!(prices.sum(1, 15, 27), 25 + 14);
        assert_eq!(Prices::default().sum(9, 0, 9), 0);
        assert_eq!((prices.at(9), prices.at(10), prices.at(25), prices.at(99)), (0, 5, 2, -1));
        assert_eq!((prices.least_from(0), prices.least_from(31)), (-1, -1));
        assert_eq!(Prices::new(&[price(10, 5)]).least_from(0), 0);
        assert_eq!(prices.drops().collect::<Vec<_>>(), [20, 30]);
    }

    #[test]
    fn an_operation_draws_while_it_works_and_a_fact_from_start_to_end() {
        let mut problem = of(vec![resource(1, &[(0, 2), (5, 60)])], &[(4, &[(0, 1)]), (3, &[])]);
        // One watt-hour in a millisecond.
        problem.operations[0].modes[0].watts = 3_600_000;
        let price = |from, per_mwh| Price { from: at(from), per_mwh };
        problem.prices = vec![price(0, 1_000_000), price(5, 2_000_000)];
        let found = cost_of(&problem, &[(0, 7), (0, 3)], &[]);
        assert_eq!((found.energy, found.money), (2 + 2, 2 + 2 * 2));
        freeze(&mut problem, 0, 0, 7);
        let found = cost_of(&problem, &[(0, 7), NO], &[]);
        assert_eq!((found.energy, found.money), (7, 5 + 2 * 2));
    }
}
