//! `weft`: the command line that puts the rooms together.

mod commands;
mod edge;
mod output;
mod solution;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Weftline sees a request through: configure, plan, run, record, account.
#[derive(Debug, Parser)]
#[command(name = "weft", version, propagate_version = true, max_term_width = 100)]
#[command(
    about = "Weftline: from an order to a thing made and accounted for, on the machines there are"
)]
struct Weft {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a solution folder and report all problems
    Check(commands::check::Args),
    /// Make a solution out of other systems' data
    Import(commands::import::Args),
    /// Plan the orders of a solution
    Plan(commands::plan::Args),
    /// Run a plant: plan, dispatch to machines, record, serve the console
    Run(commands::run::Args),
    /// Run a plant in simulated time, or its virtual machines alone
    Twin(commands::twin::Args),
    /// Look into the journal of a plant
    Journal(commands::journal::Args),
    /// Print the API's OpenAPI document
    Openapi,
}

fn main() -> ExitCode {
    let result = match Weft::parse().command {
        Command::Check(args) => commands::check::run(&args),
        Command::Import(args) => commands::import::run(&args),
        Command::Plan(args) => commands::plan::run(&args),
        Command::Run(args) => commands::run::run(args),
        Command::Twin(args) => commands::twin::run(args),
        Command::Journal(args) => commands::journal::run(&args),
        Command::Openapi => {
            output::print(&format!("{}\n", weft_serve::openapi()));
            Ok(ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| {
        output::error(&error);
        ExitCode::FAILURE
    })
}
