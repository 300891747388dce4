//! The types a solution is made of. Shapes only: [`crate::text`] loads and checks them.

use std::collections::BTreeMap;

use crate::calendar::{Calendar, WorkingTime};
use crate::id::{
    CalendarId, ClassId, OfferId, OperationId, OrderId, PlaceId, ResourceId, RouteId, SolutionId,
};
use crate::time::{Millis, Timestamp};

/// A folder that says all there is to say for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Short name, also the Sparkplug group id.
    pub id: SolutionId,
    /// What people call it.
    pub title: Title,
    /// The ISA-95 level it is for.
    pub level: Level,
    /// What it calls an order: "order", "sample", "case".
    pub order_word: Title,
    /// Where the data came from and under which licence; empty when it is our own.
    pub source: String,
    /// IANA name of the time zone in which calendars and local times are meant.
    pub time_zone: String,
    /// The tree, each node before its children.
    pub places: Vec<Place>,
    /// What can be busy.
    pub resources: BTreeMap<ResourceId, Resource>,
    /// Shifts, breaks, holidays.
    pub calendars: BTreeMap<CalendarId, Calendar>,
    /// What can be asked for.
    pub offers: BTreeMap<OfferId, Offer>,
    /// How it is fulfilled.
    pub routes: BTreeMap<RouteId, Route>,
    /// Orders to begin with, by `placed`, then id.
    pub orders: Vec<Order>,
    /// How the virtual plant behaves.
    pub twin: TwinBehaviour,
    /// What really happened, where the solution was made from a log; else empty. In time order.
    pub history: Vec<RecordedOperation>,
}

/// A name in the two languages of the console.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Title {
    /// English.
    pub en: String,
    /// Chinese; the English text where none was given.
    pub zh: String,
}

/// Levels of the place tree: IEC 62264-1 (ISA-95) role-based hierarchy, continued upward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A city.
    City,
    /// A park of enterprises.
    Park,
    /// An industry chain.
    Chain,
    /// ISA-95 enterprise.
    Enterprise,
    /// ISA-95 site.
    Site,
    /// ISA-95 area (a workshop).
    Area,
    /// ISA-95 work centre.
    WorkCentre,
    /// ISA-95 work unit.
    WorkUnit,
}

/// A node of the place tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Unique in the solution.
    pub id: PlaceId,
    /// What people call it.
    pub title: Title,
    /// Its level; children are at a lower one.
    pub level: Level,
    /// The node above; `None` for the root. There is one root.
    pub parent: Option<PlaceId>,
}

/// What can be busy: equipment, a person, a room.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Unique in the solution; also the Sparkplug device id unless `connection` says otherwise.
    pub id: ResourceId,
    /// What people call it.
    pub title: Title,
    /// Where it stands.
    pub place: PlaceId,
    /// What it can do; operations ask for a class.
    pub classes: Vec<ClassId>,
    /// How many units can be taken at the same time, at least 1.
    pub capacity: u32,
    /// When it works: one of [`Solution::calendars`], or [`crate::text::ALWAYS`], which is built in.
    pub calendar: CalendarId,
    /// How to reach it.
    pub connection: Connection,
}

/// How a resource is reached: as a Sparkplug B device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Sparkplug group id; default: the solution's id.
    pub group: String,
    /// Sparkplug edge node id; default: the resource's place.
    pub edge_node: String,
    /// Sparkplug device id; default: the resource's id.
    pub device: String,
}

/// What can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Unique in the solution.
    pub id: OfferId,
    /// What people call it.
    pub title: Title,
    /// The route an order of it takes unless the order names another.
    pub route: RouteId,
}

/// How an offer is fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Unique in the solution.
    pub id: RouteId,
    /// Its operations; `after` gives the order, the list is in a valid sequence.
    pub operations: Vec<Operation>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Unique in its route.
    pub id: OperationId,
    /// What people call it.
    pub title: Title,
    /// What must be finished before it starts.
    pub after: Vec<OperationId>,
    /// The ways to do it, at least one, best first.
    pub modes: Vec<Mode>,
    /// Whether work may pause over a break and go on after it; otherwise it fits between two breaks.
    pub spans_breaks: bool,
    /// Where pieces go that need rework: the operation they start again from (itself or an earlier one).
    pub rework_to: OperationId,
}

/// One way to do an operation: these resources, this long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// What it needs at the same time; the first is the machine that gets the command.
    pub needs: Vec<Need>,
    /// Working time for the lot, whatever its size.
    pub takes: Millis,
    /// Working time added for each piece.
    pub takes_each: Millis,
}

/// A demand on resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which resource, or any of a class.
    pub of: NeedOf,
    /// How much of its capacity, at least 1.
    pub amount: u32,
}

/// Whom a [`Need`] asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeedOf {
    /// Any one resource of the class.
    Class(ClassId),
    /// This resource and no other.
    Resource(ResourceId),
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Unique in the place.
    pub id: OrderId,
    /// What was asked for.
    pub offer: OfferId,
    /// The route it takes.
    pub route: RouteId,
    /// How many pieces, at least 1.
    pub quantity: u32,
    /// When it was (or will be) asked for.
    pub placed: Timestamp,
    /// Work may not start before this; not before `placed`.
    pub release: Timestamp,
    /// When it was promised; `None` when nothing was.
    pub due: Option<Timestamp>,
    /// How much an hour of lateness hurts, relative to other orders; at least 1.
    pub weight: u32,
    /// Who asked; may be empty.
    pub customer: String,
}

/// How the virtual plant behaves. All of it is seeded, none of it drawn from the world.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinBehaviour {
    /// When the virtual plant begins.
    pub start: Timestamp,
    /// Coefficient of variation of an operation's working time around the planned one, 0 for exact.
    /// Log-normal with mean 1.
    pub duration_cv: f64,
    /// Probability that an operation ends with rework of part of the lot, 0 to 1.
    pub rework_probability: f64,
    /// Probability that a piece is scrapped at an operation, 0 to 1.
    pub scrap_probability: f64,
    /// Mean working time between failures of a machine; `None` when machines do not fail.
    pub mean_time_between_failures: Option<Millis>,
    /// Mean time to repair, exponential.
    pub mean_time_to_repair: Millis,
    /// Machines that behave otherwise than the rest: mean time between failures by resource.
    pub failures_by_resource: BTreeMap<ResourceId, Millis>,
}

/// What a log says really happened: one operation of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedOperation {
    /// The order.
    pub order: OrderId,
    /// The operation of its route.
    pub operation: OperationId,
    /// Where it was done.
    pub resource: ResourceId,
    /// First start.
    pub start: Timestamp,
    /// Last end.
    pub end: Timestamp,
}

impl Solution {
    /// When each resource works in `[from, to)`. A calendar or time zone that does not exist counts as
    /// always open and UTC: [`crate::text`] does not let such a solution in.
    pub fn working_times(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> BTreeMap<ResourceId, WorkingTime> {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let by_calendar: BTreeMap<_, _> = self
            .calendars
            .iter()
            .map(|(id, calendar)| (id, calendar.working_time(&zone, from, to)))
            .collect();
        self.resources
            .values()
            .map(|resource| {
                let time = by_calendar.get(&resource.calendar).cloned();
                (resource.id.clone(), time.unwrap_or_else(WorkingTime::always))
            })
            .collect()
    }
}

impl Title {
    /// The same text in both languages.
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { zh: en.clone(), en }
    }
}

impl Level {
    /// All levels, highest first, with the word the files use.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::City, "city"),
        (Self::Park, "park"),
        (Self::Chain, "chain"),
        (Self::Enterprise, "enterprise"),
        (Self::Site, "site"),
        (Self::Area, "area"),
        (Self::WorkCentre, "work-centre"),
        (Self::WorkUnit, "work-unit"),
    ];

    /// The word the files use.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(level, _)| *level == self).map_or("", |(_, word)| word)
    }

    /// The level with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(level, _)| *level)
    }
}

impl TwinBehaviour {
    /// A plant that does exactly what was planned.
    pub fn exact(start: Timestamp) -> Self {
        Self {
            start,
            duration_cv: 0.0,
            rework_probability: 0.0,
            scrap_probability: 0.0,
            mean_time_between_failures: None,
            mean_time_to_repair: Millis::HOUR,
            failures_by_resource: BTreeMap::new(),
        }
    }
}
