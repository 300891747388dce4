//! `weft plan FILE`: instances in public formats.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{run, run_json, stderr, stdout, text};

const SHOP: &str = "data/scheduling/jobshop/ft06.txt";
/// One small instance of each format, and a makespan that it surely reaches.
const INSTANCES: [(&str, &str, i64); 5] = [
    (SHOP, "jobshop", 55),
    ("data/scheduling/flexible-jobshop/mk04.txt", "fjsp", 64),
    ("data/scheduling/rcpsp/j30_13_2.rcp", "rcp", 64),
    ("data/scheduling/mmrcpsp/J50_12_1.mm", "psplib", 30),
    ("data/scheduling/sdst-flowshop/sdst_3.txt", "sdst", 1_180),
];

#[test]
fn each_format_is_planned_and_its_plan_judged() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan.json");
    for (file, format, makespan) in INSTANCES {
        let plan = || {
            let steps = ["--steps", "20000", "--threads", "2", "--seed", "5", "--verify", "--json"];
            run_json(&[&["plan", file, "--out", text(&out)], &steps[..]].concat())
        };
        let said = plan();
        assert_eq!(said["format"], format, "{file}");
        assert_eq!(said["faults"], json!([]), "{file}");
        assert!(said["objective"].as_i64().unwrap() <= makespan, "{file}: {said}");
        assert!(said["lower_bound"].as_i64() <= said["objective"].as_i64(), "{file}");
        let written: Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
        let operations = written["operations"].as_array().unwrap();
        assert_eq!(written["objective"], said["objective"], "{file}");
        assert_eq!(operations.len() as u64, said["operations"].as_u64().unwrap(), "{file}");
        assert_eq!(plan()["objective"], said["objective"], "{file}: the same steps and seed");

        let verify = format!("--verify={}", out.display());
        let output = run(&["plan", file, "--format", format, &verify]);
        assert!(output.status.success(), "{file}: {}", stderr(&output));
        assert!(stdout(&output).contains("finds no fault"), "{file}: {}", stdout(&output));

        let mut wrong = written.clone();
        wrong["operations"][operations.len() / 2]["end"] = json!(100_000);
        fs::write(&out, wrong.to_string()).unwrap();
        let output = run(&["plan", file, "--format", format, &verify]);
        assert_eq!(output.status.code(), Some(1), "{file}");
        assert!(stdout(&output).contains("[P5"), "{file}: {}", stdout(&output));
    }
}

#[test]
fn a_proved_plan_ends_the_search() {
    let begun = Instant::now();
    let said = run_json(&["plan", "data/scheduling/flexible-jobshop/mk08.txt", "--json"]);
    assert_eq!((&said["objective"], &said["proved"]), (&json!(523), &json!(true)));
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.txt");
    let check = |content: &[u8], arguments: &[&str], expected: &[&str]| {
        fs::write(&file, content).unwrap();
        let output = run(&[&["plan", text(&file), "--seconds", "0.1"], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
        for expected in expected {
            assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        }
        assert!(stderr(&output).contains("help: "), "{}", stderr(&output));
    };
    check(b"2 2\n0 3 1 4\n0 x 1 2\n", &["--format", "jobshop"], &["line 3", "x", "[P4"]);
    check(b"2 2\n0 3 1 4\n0 3 7 2\n", &["--format", "jobshop"], &["line 3", "7"]);
    check(b"hello\n", &[], &["--format"]);
    check(b"\xff\xfe\x00", &[], &["UTF-8", "[W713]"]);
    check(b"", &[], &["[P4"]);
    let output = run(&["plan", SHOP, "--format", "sudoku"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let nowhere = folder.path().join("nowhere/plan.json");
    let output = run(&["plan", SHOP, "--seconds", "0", "--out", text(&nowhere)]);
    assert!(stderr(&output).contains("[W714]"), "{}", stderr(&output));
}
