//! Doors with the real thing: the embedded broker, our host, our edge node and implementations that are
//! not ours, over real TCP.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod broker;
mod interop;
mod plant;
mod round_trip;
