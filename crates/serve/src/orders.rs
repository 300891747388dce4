//! Orders: list, one whole, placing and cancelling, and why an operation is where it is.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_engine::{Cause, Engine, Input, PlanQuestion, WaitCause, Waited};
use weft_journal::Reader;
use weft_model::{CommonTime, JobOrderId, Millis, OperationRef, Order, OrderId, Timestamp, id};
use weft_run::{OperationState, OperationStatus, OrderState, Refusal};

use crate::App;
use crate::answers::{
    Cancellation, ErrorAnswer, NewOrder, OfferAnswer, OperationAnswer, OrderAnswer,
    OrderWholeAnswer, OrdersAnswer, TitleAnswer, WaitAnswer, WhyAnswer, WorkAtAnswer,
};
use crate::error::{Answer, ApiError, Body, Params, Segments};
use crate::format::{event, instant, parse_instant, rounded};

/// Orders in one answer at most.
const PAGE_MAX: usize = 1_000;
/// Characters in what a person writes, at most.
const TEXT_MAX: usize = 500;

/// Which orders, and in which sequence.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// `open`, `completed` or `cancelled`; all when left out.
    status: Option<String>,
    /// Only orders that are (or are going to be) late, or only those that are not.
    late: Option<bool>,
    /// Part of an id, an offer or a customer.
    search: Option<String>,
    /// `id`, `placed`, `due`, `expected` or `lateness`; a leading `-` turns it round. `due` when left out.
    sort: Option<String>,
    /// How many to leave out first.
    offset: Option<usize>,
    /// How many at most; 100 when left out, 1000 at most.
    limit: Option<usize>,
}

/// What can be asked for.
#[utoipa::path(get, path = "/api/offers", responses((status = 200, body = Vec<OfferAnswer>)))]
pub(crate) async fn offers(State(app): State<App>) -> Json<Vec<OfferAnswer>> {
    let solution = app.plant.solution();
    let answer = |offer: &weft_model::Offer| OfferAnswer {
        id: offer.id.to_string(),
        title: (&offer.title).into(),
        operations: solution
            .routes
            .get(&offer.route)
            .map_or(0, |route| route.operations.len() as u32),
    };
    Json(solution.offers.values().map(answer).collect())
}

/// Orders, a page at a time.
#[utoipa::path(
    get,
    path = "/api/orders",
    params(OrdersQuery),
    responses((status = 200, body = OrdersAnswer), (status = 400, body = ErrorAnswer))
)]
pub(crate) async fn orders(
    State(app): State<App>,
    Params(query): Params<OrdersQuery>,
) -> Answer<Json<OrdersAnswer>> {
    if let Some(status) = &query.status
        && !["open", "completed", "cancelled"].contains(&status.as_str())
    {
        let help = "ask for open, completed or cancelled, or leave it out";
        return Err(ApiError::bad(format!("there is no order status `{status}`"), help));
    }
    let (key, turned) = sort_key(query.sort.as_deref().unwrap_or("due"))?;
    let now = app.plant.clock().now();
    let search = query.search.unwrap_or_default().to_lowercase();
    let answer = app.plant.look(|engine| {
        let fits = |order: &&OrderState| {
            query.status.as_ref().is_none_or(|status| order.status.as_str() == status)
                && query.late.is_none_or(|late| order.is_late(now) == late)
                && texts_of(engine, order).iter().any(|text| text.to_lowercase().contains(&search))
        };
        let mut fitting: Vec<(Option<i64>, &OrderState)> = (engine.state().orders.values())
            .filter(fits)
            .map(|order| (key(order, now), order))
            .collect();
        fitting.sort_by(|(a, x), (b, y)| {
            let by_key = a.is_none().cmp(&b.is_none());
            let turn = |it: Ordering| if turned { it.reverse() } else { it };
            by_key.then(turn(a.cmp(b).then_with(|| x.order.id.cmp(&y.order.id))))
        });
        OrdersAnswer {
            total: fitting.len() as u64,
            orders: fitting
                .into_iter()
                .skip(query.offset.unwrap_or(0))
                .take(query.limit.unwrap_or(100).min(PAGE_MAX))
                .map(|(_, order)| order_answer(engine, order, now))
                .collect(),
        }
    });
    answer.map(Json).ok_or_else(ApiError::stopped)
}

/// What a search looks at.
fn texts_of<'a>(engine: &'a Engine, order: &'a OrderState) -> [&'a str; 5] {
    let title = engine.solution().offers.get(&order.order.offer).map(|offer| &offer.title);
    let (en, zh) = title.map_or(("", ""), |title| (title.en.as_str(), title.zh.as_str()));
    [order.order.id.as_str(), order.order.offer.as_str(), en, zh, &order.order.customer]
}

/// Asks for something.
#[utoipa::path(
    post,
    path = "/api/orders",
    request_body = NewOrder,
    responses(
        (status = 201, body = OrderAnswer),
        (status = 400, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer),
        (status = 415, body = ErrorAnswer),
        (status = 422, body = ErrorAnswer)
    )
)]
pub(crate) async fn place_order(
    State(app): State<App>,
    Body(new): Body<NewOrder>,
) -> Answer<(StatusCode, Json<OrderAnswer>)> {
    let _placing = app.placing.lock().await;
    let order = order_of(&app, new)?;
    can_be_done(&app, &order)?;
    let id = order.id.clone();
    app.plant.ask(Input::PlaceOrder(order)).await.ok_or_else(ApiError::stopped)??;
    Ok((StatusCode::CREATED, answer_of(&app, &id)?))
}

/// One order with its operations, its history, and why it is late if it is.
#[utoipa::path(
    get,
    path = "/api/orders/{order}",
    params(("order" = String, Path, description = "The order's id.")),
    responses((status = 200, body = OrderWholeAnswer), (status = 404, body = ErrorAnswer))
)]
pub(crate) async fn order(
    State(app): State<App>,
    Segments(id): Segments<String>,
) -> Answer<Json<OrderWholeAnswer>> {
    let now = app.plant.clock().now();
    let progress = app.plant.progress();
    let found = app.plant.look(|engine| {
        let order = engine.state().orders.get(id.as_str())?;
        let head = order_answer(engine, order, now);
        let operations = order
            .in_route_order()
            .map(|(what, operation)| operation_answer(engine, order, what, operation, &progress))
            .collect();
        let is_asked = head.late && head.status == "open";
        Some((head, operations, is_asked.then(|| engine.question(now)).flatten()))
    });
    let (head, operations, question) =
        found.ok_or_else(ApiError::stopped)?.ok_or_else(|| ApiError::unknown("order", &id))?;
    let why_late = match question {
        Some(question) => {
            let of = OrderId::new(&id);
            explained(&app, question, move |it| it.why_order_today(&it.today(), &of)).await?
        }
        None => Vec::new(),
    };
    let folder = app.plant.folder().to_owned();
    let events = tokio::task::spawn_blocking(move || {
        Reader::open(&folder).and_then(|reader| reader.events_of_order(&id))
    })
    .await
    .map_err(|_| ApiError::stopped())?
    .map_err(|error| ApiError::journal(&error))?;
    Ok(Json(OrderWholeAnswer {
        order: head,
        operations,
        events: events.iter().map(event).collect(),
        why_late,
    }))
}

/// Calls an order off. What is on a machine is aborted; what is done stays done.
#[utoipa::path(
    post,
    path = "/api/orders/{order}/cancel",
    params(("order" = String, Path, description = "The order's id.")),
    request_body = Cancellation,
    responses(
        (status = 200, body = OrderAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer)
    )
)]
pub(crate) async fn cancel_order(
    State(app): State<App>,
    Segments(id): Segments<String>,
    Body(cancellation): Body<Cancellation>,
) -> Answer<Json<OrderAnswer>> {
    let order = OrderId::new(&id);
    not_too_long("reason", &cancellation.reason)?;
    let input = Input::CancelOrder { order: order.clone(), reason: cancellation.reason };
    app.plant.ask(input).await.ok_or_else(ApiError::stopped)??;
    answer_of(&app, &order)
}

/// Why an operation is where it is: what it waits for in the plan in force.
#[utoipa::path(
    get,
    path = "/api/orders/{order}/operations/{operation}/why",
    params(
        ("order" = String, Path, description = "The order's id."),
        ("operation" = String, Path, description = "The operation's id in the order's route.")
    ),
    responses((status = 200, body = WhyAnswer), (status = 404, body = ErrorAnswer))
)]
pub(crate) async fn why(
    State(app): State<App>,
    Segments((order, operation)): Segments<(String, String)>,
) -> Answer<Json<WhyAnswer>> {
    let now = app.plant.clock().now();
    let progress = app.plant.progress();
    let of = OperationRef::new(order.as_str(), operation.as_str());
    let found = app.plant.look(|engine| {
        let order = engine.state().orders.get(&of.order)?;
        let what = order.job_operation(&of.operation)?;
        let state = order.operations.get(&of.operation)?;
        let question = match state.status {
            OperationStatus::Finished | OperationStatus::Cancelled => None,
            _ => engine.question(now),
        };
        Some((operation_answer(engine, order, what, state, &progress), question))
    });
    let found = found.ok_or_else(ApiError::stopped)?;
    let (operation, question) =
        found.ok_or_else(|| ApiError::unknown("operation", &of.to_string()))?;
    let order = of.order.to_string();
    let waits = match question {
        Some(question) => {
            explained(&app, question, move |it| it.why_today(&it.today(), &of)).await?
        }
        None => Vec::new(),
    };
    Ok(Json(WhyAnswer { order, operation, waits }))
}

/// Works out an explanation where it holds nobody up, and puts it into words.
async fn explained(
    app: &App,
    question: PlanQuestion,
    explain: impl FnOnce(&PlanQuestion) -> Vec<Waited> + Send + 'static,
) -> Answer<Vec<WaitAnswer>> {
    let work = move || (explain(&question), question);
    let (waits, question) =
        tokio::task::spawn_blocking(work).await.map_err(|_| ApiError::stopped())?;
    let answers = app.plant.look(|engine| {
        let answers = waits.iter().map(|wait| wait_answer(engine, &question, wait));
        answers.collect::<Vec<_>>()
    });
    answers.ok_or_else(ApiError::stopped)
}

/// What to sort by; orders that have none of it come last, whichever way round.
type SortKey = fn(&OrderState, Timestamp) -> Option<i64>;

fn sort_key(name: &str) -> Answer<(SortKey, bool)> {
    let (plain, turned) = match name.strip_prefix('-') {
        Some(plain) => (plain, true),
        None => (name, false),
    };
    let key: SortKey = match plain {
        "id" => |_, _| Some(0),
        "placed" => |order, _| Some(order.order.placed.as_millis()),
        "due" => |order, _| order.order.due.map(Timestamp::as_millis),
        "expected" => |order, now| order.expected_end(now).map(Timestamp::as_millis),
        "lateness" => |order, now| Some((order.expected_end(now)? - order.order.due?).get()),
        _ => {
            let help =
                "sort by id, placed, due, expected or lateness, with - in front to turn it round";
            return Err(ApiError::bad(format!("orders cannot be sorted by `{name}`"), help));
        }
    };
    Ok((key, turned))
}

/// The order a request amounts to.
fn order_of(app: &App, new: NewOrder) -> Answer<Order> {
    let solution = app.plant.solution();
    let now = app.plant.clock().now();
    let Some(offer) = solution.offers.get(new.offer.as_str()) else {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "S606",
            format!("`offer` is `{}`, which nobody offers", new.offer),
            "ask for one of /api/offers",
        ));
    };
    if new.quantity == 0 || 1_000_000 < new.quantity {
        let message = format!("`quantity` is {}", new.quantity);
        return Err(ApiError::bad(message, "ask for 1 to 1000000 pieces"));
    }
    if new.weight == Some(0) {
        return Err(ApiError::bad("`weight` is 0", "give 1 or more, or leave it out"));
    }
    not_too_long("customer", new.customer.as_deref().unwrap_or_default())?;
    let due = new.due.map(|due| parse_instant("due", &due)).transpose()?;
    if due.is_some_and(|due| due < now) {
        let message = format!("`due` is before now, which is {now} in the plant");
        return Err(ApiError::bad(message, "give an instant to come, or leave it out"));
    }
    // The solution's own orders are placed when their time comes: their names are not free.
    let is_taken = |id: &str| {
        solution.orders.iter().any(|order| order.id.as_str() == id)
            || app.plant.look(|engine| engine.state().orders.contains_key(id)).unwrap_or(false)
    };
    let id = new.id.unwrap_or_else(|| {
        let known = app.plant.look(|engine| engine.state().orders.len()).unwrap_or(0);
        free_id(known, is_taken)
    });
    if !id::is_valid_id(&id) {
        let help = "use up to 64 letters, digits, - _ . and begin with a letter or digit";
        return Err(ApiError::bad(format!("`id` is `{id}`, which cannot be an id"), help));
    }
    if is_taken(&id) {
        return Err(Refusal::OrderExists { order: OrderId::new(id) }.into());
    }
    Ok(Order {
        id: OrderId::new(id),
        offer: offer.id.clone(),
        route: offer.route.clone(),
        quantity: new.quantity,
        placed: now,
        release: now,
        due,
        weight: new.weight.unwrap_or(1),
        customer: new.customer.unwrap_or_default(),
    })
}

/// Whether the calendars have room for each operation, somewhere, some day.
fn can_be_done(app: &App, order: &Order) -> Answer<()> {
    let stuck = app.plant.look(|engine| {
        let job = weft_model::job::job_of(engine.solution(), order)?;
        let has_room = |what: &weft_model::JobOperation, mode: &weft_model::JobMode| {
            let hours = mode.needs.iter().filter_map(|(id, _)| engine.working().get(id));
            let common = CommonTime::of(hours);
            if what.spans_breaks {
                common.finish(order.release, mode.work).is_some()
            } else {
                common.next_fit(order.release, mode.work).is_some()
            }
        };
        job.operations.into_iter().find(|what| !what.modes.iter().any(|mode| has_room(what, mode)))
    });
    let Some(what) = stuck.ok_or_else(ApiError::stopped)? else { return Ok(()) };
    Err(ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "S611",
        format!("operation `{}` would find no time that is long enough for it", what.id),
        "ask for fewer pieces, or split it into several orders",
    ))
}

fn not_too_long(field: &str, text: &str) -> Answer<()> {
    let length = text.chars().count();
    if length <= TEXT_MAX {
        return Ok(());
    }
    let message = format!("`{field}` has {length} characters");
    Err(ApiError::bad(message, format!("{TEXT_MAX} are enough")))
}

/// A name of our own for an order: the next number that is free.
fn free_id(known: usize, is_taken: impl Fn(&str) -> bool) -> String {
    let mut names = (known + 1..).map(|number| format!("order-{number}"));
    names.find(|id| !is_taken(id)).unwrap_or_default()
}

fn answer_of(app: &App, id: &OrderId) -> Answer<Json<OrderAnswer>> {
    let now = app.plant.clock().now();
    let found = app
        .plant
        .look(|engine| engine.state().orders.get(id).map(|order| order_answer(engine, order, now)));
    let found = found.ok_or_else(ApiError::stopped)?;
    found.map(Json).ok_or_else(|| ApiError::unknown("order", id.as_str()))
}

fn order_answer(engine: &Engine, state: &OrderState, now: Timestamp) -> OrderAnswer {
    let order = &state.order;
    let solution = engine.solution();
    let expected = state.expected_end(now);
    let lateness = expected.zip(order.due).map(|(expected, due)| expected - due);
    let offer_title = solution
        .offers
        .get(&order.offer)
        .map_or_else(|| both(order.offer.as_str()), |offer| (&offer.title).into());
    OrderAnswer {
        id: order.id.to_string(),
        offer: order.offer.to_string(),
        offer_title,
        quantity: order.quantity,
        customer: order.customer.clone(),
        status: state.status.as_str().to_owned(),
        placed: instant(order.placed),
        release: instant(order.release),
        due: order.due.map(instant),
        expected: expected.map(instant),
        lateness_h: lateness.map(|lateness| rounded(lateness.as_hours())),
        late: state.is_late(now),
        operations: state.operations.len() as u32,
        operations_finished: state
            .operations
            .values()
            .filter(|operation| operation.status == OperationStatus::Finished)
            .count() as u32,
        at: state
            .in_route_order()
            .filter(|(_, operation)| operation.status.is_under_way())
            .filter_map(|(what, operation)| {
                let (resource, _) = operation.resources.first()?;
                let title = solution.resources.get(resource).map(|r| (&r.title).into());
                Some(WorkAtAnswer {
                    operation: what.id.to_string(),
                    title: (&what.title).into(),
                    resource_title: title.unwrap_or_else(|| both(resource.as_str())),
                    resource: resource.to_string(),
                    status: operation.status.as_str().to_owned(),
                })
            })
            .collect(),
    }
}

fn operation_answer(
    engine: &Engine,
    order: &OrderState,
    what: &weft_model::JobOperation,
    operation: &OperationState,
    progress: &BTreeMap<JobOrderId, f64>,
) -> OperationAnswer {
    let planned_mode = operation.planned.as_ref().and_then(|p| what.modes.get(p.mode));
    let resource = operation
        .released
        .and_then(|_| operation.resources.first())
        .or_else(|| planned_mode.and_then(|mode| mode.needs.first()))
        .map(|(resource, _)| resource.clone());
    let of = OperationRef { order: order.order.id.clone(), operation: what.id.clone() };
    let whole = planned_mode.or_else(|| what.modes.first()).map_or_else(
        || weft_model::Millis::ZERO,
        |mode| weft_run::work_of(order, what, operation, mode.work),
    );
    let work = if operation.released.is_some() { operation.work } else { whole };
    OperationAnswer {
        id: what.id.to_string(),
        title: (&what.title).into(),
        after: what.after.iter().map(ToString::to_string).collect(),
        status: operation.status.as_str().to_owned(),
        attempt: operation.attempt,
        quantity: operation.quantity,
        resource_title: resource
            .as_ref()
            .and_then(|id| engine.solution().resources.get(id))
            .map(|resource| (&resource.title).into()),
        resource: resource.map(|id| id.to_string()),
        planned_start: operation.planned.as_ref().map(|planned| instant(planned.start)),
        planned_end: operation.planned.as_ref().map(|planned| instant(planned.end)),
        started: operation.started.map(instant),
        finished: operation.finished.map(instant),
        work_h: rounded(work.as_hours()),
        progress: progress.get(&of.job_order(operation.attempt)).copied(),
        good: operation.quantities.good,
        scrap: operation.quantities.scrap,
        rework: operation.quantities.rework,
    }
}

fn wait_answer(engine: &Engine, question: &PlanQuestion, waited: &Waited) -> WaitAnswer {
    let (cause, resource, others) = match &waited.cause {
        WaitCause::InPlan { cause, .. } => wait_cause(cause),
        WaitCause::NoPlace(_) => ("no-place", None, Vec::new()),
    };
    let name = |index: usize| Some(question.names.get(index)?.operation.to_string());
    let resource = resource.and_then(|index| question.resources.get(index));
    let (state, solution) = (engine.state(), engine.solution());
    WaitAnswer {
        order: waited.operation.order.to_string(),
        operation: waited.operation.operation.to_string(),
        title: weft_engine::why::title_of(state, &waited.operation).into(),
        from: instant(waited.from),
        until: instant(waited.until),
        cause: cause.to_owned(),
        resource: resource.map(ToString::to_string),
        blockers: others.into_iter().filter_map(name).collect(),
        text: question
            .with_names(state, solution, &instant, |names| waited.text(state, names))
            .into(),
    }
}

/// What it is called, its resource, and the operations that it is about, by index.
fn wait_cause(cause: &Cause) -> (&'static str, Option<usize>, Vec<usize>) {
    match cause {
        Cause::Release => ("release", None, Vec::new()),
        Cause::OwnRelease => ("own-release", None, Vec::new()),
        Cause::Predecessor { operation, lag } => {
            let name = if Millis::ZERO < *lag { "lag" } else { "predecessor" };
            (name, None, vec![*operation])
        }
        Cause::Resource { resource, held_by } => ("resource", Some(*resource), held_by.clone()),
        Cause::Blocked { resource, by, .. } => ("blocked", Some(*resource), vec![*by]),
        Cause::Calendar { resource } => ("calendar", Some(*resource), Vec::new()),
        Cause::Setup { resource, after, .. } => {
            ("setup", Some(*resource), after.iter().copied().collect())
        }
        Cause::Cleaning { resource } => ("cleaning", Some(*resource), Vec::new()),
        Cause::Batch { resource, with } => ("batch", Some(*resource), with.clone()),
        Cause::Storage { resource, held_by } => ("storage", Some(*resource), held_by.clone()),
        Cause::Budget { .. } => ("supply", None, Vec::new()),
        Cause::Line { behind, .. } => ("line", None, vec![*behind]),
        Cause::HeldBack { operation, .. } => ("held-back", None, vec![*operation]),
        Cause::NotChosen { .. } => ("not-chosen", None, Vec::new()),
        Cause::Frozen => ("under-way", None, Vec::new()),
        Cause::Choice => ("plan", None, Vec::new()),
    }
}

fn both(text: &str) -> TitleAnswer {
    TitleAnswer { en: text.to_owned(), zh: text.to_owned() }
}

#[cfg(test)]
mod tests;
