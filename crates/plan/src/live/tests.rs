//! What must hold after every event.

mod problems;

use proptest::prelude::*;
use weft_model::{Millis, WorkingTime};

use super::{Event, Kind, Live, Order};
use crate::problem::{
    Cost, Frozen, Job, LEVELS, Mode, Operation, Plan, Precedence, Price, Problem,
};
use crate::random::Random;
use crate::search::Search;
use crate::tests::random::{self, Size};
use crate::tests::small::at;
use crate::{check, checker};

fn key(cost: Cost) -> (usize, [i128; LEVELS]) {
    (cost.unplaced, cost.levels)
}

/// An event that makes sense for the plan as it stands.
fn event(live: &Live, random: &mut Random) -> Event {
    let problem = live.problem();
    let now = problem.now.as_millis();
    let operation = random.below(problem.operations.len());
    let resource = random.below(problem.resources.len());
    let job = random.below(problem.jobs.len());
    let soon = |random: &mut Random, within: usize| at(now + random.below(within) as i64);
    match random.below(12) {
        0 => Event::Now(soon(random, 12)),
        1 | 2 => fact(live, operation, random),
        3 => {
            let from = soon(random, 30);
            Event::Closed { resource, from, until: from + Millis::new(random.below(30) as i64) }
        }
        4 => Event::Calendar { resource, working: WorkingTime::always() },
        5 => {
            let release = random.chance(70).then(|| soon(random, 40));
            Event::Release { operation, release }
        }
        6 => {
            let due = random.chance(80).then(|| soon(random, 60));
            Event::Due { job, due, weight: random.below(5) as u32 }
        }
        7 => Event::Cancelled { job },
        8 => Event::Prices(vec![
            Price { from: soon(random, 10), per_mwh: 100_000 * random.below(50) as i64 },
            Price { from: at(now + 20), per_mwh: 100_000 * random.below(50) as i64 },
        ]),
        9 => match problem.operations[operation].frozen {
            Some(_) => Event::Withdrawn { operation },
            None => Event::Now(soon(random, 3)),
        },
        10 => {
            let it = &problem.resources[resource];
            // Setups need a capacity of one.
            let extra = if it.setups.is_some() { 0 } else { random.below(3) as u32 };
            Event::Capacity { resource, capacity: (it.capacity + extra).saturating_sub(1).max(1) }
        }
        _ => Event::Added(order(problem, random)),
    }
}

/// It has started, or ended, sooner or later than planned.
fn fact(live: &Live, operation: usize, random: &mut Random) -> Event {
    let problem = live.problem();
    let now = problem.now.as_millis();
    let planned = live.scheduled(operation);
    let start = planned.map_or(now, |it| it.start.as_millis());
    let start = at(start + random.below(5) as i64 - 2);
    let modes = problem.operations[operation].modes.len();
    let mode = planned.filter(|_| random.chance(80)).map(|it| it.mode);
    let mode = mode.unwrap_or_else(|| random.below(modes));
    let end = planned.map_or(start, |it| it.end).max(start);
    let end = end + Millis::new(random.below(9) as i64 - 3);
    Event::Fact { operation, frozen: Frozen { mode, start, end: end.max(start) } }
}

fn order(problem: &Problem, random: &mut Random) -> Order {
    let count = 1 + random.below(3);
    let now = problem.now.as_millis();
    let operations = (0..count).map(|_| {
        let like = &problem.operations[random.below(problem.operations.len())];
        let modes = like.modes.iter().map(|it| Mode { uses: Vec::new(), ..it.clone() });
        Operation {
            modes: modes.collect(),
            spans_breaks: like.spans_breaks,
            ..Operation::default()
        }
    });
    let operations: Vec<Operation> = operations.collect();
    let ties = (1..count).map(|it| Precedence::new(it - 1, it)).collect();
    let release = at(now + random.below(20) as i64);
    let due = random.chance(70).then(|| release + Millis::new(random.below(50) as i64));
    let job = Job { release, due, weight: random.below(4) as u32 };
    Order { job, operations, precedences: ties }
}

fn judge(live: &Live) {
    let now = live.snapshot();
    assert_eq!(now.problem.validate(), Ok(()));
    assert_eq!(check(&now.problem, &now.plan), [], "{now:?}");
    assert_eq!(checker::cost(&now.problem, &now.plan), live.cost(), "{now:#?}");
}

fn state(live: &Live) -> (Problem, Plan, Cost) {
    (live.problem().clone(), live.plan(), live.cost())
}

/// What is promised changes nothing, and comes true when the order comes.
fn check_promise(live: &mut Live, order: &Order) {
    let before = state(live);
    let promise = live.promise(order).unwrap();
    assert_eq!(state(live), before, "a promise changes nothing");
    assert_eq!(promise.before, live.cost());
    let mut copy = live.clone();
    let change = copy.apply(&Event::Added(order.clone())).unwrap();
    if promise.end.is_some() {
        let first = live.problem().operations.len();
        let mut others = copy.plan().operations;
        let added = others.split_off(first);
        assert_eq!(added, promise.operations, "what is promised is what comes");
        assert_eq!(others, before.1.operations, "nobody is moved");
        assert_eq!(change.after, promise.after);
    }
    assert_eq!(state(live), before, "a copy leaves the original alone");
}

/// Started operations are where they were said to be.
fn check_facts(live: &Live) {
    for (index, it) in live.problem().operations.iter().enumerate() {
        if let Some(frozen) = it.frozen {
            let found = live.scheduled(index).unwrap();
            let found = Frozen { mode: found.mode, start: found.start, end: found.end };
            assert_eq!(found, frozen, "operation {index}");
        }
    }
}

fn live_through(mut live: Live, seed: u64, events: usize) {
    let mut random = Random::new(seed);
    judge(&live);
    for _ in 0..events {
        let event = event(&live, &mut random);
        let order = order(live.problem(), &mut random);
        check_promise(&mut live, &order);
        let (mut copy, untouched) = (live.clone(), state(&live));
        let Ok(change) = live.apply(&event) else {
            assert_eq!(state(&live), untouched, "a refused event changes nothing");
            continue;
        };
        assert_eq!(state(&copy), untouched, "a copy is left alone");
        judge(&live);
        check_facts(&live);
        let old = |it: usize| untouched.1.operations.get(it).copied().flatten();
        let all = 0..live.problem().operations.len();
        let moved: Vec<usize> = all.filter(|it| old(*it) != live.scheduled(*it)).collect();
        assert_eq!(
            change.moved.iter().copied().collect::<std::collections::BTreeSet<_>>(),
            moved.into_iter().collect()
        );
        assert_eq!((change.before, change.after), (untouched.2, live.cost()));
        let before = live.cost();
        let asked = live.moved().len();
        live.improve(20);
        judge(&live);
        check_facts(&live);
        assert!(key(live.cost()) <= key(before), "never worse");
        let allowed = live.waiting().count() * live.moved_percent / 100;
        assert!(live.moved().len() <= allowed.max(asked), "no more moved than allowed");
        copy.apply(&event).unwrap();
        copy.improve(20);
        assert_eq!(state(&copy), state(&live), "the same events and seed give the same plan");
        live.put_in_force();
        let plan = live.plan();
        assert_eq!(live.improve(50).moved, [], "no event, no change");
        assert_eq!(live.plan(), plan);
    }
}

fn take_on(problem: Problem, seed: u64) -> Live {
    let first = Search::new(&problem, seed, None).unwrap();
    let is_sound = check(&problem, first.best()).is_empty();
    let live = Live::new(problem, first.best()).unwrap();
    if is_sound {
        assert_eq!(&live.plan(), first.best(), "a sound plan is taken on as it is");
    }
    live.with_moved_percent([0, 15, 100][seed as usize % 3])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn after_every_event_there_is_a_sound_plan(
        seed in any::<u64>(),
        jobs in 1_usize..8,
        operations_per_job in 1_usize..6,
        resources in 1_usize..5,
        may_fail in any::<bool>(),
    ) {
        let size = Size { jobs, operations_per_job, resources, work: 12, may_fail, frozen_percent: 10 };
        let problem = random::problem(seed, size);
        let live = take_on(problem, seed);
        assert!(matches!(live.kind, Kind::Table(_)));
        live_through(live, seed, 8);
    }

    #[test]
    fn timetables_know_setups_prices_and_limits(
        seed in any::<u64>(),
        jobs in 1_usize..8,
        operations_per_job in 1_usize..6,
        resources in 1_usize..5,
        may_fail in any::<bool>(),
    ) {
        let size = Size { jobs, operations_per_job, resources, work: 12, may_fail, frozen_percent: 10 };
        let problem = problems::rich(seed, size);
        // What takes no time may lie within something else; timetables with setups do not know how.
        let facts = problem.operations.iter().filter_map(|it| it.frozen);
        let has_instants = facts.into_iter().any(|it| it.start == it.end);
        let live = take_on(problem, seed);
        assert!(matches!(live.kind, Kind::Table(_)) || has_instants);
        live_through(live, seed, 8);
    }

    #[test]
    fn what_timetables_do_not_know_is_mended_as_a_whole(
        seed in any::<u64>(),
        jobs in 1_usize..4,
        operations_per_job in 1_usize..4,
        resources in 1_usize..4,
    ) {
        let may_fail = seed % 2 == 0;
        let size = Size { jobs, operations_per_job, resources, work: 8, may_fail, frozen_percent: 8 };
        live_through(take_on(random::mixed(seed, size), seed), seed, 4);
    }
}
