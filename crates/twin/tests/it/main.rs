//! The simulated world, seed by seed.

mod account;
mod determinism;
mod faults;
mod shop;
