//! Resources: operations that exclude each other, and the room that there is in every interval.

use super::net::{NEVER, Net, Room};
use super::windows::Windows;

/// A resource with more operations than this is looked at for single operations only.
const TASKS_MAX: usize = 500;

/// An operation that surely needs a resource.
#[derive(Debug, Clone, Copy)]
struct Load {
    task: usize,
    /// Least amount of any mode.
    amount: u32,
    /// Least amount times work of any mode.
    energy: i128,
    is_fact: bool,
    /// The only family that it can be of.
    family: Option<u32>,
}

/// Orders pairs of which only one order is possible; `false` when neither is.
pub(super) fn narrow(net: &Net, windows: &mut Windows) -> bool {
    for (resource, room) in net.resources.iter().enumerate() {
        let loads = loads(net, windows, resource, room);
        for (one, other) in exclusive(room, &loads) {
            let is_first = |one: usize, other: usize| can_precede(net, windows, one, other);
            match (is_first(one, other), is_first(other, one)) {
                (false, false) => return false,
                (true, false) => windows.add_arc(one, other),
                (false, true) => windows.add_arc(other, one),
                (true, true) => {}
            }
        }
    }
    true
}

/// A pair with no order yet, that with the least room.
pub(super) fn undecided(net: &Net, windows: &Windows) -> Option<(usize, usize)> {
    let mut best: Option<(i64, usize, usize)> = None;
    for (resource, room) in net.resources.iter().enumerate() {
        let loads = loads(net, windows, resource, room);
        for (one, other) in exclusive(room, &loads) {
            let is_ordered =
                windows.arcs.contains(&(one, other)) || windows.arcs.contains(&(other, one));
            let latest = |task: usize| windows.start.get(task).map_or(NEVER, |it| it.1);
            if is_ordered || NEVER <= latest(one) || NEVER <= latest(other) {
                continue;
            }
            let slack = |before: usize, after: usize| latest(after) - windows.lets_go(net, before);
            let found = (slack(one, other).min(slack(other, one)), one, other);
            best = Some(best.map_or(found, |it| it.min(found)));
        }
    }
    best.map(|it| (it.1, it.2))
}

/// Whether in every interval there is room for what surely falls into it.
pub(super) fn has_room(net: &Net, windows: &Windows) -> bool {
    net.resources.iter().enumerate().all(|(resource, room)| {
        let loads = loads(net, windows, resource, room);
        let window = |load: &Load| {
            let (start, end) = (windows.start.get(load.task)?, windows.end.get(load.task)?);
            (!load.is_fact && end.1 < NEVER && 0 < load.energy).then_some((
                end.1,
                start.0,
                load.energy,
            ))
        };
        let mut by_end: Vec<(i64, i64, i128)> = loads.iter().filter_map(window).collect();
        by_end.sort_unstable();
        if TASKS_MAX < by_end.len() {
            return true;
        }
        by_end.iter().all(|&(_, from, _)| {
            let mut sum = 0;
            by_end.iter().filter(|it| from <= it.1).all(|&(to, _, energy)| {
                sum += energy;
                sum <= room.free_between(from, to)
            })
        })
    })
}

fn loads(net: &Net, windows: &Windows, resource: usize, room: &Room) -> Vec<Load> {
    let mut loads = Vec::new();
    if room.capacity == u32::MAX {
        return loads;
    }
    for &task in room.tasks.iter().filter(|it| windows.is_there.get(**it) == Some(&true)) {
        let Some(it) = net.tasks.get(task) else { continue };
        let alive = windows.alive(task);
        let ways = || alive.iter().filter_map(|mode| it.ways.get(*mode));
        let amount = |way: &super::net::Way| {
            way.needs.iter().find(|need| need.0 == resource).map_or(0, |need| need.1)
        };
        let length = |way: &super::net::Way| it.fact.map_or(way.work, |it| it.1 - it.0);
        let least = ways().map(amount).min().unwrap_or(0);
        let shortest = ways().map(length).min().unwrap_or(0);
        if least == 0 || shortest <= 0 {
            continue;
        }
        let energy = ways().map(|way| i128::from(amount(way)) * i128::from(length(way))).min();
        let mut families: Vec<u32> = ways().map(|way| way.family).collect();
        families.dedup();
        loads.push(Load {
            task,
            amount: least,
            energy: energy.unwrap_or(0),
            is_fact: it.fact.is_some(),
            family: if families.len() == 1 { families.first().copied() } else { None },
        });
    }
    loads
}

/// Pairs that cannot overlap.
fn exclusive(room: &Room, loads: &[Load]) -> Vec<(usize, usize)> {
    if TASKS_MAX < loads.len() {
        return Vec::new();
    }
    let excludes = |one: &Load, other: &Load| {
        let families = one.family.zip(other.family).is_some_and(|it| it.0 != it.1);
        let too_much = u64::from(room.capacity) < u64::from(one.amount) + u64::from(other.amount);
        !(one.is_fact && other.is_fact) && (too_much || (room.is_batch && families))
    };
    let mut pairs = Vec::new();
    for (index, one) in loads.iter().enumerate() {
        let others = loads.iter().skip(index + 1).filter(|other| excludes(one, other));
        pairs.extend(others.map(|other| (one.task, other.task)));
    }
    pairs
}

fn can_precede(net: &Net, windows: &Windows, before: usize, after: usize) -> bool {
    let latest = windows.start.get(after).map_or(NEVER, |it| it.1);
    windows.lets_go(net, before) <= latest
}
