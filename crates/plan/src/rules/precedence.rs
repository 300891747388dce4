//! An operation comes after all before it, at least and at most so much later (generalised precedence relations,
//! Bartusch, Möhring & Radermacher 1988). Of absent ones nothing is asked.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use weft_model::Millis;

use crate::instance::{Instance, Slot};
use crate::places::View;
use crate::problem::{Point, Precedence, Problem};
use crate::rules::{Push, Rule, Window};

/// Whether there are minimum lags.
pub(crate) fn has_lags(problem: &Problem) -> bool {
    problem.precedences.iter().any(|it| it.min_lag != Millis::ZERO)
}

/// Whether there are maximum lags, or others than from an end to a start.
pub(crate) fn is_general(problem: &Problem) -> bool {
    let is_plain =
        |it: &Precedence| it.max_lag.is_none() && it.from == Point::End && it.to == Point::Start;
    !problem.precedences.iter().all(is_plain)
}

/// What comes before what.
#[derive(Debug, Clone)]
pub(crate) struct Precedences;

impl Rule for Precedences {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        (!problem.precedences.is_empty()).then_some(Self)
    }

    /// A maximum lag may ask the earlier one to start later.
    fn tie(problem: &Problem, tie: &mut dyn FnMut(usize, usize)) {
        for it in problem.precedences.iter().filter(|it| it.max_lag.is_some()) {
            tie(it.before, it.after);
        }
    }

    fn window(&self, at: View, operation: u32, window: &mut Window) -> Option<()> {
        for tie in &at.model.before[operation as usize] {
            if !at.has(tie.other) {
                continue;
            }
            let from = at.places.instant(tie.other, tie.from)?;
            let earliest = match tie.to {
                Point::Start => &mut window.start,
                Point::End => &mut window.end,
            };
            *earliest = (*earliest).max(from + tie.min);
        }
        Some(())
    }

    fn too_late(&self, at: View, operation: u32, slot: Slot) -> Option<Push> {
        at.model.before[operation as usize].iter().find_map(|tie| {
            let max = tie.max.filter(|_| at.has(tie.other))?;
            let instant = if tie.to == Point::Start { slot.start } else { slot.end };
            let over = instant - (at.places.instant(tie.other, tie.from)? + max);
            let not_before = at.places.slots[tie.other as usize].start + over;
            (0 < over).then_some(Push { operation: tie.other, not_before })
        })
    }

    fn waited_for(&self, at: View, operation: u32, ways: &mut Vec<u32>) {
        let slot = at.places.slots[operation as usize];
        let calendar = at.model.instance.calendar(slot.mode);
        for tie in &at.model.before[operation as usize] {
            let Some(from) = at.places.instant(tie.other, tie.from) else { continue };
            let to = if tie.to == Point::Start { slot.start } else { slot.end };
            if calendar.work_between(from + tie.min, to) == 0 {
                ways.push(tie.other);
            }
        }
    }
}

/// An order in which every operation stands after all before it, low indices first; the error names an
/// operation on a cycle.
pub(crate) fn topological_order(
    count: usize,
    edges: impl Iterator<Item = (usize, usize)> + Clone,
) -> Result<Vec<u32>, usize> {
    let mut waits_for = vec![0_u32; count];
    let mut first = vec![0_u32; count + 1];
    for (before, after) in edges.clone() {
        waits_for[after] += 1;
        first[before + 1] += 1;
    }
    for index in 0..count {
        first[index + 1] += first[index];
    }
    let mut next = first.clone();
    let mut successors = vec![0_u32; first[count] as usize];
    for (before, after) in edges {
        successors[next[before] as usize] = after as u32;
        next[before] += 1;
    }
    let free = (0..count).filter(|operation| waits_for[*operation] == 0);
    let mut free: BinaryHeap<Reverse<u32>> = free.map(|it| Reverse(it as u32)).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(operation)) = free.pop() {
        order.push(operation);
        let range = first[operation as usize] as usize..first[operation as usize + 1] as usize;
        for &successor in &successors[range] {
            waits_for[successor as usize] -= 1;
            if waits_for[successor as usize] == 0 {
                free.push(Reverse(successor));
            }
        }
    }
    match waits_for.iter().position(|waits| 0 < *waits) {
        None => Ok(order),
        // What waits may only follow a cycle; going back far enough ends up on it.
        Some(_) => Err(on_cycle(&waits_for, &first, &successors)),
    }
}

fn on_cycle(waits_for: &[u32], first: &[u32], successors: &[u32]) -> usize {
    let mut before = vec![usize::MAX; waits_for.len()];
    for operation in (0..waits_for.len()).filter(|it| 0 < waits_for[*it]) {
        for &successor in &successors[first[operation] as usize..first[operation + 1] as usize] {
            before[successor as usize] = operation;
        }
    }
    let mut at = waits_for.iter().position(|waits| 0 < *waits).unwrap_or(0);
    for _ in 0..waits_for.len() {
        at = before[at];
    }
    at
}

/// The earliest start that release and predecessors allow; `None` when a predecessor has no place.
pub(crate) fn ready(instance: &Instance, slots: &[Slot], operation: u32) -> Option<i64> {
    let mut ready = instance.operations[operation as usize].earliest;
    for &(before, lag) in instance.before(operation) {
        let slot = slots[before as usize];
        if !slot.is_placed() {
            return None;
        }
        ready = ready.max(slot.end + lag);
    }
    Some(ready)
}

/// For each operation the least time from its end to the end of everything that comes after it: the longest
/// path of shortest modes and lags. Frozen operations add nothing: they are facts. Neither do those of which
/// `counts` is false.
pub(crate) fn tails(instance: &Instance, counts: impl Fn(u32) -> bool) -> Vec<i64> {
    let mut tails = vec![0_i64; instance.operations.len()];
    for &operation in instance.topological.iter().rev() {
        let mut tail = 0;
        for &(after, lag) in instance.after(operation) {
            let next = &instance.operations[after as usize];
            if next.frozen.is_none() && counts(after) {
                tail = tail
                    .max(lag.saturating_add(next.shortest).saturating_add(tails[after as usize]));
            }
        }
        tails[operation as usize] = tail;
    }
    tails
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, check_broken, check_places, freeze, machine, of};
    use crate::tests::small::after;

    use super::*;

    #[test]
    fn an_order_respects_every_arrow_or_names_a_cycle() {
        let check = |count, edges: &[(usize, usize)], expected: Result<Vec<u32>, usize>| {
            assert_eq!(topological_order(count, edges.iter().copied()), expected);
        };
        check(3, &[], Ok(vec![0, 1, 2]));
        check(3, &[(2, 0), (0, 1)], Ok(vec![2, 0, 1]));
        check(4, &[(0, 1), (1, 2), (2, 1), (2, 3)], Err(1));
        check(1, &[(0, 0)], Err(0));
    }

    #[test]
    fn what_comes_after_waits_for_the_lag() {
        let mut problem = of(vec![], &[(4, &[]), (3, &[])]);
        problem.precedences = vec![after(0, 1)];
        check_places(&problem, &[0, 1], &[(0, 4), (4, 7)]);
        problem.precedences[0].min_lag = Millis::new(2);
        check_places(&problem, &[0, 1], &[(0, 4), (6, 9)]);
        check_broken(&problem, &[(0, 4), (5, 8)], &["precedence"]);
        (problem.precedences[0].from, problem.precedences[0].to) = (Point::Start, Point::End);
        check_places(&problem, &[0, 1], &[(0, 4), (0, 3)]);
        problem.precedences[0].min_lag = Millis::new(9);
        check_places(&problem, &[0, 1], &[(0, 4), (6, 9)]);
        check_broken(&problem, &[NO, (6, 9)], &["precedence"]);
    }

    #[test]
    fn what_comes_before_waits_when_the_next_would_come_too_late() {
        let mut problem = of(vec![machine()], &[(4, &[]), (3, &[(0, 1)]), (9, &[(0, 1)])]);
        problem.precedences = vec![after(0, 1)];
        freeze(&mut problem, 2, 5, 20);
        check_places(&problem, &[0, 1], &[(0, 4), (20, 23), (5, 20)]);
        problem.precedences[0].max_lag = Some(Millis::new(2));
        check_places(&problem, &[0, 1], &[(14, 18), (20, 23), (5, 20)]);
        check_broken(&problem, &[(0, 4), (20, 23), (5, 20)], &["precedence"]);
        // A fact waits for nobody.
        freeze(&mut problem, 0, 0, 4);
        check_places(&problem, &[1], &[(0, 4), NO, (5, 20)]);
    }
}
