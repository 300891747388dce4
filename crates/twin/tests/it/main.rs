//! The simulated world, seed by seed.

#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

mod account;
mod determinism;
mod faults;
mod shop;
