//! Changes of a problem, and what they are called.

use weft_model::{Interval, Timestamp, Title, WorkingTime};

use crate::difference::Names;
use crate::problem::{Precedence, Problem};

/// Something that a planner can do. Indices are those of the lists in [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A resource works then too.
    Shift {
        /// Which resource.
        resource: usize,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// There is one more of a resource, just like it.
    Unit {
        /// Which resource.
        resource: usize,
    },
    /// An operation is done in another of its modes.
    Mode {
        /// Which operation.
        operation: usize,
        /// Which mode.
        mode: usize,
    },
    /// An operation goes before another.
    Before {
        /// Which one goes first.
        operation: usize,
        /// Which one comes after it.
        other: usize,
    },
    /// A job is more important than all others.
    Priority {
        /// Which job.
        job: usize,
    },
    /// A job is released sooner.
    Release {
        /// Which job.
        job: usize,
        /// When.
        at: Timestamp,
    },
    /// The material of an operation comes sooner.
    Material {
        /// Which operation.
        operation: usize,
        /// When.
        at: Timestamp,
    },
    /// What is supplied of a budget later is supplied by then.
    Supply {
        /// Which budget.
        budget: usize,
        /// When.
        at: Timestamp,
    },
}

/// A job that is more important than all others weighs so many times more.
const PRIORITY: u32 = 1_000;

/// The problem with all of these changes.
pub(super) fn changed(problem: &Problem, changes: &[Change]) -> Problem {
    let mut other = problem.clone();
    for change in changes {
        apply(*change, &mut other);
    }
    other
}

/// The problem by which the cost is counted: a release or a weight that is only changed to see what happens does
/// not change what a plan is worth.
pub(super) fn measured(problem: &Problem, changes: &[Change]) -> Problem {
    let counts = |it: &&Change| {
        matches!(it, Change::Shift { .. } | Change::Unit { .. } | Change::Mode { .. })
    };
    let counted: Vec<Change> = changes.iter().filter(counts).copied().collect();
    changed(problem, &counted)
}

fn apply(change: Change, problem: &mut Problem) {
    match change {
        Change::Shift { resource, from, until } => {
            if let Some(it) = problem.resources.get_mut(resource) {
                let more = Interval { start: from, end: until };
                let all = it.working.intervals().iter().copied().chain([more]);
                it.working = WorkingTime::new(all.collect());
            }
        }
        Change::Unit { resource } => one_more(resource, problem),
        Change::Mode { operation, mode } => {
            // All its modes become this one, so that indices of modes stay what they are.
            if let Some(it) = problem.operations.get_mut(operation)
                && let Some(only) = it.modes.get(mode).cloned()
            {
                it.modes.fill(only);
            }
        }
        Change::Before { operation, other } => {
            problem.precedences.push(Precedence::new(operation, other));
        }
        Change::Priority { job } => {
            if let Some(it) = problem.jobs.get_mut(job) {
                it.weight = it.weight.max(1).saturating_mul(PRIORITY);
            }
            let [first, ..] = &mut problem.objective.levels;
            first.tardiness = first.tardiness.max(1);
        }
        Change::Release { job, at } => {
            if let Some(it) = problem.jobs.get_mut(job) {
                it.release = it.release.min(at);
            }
        }
        Change::Material { operation, at } => {
            if let Some(it) = problem.operations.get_mut(operation) {
                it.release = it.release.map(|release| release.min(at));
            }
        }
        Change::Supply { budget, at } => {
            let supplies =
                problem.budgets.get_mut(budget).into_iter().flat_map(|it| &mut it.supplies);
            for it in supplies {
                it.0 = it.0.min(at);
            }
        }
    }
}

/// Capacity where units cannot be told apart; else another resource, and a mode with it for each mode that has
/// this one.
fn one_more(resource: usize, problem: &mut Problem) {
    let Some(it) = problem.resources.get_mut(resource) else { return };
    if it.setups.is_none() && !it.is_batch {
        it.capacity = it.capacity.saturating_add(1);
        return;
    }
    let copy = it.clone();
    let new = problem.resources.len();
    problem.resources.push(copy);
    for it in problem.operations.iter_mut().filter(|it| it.frozen.is_none()) {
        let with_it = it.modes.iter().filter(|mode| mode.needs.iter().any(|it| it.0 == resource));
        let instead = |index: usize| if index == resource { new } else { index };
        let more: Vec<_> = with_it
            .cloned()
            .map(|mut mode| {
                for need in &mut mode.needs {
                    need.0 = instead(need.0);
                }
                for states in &mut mode.states {
                    states.0 = instead(states.0);
                }
                mode
            })
            .collect();
        it.modes.extend(more);
    }
}

impl Change {
    /// In words. Modes are called by the resources that they need.
    pub fn text(&self, problem: &Problem, names: &Names) -> Title {
        let resource = |it: usize| (names.resource)(it);
        let when = |it: Timestamp| (names.instant)(it);
        match *self {
            Self::Shift { resource: it, from, until } => {
                let (it, span) = (resource(it), (names.span)(until - from));
                let (from, until) = (when(from), when(until));
                Title {
                    en: format!("let {} work from {from} until {until} too ({span})", it.en),
                    zh: format!("{}在 {from} 至 {until} 加班（{span}）", it.zh),
                }
            }
            Self::Unit { resource: it } => {
                let it = resource(it);
                Title { en: format!("one more {}", it.en), zh: format!("增加一个{}", it.zh) }
            }
            Self::Mode { operation, mode } => {
                let what = (names.operation)(operation);
                let mode = problem.operations.get(operation).and_then(|it| it.modes.get(mode));
                let needs = mode.map_or(&[][..], |it| &it.needs);
                let on: Vec<Title> = needs.iter().map(|need| resource(need.0)).collect();
                let en: Vec<&str> = on.iter().map(|it| it.en.as_str()).collect();
                let zh: Vec<&str> = on.iter().map(|it| it.zh.as_str()).collect();
                Title {
                    en: format!("do {} on {}", what.en, en.join(", ")),
                    zh: format!("“{}”改用{}", what.zh, zh.join("、")),
                }
            }
            Self::Before { operation, other } => {
                let (one, other) = ((names.operation)(operation), (names.operation)(other));
                Title {
                    en: format!("do {} before {}", one.en, other.en),
                    zh: format!("“{}”排在“{}”之前", one.zh, other.zh),
                }
            }
            Self::Priority { job } => {
                let it = (names.job)(job);
                Title {
                    en: format!("put {} before all others", it.en),
                    zh: format!("{}优先于其他所有任务", it.zh),
                }
            }
            Self::Release { job, at } => {
                let (it, at) = ((names.job)(job), when(at));
                Title {
                    en: format!("release {} by {at}", it.en),
                    zh: format!("{}在 {at} 前放行", it.zh),
                }
            }
            Self::Material { operation, at } => {
                let (it, at) = ((names.operation)(operation), when(at));
                Title {
                    en: format!("have all there for {} by {at}", it.en),
                    zh: format!("“{}”所需在 {at} 前到位", it.zh),
                }
            }
            Self::Supply { budget, at } => {
                let at = when(at);
                Title {
                    en: format!("supply all of budget {budget} by {at}"),
                    zh: format!("预算 {budget} 在 {at} 前全部供应"),
                }
            }
        }
    }
}
