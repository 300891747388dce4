//! `weft journal`: looking into the journal of a plant.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;
use weft_journal::{JournalError, verify_telling};
use weft_run::OrderStatus;

use crate::output::{counting, print};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Go through all of history again and name the first bad event
    Verify {
        /// The data folder of the plant
        folder: PathBuf,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let Command::Verify { folder, json } = &args.command;
    let bar = counting("events");
    let verified = verify_telling(folder, &mut |sequence| bar.set_position(sequence));
    bar.finish_and_clear();
    match verified {
        Ok(verified) => {
            let completed = verified
                .state
                .orders
                .values()
                .filter(|order| order.status == OrderStatus::Completed)
                .count();
            let orders = verified.state.orders.len();
            if *json {
                let answer = json!({
                    "ok": true,
                    "events": verified.events,
                    "journal_hash": verified.hash,
                    "orders": orders,
                    "orders_completed": completed,
                    "until": verified.state.at.to_string(),
                });
                print(&format!("{answer:#}\n"));
            } else {
                print(&format!(
                    "{} events, {orders} orders ({completed} completed), until {}: sound\nhash {}\n",
                    verified.events, verified.state.at, verified.hash
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error @ JournalError::Damaged { .. }) if *json => {
            let JournalError::Damaged { sequence, why } = &error else { return Err(error.into()) };
            let answer = json!({
                "ok": false, "first_bad_event": sequence, "why": why, "code": error.code(),
            });
            print(&format!("{answer:#}\n"));
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}
