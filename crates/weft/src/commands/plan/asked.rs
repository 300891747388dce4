//! From what was typed to what it is called in the problem, and from a written plan to a plan.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use weft_model::{Timestamp, Title};
use weft_plan::difference::Names;
use weft_plan::formats::PublicInstance;
use weft_plan::{Plan, Problem, Scheduled, remedies};

use crate::output::Failure;

use super::prepare::Prepared;
use super::public;
use super::why::{Asked, TRIAL_STEPS, Target};
use super::{Args, render};

/// Calls everything of a solution by its titles, and lends the names.
pub(super) fn with_names<T>(prepared: &Prepared, use_them: impl FnOnce(&Names) -> T) -> T {
    let instant = |at| render::at(prepared, at);
    prepared.question.with_names(&prepared.state, &prepared.solution, &instant, use_them)
}

/// Calls everything of an instance by its number, in its unit of time.
pub(super) fn with_numbers<T>(problem: &Problem, use_them: impl FnOnce(&Names) -> T) -> T {
    let mut first = vec![usize::MAX; problem.jobs.len()];
    for (index, it) in problem.operations.iter().enumerate().rev() {
        if let Some(first) = first.get_mut(it.job) {
            *first = index;
        }
    }
    use_them(&Names {
        job: &|job| Title { en: format!("job {job}"), zh: format!("作业 {job}") },
        operation: &|index| {
            let job = problem.operations.get(index).map_or(0, |it| it.job);
            let place = index - first.get(job).copied().unwrap_or(0).min(index);
            Title { en: format!("operation {job}/{place}"), zh: format!("工序 {job}/{place}") }
        },
        resource: &|it| Title { en: format!("resource {it}"), zh: format!("资源 {it}") },
        instant: &|at| at.as_millis().to_string(),
        span: &|span| span.get().to_string(),
    })
}

/// What was asked about a solution's plan.
pub(super) fn of_solution(args: &Args, prepared: &Prepared, plan: &Plan) -> Result<Asked> {
    let question = &prepared.question;
    let job = |order: &str| question.orders.iter().position(|it| it.as_str() == order);
    let target = |text: &str| match text.split_once('/') {
        None => job(text).map(Target::Job),
        Some((order, operation)) => {
            let is_it = |it: &weft_engine::planning::Named| {
                it.operation.order.as_str() == order && it.operation.operation.as_str() == operation
            };
            question.names.iter().position(is_it).map(Target::Operation)
        }
    };
    let other = match &args.diff {
        None => None,
        Some(file) => Some(solution_plan(prepared, file)?),
    };
    asked(args, &question.problem, plan, target, other)
}

/// What was asked about an instance's plan.
pub(super) fn of_instance(
    args: &Args,
    instance: &PublicInstance,
    problem: &Problem,
    plan: &Plan,
) -> Result<Asked> {
    let operation = |job: usize, place: usize| {
        let mut of_job = problem.operations.iter().enumerate().filter(|it| it.1.job == job);
        of_job.nth(place).map(|it| it.0)
    };
    let target = |text: &str| match text.split_once('/') {
        None => text.parse().ok().filter(|it| *it < problem.jobs.len()).map(Target::Job),
        Some((job, place)) => {
            operation(job.parse().ok()?, place.parse().ok()?).map(Target::Operation)
        }
    };
    let other = match &args.diff {
        None => None,
        Some(file) => {
            let answer = public::read_answer(file)?;
            Some(instance.plan(&answer).ok_or_else(|| other_plan(file))?)
        }
    };
    asked(args, problem, plan, target, other)
}

fn asked(
    args: &Args,
    problem: &Problem,
    plan: &Plan,
    target: impl Fn(&str) -> Option<Target>,
    other: Option<Plan>,
) -> Result<Asked> {
    let find = |text: &String| {
        target(text).ok_or_else(|| {
            let message = format!("there is no order or operation `{text}` in this plan");
            let help = "write an order, or ORDER/OPERATION; jobs of an instance are numbers from 0";
            Failure::error("W716", message, help)
        })
    };
    let why = args.why.as_ref().map(find).transpose()?;
    let remedies = match args.remedies.as_ref().map(find).transpose()? {
        None => None,
        Some(target) => {
            let job = match target {
                Target::Job(job) => job,
                Target::Operation(index) => problem.operations.get(index).map_or(0, |it| it.job),
            };
            let steps = args.steps.unwrap_or(TRIAL_STEPS);
            let found = remedies(problem, plan, job, steps).map_err(|error| {
                let message = format!("the problem cannot be planned: {error}");
                Failure::error(error.code(), message, error.help())
            })?;
            Some((job, found))
        }
    };
    Ok(Asked { why, remedies, other })
}

/// A plan that `--out` wrote for this solution: what it no longer has is left out.
fn solution_plan(prepared: &Prepared, file: &Path) -> Result<Plan> {
    let text = public::read(file)?;
    let question = &prepared.question;
    let names = question.names.iter().enumerate();
    let places: BTreeMap<(&str, &str), usize> = names
        .map(|(index, it)| ((it.operation.order.as_str(), it.operation.operation.as_str()), index))
        .collect();
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|_| other_plan(file))?;
    let operations = value
        .get("operations")
        .and_then(serde_json::Value::as_array)
        .ok_or_else(|| other_plan(file))?;
    let mut plan = Plan { operations: vec![None; question.names.len()], branches: Vec::new() };
    let mut known = 0;
    for it in operations {
        let text = |key: &str| it.get(key)?.as_str();
        let (Some(order), Some(operation)) = (text("order"), text("operation")) else {
            return Err(other_plan(file));
        };
        let Some(index) = places.get(&(order, operation)).copied() else { continue };
        known += 1;
        let instant = |key: &str| Timestamp::parse(text(key)?);
        let mode = it.get("mode").and_then(serde_json::Value::as_u64).and_then(|mode| {
            let modes = &question.names.get(index)?.modes;
            modes.iter().position(|it| *it as u64 == mode)
        });
        if let (Some(mode), Some(start), Some(end)) = (mode, instant("start"), instant("end"))
            && let Some(slot) = plan.operations.get_mut(index)
        {
            *slot = Some(Scheduled { mode, start, end });
        }
    }
    if known == 0 { Err(other_plan(file)) } else { Ok(plan) }
}

fn other_plan(file: &Path) -> anyhow::Error {
    let message = format!("{} is no plan of this problem", file.display());
    Failure::error("W717", message, "name a file that `weft plan --out` wrote for it")
}
