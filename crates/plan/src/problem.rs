//! What is asked of the planner and what it answers.
//!
//! Everything is an index into the lists of [`Problem`]; names stay with the caller. Times are
//! [`Timestamp`]s and [`Millis`], so a plan can be used as it is. What a later rule adds (set-ups, time
//! lags, batches, energy prices) becomes a further list here and a file under `rules/`; the search does
//! not change.

use weft_model::{Millis, Timestamp, WorkingTime};

/// A scheduling problem in the form of the multi-mode resource-constrained project scheduling problem
/// (Brucker et al., 1999) with calendars: operations in modes, on resources with shared capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Nothing that is not frozen starts before this.
    pub now: Timestamp,
    /// What can be busy.
    pub resources: Vec<Resource>,
    /// Groups of operations that are due together.
    pub jobs: Vec<Job>,
    /// What is to be done.
    pub operations: Vec<Operation>,
    /// What comes before what; without cycles.
    pub precedences: Vec<Precedence>,
    /// What a good plan is.
    pub objective: Objective,
}

/// A resource with renewable capacity and a calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Units that can be taken at the same time, at least 1.
    pub capacity: u32,
    /// When it works.
    pub working: WorkingTime,
}

/// A job: what was promised to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// None of its operations starts before this.
    pub release: Timestamp,
    /// When its last operation should have ended; `None` when nothing was promised.
    pub due: Option<Timestamp>,
    /// Weight of its tardiness and of its flow time.
    pub weight: u32,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Index into [`Problem::jobs`].
    pub job: usize,
    /// The ways to do it, at least one.
    pub modes: Vec<Mode>,
    /// Whether work may pause over breaks and go on after them. Either way it starts in working time of
    /// all its resources; when it may not, it also ends before the next break of any of them. While it
    /// pauses it keeps its capacity.
    pub spans_breaks: bool,
    /// Set when it is no longer the planner's to decide.
    pub frozen: Option<Frozen>,
}

/// One way to do an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// Index into [`Problem::resources`] and amount, at least 1; no resource twice. May be empty.
    pub needs: Vec<(usize, u32)>,
    /// Time that all of `needs` work on it together (the common working time of their calendars).
    pub work: Millis,
}

/// Where an operation that has started (or is pinned) stands. Calendars and durations do not apply to it:
/// it is a fact. It holds its capacity in `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frozen {
    /// Index into [`Operation::modes`].
    pub mode: usize,
    /// When it started.
    pub start: Timestamp,
    /// When it ended or is expected to.
    pub end: Timestamp,
}

/// `after` starts at least `min_lag` after `before` has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precedence {
    /// Index into [`Problem::operations`].
    pub before: usize,
    /// Index into [`Problem::operations`].
    pub after: usize,
    /// Elapsed time (not working time) between the two; zero or more.
    pub min_lag: Millis,
}

/// A weighted sum to be minimised, in weighted milliseconds.
///
/// `makespan` times (last end - [`Problem::now`]), plus `tardiness` times the sum over jobs of weight x
/// max(0, end - due), plus `flow_time` times the sum over jobs of weight x (end - release).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    /// Weight of the makespan.
    pub makespan: u32,
    /// Weight of the weighted tardiness.
    pub tardiness: u32,
    /// Weight of the weighted flow time.
    pub flow_time: u32,
}

/// For each operation of the problem, in its order, a mode, a start and an end; `None` for an operation
/// that cannot be placed (its calendar runs out, or what it depends on cannot be placed).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One entry per operation.
    pub operations: Vec<Option<Scheduled>>,
}

/// A decision for one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheduled {
    /// Index into [`Operation::modes`].
    pub mode: usize,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends: its work done, breaks included.
    pub end: Timestamp,
}

/// What a plan costs, in parts and in all. Smaller is better: the fewest unplaced operations first, then
/// the least total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cost {
    /// Operations that have no place in the plan. They add nothing to the other figures.
    pub unplaced: usize,
    /// The weighted sum of [`Objective`], in weighted milliseconds.
    pub total: i128,
    /// From [`Problem::now`] to the last end; zero when nothing ends after now.
    pub makespan: Millis,
    /// Sum over jobs of weight x lateness (none when in time), in milliseconds.
    pub tardiness: i128,
    /// Sum over jobs of weight x (end - release), in milliseconds.
    pub flow_time: i128,
}
