//! The API as its description promises it, while a plant runs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};

use serde_json::{Value, json};

use crate::support::client;
use crate::support::plant::{Plant, Setup};
use crate::support::random::Random;
use crate::support::solution::busy;
use crate::support::{history, run_json, until};

const SPEED: f64 = 6_000.0;
/// `WEFT_RUNS` draws more.
const REQUESTS: usize = 300;

#[test]
fn every_get_answers_what_its_description_says() {
    let folder = tempfile::tempdir().unwrap();
    let plant = Setup::new(folder.path(), busy(folder.path()), SPEED).start();
    let document = plant.json("/api/openapi.json");
    assert_eq!(document, run_json(&["openapi"]), "what is printed is what is served");

    let check_all = |order: &str, operation: &str| {
        let mut checked = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let answer = &methods["get"]["responses"]["200"]["content"]["application/json"];
            if answer.is_null() {
                continue;
            }
            let mut url = path
                .replace("{order}", order)
                .replace("{operation}", operation)
                .replace("{resource}", "mill");
            for parameter in methods["get"]["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "query" && parameter["required"] == true {
                    assert_eq!(parameter["name"], "figure", "a value is needed: {parameter}");
                    url.push_str("?figure=lead-time-mean");
                }
            }
            let found = plant.get(&url);
            assert_eq!(found.status, 200, "{url}: {found:?}");
            assert_eq!(found.header("content-type"), Some("application/json"), "{url}");
            conforms(&document, &answer["schema"], &found.json(), path);
            checked.insert(path.clone());
        }
        checked
    };
    // Early, in the middle of it, and when it is done.
    let order = plant.place("stand", 2);
    let checked = check_all(&order, "fit");
    for path in ["/api/plant", "/api/places", "/api/board", "/api/orders", "/api/account"] {
        assert!(checked.contains(path), "{path} is described");
    }
    until("something under way", || {
        let whole = plant.json(&format!("/api/orders/{order}"));
        (whole["order"]["at"] != json!([])).then_some(())
    });
    check_all(&order, "fit");
    assert_eq!(plant.until_closed(&order), "completed");
    check_all(&order, "fit");
}

#[test]
fn a_virtual_machine_that_is_stopped_is_planned_around_until_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let plant = Setup::new(folder.path(), busy(folder.path()), 60.0).start();
    assert_eq!(plant.json("/api/plant")["virtual_machines"], true);
    assert_eq!(plant.post("/api/twin/resources/nothing/stop", &json!({})).error(404), "S602");

    let is = |word: &str| {
        let resource = plant.json("/api/resources/mill");
        (resource["machine"] == word).then_some(resource)
    };
    until("the mill is there", || is("up"));
    assert_eq!(plant.post("/api/twin/resources/mill/stop", &json!({})).status, 202);
    until("the mill is down", || is("failed"));
    // Half of the 45 min that a repair takes on average is the least that it is planned without.
    let order = plant.place("bracket", 1);
    until("a plan without the mill for a while", || {
        let board = plant.json("/api/board");
        let mill = board["resources"].as_array()?.iter().position(|it| it["id"] == "mill")?;
        let bars = board["bars"].as_array()?.iter().filter(|bar| bar["resource"] == mill);
        let starts = bars.filter_map(|bar| {
            let of = &board["orders"][bar["order"].as_u64()? as usize]["id"];
            let is_it = bar["status"] == "waiting" && *of == json!(order);
            is_it.then(|| bar["start_ms"].as_i64())?
        });
        let now: jiff::Timestamp = board["now"].as_str()?.parse().ok()?;
        let soonest = starts.min()?;
        (now.as_millisecond() + 5 * 60_000 < soonest).then_some(())
    });
    assert_eq!(plant.post("/api/twin/resources/mill/go-on", &json!({})).status, 202);
    until("the mill is up again", || is("up"));
}

#[test]
fn a_machine_that_is_not_virtual_cannot_be_stopped_from_here() {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup::new(folder.path(), busy(folder.path()), 60.0);
    setup.twin = false;
    let plant = setup.start();
    assert_eq!(plant.json("/api/plant")["virtual_machines"], false);
    assert_eq!(plant.post("/api/twin/resources/mill/stop", &json!({})).error(409), "S612");
}

#[test]
fn an_order_is_seen_through_and_everyone_can_watch() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), busy(folder.path()), SPEED);
    let mut plant = setup.start();
    let document = plant.json("/api/openapi.json");
    let mut watching = Watching::new(&plant);

    let answer = plant.post(
        "/api/orders",
        &json!({
            "id": "mine", "offer": "bracket", "quantity": 3, "weight": 5, "customer": "王伟",
            "due": "2026-03-06T00:00:00Z",
        }),
    );
    assert_eq!(answer.status, 201, "{answer:?}");
    conforms(
        &document,
        &json!({ "$ref": "#/components/schemas/OrderAnswer" }),
        &answer.json(),
        "POST",
    );
    assert_eq!(answer.json()["customer"], "王伟");

    // Planned.
    until("a plan for it", || {
        let whole = plant.json("/api/orders/mine");
        let operations = whole["operations"].as_array().unwrap();
        operations.iter().all(|operation| operation["planned_start"].is_string()).then_some(())
    });
    let why = plant.json("/api/orders/mine/operations/paint/why");
    assert_eq!(why["operation"]["id"], "paint");

    // Run and completed; the stream tells each step, in sequence, until the end.
    let schema = json!({ "$ref": "#/components/schemas/ChangeAnswer" });
    let mut last = 0;
    let mut told = BTreeSet::new();
    until("the stream tells that it is completed", || {
        let (id, change) = watching.next();
        conforms(&document, &schema, &change, "change");
        assert_eq!(change["sequence"], id);
        assert!(last < id, "{last} then {id}");
        last = id;
        let events = change["events"].as_array().unwrap();
        for event in events.iter().filter(|event| event["order"] == "mine") {
            assert!(change["orders"].as_array().unwrap().contains(&json!("mine")), "{change}");
            told.insert(event["kind"].as_str().unwrap().to_owned());
        }
        told.contains("order-completed").then_some(())
    });
    let whole = plant.json("/api/orders/mine");
    assert_eq!(whole["order"]["status"], "completed");
    assert_eq!(whole["order"]["operations"], whole["order"]["operations_finished"]);
    let kinds: Vec<&str> =
        whole["events"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds[0], *kinds.last().unwrap()), ("order-placed", "order-completed"));
    for kind in ["operation-released", "operation-started", "operation-finished"] {
        assert!(3 <= kinds.iter().filter(|it| **it == kind).count(), "{kind}: {kinds:?}");
    }
    let cancelled = plant.post("/api/orders/mine/cancel", &json!({ "reason": "too late" }));
    cancelled.error(409);
    assert!(plant.process.terminate().success(), "whoever watches does not keep it from stopping");
}

#[test]
fn many_may_ask_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let plant = Setup::new(folder.path(), busy(folder.path()), SPEED).start();
    let one = || {
        let answer = plant.post("/api/orders", &json!({ "offer": "bracket", "quantity": 1 }));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    let ids: BTreeSet<String> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| [one(), one(), one()])).collect();
        asking.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(ids.len(), 24, "each got a name of its own: {ids:?}");
}

#[test]
fn every_figure_is_followed_down_to_its_events() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), busy(folder.path()), SPEED);
    let plant = setup.start();
    until("everything done", || {
        let last_is_known = plant.get("/api/orders/order-8").status == 200;
        (last_is_known && plant.metric("weft_orders_open") == 0.0).then_some(())
    });
    let span = format!("to={}", plant.json("/api/plant")["now"].as_str().unwrap());
    // Machines fail and are repaired for ever; what was kept up to now is counted.
    let finished = |events: &[history::Event]| {
        events.iter().filter(|event| event.kind == "operation-finished").count() as u64
    };
    let events = history::events(&setup.data);
    let account = until("figures that have caught up", || {
        let account = plant.json(&format!("/api/account?{span}"));
        (figure(&account, "operations-finished")["events"] == finished(&events)).then_some(account)
    });
    // A span that is longer than the plant's life is that life: nothing is averaged over nothing.
    let long = plant.json("/api/account?from=1990-01-01T00:00:00Z&to=2190-01-01T00:00:00Z");
    assert_eq!(long["from"], plant.json("/api/plant")["since"]);
    assert_eq!(figure(&long, "lead-time-mean"), figure(&account, "lead-time-mean"));
    let completed = history::orders_with(&events, "order-completed").len();
    assert_eq!(figure(&account, "orders-completed")["value"].as_f64(), Some(completed as f64));

    for place in ["workshop", "metal", "finishing"] {
        let question = format!("place={place}&{span}");
        let account = plant.json(&format!("/api/account?{question}"));
        assert_eq!(account["place"], place);
        let mut listed = BTreeMap::new();
        for figure in account["figures"].as_array().unwrap() {
            let id = figure["id"].as_str().unwrap();
            let events = events_of(&plant, &format!("{question}&figure={id}"));
            assert_eq!(figure["events"], events.len(), "{place}: {figure}");
            listed.insert(id.to_owned(), events);
        }
        assert!(9 <= listed.len(), "{place}: {account}");
        let is_of = |id: &str, kind: &str| listed[id].iter().all(|event| event["kind"] == kind);
        // Below the root an order has left when its last operation there has ended.
        let leaves = if place == "workshop" { "order-completed" } else { "operation-finished" };
        assert!(is_of("orders-completed", leaves), "{place}");
        assert!(is_of("operations-finished", "operation-finished"));
        for line in account["utilisation"].as_array().unwrap() {
            let resource = line["resource"].as_str().unwrap();
            let events =
                events_of(&plant, &format!("{question}&figure=utilisation&resource={resource}"));
            assert_eq!(line["events"], events.len(), "{place}: {line}");
            assert!((0.0..=100.0).contains(&line["percent"].as_f64().unwrap()), "{line}");
        }
    }

    // History a page at a time is all of history.
    let mut after = 0;
    let mut read = 0;
    loop {
        let page = plant.json(&format!("/api/events?after={after}&limit=50"));
        let page = page["events"].as_array().unwrap();
        let Some(last) = page.last() else { break };
        read += page.len() as u64;
        after = last["sequence"].as_u64().unwrap();
        assert_eq!(after, read, "no gaps");
    }
    assert!(events.len() as u64 <= read);
}

#[test]
fn metrics_can_be_read_and_the_console_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let plant = Setup::new(folder.path(), busy(folder.path()), SPEED).start();
    let answer = plant.get("/metrics");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let mut described: BTreeMap<String, String> = BTreeMap::new();
    let mut values = BTreeMap::new();
    for line in answer.text().lines() {
        let mut words = line.split(' ');
        match words.next().unwrap() {
            "#" if words.next() == Some("TYPE") => {
                let (name, kind) = (words.next().unwrap(), words.next().unwrap());
                described.insert(name.to_owned(), kind.to_owned());
            }
            "#" => {}
            name => {
                let value: f64 = words.next().unwrap().parse().unwrap();
                assert!(words.next().is_none(), "{line}");
                assert!(values.insert(name.to_owned(), value).is_none(), "{line}");
                let kind = described.get(name).unwrap_or_else(|| panic!("no type: {line}"));
                assert_eq!(name.ends_with("_total"), kind == "counter", "{line}");
                assert!(value.is_finite() && 0.0 <= value, "{line}");
            }
        }
    }
    assert!(values.contains_key("weft_events_total"), "{values:?}");

    // Built with the console or without, every page of it is answered the same way.
    let first = plant.get("/");
    let deep = plant.get("/orders/order-1");
    assert_eq!((first.status, &first.body), (deep.status, &deep.body));
    match first.status {
        200 => assert!(first.text().contains("<html"), "{}", first.text()),
        404 => assert!(first.text().contains("built without its console"), "{}", first.text()),
        _ => panic!("{first:?}"),
    }
}

#[test]
fn no_request_can_take_it_down() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), busy(folder.path()), SPEED);
    let mut plant = setup.start();
    let mut random = Random::fresh("no_request_can_take_it_down");
    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    for number in 0..crate::support::runs(REQUESTS) {
        let (message, is_damaged) = drawn_request(&mut random);
        let shown = || String::from_utf8_lossy(&message).into_owned();
        let mut stream = client::connect(plant.http).unwrap();
        let _ = stream.write_all(&message);
        if is_damaged {
            // It may be half a request: say that no more will come.
            let _ = stream.shutdown(std::net::Shutdown::Write);
        }
        if let Ok(answer) = client::read(&mut stream) {
            assert!(answer.status < 500, "request {number}: {answer:?}\n{}", shown());
            *answers.entry(answer.status).or_default() += 1;
        }
        assert!(plant.process.is_running(), "request {number}: {}", shown());
    }
    eprintln!("{answers:?}");
    for status in [200, 201, 400, 404, 405] {
        assert!(answers.contains_key(&status), "a dull draw: {answers:?}");
    }
    // It still decides and plans; whether there is room for one order more is another matter.
    let order = plant.place("bracket", 1);
    until("a plan for it", || {
        let whole = plant.json(&format!("/api/orders/{order}"));
        let operations = whole["operations"].as_array().unwrap();
        operations.iter().all(|operation| operation["planned_start"].is_string()).then_some(())
    });
    assert!(!plant.process.said().contains("panicked"), "{}", plant.process.said());
    assert!(plant.process.terminate().success());
    history::verify(&setup.data);
    history::check_once(&history::events(&setup.data));
}

/// A request that someone might send by mistake or on purpose, and whether it is not even HTTP.
fn drawn_request(random: &mut Random) -> (Vec<u8>, bool) {
    let value = |random: &mut Random| -> String {
        let odd = [
            "",
            "0",
            "1",
            "-1",
            "18446744073709551615",
            "9223372036854775808",
            "1e999",
            "NaN",
            "true",
            "order-1",
            "cut",
            "mill",
            "metal",
            "utilisation",
            "lead-time-mean",
            "2026-03-02T00:00:00Z",
            "-009999-01-02T01:59:59Z",
            "9999-12-30T22:00:00.999999999Z",
            "%00",
            "%ff",
            "%2F..%2F..",
            "..",
            "%F0%9F%A7%B5",
            "'%20OR%201=1--",
            "open",
            "-lateness",
            "%",
        ];
        random.choose(&odd).to_owned()
    };
    let path = |random: &mut Random| -> String {
        let known = [
            "/",
            "/metrics",
            "/api/health",
            "/api/plant",
            "/api/places",
            "/api/resources/{}",
            "/api/board",
            "/api/offers",
            "/api/orders",
            "/api/orders/{}",
            "/api/orders/{}/cancel",
            "/api/orders/{}/operations/{}/why",
            "/api/account",
            "/api/account/events",
            "/api/events",
            "/api/openapi.json",
            "/api/{}",
            "/{}",
        ];
        let mut path = random.choose(&known).to_owned();
        while path.contains("{}") {
            path = path.replacen("{}", &value(random), 1);
        }
        let keys = [
            "from", "to", "place", "figure", "resource", "offset", "limit", "after", "status",
            "late", "search", "sort",
        ];
        for number in 0..random.below(5) {
            let (key, value) = (random.choose(&keys).to_owned(), value(random));
            path.push_str(&format!("{}{key}={value}", if number == 0 { '?' } else { '&' }));
        }
        path
    };
    let body = |random: &mut Random| -> String {
        let json = [
            "null",
            "0",
            "-1",
            "2",
            "1000000",
            "4294967295",
            "1e400",
            "\"\"",
            "\"bracket\"",
            "\"stand\"",
            "\"2026-12-01T00:00:00Z\"",
            "\"9999-12-30T22:00:00Z\"",
            "[]",
            "{}",
            "true",
            "\"\\u0000\"",
        ];
        let keys = ["id", "offer", "quantity", "due", "weight", "customer", "reason", "x"];
        let mut fields = vec!["\"offer\":\"bracket\"".to_owned(), "\"quantity\":1".to_owned()];
        // Every other body is a good one.
        for _ in 0..random.below(6).saturating_sub(2) {
            let key = random.choose(&keys).to_owned();
            fields.retain(|field| !field.starts_with(&format!("\"{key}\"")));
            fields.push(format!("\"{key}\":{}", random.choose(&json)));
        }
        format!("{{{}}}", fields.join(","))
    };
    let (method, path, body) = match random.below(10) {
        0..3 => ("POST", "/api/orders".to_owned(), body(random)),
        3 => (
            "POST",
            format!("/api/orders/{}/cancel", value(random)),
            "{\"reason\":\"\"}".to_owned(),
        ),
        4 => {
            let method =
                random.choose(&["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "WEAVE", "get"]);
            (method, path(random), body(random))
        }
        _ => ("GET", path(random), String::new()),
    };
    let kind = random.choose(&[
        "application/json",
        "application/json",
        "application/json",
        "text/plain",
        "",
    ]);
    let mut message = client::message(method, &path, &[("Content-Type", kind)], body.as_bytes());
    // One in three arrives damaged.
    let is_damaged = random.below(3) == 0;
    if is_damaged {
        for _ in 0..=random.below(8) {
            let at = random.below(message.len() as u64) as usize;
            match random.below(4) {
                0 => message[at] = random.below(256) as u8,
                1 => drop(message.remove(at)),
                2 => message.insert(at, random.below(256) as u8),
                _ => message.truncate(at.max(1)),
            }
            if message.is_empty() {
                break;
            }
        }
    }
    (message, is_damaged)
}

/// Whoever listens to `/api/stream`.
struct Watching {
    lines: BufReader<std::net::TcpStream>,
}

impl Watching {
    fn new(plant: &Plant) -> Self {
        let mut stream = client::connect(plant.http).unwrap();
        stream.write_all(&client::message("GET", "/api/stream", &[], b"")).unwrap();
        let mut watching = Self { lines: BufReader::new(stream) };
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(watching.lines.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("text/event-stream"), "{head}");
        watching
    }

    /// The next change with its id.
    fn next(&mut self) -> (u64, Value) {
        loop {
            let chunk = self.chunk();
            let mut fields = BTreeMap::new();
            for line in chunk.lines().filter(|line| !line.starts_with(':')) {
                if let Some((key, value)) = line.split_once(": ") {
                    fields.insert(key.to_owned(), value.to_owned());
                }
            }
            if fields.is_empty() {
                continue;
            }
            assert_eq!(fields["event"], "change", "{chunk}");
            return (fields["id"].parse().unwrap(), serde_json::from_str(&fields["data"]).unwrap());
        }
    }

    fn chunk(&mut self) -> String {
        let mut size = String::new();
        self.lines.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        self.lines.read_exact(&mut chunk).unwrap();
        String::from_utf8(chunk).unwrap()
    }
}

fn figure<'a>(account: &'a Value, id: &str) -> &'a Value {
    account["figures"].as_array().unwrap().iter().find(|figure| figure["id"] == id).unwrap()
}

/// All events behind a figure, a page at a time.
fn events_of(plant: &Plant, question: &str) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let offset = events.len();
        let page = plant.json(&format!("/api/account/events?{question}&offset={offset}&limit=40"));
        let page = page["events"].as_array().unwrap().clone();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// One schema for an object that is made of several.
fn together(document: &Value, parts: &[Value]) -> Value {
    let mut properties = serde_json::Map::new();
    let mut required = Vec::new();
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => part,
        };
        properties.extend(part["properties"].as_object().unwrap().clone());
        required.extend(part["required"].as_array().unwrap().iter().cloned());
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Checks a value against the part of JSON Schema that the description uses. Fields that are not
/// described count as faults, too.
fn conforms(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        return conforms(document, target, value, at);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return conforms(document, &together(document, parts), value, at);
    }
    if let Some(either) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let is_null = |schema: &&Value| schema["type"] == "null";
        if value.is_null() {
            assert!(either.iter().any(|schema| is_null(&schema)), "{at} is null: {schema}");
        } else {
            let others: Vec<_> = either.iter().filter(|schema| !is_null(schema)).collect();
            assert_eq!(others.len(), 1, "{at}: {schema}");
            conforms(document, others[0], value, at);
        }
        return;
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(|one| one.as_str().unwrap()).collect(),
        _ => panic!("{at}: a schema without a type: {schema}"),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.contains(&kind) || kind == "integer" && types.contains(&"number");
    assert!(fits, "{at} is {kind}, not {types:?}: {value}");
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if schema["items"].is_object() {
                    conforms(document, &schema["items"], item, &format!("{at}[{index}]"));
                }
            }
        }
        Value::Object(fields) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(required.as_str().unwrap()), "{at}: no {required}");
            }
            let Some(properties) = schema["properties"].as_object() else { return };
            for (key, field) in fields {
                let described = properties.get(key);
                let described = described.unwrap_or_else(|| panic!("{at}: {key} is not described"));
                conforms(document, described, field, &format!("{at}.{key}"));
            }
        }
        _ => {}
    }
}
