//! How a plan looks: text, JSON, and a chart.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;
use weft_engine::Waited;
use weft_model::{Millis, OrderId, Timestamp};
use weft_plan::gantt::{self, Labels};

use super::Planned;
use super::compare::{Comparison, KIND, Side, UNKIND, compare};
use super::prepare::Prepared;
use super::why::Subject;

/// How many late orders are explained.
const LATE_SHOWN: usize = 5;
/// How many links of the chain of reasons are shown for each.
const REASONS_SHOWN: usize = 6;

/// An order that ends after it was promised.
struct Late<'a> {
    order: &'a OrderId,
    due: Timestamp,
    end: Timestamp,
    why: Vec<Waited>,
}

pub(crate) fn text(planned: &Planned, subject: &Subject) -> String {
    let mut text = String::new();
    let cost = planned.search.cost();
    let bound = planned.search.lower_bound();
    let question = &planned.prepared.question;
    let hours = |ms: i128| ms as f64 / 3_600_000.0;
    let _ = writeln!(
        text,
        "{}: {} orders, {} operations, {} resources; {} steps in {:.1} s{}\n",
        planned.prepared.solution.title.en,
        question.orders.len(),
        question.names.len(),
        question.resources.len(),
        planned.search.steps(),
        planned.seconds,
        if planned.status == weft_plan::Status::Proved { ", proved best" } else { "" },
    );
    let _ = writeln!(text, "                          plan   no plan is below");
    let mut line = |name: &str, value: f64, bound: f64, unit: &str| {
        let _ = writeln!(text, "{name:18}{value:>12.1}{bound:>15.1}      {unit}");
    };
    line("makespan", cost.makespan.as_hours() / 24.0, bound.makespan.as_hours() / 24.0, "d");
    line("weighted tardiness", hours(cost.tardiness), hours(bound.tardiness), "h");
    line("weighted flow time", hours(cost.flow_time), hours(bound.flow_time), "h");
    line("objective", hours(cost.levels[0]), hours(bound.levels[0]), "weighted h");
    if 0 < cost.unplaced {
        let _ = writeln!(text, "\n{} operations have no place:", cost.unplaced);
        for (index, reason) in planned.search.unplaced().into_iter().take(LATE_SHOWN) {
            if let Some(named) = question.names.get(index) {
                let _ = writeln!(text, "  {}: {reason}; {}", named.operation, reason.help());
            }
        }
        for (index, line) in subject.clash().into_iter().enumerate() {
            let _ = writeln!(text, "  {}{}", if index == 0 { "" } else { "- " }, line.en);
        }
    }
    text.push_str(&subject.breakdown_text());
    late_orders(planned, subject, &mut text);
    if let Some(comparison) = compare(planned) {
        compare_text(&comparison, &mut text);
    }
    match &planned.faults {
        None => {}
        Some(faults) if faults.is_empty() => {
            text.push_str("\nverified: the independent checker finds no fault\n");
        }
        Some(faults) => {
            let _ = writeln!(text, "\nthe independent checker finds {} faults:", faults.len());
            for fault in faults.iter().take(20) {
                let _ = writeln!(text, "  {fault}");
            }
        }
    }
    text
}

fn late_orders(planned: &Planned, subject: &Subject, text: &mut String) {
    let late = late(planned);
    let due = planned.prepared.solution.orders.iter().filter(|order| order.due.is_some()).count();
    let _ = writeln!(text, "\n{} of {due} promised orders are late", late.len());
    let state = &planned.prepared.state;
    for late in late.iter().take(LATE_SHOWN) {
        let _ = writeln!(
            text,
            "\n  {} ends {} too late: {} instead of {}",
            late.order,
            late.end - late.due,
            at(&planned.prepared, late.end),
            at(&planned.prepared, late.due)
        );
        for wait in late.why.iter().take(REASONS_SHOWN) {
            let _ = writeln!(
                text,
                "    until {}: {}",
                at(&planned.prepared, wait.until),
                wait.text(state, subject.names).en
            );
        }
        let more = late.why.len().saturating_sub(REASONS_SHOWN);
        if 0 < more {
            let _ = writeln!(text, "    … and {more} more, back to the beginning");
        }
    }
}

fn compare_text(comparison: &Comparison, text: &mut String) {
    let Comparison { really, plan } = comparison;
    let _ = writeln!(
        text,
        "\nBeside what really happened ({} orders, same work, resources and working hours):\n\n\
         {:34}{:>10}{:>10}",
        really.orders, "", "really", "plan"
    );
    let mut line = |name: &str, unit: &str, of: fn(&Side) -> f64| {
        let _ = writeln!(text, "{name:32}{unit:>2}{:>10.1}{:>10.1}", of(really), of(plan));
    };
    line("makespan", "d", |side| side.makespan_d);
    line("time in shop, mean", "d", |side| side.time_in_shop_mean_d);
    line("time in shop, 90th percentile", "d", |side| side.time_in_shop_p90_d);
    let _ = writeln!(
        text,
        "{:34}{:>10}{:>10}\n\nThe real completion serves as the promise: the log has no due dates.",
        "orders later than promised", really.late, plan.late
    );
    for (title, reasons) in [("Kind to the plan:", KIND), ("Unkind to the plan:", UNKIND)] {
        let _ = writeln!(text, "\n{title}");
        for reason in reasons {
            let _ = writeln!(text, "- {reason}");
        }
    }
}

pub(crate) fn json(planned: &Planned, subject: &Subject) -> serde_json::Value {
    let cost = planned.search.cost();
    let bound = planned.search.lower_bound();
    let state = &planned.prepared.state;
    let question = &planned.prepared.question;
    let number = |ms: i128| i64::try_from(ms).unwrap_or(i64::MAX);
    let parts = |cost: &weft_plan::Cost| {
        json!({
            "makespan_ms": cost.makespan.get(),
            "weighted_tardiness_ms": number(cost.tardiness),
            "weighted_flow_time_ms": number(cost.flow_time),
        })
    };
    let late: Vec<_> = late(planned)
        .iter()
        .map(|late| {
            json!({
                "order": late.order.as_str(),
                "due": late.due.to_string(),
                "end": late.end.to_string(),
                "late_h": (late.end - late.due).as_hours(),
                "why": late.why.iter().map(|wait| json!({
                    "operation": wait.operation.to_string(),
                    "from": wait.from.to_string(),
                    "until": wait.until.to_string(),
                    "text": wait.text(state, subject.names).en,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let operations: Vec<_> = question
        .names
        .iter()
        .zip(&planned.search.best().operations)
        .map(|(named, scheduled)| {
            let mode = scheduled.and_then(|s| named.modes.get(s.mode).copied());
            let resources: Vec<_> = mode
                .and_then(|mode| state.job_operation(&named.operation)?.modes.get(mode))
                .map(|mode| mode.needs.iter().map(|(id, _)| id.to_string()).collect())
                .unwrap_or_default();
            json!({
                "order": named.operation.order.as_str(),
                "operation": named.operation.operation.as_str(),
                "mode": mode,
                "resources": resources,
                "start": scheduled.map(|s| s.start.to_string()),
                "end": scheduled.map(|s| s.end.to_string()),
            })
        })
        .collect();
    let side = |side: &Side| {
        json!({
            "makespan_d": side.makespan_d,
            "time_in_shop_mean_d": side.time_in_shop_mean_d,
            "time_in_shop_p90_d": side.time_in_shop_p90_d,
            "orders_late": side.late,
            "orders": side.orders,
        })
    };
    json!({
        "objective": number(cost.levels[0]),
        "objective_parts": parts(&cost),
        "lower_bound": number(bound.levels[0]),
        "lower_bound_parts": parts(&bound),
        "proved": planned.status == weft_plan::Status::Proved,
        "unplaced": cost.unplaced,
        "seconds": planned.seconds,
        "steps": planned.search.steps(),
        "late": late,
        "comparison": compare(planned).map(|comparison| json!({
            "really": side(&comparison.really),
            "plan": side(&comparison.plan),
            "kind_to_the_plan": KIND,
            "unkind_to_the_plan": UNKIND,
        })),
        "faults": planned.faults,
        "operations": operations,
    })
}

pub(crate) fn svg(planned: &Planned) -> String {
    let prepared = &planned.prepared;
    let question = &prepared.question;
    let colours: BTreeMap<&str, usize> =
        prepared.solution.offers.keys().map(weft_model::OfferId::as_str).zip(0..).collect();
    let offset = zone(prepared).to_offset(jiff_timestamp(question.problem.now));
    let labels = Labels {
        title: &prepared.solution.title.en,
        resource: &|index| {
            let id = question.resources.get(index);
            id.and_then(|id| prepared.solution.resources.get(id))
                .map_or(String::new(), |resource| resource.title.en.clone())
        },
        operation: &|index| {
            question.names.get(index).map_or(String::new(), |it| it.operation.order.to_string())
        },
        detail: &|index| {
            question.names.get(index).map_or(String::new(), |it| {
                let title = weft_engine::why::title_of(&prepared.state, &it.operation);
                format!("{}\n{}", it.operation, title.en)
            })
        },
        colour: &|index| {
            let order = question.orders.get(index).and_then(|id| prepared.state.orders.get(id));
            order.and_then(|o| colours.get(o.order.offer.as_str()).copied()).unwrap_or(index)
        },
        instant: &|instant| at(&planned.prepared, instant),
        utc_offset: Millis::new(i64::from(offset.seconds()) * 1_000),
    };
    gantt::svg(&question.problem, planned.search.best(), &labels)
}

/// Late orders, the latest first, the first few with reasons.
fn late(planned: &Planned) -> Vec<Late<'_>> {
    let prepared = &planned.prepared;
    let question = &prepared.question;
    let plan = planned.search.best();
    let mut ends: BTreeMap<&OrderId, Timestamp> = BTreeMap::new();
    for (named, scheduled) in question.names.iter().zip(&plan.operations) {
        let Some(scheduled) = scheduled else { continue };
        let end = ends.entry(&named.operation.order).or_insert(scheduled.end);
        *end = scheduled.end.max(*end);
    }
    let mut late: Vec<Late<'_>> = ends
        .into_iter()
        .filter_map(|(order, end)| {
            let due = prepared.state.orders.get(order)?.order.due?;
            (due < end).then(|| Late { order, due, end, why: Vec::new() })
        })
        .collect();
    late.sort_by_key(|late| (late.due - late.end, late.order));
    for late in late.iter_mut().take(LATE_SHOWN) {
        late.why = question.why_order(plan, late.order);
    }
    late
}

/// An instant in the plant's time zone, to the minute.
pub(super) fn at(prepared: &Prepared, at: Timestamp) -> String {
    jiff_timestamp(at).to_zoned_datetime(zone(prepared)).strftime("%Y-%m-%d %H:%M").to_string()
}

fn zone(prepared: &Prepared) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get(&prepared.solution.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
}

fn jiff_timestamp(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default()
}
