use axum::http::StatusCode;
use axum::response::IntoResponse;
use weft_run::Refusal;

use super::{instant, parse_instant, rounded};
use crate::error::ApiError;

#[test]
fn instants_are_rfc_3339_and_nothing_else() {
    for good in ["2012-01-29T23:24:00Z", "2012-01-29T23:24:00.5Z", "-000044-03-15T12:00:00Z"] {
        assert_eq!(instant(parse_instant("from", good).unwrap()), good);
    }
    let here = parse_instant("from", "2012-01-30T07:24:00+08:00").unwrap();
    assert_eq!(instant(here), "2012-01-29T23:24:00Z");
    for bad in ["", "now", "2012-01-29", "2012-01-29T23:24", "2012-13-01T00:00:00Z", "1e99", "0"] {
        let error = parse_instant("from", bad).unwrap_err();
        assert_eq!(error.into_response().status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[test]
fn a_refusal_says_whose_fault_it_is() {
    let check = |refusal: Refusal, status: StatusCode| {
        assert_eq!(ApiError::from(refusal).into_response().status(), status);
    };
    check(Refusal::UnknownOrder { order: "o".into() }, StatusCode::NOT_FOUND);
    check(Refusal::OrderExists { order: "o".into() }, StatusCode::CONFLICT);
    check(Refusal::OrderClosed { order: "o".into(), status: "completed" }, StatusCode::CONFLICT);
}

#[test]
fn figures_have_two_decimals() {
    let check = |value: f64, text: &str| assert_eq!(rounded(value).to_string(), text);
    check(1.004, "1");
    check(-0.126, "-0.13");
    check(33.333, "33.33");
}
