//! What operations draw while they work, and what that costs at the price of the hour.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

use crate::problem::Price;

/// Milliseconds in an hour.
pub(crate) const HOUR: i128 = 3_600_000;
/// Watt-hours in a megawatt-hour.
pub(crate) const MEGAWATT_HOUR: i128 = 1_000_000;

/// What a megawatt-hour costs from an instant on; in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prices(Vec<(i64, i64)>);

impl Prices {
    pub(crate) fn new(prices: &[Price]) -> Self {
        let mut list: Vec<(i64, i64)> =
            prices.iter().map(|it| (it.from.as_millis(), it.per_mwh)).collect();
        list.sort_by_key(|it| it.0);
        Self(list)
    }

    /// Money, times [`HOUR`] and [`MEGAWATT_HOUR`], for `watts` in `[from, to)`.
    pub(crate) fn sum(&self, watts: u32, from: i64, to: i64) -> i128 {
        let first = self.0.partition_point(|it| it.0 <= from).saturating_sub(1);
        let mut sum = 0;
        for (index, &(start, per_mwh)) in self.0.iter().enumerate().skip(first) {
            let end = self.0.get(index + 1).map_or(i64::MAX, |next| next.0);
            let (start, end) = (start.max(from), end.min(to));
            if to <= start {
                break;
            }
            sum += i128::from(end - start) * i128::from(watts) * i128::from(per_mwh);
        }
        sum
    }

    /// What a megawatt-hour costs at an instant.
    pub(crate) fn at(&self, at: i64) -> i64 {
        let after = self.0.partition_point(|it| it.0 <= at);
        if after == 0 { 0 } else { self.0[after - 1].1 }
    }

    /// The lowest price at or after an instant.
    pub(crate) fn least_from(&self, at: i64) -> i64 {
        let later = self.0.iter().filter(|it| at < it.0).map(|it| it.1);
        later.fold(self.at(at), i64::min)
    }

    /// Instants at which it becomes cheaper.
    pub(crate) fn drops(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.windows(2).filter(|it| it[1].1 < it[0].1).map(|it| it[1].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_model::Timestamp;

    #[test]
    fn each_hour_has_its_price_and_before_the_first_nothing_costs_anything() {
        let price = |from, per_mwh| Price { from: Timestamp::from_millis(from), per_mwh };
        let prices = Prices::new(&[price(10, 5), price(20, 2), price(30, -1)]);
        assert_eq!(prices.sum(3, 0, 40), 3 * (50 + 20 - 10));
        assert_eq!(prices.sum(1, 12, 13), 5);
        assert_eq!((prices.at(9), prices.at(10), prices.at(25), prices.at(99)), (0, 5, 2, -1));
        assert_eq!((prices.least_from(0), prices.least_from(31)), (-1, -1));
        assert_eq!(Prices::new(&[price(10, 5)]).least_from(0), 0);
        assert_eq!(prices.drops().collect::<Vec<_>>(), [20, 30]);
    }
}
