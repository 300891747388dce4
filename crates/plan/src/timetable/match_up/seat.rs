//! Who waits, where he is at home, and when he has to be done.

#![expect(clippy::indexing_slicing, reason = "seats are indices made here")]

use crate::instance::{NEVER, Slot};
use crate::problem::Weights;
use crate::timetable::Timetable;
use crate::timetable::layout::Layout;

/// Nobody.
pub(super) const NONE: u32 = u32::MAX;

/// One that waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) operation: u32,
    /// Where the plan in force has it.
    pub(super) home: Option<Slot>,
    /// Where it is in this plan; only the mode counts until it is settled.
    pub(super) slot: Slot,
    pub(super) is_settled: bool,
    /// Where it would start if only its job, its release and facts counted, but not before its home.
    pub(super) aim: i64,
    pub(super) work: i64,
    pub(super) machine: u32,
    /// Seats of the operations before and after it, or [`NONE`].
    pub(super) before: u32,
    pub(super) after: u32,
    /// It starts no sooner, for its release and for facts.
    pub(super) release: i64,
    /// When it ends later its job ends later than it may without being dearer than in the plan in force.
    pub(super) due: i64,
}

impl Seat {
    pub(super) fn end(&self) -> i64 {
        if self.is_settled { self.slot.end } else { self.aim + self.work }
    }

    /// When it has to start. Who is late anyway may be later still by a part of what costs nothing in the end.
    pub(super) fn aims_by(&self) -> i64 {
        if self.home.is_some_and(|home| home.start == self.aim) {
            return self.aim;
        }
        self.aim.saturating_add(self.due.saturating_sub(self.aim + self.work).max(0) / 4)
    }
}

/// All that wait, each after those before it; `None` when they form no chains.
pub(super) fn seats(layout: &Layout, table: &Timetable, base: &[Slot]) -> Option<Vec<Seat>> {
    let instance = &layout.instance;
    let is_waiting = |it: &u32| {
        instance.operations[*it as usize].frozen.is_none() && !layout.is_gone[*it as usize]
    };
    let mut waiting: Vec<u32> = (0..instance.operations.len() as u32).filter(is_waiting).collect();
    waiting.sort_unstable_by_key(|it| layout.rank[*it as usize]);
    let mut seat_of = vec![NONE; instance.operations.len()];
    let mut seats: Vec<Seat> = Vec::with_capacity(waiting.len());
    for operation in waiting {
        let it = &instance.operations[operation as usize];
        let home = Some(base[operation as usize]).filter(|home| home.is_placed());
        let slot = home.unwrap_or(table.slots[operation as usize]);
        let mut release = it.earliest.max(instance.now);
        let mut before = NONE;
        for &(other, lag) in instance.before(operation) {
            if let Some(fact) = instance.operations[other as usize].frozen {
                release = release.max(fact.end + lag);
            } else if !layout.is_gone[other as usize] {
                if before != NONE || lag != 0 {
                    return None;
                }
                before = seat_of[other as usize];
            }
        }
        let seat = seats.len() as u32;
        seat_of[operation as usize] = seat;
        if let Some(before) = seats.get_mut(before as usize) {
            if before.after != NONE {
                return None;
            }
            before.after = seat;
        }
        seats.push(Seat {
            operation,
            home,
            slot,
            is_settled: false,
            aim: release,
            work: instance.modes[slot.mode as usize].work,
            machine: instance.needs(slot.mode)[0].0,
            before,
            after: NONE,
            release,
            due: NEVER,
        });
    }
    Some(seats)
}

/// When each has to end so that nothing is dearer than in the plan in force, or than it must be where all aim at.
pub(super) fn set_due(seats: &mut [Seat], layout: &Layout, base: &[Slot]) {
    let instance = &layout.instance;
    let counts =
        |weight: fn(&Weights) -> u32| instance.objective.levels.iter().any(|it| weight(it) != 0);
    let flows = counts(|it| it.flow_time) || counts(|it| it.earliness);
    let (tardy, spans) = (counts(|it| it.tardiness), counts(|it| it.makespan));
    let of_plan =
        base.iter().zip(&layout.is_gone).filter(|(it, is_gone)| it.is_placed() && !**is_gone);
    let last = of_plan.map(|it| it.0.end).chain(seats.iter().map(|it| it.aim + it.work)).max();
    for index in (0..seats.len()).rev() {
        let seat = seats[index];
        let mut due = layout.deadline[seat.operation as usize];
        if let Some(after) = seats.get(seat.after as usize) {
            seats[index].due = due.min(after.due.saturating_sub(after.work));
            continue;
        }
        let job = instance.operations[seat.operation as usize].job as usize;
        let ends = instance.job_operations(job).iter().map(|it| base[*it as usize].end);
        let end = ends.max().unwrap_or(NEVER);
        if flows {
            due = due.min(end);
        }
        if tardy {
            due = due.min(instance.jobs[job].due.map_or(NEVER, |due| due.max(end)));
        }
        if spans {
            due = due.min(last.unwrap_or(NEVER));
        }
        seats[index].due = due;
    }
}

/// By machine when it is free after facts; `None` when this is no shop.
pub(super) fn free(layout: &Layout, table: &Timetable) -> Option<Vec<i64>> {
    let instance = &layout.instance;
    let mut free = vec![instance.now; instance.resources.len()];
    let operations = instance.operations.iter().zip(&table.slots).zip(&layout.is_gone);
    for ((it, slot), _) in operations.filter(|(_, is_gone)| !**is_gone) {
        if let Some(fact) = it.frozen {
            if instance.now < fact.start {
                return None;
            }
            for &(machine, _) in instance.needs(fact.mode) {
                let free = &mut free[machine as usize];
                *free = fact.end.max(*free);
            }
            continue;
        }
        if !slot.is_placed() {
            return None;
        }
        for mode in it.first_mode..it.last_mode {
            let &[(machine, 1)] = instance.needs(mode) else { return None };
            let resource = &instance.resources[machine as usize];
            let is_plain = resource.capacity == 1 && instance.setups[machine as usize].is_none();
            if !is_plain || instance.modes[mode as usize].work == 0 {
                return None;
            }
        }
    }
    for (machine, free) in free.iter_mut().enumerate() {
        let opens = instance.resource_calendar(machine).always_from(instance.now)?;
        *free = opens.max(*free);
    }
    Some(free)
}
