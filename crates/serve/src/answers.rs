//! What the API answers and takes: types of its own, with units at the end of names. Instants are
//! RFC 3339 in UTC.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name in the two languages of the console.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TitleAnswer {
    pub(crate) en: String,
    pub(crate) zh: String,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorAnswer {
    /// Stable code.
    pub(crate) code: String,
    /// What is wrong, and where.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

/// Whether the plant is being run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthAnswer {
    /// `ok`, or `broker-lost` while machines cannot be reached.
    pub(crate) status: String,
    pub(crate) version: String,
    /// The number of the last event.
    pub(crate) sequence: u64,
}

/// What plant this is, and its clock.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlantAnswer {
    pub(crate) solution: String,
    pub(crate) title: TitleAnswer,
    /// What it calls an order.
    pub(crate) order_word: TitleAnswer,
    /// Where its data came from.
    pub(crate) source: String,
    pub(crate) time_zone: String,
    /// The plant's clock now.
    pub(crate) now: String,
    /// How much faster than the world's its clock runs; 1 for a real plant.
    pub(crate) speed: f64,
    /// Whether the clock is simulated.
    pub(crate) simulated: bool,
    /// Whether its machines are virtual ones that can be stopped from here.
    pub(crate) virtual_machines: bool,
    /// First event, or the present.
    pub(crate) since: String,
    pub(crate) sequence: u64,
    pub(crate) orders_open: u64,
    pub(crate) orders_completed: u64,
    pub(crate) orders_late: u64,
    pub(crate) operations_running: u64,
    pub(crate) broker_connected: bool,
    /// Malformed messages since the start.
    pub(crate) malformed_messages: u64,
}

/// A node of the place tree with what stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceAnswer {
    pub(crate) id: String,
    pub(crate) title: TitleAnswer,
    /// ISA-95 level: `site`, `area`, `work-centre`, …
    pub(crate) level: String,
    pub(crate) parent: Option<String>,
    pub(crate) resources: Vec<ResourceAnswer>,
}

/// A resource now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResourceAnswer {
    pub(crate) id: String,
    pub(crate) title: TitleAnswer,
    pub(crate) place: String,
    pub(crate) classes: Vec<String>,
    pub(crate) capacity: u32,
    /// `up`, `failed`, `offline`.
    pub(crate) machine: String,
    /// `running`, `idle`, `closed` (outside working time), `interrupted`, `failed`, `offline`.
    pub(crate) state: String,
    /// Why, if it is failed or offline.
    pub(crate) reason: String,
    pub(crate) since: Option<String>,
    /// When it opens or closes next by its calendar.
    pub(crate) next_change: Option<String>,
    pub(crate) now: Vec<WorkAnswer>,
    pub(crate) next: Vec<WorkAnswer>,
    /// Over the last seven days of plant time, in %.
    pub(crate) utilisation_percent: Option<f64>,
}

/// An operation on a resource.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkAnswer {
    pub(crate) order: String,
    pub(crate) operation: String,
    pub(crate) title: TitleAnswer,
    /// `waiting`, `released`, `running`, `interrupted`, `finished`, `cancelled`.
    pub(crate) status: String,
    pub(crate) start: String,
    pub(crate) end: String,
    /// Share done, 0 to 1, where the machine says so.
    pub(crate) progress: Option<f64>,
}

/// The board: everything planned, running and done in a span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardAnswer {
    pub(crate) now: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) sequence: u64,
    pub(crate) resources: Vec<BoardResourceAnswer>,
    /// Orders by number: bars point into this list.
    pub(crate) orders: Vec<BoardOrderAnswer>,
    pub(crate) bars: Vec<BarAnswer>,
    /// Waiting operations that have no place in the plan.
    pub(crate) unplanned: u64,
}

/// A row of the board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardResourceAnswer {
    pub(crate) id: String,
    pub(crate) title: TitleAnswer,
    pub(crate) place: String,
    pub(crate) capacity: u32,
    pub(crate) machine: String,
    /// Closed times in the span, as pairs of epoch milliseconds.
    pub(crate) closed_ms: Vec<[i64; 2]>,
}

/// An order on the board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardOrderAnswer {
    pub(crate) id: String,
    pub(crate) offer: String,
    pub(crate) due_ms: Option<i64>,
    pub(crate) expected_ms: Option<i64>,
    pub(crate) late: bool,
}

/// An operation on the board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BarAnswer {
    /// Index into `resources`.
    pub(crate) resource: usize,
    /// Lane in the row, from 0, for resources with capacity above one.
    pub(crate) lane: u32,
    /// Index into `orders`.
    pub(crate) order: usize,
    pub(crate) operation: String,
    pub(crate) title: TitleAnswer,
    pub(crate) status: String,
    pub(crate) attempt: u32,
    pub(crate) start_ms: i64,
    pub(crate) end_ms: i64,
}

/// A list of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrdersAnswer {
    /// How many there are in all that fit the question.
    pub(crate) total: u64,
    pub(crate) orders: Vec<OrderAnswer>,
}

/// An order in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OrderAnswer {
    pub(crate) id: String,
    pub(crate) offer: String,
    pub(crate) offer_title: TitleAnswer,
    pub(crate) quantity: u32,
    pub(crate) customer: String,
    /// `open`, `completed`, `cancelled`.
    pub(crate) status: String,
    pub(crate) placed: String,
    pub(crate) release: String,
    /// What was promised.
    pub(crate) due: Option<String>,
    /// What is expected now, or when it was completed.
    pub(crate) expected: Option<String>,
    /// Expected minus promised, hours; negative when early.
    pub(crate) lateness_h: Option<f64>,
    pub(crate) late: bool,
    pub(crate) operations: u32,
    pub(crate) operations_finished: u32,
    /// What happens to it now: operation titles under way.
    pub(crate) at: Vec<WorkAtAnswer>,
}

/// Where an order is now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WorkAtAnswer {
    pub(crate) operation: String,
    pub(crate) title: TitleAnswer,
    pub(crate) resource: String,
    pub(crate) resource_title: TitleAnswer,
    pub(crate) status: String,
}

/// One order whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderWholeAnswer {
    pub(crate) order: OrderAnswer,
    pub(crate) operations: Vec<OperationAnswer>,
    pub(crate) events: Vec<EventAnswer>,
    /// Why it is (or is going to be) late, from the last operation back to the root; empty when it is not.
    pub(crate) why_late: Vec<WaitAnswer>,
}

/// One operation of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OperationAnswer {
    pub(crate) id: String,
    pub(crate) title: TitleAnswer,
    pub(crate) after: Vec<String>,
    pub(crate) status: String,
    pub(crate) attempt: u32,
    pub(crate) quantity: u32,
    pub(crate) resource: Option<String>,
    pub(crate) resource_title: Option<TitleAnswer>,
    pub(crate) planned_start: Option<String>,
    pub(crate) planned_end: Option<String>,
    pub(crate) started: Option<String>,
    pub(crate) finished: Option<String>,
    /// Planned working time, hours.
    pub(crate) work_h: f64,
    pub(crate) progress: Option<f64>,
    pub(crate) good: u32,
    pub(crate) scrap: u32,
    pub(crate) rework: u32,
}

/// Something an operation waited for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitAnswer {
    pub(crate) order: String,
    pub(crate) operation: String,
    pub(crate) title: TitleAnswer,
    pub(crate) from: String,
    pub(crate) until: String,
    /// `release`, `own-release`, `predecessor`, `lag`, `resource`, `blocked`, `calendar`,
    /// `setup`, `cleaning`, `batch`, `storage`, `supply`, `line`, `held-back`, `not-chosen`, `under-way`, `plan`, `no-place`.
    pub(crate) cause: String,
    /// The resource it waited for, if it did.
    pub(crate) resource: Option<String>,
    /// The operations (order/operation) that stood in the way.
    pub(crate) blockers: Vec<String>,
    /// In words.
    pub(crate) text: TitleAnswer,
}

/// Why an operation is where it is on the board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhyAnswer {
    pub(crate) order: String,
    pub(crate) operation: OperationAnswer,
    pub(crate) waits: Vec<WaitAnswer>,
}

/// An event.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EventAnswer {
    #[serde(flatten)]
    pub(crate) head: EventHead,
    /// All of it, as the journal keeps it.
    #[schema(value_type = Object)]
    pub(crate) body: serde_json::Value,
}

/// What an event is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EventHead {
    pub(crate) sequence: u64,
    pub(crate) at: String,
    /// `order-placed`, `operation-finished`, …
    pub(crate) kind: String,
    pub(crate) order: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) resource: Option<String>,
}

/// A list of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventsAnswer {
    pub(crate) events: Vec<EventAnswer>,
}

/// The figures of a place over a span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountAnswer {
    pub(crate) place: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) figures: Vec<FigureAnswer>,
    pub(crate) utilisation: Vec<UtilisationAnswer>,
}

/// A figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FigureAnswer {
    /// `orders-completed`, `throughput`, `orders-in-time`, `lead-time-mean`, `lead-time-p90`,
    /// `work-in-progress`, `operations-finished`, `scrap-rate`, `rework-rate`.
    pub(crate) id: String,
    pub(crate) value: Option<f64>,
    /// `1`, `%`, `h`, `1/d`.
    pub(crate) unit: String,
    /// How many events are behind it; `/api/account/events` lists them.
    pub(crate) events: u64,
}

/// How busy a resource was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UtilisationAnswer {
    pub(crate) resource: String,
    pub(crate) title: TitleAnswer,
    pub(crate) percent: Option<f64>,
    pub(crate) busy_h: f64,
    pub(crate) available_h: f64,
    pub(crate) events: u64,
}

/// Something that can be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferAnswer {
    pub(crate) id: String,
    pub(crate) title: TitleAnswer,
    pub(crate) operations: u32,
}

/// A request for something.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// A name for it; made up when left out.
    pub(crate) id: Option<String>,
    /// What is asked for.
    pub(crate) offer: String,
    /// How many pieces, at least 1.
    pub(crate) quantity: u32,
    /// When it is wanted, RFC 3339.
    pub(crate) due: Option<String>,
    /// How much an hour of lateness hurts, relative to other orders; 1 when left out.
    pub(crate) weight: Option<u32>,
    /// Who asks.
    pub(crate) customer: Option<String>,
}

/// Why an order is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancellation {
    pub(crate) reason: String,
}

/// A live update, as sent by `/api/stream` under the event name `change`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ChangeAnswer {
    /// The number of the last event.
    pub(crate) sequence: u64,
    /// The plant's clock.
    pub(crate) now: String,
    /// Orders that changed.
    pub(crate) orders: Vec<String>,
    /// Whether a new plan was adopted.
    pub(crate) plan: bool,
    /// Whether more has happened than is told here: anything may have changed.
    pub(crate) missed: bool,
    /// The last events, at most 20; `/api/events` has them whole.
    pub(crate) events: Vec<EventHead>,
}
