//! Better, change by change: what does not help is taken back.
//!
//! A change begins at a job that costs something. Its last operation waits for one before it, or for someone who
//! holds its resource, who waits for another: along this chain an operation is let in before the one that it
//! waits for, the two change places with all that follows in their jobs, whole jobs are taken out and put in
//! again, or a job is pressed through. What has gained most for the operations touched is done most; half of
//! the changes begin at jobs that end later than in the plan in force. When much has moved, a way back to that plan is
//! looked for beside it ([`back`]).

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

mod back;

use crate::instance::{NEVER, Slot};
use crate::problem::Cost;
use crate::random::Random;
use crate::timetable::Timetable;
use crate::timetable::layout::Layout;
use crate::timetable::match_up::MatchUp;
use crate::timetable::repair::Style;

/// So many steps apart it looks anew which jobs cost something.
const LOOK_EVERY: u64 = 64;
/// So many links of a chain are followed at most.
const CHAIN_MAX: usize = 400;
/// So many operations that moved are looked at again at most.
const PULLED_MAX: usize = 200;
/// A change that moves more than so many is given up.
const CHANGES_MAX: usize = 400;
/// The same for a job that is pressed.
const PRESSED_MAX: usize = 1_500;
/// So often a job is looked at that ends later than in the plan in force.
const HOT_PERCENT: usize = 50;
/// This share of the work goes into finding out what pays.
const EXPLORED: f64 = 0.25;
/// What a kind has paid counts so much when it is tried next.
const FORGET: f64 = 0.98;
/// A step costs as much as touching so many operations, whatever it does.
const WORK_OF_STEP: f64 = 20.0;

/// Changes under way.
#[derive(Debug)]
pub(crate) struct Improve {
    random: Random,
    steps: u64,
    /// Jobs that cost something, as last looked.
    jobs: Vec<u32>,
    /// Those of them that end later than in the plan that is in force, or that it does not have.
    hot: Vec<u32>,
    /// By operation where the plan that is in force has it.
    base: Vec<Slot>,
    /// How many are elsewhere, and how many may be.
    moved: usize,
    moved_max: usize,
    /// Operations that wait for someone, and for whom.
    chain: Vec<(u32, u32)>,
    /// By kind of change what it gained and how much it touched, of late.
    paid: [(f64, f64); KINDS.len()],
    /// Operations touched: by the last step, by all steps, and by kind to find out what pays.
    touched: usize,
    worked: f64,
    tried: [f64; KINDS.len()],
    is_exploring: bool,
    /// A way back to the plan in force that is looked for beside that.
    match_up: Option<MatchUp>,
}

/// Kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    JobsAgain,
    TailsAgain,
    LetInDispatch,
    LetInOrder,
    Press,
}

const KINDS: [Kind; 5] =
    [Kind::JobsAgain, Kind::TailsAgain, Kind::LetInDispatch, Kind::LetInOrder, Kind::Press];

impl Improve {
    /// Not more than `moved_max` operations will be elsewhere than in `base`, if they are not yet.
    pub(crate) fn new(table: &Timetable, base: Vec<Slot>, moved_max: usize, seed: u64) -> Self {
        let pairs = table.slots.iter().zip(&base);
        let moved = pairs.filter(|(slot, base)| is_elsewhere(**slot, **base)).count();
        Self {
            random: Random::new(seed),
            steps: 0,
            jobs: Vec::new(),
            hot: Vec::new(),
            base,
            moved,
            moved_max,
            chain: Vec::new(),
            paid: [(0.0, 0.0); KINDS.len()],
            touched: 0,
            worked: 1.0,
            tried: [0.0; KINDS.len()],
            is_exploring: false,
            match_up: None,
        }
    }

    /// Tries one change; whether the plan is better for it.
    pub(crate) fn step(&mut self, layout: &Layout, table: &mut Timetable) -> bool {
        if let Some(is_better) = self.step_back(layout, table) {
            return is_better;
        }
        if self.steps.is_multiple_of(LOOK_EVERY) {
            self.look(layout, table);
        }
        self.steps += 1;
        let Some(job) = self.any_job() else { return false };
        let before = table.cost(layout);
        table.begin();
        self.chain_of(layout, table, job);
        let kind = self.any_kind();
        let is_tried = match kind {
            Kind::JobsAgain => self.put_in_again(layout, table, job),
            Kind::TailsAgain => self.change_tails(layout, table),
            Kind::LetInDispatch => self.let_in(layout, table, Style::Dispatch),
            Kind::LetInOrder => self.let_in(layout, table, Style::Order),
            Kind::Press => self.press(layout, table, job),
        };
        if !is_tried {
            self.touched = table.changed().len();
            self.count(kind, before, before);
            table.take_back(layout);
            return false;
        }
        pull_changed(layout, table);
        table.settle(layout);
        self.touched = table.changed().len();
        let is_better = self.judge(layout, table, before);
        self.count(kind, before, table.cost(layout));
        is_better
    }

    /// More often what has paid: gain by operation touched, of late.
    fn any_kind(&mut self) -> Kind {
        if self.tried.iter().sum::<f64>() < EXPLORED * self.worked {
            // Of the work that goes into finding out what pays each kind gets as much.
            let tried = |kind: &Kind| self.tried[*kind as usize];
            let least = KINDS.iter().copied().min_by(|one, two| tried(one).total_cmp(&tried(two)));
            let kind = least.unwrap_or(Kind::JobsAgain);
            self.is_exploring = true;
            return kind;
        }
        let pays = |kind: &Kind| {
            let (gain, work) = self.paid[*kind as usize];
            gain / work.max(1.0)
        };
        let best = KINDS.iter().copied().max_by(|one, other| pays(one).total_cmp(&pays(other)));
        best.unwrap_or(Kind::JobsAgain)
    }

    fn count(&mut self, kind: Kind, before: Cost, after: Cost) {
        let gain = before.levels.iter().zip(&after.levels).find(|it| it.0 != it.1);
        let gain = gain.map_or(0.0, |it| (it.0 - it.1).max(0) as f64);
        let work = self.touched as f64 + WORK_OF_STEP;
        let paid = &mut self.paid[kind as usize];
        *paid = (paid.0 * FORGET + gain, paid.1 * FORGET + work);
        self.worked += work;
        if std::mem::take(&mut self.is_exploring) {
            self.tried[kind as usize] += work;
        }
    }

    fn judge(&mut self, layout: &Layout, table: &mut Timetable, before: Cost) -> bool {
        let after = table.cost(layout);
        let (mut came, mut went) = (0_usize, 0_usize);
        for &(operation, old) in table.changed() {
            let base = self.base[operation as usize];
            came += usize::from(is_elsewhere(table.slots[operation as usize], base));
            went += usize::from(is_elsewhere(old, base));
        }
        let moved = self.moved + came - went;
        let is_allowed = moved <= self.moved_max || came <= went;
        let key = |cost: Cost| (cost.unplaced, cost.levels);
        if is_allowed && (key(after), came) <= (key(before), went) {
            self.moved = moved;
            return key(after) < key(before);
        }
        table.take_back(layout);
        false
    }

    /// Which jobs cost something.
    fn look(&mut self, layout: &Layout, table: &Timetable) {
        let levels = &layout.instance.objective.levels;
        let flows = levels.iter().any(|it| it.flow_time != 0);
        let spans = levels.iter().any(|it| it.makespan != 0);
        let last = table.last_end().max(layout.instance.now);
        let near = last - (last - layout.instance.now) / 200;
        self.jobs.clear();
        for (index, job) in layout.instance.jobs.iter().enumerate() {
            let end = table.job_end(index as u32);
            let is_late = 0 < job.weight && job.due.is_some_and(|due| due < end);
            let is_waiting = layout.instance.now < end || end == -NEVER;
            if is_waiting && (is_late || flows && 0 < job.weight || spans && near <= end) {
                self.jobs.push(index as u32);
            }
        }
        self.hot.clear();
        for &job in &self.jobs {
            let operations = layout.instance.job_operations(job as usize).iter();
            let ends = operations.map(|it| self.base[*it as usize].end);
            // Where it has no place an operation ends never: that is later than any end.
            let base_end = ends.max().filter(|end| *end != NEVER);
            if base_end.is_none_or(|end| end < table.job_end(job)) {
                self.hot.push(job);
            }
        }
    }

    fn any_job(&mut self) -> Option<u32> {
        let is_hot = !self.hot.is_empty() && self.random.chance(HOT_PERCENT);
        let jobs = if is_hot { &self.hot } else { &self.jobs };
        jobs.get(self.random.below(jobs.len())).copied()
    }

    /// What the job waits for, back to front.
    fn chain_of(&mut self, layout: &Layout, table: &Timetable, job: u32) {
        self.chain.clear();
        let operations = layout.instance.job_operations(job as usize).iter();
        let last = operations.max_by_key(|it| {
            let slot = table.slots[**it as usize];
            if slot.is_placed() { slot.end } else { i64::MIN }
        });
        let mut at = last.copied();
        for _ in 0..CHAIN_MAX {
            let Some(operation) = at else { return };
            let slot = table.slots[operation as usize];
            let it = &layout.instance.operations[operation as usize];
            if it.frozen.is_some() || !slot.is_placed() {
                return;
            }
            let Some(ready) = table.ready(layout, operation) else { return };
            let before = layout.instance.before(operation).iter();
            let waited = before
                .filter(|it| table.slots[it.0 as usize].is_placed())
                .max_by_key(|it| table.slots[it.0 as usize].end + it.1)
                .map(|it| it.0);
            if slot.start <= ready {
                at = waited;
                continue;
            }
            let holder = table.held_before(layout, operation);
            if let Some(holder) = holder {
                self.chain.push((operation, holder));
            }
            at = match holder {
                Some(holder) if self.random.chance(70) => Some(holder),
                _ => waited,
            };
        }
    }

    /// Lets an operation of the chain in before the one it waits for, which pushes on what comes after.
    fn let_in(&mut self, layout: &Layout, table: &mut Timetable, style: Style) -> bool {
        let Some(&(operation, holder)) = self.any_link() else { return false };
        let Some(ready) = table.ready(layout, operation) else { return false };
        let it = &layout.instance.operations[operation as usize];
        let modes = (it.last_mode - it.first_mode) as usize;
        let slot = table.slots[operation as usize];
        let is_elsewhere = 1 < modes && self.random.chance(40);
        let mode =
            if is_elsewhere { it.first_mode + self.random.below(modes) as u32 } else { slot.mode };
        let from = if is_elsewhere || self.random.chance(30) {
            ready
        } else {
            ready.max(table.slots[holder as usize].start)
        };
        table.push_in(layout, operation, mode, from);
        if !table.repair_small(layout, style, CHANGES_MAX) {
            return false;
        }
        pull_job(layout, table, it.job);
        true
    }

    /// Lets the last operations of a job in as soon as they can begin, which pushes on what comes after.
    fn press(&mut self, layout: &Layout, table: &mut Timetable, job: u32) -> bool {
        let mut operations = layout.instance.job_operations(job as usize).to_vec();
        operations.retain(|it| is_free(layout, *it));
        operations.sort_by_key(|it| layout.rank[*it as usize]);
        let from = if self.random.chance(50) { 0 } else { self.random.below(operations.len()) };
        let style = if self.random.chance(50) { Style::Dispatch } else { Style::Order };
        for &operation in &operations[from..] {
            let Some(ready) = table.ready(layout, operation) else { return false };
            let slot = table.slots[operation as usize];
            if slot.start <= ready || table.pull(layout, operation) && self.random.chance(50) {
                continue;
            }
            table.push_in(layout, operation, table.slots[operation as usize].mode, ready);
            if !table.repair_small(layout, style, PRESSED_MAX) {
                return false;
            }
        }
        true
    }

    fn any_link(&mut self) -> Option<&(u32, u32)> {
        self.chain.get(self.random.below(self.chain.len()))
    }

    /// An operation and the one it waits for, each with all of its job that comes after it, go in again the other
    /// way round, where there is room.
    fn change_tails(&mut self, layout: &Layout, table: &mut Timetable) -> bool {
        let Some(&(operation, holder)) = self.any_link() else { return false };
        let mut operations = Vec::new();
        for first in [operation, holder] {
            let it = &layout.instance.operations[first as usize];
            let start = table.slots[first as usize].start;
            let of_job = layout.instance.job_operations(it.job as usize).iter().copied();
            let begun = operations.len();
            operations.extend(of_job.filter(|it| start <= table.slots[*it as usize].start));
            operations[begun..].sort_by_key(|it| layout.rank[*it as usize]);
        }
        again(layout, table, &operations)
    }

    /// The job, and some that it waits for, go in again one after the other, where there is room.
    fn put_in_again(&mut self, layout: &Layout, table: &mut Timetable, job: u32) -> bool {
        let mut jobs = vec![job];
        for _ in 0..self.random.below(4) {
            let Some(&(_, holder)) = self.any_link() else { break };
            let other = layout.instance.operations[holder as usize].job;
            if !jobs.contains(&other) {
                jobs.push(other);
            }
        }
        if self.random.chance(30) {
            // The one that is wanted first, or weighs most, need not be the late one.
            let first = self.random.below(jobs.len());
            jobs.swap(0, first);
        }
        let mut operations: Vec<u32> = Vec::new();
        for &job in &jobs {
            let begun = operations.len();
            operations.extend(layout.instance.job_operations(job as usize));
            operations[begun..].sort_by_key(|it| layout.rank[*it as usize]);
        }
        again(layout, table, &operations)
    }
}

/// Takes these out and puts each where it ends soonest, one after the other.
fn again(layout: &Layout, table: &mut Timetable, operations: &[u32]) -> bool {
    let operations = operations.iter().copied().filter(|it| is_free(layout, *it));
    let operations: Vec<u32> = operations.collect();
    for &operation in &operations {
        table.lift(layout, operation);
    }
    // What comes after them in other jobs, or starts sooner, has to wait for them.
    let waits = |it: &u32| {
        let mut after = layout.instance.after(*it).iter();
        after.any(|(after, _)| table.slots[*after as usize].is_placed())
    };
    if operations.is_empty() || operations.iter().any(waits) {
        return false;
    }
    for &operation in &operations {
        table.insert(layout, operation);
    }
    true
}

fn pull_job(layout: &Layout, table: &mut Timetable, job: u32) {
    let mut operations = layout.instance.job_operations(job as usize).to_vec();
    operations.sort_by_key(|it| layout.rank[*it as usize]);
    for operation in operations {
        table.pull(layout, operation);
    }
}

/// What has moved may go sooner now.
fn pull_changed(layout: &Layout, table: &mut Timetable) {
    let mut changed: Vec<(i64, u32)> = table
        .changed()
        .iter()
        .filter(|it| it.1.start < table.slots[it.0 as usize].start)
        .map(|it| (table.slots[it.0 as usize].start, it.0))
        .collect();
    changed.sort_unstable();
    for (_, operation) in changed.into_iter().take(PULLED_MAX) {
        table.pull(layout, operation);
    }
}

/// Neither started nor cancelled.
fn is_free(layout: &Layout, operation: u32) -> bool {
    let is_fact = layout.instance.operations[operation as usize].frozen.is_some();
    !is_fact && !layout.is_gone[operation as usize]
}

fn is_elsewhere(slot: Slot, base: Slot) -> bool {
    slot != base && (slot.is_placed() || base.is_placed())
}

impl Timetable {
    /// Who holds a resource of an operation until it starts: the last to let go.
    fn held_before(&self, layout: &Layout, operation: u32) -> Option<u32> {
        let slot = self.slots[operation as usize];
        let needs = layout.instance.needs(slot.mode).iter();
        let last = needs.filter_map(|&(resource, _)| {
            let row = &self.rows[resource as usize];
            let sooner = row.held()[..row.from(slot.start)].iter().rev();
            let movable = sooner.take(8).filter(|it| !it.is_fact && it.end <= slot.start);
            movable.max_by_key(|it| it.end).map(|it| (it.end, it.operation))
        });
        last.max().map(|it| it.1)
    }
}
