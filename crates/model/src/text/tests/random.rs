//! Random solutions come back from their text; random damage ends in problems, never in a panic.

use std::collections::BTreeMap;

use jiff::civil;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::calendar::{Calendar, Exception, Hours, Shift};
use crate::id::{CalendarId, OfferId, RouteId};
use crate::solution::{
    Connection, Level, Mode, Need, NeedOf, Offer, Operation, Order, Place, RecordedOperation,
    Resource, Route, Title, TwinBehaviour,
};
use crate::time::{Millis, Timestamp};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[车间A-z \"'\\\\,;#=\\[\\]{}\n\r\t\u{0}\u{7f}\u{85}]{0,8}",
        any::<String>()
    ]
}

fn title() -> impl Strategy<Value = Title> {
    prop_oneof![
        text().prop_map(Title::same),
        (text(), text()).prop_map(|(en, zh)| Title { en, zh })
    ]
}

fn millis() -> impl Strategy<Value = Millis> {
    prop_oneof![
        (1_i64..600).prop_map(|minutes| Millis::new(minutes * 60_000)),
        (1_i64..1 << 40).prop_map(Millis::new)
    ]
}

fn at() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (0_i64..2_000_000).prop_map(|minutes| Timestamp::from_millis(minutes * 60_000)),
        (-1_i64 << 44..1 << 44).prop_map(Timestamp::from_millis)
    ]
}

fn hours() -> impl Strategy<Value = Hours> {
    (0_u16..2880, 1_u16..=2880).prop_map(|(from, length)| {
        let to = from.saturating_add(length).min(2880);
        Hours { from, to }
    })
}

fn days() -> impl Strategy<Value = [bool; 7]> {
    any::<[bool; 7]>().prop_map(|days| if days == [false; 7] { [true; 7] } else { days })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let shift = (days(), hours()).prop_map(|(days, hours)| Shift { days, hours });
    let exception = (1_i16..9999, 1_i8..13, 1_i8..29, vec(hours(), 0..3), text()).prop_map(
        |(year, month, day, hours, reason)| {
            let date = civil::date(year, month, day);
            Exception { date, hours, reason }
        },
    );
    (title(), vec(shift, 1..5), vec(exception, 0..4)).prop_map(|(title, shifts, exceptions)| {
        Calendar { id: "replaced".into(), title, shifts, exceptions }
    })
}

/// What an operation is made of, before it is known what there is.
type Draft =
    (Title, Vec<Index>, Vec<(Vec<(bool, Index, Index)>, Millis, Millis, bool)>, Index, bool);

fn route() -> impl Strategy<Value = Vec<Draft>> {
    let need = (any::<bool>(), any::<Index>(), any::<Index>());
    let mode = (vec(need, 1..3), millis(), millis(), any::<bool>());
    vec((title(), vec(any::<Index>(), 0..3), vec(mode, 1..3), any::<Index>(), any::<bool>()), 1..6)
}

type DraftOrder = (Index, Index, u32, Timestamp, Option<u32>, Option<u32>, u32, String);

fn order() -> impl Strategy<Value = DraftOrder> {
    let later = || proptest::option::of(0_u32..1 << 30);
    (any::<Index>(), any::<Index>(), 1_u32.., at(), later(), later(), 1_u32.., text())
}

fn solution() -> impl Strategy<Value = Solution> {
    let zone = select(vec!["UTC", "Asia/Jerusalem", "America/St_Johns", "Australia/Lord_Howe"]);
    let place = (title(), any::<Index>());
    let part = || proptest::option::of("[a-zé \"\\\\]{1,6}");
    let resource = (
        (title(), any::<Index>(), vec(0_usize..3, 0..3), 1_u32..5),
        (any::<Index>(), part(), part(), any::<bool>()),
    );
    let share = || (0.0_f64..=1.0).prop_map(|share| share + 0.0);
    let twin = (
        (at(), 0.0_f64..=10.0, share(), share()),
        (proptest::option::of(millis()), millis(), vec((any::<Index>(), millis()), 0..3)),
    );
    let recorded = (any::<Index>(), any::<Index>(), any::<Index>(), at(), 0_u32..1 << 30);
    (
        (title(), title(), text(), zone, select(Level::ALL.to_vec())),
        (vec(place, 1..4), vec(resource, 1..6), btree_map("[a-z]{1,4}", calendar(), 0..3)),
        (vec(route(), 1..4), vec((title(), any::<Index>()), 1..4), vec(order(), 0..6)),
        (twin, vec(recorded, 0..4)),
    )
        .prop_map(|(head, plant, work, (twin, recorded))| {
            let (places, resources, calendars) = plant;
            let mut solution = empty(head);
            add_places(&mut solution, places);
            add_calendars(&mut solution, calendars);
            for (number, ((title, place, classes, capacity), rest)) in
                resources.into_iter().enumerate()
            {
                let place = place.get(&solution.places).id.clone();
                let (calendar, edge_node, device, has_calendar) = rest;
                let id = format!("r-{number}");
                let calendars: Vec<&CalendarId> = solution.calendars.keys().collect();
                let calendar = if has_calendar && !calendars.is_empty() {
                    (*calendar.get(&calendars)).clone()
                } else {
                    ALWAYS.into()
                };
                let classes: std::collections::BTreeSet<usize> = classes.into_iter().collect();
                let connection = Connection {
                    group: solution.id.to_string(),
                    edge_node: edge_node.unwrap_or_else(|| place.to_string()),
                    // Addresses differ whatever else does.
                    device: device.map_or(id.clone(), |device| format!("{device}{number}")),
                };
                let classes = classes.into_iter().map(|class| format!("c{class}").as_str().into());
                let resource = Resource {
                    id: id.as_str().into(),
                    title,
                    place,
                    classes: classes.collect(),
                    capacity,
                    calendar,
                    connection,
                };
                solution.resources.insert(resource.id.clone(), resource);
            }
            add_work(&mut solution, work);
            add_twin(&mut solution, twin);
            add_history(&mut solution, recorded);
            solution
        })
}

fn empty(
    (title, order_word, source, zone, level): (Title, Title, String, &str, (Level, &str)),
) -> Solution {
    Solution {
        id: "random".into(),
        title,
        level: level.0,
        order_word,
        source,
        time_zone: zone.to_owned(),
        places: Vec::new(),
        resources: BTreeMap::new(),
        calendars: BTreeMap::new(),
        offers: BTreeMap::new(),
        routes: BTreeMap::new(),
        orders: Vec::new(),
        twin: TwinBehaviour::exact(Timestamp::from_millis(0)),
        history: Vec::new(),
    }
}

fn add_places(solution: &mut Solution, places: Vec<(Title, Index)>) {
    for (number, (title, parent)) in places.into_iter().enumerate() {
        let parent = (0 < number).then(|| parent.get(&solution.places).id.clone());
        let level = Level::ALL[number].0;
        let id = format!("p-{number}").as_str().into();
        solution.places.push(Place { id, title, level, parent });
    }
}

fn add_calendars(solution: &mut Solution, calendars: BTreeMap<String, Calendar>) {
    for (id, calendar) in calendars {
        let id = CalendarId::new(id);
        solution.calendars.insert(id.clone(), Calendar { id, ..calendar });
    }
}

type DraftWork = (Vec<Vec<Draft>>, Vec<(Title, Index)>, Vec<DraftOrder>);

fn add_work(solution: &mut Solution, (routes, offers, orders): DraftWork) {
    for (number, drafts) in routes.into_iter().enumerate() {
        let mut operations: Vec<Operation> = Vec::new();
        for (number, (title, after, modes, rework_to, spans_breaks)) in
            drafts.into_iter().enumerate()
        {
            let id: crate::OperationId = format!("o-{number}").as_str().into();
            let mut seen: Vec<crate::OperationId> = Vec::new();
            for index in after.into_iter().filter(|_| 0 < number) {
                let earlier = index.get(&operations).id.clone();
                if !seen.contains(&earlier) {
                    seen.push(earlier);
                }
            }
            let rework_to = match seen.first() {
                Some(first) if rework_to.index(2) == 0 => first.clone(),
                _ => id.clone(),
            };
            let modes: Vec<Mode> = modes
                .into_iter()
                .map(|(needs, takes, takes_each, has_both)| Mode {
                    needs: needs_of(solution, &needs),
                    takes,
                    takes_each: if has_both { takes_each } else { Millis::ZERO },
                })
                .collect();
            // Whether it fits between two breaks is not for this test.
            let spans_breaks = spans_breaks || !solution.calendars.is_empty();
            operations.push(Operation { id, title, after: seen, modes, spans_breaks, rework_to });
        }
        let id = RouteId::new(format!("route-{number}"));
        solution.routes.insert(id.clone(), Route { id, operations });
    }
    let routes: Vec<RouteId> = solution.routes.keys().cloned().collect();
    for (number, (title, route)) in offers.into_iter().enumerate() {
        let id = OfferId::new(format!("offer-{number}"));
        let route = route.get(&routes).clone();
        solution.offers.insert(id.clone(), Offer { id, title, route });
    }
    let offers: Vec<OfferId> = solution.offers.keys().cloned().collect();
    for (number, draft) in orders.into_iter().enumerate() {
        let (offer, route, quantity, placed, release, due, weight, customer) = draft;
        let later =
            |from: Timestamp, by: Option<u32>| from + Millis::new(i64::from(by.unwrap_or(0)));
        let release = later(placed, release);
        solution.orders.push(Order {
            id: format!("order-{number}").as_str().into(),
            offer: offer.get(&offers).clone(),
            route: route.get(&routes).clone(),
            quantity,
            placed,
            release,
            due: due.map(|due| later(release, Some(due))),
            weight,
            customer,
        });
    }
    solution.orders.sort_by(|a, b| (a.placed, &a.id).cmp(&(b.placed, &b.id)));
}

/// Needs that the plant can meet: each on another resource.
fn needs_of(solution: &Solution, drafts: &[(bool, Index, Index)]) -> Vec<Need> {
    let mut resources: Vec<&Resource> = solution.resources.values().collect();
    let mut needs = Vec::new();
    for (by_class, resource, amount) in drafts {
        if resources.is_empty() {
            break;
        }
        let resource = resources.swap_remove(resource.index(resources.len()));
        let of = match resource.classes.first() {
            // Two needs of a class could be after the same resource: only one asks for a class.
            Some(class) if *by_class && drafts.len() == 1 => NeedOf::Class(class.clone()),
            _ => NeedOf::Resource(resource.id.clone()),
        };
        let amount = amount.index(resource.capacity as usize) as u32 + 1;
        needs.push(Need { of, amount });
    }
    needs
}

type DraftTwin = ((Timestamp, f64, f64, f64), (Option<Millis>, Millis, Vec<(Index, Millis)>));

fn add_twin(solution: &mut Solution, ((start, cv, rework, scrap), (every, repair, by)): DraftTwin) {
    let resources: Vec<_> = solution.resources.keys().cloned().collect();
    solution.twin = TwinBehaviour {
        start,
        duration_cv: cv,
        rework_probability: rework,
        scrap_probability: scrap,
        mean_time_between_failures: every,
        mean_time_to_repair: repair,
        failures_by_resource: by
            .into_iter()
            .map(|(resource, every)| (resource.get(&resources).clone(), every))
            .collect(),
    };
}

fn add_history(solution: &mut Solution, recorded: Vec<(Index, Index, Index, Timestamp, u32)>) {
    let resources: Vec<_> = solution.resources.keys().cloned().collect();
    for (order, operation, resource, start, length) in recorded {
        if solution.orders.is_empty() {
            return;
        }
        let order = order.get(&solution.orders);
        let operations = &solution.routes[&order.route].operations;
        solution.history.push(RecordedOperation {
            order: order.id.clone(),
            operation: operation.get(operations).id.clone(),
            resource: resource.get(&resources).clone(),
            start,
            end: start + Millis::new(i64::from(length)),
        });
    }
    let key = |r: &RecordedOperation| {
        (r.start, r.end, r.order.clone(), r.operation.clone(), r.resource.clone())
    };
    solution.history.sort_by_key(key);
}

/// One piece of damage: what, and where.
type Damage = (u8, Index, Index, Index, String);

fn damage() -> impl Strategy<Value = Damage> {
    let inserted = prop_oneof![
        any::<String>(),
        select(vec![
            "=",
            "\"",
            "[",
            "]]",
            "{",
            "\n",
            ",",
            "-",
            "0",
            "999999999999999999999",
            "nan",
            "[[x]]\n",
            "''",
            "\\",
            "\u{0}",
            "id = \"saw\"\n",
            "after = [\"paint\"]\n",
            "🏭",
            "#",
            "1e400",
        ])
        .prop_map(str::to_owned)
    ];
    (0_u8..7, any::<Index>(), any::<Index>(), any::<Index>(), inserted)
}

fn damaged(files: &Files, (what, file, first, second, inserted): &Damage) -> Files {
    let paths: Vec<&str> = files.iter().map(|(path, _)| path).collect();
    let path = (*file.get(&paths)).to_owned();
    let mut bytes = files.get(&path).unwrap_or_default().as_bytes().to_vec();
    let (a, b) = (first.index(bytes.len() + 1), second.index(bytes.len() + 1));
    let (from, to) = (a.min(b), a.max(b));
    let line_of = |at: usize| {
        let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end =
            bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |end| at + end + 1);
        start..end
    };
    match what {
        0 => drop(bytes.drain(from..to.min(from + 12))),
        1 => drop(bytes.splice(from..from, inserted.bytes())),
        2 => drop(bytes.drain(line_of(a))),
        3 => {
            let line = bytes[line_of(a)].to_vec();
            let at = line_of(b).start;
            bytes.splice(at..at, line);
        }
        4 => bytes.truncate(from),
        5 => {
            if let Some(byte) = bytes.get_mut(a) {
                *byte = inserted.bytes().next().unwrap_or(0xff);
            }
        }
        _ => {
            let word_end = bytes[a..].iter().position(|b| !b.is_ascii_alphanumeric());
            let end = word_end.map_or(bytes.len(), |end| a + end);
            bytes.splice(a..end, inserted.bytes());
        }
    }
    let mut files = files.clone();
    files.insert_bytes(path, bytes);
    files
}

proptest! {
    #[test]
    fn a_solution_comes_back_from_its_text(solution in solution()) {
        let files = write(&solution);
        match load(&files) {
            Ok(read) => prop_assert_eq!(read, solution),
            Err(problems) => prop_assert!(false, "{}\n{:#?}", super::shown(&problems), files),
        }
    }

    #[test]
    fn damage_ends_in_problems_or_another_solution(damages in vec(damage(), 1..5)) {
        let files = damages.iter().fold(three_machines(), |files, damage| damaged(&files, damage));
        match load(&files) {
            Ok(solution) => prop_assert_eq!(load(&write(&solution)), Ok(solution)),
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                prop_assert!(problems.is_sorted_by(|a, b| a.code == "M006" || b.code == "M006" || a <= b));
                prop_assert_eq!(check(&files), problems, "the same order every time");
            }
        }
    }

    #[test]
    fn no_text_at_all_makes_it_panic(text in any::<String>(), path in select(vec![
        "solution.toml", "places.toml", "calendars.toml", "offers.toml", "routes.toml",
        "orders.csv", "twin.toml", "history.csv",
    ])) {
        let mut files = three_machines();
        files.insert(path, text);
        let _ = check(&files);
    }
}
