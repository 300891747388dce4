//! Large shops: a stretch of time is taken out as a shop of its own and improved by tabu search.
//!
//! Between two places of a topological order no path leaves and comes back. With releases from what comes
//! before and deliveries from what comes after, the small shop says exactly what becomes of the large one
//! (time decomposition, e.g. Ovacik & Uzsoy 1997).

use crate::random::Random;
use crate::shop::graph::Graph;
use crate::shop::tabu::Tabu;
use crate::shop::{NONE, Shop, Solution};

/// Fewest operations in a stretch.
const SIZE_MIN: usize = 400;
/// Moves without a better solution after which a stretch is left.
const IDLE_MAX: u32 = 2_000;

/// Stretch after stretch through the whole plan, in passes; the size of the stretches changes from pass to
/// pass, and sizes that improved the plan come more often.
#[derive(Debug)]
pub(crate) struct Windows {
    graph: Graph,
    sizes: Vec<Size>,
    size: usize,
    /// Where the current stretch begins and ends in the order by start.
    from: usize,
    to: usize,
    current: Option<Current>,
    index: Vec<u32>,
}

/// How well a size did.
#[derive(Debug)]
struct Size {
    operations: usize,
    gained: f64,
    moves: f64,
}

#[derive(Debug)]
struct Current {
    shop: Shop,
    stretch: Vec<u32>,
    order: Vec<u32>,
    tabu: Tabu,
    moves: u64,
}

impl Windows {
    pub(crate) fn new(shop: &Shop, solution: &Solution, random: &mut Random) -> Self {
        let mut sizes = Vec::new();
        let mut operations = SIZE_MIN.min(shop.len());
        loop {
            sizes.push(Size { operations, gained: 0.0, moves: 0.0 });
            if operations == shop.len() {
                break;
            }
            operations = (operations * 5 / 2).min(shop.len());
        }
        let mut windows = Self {
            graph: Graph::new(shop, &solution.order, &solution.choice),
            size: 1.min(sizes.len() - 1),
            sizes,
            from: 0,
            to: 0,
            current: None,
            index: vec![NONE; shop.len()],
        };
        windows.begin_pass(random);
        windows
    }

    pub(crate) fn solution(&self) -> Solution {
        self.graph.solution()
    }

    pub(crate) fn makespan(&self) -> i32 {
        self.graph.makespan()
    }

    /// Operations in the stretch under way.
    pub(crate) fn width(&self) -> usize {
        self.to - self.from
    }

    /// Goes on from another solution of the same shop.
    pub(crate) fn adopt(&mut self, shop: &Shop, solution: &Solution) {
        self.graph = Graph::new(shop, &solution.order, &solution.choice);
        self.current = None;
    }

    /// One move; now and then a new stretch.
    pub(crate) fn step(&mut self, shop: &Shop, random: &mut Random) {
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.cut(shop),
        };
        current.moves += 1;
        let more = current.tabu.step(&current.shop, random);
        if more && current.tabu.idle() < IDLE_MAX {
            self.current = Some(current);
            return;
        }
        self.paste(shop, &current);
        self.next_stretch(random);
    }

    fn begin_pass(&mut self, random: &mut Random) {
        let size = self.sizes[self.size].operations;
        self.from = 0;
        self.to = (size / 4 + random.below(size)).min(self.graph.len());
    }

    fn next_stretch(&mut self, random: &mut Random) {
        let len = self.graph.len();
        if self.to < len {
            let size = self.sizes[self.size].operations;
            self.from = usize::midpoint(self.from, self.to);
            self.to = (self.from + size).min(len);
            return;
        }
        self.choose_size(random);
        self.begin_pass(random);
    }

    /// Mostly the size that gained most per move; each has its turn.
    fn choose_size(&mut self, random: &mut Random) {
        let rate = |size: &Size| size.gained / size.moves.max(1.0);
        let untried = self.sizes.iter().position(|size| size.moves == 0.0);
        let best = (0..self.sizes.len())
            .max_by(|a, b| rate(&self.sizes[*a]).total_cmp(&rate(&self.sizes[*b])));
        self.size = match (untried, best) {
            (Some(untried), _) => untried,
            (None, Some(best)) if random.chance(70) => best,
            _ => random.below(self.sizes.len()),
        };
        for size in &mut self.sizes {
            // What was long ago says little.
            size.gained *= 0.7;
            size.moves *= 0.7;
        }
    }

    /// The shop of the current stretch.
    fn cut(&mut self, shop: &Shop) -> Current {
        let graph = &self.graph;
        let order = graph.by_start();
        let stretch = order[self.from..self.to].to_vec();
        for (at, &operation) in stretch.iter().enumerate() {
            self.index[operation as usize] = at as u32;
        }
        let index = &self.index;
        let inside = |it: u32| {
            let at = if graph.is_operation(it) { index[it as usize] } else { NONE };
            if stretch.get(at as usize) == Some(&it) { at } else { NONE }
        };
        let mut sub = Shop {
            first_choice: vec![0],
            free_from: vec![0; shop.machines()],
            needed_after: vec![0; shop.machines()],
            parts: shop.parts,
            ..Shop::default()
        };
        let mut choice = Vec::with_capacity(stretch.len());
        for &operation in &stretch {
            let node = &graph.nodes[operation as usize];
            let (job_before, job_after) = (inside(node.job_before), inside(node.job_after));
            let ready = if job_before == NONE { graph.end[node.job_before as usize] } else { 0 };
            let rest = if job_after == NONE { graph.tail[node.job_after as usize] } else { 0 };
            sub.before.push(job_before);
            sub.after.push(job_after);
            sub.release.push(node.release.max(ready));
            sub.delivery.push(node.delivery.max(rest));
            sub.choices.extend_from_slice(shop.choices(operation));
            sub.first_choice.push(sub.choices.len() as u32);
            choice.push(graph.choice[operation as usize]);
        }
        self.close_machines(shop, &order, &mut sub);
        let own: Vec<u32> = (0..stretch.len() as u32).collect();
        let tabu = Tabu::new(&sub, &own, &choice);
        Current { shop: sub, stretch, order, tabu, moves: 0 }
    }

    /// What each machine does before the stretch and after it.
    fn close_machines(&self, shop: &Shop, order: &[u32], sub: &mut Shop) {
        sub.free_from.copy_from_slice(&shop.free_from);
        sub.needed_after.copy_from_slice(&shop.needed_after);
        let graph = &self.graph;
        for &operation in &order[..self.from] {
            let machine = graph.nodes[operation as usize].machine as usize;
            let free = &mut sub.free_from[machine];
            *free = (*free).max(graph.end[operation as usize]);
        }
        for &operation in &order[self.to..] {
            let machine = graph.nodes[operation as usize].machine as usize;
            let needed = &mut sub.needed_after[machine];
            *needed = (*needed).max(graph.tail[operation as usize]);
        }
    }

    /// Puts the best of a stretch back into the whole.
    fn paste(&mut self, shop: &Shop, current: &Current) {
        let best = current.tabu.best();
        let mut order = current.order.clone();
        let mut choice = self.graph.choice.clone();
        for (slot, &at) in order[self.from..self.to].iter_mut().zip(&best.order) {
            *slot = current.stretch[at as usize];
        }
        for (&operation, &chosen) in current.stretch.iter().zip(&best.choice) {
            choice[operation as usize] = chosen;
        }
        let before = self.graph.makespan();
        let graph = Graph::new(shop, &order, &choice);
        let size = &mut self.sizes[self.size];
        size.moves += current.moves as f64 * current.stretch.len() as f64;
        if graph.makespan() <= before {
            size.gained += f64::from(before - graph.makespan());
            self.graph = graph;
        }
    }
}
