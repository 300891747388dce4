//! What a solution says: places, resources, offers, routes, calendars, orders.
//!
//! Everything here is a value: no clock, no IO. [`text`] turns the files of a solution folder into a
//! [`Solution`] and back, and reports every problem it finds with file, line and remedy.

pub mod calendar;
pub mod id;
pub mod job;
pub mod job_control;
pub mod solution;
pub mod text;
pub mod time;

pub use calendar::{Calendar, CommonTime, Interval, WorkingTime};
pub use id::{
    CalendarId, ClassId, JobOrderId, OfferId, OperationId, OperationRef, OrderId, PlaceId,
    ResourceId, RouteId, SolutionId,
};
pub use job::{Job, JobMode, JobOperation};
pub use solution::{
    Connection, Level, Mode, Need, NeedOf, Offer, Operation, Order, Place, RecordedOperation,
    Resource, Route, Solution, Title, TwinBehaviour,
};
pub use time::{Millis, Timestamp};
