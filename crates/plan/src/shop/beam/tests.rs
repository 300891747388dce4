//! What must hold for every beam, and shops without slack.

use proptest::prelude::*;

use super::{Beam, Goal, Progress};
use crate::random::Random;
use crate::shop::bound::lower_bound;
use crate::shop::graph::Graph;
use crate::shop::spread::Spread;
use crate::shop::tests::{is_order, shop, shortest};
use crate::shop::{Choice, NONE, Shop, ShopSearch, Ticks};

/// Runs a beam to its end.
fn run(shop: &Shop, width: usize, goal: Goal) -> Option<Vec<u32>> {
    let mut beam = Beam::new(shop, width, goal);
    loop {
        match beam.step(shop) {
            Progress::Running => {}
            Progress::Dead => return None,
            Progress::Done(order) => return Some(order),
        }
    }
}

/// The horizon of every machine is cut into `pieces`, and a job goes from the end of one piece to the next
/// that begins on another machine, or one of the `reach` next: a schedule without a gap on any machine.
pub(crate) fn perfect(seed: u64, machines: usize, pieces: usize, reach: usize) -> Shop {
    const HORIZON: Ticks = 100_000;
    let mut random = Random::new(seed);
    let mut cut: Vec<(Ticks, Ticks, u32)> = Vec::new();
    for machine in 0..machines as u32 {
        let mut ends: Vec<Ticks> = (1..pieces)
            .map(|_| 1 + random.below(HORIZON as usize - 1) as Ticks)
            .chain([0, HORIZON])
            .collect();
        ends.sort_unstable();
        ends.dedup();
        cut.extend(ends.windows(2).map(|it| (it[0], it[1], machine)));
    }
    cut.sort_unstable();
    let mut shop = Shop {
        first_choice: vec![0],
        free_from: vec![0; machines],
        needed_after: vec![0; machines],
        ..Shop::default()
    };
    let mut is_used = vec![false; cut.len()];
    while let Some(first) = is_used.iter().position(|it| !it) {
        let (mut at, mut before) = (first, NONE);
        loop {
            is_used[at] = true;
            let (start, end, machine) = cut[at];
            let this = shop.len() as u32;
            if let Some(after) = shop.after.get_mut(before as usize) {
                *after = this;
            }
            shop.before.push(before);
            shop.after.push(NONE);
            shop.release.push(0);
            shop.delivery.push(0);
            shop.choices.push(Choice { machine, work: end - start });
            shop.first_choice.push(shop.choices.len() as u32);
            before = this;
            let next = (0..cut.len())
                .filter(|it| !is_used[*it] && end <= cut[*it].0 && cut[*it].2 != machine);
            let next: Vec<usize> = next.take(reach).collect();
            if next.is_empty() {
                break;
            }
            at = next[random.below(next.len())];
        }
    }
    shop
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// What comes out of a beam of any width is a solution within the limit.
    #[test]
    fn every_schedule_keeps_its_limit(
        seed in any::<u64>(), jobs in 1_usize..9, machines in 1_usize..5, width in 1_usize..9, scale in 0..12,
    ) {
        let shop = shop(seed, jobs, machines, false);
        let target = lower_bound(&shop, &Spread::of(&shop));
        for limit in [target, target + target / 4, 2 * target, Ticks::MAX / 4] {
            if let Some(order) = run(&shop, width, Goal { target, limit, scale }) {
                prop_assert!(is_order(&shop, &order));
                let makespan = Graph::new(&shop, &order, &vec![0; shop.len()]).makespan();
                prop_assert!(makespan <= limit, "{makespan} > {limit}");
            }
        }
        let far = Goal { target, limit: Ticks::MAX / 4, scale };
        prop_assert!(run(&shop, width, far).is_some());
    }
}

#[test]
fn a_beam_of_any_width_finds_what_there_is_and_nothing_below() {
    let mut cases = 0;
    for seed in 0..200 {
        let shop = shop(seed, 3, 2, false);
        if 6 < shop.len() {
            continue;
        }
        let least = shortest(&shop);
        for scale in [0, 3, 10] {
            let goal = Goal { target: lower_bound(&shop, &Spread::of(&shop)), limit: least, scale };
            assert!(run(&shop, usize::MAX, goal).is_some(), "seed {seed}");
            let goal = Goal { limit: least - 1, ..goal };
            assert!(run(&shop, usize::MAX, goal).is_none(), "seed {seed}");
        }
        cases += 1;
    }
    assert!(40 < cases, "{cases} cases");
}

#[test]
fn shops_without_slack_are_planned_without_a_gap() {
    for (machines, pieces, reach) in [(10, 20, 1), (20, 40, 1), (40, 10, 1), (10, 100, 1)] {
        for seed in 0..5 {
            let shop = perfect(seed, machines, pieces, reach);
            let mut search = ShopSearch::new(shop, seed, None);
            search.run(20_000, &mut || true);
            assert!(search.is_proved(), "{machines} machines, {pieces} pieces, seed {seed}");
        }
    }
}

#[test]
fn a_long_trace_is_tidied_and_stays_the_same() {
    let shop = perfect(3, 30, 60, 1);
    let target = lower_bound(&shop, &Spread::of(&shop));
    let goal = Goal { target, limit: target, scale: 10 };
    let mut plain = Beam::new(&shop, 300, goal);
    let mut tidy = Beam::new(&shop, 300, goal);
    loop {
        let (one, other) = (plain.step(&shop), tidy.step(&shop));
        tidy.trace.tidy(&mut tidy.states);
        match (one, other) {
            (Progress::Running, Progress::Running) => {}
            (Progress::Done(one), Progress::Done(other)) => return assert_eq!(one, other),
            (one, other) => panic!("{one:?} but {other:?}"),
        }
    }
}
