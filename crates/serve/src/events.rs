//! History, a page at a time.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_journal::Reader;

use crate::App;
use crate::answers::{ErrorAnswer, EventsAnswer};
use crate::error::{Answer, ApiError, Params};
use crate::format::event;

/// Events in one answer at most.
const PAGE_MAX: u32 = 1_000;

/// Which part of history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only events after this number, oldest first; the latest when left out.
    after: Option<u64>,
    /// How many at most; 100 when left out, 1000 at most.
    limit: Option<u32>,
}

/// Events in sequence.
#[utoipa::path(
    get,
    path = "/api/events",
    params(EventsQuery),
    responses((status = 200, body = EventsAnswer), (status = 400, body = ErrorAnswer))
)]
pub(crate) async fn events(
    State(app): State<App>,
    Params(query): Params<EventsQuery>,
) -> Answer<Json<EventsAnswer>> {
    let limit = query.limit.unwrap_or(100).min(PAGE_MAX);
    let folder = app.plant.folder().to_owned();
    let events = tokio::task::spawn_blocking(move || {
        let reader = Reader::open(&folder)?;
        match query.after {
            // The journal cannot have more events than that.
            Some(after) => reader.events(after.min(i64::MAX as u64), limit),
            None => reader.latest(i64::MAX as u64, limit),
        }
    })
    .await
    .map_err(|_| ApiError::stopped())?
    .map_err(|error| ApiError::journal(&error))?;
    Ok(Json(EventsAnswer { events: events.iter().map(event).collect() }))
}
