//! What must hold for every shop.

use proptest::prelude::*;

use super::bound::lower_bound;
use super::dispatch::Dispatch;
use super::graph::Graph;
use super::relink::Relink;
use super::spread::Spread;
use super::tabu::Tabu;
use super::window::Windows;
use super::{Choice, NONE, Shop, ShopSearch, Ticks};
use crate::part::{Part, Parts};
use crate::random::Random;

/// A shop with everything a shop may have.
pub(super) fn shop(seed: u64, jobs: usize, machines: usize, is_flexible: bool) -> Shop {
    let mut random = Random::new(seed);
    let mut shop = Shop { first_choice: vec![0], ..Shop::default() };
    let mut some = |below: usize, percent: usize| {
        if random.chance(percent) { random.below(below) as Ticks } else { 0 }
    };
    for _ in 0..machines {
        shop.free_from.push(some(6, 20));
        shop.needed_after.push(some(6, 20));
    }
    for _ in 0..jobs {
        let count = 1 + some(4, 100) as u32;
        for index in 0..count {
            let this = shop.len() as u32;
            shop.before.push(if index == 0 { NONE } else { this - 1 });
            shop.after.push(if index + 1 == count { NONE } else { this + 1 });
            shop.release.push(some(8, 20));
            shop.delivery.push(some(8, 20));
            let first = some(machines, 100) as u32;
            let choices = if is_flexible { 1 + some(machines, 60) as u32 } else { 1 };
            for choice in 0..choices {
                let machine = (first + choice) % machines as u32;
                shop.choices.push(Choice { machine, work: some(9, 90) });
            }
            shop.first_choice.push(shop.choices.len() as u32);
        }
    }
    shop
}

/// As many jobs as machines, every job once on every machine in any order (Fisher & Thompson 1963).
fn square(seed: u64, size: usize) -> Shop {
    let mut random = Random::new(seed);
    let mut shop = Shop {
        first_choice: vec![0],
        free_from: vec![0; size],
        needed_after: vec![0; size],
        release: vec![0; size * size],
        delivery: vec![0; size * size],
        ..Shop::default()
    };
    for _ in 0..size {
        let mut left: Vec<u32> = (0..size as u32).collect();
        while !left.is_empty() {
            let this = shop.len() as u32;
            let machine = left.swap_remove(random.below(left.len()));
            shop.before.push(if left.len() + 1 == size { NONE } else { this - 1 });
            shop.after.push(if left.is_empty() { NONE } else { this + 1 });
            shop.choices.push(Choice { machine, work: 1 + random.below(99) as Ticks });
            shop.first_choice.push(shop.choices.len() as u32);
        }
    }
    shop
}

/// Ends and tails of a graph made anew from the same decisions.
fn times(shop: &Shop, graph: &Graph) -> (Vec<Ticks>, Vec<Ticks>, Ticks) {
    let fresh = Graph::new(shop, &graph.order, &graph.choice);
    let makespan = fresh.makespan();
    (fresh.end, fresh.tail, makespan)
}

/// The shortest solution of all: every order of operations with every choice.
pub(super) fn shortest(shop: &Shop) -> Ticks {
    fn go(shop: &Shop, order: &mut Vec<u32>, choice: &mut Vec<u32>, best: &mut Ticks) {
        if order.len() == shop.len() {
            *best = (*best).min(Graph::new(shop, order, choice).makespan());
            return;
        }
        for operation in 0..shop.len() as u32 {
            let before = shop.before[operation as usize];
            if order.contains(&operation) || before != NONE && !order.contains(&before) {
                continue;
            }
            for way in 0..shop.choices(operation).len() as u32 {
                order.push(operation);
                choice[operation as usize] = way;
                go(shop, order, choice, best);
                order.pop();
            }
        }
    }
    let mut best = Ticks::MAX;
    go(shop, &mut Vec::new(), &mut vec![0; shop.len()], &mut best);
    best
}

pub(super) fn is_order(shop: &Shop, order: &[u32]) -> bool {
    let mut seen = vec![false; shop.len()];
    order.iter().all(|&it| {
        let before = shop.before[it as usize];
        let is_in_turn = before == NONE || seen[before as usize];
        is_in_turn && !std::mem::replace(&mut seen[it as usize], true)
    }) && order.len() == shop.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Any move, sound or not, leaves an order in which jobs are in turn, and exact times.
    #[test]
    fn moves_keep_times_exact(seed in any::<u64>(), jobs in 1_usize..8, machines in 1_usize..5) {
        let shop = shop(seed, jobs, machines, true);
        let mut random = Random::new(seed);
        let order: Vec<u32> = (0..shop.len() as u32).collect();
        let mut graph = Graph::new(&shop, &order, &vec![0; shop.len()]);
        for _ in 0..60 {
            let operation = random.below(shop.len()) as u32;
            let other = random.below(shop.len()) as u32;
            let (node, target) = (graph.nodes[operation as usize], graph.nodes[other as usize]);
            let before = graph.clone();
            let is_done = if node.machine == target.machine && operation != other {
                if graph.start(operation) < graph.start(other)
                    && graph.position[operation as usize] < graph.position[other as usize]
                {
                    graph.move_behind(operation, other)
                } else if graph.position[other as usize] < graph.position[operation as usize] {
                    graph.move_before(operation, other)
                } else {
                    continue;
                }
            } else {
                let choice = random.below(shop.choices(operation).len());
                let way = shop.choices(operation)[choice];
                let behind = if way.machine == target.machine && random.chance(80) {
                    other
                } else {
                    graph.ring(way.machine)
                };
                if behind == operation || way.machine == node.machine {
                    continue;
                }
                graph.reassign(operation, choice as u32, way, behind)
            };
            prop_assert!(is_order(&shop, &graph.order));
            if !is_done {
                prop_assert_eq!(&graph.order, &before.order);
            }
            let (end, tail, makespan) = times(&shop, &graph);
            prop_assert_eq!(&graph.end, &end);
            prop_assert_eq!(&graph.tail, &tail);
            prop_assert_eq!(graph.makespan(), makespan);
        }
    }

    /// Every part of the search makes solutions, and none below the bound.
    #[test]
    fn every_solution_is_one(seed in any::<u64>(), jobs in 1_usize..9, machines in 1_usize..5, is_flexible in any::<bool>()) {
        let shop = shop(seed, jobs, machines, is_flexible);
        let mut random = Random::new(seed);
        let bound = lower_bound(&shop, &Spread::of(&shop));
        let mut dispatch = Dispatch::new(&shop, Spread::of(&shop));
        let judge = |it: &super::Solution| {
            assert!(is_order(&shop, &it.order) && bound <= it.makespan);
            assert_eq!(Graph::new(&shop, &it.order, &it.choice).makespan(), it.makespan);
        };
        let mut first = None;
        for _ in 0..6 {
            let solution = dispatch.run(&shop, &mut random, &mut || true).unwrap();
            judge(&solution);
            first = Some(solution);
        }
        let first = first.unwrap();
        let mut tabu = Tabu::new(&shop, &first.order, &first.choice);
        let mut relink = Relink::new(&shop, &first);
        let mut windows = Windows::new(&shop, &first, &mut random);
        for _ in 0..50 {
            tabu.step(&shop, &mut random);
            relink.step(&shop, &mut random);
            windows.step(&shop, &mut random);
        }
        judge(tabu.best());
        judge(relink.current());
        judge(&windows.solution());
    }
}

#[test]
fn no_solution_of_a_small_shop_beats_a_proved_one_and_none_undercuts_the_bound() {
    let (mut proved, mut optimal, mut cases) = (0, 0, 0);
    for seed in 0..150 {
        let shop = shop(seed, 3, 2, seed % 2 == 0);
        if 6 < shop.len() {
            continue;
        }
        let least = shortest(&shop);
        let mut search = ShopSearch::new(shop.clone(), seed, None);
        search.run(300, &mut || true);
        assert!(
            lower_bound(&shop, &Spread::of(&shop)) <= least && least <= search.best().makespan,
            "seed {seed}"
        );
        cases += 1;
        optimal += u32::from(search.best().makespan == least);
        proved += u32::from(search.is_proved());
        assert!(!search.is_proved() || search.best().makespan == least, "seed {seed}");
    }
    assert!(40 < cases && 20 < proved, "{cases} cases, {proved} proved");
    assert_eq!(optimal, cases, "on shops this small the search finds the best solution");
}

#[test]
fn small_shops_are_proved_though_their_bound_is_lower() {
    let mut raised = 0;
    for seed in 0..30 {
        let shop = shop(seed, 7, 4, seed % 2 == 0);
        let bound = lower_bound(&shop, &Spread::of(&shop));
        let mut search = ShopSearch::new(shop, seed, None);
        search.run(60_000, &mut || true);
        assert!(search.is_proved(), "seed {seed}");
        raised += u32::from(bound < search.best().makespan);
    }
    assert!(4 < raised, "{raised}");
}

#[test]
fn a_proof_ends_when_told_to() {
    let mut search = ShopSearch::new(square(1, 10), 1, None);
    search.run(3_000, &mut || true);
    assert!(!search.is_proved(), "too easy to show anything");
    let mut asked = 0;
    search.run(50_000, &mut || {
        asked += 1;
        asked < 3
    });
    assert_eq!(asked, 3, "nothing is done and nothing is asked after a no");
}

#[test]
fn the_same_steps_in_other_slices_find_the_same() {
    for seed in 0..10 {
        let shop = shop(seed, 8, 4, seed % 2 == 0);
        let mut whole = ShopSearch::new(shop.clone(), seed, None);
        whole.run(400, &mut || true);
        let mut sliced = ShopSearch::new(shop, seed, None);
        for _ in 0..80 {
            sliced.run(5, &mut || true);
        }
        assert_eq!(whole.best(), sliced.best(), "seed {seed}");
    }
}

#[test]
fn a_solution_from_elsewhere_is_taken_in() {
    let shop = shop(3, 9, 4, true);
    let mut good = ShopSearch::new(shop.clone(), 1, None);
    good.run(2_000, &mut || true);
    let mut other = ShopSearch::new(shop, 2, None);
    let best = good.best().clone();
    other.offer(&best.order, &best.choice);
    assert!(other.best().makespan <= best.makespan);
}

/// Every operation goes to several machines, each with a speed of its own: whoever goes where it ends soonest wastes
/// what others need.
#[test]
fn what_time_is_worth_shows_in_the_first_solutions() {
    let best = |parts: Parts| {
        let mut random = Random::new(1);
        let mut shop = Shop { parts, first_choice: vec![0], ..Shop::default() };
        (shop.free_from, shop.needed_after) = (vec![0; 8], vec![0; 8]);
        for operation in 0..480_u32 {
            shop.before.push(if operation % 8 == 0 { NONE } else { operation - 1 });
            shop.after.push(if operation % 8 == 7 { NONE } else { operation + 1 });
            shop.release.push(0);
            shop.delivery.push(0);
            let first = random.below(8);
            for other in 0..4 {
                let machine = ((first + other) % 8) as u32;
                shop.choices.push(Choice { machine, work: 1 + random.below(99) as Ticks });
            }
            shop.first_choice.push(shop.choices.len() as u32);
        }
        let spread = Spread::of(&shop);
        let bound = f64::from(lower_bound(&shop, &spread));
        let mut dispatch = Dispatch::new(&shop, spread);
        let runs = (0..12).filter_map(|_| dispatch.run(&shop, &mut random, &mut || true));
        runs.map(|it| f64::from(it.makespan) / bound).fold(f64::INFINITY, f64::min)
    };
    let (with, without) = (best(Parts::default()), best(Parts::without(&[Part::MachinePrices])));
    assert!(with < 1.1 && 1.2 < without, "times the bound: {with}, without prices {without}");
}
