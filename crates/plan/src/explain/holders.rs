//! Who else holds what an operation needs.

use weft_model::Timestamp;

use super::cause::Cause;
use super::point;
use crate::problem::{Mode, Plan, Problem, Scheduled};

/// By resource of a mode, but for batch resources, all others that hold it from an instant on.
#[derive(Debug)]
pub(super) struct Holders {
    by_resource: Vec<OnResource>,
    /// When the operation itself lets go at the earliest.
    holds_until: Option<Timestamp>,
}

/// All that hold one resource.
#[derive(Debug)]
struct OnResource {
    resource: usize,
    /// How much others may take.
    room: i64,
    /// By start.
    holders: Vec<Holder>,
    /// By holder when it and all before it have let go.
    all_let_go: Vec<Timestamp>,
}

/// It holds something in `[start, lets_go)`, and works until `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    start: Timestamp,
    end: Timestamp,
    lets_go: Timestamp,
    operation: usize,
    amount: u32,
    waits_for: Option<usize>,
}

impl Holders {
    pub(super) fn new(
        problem: &Problem,
        plan: &Plan,
        operation: usize,
        mode: &Mode,
        from: Timestamp,
    ) -> Self {
        let needed = mode.needs.iter().filter_map(|&(resource, amount)| {
            let it = problem.resources.get(resource).filter(|it| !it.is_batch)?;
            let room = i64::from(it.capacity) - i64::from(amount);
            Some(OnResource { resource, room, holders: Vec::new(), all_let_go: Vec::new() })
        });
        let mut by_resource: Vec<OnResource> = needed.collect();
        for (other, (it, slot)) in problem.operations.iter().zip(&plan.operations).enumerate() {
            let Some(slot) = slot.filter(|_| other != operation) else { continue };
            let Some(mode) = it.modes.get(slot.mode) else { continue };
            let until = it.holds_until.filter(|it| it.operation != operation);
            let lets_go = until.and_then(|it| instant(plan, it.operation, it.point));
            let lets_go = lets_go.map_or(slot.end, |it| it.max(slot.end));
            if lets_go <= from || lets_go <= slot.start {
                continue;
            }
            for &(resource, amount) in &mode.needs {
                if let Some(it) = by_resource.iter_mut().find(|it| it.resource == resource) {
                    let (start, end) = (slot.start, slot.end);
                    let waits_for = until.map(|it| it.operation);
                    let operation = other;
                    it.holders.push(Holder { start, end, lets_go, operation, amount, waits_for });
                }
            }
        }
        for it in &mut by_resource {
            it.holders.sort_unstable();
            let mut last = from;
            let latest = it.holders.iter().map(|holder| {
                last = last.max(holder.lets_go);
                last
            });
            it.all_let_go = latest.collect();
        }
        let own = problem.operations.get(operation).and_then(|it| it.holds_until);
        Self { by_resource, holds_until: own.and_then(|it| instant(plan, it.operation, it.point)) }
    }

    /// When more is taken than there is room at some instant of this slot: when the first of those who take it
    /// then gives it back, and who they are by end.
    pub(super) fn in_the_way(&self, slot: Scheduled) -> Option<(Timestamp, Cause)> {
        let lets_go = self.holds_until.map_or(slot.end, |it| it.max(slot.end));
        if lets_go <= slot.start {
            return None;
        }
        self.by_resource.iter().find_map(|OnResource { resource, room, holders, all_let_go }| {
            let first = all_let_go.partition_point(|it| *it <= slot.start);
            let within = || {
                let sooner = holders.iter().skip(first).take_while(|it| it.start < lets_go);
                sooner.filter(|it| slot.start < it.lets_go)
            };
            let instants = within().map(|it| it.start.max(slot.start));
            let full = instants.into_iter().find(|instant| {
                let at_once = within().filter(|it| it.start <= *instant && *instant < it.lets_go);
                *room < at_once.map(|it| i64::from(it.amount)).sum()
            })?;
            let mut at_once: Vec<&Holder> =
                within().filter(|it| it.start <= full && full < it.lets_go).collect();
            at_once.sort_unstable_by_key(|it| (it.lets_go, it.operation));
            Some(cause(*resource, slot.start, &at_once))
        })
    }
}

fn cause(resource: usize, at: Timestamp, by_end: &[&Holder]) -> (Timestamp, Cause) {
    let held_by = by_end.iter().map(|it| it.operation).collect();
    match by_end.first() {
        Some(Holder { end, lets_go, operation, waits_for: Some(waits_for), .. })
            if end < lets_go =>
        {
            if at < *end {
                return (*end, Cause::Resource { resource, held_by });
            }
            (*lets_go, Cause::Blocked { resource, by: *operation, waits_for: *waits_for })
        }
        first => (first.map_or(at, |it| it.lets_go), Cause::Resource { resource, held_by }),
    }
}

fn instant(plan: &Plan, operation: usize, at: crate::problem::Point) -> Option<Timestamp> {
    plan.operations.get(operation).copied().flatten().map(|slot| point(slot, at))
}
