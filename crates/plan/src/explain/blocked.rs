//! From what the checker has against a place to what an operation waits for, and until when at least.

use weft_model::{Millis, Timestamp, WorkingTime};

use super::Walk;
use super::around::Around;
use super::cause::Cause;
use crate::checker::Fault;
use crate::problem::{Point, Scheduled, Storage};

/// What stands in the way of this slot and an instant, later than its start, before which it does so for sure.
/// `None` when nothing does. Of several things the one that lasts longest.
pub(super) fn blocked(walk: &Walk, around: &Around, slot: Scheduled) -> Option<(Timestamp, Cause)> {
    let faults = around.faults(slot);
    let all = faults.iter().filter_map(|fault| One { walk, around, slot }.blocked(fault));
    all.map(|(until, cause)| (until.max(slot.start + Millis::new(1)), cause))
        .reduce(|one, other| if one.0 < other.0 { other } else { one })
}

/// One operation in one place.
struct One<'a> {
    walk: &'a Walk<'a>,
    around: &'a Around,
    slot: Scheduled,
}

impl One<'_> {
    fn blocked(&self, fault: &Fault) -> Option<(Timestamp, Cause)> {
        let around = self.around;
        match *fault {
            Fault::OverCapacity { resource, at, ref operations, ref storages, .. } => {
                Some(self.full(resource, at, operations, storages))
            }
            Fault::NoBatch { resource, first, second } => {
                Some(self.no_batch(resource, first, second))
            }
            Fault::WithoutSetup { resource, before, after, expected, .. } => {
                Some(self.setup(resource, before, after, expected))
            }
            Fault::NotCleaned { resource, .. } => {
                let cause = Cause::Cleaning { resource: around.whole_resource(resource) };
                Some((self.next_start(resource), cause))
            }
            Fault::OverBudget { budget, at, .. } => {
                let cause = Cause::Budget { budget: around.whole_budget(budget) };
                Some((self.next_use(budget, at), cause))
            }
            Fault::Overtaken { line, before, after, stage, earlier } => {
                Some(self.line(line, [earlier, stage], [before, after]))
            }
            Fault::TooLate { before, after, at, .. } if before == around.operation => {
                Some(self.held_back(after, at))
            }
            Fault::TooEarly { before, after, earliest, point, .. } if after == around.operation => {
                let until = match point {
                    Point::Start => earliest,
                    Point::End => self.walk.start_that_ends_at(earliest),
                };
                let operation = around.whole(before);
                Some((until, Cause::Predecessor { operation, lag: Millis::ZERO }))
            }
            _ => None,
        }
    }

    /// More is taken at an instant than there is, by those who hold it and by what is stored.
    fn full(
        &self,
        resource: usize,
        at: Timestamp,
        operations: &[usize],
        storages: &[usize],
    ) -> (Timestamp, Cause) {
        let around = self.around;
        let own = around.operation;
        let stored = storages.iter().filter_map(|it| around.problem.storages.get(*it));
        let (mine, others): (Vec<&Storage>, Vec<&Storage>) =
            stored.partition(|it| it.from.operation == own || it.until.operation == own);
        let others_on = operations.iter().copied().filter(|it| *it != own);
        let mut by_end: Vec<(Timestamp, usize)> = others_on
            .filter_map(|it| Some((around.lets_go(it)?, it)))
            .chain(others.iter().filter_map(|it| {
                let slot = around.slot(it.until.operation)?;
                Some((super::point(slot, it.until.point), it.until.operation))
            }))
            .collect();
        by_end.sort_unstable();
        by_end.dedup();
        let held_by: Vec<usize> = by_end.iter().map(|it| around.whole(it.1)).collect();
        let whole = around.whole_resource(resource);
        let later = by_end.iter().map(|it| it.0).find(|it| self.slot.start < *it);
        if operations.contains(&own) && mine.is_empty() {
            let until = later.unwrap_or(self.slot.start);
            let cause = if storages.is_empty() {
                Cause::Resource { resource: whole, held_by }
            } else {
                Cause::Storage { resource: whole, held_by }
            };
            return (until, cause);
        }
        // What it makes is stored from its own start or end on: until that comes after the instant.
        let stored_from = mine.iter().filter(|it| it.from.operation == own).map(|it| it.from.point);
        let past = at + Millis::new(1);
        let until = stored_from.map(|point| match point {
            Point::Start => past,
            Point::End => self.walk.start_that_ends_at(past),
        });
        let until = until.max().unwrap_or(self.slot.start);
        (until, Cause::Storage { resource: whole, held_by })
    }

    fn no_batch(&self, resource: usize, first: usize, second: usize) -> (Timestamp, Cause) {
        let around = self.around;
        let other = if first == around.operation { second } else { first };
        let start = around.slot(other).map(|it| it.start);
        let lets_go = around.lets_go(other);
        let next = self.later([start, start.map(after), lets_go]);
        let whole = around.whole_resource(resource);
        match around.companions() {
            Some((batch, with)) if batch == whole && with.contains(&around.whole(other)) => {
                (next, Cause::Batch { resource: whole, with })
            }
            _ => (next, Cause::Resource { resource: whole, held_by: vec![around.whole(other)] }),
        }
    }

    fn setup(
        &self,
        resource: usize,
        before: Option<usize>,
        needed_by: usize,
        time: Millis,
    ) -> (Timestamp, Cause) {
        let around = self.around;
        let next = self.next_start(resource);
        let (from, to) = self.states(resource, needed_by);
        let until = if needed_by == around.operation {
            let since = before.map_or(Some(around.problem.now), |it| around.lets_go(it));
            let working = around.problem.resources.get(resource).map(|it| &it.working);
            let ready = since.zip(working).and_then(|(since, it)| done_at(it, since, time));
            ready.map_or(next, |ready| ready.min(next))
        } else {
            next
        };
        let cause = Cause::Setup {
            resource: around.whole_resource(resource),
            operation: around.whole(needed_by),
            after: before.map(|it| around.whole(it)),
            from,
            to,
            time,
        };
        (until, cause)
    }

    /// The state a resource is in before an operation, with the one in question moved, and the one this needs.
    fn states(&self, resource: usize, operation: usize) -> (Option<usize>, Option<usize>) {
        let around = self.around;
        let on_it = |other: usize| {
            let mode = around.problem.operations.get(other)?.modes.first()?;
            mode.states.iter().find(|it| it.0 == resource)
        };
        let start = |other: usize| {
            let is_own = other == around.operation;
            if is_own { Some(self.slot.start) } else { around.slot(other).map(|it| it.start) }
        };
        let at = start(operation);
        let all = around.others_on(resource).chain([around.operation]);
        let sooner = all.filter(|it| *it != operation && start(*it) <= at && on_it(*it).is_some());
        let last = sooner.max_by_key(|it| (start(*it), *it));
        let initial = || around.problem.resources.get(resource)?.setups.as_ref()?.initial;
        let from = last.and_then(|it| on_it(it).map(|it| it.2)).or_else(initial);
        (from, on_it(operation).map(|it| it.1))
    }

    fn line(&self, line: usize, stages: [usize; 2], pair: [usize; 2]) -> (Timestamp, Cause) {
        let around = self.around;
        let known = around.problem.lines.get(line).map_or(&[][..], |it| &it.stages);
        // The two are named at the later stage; in front of the operation is the other one's job.
        let place = |operation: usize| {
            let stage = stages.get(1).and_then(|it| known.get(*it))?;
            stage.iter().position(|it| *it == operation)
        };
        let own_stage = known.iter().find(|it| it.contains(&around.operation));
        let others = pair.iter().filter_map(|it| own_stage?.get(place(*it)?).copied());
        let other = others.into_iter().find(|it| *it != around.operation);
        let starts = own_stage.into_iter().flatten().filter(|it| **it != around.operation);
        let next = self.later(starts.map(|it| around.slot(*it).map(|it| it.start)));
        let behind = other.map_or(usize::MAX, |it| around.whole(it));
        (next, Cause::Line { line: around.whole_line(line), behind })
    }

    fn held_back(&self, later: usize, at: Timestamp) -> (Timestamp, Cause) {
        let around = self.around;
        let own = around.operation;
        let ties = around.problem.precedences.iter();
        let ties = ties.filter(|it| it.before == own && it.after == later);
        let held = ties.filter_map(|it| {
            let max_lag = it.max_lag?;
            let slot = around.slot(later)?;
            let latest = super::point(slot, it.to) - max_lag;
            let until = match it.from {
                Point::Start => latest,
                Point::End => self.walk.start_that_ends_at(latest),
            };
            Some((until, max_lag))
        });
        let (until, max_lag) = held.max().unwrap_or((at, Millis::ZERO));
        (until, Cause::HeldBack { operation: around.whole(later), max_lag })
    }

    /// The next instant at which the order on a resource can change.
    fn next_start(&self, resource: usize) -> Timestamp {
        let starts = self.around.others_on(resource).map(|it| self.around.slot(it));
        self.later(starts.flat_map(|it| {
            let start = it.map(|it| it.start);
            [start, start.map(after)]
        }))
    }

    /// The next instant at which more of a budget may be there for it.
    fn next_use(&self, budget: usize, lacks_at: Timestamp) -> Timestamp {
        if self.slot.start < lacks_at {
            return after(lacks_at);
        }
        let around = self.around;
        let supplies = around.problem.budgets.get(budget).map_or(&[][..], |it| &it.supplies);
        let supplies = supplies.iter().map(|it| Some(it.0));
        let all = around.problem.operations.iter().enumerate();
        let uses = all.filter(|(index, it)| {
            let mut modes = it.modes.iter();
            *index != around.operation && modes.any(|it| it.uses.iter().any(|it| it.0 == budget))
        });
        self.later(supplies.chain(uses.map(|(index, _)| around.slot(index).map(|it| it.start))))
    }

    /// The first of these instants after the start; where it is in the plan when there is none.
    fn later(&self, instants: impl IntoIterator<Item = Option<Timestamp>>) -> Timestamp {
        let later = instants.into_iter().flatten().filter(|it| self.slot.start < *it);
        later.min().unwrap_or(self.walk.slot.start)
    }
}

fn after(at: Timestamp) -> Timestamp {
    at + Millis::new(1)
}

/// When so much working time has passed since then.
fn done_at(working: &WorkingTime, since: Timestamp, time: Millis) -> Option<Timestamp> {
    if time <= Millis::ZERO { Some(since) } else { working.finish(since, time) }
}
