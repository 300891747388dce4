//! `weft plan FILE`: an instance in one of the public formats instead of a solution.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use weft_plan::formats::{self, Answer, PublicInstance};
use weft_plan::{Plan, Problem, Search, Status};

use crate::output::{Failure, print};

use super::crew::{self, Limit};
use super::why::{Asked, Subject};
use super::{Args, Verify, asked, heed_interrupts};

/// Time that is kept to write down a plan: so much, and so much for each operation.
const WRITING: (Duration, Duration) = (Duration::from_millis(15), Duration::from_nanos(1_200));
/// What is asked about a plan is looked up in the problem: one with so many operations is kept in any case.
const KEPT_MAX: usize = 20_000;
/// How many faults are shown.
const FAULTS_SHOWN: usize = 20;

pub(crate) fn run(args: &Args, file: &Path, begun: Instant) -> Result<ExitCode> {
    let name = file.display().to_string();
    let text = read(file)?;
    let format = match args.format {
        Some(format) => format,
        None => formats::detect(&name, &text).map_err(|error| wrong(&name, &error))?,
    };
    let instance = formats::read(format, &text).map_err(|error| wrong(&name, &error))?;
    if let Some(Verify::File(answer)) = &args.verify {
        return judge(&instance, answer, args.json);
    }
    drop(text);
    let interrupted = heed_interrupts()?;
    let problem = instance.problem();
    let first = Search::new(&problem, args.seed, None).map_err(|error| {
        let message = format!("{name}: the problem cannot be planned: {error}");
        Failure::error(error.code(), message, error.help())
    })?;
    // A large problem is not kept while nobody asks about it.
    let wants = args.why.is_some() || args.remedies.is_some() || args.diff.is_some();
    let is_small = instance.operations() <= KEPT_MAX;
    let problem = (wants || is_small).then_some(problem);
    let operations = u32::try_from(instance.operations()).unwrap_or(u32::MAX);
    let writing = WRITING.0 + WRITING.1.saturating_mul(operations);
    let seconds = Duration::from_secs_f64(args.seconds).saturating_sub(writing);
    let limit = args.steps.map_or(Limit::Until(begun + seconds), Limit::Steps);
    let describe = |search: &Search| {
        let bound = search.lower_bound().makespan.get();
        format!("{}, no plan is below {bound}", search.cost().makespan.get())
    };
    let search = crew::improve(first, args.threads(), args.seed, limit, &interrupted, describe);
    let bound = search.lower_bound().makespan.get();
    let Some(answer) = instance.answer(search.best(), bound) else {
        let mut message = format!("{name}: no plan was found in which everything has a place");
        for (index, line) in problem.iter().flat_map(|it| clash(it, search.best())).enumerate() {
            let _ = write!(message, "{}{line}", if index == 0 { "; " } else { "\n  - " });
        }
        return Err(Failure::error(
            "W712",
            message,
            "change one of these, or give it more time with --seconds",
        ));
    };
    let asked = match &problem {
        Some(problem) => asked::of_instance(args, &instance, problem, search.best())?,
        None => Asked::default(),
    };
    if let Some(out) = &args.out {
        let mut bytes = Vec::with_capacity(100 * answer.operations.len() + 100);
        formats::write_json(&answer, &mut bytes);
        write(out, &bytes)?;
    }
    let faults = args.verify.is_some().then(|| faults(&instance, &answer));
    let is_sound = faults.as_ref().is_none_or(Vec::is_empty);
    let is_proved = search.status() == Status::Proved && answer.objective == bound;
    let seconds = begun.elapsed().as_secs_f64();
    if args.json {
        let mut line = json!({
            "format": format.name(),
            "objective": answer.objective,
            "lower_bound": bound,
            "proved": is_proved,
            "seconds": seconds,
            "steps": search.steps(),
            "operations": answer.operations.len(),
            "faults": faults,
        });
        if let Some(problem) = &problem {
            asked::with_numbers(problem, |names| {
                Subject { problem, plan: search.best(), names }.add_json(&asked, &mut line);
            });
        }
        print(&format!("{line:#}\n"));
    } else {
        let proved = if is_proved { ", proved best" } else { "" };
        print(&format!(
            "{name} ({format}): {} operations\nmakespan {}, no plan is below {bound}{proved}; {} steps in {seconds:.1} s\n",
            answer.operations.len(),
            answer.objective,
            search.steps(),
        ));
        if let Some(faults) = &faults {
            print(&verdict(faults));
        }
        if let Some(problem) = &problem {
            asked::with_numbers(problem, |names| {
                print(&Subject { problem, plan: search.best(), names }.text(&asked));
            });
        }
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Judges the plan in a file.
fn judge(instance: &PublicInstance, file: &Path, json: bool) -> Result<ExitCode> {
    let name = file.display().to_string();
    let answer = read_answer(file)?;
    let faults = faults(instance, &answer);
    if json {
        let line = json!({
            "objective": answer.objective,
            "lower_bound": answer.lower_bound,
            "operations": answer.operations.len(),
            "faults": faults,
        });
        print(&format!("{line:#}\n"));
    } else {
        print(&format!("{name}: makespan {}\n{}", answer.objective, verdict(&faults)));
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// An answer in a file.
pub(super) fn read_answer(file: &Path) -> Result<Answer> {
    formats::read_json(&read(file)?).map_err(|error| wrong(&file.display().to_string(), &error))
}

/// The constraints that leave something without a place.
fn clash(problem: &Problem, plan: &Plan) -> Vec<String> {
    asked::with_numbers(problem, |names| {
        let lines = Subject { problem, plan, names }.clash();
        lines.into_iter().map(|it| it.en).collect()
    })
}

fn faults(instance: &PublicInstance, answer: &Answer) -> Vec<String> {
    let faults = formats::verify(instance, answer);
    faults.iter().map(|fault| format!("{fault} [{}]", fault.code())).collect()
}

fn verdict(faults: &[String]) -> String {
    if faults.is_empty() {
        return "verified: the independent checker finds no fault\n".to_owned();
    }
    let mut text = format!("the independent checker finds {} faults:\n", faults.len());
    for fault in faults.iter().take(FAULTS_SHOWN) {
        let _ = writeln!(text, "  {fault}");
    }
    text
}

pub(super) fn read(file: &Path) -> Result<String> {
    let unreadable = |why: String| {
        let message = format!("cannot read {}: {why}", file.display());
        Failure::error("W713", message, "name a text file that may be read")
    };
    let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| unreadable("it is not text in UTF-8".to_owned()))
}

pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(file, bytes).map_err(|error| {
        let message = format!("cannot write {}: {error}", file.display());
        Failure::error("W714", message, "name a file that may be written")
    })
}

fn wrong(name: &str, error: &formats::FormatError) -> anyhow::Error {
    Failure::error(error.code(), format!("{name}: {error}"), error.help())
}
