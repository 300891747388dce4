//! What a problem has. A strategy that knows only some of it leaves the other problems alone, so that a new rule
//! never slips past a search that does not know it.

use std::collections::BTreeSet;

use super::{
    alternative, batch, budget, calendar, capacity, deadline, frozen, hold, line, makespan,
    precedence, release, setup, storage,
};
use crate::problem::{Problem, Weights};

/// Something that a problem may have beside operations that follow each other without lags, in one mode, on
/// resources that do one thing at a time and always work, to be done as soon as possible in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Feature {
    Alternatives,
    Batches,
    Blocking,
    Breaks,
    Budgets,
    Capacity,
    Deadlines,
    Frozen,
    Lags,
    Lines,
    MaximumLags,
    Modes,
    Objective,
    Releases,
    /// Several resources at once, or none.
    SeveralNeeds,
    Setups,
    /// Something else counts than the ends of jobs: see [`weighs_more`].
    OtherWeights,
    Storages,
}

/// Whether a problem has something.
type IsIn = fn(&Problem) -> bool;

/// All features.
pub(crate) const ALL: [(Feature, IsIn); 18] = [
    (Feature::Alternatives, alternative::is_in),
    (Feature::Batches, batch::is_in),
    (Feature::Blocking, hold::is_in),
    (Feature::Breaks, calendar::is_in),
    (Feature::Budgets, budget::is_in),
    (Feature::Capacity, capacity::is_in),
    (Feature::Deadlines, deadline::is_in),
    (Feature::Frozen, frozen::is_in),
    (Feature::Lags, precedence::has_lags),
    (Feature::Lines, line::is_in),
    (Feature::MaximumLags, precedence::is_general),
    (Feature::Modes, has_modes),
    (Feature::Objective, makespan::is_not_all),
    (Feature::Releases, release::is_in),
    (Feature::SeveralNeeds, has_several_needs),
    (Feature::Setups, setup::is_in),
    (Feature::OtherWeights, weighs_more),
    (Feature::Storages, storage::is_in),
];

/// All that this problem has.
pub(crate) fn present(problem: &Problem) -> BTreeSet<Feature> {
    let present = ALL.iter().filter(|(_, is_in)| is_in(problem));
    present.map(|(feature, _)| *feature).collect()
}

fn has_modes(problem: &Problem) -> bool {
    problem.operations.iter().any(|it| it.modes.len() != 1)
}

fn has_several_needs(problem: &Problem) -> bool {
    problem.operations.iter().flat_map(|it| &it.modes).any(|it| it.needs.len() != 1)
}

/// Whether more counts than makespan, tardiness and flow time.
fn weighs_more(problem: &Problem) -> bool {
    let others = |weights: &Weights| {
        let others = Weights { makespan: 0, tardiness: 0, flow_time: 0, ..*weights };
        others != Weights::none()
    };
    problem.objective.levels.iter().any(others)
}
