//! Places for the operations of a cluster, one after the other.
//!
//! An operation goes to the first place that all rules allow. Where it would break a tie to an earlier one of
//! its cluster (a maximum lag, something that cannot be held so long), the earlier one is pushed back just as
//! far as it must at least, and the cluster goes on from there: serial generation with unscheduling (Franck,
//! Neumann & Schwindt 2001). What is pushed could not have stayed where it was, so that among plans that
//! leave the others alone a cluster ends as early as it can.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::{ANY_MODE, Board, Decisions};
use crate::instance::Slot;
use crate::places::{Model, View};
use crate::rules::{On, Push, Window};

/// A cluster that has been pushed so often per operation has no place.
const PUSHES_MAX: usize = 60;

/// What became of an operation.
enum Outcome {
    Placed,
    /// There is no place.
    Never,
    /// An earlier one of the cluster has to start later first.
    Pushes(Push),
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
                Outcome::Pushes(push) if pushes < PUSHES_MAX * operations.len() => {
                    pushes += 1;
                    let (other, lower) = (push.operation, &mut self.lower);
                    lower[other as usize] = push.not_before.max(lower[other as usize] + 1);
                    let back = operations[..at].iter().position(|it| *it == other).unwrap_or(at);
                    self.remove_all(model, &operations[back..at]);
                    at = back;
                }
                Outcome::Never | Outcome::Pushes(_) if is_partial => {
                    left_out[at] = true;
                    at += 1;
                }
                Outcome::Never | Outcome::Pushes(_) => {
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
            if !is_frozen && self.has_place(operation) {
                self.take_away(model, operation);
            }
        }
    }

    fn place_one(&mut self, model: &Model, decisions: &Decisions, operation: u32) -> Outcome {
        let it = &model.instance.operations[operation as usize];
        let decided = decisions.mode[operation as usize];
        let ways =
            if decided == ANY_MODE { it.first_mode..it.last_mode } else { decided..decided + 1 };
        let lower = self.lower[operation as usize];
        let mut window = Window { start: lower, end: i64::MIN, latest_end: i64::MAX };
        let at = View { model, places: &self.places, branches: &decisions.branch };
        if self.rules.window(at, operation, &mut window).is_none() {
            return Outcome::Never;
        }
        let mut best: Option<Slot> = None;
        for mode in ways {
            if let Some(slot) = self.first_fit(at, (operation, mode), window)
                && best.is_none_or(|best| slot.end < best.end)
            {
                best = Some(slot);
            }
        }
        let Some(slot) = best else { return Outcome::Never };
        if let Some(push) = self.rules.too_late(at, operation, slot) {
            return pushes(model, operation, push);
        }
        self.put(model, operation, slot);
        match self.rules.cannot_last(model, &mut self.places, operation) {
            None => Outcome::Placed,
            Some(push) => {
                self.take_away(model, operation);
                pushes(model, operation, push)
            }
        }
    }

    /// The first place of an operation by itself.
    fn first_fit(&self, at: View, (operation, mode): (u32, u32), window: Window) -> Option<Slot> {
        let instance = &at.model.instance;
        let it = &instance.operations[operation as usize];
        let work = instance.modes[mode as usize].work;
        let calendar = instance.calendar(mode);
        let joined = self.first_join(at, (operation, mode), window);
        let mut ready = window.start;
        loop {
            let (start, end) = calendar.fit(ready, work, it.spans_breaks)?;
            if window.latest_end < end || joined.is_some_and(|joined| joined.end <= end) {
                break;
            }
            let slot = Slot { start, end, mode };
            let blocked = if end < window.end {
                Some(start + (window.end - end))
            } else {
                self.blocked(at, operation, slot)
            };
            match blocked {
                None => return Some(slot),
                Some(i64::MAX) => break,
                Some(next) => ready = next.max(start + 1),
            }
        }
        joined.filter(|slot| slot.end <= window.latest_end)
    }

    /// The first place beside others that it can join.
    fn first_join(&self, at: View, (operation, mode): (u32, u32), window: Window) -> Option<Slot> {
        let instance = &at.model.instance;
        let it = &instance.operations[operation as usize];
        let work = instance.modes[mode as usize].work;
        let mut from = window.start;
        loop {
            let start = self.rules.next_join(at, operation, mode, from)?;
            if let Some(slot) = instance.calendar(mode).fit(start, work, it.spans_breaks) {
                let slot = Slot { start: slot.0, end: slot.1, mode };
                let is_in_time = slot.start == start && window.end <= slot.end;
                if is_in_time && self.blocked(at, operation, slot).is_none() {
                    return Some(slot);
                }
            }
            from = start + 1;
        }
    }

    /// `None` when resources and rules allow it; else an instant before which they do not.
    fn blocked(&self, at: View, operation: u32, slot: Slot) -> Option<i64> {
        let (model, places) = (at.model, at.places);
        let lets_go = self.rules.lets_go(places, operation, slot.end);
        for (need, &(resource, _)) in model.instance.needs(slot.mode).iter().enumerate() {
            let timeline = &places.timelines[resource as usize];
            let on = On { instance: &model.instance, resource, timeline };
            let it = model.occupation(operation, slot, need, lets_go);
            let conflict = self.rules.conflict_on(on, &it);
            if conflict.is_some() {
                return conflict;
            }
        }
        self.rules.conflict(at, operation, slot)
    }
}

/// Another one, of the same cluster and no fact, starts later; else there is no place.
fn pushes(model: &Model, operation: u32, push: Push) -> Outcome {
    let other = push.operation as usize;
    let is_frozen = model.instance.operations[other].frozen.is_some();
    let is_tied = model.cluster_of[other] == model.cluster_of[operation as usize];
    if is_frozen || !is_tied || push.not_before == i64::MAX {
        Outcome::Never
    } else {
        Outcome::Pushes(push)
    }
}
