//! A plan in progress: events change it, and at once there is a plan again.
//!
//! [`Live`] holds a problem and its plan in memory. An [`Event`] changes both: what no longer holds is put right and
//! the rest stays where it is, so that it costs as much as it touches. [`Live::improve`] goes on from there, and
//! leaves most operations where the plan in force has them. [`Live::promise`] says what an order that does
//! not exist yet could be promised. A copy ([`Clone`]) answers what-if questions: copies share what they have not
//! changed.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

mod event;
mod promise;
mod table;
mod whole;

use std::sync::Arc;

use weft_model::Timestamp;

use crate::check;
use crate::instance::{Instance, Slot};
use crate::problem::{Cost, Plan, Problem, Scheduled};
use crate::validate::ProblemError;

pub use event::{Event, EventError, Order};
pub use promise::Promise;

use table::Table;
use whole::Whole;

/// At most so many per cent of what has not started may be elsewhere than in the plan in force, for the sake
/// of a better plan; what has to move moves anyway.
const MOVED_PERCENT: usize = 30;

/// A plan in progress.
///
/// ```
/// use weft_model::{Millis, Timestamp, WorkingTime};
/// use weft_plan::{Event, Job, Live, Mode, Operation, Order, Problem, Resource, Search};
///
/// let at = |hour: i64| Timestamp::from_millis(hour * 3_600_000);
/// let two_hours = || Operation {
///     modes: vec![Mode { needs: vec![(0, 1)], work: Millis::HOUR.times(2), ..Mode::default() }],
///     ..Operation::default()
/// };
/// let problem = Problem {
///     resources: vec![Resource { capacity: 1, working: WorkingTime::always(), ..Resource::default() }],
///     jobs: vec![Job::default(), Job::default()],
///     operations: vec![two_hours(), Operation { job: 1, ..two_hours() }],
///     ..Problem::default()
/// };
/// let first = Search::new(&problem, 1, None)?;
/// let mut live = Live::new(problem, first.best())?;
///
/// // The machine is down for an hour: at once there is a plan again.
/// let change = live.apply(&Event::Closed { resource: 0, from: at(0), until: at(1) })?;
/// assert!(!change.moved.is_empty());
/// assert_eq!(live.cost().makespan, Millis::HOUR.times(5));
///
/// // What could a third order be promised? Nothing changes.
/// let order = Order { operations: vec![two_hours()], ..Order::default() };
/// assert_eq!(live.promise(&order)?.end, Some(at(7)));
///
/// // What if the second were cancelled? A copy knows; the plan stays.
/// let mut copy = live.clone();
/// copy.apply(&Event::Cancelled { job: 1 })?;
/// copy.improve(100);
/// assert_eq!(copy.promise(&order)?.end, Some(at(5)));
/// assert_eq!(live.cost().makespan, Millis::HOUR.times(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Live {
    problem: Arc<Problem>,
    kind: Kind,
    /// By operation where the plan in force has it.
    in_force: Arc<Vec<Option<Scheduled>>>,
    /// Something has happened since the plan came into force.
    is_disturbed: bool,
    moved_percent: usize,
    seed: u64,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Changed piece by piece.
    Table(Box<Table>),
    /// It has a rule that timetables do not know: mended as a whole.
    Whole(Box<Whole>),
}

/// What an event, or a search after it, did to the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Operations that are elsewhere now, that have a place now, or that have none any more.
    pub moved: Vec<usize>,
    /// What the plan cost before.
    pub before: Cost,
    /// What it costs now.
    pub after: Cost,
}

/// The problem and plan as they stand, without what has been cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot<P = Problem> {
    /// What is to be planned.
    pub problem: P,
    /// The plan.
    pub plan: Plan,
    /// By operation of this problem its index in [`Live`].
    pub operations: Vec<usize>,
}

impl Live {
    /// Takes a plan on. What no longer holds in it is put right; what it lacks gets a place where there is one; a plan
    /// that obeys all rules is taken on as it is. Errors: what is wrong with the problem.
    pub fn new(problem: Problem, plan: &Plan) -> Result<Self, ProblemError> {
        let instance = Instance::new(&problem)?;
        // A timetable that moves what is sound does not know a rule well enough.
        let is_kept =
            |table: &Table| table.plan() == plan.operations || !check(&problem, plan).is_empty();
        let kind = match Table::new(&problem, instance, plan).filter(is_kept) {
            Some(table) => Kind::Table(Box::new(table)),
            None => Kind::Whole(Box::new(Whole::new(&problem, plan)?)),
        };
        let mut live = Self {
            problem: Arc::new(problem),
            kind,
            in_force: Arc::default(),
            is_disturbed: false,
            moved_percent: MOVED_PERCENT,
            seed: 1,
        };
        live.put_in_force();
        Ok(live)
    }

    /// At most so many per cent of what has not started may be moved for the sake of a better plan.
    #[must_use]
    pub fn with_moved_percent(mut self, percent: usize) -> Self {
        self.moved_percent = percent;
        self
    }

    /// The seed of what [`Live::improve`] draws.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The problem as events have left it. What has been cancelled is still in it: see [`Live::snapshot`].
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The plan, operation by operation of [`Live::problem`].
    pub fn plan(&self) -> Plan {
        let operations = (0..self.problem.operations.len()).map(|it| self.scheduled(it)).collect();
        let branches = match &self.kind {
            Kind::Table(_) => Vec::new(),
            Kind::Whole(whole) => whole.plan.branches.clone(),
        };
        Plan { operations, branches }
    }

    /// Where an operation is.
    pub fn scheduled(&self, operation: usize) -> Option<Scheduled> {
        match &self.kind {
            Kind::Table(table) => table.scheduled(operation),
            Kind::Whole(whole) => whole.plan.operations.get(operation).copied().flatten(),
        }
    }

    /// Where the plan in force has an operation.
    pub fn in_force(&self, operation: usize) -> Option<Scheduled> {
        self.in_force.get(operation).copied().flatten()
    }

    /// What the plan costs.
    pub fn cost(&self) -> Cost {
        match &self.kind {
            Kind::Table(table) => table.cost(),
            Kind::Whole(whole) => whole.cost,
        }
    }

    /// Lets an event happen: at once there is a plan again.
    ///
    /// What has started stays where it was said to be. At first nobody is moved but those who cannot stay; when that
    /// makes the plan more than a per cent dearer others are moved for their sake. Errors: why the event was
    /// refused; nothing has changed then.
    pub fn apply(&mut self, event: &Event) -> Result<Change, EventError> {
        self.check(event)?;
        let before = self.cost();
        let is_known = match (&self.kind, event) {
            (Kind::Table(table), Event::Added(order)) => table.knows(order),
            (Kind::Table(_), _) => true,
            (Kind::Whole(_), _) => false,
        };
        // What is mended as a whole may turn out to be no valid problem any more.
        let kept = (!is_known).then(|| (Arc::clone(&self.problem), self.kind.clone()));
        let moved = self.follow(event, is_known);
        if let (Err(_), Some((problem, kind))) = (&moved, kept) {
            (self.problem, self.kind) = (problem, kind);
        }
        let moved = moved?;
        let mut in_force = std::mem::take(&mut self.in_force);
        Arc::make_mut(&mut in_force).resize(self.problem.operations.len(), None);
        if let Event::Fact { operation, .. } = event {
            Arc::make_mut(&mut in_force)[*operation] = self.scheduled(*operation);
        }
        self.in_force = in_force;
        let after = self.cost();
        self.is_disturbed |= !moved.is_empty() || after != before;
        Ok(Change { moved, before, after })
    }

    /// Changes problem and plan; which operations are elsewhere now.
    fn follow(&mut self, event: &Event, is_known: bool) -> Result<Vec<usize>, EventError> {
        let problem = Arc::make_mut(&mut self.problem);
        event.apply(problem)?;
        if let (Kind::Table(_), false) = (&self.kind, is_known) {
            // From here on it has a rule that timetables do not know.
            self.kind = Kind::Whole(Box::new(self.kind.as_whole()));
        }
        match &mut self.kind {
            Kind::Table(table) => Ok(table.apply(problem, event)),
            Kind::Whole(whole) => whole.apply(problem, event),
        }
    }

    /// Looks for a better plan for up to `steps` steps, near the plan in force. Without an event since
    /// [`Live::put_in_force`] it leaves everything as it is.
    pub fn improve(&mut self, steps: u64) -> Change {
        self.improve_while(steps, || true)
    }

    /// The same, but asks now and then whether to go on.
    pub fn improve_while(&mut self, steps: u64, mut go_on: impl FnMut() -> bool) -> Change {
        let before = self.cost();
        let mut moved = Vec::new();
        if self.is_disturbed {
            self.seed = self.seed.wrapping_add(1);
            let moved_max = self.waiting().count() * self.moved_percent / 100;
            moved = match &mut self.kind {
                Kind::Table(table) => {
                    table.improve(&self.in_force, moved_max, self.seed, steps, &mut go_on)
                }
                Kind::Whole(whole) => whole.improve(
                    &self.problem,
                    &self.in_force,
                    moved_max,
                    self.seed,
                    steps,
                    &mut go_on,
                ),
            };
        }
        Change { moved, before, after: self.cost() }
    }

    /// Lets [`Live::improve`] look for a better plan although nothing has happened.
    pub fn reconsider(&mut self) {
        self.is_disturbed = true;
    }

    /// From now on this plan is in force: people have been told.
    pub fn put_in_force(&mut self) {
        self.in_force = Arc::new(self.plan().operations);
        self.is_disturbed = false;
    }

    /// The operations that are elsewhere than in the plan in force, and have neither started nor been cancelled.
    pub fn moved(&self) -> Vec<usize> {
        self.waiting().filter(|it| self.in_force[*it] != self.scheduled(*it)).collect()
    }

    /// What has neither started nor been cancelled.
    fn waiting(&self) -> impl Iterator<Item = usize> {
        let pairs = self.problem.operations.iter().zip(self.gone()).enumerate();
        pairs.filter(|(_, (it, is_gone))| it.frozen.is_none() && !**is_gone).map(|(index, _)| index)
    }

    /// By operation whether it has been cancelled.
    fn gone(&self) -> &[bool] {
        match &self.kind {
            Kind::Table(table) => table.gone(),
            Kind::Whole(whole) => &whole.is_gone,
        }
    }

    /// Problem and plan without what has been cancelled, for whoever wants to judge, draw or plan anew.
    pub fn snapshot(&self) -> Snapshot {
        match &self.kind {
            Kind::Table(table) => whole::snapshot(&self.problem, &self.plan(), table.gone()),
            Kind::Whole(whole) => whole::snapshot(&self.problem, &whole.plan, &whole.is_gone),
        }
    }

    fn check(&self, event: &Event) -> Result<(), EventError> {
        let is_gone = self.gone();
        let job = match event {
            Event::Withdrawn { operation } | Event::Release { operation, .. } => {
                let it = self.problem.operations.get(*operation);
                it.filter(|_| is_gone[*operation]).map(|it| it.job)
            }
            _ => None,
        };
        job.map_or(Ok(()), |job| Err(EventError::Gone { job }))
    }
}

impl Kind {
    /// To be mended as a whole.
    fn as_whole(&self) -> Whole {
        match self {
            Self::Table(table) => {
                let plan = Plan { operations: table.plan(), branches: Vec::new() };
                Whole { plan, is_gone: table.gone().to_vec(), cost: table.cost() }
            }
            Self::Whole(whole) => Whole::clone(whole),
        }
    }
}

/// In the words of a plan; `first_mode` is the first of the operation's.
fn scheduled(slot: Slot, first_mode: u32) -> Option<Scheduled> {
    slot.is_placed().then(|| Scheduled {
        mode: (slot.mode - first_mode) as usize,
        start: Timestamp::from_millis(slot.start),
        end: Timestamp::from_millis(slot.end),
    })
}

#[cfg(test)]
mod tests;
