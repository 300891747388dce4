//! What any world comes to adds up.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_account::{Ledger, Scope};
use weft_engine::Settings;
use weft_model::{Millis, Timestamp};
use weft_run::Event;
use weft_twin::{Faults, Replay, World, seeds};

use crate::shop::shop;

const FAULTS: Faults =
    Faults { lost: 5, doubled: 2, late: 5, killed: 1, dead_every: Some(Millis::HOUR.times(60)) };

/// ACC-1: a resource is busy for no more than its working time. ACC-2: work in progress times the span is
/// the sum of the times that orders spent in the shop.
#[test]
fn figures_of_any_world_add_up() {
    let settings = Settings { plan_steps: 5, ..Settings::default() };
    for seed in seeds(40) {
        let _replay = Replay { seed };
        let mut world = World::new(shop(), settings, seed);
        let begin = shop().twin.start;
        world.run(FAULTS, begin + Millis::DAY.times(1 + (seed % 9) as u32), &mut |_| {});
        let mut ledger = Ledger::default();
        world.events().iter().for_each(|recorded| ledger.heed(recorded));

        let solution = shop();
        let calendars = weft_engine::Calendars::new(Arc::clone(&solution), begin, begin);
        let working = calendars.times();
        let resources: BTreeMap<_, _> = solution
            .resources
            .values()
            .map(|resource| (&resource.id, (resource.capacity, &working[&resource.id])))
            .collect();
        let mut random = weft_twin::Random::new(seed);
        for _ in 0..20 {
            let from = begin + Millis::MINUTE.times(random.below(9 * 24 * 60) as u32);
            let to = from + Millis::MINUTE.times(random.below(3 * 24 * 60) as u32);
            let scope = Scope { resources: resources.clone(), whole: true, from, to };
            let account = ledger.account(&scope);
            for line in &account.utilisation {
                assert!(line.busy_h <= line.available_h + 1e-9, "ACC-1: {line:?}");
                assert!(line.figure.value.is_none_or(|value| (0.0..=100.0).contains(&value)));
            }
            let wip = account.figures.iter().find(|figure| figure.id == "work-in-progress");
            let to = to.min(ledger.until);
            let in_shop = time_in_shop(&ledger, from, to);
            match wip.unwrap().value {
                Some(wip) => {
                    assert!((wip * (to - from).as_hours() - in_shop).abs() < 1e-6, "ACC-2");
                }
                None => assert!(to <= from, "ACC-2: no figure"),
            }
            for figure in &account.figures {
                assert!(figure.value.is_none_or(f64::is_finite), "{figure:?}");
                assert!(figure.events.is_sorted(), "{figure:?}");
                assert!(figure.events.iter().all(|event| *event <= ledger.sequence));
            }
        }
        check_totals(&world, &ledger, &resources, begin);
    }
}

/// Hours that orders spent in the shop, order by order.
fn time_in_shop(ledger: &Ledger, from: Timestamp, to: Timestamp) -> f64 {
    ledger
        .orders
        .values()
        .map(|order| {
            let begun = order.placed.at.max(order.release).max(from);
            let left = order.completed.or(order.cancelled).map_or(to, |left| left.at.min(to));
            (left - begun).as_hours().max(0.0)
        })
        .sum()
}

/// Over all of history every order and operation is counted, and named, exactly once.
fn check_totals(
    world: &World,
    ledger: &Ledger,
    resources: &BTreeMap<&weft_model::ResourceId, (u32, &weft_model::WorkingTime)>,
    begin: Timestamp,
) {
    let to = ledger.until + Millis::new(1);
    let scope = Scope { resources: resources.clone(), whole: true, from: begin, to };
    let account = ledger.account(&scope);
    let numbers_of = |kind: &str| -> Vec<u64> {
        let of_kind = world.events().iter().filter(|recorded| recorded.event.kind() == kind);
        of_kind.map(|recorded| recorded.sequence).collect()
    };
    let events_of =
        |id: &str| account.figures.iter().find(|figure| figure.id == id).unwrap().events.clone();
    assert_eq!(events_of("orders-completed"), numbers_of("order-completed"));
    assert_eq!(events_of("operations-finished"), numbers_of("operation-finished"));
    let finished = |event: &Event| match event {
        Event::OperationFinished { quantities, .. } => u64::from(quantities.total()),
        _ => 0,
    };
    let pieces: u64 = world.events().iter().map(|recorded| finished(&recorded.event)).sum();
    let in_ledger = ledger.operations.values().map(|line| u64::from(line.quantities.total()));
    assert_eq!(pieces, in_ledger.sum::<u64>());
}
