//! `weft plan`: plans the orders of a solution, says what is late and why, draws it, and holds it
//! against what really happened.

mod asked;
mod compare;
mod crew;
mod prepare;
mod public;
mod render;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use weft_plan::formats::Format;
use weft_plan::{Search, Status};

use crate::output::{Failure, print};
use crate::solution;

use self::crew::Limit;
use self::prepare::Prepared;
use self::why::Subject;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The solution folder, or a file in a public format: job shop, flexible job shop, Patterson, PSPLIB, flow
    /// shop with setups
    #[arg(value_name = "FOLDER|FILE")]
    path: PathBuf,
    /// The format of a file that does not tell: jobshop, fjsp, rcp, psplib, sdst
    #[arg(long)]
    format: Option<Format>,
    /// How long the command may take, in seconds: it looks for a better plan until then
    #[arg(long, default_value_t = 10.0, value_parser = parse_seconds)]
    seconds: f64,
    /// Take so many steps on each thread instead, whatever the time: the same seed gives the same plan
    #[arg(long, conflicts_with = "seconds")]
    steps: Option<u64>,
    /// Threads that search [default: one for each core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Seed of what the planner draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep every operation on the resource that did it, where history.csv says so
    #[arg(long)]
    as_recorded: bool,
    /// Let the independent checker judge the plan; exit code 1 when it finds a fault. With `=PLAN` it judges
    /// that file, which `--out` once wrote, and nothing is planned
    #[arg(long, value_name = "PLAN", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    verify: Option<Verify>,
    /// Write the plan to a file, as JSON
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Say why an order, or one operation of it, is where it is, back to what can be acted on. In an instance a job
    /// is a number from 0
    #[arg(long, value_name = "ORDER[/OPERATION]")]
    why: Option<String>,
    /// Say what would make a late order be in time; plans again for each change that is tried (--steps each), after
    /// --seconds are over
    #[arg(long, value_name = "ORDER")]
    remedies: Option<String>,
    /// Say what is different from a plan that `--out` wrote before
    #[arg(long, value_name = "PLAN")]
    diff: Option<PathBuf>,
    /// Draw the plan as a Gantt chart
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Whose plan is judged.
#[derive(Debug, Clone)]
enum Verify {
    /// The one just made.
    Own,
    /// The one in this file.
    File(PathBuf),
}

impl From<&str> for Verify {
    fn from(file: &str) -> Self {
        if file.is_empty() { Self::Own } else { Self::File(file.into()) }
    }
}

/// A plan with what is known about it.
pub(crate) struct Planned {
    pub(crate) prepared: Prepared,
    pub(crate) search: Search,
    pub(crate) status: Status,
    pub(crate) seconds: f64,
    pub(crate) faults: Option<Vec<String>>,
}

impl Args {
    fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, usize::from)
    }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let begun = Instant::now();
    if args.path.is_file() {
        return public::run(args, &args.path, begun);
    }
    if let Some(Verify::File(_)) = &args.verify {
        let message = "only plans of instances in public formats are judged from a file";
        return Err(Failure::error("W715", message, "name the instance, or leave out `=PLAN`"));
    }
    let solution = Arc::new(solution::load(&args.path)?);
    let prepared = Prepared::new(solution, args.as_recorded)?;
    let interrupted = heed_interrupts()?;
    let first = Search::new(&prepared.question.problem, args.seed, None).map_err(|error| {
        let message = format!("the problem cannot be planned: {error}");
        Failure::error(error.code(), message, "run `weft check` on the solution")
    })?;
    let limit = match args.steps {
        Some(steps) => Limit::Steps(steps),
        None => Limit::Until(begun + Duration::from_secs_f64(args.seconds)),
    };
    let describe = |search: &Search| {
        let cost = search.cost();
        let late = cost.tardiness as f64 / 3_600_000.0;
        format!("ends after {}, late in sum {late:.0} h, step {}", cost.makespan, search.steps())
    };
    let search = crew::improve(first, args.threads(), args.seed, limit, &interrupted, describe);
    let status = search.status();
    let faults = args.verify.is_some().then(|| {
        weft_plan::check(&prepared.question.problem, search.best())
            .iter()
            .map(|fault| format!("{fault} [{}]", fault.code()))
            .collect::<Vec<_>>()
    });
    let is_sound = faults.as_ref().is_none_or(Vec::is_empty);
    let seconds = begun.elapsed().as_secs_f64();
    let planned = Planned { prepared, search, status, seconds, faults };
    if let Some(file) = &args.svg {
        std::fs::write(file, render::svg(&planned)).map_err(|error| {
            let message = format!("cannot write {}: {error}", file.display());
            Failure::error("W711", message, "name a file that may be written")
        })?;
    }
    let (prepared, plan) = (&planned.prepared, planned.search.best());
    let asked = asked::of_solution(args, prepared, plan)?;
    asked::with_names(prepared, |names| {
        let subject = Subject { problem: &prepared.question.problem, plan, names };
        if let Some(out) = &args.out {
            let answer = format!("{:#}\n", render::json(&planned, &subject));
            public::write(out, answer.as_bytes())?;
        }
        if args.json {
            let mut answer = render::json(&planned, &subject);
            subject.add_json(&asked, &mut answer);
            print(&format!("{answer:#}\n"));
        } else {
            print(&render::text(&planned, &subject));
            print(&subject.text(&asked));
        }
        anyhow::Ok(())
    })?;
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A flag that Ctrl-C raises. A second Ctrl-C ends the program at once.
fn heed_interrupts() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&interrupted);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("interrupts".to_owned()).spawn(move || {
        runtime.block_on(async {
            crate::commands::run::asked_to_stop().await;
            raised.store(true, Ordering::Relaxed);
            crate::commands::run::asked_to_stop().await;
            std::process::exit(130);
        });
    })?;
    Ok(interrupted)
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("give seconds from 0 to 86400, such as 10".to_owned()),
    }
}
