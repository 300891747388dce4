//! The text a person would have written for a solution: defaults left out, one thing per paragraph.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::ALWAYS;
use super::files::{Files, PATH_SEPARATOR, ROUTES_FOLDER};
use super::quantity::{clock_text, days_text, duration_text, instant_text, span_text};
use super::read::{
    CALENDARS, HISTORY, OFFERS, ORDERS, PLACES, ROUTES, SOLUTION, TWIN, default_order_word,
};
use crate::calendar::{Calendar, Hours, Shift};
use crate::id::{OfferId, OperationId, RouteId};
use crate::solution::{Mode, Need, NeedOf, Operation, Order, Resource, Route, Solution, Title};

/// A solution with more operations than this gets one file of routes per offer.
const OPERATIONS_IN_ONE_FILE: usize = 200;
/// Two shifts with a longer gap are two shifts, not one with a break.
const BREAK_MINUTES_MAX: u16 = 120;

/// The files of a solution; [`super::load`] reads the same solution back.
///
/// That holds for every solution that `load` could have returned. Other values are written as they are,
/// and `load` says what is wrong with them.
pub fn write(solution: &Solution) -> Files {
    let zone = TimeZone::get(&solution.time_zone).unwrap_or(TimeZone::UTC);
    let mut files = Files::new();
    files.insert(SOLUTION, solution_text(solution));
    files.insert(PLACES, places_text(solution));
    if !solution.calendars.is_empty() {
        let texts: Vec<String> = solution.calendars.values().map(calendar_text).collect();
        files.insert(CALENDARS, texts.join("\n"));
    }
    if !solution.offers.is_empty() {
        files.insert(OFFERS, offers_text(solution));
    }
    for (path, text) in route_files(solution) {
        files.insert(path, text);
    }
    if !solution.orders.is_empty() {
        files.insert(ORDERS, orders_text(solution, &zone));
    }
    files.insert(TWIN, twin_text(solution, &zone));
    if !solution.history.is_empty() {
        files.insert(HISTORY, history_text(solution, &zone));
    }
    files
}

fn solution_text(solution: &Solution) -> String {
    let mut text = Text::default();
    text.key("id", &quoted(solution.id.as_str()));
    text.title("title", &solution.title, &Title::same(solution.id.as_str()));
    text.key("level", &quoted(solution.level.as_str()));
    text.title("order-word", &solution.order_word, &default_order_word());
    text.key("time-zone", &quoted(&solution.time_zone));
    if !solution.source.is_empty() {
        text.key("source", &quoted(&solution.source));
    }
    text.0
}

fn places_text(solution: &Solution) -> String {
    let mut text = Text::default();
    for place in &solution.places {
        text.heading("[[place]]");
        text.key("id", &quoted(place.id.as_str()));
        text.title("title", &place.title, &Title::same(place.id.as_str()));
        text.key("level", &quoted(place.level.as_str()));
        if let Some(parent) = &place.parent {
            text.key("parent", &quoted(parent.as_str()));
        }
    }
    for resource in solution.resources.values() {
        text.heading("[[resource]]");
        resource_text(&mut text, resource, solution.id.as_str());
    }
    text.0
}

fn resource_text(text: &mut Text, resource: &Resource, group: &str) {
    text.key("id", &quoted(resource.id.as_str()));
    text.title("title", &resource.title, &Title::same(resource.id.as_str()));
    text.key("place", &quoted(resource.place.as_str()));
    match resource.classes.as_slice() {
        [] => {}
        [class] => text.key("class", &quoted(class.as_str())),
        classes => text.key("classes", &list(classes.iter().map(|class| quoted(class.as_str())))),
    }
    if resource.capacity != 1 {
        text.key("capacity", &resource.capacity.to_string());
    }
    if resource.calendar.as_str() != ALWAYS {
        text.key("calendar", &quoted(resource.calendar.as_str()));
    }
    let connection = &resource.connection;
    let parts = [
        ("group", &connection.group, group),
        ("edge-node", &connection.edge_node, resource.place.as_str()),
        ("device", &connection.device, resource.id.as_str()),
    ];
    let special = parts.into_iter().filter(|(_, part, default)| part != default);
    let special: Vec<String> =
        special.map(|(key, part, _)| format!("{key} = {}", quoted(part))).collect();
    if !special.is_empty() {
        text.key("connection", &format!("{{ {} }}", special.join(", ")));
    }
}

fn calendar_text(calendar: &Calendar) -> String {
    let mut text = Text::default();
    text.heading("[[calendar]]");
    text.key("id", &quoted(calendar.id.as_str()));
    text.title("title", &calendar.title, &Title::same(calendar.id.as_str()));
    if !calendar.shifts.is_empty() {
        let shifts = with_breaks(&calendar.shifts);
        text.list(
            "shift",
            shifts.iter().map(|(days, hours, breaks)| {
                let mut shift = format!(
                    "{{ days = {}, from = {}, to = {}",
                    quoted(&days_text(*days)),
                    quoted(&clock_text(hours.from)),
                    quoted(&clock_text(hours.to))
                );
                if !breaks.is_empty() {
                    let breaks = list(breaks.iter().map(|b| quoted(&span_text(*b))));
                    let _ = write!(shift, ", breaks = {breaks}");
                }
                shift + " }"
            }),
        );
    }
    if !calendar.exceptions.is_empty() {
        text.list(
            "exception",
            calendar.exceptions.iter().map(|exception| {
                let mut line = format!("{{ date = {}", exception.date);
                if exception.hours.is_empty() {
                    line += ", off = true";
                } else {
                    let hours = exception.hours.iter().map(|hours| quoted(&span_text(*hours)));
                    let _ = write!(line, ", hours = {}", list(hours));
                }
                if !exception.reason.is_empty() {
                    let _ = write!(line, ", reason = {}", quoted(&exception.reason));
                }
                line + " }"
            }),
        );
    }
    text.0
}

type ShiftWithBreaks = ([bool; 7], Hours, Vec<Hours>);

/// Puts stretches of the same days back together to the shift they are parts of.
fn with_breaks(shifts: &[Shift]) -> Vec<ShiftWithBreaks> {
    let mut whole: Vec<ShiftWithBreaks> = Vec::new();
    for shift in shifts {
        match whole.last_mut() {
            Some((days, hours, breaks))
                if *days == shift.days
                    && hours.to < shift.hours.from
                    && shift.hours.from - hours.to <= BREAK_MINUTES_MAX =>
            {
                breaks.push(Hours { from: hours.to, to: shift.hours.from });
                hours.to = shift.hours.to;
            }
            _ => whole.push((shift.days, shift.hours, Vec::new())),
        }
    }
    whole
}

fn offers_text(solution: &Solution) -> String {
    let mut text = Text::default();
    for offer in solution.offers.values() {
        text.heading("[[offer]]");
        text.key("id", &quoted(offer.id.as_str()));
        text.title("title", &offer.title, &Title::same(offer.id.as_str()));
        text.key("route", &quoted(offer.route.as_str()));
    }
    text.0
}

/// All routes in one file, or, when there are many, a file for each offer they serve.
fn route_files(solution: &Solution) -> BTreeMap<String, String> {
    let operations: usize = solution.routes.values().map(|route| route.operations.len()).sum();
    let mut offer_of: BTreeMap<&RouteId, &OfferId> = BTreeMap::new();
    if OPERATIONS_IN_ONE_FILE < operations {
        let by_default = solution.offers.values().map(|offer| (&offer.route, &offer.id));
        let by_order = solution.orders.iter().map(|order| (&order.route, &order.offer));
        for (route, offer) in by_default.chain(by_order) {
            offer_of.entry(route).or_insert(offer);
        }
    }
    let mut files: BTreeMap<String, Text> = BTreeMap::new();
    for route in solution.routes.values() {
        let path = offer_of.get(&route.id).map_or_else(
            || ROUTES.to_owned(),
            |offer| format!("{ROUTES_FOLDER}{PATH_SEPARATOR}{offer}.toml"),
        );
        route_text(files.entry(path).or_default(), route);
    }
    files.into_iter().map(|(path, text)| (path, text.0)).collect()
}

fn route_text(text: &mut Text, route: &Route) {
    text.heading("[[route]]");
    text.key("id", &quoted(route.id.as_str()));
    let mut previous: Option<&OperationId> = None;
    for operation in &route.operations {
        text.heading("[[route.operation]]");
        operation_text(text, operation, previous);
        previous = Some(&operation.id);
    }
}

fn operation_text(text: &mut Text, operation: &Operation, previous: Option<&OperationId>) {
    text.key("id", &quoted(operation.id.as_str()));
    text.title("title", &operation.title, &Title::same(operation.id.as_str()));
    if operation.after.iter().collect::<Vec<_>>() != previous.into_iter().collect::<Vec<_>>() {
        text.key("after", &list(operation.after.iter().map(|id| quoted(id.as_str()))));
    }
    if let [mode] = operation.modes.as_slice() {
        for (key, value) in mode_keys(mode) {
            text.key(key, &value);
        }
    } else {
        text.list(
            "modes",
            operation.modes.iter().map(|mode| {
                let keys =
                    mode_keys(mode).into_iter().map(|(key, value)| format!("{key} = {value}"));
                format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
            }),
        );
    }
    if !operation.spans_breaks {
        text.key("spans-breaks", "false");
    }
    if operation.rework_to != operation.id {
        text.key("rework-to", &quoted(operation.rework_to.as_str()));
    }
}

fn mode_keys(mode: &Mode) -> Vec<(&'static str, String)> {
    let mut keys = vec![("needs", list(mode.needs.iter().map(need_text)))];
    for (key, duration) in [("takes", mode.takes), ("takes-each", mode.takes_each)] {
        if 0 < duration.get() {
            keys.push((key, quoted(&duration_text(duration))));
        }
    }
    keys
}

fn need_text(need: &Need) -> String {
    let of = match &need.of {
        NeedOf::Class(class) => format!("class = {}", quoted(class.as_str())),
        NeedOf::Resource(id) => format!("resource = {}", quoted(id.as_str())),
    };
    if need.amount == 1 {
        format!("{{ {of} }}")
    } else {
        format!("{{ {of}, amount = {} }}", need.amount)
    }
}

fn orders_text(solution: &Solution, zone: &TimeZone) -> String {
    let orders = &solution.orders;
    let offered = |order: &Order| solution.offers.get(&order.offer).map(|offer| &offer.route);
    let has_route = orders.iter().any(|order| offered(order) != Some(&order.route));
    let has_release = orders.iter().any(|order| order.release != order.placed);
    let has_due = orders.iter().any(|order| order.due.is_some());
    let has_weight = orders.iter().any(|order| order.weight != 1);
    let has_customer = orders.iter().any(|order| !order.customer.is_empty());
    let columns = [
        ("id", true),
        ("offer", true),
        ("route", has_route),
        ("quantity", true),
        ("placed", true),
        ("release", has_release),
        ("due", has_due),
        ("weight", has_weight),
        ("customer", has_customer),
    ];
    let rows = orders.iter().map(|order| {
        columns.iter().filter(|(_, is_used)| *is_used).map(|(column, _)| match *column {
            "id" => order.id.to_string(),
            "offer" => order.offer.to_string(),
            "route" if offered(order) == Some(&order.route) => String::new(),
            "route" => order.route.to_string(),
            "quantity" => order.quantity.to_string(),
            "placed" => instant_text(order.placed, zone),
            "release" if order.release == order.placed => String::new(),
            "release" => instant_text(order.release, zone),
            "due" => order.due.map(|due| instant_text(due, zone)).unwrap_or_default(),
            "weight" if order.weight == 1 => String::new(),
            "weight" => order.weight.to_string(),
            _ => order.customer.clone(),
        })
    });
    let heading = columns.iter().filter(|(_, is_used)| *is_used).map(|(name, _)| *name);
    csv_text(heading, rows)
}

fn history_text(solution: &Solution, zone: &TimeZone) -> String {
    let rows = solution.history.iter().map(|recorded| {
        [
            recorded.order.to_string(),
            recorded.operation.to_string(),
            recorded.resource.to_string(),
            instant_text(recorded.start, zone),
            instant_text(recorded.end, zone),
        ]
    });
    csv_text(["order", "operation", "resource", "start", "end"], rows)
}

fn csv_text<'a>(
    heading: impl IntoIterator<Item = &'a str>,
    rows: impl Iterator<Item = impl IntoIterator<Item = String>>,
) -> String {
    let line = |cells: &mut dyn Iterator<Item = String>| {
        cells.map(|cell| csv_cell(&cell)).collect::<Vec<_>>().join(",") + "\n"
    };
    let mut text = line(&mut heading.into_iter().map(str::to_owned));
    for row in rows {
        text += &line(&mut row.into_iter());
    }
    text
}

/// A cell, in quotes where it needs them (RFC 4180).
fn csv_cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn twin_text(solution: &Solution, zone: &TimeZone) -> String {
    let twin = &solution.twin;
    let mut text = Text::default();
    text.key("start", &quoted(&instant_text(twin.start, zone)));
    for (key, share) in [
        ("duration-cv", twin.duration_cv),
        ("rework-probability", twin.rework_probability),
        ("scrap-probability", twin.scrap_probability),
    ] {
        if share != 0.0 {
            text.key(key, &format!("{share:?}"));
        }
    }
    if let Some(every) = twin.mean_time_between_failures {
        text.key("mean-time-between-failures", &quoted(&duration_text(every)));
    }
    text.key("mean-time-to-repair", &quoted(&duration_text(twin.mean_time_to_repair)));
    for (resource, every) in &twin.failures_by_resource {
        text.heading("[[failure]]");
        text.key("resource", &quoted(resource.as_str()));
        text.key("mean-time-between-failures", &quoted(&duration_text(*every)));
    }
    text.0
}

/// TOML as it grows.
#[derive(Default)]
struct Text(String);

impl Text {
    fn heading(&mut self, heading: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(heading);
        self.0.push('\n');
    }

    fn key(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn title(&mut self, key: &str, title: &Title, default: &Title) {
        if title == default {
            return;
        }
        if title.en == title.zh {
            self.key(key, &quoted(&title.en));
        } else {
            let (en, zh) = (quoted(&title.en), quoted(&title.zh));
            self.key(key, &format!("{{ en = {en}, zh = {zh} }}"));
        }
    }

    /// A list with a line for each entry.
    fn list(&mut self, key: &str, entries: impl Iterator<Item = String>) {
        let _ = writeln!(self.0, "{key} = [");
        for entry in entries {
            let _ = writeln!(self.0, "  {entry},");
        }
        self.0.push_str("]\n");
    }
}

fn list(entries: impl Iterator<Item = String>) -> String {
    format!("[{}]", entries.collect::<Vec<_>>().join(", "))
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
