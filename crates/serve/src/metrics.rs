//! Figures for a monitoring system, in the Prometheus text format 0.0.4.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use weft_run::{OperationStatus, OrderStatus};

use crate::App;

/// One plant's figures.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let mut text = String::new();
    let mut put = |name: &str, kind: &str, help: &str, value: f64| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    };
    let connections = app.plant.connections();
    let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
    let connected = connections.broker.load(Ordering::Relaxed);
    put(
        "weft_broker_connected",
        "gauge",
        "1 while the broker can be reached.",
        f64::from(connected),
    );
    put("weft_reports_total", "counter", "Job reports heard.", load(&connections.reports));
    put("weft_commands_total", "counter", "Job commands sent.", load(&connections.commands));
    put(
        "weft_malformed_messages_total",
        "counter",
        "Messages that could not be understood.",
        load(&connections.malformed),
    );
    put(
        "weft_undeliverable_commands_total",
        "counter",
        "Commands that found no live machine.",
        load(&connections.undeliverable),
    );
    put(
        "weft_strangers_total",
        "counter",
        "Devices heard of that no resource is connected to.",
        load(&connections.strangers),
    );
    app.plant.look(|engine| {
        let state = engine.state();
        put("weft_events_total", "counter", "Events in the journal.", state.sequence as f64);
        put("weft_plans_total", "counter", "Plans adopted.", state.plans_adopted as f64);
        let orders = |status| state.orders.values().filter(|o| o.status == status).count() as f64;
        put("weft_orders_open", "gauge", "Orders under way.", orders(OrderStatus::Open));
        put("weft_orders_completed", "gauge", "Orders completed.", orders(OrderStatus::Completed));
        let running = state
            .orders
            .values()
            .flat_map(|order| order.operations.values())
            .filter(|operation| operation.status == OperationStatus::Running)
            .count() as f64;
        put("weft_operations_running", "gauge", "Operations running.", running);
        let known = state.resources.values().filter(|resource| resource.is_known());
        let down = known.filter(|resource| !resource.is_up()).count() as f64;
        put("weft_resources_down", "gauge", "Resources failed or offline.", down);
        put(
            "weft_outbox_pending",
            "gauge",
            "Commands no machine answered.",
            engine.pending().count() as f64,
        );
    });
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
