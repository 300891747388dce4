//! What must hold for every plan of the general search.

use std::sync::Arc;

use proptest::prelude::*;

use super::{GeneralSearch, Model};
use crate::bound;
use crate::instance::Instance;
use crate::problem::{Plan, Problem, Scheduled};
use crate::strategy::Strategy as _;
use crate::tests::random::{self, Size};
use crate::{check, checker};

fn plan_of(problem: &Problem, search: &GeneralSearch) -> Plan {
    let instance = Instance::new(problem).unwrap();
    let slots = search.slots().into_iter().zip(&instance.operations);
    let scheduled = slots.map(|(slot, it)| {
        slot.is_placed().then(|| Scheduled {
            mode: (slot.mode - it.first_mode) as usize,
            start: weft_model::Timestamp::from_millis(slot.start),
            end: weft_model::Timestamp::from_millis(slot.end),
        })
    });
    let operations = scheduled.collect();
    Plan { operations, branches: search.branches().iter().map(|it| *it as usize).collect() }
}

fn judge(problem: &Problem, seed: u64) {
    let instance = Arc::new(Instance::new(problem).unwrap());
    let bound = bound::bound(&instance);
    let model = Arc::new(Model::new(problem, &instance));
    let mut search = GeneralSearch::new(Arc::clone(&model), &bound, seed, None);
    for _ in 0..4 {
        let before = search.cost();
        let plan = plan_of(problem, &search);
        assert_eq!(check(problem, &plan), [], "{}", crate::tests::text(problem, &plan));
        assert_eq!(checker::cost(problem, &plan), search.cost());
        let least = bound.cost;
        assert!(least.unplaced <= before.unplaced);
        if least.unplaced == before.unplaced {
            assert!(least.levels[0] <= before.levels[0] && least.makespan <= before.makespan);
        }
        search.run(15, &mut || true);
        assert!(search.cost() <= before);
    }
    let mended = GeneralSearch::mended(model, &bound, &plan_of(problem, &search));
    assert_eq!(check(problem, &plan_of(problem, &mended)), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn plain_problems_are_planned_by_every_rule(
        seed in any::<u64>(),
        jobs in 1_usize..8,
        operations_per_job in 1_usize..6,
        resources in 1_usize..5,
        may_fail in any::<bool>(),
    ) {
        let size = Size { jobs, operations_per_job, resources, work: 12, may_fail, frozen_percent: 10 };
        judge(&random::problem(seed, size), seed);
    }

    #[test]
    fn problems_with_every_rule_mixed_are_planned(
        seed in any::<u64>(),
        jobs in 1_usize..7,
        operations_per_job in 1_usize..6,
        resources in 1_usize..6,
        may_fail in any::<bool>(),
    ) {
        let size = Size { jobs, operations_per_job, resources, work: 12, may_fail, frozen_percent: 10 };
        judge(&random::mixed(seed, size), seed);
    }
}

#[test]
fn scan() {
    let mut kinds: std::collections::BTreeMap<String, (u32, u64)> = Default::default();
    for seed in 0..1500u64 {
        let size = Size {
            jobs: 1 + seed as usize % 6,
            operations_per_job: 1 + seed as usize % 5,
            resources: 1 + seed as usize % 4,
            work: 12,
            may_fail: seed % 3 == 0,
            frozen_percent: 10,
        };
        let problem = random::mixed(seed, size);
        let result = std::panic::catch_unwind(|| {
            let instance = Arc::new(Instance::new(&problem).unwrap());
            let bound = bound::bound(&instance);
            let model = Arc::new(Model::new(&problem, &instance));
            let mut search = GeneralSearch::new(Arc::clone(&model), &bound, seed, None);
            search.run(20, &mut || true);
            let plan = plan_of(&problem, &search);
            let mut all: Vec<String> =
                check(&problem, &plan).iter().map(|f| f.code().to_owned()).collect();
            let (a, b) = (checker::cost(&problem, &plan), search.cost());
            if a != b {
                all.push(format!(
                    "cost {}{}{}{}{}{}{}{}",
                    if a.makespan != b.makespan { "makespan " } else { "" },
                    if a.setup_time != b.setup_time { "setup " } else { "" },
                    if a.money != b.money { "money " } else { "" },
                    if a.energy != b.energy { "energy " } else { "" },
                    if a.peak != b.peak { "peak " } else { "" },
                    if a.unplaced != b.unplaced { "unplaced " } else { "" },
                    if a.moved != b.moved { "moved " } else { "" },
                    if a.earliness != b.earliness { "early " } else { "" }
                ));
            }
            let least = bound.cost;
            if least.unplaced == b.unplaced
                && (least.levels > b.levels || least.makespan > b.makespan)
            {
                all.push("bound".to_owned());
            }
            if b.unplaced > 0 {
                all.push("~unplaced".to_owned());
            }
            all.sort();
            all.dedup();
            all
        });
        for kind in result.unwrap_or_else(|e| {
            vec![format!(
                "panic {:?}",
                e.downcast_ref::<String>()
                    .map(|s| s.chars().take(90).collect::<String>())
                    .or(e.downcast_ref::<&str>().map(|s| s.to_string()))
            )]
        }) {
            let it = kinds.entry(kind).or_insert((0, seed));
            it.0 += 1;
        }
    }
    println!("{kinds:#?}");
}
