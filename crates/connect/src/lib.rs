//! Speaks to machines: MQTT with Sparkplug B 3.0, and the words of OPC 10031-4 (Job Control) on top.
//!
//! [`sparkplug`] computes only: bytes and time in, bytes out. [`host`] and [`edge`] are the small
//! loops that do the IO around it, [`Broker`] is the MQTT broker inside the binary, and
//! [`job_metrics`] says how a job order looks as Sparkplug metrics.
//!
//! What goes wrong inside a connection is an event, not the end of a loop: a loop ends on shutdown or
//! when it was configured wrongly.

mod broker;
pub mod edge;
mod error;
pub mod host;
pub mod job_metrics;
mod mqtt;
pub mod sparkplug;

pub use broker::Broker;
pub use edge::{EdgeConfig, EdgeEvent, EdgeUpdate};
pub use error::ConnectError;
pub use host::{DeviceAddress, HostConfig, HostEvent};
pub use sparkplug::value::{DataType, Value};
