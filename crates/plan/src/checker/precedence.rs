//! What comes before what, at least and at most how long.

use super::fault::Fault;
use super::view::View;
use crate::problem::Instant;

/// A precedence says nothing about an operation that is absent, and nothing against one that is frozen.
pub(super) fn check(view: &View, faults: &mut Vec<Fault>) {
    for it in &view.problem.precedences {
        let (before, after, point) = (it.before, it.after, it.to);
        if view.is_frozen(after) || view.is_absent(before) {
            continue;
        }
        let Some(at) = view.at(Instant { operation: after, point }) else { continue };
        let Some(from) = view.at(Instant { operation: before, point: it.from }) else {
            faults.push(Fault::WithoutPredecessor { before, after });
            continue;
        };
        let earliest = from + it.min_lag;
        if at < earliest {
            faults.push(Fault::TooEarly { before, after, point, at, earliest });
        }
        if let Some(latest) = it.max_lag.map(|lag| from + lag).filter(|latest| *latest < at) {
            faults.push(Fault::TooLate { before, after, point, at, latest });
        }
    }
}
