//! A way to search. The front ([`crate::Search`]) chooses the one that knows the problem best.

use std::fmt::Debug;

use crate::instance::Slot;
use crate::problem::Cost;

/// A search in progress that always holds a complete plan.
pub(crate) trait Strategy: Debug + Send {
    /// Takes up to `steps` further steps; fewer when nothing better exists or `go_on`, asked now and then,
    /// says no.
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool);

    /// Steps taken so far.
    fn steps(&self) -> u64;

    /// What the best plan so far costs.
    fn cost(&self) -> Cost;

    /// The best plan so far, by operation.
    fn slots(&self) -> Vec<Slot>;

    /// A lower bound of the makespan in milliseconds that this strategy knows and the general one does not.
    fn makespan_bound(&self) -> Option<i64> {
        None
    }

    /// Whether further steps cannot help.
    fn is_exhausted(&self) -> bool;

    /// By alternative the branch that the best plan so far has.
    fn branches(&self) -> Vec<u32> {
        Vec::new()
    }

    /// Takes in a plan that another search found.
    fn offer(&mut self, slots: &[Slot], branches: &[u32]);
}
