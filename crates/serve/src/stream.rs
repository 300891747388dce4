//! Live updates by server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as ServerSent, KeepAlive, Sse};
use futures_util::Stream;
use tokio::sync::broadcast::error::RecvError;
use weft_run::{Event, Recorded};

use crate::App;
use crate::answers::ChangeAnswer;
use crate::format;

/// Events told in one update at most; the rest is in `/api/events`.
const EVENTS_TOLD: usize = 20;
/// Updates are gathered for this long, so that a fast plant does not flood a screen.
const GATHER: Duration = Duration::from_millis(200);

/// Tells what changes, as it changes: event name `change`, id = number of the last event.
#[utoipa::path(
    get,
    path = "/api/stream",
    responses((status = 200, body = ChangeAnswer, content_type = "text/event-stream"))
)]
pub(crate) async fn changes(
    State(app): State<App>,
) -> Sse<impl Stream<Item = Result<ServerSent, Infallible>>> {
    let heard = app.plant.listen();
    let stream = futures_util::stream::unfold((app, heard), |(app, mut heard)| async move {
        let first = match heard.recv().await {
            Ok(events) => events,
            // Whoever fell behind is told that everything may have changed.
            Err(RecvError::Lagged(_)) => Arc::from([]),
            Err(RecvError::Closed) => return None,
        };
        tokio::time::sleep(GATHER).await;
        let mut events: Vec<Recorded> = first.to_vec();
        while let Ok(more) = heard.try_recv() {
            events.extend(more.iter().cloned());
        }
        let change = change(&app, &events);
        let id = change.sequence.to_string();
        let sent = ServerSent::default().event("change").id(id).json_data(change);
        Some((Ok(sent.unwrap_or_default()), (app, heard)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

fn change(app: &App, events: &[Recorded]) -> ChangeAnswer {
    let mut orders: Vec<String> =
        events.iter().filter_map(|it| it.event.order()).map(|id| id.to_string()).collect();
    orders.sort();
    orders.dedup();
    let mut resources: Vec<String> =
        events.iter().filter_map(|it| format::event(it).resource).collect();
    resources.sort();
    resources.dedup();
    ChangeAnswer {
        sequence: events.last().map_or_else(
            || app.plant.look(|engine| engine.state().sequence).unwrap_or(0),
            |last| last.sequence,
        ),
        now: format::instant(app.plant.clock().now()),
        orders,
        resources,
        plan: events.iter().any(|it| matches!(it.event, Event::PlanAdopted { .. })),
        events: events.iter().rev().take(EVENTS_TOLD).rev().map(format::event).collect(),
    }
}
