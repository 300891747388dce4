//! The rules of the house, held by tests: who may see whom, what the core must not touch, and that the
//! papers say what the program does. Quick, without network; needs `git` and `cargo`.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod arrows;
mod commands;
mod files;
mod licences;
mod papers;
mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace is two folders up")
}

/// A text file of the workspace.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a program prints when it is run in the workspace.
fn output(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(root()).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {errors}", args.join(" "));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What `cargo` prints. Without network: everything that was built is there.
fn cargo(args: &[&str]) -> String {
    output(env!("CARGO"), args)
}

/// Every file that git keeps, and those that it would keep if they were added.
fn kept_files() -> Vec<String> {
    let listed = output("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let mut files: Vec<String> = listed.split_terminator('\0').map(str::to_owned).collect();
    // A file that was moved or removed and not yet committed is still in the list.
    files.retain(|file| root().join(file).symlink_metadata().is_ok());
    files
}

/// The rows of the tables in a page of Markdown, each with its cells. Headings and rules are no rows.
fn table_rows(page: &str) -> impl Iterator<Item = Vec<&str>> {
    page.lines()
        .filter_map(|line| line.trim().strip_prefix('|')?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect())
}

/// What stands in backticks.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Fails with all complaints, one a line.
fn assert_none(complaints: &[String], rule: &str) {
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}
