//! The small files: solution.toml, offers.toml, twin.toml.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::super::error::{CheckError, Kind};
use super::super::suggest::closest;
use super::ids::{Ids, shown};
use super::table::with_document;
use super::value::Value;
use super::{Input, Reading};
use crate::id::{OfferId, SolutionId};
use crate::solution::{Level, Offer, Order, Title, TwinBehaviour};
use crate::time::Timestamp;

/// What solution.toml says.
pub(super) struct Head {
    pub(super) id: SolutionId,
    pub(super) title: Title,
    pub(super) level: Level,
    pub(super) order_word: Title,
    pub(super) source: String,
    pub(super) time_zone: String,
}

/// The largest coefficient of variation that is read.
const CV_MAX: u32 = 10;

/// What an order is called unless solution.toml says otherwise.
pub(in super::super) fn default_order_word() -> Title {
    Title { en: "order".to_owned(), zh: "订单".to_owned() }
}

/// Reads solution.toml and sets the time zone for the other files.
pub(super) fn read_head(reading: &mut Reading<'_>, input: Option<Input<'_>>) -> Head {
    let mut head = Head {
        id: "?".into(),
        title: Title::same("?"),
        level: Level::City,
        order_word: default_order_word(),
        source: String::new(),
        time_zone: "UTC".to_owned(),
    };
    let Some(input) = input else { return head };
    with_document(reading.problems, input, |mut table| {
        let id = table.id(Kind::Solution, &mut Ids::new(Kind::Solution));
        "the solution".clone_into(&mut table.owner);
        head.id = id.into();
        head.title = table.title("title", || Title::same(id));
        let level = table.need("level", "level = \"area\"");
        head.level = level.and_then(|value| level_of(&value)).unwrap_or(Level::City);
        head.order_word = table.title("order-word", default_order_word);
        let source = table.get("source").and_then(|value| value.text("\"own\""));
        source.unwrap_or_default().clone_into(&mut head.source);
        if let Some(value) = table.need("time-zone", "time-zone = \"Asia/Shanghai\"")
            && let Some(text) = value.text("\"Asia/Shanghai\"")
        {
            match TimeZone::get(text) {
                Ok(zone) => {
                    zone.iana_name().unwrap_or(text).clone_into(&mut head.time_zone);
                    reading.zone = zone;
                }
                Err(_) => value.add(&CheckError::TimeZone { text: shown(text) }),
            }
        }
        table.finish()
    });
    head
}

/// Reads a level of the place tree.
pub(super) fn level_of(value: &Value<'_>) -> Option<Level> {
    let text = value.text("\"area\"")?;
    let level = Level::parse(text);
    if level.is_none() {
        let words = || Level::ALL.iter().map(|(_, word)| *word);
        let known = words().collect::<Vec<_>>().join(", ");
        value.unknown_word(text, closest(text, words()), known);
    }
    level
}

/// Reads offers.toml.
pub(super) fn read_offers(
    reading: &mut Reading<'_>,
    input: Option<Input<'_>>,
) -> BTreeMap<OfferId, Offer> {
    let mut offers = BTreeMap::new();
    let Some(input) = input else { return offers };
    let known = &mut reading.known;
    let is_whole = with_document(reading.problems, input, |mut file| {
        for mut table in file.tables("offer") {
            let id = table.id(Kind::Offer, &mut known.offers);
            let title = table.title("title", || Title::same(id));
            let route = table.need("route", "route = \"bracket\"");
            let route = route.and_then(|value| value.reference(&known.routes)).unwrap_or("?");
            table.finish();
            let offer = Offer { id: id.into(), title, route: route.into() };
            offers.entry(offer.id.clone()).or_insert(offer);
        }
        file.finish()
    });
    if !is_whole {
        known.offers.incomplete();
    }
    offers
}

/// Reads twin.toml. Without it the plant does exactly what was planned; without a start it begins when
/// the first order is placed.
pub(super) fn read_twin(
    reading: &mut Reading<'_>,
    input: Option<Input<'_>>,
    orders: &[Order],
) -> TwinBehaviour {
    let first = orders.iter().map(|order| order.placed).min();
    let mut twin = TwinBehaviour::exact(first.unwrap_or(Timestamp::from_millis(0)));
    let Some(input) = input else { return twin };
    with_document(reading.problems, input, |mut file| {
        "the twin".clone_into(&mut file.owner);
        let start = file.get("start").and_then(|value| value.instant(&reading.zone));
        twin.start = start.unwrap_or(twin.start);
        let mut share = |key, most| file.get(key).and_then(|value| value.share(most));
        twin.duration_cv = share("duration-cv", CV_MAX).unwrap_or(0.0);
        twin.rework_probability = share("rework-probability", 1).unwrap_or(0.0);
        twin.scrap_probability = share("scrap-probability", 1).unwrap_or(0.0);
        twin.mean_time_between_failures =
            file.get("mean-time-between-failures").and_then(|value| value.positive_duration());
        let repair = file.get("mean-time-to-repair").and_then(|value| value.positive_duration());
        twin.mean_time_to_repair = repair.unwrap_or(twin.mean_time_to_repair);
        let mut seen = Ids::new(Kind::Resource);
        for mut table in file.tables("failure") {
            let resource = table.need("resource", "resource = \"saw-1\"");
            let id = resource.and_then(|value| {
                let id = value.reference(&reading.known.resources)?;
                seen.declare(reading.problems, id, value.at).then_some(id)
            });
            let every =
                table.need("mean-time-between-failures", "mean-time-between-failures = \"200 h\"");
            let every = every.and_then(|value| value.positive_duration());
            if let (Some(id), Some(every)) = (id, every) {
                twin.failures_by_resource.insert(id.into(), every);
            }
            table.finish();
        }
        file.finish()
    });
    twin
}
