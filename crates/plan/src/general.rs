//! The search that knows every rule.
//!
//! A plan is decided by an order of clusters, a mode for each operation, a branch for each alternative, and
//! delays; the [`board`] makes a plan of them that breaks no rule. Neighbours change a few decisions; what
//! stands before the first change stays, what comes after it is placed anew. So a new rule is a matter of the
//! board and of the cost, and never of the search.

mod board;
mod budget;
mod cost;
mod critical;
mod levels;
mod line;
mod model;
mod moves;
mod partial;
mod place;
mod power;
mod search;
mod sequence;
mod timeline;

pub(crate) use model::Model;
pub(crate) use search::GeneralSearch;

#[cfg(test)]
mod tests;
