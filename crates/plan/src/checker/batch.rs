//! What is on a batch resource at the same time starts together, ends together and is of one family.

use super::fault::Fault;
use super::view::{Done, View};

/// Each operation is held against the one that holds the resource longest of those before it: when all who
/// overlap are alike, that is enough, and when not, two are named.
pub(super) fn check(view: &View, faults: &mut Vec<Fault>) {
    let resources = view.problem.resources.iter().zip(view.occupations()).enumerate();
    for (resource, (_, on)) in resources.filter(|it| it.1.0.is_batch) {
        let mut longest: Option<Done> = None;
        for done in on.into_iter().filter(|it| it.slot.start < it.lets_go) {
            if let Some(other) = longest.filter(|it| done.slot.start < it.lets_go) {
                let is_fact = other.is_fact() && done.is_fact();
                if key(&other) != key(&done) && !is_fact {
                    let (first, second) = (other.index, done.index);
                    faults.push(Fault::NoBatch { resource, first, second });
                }
            }
            // Of equal ones the one that is not a fact, since it excuses nothing.
            let rank = |it: &Done| (it.lets_go, !it.is_fact());
            if longest.is_none_or(|it| rank(&it) < rank(&done)) {
                longest = Some(done);
            }
        }
    }
}

fn key(done: &Done) -> (weft_model::Timestamp, weft_model::Timestamp, u32) {
    (done.slot.start, done.slot.end, done.mode.family)
}
