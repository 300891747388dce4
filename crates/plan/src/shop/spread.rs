//! What time on each machine is worth where operations can go to several: the prices at which all work, each
//! operation where it is cheapest, spreads best.
//!
//! Prices rise where too much goes and fall where too little does (multiplicative weights; Plotkin, Shmoys & Tardos
//! 1995). Whatever the prices are, the cheapest cost of all work over the cost of all machines for a unit of time is
//! a lower bound of the time that it takes: the dual of spreading the work in fractions.

#![expect(clippy::indexing_slicing, reason = "machines are indices of the shop")]

use crate::shop::{Choice, Shop, Ticks};

/// Prices are changed at most so often, and looked at so many choices in all.
const ROUNDS_MAX: usize = 200;
const LOOKS_MAX: usize = 30_000_000;
/// A machine with twice the load it should have becomes so much dearer at first, as an exponent.
const STEP: f64 = 0.5;
/// Prices in whole numbers, so that the bound is exact.
const WHOLE: f64 = (1 << 20) as f64;

/// What time on each machine is worth.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    prices: Vec<f64>,
    /// All work takes at least so long.
    pub(crate) bound: Ticks,
}

impl Spread {
    /// All the same where operations have no choice.
    pub(crate) fn of(shop: &Shop) -> Self {
        let mut prices = vec![1.0; shop.machines()];
        let mut best = Self { bound: bound(shop, &prices), prices: prices.clone() };
        if !shop.is_flexible() {
            return best;
        }
        let rounds = (LOOKS_MAX / shop.choices.len().max(1)).min(ROUNDS_MAX);
        let mut loads = vec![0.0; shop.machines()];
        for round in 0..rounds {
            loads.fill(0.0);
            for operation in 0..shop.len() as u32 {
                if let Some((way, _)) = cheapest(&prices, shop.choices(operation)) {
                    loads[way.machine as usize] += f64::from(way.work);
                }
            }
            let mean = loads.iter().sum::<f64>() / loads.len() as f64;
            let step = STEP / (1.0 + round as f64 / 8.0);
            for (price, load) in prices.iter_mut().zip(&loads) {
                *price *= (step * (load / mean.max(1.0) - 1.0).clamp(-1.0, 1.0)).exp();
            }
            let most = prices.iter().copied().fold(0.0, f64::max);
            for price in &mut prices {
                *price /= most;
            }
            let bound = bound(shop, &prices);
            if best.bound < bound {
                best = Self { bound, prices: prices.clone() };
            }
        }
        best
    }

    /// What the cheapest of these ways costs.
    pub(crate) fn least(&self, ways: &[Choice]) -> f64 {
        cheapest(&self.prices, ways).map_or(0.0, |it| it.1)
    }

    /// What a way costs.
    pub(crate) fn cost(&self, way: Choice) -> f64 {
        self.prices[way.machine as usize] * f64::from(way.work)
    }
}

fn cheapest(prices: &[f64], ways: &[Choice]) -> Option<(Choice, f64)> {
    let costs = ways.iter().map(|way| (*way, prices[way.machine as usize] * f64::from(way.work)));
    costs.min_by(|one, other| one.1.total_cmp(&other.1))
}

/// The cheapest cost of all work over that of all machines for a unit of time, rounded up.
fn bound(shop: &Shop, prices: &[f64]) -> Ticks {
    let whole: Vec<i64> = prices.iter().map(|it| (it * WHOLE) as i64).collect();
    let cost = |way: &Choice| i128::from(whole[way.machine as usize]) * i128::from(way.work);
    let operations = 0..shop.len() as u32;
    let all: i128 = operations.map(|it| shop.choices(it).iter().map(cost).min().unwrap_or(0)).sum();
    let unit: i128 = whole.iter().map(|it| i128::from(*it)).sum();
    if unit == 0 { 0 } else { ((all + unit - 1) / unit) as Ticks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::NONE;

    /// Jobs of one operation each, with the work on each machine.
    fn shop(works: &[&[Ticks]]) -> Shop {
        let machines = works.iter().map(|it| it.len()).max().unwrap_or(0);
        let mut shop = Shop { free_from: vec![0; machines], ..Shop::default() };
        shop.needed_after = vec![0; machines];
        shop.first_choice = vec![0];
        for works in works {
            shop.before.push(NONE);
            shop.after.push(NONE);
            shop.release.push(0);
            shop.delivery.push(0);
            let ways = works.iter().zip(0..).filter(|it| 0 < *it.0);
            shop.choices.extend(ways.map(|(work, machine)| Choice { machine, work: *work }));
            shop.first_choice.push(shop.choices.len() as u32);
        }
        shop
    }

    #[test]
    fn work_is_spread_by_what_it_is_worth_elsewhere() {
        let check = |works: &[&[Ticks]], expected: Ticks| {
            assert_eq!(Spread::of(&shop(works)).bound, expected, "{works:?}");
        };
        check(&[&[4], &[3]], 7);
        // The same anywhere: half of all.
        check(&[&[5, 5], &[5, 5], &[4, 4]], 7);
        // Everything would like to go to the first; two thirds of it go.
        check(&[&[3, 6] as &[Ticks]; 6], 12);
        // One is twice as good as the other at the one thing, and neither at the other.
        check(&[&[2, 4], &[2, 4], &[9, 9]], 7);
        // What has no choice keeps the others away, but for a ninth of one.
        check(&[&[10, 0], &[0, 1], &[4, 5], &[4, 5]], 11);
    }
}
