//! What someone does to virtual machines: stop one, let it go on.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use weft_model::ResourceId;

use crate::App;
use crate::answers::{ErrorAnswer, ResourceAnswer};
use crate::error::{Answer, ApiError, Segments};

/// A virtual machine is switched on or off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Which machine.
    pub resource: ResourceId,
    /// Whether it may work.
    pub on: bool,
}

/// Stops a virtual machine: what it works at is interrupted until it may go on. It is answered before the machine
/// has heard of it; that it is down comes as an event.
#[utoipa::path(
    post,
    path = "/api/twin/resources/{resource}/stop",
    params(("resource" = String, Path, description = "The resource's id.")),
    responses(
        (status = 202, body = ResourceAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer)
    )
)]
pub(crate) async fn stop(
    State(app): State<App>,
    Segments(id): Segments<String>,
) -> Answer<(StatusCode, Json<ResourceAnswer>)> {
    switch(&app, &id, false)
}

/// Lets a virtual machine go on, whether it was stopped or has failed.
#[utoipa::path(
    post,
    path = "/api/twin/resources/{resource}/go-on",
    params(("resource" = String, Path, description = "The resource's id.")),
    responses(
        (status = 202, body = ResourceAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer)
    )
)]
pub(crate) async fn go_on(
    State(app): State<App>,
    Segments(id): Segments<String>,
) -> Answer<(StatusCode, Json<ResourceAnswer>)> {
    switch(&app, &id, true)
}

fn switch(app: &App, id: &str, on: bool) -> Answer<(StatusCode, Json<ResourceAnswer>)> {
    let resource = crate::places::resource_answer(app, id)?;
    let switch = Switch { resource: ResourceId::new(id), on };
    // Nobody listens once the machines are gone, just before the plant is.
    let is_heard = app.switches.as_ref().is_some_and(|switches| switches.send(switch).is_ok());
    if !is_heard {
        let help =
            "start `weft run` with --twin to have virtual machines, or stop the real one by hand";
        let message = format!("`{id}` is not a virtual machine of this plant");
        return Err(ApiError::new(StatusCode::CONFLICT, "S612", message, help));
    }
    Ok((StatusCode::ACCEPTED, Json(resource)))
}
