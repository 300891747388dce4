//! Tabu search on the critical path (Glover 1989; Nowicki & Smutnicki 1996).
//!
//! On one machine the neighbourhood N7 (Zhang et al. 2007; Peng, Lü & Cheng 2015): an operation goes to an
//! end of its critical block, or one at an end goes inside; judged by the estimate of Balas & Vazacopoulos
//! (1998). Between machines an operation of the critical path goes wherever it closes no cycle
//! (Mastrolilli & Gambardella 2000), judged by the longest path through it and through what it leaves.

use crate::part::Part;
use crate::random::Random;
use crate::shop::graph::Graph;
use crate::shop::{NONE, Shop, Solution, Ticks};

/// Forbidden pairs are kept in a table of so many places, found by a hash: two that share a place do no harm.
const PLACES_BITS: u32 = 14;
/// What an operation leaves behind on its machine is looked at over so many followers.
const FOLLOWERS_MAX: usize = 8;

/// A neighbour.
#[derive(Debug, Clone, Copy)]
enum Move {
    /// The first of a stretch of the critical path, all on one machine, goes behind its last; positions in
    /// [`Tabu::path`].
    Behind { first: u32, last: u32 },
    /// The last of such a stretch goes before its first.
    Before { first: u32, last: u32 },
    /// An operation goes to another machine, behind `before`.
    Reassign { operation: u32, choice: u32, before: u32 },
}

/// The best neighbour so far, and how many were as good.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    estimate: Ticks,
    neighbour: Option<Move>,
    ties: usize,
}

/// A tabu search in progress.
#[derive(Debug, Clone)]
pub(crate) struct Tabu {
    graph: Graph,
    best: Solution,
    /// Moves since `best` was found.
    idle: u32,
    iteration: u32,
    /// Operations go to other machines, too.
    is_flexible: bool,
    /// They move over more than one place.
    moves_far: bool,
    /// For each place until which iteration its pair is forbidden.
    forbidden: Vec<u32>,
    /// Least and most iterations for which a pair is forbidden.
    tenure: (u32, u32),
    path: Vec<u32>,
    heads: Vec<Ticks>,
    moves: Vec<Move>,
}

impl Tabu {
    pub(crate) fn new(shop: &Shop, order: &[u32], choice: &[u32]) -> Self {
        let graph = Graph::new(shop, order, choice);
        let jobs = shop.before.iter().filter(|it| **it == NONE).count();
        let machines = shop.machines().max(1);
        let least = 10 + (jobs / machines).min(100) as u32;
        let most = if jobs <= 2 * machines { least * 7 / 5 } else { least * 3 / 2 };
        Self {
            best: graph.solution(),
            graph,
            idle: 0,
            iteration: 0,
            is_flexible: shop.is_flexible() && shop.parts.has(Part::OtherMachines),
            moves_far: shop.parts.has(Part::LongMoves),
            forbidden: vec![0; 1 << PLACES_BITS],
            tenure: (least, most),
            path: Vec::new(),
            heads: Vec::new(),
            moves: Vec::new(),
        }
    }

    /// Begins anew from another solution of the same shop.
    pub(crate) fn restart(&mut self, shop: &Shop, order: &[u32], choice: &[u32]) {
        self.graph = Graph::new(shop, order, choice);
        self.best = self.graph.solution();
        self.idle = 0;
        // Nothing is forbidden any more.
        self.iteration += self.tenure.1;
    }

    /// The best solution since it began.
    pub(crate) fn best(&self) -> &Solution {
        &self.best
    }

    /// That of the solution it is at.
    pub(crate) fn makespan(&self) -> Ticks {
        self.graph.makespan()
    }

    /// Moves since the best solution was found.
    pub(crate) fn idle(&self) -> u32 {
        self.idle
    }

    /// One move. Says `false` when there is none.
    pub(crate) fn step(&mut self, shop: &Shop, random: &mut Random) -> bool {
        self.iteration += 1;
        self.idle += 1;
        self.trace(random);
        let Some(chosen) = self.choose(shop, random) else { return false };
        let until = self.iteration
            + self.tenure.0
            + random.below((self.tenure.1 - self.tenure.0) as usize) as u32;
        self.perform(shop, chosen, until);
        if self.graph.makespan() < self.best.makespan {
            self.best.makespan = self.graph.makespan();
            self.best.order.clone_from(&self.graph.order);
            self.best.choice.clone_from(&self.graph.choice);
            self.idle = 0;
        }
        true
    }

    /// Writes a longest path into `path`.
    fn trace(&mut self, random: &mut Random) {
        let graph = &self.graph;
        let makespan = graph.makespan();
        self.path.clear();
        let (mut ends, mut at) = (0, graph.ring(0));
        for &operation in &graph.order {
            if graph.reached_by(operation) == makespan {
                ends += 1;
                if random.below(ends) == 0 {
                    at = operation;
                }
            }
        }
        while graph.is_operation(at) {
            self.path.push(at);
            let node = &graph.nodes[at as usize];
            let start = graph.start(at);
            let leads = |it: u32| graph.is_operation(it) && graph.end[it as usize] == start;
            at = match (leads(node.job_before), leads(node.machine_before)) {
                (true, true) if random.below(2) == 0 => node.job_before,
                (true, false) => node.job_before,
                (_, true) => node.machine_before,
                (false, false) => break,
            };
        }
        self.path.reverse();
    }

    /// The best neighbour that is not forbidden, or any when all are.
    fn choose(&mut self, shop: &Shop, random: &mut Random) -> Option<Move> {
        let mut moves = std::mem::take(&mut self.moves);
        moves.clear();
        self.list_moves(&mut moves);
        let mut best = Candidate { estimate: Ticks::MAX, neighbour: None, ties: 0 };
        for &it in &moves {
            let estimate = self.estimate(it);
            if estimate <= best.estimate
                && (estimate < self.best.makespan || !self.is_forbidden(it))
            {
                best.offer(estimate, it, random);
            }
        }
        if self.is_flexible {
            self.consider_machines(shop, &mut best, random);
        }
        let any = (!moves.is_empty()).then(|| moves[random.below(moves.len())]);
        self.moves = moves;
        best.neighbour.or(any)
    }

    /// All moves within the critical blocks that surely close no cycle. In the first block, if it begins
    /// with everything, and in the last, if it ends with everything, the outer end does not matter.
    fn list_moves(&self, moves: &mut Vec<Move>) {
        let graph = &self.graph;
        let mut first = 0;
        while first < self.path.len() {
            let machine = graph.nodes[self.path[first] as usize].machine;
            let same = |it: &&u32| graph.nodes[**it as usize].machine == machine;
            let last = first + self.path[first..].iter().take_while(same).count() - 1;
            let opens = first == 0 && graph.start(self.path[0]) == 0;
            let end = self.path[last];
            let closes =
                last + 1 == self.path.len() && graph.reached_by(end) == graph.end[end as usize];
            let mut add = |it: Move| {
                if self.is_sound(it) {
                    moves.push(it);
                }
            };
            let (from, to) = (first as u32, last as u32);
            if first + 1 == last {
                if !(opens && closes) {
                    add(Move::Behind { first: from, last: to });
                }
            } else if first < last && !self.moves_far {
                if !opens {
                    add(Move::Behind { first: from, last: from + 1 });
                }
                if !closes {
                    add(Move::Behind { first: to - 1, last: to });
                }
            } else if first < last {
                if !closes {
                    (from..to).for_each(|it| add(Move::Behind { first: it, last: to }));
                    (from + 1..to).for_each(|it| add(Move::Before { first: it, last: to }));
                }
                if !opens {
                    (from + 1..=to).for_each(|it| add(Move::Before { first: from, last: it }));
                    (from + 1..to).for_each(|it| add(Move::Behind { first: from, last: it }));
                }
            }
            first = last + 1;
        }
    }

    /// Whether a move on one machine surely closes no cycle (Balas & Vazacopoulos 1998, propositions 2.2
    /// and 2.3).
    fn is_sound(&self, it: Move) -> bool {
        let graph = &self.graph;
        match it {
            Move::Behind { first, last } => {
                let (moved, last) = (self.path[first as usize], self.path[last as usize]);
                let after = graph.nodes[moved as usize].job_after;
                graph.tail[after as usize] <= graph.tail[last as usize]
            }
            Move::Before { first, last } => {
                let (first, moved) = (self.path[first as usize], self.path[last as usize]);
                let before = graph.nodes[moved as usize].job_before;
                graph.end[before as usize] <= graph.end[first as usize]
            }
            Move::Reassign { .. } => true,
        }
    }

    /// The longest path through the operations of a stretch once one end has gone to the other.
    fn estimate(&mut self, it: Move) -> Ticks {
        let (first, last, is_behind) = match it {
            Move::Behind { first, last } => (first, last, true),
            Move::Before { first, last } => (first, last, false),
            Move::Reassign { .. } => return Ticks::MAX,
        };
        let (nodes, end, tail) = (&self.graph.nodes[..], &self.graph.end[..], &self.graph.tail[..]);
        let stretch = &self.path[first as usize..=last as usize];
        let (head, back) = (stretch[0], stretch[stretch.len() - 1]);
        let mut ready = end[nodes[head as usize].machine_before as usize];
        let mut rest = tail[nodes[back as usize].machine_after as usize];
        let (mover, others) =
            if is_behind { (head, &stretch[1..]) } else { (back, &stretch[..stretch.len() - 1]) };
        let own = &nodes[mover as usize];
        let ready_job = end[own.job_before as usize].max(own.release);
        let rest_job = tail[own.job_after as usize].max(own.delivery);
        let mut moved_head = 0;
        if !is_behind {
            moved_head = ready.max(ready_job);
            ready = moved_head.wrapping_add(own.work);
        }
        self.heads.clear();
        for &other in others {
            let node = &nodes[other as usize];
            let head = ready.max(end[node.job_before as usize]).max(node.release);
            self.heads.push(head);
            ready = head.wrapping_add(node.work);
        }
        let mut longest = 0;
        if is_behind {
            moved_head = ready.max(ready_job);
            rest = rest.max(rest_job).wrapping_add(own.work);
            longest = moved_head.wrapping_add(rest);
        }
        for (&other, &head) in others.iter().zip(&self.heads).rev() {
            let node = &nodes[other as usize];
            rest = rest.max(tail[node.job_after as usize]).max(node.delivery);
            rest = rest.wrapping_add(node.work);
            longest = longest.max(head.wrapping_add(rest));
        }
        if !is_behind {
            rest = rest.max(rest_job).wrapping_add(own.work);
            longest = longest.max(moved_head.wrapping_add(rest));
        }
        longest
    }

    /// Every operation of the path, on every other machine, in every place that surely closes no cycle.
    fn consider_machines(&self, shop: &Shop, best: &mut Candidate, random: &mut Random) {
        let graph = &self.graph;
        for &operation in &self.path {
            let choices = shop.choices(operation);
            if choices.len() < 2 {
                continue;
            }
            let node = &graph.nodes[operation as usize];
            let left = self.left_behind(operation);
            if best.estimate < left {
                continue;
            }
            let ready = graph.end[node.job_before as usize].max(node.release);
            let rest = graph.tail[node.job_after as usize].max(node.delivery);
            for (choice, way) in choices.iter().enumerate() {
                if way.machine == node.machine {
                    continue;
                }
                let is_forbidden =
                    self.iteration < self.forbidden[self.place_on(operation, way.machine)];
                let mut before = graph.ring(way.machine);
                loop {
                    if graph.is_operation(before) && self.surely_before(operation, before) {
                        break;
                    }
                    let after = graph.nodes[before as usize].machine_after;
                    if !graph.is_operation(after) || self.surely_behind(operation, after) {
                        let head = ready.max(graph.end[before as usize]);
                        let back = rest.max(graph.tail[after as usize]);
                        let estimate = head.wrapping_add(way.work).wrapping_add(back).max(left);
                        if estimate <= best.estimate
                            && (estimate < self.best.makespan || !is_forbidden)
                        {
                            let choice = choice as u32;
                            best.offer(
                                estimate,
                                Move::Reassign { operation, choice, before },
                                random,
                            );
                        }
                        // Further back it only starts later.
                        if ready <= graph.end[before as usize] && graph.tail[after as usize] <= rest
                        {
                            break;
                        }
                    }
                    if !graph.is_operation(after) {
                        break;
                    }
                    before = after;
                }
            }
        }
    }

    /// Whether `other` may follow from what comes after `operation` in its job.
    fn surely_before(&self, operation: u32, other: u32) -> bool {
        let after = self.graph.nodes[operation as usize].job_after;
        self.graph.is_operation(after) && self.graph.end[after as usize] <= self.graph.start(other)
    }

    /// Whether `other` surely does not lead to what comes before `operation` in its job.
    fn surely_behind(&self, operation: u32, other: u32) -> bool {
        let before = self.graph.nodes[operation as usize].job_before;
        !self.graph.is_operation(before)
            || self.graph.start(before) < self.graph.end[other as usize]
    }

    /// The longest path through those who follow on its machine when an operation leaves it.
    fn left_behind(&self, operation: u32) -> Ticks {
        let graph = &self.graph;
        let node = &graph.nodes[operation as usize];
        let mut longest = 0;
        let mut ready = graph.end[node.machine_before as usize];
        let mut at = node.machine_after;
        for _ in 0..FOLLOWERS_MAX {
            if !graph.is_operation(at) {
                break;
            }
            let other = &graph.nodes[at as usize];
            let head = ready.max(graph.end[other.job_before as usize]).max(other.release);
            longest = longest.max(head.wrapping_add(graph.tail[at as usize]));
            ready = head.wrapping_add(other.work);
            if ready == graph.end[at as usize] {
                break;
            }
            at = other.machine_after;
        }
        longest
    }

    /// Where a pair is kept: the first before the second.
    fn place(before: u32, after: u32) -> usize {
        let mixed = before.wrapping_mul(0x9E37_79B1) ^ after.wrapping_mul(0x85EB_CA77);
        (mixed.wrapping_mul(0xC2B2_AE3D) >> (32 - PLACES_BITS)) as usize
    }

    /// Where it is kept that an operation should not go back to a machine.
    fn place_on(&self, operation: u32, machine: u32) -> usize {
        Self::place(operation, self.graph.ring(machine))
    }

    /// Whether the move brings back an order that was given up a short while ago.
    fn is_forbidden(&self, it: Move) -> bool {
        let is_recent = |place: usize| self.iteration < self.forbidden[place];
        match it {
            Move::Behind { first, last } => {
                let moved = self.path[first as usize];
                let others = &self.path[first as usize + 1..=last as usize];
                others.iter().any(|other| is_recent(Self::place(*other, moved)))
            }
            Move::Before { first, last } => {
                let moved = self.path[last as usize];
                let others = &self.path[first as usize..last as usize];
                others.iter().any(|other| is_recent(Self::place(moved, *other)))
            }
            Move::Reassign { operation, choice: _, before } => {
                is_recent(self.place_on(operation, self.graph.nodes[before as usize].machine))
            }
        }
    }

    /// Makes the move and forbids its undoing until an iteration.
    fn perform(&mut self, shop: &Shop, it: Move, until: u32) {
        match it {
            Move::Behind { first, last } => {
                let moved = self.path[first as usize];
                for &other in &self.path[first as usize + 1..=last as usize] {
                    self.forbidden[Self::place(moved, other)] = until;
                }
                self.graph.move_behind(moved, self.path[last as usize]);
            }
            Move::Before { first, last } => {
                let moved = self.path[last as usize];
                for &other in &self.path[first as usize..last as usize] {
                    self.forbidden[Self::place(other, moved)] = until;
                }
                self.graph.move_before(moved, self.path[first as usize]);
            }
            Move::Reassign { operation, choice, before } => {
                let place = self.place_on(operation, self.graph.nodes[operation as usize].machine);
                // The more machines there are to try, the longer one stays away.
                self.forbidden[place] = until + shop.choices(operation).len() as u32;
                let way = shop.choices(operation)[choice as usize];
                self.graph.reassign(operation, choice, way, before);
            }
        }
    }
}

impl Candidate {
    /// Takes a neighbour that is at least as good; among equals each has the same chance.
    fn offer(&mut self, estimate: Ticks, neighbour: Move, random: &mut Random) {
        self.ties = if estimate < self.estimate { 0 } else { self.ties + 1 };
        if self.ties == 0 || random.below(self.ties + 1) == 0 {
            self.estimate = estimate;
            self.neighbour = Some(neighbour);
        }
    }
}
