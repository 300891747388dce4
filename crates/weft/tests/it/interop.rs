//! A machine that is not ours gets one of our orders done: pysparkplug, on the world's clock; see
//! `scripts/interop/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::plant::{Process, Setup};
use crate::support::{history, root, run_json, text, until};

/// A press that is always open, and one thing to ask for.
const SOLUTION: [(&str, &str); 4] = [
    (
        "solution.toml",
        r#"
            id = "one-press"
            title = { en = "One press", zh = "一台压机" }
            level = "area"
            time-zone = "UTC"
        "#,
    ),
    (
        "places.toml",
        r#"
            [[place]]
            id = "hall"
            title = { en = "Hall", zh = "车间" }
            level = "area"

            [[resource]]
            id = "press"
            title = { en = "Press", zh = "压机" }
            place = "hall"
            connection = { group = "plant", edge-node = "hall-1", device = "m1" }
        "#,
    ),
    (
        "offers.toml",
        r#"
            [[offer]]
            id = "plate"
            title = { en = "Plate", zh = "板" }
            route = "plate"
        "#,
    ),
    (
        "routes.toml",
        r#"
            [[route]]
            id = "plate"

            [[route.operation]]
            id = "press"
            title = { en = "Press", zh = "冲压" }
            needs = [{ resource = "press" }]
            takes = "1 min"
            takes-each = "1 s"
        "#,
    ),
];

#[test]
fn a_machine_of_pysparkplug_gets_an_order_done() {
    let folder = tempfile::tempdir().unwrap();
    let solution = folder.path().join("one-press");
    fs::create_dir(&solution).unwrap();
    for (file, content) in SOLUTION {
        fs::write(solution.join(file), content).unwrap();
    }
    assert_eq!(run_json(&["check", text(&solution), "--json"])["ok"], true);
    let mut setup = Setup::new(folder.path(), solution, 1.0);
    (setup.twin, setup.speed) = (false, None);
    let mut plant = setup.start();
    assert_eq!(plant.json("/api/plant")["simulated"], false);

    let mut command = Command::new(python());
    command.arg(root("scripts/interop/machine.py"));
    command.args(["--url", &format!("mqtt://{}", setup.mqtt)]);
    command.args(["--group", "plant", "--node", "hall-1", "--device", "m1"]);
    let mut machine = Process::spawn(command, &folder.path().join("machine.log"));

    let order = plant.place("plate", 7);
    assert_eq!(plant.until_closed(&order), "completed");
    // It ends by itself once it has been told that its report was kept.
    assert!(machine.wait().success());
    until("the machine offline", || {
        (plant.json("/api/resources/press")["machine"] == "offline").then_some(())
    });

    let whole = plant.json(&format!("/api/orders/{order}"));
    assert_eq!(whole["operations"][0]["good"], 7, "{whole}");
    assert!(plant.process.terminate().success());
    history::verify(&setup.data);
    let events = history::events(&setup.data);
    history::check_once(&events);
    let finished: Vec<_> = events.iter().filter(|it| it.kind == "operation-finished").collect();
    assert_eq!(finished.len(), 1);
    let body = &finished[0].body;
    assert_eq!((&body["good"], &body["scrap"]), (&7.into(), &0.into()), "{body}");
    assert!(body["started_ms"].as_i64() <= body["finished_ms"].as_i64(), "{body}");
    assert!(history::orders_with(&events, "order-completed").contains(&order));
}

/// A missing environment fails the test: a skipped one would look like a passed one.
fn python() -> PathBuf {
    let cache = std::env::var_os("WEFT_CACHE").map_or_else(
        || Path::new(&std::env::var_os("HOME").unwrap()).join(".cache/weftline"),
        PathBuf::from,
    );
    let python = cache.join("venv/pysparkplug/bin/python");
    assert!(python.exists(), "{} is missing: run scripts/interop/setup.sh", python.display());
    python
}
