//! Which rules a problem has. A strategy that knows only some of them leaves the other problems alone, so
//! that a new rule never slips past a search that does not know it.

use std::collections::BTreeSet;

use crate::problem::{Objective, Point, Problem, Weights};

/// Something that a problem may have beside operations that follow each other without lags, in one mode, on
/// resources that do one thing at a time and always work, to be done as soon as possible in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
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
    Standby,
    Storages,
}

/// All that this problem has.
pub(crate) fn present(problem: &Problem) -> BTreeSet<Rule> {
    let mut rules = BTreeSet::new();
    let mut add = |rule: Rule, is_there: bool| {
        if is_there {
            rules.insert(rule);
        }
    };
    let operations = &problem.operations;
    let modes = || operations.iter().flat_map(|it| &it.modes);
    add(Rule::Alternatives, !problem.alternatives.is_empty());
    add(Rule::Batches, problem.resources.iter().any(|it| it.is_batch));
    add(Rule::Blocking, operations.iter().any(|it| it.holds_until.is_some()));
    let always = weft_model::WorkingTime::always();
    add(Rule::Breaks, problem.resources.iter().any(|it| it.working != always));
    add(Rule::Budgets, modes().any(|it| !it.uses.is_empty()));
    add(Rule::Capacity, problem.resources.iter().any(|it| it.capacity != 1));
    add(Rule::Deadlines, operations.iter().any(|it| it.deadline.is_some()));
    add(Rule::Frozen, operations.iter().any(|it| it.frozen.is_some()));
    add(Rule::Lags, problem.precedences.iter().any(|it| it.min_lag.get() != 0));
    add(Rule::Lines, !problem.lines.is_empty());
    let is_plain = |it: &crate::problem::Precedence| {
        it.max_lag.is_none() && it.from == Point::End && it.to == Point::Start
    };
    add(Rule::MaximumLags, !problem.precedences.iter().all(is_plain));
    add(Rule::Modes, operations.iter().any(|it| it.modes.len() != 1));
    add(Rule::Objective, problem.objective != Objective::makespan());
    let is_released = problem.jobs.iter().any(|it| problem.now < it.release);
    add(Rule::Releases, is_released || operations.iter().any(|it| it.release.is_some()));
    add(Rule::SeveralNeeds, modes().any(|it| it.needs.len() != 1));
    add(Rule::Setups, problem.resources.iter().any(|it| it.setups.is_some()));
    let weighs_power = problem.objective.levels.iter().any(|it| counts_power(*it));
    add(Rule::Standby, weighs_power);
    add(Rule::Storages, !problem.storages.is_empty());
    rules
}

fn counts_power(weights: Weights) -> bool {
    let others = Weights { makespan: 0, tardiness: 0, flow_time: 0, ..weights };
    others != Weights::none()
}
