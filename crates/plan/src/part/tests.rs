//! Every part can be left out, and each is in use somewhere.

use std::collections::BTreeSet;

use super::Part;
use crate::formats::{Format, read};
use crate::problem::Problem;
use crate::tests::random::{self, Size};
use crate::{Search, check};

/// One problem of each kind, and steps that are enough to tell searches apart.
fn problems() -> Vec<(Problem, u64)> {
    let public = |format, text| read(format, text).unwrap().problem();
    let lists = Size {
        jobs: 60,
        operations_per_job: 6,
        resources: 5,
        work: 12,
        may_fail: false,
        frozen_percent: 0,
    };
    vec![
        (
            public(Format::JobShop, include_str!("../../../../data/scheduling/jobshop/la21.txt")),
            2_000,
        ),
        (
            public(
                Format::FlexibleJobShop,
                include_str!("../../../../data/scheduling/flexible-jobshop/mk10.txt"),
            ),
            2_000,
        ),
        (
            public(Format::Psplib, include_str!("../../../../data/scheduling/mmrcpsp/J50_12_1.mm")),
            2_000,
        ),
        (
            public(
                Format::SetupFlowShop,
                include_str!("../../../../data/scheduling/sdst-flowshop/sdst_55.txt"),
            ),
            20,
        ),
        (random::problem(1, lists), 300),
    ]
}

#[test]
fn a_plan_is_sound_without_any_part_and_each_part_changes_the_search_of_some_kind() {
    let mut used = BTreeSet::new();
    for (problem, steps) in problems() {
        let mut whole = Search::new(&problem, 1, None).unwrap();
        whole.run(steps);
        for part in Part::ALL {
            let mut search = Search::without(&[part], &problem, 1).unwrap();
            search.run(steps);
            assert_eq!(check(&problem, search.best()), [], "{part:?}");
            let found = |it: &Search| (it.best().clone(), it.lower_bound());
            if found(&search) != found(&whole) {
                used.insert(part);
            }
        }
    }
    // Relinking begins after more than a hundred thousand moves, too many for here; beams have large shops without
    // slack in tests of their own.
    let unseen = [Part::Relinking, Part::Beams];
    let missing = Part::ALL.into_iter().filter(|it| !used.contains(it) && !unseen.contains(it));
    assert_eq!(missing.collect::<Vec<_>>(), [], "each part is in use");
}

#[test]
fn names_are_names() {
    let names: BTreeSet<&str> = Part::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(names.len(), Part::ALL.len());
}
