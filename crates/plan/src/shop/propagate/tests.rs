//! Nothing that is part of a solution is ever cut off, and all that the rules say is.

use proptest::prelude::*;

use super::machine::{Orders, Overload, Rules, Task};
use super::{Engine, Exact, Outcome, Raise};
use crate::random::Random;
use crate::shop::bound::lower_bound;
use crate::shop::graph::Graph;
use crate::shop::spread::Spread;
use crate::shop::tests::{is_order, shop, shortest};
use crate::shop::{NONE, Shop, Solution, Ticks};

fn tasks(seed: u64, count: usize) -> Vec<Task> {
    let mut random = Random::new(seed);
    let horizon = 4 * count + random.below(6);
    let task = |_| {
        let work = random.below(7) as Ticks;
        let earliest = random.below(horizon) as Ticks;
        let latest = earliest + work + random.below(horizon) as Ticks;
        Task { earliest, latest, work }
    };
    (0..count).map(task).collect()
}

/// By task the earliest start and the latest end over all orders that keep all windows; `None` when no order
/// does.
fn hull(tasks: &[Task]) -> Option<Vec<(Ticks, Ticks)>> {
    fn go(tasks: &[Task], order: &mut Vec<usize>, hull: &mut Option<Vec<(Ticks, Ticks)>>) {
        if order.len() < tasks.len() {
            for next in 0..tasks.len() {
                if !order.contains(&next) {
                    order.push(next);
                    go(tasks, order, hull);
                    order.pop();
                }
            }
            return;
        }
        let mut spans = vec![(0, 0); tasks.len()];
        let mut end = Ticks::MIN;
        for &at in &*order {
            let start = tasks[at].earliest.max(end);
            end = start + tasks[at].work;
            spans[at].0 = start;
            if tasks[at].latest < end {
                return;
            }
        }
        let mut start = Ticks::MAX;
        for &at in order.iter().rev() {
            spans[at].1 = tasks[at].latest.min(start);
            start = spans[at].1 - tasks[at].work;
        }
        let hull = hull.get_or_insert_with(|| spans.clone());
        for (all, one) in hull.iter_mut().zip(spans) {
            *all = (all.0.min(one.0), all.1.max(one.1));
        }
    }
    let mut all = None;
    go(tasks, &mut Vec::new(), &mut all);
    all
}

/// The rules by their definition, over all sets.
fn narrowed_by_definition(tasks: &[Task]) -> Result<Vec<Task>, Overload> {
    let mut tasks = tasks.to_vec();
    loop {
        let before = tasks.clone();
        for _ in 0..2 {
            one_way_by_definition(&mut tasks)?;
            for task in &mut tasks {
                (task.earliest, task.latest) = (-task.latest, -task.earliest);
            }
        }
        if tasks == before {
            return Ok(tasks);
        }
    }
}

fn one_way_by_definition(tasks: &mut [Task]) -> Result<(), Overload> {
    for set in 1_u32..1 << tasks.len() {
        let inside = |at: usize| set & 1 << at != 0;
        let members: Vec<Task> =
            (0..tasks.len()).filter(|at| inside(*at)).map(|at| tasks[at]).collect();
        let work: Ticks = members.iter().map(|it| it.work).sum();
        let earliest = members.iter().map(|it| it.earliest).min().unwrap();
        let latest = members.iter().map(|it| it.latest).max().unwrap();
        let last_start = members.iter().map(|it| it.latest - it.work).max().unwrap();
        if latest < earliest + work {
            return Err(Overload);
        }
        for (_, task) in tasks.iter_mut().enumerate().filter(|it| !inside(it.0)) {
            let is_last = latest < earliest.min(task.earliest) + work + task.work
                || members.iter().all(|it| it.latest - it.work < task.earliest + task.work);
            if is_last {
                task.earliest = task.earliest.max(earliest + work);
            }
            if task.latest - task.work < earliest + work {
                task.latest = task.latest.min(last_start);
            }
            if task.latest < task.earliest + task.work {
                return Err(Overload);
            }
        }
    }
    Ok(())
}

/// All solutions of a small shop.
fn solutions(shop: &Shop) -> Vec<Graph> {
    fn go(shop: &Shop, order: &mut Vec<u32>, choice: &mut Vec<u32>, all: &mut Vec<Graph>) {
        if order.len() == shop.len() {
            all.push(Graph::new(shop, order, choice));
        }
        for operation in 0..shop.len() as u32 {
            let before = shop.before[operation as usize];
            if order.contains(&operation) || before != NONE && !order.contains(&before) {
                continue;
            }
            for way in 0..shop.choices(operation).len() as u32 {
                order.push(operation);
                choice[operation as usize] = way;
                go(shop, order, choice, all);
                order.pop();
            }
        }
    }
    let mut all = Vec::new();
    go(shop, &mut Vec::new(), &mut vec![0; shop.len()], &mut all);
    all
}

fn assert_keeps(engine: &Engine, solution: &Graph, limit: Ticks, seed: u64) {
    for operation in 0..engine.work.len() {
        let work = solution.nodes[operation].work;
        let last_end = limit - (solution.tail[operation] - work);
        let (earliest, latest) = (engine.earliest[operation], engine.latest[operation]);
        assert!(earliest <= solution.start(operation as u32), "seed {seed}, operation {operation}");
        assert!(last_end <= latest, "seed {seed}, operation {operation}");
        let chosen = engine.first_choice[operation] + solution.choice[operation];
        assert!(engine.is_left[chosen as usize], "seed {seed}, operation {operation}");
    }
}

/// Whether no operation takes longer on its machine than it has to.
fn is_shortest(shop: &Shop, solution: &Graph) -> bool {
    (0..shop.len() as u32).all(|it| {
        let own = solution.nodes[it as usize];
        let chosen = solution.choice[it as usize];
        let same = shop
            .choices(it)
            .iter()
            .position(|way| way.machine == own.machine && way.work <= own.work);
        same.is_none_or(|same| chosen <= same as u32)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// The trees cut off exactly what the definitions of the rules do, and nothing that is possible.
    #[test]
    fn a_machine_cuts_off_what_the_rules_say(seed in any::<u64>(), count in 1_usize..7) {
        let tasks = tasks(seed, count);
        let mut narrow = tasks.clone();
        let (mut rules, mut orders) = (Rules::default(), Orders::new(count));
        let mut again = Ok(true);
        while again == Ok(true) {
            again = rules.narrow(&mut narrow, &mut orders);
        }
        let result = again.map(|_| narrow);
        if let Some(hull) = hull(&tasks) {
            let narrow = result.clone();
            prop_assert!(narrow.is_ok(), "{tasks:?} is possible");
            for (task, (start, end)) in narrow.unwrap().iter().zip(hull) {
                prop_assert!(task.earliest <= start && end <= task.latest);
            }
        }
        prop_assert_eq!(result, narrowed_by_definition(&tasks));
    }
}

#[test]
fn windows_keep_all_solutions_and_levels_are_taken_back() {
    let (mut cases, mut refuted, mut refuted_later) = (0, 0, 0);
    for seed in 0..400 {
        let shop = shop(seed, 3, 2, seed % 2 == 0);
        if (if shop.is_flexible() { 5 } else { 6 }) < shop.len() {
            continue;
        }
        let mut all = solutions(&shop);
        all.retain(|it| is_shortest(&shop, it));
        let least = all.iter().map(Graph::makespan).min().unwrap();
        let mut engine = Engine::new(&shop);
        let mut random = Random::new(seed);
        for limit in [least - 1, least, least + 2, least + 6] {
            if engine.begin(limit).and_then(|()| engine.propagate()).is_err() {
                assert!(limit < least, "seed {seed}");
                refuted += 1;
                continue;
            }
            let mut kept: Vec<&Graph> = all.iter().filter(|it| it.makespan() <= limit).collect();
            for it in &kept {
                assert_keeps(&engine, it, limit, seed);
            }
            let root = state(&engine);
            for _ in 0..6 {
                let one = random.below(shop.len()) as u32;
                let other = random.below(shop.len()) as u32;
                let on = engine.machine[one as usize];
                engine.push();
                let tried = if on == NONE {
                    let ways: Vec<u32> = engine.ways(one).collect();
                    let way = ways[random.below(ways.len())];
                    let own = way - engine.first_choice[one as usize];
                    if random.chance(50) {
                        kept.retain(|it| it.choice[one as usize] == own);
                        engine.take_way(one, way)
                    } else {
                        kept.retain(|it| it.choice[one as usize] != own);
                        engine.drop_way(one, way)
                    }
                } else if one != other && on == engine.machine[other as usize] {
                    kept.retain(|it| it.position[one as usize] < it.position[other as usize]);
                    engine.decide(one, other)
                } else {
                    Ok(())
                };
                if tried.and_then(|()| engine.propagate()).is_err() {
                    assert!(kept.is_empty(), "seed {seed}");
                    refuted_later += 1;
                    break;
                }
                for it in &kept {
                    assert_keeps(&engine, it, limit, seed);
                }
            }
            while !engine.levels.is_empty() {
                engine.pop();
            }
            assert_eq!(root, state(&engine), "seed {seed}");
        }
        cases += 1;
    }
    assert!(
        80 < cases && 80 < refuted && 40 < refuted_later,
        "{cases}, {refuted}, {refuted_later}"
    );
}

/// All that a level changes.
fn state(engine: &Engine) -> Vec<Vec<i64>> {
    let times = [&engine.earliest, &engine.latest, &engine.work];
    let counts = [&engine.open, &engine.machine, &engine.placed, &engine.ways_left];
    let flags = [&engine.is_left, &engine.is_before];
    let times = times.map(|it| it.iter().map(|it| i64::from(*it)).collect());
    let counts = counts.map(|it| it.iter().map(|it| i64::from(*it)).collect());
    let flags = flags.map(|it| it.iter().map(|it| i64::from(*it)).collect());
    times.into_iter().chain(counts).chain(flags).collect()
}

#[test]
fn a_raised_bound_is_one() {
    let (mut cases, mut raised, mut tight) = (0, 0, 0);
    for seed in 0..300 {
        let shop = shop(seed, 3, 2, seed % 2 == 0);
        if 6 < shop.len() {
            continue;
        }
        let least = shortest(&shop);
        let bound = lower_bound(&shop, &Spread::of(&shop));
        let mut raise = Raise::new(&shop, bound, least + 9);
        while raise.step() {}
        assert!(bound <= raise.bound() && raise.bound() <= least, "seed {seed}");
        cases += 1;
        raised += u32::from(bound < raise.bound());
        tight += u32::from(raise.bound() == least);
    }
    assert!(80 < cases && 4 < raised && cases < 2 * tight, "{cases}, {raised}, {tight}");
}

#[test]
fn the_complete_search_ends_with_the_best_solution() {
    let mut cases = 0;
    for seed in 0..300 {
        let shop = shop(seed, 3, 3, seed % 2 == 0);
        if 6 < shop.len() {
            continue;
        }
        let least = shortest(&shop);
        let (found, is_order_sound) = search(&shop, seed);
        assert!(is_order_sound, "seed {seed}");
        assert_eq!(found, least, "seed {seed}");
        cases += 1;
    }
    assert!(60 < cases, "{cases} cases");
}

#[test]
fn a_larger_search_agrees_whatever_its_seed() {
    for seed in 0..6 {
        let shop = shop(seed, 7, 4, seed % 2 == 0);
        let (one, _) = search(&shop, 1);
        let (other, _) = search(&shop, 2);
        assert_eq!(one, other, "seed {seed}");
    }
}

/// From any solution to the best; and whether everything found on the way was one.
fn search(shop: &Shop, seed: u64) -> (Ticks, bool) {
    let order: Vec<u32> = (0..shop.len() as u32).collect();
    let mut best = Graph::new(shop, &order, &vec![0; shop.len()]).solution();
    let mut exact = Exact::new(shop, &best);
    let mut random = Random::new(seed);
    let mut is_sound = true;
    loop {
        match exact.step(&mut random) {
            Outcome::Running => {}
            Outcome::Proved => return (best.makespan, is_sound),
            Outcome::Found(order, choice) => {
                let found: Solution = Graph::new(shop, &order, &choice).solution();
                is_sound &= is_order(shop, &order) && found.makespan < best.makespan;
                best = found;
                exact.learn(&best);
            }
        }
    }
}
