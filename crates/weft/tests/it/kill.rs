//! `kill -9` at any moment, over real MQTT: nothing that was acknowledged is lost, and nothing is done
//! twice.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::client;
use crate::support::history::{self, MachinesSeen};
use crate::support::plant::{Plant, Setup};
use crate::support::random::Random;
use crate::support::{runs, solution, until};

/// `WEFT_RUNS` does more.
const KILLS: usize = 20;
/// An hour of the plant in a second and a bit: something happens every few milliseconds.
const SPEED: f64 = 3_000.0;

#[test]
fn killed_at_any_moment_while_its_machines_live_on() {
    let random = Random::fresh("killed_at_any_moment_while_its_machines_live_on");
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED);
    setup.twin = false;
    let memories = folder.path().join("machines");
    let mut machines = setup.machines(&memories);
    Killer::new(random, setup, &memories).go();
    assert!(machines.is_running(), "the machines did not notice more than a lost connection");
    assert!(machines.terminate().success());
}

#[test]
fn killed_at_any_moment_together_with_its_machines() {
    let random = Random::fresh("killed_at_any_moment_together_with_its_machines");
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path(), solution::busy(folder.path()), SPEED);
    let memories = setup.data.join("machines");
    Killer::new(random, setup, &memories).go();
}

/// Kills a plant over and over and checks what is left.
struct Killer<'a> {
    random: Random,
    setup: Setup,
    memories: &'a Path,
    seen: MachinesSeen,
    placed: BTreeSet<String>,
    cancelled: BTreeSet<String>,
}

/// When to kill.
#[derive(Debug)]
enum Moment {
    /// So long after the start of the process.
    Starting(Duration),
    /// So many events after the start, and then so long.
    Working { events: u64, then: Duration },
    /// As soon as an order has been acknowledged.
    Placed,
    /// So long after an order was sent, whatever became of it.
    Placing(Duration),
    /// As soon as the end of an order has been acknowledged.
    Cancelled,
}

impl<'a> Killer<'a> {
    fn new(random: Random, setup: Setup, memories: &'a Path) -> Self {
        let (seen, placed, cancelled) = Default::default();
        Self { random, setup, memories, seen, placed, cancelled }
    }

    fn go(&mut self) {
        let mut plant = self.setup.start();
        for kill in 0..runs(KILLS) {
            let moment = self.moment();
            let events = history::count(&self.setup.data);
            self.await_moment(&moment, &mut plant);
            plant.process.kill();
            self.check();
            let happened = history::count(&self.setup.data) - events;
            eprintln!("kill {kill}: {moment:?}, {happened} events");
            plant = self.setup.spawn();
        }
        plant.until_up();
        // Everything that was ever asked for comes to its end.
        until("every order closed", || {
            let last_is_known = plant.get("/api/orders/order-8").status == 200;
            (last_is_known && plant.metric("weft_orders_open") == 0.0).then_some(())
        });
        until("every command answered", || {
            (plant.metric("weft_outbox_pending") == 0.0).then_some(())
        });
        assert!(plant.process.terminate().success());
        self.check();
        self.check_end();
    }

    fn moment(&mut self) -> Moment {
        let mut micros = |bound| Duration::from_micros(self.random.below(bound));
        let (starting, then, placing) = (micros(600_000), micros(5_000), micros(4_000));
        match self.random.below(10) {
            0..2 => Moment::Starting(starting),
            2..6 => Moment::Working { events: 1 + self.random.below(20), then },
            6..8 => Moment::Placed,
            8 => Moment::Placing(placing),
            _ => Moment::Cancelled,
        }
    }

    fn await_moment(&mut self, moment: &Moment, plant: &mut Plant) {
        match moment {
            Moment::Starting(after) => std::thread::sleep(*after),
            Moment::Working { events, then } => {
                plant.until_up();
                self.placed.insert(plant.place("bracket", 3));
                let enough = history::count(&self.setup.data) + events;
                until("events", || {
                    self.seen.look(self.memories);
                    (enough <= history::count(&self.setup.data)).then_some(())
                });
                std::thread::sleep(*then);
            }
            Moment::Placed => {
                plant.until_up();
                self.placed.insert(plant.place("bracket", 2));
            }
            Moment::Placing(after) => {
                plant.until_up();
                let order = json!({ "offer": "stand", "quantity": 1 }).to_string();
                let kind = [("Content-Type", "application/json")];
                let mut stream = client::connect(plant.http).unwrap();
                let message = client::message("POST", "/api/orders", &kind, order.as_bytes());
                stream.write_all(&message).unwrap();
                let begun = Instant::now();
                // Shorter than a sleep can be.
                while begun.elapsed() < *after {
                    std::hint::spin_loop();
                }
            }
            Moment::Cancelled => {
                plant.until_up();
                let order = plant.place("stand", 2);
                self.placed.insert(order.clone());
                let reason = json!({ "reason": "changed our mind" });
                let answer = plant.post(&format!("/api/orders/{order}/cancel"), &reason);
                assert_eq!(answer.status, 200, "{answer:?}");
                self.cancelled.insert(order);
            }
        }
    }

    /// What must hold after every kill, with nobody running.
    fn check(&mut self) {
        self.seen.look(self.memories);
        history::verify(&self.setup.data);
        let events = history::events(&self.setup.data);
        history::check_once(&events);
        let placed = history::orders_with(&events, "order-placed");
        assert!(
            placed.is_superset(&self.placed),
            "acknowledged and lost: {:?}",
            &self.placed - &placed
        );
        let cancelled = history::orders_with(&events, "order-cancelled");
        let lost = &self.cancelled - &cancelled;
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }

    /// What must hold when all is done.
    fn check_end(&self) {
        let events = history::events(&self.setup.data);
        // The solution's own orders are known by who asked; an id alone could be anyone's.
        let asked_by: BTreeSet<&str> =
            events.iter().filter_map(|event| event.body["order"]["customer"].as_str()).collect();
        for customer in ["Li Na", "City library", "Railway station", "stock"] {
            assert!(asked_by.contains(customer), "an order of the solution is lost: {customer}");
        }
        let placed = history::orders_with(&events, "order-placed");
        let closed = &history::orders_with(&events, "order-completed")
            | &history::orders_with(&events, "order-cancelled");
        assert_eq!(placed, closed);
        let compared = self.seen.check_against(&events);
        eprintln!(
            "{} events; {compared} ended job orders compared with the machines",
            events.len()
        );
    }
}
