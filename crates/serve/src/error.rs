//! Errors as answers: code, message, help.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use weft_run::Refusal;

use crate::answers::ErrorAnswer;

/// What went wrong, ready to be sent.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    answer: ErrorAnswer,
}

pub(crate) type Answer<T> = Result<T, ApiError>;

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (code, message, help) = (code.to_owned(), message.into(), help.into());
        Self { status, answer: ErrorAnswer { code, message, help } }
    }

    /// A value that is not what it should be.
    pub(crate) fn bad(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "S601", message, help)
    }

    /// Something that does not exist.
    pub(crate) fn unknown(what: &str, id: &str) -> Self {
        let message = format!("there is no {what} `{id}`");
        Self::new(StatusCode::NOT_FOUND, "S602", message, "look at the list for its id")
    }

    /// The plant has stopped.
    pub(crate) fn stopped() -> Self {
        let help = "wait for it to start again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "S603", "the plant is not running", help)
    }

    /// Figures and board are not there yet.
    pub(crate) fn catching_up() -> Self {
        let message = "the plant is still going through its history";
        let help = "ask again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "S610", message, help)
    }

    /// The journal could not be read.
    pub(crate) fn journal(error: &weft_journal::JournalError) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, error.code(), error.to_string(), error.help())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::UnknownOrder { .. }
            | Refusal::UnknownOperation { .. }
            | Refusal::UnknownResource { .. } => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, refusal.code(), refusal.to_string(), refusal.help())
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        let help = "send JSON as in /api/openapi.json, with Content-Type: application/json";
        Self::new(rejection.status(), "S604", rejection.body_text(), help)
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        let help = "see /api/openapi.json for the parameters of this path";
        Self::new(rejection.status(), "S605", rejection.body_text(), help)
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        let help = "see /api/openapi.json for the paths there are";
        Self::new(rejection.status(), "S607", rejection.body_text(), help)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.answer)).into_response()
    }
}

/// A JSON body whose faults are answered like all others.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(ApiError))]
pub(crate) struct Body<T>(pub(crate) T);

/// Query parameters whose faults are answered like all others.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub(crate) struct Params<T>(pub(crate) T);

/// Parts of the path whose faults are answered like all others.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub(crate) struct Segments<T>(pub(crate) T);

/// The answer to a method that a path does not have.
pub(crate) async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let message = format!("`{}` does not take {method}", uri.path());
    let help = "the header Allow names the methods it takes; /api/openapi.json says what they do";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "S608", message, help)
}
