//! Puts the solution together from orders, capacities, classes and calendars.

mod places;
mod routes;

use std::collections::BTreeMap;

use weft_model::{
    Calendar, CalendarId, Level, Offer, OfferId, Order, OrderId, RecordedOperation, ResourceId,
    RouteId, Solution, SolutionId, Title, TwinBehaviour,
};

use crate::alternatives::Classes;
use crate::clock::Clock;
use crate::names::{Ids, slug};
use crate::operations::Case;
use crate::options::Options;
use crate::report::{Finding, Severity};
use crate::shifts::Group;
use crate::week;

/// All that was found out.
pub(crate) struct Parts<'a> {
    pub(crate) cases: &'a [Case],
    pub(crate) capacities: &'a BTreeMap<String, u32>,
    pub(crate) classes: &'a Classes,
    pub(crate) groups: &'a [Group],
    pub(crate) days_off: &'a [weft_model::calendar::Exception],
    pub(crate) twin: TwinBehaviour,
    pub(crate) clock: &'a Clock,
    pub(crate) options: &'a Options,
    pub(crate) file: &'a str,
}

/// The solution, and which id each resource got.
pub(crate) fn solution(
    parts: Parts<'_>,
    findings: &mut Vec<Finding>,
) -> (Solution, BTreeMap<String, ResourceId>) {
    let titles = Titles { zh: &parts.options.titles_zh };
    let stem = parts.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let id = slug(parts.options.id.as_deref().unwrap_or(stem));
    let id = SolutionId::new(if id.is_empty() { "imported" } else { &id });
    let title_en = parts.options.title_en.clone().unwrap_or_else(|| id.to_string());
    let title_zh = parts.options.title_zh.clone().unwrap_or_else(|| title_en.clone());
    let title = Title { en: title_en, zh: title_zh };

    let (calendars, calendar_of) = calendars(&parts, &titles);
    let (places, resources, ids) = places::build(&parts, &id, &title, &calendar_of, &titles);
    let routed = routes::build(&parts, &ids, &titles);
    let offers = routed
        .offers
        .into_iter()
        .map(|(part, (offer, route))| {
            let title = titles.of(if part.is_empty() { "Order" } else { &part });
            (offer.clone(), Offer { id: offer, title, route })
        })
        .collect::<BTreeMap<OfferId, Offer>>();
    let mut orders = Vec::with_capacity(parts.cases.len());
    let mut history = Vec::new();
    for (case, route) in parts.cases.iter().zip(&routed.of_case) {
        let Some(first) = case.operations.iter().map(|op| op.start).min() else { continue };
        let Some(last) = case.operations.iter().map(|op| op.end).max() else { continue };
        let release = parts.clock.midnight(first);
        orders.push(Order {
            id: route.order.clone(),
            offer: route.offer.clone(),
            route: route.route.clone(),
            quantity: case.quantity,
            placed: release,
            release,
            due: Some(last),
            weight: 1,
            customer: String::new(),
        });
        for (op, operation) in case.operations.iter().zip(&route.operations) {
            let Some(resource) = ids.get(&op.resource) else { continue };
            history.push(RecordedOperation {
                order: route.order.clone(),
                operation: operation.clone(),
                resource: resource.clone(),
                start: op.start,
                end: op.end,
            });
        }
    }
    orders.sort_by(|a, b| (a.placed, &a.id).cmp(&(b.placed, &b.id)));
    history.sort_by(|a, b| {
        (a.start, a.end, &a.order, &a.operation).cmp(&(b.start, b.end, &b.order, &b.operation))
    });
    findings.push(
        Finding::new(
            "R121",
            Severity::Assumed,
            "The log has neither order dates nor promises: an order is placed and released at the beginning of \
             the day on which its first work began, and its real completion serves as the promise.",
        )
        .count(orders.len(), orders.len())
        .overrule("edit `placed`, `release` and `due` in orders.csv"),
    );
    let solution = Solution {
        id,
        title,
        level: Level::Area,
        order_word: Title { en: "order".to_owned(), zh: "订单".to_owned() },
        source: parts.options.source.clone(),
        time_zone: parts.clock.name.clone(),
        places,
        resources,
        calendars,
        offers,
        routes: routed.routes,
        orders,
        twin: parts.twin,
        history,
    };
    (solution, ids)
}

/// Names in two languages.
pub(crate) struct Titles<'a> {
    zh: &'a BTreeMap<String, String>,
}

impl Titles<'_> {
    /// The Chinese text that was given for a name, else the name itself.
    pub(crate) fn of(&self, en: &str) -> Title {
        Title { en: en.to_owned(), zh: self.zh.get(en).cloned().unwrap_or_else(|| en.to_owned()) }
    }
}

/// What one order became.
pub(crate) struct Routed {
    pub(crate) order: OrderId,
    pub(crate) offer: OfferId,
    pub(crate) route: RouteId,
    pub(crate) operations: Vec<weft_model::OperationId>,
}

/// Calendars, and which one each resource follows.
fn calendars(
    parts: &Parts<'_>,
    titles: &Titles<'_>,
) -> (BTreeMap<CalendarId, Calendar>, BTreeMap<String, CalendarId>) {
    let mut ids = Ids::default();
    let (mut calendars, mut of) = (BTreeMap::new(), BTreeMap::new());
    for group in parts.groups {
        let hours = week::hours(&group.slots);
        let name = if 168.0 <= hours {
            "around-the-clock".to_owned()
        } else {
            format!("{hours:.0}-h-week")
        };
        let id = CalendarId::new(ids.give(&slug(&name), "week"));
        let zh =
            if 168.0 <= hours { "全天候".to_owned() } else { format!("每周{hours}小时") };
        let en = if 168.0 <= hours {
            "Around the clock".to_owned()
        } else {
            format!("{hours} hours a week")
        };
        let mut title = titles.of(&en);
        if title.zh == en {
            title.zh = zh;
        }
        let exceptions = parts.days_off.to_vec();
        let shifts = week::shifts(&group.slots);
        calendars.insert(id.clone(), Calendar { id: id.clone(), title, shifts, exceptions });
        of.extend(group.resources.iter().map(|resource| (resource.clone(), id.clone())));
    }
    (calendars, of)
}
