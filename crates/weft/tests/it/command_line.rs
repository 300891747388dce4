//! Commands on real folders: what they print is what they promise, and the same again with the same seed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{root, run, run_json, stderr, stdout, text, until, weft};

const THREE_MACHINES: &str = "solutions/three-machines";
const MACHINE_SHOP: &str = "solutions/machine-shop";

#[test]
fn solutions_of_the_checkout_have_no_problems() {
    for entry in fs::read_dir(root("solutions")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.is_dir() {
            let output = run(&["check", text(&folder)]);
            assert!(output.status.success(), "{}", stderr(&output));
            assert!(stdout(&output).contains("no problems"), "{}", stdout(&output));
            assert_eq!(run_json(&["check", text(&folder), "--json"])["ok"], true);
        }
    }
}

#[test]
fn the_same_steps_and_seed_give_the_same_plan() {
    let plan = |folder: &str, seed: &str| {
        run_json(&["plan", folder, "--steps", "150", "--seed", seed, "--verify", "--json"])
    };
    for folder in [THREE_MACHINES, MACHINE_SHOP] {
        let first = plan(folder, "7");
        let again = plan(folder, "7");
        assert_eq!(first["faults"], serde_json::json!([]), "{folder}");
        assert_eq!(first["operations"], again["operations"], "{folder}");
        assert_eq!(first["objective"], again["objective"], "{folder}");
        assert!(!first["operations"].as_array().unwrap().is_empty(), "{folder}");
        assert!(first["lower_bound"].as_f64() <= first["objective"].as_f64(), "{folder}");
    }
    let other = plan(MACHINE_SHOP, "8");
    assert_ne!(other["operations"], plan(MACHINE_SHOP, "7")["operations"]);
}

#[test]
fn a_plan_says_that_it_was_verified_and_can_be_seen() {
    let folder = tempfile::tempdir().unwrap();
    let svg = folder.path().join("plan.svg");
    let output = run(&["plan", THREE_MACHINES, "--steps", "100", "--verify", "--svg", text(&svg)]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("finds no fault"), "{}", stdout(&output));
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.trim_end().ends_with("</svg>"));
    for order in 1..=8 {
        assert!(drawn.contains(&format!("order-{order}")), "order-{order} is not drawn");
    }
    let nowhere = folder.path().join("nowhere/plan.svg");
    let output = run(&["plan", THREE_MACHINES, "--steps", "1", "--svg", text(&nowhere)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[W711]"), "{}", stderr(&output));
}

#[test]
fn a_plan_keeps_to_its_time() {
    let begun = Instant::now();
    let output = run(&["plan", MACHINE_SHOP, "--seconds", "1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    // The rest is for a busy computer.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_plan_is_the_best_so_far() {
    let mut command = weft();
    command.args(["plan", MACHINE_SHOP, "--seconds", "600", "--verify", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Before it listens, Ctrl-C ends it as it ends any program.
    let status = format!("/proc/{}/status", child.id());
    until("it listens to Ctrl-C", || {
        let status = fs::read_to_string(&status).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        (u64::from_str_radix(caught.trim(), 16).unwrap() & 0b10 != 0).then_some(())
    });
    assert!(
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success()
    );
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(stderr(&output).contains("interrupted: this is the best plan so far"));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["faults"], serde_json::json!([]));
    assert!(1_000 < plan["operations"].as_array().unwrap().len());
}

#[test]
fn the_machine_shop_is_held_against_what_really_happened() {
    let output = run(&["plan", MACHINE_SHOP, "--steps", "100"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("Beside what really happened (225 orders"), "{said}");
    assert!(said.contains("makespan") && said.contains("time in shop, mean"), "{said}");
    let json = run_json(&["plan", MACHINE_SHOP, "--steps", "100", "--json"]);
    assert!(json["comparison"].is_object(), "{}", json["comparison"]);
}

#[test]
fn a_log_becomes_a_solution_that_can_be_planned() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("shop");
    let file = root("data/production-log/Production_Data.csv.gz");
    let import = ["import", "log", text(&file), "--out", text(&out)];
    let output = run(&import);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("written to"), "{}", stdout(&output));

    assert_eq!(run_json(&["check", text(&out), "--json"])["ok"], true);
    let plan = run_json(&["plan", text(&out), "--steps", "200", "--verify", "--json"]);
    assert_eq!(plan["faults"], serde_json::json!([]));
    assert!(1_000 < plan["operations"].as_array().unwrap().len());

    // What is there is not written over unless that is what is wanted.
    let before = all_files(&out);
    let output = run(&import);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[W703]"), "{}", stderr(&output));
    assert_eq!(all_files(&out), before);
    let report = run_json(&[&import[..], &["--force", "--json"]].concat());
    assert_eq!(report["problems"], 0);
    assert!(!report["findings"].as_array().unwrap().is_empty());
    assert_eq!(all_files(&out), before, "the same log gives the same solution");
}

#[test]
fn a_log_that_cannot_be_understood_leaves_no_folder_behind() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("shop");
    let import = |file: &Path| run(&["import", "log", text(file), "--out", text(&out)]);
    // A spreadsheet has taken the dates out of this one.
    let output = import(&root("data/production-log/Production_Data.as-found.csv.gz"));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[I109]"), "{}", stderr(&output));
    let output = import(&root("Cargo.toml"));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("help: "), "{}", stderr(&output));
    assert!(!out.exists());
}

#[test]
fn a_seed_decides_everything_in_simulated_time() {
    let twin = |folder: &str, days: &str, seed: &str| {
        run_json(&["twin", folder, "--days", days, "--seed", seed, "--json"])
    };
    let first = twin(THREE_MACHINES, "30", "7");
    let again = twin(THREE_MACHINES, "30", "7");
    let other = twin(THREE_MACHINES, "30", "8");
    assert_eq!(first["journal_hash"], again["journal_hash"]);
    assert_ne!(first["journal_hash"], other["journal_hash"]);
    assert_eq!(first["orders_completed"], 8);
    let without_stopwatch = |mut answer: Value| {
        answer.as_object_mut().unwrap().remove("seconds");
        answer
    };
    assert_eq!(without_stopwatch(first), without_stopwatch(again));

    let first = twin(MACHINE_SHOP, "5", "7");
    let again = twin(MACHINE_SHOP, "5", "7");
    assert_eq!(first["journal_hash"], again["journal_hash"]);
    assert!(0 < first["operations_finished"].as_u64().unwrap());
}

#[test]
fn the_api_describes_itself_the_same_way_on_paper() {
    let document = run_json(&["openapi"]);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"]["/api/orders"]["post"].is_object());
}

/// Relative paths and contents, sorted.
fn all_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((
                    text(path.strip_prefix(folder).unwrap()).to_owned(),
                    fs::read(&path).unwrap(),
                ));
            }
        }
    }
    files.sort();
    files
}
