use proptest::prelude::*;

use super::*;
use crate::tests::random::{self, Size};
use crate::tests::small::{at, problem};
use crate::{Search, solve};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Two counts that share no code: the checker's, and this one.
    #[test]
    fn shares_add_up_to_what_the_checker_counts(
        seed in any::<u64>(),
        jobs in 1_usize..7,
        operations_per_job in 1_usize..5,
        resources in 1_usize..5,
        frozen_percent in 0_usize..20,
        may_fail in any::<bool>(),
    ) {
        let size = Size { jobs, operations_per_job, resources, work: 12, may_fail, frozen_percent };
        let problem = random::mixed(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        search.run(10);
        let cost = crate::checker::cost(&problem, search.best());
        let found = breakdown(&problem, search.best());
        prop_assert_eq!(found.cost, cost);
        for measure in Measure::ALL {
            let shares = found.shares.iter().filter(|it| it.measure == measure);
            let sum: i128 = shares.map(|it| it.amount).sum();
            prop_assert_eq!(sum, measure.amount(&cost), "{:?} of {:?}", measure, found.shares);
        }
        let mut levels = [0; crate::LEVELS];
        for level in &found.levels {
            let parts = level.parts.iter().map(|it| i128::from(it.weight) * it.amount);
            prop_assert_eq!(parts.sum::<i128>(), level.sum);
            levels[level.index] = level.sum;
        }
        prop_assert_eq!(levels, cost.levels);
    }
}

#[test]
fn the_small_problem_has_its_shares() {
    let problem = problem();
    let plan = solve(&problem, 100, 1, None).unwrap().plan;
    let found = breakdown(&problem, &plan);
    let lines: Vec<String> = found
        .shares
        .iter()
        .map(|it| format!("{:?} {:?} {}", it.measure, it.of, it.amount))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    Makespan Operation(4) 29
    Tardiness Job(2) 9
    FlowTime Job(2) 27
    FlowTime Job(0) 9
    FlowTime Job(1) 9
    Earliness Job(0) 3
    ");
    assert_eq!(found.levels.len(), 1);
    let weights: Vec<(Measure, u32)> =
        found.levels[0].parts.iter().map(|it| (it.measure, it.weight)).collect();
    let expected = [(Measure::Makespan, 1), (Measure::Tardiness, 10), (Measure::FlowTime, 1)];
    assert_eq!(weights, expected);
    assert_eq!(at(0), problem.now);
}

#[test]
fn amounts_have_units() {
    let check = |measure: Measure, amount: i128, text: &str| {
        assert_eq!(measure.text(amount, &|it| it.to_string()), text);
    };
    check(Measure::Makespan, 90 * 60_000, "1 h 30 min");
    check(Measure::Money, -12, "-12");
    check(Measure::Energy, 1_250, "1.2 kWh");
    check(Measure::Peak, 30_000, "30.0 kW");
    assert!(Measure::ALL.iter().all(|it| !it.title().zh.is_empty()));
}
