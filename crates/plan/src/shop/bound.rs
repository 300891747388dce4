//! Lower bounds of a shop's makespan: the longest job, and for each machine the preemptive one-machine
//! problem with heads and tails (Jackson 1955; Carlier 1982), which is solved exactly by always doing what
//! has the longest tail; and all work spread over all machines ([`super::spread`]).

use std::collections::BinaryHeap;

use crate::shop::spread::Spread;
use crate::shop::{NONE, Shop, Ticks};

/// No solution is shorter.
pub(crate) fn lower_bound(shop: &Shop, spread: &Spread) -> Ticks {
    let (heads, tails) = heads_and_tails(shop);
    let shortest = |it: u32| shop.choices(it).iter().map(|way| way.work).min().unwrap_or(0);
    let mut bound = 0;
    let mut work_by_machine: Vec<Vec<(Ticks, Ticks, Ticks)>> = vec![Vec::new(); shop.machines()];
    for operation in 0..shop.len() as u32 {
        let (head, tail) = (heads[operation as usize], tails[operation as usize]);
        let work = shortest(operation);
        bound = bound.max(head + work + tail);
        let choices = shop.choices(operation);
        let machine = choices[0].machine;
        if choices.iter().all(|way| way.machine == machine) {
            let from = head.max(shop.free_from[machine as usize]);
            let after = tail.max(shop.needed_after[machine as usize]);
            work_by_machine[machine as usize].push((from, work, after));
        }
    }
    for mut loads in work_by_machine {
        bound = bound.max(preemptive(&mut loads));
    }
    bound.max(shared_load(spread, &heads, &tails))
}

/// The least makespan on one machine that may interrupt its work: (head, work, tail) each.
fn preemptive(loads: &mut [(Ticks, Ticks, Ticks)]) -> Ticks {
    loads.sort_unstable();
    let mut waiting: BinaryHeap<(Ticks, Ticks)> = BinaryHeap::new();
    let (mut now, mut next, mut bound) = (0, 0, 0);
    loop {
        while next < loads.len() && loads[next].0 <= now {
            waiting.push((loads[next].2, loads[next].1));
            next += 1;
        }
        let arrives = loads.get(next).map(|it| it.0);
        let Some((tail, left)) = waiting.pop() else {
            let Some(arrives) = arrives else { return bound };
            now = arrives;
            continue;
        };
        match arrives {
            Some(arrives) if arrives < now + left => {
                waiting.push((tail, left - (arrives - now)));
                now = arrives;
            }
            _ => {
                now += left;
                bound = bound.max(now + tail);
            }
        }
    }
}

/// All work spread over all machines, begun at the least head and followed by the least tail.
fn shared_load(spread: &Spread, heads: &[Ticks], tails: &[Ticks]) -> Ticks {
    let head = heads.iter().min().copied().unwrap_or(0);
    let tail = tails.iter().min().copied().unwrap_or(0);
    spread.bound + head + tail
}

/// For each operation the least time before its start and after its end within its job.
fn heads_and_tails(shop: &Shop) -> (Vec<Ticks>, Vec<Ticks>) {
    let shortest = |it: u32| shop.choices(it).iter().map(|way| way.work).min().unwrap_or(0);
    let (mut heads, mut tails) = (vec![0; shop.len()], vec![0; shop.len()]);
    for first in (0..shop.len() as u32).filter(|it| shop.before[*it as usize] == NONE) {
        let (mut at, mut head, mut last) = (first, 0, first);
        while at != NONE {
            head = shop.release[at as usize].max(head);
            heads[at as usize] = head;
            head += shortest(at);
            last = at;
            at = shop.after[at as usize];
        }
        let (mut at, mut tail) = (last, 0);
        while at != NONE {
            tail = shop.delivery[at as usize].max(tail);
            tails[at as usize] = tail;
            tail += shortest(at);
            at = shop.before[at as usize];
        }
    }
    (heads, tails)
}
