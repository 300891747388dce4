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
    let mended = GeneralSearch::mended(model, &plan_of(problem, &search));
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
}
