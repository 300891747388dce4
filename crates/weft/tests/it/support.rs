//! What the tests share: the binary, a plant that runs, and ways to speak to it and look at it.

pub(crate) mod client;
pub(crate) mod history;
pub(crate) mod mqtt;
pub(crate) mod plant;
pub(crate) mod random;
pub(crate) mod solution;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// The program under test.
pub(crate) fn weft() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weft"));
    command.env_remove("WEFT_LOG").current_dir(root(""));
    command
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    weft().args(args).output().unwrap()
}

/// Runs the program to its end, which must be a good one with JSON on standard output.
pub(crate) fn run_json(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A path from the root of the repository.
pub(crate) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// How often to do what is drawn: as often as said here, or as `WEFT_RUNS` says.
pub(crate) fn runs(usual: usize) -> usize {
    std::env::var("WEFT_RUNS").map_or(usual, |runs| runs.parse().expect("WEFT_RUNS is a number"))
}

/// Asks again until there is an answer; fails when there is none in time.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
