use proptest::prelude::*;

use super::*;
use crate::problem::Scheduled;
use crate::tests::random::{self, Size};
use crate::tests::small::{at, problem};
use crate::{Search, solve};
use weft_model::Title;

fn lines(problem: &Problem, before: &Plan, after: &Plan) -> Vec<Title> {
    let letter = |index: usize| char::from(b'a' + index as u8);
    let names = Names {
        job: &|job| Title { en: format!("order {job}"), zh: format!("订单 {job}") },
        operation: &|index| Title::same(letter(index).to_string()),
        resource: &|resource| Title {
            en: format!("machine {resource}"),
            zh: format!("机床 {resource}"),
        },
        instant: &|it| it.as_millis().to_string(),
        span: &|it| it.to_string(),
    };
    difference(problem, before, after).text(&names)
}

#[test]
fn a_plan_is_held_against_another_in_words() {
    let problem = problem();
    let before = solve(&problem, 100, 1, None).unwrap().plan;
    let mut after = before.clone();
    // `e` goes first, `a` and what follows later.
    after.operations[4] = Some(Scheduled { mode: 0, start: at(2), end: at(27) });
    after.operations[0] = Some(Scheduled { mode: 0, start: at(27), end: at(31) });
    after.operations[1] = Some(Scheduled { mode: 0, start: at(31), end: at(36) });
    let text = |lines: Vec<Title>, zh: bool| {
        let all = lines.into_iter().map(|it| if zh { it.zh } else { it.en });
        all.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(text(lines(&problem, &before, &after), false), @r"
    3 of 5 operations move, 1 start earlier (by 2 ms in the mean), 2 start later (by 27 ms in the mean)
    on machine 0 one operation changes places: e
    order 2 ends 2 ms earlier
    order 0 ends 27 ms later and is late now
    makespan: 7 ms more (36 ms instead of 29 ms)
    weighted tardiness: 22 ms more (31 ms instead of 9 ms)
    weighted flow time: 25 ms more (70 ms instead of 45 ms)
    weighted earliness: 3 ms less (0 min instead of 3 ms)
    ");
    insta::assert_snapshot!(text(lines(&problem, &before, &after), true), @r"
    5 道工序中有 3 道变动，1 道提前开始（平均 2 ms），2 道推迟开始（平均 27 ms）
    机床 0上有 1 道工序换了顺序：e
    订单 2提前 2 ms 完成
    订单 0推迟 27 ms 完成，现已逾期
    总工期：增加 7 ms（由 29 ms 变为 36 ms）
    加权拖期：增加 22 ms（由 9 ms 变为 31 ms）
    加权流程时间：增加 25 ms（由 45 ms 变为 70 ms）
    加权提前量：减少 3 ms（由 3 ms 变为 0 min）
    ");
    assert_eq!(text(lines(&problem, &before, &before), false), "the two plans are the same");
}

#[test]
fn the_longest_rise_is_kept() {
    let check = |list: &[usize], expected: &[usize]| assert_eq!(longest_rise(list), expected);
    check(&[], &[]);
    check(&[0, 1, 2], &[0, 1, 2]);
    check(&[2, 0, 1], &[0, 1]);
    check(&[4, 0, 3, 1, 2], &[0, 1, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_difference_leads_from_one_cost_to_the_other(seed in any::<u64>(), jobs in 1_usize..6) {
        let size = Size {
            jobs, operations_per_job: 4, resources: 3, work: 12, may_fail: true, frozen_percent: 10,
        };
        let problem = random::mixed(seed, size);
        let mut search = Search::new(&problem, seed, None).unwrap();
        let before = search.best().clone();
        search.run(30);
        let after = search.best();
        let found = difference(&problem, &before, after);
        prop_assert_eq!(difference(&problem, after, after), Difference {
            operations: after.operations.iter().flatten().count(),
            unplaced: (found.unplaced.1, found.unplaced.1),
            levels: found.levels.map(|it| (it.1, it.1)),
            ..Difference::default()
        });
        // The other way round everything is the other way round.
        let back = difference(&problem, after, &before);
        prop_assert_eq!(&found.new, &back.gone);
        prop_assert_eq!(found.moves.len(), back.moves.len());
        for (one, other) in found.moves.iter().zip(&back.moves) {
            prop_assert_eq!((one.operation, one.by.get()), (other.operation, -other.by.get()));
        }
        for (one, other) in found.cost.iter().zip(&back.cost) {
            prop_assert_eq!((one.measure, one.before, one.after), (other.measure, other.after, other.before));
        }
        let sizes = |it: &Difference| -> Vec<(usize, usize)> {
            it.reordered.iter().map(|it| (it.resource, it.operations.len())).collect()
        };
        // Those that start and end together have no order.
        let ties = |plan: &Plan| {
            let mut spans: Vec<_> =
                plan.operations.iter().flatten().map(|it| (it.start, it.end)).collect();
            let all = spans.len();
            spans.sort_unstable();
            spans.dedup();
            spans.len() < all
        };
        let ties = ties(&before) || ties(after);
        if !ties {
            prop_assert_eq!(sizes(&found), sizes(&back));
        }
        // Nothing but what is listed differs.
        let moved: Vec<usize> = found.moves.iter().map(|it| it.operation).collect();
        for operation in 0..problem.operations.len() {
            let same = before.operations[operation] == after.operations[operation];
            let listed = moved.contains(&operation)
                || found.new.contains(&operation)
                || found.gone.contains(&operation);
            prop_assert!(same || listed || before.operations[operation].map(|it| it.start) == after.operations[operation].map(|it| it.start));
        }
        prop_assert!(!lines(&problem, &before, after).is_empty());
    }
}
