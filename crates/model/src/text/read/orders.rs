//! orders.csv and history.csv.

use std::collections::BTreeMap;

use super::super::error::{CheckError, Kind};
use super::super::quantity::instant_text;
use super::ids::Ids;
use super::rows::{Columns, Row, for_each};
use super::work::{Fit, Plant};
use super::{Input, Reading};
use crate::id::{OfferId, OrderId, RouteId};
use crate::solution::{Offer, Order, RecordedOperation, Route};

const ORDER_COLUMNS: Columns = Columns {
    required: &["id", "offer", "quantity", "placed"],
    example: "id,offer,quantity,placed,due",
    optional: &["route", "release", "due", "weight", "customer"],
};

const HISTORY_COLUMNS: Columns = Columns {
    required: &["order", "operation", "resource", "start", "end"],
    example: "order,operation,resource,start,end",
    optional: &[],
};

const INSTANT_EXAMPLE: &str = "2026-03-02 07:30";

type Offers = BTreeMap<OfferId, Offer>;
type Routes = BTreeMap<RouteId, Route>;

/// Reads orders.csv; the orders by `placed`, then id.
pub(super) fn read(
    reading: &mut Reading<'_>,
    input: Option<Input<'_>>,
    offers: &Offers,
    routes: &Routes,
    plant: &Plant<'_>,
) -> Vec<Order> {
    let mut orders = Vec::new();
    let Some(input) = input else { return orders };
    let fits: BTreeMap<&RouteId, Vec<Fit>> = routes
        .iter()
        .map(|(id, route)| {
            let fits = route.operations.iter().filter_map(|operation| plant.fit(operation));
            // What does not fit for one piece is told in the route.
            (id, fits.filter(|fit| fit.misses(1).is_none()).collect())
        })
        .collect();
    let problems = reading.problems;
    let is_whole = for_each(problems, input, &ORDER_COLUMNS, |row| {
        let order = read_order(reading, &row, offers);
        orders.extend(order.inspect(|order| check_fit(reading, &row, order, &fits)));
    });
    if !is_whole {
        reading.known.orders.incomplete();
    }
    orders.sort_by(|a: &Order, b| (a.placed, &a.id).cmp(&(b.placed, &b.id)));
    orders
}

fn read_order(reading: &mut Reading<'_>, row: &Row<'_>, offers: &Offers) -> Option<Order> {
    let id = if let Some(cell) = row.need("id", "order-1") {
        cell.id(Kind::Order, &mut reading.known.orders)
    } else {
        reading.known.orders.incomplete();
        None
    };
    let known = &reading.known;
    let offer = row.need("offer", "bracket").and_then(|cell| cell.reference(&known.offers));
    let route = match row.get("route") {
        Some(cell) => cell.reference(&known.routes).map(RouteId::new),
        None => offer.and_then(|offer| offers.get(offer)).map(|offer| offer.route.clone()),
    };
    let quantity = row.need("quantity", "1").and_then(|cell| cell.count());
    let zone = &reading.zone;
    let placed = row.need("placed", INSTANT_EXAMPLE).and_then(|cell| cell.instant(zone));
    let release_cell = row.get("release");
    let release = release_cell.as_ref().map_or(placed, |cell| cell.instant(zone));
    let due_cell = row.get("due");
    let due = due_cell.as_ref().map(|cell| cell.instant(zone));
    let weight = row.get("weight").map_or(Some(1), |cell| cell.count());
    if let (Some(cell), Some(release), Some(placed)) = (release_cell, release, placed)
        && release < placed
    {
        let (release, placed) = (instant_text(release, zone), instant_text(placed, zone));
        cell.add(&CheckError::ReleaseBeforePlaced { release, placed });
    }
    if let (Some(cell), Some(Some(due)), Some(release)) = (due_cell, due, release)
        && due < release
    {
        let (due, release) = (instant_text(due, zone), instant_text(release, zone));
        cell.add(&CheckError::DueBeforeRelease { due, release });
    }
    Some(Order {
        id: OrderId::new(id?),
        offer: OfferId::new(offer?),
        route: route?,
        quantity: quantity?,
        placed: placed?,
        release: release?,
        due: match due {
            Some(due) => Some(due?),
            None => None,
        },
        weight: weight?,
        customer: row.verbatim("customer").to_owned(),
    })
}

/// Whether operations that may not pause fit between two breaks for this many pieces.
fn check_fit(
    reading: &Reading<'_>,
    row: &Row<'_>,
    order: &Order,
    fits: &BTreeMap<&RouteId, Vec<Fit>>,
) {
    for fit in fits.get(&order.route).into_iter().flatten() {
        if let Some((takes, longest)) = fit.misses(order.quantity) {
            let operation = fit.operation.clone();
            let error = CheckError::LongerThanOpen { operation, takes, longest };
            reading.problems.add(row.at.field("quantity"), &error);
        }
    }
}

/// Reads history.csv; in time order.
pub(super) fn read_history(
    reading: &mut Reading<'_>,
    input: Option<Input<'_>>,
    orders: &[Order],
    routes: &Routes,
) -> Vec<RecordedOperation> {
    let mut history = Vec::new();
    let Some(input) = input else { return history };
    let route_of: BTreeMap<&str, &RouteId> =
        orders.iter().map(|order| (order.id.as_str(), &order.route)).collect();
    let mut operations: BTreeMap<&RouteId, Ids> = BTreeMap::new();
    for (id, route) in routes {
        let mut ids = Ids::new(Kind::Operation);
        for operation in &route.operations {
            ids.note(operation.id.as_str(), input.at);
        }
        if route.operations.is_empty() {
            ids.incomplete();
        }
        operations.insert(id, ids);
    }
    for_each(reading.problems, input, &HISTORY_COLUMNS, |row| {
        let operations_of = |order: &str| route_of.get(order).and_then(|id| operations.get(id));
        history.extend(read_recorded(reading, &row, operations_of));
    });
    let in_time = |a: &RecordedOperation, b: &RecordedOperation| {
        let key = |r: &RecordedOperation| (r.start, r.end);
        let ids =
            |r: &RecordedOperation| (r.order.clone(), r.operation.clone(), r.resource.clone());
        key(a).cmp(&key(b)).then_with(|| ids(a).cmp(&ids(b)))
    };
    history.sort_by(in_time);
    history
}

fn read_recorded<'i>(
    reading: &Reading<'_>,
    row: &Row<'_>,
    operations_of: impl Fn(&str) -> Option<&'i Ids>,
) -> Option<RecordedOperation> {
    let known = &reading.known;
    let order = row.need("order", "order-1").and_then(|cell| cell.reference(&known.orders));
    let operation_cell = row.need("operation", "saw");
    let operation = match order.and_then(operations_of) {
        Some(ids) => operation_cell.and_then(|cell| cell.reference(ids)),
        None => operation_cell.map(|cell| cell.text),
    };
    let resource = row.need("resource", "saw-1");
    let resource = resource.and_then(|cell| cell.reference(&known.resources));
    let zone = &reading.zone;
    let start = row.need("start", INSTANT_EXAMPLE).and_then(|cell| cell.instant(zone));
    let end_cell = row.need("end", INSTANT_EXAMPLE);
    let end = end_cell.as_ref().and_then(|cell| cell.instant(zone));
    if let (Some(cell), Some(start), Some(end)) = (end_cell, start, end)
        && end < start
    {
        let (from, to) = (instant_text(start, zone), instant_text(end, zone));
        cell.add(&CheckError::EndBeforeStart { what: "the recorded operation", from, to });
    }
    Some(RecordedOperation {
        order: order?.into(),
        operation: operation?.into(),
        resource: resource?.into(),
        start: start?,
        end: end?,
    })
}
