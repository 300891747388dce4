//! Energy costs what it costs when it is drawn.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same lists")]

use crate::problem::Price;

/// Milliseconds of an hour times watt-hours of a megawatt-hour: so many units of [`Prices::cost`] are one unit
/// of money.
pub(crate) const PER_MONEY: i128 = 3_600_000 * 1_000_000;

/// What a megawatt-hour costs over time; nothing before the first price.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prices {
    from: Vec<i64>,
    per_mwh: Vec<i64>,
    /// What one watt has cost until price `i` begins.
    before: Vec<i128>,
}

impl Prices {
    /// In any order.
    pub(crate) fn new(prices: &[Price]) -> Self {
        let mut pairs: Vec<(i64, i64)> =
            prices.iter().map(|it| (it.from.as_millis(), it.per_mwh)).collect();
        pairs.sort_unstable();
        let mut before = Vec::with_capacity(pairs.len());
        let mut sum = 0;
        for (index, pair) in pairs.iter().enumerate() {
            if let Some(last) = index.checked_sub(1).map(|it| pairs[it]) {
                sum += i128::from(pair.0 - last.0) * i128::from(last.1);
            }
            before.push(sum);
        }
        let (from, per_mwh) = pairs.into_iter().unzip();
        Self { from, per_mwh, before }
    }

    /// What `watts` in `[from, to)` cost, in units of which [`PER_MONEY`] make one of money.
    pub(crate) fn cost(&self, watts: u32, from: i64, to: i64) -> i128 {
        i128::from(watts) * (self.until(to) - self.until(from))
    }

    fn until(&self, at: i64) -> i128 {
        match self.from.partition_point(|it| *it <= at).checked_sub(1) {
            Some(index) => {
                let since = i128::from(at - self.from[index]);
                self.before[index] + since * i128::from(self.per_mwh[index])
            }
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_model::Timestamp;

    #[test]
    fn each_stretch_costs_its_own_price() {
        let price = |from, per_mwh| Price { from: Timestamp::from_millis(from), per_mwh };
        let prices = Prices::new(&[price(20, -1), price(10, 5)]);
        assert_eq!(prices.cost(2, 0, 10), 0);
        assert_eq!(prices.cost(2, 0, 12), 20);
        assert_eq!(prices.cost(1, 15, 27), 25 - 7);
        assert_eq!(Prices::default().cost(9, 0, 9), 0);
    }
}
