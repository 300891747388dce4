//! By which names a plant may be spoken to.
//!
//! A web page from anywhere can have its own name point to this computer (DNS rebinding) and would then be
//! taken for the console. So requests must name the plant by an address, as `localhost`, or by a name that
//! it was given.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::{Answer, ApiError};

/// Lets a request through that names the plant as it may be named, and that comes from its own pages if
/// from any.
pub(crate) async fn known_only(
    State(names): State<Arc<[String]>>,
    request: Request,
    next: Next,
) -> Answer<Response> {
    let headers = request.headers();
    let host = text(headers, HOST.as_str())
        .or_else(|| request.uri().authority().map(|it| it.as_str().to_owned()));
    let foreign = |name: &str| {
        let message = format!("this plant is not known by the name `{name}`");
        let help = "open it by its address, or start weft with --name NAME";
        ApiError::new(StatusCode::FORBIDDEN, "S609", message, help)
    };
    if let Some(host) = &host
        && !is_known(host, &names)
    {
        return Err(foreign(host));
    }
    if let Some(origin) = text(headers, ORIGIN.as_str()) {
        let uri = origin.parse::<Uri>().ok();
        let from = uri.as_ref().and_then(Uri::authority).map(Authority::as_str);
        if from.is_none_or(|from| !is_known(from, &names)) {
            return Err(foreign(&origin));
        }
    }
    Ok(next.run(request).await)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Whether `host`, with or without a port, is an address, `localhost`, or one of the names.
fn is_known(host: &str, names: &[String]) -> bool {
    let is_port = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) && !name.ends_with(':') => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    address.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn addresses_and_given_names_are_known() {
        let names = ["plant.example".to_owned()];
        for host in [
            "127.0.0.1",
            "127.0.0.1:7420",
            "[::1]:7420",
            "[::1]",
            "10.0.0.7:80",
            "localhost",
            "LocalHost:7420",
            "plant.example",
            "Plant.Example:443",
        ] {
            assert!(is_known(host, &names), "{host}");
        }
        for host in [
            "",
            ":7420",
            "evil.example",
            "evil.example:7420",
            "127.0.0.1.evil.example",
            "localhost.evil.example:7420",
            "plant.example.evil",
            "127.0.0.1:80:evil",
            "[evil]:80",
        ] {
            assert!(!is_known(host, &names), "{host}");
        }
    }
}
