//! From a list of operations to a plan and back out of a bad idea: serial schedule generation, step by step.
//!
//! The serial scheme (Kelley 1963; Kolisch 1996) takes operations in the order of a list and gives each the
//! first place that fits. A step changes a few entries of the list. Only what the change can reach is
//! placed anew: an operation keeps its place when it did not move, its predecessors end as before, and
//! for each of its resources, either all it holds lies before the first instant at which the resource differs
//! from before, or it became ready after the last. Profiles are rebuilt for those resources only that some
//! operation asks anew. The result is exactly that of
//! placing everything again.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{Instance, NEVER, Slot};
use crate::problem::Cost;
use crate::rules::capacity::{self, Profile};
use crate::rules::{earliness, flow_time, makespan, precedence, tardiness};

use weft_model::Millis;

/// The position of an operation that is in no list because it is frozen.
const FROZEN: u32 = u32::MAX;

/// Which mode a moved operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The one it has; without a place it has none, and takes the earliest.
    Keep,
    /// The one that ends first, then the one with the least work.
    Earliest,
    /// This one, in the list of all modes.
    Mode(u32),
}

/// One change of the list: take `operation` out and put it before what stands at position `at`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moved {
    pub(crate) operation: u32,
    pub(crate) at: u32,
    pub(crate) choice: Choice,
}

/// A holder of a resource.
#[derive(Debug, Clone, Copy)]
struct Holder {
    operation: u32,
    amount: u32,
    /// Who stands before it in the list.
    previous: u32,
    /// Whether nothing fits between the two.
    joined: bool,
}

impl Holder {
    fn new(operation: u32, amount: u32) -> Self {
        Self { operation, amount, previous: u32::MAX, joined: false }
    }
}

/// A list, the plan it stands for, and room to try changes.
#[derive(Debug)]
pub(crate) struct Schedule {
    /// Operations that are not frozen, each after those before it.
    pub(crate) order: Vec<u32>,
    /// For each operation its index in `order`.
    pub(crate) position: Vec<u32>,
    pub(crate) slots: Vec<Slot>,
    /// For each job its last end; `NEVER` negated when none of its operations is placed.
    pub(crate) job_end: Vec<i64>,
    pub(crate) cost: Cost,
    /// For each resource who holds it, by start.
    holders: Vec<Vec<Holder>>,
    unplaced: usize,
    trial: Trial,
}

/// What one step needs; a mark holds when it equals `step`.
#[derive(Debug)]
struct Trial {
    step: u32,
    profiles: Vec<Profile>,
    profile_live: Vec<u32>,
    /// Up to which position of the list a live profile is filled.
    profile_to: Vec<u32>,
    differs: Vec<u32>,
    differs_from: Vec<i64>,
    differs_to: Vec<i64>,
    moved: Vec<u32>,
    choice: Vec<Choice>,
    ready_changed: Vec<u32>,
    emitted: Vec<u32>,
    changed: Vec<u32>,
    asked: Vec<u32>,
    resource_touched: Vec<u32>,
    job_touched: Vec<u32>,
    moves: Vec<Moved>,
    pending: Vec<u32>,
    new_order: Vec<u32>,
    old_order: Vec<u32>,
    first: usize,
    log: Vec<(u32, Slot)>,
    old_jobs: Vec<(u32, i64)>,
    old_cost: Cost,
    old_unplaced: usize,
}

impl Schedule {
    /// Only what is frozen is placed.
    pub(crate) fn new(instance: &Instance) -> Self {
        let (operations, resources) = (instance.operations.len(), instance.resources.len());
        let profile = |it: &crate::instance::Resource| Profile::new(it.capacity, it.least_work);
        let mut schedule = Self {
            order: Vec::new(),
            position: vec![FROZEN; operations],
            slots: Vec::new(),
            job_end: Vec::new(),
            cost: Cost::default(),
            holders: vec![Vec::new(); resources],
            unplaced: 0,
            trial: Trial {
                step: 0,
                profiles: instance.resources.iter().map(profile).collect(),
                profile_live: vec![0; resources],
                profile_to: vec![0; resources],
                differs: vec![0; resources],
                differs_from: vec![0; resources],
                differs_to: vec![0; resources],
                moved: vec![0; operations],
                choice: vec![Choice::Keep; operations],
                ready_changed: vec![0; operations],
                emitted: vec![0; operations],
                changed: vec![0; operations],
                asked: vec![0; operations],
                resource_touched: vec![0; resources],
                job_touched: vec![0; instance.jobs.len()],
                moves: Vec::new(),
                pending: Vec::new(),
                new_order: Vec::new(),
                old_order: Vec::new(),
                first: 0,
                log: Vec::new(),
                old_jobs: Vec::new(),
                old_cost: Cost::default(),
                old_unplaced: 0,
            },
        };
        schedule.clear(instance);
        schedule
    }

    /// Places everything anew in this order; `choices` by operation. The order holds every operation that
    /// is not frozen once, each after those before it.
    pub(crate) fn decode(&mut self, instance: &Instance, order: &[u32], choices: &[Choice]) {
        self.clear(instance);
        self.next_step();
        self.order.clear();
        self.order.extend_from_slice(order);
        let step = self.trial.step;
        for (position, &operation) in order.iter().enumerate() {
            self.position[operation as usize] = position as u32;
            self.trial.moved[operation as usize] = step;
            self.trial.choice[operation as usize] = choices[operation as usize];
        }
        for (position, &operation) in order.iter().enumerate() {
            self.settle(instance, position as u32, operation);
        }
        self.accept(instance);
        for job in 0..instance.jobs.len() {
            self.job_end[job] = self.last_end(instance, job);
        }
        self.cost = self.count_cost(instance);
    }

    /// Tries `moves` (no operation twice). Predecessors of what moves forward come along, and nothing passes its successors.
    /// Afterwards the schedule is the new one, until [`Schedule::accept`] or [`Schedule::reject`].
    pub(crate) fn attempt(&mut self, instance: &Instance, moves: &[Moved]) -> Cost {
        self.next_step();
        self.reorder(instance, moves);
        for position in self.trial.first..self.order.len() {
            self.settle(instance, position as u32, self.order[position]);
        }
        self.recount(instance);
        self.cost
    }

    /// Keeps what was tried.
    pub(crate) fn accept(&mut self, instance: &Instance) {
        let step = self.trial.step;
        let log = std::mem::take(&mut self.trial.log);
        for &(operation, old) in &log {
            self.trial.changed[operation as usize] = step;
            for mode in [old.mode, self.slots[operation as usize].mode] {
                for &(resource, _) in instance.needs(mode) {
                    self.trial.resource_touched[resource as usize] = step;
                }
            }
        }
        let (changed, touched) = (&self.trial.changed, &self.trial.resource_touched);
        for (holders, _) in self.holders.iter_mut().zip(touched).filter(|it| *it.1 == step) {
            holders.retain(|holder| changed[holder.operation as usize] != step);
        }
        for &(operation, _) in &log {
            let slot = self.slots[operation as usize];
            if slot.is_placed() && slot.start < slot.end {
                for &(resource, amount) in instance.needs(slot.mode) {
                    self.holders[resource as usize].push(Holder::new(operation, amount));
                }
            }
        }
        for resource in (0..touched.len()).filter(|it| touched[*it] == step) {
            let holders = &mut self.holders[resource];
            holders.sort_by_key(|it| (self.slots[it.operation as usize].start, it.operation));
            let (mut previous, mut end) = (u32::MAX, i64::MIN);
            for holder in holders {
                let slot = self.slots[holder.operation as usize];
                let anew = |it: u32| changed.get(it as usize).is_some_and(|mark| *mark == step);
                if previous == u32::MAX {
                    holder.joined = false;
                } else if previous != holder.previous || anew(previous) || anew(holder.operation) {
                    let own = instance.resource_calendar(resource);
                    let profile = &self.trial.profiles[resource];
                    holder.joined = profile.is_useless(own, end, slot.start);
                }
                (holder.previous, previous, end) = (previous, holder.operation, slot.end);
            }
        }
        self.trial.log = log;
    }

    /// Goes back to before [`Schedule::attempt`].
    pub(crate) fn reject(&mut self) {
        while let Some((operation, slot)) = self.trial.log.pop() {
            self.slots[operation as usize] = slot;
        }
        for &(job, end) in &self.trial.old_jobs {
            self.job_end[job as usize] = end;
        }
        let first = self.trial.first;
        for (offset, &operation) in self.trial.old_order.iter().enumerate() {
            self.order[first + offset] = operation;
            self.position[operation as usize] = (first + offset) as u32;
        }
        self.cost = self.trial.old_cost;
        self.unplaced = self.trial.old_unplaced;
    }

    /// Puts a plan back that this schedule once had.
    pub(crate) fn restore(&mut self, instance: &Instance, order: &[u32], slots: &[Slot]) {
        self.next_step();
        self.order.copy_from_slice(order);
        for (position, &operation) in order.iter().enumerate() {
            self.position[operation as usize] = position as u32;
            let old = self.slots[operation as usize];
            if old != slots[operation as usize] {
                self.trial.log.push((operation, old));
                self.slots[operation as usize] = slots[operation as usize];
            }
        }
        self.unplaced = self.slots.iter().filter(|slot| !slot.is_placed()).count();
        self.accept(instance);
        self.recount(instance);
    }

    /// Who held `resource` just before `operation`, and at most `back` places further back.
    pub(crate) fn holder_before(&self, resource: u32, operation: u32, back: usize) -> Option<u32> {
        let holders = &self.holders[resource as usize];
        let start = self.slots[operation as usize].start;
        let index = holders.partition_point(|it| self.slots[it.operation as usize].start < start);
        let first = index.checked_sub(1)?;
        Some(holders[first.saturating_sub(back)].operation)
    }

    /// Operations on a resource in the order of their starts, frozen ones included.
    pub(crate) fn holder(&self, resource: usize, index: usize) -> u32 {
        self.holders[resource][index].operation
    }

    /// How many operations a resource has.
    pub(crate) fn holder_count(&self, resource: usize) -> usize {
        self.holders[resource].len()
    }

    fn clear(&mut self, instance: &Instance) {
        let slot = |it: &crate::instance::Operation| {
            it.frozen.unwrap_or_else(|| Slot::unplaced(it.first_mode))
        };
        self.slots = instance.operations.iter().map(slot).collect();
        self.unplaced = self.slots.iter().filter(|slot| !slot.is_placed()).count();
        for holders in &mut self.holders {
            holders.clear();
        }
        for (operation, it) in instance.operations.iter().enumerate() {
            let Some(slot) = it.frozen.filter(|slot| slot.start < slot.end) else { continue };
            for &(resource, amount) in instance.needs(slot.mode) {
                let holder = Holder::new(operation as u32, amount);
                self.holders[resource as usize].push(holder);
            }
        }
        for holders in &mut self.holders {
            holders.sort_by_key(|it| (self.slots[it.operation as usize].start, it.operation));
        }
        self.job_end = (0..instance.jobs.len()).map(|job| self.last_end(instance, job)).collect();
        self.cost = self.count_cost(instance);
    }

    fn next_step(&mut self) {
        if self.trial.step == u32::MAX {
            let trial = &mut self.trial;
            for marks in [
                &mut trial.profile_live,
                &mut trial.differs,
                &mut trial.moved,
                &mut trial.ready_changed,
                &mut trial.emitted,
                &mut trial.changed,
                &mut trial.asked,
                &mut trial.resource_touched,
                &mut trial.job_touched,
            ] {
                marks.fill(0);
            }
            trial.step = 0;
        }
        self.trial.step += 1;
        self.trial.log.clear();
        self.trial.old_jobs.clear();
        self.trial.old_cost = self.cost;
        self.trial.old_unplaced = self.unplaced;
    }

    /// Puts the moves into the list and marks what moved.
    fn reorder(&mut self, instance: &Instance, moves: &[Moved]) {
        let step = self.trial.step;
        let mut sorted = std::mem::take(&mut self.trial.moves);
        sorted.clear();
        sorted.extend_from_slice(moves);
        sorted.sort_by_key(|it| it.at);
        let (mut first, mut last) = (self.order.len(), 0);
        for it in &sorted {
            let operation = it.operation as usize;
            self.trial.choice[operation] = it.choice;
            self.mark_moved(instance, it.operation);
            first = first.min(it.at as usize).min(self.position[operation] as usize);
            last = last.max(it.at as usize).max(self.position[operation] as usize + 1);
        }
        self.trial.first = first;
        self.trial.new_order.clear();
        let mut next = 0;
        let mut index = first;
        while index < last.min(self.order.len()) || next < sorted.len() {
            while let Some(it) = sorted.get(next).filter(|it| it.at as usize <= index) {
                last = last.max(self.emit(instance, it.operation));
                next += 1;
            }
            if let Some(&operation) = self.order.get(index)
                && index < last
                && self.trial.moved[operation as usize] != step
            {
                last = last.max(self.emit(instance, operation));
            }
            index += 1;
        }
        self.trial.moves = sorted;
        let last = first + self.trial.new_order.len();
        self.trial.old_order.clear();
        self.trial.old_order.extend_from_slice(&self.order[first..last]);
        self.order[first..last].copy_from_slice(&self.trial.new_order);
        for (offset, &operation) in self.trial.new_order.iter().enumerate() {
            self.position[operation as usize] = (first + offset) as u32;
        }
    }

    /// Writes an operation into the new list unless it is there, after all before it. Returns the end of the
    /// part of the old list that this touched.
    fn emit(&mut self, instance: &Instance, operation: u32) -> usize {
        let step = self.trial.step;
        let first = self.trial.first;
        let mut touched = 0;
        let mut pending = std::mem::take(&mut self.trial.pending);
        pending.push(operation);
        while let Some(&next) = pending.last() {
            if self.trial.emitted[next as usize] == step {
                pending.pop();
                continue;
            }
            let height = pending.len();
            for &(before, _) in instance.before(next) {
                if instance.operations[before as usize].frozen.is_none()
                    && self.trial.emitted[before as usize] != step
                    && first <= self.position[before as usize] as usize
                {
                    pending.push(before);
                }
            }
            if height < pending.len() {
                continue;
            }
            pending.pop();
            if next != operation && self.trial.moved[next as usize] != step {
                self.trial.choice[next as usize] = Choice::Keep;
                self.mark_moved(instance, next);
            }
            touched = touched.max(self.position[next as usize] as usize + 1);
            self.trial.emitted[next as usize] = step;
            self.trial.new_order.push(next);
        }
        self.trial.pending = pending;
        touched
    }

    /// Marks an operation as moved: where it was, its resources differ.
    fn mark_moved(&mut self, instance: &Instance, operation: u32) {
        self.trial.moved[operation as usize] = self.trial.step;
        let slot = self.slots[operation as usize];
        self.mark_different(instance, slot);
    }

    fn mark_different(&mut self, instance: &Instance, slot: Slot) {
        if !slot.is_placed() {
            return;
        }
        let trial = &mut self.trial;
        for &(resource, _) in instance.needs(slot.mode) {
            let resource = resource as usize;
            if trial.differs[resource] == trial.step {
                trial.differs_from[resource] = trial.differs_from[resource].min(slot.start);
                trial.differs_to[resource] = trial.differs_to[resource].max(slot.end);
            } else {
                trial.differs[resource] = trial.step;
                trial.differs_from[resource] = slot.start;
                trial.differs_to[resource] = slot.end;
            }
        }
    }

    /// Gives the operation at `position` of the list its place.
    fn settle(&mut self, instance: &Instance, position: u32, operation: u32) {
        let index = operation as usize;
        let step = self.trial.step;
        let old = self.slots[index];
        let moved = self.trial.moved[index] == step;
        if !moved
            && self.trial.ready_changed[index] != step
            && !self.reaches_difference(instance, operation, old)
        {
            return;
        }
        self.trial.asked[index] = step;
        let choice = match self.trial.choice[index] {
            Choice::Mode(_) | Choice::Earliest if !moved => Choice::Keep,
            choice => choice,
        };
        let has_mode = old.is_placed();
        let choice = if choice == Choice::Keep && !has_mode { Choice::Earliest } else { choice };
        let slot = self.place(instance, position, operation, choice);
        self.take(instance, slot);
        if slot == old {
            return;
        }
        self.trial.log.push((operation, old));
        self.slots[index] = slot;
        self.unplaced =
            self.unplaced + usize::from(!slot.is_placed()) - usize::from(!old.is_placed());
        self.mark_different(instance, old);
        self.mark_different(instance, slot);
        if slot.end != old.end {
            for &(after, _) in instance.after(operation) {
                self.trial.ready_changed[after as usize] = step;
            }
        }
    }

    /// Whether an operation that did not move, with its predecessors where they were, may find another place:
    /// it looks at its resources from when it is ready until its end.
    fn reaches_difference(&self, instance: &Instance, operation: u32, slot: Slot) -> bool {
        let trial = &self.trial;
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for &(resource, _) in instance.needs(slot.mode) {
            let resource = resource as usize;
            if trial.differs[resource] == trial.step {
                from = from.min(trial.differs_from[resource]);
                to = to.max(trial.differs_to[resource]);
            }
        }
        (from < slot.end
            && precedence::ready(instance, &self.slots, operation).is_none_or(|ready| ready < to))
            || !slot.is_placed()
    }

    fn place(&mut self, instance: &Instance, position: u32, op: u32, choice: Choice) -> Slot {
        let it = &instance.operations[op as usize];
        let held = self.slots[op as usize].mode;
        let Some(ready) = precedence::ready(instance, &self.slots, op) else {
            return Slot::unplaced(held);
        };
        let modes = match choice {
            Choice::Keep => held..held + 1,
            Choice::Mode(mode) => mode..mode + 1,
            Choice::Earliest => it.first_mode..it.last_mode,
        };
        let mut best = Slot::unplaced(held);
        let mut best_work = i64::MAX;
        for mode in modes {
            let work = instance.modes[mode as usize].work;
            if best.end - work < ready {
                continue;
            }
            if let Some((start, end)) =
                self.earliest(instance, position, ready, mode, it.spans_breaks)
                && (end, work) < (best.end, best_work)
            {
                best = Slot { start, end, mode };
                best_work = work;
            }
        }
        if !best.is_placed() && choice != Choice::Earliest {
            return self.place(instance, position, op, Choice::Earliest);
        }
        best
    }

    fn earliest(
        &mut self,
        instance: &Instance,
        position: u32,
        ready: i64,
        mode: u32,
        spans_breaks: bool,
    ) -> Option<(i64, i64)> {
        let calendar = instance.calendar(mode);
        let work = instance.modes[mode as usize].work;
        let needs = instance.needs(mode);
        for &(resource, _) in needs {
            self.bring_up(instance, resource as usize, position);
        }
        capacity::first_fit(&self.trial.profiles, needs, calendar, ready, work, spans_breaks)
    }

    /// Makes sure that the profile of a resource shows all that stands before `position` in the list. Who
    /// was not asked in this step stands where it stood before; who was, has put itself in.
    fn bring_up(&mut self, instance: &Instance, resource: usize, position: u32) {
        let trial = &mut self.trial;
        let step = trial.step;
        let is_new = trial.profile_live[resource] != step;
        let from = if is_new { 0 } else { trial.profile_to[resource] };
        trial.profile_live[resource] = step;
        trial.profile_to[resource] = position;
        let profile = &mut trial.profiles[resource];
        if is_new {
            profile.clear();
        } else if from == position {
            return;
        }
        let own = instance.resource_calendar(resource);
        let mut last = u32::MAX;
        for holder in &self.holders[resource] {
            let operation = holder.operation as usize;
            let at = self.position[operation];
            let is_due = if at == FROZEN { is_new } else { from <= at && at < position };
            if !is_due || trial.moved[operation] == step || trial.asked[operation] == step {
                continue;
            }
            let slot = self.slots[operation];
            if is_new && holder.joined && holder.previous == last {
                profile.join(slot.start, slot.end, holder.amount);
            } else {
                profile.take(own, slot.start, slot.end, holder.amount);
            }
            last = holder.operation;
        }
    }

    /// Puts an operation that was just placed into the profiles it was placed by.
    fn take(&mut self, instance: &Instance, slot: Slot) {
        if !slot.is_placed() {
            return;
        }
        for &(resource, amount) in instance.needs(slot.mode) {
            let own = instance.resource_calendar(resource as usize);
            self.trial.profiles[resource as usize].take(own, slot.start, slot.end, amount);
        }
    }

    fn recount(&mut self, instance: &Instance) {
        let step = self.trial.step;
        for index in 0..self.trial.log.len() {
            let job = instance.operations[self.trial.log[index].0 as usize].job;
            if self.trial.job_touched[job as usize] != step {
                self.trial.job_touched[job as usize] = step;
                self.trial.old_jobs.push((job, self.job_end[job as usize]));
                self.job_end[job as usize] = self.last_end(instance, job as usize);
            }
        }
        self.cost = self.count_cost(instance);
    }

    fn last_end(&self, instance: &Instance, job: usize) -> i64 {
        let slots = instance.job_operations(job).iter().map(|it| self.slots[*it as usize]);
        slots.filter(|slot| slot.is_placed()).map(|slot| slot.end).max().unwrap_or(-NEVER)
    }

    fn count_cost(&self, instance: &Instance) -> Cost {
        total(instance, &self.job_end, self.unplaced)
    }
}

/// What a plan costs whose jobs end like this (`-NEVER` for a job that does not).
pub(crate) fn total(instance: &Instance, job_end: &[i64], unplaced: usize) -> Cost {
    let last = makespan::cost(instance.now, job_end.iter().copied());
    let (mut late, mut flow, mut early) = (0, 0, 0);
    for (job, &end) in instance.jobs.iter().zip(job_end).filter(|it| *it.1 != -NEVER) {
        late += tardiness::cost(end, job.due, job.weight);
        flow += flow_time::cost(end, job.release, job.weight);
        early += earliness::cost(end, job.due, job.weight);
    }
    let makespan = Millis::new(last);
    let cost = Cost {
        unplaced,
        makespan,
        tardiness: late,
        flow_time: flow,
        earliness: early,
        ..Cost::default()
    };
    cost.weighted(&instance.objective)
}
