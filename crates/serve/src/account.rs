//! Figures of a place over a span, and the events behind each.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_account::{Account, Figure};
use weft_journal::Reader;
use weft_model::Timestamp;

use crate::App;
use crate::answers::{AccountAnswer, ErrorAnswer, EventsAnswer, FigureAnswer, UtilisationAnswer};
use crate::error::{Answer, ApiError, Params};
use crate::format::{event, instant, parse_instant, rounded};
use crate::places::scope;

/// Events in one answer at most.
const PAGE_MAX: usize = 500;

/// Which place, over which span.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountQuery {
    /// The place; the whole plant when left out.
    place: Option<String>,
    /// Beginning of the span, RFC 3339; the first event when left out, and at the earliest.
    from: Option<String>,
    /// End of the span, RFC 3339; now when left out, and at the latest.
    to: Option<String>,
}

/// Which figure of which place, over which span.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountEventsQuery {
    /// The place; the whole plant when left out.
    place: Option<String>,
    /// Beginning of the span, RFC 3339; the first event when left out, and at the earliest.
    from: Option<String>,
    /// End of the span, RFC 3339; now when left out, and at the latest.
    to: Option<String>,
    /// The figure's id, or `utilisation`.
    figure: String,
    /// The resource, for `utilisation`.
    resource: Option<String>,
    /// How many to leave out first.
    offset: Option<usize>,
    /// How many at most; 100 when left out, 500 at most.
    limit: Option<usize>,
}

/// The figures of a place over a span.
#[utoipa::path(
    get,
    path = "/api/account",
    params(AccountQuery),
    responses(
        (status = 200, body = AccountAnswer),
        (status = 400, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer)
    )
)]
pub(crate) async fn account(
    State(app): State<App>,
    Params(query): Params<AccountQuery>,
) -> Answer<Json<AccountAnswer>> {
    let (account, from, to) = add_up(&app, query.place.as_deref(), query.from, query.to)?;
    let solution = app.plant.solution();
    let root = solution.places.first().map_or(String::new(), |place| place.id.to_string());
    Ok(Json(AccountAnswer {
        place: query.place.unwrap_or(root),
        from: instant(from),
        to: instant(to),
        figures: account
            .figures
            .iter()
            .map(|figure| FigureAnswer {
                id: figure.id.to_owned(),
                value: figure.value.map(rounded),
                unit: figure.unit.to_owned(),
                events: figure.events.len() as u64,
            })
            .collect(),
        utilisation: account
            .utilisation
            .iter()
            .filter_map(|line| {
                let resource = solution.resources.get(&line.resource)?;
                Some(UtilisationAnswer {
                    resource: line.resource.to_string(),
                    title: (&resource.title).into(),
                    percent: line.figure.value.map(rounded),
                    busy_h: rounded(line.busy_h),
                    available_h: rounded(line.available_h),
                    events: line.figure.events.len() as u64,
                })
            })
            .collect(),
    }))
}

/// The events that a figure was made from.
#[utoipa::path(
    get,
    path = "/api/account/events",
    params(AccountEventsQuery),
    responses(
        (status = 200, body = EventsAnswer),
        (status = 400, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer)
    )
)]
pub(crate) async fn account_events(
    State(app): State<App>,
    Params(query): Params<AccountEventsQuery>,
) -> Answer<Json<EventsAnswer>> {
    let (account, ..) = add_up(&app, query.place.as_deref(), query.from, query.to)?;
    let figure = find(&account, &query.figure, query.resource.as_deref())
        .ok_or_else(|| ApiError::unknown("figure", &query.figure))?;
    let sequences: Vec<u64> = figure
        .events
        .iter()
        .skip(query.offset.unwrap_or(0))
        .take(query.limit.unwrap_or(100).min(PAGE_MAX))
        .copied()
        .collect();
    let folder = app.plant.folder().to_owned();
    let events = tokio::task::spawn_blocking(move || {
        Reader::open(&folder).and_then(|reader| reader.by_sequence(&sequences))
    })
    .await
    .map_err(|_| ApiError::stopped())?
    .map_err(|error| ApiError::journal(&error))?;
    Ok(Json(EventsAnswer { events: events.iter().map(event).collect() }))
}

fn find<'a>(account: &'a Account, id: &str, resource: Option<&str>) -> Option<&'a Figure> {
    if id == "utilisation" {
        let line = account.utilisation.iter().find(|line| Some(line.resource.as_str()) == resource);
        return line.map(|line| &line.figure);
    }
    account.figures.iter().find(|figure| figure.id == id)
}

fn add_up(
    app: &App,
    place: Option<&str>,
    from: Option<String>,
    to: Option<String>,
) -> Answer<(Account, Timestamp, Timestamp)> {
    if let Some(place) = place
        && !app.plant.solution().places.iter().any(|known| known.id.as_str() == place)
    {
        return Err(ApiError::unknown("place", place));
    }
    let ledger = app.ledger.complete()?;
    let now = app.plant.clock().now();
    let from = from.map(|text| parse_instant("from", &text)).transpose()?;
    let to = to.map(|text| parse_instant("to", &text)).transpose()?;
    let added = app.plant.look(|engine| {
        ledger.read(|ledger| {
            // Before the first event and after now there is nothing that could be averaged.
            let since = ledger.since.unwrap_or(now);
            let to = to.unwrap_or(now).min(now).max(since);
            let from = from.unwrap_or(since).clamp(since, to);
            (ledger.account(&scope(engine, place, from, to)), from, to)
        })
    });
    added.ok_or_else(ApiError::stopped)
}
