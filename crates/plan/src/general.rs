//! The search that knows every rule.
//!
//! A plan is decided by an order of clusters, a mode for each operation, a branch for each alternative, and
//! delays; the [`board`] makes a plan of them that breaks no rule. Neighbours change a few decisions; what
//! stands before the first change stays, what comes after it is placed anew. What a rule says is in its own file
//! ([`crate::rules`]); in here they are only ever asked all together.

mod board;
mod cost;
mod critical;
mod moves;
mod partial;
mod place;
mod search;

pub(crate) use search::GeneralSearch;

#[cfg(test)]
mod tests;
