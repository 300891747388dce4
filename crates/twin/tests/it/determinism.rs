use weft_engine::Settings;
use weft_model::Timestamp;
use weft_twin::{Faults, World};

use crate::shop::shop;

fn history(seed: u64, faults: Faults) -> Vec<String> {
    let mut world = World::new(shop(), Settings::default(), seed);
    let mut history = Vec::new();
    world.run(faults, Timestamp::parse("2026-03-20T00:00:00Z").unwrap(), &mut |events| {
        for recorded in events {
            history.push(format!("{recorded:?}"));
        }
    });
    history
}

const FAULTS: Faults = Faults { lost: 5, doubled: 2, late: 5, killed: 1, dead_every: None };

#[test]
fn a_seed_replays_exactly() {
    for faults in [Faults::NONE, FAULTS] {
        assert_eq!(history(7, faults), history(7, faults));
    }
}

#[test]
fn another_seed_is_another_world() {
    assert_ne!(history(7, Faults::NONE), history(8, Faults::NONE));
}
