//! The set-ups of each resource, and its cleaning.

use weft_model::{Millis, Timestamp};

use super::done::{Done, on};
use super::{Measure, Of, Tally};
use crate::problem::{Problem, Setups};

/// An operation, or a batch.
struct Visit {
    span: (Timestamp, Timestamp),
    family: u32,
    lets_go: Timestamp,
    states: Option<(usize, usize)>,
}

/// Adds the set-ups; returns when which resource has been cleaned.
pub(super) fn tally(
    problem: &Problem,
    done: &[Done],
    tally: &mut Tally,
) -> Vec<(usize, Timestamp)> {
    let mut cleaned = Vec::new();
    for (resource, it) in problem.resources.iter().enumerate() {
        let Some(setups) = &it.setups else { continue };
        let of = Of::Resource(resource);
        let visits = visits(resource, it.is_batch, &on(resource, done));
        let mut state = setups.initial;
        for (needed, left) in visits.iter().filter_map(|it| it.states) {
            if let Some(from) = state {
                let (time, cost) = change(setups, from, needed);
                tally.add(Measure::SetupTime, of, i128::from(time.get()));
                tally.add(Measure::Money, of, i128::from(cost));
            }
            state = Some(left);
        }
        let time = state.and_then(|it| setups.last.get(it)).filter(|it| Millis::ZERO < **it);
        // Facts may overlap: the last to start need not be the last to let go.
        let lets_go = visits.iter().map(|it| it.lets_go).max();
        if let (Some(lets_go), Some(time)) = (lets_go, time) {
            tally.add(Measure::SetupTime, of, i128::from(time.get()));
            cleaned.extend(it.working.finish(lets_go, *time).map(|end| (resource, end)));
        }
    }
    cleaned
}

fn visits(resource: usize, is_batch: bool, on: &[&Done]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for it in on {
        let states = it.mode.states.iter().find(|it| it.0 == resource).map(|it| (it.1, it.2));
        let span = (it.slot.start, it.slot.end);
        match visits.last_mut() {
            Some(batch) if is_batch && (batch.span, batch.family) == (span, it.mode.family) => {
                batch.lets_go = batch.lets_go.max(it.lets_go);
                batch.states = batch.states.or(states);
            }
            _ => {
                let (family, lets_go) = (it.mode.family, it.lets_go);
                visits.push(Visit { span, family, lets_go, states });
            }
        }
    }
    visits
}

/// Time and cost; zero where a matrix has none.
fn change(setups: &Setups, from: usize, to: usize) -> (Millis, u64) {
    let time = setups.time.get(from).and_then(|row| row.get(to));
    let cost = setups.cost.get(from).and_then(|row| row.get(to));
    (time.copied().unwrap_or(Millis::ZERO), cost.copied().unwrap_or(0))
}
