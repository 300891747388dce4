//! Judges a plan by the rules alone. Shares nothing with the search but the types of the problem, and
//! counts working time on the intervals itself, so that one mistake cannot hide in both.

use std::collections::BTreeMap;

use weft_model::{Interval, Millis, Timestamp};

use crate::problem::{Cost, Operation, Plan, Problem, Scheduled};

/// One way in which a plan breaks a rule. Indices are those of the lists in [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message above each field names it")]
pub enum Fault {
    /// The plan is for another problem.
    #[error("the plan has {found} entries for {expected} operations")]
    Shape { expected: usize, found: usize },
    /// The operation cannot be done like this.
    #[error("operation {operation} is planned in mode {mode}, which it does not have")]
    UnknownMode { operation: usize, mode: usize },
    /// Planned into the past.
    #[error("operation {operation} starts at {start}, before now ({now})")]
    BeforeNow { operation: usize, start: Timestamp, now: Timestamp },
    /// Planned before its job is released.
    #[error(
        "operation {operation} starts at {start}, before its job {job} is released at {release}"
    )]
    BeforeRelease { operation: usize, job: usize, start: Timestamp, release: Timestamp },
    /// Starts while a resource it needs does not work.
    #[error("operation {operation} starts at {start}, when resource {resource} does not work")]
    StartsClosed { operation: usize, resource: usize, start: Timestamp },
    /// The time between start and end is not its work.
    #[error("operation {operation} has {expected} of work to do and {found} of working time")]
    WrongWork { operation: usize, expected: Millis, found: Millis },
    /// Ends later than its work does.
    #[error("operation {operation} ends at {end}; its work is done before")]
    EndsLate { operation: usize, end: Timestamp },
    /// Pauses although it may not.
    #[error("operation {operation} may not pause, but resource {resource} has a break at {at}")]
    OverBreak { operation: usize, resource: usize, at: Timestamp },
    /// More taken than there is, and not by frozen operations alone.
    #[error("resource {resource} has {capacity}, but {taken} is taken at {at} by {operations:?}")]
    OverCapacity {
        resource: usize,
        at: Timestamp,
        capacity: u32,
        taken: u64,
        operations: Vec<usize>,
    },
    /// Starts before what comes before it has ended and the lag has passed.
    #[error("operation {after} starts at {start}, before {earliest}, when {before} allows it")]
    TooEarly { before: usize, after: usize, start: Timestamp, earliest: Timestamp },
    /// Planned although what comes before it is not.
    #[error("operation {after} is planned, but {before}, which comes before it, is not")]
    WithoutPredecessor { before: usize, after: usize },
    /// A frozen operation that is elsewhere in the plan, or missing.
    #[error("operation {operation} is frozen, but the plan has it elsewhere")]
    FrozenMoved { operation: usize },
}

impl Fault {
    /// Stable, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "P201",
            Self::UnknownMode { .. } => "P202",
            Self::BeforeNow { .. } => "P203",
            Self::BeforeRelease { .. } => "P204",
            Self::StartsClosed { .. } => "P205",
            Self::WrongWork { .. } => "P206",
            Self::EndsLate { .. } => "P207",
            Self::OverBreak { .. } => "P208",
            Self::OverCapacity { .. } => "P209",
            Self::TooEarly { .. } => "P210",
            Self::WithoutPredecessor { .. } => "P211",
            Self::FrozenMoved { .. } => "P212",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "plan again: operations were added or removed since",
            Self::UnknownMode { .. } => "plan again: the ways to do the operation have changed",
            Self::BeforeNow { .. } | Self::BeforeRelease { .. } => {
                "move it later, or freeze it if it has really started"
            }
            Self::StartsClosed { .. } => "move it into a shift, or open the calendar",
            Self::WrongWork { .. } | Self::EndsLate { .. } => {
                "let it end exactly when its work is done, breaks included"
            }
            Self::OverBreak { .. } => "move it behind the break, or let it span breaks",
            Self::OverCapacity { .. } => "move one of them, or put it on another resource",
            Self::TooEarly { .. } => "move it later, or the one before it earlier",
            Self::WithoutPredecessor { .. } => "plan the one before it, or neither",
            Self::FrozenMoved { .. } => "leave it where it is: it is a fact",
        }
    }
}

/// All faults of a plan, by operation, then by precedence, then by resource and time.
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Fault> {
    let (expected, found) = (problem.operations.len(), plan.operations.len());
    if expected != found {
        return vec![Fault::Shape { expected, found }];
    }
    let mut faults = Vec::new();
    for (operation, (it, slot)) in problem.operations.iter().zip(&plan.operations).enumerate() {
        check_operation(problem, operation, it, *slot, &mut faults);
    }
    check_precedences(problem, plan, &mut faults);
    check_capacities(problem, plan, &mut faults);
    faults
}

/// What a plan costs, counted anew. A plan with faults has a cost too.
pub fn cost(problem: &Problem, plan: &Plan) -> Cost {
    let mut ends: BTreeMap<usize, Timestamp> = BTreeMap::new();
    let mut cost = Cost::default();
    let mut last = problem.now;
    for (it, slot) in problem.operations.iter().zip(&plan.operations) {
        match slot {
            None => cost.unplaced += 1,
            Some(slot) => {
                let end = ends.entry(it.job).or_insert(slot.end);
                *end = slot.end.max(*end);
                last = last.max(slot.end);
            }
        }
    }
    cost.makespan = last - problem.now;
    for (job, end) in ends {
        let Some(job) = problem.jobs.get(job) else { continue };
        let weight = i128::from(job.weight);
        cost.flow_time += weight * i128::from((end - job.release).get());
        if let Some(due) = job.due.filter(|due| *due < end) {
            cost.tardiness += weight * i128::from((end - due).get());
        }
    }
    cost.weighted(&problem.objective)
}

fn check_operation(
    problem: &Problem,
    operation: usize,
    it: &Operation,
    slot: Option<Scheduled>,
    faults: &mut Vec<Fault>,
) {
    if let Some(frozen) = it.frozen {
        let there = Scheduled { mode: frozen.mode, start: frozen.start, end: frozen.end };
        if slot != Some(there) {
            faults.push(Fault::FrozenMoved { operation });
        }
        return;
    }
    let Some(slot) = slot else { return };
    let Some(mode) = it.modes.get(slot.mode) else {
        faults.push(Fault::UnknownMode { operation, mode: slot.mode });
        return;
    };
    let start = slot.start;
    if start < problem.now {
        faults.push(Fault::BeforeNow { operation, start, now: problem.now });
    }
    if let Some(job) = problem.jobs.get(it.job).filter(|job| start < job.release) {
        let (job, release) = (it.job, job.release);
        faults.push(Fault::BeforeRelease { operation, job, start, release });
    }
    let mut open = vec![Interval { start, end: slot.end }];
    for &(resource, _) in &mode.needs {
        let Some(it) = problem.resources.get(resource) else { continue };
        let intervals = it.working.intervals();
        if !intervals.iter().any(|i| i.start <= start && start < i.end) {
            faults.push(Fault::StartsClosed { operation, resource, start });
        }
        open = common(&open, intervals);
    }
    let found: Millis = open.iter().map(|i| i.end - i.start).sum();
    if found != mode.work {
        faults.push(Fault::WrongWork { operation, expected: mode.work, found });
    }
    if start < slot.end && open.last().is_none_or(|last| last.end != slot.end) {
        faults.push(Fault::EndsLate { operation, end: slot.end });
    }
    if !it.spans_breaks {
        for &(resource, _) in &mode.needs {
            let Some(it) = problem.resources.get(resource) else { continue };
            let around = it.working.intervals().iter().find(|i| i.start <= start && start < i.end);
            if let Some(around) = around.filter(|i| i.end < slot.end) {
                faults.push(Fault::OverBreak { operation, resource, at: around.end });
            }
        }
    }
}

fn common(spans: &[Interval], others: &[Interval]) -> Vec<Interval> {
    let mut common = Vec::new();
    for span in spans {
        let first = others.partition_point(|other| other.end <= span.start);
        for other in others.iter().skip(first).take_while(|other| other.start < span.end) {
            let (start, end) = (span.start.max(other.start), span.end.min(other.end));
            common.push(Interval { start, end });
        }
    }
    common
}

fn check_precedences(problem: &Problem, plan: &Plan, faults: &mut Vec<Fault>) {
    for it in &problem.precedences {
        let (before, after) = (it.before, it.after);
        let slot = |operation: usize| plan.operations.get(operation).copied().flatten();
        let is_fact = problem.operations.get(after).is_none_or(|it| it.frozen.is_some());
        let Some(later) = slot(after).filter(|_| !is_fact) else { continue };
        let Some(sooner) = slot(before) else {
            faults.push(Fault::WithoutPredecessor { before, after });
            continue;
        };
        let earliest = sooner.end + it.min_lag;
        if later.start < earliest {
            faults.push(Fault::TooEarly { before, after, start: later.start, earliest });
        }
    }
}

fn check_capacities(problem: &Problem, plan: &Plan, faults: &mut Vec<Fault>) {
    // By resource: instant, whether it begins there (ends go first), operation, amount.
    let mut changes: Vec<Vec<(Timestamp, bool, usize, u32)>> =
        vec![Vec::new(); problem.resources.len()];
    for (operation, (it, slot)) in problem.operations.iter().zip(&plan.operations).enumerate() {
        let Some(slot) = slot.filter(|slot| slot.start < slot.end) else { continue };
        for &(resource, amount) in it.modes.get(slot.mode).map_or(&[][..], |mode| &mode.needs) {
            if let Some(changes) = changes.get_mut(resource) {
                changes.push((slot.start, true, operation, amount));
                changes.push((slot.end, false, operation, amount));
            }
        }
    }
    for (resource, (it, mut changes)) in problem.resources.iter().zip(changes).enumerate() {
        changes.sort_unstable();
        let mut holding: BTreeMap<usize, u32> = BTreeMap::new();
        for (index, &(at, begins, operation, amount)) in changes.iter().enumerate() {
            if !begins {
                holding.remove(&operation);
                continue;
            }
            holding.insert(operation, amount);
            if changes.get(index + 1).is_some_and(|next| next.0 == at && next.1) {
                continue;
            }
            let taken: u64 = holding.values().map(|amount| u64::from(*amount)).sum();
            let frozen = |operation: &usize| {
                problem.operations.get(*operation).is_some_and(|it| it.frozen.is_some())
            };
            if u64::from(it.capacity) < taken && !holding.keys().all(frozen) {
                let operations = holding.keys().copied().collect();
                let capacity = it.capacity;
                faults.push(Fault::OverCapacity { resource, at, capacity, taken, operations });
            }
        }
    }
}

#[cfg(test)]
mod tests;
