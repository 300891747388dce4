//! An operation starts when all before it have ended and their minimum lags have passed.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::instance::{Instance, Slot};

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
}
