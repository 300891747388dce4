//! The real world around an engine: clock, journal, machines, planner.
//!
//! A [`Driver`] is an engine with its journal: what it decides is kept before anyone hears of it. A
//! [`Plant`] runs one on a thread of its own, with a second thread for the planner and a task that
//! speaks to machines. None of them knows a rule of the business.

mod clock;
mod driver;
mod error;
mod machines;
mod plant;

pub use clock::PlantClock;
pub use driver::Driver;
pub use error::LiveError;
pub use plant::{Connections, PLANT_TIME, Plant, PlantConfig};
