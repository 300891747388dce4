//! Rework in a job with two branches: `cut`, then `bend` and `drill` side by side, then `weld`.

use weft_model::job_control::{JobReport, JobState, Quantities};
use weft_model::{Job, JobMode, JobOperation, Millis, OperationRef, Order, Timestamp, Title};

use crate::{
    Assignment, Command, Event, OperationState, OperationStatus, OrderStatus, Recorded, State,
    apply, decide,
};

struct Shop {
    state: State,
    now: Timestamp,
}

impl Shop {
    fn new() -> Self {
        let operation = |id: &str, after: &[&str]| JobOperation {
            id: id.into(),
            title: Title::same(id),
            after: after.iter().map(|id| (*id).into()).collect(),
            modes: vec![JobMode { needs: vec![(id.into(), 1)], work: Millis::MINUTE }],
            spans_breaks: true,
            rework_to: "cut".into(),
        };
        let operations = vec![
            operation("cut", &[]),
            operation("bend", &["cut"]),
            operation("drill", &["cut"]),
            operation("weld", &["bend", "drill"]),
        ];
        let resources = operations.iter().map(|operation| (operation.id.as_str().into(), 1));
        let state = State::new(resources.collect::<Vec<_>>());
        let order = Order {
            id: "o".into(),
            offer: "thing".into(),
            route: "thing".into(),
            quantity: 10,
            placed: Timestamp::default(),
            release: Timestamp::default(),
            due: None,
            weight: 1,
            customer: String::new(),
        };
        let mut shop = Self { state, now: Timestamp::default() };
        shop.tell(Command::PlaceOrder { order, job: Job { order: "o".into(), operations } });
        shop
    }

    fn tell(&mut self, command: Command) -> Vec<&'static str> {
        let events = decide(&self.state, self.now, command).unwrap();
        let kinds = events.iter().map(Event::kind).collect();
        for event in events {
            let recorded = Recorded { sequence: self.state.sequence + 1, at: self.now, event };
            apply(&mut self.state, &recorded);
        }
        kinds
    }

    fn release(&mut self, operation: &str) {
        // Long enough for whatever a machine gave up.
        self.now = self.now + Millis::DAY;
        let of = OperationRef::new("o", operation);
        let place = Assignment { mode: 0, start: self.now, end: self.now };
        self.tell(Command::AdoptPlan { assignments: vec![(of.clone(), Some(place))], cost: 0 });
        self.tell(Command::Release { operation: of });
    }

    fn finish(&mut self, operation: &str, scrap: u32, rework: u32) -> Vec<&'static str> {
        let job_order = OperationRef::new("o", operation).job_order(self.of(operation).attempt);
        self.tell(Command::Report(JobReport {
            resource: operation.into(),
            job_order,
            state: JobState::Ended,
            at: self.now,
            started: None,
            progress: 1.0,
            quantities: Quantities { good: 0, scrap, rework },
            reason: String::new(),
        }))
    }

    fn run(&mut self, operation: &str, scrap: u32, rework: u32) -> Vec<&'static str> {
        self.release(operation);
        self.finish(operation, scrap, rework)
    }

    fn of(&self, operation: &str) -> &OperationState {
        self.state.operation(&OperationRef::new("o", operation)).unwrap()
    }

    /// Good and scrapped pieces of each operation, in route order.
    fn pieces(&self) -> Vec<(u32, u32)> {
        let pieces = |id| (self.of(id).quantities.good, self.of(id).quantities.scrap);
        ["cut", "bend", "drill", "weld"].map(pieces).to_vec()
    }
}

#[test]
fn what_is_scrapped_on_the_way_back_does_not_arrive() {
    let mut shop = Shop::new();
    shop.run("cut", 0, 0);
    shop.run("drill", 0, 0);
    shop.run("bend", 0, 3);
    shop.run("cut", 1, 0);
    shop.release("bend");
    assert_eq!(shop.of("bend").quantity, 2);
    shop.finish("bend", 0, 0);
    assert_eq!(shop.run("weld", 0, 0).last(), Some(&"order-completed"));
    assert_eq!(shop.pieces(), [(9, 1), (9, 0), (10, 0), (9, 0)]);
}

#[test]
fn pieces_that_two_branches_send_back_are_done_together() {
    let mut shop = Shop::new();
    shop.run("cut", 0, 0);
    shop.release("drill");
    shop.run("bend", 0, 3);
    shop.finish("drill", 0, 2);
    let cut = shop.of("cut");
    assert_eq!((cut.attempt, cut.quantity, cut.quantities.good), (3, 5, 5));
    shop.run("cut", 0, 0);
    shop.run("bend", 0, 0);
    shop.run("drill", 0, 0);
    shop.run("weld", 0, 0);
    assert_eq!(shop.pieces(), [(10, 0); 4]);
    assert_eq!(shop.state.orders["o"].status, OrderStatus::Completed);
}

#[test]
fn a_machine_that_has_pieces_gives_them_up_when_more_are_sent_back() {
    let mut shop = Shop::new();
    shop.run("cut", 0, 0);
    shop.release("drill");
    shop.run("bend", 0, 3);
    shop.release("cut");
    let kinds = shop.finish("drill", 0, 2);
    assert_eq!(kinds[2..], ["operation-aborted", "operations-sent-back"]);
    let cut = shop.of("cut");
    assert_eq!((cut.status, cut.quantity), (OperationStatus::Waiting, 5));
    assert_eq!(shop.state.resources["cut"].free(), 1, "the saw is held by nobody");
    shop.run("cut", 0, 0);
    assert_eq!(shop.of("cut").quantities.good, 10);
}
