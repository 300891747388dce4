//! On a line nobody overtakes: whoever starts first at one stage starts no later at any other.

use weft_model::Timestamp;

use super::fault::Fault;
use super::view::View;

/// A job that is at both of two stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pass {
    first: Timestamp,
    second: Timestamp,
    place: usize,
    is_fact: bool,
}

/// For each two stages of a line the first that is overtaken. A job without a place at one of them is not
/// compared there.
pub(super) fn check(view: &View, faults: &mut Vec<Fault>) {
    for (line, it) in view.problem.lines.iter().enumerate() {
        for (earlier, first) in it.stages.iter().enumerate() {
            for (stage, second) in it.stages.iter().enumerate().skip(earlier + 1) {
                if let Some((overtaken, by)) = overtaken(&passes(view, first, second)) {
                    let at = |place: usize| second.get(place).copied().unwrap_or(place);
                    let (before, after) = (at(overtaken), at(by));
                    faults.push(Fault::Overtaken { line, earlier, stage, before, after });
                }
            }
        }
    }
}

fn passes(view: &View, first: &[usize], second: &[usize]) -> Vec<Pass> {
    let pairs = first.iter().zip(second).enumerate();
    let mut passes: Vec<Pass> = pairs
        .filter_map(|(place, (first, second))| {
            let is_fact = view.is_frozen(*first) && view.is_frozen(*second);
            let (first, second) = (view.slot(*first)?.start, view.slot(*second)?.start);
            Some(Pass { first, second, place, is_fact })
        })
        .collect();
    passes.sort_unstable();
    passes
}

/// The first two that change places.
fn overtaken(passes: &[Pass]) -> Option<(usize, usize)> {
    let mut latest: Option<Pass> = None;
    for pass in passes {
        if let Some(it) = latest.filter(|it| pass.second < it.second)
            && !(it.is_fact && pass.is_fact)
        {
            return Some((it.place, pass.place));
        }
        // Of equal ones the one that is not a fact, since it excuses nothing.
        let rank = |it: &Pass| (it.second, !it.is_fact);
        if latest.is_none_or(|it| rank(&it) < rank(pass)) {
            latest = Some(*pass);
        }
    }
    None
}
