//! The disjunctive graph with all decisions made: heads, tails, and moves that keep both exact.
//!
//! A move takes an operation to another place on its machine or to another machine. The topological order is
//! repaired between the two places only (Pearce & Kelly 2006); heads are computed anew behind them and tails
//! before them.

use crate::shop::{Choice, NONE, Shop, Solution, Ticks};

/// An operation and its neighbours. Behind the operations come a sentinel that is before and after every
/// job, and one for each machine that closes the ring of what the machine does: no neighbour is missing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Node {
    pub(crate) job_before: u32,
    pub(crate) job_after: u32,
    pub(crate) machine_before: u32,
    pub(crate) machine_after: u32,
    pub(crate) machine: u32,
    pub(crate) work: Ticks,
    pub(crate) release: Ticks,
    pub(crate) delivery: Ticks,
}

/// A solution with all its times.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    /// When each operation ends at the earliest; for the sentinel of a machine, when it is free at first.
    pub(crate) end: Vec<Ticks>,
    /// From the start of each operation to the end of everything; for the sentinel of a machine, from its
    /// last end.
    pub(crate) tail: Vec<Ticks>,
    /// A topological order and its inverse.
    pub(crate) order: Vec<u32>,
    pub(crate) position: Vec<u32>,
    /// For each operation its choice, counted from its first.
    pub(crate) choice: Vec<u32>,
    /// For each position of the order the largest end plus delivery up to it.
    reach: Vec<Ticks>,
    marked: Vec<bool>,
    set_aside: Vec<u32>,
}

impl Graph {
    /// `order` names every operation once, jobs in order; it decides the order on every machine.
    pub(crate) fn new(shop: &Shop, order: &[u32], choice: &[u32]) -> Self {
        let len = shop.len();
        let no_job = len as u32;
        let or_none = |it: u32| if it == NONE { no_job } else { it };
        let mut nodes = vec![Node::default(); len + 1 + shop.machines()];
        for (index, node) in nodes.iter_mut().enumerate() {
            *node = match index.checked_sub(len + 1) {
                None if index < len => {
                    let way = shop.choices(index as u32)[choice[index] as usize];
                    Node {
                        job_before: or_none(shop.before[index]),
                        job_after: or_none(shop.after[index]),
                        machine_before: 0,
                        machine_after: 0,
                        machine: way.machine,
                        work: way.work,
                        release: shop.release[index],
                        delivery: shop.delivery[index],
                    }
                }
                machine => Node {
                    job_before: no_job,
                    job_after: no_job,
                    machine_before: index as u32,
                    machine_after: index as u32,
                    machine: machine.map_or(NONE, |it| it as u32),
                    ..Node::default()
                },
            };
        }
        let mut end = vec![0; len + 1];
        let mut tail = vec![0; len + 1];
        end.extend_from_slice(&shop.free_from);
        tail.extend_from_slice(&shop.needed_after);
        let mut graph = Self {
            marked: vec![false; nodes.len()],
            nodes,
            end,
            tail,
            order: order.to_vec(),
            position: vec![0; len],
            choice: choice.to_vec(),
            reach: vec![0; len],
            set_aside: Vec::new(),
        };
        for (index, &operation) in order.iter().enumerate() {
            graph.position[operation as usize] = index as u32;
            let ring = graph.ring(graph.nodes[operation as usize].machine);
            let last = graph.nodes[ring as usize].machine_before;
            graph.link(operation, last, ring);
        }
        graph.sweep_heads(0);
        graph.sweep_tails(len);
        graph
    }

    /// Number of operations.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether this index is an operation and no sentinel.
    pub(crate) fn is_operation(&self, index: u32) -> bool {
        (index as usize) < self.order.len()
    }

    /// The sentinel of a machine.
    pub(crate) fn ring(&self, machine: u32) -> u32 {
        self.order.len() as u32 + 1 + machine
    }

    pub(crate) fn makespan(&self) -> Ticks {
        self.reach.last().copied().unwrap_or(0)
    }

    pub(crate) fn start(&self, operation: u32) -> Ticks {
        self.end[operation as usize] - self.nodes[operation as usize].work
    }

    /// When everything is done if this operation ends when it does: its end and what must follow at least.
    pub(crate) fn reached_by(&self, operation: u32) -> Ticks {
        let node = &self.nodes[operation as usize];
        let mut rest = node.delivery;
        if !self.is_operation(node.machine_after) {
            rest = rest.max(self.tail[node.machine_after as usize]);
        }
        self.end[operation as usize] + rest
    }

    pub(crate) fn solution(&self) -> Solution {
        Solution {
            makespan: self.makespan(),
            order: self.order.clone(),
            choice: self.choice.clone(),
        }
    }

    /// The operations by start: a topological order too, and a stretch of it is a stretch of time.
    pub(crate) fn by_start(&self) -> Vec<u32> {
        let mut order = self.order.clone();
        order.sort_by_key(|it| (self.start(*it), self.position[*it as usize]));
        order
    }

    /// Computes the ends of all operations from this position of the order on.
    fn sweep_heads(&mut self, from: usize) {
        let mut reach = if from == 0 { 0 } else { self.reach[from - 1] };
        let len = self.order.len() as u32;
        let (end, tail, nodes) = (&mut self.end[..], &self.tail[..], &self.nodes[..]);
        for (&operation, slot) in self.order[from..].iter().zip(&mut self.reach[from..]) {
            let node = &nodes[operation as usize];
            let ready = end[node.job_before as usize]
                .max(end[node.machine_before as usize])
                .max(node.release);
            let ended = ready.wrapping_add(node.work);
            end[operation as usize] = ended;
            let mut rest = node.delivery;
            if len < node.machine_after {
                rest = rest.max(tail[node.machine_after as usize]);
            }
            reach = reach.max(ended.wrapping_add(rest));
            *slot = reach;
        }
    }

    /// Computes the tails of all operations before this position of the order.
    fn sweep_tails(&mut self, to: usize) {
        let (tail, nodes) = (&mut self.tail[..], &self.nodes[..]);
        for &operation in self.order[..to].iter().rev() {
            let node = &nodes[operation as usize];
            let rest = tail[node.job_after as usize]
                .max(tail[node.machine_after as usize])
                .max(node.delivery);
            tail[operation as usize] = rest.wrapping_add(node.work);
        }
    }

    /// Takes `operation` out of its machine's ring.
    fn unlink(&mut self, operation: u32) {
        let Node { machine_before, machine_after, .. } = self.nodes[operation as usize];
        self.nodes[machine_before as usize].machine_after = machine_after;
        self.nodes[machine_after as usize].machine_before = machine_before;
    }

    /// Puts `operation` between two neighbours on its machine; either may be the sentinel.
    fn link(&mut self, operation: u32, before: u32, after: u32) {
        self.nodes[operation as usize].machine_before = before;
        self.nodes[operation as usize].machine_after = after;
        self.nodes[before as usize].machine_after = operation;
        self.nodes[after as usize].machine_before = operation;
    }

    /// Moves `operation` right behind `target`, which comes later on the same machine. Changes nothing and
    /// says `false` when that closes a cycle.
    pub(crate) fn move_behind(&mut self, operation: u32, target: u32) -> bool {
        let Node { machine_before, machine_after, .. } = self.nodes[operation as usize];
        self.unlink(operation);
        self.link(operation, target, self.nodes[target as usize].machine_after);
        let from = self.position[operation as usize] as usize;
        let to = self.position[target as usize] as usize;
        if !self.delay(operation, target, from, to) {
            self.unlink(operation);
            self.link(operation, machine_before, machine_after);
            return false;
        }
        self.sweep_heads(from);
        self.sweep_tails(to + 1);
        true
    }

    /// Moves `operation` right before `target`, which comes earlier on the same machine. Changes nothing and
    /// says `false` when that closes a cycle.
    pub(crate) fn move_before(&mut self, operation: u32, target: u32) -> bool {
        let Node { machine_before, machine_after, .. } = self.nodes[operation as usize];
        self.unlink(operation);
        self.link(operation, self.nodes[target as usize].machine_before, target);
        let from = self.position[target as usize] as usize;
        let to = self.position[operation as usize] as usize;
        if !self.advance(operation, target, from, to) {
            self.unlink(operation);
            self.link(operation, machine_before, machine_after);
            return false;
        }
        self.sweep_heads(from);
        self.sweep_tails(to + 1);
        true
    }

    /// Does `operation` by another choice, behind `before`, an operation or the sentinel of that choice's
    /// machine. Changes nothing and says `false` when that closes a cycle.
    pub(crate) fn reassign(
        &mut self,
        operation: u32,
        choice: u32,
        way: Choice,
        before: u32,
    ) -> bool {
        let old = self.nodes[operation as usize];
        let old_choice = self.choice[operation as usize];
        self.unlink(operation);
        let after = self.nodes[before as usize].machine_after;
        self.nodes[operation as usize].machine = way.machine;
        self.nodes[operation as usize].work = way.work;
        self.choice[operation as usize] = choice;
        self.link(operation, before, after);
        let at = self.position[operation as usize];
        let (mut from, mut to) = (at as usize, at as usize);
        let mut is_sound = true;
        if self.is_operation(before) && at < self.position[before as usize] {
            to = self.position[before as usize] as usize;
            is_sound = self.delay(operation, before, from, to);
        } else if self.is_operation(after) && self.position[after as usize] < at {
            from = self.position[after as usize] as usize;
            is_sound = self.advance(operation, after, from, to);
        }
        if !is_sound {
            self.unlink(operation);
            self.nodes[operation as usize].machine = old.machine;
            self.nodes[operation as usize].work = old.work;
            self.choice[operation as usize] = old_choice;
            self.link(operation, old.machine_before, old.machine_after);
            return false;
        }
        if self.is_operation(old.machine_before) && !self.is_operation(old.machine_after) {
            // It is the last on its machine now.
            from = from.min(self.position[old.machine_before as usize] as usize);
        }
        self.sweep_heads(from);
        self.sweep_tails(to + 1);
        true
    }

    /// Repairs the order in `from..=to`: `operation`, at `from`, and all that follows from it go behind
    /// `target`, at `to`. Changes nothing when `target` is among them.
    fn delay(&mut self, operation: u32, target: u32, from: usize, to: usize) -> bool {
        let mut aside = std::mem::take(&mut self.set_aside);
        aside.clear();
        aside.push(operation);
        self.marked[operation as usize] = true;
        let mut write = from;
        for read in from + 1..=to {
            let other = self.order[read];
            let node = &self.nodes[other as usize];
            if self.marked[node.job_before as usize] || self.marked[node.machine_before as usize] {
                self.marked[other as usize] = true;
                aside.push(other);
            } else {
                self.order[write] = other;
                write += 1;
            }
        }
        let is_sound = !self.marked[target as usize];
        self.order[write..=to].copy_from_slice(&aside);
        self.settle(from, to, is_sound);
        for &other in &aside {
            self.marked[other as usize] = false;
        }
        self.set_aside = aside;
        is_sound
    }

    /// Repairs the order in `from..=to`: `operation`, at `to`, and all that it follows from go before
    /// `target`, at `from`. Changes nothing when `target` is among them.
    fn advance(&mut self, operation: u32, target: u32, from: usize, to: usize) -> bool {
        let mut aside = std::mem::take(&mut self.set_aside);
        aside.clear();
        aside.push(operation);
        self.marked[operation as usize] = true;
        let mut write = to + 1;
        for read in (from..to).rev() {
            let other = self.order[read];
            let node = &self.nodes[other as usize];
            if self.marked[node.job_after as usize] || self.marked[node.machine_after as usize] {
                self.marked[other as usize] = true;
                aside.push(other);
            } else {
                write -= 1;
                self.order[write] = other;
            }
        }
        let is_sound = !self.marked[target as usize];
        for (slot, &other) in self.order[from..write].iter_mut().zip(aside.iter().rev()) {
            *slot = other;
        }
        self.settle(from, to, is_sound);
        for &other in &aside {
            self.marked[other as usize] = false;
        }
        self.set_aside = aside;
        is_sound
    }

    /// Writes down the positions of a new order, or goes back to the order that the positions still tell.
    fn settle(&mut self, from: usize, to: usize, is_sound: bool) {
        if is_sound {
            for (index, &other) in self.order[from..=to].iter().enumerate() {
                self.position[other as usize] = (from + index) as u32;
            }
        } else {
            let mut stretch = self.order[from..=to].to_vec();
            stretch.sort_unstable_by_key(|it| self.position[*it as usize]);
            self.order[from..=to].copy_from_slice(&stretch);
        }
    }
}
