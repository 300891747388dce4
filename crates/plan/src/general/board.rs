//! Operations in their places, put there and taken away again cluster by cluster.
//!
//! An operation goes to the first place that all rules allow. Where it would break a tie to an earlier one of
//! its cluster (a maximum lag, something that cannot be held so long), the earlier one is pushed back just as
//! far as it must at least, and the cluster goes on from there: serial generation with unscheduling (Franck,
//! Neumann & Schwindt 2001). What is pushed could not have stayed where it was, so that among plans that
//! leave the others alone a cluster ends as early as it can.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::budget::Stock;
use crate::general::model::{Model, Tie};
use crate::general::timeline::{Occupation, Timeline};
use crate::instance::{NEVER, Slot};
use crate::problem::Point;

/// Let the board choose the mode that ends first.
pub(crate) const ANY_MODE: u32 = u32::MAX;
/// A cluster that has been pushed so often per operation has no place.
const PUSHES_MAX: usize = 60;

/// All that is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decisions {
    /// Clusters, each after those before it.
    pub(crate) order: Vec<u32>,
    /// By operation its mode in the list of all modes, or [`ANY_MODE`].
    pub(crate) mode: Vec<u32>,
    /// By operation an instant before which it does not start although it could.
    pub(crate) delay: Vec<i64>,
    /// By alternative the branch that is done.
    pub(crate) branch: Vec<u32>,
}

/// What is where.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    pub(crate) slots: Vec<Slot>,
    pub(crate) timelines: Vec<Timeline>,
    pub(crate) stocks: Vec<Stock>,
    /// By operation what it occupies.
    occupied: Vec<Vec<(u32, Occupation)>>,
    /// By storage what it occupies.
    in_store: Vec<Option<Occupation>>,
    /// By line its jobs in the order of the first stage, and by line and job the place in it.
    line_order: Vec<Vec<u32>>,
    line_place: Vec<Vec<u32>>,
    /// By operation: it was pushed behind this.
    lower: Vec<i64>,
}

/// What became of an operation.
enum Outcome {
    Placed,
    /// There is no place.
    Never,
    /// An earlier one of the cluster has to start later first.
    Push(u32, i64),
}

impl Board {
    /// Only what is frozen is in its place.
    pub(crate) fn new(model: &Model) -> Self {
        let instance = &model.instance;
        let timelines = (0..instance.resources.len()).map(|resource| {
            let it = &instance.resources[resource];
            let setups = instance.setups[resource].clone();
            Timeline::new(it.capacity, it.is_batch, setups, instance.now)
        });
        let mut board = Self {
            slots: instance.operations.iter().map(|it| Slot::unplaced(it.first_mode)).collect(),
            timelines: timelines.collect(),
            stocks: instance.budgets.iter().map(Stock::new).collect(),
            occupied: vec![Vec::new(); instance.operations.len()],
            in_store: vec![None; model.stored.len()],
            line_order: vec![Vec::new(); model.lines.len()],
            line_place: model
                .lines
                .iter()
                .map(|it| vec![u32::MAX; it.first().map_or(0, Vec::len)])
                .collect(),
            lower: vec![i64::MIN; instance.operations.len()],
        };
        let frozen = instance.operations.iter().enumerate();
        let mut frozen: Vec<(Slot, u32)> =
            frozen.filter_map(|(index, it)| Some((it.frozen?, index as u32))).collect();
        frozen.sort_unstable_by_key(|it| (it.0.start, it.1));
        for (slot, operation) in frozen {
            board.put(model, operation, slot, true);
        }
        board
    }

    /// Whether this operation is in a branch that is done, or in none.
    pub(crate) fn is_present(model: &Model, decisions: &Decisions, operation: u32) -> bool {
        model.branch_of[operation as usize]
            .is_none_or(|(alternative, branch)| decisions.branch[alternative as usize] == branch)
    }

    /// Whether a job that goes first in a line has yet to pass a stage that one of this cluster waits for.
    pub(crate) fn waits_in_line(&self, model: &Model, decisions: &Decisions, cluster: u32) -> bool {
        model.clusters[cluster as usize].iter().any(|&operation| {
            let mut first = self.first_in_line(model, operation);
            first.any(|first| {
                !self.slots[first as usize].is_placed()
                    && Self::is_present(model, decisions, first)
                    && model.cluster_of[first as usize] != cluster
            })
        })
    }

    /// The operations that go before this one at its stage, the last first; none at the first stage.
    fn first_in_line<'a>(
        &'a self,
        model: &'a Model,
        operation: u32,
    ) -> impl Iterator<Item = u32> + 'a {
        let (line, stage, job) = model.in_line[operation as usize].unwrap_or((0, 0, 0));
        let before = if stage == 0 {
            &[][..]
        } else {
            let place = self.line_place[line as usize][job as usize];
            &self.line_order[line as usize][..if place == u32::MAX { 0 } else { place as usize }]
        };
        let stage = model.lines.get(line as usize).map_or(&[][..], |line| &line[stage as usize]);
        before.iter().rev().map(move |job| stage[*job as usize])
    }

    /// Places all present operations of a cluster, or none and says `false`.
    pub(crate) fn place(&mut self, model: &Model, decisions: &Decisions, cluster: u32) -> bool {
        let operations = &model.clusters[cluster as usize];
        for &operation in operations {
            self.lower[operation as usize] = decisions.delay[operation as usize];
        }
        let (mut at, mut pushes) = (0, 0);
        while at < operations.len() {
            let operation = operations[at];
            let is_frozen = model.instance.operations[operation as usize].frozen.is_some();
            if is_frozen || !Self::is_present(model, decisions, operation) {
                at += 1;
                continue;
            }
            match self.place_one(model, decisions, operation) {
                Outcome::Placed => at += 1,
                Outcome::Push(other, not_before) if pushes < PUSHES_MAX * operations.len() => {
                    pushes += 1;
                    self.lower[other as usize] = not_before.max(self.lower[other as usize] + 1);
                    let back = operations[..at].iter().position(|it| *it == other).unwrap_or(at);
                    self.remove_all(model, &operations[back..at]);
                    at = back;
                }
                Outcome::Never | Outcome::Push(..) => {
                    self.remove_all(model, &operations[..at]);
                    return false;
                }
            }
        }
        true
    }

    /// When operations hold a resource, by start.
    pub(crate) fn spans(&self, resource: u32) -> Vec<(i64, i64)> {
        let on_it = self.occupied.iter().flatten().filter(|it| it.0 == resource);
        let mut spans: Vec<(i64, i64)> = on_it.map(|it| (it.1.start, it.1.end)).collect();
        spans.sort_unstable();
        spans
    }

    /// Takes a cluster away.
    pub(crate) fn remove(&mut self, model: &Model, cluster: u32) {
        self.remove_all(model, &model.clusters[cluster as usize]);
    }

    fn remove_all(&mut self, model: &Model, operations: &[u32]) {
        for &operation in operations.iter().rev() {
            let is_frozen = model.instance.operations[operation as usize].frozen.is_some();
            if !is_frozen && self.slots[operation as usize].is_placed() {
                self.take_away(model, operation);
            }
        }
    }

    fn place_one(&mut self, model: &Model, decisions: &Decisions, operation: u32) -> Outcome {
        let is_missing = |first: u32| {
            !self.slots[first as usize].is_placed() && Self::is_present(model, decisions, first)
        };
        if self.first_in_line(model, operation).any(|first| {
            is_missing(first)
                && model.cluster_of[first as usize] == model.cluster_of[operation as usize]
        }) {
            return Outcome::Never;
        }
        let it = &model.instance.operations[operation as usize];
        let decided = decisions.mode[operation as usize];
        let ways =
            if decided == ANY_MODE { it.first_mode..it.last_mode } else { decided..decided + 1 };
        let mut best: Option<Slot> = None;
        for mode in ways {
            let slot = self.first_fit(model, decisions, operation, mode);
            if let Some(slot) = slot
                && best.is_none_or(|best| slot.end < best.end)
            {
                best = Some(slot);
            }
        }
        let Some(slot) = best else { return Outcome::Never };
        if let Some(push) = self.too_long_after(model, decisions, operation, slot) {
            return push;
        }
        if let Some(push) = self.hold(model, operation, slot) {
            return push;
        }
        self.put(model, operation, slot, false);
        Outcome::Placed
    }

    /// The first place of an operation by itself.
    fn first_fit(
        &self,
        model: &Model,
        decisions: &Decisions,
        operation: u32,
        mode: u32,
    ) -> Option<Slot> {
        let instance = &model.instance;
        let it = &instance.operations[operation as usize];
        let mut ready = it.earliest.max(self.lower[operation as usize]);
        let mut end_ready = i64::MIN;
        for tie in &model.before[operation as usize] {
            if !Board::is_present(model, decisions, tie.other) {
                continue;
            }
            let from = self.instant(tie.other, tie.from)?;
            match tie.to {
                Point::Start => ready = ready.max(from + tie.min),
                Point::End => end_ready = end_ready.max(from + tie.min),
            }
        }
        ready = ready.max(self.turn_in_line(model, operation));
        let work = instance.modes[mode as usize].work;
        let calendar = instance.calendar(mode);
        let deadline = model.deadline[operation as usize];
        let joined =
            self.first_batch(model, operation, mode, ready.max(end_ready.saturating_sub(work)));
        loop {
            let (start, end) = calendar.fit(ready, work, it.spans_breaks)?;
            if deadline < end {
                break;
            }
            if let Some(slot) = joined
                && slot.end <= end
            {
                break;
            }
            let slot = Slot { start, end, mode };
            let blocked = if end < end_ready {
                Some(start + (end_ready - end))
            } else {
                self.blocked(model, operation, slot)
            };
            match blocked {
                None => return Some(slot),
                Some(next) if next == i64::MAX => break,
                Some(next) => ready = next.max(start + 1),
            }
        }
        joined.filter(|slot| slot.end <= deadline)
    }

    /// The first batch that stands and that it can join.
    fn first_batch(&self, model: &Model, operation: u32, mode: u32, from: i64) -> Option<Slot> {
        let instance = &model.instance;
        let family = instance.modes[mode as usize].family;
        let it = &instance.operations[operation as usize];
        let mut needs = instance.needs(mode).iter();
        let (resource, _) = *needs
            .find(|need| matches!(self.timelines[need.0 as usize], Timeline::Batches { .. }))?;
        let work = instance.modes[mode as usize].work;
        let starts = self.timelines[resource as usize].batches(family, from);
        starts.into_iter().find_map(|at| {
            let (start, end) = instance.calendar(mode).fit(at, work, it.spans_breaks)?;
            let slot = Slot { start, end, mode };
            (start == at && self.blocked(model, operation, slot).is_none()).then_some(slot)
        })
    }

    /// `None` when resources and budgets allow it; else an instant before which they do not.
    fn blocked(&self, model: &Model, operation: u32, slot: Slot) -> Option<i64> {
        let instance = &model.instance;
        for &(resource, amount) in instance.needs(slot.mode) {
            let calendar = instance.resource_calendar(resource as usize);
            let it = occupation(model, operation, slot, resource, amount, false);
            let conflict = self.timelines[resource as usize].conflict(calendar, &it);
            if conflict.is_some() {
                return conflict;
            }
        }
        let mut uses = instance.uses(slot.mode).iter();
        let conflict = uses.find_map(|&(budget, amount)| {
            self.stocks[budget as usize].conflict(slot.start, amount)
        });
        conflict.or_else(|| self.out_of_turn(model, operation, slot.start))
    }

    /// Where facts stand in a line, turns do not tell all: whether a start overtakes anyone, and until when.
    fn out_of_turn(&self, model: &Model, operation: u32, start: i64) -> Option<i64> {
        let (line, stage, job) = model.in_line[operation as usize]?;
        if !model.has_facts[line as usize] {
            return None;
        }
        let stages = &model.lines[line as usize];
        let at = |stage: &[u32], job: usize| {
            let slot = self.slots[stage[job] as usize];
            slot.is_placed().then_some(slot.start)
        };
        let (here, job) = (&stages[stage as usize], job as usize);
        for other in (0..here.len()).filter(|it| *it != job) {
            let Some(theirs) = at(here, other) else { continue };
            for elsewhere in stages {
                let Some(pair) = at(elsewhere, job).zip(at(elsewhere, other)) else { continue };
                if pair.0 < pair.1 && theirs < start {
                    return Some(i64::MAX);
                }
                if pair.1 < pair.0 && start < theirs {
                    return Some(theirs);
                }
            }
        }
        None
    }

    /// When it is its turn in its line.
    fn turn_in_line(&self, model: &Model, operation: u32) -> i64 {
        let Some((line, stage, _)) = model.in_line[operation as usize] else { return i64::MIN };
        let first = if stage == 0 {
            let last = self.line_order[line as usize].last();
            last.map(|job| model.lines[line as usize][0][*job as usize])
        } else {
            let mut first = self.first_in_line(model, operation);
            first.find(|first| self.slots[*first as usize].is_placed())
        };
        first.map_or(i64::MIN, |first| self.slots[first as usize].start)
    }

    /// Whether it comes too long after one before it.
    fn too_long_after(
        &self,
        model: &Model,
        decisions: &Decisions,
        operation: u32,
        slot: Slot,
    ) -> Option<Outcome> {
        for &Tie { other, from, to, max, .. } in &model.before[operation as usize] {
            let Some(max) = max else { continue };
            if !Self::is_present(model, decisions, other) {
                continue;
            }
            let at = if to == Point::Start { slot.start } else { slot.end };
            let Some(since) = self.instant(other, from) else { continue };
            let over = at - (since + max);
            if 0 < over {
                let is_frozen = model.instance.operations[other as usize].frozen.is_some();
                let start = self.slots[other as usize].start;
                return Some(if is_frozen {
                    Outcome::Never
                } else {
                    Outcome::Push(other, start + over)
                });
            }
        }
        None
    }

    /// Extends what others hold until an instant of this operation, and what is stored until then; changes
    /// nothing when one of them cannot be.
    fn hold(&mut self, model: &Model, operation: u32, slot: Slot) -> Option<Outcome> {
        let instance = &model.instance;
        let instant = |point: Point| if point == Point::Start { slot.start } else { slot.end };
        for &holder in &model.held_until[operation as usize] {
            let Some((_, point)) = model.holds_until[holder as usize] else { continue };
            let until = instant(point);
            let held = self.slots[holder as usize];
            if !held.is_placed() || until <= held.end {
                continue;
            }
            let mut conflict = None;
            for (resource, old) in self.occupied[holder as usize].clone() {
                let timeline = &mut self.timelines[resource as usize];
                let new = Occupation { end: until, ..old };
                timeline.remove(&old);
                let calendar = instance.resource_calendar(resource as usize);
                conflict = conflict.max(timeline.conflict(calendar, &new));
                timeline.put(old);
            }
            if let Some(conflict) = conflict {
                self.release(model, operation);
                let is_frozen = instance.operations[holder as usize].frozen.is_some();
                return Some(if is_frozen || conflict == i64::MAX {
                    Outcome::Never
                } else {
                    Outcome::Push(holder, conflict)
                });
            }
            self.stretch(holder, until);
        }
        for &index in &model.taken_out[operation as usize] {
            let it = model.stored[index as usize];
            let Some(from) = self.instant(it.from.0, it.from.1) else { continue };
            let until = instant(it.until.1);
            if until <= from {
                continue;
            }
            let stored = Occupation {
                operation: it.from.0,
                start: from,
                end: until,
                amount: it.amount,
                states: None,
                family: 0,
                is_frozen: false,
            };
            let calendar = instance.resource_calendar(it.resource as usize);
            let timeline = &mut self.timelines[it.resource as usize];
            if let Some(conflict) = timeline.conflict(calendar, &stored) {
                self.release(model, operation);
                let is_frozen = instance.operations[it.from.0 as usize].frozen.is_some();
                return Some(if is_frozen || conflict == i64::MAX {
                    Outcome::Never
                } else {
                    let start = self.slots[it.from.0 as usize].start;
                    Outcome::Push(it.from.0, start + (conflict - from))
                });
            }
            timeline.put(stored);
            self.in_store[index as usize] = Some(stored);
        }
        // What it holds with others may be what it needs itself.
        if let Some(next) = self.blocked(model, operation, slot) {
            self.release(model, operation);
            return Some(if next == i64::MAX {
                Outcome::Never
            } else {
                Outcome::Push(operation, next)
            });
        }
        None
    }

    /// Lets go of all that is held or stored until an instant of this operation.
    fn release(&mut self, model: &Model, operation: u32) {
        for &holder in &model.held_until[operation as usize] {
            let slot = self.slots[holder as usize];
            if slot.is_placed() {
                self.stretch(holder, slot.end);
            }
        }
        for &index in &model.taken_out[operation as usize] {
            if let Some(stored) = self.in_store[index as usize].take() {
                let resource = model.stored[index as usize].resource;
                self.timelines[resource as usize].remove(&stored);
            }
        }
    }

    /// Lets an operation hold what it occupies until an instant.
    fn stretch(&mut self, operation: u32, until: i64) {
        for (resource, it) in &mut self.occupied[operation as usize] {
            if it.end != until {
                let timeline = &mut self.timelines[*resource as usize];
                timeline.remove(it);
                it.end = until;
                timeline.put(*it);
            }
        }
    }

    fn put(&mut self, model: &Model, operation: u32, slot: Slot, is_frozen: bool) {
        let instance = &model.instance;
        self.slots[operation as usize] = slot;
        for &(resource, amount) in instance.needs(slot.mode) {
            let it = occupation(model, operation, slot, resource, amount, is_frozen);
            self.timelines[resource as usize].put(it);
            self.occupied[operation as usize].push((resource, it));
        }
        for &(budget, amount) in instance.uses(slot.mode) {
            self.stocks[budget as usize].take(slot.start, amount);
        }
        if let Some((line, 0, job)) = model.in_line[operation as usize] {
            let order = &mut self.line_order[line as usize];
            self.line_place[line as usize][job as usize] = order.len() as u32;
            order.push(job);
        }
    }

    fn take_away(&mut self, model: &Model, operation: u32) {
        self.release(model, operation);
        let slot = self.slots[operation as usize];
        self.slots[operation as usize] = Slot::unplaced(slot.mode);
        for (resource, it) in std::mem::take(&mut self.occupied[operation as usize]) {
            self.timelines[resource as usize].remove(&it);
        }
        for &(budget, amount) in model.instance.uses(slot.mode) {
            self.stocks[budget as usize].give_back(slot.start, amount);
        }
        if let Some((line, 0, job)) = model.in_line[operation as usize] {
            // Taken away in the other order in which they were put.
            self.line_order[line as usize].retain(|it| *it != job);
            self.line_place[line as usize][job as usize] = u32::MAX;
        }
    }

    /// When something happens, if its operation has a place.
    fn instant(&self, operation: u32, point: Point) -> Option<i64> {
        let slot = self.slots[operation as usize];
        let at = if point == Point::Start { slot.start } else { slot.end };
        (at != NEVER).then_some(at)
    }
}

fn occupation(
    model: &Model,
    operation: u32,
    slot: Slot,
    resource: u32,
    amount: u32,
    is_frozen: bool,
) -> Occupation {
    Occupation {
        operation,
        start: slot.start,
        end: slot.end,
        amount,
        states: model.instance.states(slot.mode, resource),
        family: model.instance.modes[slot.mode as usize].family,
        is_frozen,
    }
}
