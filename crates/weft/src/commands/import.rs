//! `weft import`: a solution out of other systems' data.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde_json::json;
use weft_import::{Alternatives, Columns, Options, Severity, import_log};
use weft_model::text;

use crate::output::{Failure, print};
use crate::solution;

/// A log is read at most up to this size: more than any one plant writes in years.
const LOG_BYTES_MAX: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a solution out of an event log: CSV or XES, plain or gzipped
    Log(Box<LogArgs>),
}

#[derive(Debug, clap::Args)]
struct LogArgs {
    /// The log
    file: PathBuf,
    /// Where to write the solution; a new or empty folder
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Write into a folder that has files already
    #[arg(long)]
    force: bool,
    /// Print the report as JSON instead of text
    #[arg(long)]
    json: bool,
    /// Id of the solution; from the file name when left out
    #[arg(long)]
    id: Option<String>,
    /// What people call it
    #[arg(long)]
    title: Option<String>,
    /// What people call it, in Chinese
    #[arg(long)]
    title_zh: Option<String>,
    /// Where the log comes from and under which licence
    #[arg(long, default_value = "")]
    source: String,
    /// Time zone of the log's local times, such as Europe/Berlin; as written when left out
    #[arg(long)]
    time_zone: Option<String>,
    /// Keep every operation on the resource that did it
    #[arg(long)]
    as_recorded: bool,
    #[command(flatten)]
    columns: ColumnArgs,
}

/// Columns are found by name and content; what is given here is taken instead.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Columns")]
struct ColumnArgs {
    /// The order
    #[arg(long, value_name = "COLUMN")]
    case: Option<String>,
    /// What was done
    #[arg(long, value_name = "COLUMN")]
    activity: Option<String>,
    /// Where it was done
    #[arg(long, value_name = "COLUMN")]
    resource: Option<String>,
    /// When it began
    #[arg(long, value_name = "COLUMN")]
    start: Option<String>,
    /// When it ended
    #[arg(long, value_name = "COLUMN")]
    end: Option<String>,
    /// Working time
    #[arg(long, value_name = "COLUMN")]
    work: Option<String>,
    /// Pieces ordered
    #[arg(long, value_name = "COLUMN")]
    quantity: Option<String>,
    /// What was made
    #[arg(long, value_name = "COLUMN")]
    part: Option<String>,
    /// Who did it
    #[arg(long, value_name = "COLUMN")]
    worker: Option<String>,
    /// What the row reports (set-up, done)
    #[arg(long, value_name = "COLUMN")]
    report: Option<String>,
    /// Pieces done in the step
    #[arg(long, value_name = "COLUMN")]
    completed: Option<String>,
    /// Pieces thrown away
    #[arg(long, value_name = "COLUMN")]
    scrap: Option<String>,
    /// Pieces set aside for a decision
    #[arg(long, value_name = "COLUMN")]
    set_aside: Option<String>,
    /// Marks rework
    #[arg(long, value_name = "COLUMN")]
    rework: Option<String>,
    /// Life cycle: start, complete
    #[arg(long, value_name = "COLUMN")]
    lifecycle: Option<String>,
    /// Instance of an activity that a life cycle event belongs to
    #[arg(long, value_name = "COLUMN")]
    instance: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let Command::Log(args) = &args.command;
    let is_used = fs::read_dir(&args.out).is_ok_and(|mut entries| entries.next().is_some());
    if is_used && !args.force {
        let message = format!("{} has files in it", args.out.display());
        return Err(Failure::error("W703", message, "name a new folder, or add --force"));
    }
    let size = fs::metadata(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?
        .len();
    if LOG_BYTES_MAX < size {
        let message = format!("{} has {} MiB", args.file.display(), size >> 20);
        return Err(Failure::error("W704", message, "split the log by time, or gzip it"));
    }
    let bytes =
        fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let imported = import_log(&bytes, &args.file.display().to_string(), &options(args))?;
    let files = imported.files();
    solution::write(&args.out, &files)?;

    let problems = text::check(&solution::read(&args.out)?);
    if args.json {
        let report = &imported.report;
        let answer = json!({
            "folder": args.out.display().to_string(),
            "figures": report.figures.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "findings": report.findings.iter().map(|finding| json!({
                "code": finding.code,
                "severity": match finding.severity {
                    Severity::Found => "found",
                    Severity::Assumed => "assumed",
                    Severity::Dropped => "dropped",
                },
                "text": finding.text,
                "count": finding.count,
                "of": finding.of,
                "overrule": finding.overrule,
                "examples": finding.examples.iter()
                    .map(|example| json!({ "line": example.line, "text": example.text }))
                    .collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "problems": problems.len(),
        });
        print(&format!("{answer:#}\n"));
    } else {
        print(&format!("{}\n", imported.report.to_markdown()));
        print(&format!("written to {}: {} files\n", args.out.display(), files.len()));
    }
    solution::report(&problems);
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn options(args: &LogArgs) -> Options {
    let columns = &args.columns;
    Options {
        columns: Columns {
            case: columns.case.clone(),
            activity: columns.activity.clone(),
            resource: columns.resource.clone(),
            start: columns.start.clone(),
            end: columns.end.clone(),
            work: columns.work.clone(),
            quantity: columns.quantity.clone(),
            part: columns.part.clone(),
            worker: columns.worker.clone(),
            report: columns.report.clone(),
            completed: columns.completed.clone(),
            scrap: columns.scrap.clone(),
            set_aside: columns.set_aside.clone(),
            rework: columns.rework.clone(),
            lifecycle: columns.lifecycle.clone(),
            instance: columns.instance.clone(),
        },
        id: args.id.clone(),
        title_en: args.title.clone(),
        title_zh: args.title_zh.clone(),
        time_zone: args.time_zone.clone(),
        source: args.source.clone(),
        alternatives: if args.as_recorded {
            Alternatives::AsRecorded
        } else {
            Alternatives::ByEvidence
        },
        ..Options::default()
    }
}
