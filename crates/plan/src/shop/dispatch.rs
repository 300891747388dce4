//! First solutions: a simulation in which every machine that becomes free takes the most urgent operation
//! that waits for it (Panwalkar & Iskander 1977), or stays idle a little for a more urgent one on its way.
//!
//! [`Dispatch`] simulates forward and backward in turn. What one run finds out about the time until the end
//! is the urgency of the next: large shops often come to their lower bound this way. An operation goes where it
//! ends soonest, which is a waste where time is worth more to others: so some runs look only at machines where it
//! costs little more than where it is cheapest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::part::Part;
use crate::random::Random;
use crate::shop::graph::Graph;
use crate::shop::spread::Spread;
use crate::shop::{NONE, Shop, Solution, Ticks};

/// An operation goes where it costs at most so many times what it costs at least; one limit a pair of runs.
const DEARER: [f64; 3] = [f64::INFINITY, 1.1, 1.5];
/// A machine stays idle for a more urgent operation that comes within this share of the work it could do
/// meanwhile; one share a run.
const PATIENCE: [f64; 4] = [0.0, 0.5, 0.2, 0.8];
/// So many events pass between two questions whether to go on.
const EVENTS_BETWEEN: usize = 4_096;

/// Simulations forward and backward in turn.
#[derive(Debug)]
pub(crate) struct Dispatch {
    reversed: Shop,
    spread: Spread,
    urgency: Vec<Ticks>,
    runs: usize,
}

impl Dispatch {
    pub(crate) fn new(shop: &Shop, spread: Spread) -> Self {
        Self { reversed: shop.reversed(), spread, urgency: job_tails(shop), runs: 0 }
    }

    /// Runs so far.
    pub(crate) fn runs(&self) -> usize {
        self.runs
    }

    /// The next run; `None` when `go_on` said no before it was done.
    pub(crate) fn run(
        &mut self,
        shop: &Shop,
        random: &mut Random,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Option<Solution> {
        let is_forward = self.runs.is_multiple_of(2);
        let patience = PATIENCE[self.runs / 2 % PATIENCE.len()];
        let is_priced = shop.parts.has(Part::MachinePrices);
        let dearer = if is_priced { DEARER[self.runs / 2 % DEARER.len()] } else { f64::INFINITY };
        let at = if is_forward { shop } else { &self.reversed };
        let rule = Rule { urgency: &self.urgency, patience, spread: &self.spread, dearer };
        let (order, choice) = simulate(at, rule, random, go_on)?;
        self.runs += 1;
        let mut graph = Graph::new(at, &order, &choice);
        if is_forward {
            self.urgency.copy_from_slice(&graph.end[..shop.len()]);
            return Some(graph.solution());
        }
        let mut order = std::mem::take(&mut graph.order);
        order.reverse();
        let graph = Graph::new(shop, &order, &choice);
        self.urgency.copy_from_slice(&graph.tail[..shop.len()]);
        Some(graph.solution())
    }
}

/// A machine's queue: who waits, most urgent on top, and who is on the way, soonest on top.
#[derive(Debug, Clone, Default)]
struct Queue {
    waiting: BinaryHeap<(Ticks, Reverse<u32>)>,
    coming: BinaryHeap<Reverse<(Ticks, u32)>>,
    free: Ticks,
    /// When all that was sent to it is done, roughly.
    loaded: Ticks,
}

/// How a simulation decides.
#[derive(Debug, Clone, Copy)]
struct Rule<'a> {
    urgency: &'a [Ticks],
    /// One of [`PATIENCE`].
    patience: f64,
    spread: &'a Spread,
    /// One of [`DEARER`].
    dearer: f64,
}

/// Operations by start, and their choices.
fn simulate(
    shop: &Shop,
    rule: Rule,
    random: &mut Random,
    go_on: &mut dyn FnMut() -> bool,
) -> Option<(Vec<u32>, Vec<u32>)> {
    let mut queues: Vec<Queue> = Vec::with_capacity(shop.machines());
    for &free in &shop.free_from {
        queues.push(Queue { free, loaded: free, ..Queue::default() });
    }
    let mut events: BinaryHeap<Reverse<(Ticks, u32)>> = BinaryHeap::new();
    let mut choice = vec![0; shop.len()];
    let mut send = |operation: u32, ready: Ticks, queues: &mut [Queue], choice: &mut [u32]| {
        let ready = ready.max(shop.release[operation as usize]);
        let ways = shop.choices(operation);
        let limited = 1 < ways.len() && rule.dearer.is_finite();
        let most = if limited { rule.dearer * rule.spread.least(ways) } else { f64::INFINITY };
        let mut best = (Ticks::MAX, Ticks::MAX, 0);
        for (index, way) in ways.iter().enumerate() {
            if limited && most < rule.spread.cost(*way) {
                continue;
            }
            let done = queues[way.machine as usize].loaded.max(ready).saturating_add(way.work);
            if (done, way.work) < (best.0, best.1)
                || (done, way.work) == (best.0, best.1) && random.chance(50)
            {
                best = (done, way.work, index);
            }
        }
        choice[operation as usize] = best.2 as u32;
        let machine = ways[best.2].machine;
        let queue = &mut queues[machine as usize];
        queue.loaded = best.0;
        queue.coming.push(Reverse((ready, operation)));
        (ready.max(queue.free), machine)
    };
    for operation in 0..shop.len() as u32 {
        if shop.before[operation as usize] == NONE {
            let (at, machine) = send(operation, 0, &mut queues, &mut choice);
            events.push(Reverse((at, machine)));
        }
    }
    let mut order = Vec::with_capacity(shop.len());
    let mut seen = 0;
    while let Some(Reverse((now, machine))) = events.pop() {
        seen += 1;
        if seen % EVENTS_BETWEEN == 0 && !go_on() {
            return None;
        }
        let queue = &mut queues[machine as usize];
        if now < queue.free {
            continue;
        }
        while let Some(&Reverse((ready, operation))) = queue.coming.peek()
            && ready <= now
        {
            queue.coming.pop();
            queue.waiting.push((rule.urgency[operation as usize], Reverse(operation)));
        }
        let Some(&(most, Reverse(operation))) = queue.waiting.peek() else { continue };
        let work = shop.choices(operation)[choice[operation as usize] as usize].work;
        if let Some(&Reverse((ready, next))) = queue.coming.peek()
            && most < rule.urgency[next as usize]
            && f64::from(ready - now) < rule.patience * f64::from(work)
        {
            // Its arrival is an event of its own.
            continue;
        }
        queue.waiting.pop();
        order.push(operation);
        let end = now + work;
        queue.free = end;
        events.push(Reverse((end, machine)));
        let after = shop.after[operation as usize];
        if after != NONE {
            let (at, machine) = send(after, end, &mut queues, &mut choice);
            events.push(Reverse((at, machine)));
        }
    }
    Some((order, choice))
}

/// For each operation the time from its start to the end of what follows in its job, every operation in its
/// shortest way.
fn job_tails(shop: &Shop) -> Vec<Ticks> {
    let mut tails = vec![0; shop.len()];
    for last in (0..shop.len() as u32).filter(|it| shop.after[*it as usize] == NONE) {
        let (mut at, mut tail) = (last, 0);
        while at != NONE {
            let shortest = shop.choices(at).iter().map(|way| way.work).min().unwrap_or(0);
            tail = shop.delivery[at as usize].max(tail) + shortest;
            tails[at as usize] = tail;
            at = shop.before[at as usize];
        }
    }
    tails
}
