//! The machine: inputs in, outcomes out.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_model::job_control::{JobCommand, JobMethod, JobReport, MachineState};
use weft_model::{
    JobOrderId, Millis, OperationRef, Order, OrderId, ResourceId, Solution, Timestamp, WorkingTime,
};
use weft_run::{Command, Event, Recorded, Refusal, State, apply, decide};

use crate::calendars::Calendars;
use crate::dispatch::Queues;
use crate::orders;
use crate::outbox::{Outbox, OutboxChange, Pending};
use crate::planning::{PlanAnswer, PlanQuestion, Planner};

/// How an engine behaves where the solution leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Seed of everything the planner draws.
    pub seed: u64,
    /// Steps the planner may take when something unforeseen asks for a new plan.
    pub plan_steps: u64,
    /// Steps it may take when the plan in force has only drifted.
    pub drift_steps: u64,
    /// A plan that has only drifted is made anew no more often than this.
    pub drift_pause: Millis,
    /// How far an operation may be off its planned end before that counts as drift.
    pub drift_tolerance: Millis,
    /// A command that no machine has answered is sent again after this.
    pub resend_after: Millis,
    /// How long a machine that is down is expected to stay so.
    pub expected_repair: Millis,
}

/// What can come in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Someone asks for something.
    PlaceOrder(Order),
    /// Someone calls an order off.
    CancelOrder {
        /// Which.
        order: OrderId,
        /// Why.
        reason: String,
    },
    /// A machine reports on a job order.
    Report(JobReport),
    /// A machine reports on itself, or its connection does.
    Machine {
        /// Which.
        resource: ResourceId,
        /// Its state.
        state: MachineState,
        /// Why, if it is not up.
        reason: String,
    },
    /// A machine has just introduced itself: what it was told before may have been lost.
    Reborn(ResourceId),
    /// The planner has answered.
    Answer(PlanAnswer),
    /// Time has passed.
    Tick,
}

/// What follows from an input. The shell keeps `events` and `outbox` in one transaction, and only then
/// sends `commands`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// New events, in sequence.
    pub events: Vec<Recorded>,
    /// What changed in the outbox.
    pub outbox: Vec<OutboxChange>,
    /// Commands to send now: new ones and ones sent again. Sending one twice is harmless.
    pub commands: Vec<JobCommand>,
    /// A question for the planner. There is never more than one open.
    pub question: Option<PlanQuestion>,
    /// Why the input had no effect of its own, if it had none.
    pub refusal: Option<Refusal>,
    /// Orders of the solution whose time had come and that cannot be taken on.
    pub not_placed: Vec<Refusal>,
}

/// One plant's engine. See the crate's documentation.
#[derive(Debug, Clone)]
pub struct Engine {
    solution: Arc<Solution>,
    settings: Settings,
    calendars: Calendars,
    state: State,
    queues: Queues,
    outbox: Outbox,
    planner: Planner,
    /// How many of the solution's orders (by `placed`) have been looked at.
    orders_seen: usize,
    /// Whether the state is from before and nothing has been handled since.
    was_restored: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            plan_steps: 120,
            drift_steps: 20,
            drift_pause: Millis::HOUR.times(4),
            drift_tolerance: Millis::MINUTE.times(10),
            resend_after: Millis::MINUTE,
            expected_repair: Millis::HOUR,
        }
    }
}

impl Engine {
    /// An engine for a plant in which nothing has happened yet.
    pub fn new(solution: Arc<Solution>, calendars: Calendars, settings: Settings) -> Self {
        let state = State::new(solution.resources.values().map(|r| (r.id.clone(), r.capacity)));
        Self {
            solution,
            settings,
            calendars,
            state,
            queues: Queues::default(),
            outbox: Outbox::default(),
            planner: Planner::default(),
            orders_seen: 0,
            was_restored: false,
        }
    }

    /// Starts from a state that was kept, instead of from nothing. What the solution says about
    /// resources today wins over what was kept; one that it no longer knows has no capacity.
    pub fn restore(&mut self, mut state: State) {
        for (id, resource) in &mut state.resources {
            resource.capacity = self.solution.resources.get(id).map_or(0, |known| known.capacity);
        }
        for (id, resource) in &self.solution.resources {
            state
                .resources
                .entry(id.clone())
                .or_insert_with(|| weft_run::ResourceState::new(resource.capacity));
        }
        self.state = state;
        self.queues.rebuild(&self.state);
        self.was_restored = true;
    }

    /// Takes in an event that was kept after the restored state.
    ///
    /// # Panics
    /// When it is not the next in sequence.
    pub fn replay(&mut self, recorded: &Recorded) {
        self.was_restored = true;
        self.take_in(recorded);
    }

    /// Takes in the commands that were kept as not yet answered. They are sent at the next input.
    pub fn restore_outbox(&mut self, commands: Vec<JobCommand>) {
        self.outbox.restore(commands);
    }

    /// Everything that follows from one input at `now`. Time does not run back: an earlier `now` counts
    /// as the time of the last event.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Outcome {
        let now = now.max(self.state.at);
        self.calendars.reach(now);
        let mut outcome = Outcome::default();
        if std::mem::take(&mut self.was_restored) {
            self.give_up_what_nobody_has(now, &mut outcome);
        }
        self.heed(now, input, &mut outcome);
        self.place_orders_that_are_due(now, &mut outcome);
        self.dispatch(now, &mut outcome);
        outcome.commands.extend(self.outbox.due(now, self.settings.resend_after));
        if self.planner.wants_plan(&self.state, &self.settings, now) {
            outcome.question =
                self.planner.ask(&self.state, self.calendars.times(), &self.settings, now);
        }
        outcome
    }

    /// When to call [`Engine::handle`] with [`Input::Tick`] if nothing comes in before; `None` when
    /// only an input can change anything.
    pub fn next_wakeup(&self, now: Timestamp) -> Option<Timestamp> {
        let next_order = self.solution.orders.get(self.orders_seen).map(|order| order.placed);
        let next_release = self.queues.next_release(&self.state, self.calendars.times(), now);
        let next_resend = self.outbox.next_due(self.settings.resend_after);
        let next_plan = self.planner.next_wakeup(&self.state, &self.settings, now);
        [next_order, next_release, next_resend, next_plan]
            .into_iter()
            .flatten()
            .min()
            .map(|at| at.max(now + Millis::new(1)))
    }

    /// Orders of the solution that were placed before and looked different then. What was placed holds.
    pub fn changed_orders(&self) -> impl Iterator<Item = &OrderId> {
        let known = |order: &Order| {
            let placed = self.state.orders.get(&order.id);
            placed.is_some_and(|placed| placed.order != *order)
        };
        self.solution.orders.iter().filter(move |order| known(order)).map(|order| &order.id)
    }

    /// The state now.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the plant is.
    pub fn solution(&self) -> &Arc<Solution> {
        &self.solution
    }

    /// When each resource works.
    pub fn working(&self) -> &BTreeMap<ResourceId, WorkingTime> {
        self.calendars.times()
    }

    /// What the plan in force poses and says at `now`, to be explained or improved; `None` when there is
    /// nothing to plan. Its `warm_start` is the plan in force.
    pub fn question(&self, now: Timestamp) -> Option<PlanQuestion> {
        let repair = self.settings.expected_repair;
        crate::planning::question(&self.state, self.calendars.times(), repair, now)
    }

    /// Commands that no machine has answered yet.
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.outbox.pending()
    }

    /// Whether nothing is left to do: every order of the solution has been placed and every order that
    /// was placed is closed.
    pub fn is_done(&self) -> bool {
        self.orders_seen == self.solution.orders.len()
            && self.state.orders.values().all(|order| order.status != weft_run::OrderStatus::Open)
    }

    fn heed(&mut self, now: Timestamp, input: Input, outcome: &mut Outcome) {
        match input {
            Input::PlaceOrder(order) => {
                if let Some(job) = weft_model::job::job_of(&self.solution, &order) {
                    self.decide(now, Command::PlaceOrder { order, job }, outcome);
                } else {
                    let why = format!("the solution has no route `{}`", order.route);
                    outcome.refusal = Some(Refusal::BadJob { order: order.id, why });
                }
            }
            Input::CancelOrder { order, reason } => {
                self.decide(now, Command::CancelOrder { order, reason }, outcome);
                self.abort_what_is_unwanted(None, outcome);
            }
            Input::Report(report) => self.heed_report(now, report, outcome),
            Input::Machine { resource, state, reason } => {
                let expected_up = now + self.settings.expected_repair;
                let command = Command::Machine { resource, state, reason, expected_up };
                self.decide(now, command, outcome);
            }
            Input::Reborn(resource) => {
                self.outbox.resend_all_of(&resource);
                self.say_again_what_it_holds(&resource, outcome);
            }
            Input::Answer(answer) => {
                if let Some(command) = self.planner.heed_answer(answer) {
                    self.decide(now, command, outcome);
                }
            }
            Input::Tick => {}
        }
    }

    fn heed_report(&mut self, now: Timestamp, report: JobReport, outcome: &mut Outcome) {
        let (resource, job_order, job_state) =
            (report.resource.clone(), report.job_order.clone(), report.state);
        self.decide(now, Command::Report(report), outcome);
        // Any word about a job order shows that its command arrived, unless someone else says it.
        if !matches!(outcome.refusal, Some(Refusal::WrongResource { .. })) {
            self.outbox.answered(&job_order, job_state, &mut outcome.outbox);
        }
        self.abort_what_is_unwanted(Some(&job_order), outcome);
        let command = |method| JobCommand {
            resource: resource.clone(),
            method,
            job_order: job_order.clone(),
            work: None,
        };
        let is_known = !matches!(
            outcome.refusal,
            Some(Refusal::UnknownJobOrder { .. } | Refusal::WrongResource { .. })
        );
        if job_state.is_final() {
            // It has been kept (or was never ours): the machine may forget it. Asked for again at each
            // report, so that it needs no place in the outbox.
            outcome.commands.push(command(JobMethod::Clear));
        } else if !is_known || self.is_out_of_date(&job_order) {
            outcome.commands.push(command(JobMethod::Abort));
        }
    }

    /// Asks a machine once more for everything it has: it may have lost its memory. One that has not
    /// answers with where it stands.
    fn say_again_what_it_holds(&mut self, resource: &ResourceId, outcome: &mut Outcome) {
        let Some(known) = self.state.resources.get(resource) else { return };
        for job_order in known.held_by.keys() {
            if self.outbox.has_any_of(job_order) {
                continue;
            }
            let held = self.state.by_job_order(job_order).map(|(of, _)| of);
            let command =
                held.and_then(|of| orders::store_and_start(&self.state, &of, job_order.clone()));
            // What it holds beside another resource is that one's to do.
            if let Some(command) = command.filter(|command| command.resource == *resource) {
                self.outbox.add(command, &mut outcome.outbox);
            }
        }
    }

    /// Gives up what resources have that the solution no longer knows: nobody will report on it.
    fn give_up_what_nobody_has(&mut self, now: Timestamp, outcome: &mut Outcome) {
        for report in orders::orphans(&self.solution, &self.state, now) {
            let mut side = Outcome::default();
            self.heed_report(now, report, &mut side);
            outcome.events.append(&mut side.events);
            outcome.outbox.append(&mut side.outbox);
        }
    }

    /// Whether a machine still works at something that is no longer wanted from it.
    fn is_out_of_date(&self, job_order: &JobOrderId) -> bool {
        self.state
            .by_job_order(job_order)
            .is_none_or(|(_, operation)| !operation.status.is_under_way())
    }

    /// Tells machines to give up what the events of an outcome say is not wanted from them any more.
    /// `reported`: the job order whose machine caused them; it knows.
    fn abort_what_is_unwanted(&mut self, reported: Option<&JobOrderId>, outcome: &mut Outcome) {
        let mut unwanted: Vec<JobOrderId> = Vec::new();
        for recorded in &outcome.events {
            match &recorded.event {
                Event::OrderCancelled { order, .. } => {
                    let operations = self.state.orders.get(order).into_iter();
                    let under_way = operations
                        .flat_map(|known| &known.operations)
                        .filter(|(_, operation)| operation.status.is_under_way())
                        .map(|(id, operation)| {
                            let (order, id) = (order.clone(), id.clone());
                            OperationRef { order, operation: id }.job_order(operation.attempt)
                        });
                    unwanted.extend(under_way);
                }
                Event::OperationAborted { job_order, .. } if Some(job_order) != reported => {
                    unwanted.push(job_order.clone());
                }
                _ => {}
            }
        }
        for job_order in unwanted {
            let machine = job_order
                .parts()
                .and_then(|(of, _)| self.state.operation(&of)?.resources.first().cloned());
            if let Some((resource, _)) = machine {
                let command =
                    JobCommand { resource, method: JobMethod::Abort, job_order, work: None };
                self.outbox.add(command, &mut outcome.outbox);
            }
        }
    }

    fn place_orders_that_are_due(&mut self, now: Timestamp, outcome: &mut Outcome) {
        while let Some(order) = self.solution.orders.get(self.orders_seen) {
            if now < order.placed {
                break;
            }
            self.orders_seen += 1;
            if let Some(command) = orders::place_unless_known(&self.solution, &self.state, order) {
                let mut side = Outcome::default();
                self.decide(now, command, &mut side);
                outcome.events.append(&mut side.events);
                outcome.not_placed.extend(side.refusal);
            }
        }
    }

    fn dispatch(&mut self, now: Timestamp, outcome: &mut Outcome) {
        while let Some(operation) =
            self.queues.next_to_release(&self.state, self.calendars.times(), now)
        {
            let mut side = Outcome::default();
            self.decide(now, Command::Release { operation: operation.clone() }, &mut side);
            let Some(Recorded { event: Event::OperationReleased { attempt, .. }, .. }) =
                side.events.last()
            else {
                // The queues promise what `decide` grants; should they ever differ, the operation
                // waits for the next plan instead of being asked for over and over.
                self.queues.leave_out(&operation);
                continue;
            };
            let job_order = operation.job_order(*attempt);
            outcome.events.append(&mut side.events);
            if let Some(command) = orders::store_and_start(&self.state, &operation, job_order) {
                self.outbox.add(command, &mut outcome.outbox);
            }
        }
    }

    fn take_in(&mut self, recorded: &Recorded) {
        apply(&mut self.state, recorded);
        self.queues.heed(&self.state, &recorded.event);
    }

    fn decide(&mut self, now: Timestamp, command: Command, outcome: &mut Outcome) {
        match decide(&self.state, now, command) {
            Ok(events) => {
                for event in events {
                    let recorded = Recorded { sequence: self.state.sequence + 1, at: now, event };
                    self.planner.heed(&self.state, &recorded, &self.settings);
                    self.take_in(&recorded);
                    outcome.events.push(recorded);
                }
            }
            Err(refusal) => outcome.refusal = Some(refusal),
        }
    }
}
