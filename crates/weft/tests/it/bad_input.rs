//! Bad input at every door: an error that says what, where and what to do, and nothing else happens.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::client::{self, Answer};
use crate::support::plant::Setup;
use crate::support::random::Random;
use crate::support::solution::{edit, three_machines};
use crate::support::{history, mqtt, run, solution, stderr, stdout, text, until};

const SPEED: f64 = 6_000.0;

#[test]
fn a_broken_solution_is_told_with_file_line_code_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let solution = three_machines(folder.path());
    edit(&solution, "routes.toml", |text| {
        text.replace("class = \"milling\"", "class = \"miling\"")
    });
    edit(&solution, "orders.csv", |text| text.replace("order-4,bracket,10", "order-4,braket,0"));

    let output = run(&["check", text(&solution)]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    let line = 1 + fs::read_to_string(solution.join("routes.toml"))
        .unwrap()
        .lines()
        .position(|line| line.contains("miling"))
        .unwrap();
    let problem = said.split("routes.toml:").nth(1).unwrap_or_else(|| panic!("{said}"));
    assert!(problem.starts_with(&format!("{line}: ")), "{said}");
    let remedy = problem.lines().nth(1).unwrap();
    assert!(remedy.starts_with("help: ") && remedy.contains("[M"), "{said}");
    assert!(remedy.contains("milling"), "the remedy has the word that was meant: {said}");
    assert!(said.contains("orders.csv:5: "), "{said}");

    let output = run(&["check", text(&solution), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["ok"], false);
    let problems = answer["problems"].as_array().unwrap();
    let files: BTreeSet<&str> = problems.iter().map(|it| it["file"].as_str().unwrap()).collect();
    assert_eq!(files, BTreeSet::from(["orders.csv", "routes.toml"]));
    for problem in problems {
        assert!(1 <= problem["line"].as_u64().unwrap(), "{problem}");
        assert!(problem["code"].as_str().unwrap().starts_with('M'), "{problem}");
        assert!(!problem["help"].as_str().unwrap().is_empty(), "{problem}");
    }

    // Whoever wants to use it is told the same, and nothing is begun.
    let data = folder.path().join("data");
    for command in [
        &["plan", text(&solution)][..],
        &["run", text(&solution), "--data", text(&data)],
        &["twin", text(&solution)],
    ] {
        let output = run(command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let said = stderr(&output);
        assert!(said.contains(&format!("routes.toml:{line}: ")), "{said}");
        assert!(said.contains("[W702]"), "{said}");
    }
    assert!(!data.exists());
}

#[test]
fn a_solution_that_is_no_text_is_a_problem_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let solution = three_machines(folder.path());
    for (file, content) in [
        ("places.toml", &b"[[place]\nid = "[..]),
        ("places.toml", b"\xff\xfe\x00"),
        ("orders.csv", b"id,offer\n\"order-1"),
        ("orders.csv", b""),
        ("solution.toml", b""),
    ] {
        let before = fs::read(solution.join(file)).unwrap();
        fs::write(solution.join(file), content).unwrap();
        let output = run(&["check", text(&solution)]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{file}: {said}");
        assert!(said.contains(&format!("{file}:")) && said.contains("help: "), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        fs::write(solution.join(file), before).unwrap();
    }
    let output = run(&["check", text(&folder.path().join("nowhere"))]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[W701]"));
}

#[test]
fn what_the_command_line_does_not_know_ends_with_code_2() {
    for args in [
        &["brew"][..],
        &["check"],
        &["run", "solutions/three-machines", "--sped", "60"],
        &["run", "solutions/three-machines", "--speed", "0"],
        &["run", "solutions/three-machines", "--speed", "nan"],
        &["run", "solutions/three-machines", "--listen", "here"],
        &["run", "x", "--mqtt", "mqtt://127.0.0.1", "--mqtt-listen", "127.0.0.1:1"],
        &["plan", "solutions/three-machines", "--seconds", "-1"],
        &["plan", "solutions/three-machines", "--steps", "many"],
        &["plan", "solutions/three-machines", "--steps", "1", "--seconds", "1"],
        &["twin"],
        &["twin", "solutions/three-machines", "--days", "x"],
        &["journal"],
        &[],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("--help"), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_second_weft_on_the_same_data_leaves_the_first_alone() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED);
    let plant = setup.start();
    let first = plant.place("bracket", 2);
    let second = Setup {
        data: setup.data.clone(),
        ..Setup::new(folder.path(), setup.solution.clone(), SPEED)
    };
    for _ in 0..3 {
        let output = second.command().output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("[J401]"), "{}", stderr(&output));
        assert!(stderr(&output).contains("help: "), "{}", stderr(&output));
    }
    assert_eq!(plant.until_closed(&first), "completed");
    history::verify(&setup.data);

    // Its machines are its own, too.
    let machines = run(&[
        "twin",
        "edge",
        text(&setup.solution),
        "--data",
        text(&setup.data.join("machines")),
        "--mqtt",
        &format!("mqtt://{}", setup.mqtt),
    ]);
    assert_eq!(machines.status.code(), Some(1));
    assert!(stderr(&machines).contains("[W709]"), "{}", stderr(&machines));

    // Another solution may not take over what belongs to this one.
    drop(plant);
    let other = Setup { solution: crate::support::root("solutions/machine-shop"), ..second };
    let output = other.command().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[J405]"), "{}", stderr(&output));
}

#[test]
fn a_busy_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), three_machines(folder.path()), SPEED);
    for (address, code) in [(setup.http, "[W708]"), (setup.mqtt, "[C001]")] {
        // What the process before held of it may take a moment to go.
        let _taken = until("the port", || TcpListener::bind(address).ok());
        let output = setup.command().output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&address.to_string()), "{said}");
        assert!(said.contains("help: ") && said.contains(code), "{said}");
    }
    // What it had begun is sound, and it goes on from there.
    let mut plant = setup.start();
    assert!(plant.process.terminate().success());
    history::verify(&setup.data);
}

#[test]
fn malformed_messages_are_counted_and_the_plant_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED / 2.0);
    let plant = setup.start();
    plant.until_machines_up();
    let before = plant.place("bracket", 2);
    let mut random = Random::fresh("malformed_messages_are_counted_and_the_plant_goes_on");
    let noise: Vec<u8> = (0..100_000).map(|_| random.below(256) as u8).collect();
    let garbage: [&[u8]; 4] =
        [b"\xff\xff\xff\xff\xff", b"{\"timestamp\": 1}", &noise, b"\x12\xff\x7f"];
    let mut messages: Vec<(&str, &[u8])> = Vec::new();
    for topic in [
        "spBv1.0/three-machines/DDATA/metal/saw",
        "spBv1.0/three-machines/DBIRTH/metal/saw",
        "spBv1.0/three-machines/NDATA/metal",
        "spBv1.0/three-machines/NBIRTH/metal",
        "spBv1.0/three-machines/NDEATH/metal",
    ] {
        messages.extend(garbage.map(|payload| (topic, payload)));
    }
    let counted = messages.len() as f64;
    // These are nobody's business, or not worth more than silence.
    for topic in [
        "spBv1.0/three-machines/DDATA/metal/saw/more",
        "spBv1.0/three-machines/WHAT/metal/saw",
        "spBv1.0/three-machines/DDATA/nowhere/nothing",
        "spBv1.0/other/NBIRTH/metal",
        "spBv1.0",
        "spBv1.0/STATE",
        "a/b",
        "\u{1f9f5}",
    ] {
        messages.extend(garbage.map(|payload| (topic, payload)));
    }
    mqtt::publish(plant.mqtt, "stranger", &messages);
    until("every malformed message counted", || {
        (counted <= plant.metric("weft_malformed_messages_total")).then_some(())
    });
    // A birth without a body, a lie about our own state, and someone who takes our name.
    mqtt::publish(
        plant.mqtt,
        "liar",
        &[
            ("spBv1.0/three-machines/NBIRTH/metal", b""),
            (
                "spBv1.0/STATE/weft-three-machines",
                b"{\"online\":false,\"timestamp\":9999999999999}",
            ),
            ("spBv1.0/STATE/weft-three-machines", b"offline"),
        ],
    );
    mqtt::publish(plant.mqtt, "weft-host-weft-three-machines", &[]);
    mqtt::publish(plant.mqtt, "weft-edge-three-machines-metal", &[]);
    let after = plant.place("stand", 2);
    assert_eq!(plant.until_closed(&before), "completed");
    assert_eq!(plant.until_closed(&after), "completed");
    plant.until_machines_up();
    history::verify(&setup.data);
    history::check_once(&history::events(&setup.data));
}

/// A page from elsewhere whose name points to this computer is not taken for the console.
#[test]
fn a_plant_is_spoken_to_by_its_own_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), three_machines(folder.path()), 1.0);
    let mut command = setup.command();
    command.args(["--name", "plant.example"]);
    let mut plant = setup.spawn_as(command);
    plant.until_up();
    let order = br#"{"offer":"bracket","quantity":2}"#;
    let ask = |host: &str, origin: &str| {
        let mut headers = vec![("Host", host), ("Content-Type", "application/json")];
        if !origin.is_empty() {
            headers.push(("Origin", origin));
        }
        client::request(plant.http, "POST", "/api/orders", &headers, order).unwrap()
    };
    let http = plant.http.to_string();
    assert_eq!(ask("evil.example", "").error(403), "S609");
    assert_eq!(ask("evil.example:7420", "http://evil.example:7420").error(403), "S609");
    assert_eq!(ask(&http, "https://evil.example").error(403), "S609");
    assert_eq!(ask(&http, "null").error(403), "S609");
    assert_eq!(
        client::request(plant.http, "GET", "/", &[("Host", "evil")], &[]).unwrap().status,
        403
    );
    assert_eq!(ask(&http, &format!("http://{http}")).status, 201);
    assert_eq!(ask("plant.example:80", "http://plant.example").status, 201);
    assert_eq!(ask("localhost", "").status, 201);
}

/// What was simulated is not gone on with on the world's clock: all of it would lie ahead.
#[test]
fn a_journal_from_the_future_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let solution = three_machines(folder.path());
    solution::edit(&solution, "twin.toml", |text| text.replace("2026-03-02", "2126-03-02"));
    solution::edit(&solution, "orders.csv", |text| text.replace("2026-", "2126-"));
    let mut setup = Setup::new(folder.path(), solution, 6_000.0);
    let mut plant = setup.start();
    until("something kept", || (0.0 < plant.metric("weft_orders_open")).then_some(()));
    assert!(plant.process.terminate().success());
    (setup.twin, setup.speed) = (false, None);
    let output = setup.command().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[L502]"), "{}", stderr(&output));
    history::verify(&setup.data);
}

#[test]
fn bad_requests_are_answered_with_code_message_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), three_machines(folder.path()), 1.0);
    let plant = setup.start();
    let kept = plant.place("bracket", 2);
    let order = |change: Value| {
        let mut order = json!({ "offer": "bracket", "quantity": 2 });
        order.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        plant.post("/api/orders", &order)
    };
    let bytes = |body: &[u8]| plant.post_bytes("/api/orders", "application/json", body);

    // No JSON, or not what is expected.
    assert_eq!(bytes(b"").error(400), "S604");
    assert_eq!(bytes(b"{").error(400), "S604");
    assert_eq!(bytes(b"\xff\xfe").error(400), "S604");
    assert_eq!(bytes("[".repeat(100_000).as_bytes()).error(422), "S604");
    assert_eq!(bytes(b"[]").error(422), "S604");
    assert_eq!(bytes(b"{}").error(422), "S604");
    assert_eq!(order(json!({ "colour": "red" })).error(422), "S604");
    assert_eq!(order(json!({ "quantity": "two" })).error(422), "S604");
    assert_eq!(order(json!({ "quantity": -1 })).error(422), "S604");
    assert_eq!(order(json!({ "quantity": 1.5 })).error(422), "S604");
    assert_eq!(order(json!({ "quantity": 5_000_000_000_u64 })).error(422), "S604");
    assert_eq!(order(json!({ "offer": null })).error(422), "S604");
    let huge = json!({ "offer": "bracket", "quantity": 2, "customer": "x".repeat(3_000_000) });
    assert_eq!(plant.post("/api/orders", &huge).error(413), "S604");
    let plain =
        plant.post_bytes("/api/orders", "text/plain", br#"{"offer":"bracket","quantity":2}"#);
    assert_eq!(plain.error(415), "S604");

    // JSON, but no order.
    assert_eq!(order(json!({ "quantity": 0 })).error(400), "S601");
    assert_eq!(order(json!({ "quantity": 1_000_001 })).error(400), "S601");
    assert_eq!(order(json!({ "weight": 0 })).error(400), "S601");
    assert_eq!(order(json!({ "customer": "x".repeat(501) })).error(400), "S601");
    assert_eq!(order(json!({ "due": "tomorrow" })).error(400), "S601");
    assert_eq!(order(json!({ "due": "2001-01-01T00:00:00Z" })).error(400), "S601");
    assert_eq!(order(json!({ "id": "" })).error(400), "S601");
    assert_eq!(order(json!({ "id": "a/b" })).error(400), "S601");
    assert_eq!(order(json!({ "id": "../../etc/passwd" })).error(400), "S601");
    assert_eq!(order(json!({ "offer": "braket" })).error(400), "S606");
    assert_eq!(order(json!({ "quantity": 1_000_000 })).error(422), "S611");
    assert_eq!(order(json!({ "id": &kept })).status, 409);
    let name = order(json!({ "id": &kept })).error(409);
    // The name of an order that the solution places tomorrow is taken as well.
    assert_eq!(order(json!({ "id": "order-8" })).error(409), name);

    // What does not exist.
    for path in [
        "/api/nothing",
        "/api/orders/nobody",
        "/api/orders/nobody/operations/cut/why",
        &format!("/api/orders/{kept}/operations/polish/why"),
        "/api/resources/lathe",
        "/api/account?place=moon",
        "/api/account/events?figure=happiness",
        "/api/account/events?figure=utilisation&resource=lathe",
    ] {
        assert_eq!(plant.get(path).error(404), "S602", "{path}");
    }
    let cancel =
        |order: &str, body: &Value| plant.post(&format!("/api/orders/{order}/cancel"), body);
    cancel("nobody", &json!({ "reason": "" })).error(404);
    assert_eq!(cancel(&kept, &json!({})).error(422), "S604");
    assert_eq!(plant.post("/api/nothing", &json!({})).error(404), "S602");

    // Questions that cannot be read.
    for path in [
        "/api/orders?status=lost",
        "/api/orders?sort=beauty",
        "/api/board?from=yesterday",
        "/api/board?from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z",
        "/api/account?from=2026-13-45T00:00:00Z",
    ] {
        assert_eq!(plant.get(path).error(400), "S601", "{path}");
    }
    for path in [
        "/api/orders?colour=red",
        "/api/orders?limit=-1",
        "/api/orders?limit=99999999999999999999999",
        "/api/orders?late=perhaps",
        "/api/events?after=x",
        "/api/account/events",
    ] {
        assert_eq!(plant.get(path).error(400), "S605", "{path}");
    }
    assert_eq!(plant.get("/api/orders/%ff").error(400), "S607");
    let method = |method: &str, path: &str| -> Answer {
        client::request(plant.http, method, path, &[], &[]).unwrap()
    };
    assert_eq!(method("DELETE", "/api/orders").error(405), "S608");
    assert_eq!(method("PUT", "/metrics").error(405), "S608");
    assert_eq!(method("PATCH", "/elsewhere").error(404), "S602");

    // The largest numbers there are are numbers.
    for path in [
        "/api/events?after=18446744073709551615&limit=4294967295",
        "/api/orders?offset=18446744073709551615",
        "/api/board?from=0001-01-01T00:00:00Z&to=9999-12-30T00:00:00Z",
        "/api/account?from=0001-01-01T00:00:00Z&to=9999-12-30T00:00:00Z",
        "/api/account?from=9999-12-30T00:00:00Z&to=0001-01-01T00:00:00Z",
    ] {
        assert_eq!(plant.get(path).status, 200, "{path}");
    }

    // Of all this, one order was placed.
    let events = history::events(&setup.data);
    let by_hand = events.iter().filter(|event| event.body["order"]["customer"] == "").count();
    assert_eq!(by_hand, 1);
    history::verify(&setup.data);
}

#[test]
fn an_order_that_can_never_be_done_does_not_keep_others_from_being_done() {
    let folder = tempfile::tempdir().unwrap();
    let solution = three_machines(folder.path());
    // Longer than the calendar goes, and nothing matters more.
    let huge = "huge,stand,1000000,2026-03-02 08:00,,2126-03-02 15:00,1000,";
    solution::edit(&solution, "orders.csv", |text| format!("{text}{huge}\n"));
    let setup = Setup::new(folder.path(), solution, SPEED);
    let plant = setup.start();
    until("the order is known", || (plant.get("/api/orders/huge").status == 200).then_some(()));
    let small = plant.place("bracket", 1);
    assert_eq!(plant.until_closed(&small), "completed");
    // It has no place in the plan, and says why.
    let why = plant.json("/api/orders/huge/operations/paint/why");
    assert_eq!(why["operation"]["planned_start"], Value::Null, "{why}");
    assert_eq!(why["waits"][0]["cause"], "no-place", "{why}");
    let answer = plant.post("/api/orders/huge/cancel", &json!({ "reason": "too many" }));
    assert_eq!(answer.status, 200, "{answer:?}");
    history::verify(&setup.data);
}

#[test]
fn a_changed_byte_of_history_is_found_and_nothing_is_started_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED);
    let mut plant = setup.start();
    let order = plant.place("bracket", 2);
    assert_eq!(plant.until_closed(&order), "completed");
    // Killed: nothing but history says what the state was.
    plant.process.kill();
    let hash = history::verify(&setup.data)["journal_hash"].clone();

    let sequence = change(&setup.data, "City library", "City librarz");
    refuses(&setup, sequence);
    assert_eq!(change(&setup.data, "City librarz", "City library"), sequence);
    assert_eq!(history::verify(&setup.data)["journal_hash"], hash);

    // It goes on as if nothing had been.
    let mut plant = setup.start();
    assert_eq!(plant.until_closed(&order), "completed");
    let next = plant.place("bracket", 1);
    assert_eq!(plant.until_closed(&next), "completed");
    assert!(plant.process.terminate().success());

    // Stopped in order, it keeps its state beside its history. A start trusts that; `verify` does not.
    let sequence = change(&setup.data, "City library", "City librarz");
    let answer = verify_finds(&setup.data);
    assert_eq!(answer["first_bad_event"], sequence);
    change(&setup.data, "City librarz", "City library");

    // Missing events at the end are found, too.
    let connection = Connection::open(setup.data.join("journal.sqlite")).unwrap();
    connection.execute("DELETE FROM snapshots", []).unwrap();
    let last = history::count(&setup.data);
    connection.execute("DELETE FROM events WHERE sequence = ?1", [last]).unwrap();
    drop(connection);
    refuses(&setup, last);
}

#[test]
fn a_journal_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), three_machines(folder.path()), SPEED);
    fs::create_dir_all(&setup.data).unwrap();
    fs::write(setup.data.join("journal.sqlite"), "once upon a time ".repeat(1_000)).unwrap();
    let output = setup.command().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[J403]"), "{}", stderr(&output));
    let output = run(&["journal", "verify", text(&setup.data)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[J403]"), "{}", stderr(&output));
    let output = run(&["journal", "verify", text(folder.path())]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("[J407]"), "{}", stderr(&output));
}

/// Changes the text of an event behind the program's back; answers its number.
fn change(data: &Path, from: &str, to: &str) -> u64 {
    let connection = Connection::open(data.join("journal.sqlite")).unwrap();
    let like = format!("%{from}%");
    let find = "SELECT min(sequence) FROM events WHERE body LIKE ?1";
    let sequence: u64 = connection.query_row(find, [&like], |row| row.get(0)).unwrap();
    let replace = "UPDATE events SET body = replace(body, ?1, ?2) WHERE sequence = ?3";
    assert_eq!(connection.execute(replace, (from, to, sequence)).unwrap(), 1);
    sequence
}

fn verify_finds(data: &Path) -> Value {
    let output = run(&["journal", "verify", text(data), "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!("J404")), "{answer}");
    answer
}

/// Neither `run` nor `verify` accepts the journal, and both name the event.
fn refuses(setup: &Setup, sequence: u64) {
    let output = setup.command().output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("event {sequence} ")) && said.contains("[J404]"), "{said}");
    assert_eq!(verify_finds(&setup.data)["first_bad_event"], sequence);
    let output = run(&["journal", "verify", text(&setup.data)]);
    assert!(stderr(&output).contains(&format!("event {sequence} ")), "{}", stderr(&output));
}

#[test]
fn plants_are_not_stopped_by_connections_that_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED);
    let mut plant = setup.start();
    let silent: Vec<_> = [plant.http, plant.mqtt]
        .iter()
        .flat_map(|address| (0..100).map(|_| client::connect(*address).unwrap()))
        .collect();
    let order = plant.place("bracket", 1);
    assert_eq!(plant.until_closed(&order), "completed");
    // Nor is its end.
    assert!(plant.process.terminate().success());
    drop(silent);
}
