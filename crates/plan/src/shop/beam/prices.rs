//! What little slack costs.

use crate::shop::{Shop, Ticks};

/// Steps of the price in one unit of slack, and units below and above the target.
const FINE: i32 = 16;
const BELOW: i32 = 16;
const ABOVE: i32 = 24;

/// A price that doubles again and again as slack shrinks, so the sum over jobs and machines
/// says how close to the target the closest are.
#[derive(Debug)]
pub(super) struct Prices {
    target: Ticks,
    unit: Ticks,
    table: Vec<f64>,
}

impl Prices {
    pub(super) fn new(shop: &Shop, target: Ticks, scale: Ticks) -> Self {
        let work: i64 = shop.choices.iter().map(|way| i64::from(way.work)).sum();
        let mean = work / (shop.choices.len() as i64).max(1);
        let unit = ((mean * i64::from(scale) / i64::from(10 * FINE)) as Ticks).max(1);
        let steps = if scale == 0 { 0 } else { (BELOW + ABOVE) * FINE };
        let ratio = 1.0 + 1.0 / f64::from(FINE);
        let mut price = 1.0;
        let mut table = Vec::with_capacity(steps as usize);
        for _ in 0..steps {
            table.push(price);
            price *= ratio;
        }
        Self { target, unit, table }
    }

    /// The price of ending here.
    pub(super) fn of(&self, end: Ticks) -> f64 {
        let step = (end - self.target) / self.unit + BELOW * FINE;
        if step <= 0 {
            return 0.0;
        }
        match self.table.get(step as usize) {
            Some(price) => *price,
            None => self.table.last().map_or(0.0, |most| most * f64::from(step)),
        }
    }
}
