//! What must hold for every plan of the general search.

use std::sync::Arc;

use proptest::prelude::*;

use super::GeneralSearch;
use crate::bound;
use crate::instance::Instance;
use crate::places::Model;
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

/// Jobs that pass all machines, each in an order of its own.
fn job_shop(seed: u64, jobs: usize, machines: usize) -> Problem {
    use crate::problem::{Job, Mode, Operation, Precedence, Resource};
    let mut random = crate::random::Random::new(seed);
    let resource = Resource { capacity: 1, ..Resource::default() };
    let mut problem = Problem { resources: vec![resource; machines], ..Problem::default() };
    for job in 0..jobs {
        problem.jobs.push(Job { weight: 1, ..Job::default() });
        let mut left: Vec<usize> = (0..machines).collect();
        for index in 0..machines {
            let machine = left.swap_remove(random.below(left.len()));
            let work = weft_model::Millis::new(1 + random.below(99) as i64);
            let mode = Mode { needs: vec![(machine, 1)], work, ..Mode::default() };
            let at = problem.operations.len();
            problem.operations.push(Operation { job, modes: vec![mode], ..Operation::default() });
            if 0 < index {
                problem.precedences.push(Precedence::new(at - 1, at));
            }
        }
    }
    problem
}

/// The search that knows every rule, beside the one that knows only this kind.
#[test]
fn a_job_shop_is_planned_nearly_as_well_as_by_its_own_search() {
    let mut above = Vec::new();
    for seed in 0..5 {
        let problem = job_shop(seed, 10, 8);
        let mut shop = crate::Search::new(&problem, seed, None).unwrap();
        shop.run(20_000);
        let instance = Arc::new(Instance::new(&problem).unwrap());
        let bound = bound::bound(&instance);
        let model = Arc::new(Model::new(&problem, &instance));
        let mut general = GeneralSearch::new(model, &bound, seed, None);
        general.run(2_000, &mut || true);
        let (best, found) = (shop.cost().makespan.get(), general.cost().makespan.get());
        assert!(bound.cost.makespan.get() <= found);
        above.push(found as f64 / best as f64 - 1.0);
    }
    let mean = above.iter().sum::<f64>() / above.len() as f64;
    assert!(mean < 0.06, "{above:?}");
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
