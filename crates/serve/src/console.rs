//! The console's files, embedded in the binary.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::error::ApiError;

/// What `make` built from `console/`. The build script sees to it that the folder is there.
#[derive(RustEmbed)]
#[folder = "$WEFT_CONSOLE"]
struct Files;

/// A file of the console, or its first page for every path that is the console's own.
pub(crate) async fn page(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || method != Method::GET && method != Method::HEAD {
        return ApiError::unknown("path", uri.path()).into_response();
    }
    if let Some(file) = Files::get(path) {
        // Names of built files carry a hash of their content, the first page does not.
        let keep =
            if path.starts_with("assets/") { "max-age=31536000, immutable" } else { "no-cache" };
        let kind = file.metadata.mimetype().to_owned();
        let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, keep.to_owned())];
        return (headers, Body::from(file.data)).into_response();
    }
    match Files::get("index.html") {
        Some(file) => {
            let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
            (headers, Body::from(file.data)).into_response()
        }
        None => (
            StatusCode::NOT_FOUND,
            "This weft was built without its console. Run `make` in the checkout to build both.\n",
        )
            .into_response(),
    }
}
