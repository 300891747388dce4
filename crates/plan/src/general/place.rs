//! Places for the operations of a cluster, one after the other.
//!
//! An operation goes to the first place that all rules allow. Where it would break a tie to an earlier one of
//! its cluster (a maximum lag, something that cannot be held so long), the earlier one is pushed back just as
//! far as it must at least, and the cluster goes on from there: serial generation with unscheduling (Franck,
//! Neumann & Schwindt 2001). What is pushed could not have stayed where it was, so that among plans that
//! leave the others alone a cluster ends as early as it can.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::{ANY_MODE, Board, Decisions};
use crate::general::model::{Model, Tie};
use crate::general::timeline::Occupation;
use crate::instance::Slot;
use crate::problem::Point;

/// A cluster that has been pushed so often per operation has no place.
const PUSHES_MAX: usize = 60;

/// What became of an operation.
enum Outcome {
    Placed,
    /// There is no place.
    Never,
    /// An earlier one of the cluster has to start later first.
    Push(u32, i64),
}

impl Board {
    /// Places all present operations of a cluster; when that cannot be, as many as can be.
    pub(crate) fn place(&mut self, model: &Model, decisions: &Decisions, cluster: u32) {
        if !self.place_all(model, decisions, cluster, false) {
            self.place_all(model, decisions, cluster, true);
        }
    }

    /// Places all, and with `is_partial` leaves out what has no place; else places none and says `false`.
    fn place_all(
        &mut self,
        model: &Model,
        decisions: &Decisions,
        cluster: u32,
        is_partial: bool,
    ) -> bool {
        let operations = &model.clusters[cluster as usize];
        for &operation in operations {
            self.lower[operation as usize] = decisions.delay[operation as usize];
        }
        let is_free = |operation: u32| {
            model.instance.operations[operation as usize].frozen.is_none()
                && decisions.has(model, operation)
        };
        let mut left_out = vec![false; operations.len()];
        let (mut at, mut pushes) = (0, 0);
        while at < operations.len() {
            let operation = operations[at];
            if left_out[at] || !is_free(operation) {
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
                Outcome::Never | Outcome::Push(..) if is_partial => {
                    left_out[at] = true;
                    at += 1;
                }
                Outcome::Never | Outcome::Push(..) => {
                    self.remove_all(model, &operations[..at]);
                    return false;
                }
            }
        }
        true
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
        let it = &model.instance.operations[operation as usize];
        let decided = decisions.mode[operation as usize];
        let ways =
            if decided == ANY_MODE { it.first_mode..it.last_mode } else { decided..decided + 1 };
        let turn = self.turn(model, operation);
        let mut best: Option<Slot> = None;
        for mode in ways {
            let slot = self.first_fit(model, decisions, (operation, mode), turn.not_before);
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
        if let Some((latest, other)) = turn.not_after
            && latest < slot.start
        {
            return Self::push(model, operation, other, slot.start);
        }
        self.put(model, operation, slot);
        match self.cannot_last(model, operation) {
            None => Outcome::Placed,
            Some((other, not_before)) => {
                self.take_away(model, operation);
                Self::push(model, operation, other, not_before)
            }
        }
    }

    /// The other one, of the same cluster, starts later.
    fn push(model: &Model, operation: u32, other: u32, not_before: i64) -> Outcome {
        let is_frozen = model.instance.operations[other as usize].frozen.is_some();
        let is_tied = model.cluster_of[other as usize] == model.cluster_of[operation as usize];
        if is_frozen || !is_tied || not_before == i64::MAX {
            Outcome::Never
        } else {
            Outcome::Push(other, not_before)
        }
    }

    /// The first place of an operation by itself.
    fn first_fit(
        &self,
        model: &Model,
        decisions: &Decisions,
        (operation, mode): (u32, u32),
        not_before: i64,
    ) -> Option<Slot> {
        let instance = &model.instance;
        let it = &instance.operations[operation as usize];
        let mut ready = it.earliest.max(self.lower[operation as usize]).max(not_before);
        let mut end_ready = i64::MIN;
        for tie in &model.before[operation as usize] {
            if !decisions.has(model, tie.other) {
                continue;
            }
            let from = self.instant(tie.other, tie.from)?;
            match tie.to {
                Point::Start => ready = ready.max(from + tie.min),
                Point::End => end_ready = end_ready.max(from + tie.min),
            }
        }
        let work = instance.modes[mode as usize].work;
        let calendar = instance.calendar(mode);
        let deadline = model.deadline[operation as usize];
        let joined = self.first_batch(model, (operation, mode), ready, end_ready);
        loop {
            let (start, end) = calendar.fit(ready, work, it.spans_breaks)?;
            if deadline < end || joined.is_some_and(|joined| joined.end <= end) {
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
                Some(i64::MAX) => break,
                Some(next) => ready = next.max(start + 1),
            }
        }
        joined.filter(|slot| slot.end <= deadline)
    }

    /// The first batch that stands and that it can join.
    fn first_batch(
        &self,
        model: &Model,
        (operation, mode): (u32, u32),
        ready: i64,
        end_ready: i64,
    ) -> Option<Slot> {
        let instance = &model.instance;
        let family = instance.modes[mode as usize].family;
        let it = &instance.operations[operation as usize];
        let mut needs = instance.needs(mode).iter();
        let batches = needs.find_map(|need| {
            self.timelines[need.0 as usize].sequence().filter(|sequence| sequence.is_batch())
        })?;
        let work = instance.modes[mode as usize].work;
        batches.batches(family, ready).find_map(|at| {
            let (start, end) = instance.calendar(mode).fit(at, work, it.spans_breaks)?;
            let slot = Slot { start, end, mode };
            let fits =
                start == at && end_ready <= end && self.blocked(model, operation, slot).is_none();
            fits.then_some(slot)
        })
    }

    /// `None` when resources and budgets allow it; else an instant before which they do not.
    fn blocked(&self, model: &Model, operation: u32, slot: Slot) -> Option<i64> {
        let instance = &model.instance;
        for (need, &(resource, _)) in instance.needs(slot.mode).iter().enumerate() {
            let calendar = instance.resource_calendar(resource as usize);
            let it = self.occupation(model, operation, slot, need);
            let conflict = self.timelines[resource as usize].conflict(calendar, &it);
            if conflict.is_some() {
                return conflict;
            }
        }
        instance
            .uses(slot.mode)
            .iter()
            .find_map(|&(budget, amount)| self.stocks[budget as usize].conflict(slot.start, amount))
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
            if !decisions.has(model, other) {
                continue;
            }
            let at = if to == Point::Start { slot.start } else { slot.end };
            let Some(since) = self.instant(other, from) else { continue };
            let over = at - (since + max);
            if 0 < over {
                let start = self.slots[other as usize].start;
                return Some(Self::push(model, operation, other, start + over));
            }
        }
        None
    }

    /// After an operation has been put in its place: what cannot be held or stored until then, and before which
    /// instant the operation that began it should not start.
    fn cannot_last(&mut self, model: &Model, operation: u32) -> Option<(u32, i64)> {
        for &holder in &model.held_until[operation as usize] {
            let mut conflict = None;
            for index in 0..self.occupied[holder as usize].len() {
                let (resource, it) = self.occupied[holder as usize][index];
                if it.end < it.lets_go {
                    conflict = conflict.max(self.conflict_of(model, resource, it));
                }
            }
            if let Some(conflict) = conflict {
                return Some((holder, conflict));
            }
        }
        for &index in &model.stores[operation as usize] {
            let Some(stored) = self.in_store[index as usize] else { continue };
            let it = model.stored[index as usize];
            if let Some(conflict) = self.conflict_of(model, it.resource, stored) {
                let start = self.slots[it.from.0 as usize].start;
                let later = conflict.saturating_sub(stored.start);
                return Some((it.from.0, start.saturating_add(later)));
            }
        }
        None
    }

    /// What is in the way of something that is there.
    fn conflict_of(&mut self, model: &Model, resource: u32, it: Occupation) -> Option<i64> {
        let calendar = model.instance.resource_calendar(resource as usize);
        let timeline = &mut self.timelines[resource as usize];
        timeline.remove(&it);
        let conflict = timeline.conflict(calendar, &it);
        timeline.put(it);
        conflict
    }
}
