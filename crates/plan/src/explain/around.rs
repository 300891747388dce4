//! The part of a problem that a rule can tie to one operation, as a small problem with a plan of its own: moving
//! the operation in it and asking the checker says whether any rule stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{Millis, Timestamp, WorkingTime};

use super::point;
use crate::checker::{self, Fault};
use crate::problem::{
    Budget, Frozen, Instant, Line, Mode, Operation, Plan, Precedence, Problem, Resource, Scheduled,
    Storage,
};

/// One operation among those that any rule ties it to.
#[derive(Debug)]
pub(super) struct Around {
    pub(super) problem: Problem,
    plan: Plan,
    /// Index of the operation in this small problem.
    pub(super) operation: usize,
    /// Operations, resources, budgets and lines as the whole problem numbers them.
    operations: Vec<usize>,
    resources: Vec<usize>,
    budgets: Vec<usize>,
    lines: Vec<usize>,
    /// What is wrong anyway.
    known: Vec<Fault>,
}

impl Around {
    /// `absent`: the operations that are not done.
    pub(super) fn new(
        whole: &Problem,
        plan: &Plan,
        absent: &BTreeMap<usize, usize>,
        operation: usize,
        slot: Scheduled,
    ) -> Self {
        let scope = Scope::new(whole, plan, absent, operation, slot);
        let (problem, plan) = scope.cut_out(whole, plan);
        let known = checker::check(&problem, &plan);
        let numbers = |set: BTreeSet<usize>| -> Vec<usize> { set.into_iter().collect() };
        let operations = numbers(scope.operations);
        Self {
            problem,
            plan,
            operation: operations.binary_search(&operation).unwrap_or(usize::MAX),
            operations,
            resources: numbers(scope.resources),
            budgets: numbers(scope.budgets),
            lines: numbers(scope.lines),
            known,
        }
    }

    /// What the checker has against this slot, but for what it has against the plan as it is.
    pub(super) fn faults(&self, slot: Scheduled) -> Vec<Fault> {
        let mut plan = self.plan.clone();
        if let Some(it) = plan.operations.get_mut(self.operation) {
            *it = Some(Scheduled { mode: 0, ..slot });
        }
        let faults = checker::check(&self.problem, &plan);
        faults.into_iter().filter(|fault| !self.known.contains(fault)).collect()
    }

    /// Where an operation is.
    pub(super) fn slot(&self, operation: usize) -> Option<Scheduled> {
        self.plan.operations.get(operation).copied().flatten()
    }

    /// When an operation lets go of what it holds.
    pub(super) fn lets_go(&self, operation: usize) -> Option<Timestamp> {
        let slot = self.slot(operation)?;
        let until = self.problem.operations.get(operation)?.holds_until;
        let until = until.and_then(|it| Some(point(self.slot(it.operation)?, it.point)));
        Some(until.map_or(slot.end, |until| until.max(slot.end)))
    }

    /// All others that are on a resource.
    pub(super) fn others_on(&self, resource: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.problem.operations.iter().enumerate();
        all.filter(move |(index, it)| *index != self.operation && needs(it, resource))
            .map(|(index, _)| index)
    }

    /// The first batch that it is part of, and the others in it.
    pub(super) fn companions(&self) -> Option<(usize, Vec<usize>)> {
        let own = self.slot(self.operation)?;
        let it = self.problem.operations.get(self.operation)?;
        it.modes.first()?.needs.iter().find_map(|&(resource, _)| {
            self.problem.resources.get(resource).filter(|it| it.is_batch)?;
            let joins = |other: &usize| {
                self.slot(*other).is_some_and(|it| (it.start, it.end) == (own.start, own.end))
            };
            let with: Vec<usize> =
                self.others_on(resource).filter(joins).map(|it| self.whole(it)).collect();
            (!with.is_empty()).then(|| (self.whole_resource(resource), with))
        })
    }

    /// The operation as the whole problem numbers it.
    pub(super) fn whole(&self, operation: usize) -> usize {
        self.operations.get(operation).copied().unwrap_or(operation)
    }

    pub(super) fn whole_resource(&self, resource: usize) -> usize {
        self.resources.get(resource).copied().unwrap_or(resource)
    }

    pub(super) fn whole_budget(&self, budget: usize) -> usize {
        self.budgets.get(budget).copied().unwrap_or(budget)
    }

    pub(super) fn whole_line(&self, line: usize) -> usize {
        self.lines.get(line).copied().unwrap_or(line)
    }
}

fn needs(it: &Operation, resource: usize) -> bool {
    it.modes.first().is_some_and(|mode| mode.needs.iter().any(|need| need.0 == resource))
}

/// What belongs to it, as the whole problem numbers it.
#[derive(Debug, Default)]
struct Scope {
    operations: BTreeSet<usize>,
    resources: BTreeSet<usize>,
    budgets: BTreeSet<usize>,
    lines: BTreeSet<usize>,
    storages: Vec<usize>,
    precedences: Vec<usize>,
}

impl Scope {
    fn new(
        whole: &Problem,
        plan: &Plan,
        absent: &BTreeMap<usize, usize>,
        operation: usize,
        slot: Scheduled,
    ) -> Self {
        let mut scope = Self::default();
        scope.operations.insert(operation);
        let mode = |operation: usize, slot: Scheduled| {
            whole.operations.get(operation).and_then(|it| it.modes.get(slot.mode))
        };
        if let Some(mode) = mode(operation, slot) {
            scope.resources.extend(mode.needs.iter().map(|need| need.0));
            scope.budgets.extend(mode.uses.iter().map(|it| it.0));
        }
        for it in &whole.storages {
            if it.from.operation == operation || it.until.operation == operation {
                scope.resources.insert(it.resource);
            }
        }
        for (index, it) in whole.precedences.iter().enumerate() {
            if it.before == operation || it.after == operation {
                scope.precedences.push(index);
                scope.operations.extend([it.before, it.after]);
            }
        }
        for (index, it) in whole.lines.iter().enumerate() {
            if it.stages.iter().flatten().any(|it| *it == operation) {
                scope.lines.insert(index);
                scope.operations.extend(it.stages.iter().flatten());
            }
        }
        for (index, it) in whole.storages.iter().enumerate() {
            if scope.resources.contains(&it.resource) {
                scope.storages.push(index);
                scope.operations.extend([it.from.operation, it.until.operation]);
            }
        }
        for (other, (it, slot)) in whole.operations.iter().zip(&plan.operations).enumerate() {
            let Some(mode) = slot.and_then(|slot| it.modes.get(slot.mode)) else { continue };
            let shares = mode.needs.iter().any(|need| scope.resources.contains(&need.0))
                || mode.uses.iter().any(|it| scope.budgets.contains(&it.0));
            if shares {
                scope.operations.insert(other);
            }
        }
        // Until when they hold what they do.
        let held = scope.operations.iter().filter_map(|it| whole.operations.get(*it)?.holds_until);
        let until: Vec<usize> = held.map(|it| it.operation).collect();
        scope.operations.extend(until);
        let has_place = |operation: &usize| {
            let is_placed = plan.operations.get(*operation).is_some_and(Option::is_some);
            is_placed && !absent.contains_key(operation)
        };
        let all = std::mem::take(&mut scope.operations);
        scope.operations = all.into_iter().filter(has_place).collect();
        scope
    }

    /// Everything of this scope, numbered anew. Calendars matter for setups alone: that the operation itself is
    /// in working time is looked up elsewhere.
    fn cut_out(&self, whole: &Problem, plan: &Plan) -> (Problem, Plan) {
        let numbered = |set: &BTreeSet<usize>| -> BTreeMap<usize, usize> {
            set.iter().copied().zip(0..).collect()
        };
        let operations = numbered(&self.operations);
        let (resources, budgets) = (numbered(&self.resources), numbered(&self.budgets));
        let instant = |it: Instant| {
            Some(Instant { operation: *operations.get(&it.operation)?, point: it.point })
        };
        let mut small = Problem { now: whole.now, ..Problem::default() };
        small.resources = self
            .resources
            .iter()
            .filter_map(|it| whole.resources.get(*it))
            .map(|it| Resource {
                capacity: it.capacity,
                is_batch: it.is_batch,
                working: match it.setups {
                    Some(_) => it.working.clone(),
                    None => WorkingTime::always(),
                },
                setups: it.setups.clone(),
                standby: Vec::new(),
            })
            .collect();
        let supplies = self.budgets.iter().filter_map(|it| whole.budgets.get(*it));
        small.budgets = supplies.map(|it| Budget { supplies: it.supplies.clone() }).collect();
        let mut slots = Vec::with_capacity(self.operations.len());
        for &operation in &self.operations {
            let (Some(it), Some(slot)) = (
                whole.operations.get(operation),
                plan.operations.get(operation).copied().flatten(),
            ) else {
                continue;
            };
            let mode = it.modes.get(slot.mode).map(|mode| small_mode(mode, &resources, &budgets));
            let frozen = it.frozen.map(|it| Frozen { mode: 0, ..it });
            small.operations.push(Operation {
                modes: mode.into_iter().collect(),
                spans_breaks: true,
                frozen,
                holds_until: it.holds_until.and_then(instant),
                ..Operation::default()
            });
            slots.push(Some(Scheduled { mode: 0, ..slot }));
        }
        let precedences = self.precedences.iter().filter_map(|it| whole.precedences.get(*it));
        small.precedences = precedences
            .filter_map(|it| {
                let (before, after) = (*operations.get(&it.before)?, *operations.get(&it.after)?);
                Some(Precedence { before, after, ..*it })
            })
            .collect();
        let storages = self.storages.iter().filter_map(|it| whole.storages.get(*it));
        small.storages = storages
            .filter_map(|it| {
                let resource = *resources.get(&it.resource)?;
                let (from, until) = (instant(it.from)?, instant(it.until)?);
                Some(Storage { resource, amount: it.amount, from, until })
            })
            .collect();
        let lines = self.lines.iter().filter_map(|it| whole.lines.get(*it));
        small.lines = lines.map(|it| small_line(it, &operations)).collect();
        let plan = Plan { operations: slots, branches: Vec::new() };
        (small, plan)
    }
}

fn small_mode(
    mode: &Mode,
    resources: &BTreeMap<usize, usize>,
    budgets: &BTreeMap<usize, usize>,
) -> Mode {
    let needs = mode.needs.iter();
    let uses = mode.uses.iter();
    let states = mode.states.iter();
    Mode {
        needs: needs.filter_map(|it| Some((*resources.get(&it.0)?, it.1))).collect(),
        work: Millis::ZERO,
        uses: uses.filter_map(|it| Some((*budgets.get(&it.0)?, it.1))).collect(),
        states: states.filter_map(|it| Some((*resources.get(&it.0)?, it.1, it.2))).collect(),
        family: mode.family,
        ..Mode::default()
    }
}

/// Jobs of which an operation has no place are compared at none of their stages by the checker; here a number
/// that is no operation stands for it.
fn small_line(it: &Line, operations: &BTreeMap<usize, usize>) -> Line {
    let number = |it: &usize| operations.get(it).copied().unwrap_or(usize::MAX);
    Line { stages: it.stages.iter().map(|it| it.iter().map(number).collect()).collect() }
}
