//! Power over time: what operations draw while they work and resources between them, and what that costs.
//!
//! Everything is counted in watt-milliseconds, and rounded down once at the end.

use weft_model::{Interval, Timestamp};

use super::span;
use super::view::{Done, View};
use crate::problem::{Price, Standby};

/// Watt-milliseconds in a watt-hour.
const WATT_HOUR: i128 = 3_600_000;
/// Watt-hours in a thousand kilowatt-hours.
const MEGAWATT_HOUR: i128 = 1_000_000;

/// Energy and what it costs; ordered by cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Drawn {
    /// Units of money times watt-milliseconds in a thousand kilowatt-hours.
    cost: i128,
    /// Watt-milliseconds.
    energy: i128,
}

/// Energy in watt-hours and its cost in units of money, each rounded down; the peak in watts.
#[derive(Debug)]
pub(super) struct Power {
    pub(super) energy: i128,
    pub(super) money: i128,
    pub(super) peak: i128,
}

pub(super) fn power(view: &View) -> Power {
    let prices = &view.problem.prices;
    let mut sum = Drawn::default();
    // Instant, change of power; what ends goes first.
    let mut changes: Vec<(Timestamp, i128)> = Vec::new();
    for done in view.done().filter(|it| 0 < it.mode.watts) {
        for span in working(view, &done) {
            sum.add(drawn(prices, span, done.mode.watts));
            let watts = i128::from(done.mode.watts);
            changes.extend([(span.start, watts), (span.end, -watts)]);
        }
    }
    for (it, on) in view.problem.resources.iter().zip(view.occupations()) {
        if !it.standby.is_empty() {
            let spans = on.iter().map(|it| (it.slot.start, it.lets_go));
            for gap in gaps(spans) {
                sum.add(cheapest(prices, &it.standby, gap));
            }
        }
    }
    changes.sort_unstable();
    let (mut now, mut peak) = (0, 0);
    for (_, change) in changes {
        now += change;
        peak = now.max(peak);
    }
    let energy = sum.energy.div_euclid(WATT_HOUR);
    Power { energy, money: sum.cost.div_euclid(WATT_HOUR * MEGAWATT_HOUR), peak }
}

/// When an operation draws power: calendars do not apply to what is frozen.
fn working(view: &View, done: &Done) -> Vec<Interval> {
    let (start, end) = (done.slot.start, done.slot.end);
    if done.is_fact() {
        return if start < end { vec![Interval { start, end }] } else { Vec::new() };
    }
    span::common_work(view.problem, done.mode, start, end)
}

/// Between spans that are ordered by start.
fn gaps(spans: impl Iterator<Item = (Timestamp, Timestamp)>) -> Vec<Interval> {
    let mut gaps = Vec::new();
    let mut free: Option<Timestamp> = None;
    for (start, end) in spans {
        if let Some(free) = free.filter(|free| *free < start) {
            gaps.push(Interval { start: free, end: start });
        }
        free = Some(free.map_or(end, |free| free.max(end)));
    }
    gaps
}

/// The state that costs least in this gap; of those the one of least energy. Nothing when none fits.
fn cheapest(prices: &[Price], standby: &[Standby], gap: Interval) -> Drawn {
    let fits = standby.iter().filter(|it| it.transition < gap.end - gap.start);
    let states = fits.map(|it| {
        let mut sum = drawn(prices, gap, it.watts);
        let energy = i128::from(it.transition_wh) * WATT_HOUR;
        sum.add(Drawn { cost: energy * i128::from(price_at(prices, gap.start)), energy });
        sum
    });
    states.min().unwrap_or_default()
}

/// The same power from start to end.
fn drawn(prices: &[Price], span: Interval, watts: u32) -> Drawn {
    let watts = i128::from(watts);
    let energy = |from: Timestamp, to: Timestamp| watts * i128::from((to - from).get());
    let first = prices.partition_point(|it| it.from <= span.start).saturating_sub(1);
    let mut cost = 0;
    for (index, it) in prices.iter().enumerate().skip(first) {
        let until = prices.get(index + 1).map_or(span.end, |next| next.from.min(span.end));
        let from = it.from.max(span.start);
        if span.end <= from {
            break;
        }
        cost += energy(from, until) * i128::from(it.per_mwh);
    }
    Drawn { cost, energy: energy(span.start, span.end) }
}

fn price_at(prices: &[Price], at: Timestamp) -> i64 {
    let after = prices.partition_point(|it| it.from <= at);
    after.checked_sub(1).and_then(|index| prices.get(index)).map_or(0, |it| it.per_mwh)
}

impl Drawn {
    fn add(&mut self, other: Self) {
        self.cost += other.cost;
        self.energy += other.energy;
    }
}
