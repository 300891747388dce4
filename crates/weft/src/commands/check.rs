//! `weft check`: all problems of a solution folder.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;
use weft_model::text;

use crate::output::{note, print};
use crate::solution::{self, plural};

/// Exit code 0 when there are no problems, 1 when there are.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The solution folder
    folder: PathBuf,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let files = solution::read(&args.folder)?;
    let (solution, problems) = match text::load(&files) {
        Ok(solution) => (Some(solution), Vec::new()),
        Err(problems) => (None, problems),
    };
    if args.json {
        let problems: Vec<_> = problems
            .iter()
            .map(|problem| {
                json!({
                    "file": &*problem.at.file,
                    "line": problem.at.line,
                    "column": problem.at.column,
                    "field": problem.at.field,
                    "code": problem.code,
                    "message": problem.message,
                    "help": problem.help,
                })
            })
            .collect();
        let answer = json!({ "ok": problems.is_empty(), "problems": problems });
        print(&format!("{answer:#}\n"));
    } else if let Some(solution) = &solution {
        let operations: usize = solution.routes.values().map(|route| route.operations.len()).sum();
        print(&format!(
            "{}: no problems ({} resources, {} offers, {} routes with {operations} operations, {} orders)\n",
            args.folder.display(),
            solution.resources.len(),
            solution.offers.len(),
            solution.routes.len(),
            solution.orders.len(),
        ));
    } else {
        solution::report(&problems);
        note(&format!(
            "{}: {} problem{}",
            args.folder.display(),
            problems.len(),
            plural(problems.len())
        ));
    }
    Ok(if solution.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
