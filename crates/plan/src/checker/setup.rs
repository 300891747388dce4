//! Between one occupation of a resource and the next lies the setup between their states, in working time
//! of the resource; after the last one it is cleaned.

use weft_model::{Millis, Timestamp};

use super::fault::Fault;
use super::span;
use super::view::{Done, View};
use crate::problem::{Resource, Setups};

/// All setups of one resource.
#[derive(Debug, Default)]
pub(super) struct OnResource {
    /// In the order in which they happen; those of no time too.
    pub(super) changes: Vec<Change>,
    /// What happens after the last occupation.
    pub(super) cleaning: Option<Cleaning>,
}

/// From one state to another.
#[derive(Debug)]
pub(super) struct Change {
    /// The operation just before; `None` for the first.
    before: Option<usize>,
    /// The operation that needs it.
    after: usize,
    pub(super) time: Millis,
    pub(super) cost: u64,
    /// The working time that there is for it.
    found: Millis,
    is_fact: bool,
}

/// After the last operation.
#[derive(Debug)]
pub(super) struct Cleaning {
    pub(super) time: Millis,
    /// `None` when working time runs out.
    pub(super) end: Option<Timestamp>,
    is_fact: bool,
}

/// One operation, or a batch.
#[derive(Debug, Clone, Copy)]
struct Visit {
    operation: usize,
    start: Timestamp,
    end: Timestamp,
    lets_go: Timestamp,
    family: u32,
    states: Option<(usize, usize)>,
    is_fact: bool,
}

pub(super) fn check(view: &View, faults: &mut Vec<Fault>) {
    for (resource, it) in by_resource(view).into_iter().enumerate() {
        for it in it.changes.iter().filter(|it| it.found < it.time && !it.is_fact) {
            let (before, after, expected, found) = (it.before, it.after, it.time, it.found);
            faults.push(Fault::WithoutSetup { resource, before, after, expected, found });
        }
        if let Some(it) = it.cleaning.filter(|it| it.end.is_none() && !it.is_fact) {
            faults.push(Fault::NotCleaned { resource, expected: it.time });
        }
    }
}

/// Empty for a resource without setups.
pub(super) fn by_resource(view: &View) -> Vec<OnResource> {
    let resources = view.problem.resources.iter().zip(view.occupations()).enumerate();
    resources
        .map(|(index, (it, on))| match &it.setups {
            Some(setups) => on_resource(view.problem.now, it, setups, &visits(index, it, &on)),
            None => OnResource::default(),
        })
        .collect()
}

fn on_resource(
    now: Timestamp,
    resource: &Resource,
    setups: &Setups,
    visits: &[Visit],
) -> OnResource {
    let mut changes = Vec::new();
    let mut state = setups.initial;
    // The one that lets go last, of equal ones the later: facts may overlap, and what takes no time may lie
    // within another.
    let mut previous: Option<Visit> = None;
    for visit in visits {
        let since = previous.map_or(now, |it| it.lets_go);
        if let Some((needs, leaves)) = visit.states {
            if let Some(from) = state {
                let before = previous.map(|it| it.operation);
                changes.push(Change {
                    before,
                    after: visit.operation,
                    time: entry(&setups.time, from, needs),
                    cost: entry(&setups.cost, from, needs),
                    found: span::work_between(&resource.working, since, visit.start),
                    is_fact: visit.is_fact && previous.is_none_or(|it| it.is_fact),
                });
            }
            state = Some(leaves);
        }
        if previous.is_none_or(|it| it.lets_go <= visit.lets_go) {
            previous = Some(*visit);
        }
    }
    let time = state.and_then(|state| setups.last.get(state)).filter(|it| Millis::ZERO < **it);
    let cleaning = previous.zip(time).map(|(visit, time)| Cleaning {
        time: *time,
        end: span::done_at(&resource.working, visit.lets_go, *time),
        is_fact: visit.is_fact,
    });
    OnResource { changes, cleaning }
}

fn visits(index: usize, resource: &Resource, on: &[Done]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for done in on {
        let (start, end) = (done.slot.start, done.slot.end);
        let (states, is_fact, family) = (done.states(index), done.is_fact(), done.mode.family);
        let key = (start, end, family);
        match visits.last_mut() {
            Some(it) if resource.is_batch && (it.start, it.end, it.family) == key => {
                it.lets_go = it.lets_go.max(done.lets_go);
                it.states = it.states.or(states);
                it.is_fact &= is_fact;
            }
            _ => {
                let (operation, lets_go) = (done.index, done.lets_go);
                visits.push(Visit { operation, start, end, lets_go, family, states, is_fact });
            }
        }
    }
    visits
}

/// Zero where the matrix has none.
fn entry<T: Copy + Default>(matrix: &[Vec<T>], from: usize, to: usize) -> T {
    matrix.get(from).and_then(|row| row.get(to)).copied().unwrap_or_default()
}
