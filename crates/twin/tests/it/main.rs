//! The simulated world, seed by seed.

mod determinism;
mod faults;
mod shop;
