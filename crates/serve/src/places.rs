//! The plant, its tree, and what each resource does now and next.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use weft_account::{Ledger, Scope};
use weft_engine::{Engine, planning};
use weft_model::job_control::MachineState;
use weft_model::{JobOrderId, Millis, OperationRef, PlaceId, Resource, Solution, Timestamp};
use weft_run::{OperationState, OperationStatus, OrderStatus};

use crate::App;
use crate::answers::{
    ErrorAnswer, HealthAnswer, PlaceAnswer, PlantAnswer, ResourceAnswer, WorkAnswer,
};
use crate::error::{Answer, ApiError, Segments};
use crate::format::{instant, rounded};

/// How many operations a resource shows under "next".
const NEXT_SHOWN: usize = 5;
/// Utilisation on the plant page is over this much of the past.
const UTILISATION_SPAN: Millis = Millis::DAY.times(7);

/// Whether the plant is being run.
#[utoipa::path(
    get,
    path = "/api/health",
    responses((status = 200, body = HealthAnswer), (status = 503, body = ErrorAnswer))
)]
pub(crate) async fn health(State(app): State<App>) -> Answer<Json<HealthAnswer>> {
    let sequence =
        app.plant.look(|engine| engine.state().sequence).ok_or_else(ApiError::stopped)?;
    app.ledger.complete()?;
    let status = if is_connected(&app) { "ok" } else { "broker-lost" };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Json(HealthAnswer { status: status.to_owned(), version, sequence }))
}

/// What plant this is, its clock, and its state in a few numbers.
#[utoipa::path(get, path = "/api/plant", responses((status = 200, body = PlantAnswer)))]
pub(crate) async fn plant(State(app): State<App>) -> Answer<Json<PlantAnswer>> {
    let now = app.plant.clock().now();
    let solution = app.plant.solution();
    let since = app.ledger.read(|ledger| ledger.since).unwrap_or(now);
    let malformed = &app.plant.connections().malformed;
    let answer = app.plant.look(|engine| {
        let orders = engine.state().orders.values();
        let open = orders.clone().filter(|order| order.status == OrderStatus::Open);
        let running = |operation: &&OperationState| operation.status == OperationStatus::Running;
        PlantAnswer {
            solution: solution.id.to_string(),
            title: (&solution.title).into(),
            order_word: (&solution.order_word).into(),
            source: solution.source.clone(),
            time_zone: solution.time_zone.clone(),
            now: instant(now),
            speed: app.plant.clock().speed(),
            simulated: app.plant.clock().is_simulated(),
            virtual_machines: app.switches.is_some(),
            since: instant(since),
            sequence: engine.state().sequence,
            orders_open: open.clone().count() as u64,
            orders_completed: orders
                .clone()
                .filter(|order| order.status == OrderStatus::Completed)
                .count() as u64,
            orders_late: open.clone().filter(|order| order.is_late(now)).count() as u64,
            operations_running: open
                .flat_map(|order| order.operations.values())
                .filter(running)
                .count() as u64,
            broker_connected: is_connected(&app),
            malformed_messages: malformed.load(std::sync::atomic::Ordering::Relaxed),
        }
    });
    answer.map(Json).ok_or_else(ApiError::stopped)
}

/// The place tree, parents before children, with what stands in each place.
#[utoipa::path(get, path = "/api/places", responses((status = 200, body = Vec<PlaceAnswer>)))]
pub(crate) async fn places(State(app): State<App>) -> Answer<Json<Vec<PlaceAnswer>>> {
    let snapshot = Snapshot::of(&app);
    let answer = app.plant.look(|engine| {
        let next = next_by_resource(engine);
        let solution = engine.solution();
        solution
            .places
            .iter()
            .map(|place| PlaceAnswer {
                id: place.id.to_string(),
                title: (&place.title).into(),
                level: place.level.as_str().to_owned(),
                parent: place.parent.as_ref().map(ToString::to_string),
                resources: in_reading_order(solution)
                    .filter(|resource| resource.place == place.id)
                    .map(|resource| snapshot.resource(engine, resource, &next))
                    .collect(),
            })
            .collect()
    });
    answer.map(Json).ok_or_else(ApiError::stopped)
}

/// One resource.
#[utoipa::path(
    get,
    path = "/api/resources/{resource}",
    params(("resource" = String, Path, description = "The resource's id.")),
    responses((status = 200, body = ResourceAnswer), (status = 404, body = ErrorAnswer))
)]
pub(crate) async fn resource(
    State(app): State<App>,
    Segments(id): Segments<String>,
) -> Answer<Json<ResourceAnswer>> {
    resource_answer(&app, &id).map(Json)
}

/// The same, for others to answer with.
pub(crate) fn resource_answer(app: &App, id: &str) -> Answer<ResourceAnswer> {
    let snapshot = Snapshot::of(app);
    let found = app.plant.look(|engine| {
        let resource = engine.solution().resources.get(id)?;
        Some(snapshot.resource(engine, resource, &next_by_resource(engine)))
    });
    let found = found.ok_or_else(ApiError::stopped)?;
    found.ok_or_else(|| ApiError::unknown("resource", id))
}

fn is_connected(app: &App) -> bool {
    app.plant.connections().broker.load(std::sync::atomic::Ordering::Relaxed)
}

/// Waiting operations with a place in the plan, by resource, in planned order.
type Next = BTreeMap<String, Vec<(Timestamp, OperationRef)>>;

fn next_by_resource(engine: &Engine) -> Next {
    let mut next = Next::new();
    for (id, order) in &engine.state().orders {
        for (what, operation) in order.in_route_order() {
            let Some(planned) = &operation.planned else { continue };
            if operation.status != OperationStatus::Waiting {
                continue;
            }
            let of = OperationRef { order: id.clone(), operation: what.id.clone() };
            for (resource, _) in what.modes.get(planned.mode).into_iter().flat_map(|m| &m.needs) {
                next.entry(resource.to_string()).or_default().push((planned.start, of.clone()));
            }
        }
    }
    for queue in next.values_mut() {
        queue.sort();
    }
    next
}

/// What is needed beside the engine to describe a resource.
struct Snapshot {
    now: Timestamp,
    progress: BTreeMap<JobOrderId, f64>,
    utilisation: BTreeMap<String, Option<f64>>,
}

impl Snapshot {
    fn of(app: &App) -> Self {
        let now = app.plant.clock().now();
        let utilisation = app.plant.look(|engine| {
            app.ledger.read(|ledger| utilisation(engine, ledger, now - UTILISATION_SPAN, now))
        });
        Self { now, progress: app.plant.progress(), utilisation: utilisation.unwrap_or_default() }
    }

    fn resource(&self, engine: &Engine, resource: &Resource, next: &Next) -> ResourceAnswer {
        let state = engine.state().resources.get(&resource.id);
        let machine = state.map_or(MachineState::Offline, |state| state.machine);
        let working = engine.working().get(&resource.id);
        let is_open = working.is_some_and(|working| working.is_open(self.now));
        let now: Vec<WorkAnswer> = state
            .into_iter()
            .flat_map(|state| state.held_by.keys())
            .filter_map(|job_order| self.under_way(engine, job_order))
            .collect();
        let is = |status: &str| now.iter().any(|work| work.status == status);
        let word = match machine {
            MachineState::Failed => "failed",
            MachineState::Offline => "offline",
            MachineState::Up if is("interrupted") => "interrupted",
            // Even outside its hours: the machine says so.
            MachineState::Up if is("running") => "running",
            MachineState::Up if !is_open => "closed",
            MachineState::Up => "idle",
        };
        let change = working.and_then(|working| {
            if is_open { working.closes_at(self.now) } else { working.next_open(self.now) }
        });
        let coming = next.get(resource.id.as_str()).into_iter().flatten().take(NEXT_SHOWN);
        ResourceAnswer {
            id: resource.id.to_string(),
            title: (&resource.title).into(),
            place: resource.place.to_string(),
            classes: resource.classes.iter().map(ToString::to_string).collect(),
            capacity: resource.capacity,
            machine: machine.as_str().to_owned(),
            state: word.to_owned(),
            reason: state.map_or(String::new(), |state| state.reason.clone()),
            since: state
                .filter(|state| state.since != Timestamp::default())
                .map(|state| instant(state.since)),
            // Years away is the end of the calendar, or of all time.
            next_change: change.filter(|at| *at < self.now + Millis::DAY.times(3_650)).map(instant),
            next: coming.filter_map(|(_, of)| waiting(engine, of)).collect(),
            now,
            utilisation_percent: self
                .utilisation
                .get(resource.id.as_str())
                .copied()
                .flatten()
                .map(rounded),
        }
    }

    fn under_way(&self, engine: &Engine, job_order: &JobOrderId) -> Option<WorkAnswer> {
        let (of, operation) = engine.state().by_job_order(job_order)?;
        let start = operation.started.or(operation.released)?;
        let end = planning::expected_end(operation, engine.working(), start, self.now);
        Some(WorkAnswer {
            order: of.order.to_string(),
            operation: of.operation.to_string(),
            title: engine.state().job_operation(&of).map(|what| (&what.title).into())?,
            status: operation.status.as_str().to_owned(),
            start: instant(start),
            end: instant(end.max(self.now)),
            progress: self.progress.get(job_order).copied(),
        })
    }
}

fn waiting(engine: &Engine, of: &OperationRef) -> Option<WorkAnswer> {
    let operation = engine.state().operation(of)?;
    let planned = operation.planned.as_ref()?;
    Some(WorkAnswer {
        order: of.order.to_string(),
        operation: of.operation.to_string(),
        title: engine.state().job_operation(of).map(|what| (&what.title).into())?,
        status: operation.status.as_str().to_owned(),
        start: instant(planned.start),
        end: instant(planned.end),
        progress: None,
    })
}

fn utilisation(
    engine: &Engine,
    ledger: &Ledger,
    from: Timestamp,
    to: Timestamp,
) -> BTreeMap<String, Option<f64>> {
    let scope = scope(engine, None, ledger.since.map_or(from, |since| since.max(from)), to);
    ledger
        .utilisation(&scope)
        .into_iter()
        .map(|line| (line.resource.to_string(), line.figure.value))
        .collect()
}

/// What an account is about: a place and all under it (`None` for the whole plant), over a span.
pub(crate) fn scope<'a>(
    engine: &'a Engine,
    place: Option<&str>,
    from: Timestamp,
    to: Timestamp,
) -> Scope<'a> {
    let solution = engine.solution();
    let root = solution.places.iter().find(|place| place.parent.is_none());
    let whole = place.is_none_or(|id| root.is_some_and(|root| root.id.as_str() == id));
    let resources = solution
        .resources
        .values()
        .filter(|resource| {
            whole || place.is_some_and(|place| is_under(solution, &resource.place, place))
        })
        .filter_map(|resource| {
            let working = engine.working().get(&resource.id)?;
            Some((&resource.id, (resource.capacity, working)))
        })
        .collect();
    Scope { resources, whole, from, to }
}

/// Resources as a person would list them: `machine-2` before `machine-10`.
pub(crate) fn in_reading_order(solution: &Solution) -> impl Iterator<Item = &Resource> {
    let mut resources: Vec<&Resource> = solution.resources.values().collect();
    resources.sort_by_cached_key(|resource| reading_key(resource.id.as_str()));
    resources.into_iter()
}

/// The text with its numbers filled up to one length.
fn reading_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let length = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(length);
        if is_digit {
            key.extend(std::iter::repeat_n('0', 20_usize.saturating_sub(chunk.len())));
        }
        key.push_str(chunk);
        rest = after;
    }
    key
}

/// Whether a place is `ancestor` or somewhere below it.
fn is_under(solution: &Solution, place: &PlaceId, ancestor: &str) -> bool {
    let mut at = Some(place);
    // As deep as the tree has nodes, no deeper: `weft check` lets no cycle in.
    for _ in 0..=solution.places.len() {
        match at {
            Some(id) if id.as_str() == ancestor => return true,
            Some(id) => {
                let node = solution.places.iter().find(|place| place.id == *id);
                at = node.and_then(|node| node.parent.as_ref());
            }
            None => return false,
        }
    }
    false
}
