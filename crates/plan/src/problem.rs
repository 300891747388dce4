//! What is asked of the planner and what it answers.
//!
//! Everything is an index into the lists of [`Problem`]; names stay with the caller. Times are
//! [`Timestamp`]s and [`Millis`], so a plan can be used as it is. Every list but the resources, jobs and
//! operations may be empty, and `..Default::default()` leaves out what a problem does not have.

use weft_model::{Millis, Timestamp, WorkingTime};

/// A scheduling problem in the form of the multi-mode resource-constrained project scheduling problem
/// (Brucker et al., 1999) with calendars, generalised precedence relations, sequence-dependent setups,
/// batches, blocking, budgets and alternatives: operations in modes, on resources with shared capacity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Problem {
    /// Nothing that is not frozen starts before this.
    pub now: Timestamp,
    /// What can be busy.
    pub resources: Vec<Resource>,
    /// What is used up.
    pub budgets: Vec<Budget>,
    /// Groups of operations that are due together.
    pub jobs: Vec<Job>,
    /// What is to be done.
    pub operations: Vec<Operation>,
    /// What comes before what; without cycles, whatever the points and lags.
    pub precedences: Vec<Precedence>,
    /// What is stored between two operations.
    pub storages: Vec<Storage>,
    /// What is done in one of several ways, or not at all.
    pub alternatives: Vec<Alternative>,
    /// Where jobs may not overtake each other.
    pub lines: Vec<Line>,
    /// What a kilowatt-hour costs over time, by instant, none twice; nothing before the first price.
    pub prices: Vec<Price>,
    /// What a good plan is.
    pub objective: Objective,
    /// The plan that people have prepared for: moving away from it can cost something. Empty, or one entry
    /// per operation. Only its starts count; its modes may be some that there no longer are.
    pub previous: Vec<Option<Scheduled>>,
}

/// A resource with renewable capacity and a calendar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    /// Units that can be taken at the same time, at least 1.
    pub capacity: u32,
    /// When it works.
    pub working: WorkingTime,
    /// Time and money between one state and another; only with capacity 1 or batches.
    pub setups: Option<Setups>,
    /// All that hold it at the same time form a batch: they start together, end together and are of one
    /// family ([`Mode::family`]). For setups a batch is one occupation: modes of one family have the same states,
    /// or none. A batch of operations that hold on ([`Operation::holds_until`]) lets go when the last does.
    pub is_batch: bool,
    /// What it may do between operations; empty when that costs nothing.
    pub standby: Vec<Standby>,
}

/// Sequence-dependent setups of a resource, travel of a carrier, or flushing of a vessel.
///
/// An operation needs the resource in one state and leaves it in another ([`Mode::states`]): the family it
/// works on, the place it is at. Between the end of one occupation and the start of the next lies at least
/// the setup between those states, in working time of the resource. An occupation ends when the operation lets
/// go ([`Operation::holds_until`]); one that takes no time is an occupation too, before all that start with it
/// (and several of these stand in the order of the operations). Between two frozen operations nothing is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setups {
    /// `time[from][to]`; square, one row per state.
    pub time: Vec<Vec<Millis>>,
    /// `cost[from][to]` in units of money; empty when setups cost only time.
    pub cost: Vec<Vec<u64>>,
    /// In which state it is before the first occupation, frozen ones included; these leave the state that their
    /// mode says. The setup of the very first begins no sooner than now. `None`: that one needs no setup.
    pub initial: Option<usize>,
    /// By state: how long it is cleaned after the last occupation, in working time of the resource, which must
    /// not run out before. Empty: not at all. Without an occupation or a state there is nothing to clean.
    /// Counts for the makespan.
    pub last: Vec<Millis>,
}

/// What a resource may do in a gap between two operations, before the first and after the last excluded. A gap
/// is a time, breaks and setups included, in which no operation holds the resource; one that takes no time parts
/// a gap in two. In each gap it does whatever costs least at the prices of energy, then what takes least energy;
/// when nothing fits it draws nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standby {
    /// Power during the whole gap.
    pub watts: u32,
    /// Time that going there and coming back takes: only longer gaps can use it.
    pub transition: Millis,
    /// Energy of going there and coming back on top of that, in watt-hours, at the price at the start of the gap.
    pub transition_wh: u32,
}

/// Something that is used up: money, material, kilometres. What the operations that have started by an instant
/// use is never more than what has been supplied by then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Budget {
    /// When how much more is there, in any order.
    pub supplies: Vec<(Timestamp, u64)>,
}

/// A job: what was promised to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Job {
    /// None of its operations starts before this.
    pub release: Timestamp,
    /// When its last operation should have ended; `None` when nothing was promised.
    pub due: Option<Timestamp>,
    /// Weight of its tardiness, earliness and flow time.
    pub weight: u32,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// It does not start before this, nor before its job is released.
    pub release: Option<Timestamp>,
    /// It ends by this, or has no place in the plan.
    pub deadline: Option<Timestamp>,
    /// It keeps all it holds until this happens, at least as long as it works (blocking), frozen or not. What it
    /// waits for comes right after it by a precedence, or is in another branch of the same alternative. When that
    /// is absent or has no place, it keeps what it holds as long as it works.
    pub holds_until: Option<Instant>,
}

/// The start or the end of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Index into [`Problem::operations`].
    pub operation: usize,
    /// Which of the two.
    pub point: Point,
}

/// Which end of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Point {
    /// Its start.
    Start,
    /// Its end.
    #[default]
    End,
}

/// One way to do an operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mode {
    /// Index into [`Problem::resources`] and amount, at least 1; no resource twice. May be empty.
    pub needs: Vec<(usize, u32)>,
    /// Time that all of `needs` work on it together (the common working time of their calendars).
    pub work: Millis,
    /// Index into [`Problem::budgets`] and amount, used up when it starts; no budget twice.
    pub uses: Vec<(usize, u64)>,
    /// Index into [`Problem::resources`] (one of `needs`, with setups), the state it needs and the state it
    /// leaves. On a resource with setups an operation without states changes nothing and needs nothing.
    pub states: Vec<(usize, usize, usize)>,
    /// Operations of different families are never in one batch.
    pub family: u32,
    /// What choosing it costs, in units of money.
    pub cost: u64,
    /// Power it draws while it works, breaks excluded; when frozen, from start to end.
    pub watts: u32,
}

/// Where an operation that has started (or is pinned) stands. Calendars and durations do not apply to it:
/// it is a fact. It holds its capacity in `[start, end)`, or longer ([`Operation::holds_until`]).
///
/// Facts alone break no rule: frozen operations may overlap, overdraw, overtake each other or come too late, and
/// nothing that comes before one is asked to end in time for it. All else fits around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frozen {
    /// Index into [`Operation::modes`].
    pub mode: usize,
    /// When it started.
    pub start: Timestamp,
    /// When it ended or is expected to.
    pub end: Timestamp,
}

/// A generalised precedence relation (Bartusch, Möhring & Radermacher 1988) with lags in elapsed time (not
/// working time): the instant of `after` comes at least `min_lag` and at most `max_lag` after that of `before`.
/// A maximum lag of the minimum is "no wait". Between operations of which one is absent it says nothing, and
/// against a frozen `after` neither. When `before` has no place, `after` has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precedence {
    /// Index into [`Problem::operations`].
    pub before: usize,
    /// Index into [`Problem::operations`].
    pub after: usize,
    /// From which point of `before`.
    pub from: Point,
    /// To which point of `after`.
    pub to: Point,
    /// Zero or more.
    pub min_lag: Millis,
    /// `min_lag` or more; `None` when there is no limit.
    pub max_lag: Option<Millis>,
}

/// Takes something from one instant until another, beside what the operations themselves need: a place in a
/// buffer between two machines, whether it works or not. Nothing is taken when one of the two operations is
/// absent or has no place, or when `until` does not come after `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    /// Index into [`Problem::resources`], without setups or batches.
    pub resource: usize,
    /// At least 1.
    pub amount: u32,
    /// When it is put there.
    pub from: Instant,
    /// When it is taken away; its operation is that of `from`, comes right after it by a precedence, or is in
    /// another branch of the same alternative.
    pub until: Instant,
}

/// Exactly one of these branches is done: make or buy, test or skip. Operations of the others are absent: they
/// take no time and no capacity, and what would come after them does not wait.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alternative {
    /// At least one.
    pub branches: Vec<Branch>,
}

/// One of several ways; without operations it is "not at all".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branch {
    /// Indices into [`Problem::operations`]; an operation is in one branch at most. What is frozen is done, so its
    /// branch is too.
    pub operations: Vec<usize>,
    /// What choosing it costs, in units of money.
    pub cost: u64,
}

/// Stages that jobs pass in the same order: a conveyor, a permutation flow shop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// By stage the operation of each job, the same jobs in the same places of every stage, no operation twice.
    /// Whoever starts first at one stage starts no later than the other at every stage; of stages at which one of
    /// the two is absent or has no place nothing is said.
    pub stages: Vec<Vec<usize>>,
}

/// From an instant on a kilowatt-hour costs this, until the next price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// First instant.
    pub from: Timestamp,
    /// Units of money for a thousand kilowatt-hours.
    pub per_mwh: i64,
}

/// Weighted sums to be minimised one after the other: the second matters among plans equal in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    /// Most important first; levels without any weight are passed over.
    pub levels: [Weights; LEVELS],
}

/// So many levels at most.
pub const LEVELS: usize = 3;

/// What each part of [`Cost`] counts in one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the weight of the part of `Cost` of the same name")]
pub struct Weights {
    pub makespan: u32,
    pub tardiness: u32,
    pub flow_time: u32,
    pub earliness: u32,
    pub setup_time: u32,
    pub money: u32,
    pub energy: u32,
    pub peak: u32,
    pub moved: u32,
}

/// What a plan decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// For each operation of the problem, in its order, a mode, a start and an end; `None` for an operation
    /// that is absent, or that cannot be placed (its calendar runs out, or what it depends on cannot be placed).
    pub operations: Vec<Option<Scheduled>>,
    /// For each of [`Problem::alternatives`] the branch that is done.
    pub branches: Vec<usize>,
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

/// What a plan costs, in all and in parts. Smaller is better: the fewest unplaced operations first, then the
/// levels of the objective one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cost {
    /// Operations that should be in the plan and have no place. They add nothing to the other figures.
    pub unplaced: usize,
    /// The weighted sums of [`Objective`].
    pub levels: [i128; LEVELS],
    /// From [`Problem::now`] to the last end, cleaning included but not what is only held or stored; zero when
    /// nothing ends after now.
    pub makespan: Millis,
    /// Sum over jobs of weight x max(0, end - due), in milliseconds. Here and below the end is the last of those
    /// operations of the job that are in the plan; a job without any adds nothing.
    pub tardiness: i128,
    /// Sum over jobs of weight x (end - release), in milliseconds.
    pub flow_time: i128,
    /// Sum over jobs of weight x max(0, due - end), in milliseconds.
    pub earliness: i128,
    /// Sum of setups, the first and the last included, in milliseconds.
    pub setup_time: i128,
    /// Modes, branches, setups, and energy at its price (this sum rounded down), in units of money.
    pub money: i128,
    /// Energy of operations and of resources between them, in watt-hours, rounded down.
    pub energy: i128,
    /// The most power that operations draw at the same time, in watts.
    pub peak: i128,
    /// Sum over operations that are not frozen and have a place in both plans of
    /// |start - start in [`Problem::previous`]|, in milliseconds.
    pub moved: i128,
}

impl Precedence {
    /// `after` starts when `before` has ended.
    pub fn new(before: usize, after: usize) -> Self {
        Self {
            before,
            after,
            from: Point::End,
            to: Point::Start,
            min_lag: Millis::ZERO,
            max_lag: None,
        }
    }

    /// `after` starts at least `min_lag` after `before` has ended.
    pub fn with_lag(before: usize, after: usize, min_lag: Millis) -> Self {
        Self { min_lag, ..Self::new(before, after) }
    }
}

impl Objective {
    /// One weighted sum.
    pub const fn weighted(weights: Weights) -> Self {
        let none = Weights::none();
        Self { levels: [weights, none, none] }
    }

    /// The makespan alone.
    pub const fn makespan() -> Self {
        Self::weighted(Weights { makespan: 1, ..Weights::none() })
    }
}

impl Default for Objective {
    fn default() -> Self {
        Self::makespan()
    }
}

impl Weights {
    /// Nothing counts.
    pub const fn none() -> Self {
        Self {
            makespan: 0,
            tardiness: 0,
            flow_time: 0,
            earliness: 0,
            setup_time: 0,
            money: 0,
            energy: 0,
            peak: 0,
            moved: 0,
        }
    }
}

impl Cost {
    /// Fills in the weighted sums from the parts.
    #[must_use]
    pub fn weighted(mut self, objective: &Objective) -> Self {
        for (level, weights) in self.levels.iter_mut().zip(&objective.levels) {
            *level = i128::from(weights.makespan) * i128::from(self.makespan.get())
                + i128::from(weights.tardiness) * self.tardiness
                + i128::from(weights.flow_time) * self.flow_time
                + i128::from(weights.earliness) * self.earliness
                + i128::from(weights.setup_time) * self.setup_time
                + i128::from(weights.money) * self.money
                + i128::from(weights.energy) * self.energy
                + i128::from(weights.peak) * self.peak
                + i128::from(weights.moved) * self.moved;
        }
        self
    }
}
