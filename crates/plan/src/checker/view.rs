//! A plan beside its problem: what is done, and what it holds.

use weft_model::Timestamp;

use crate::problem::{Instant, Mode, Operation, Plan, Point, Problem, Scheduled};

/// A plan beside its problem.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) problem: &'a Problem,
    pub(super) plan: &'a Plan,
    /// By operation the alternative and branch that it is in.
    branch_of: Vec<Option<(usize, usize)>>,
}

/// An operation that is done in a mode it has. It holds what it needs in `[start, lets_go)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done<'a> {
    pub(super) index: usize,
    pub(super) it: &'a Operation,
    pub(super) mode: &'a Mode,
    pub(super) slot: Scheduled,
    /// When it lets go of what it needs: its end, or later when it blocks.
    pub(super) lets_go: Timestamp,
}

impl Done<'_> {
    /// Whether it is not for the planner to decide.
    pub(super) fn is_fact(&self) -> bool {
        self.it.frozen.is_some()
    }

    /// The state of the resource that it needs and the one that it leaves.
    pub(super) fn states(&self, resource: usize) -> Option<(usize, usize)> {
        self.mode.states.iter().find(|it| it.0 == resource).map(|it| (it.1, it.2))
    }
}

impl<'a> View<'a> {
    pub(super) fn new(problem: &'a Problem, plan: &'a Plan) -> Self {
        let mut branch_of = vec![None; problem.operations.len()];
        for (alternative, it) in problem.alternatives.iter().enumerate() {
            for (branch, it) in it.branches.iter().enumerate() {
                for &operation in &it.operations {
                    if let Some(of) = branch_of.get_mut(operation) {
                        *of = Some((alternative, branch));
                    }
                }
            }
        }
        Self { problem, plan, branch_of }
    }

    /// The alternative that decided against this operation.
    pub(super) fn decided_against(&self, operation: usize) -> Option<usize> {
        let (alternative, branch) = self.branch_of.get(operation).copied().flatten()?;
        (self.plan.branches.get(alternative) != Some(&branch)).then_some(alternative)
    }

    pub(super) fn is_absent(&self, operation: usize) -> bool {
        self.decided_against(operation).is_some()
    }

    pub(super) fn is_frozen(&self, operation: usize) -> bool {
        self.problem.operations.get(operation).is_some_and(|it| it.frozen.is_some())
    }

    /// Where it is; `None` when it has no place or is absent, whatever the plan says.
    pub(super) fn slot(&self, operation: usize) -> Option<Scheduled> {
        self.plan
            .operations
            .get(operation)
            .copied()
            .flatten()
            .filter(|_| !self.is_absent(operation))
    }

    /// When it happens; `None` when it does not.
    pub(super) fn at(&self, instant: Instant) -> Option<Timestamp> {
        self.slot(instant.operation).map(|slot| match instant.point {
            Point::Start => slot.start,
            Point::End => slot.end,
        })
    }

    /// All that is done, by operation.
    pub(super) fn done(&self) -> impl Iterator<Item = Done<'a>> + '_ {
        self.problem.operations.iter().enumerate().filter_map(|(index, it)| {
            let slot = self.slot(index)?;
            let mode = it.modes.get(slot.mode)?;
            let until = it.holds_until.and_then(|instant| self.at(instant));
            let lets_go = until.map_or(slot.end, |until| until.max(slot.end));
            Some(Done { index, it, mode, slot, lets_go })
        })
    }

    /// What is on each resource, by start; what takes no time comes before what does.
    pub(super) fn occupations(&self) -> Vec<Vec<Done<'a>>> {
        let mut on: Vec<Vec<Done>> = vec![Vec::new(); self.problem.resources.len()];
        for done in self.done() {
            for &(resource, _) in &done.mode.needs {
                if let Some(on) = on.get_mut(resource) {
                    on.push(done);
                }
            }
        }
        for on in &mut on {
            on.sort_by_key(|it| (it.slot.start, it.lets_go, it.index));
        }
        on
    }
}
