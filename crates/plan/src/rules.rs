//! The rules of planning, one file each: what it says, what it costs, whether a problem has it, and its test.
//!
//! | rule | says | costs | adds to the lower bound |
//! | --- | --- | --- | --- |
//! | [`calendar`] | work happens in working time, and pauses over breaks only where it may | | longer paths |
//! | [`frozen`] | what has started stays where it is | | the ends that are facts |
//! | [`alternative`] | of every alternative one branch is done | money | the cheapest branch |
//! | [`release`] | nothing starts before its job is released or before now | | later starts |
//! | [`precedence`] | an operation comes after those before it, at least and at most so much later | | the longest path |
//! | [`deadline`] | an operation ends by its deadline or has no place | | |
//! | [`line`] | nobody overtakes on a line | | |
//! | [`capacity`] | never more taken from a resource than it has | | the load of a resource |
//! | [`batch`] | what is on a batch resource at once starts and ends together and is of one family | | |
//! | [`setup`] | between one occupation and the next lies the setup between their states | setup time, money, makespan | |
//! | [`budget`] | no more has been used than supplied | | |
//! | [`hold`] | some keep what they hold until another goes on | | |
//! | [`storage`] | what is stored between two operations takes room | | |
//! | [`makespan`] | | the plan should end early | the longest path |
//! | [`tardiness`] | | a job should end by its due date | by its earliest end |
//! | [`flow_time`] | | a job should not stay long | by its earliest end |
//! | [`earliness`] | | a job should not end before its due date | |
//! | [`stability`] | | an operation should stay where the plan before had it | |
//! | [`money`] | | a mode has its price | the cheapest mode |
//! | [`energy`] | | what operations draw has its price by the hour | the cheapest of each |
//! | [`standby`] | | resources draw power between operations | |
//! | [`peak`] | | no more power at once than there must be | the largest of each |
//!
//! The first three are the ground on which the others stand: a calendar makes every slot, facts are on the board
//! from the beginning, and absent operations are not asked about. All others are in the list below, and that is
//! all that the general search knows of them: it places, counts and looks for better plans by folding over the
//! list ([`fold`]). So a new rule is a file here, a line there, and a file of the checker.

pub(crate) mod alternative;
pub(crate) mod batch;
pub(crate) mod budget;
pub(crate) mod calendar;
pub(crate) mod capacity;
pub(crate) mod deadline;
pub(crate) mod earliness;
pub(crate) mod energy;
pub(crate) mod flow_time;
mod fold;
pub(crate) mod frozen;
pub(crate) mod hold;
pub(crate) mod line;
pub(crate) mod makespan;
pub(crate) mod money;
pub(crate) mod peak;
pub(crate) mod precedence;
pub(crate) mod present;
pub(crate) mod release;
pub(crate) mod setup;
pub(crate) mod stability;
pub(crate) mod standby;
pub(crate) mod storage;
pub(crate) mod tardiness;

use crate::instance::{Instance, Job, Slot};
use crate::places::{Model, Occupation, Places, Timeline, View};
use crate::problem::{Cost, Problem, Weights};
use crate::random::Random;
use crate::unplaced::UnplacedReason;

fold::rules! {
    release::Release,
    precedence::Precedences,
    deadline::Deadlines,
    line::Lines,
    capacity::Capacity,
    batch::Batches,
    setup::SetupTimes,
    budget::Budgets,
    hold::Holds,
    storage::Storages,
    alternative::Branches,
    makespan::Makespan,
    flow_time::FlowTime,
    tardiness::Tardiness,
    earliness::Earliness,
    stability::Stability,
    money::Money,
    energy::Energy,
    standby::StandingBy,
    peak::Peak,
}

/// What a rule is to the general search. Each says only what it is about; the rest says nothing.
///
/// A rule looks at what is where ([`View`]) and may keep count of something by itself ([`Rule::put`]); what it
/// knows of the problem from the beginning it should share between clones.
pub(crate) trait Rule: Sized {
    /// `None` when it has nothing to say about this problem. Nothing has a place yet.
    fn of(problem: &Problem, instance: &Instance) -> Option<Self>;

    /// Names pairs of operations that have to be placed together.
    fn tie(_problem: &Problem, _tie: &mut dyn FnMut(usize, usize)) {}

    // Where an operation may go.

    /// Narrows when an operation may start and end; `None` when something that it waits for has no place.
    fn window(&self, _at: View, _operation: u32, _window: &mut Window) -> Option<()> {
        Some(())
    }

    /// When an operation that ends at `end` lets go of what it holds.
    fn lets_go(&self, _places: &Places, _operation: u32, end: i64) -> i64 {
        end
    }

    /// The first start at or after `from` at which it could join others, where it could not push itself in.
    fn next_join(&self, _at: View, _operation: u32, _mode: u32, _from: i64) -> Option<i64> {
        None
    }

    /// `None` when the resource allows it; else an instant after its start before which it does not, `i64::MAX`
    /// when it never does.
    fn conflict_on(&self, _on: On, _it: &Occupation) -> Option<i64> {
        None
    }

    /// The same of an operation as a whole.
    fn conflict(&self, _at: View, _operation: u32, _slot: Slot) -> Option<i64> {
        None
    }

    /// Which earlier one of the cluster has to start later before an operation may have this slot.
    fn too_late(&self, _at: View, _operation: u32, _slot: Slot) -> Option<Push> {
        None
    }

    /// The same when the operation has been put there: what goes on until then may be in the way of others, which
    /// [`Rules::conflict_of`] says.
    fn cannot_last(
        &self,
        _rules: &Rules,
        _model: &Model,
        _places: &mut Places,
        _operation: u32,
    ) -> Option<Push> {
        None
    }

    /// Whether a cluster has to wait for another to be placed first. `is_done`: by cluster whether it has been
    /// placed, or has no place.
    fn waits(&self, _at: View, _cluster: u32, _is_done: &[bool]) -> bool {
        false
    }

    /// Whether an operation may be kept waiting by others that come neither before it nor on its resources.
    fn reaches_far(&self) -> bool {
        false
    }

    /// An operation has got a place.
    fn put(&mut self, _model: &Model, _places: &mut Places, _operation: u32, _slot: Slot) {}

    /// An operation has lost its place, and still holds what it held there.
    fn take_away(&mut self, _model: &Model, _places: &mut Places, _operation: u32, _slot: Slot) {}

    /// Why an operation could be without a place, if because of this.
    fn reason(&self, _operation: u32) -> Option<UnplacedReason> {
        None
    }

    // What a plan costs.

    /// Whether a plan may cost something by this that strategies do not count unless it is asked for.
    fn costs_more(_problem: &Problem) -> bool {
        false
    }

    /// Raises what no plan costs less than.
    fn bound(_instance: &Instance, _earliest: &Earliest, _cost: &mut Cost) {}

    /// Adds what a plan costs by this.
    fn cost(&self, _at: View, _ends: &Ends, _tally: &mut Tally) {}

    /// What a job that ends at `end` adds to a level. A later end never adds less.
    fn of_job(&self, _weights: &Weights, _job: &Job, _end: i64) -> i128 {
        0
    }

    /// What a makespan adds to a level. A longer one never adds less.
    fn of_makespan(&self, _weights: &Weights, _makespan: i64) -> i128 {
        0
    }

    /// Whether it may take something from a level.
    fn may_earn(&self, _instance: &Instance, _weights: &Weights) -> bool {
        false
    }

    // Where a better plan may be.

    /// Whether it knows instants that an operation may wait for.
    const TEMPTS: bool = false;

    /// An instant that an operation that lasts `length` may wait for, if it [tempts](Rule::TEMPTS).
    fn tempts(
        &self,
        _at: View,
        _operation: u32,
        _length: i64,
        _random: &mut Random,
    ) -> Option<i64> {
        None
    }

    /// Adds operations that one begins right after because it waits for them.
    fn waited_for(&self, _at: View, _operation: u32, _ways: &mut Vec<u32>) {}

    /// Adds operations that let go of a resource right before another occupies it.
    fn held_up_by(&self, _places: &Places, _on: On, _it: &Occupation, _ways: &mut Vec<u32>) {}

    /// Whether the end of a job by itself matters in a level.
    fn minds_jobs(&self, _weights: &Weights) -> bool {
        false
    }

    /// Whether it matters that a job ends as late as this.
    fn minds_end(&self, _weights: &Weights, _job: &Job, _end: i64) -> bool {
        false
    }
}

/// When an operation may start and end, as far as that can be said before a slot is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// It does not start before this.
    pub(crate) start: i64,
    /// It does not end before this.
    pub(crate) end: i64,
    /// It does not end after this.
    pub(crate) latest_end: i64,
}

/// A resource and who holds it when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct On<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) resource: u32,
    pub(crate) timeline: &'a Timeline,
}

/// The operation does not start before an instant after all; `i64::MAX`: not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Push {
    pub(crate) operation: u32,
    pub(crate) not_before: i64,
}

/// When a plan ends.
#[derive(Debug)]
pub(crate) struct Ends {
    /// The last end of all, at least now.
    pub(crate) last: i64,
    /// By job its last end; `None` when nothing of it has a place.
    pub(crate) of_job: Vec<Option<i64>>,
}

/// What is surely no later in any plan.
#[derive(Debug)]
pub(crate) struct Earliest {
    /// By operation its earliest start and earliest end, as if it were alone but for facts; without a place when it
    /// can have none.
    pub(crate) slots: Vec<Slot>,
    /// By operation the least time from its end to the end of all that follow.
    pub(crate) tails: Vec<i64>,
    /// Of what is surely there.
    pub(crate) ends: Ends,
}

/// What a plan costs, to be added up.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// All parts but energy and what it costs.
    pub(crate) cost: Cost,
    /// Watts times milliseconds.
    pub(crate) energy: i128,
    /// What that costs, as [`energy::Prices::sum`] gives it.
    pub(crate) price: i128,
}

impl Ends {
    /// The jobs of which something has a place, and their ends.
    fn jobs<'a>(&'a self, instance: &'a Instance) -> impl Iterator<Item = (&'a Job, i64)> {
        let pairs = instance.jobs.iter().zip(&self.of_job);
        pairs.filter_map(|(job, end)| Some((job, (*end)?)))
    }
}

impl Tally {
    /// Energy and its price are rounded down once over all.
    pub(crate) fn total(self) -> Cost {
        let mut cost = self.cost;
        cost.energy += self.energy.div_euclid(energy::HOUR);
        cost.money += self.price.div_euclid(energy::HOUR * energy::MEGAWATT_HOUR);
        cost
    }
}

#[cfg(test)]
mod tests;
