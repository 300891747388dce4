//! `weft twin`: a plant in simulated time; `weft twin edge`: its machines alone, for any broker.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use serde_json::json;
use weft_account::{Ledger, Scope};
use weft_engine::{Calendars, Settings};
use weft_journal::Chain;
use weft_model::Millis;
use weft_twin::{Faults, World};

use crate::edge::{self, EdgePlan};
use crate::output::{Failure, note, print, progress};
use crate::solution;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    simulate: Option<Simulate>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run the solution's virtual machines as Sparkplug edge nodes against a broker
    Edge(EdgeArgs),
}

#[derive(Debug, clap::Args)]
struct Simulate {
    /// The solution folder
    folder: PathBuf,
    /// How many days to simulate at most; ends when every order is closed
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct EdgeArgs {
    /// The solution folder
    folder: PathBuf,
    /// The broker
    #[arg(long, default_value = "mqtt://127.0.0.1:1883")]
    mqtt: String,
    /// How much faster than the world the plant's clock runs
    #[arg(long, default_value_t = 1.0, value_parser = crate::commands::run::parse_speed)]
    speed: f64,
    /// Seed of everything the machines draw
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the machines keep what survives a restart
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match (args.command, args.simulate) {
        (Some(Command::Edge(args)), _) => run_edge(args),
        (None, Some(args)) => simulate(&args),
        (None, None) => {
            Err(Failure::error("W705", "no solution folder was named", "see weft twin --help"))
        }
    }
}

fn simulate(args: &Simulate) -> Result<ExitCode> {
    let solution = Arc::new(solution::load(&args.folder)?);
    let clock = Instant::now();
    let begin = solution.twin.start;
    let until = begin + Millis::DAY.times(args.days);
    let mut world = World::new(Arc::clone(&solution), Settings::default(), args.seed);
    let mut chain = Chain::default();
    let mut ledger = Ledger::default();
    let mut summary = world.summary();
    let bar = progress(args.days.into());
    for day in 1..=args.days {
        let evening = begin + Millis::DAY.times(day);
        summary = world.run(Faults::NONE, evening.min(until), &mut |events| {
            for recorded in events {
                chain.extend(recorded);
                ledger.heed(recorded);
            }
        });
        bar.set_position(u64::from(day));
        bar.set_message(format!(
            "day {day}: {} of {} orders completed, {} events",
            summary.completed, summary.orders, summary.events
        ));
        if world.is_done() {
            break;
        }
    }
    bar.finish_and_clear();
    if let Err(breach) = world.check() {
        let help = "keep the seed and the solution: this is a fault in weft";
        return Err(Failure::error("W706", format!("an invariant does not hold: {breach}"), help));
    }
    let calendars = Calendars::new(Arc::clone(&solution), begin, begin);
    let resources = solution.resources.values().filter_map(|resource| {
        Some((&resource.id, (resource.capacity, calendars.times().get(&resource.id)?)))
    });
    let scope =
        Scope { resources: resources.collect(), whole: true, from: begin, to: summary.until };
    let account = ledger.account(&scope);
    if args.json {
        let figures: serde_json::Map<_, _> = account
            .figures
            .iter()
            .map(|figure| {
                (figure.id.to_owned(), json!({ "value": figure.value, "unit": figure.unit }))
            })
            .collect();
        let utilisation: serde_json::Map<_, _> = account
            .utilisation
            .iter()
            .map(|line| (line.resource.to_string(), json!(line.figure.value)))
            .collect();
        let answer = json!({
            "solution": solution.id.as_str(),
            "seed": args.seed,
            "from": begin.to_string(),
            "until": summary.until.to_string(),
            "seconds": clock.elapsed().as_secs_f64(),
            "events": summary.events,
            "orders": summary.orders,
            "orders_completed": summary.completed,
            "orders_cancelled": summary.cancelled,
            "operations_finished": summary.operations,
            "plans_adopted": summary.plans,
            "messages": summary.messages,
            "figures": figures,
            "utilisation_percent": utilisation,
            "journal_hash": chain.to_hex(),
        });
        print(&format!("{answer:#}\n"));
    } else {
        let mut text = format!(
            "{} from {begin} to {}, seed {}\n\n",
            solution.title.en, summary.until, args.seed
        );
        for figure in &account.figures {
            let value = figure.value.map_or("-".to_owned(), |value| format!("{value:.1}"));
            let _ = writeln!(text, "{:24}{value:>10} {}", figure.id, unit(figure.unit));
        }
        let _ = writeln!(
            text,
            "\n{} events, {} plans, {} messages in {:.1} s; journal hash {}",
            summary.events,
            summary.plans,
            summary.messages,
            clock.elapsed().as_secs_f64(),
            chain.to_hex()
        );
        print(&text);
    }
    Ok(ExitCode::SUCCESS)
}

fn unit(unit: &str) -> &str {
    if unit == "1" { "" } else { unit }
}

fn run_edge(args: EdgeArgs) -> Result<ExitCode> {
    crate::commands::run::start_log();
    let solution = Arc::new(solution::load(&args.folder)?);
    let begin = solution.twin.start;
    let plan = EdgePlan {
        url: args.mqtt,
        data: args
            .data
            .unwrap_or_else(|| crate::commands::run::default_data(&solution).join("machines")),
        speed: args.speed,
        seed: args.seed,
        begin,
        switches: tokio::sync::broadcast::Sender::new(1),
        solution,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let machines = edge::start(plan, &stopped)?;
        note("machines are running; stop them with Ctrl-C");
        crate::commands::run::asked_to_stop().await;
        let _ = stop.send(true);
        machines.ended().await;
        Ok(ExitCode::SUCCESS)
    })
}
