//! Resources with their calendars, setups and standby; budgets and prices.

use weft_model::Interval;

use super::{ProblemError, durations, in_range};
use crate::problem::{Problem, Resource, Setups};

pub(super) fn validate(problem: &Problem) -> Result<(), ProblemError> {
    for (resource, it) in problem.resources.iter().enumerate() {
        validate_one(resource, it)?;
    }
    for (budget, it) in problem.budgets.iter().enumerate() {
        for (at, _) in &it.supplies {
            in_range(&[*at], || format!("a supply of budget {budget}"))?;
        }
    }
    validate_prices(problem)
}

pub(super) fn validate_prices(problem: &Problem) -> Result<(), ProblemError> {
    for (price, it) in problem.prices.iter().enumerate() {
        in_range(&[it.from], || format!("price {price}"))?;
    }
    let pairs = problem.prices.iter().zip(problem.prices.iter().skip(1));
    match pairs.into_iter().position(|(one, next)| next.from <= one.from) {
        Some(before) => Err(ProblemError::PriceOrder { price: before + 1 }),
        None => Ok(()),
    }
}

pub(super) fn validate_one(resource: usize, it: &Resource) -> Result<(), ProblemError> {
    if it.capacity == 0 {
        return Err(ProblemError::NoCapacity { resource });
    }
    let ends = |interval: &Interval| [interval.start, interval.end];
    let name = || format!("the calendar of resource {resource}");
    it.working.intervals().first().map_or(Ok(()), |i| in_range(&ends(i), name))?;
    it.working.intervals().last().map_or(Ok(()), |i| in_range(&ends(i), name))?;
    let transitions = it.standby.iter().map(|it| &it.transition);
    durations(transitions, || format!("a transition of resource {resource}"))?;
    let Some(setups) = &it.setups else { return Ok(()) };
    if 1 < it.capacity && !it.is_batch {
        return Err(ProblemError::SharedSetups { resource, capacity: it.capacity });
    }
    validate_setups(resource, setups)
}

fn validate_setups(resource: usize, it: &Setups) -> Result<(), ProblemError> {
    let states = it.time.len();
    if it.time.iter().any(|row| row.len() != states) {
        return Err(ProblemError::SetupShape { resource, what: "time" });
    }
    let cost_rows = it.cost.len();
    let is_cost_square = cost_rows == states && it.cost.iter().all(|row| row.len() == states);
    if cost_rows != 0 && !is_cost_square {
        return Err(ProblemError::SetupShape { resource, what: "cost" });
    }
    if !it.last.is_empty() && it.last.len() != states {
        return Err(ProblemError::SetupShape { resource, what: "last" });
    }
    if let Some(state) = it.initial.filter(|state| states <= *state) {
        let what = "the initial state".to_owned();
        return Err(ProblemError::UnknownState { what, resource, state, states });
    }
    let times = it.time.iter().flatten().chain(&it.last);
    durations(times, || format!("a setup of resource {resource}"))
}
