//! A plant that runs: one thread decides, one plans, one task speaks to machines.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot, watch};
use weft_connect::{HostConfig, HostEvent};
use weft_engine::{Engine, Input, PlanQuestion, Settings};
use weft_model::job_control::{JobCommand, JobState};
use weft_model::{JobOrderId, Millis, Solution};
use weft_run::{Recorded, Refusal};

use crate::clock::PlantClock;
use crate::driver::Driver;
use crate::error::LiveError;
use crate::machines::input_of;

/// Commands that may wait for the connection; those beyond it go out again later.
const COMMANDS_MAX: usize = 10_000;
/// Inputs that may wait for the engine; whoever brings more waits.
const INPUTS_MAX: usize = 1_000;
/// How long whoever waits for room among the inputs looks away.
const ROOM_AFTER: Duration = Duration::from_millis(5);
/// Batches of events a slow listener may fall behind before it is told that it missed some.
const LISTENERS_BEHIND_MAX: usize = 1_024;
/// The world's clock may be set back by so much between two runs; until it has caught up, time stands still.
const CLOCK_TOLERANCE: Millis = Millis::MINUTE.times(2);
/// The engine looks around at least this often.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// The parameter that tells a machine what the plant's clock showed when a job order went out.
pub const PLANT_TIME: &str = "plant-time";
/// A command that no machine answered goes out again after this, in the world's time.
const RESEND_AFTER_MS: f64 = 5_000.0;

/// What to run.
#[derive(Debug, Clone)]
pub struct PlantConfig {
    /// The data folder.
    pub folder: PathBuf,
    /// The solution.
    pub solution: Arc<Solution>,
    /// How much faster than the world the plant's clock runs; `None` for a real plant on the world's
    /// clock. A simulated clock begins where the solution's twin does, and goes on where the journal
    /// ends.
    pub speed: Option<f64>,
    /// Seed of the planner.
    pub seed: u64,
}

/// A running plant. Cheap to clone; all clones are the same plant.
#[derive(Debug, Clone)]
pub struct Plant {
    shared: Arc<Shared>,
}

/// How the connections are, counted since the start.
#[derive(Debug, Default)]
pub struct Connections {
    /// Whether the broker can be reached.
    pub broker: AtomicBool,
    /// Messages that could not be understood.
    pub malformed: AtomicU64,
    /// Commands that found no live machine (and are sent again when it is back).
    pub undeliverable: AtomicU64,
    /// Devices that belong to no resource.
    pub strangers: AtomicU64,
    /// Reports heard.
    pub reports: AtomicU64,
    /// Commands sent.
    pub commands: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    clock: PlantClock,
    solution: Arc<Solution>,
    folder: PathBuf,
    driver: Mutex<Option<Driver>>,
    inputs: SyncSender<Ask>,
    events: broadcast::Sender<Arc<[Recorded]>>,
    progress: Mutex<BTreeMap<JobOrderId, f64>>,
    connections: Connections,
    /// Commands on their way to [`Plant::connect`], until it takes them.
    unsent: Mutex<Option<mpsc::Receiver<JobCommand>>>,
    stop: watch::Sender<bool>,
    ended: watch::Receiver<Option<String>>,
}

/// An input and who waits for its answer.
struct Ask {
    input: Input,
    answer: Option<oneshot::Sender<Result<u64, Refusal>>>,
}

impl Plant {
    /// Opens the journal, goes on from where it ends, and runs. Machines hear of it with
    /// [`Plant::connect`].
    pub fn start(config: PlantConfig) -> Result<Self, LiveError> {
        let solution = Arc::clone(&config.solution);
        let begin = match config.speed {
            Some(_) => solution.twin.start,
            None => PlantClock::real().now(),
        };
        let speed = config.speed.unwrap_or(1.0);
        let settings = Settings {
            seed: config.seed,
            resend_after: Millis::new((RESEND_AFTER_MS * speed) as i64),
            expected_repair: solution.twin.mean_time_to_repair,
            ..Settings::default()
        };
        let driver = Driver::open(&config.folder, Arc::clone(&solution), begin, settings)?;
        for order in driver.engine().changed_orders() {
            tracing::warn!(%order, "was placed before and reads differently now; what was placed holds");
        }
        let last = driver.engine().state().at;
        if config.speed.is_none() && begin + CLOCK_TOLERANCE < last {
            return Err(LiveError::JournalAhead { last, now: begin });
        }
        let clock = match config.speed {
            Some(speed) => PlantClock::simulated(begin.max(last), speed),
            None => PlantClock::real(),
        };

        let (inputs, asked) = sync_channel(INPUTS_MAX);
        let (commands, commands_out) = mpsc::channel(COMMANDS_MAX);
        let stop = watch::Sender::new(false);
        let (end, ended) = watch::channel(None);
        let plant = Self {
            shared: Arc::new(Shared {
                clock,
                solution,
                folder: config.folder,
                driver: Mutex::new(Some(driver)),
                inputs,
                events: broadcast::Sender::new(LISTENERS_BEHIND_MAX),
                progress: Mutex::default(),
                connections: Connections::default(),
                unsent: Mutex::new(Some(commands_out)),
                stop,
                ended,
            }),
        };
        let questions = plant.start_planner()?;
        plant.start_engine(asked, commands, questions, end)?;
        Ok(plant)
    }

    /// Hands in an input and waits until what follows from it has been kept. Returns the number of the
    /// last event; a refusal has changed nothing.
    pub async fn ask(&self, input: Input) -> Option<Result<u64, Refusal>> {
        let (answer, answered) = oneshot::channel();
        self.hand_in(Ask { input, answer: Some(answer) }).await?;
        answered.await.ok()
    }

    /// Waits for room among the inputs; `None` once the plant has stopped.
    async fn hand_in(&self, mut ask: Ask) -> Option<()> {
        loop {
            match self.shared.inputs.try_send(ask) {
                Ok(()) => return Some(()),
                Err(TrySendError::Disconnected(_)) => return None,
                Err(TrySendError::Full(back)) => ask = back,
            }
            tokio::time::sleep(ROOM_AFTER).await;
        }
    }

    /// Looks at the engine; `None` once the plant has stopped. Hold it briefly: nothing is decided
    /// meanwhile. What is seen here is on disk.
    pub fn look<T>(&self, at: impl FnOnce(&Engine) -> T) -> Option<T> {
        let driver = self.shared.driver.lock().unwrap_or_else(PoisonError::into_inner);
        driver.as_ref().map(|driver| at(driver.engine()))
    }

    /// Events as they are kept, from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<[Recorded]>> {
        self.shared.events.subscribe()
    }

    /// How far job orders under way have come, 0 to 1, as machines last said.
    pub fn progress(&self) -> BTreeMap<JobOrderId, f64> {
        self.progress_mut().clone()
    }

    /// The plant's clock.
    pub fn clock(&self) -> &PlantClock {
        &self.shared.clock
    }

    /// What the plant is.
    pub fn solution(&self) -> &Arc<Solution> {
        &self.shared.solution
    }

    /// Where its journal is.
    pub fn folder(&self) -> &std::path::Path {
        &self.shared.folder
    }

    /// How the connections are.
    pub fn connections(&self) -> &Connections {
        &self.shared.connections
    }

    /// Asks it to stop; [`Plant::ended`] resolves when it has.
    pub fn stop(&self) {
        let _ = self.shared.stop.send(true);
        // Wakes the engine; where there is no room it is awake.
        let _ = self.shared.inputs.try_send(Ask { input: Input::Tick, answer: None });
    }

    /// Resolves when the plant has stopped; the text says why if it was not asked to.
    pub async fn ended(&self) -> Option<String> {
        let mut ended = self.shared.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().filter(|reason| !reason.is_empty()),
            Err(_) => Some("the thread that decides is gone".to_owned()),
        }
    }

    fn start_engine(
        &self,
        asked: Receiver<Ask>,
        commands: mpsc::Sender<JobCommand>,
        questions: Sender<PlanQuestion>,
        end: watch::Sender<Option<String>>,
    ) -> Result<(), LiveError> {
        let plant = self.clone();
        thread::Builder::new()
            .name("weft-engine".to_owned())
            .spawn(move || {
                let reason = match plant.decide_until_stopped(&asked, &commands, &questions) {
                    Ok(()) => String::new(),
                    Err(error) => {
                        tracing::error!(%error, help = error.help(), "the plant stops");
                        format!("{error}: {}", error.help())
                    }
                };
                let _ = plant.shared.stop.send(true);
                let _ = end.send(Some(reason));
            })
            .map_err(LiveError::Thread)?;
        Ok(())
    }

    fn decide_until_stopped(
        &self,
        asked: &Receiver<Ask>,
        commands: &mpsc::Sender<JobCommand>,
        questions: &Sender<PlanQuestion>,
    ) -> Result<(), weft_journal::JournalError> {
        let mut next = Ask { input: Input::Tick, answer: None };
        while !*self.shared.stop.borrow() {
            self.decide(next, commands, questions)?;
            let now = self.shared.clock.now();
            let wakeup = self.look(|engine| engine.next_wakeup(now)).flatten();
            let wait =
                wakeup.map_or(LOOK_AROUND, |at| self.shared.clock.until(at).min(LOOK_AROUND));
            next = match asked.recv_timeout(wait) {
                Ok(ask) => ask,
                Err(RecvTimeoutError::Timeout) => Ask { input: Input::Tick, answer: None },
                Err(RecvTimeoutError::Disconnected) => break,
            };
        }
        let mut slot = self.shared.driver.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take().map_or(Ok(()), Driver::close)
    }

    /// One decision: handled and kept while nobody looks, then acted on.
    fn decide(
        &self,
        ask: Ask,
        commands: &mpsc::Sender<JobCommand>,
        questions: &Sender<PlanQuestion>,
    ) -> Result<(), weft_journal::JournalError> {
        let now = self.shared.clock.now();
        let (outcome, sequence) = {
            let mut slot = self.shared.driver.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(driver) = slot.as_mut() else { return Ok(()) };
            match driver.handle(now, ask.input) {
                Ok(outcome) => (outcome, driver.engine().state().sequence),
                Err(error) => {
                    // It is ahead of what is on disk: nobody is to see it.
                    *slot = None;
                    return Err(error);
                }
            }
        };
        for mut command in outcome.commands {
            if let Some(work) = &mut command.work {
                // Simulated machines set their clock by it; real ones have it in their records.
                work.parameters.insert(PLANT_TIME.to_owned(), now.to_string());
            }
            self.shared.connections.commands.fetch_add(1, Ordering::Relaxed);
            // Full means that nobody reads: the command stays in the outbox and goes out again.
            if let Err(error) = commands.try_send(command) {
                tracing::warn!(%error, "a command has to wait");
            }
        }
        for refusal in &outcome.not_placed {
            tracing::warn!(%refusal, help = refusal.help(), "an order of the solution is left out");
        }
        if let Some(question) = outcome.question {
            let _ = questions.send(question);
        }
        if let Some(answer) = ask.answer {
            let _ = answer.send(match outcome.refusal {
                Some(refusal) => Err(refusal),
                None => Ok(sequence),
            });
        }
        if !outcome.events.is_empty() {
            let _ = self.shared.events.send(outcome.events.into());
        }
        Ok(())
    }

    fn start_planner(&self) -> Result<Sender<PlanQuestion>, LiveError> {
        let (questions, asked) = channel::<PlanQuestion>();
        let inputs = self.shared.inputs.clone();
        thread::Builder::new()
            .name("weft-planner".to_owned())
            .spawn(move || {
                for question in asked {
                    // Without an answer no other question would ever be asked.
                    let answer = catch_unwind(|| question.answer()).unwrap_or_else(|_| {
                        tracing::error!(
                            number = question.number,
                            "the planner failed; the plan in force stays"
                        );
                        question.answer_with(&question.warm_start, 0)
                    });
                    let input = Input::Answer(answer);
                    if inputs.send(Ask { input, answer: None }).is_err() {
                        break;
                    }
                }
            })
            .map_err(LiveError::Thread)?;
        Ok(questions)
    }

    /// Speaks to machines from now on, through a task of the tokio runtime this is called in. Once is
    /// enough: a second call does nothing.
    pub fn connect(&self, host: HostConfig) {
        let unsent = self.shared.unsent.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(commands) = unsent else { return };
        let mut stopped = self.shared.stop.subscribe();
        let (out, mut heard) = mpsc::channel(COMMANDS_MAX);
        let mut stopping = stopped.clone();
        tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopping.wait_for(|stop| *stop).await;
            };
            if let Err(error) = weft_connect::host::run(host, commands, out, shutdown).await {
                tracing::error!(%error, help = error.help(), "machines cannot be reached");
            }
        });
        let plant = self.clone();
        tokio::spawn(async move {
            loop {
                let event = tokio::select! {
                    event = heard.recv() => event,
                    // Machines that go silent because we stop are not down.
                    _ = stopped.wait_for(|stop| *stop) => None,
                };
                let Some(event) = event else { break };
                plant.hear(&event).await;
            }
        });
    }

    async fn hear(&self, event: &HostEvent) {
        let connections = &self.shared.connections;
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        match event {
            HostEvent::Connected => connections.broker.store(true, Ordering::Relaxed),
            HostEvent::Disconnected { reason } => {
                connections.broker.store(false, Ordering::Relaxed);
                tracing::warn!(reason, "the broker is gone; trying again");
            }
            HostEvent::Report(report) => {
                count(&connections.reports);
                let is_ours = || {
                    self.look(|engine| {
                        let known = engine.state().resources.get(&report.resource);
                        known.is_some_and(|known| known.held_by.contains_key(&report.job_order))
                    })
                };
                if report.state.is_final() {
                    self.progress_mut().remove(&report.job_order);
                } else if report.state == JobState::Running && is_ours() == Some(true) {
                    self.progress_mut().insert(report.job_order.clone(), report.progress);
                }
            }
            HostEvent::Malformed { topic, reason, help } => {
                count(&connections.malformed);
                tracing::warn!(topic, reason, help, "a message was not understood and skipped");
            }
            HostEvent::Undeliverable { command, reason } => {
                count(&connections.undeliverable);
                tracing::debug!(resource = %command.resource, reason, "a command has to wait");
            }
            HostEvent::Stranger { connection } => {
                count(&connections.strangers);
                tracing::warn!(?connection, "a device that no resource is connected to");
            }
            HostEvent::Machine { .. } | HostEvent::Reborn { .. } | HostEvent::Reading { .. } => {}
        }
        if let Some(input) = input_of(event, &self.shared.clock) {
            let _ = self.hand_in(Ask { input, answer: None }).await;
        }
    }

    fn progress_mut(&self) -> MutexGuard<'_, BTreeMap<JobOrderId, f64>> {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
