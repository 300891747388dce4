//! What must hold for problems with every rule mixed in. `PROPTEST_CASES` says how many are tried.

use proptest::prelude::*;
use weft_model::Millis;

use super::random::{self, Size};
use crate::problem::{Cost, Plan, Problem};
use crate::{Search, check, checker};

/// From a single operation to about thirty.
fn size() -> impl Strategy<Value = Size> {
    let counts = (1_usize..6, 1_usize..6, 1_usize..6, 2_usize..13);
    (counts, any::<bool>(), 0_usize..25).prop_map(|(counts, may_fail, frozen_percent)| Size {
        jobs: counts.0,
        operations_per_job: counts.1,
        resources: counts.2,
        work: counts.3,
        may_fail,
        frozen_percent,
    })
}

/// Nothing the checker could say against it, its cost is what it says, and no less than what can be.
fn judge(problem: &Problem, search: &Search) {
    let plan = search.best();
    assert_eq!(check(problem, plan), [], "{plan:?}");
    assert_eq!(checker::cost(problem, plan), search.cost(), "{plan:?}");
    let (least, cost) = (search.lower_bound(), search.cost());
    assert!(least.unplaced <= cost.unplaced);
    if least.unplaced == cost.unplaced {
        assert!(is_no_more(least, cost), "{least:?} above {cost:?}");
    }
    // Who has no place has a reason, and whoever is absent has none.
    let is_absent = |operation: usize| {
        let branches = problem.alternatives.iter().zip(&plan.branches).flat_map(|(it, chosen)| {
            it.branches.iter().enumerate().filter(move |(branch, _)| branch != chosen)
        });
        branches.into_iter().any(|(_, it)| it.operations.contains(&operation))
    };
    let each = plan.operations.iter().enumerate().filter(|it| it.1.is_none());
    let missing: Vec<usize> = each.map(|it| it.0).filter(|it| !is_absent(*it)).collect();
    let unplaced = search.unplaced();
    assert_eq!(unplaced.iter().map(|it| it.0).collect::<Vec<_>>(), missing);
    assert_eq!(missing.len(), cost.unplaced);
}

/// In every part and level.
fn is_no_more(one: Cost, other: Cost) -> bool {
    let parts = |it: Cost| {
        let sums = [it.tardiness, it.flow_time, it.earliness, it.setup_time, it.money];
        let others = [i128::from(it.makespan.get()), it.energy, it.peak, it.moved];
        sums.into_iter().chain(others).chain(it.levels)
    };
    parts(one).zip(parts(other)).all(|(one, other)| one <= other)
}

/// Plans, goes on from a plan, mends one and takes one in; all of it is held against the checker.
fn plan(problem: &Problem, seed: u64) {
    let mut search = Search::new(problem, seed, None).unwrap();
    judge(problem, &search);
    for _ in 0..3 {
        let before = search.cost();
        search.run(12);
        judge(problem, &search);
        assert!(search.cost() <= before);
    }
    let again = Search::new(problem, seed ^ 1, Some(search.best())).unwrap();
    judge(problem, &again);
    assert!(again.cost() <= search.cost(), "{:?} after {:?}", again.cost(), search.cost());
    let mut beside = search.beside(seed ^ 2);
    assert!(beside.cost() <= search.cost());
    beside.run(10);
    search.learn_from(&beside);
    judge(problem, &search);
    assert!(search.cost() <= beside.cost());
    let mended = Search::mended(problem, search.best()).unwrap();
    judge(problem, &mended);
    assert!(mended.cost() <= search.cost(), "{:?} after {:?}", mended.cost(), search.cost());
}

/// A plan that no longer holds: time has gone on, and one of its operations is somewhere else.
fn mend(problem: &Problem, plan: &Plan, late: i64, seed: u64) {
    let mut problem = problem.clone();
    problem.now = problem.now + Millis::new(late);
    let mut plan = plan.clone();
    let count = plan.operations.len() as u64;
    if let Some(slot) = plan.operations.get_mut((seed % count.max(1)) as usize) {
        *slot = slot.map(|it| crate::Scheduled { start: it.start + Millis::new(3), ..it });
    }
    judge(&problem, &Search::mended(&problem, &plan).unwrap());
    judge(&problem, &Search::new(&problem, seed, Some(&plan)).unwrap());
}

/// A size that belongs to a seed.
fn size_of(seed: u64) -> Size {
    let mut random = crate::random::Random::new(seed ^ 0x5ca9);
    Size {
        jobs: 1 + random.below(5),
        operations_per_job: 1 + random.below(5),
        resources: 1 + random.below(5),
        work: 2 + random.below(11),
        may_fail: random.chance(50),
        frozen_percent: random.below(25),
    }
}

/// A cost without energy; a setup between facts; a job that facts ended before its release.
#[test]
fn what_once_failed_stays_mended() {
    for seed in [1_841, 2_660] {
        plan(&random::mixed(seed, size_of(seed)), seed);
    }
    for seed in [215, 224, 313, 364, 607, 609] {
        plan(&random::wild(seed, size_of(seed)), seed);
    }
}

proptest! {
    #[test]
    fn mixed_problems_are_planned_by_every_rule(
        seed in any::<u64>(),
        size in size(),
        late in 0_i64..40,
    ) {
        let problem = random::mixed(seed, size);
        plan(&problem, seed);
        let best = Search::new(&problem, seed, None).unwrap();
        mend(&problem, best.best(), late, seed);
    }

    #[test]
    fn wild_problems_are_planned_by_every_rule(
        seed in any::<u64>(),
        size in size(),
        late in 0_i64..40,
    ) {
        let problem = random::wild(seed, size);
        prop_assert_eq!(problem.validate(), Ok(()));
        plan(&problem, seed);
        let best = Search::new(&problem, seed, None).unwrap();
        mend(&problem, best.best(), late, seed);
    }
}
