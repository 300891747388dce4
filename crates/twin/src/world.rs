//! An engine among machines, messages and faults, in virtual time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_engine::{Calendars, Engine, Input, Outcome, PlanAnswer, Settings};
use weft_model::job_control::{JobCommand, JobMethod, JobReport, MachineState};
use weft_model::{JobOrderId, Millis, OrderId, ResourceId, Solution, Timestamp, WorkingTime};
use weft_run::{Event, OrderStatus, Recorded, State, apply};

use crate::faults::Faults;
use crate::machine::{Machine, Said};
use crate::random::Random;
use crate::store::Store;

/// How long a message is under way.
const MESSAGE_TIME: Millis = Millis::new(20);
/// How long the planner takes to answer.
const PLANNING_TIME: Millis = Millis::SECOND;
/// How long the process is gone after it was killed.
const RESTART_TIME: Millis = Millis::SECOND.times(5);
/// The longest delay of a late message.
const LATE_MAX: Millis = Millis::HOUR;
/// How long a dead machine stays unreachable at most.
const DEAD_MAX: Millis = Millis::HOUR.times(8);

/// What decides in a world: an engine alone, or whatever drives one.
pub trait Process {
    /// Everything that follows from one input.
    fn handle(&mut self, now: Timestamp, input: Input) -> Outcome;
    /// The engine inside.
    fn engine(&self) -> &Engine;
}

impl Process for Engine {
    fn handle(&mut self, now: Timestamp, input: Input) -> Outcome {
        Engine::handle(self, now, input)
    }

    fn engine(&self) -> &Engine {
        self
    }
}

/// A simulated world. See the crate's documentation.
pub struct World {
    solution: Arc<Solution>,
    settings: Settings,
    calendars: Calendars,
    random: Random,
    faults: Faults,
    now: Timestamp,
    /// `None` while it is down.
    process: Option<Box<dyn Process>>,
    store: Store,
    machines: BTreeMap<ResourceId, Machine>,
    /// Machines that cannot be reached, and until when.
    dead: BTreeMap<ResourceId, Timestamp>,
    under_way: BTreeMap<(Timestamp, u64), Message>,
    sent: u64,
    messages: u64,
    kills: u64,
    witness: Witness,
}

/// Something that arrives later.
#[derive(Debug, Clone)]
enum Message {
    ToMachine(JobCommand),
    FromMachine(ResourceId, Said),
    Offline(ResourceId),
    Introduction(ResourceId),
    Answer(PlanAnswer),
    Restart,
    Wake,
}

/// What the world has seen the process acknowledge, to hold it against the journal.
#[derive(Debug, Clone, Default)]
struct Witness {
    orders_placed: BTreeSet<OrderId>,
    cleared: BTreeSet<JobOrderId>,
    finished_on_machines: BTreeMap<JobOrderId, BTreeSet<Timestamp>>,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// When the run stopped.
    pub until: Timestamp,
    /// Events kept.
    pub events: u64,
    /// Orders placed.
    pub orders: u64,
    /// Orders completed.
    pub completed: u64,
    /// Orders cancelled.
    pub cancelled: u64,
    /// Operations finished (rework counts again).
    pub operations: u64,
    /// Plans adopted.
    pub plans: u64,
    /// Messages sent in both directions.
    pub messages: u64,
    /// How often the process was killed.
    pub kills: u64,
}

impl World {
    /// A world at the start of the solution's virtual plant.
    pub fn new(solution: Arc<Solution>, settings: Settings, seed: u64) -> Self {
        let calendars = calendars(&solution);
        let engine = Engine::new(Arc::clone(&solution), calendars, Settings { seed, ..settings });
        Self::around(Box::new(engine), solution, settings, seed)
    }

    /// The same world around another process. Should faults kill it, an engine of the world's own takes
    /// its place.
    pub fn around(
        process: Box<dyn Process>,
        solution: Arc<Solution>,
        settings: Settings,
        seed: u64,
    ) -> Self {
        let settings = Settings { seed, ..settings };
        let begin = solution.twin.start;
        let calendars = calendars(&solution);
        let machines = solution
            .resources
            .values()
            .map(|resource| {
                let working = calendars.times().get(&resource.id).cloned();
                let machine = Machine::new(
                    resource.id.clone(),
                    resource.capacity,
                    working.unwrap_or_else(WorkingTime::always),
                    solution.twin.clone(),
                    seed,
                    begin,
                );
                (resource.id.clone(), machine)
            })
            .collect();
        let mut world = Self {
            solution,
            settings,
            calendars,
            random: Random::named(seed, "world"),
            faults: Faults::NONE,
            now: begin,
            process: Some(process),
            store: Store::default(),
            machines,
            dead: BTreeMap::new(),
            under_way: BTreeMap::new(),
            sent: 0,
            messages: 0,
            kills: 0,
            witness: Witness::default(),
        };
        world.after(Millis::ZERO, Message::Wake);
        world
    }

    /// Runs with these faults until `until`, or until every order is closed. `on_events` sees what is
    /// kept, when it is kept.
    pub fn run(
        &mut self,
        faults: Faults,
        until: Timestamp,
        on_events: &mut dyn FnMut(&[Recorded]),
    ) -> Summary {
        self.faults = faults;
        while !self.is_done() {
            let Some(next) = self.next_instant().filter(|next| *next < until) else {
                self.now = self.now.max(until.min(Timestamp::MAX));
                break;
            };
            self.now = self.now.max(next);
            self.step(on_events);
        }
        self.summary()
    }

    /// Where the run stands.
    pub fn summary(&self) -> Summary {
        let nothing = State::default();
        let state = self.state().unwrap_or(&nothing);
        let count =
            |status| state.orders.values().filter(|order| order.status == status).count() as u64;
        let finished =
            |recorded: &&Recorded| matches!(recorded.event, Event::OperationFinished { .. });
        Summary {
            until: self.now,
            events: self.store.events.len() as u64,
            orders: state.orders.len() as u64,
            completed: count(OrderStatus::Completed),
            cancelled: count(OrderStatus::Cancelled),
            operations: self.store.events.iter().filter(finished).count() as u64,
            plans: state.plans_adopted,
            messages: self.messages,
            kills: self.kills,
        }
    }

    /// All events kept so far.
    pub fn events(&self) -> &[Recorded] {
        &self.store.events
    }

    /// The engine's state; `None` while the process is down.
    pub fn state(&self) -> Option<&State> {
        self.engine().map(Engine::state)
    }

    fn engine(&self) -> Option<&Engine> {
        self.process.as_deref().map(Process::engine)
    }

    /// Whether every order has been placed and closed.
    pub fn is_done(&self) -> bool {
        self.engine().is_some_and(Engine::is_done)
    }

    /// Invariants that hold at every moment, with the first breach in words:
    ///
    /// - RUN-1: a resource never holds more than its capacity.
    /// - RUN-2: no operation starts before what comes before it has finished.
    /// - RUN-3: an operation's attempt finishes at most once, and a machine begins it at most once.
    /// - JRN-1: nothing acknowledged is lost: orders that were confirmed and reports that machines were
    ///   told to forget are in the journal.
    /// - JRN-2: replaying the journal gives the state of the running engine.
    pub fn check(&self) -> Result<(), String> {
        self.check_history()?;
        for id in &self.witness.cleared {
            let is_kept = self.store.events.iter().any(|recorded| match &recorded.event {
                Event::OperationFinished { job_order, .. }
                | Event::OperationAborted { job_order, .. } => job_order == id,
                _ => false,
            });
            let was_finished = self.witness.finished_on_machines.contains_key(id);
            if was_finished && !is_kept {
                return Err(format!("JRN-1: `{id}` was cleared at its machine but is not kept"));
            }
        }
        for id in &self.witness.orders_placed {
            let is_kept = self.store.events.iter().any(
                |recorded| matches!(&recorded.event, Event::OrderPlaced { order, .. } if order.id == *id),
            );
            if !is_kept {
                return Err(format!("JRN-1: order `{id}` was confirmed but is not kept"));
            }
        }
        for (id, times) in &self.witness.finished_on_machines {
            if 1 < times.len() {
                return Err(format!("RUN-3: a machine finished `{id}` {} times", times.len()));
            }
        }
        for machine in self.machines.values() {
            for (id, job) in &machine.memory().jobs {
                if 1 < job.begun {
                    return Err(format!("RUN-3: `{id}` was begun {} times", job.begun));
                }
            }
        }
        match self.state() {
            Some(state) if *state != self.replayed() => {
                Err("JRN-2: replaying the journal gives another state".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// LIVE-1: every order that was placed is closed. Holds once faults have stopped and the run went on
    /// long enough.
    pub fn check_ended(&self) -> Result<(), String> {
        let Some(state) = self.state() else {
            return Err("LIVE-1: the process is down".to_owned());
        };
        let open = state.orders.values().find(|order| order.status == OrderStatus::Open);
        match open {
            Some(order) => Err(format!("LIVE-1: order `{}` never ends", order.order.id)),
            None if self.is_done() => Ok(()),
            None => Err("LIVE-1: an order was never placed".to_owned()),
        }
    }

    fn check_history(&self) -> Result<(), String> {
        let mut held: BTreeMap<&ResourceId, u32> = BTreeMap::new();
        let mut resources_of: BTreeMap<JobOrderId, &Vec<(ResourceId, u32)>> = BTreeMap::new();
        let mut finished: BTreeSet<&JobOrderId> = BTreeSet::new();
        let mut state = self.fresh_state();
        for recorded in &self.store.events {
            match &recorded.event {
                Event::OperationReleased { operation, attempt, resources, .. } => {
                    for (id, amount) in resources {
                        let sum = held.entry(id).or_default();
                        *sum += amount;
                        let capacity = self.solution.resources.get(id).map_or(0, |r| r.capacity);
                        if capacity < *sum {
                            return Err(format!("RUN-1: `{id}` holds {sum} of {capacity}"));
                        }
                    }
                    let order = state.orders.get(&operation.order);
                    let open = order.and_then(|order| {
                        let what = order.job_operation(&operation.operation)?;
                        what.after.iter().find(|before| {
                            order
                                .operations
                                .get(*before)
                                .is_none_or(|o| o.status != weft_run::OperationStatus::Finished)
                        })
                    });
                    if let Some(before) = open {
                        return Err(format!("RUN-2: `{operation}` went before `{before}` ended"));
                    }
                    resources_of.insert(operation.job_order(*attempt), resources);
                }
                Event::OperationFinished { job_order, .. }
                | Event::OperationAborted { job_order, .. } => {
                    if !finished.insert(job_order) {
                        return Err(format!("RUN-3: `{job_order}` ended twice"));
                    }
                    for (id, amount) in resources_of.get(job_order).into_iter().copied().flatten() {
                        if let Some(sum) = held.get_mut(id) {
                            *sum -= amount;
                        }
                    }
                }
                _ => {}
            }
            apply(&mut state, recorded);
        }
        Ok(())
    }

    fn replayed(&self) -> State {
        let mut state = self.fresh_state();
        for recorded in &self.store.events {
            apply(&mut state, recorded);
        }
        state
    }

    fn fresh_state(&self) -> State {
        State::new(self.solution.resources.values().map(|r| (r.id.clone(), r.capacity)))
    }

    fn next_instant(&self) -> Option<Timestamp> {
        let message = self.under_way.first_key_value().map(|((at, _), _)| *at);
        let engine = self.engine().and_then(|engine| engine.next_wakeup(self.now));
        let machine = self.machines.values().map(Machine::next_wakeup).min();
        [message, engine, machine].into_iter().flatten().min()
    }

    /// Does the one thing that is due first.
    fn step(&mut self, on_events: &mut dyn FnMut(&[Recorded])) {
        if let Some(entry) = self.under_way.first_entry()
            && entry.key().0 <= self.now
        {
            let message = entry.remove();
            self.deliver(message, on_events);
            return;
        }
        let due = self.machines.iter().find(|(_, machine)| machine.next_wakeup() <= self.now);
        if let Some((id, _)) = due {
            let id = id.clone();
            let said = self.machines.get_mut(&id).map(|machine| machine.advance(self.now));
            self.send_all(&id, said.unwrap_or_default());
            return;
        }
        self.handle(Input::Tick, on_events);
    }

    fn deliver(&mut self, message: Message, on_events: &mut dyn FnMut(&[Recorded])) {
        match message {
            Message::ToMachine(command) => {
                let id = command.resource.clone();
                if self.dead.contains_key(&id) {
                    return;
                }
                if let Some(machine) = self.machines.get_mut(&id) {
                    let said = machine.heed(self.now, &command);
                    self.send_all(&id, said);
                }
            }
            Message::FromMachine(resource, Said::State(state)) => {
                let reason = if state == MachineState::Up { "" } else { "it reports a failure" };
                let input = Input::Machine { resource, state, reason: reason.to_owned() };
                self.handle(input, on_events);
            }
            Message::FromMachine(_, Said::Report(report)) => {
                self.handle(Input::Report(report), on_events);
            }
            Message::Offline(resource) => {
                let reason = "its connection is gone".to_owned();
                let state = MachineState::Offline;
                self.handle(Input::Machine { resource, state, reason }, on_events);
            }
            Message::Introduction(id) => {
                self.dead.remove(&id);
                let said = self.machines.get_mut(&id).map(|machine| machine.introduce(self.now));
                // A birth and what follows it come over one connection, in order and whole.
                for said in said.unwrap_or_default() {
                    self.note(&said);
                    self.after(MESSAGE_TIME, Message::FromMachine(id.clone(), said));
                }
                self.handle(Input::Reborn(id), on_events);
            }
            Message::Answer(answer) => self.handle(Input::Answer(answer), on_events),
            Message::Restart => self.restart(on_events),
            Message::Wake => self.handle(Input::Tick, on_events),
        }
    }

    fn handle(&mut self, input: Input, on_events: &mut dyn FnMut(&[Recorded])) {
        let Some(process) = &mut self.process else { return };
        let outcome = process.handle(self.now, input);
        if self.is_killed() {
            return;
        }
        if !outcome.events.is_empty() || !outcome.outbox.is_empty() {
            self.store.commit(&outcome);
            on_events(&outcome.events);
            if let Some(process) = &self.process {
                self.store.snapshot_if_due(process.engine());
            }
        }
        self.act(outcome);
    }

    /// Does what an outcome that has been kept asks for; the process may die at every step.
    fn act(&mut self, outcome: Outcome) {
        for recorded in &outcome.events {
            if let Event::OrderPlaced { order, .. } = &recorded.event {
                self.witness.orders_placed.insert(order.id.clone());
            }
        }
        for command in outcome.commands {
            if self.is_killed() {
                return;
            }
            if command.method == JobMethod::Clear {
                self.witness.cleared.insert(command.job_order.clone());
            }
            self.send(Message::ToMachine(command));
        }
        if let Some(question) = outcome.question {
            if self.is_killed() {
                return;
            }
            self.after(PLANNING_TIME, Message::Answer(question.answer()));
        }
    }

    fn is_killed(&mut self) -> bool {
        let killed = 0 < self.faults.killed && self.random.below(100) < self.faults.killed;
        if killed {
            self.process = None;
            self.kills += 1;
            self.under_way.retain(|_, message| !matches!(message, Message::Answer(_)));
            self.after(RESTART_TIME, Message::Restart);
        }
        killed
    }

    fn restart(&mut self, on_events: &mut dyn FnMut(&[Recorded])) {
        let mut engine =
            Engine::new(Arc::clone(&self.solution), self.calendars.clone(), self.settings);
        self.store.restore(&mut engine);
        self.process = Some(Box::new(engine));
        let reachable: Vec<ResourceId> =
            self.machines.keys().filter(|id| !self.dead.contains_key(*id)).cloned().collect();
        for id in reachable {
            self.after(MESSAGE_TIME, Message::Introduction(id));
        }
        self.handle(Input::Tick, on_events);
    }

    fn send_all(&mut self, id: &ResourceId, said: Vec<Said>) {
        for said in &said {
            self.note(said);
        }
        if self.dead.contains_key(id) {
            return;
        }
        for said in said {
            self.send(Message::FromMachine(id.clone(), said));
        }
        if let Some(mean) = self.faults.dead_every {
            // One draw for each time a machine speaks; it speaks at least once an hour.
            if self.random.happens(Millis::HOUR.as_hours() / mean.as_hours()) {
                let back = self.now + DEAD_MAX.scaled(self.random.unit());
                self.dead.insert(id.clone(), back);
                self.after(MESSAGE_TIME, Message::Offline(id.clone()));
                self.after(back - self.now + Millis::SECOND, Message::Introduction(id.clone()));
            }
        }
    }

    /// Remembers what really happened at the machines.
    fn note(&mut self, said: &Said) {
        if let Said::Report(JobReport { job_order, state, at, .. }) = said
            && *state == weft_model::job_control::JobState::Ended
        {
            self.witness.finished_on_machines.entry(job_order.clone()).or_default().insert(*at);
        }
    }

    /// Sends a message over the faulty network.
    fn send(&mut self, message: Message) {
        self.messages += 1;
        let draw = |random: &mut Random, percent: u64| 0 < percent && random.below(100) < percent;
        if draw(&mut self.random, self.faults.lost) {
            return;
        }
        let mut delay = MESSAGE_TIME;
        if draw(&mut self.random, self.faults.late) {
            delay = delay + LATE_MAX.scaled(self.random.unit());
        }
        if draw(&mut self.random, self.faults.doubled) {
            let again = delay + Millis::SECOND.times(self.random.below(600) as u32);
            self.after(again, message.clone());
        }
        self.after(delay, message);
    }

    fn after(&mut self, delay: Millis, message: Message) {
        // The count keeps messages of one instant in the order they were sent.
        self.sent += 1;
        self.under_way.insert((self.now + delay, self.sent), message);
    }
}

/// Laid out for all orders that are known.
fn calendars(solution: &Arc<Solution>) -> Calendars {
    let begin = solution.twin.start;
    let last = solution.orders.iter().map(|order| order.placed).max();
    Calendars::new(Arc::clone(solution), begin, last.unwrap_or(begin).max(begin))
}
