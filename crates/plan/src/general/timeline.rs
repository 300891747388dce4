//! Who holds a resource when: one at a time with setups between them, several up to a capacity, or batches.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

use crate::problem::Setups;
use crate::rules::calendar::Calendar;

/// Something that holds a resource in `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occupation {
    pub(crate) operation: u32,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) amount: u32,
    /// The state it needs and the state it leaves.
    pub(crate) states: Option<(usize, usize)>,
    pub(crate) family: u32,
    /// A fact: it may overlap with others.
    pub(crate) is_frozen: bool,
}

/// All that holds one resource.
#[derive(Debug, Clone)]
pub(crate) enum Timeline {
    /// One at a time, with or without setups; in order of starts.
    Sequence { setups: Option<Setups>, now: i64, held: Vec<Occupation> },
    /// Up to a capacity: how much is taken from an instant on; what comes before the first takes nothing.
    Levels { capacity: u64, levels: Vec<(i64, u64)> },
    /// Batches up to a capacity, in order of starts; those of one batch stand together.
    Batches { capacity: u64, setups: Option<Setups>, now: i64, held: Vec<Occupation> },
}

impl Timeline {
    pub(crate) fn new(capacity: u32, is_batch: bool, setups: Option<Setups>, now: i64) -> Self {
        let held = Vec::new();
        match (is_batch, capacity) {
            (true, _) => Self::Batches { capacity: u64::from(capacity), setups, now, held },
            (false, 1) => Self::Sequence { setups, now, held },
            _ => Self::Levels { capacity: u64::from(capacity), levels: Vec::new() },
        }
    }

    /// `None` when it fits; else an instant after its start before which it does not.
    pub(crate) fn conflict(&self, calendar: &Calendar, it: &Occupation) -> Option<i64> {
        match self {
            Self::Sequence { setups, now, held } => {
                sequence_conflict(setups.as_ref(), *now, held, calendar, it)
            }
            Self::Levels { capacity, levels } => levels_conflict(*capacity, levels, it),
            Self::Batches { capacity, setups, now, held } => {
                let joins = |other: &&Occupation| other.start == it.start && other.end == it.end;
                let mut batch = held.iter().filter(joins).peekable();
                if batch.peek().is_none() {
                    return sequence_conflict(setups.as_ref(), *now, held, calendar, it);
                }
                let is_kin = batch.clone().all(|other| other.family == it.family);
                let taken: u64 = batch.map(|other| u64::from(other.amount)).sum();
                if is_kin && taken + u64::from(it.amount) <= *capacity {
                    return None;
                }
                Some(it.end.max(it.start + 1))
            }
        }
    }

    /// Starts at or after `from` at which a batch of the same family stands, the soonest first.
    pub(crate) fn batches(&self, family: u32, from: i64) -> Vec<i64> {
        let Self::Batches { held, .. } = self else { return Vec::new() };
        let mut starts: Vec<i64> = held
            .iter()
            .filter(|it| it.family == family && from <= it.start && !it.is_frozen)
            .map(|it| it.start)
            .collect();
        starts.dedup();
        starts
    }

    pub(crate) fn put(&mut self, it: Occupation) {
        match self {
            Self::Sequence { held, .. } | Self::Batches { held, .. } => {
                let index =
                    held.partition_point(|other| (other.start, other.end) <= (it.start, it.end));
                held.insert(index, it);
            }
            Self::Levels { levels, .. } => {
                if it.start < it.end {
                    change(levels, it.start, it.end, |level| level + u64::from(it.amount));
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, it: &Occupation) {
        match self {
            Self::Sequence { held, .. } | Self::Batches { held, .. } => {
                let first = held.partition_point(|other| other.start < it.start);
                let same = |other: &Occupation| other == it;
                if let Some(offset) = held[first..].iter().position(same) {
                    held.remove(first + offset);
                }
            }
            Self::Levels { levels, .. } => {
                if it.start < it.end {
                    change(levels, it.start, it.end, |level| level - u64::from(it.amount));
                }
            }
        }
    }

    /// What is held one after the other; nothing for a resource with capacity.
    pub(crate) fn held(&self) -> &[Occupation] {
        match self {
            Self::Sequence { held, .. } | Self::Batches { held, .. } => held,
            Self::Levels { .. } => &[],
        }
    }
}

/// The working time that lies between two occupations at least.
pub(crate) fn setup_between(
    setups: Option<&Setups>,
    before: &Occupation,
    after: &Occupation,
) -> i64 {
    match (setups, before.states, after.states) {
        (Some(setups), Some((_, left)), Some((needed, _))) => setups.time[left][needed].get(),
        _ => 0,
    }
}

fn sequence_conflict(
    setups: Option<&Setups>,
    now: i64,
    held: &[Occupation],
    calendar: &Calendar,
    it: &Occupation,
) -> Option<i64> {
    // What takes no time and changes nothing is nowhere in the way.
    if it.end <= it.start && (setups.is_none() || it.states.is_none()) {
        return None;
    }
    let ready = |from: i64, setup: i64| {
        if setup == 0 { from } else { calendar.after_work(from, setup).unwrap_or(i64::MAX) }
    };
    let index = held.partition_point(|other| (other.start, other.end) <= (it.start, it.end));
    let (sooner, later) = held.split_at(index);
    let stands = |other: &&Occupation| other.start < other.end || other.states.is_some();
    // Facts may overlap: the last to start need not be the last to end.
    let facts = sooner.iter().filter(|other| other.is_frozen).map(|other| other.end).max();
    let last = sooner.iter().rev().find(stands).map(|other| other.end);
    let mut free = facts.max(last).unwrap_or(i64::MIN);
    let time = |from: Option<usize>, to: Option<usize>| match (setups, from, to) {
        (Some(setups), Some(from), Some(to)) => setups.time[from][to].get(),
        _ => 0,
    };
    // What needs no state leaves the one there was; the setup comes right before what needs another.
    let left = |other: &Occupation| other.states.map(|states| states.1);
    let initial = setups.and_then(|setups| setups.initial);
    let found = sooner.iter().rev().find_map(left).or(initial);
    let setup = time(found, it.states.map(|states| states.0));
    if 0 < setup {
        free = ready(free.max(if last.is_none() { now } else { i64::MIN }), setup);
    }
    if it.start < free {
        return Some(free);
    }
    let next = later.iter().find(stands)?;
    let stateful = later.iter().position(|other| other.states.is_some());
    let fits = it.end <= next.start
        && stateful.is_none_or(|index| {
            let after = &later[index];
            let before = later[..index].iter().rev().find(stands).unwrap_or(it);
            let setup = time(left(it).or(found), after.states.map(|states| states.0));
            ready(before.end, setup) <= after.start
        });
    if fits { None } else { Some(next.end.max(it.start + 1)) }
}

fn levels_conflict(capacity: u64, levels: &[(i64, u64)], it: &Occupation) -> Option<i64> {
    if it.end <= it.start {
        return None;
    }
    let fits = |level: u64| level + u64::from(it.amount) <= capacity;
    let first = levels.partition_point(|level| level.0 <= it.start).saturating_sub(1);
    let full = levels[first..]
        .iter()
        .take_while(|level| level.0 < it.end)
        .position(|level| !fits(level.1))?;
    // A level before the start counts only if it lasts until then.
    let free = levels[first + full + 1..].iter().find(|level| fits(level.1));
    let free = free.map_or(i64::MAX, |level| level.0);
    if it.start < free { Some(free) } else { None }
}

/// Changes all levels in `[start, end)`.
fn change(levels: &mut Vec<(i64, u64)>, start: i64, end: i64, by: impl Fn(u64) -> u64) {
    let from = split(levels, start);
    let to = split(levels, end);
    for level in &mut levels[from..to] {
        level.1 = by(level.1);
    }
    for index in [to, from] {
        let before = if index == 0 { 0 } else { levels[index - 1].1 };
        if levels[index].1 == before {
            levels.remove(index);
        }
    }
}

/// Index of the level that begins exactly at `at`, made when there is none.
fn split(levels: &mut Vec<(i64, u64)>, at: i64) -> usize {
    let index = levels.partition_point(|level| level.0 < at);
    if levels.get(index).is_none_or(|level| level.0 != at) {
        let before = if index == 0 { 0 } else { levels[index - 1].1 };
        levels.insert(index, (at, before));
    }
    index
}
