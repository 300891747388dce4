//! Live updates by server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as ServerSent, KeepAlive, Sse};
use futures_util::Stream;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use weft_run::{Event, Recorded};

use crate::App;
use crate::answers::ChangeAnswer;
use crate::format;

/// Events told in one update at most; the rest is in `/api/events`.
const EVENTS_TOLD: usize = 20;
/// Updates are gathered for this long, so that a fast plant does not flood a screen.
const GATHER: Duration = Duration::from_millis(200);

/// Tells what changes, as it changes: event name `change`, id = number of the last event. Ends when the
/// plant stops.
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
        let (mut events, mut missed): (Vec<Recorded>, bool) = tokio::select! {
            first = heard.recv() => match first {
                Ok(events) => (events.to_vec(), false),
                Err(RecvError::Lagged(_)) => (Vec::new(), true),
                Err(RecvError::Closed) => return None,
            },
            // Whoever watches does not keep the plant from stopping.
            _ = app.plant.ended() => return None,
        };
        tokio::time::sleep(GATHER).await;
        loop {
            match heard.try_recv() {
                Ok(more) => events.extend(more.iter().cloned()),
                Err(TryRecvError::Lagged(_)) => missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let change = change(&app, &events, missed);
        let id = change.sequence.to_string();
        let sent = ServerSent::default().event("change").id(id).json_data(change);
        Some((Ok(sent.unwrap_or_default()), (app, heard)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

fn change(app: &App, events: &[Recorded], missed: bool) -> ChangeAnswer {
    let mut orders: Vec<String> =
        events.iter().filter_map(|it| it.event.order()).map(|id| id.to_string()).collect();
    orders.sort();
    orders.dedup();
    ChangeAnswer {
        sequence: events.last().map_or_else(
            || app.plant.look(|engine| engine.state().sequence).unwrap_or(0),
            |last| last.sequence,
        ),
        now: format::instant(app.plant.clock().now()),
        orders,
        plan: events.iter().any(|it| matches!(it.event, Event::PlanAdopted { .. })),
        missed,
        events: events.iter().rev().take(EVENTS_TOLD).rev().map(format::event_head).collect(),
    }
}
