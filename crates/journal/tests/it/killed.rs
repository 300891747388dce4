//! Killed in the middle of what it does, the journal has lost nothing that it acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use weft_engine::{OutboxChange, Outcome};
use weft_journal::{Journal, verify};
use weft_model::job_control::{JobCommand, JobMethod};
use weft_run::{State, apply};

use crate::{command, events};

/// Set for the process that is going to be killed: the folder of its journal.
const FOLDER: &str = "WEFT_TEST_KILLED_FOLDER";
const KILLS: usize = 20;

/// The command that is in the outbox from the event with this number to the next commit.
fn command_of(sequence: u64) -> JobCommand {
    JobCommand {
        job_order: weft_model::OperationRef::new("o", "cut").job_order(sequence as u32),
        ..command()
    }
}

/// Commits for as long as it lives, a few events at a time, each time with one command more in the outbox
/// and the one before answered, and says the number of the last event when it has been kept.
fn commit_until_killed(folder: &Path) {
    let all = events(4_000);
    let mut journal = Journal::open(folder, "test").unwrap();
    let loaded = journal.load().unwrap();
    let mut state = loaded.snapshot.unwrap_or_else(|| State::new([("saw".into(), 1)]));
    for recorded in &loaded.events {
        apply(&mut state, recorded);
    }
    let mut out = std::io::stdout().lock();
    loop {
        let before = state.sequence;
        let count = 1 + before as usize % 3;
        let next = all[before as usize..][..count].to_vec();
        for recorded in &next {
            apply(&mut state, recorded);
        }
        let mut outbox = vec![OutboxChange::Added(command_of(state.sequence))];
        if 0 < before {
            let job_order = command_of(before).job_order;
            outbox.push(OutboxChange::Answered(job_order, JobMethod::Abort));
        }
        journal.commit(&Outcome { events: next, outbox, ..Outcome::default() }).unwrap();
        writeln!(out, "kept {}", state.sequence).unwrap();
        out.flush().unwrap();
        if state.sequence.is_multiple_of(7) {
            journal.snapshot(&state).unwrap();
        }
    }
}

/// Not a test of its own: what [`nothing_acknowledged_is_lost`] starts and kills.
#[test]
fn the_one_that_is_killed() {
    if let Ok(folder) = std::env::var(FOLDER) {
        commit_until_killed(Path::new(&folder));
    }
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_one_that_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let all = events(4_000);
    let mut acknowledged = 0;
    for kill in 0..KILLS {
        let mut child = start(folder.path());
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let number = |line: String| line.strip_prefix("kept ")?.parse::<u64>().ok();
        // The child does not wait for us: the moment of the kill is anywhere in its loop.
        let seen = said.by_ref().filter_map(number).nth(kill * 37 % 23);
        child.kill().unwrap();
        child.wait().unwrap();
        let last = said.filter_map(number).last().or(seen);
        assert!(seen.is_some(), "the child stopped by itself after event {acknowledged}");
        acknowledged = acknowledged.max(last.unwrap());

        let verified = verify(folder.path()).unwrap();
        assert!(acknowledged <= verified.events, "{acknowledged} was acknowledged");
        let loaded = Journal::open(folder.path(), "test").unwrap().load().unwrap();
        let from = loaded.snapshot.map_or(0, |state| state.sequence);
        assert_eq!(loaded.events, all[from as usize..verified.events as usize]);
        // Events and outbox are kept together or not at all.
        assert_eq!(loaded.outbox, [command_of(verified.events)]);
    }
    assert!(KILLS as u64 <= acknowledged);
}
