//! A shop of four resources, in code: small enough for hundreds of runs, with everything in it that the
//! rules know.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_model::calendar::{Calendar, Hours, Shift};
use weft_model::{
    Connection, Level, Millis, Mode, Need, NeedOf, Offer, Operation, Order, Place, Resource, Route,
    Solution, Timestamp, Title, TwinBehaviour,
};

/// Twelve orders over three days on a saw, two mills and an oven that takes two lots.
pub(crate) fn shop() -> Arc<Solution> {
    let start = Timestamp::parse("2026-03-02T00:00:00Z").unwrap();
    let days = Calendar {
        id: "day-shift".into(),
        title: Title::same("Day shift"),
        shifts: vec![
            Shift { days: [true; 7], hours: Hours { from: 6 * 60, to: 12 * 60 } },
            Shift { days: [true; 7], hours: Hours { from: 13 * 60, to: 22 * 60 } },
        ],
        exceptions: Vec::new(),
    };
    let always = Calendar {
        id: "always".into(),
        title: Title::same("Always"),
        shifts: vec![Shift { days: [true; 7], hours: Hours { from: 0, to: 1440 } }],
        exceptions: Vec::new(),
    };
    let resource = |id: &str, class: &str, capacity, calendar: &str| Resource {
        id: id.into(),
        title: Title::same(id),
        place: "shop".into(),
        classes: vec![class.into()],
        capacity,
        calendar: calendar.into(),
        connection: Connection {
            group: "test".to_owned(),
            edge_node: "shop".to_owned(),
            device: id.to_owned(),
        },
    };
    let operation = |id: &str, class: &str, after: &[&str], minutes: i64, spans_breaks| Operation {
        id: id.into(),
        title: Title::same(id),
        after: after.iter().map(|id| (*id).into()).collect(),
        modes: vec![Mode {
            needs: vec![Need { of: NeedOf::Class(class.into()), amount: 1 }],
            takes: Millis::MINUTE.times(20),
            takes_each: Millis::new(minutes * 60_000),
        }],
        spans_breaks,
        // Both branches send pieces back to the same operation.
        rework_to: if ["mill", "drill"].contains(&id) { "saw".into() } else { id.into() },
    };
    let route = Route {
        id: "bracket".into(),
        operations: vec![
            operation("saw", "saw", &[], 4, true),
            operation("mill", "mill", &["saw"], 11, true),
            operation("drill", "mill", &["saw"], 3, false),
            operation("harden", "oven", &["mill", "drill"], 9, true),
        ],
    };
    let orders = (0..12)
        .map(|index| {
            let placed = start + Millis::HOUR.times(6 * index);
            Order {
                id: format!("o-{index:02}").into_id(),
                offer: "bracket".into(),
                route: "bracket".into(),
                quantity: 4 + index % 5,
                placed,
                release: placed,
                due: Some(placed + Millis::HOUR.times(12)),
                weight: 1 + index % 3,
                customer: String::new(),
            }
        })
        .collect();
    let by_id = |resources: Vec<Resource>| {
        resources.into_iter().map(|resource| (resource.id.clone(), resource)).collect()
    };
    Arc::new(Solution {
        id: "shop".into(),
        title: Title::same("Shop"),
        level: Level::Area,
        order_word: Title::same("order"),
        source: String::new(),
        time_zone: "UTC".to_owned(),
        places: vec![Place {
            id: "shop".into(),
            title: Title::same("Shop"),
            level: Level::Area,
            parent: None,
        }],
        resources: by_id(vec![
            resource("saw", "saw", 1, "day-shift"),
            resource("mill-1", "mill", 1, "day-shift"),
            resource("mill-2", "mill", 1, "day-shift"),
            resource("oven", "oven", 2, "always"),
        ]),
        calendars: BTreeMap::from([(days.id.clone(), days), (always.id.clone(), always)]),
        offers: BTreeMap::from([(
            "bracket".into(),
            Offer { id: "bracket".into(), title: Title::same("Bracket"), route: "bracket".into() },
        )]),
        routes: BTreeMap::from([(route.id.clone(), route)]),
        orders,
        twin: TwinBehaviour {
            start,
            duration_cv: 0.3,
            rework_probability: 0.1,
            scrap_probability: 0.02,
            mean_time_between_failures: Some(Millis::HOUR.times(20)),
            mean_time_to_repair: Millis::HOUR.times(2),
            failures_by_resource: BTreeMap::new(),
        },
        history: Vec::new(),
    })
}

trait IntoId {
    fn into_id(self) -> weft_model::OrderId;
}

impl IntoId for String {
    fn into_id(self) -> weft_model::OrderId {
        weft_model::OrderId::new(self)
    }
}
