//! The constraints of a problem one by one, and the problem with only some of them.

use std::collections::BTreeSet;

use weft_model::WorkingTime;

use crate::problem::{Mode, Problem, Resource};

/// One constraint. Indices are those of the lists in [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// A job's release.
    Release {
        /// Which job.
        job: usize,
    },
    /// An operation's own release.
    OwnRelease {
        /// Which operation.
        operation: usize,
    },
    /// An operation's deadline.
    Deadline {
        /// Which operation.
        operation: usize,
    },
    /// One operation comes after another, and not sooner than the minimum lag.
    Order {
        /// Which precedence.
        precedence: usize,
    },
    /// One operation comes no later after another than the maximum lag.
    MaxLag {
        /// Which precedence.
        precedence: usize,
    },
    /// When a resource works.
    Calendar {
        /// Which resource.
        resource: usize,
    },
    /// How much there is of a resource; on a batch resource, that only batches are done.
    Capacity {
        /// Which resource.
        resource: usize,
    },
    /// The set-ups of a resource and its cleaning.
    Setups {
        /// Which resource.
        resource: usize,
    },
    /// What there is of a budget.
    Budget {
        /// Which budget.
        budget: usize,
    },
    /// What has started or is pinned is where it is.
    Frozen {
        /// Which operation.
        operation: usize,
    },
    /// An operation keeps what it holds until another can go on.
    Hold {
        /// Which operation.
        operation: usize,
    },
    /// Something takes room between two operations.
    Storage {
        /// Which storage.
        storage: usize,
    },
    /// Nobody overtakes.
    Line {
        /// Which line.
        line: usize,
    },
}

/// All constraints that a problem has.
pub(super) fn limits(problem: &Problem) -> Vec<Limit> {
    let mut limits = Vec::new();
    let jobs = problem.jobs.iter().enumerate().filter(|it| problem.now < it.1.release);
    limits.extend(jobs.map(|(job, _)| Limit::Release { job }));
    for (operation, it) in problem.operations.iter().enumerate() {
        let mut add = |limit: Limit, is_there: bool| limits.extend(is_there.then_some(limit));
        let is_frozen = it.frozen.is_some();
        let is_late = it.release.is_some_and(|it| problem.now < it);
        add(Limit::OwnRelease { operation }, is_late && !is_frozen);
        add(Limit::Deadline { operation }, it.deadline.is_some() && !is_frozen);
        add(Limit::Frozen { operation }, is_frozen);
        add(Limit::Hold { operation }, it.holds_until.is_some());
    }
    for (precedence, it) in problem.precedences.iter().enumerate() {
        limits.push(Limit::Order { precedence });
        limits.extend(it.max_lag.map(|_| Limit::MaxLag { precedence }));
    }
    let always = WorkingTime::always();
    for (resource, it) in problem.resources.iter().enumerate() {
        limits.extend((it.working != always).then_some(Limit::Calendar { resource }));
        limits.push(Limit::Capacity { resource });
        limits.extend(it.setups.is_some().then_some(Limit::Setups { resource }));
    }
    limits.extend((0..problem.budgets.len()).map(|budget| Limit::Budget { budget }));
    limits.extend((0..problem.storages.len()).map(|storage| Limit::Storage { storage }));
    limits.extend((0..problem.lines.len()).map(|line| Limit::Line { line }));
    limits.sort_unstable();
    limits
}

/// The problem with only these constraints: every plan of it with more of them is a plan of it with fewer.
///
/// A frozen operation that is not kept is as if it had never been: it stays in its place of the list, takes no
/// time and nothing else, and nothing depends on it. A precedence that is not kept takes its maximum lag along,
/// and what lasts until its end.
pub(super) fn only(problem: &Problem, kept: &[Limit]) -> Problem {
    let has = |limit: Limit| kept.binary_search(&limit).is_ok();
    let mut left = problem.clone();
    let gone: BTreeSet<usize> = (0..problem.operations.len())
        .filter(|it| problem.operations.get(*it).is_some_and(|it| it.frozen.is_some()))
        .filter(|operation| !has(Limit::Frozen { operation: *operation }))
        .collect();
    let ordered: BTreeSet<(usize, usize)> = problem
        .precedences
        .iter()
        .enumerate()
        .filter(|(precedence, it)| {
            let stay = !gone.contains(&it.before) && !gone.contains(&it.after);
            has(Limit::Order { precedence: *precedence }) && stay
        })
        .map(|(_, it)| (it.before, it.after))
        .collect();
    for (job, it) in left.jobs.iter_mut().enumerate() {
        it.release = if has(Limit::Release { job }) { it.release } else { problem.now };
    }
    for (operation, it) in left.operations.iter_mut().enumerate() {
        if gone.contains(&operation) {
            it.modes = vec![Mode::default()];
            (it.frozen, it.release, it.deadline, it.holds_until) = (None, None, None, None);
            it.spans_breaks = true;
            continue;
        }
        it.release = it.release.filter(|_| has(Limit::OwnRelease { operation }));
        it.deadline = it.deadline.filter(|_| has(Limit::Deadline { operation }));
        let lasts = |until: usize| ordered.contains(&(operation, until));
        it.holds_until =
            it.holds_until.filter(|it| has(Limit::Hold { operation }) && lasts(it.operation));
    }
    let mut index = 0..;
    left.precedences.retain_mut(|it| {
        let precedence = index.next().unwrap_or(usize::MAX);
        it.max_lag = it.max_lag.filter(|_| has(Limit::MaxLag { precedence }));
        let stay = !gone.contains(&it.before) && !gone.contains(&it.after);
        stay && has(Limit::Order { precedence })
    });
    for (resource, it) in left.resources.iter_mut().enumerate() {
        relax(resource, it, &has);
    }
    let is_unset: Vec<bool> = left.resources.iter().map(|it| it.setups.is_none()).collect();
    let unused: BTreeSet<usize> = (0..problem.budgets.len())
        .filter(|budget| !has(Limit::Budget { budget: *budget }))
        .collect();
    for mode in left.operations.iter_mut().flat_map(|it| &mut it.modes) {
        mode.states.retain(|it| is_unset.get(it.0) == Some(&false));
        mode.uses.retain(|it| !unused.contains(&it.0));
    }
    let mut storage = 0..;
    left.storages.retain(|it| {
        let storage = storage.next().unwrap_or(usize::MAX);
        let (from, until) = (it.from.operation, it.until.operation);
        let is_tied = (from == until && !gone.contains(&from)) || ordered.contains(&(from, until));
        is_tied && has(Limit::Storage { storage })
    });
    let mut line = 0..;
    left.lines.retain(|_| has(Limit::Line { line: line.next().unwrap_or(usize::MAX) }));
    for it in &mut left.lines {
        let places = it.stages.first().map_or(0, Vec::len);
        let is_whole = |place: &usize| {
            it.stages.iter().all(|stage| stage.get(*place).is_some_and(|it| !gone.contains(it)))
        };
        let stay: Vec<usize> = (0..places).filter(is_whole).collect();
        for stage in &mut it.stages {
            *stage = stay.iter().filter_map(|it| stage.get(*it).copied()).collect();
        }
    }
    left.previous.clear();
    left
}

fn relax(resource: usize, it: &mut Resource, has: &impl Fn(Limit) -> bool) {
    if !has(Limit::Calendar { resource }) {
        it.working = WorkingTime::always();
    }
    if !has(Limit::Capacity { resource }) {
        (it.capacity, it.is_batch, it.setups) = (u32::MAX, false, None);
    }
    if !has(Limit::Setups { resource }) {
        it.setups = None;
    }
}
