//! When a new plan is wanted, what is asked of the planner, and what becomes of its answer.
//!
//! Planning is asynchronous: a question is a value that anyone can answer at any time, and an answer
//! that comes too late loses only what has started meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_model::{
    CommonTime, Millis, OperationId, OperationRef, OrderId, ResourceId, Timestamp, WorkingTime,
};
use weft_plan::{
    Frozen, Job, Mode, Objective, Operation, Plan, Precedence, Problem, Resource, Scheduled,
    UnplacedReason, Weights,
};
use weft_run::{
    Assignment, Command, Event, OperationState, OperationStatus, OrderState, OrderStatus, Recorded,
    State, work_of,
};

use crate::engine::Settings;

/// What a good plan is, until a solution says otherwise: orders in time first, then short ways through
/// the shop, then an early end of everything.
pub const OBJECTIVE: Objective =
    Objective::weighted(Weights { makespan: 1, tardiness: 10, flow_time: 1, ..Weights::none() });

/// A question to the planner.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanQuestion {
    /// Which question this is, from 1.
    pub number: u64,
    /// What is to be planned.
    pub problem: Arc<Problem>,
    /// The plan in force, to start from.
    pub warm_start: Plan,
    /// How many steps the planner may take.
    pub steps: u64,
    /// Seed of what it draws.
    pub seed: u64,
    /// What the problem's operations are, in its order, with the job's mode behind each of its modes.
    pub names: Arc<[Named]>,
    /// What the problem's resources are, in its order.
    pub resources: Arc<[ResourceId]>,
    /// What the problem's jobs are, in its order.
    pub orders: Arc<[OrderId]>,
    /// What waits and cannot be planned: no resource can do it, or what comes before it.
    pub impossible: Arc<[OperationRef]>,
}

/// What an operation of a [`Problem`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The operation.
    pub operation: OperationRef,
    /// For each of the problem's modes the index of the job's mode.
    pub modes: Vec<usize>,
}

/// The plan in force, brought up to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// A place for everything that can have one.
    pub plan: Plan,
    /// What cannot, by index, and why.
    pub unplaced: Vec<(usize, UnplacedReason)>,
}

/// An answer of the planner.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanAnswer {
    /// Which question it answers.
    pub number: u64,
    /// For each operation that waits where and when, or `None` when it cannot be placed.
    pub assignments: Vec<(OperationRef, Option<Assignment>)>,
    /// Its cost in the planner's unit.
    pub cost: i64,
}

/// Why a new plan is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    /// Things run a little earlier or later than planned.
    Drift,
    /// Something waits that has no place in the plan, or a place it cannot keep.
    Now,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Planner {
    asked: u64,
    open: Option<u64>,
    wanted: Option<Urgency>,
    last: Option<Timestamp>,
}

impl PlanQuestion {
    /// Lets the planner work on it for the steps it was given. Pure and deterministic.
    pub fn answer(&self) -> PlanAnswer {
        match weft_plan::Search::new(&self.problem, self.seed, Some(&self.warm_start)) {
            Ok(mut search) => {
                search.run(self.steps);
                self.answer_with(search.best(), search.cost().levels[0])
            }
            // The problem was made from checked jobs; were it still refused, the plan in force stays.
            Err(_) => self.answer_with(&self.warm_start, 0),
        }
    }

    /// The plan in force as it looks today: what is behind begins later, in the same order on the same
    /// resources. Pure; costs about as much as a first plan.
    pub fn today(&self) -> Today {
        match weft_plan::Search::mended(&self.problem, &self.warm_start) {
            Ok(search) => Today { unplaced: search.unplaced(), plan: search.best().clone() },
            Err(_) => Today { plan: self.warm_start.clone(), unplaced: Vec::new() },
        }
    }

    /// The answer that a plan for [`PlanQuestion::problem`] amounts to. It says nothing of what a machine
    /// has: should the machine give it up meanwhile, it is not to be done again where it was.
    pub fn answer_with(&self, plan: &Plan, cost: i128) -> PlanAnswer {
        let assignments = self
            .names
            .iter()
            .zip(&self.problem.operations)
            .enumerate()
            .filter(|(_, (_, operation))| operation.frozen.is_none())
            .map(|(index, (named, _))| {
                let scheduled = plan.operations.get(index).copied().flatten();
                let assignment = scheduled.and_then(|scheduled| {
                    let mode = *named.modes.get(scheduled.mode)?;
                    Some(Assignment { mode, start: scheduled.start, end: scheduled.end })
                });
                (named.operation.clone(), assignment)
            })
            .chain(self.impossible.iter().map(|operation| (operation.clone(), None)))
            .collect();
        let cost = i64::try_from(cost).unwrap_or(i64::MAX);
        PlanAnswer { number: self.number, assignments, cost }
    }
}

impl Planner {
    /// Follows an event before it is applied to `state`.
    pub(crate) fn heed(&mut self, state: &State, recorded: &Recorded, settings: &Settings) {
        match &recorded.event {
            Event::OrderPlaced { .. }
            | Event::OrderCancelled { .. }
            | Event::OperationAborted { .. }
            | Event::OperationsSentBack { .. }
            | Event::ResourceDown { .. }
            | Event::ResourceUp { .. } => self.want(Urgency::Now),
            Event::OperationFinished { job_order, finished, .. } => {
                let planned_end = state
                    .by_job_order(job_order)
                    .and_then(|(_, operation)| Some(operation.planned.as_ref()?.end));
                let off = planned_end
                    .map_or(Millis::ZERO, |planned| Millis::new((*finished - planned).get().abs()));
                if settings.drift_tolerance < off {
                    self.want(Urgency::Drift);
                }
            }
            Event::PlanAdopted { .. }
            | Event::OrderCompleted { .. }
            | Event::OperationReleased { .. }
            | Event::OperationStarted { .. }
            | Event::OperationInterrupted { .. }
            | Event::OperationResumed { .. } => {}
        }
    }

    pub(crate) fn wants_plan(
        &mut self,
        state: &State,
        settings: &Settings,
        now: Timestamp,
    ) -> bool {
        if self.open.is_some() {
            return false;
        }
        // After a restart: what asked for a plan before is forgotten, so ask for one.
        if self.last.is_none() && state.orders.values().any(|o| o.status == OrderStatus::Open) {
            self.want(Urgency::Now);
        }
        if overdue(state, settings).any(|at| at <= now) {
            self.want(Urgency::Drift);
        }
        match self.wanted {
            Some(Urgency::Now) => true,
            Some(Urgency::Drift) => self.last.is_none_or(|last| last + settings.drift_pause <= now),
            None => false,
        }
    }

    pub(crate) fn next_wakeup(
        &self,
        state: &State,
        settings: &Settings,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if self.open.is_some() {
            return None;
        }
        let after_pause = self.last.map_or(now, |last| last + settings.drift_pause);
        match self.wanted {
            Some(Urgency::Now) => Some(now),
            Some(Urgency::Drift) => Some(after_pause),
            None => overdue(state, settings).min().map(|at| at.max(after_pause)),
        }
    }

    pub(crate) fn ask(
        &mut self,
        state: &State,
        working: &BTreeMap<ResourceId, WorkingTime>,
        settings: &Settings,
        now: Timestamp,
    ) -> Option<PlanQuestion> {
        let urgency = self.wanted.take();
        self.last = Some(now);
        let steps = match urgency {
            Some(Urgency::Now) => settings.plan_steps,
            Some(Urgency::Drift) | None => settings.drift_steps,
        };
        let mut question = question(state, working, settings.expected_repair, now)?;
        self.asked += 1;
        self.open = Some(self.asked);
        question.number = self.asked;
        question.steps = steps;
        question.seed = settings.seed ^ state.sequence.rotate_left(17);
        Some(question)
    }

    /// The command an answer amounts to; `None` when it answers no open question.
    pub(crate) fn heed_answer(&mut self, answer: PlanAnswer) -> Option<Command> {
        if self.open != Some(answer.number) {
            return None;
        }
        self.open = None;
        Some(Command::AdoptPlan { assignments: answer.assignments, cost: answer.cost })
    }

    fn want(&mut self, urgency: Urgency) {
        self.wanted = self.wanted.max(Some(urgency));
    }
}

/// When something counts as overdue: each operation that a machine has, and the repair of each machine that
/// is down.
fn overdue(state: &State, settings: &Settings) -> impl Iterator<Item = Timestamp> {
    let ends = state
        .resources
        .values()
        .flat_map(|resource| resource.held_by.keys())
        .filter_map(|job_order| state.by_job_order(job_order)?.1.planned.as_ref())
        .map(|planned| planned.end + settings.drift_tolerance);
    let is_open = state.orders.values().any(|order| order.status == OrderStatus::Open);
    let known = state.resources.values().filter(|resource| resource.is_known());
    let down = known.filter(move |resource| is_open && !resource.is_up());
    ends.chain(down.map(|resource| resource.expected_up))
}

/// The problem that the state of a plant poses at `now`: all open orders, with everything frozen that a
/// machine has. `None` when there is nothing to plan.
pub fn question(
    state: &State,
    working: &BTreeMap<ResourceId, WorkingTime>,
    expected_repair: Millis,
    now: Timestamp,
) -> Option<PlanQuestion> {
    let mut builder = Builder::new(state, working, expected_repair, now);
    for (id, order) in &state.orders {
        if order.operations.values().any(|o| is_to_plan(o.status)) {
            builder.add_order(id, order);
        }
    }
    builder.finish()
}

fn is_to_plan(status: OperationStatus) -> bool {
    status == OperationStatus::Waiting || status.is_under_way()
}

struct Builder<'a> {
    working: &'a BTreeMap<ResourceId, WorkingTime>,
    now: Timestamp,
    index_of_resource: BTreeMap<ResourceId, usize>,
    problem: Problem,
    warm_start: Plan,
    names: Vec<Named>,
    orders: Vec<OrderId>,
    impossible: Vec<OperationRef>,
}

impl<'a> Builder<'a> {
    fn new(
        state: &State,
        working: &'a BTreeMap<ResourceId, WorkingTime>,
        expected_repair: Millis,
        now: Timestamp,
    ) -> Self {
        let known = || state.resources.iter().filter(|(_, resource)| resource.is_known());
        let resources = known()
            .map(|(id, resource)| {
                let time = working.get(id).cloned().unwrap_or_else(WorkingTime::always);
                let back = resource.expected_up.max(now + Millis::new(expected_repair.get() / 2));
                let working = if resource.is_up() { time } else { time.without(now, back) };
                Resource { capacity: resource.capacity, working, ..Resource::default() }
            })
            .collect();
        Self {
            working,
            now,
            index_of_resource: known().map(|(id, _)| id.clone()).zip(0..).collect(),
            problem: Problem { now, resources, objective: OBJECTIVE, ..Problem::default() },
            warm_start: Plan::default(),
            names: Vec::new(),
            orders: Vec::new(),
            impossible: Vec::new(),
        }
    }

    fn add_order(&mut self, id: &OrderId, order: &OrderState) {
        let job = self.problem.jobs.len();
        let mut index_of: BTreeMap<&OperationId, usize> = BTreeMap::new();
        let mut impossible: BTreeSet<&OperationId> = BTreeSet::new();
        for (what, operation) in order.in_route_order() {
            if !is_to_plan(operation.status) {
                continue;
            }
            let of = OperationRef { order: id.clone(), operation: what.id.clone() };
            let index = self.problem.operations.len();
            let (planned, names) = if operation.status.is_under_way() {
                self.under_way(operation)
            } else if what.after.iter().any(|before| impossible.contains(before)) {
                (None, Vec::new())
            } else {
                self.waiting(order, what, operation)
            };
            let Some((modes, frozen, warm)) = planned else {
                impossible.insert(&what.id);
                self.impossible.push(of);
                continue;
            };
            for before in &what.after {
                if let Some(before) = index_of.get(before) {
                    self.problem.precedences.push(Precedence::new(*before, index));
                }
            }
            index_of.insert(&what.id, index);
            self.problem.operations.push(Operation {
                job,
                modes,
                spans_breaks: what.spans_breaks,
                frozen,
                ..Operation::default()
            });
            self.warm_start.operations.push(warm);
            self.names.push(Named { operation: of, modes: names });
        }
        self.orders.push(id.clone());
        self.problem.jobs.push(Job {
            release: order.order.release,
            due: order.order.due,
            weight: order.order.weight,
        });
    }

    /// An operation that a machine has: one mode, frozen, expected to end when its work is done.
    ///
    /// It may hold more than there is: the solution may say less of a resource today than when it began.
    fn under_way(&self, operation: &OperationState) -> (Option<Shape>, Vec<usize>) {
        let mut needs = self.indices(&operation.resources);
        for (index, amount) in &mut needs {
            let capacity = self.problem.resources.get(*index).map_or(*amount, |r| r.capacity);
            *amount = capacity.min(*amount);
        }
        let start = operation.started.or(operation.released).unwrap_or(self.now).min(self.now);
        let expected = expected_end(operation, self.working, start, self.now);
        let end = expected.max(self.now + Millis::MINUTE);
        let mode = operation.planned.as_ref().map_or(0, |planned| planned.mode);
        let modes = vec![Mode { needs, work: operation.work, ..Mode::default() }];
        let warm = Some(Scheduled { mode: 0, start, end });
        (Some((modes, Some(Frozen { mode: 0, start, end }), warm)), vec![mode])
    }

    fn waiting(
        &self,
        order: &OrderState,
        what: &weft_model::JobOperation,
        operation: &OperationState,
    ) -> (Option<Shape>, Vec<usize>) {
        let (modes, names): (Vec<Mode>, Vec<usize>) = what
            .modes
            .iter()
            .enumerate()
            .filter(|(_, mode)| {
                mode.needs.iter().all(|(id, amount)| {
                    self.index_of_resource
                        .get(id)
                        .and_then(|index| self.problem.resources.get(*index))
                        .is_some_and(|resource| *amount <= resource.capacity)
                })
            })
            .map(|(index, mode)| {
                let work = work_of(order, what, operation, mode.work);
                (Mode { needs: self.indices(&mode.needs), work, ..Mode::default() }, index)
            })
            .unzip();
        if modes.is_empty() {
            return (None, names);
        }
        let warm = operation.planned.as_ref().and_then(|planned| {
            let mode = names.iter().position(|index| *index == planned.mode)?;
            Some(Scheduled { mode, start: planned.start, end: planned.end })
        });
        (Some((modes, None, warm)), names)
    }

    fn indices(&self, needs: &[(ResourceId, u32)]) -> Vec<(usize, u32)> {
        needs
            .iter()
            .filter_map(|(id, amount)| Some((*self.index_of_resource.get(id)?, *amount)))
            .collect()
    }

    fn finish(self) -> Option<PlanQuestion> {
        if self.problem.operations.is_empty() && self.impossible.is_empty() {
            return None;
        }
        let mut resources: Vec<_> = self.index_of_resource.into_iter().collect();
        resources.sort_by_key(|(_, index)| *index);
        Some(PlanQuestion {
            number: 0,
            problem: Arc::new(self.problem),
            warm_start: self.warm_start,
            steps: 0,
            seed: 0,
            names: self.names.into(),
            resources: resources.into_iter().map(|(id, _)| id).collect(),
            orders: self.orders.into(),
            impossible: self.impossible.into(),
        })
    }
}

/// Modes, frozen place, and place in the plan before.
type Shape = (Vec<Mode>, Option<Frozen>, Option<Scheduled>);

/// When an operation that a machine has is expected to end: its work from its start, in the common
/// working time of its resources.
pub fn expected_end(
    operation: &OperationState,
    working: &BTreeMap<ResourceId, WorkingTime>,
    start: Timestamp,
    now: Timestamp,
) -> Timestamp {
    let common = CommonTime::of(operation.resources.iter().filter_map(|(id, _)| working.get(id)));
    let end = common.finish(start, operation.work).unwrap_or(now);
    match operation.interrupted {
        // What was left to do when it stopped is still left.
        Some(since) => {
            let left = operation.work - common.work_between(start, since.max(start));
            common.finish(now, left.max(Millis::MINUTE)).unwrap_or(end).max(end)
        }
        None => end,
    }
}
