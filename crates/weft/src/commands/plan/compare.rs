//! The plan beside what really happened, over the same work, resources and working hours.

use std::collections::BTreeMap;

use weft_model::{Millis, OrderId, Solution, Timestamp};

use super::Planned;

/// One side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Side {
    /// From the first release to the last end, days.
    pub(crate) makespan_d: f64,
    /// From an order's release to its end, mean, days.
    pub(crate) time_in_shop_mean_d: f64,
    /// The same, 90th percentile (nearest rank).
    pub(crate) time_in_shop_p90_d: f64,
    /// Orders that end later than they were promised.
    pub(crate) late: usize,
    /// Orders counted.
    pub(crate) orders: usize,
}

/// What happened and what the plan has, over the orders that both know.
pub(crate) struct Comparison {
    pub(crate) really: Side,
    pub(crate) plan: Side,
}

/// Things that make the comparison kind to the plan, then unkind; they hold for every solution made
/// from a log, and IMPORT.md in its folder has their figures.
pub(crate) const KIND: [&str; 4] = [
    "it knows every order and every duration from the start; the shop learned both as it went",
    "nothing fails: no breakdown, no missing material, tool or drawing",
    "people are not a limit: a machine that is open has someone to work on it",
    "where several machines can do a step, each takes as long (--as-recorded keeps the machine)",
];
pub(crate) const UNKIND: [&str; 4] = [
    "overtime outside the inferred shifts, which the shop had, is not open to it",
    "set-ups are part of each operation's time: putting like after like saves nothing",
    "rework is planned as it happened, and lots are not split",
    "no order begins before the day on which the shop began it",
];

/// `None` when the solution has no history.
pub(crate) fn compare(planned: &Planned) -> Option<Comparison> {
    let solution = &planned.prepared.solution;
    let mut really: BTreeMap<&OrderId, Timestamp> = BTreeMap::new();
    for line in &solution.history {
        let end = really.entry(&line.order).or_insert(line.end);
        *end = line.end.max(*end);
    }
    let mut plan: BTreeMap<&OrderId, Timestamp> = BTreeMap::new();
    let question = &planned.prepared.question;
    for (named, scheduled) in question.names.iter().zip(&planned.search.best().operations) {
        let order = &named.operation.order;
        let Some(scheduled) = scheduled else { continue };
        let end = plan.entry(order).or_insert(scheduled.end);
        *end = scheduled.end.max(*end);
    }
    really.retain(|order, _| plan.contains_key(order));
    plan.retain(|order, _| really.contains_key(order));
    Some(Comparison { really: side(solution, &really)?, plan: side(solution, &plan)? })
}

fn side(solution: &Solution, ends: &BTreeMap<&OrderId, Timestamp>) -> Option<Side> {
    let orders = solution.orders.iter().filter_map(|order| Some((order, *ends.get(&order.id)?)));
    let first = orders.clone().map(|(order, _)| order.release).min()?;
    let last = orders.clone().map(|(_, end)| end).max()?;
    let mut times: Vec<Millis> = orders.clone().map(|(order, end)| end - order.release).collect();
    times.sort();
    let rank = (0.9 * times.len() as f64).ceil() as usize;
    let sum: Millis = times.iter().copied().sum();
    Some(Side {
        makespan_d: days(last - first),
        time_in_shop_mean_d: days(sum) / times.len() as f64,
        time_in_shop_p90_d: days(*times.get(rank.saturating_sub(1))?),
        late: orders.filter(|(order, end)| order.due.is_some_and(|due| due < *end)).count(),
        orders: times.len(),
    })
}

fn days(span: Millis) -> f64 {
    span.as_hours() / 24.0
}
