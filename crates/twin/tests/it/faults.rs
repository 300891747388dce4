use weft_engine::Settings;
use weft_model::{Millis, Timestamp};
use weft_twin::{Faults, Replay, World, seeds};

use crate::shop::shop;

/// Percentages as in the design's sketch of this test.
const FAULTS: Faults = Faults {
    lost: 5,
    doubled: 2,
    late: 5,
    killed: 1,
    dead_every: Some(Millis::HOUR.times(24 * 5)),
};

fn run(seed: u64, faults: Faults) -> u64 {
    let _replay = Replay { seed };
    let mut world = World::new(shop(), Settings { plan_steps: 20, ..Settings::default() }, seed);
    let begin = Timestamp::parse("2026-03-02T00:00:00Z").unwrap();
    // Faults for four days, looked at every twelve hours; then they stop, and everything must end.
    for half_day in 1..=8 {
        world.run(faults, begin + Millis::HOUR.times(12 * half_day), &mut |_| {});
        world.check().unwrap();
    }
    world.run(Faults::NONE, begin + Millis::DAY.times(60), &mut |_| {});
    world.check().unwrap();
    world.check_ended().unwrap();
    world.summary().kills
}

#[test]
fn two_hundred_faulty_worlds_lose_nothing_and_make_nothing_twice() {
    let kills: u64 = seeds(200).into_iter().map(|seed| run(seed, FAULTS)).sum();
    assert!(0 < kills, "a test of kills in which nothing was killed");
}

#[test]
fn a_world_in_which_the_process_dies_all_the_time_goes_on() {
    for seed in seeds(20) {
        run(seed, Faults { killed: 12, ..FAULTS });
    }
}
