//! Late acceptance over the decisions (Burke & Bykov 2017): a neighbour is taken when it costs no more than
//! the plan did some steps ago.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use crate::bound::Bound;
use crate::general::board::{ANY_MODE, Board, Decisions};
use crate::general::cost::cost;
use crate::general::model::Model;
use crate::instance::Slot;
use crate::list::construct;
use crate::problem::{Cost, Plan};
use crate::random::Random;
use crate::strategy::Strategy;

/// A neighbour is held against the plan of so many steps before.
const MEMORY: usize = 60;

/// A search in progress.
#[derive(Debug)]
pub(crate) struct GeneralSearch {
    model: Arc<Model>,
    random: Random,
    decisions: Decisions,
    cost: Cost,
    board: Board,
    /// Clusters in the order in which they were placed, with the place in the order at which that was.
    placed: Vec<(u32, u32)>,
    /// By cluster the place in the order at which it was found to have no place.
    failed: Vec<u32>,
    best: Best,
    memory: Vec<Cost>,
    steps: u64,
    /// By cluster those before and after it.
    before: Vec<Vec<u32>>,
    after: Vec<Vec<u32>>,
}

#[derive(Debug)]
struct Best {
    cost: Cost,
    slots: Vec<Slot>,
    decisions: Decisions,
}

impl GeneralSearch {
    /// Begins with the best of several priority orders, or with the order of a given plan when that is no
    /// worse.
    pub(crate) fn new(
        model: Arc<Model>,
        bound: &Bound,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Self {
        let clusters = model.clusters.len();
        let mut before = vec![Vec::new(); clusters];
        let mut after = vec![Vec::new(); clusters];
        for (operation, ties) in model.after.iter().enumerate() {
            for tie in ties {
                let (from, to) =
                    (model.cluster_of[operation], model.cluster_of[tie.other as usize]);
                if from != to {
                    after[from as usize].push(to);
                    before[to as usize].push(from);
                }
            }
        }
        let count = model.instance.operations.len();
        let decisions = Decisions {
            order: Vec::new(),
            mode: vec![ANY_MODE; count],
            delay: vec![i64::MIN; count],
            branch: vec![0; model.branch_costs.len()],
        };
        let board = Board::new(&model);
        let mut search = Self {
            best: Best { cost: Cost::default(), slots: Vec::new(), decisions: decisions.clone() },
            random: Random::new(seed),
            cost: Cost::default(),
            placed: Vec::new(),
            failed: vec![u32::MAX; clusters],
            memory: Vec::new(),
            steps: 0,
            decisions,
            board,
            model,
            before,
            after,
        };
        search.begin(bound, warm_start);
        search
    }

    /// Begins with the given plan, mended; nothing better is looked for.
    pub(crate) fn mended(model: Arc<Model>, bound: &Bound, plan: &Plan) -> Self {
        let mut search = Self::new(model, bound, 0, None);
        let decisions = search.decisions_of(plan);
        search.decode(decisions, 0);
        search.remember();
        search
    }

    fn begin(&mut self, bound: &Bound, warm_start: Option<&Plan>) {
        let instance = Arc::clone(&self.model.instance);
        let mut starts: Vec<Decisions> = Vec::new();
        if let Some(plan) = warm_start {
            starts.push(self.decisions_of(plan));
        }
        for order in construct::orders(&instance, bound) {
            let order = self.clusters_in(order.iter().copied());
            starts.push(Decisions { order, ..self.decisions.clone() });
        }
        for (index, start) in starts.into_iter().enumerate() {
            self.decode(start, 0);
            let is_better = index == 0 || self.cost < self.best.cost;
            if is_better {
                self.remember();
            }
        }
        self.decode(self.best.decisions.clone(), 0);
        self.memory = vec![self.cost; MEMORY];
    }

    /// Clusters in the order of their first operations, each after those before it; those of facts go first.
    fn clusters_in(&self, operations: impl Iterator<Item = u32>) -> Vec<u32> {
        let clusters = self.model.clusters.len();
        let mut rank = vec![u32::MAX; clusters];
        for (index, operation) in operations.enumerate() {
            let cluster = self.model.cluster_of[operation as usize] as usize;
            rank[cluster] = rank[cluster].min(1 + index as u32);
        }
        for (cluster, operations) in self.model.clusters.iter().enumerate() {
            let is_fact = |it: &u32| self.model.instance.operations[*it as usize].frozen.is_some();
            if operations.iter().any(is_fact) {
                rank[cluster] = 0;
            }
        }
        let mut open: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut free = std::collections::BTreeSet::new();
        for cluster in 0..clusters as u32 {
            if open[cluster as usize] == 0 {
                free.insert((rank[cluster as usize], cluster));
            }
        }
        let mut order = Vec::with_capacity(clusters);
        while let Some((_, cluster)) = free.pop_first() {
            order.push(cluster);
            for &after in &self.after[cluster as usize] {
                open[after as usize] -= 1;
                if open[after as usize] == 0 {
                    free.insert((rank[after as usize], after));
                }
            }
        }
        order
    }

    /// What a plan decided, as far as it still holds.
    fn decisions_of(&self, plan: &Plan) -> Decisions {
        let operations = &self.model.instance.operations;
        let mut decisions = self.decisions.clone();
        let mut places = Vec::new();
        for (index, it) in operations.iter().enumerate() {
            let Some(slot) = plan.operations.get(index).copied().flatten() else { continue };
            places.push((slot.start, slot.end, index as u32));
            let mode = it.first_mode + slot.mode as u32;
            if mode < it.last_mode {
                decisions.mode[index] = mode;
            }
        }
        for (branch, (given, costs)) in
            decisions.branch.iter_mut().zip(plan.branches.iter().zip(&self.model.branch_costs))
        {
            if *given < costs.len() {
                *branch = *given as u32;
            }
        }
        places.sort_unstable();
        decisions.order = self.clusters_in(places.into_iter().map(|it| it.2));
        decisions
    }

    /// Places everything from a place of the order on by these decisions; what stands before it is the same
    /// as on the board.
    fn decode(&mut self, decisions: Decisions, from: usize) {
        self.decisions = decisions;
        for &(alternative, branch) in &self.model.decided {
            self.decisions.branch[alternative as usize] = branch;
        }
        let from = from as u32;
        while let Some(&(cluster, at)) = self.placed.last()
            && from <= at
        {
            self.placed.pop();
            self.board.remove(&self.model, cluster);
        }
        for failed in &mut self.failed {
            if from <= *failed {
                *failed = u32::MAX;
            }
        }
        let mut is_done = vec![false; self.model.clusters.len()];
        for &(cluster, _) in &self.placed {
            is_done[cluster as usize] = true;
        }
        let earlier = &self.decisions.order[..from as usize];
        let mut waiting: Vec<u32> = earlier
            .iter()
            .copied()
            .filter(|it| !is_done[*it as usize] && self.failed[*it as usize] == u32::MAX)
            .collect();
        for at in from as usize..self.decisions.order.len() {
            waiting.push(self.decisions.order[at]);
            let mut index = 0;
            while index < waiting.len() {
                let cluster = waiting[index];
                if self.board.waits_in_line(&self.model, &self.decisions, cluster) {
                    index += 1;
                    continue;
                }
                waiting.remove(index);
                if self.board.place(&self.model, &self.decisions, cluster) {
                    self.placed.push((cluster, at as u32));
                    index = 0;
                } else {
                    self.failed[cluster as usize] = at as u32;
                }
            }
        }
        self.cost = cost(&self.model, &self.decisions, &self.board);
    }

    fn remember(&mut self) {
        self.best = Best {
            cost: self.cost,
            slots: self.board.slots.clone(),
            decisions: self.decisions.clone(),
        };
    }

    fn step(&mut self) {
        self.steps += 1;
        let Some((neighbour, from)) = self.neighbour() else { return };
        let (old, old_cost) = (self.decisions.clone(), self.cost);
        self.decode(neighbour, from);
        let place = self.steps as usize % MEMORY;
        if self.cost <= self.memory[place] || self.cost <= old_cost {
            if self.cost < self.best.cost {
                self.remember();
            }
            self.memory[place] = self.memory[place].min(self.cost);
        } else {
            self.memory[place] = old_cost;
            self.decode(old, from);
        }
    }

    /// Other decisions, and the first place of the order at which they differ.
    fn neighbour(&mut self) -> Option<(Decisions, usize)> {
        let count = self.decisions.order.len();
        if count == 0 {
            return None;
        }
        let mut decisions = self.decisions.clone();
        let random = &mut self.random;
        let from = match random.below(100) {
            0..55 => {
                let at = random.below(count);
                let reach = if random.chance(50) { 8 } else { count };
                let by = 1 + random.below(reach.min(count));
                let to = if random.chance(60) {
                    at.saturating_sub(by)
                } else {
                    (at + by).min(count - 1)
                };
                self.shift(&mut decisions, at, to)
            }
            55..75 => {
                let at = self.random.below(count);
                let operation = self.any_operation(decisions.order[at]);
                let it = &self.model.instance.operations[operation as usize];
                let modes = (it.last_mode - it.first_mode) as usize;
                let mode = &mut decisions.mode[operation as usize];
                let chosen = it.first_mode + self.random.below(modes) as u32;
                *mode = if self.random.chance(25) { ANY_MODE } else { chosen };
                Some(at)
            }
            75..90 => {
                let at = self.random.below(count);
                let operation = self.any_operation(decisions.order[at]);
                decisions.delay[operation as usize] = self.any_delay(operation);
                Some(at)
            }
            _ => {
                let alternatives = decisions.branch.len();
                if alternatives == 0 {
                    return self.neighbour_at_end(decisions);
                }
                let alternative = self.random.below(alternatives);
                let branches = self.model.branch_costs[alternative].len();
                decisions.branch[alternative] = self.random.below(branches) as u32;
                Some(0)
            }
        };
        Some((decisions, from?))
    }

    /// Two clusters that stand side by side change places.
    fn neighbour_at_end(&mut self, mut decisions: Decisions) -> Option<(Decisions, usize)> {
        let at = self.random.below(decisions.order.len());
        let from = self.shift(&mut decisions, at, at.saturating_sub(1))?;
        Some((decisions, from))
    }

    /// Moves the cluster at a place of the order as near to another as those before and after it allow.
    fn shift(&self, decisions: &mut Decisions, at: usize, to: usize) -> Option<usize> {
        let cluster = decisions.order[at];
        let mut reached = at;
        if to < at {
            while to < reached
                && !self.before[cluster as usize].contains(&decisions.order[reached - 1])
            {
                reached -= 1;
            }
        } else {
            while reached < to
                && !self.after[cluster as usize].contains(&decisions.order[reached + 1])
            {
                reached += 1;
            }
        }
        if reached == at {
            return None;
        }
        decisions.order.remove(at);
        decisions.order.insert(reached, cluster);
        Some(at.min(reached))
    }

    fn any_operation(&mut self, cluster: u32) -> u32 {
        let operations = &self.model.clusters[cluster as usize];
        operations[self.random.below(operations.len())]
    }

    /// An instant that may be worth waiting for: a due date, where it was before, a cheaper hour, another's
    /// start; mostly none.
    fn any_delay(&mut self, operation: u32) -> i64 {
        let instance = &self.model.instance;
        let it = &instance.operations[operation as usize];
        let slot = self.board.slots[operation as usize];
        let length = if slot.is_placed() { slot.end - slot.start } else { it.shortest };
        match self.random.below(6) {
            0 => {
                let due = instance.jobs[it.job as usize].due;
                due.map_or(i64::MIN, |due| due - length)
            }
            1 => self.model.previous[operation as usize].unwrap_or(i64::MIN),
            2 => self.model.power.any_price(&mut self.random).unwrap_or(i64::MIN),
            3 => {
                let other = self.random.below(instance.operations.len());
                let other = self.board.slots[other];
                if other.is_placed() { other.start } else { i64::MIN }
            }
            _ => i64::MIN,
        }
    }
}

impl Strategy for GeneralSearch {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        for _ in 0..steps {
            if !go_on() {
                break;
            }
            self.step();
        }
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn cost(&self) -> Cost {
        self.best.cost
    }

    fn slots(&self) -> Vec<Slot> {
        self.best.slots.clone()
    }

    fn branches(&self) -> Vec<u32> {
        self.best.decisions.branch.clone()
    }

    fn is_exhausted(&self) -> bool {
        self.decisions.order.is_empty()
    }

    fn offer(&mut self, slots: &[Slot], branches: &[u32]) {
        let mut decisions = self.decisions.clone();
        let mut places: Vec<(i64, i64, u32)> = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            decisions.mode[index] = slot.mode;
            if slot.is_placed() {
                places.push((slot.start, slot.end, index as u32));
            }
        }
        places.sort_unstable();
        decisions.order = self.clusters_in(places.into_iter().map(|it| it.2));
        decisions.branch.copy_from_slice(branches);
        self.decode(decisions, 0);
        if self.cost < self.best.cost {
            self.remember();
        }
    }
}
