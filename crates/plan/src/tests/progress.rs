//! A plan in progress, whatever it is a plan of.

use crate::problem::{Plan, Problem};
use crate::{Search, check, checker};

/// From what is left of a plan the search goes on, and makes nothing worse.
pub(crate) fn check_progress(problem: &Problem, plan: &Plan, seed: u64) {
    let mended = Search::mended(problem, plan).unwrap();
    let mut search = Search::new(problem, seed, Some(mended.best())).unwrap();
    assert!(search.cost() <= mended.cost(), "no worse than what it was given");
    search.run(300);
    assert_eq!(check(problem, search.best()), []);
    assert_eq!(checker::cost(problem, search.best()).levels, search.cost().levels);
    assert!(search.lower_bound().levels <= search.cost().levels);
}
