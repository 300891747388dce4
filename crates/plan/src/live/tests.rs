//! What must hold after every event.

use proptest::prelude::*;
use weft_model::{Millis, Timestamp};

use super::{Event, Kind, Live, Order};
use crate::problem::{Frozen, Job, Mode, Operation, Precedence, Price, Problem};
use crate::random::Random;
use crate::search::Search;
use crate::tests::random::{self, Size};
use crate::{check, checker};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// An event that makes sense for the plan as it stands.
fn event(live: &Live, random: &mut Random) -> Event {
    let problem = live.problem();
    let now = problem.now.as_millis();
    let operation = random.below(problem.operations.len());
    let soon = |random: &mut Random, within: usize| at(now + random.below(within) as i64);
    match random.below(11) {
        0 => Event::Now(soon(random, 12)),
        1 | 2 => {
            let modes = problem.operations[operation].modes.len();
            let planned = live.scheduled(operation);
            let start = planned.map_or(now, |it| it.start.as_millis());
            let start = at(start + random.below(5) as i64 - 2);
            let mode = planned.map_or(random.below(modes), |it| it.mode);
            let end = planned.map_or(start, |it| it.end).max(start);
            let end = end + Millis::new(random.below(9) as i64 - 3);
            Event::Fact { operation, frozen: Frozen { mode, start, end: end.max(start) } }
        }
        3 => {
            let resource = random.below(problem.resources.len());
            let from = soon(random, 30);
            Event::Closed { resource, from, until: from + Millis::new(random.below(30) as i64) }
        }
        4 => {
            let resource = random.below(problem.resources.len());
            Event::Calendar { resource, working: weft_model::WorkingTime::always() }
        }
        5 => {
            let release = random.chance(70).then(|| soon(random, 40));
            Event::Release { operation, release }
        }
        6 => {
            let job = random.below(problem.jobs.len());
            let due = random.chance(80).then(|| soon(random, 60));
            Event::Due { job, due, weight: random.below(5) as u32 }
        }
        7 => Event::Cancelled { job: random.below(problem.jobs.len()) },
        8 => Event::Prices(vec![
            Price { from: soon(random, 10), per_mwh: random.below(50) as i64 },
            Price { from: at(now + 20), per_mwh: random.below(50) as i64 },
        ]),
        9 => match problem.operations[operation].frozen {
            Some(_) => Event::Withdrawn { operation },
            None => Event::Now(soon(random, 3)),
        },
        _ => Event::Added(order(problem, random)),
    }
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
    let text = || crate::tests::text(&now.problem, &now.plan);
    assert_eq!(check(&now.problem, &now.plan), [], "{}", text());
    assert_eq!(checker::cost(&now.problem, &now.plan), live.cost(), "{}", text());
}

fn live_through(problem: Problem, seed: u64, events: usize) {
    let mut random = Random::new(seed);
    let first = Search::new(&problem, seed, None).unwrap();
    let mut live = Live::new(problem, first.best()).unwrap().with_moved_percent(100);
    judge(&live);
    for _ in 0..events {
        let event = event(&live, &mut random);
        let order = order(live.problem(), &mut random);
        let untouched = (live.plan(), live.cost());
        let promise = live.promise(&order).unwrap();
        assert_eq!((live.plan(), live.cost()), untouched, "a promise changes nothing");
        let Ok(change) = live.apply(&event) else { continue };
        judge(&live);
        assert_eq!(change.after, live.cost());
        for (index, it) in live.problem().operations.iter().enumerate() {
            if let Some(frozen) = it.frozen {
                let found = live.scheduled(index).unwrap();
                assert_eq!((found.mode, found.start, found.end), (frozen.mode, frozen.start, frozen.end));
            }
        }
        let before = live.cost();
        live.improve(20);
        judge(&live);
        let key = |cost: crate::Cost| (cost.unplaced, cost.levels);
        assert!(key(live.cost()) <= key(before), "never worse");
        live.put_in_force();
        let plan = live.plan();
        assert_eq!(live.improve(50).moved, [], "no event, no change");
        assert_eq!(live.plan(), plan);
        let _ = promise;
    }
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
        let live = Live::new(problem.clone(), &crate::Plan::default()).unwrap();
        assert!(matches!(live.kind, Kind::Table(_)));
        live_through(problem, seed, 8);
    }
}
