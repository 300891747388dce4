//! A plant with two mills and an oven for two that never close, spoken to and heard in short words.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_model::job_control::{JobCommand, JobReport, JobState, MachineState, Quantities};
use weft_model::{
    Connection, JobOrderId, Level, Millis, Mode, Need, NeedOf, Operation, OperationRef, Order,
    Resource, ResourceId, Route, Solution, Timestamp, Title, TwinBehaviour,
};
use weft_run::{Event, OperationStatus};

use crate::{Calendars, Engine, Input, OutboxChange, Outcome, PlanQuestion, Settings};

pub(crate) fn at(minute: i64) -> Timestamp {
    start() + Millis::new(minute * 60_000)
}

fn start() -> Timestamp {
    Timestamp::parse("2026-03-02T00:00:00Z").unwrap()
}

/// An order for ten pieces, milled for an hour and heated for half an hour.
pub(crate) fn order(id: &str, minute: i64) -> Order {
    Order {
        id: id.into(),
        offer: "part".into(),
        route: "part".into(),
        quantity: 10,
        placed: at(minute),
        release: at(minute),
        due: Some(at(minute + 120)),
        weight: 1,
        customer: String::new(),
    }
}

pub(crate) fn solution(orders: Vec<Order>) -> Solution {
    let resource = |id: &str, class: &str, capacity| Resource {
        id: id.into(),
        title: Title::same(id),
        place: "shop".into(),
        classes: vec![class.into()],
        capacity,
        calendar: "always".into(),
        connection: Connection {
            group: String::new(),
            edge_node: String::new(),
            device: String::new(),
        },
    };
    let operation = |id: &str, class: &str, after: &[&str], minutes: u32| Operation {
        id: id.into(),
        title: Title::same(id),
        after: after.iter().map(|id| (*id).into()).collect(),
        modes: vec![Mode {
            needs: vec![Need { of: NeedOf::Class(class.into()), amount: 1 }],
            takes: Millis::MINUTE.times(minutes),
            takes_each: Millis::ZERO,
        }],
        spans_breaks: true,
        rework_to: "mill".into(),
    };
    let resources =
        [resource("m-1", "mill", 1), resource("m-2", "mill", 1), resource("oven", "oven", 2)];
    let route = Route {
        id: "part".into(),
        operations: vec![
            operation("mill", "mill", &[], 60),
            operation("heat", "oven", &["mill"], 30),
        ],
    };
    Solution {
        id: "shop".into(),
        title: Title::same("Shop"),
        level: Level::Area,
        order_word: Title::same("order"),
        source: String::new(),
        time_zone: "UTC".to_owned(),
        places: Vec::new(),
        resources: resources.into_iter().map(|it| (it.id.clone(), it)).collect(),
        calendars: BTreeMap::new(),
        offers: BTreeMap::new(),
        routes: BTreeMap::from([(route.id.clone(), route)]),
        orders,
        twin: TwinBehaviour::exact(start()),
        history: Vec::new(),
    }
}

pub(crate) fn settings() -> Settings {
    Settings { plan_steps: 20, drift_steps: 5, ..Settings::default() }
}

pub(crate) fn engine(solution: Solution) -> Engine {
    let solution = Arc::new(solution);
    let calendars = Calendars::new(Arc::clone(&solution), start(), start());
    Engine::new(solution, calendars, settings())
}

/// What comes in, in short: a job order is `o/mill/1`.
#[derive(Debug, Clone)]
pub(crate) enum In {
    Tick,
    Place(&'static str),
    Cancel(&'static str),
    /// The answer to the last question, worked out when it was asked.
    Answer,
    /// The answer to the question before.
    StaleAnswer,
    /// What a machine says of a job order: started at, good pieces are what is left of ten.
    Says(&'static str, &'static str, JobState),
    Ends(&'static str, &'static str, u32, u32),
    Machine(&'static str, MachineState),
    Reborn(&'static str),
}

/// An engine, the questions it asked, and everything it ever said.
pub(crate) struct Plant {
    pub(crate) engine: Engine,
    pub(crate) questions: Vec<PlanQuestion>,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Plant {
    pub(crate) fn new(orders: Vec<Order>) -> Self {
        Self::around(engine(solution(orders)))
    }

    pub(crate) fn around(engine: Engine) -> Self {
        Self { engine, questions: Vec::new(), outcomes: Vec::new() }
    }

    pub(crate) fn tell(&mut self, minute: i64, what: &In) -> Vec<String> {
        let input = self.input(minute, what);
        let outcome = self.engine.handle(at(minute), input);
        self.questions.extend(outcome.question.clone());
        let said = said(&outcome);
        self.outcomes.push(outcome);
        said
    }

    pub(crate) fn status(&self, of: &OperationRef) -> OperationStatus {
        self.engine.state().operation(of).unwrap().status
    }

    /// Where an operation is planned.
    pub(crate) fn resource_of(&self, of: &OperationRef) -> &'static str {
        let state = self.engine.state();
        let planned = state.operation(of).unwrap().planned.as_ref().unwrap();
        let (id, _) = &state.job_operation(of).unwrap().modes[planned.mode].needs[0];
        ["m-1", "m-2", "oven"].into_iter().find(|known| *known == id.as_str()).unwrap()
    }

    /// A machine says something of a job order; ten good pieces where it has ended.
    pub(crate) fn report(&mut self, minute: i64, resource: &str, job_order: &str, state: JobState) {
        let quantities = Quantities { good: 10, ..Quantities::default() };
        let input = Input::Report(report(minute, resource, job_order, state, quantities));
        let outcome = self.engine.handle(at(minute), input);
        self.questions.extend(outcome.question.clone());
        self.outcomes.push(outcome);
    }

    fn input(&self, minute: i64, what: &In) -> Input {
        let answer = |back: usize| {
            let index = self.questions.len() - back;
            Input::Answer(self.questions[index].answer())
        };
        match *what {
            In::Tick => Input::Tick,
            In::Place(id) => Input::PlaceOrder(order(id, minute)),
            In::Cancel(id) => Input::CancelOrder { order: id.into(), reason: String::new() },
            In::Answer => answer(1),
            In::StaleAnswer => answer(2),
            In::Says(resource, job_order, state) => {
                Input::Report(report(minute, resource, job_order, state, Quantities::default()))
            }
            In::Ends(resource, job_order, scrap, rework) => {
                let quantities = Quantities { good: 10 - scrap - rework, scrap, rework };
                Input::Report(report(minute, resource, job_order, JobState::Ended, quantities))
            }
            In::Machine(resource, state) => {
                Input::Machine { resource: resource.into(), state, reason: String::new() }
            }
            In::Reborn(resource) => Input::Reborn(ResourceId::new(resource)),
        }
    }
}

fn report(
    minute: i64,
    resource: &str,
    job_order: &str,
    state: JobState,
    quantities: Quantities,
) -> JobReport {
    JobReport {
        resource: resource.into(),
        job_order: JobOrderId::new(job_order),
        state,
        at: at(minute),
        started: None,
        progress: 0.0,
        quantities,
        reason: String::new(),
    }
}

/// An outcome in short: events, `+`/`-` for the outbox, `>` for commands, `?` for a question with the
/// steps it may take, `!` for a refusal.
fn said(outcome: &Outcome) -> Vec<String> {
    let event = |event: &Event| match event {
        Event::OperationReleased { operation, attempt, resources, .. } => {
            format!("released {} {}", operation.job_order(*attempt), resources[0].0)
        }
        Event::OperationStarted { job_order, .. } => format!("started {job_order}"),
        Event::OperationFinished { job_order, .. } => format!("finished {job_order}"),
        Event::OperationAborted { job_order, .. } => format!("aborted {job_order}"),
        Event::OperationsSentBack { operations, quantity, .. } => {
            format!("sent-back {operations:?} {quantity}")
        }
        other => other.kind().to_owned(),
    };
    let command = |command: &JobCommand| {
        format!("{} {} {}", command.method.as_str(), command.job_order, command.resource)
    };
    let mut said: Vec<String> =
        outcome.events.iter().map(|recorded| event(&recorded.event)).collect();
    said.extend(outcome.outbox.iter().map(|change| match change {
        OutboxChange::Added(added) => format!("+ {}", command(added)),
        OutboxChange::Answered(job_order, method) => format!("- {} {job_order}", method.as_str()),
    }));
    said.extend(outcome.commands.iter().map(|sent| format!("> {}", command(sent))));
    said.extend(outcome.question.iter().map(|question| format!("? {}", question.steps)));
    said.extend(outcome.refusal.iter().map(|refusal| format!("! {}", refusal.code())));
    said
}

/// Tells a plant everything in turn; each answer is what is expected.
pub(crate) fn check(steps: &[(i64, In, &[&str])]) -> Plant {
    let mut plant = Plant::new(Vec::new());
    for (minute, what, expected) in steps {
        let said = plant.tell(*minute, what);
        assert_eq!(said, *expected, "at {minute}: {what:?}");
        let wakeup = plant.engine.next_wakeup(at(*minute));
        assert!(wakeup.is_none_or(|wakeup| at(*minute) < wakeup), "at {minute}: {what:?} spins");
    }
    plant
}
