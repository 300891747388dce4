//! `weft plan`: plans the orders of a solution, says what is late and why, draws it, and holds it
//! against what really happened.

mod compare;
mod prepare;
mod render;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Result;
use weft_plan::{Search, Status};

use crate::output::{Failure, note, print, progress};
use crate::solution;

use self::prepare::Prepared;

/// Steps between two looks at the clock.
const SLICE: u64 = 50;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The solution folder
    folder: PathBuf,
    /// How long to look for a better plan, in seconds
    #[arg(long, default_value_t = 10.0, value_parser = parse_seconds)]
    seconds: f64,
    /// Take so many steps instead, whatever the time: the same seed gives the same plan
    #[arg(long, conflicts_with = "seconds")]
    steps: Option<u64>,
    /// Seed of what the planner draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep every operation on the resource that did it, where history.csv says so
    #[arg(long)]
    as_recorded: bool,
    /// Let the independent checker judge the plan; exit code 1 when it finds a fault
    #[arg(long)]
    verify: bool,
    /// Draw the plan as a Gantt chart
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// A plan with what is known about it.
pub(crate) struct Planned {
    pub(crate) prepared: Prepared,
    pub(crate) search: Search,
    pub(crate) status: Status,
    pub(crate) seconds: f64,
    pub(crate) faults: Option<Vec<String>>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let begun = Instant::now();
    let solution = Arc::new(solution::load(&args.folder)?);
    let prepared = Prepared::new(solution, args.as_recorded)?;
    let interrupted = heed_interrupts()?;
    let mut search = Search::new(&prepared.question.problem, args.seed, None).map_err(|error| {
        let message = format!("the problem cannot be planned: {error}");
        Failure::error(error.code(), message, "run `weft check` on the solution")
    })?;
    let status = improve(args, &mut search, begun, &interrupted);
    let faults = args.verify.then(|| {
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
    if args.json {
        print(&format!("{:#}\n", render::json(&planned)));
    } else {
        print(&render::text(&planned));
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Improves until time or steps are used up, nothing better exists, or someone presses Ctrl-C; a plan is
/// there from the beginning.
fn improve(args: &Args, search: &mut Search, begun: Instant, interrupted: &AtomicBool) -> Status {
    let bar = progress(args.steps.unwrap_or((args.seconds * 1_000.0) as u64));
    let mut status = search.status();
    while status == Status::Running && !interrupted.load(Ordering::Relaxed) {
        let left = match args.steps {
            Some(steps) => steps.saturating_sub(search.steps()).min(SLICE),
            None if begun.elapsed().as_secs_f64() < args.seconds => SLICE,
            None => 0,
        };
        if left == 0 {
            break;
        }
        status = search.run(left);
        let cost = search.cost();
        bar.set_position(match args.steps {
            Some(_) => search.steps(),
            None => (begun.elapsed().as_secs_f64() * 1_000.0) as u64,
        });
        bar.set_message(format!(
            "ends after {}, late in sum {:.0} h, step {}",
            cost.makespan,
            cost.tardiness as f64 / 3_600_000.0,
            search.steps()
        ));
    }
    bar.finish_and_clear();
    if interrupted.load(Ordering::Relaxed) {
        note("interrupted: this is the best plan so far");
    }
    status
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
