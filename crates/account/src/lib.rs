//! Events to throughput, lead time, work in progress and utilisation, at any place, over any span.
//!
//! A [`Ledger`] follows the events and keeps, per order and per operation, when what happened and which
//! event says so. [`Ledger::account`] adds them up; every figure names the events behind it.

mod figure;
mod ledger;

pub use figure::{Account, Figure, Scope, Utilisation};
pub use ledger::{Ledger, OperationLine, OrderLine, Stamp};

#[cfg(test)]
mod tests;
