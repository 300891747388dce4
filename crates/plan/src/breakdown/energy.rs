//! Energy by who draws it, what it costs, and who draws at the peak.

use std::collections::BTreeMap;

use weft_model::{Interval, Timestamp, WorkingTime};

use super::done::{Done, on};
use super::{Measure, Of, Tally};
use crate::problem::{Price, Problem, Standby};

/// Watt-milliseconds in a watt-hour.
const WATT_HOUR: i128 = 3_600_000;
/// Watt-hours in a thousand kilowatt-hours.
const MEGAWATT_HOUR: i128 = 1_000_000;

/// Money (in units times watt-milliseconds in a megawatt-hour), then watt-milliseconds.
type Drawn = (i128, i128);

pub(super) fn tally(problem: &Problem, done: &[Done], tally: &mut Tally) {
    let mut drawn: BTreeMap<Of, Drawn> = BTreeMap::new();
    let mut draw = |of: Of, by: Drawn| {
        let sum = drawn.entry(of).or_default();
        *sum = (sum.0 + by.0, sum.1 + by.1);
    };
    let mut spans: Vec<(Interval, usize, i128)> = Vec::new();
    for it in done.iter().filter(|it| 0 < it.mode.watts) {
        let watts = i128::from(it.mode.watts);
        for span in working(problem, it) {
            draw(Of::Job(it.job), constant(&problem.prices, span, watts));
            spans.push((span, it.index, watts));
        }
    }
    for (resource, it) in problem.resources.iter().enumerate() {
        if it.standby.is_empty() {
            continue;
        }
        let mut free: Option<Timestamp> = None;
        for it_on in on(resource, done) {
            let start = it_on.slot.start;
            if let Some(from) = free.filter(|free| *free < start) {
                let gap = Interval { start: from, end: start };
                draw(Of::Resource(resource), cheapest(&problem.prices, &it.standby, gap));
            }
            free = free.max(Some(it_on.lets_go));
        }
    }
    // Sums are rounded down once, so shares are what the rounded sum grows by.
    let (mut energy, mut money) = ((0, 0), (0, 0));
    for (of, by) in drawn {
        let mut share = |sum: &mut (i128, i128), by: i128, unit: i128, measure: Measure| {
            sum.0 += by;
            let rounded = sum.0.div_euclid(unit);
            tally.add(measure, of, rounded - sum.1);
            sum.1 = rounded;
        };
        share(&mut money, by.0, WATT_HOUR * MEGAWATT_HOUR, Measure::Money);
        share(&mut energy, by.1, WATT_HOUR, Measure::Energy);
    }
    peak(&spans, tally);
}

/// The first instant at which most power is drawn.
fn peak(spans: &[(Interval, usize, i128)], tally: &mut Tally) {
    let mut changes: Vec<(Timestamp, i128)> = Vec::new();
    for (span, _, watts) in spans {
        changes.extend([(span.start, *watts), (span.end, -*watts)]);
    }
    changes.sort_unstable();
    let (mut now, mut most) = (0, (0, None));
    for (at, change) in changes {
        now += change;
        if most.0 < now {
            most = (now, Some(at));
        }
    }
    let Some(at) = most.1 else { return };
    for (span, operation, watts) in spans {
        if span.start <= at && at < span.end {
            tally.add(Measure::Peak, Of::Operation(*operation), *watts);
        }
    }
}

/// When an operation works: breaks excluded, unless it is a fact.
fn working(problem: &Problem, it: &Done) -> Vec<Interval> {
    let span = Interval { start: it.slot.start, end: it.slot.end };
    let mut working = WorkingTime::new(vec![span]);
    if !it.is_frozen {
        for need in &it.mode.needs {
            if let Some(resource) = problem.resources.get(need.0) {
                working = working.intersect(&resource.working);
            }
        }
    }
    working.intervals().to_vec()
}

/// The state that costs least in a gap, then takes least energy; nothing when none fits.
fn cheapest(prices: &[Price], standby: &[Standby], gap: Interval) -> Drawn {
    let fits = standby.iter().filter(|it| it.transition < gap.length());
    let states = fits.map(|it| {
        let (cost, energy) = constant(prices, gap, i128::from(it.watts));
        let extra = i128::from(it.transition_wh) * WATT_HOUR;
        let price = prices.iter().rev().find(|it| it.from <= gap.start).map_or(0, |it| it.per_mwh);
        (cost + extra * i128::from(price), energy + extra)
    });
    states.min().unwrap_or_default()
}

/// The same power all the time.
fn constant(prices: &[Price], span: Interval, watts: i128) -> Drawn {
    let ends = prices.iter().skip(1).map(|it| it.from).chain([Timestamp::MAX]);
    let cost: i128 = prices
        .iter()
        .zip(ends)
        .map(|(price, end)| {
            let from = price.from.max(span.start);
            let length = (end.min(span.end) - from).get().max(0);
            watts * i128::from(length) * i128::from(price.per_mwh)
        })
        .sum();
    (cost, watts * i128::from(span.length().get()))
}
