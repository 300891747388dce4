//! `weft plan` asked why: chains back to a root, remedies, the difference to another plan, what clashes.

use std::fs;

use serde_json::{Value, json};

use crate::support::{run, run_json, stderr, stdout, text};

const SHOP: &str = "data/scheduling/jobshop/ft06.txt";
const MACHINE_SHOP: &str = "solutions/machine-shop";
const THREE_MACHINES: &str = "solutions/three-machines";

#[test]
fn a_late_order_leads_back_to_something_to_act_on() {
    let steps = ["--steps", "60", "--threads", "1"];
    let plan = run_json(&[&["plan", MACHINE_SHOP, "--json"], &steps[..]].concat());
    let late = plan["late"][0]["order"].as_str().unwrap().to_owned();
    let asked = ["plan", MACHINE_SHOP, "--why", &late];
    let said = run_json(&[&asked[..], &steps, &["--json"]].concat());
    let why = &said["why"];
    assert!(why["root"]["en"].as_str().is_some_and(|it| !it.is_empty()), "{why}");
    assert!(why["root"]["zh"].as_str().is_some_and(|it| !it.is_empty()), "{why}");
    assert!(!why["waits"].as_array().unwrap().is_empty(), "{why}");
    let output = run(&[&asked[..], &steps].concat());
    assert!(stdout(&output).contains("What to act on: "), "{}", stdout(&output));
    assert!(stdout(&output).contains("What the objective is made of:"), "{}", stdout(&output));
    // The parts add up to the objective.
    let level = &said["breakdown"]["levels"][0];
    let parts = level["parts"].as_array().unwrap().iter();
    let sum: i64 =
        parts.map(|it| it["weight"].as_i64().unwrap() * it["amount"].as_i64().unwrap()).sum();
    assert_eq!(json!(sum), said["objective"]);
    let operation = &said["operations"][0];
    let of = |key: &str| operation[key].as_str().unwrap().to_owned();
    let one = format!("{}/{}", of("order"), of("operation"));
    let said = run_json(&["plan", MACHINE_SHOP, "--steps", "1", "--why", &one, "--json"]);
    assert_eq!(said["why"]["root"], Value::Null);
    let output = run(&["plan", THREE_MACHINES, "--steps", "1", "--why", "nobody"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[W716]"), "{}", stderr(&output));
}

#[test]
fn a_plan_is_held_against_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    for (what, fewer, more) in [(THREE_MACHINES, "0", "400"), (SHOP, "0", "20000")] {
        let out = folder.path().join("plan.json");
        let plan = |steps: &str, also: &[&str]| {
            let asked = ["plan", what, "--steps", steps, "--threads", "1", "--json"];
            run_json(&[&asked[..], also].concat())
        };
        plan(fewer, &["--out", text(&out)]);
        let said = plan(more, &["--diff", text(&out)]);
        let lines = said["difference"]["text"].as_array().unwrap();
        assert!(0 < said["difference"]["moved"].as_i64().unwrap(), "{what}: {lines:?}");
        assert!(lines.iter().all(|it| it["en"].is_string() && it["zh"].is_string()));
        let same = plan(fewer, &["--diff", text(&out)]);
        assert_eq!(same["difference"]["text"][0]["en"], "the two plans are the same", "{what}");
    }
    let wrong = folder.path().join("wrong.json");
    fs::write(&wrong, "{}").unwrap();
    let output = run(&["plan", THREE_MACHINES, "--steps", "1", "--diff", text(&wrong)]);
    assert!(stderr(&output).contains("[W717]"), "{}", stderr(&output));
}

#[test]
fn remedies_of_a_late_order_are_planned() {
    // Order 5 is to be there two hours before the first plan has it.
    let folder = tempfile::tempdir().unwrap();
    copy(&crate::support::root(THREE_MACHINES), folder.path());
    let file = folder.path().join("orders.csv");
    let orders = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        orders.replace(
            "order-5,stand,8,2026-03-02 11:00,2026-03-02 13:00,2026-03-03 17:00",
            "order-5,stand,8,2026-03-02 11:00,2026-03-02 13:00,2026-03-02 19:00",
        ),
    )
    .unwrap();
    let asked = ["plan", text(folder.path()), "--steps", "150", "--threads", "1"];
    let said = run_json(&[&asked[..], &["--remedies", "order-5", "--json"]].concat());
    let due = "2026-03-02 19:00";
    let found = said["remedies"].as_array().unwrap();
    assert!(!found.is_empty(), "{said}");
    for it in found {
        assert!(it["end"].as_str().unwrap() <= due, "{it}");
        assert!((0..=2).contains(&it["changes"].as_i64().unwrap()), "{it}");
        assert!(it["text"]["en"].is_string() && it["objective_after"].is_i64(), "{it}");
    }
    let output = run(&[&asked[..], &["--remedies", "order-8"]].concat());
    assert!(stdout(&output).contains("it is not late"), "{}", stdout(&output));
}

#[test]
fn an_instance_without_a_plan_says_what_clashes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("project.mm");
    // Each budget is large enough by itself: either mode of both activities would be too much of one.
    let project = "jobs (incl. supersource/sink ): 4\n- renewable: 1 R\n- nonrenewable: 2 N\n\
        PRECEDENCE RELATIONS:\n1 1 2 2 3\n2 2 1 4\n3 2 1 4\n4 1 0\n****\nREQUESTS/DURATIONS:\n\
        1 1 0 0 0 0\n2 1 3 2 5 1\n  2 4 1 1 5\n3 1 2 2 5 1\n  2 4 1 1 5\n4 1 0 0 0 0\n****\n\
        RESOURCEAVAILABILITIES:\n3 5 5\n";
    fs::write(&file, project).unwrap();
    let output = run(&["plan", text(&file), "--steps", "50"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stderr(&output).contains("these cannot all be kept"), "{}", stderr(&output));
    for budget in ["budget 0: 5", "budget 1: 5"] {
        assert!(stderr(&output).contains(budget), "{}", stderr(&output));
    }
    let asked = ["plan", SHOP, "--steps", "2000", "--threads", "1", "--why", "3", "--json"];
    let said = run_json(&asked);
    assert!(!said["why"]["waits"].as_array().unwrap().is_empty(), "{said}");
    let output = run(&["plan", SHOP, "--steps", "10", "--why", "3/9"]);
    assert!(stderr(&output).contains("[W716]"), "{}", stderr(&output));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&there).unwrap();
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}
