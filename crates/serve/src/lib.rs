//! HTTP API, live updates, the console.
//!
//! [`router`] is all of it for a running [`Plant`]; [`openapi`] is the API's OpenAPI 3.1 document, from
//! which the console's types are made.

mod account;
mod answers;
mod board;
mod console;
mod error;
mod events;
mod format;
mod ledger;
mod metrics;
mod names;
mod orders;
mod places;
mod stream;
mod twin;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::sync::{Mutex, broadcast};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use weft_live::Plant;

pub use twin::Switch;

use crate::ledger::LiveLedger;

/// What the handlers work with.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) plant: Plant,
    pub(crate) ledger: LiveLedger,
    /// Held while an order is placed: a name that was free stays so until it is taken.
    pub(crate) placing: Arc<Mutex<()>>,
    /// Where virtual machines listen; `None` when all are real.
    pub(crate) switches: Option<broadcast::Sender<Switch>>,
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Weftline",
    description = "One plant: what it is, what it does now, what is planned, and what it came to. \
                       Instants are RFC 3339 in UTC; units end the names.",
    license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
))]
struct Document;

/// Everything that is served for a plant. Must be called inside a tokio runtime. `names`: what the plant is
/// called in the network, beside its addresses and `localhost`; requests by other names are refused.
/// `switches`: where the plant's virtual machines listen, if it has any.
pub fn router(
    plant: Plant,
    names: &[String],
    switches: Option<broadcast::Sender<Switch>>,
) -> Router {
    let names: Arc<[String]> = names.into();
    let app = App { ledger: LiveLedger::follow(&plant), plant, placing: Arc::default(), switches };
    let (api, document) = api().split_for_parts();
    api.route("/api/openapi.json", get(|| async { axum::Json(document) }))
        .route("/metrics", get(metrics::metrics))
        .fallback(console::page)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(axum::middleware::from_fn_with_state(names, names::known_only))
        .with_state(app)
}

/// The OpenAPI 3.1 document, as pretty JSON.
pub fn openapi() -> String {
    let (_, document) = api().split_for_parts();
    document.to_pretty_json().unwrap_or_default()
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(places::health))
        .routes(routes!(places::plant))
        .routes(routes!(places::places))
        .routes(routes!(places::resource))
        .routes(routes!(twin::stop))
        .routes(routes!(twin::go_on))
        .routes(routes!(board::board))
        .routes(routes!(orders::offers))
        .routes(routes!(orders::orders, orders::place_order))
        .routes(routes!(orders::order))
        .routes(routes!(orders::cancel_order))
        .routes(routes!(orders::why))
        .routes(routes!(account::account))
        .routes(routes!(account::account_events))
        .routes(routes!(events::events))
        .routes(routes!(stream::changes))
}
