//! The board: what is planned, running and done, as bars on resources.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_account::Ledger;
use weft_engine::{Engine, planning};
use weft_model::{Millis, OrderId, ResourceId, Timestamp, WorkingTime};
use weft_run::{OperationStatus, OrderStatus};

use crate::App;
use crate::answers::{BarAnswer, BoardAnswer, BoardOrderAnswer, BoardResourceAnswer, ErrorAnswer};
use crate::error::{Answer, ApiError, Params};
use crate::format::{instant, parse_instant};
use crate::places::in_reading_order;

/// Shown before and after now when nothing else is asked for.
const BEFORE: Millis = Millis::DAY.times(2);
const AFTER: Millis = Millis::DAY.times(5);

/// Which part of the board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BoardQuery {
    /// Beginning of the span, RFC 3339; two days ago when left out.
    from: Option<String>,
    /// End of the span, RFC 3339; in five days when left out.
    to: Option<String>,
}

/// Everything planned, running and done that touches a span.
#[utoipa::path(
    get,
    path = "/api/board",
    params(BoardQuery),
    responses((status = 200, body = BoardAnswer), (status = 400, body = ErrorAnswer))
)]
pub(crate) async fn board(
    State(app): State<App>,
    Params(query): Params<BoardQuery>,
) -> Answer<Json<BoardAnswer>> {
    let now = app.plant.clock().now();
    let bound = |field, text: Option<String>, default| match text {
        Some(text) => parse_instant(field, &text),
        None => Ok(default),
    };
    let from = bound("from", query.from, now - BEFORE)?;
    let to = bound("to", query.to, now + AFTER)?;
    if to <= from {
        return Err(ApiError::bad("`to` is not after `from`", "ask for a span that has a length"));
    }
    let ledger = app.ledger.complete()?;
    let answer = app
        .plant
        .look(|engine| ledger.read(|ledger| Board::new(engine, now, from, to).draw(ledger)));
    answer.map(Json).ok_or_else(ApiError::stopped)
}

struct Board<'a> {
    engine: &'a Engine,
    now: Timestamp,
    from: Timestamp,
    to: Timestamp,
    rows: BTreeMap<&'a ResourceId, usize>,
    orders: Vec<BoardOrderAnswer>,
    order_index: BTreeMap<OrderId, usize>,
    bars: Vec<BarAnswer>,
}

impl<'a> Board<'a> {
    fn new(engine: &'a Engine, now: Timestamp, from: Timestamp, to: Timestamp) -> Self {
        let rows =
            in_reading_order(engine.solution()).map(|resource| &resource.id).zip(0..).collect();
        let (orders, order_index, bars) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { engine, now, from, to, rows, orders, order_index, bars }
    }

    fn draw(mut self, ledger: &Ledger) -> BoardAnswer {
        let state = self.engine.state();
        let mut unplanned = 0;
        for (id, order) in &state.orders {
            // What has been given to a machine, each attempt on its own.
            for line in ledger.operations_of(id) {
                let Some((start, end, status, attempt)) = self.done(line) else { continue };
                let what = state.job_operation(&line.operation);
                for (resource, _) in &line.resources {
                    let title = what.map(|what| (&what.title).into());
                    let operation = line.operation.operation.to_string();
                    self.add(resource, id, operation, title, status, attempt, start, end);
                }
            }
            for (what, operation) in order.in_route_order() {
                if operation.status != OperationStatus::Waiting || order.status != OrderStatus::Open
                {
                    continue;
                }
                let Some(planned) = &operation.planned else {
                    unplanned += 1;
                    continue;
                };
                for (resource, _) in what.modes.get(planned.mode).into_iter().flat_map(|m| &m.needs)
                {
                    let (title, name) = (Some((&what.title).into()), what.id.to_string());
                    // What should have begun and has not begins now at the earliest.
                    let behind = (self.now - planned.start).max(Millis::ZERO);
                    let (start, end) = (planned.start + behind, planned.end + behind);
                    let attempt = operation.attempt;
                    self.add(resource, id, name, title, "waiting", attempt, start, end);
                }
            }
        }
        self.bars.sort_by_key(|bar| (bar.resource, bar.start_ms, bar.end_ms));
        assign_lanes(&mut self.bars);
        BoardAnswer {
            now: instant(self.now),
            from: instant(self.from),
            to: instant(self.to),
            sequence: state.sequence,
            resources: self.resources(),
            orders: self.orders,
            bars: self.bars,
            unplanned,
        }
    }

    /// Start, end, status and attempt of what a machine has or had.
    fn done(
        &self,
        line: &weft_account::OperationLine,
    ) -> Option<(Timestamp, Timestamp, &'static str, u32)> {
        let start = line.started.unwrap_or(line.released).at;
        if let Some(ended) = line.ended {
            let status = if line.finished { "finished" } else { "aborted" };
            return Some((start, ended.at, status, line.attempt));
        }
        let operation = self.engine.state().operation(&line.operation)?;
        let end = planning::expected_end(operation, self.engine.working(), start, self.now);
        Some((start, end.max(self.now), operation.status.as_str(), line.attempt))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one bar")]
    fn add(
        &mut self,
        resource: &ResourceId,
        order: &OrderId,
        operation: String,
        title: Option<crate::answers::TitleAnswer>,
        status: &str,
        attempt: u32,
        start: Timestamp,
        end: Timestamp,
    ) {
        if end < self.from || self.to <= start {
            return;
        }
        let Some(row) = self.rows.get(resource).copied() else { return };
        let title = title.unwrap_or_else(|| crate::answers::TitleAnswer {
            en: operation.clone(),
            zh: operation.clone(),
        });
        let order = self.order(order);
        self.bars.push(BarAnswer {
            resource: row,
            lane: 0,
            order,
            operation,
            title,
            status: status.to_owned(),
            attempt,
            start_ms: start.as_millis(),
            end_ms: end.as_millis(),
        });
    }

    fn order(&mut self, id: &OrderId) -> usize {
        if let Some(index) = self.order_index.get(id) {
            return *index;
        }
        let index = self.orders.len();
        let state = self.engine.state().orders.get(id);
        let due = state.and_then(|order| order.order.due);
        let expected = state.and_then(|order| order.expected_end(self.now));
        self.orders.push(BoardOrderAnswer {
            id: id.to_string(),
            offer: state.map_or(String::new(), |order| order.order.offer.to_string()),
            due_ms: due.map(Timestamp::as_millis),
            expected_ms: expected.map(Timestamp::as_millis),
            late: state.is_some_and(|order| order.is_late(self.now)),
        });
        self.order_index.insert(id.clone(), index);
        index
    }

    fn resources(&self) -> Vec<BoardResourceAnswer> {
        in_reading_order(self.engine.solution())
            .map(|resource| BoardResourceAnswer {
                id: resource.id.to_string(),
                title: (&resource.title).into(),
                place: resource.place.to_string(),
                capacity: resource.capacity,
                machine: self
                    .engine
                    .state()
                    .resources
                    .get(&resource.id)
                    .map_or(String::new(), |state| state.machine.as_str().to_owned()),
                closed_ms: self
                    .engine
                    .working()
                    .get(&resource.id)
                    .map_or_else(Vec::new, |working| closed_ms(working, self.from, self.to)),
            })
            .collect()
    }
}

/// When a resource does not work in a span, as pairs of epoch milliseconds.
fn closed_ms(working: &WorkingTime, from: Timestamp, to: Timestamp) -> Vec<[i64; 2]> {
    let all = working.intervals();
    let first = all.partition_point(|interval| interval.end <= from);
    let mut closed = Vec::new();
    let mut at = from;
    for interval in all.get(first..).unwrap_or_default() {
        if at < interval.start {
            closed.push([at.as_millis(), interval.start.min(to).as_millis()]);
        }
        at = interval.end;
        if to <= at {
            break;
        }
    }
    if at < to {
        closed.push([at.as_millis(), to.as_millis()]);
    }
    closed
}

/// Puts bars of one resource that overlap into lanes: the first lane that is free. Bars are sorted by
/// resource and start.
fn assign_lanes(bars: &mut [BarAnswer]) {
    let mut free_at: Vec<i64> = Vec::new();
    let mut resource = usize::MAX;
    for bar in bars {
        if bar.resource != resource {
            resource = bar.resource;
            free_at.clear();
        }
        let lane = free_at.iter().position(|free| *free <= bar.start_ms).unwrap_or(free_at.len());
        match free_at.get_mut(lane) {
            Some(free) => *free = bar.end_ms,
            None => free_at.push(bar.end_ms),
        }
        bar.lane = lane as u32;
    }
}

#[cfg(test)]
mod tests;
