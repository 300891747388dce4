//! What happens to a plant: one thing may be several events.

use weft_model::{Millis, Timestamp};
use weft_plan::{Event, Frozen, Job, Live, Order, Precedence, Price};

use crate::numbers::Numbers;
use crate::shops::Shop;

pub(crate) const KINDS: [Kind; 8] = [
    Kind::Breakdown,
    Kind::LateFinish,
    Kind::EarlyFinish,
    Kind::RushOrder,
    Kind::CancelledOrder,
    Kind::AbsentOperator,
    Kind::LateMaterial,
    Kind::OtherPrices,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Breakdown,
    LateFinish,
    EarlyFinish,
    RushOrder,
    CancelledOrder,
    AbsentOperator,
    LateMaterial,
    OtherPrices,
}

/// What is to be told to the planner when this happens now; nothing when it cannot happen here.
pub(crate) fn happening(kind: Kind, shop: &Shop, live: &Live, numbers: &mut Numbers) -> Vec<Event> {
    let problem = live.problem();
    let now = problem.now;
    match kind {
        Kind::Breakdown => {
            let Some(machine) = numbers.any(&shop.machines) else { return Vec::new() };
            let down = Millis::new(Millis::HOUR.get() * numbers.between(1, 8));
            let closed = Event::Closed { resource: machine, from: now, until: now + down };
            // What it was working on takes so much longer.
            let stopped = running(live).into_iter().filter(|(operation, frozen)| {
                let mode = &problem.operations[*operation].modes[frozen.mode];
                mode.needs.iter().any(|need| need.0 == machine)
            });
            let stopped = stopped.map(|(operation, frozen)| Event::Fact {
                operation,
                frozen: Frozen { end: frozen.end + down, ..frozen },
            });
            stopped.chain([closed]).collect()
        }
        Kind::LateFinish | Kind::EarlyFinish => {
            let Some((operation, frozen)) = numbers.any(&running(live)) else {
                return Vec::new();
            };
            let left = frozen.end.as_millis() - now.as_millis();
            let left = match kind {
                Kind::LateFinish => left + left * numbers.between(10, 100) / 100 + 60_000,
                _ => left * numbers.between(0, 80) / 100,
            };
            let end = now + Millis::new(left);
            vec![Event::Fact { operation, frozen: Frozen { end, ..frozen } }]
        }
        Kind::RushOrder => vec![Event::Added(order(live, numbers, 10))],
        Kind::CancelledOrder => {
            let waiting: Vec<usize> = waiting(live).into_iter().map(|it| it.0).collect();
            let job = numbers.any(&waiting).map(|it| problem.operations[it].job);
            job.map(|job| Event::Cancelled { job }).into_iter().collect()
        }
        Kind::AbsentOperator => {
            let Some(person) = numbers.any(&shop.people) else { return Vec::new() };
            let until = now + Millis::DAY.times(numbers.between(1, 3) as u32);
            vec![Event::Closed { resource: person, from: now, until }]
        }
        Kind::LateMaterial => {
            let soon = now + Millis::DAY.times(2);
            let soon = waiting(live).into_iter().filter(|it| it.1 < soon);
            let Some((operation, start)) = numbers.any(&soon.collect::<Vec<_>>()) else {
                return Vec::new();
            };
            let late = Millis::new(Millis::HOUR.get() * numbers.between(1, 24));
            vec![Event::Release { operation, release: Some(start + late) }]
        }
        Kind::OtherPrices => {
            let quarter = |index: u32| now + Millis::new(900_000).times(index);
            let prices = (0..192).map(|index| Price {
                from: quarter(index),
                per_mwh: 1_000 * numbers.between(20, 180),
            });
            vec![Event::Prices(prices.collect())]
        }
    }
}

/// An order like one that there is, wanted soon.
pub(crate) fn order(live: &Live, numbers: &mut Numbers, weight: u32) -> Order {
    let problem = live.problem();
    let job = numbers.below(problem.jobs.len());
    let operations = problem.operations.iter().filter(|it| it.job == job);
    let operations: Vec<_> = operations.cloned().collect();
    let operations: Vec<_> = operations
        .into_iter()
        .map(|it| weft_plan::Operation { job: 0, frozen: None, release: None, ..it })
        .collect();
    let ties = (1..operations.len()).map(|it| Precedence::new(it - 1, it)).collect();
    let has_due = problem.jobs.iter().any(|it| it.due.is_some());
    let due = has_due.then(|| problem.now + Millis::DAY.times(numbers.between(2, 6) as u32));
    Order { job: Job { release: problem.now, due, weight }, operations, precedences: ties }
}

/// Time goes on, and what was planned to start by then does.
pub(crate) fn go_on(live: &Live, until: Timestamp) -> Vec<Event> {
    let mut starting: Vec<_> = waiting(live).into_iter().filter(|it| it.1 < until).collect();
    starting.sort_unstable_by_key(|it| it.1);
    let facts = starting.into_iter().filter_map(|(operation, _)| {
        let slot = live.scheduled(operation)?;
        let frozen = Frozen { mode: slot.mode, start: slot.start, end: slot.end };
        Some(Event::Fact { operation, frozen })
    });
    facts.chain([Event::Now(until)]).collect()
}

/// What has not started and when it will.
pub(crate) fn waiting(live: &Live) -> Vec<(usize, Timestamp)> {
    let operations = live.problem().operations.iter().enumerate();
    let waiting = operations.filter(|(_, it)| it.frozen.is_none()).map(|(index, _)| index);
    waiting.filter_map(|it| Some((it, live.scheduled(it)?.start))).collect()
}

/// What has started and not ended.
fn running(live: &Live) -> Vec<(usize, Frozen)> {
    let now = live.problem().now;
    let operations = live.problem().operations.iter().enumerate();
    let frozen = operations.filter_map(|(index, it)| Some((index, it.frozen?)));
    frozen.filter(|(_, frozen)| now < frozen.end).collect()
}
