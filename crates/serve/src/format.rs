//! From our types to the API's.

use weft_model::{OperationId, Timestamp, Title};
use weft_run::{Event, Recorded};

use crate::answers::{EventAnswer, EventHead, TitleAnswer};
use crate::error::{Answer, ApiError};

impl From<&Title> for TitleAnswer {
    fn from(title: &Title) -> Self {
        Self { en: title.en.clone(), zh: title.zh.clone() }
    }
}

impl From<Title> for TitleAnswer {
    fn from(title: Title) -> Self {
        Self { en: title.en, zh: title.zh }
    }
}

pub(crate) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// An instant from a query or a body; `field` is its name there.
pub(crate) fn parse_instant(field: &str, text: &str) -> Answer<Timestamp> {
    Timestamp::parse(text).ok_or_else(|| {
        ApiError::bad(
            format!("`{field}` is `{text}`, which is not an instant"),
            "write it like 2012-01-29T23:24:00Z",
        )
    })
}

/// Rounds a figure for people to read; the events behind it are exact.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

pub(crate) fn event(recorded: &Recorded) -> EventAnswer {
    EventAnswer { head: event_head(recorded), body: weft_journal::event_as_json(&recorded.event) }
}

/// An event without its body, which can be long.
pub(crate) fn event_head(recorded: &Recorded) -> EventHead {
    EventHead {
        sequence: recorded.sequence,
        at: instant(recorded.at),
        kind: recorded.event.kind().to_owned(),
        order: recorded.event.order().map(|order| order.to_string()),
        operation: operation_of(&recorded.event).map(|operation| operation.to_string()),
        resource: resource_of(&recorded.event),
    }
}

fn operation_of(event: &Event) -> Option<OperationId> {
    match event {
        Event::OperationReleased { operation, .. } => Some(operation.operation.clone()),
        Event::OperationStarted { job_order, .. }
        | Event::OperationInterrupted { job_order, .. }
        | Event::OperationResumed { job_order, .. }
        | Event::OperationFinished { job_order, .. }
        | Event::OperationAborted { job_order, .. } => {
            job_order.parts().map(|(of, _)| of.operation)
        }
        _ => None,
    }
}

fn resource_of(event: &Event) -> Option<String> {
    match event {
        Event::OperationReleased { resources, .. } => {
            resources.first().map(|(resource, _)| resource.to_string())
        }
        Event::ResourceDown { resource, .. } | Event::ResourceUp { resource } => {
            Some(resource.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
