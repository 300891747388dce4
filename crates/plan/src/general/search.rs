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
    /// By cluster whether it has been placed, or as much of it as has a place.
    is_done: Vec<bool>,
    best: Best,
    memory: Vec<Cost>,
    steps: u64,
}

#[derive(Debug)]
struct Best {
    cost: Cost,
    slots: Vec<Slot>,
    branch: Vec<u32>,
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
        let instance = Arc::clone(&model.instance);
        let mut search = Self::idle(model, seed);
        let mut starts = warm_start.map_or(Vec::new(), |plan| search.decisions_of(plan).to_vec());
        for order in construct::orders(&instance, bound) {
            let order = search.clusters_in(order.iter().copied());
            starts.push(Decisions { order, ..search.decisions.clone() });
        }
        search.begin(starts);
        search
    }

    /// Begins with the given plan, mended; nothing better is looked for.
    pub(crate) fn mended(model: Arc<Model>, plan: &Plan) -> Self {
        let mut search = Self::idle(model, 0);
        let starts = search.decisions_of(plan).to_vec();
        search.begin(starts);
        search
    }

    /// Nothing is placed yet.
    fn idle(model: Arc<Model>, seed: u64) -> Self {
        let count = model.instance.operations.len();
        let decisions = Decisions {
            order: Vec::new(),
            mode: vec![ANY_MODE; count],
            delay: vec![i64::MIN; count],
            branch: model.fixed_branch.iter().map(|it| it.unwrap_or(0)).collect(),
        };
        let board = Board::new(&model);
        Self {
            best: Best {
                cost: Cost::default(),
                slots: board.slots.clone(),
                branch: decisions.branch.clone(),
            },
            random: Random::new(seed),
            cost: Cost::default(),
            placed: Vec::new(),
            is_done: vec![false; model.clusters.len()],
            memory: Vec::new(),
            steps: 0,
            decisions,
            board,
            model,
        }
    }

    /// Goes on from the best of several starts.
    fn begin(&mut self, starts: Vec<Decisions>) {
        let mut best: Option<(Cost, Decisions)> = None;
        for start in starts {
            self.decode(start, 0);
            if best.as_ref().is_none_or(|best| self.cost < best.0) {
                best = Some((self.cost, self.decisions.clone()));
                self.remember();
            }
        }
        if let Some((_, best)) = best {
            self.decode(best, 0);
        }
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
        let mut open: Vec<usize> = self.model.clusters_before.iter().map(Vec::len).collect();
        let mut free = std::collections::BTreeSet::new();
        for cluster in 0..clusters as u32 {
            if open[cluster as usize] == 0 {
                free.insert((rank[cluster as usize], cluster));
            }
        }
        let mut order = Vec::with_capacity(clusters);
        while let Some((_, cluster)) = free.pop_first() {
            order.push(cluster);
            for &after in &self.model.clusters_after[cluster as usize] {
                open[after as usize] -= 1;
                if open[after as usize] == 0 {
                    free.insert((rank[after as usize], after));
                }
            }
        }
        order
    }

    /// What a plan decided, as far as it still holds: with everything as soon as it can be, and no sooner than
    /// the plan has it.
    fn decisions_of(&self, plan: &Plan) -> [Decisions; 2] {
        let operations = &self.model.instance.operations;
        let mut soon = self.decisions.clone();
        soon.mode.fill(ANY_MODE);
        soon.delay.fill(i64::MIN);
        let mut as_planned = soon.delay.clone();
        let mut places = Vec::new();
        for (index, it) in operations.iter().enumerate() {
            let Some(slot) = plan.operations.get(index).copied().flatten() else { continue };
            places.push((slot.start, slot.end, index as u32));
            as_planned[index] = slot.start.as_millis();
            let mode = it.first_mode as usize + slot.mode;
            if mode < it.last_mode as usize {
                soon.mode[index] = mode as u32;
            }
        }
        let given = plan.branches.iter().zip(&self.model.instance.branch_costs);
        for ((branch, fixed), (given, costs)) in
            soon.branch.iter_mut().zip(&self.model.fixed_branch).zip(given)
        {
            if *given < costs.len() && fixed.is_none() {
                *branch = *given as u32;
            }
        }
        places.sort_unstable();
        soon.order = self.clusters_in(places.into_iter().map(|it| it.2));
        [soon.clone(), Decisions { delay: as_planned, ..soon }]
    }

    /// Places everything from a place of the order on by these decisions; what stands before it is the same
    /// as on the board.
    fn decode(&mut self, decisions: Decisions, from: usize) {
        self.decisions = decisions;
        let from = from.min(self.decisions.order.len());
        while let Some(&(cluster, at)) = self.placed.last()
            && from as u32 <= at
        {
            self.placed.pop();
            self.is_done[cluster as usize] = false;
            self.board.remove(&self.model, cluster);
        }
        let (earlier, later) = self.decisions.order.split_at(from);
        let waits = |it: &u32| !self.is_done[*it as usize];
        let mut waiting: Vec<u32> = earlier.iter().copied().filter(waits).collect();
        for (at, cluster) in (from as u32..).zip(later.to_vec()) {
            waiting.push(cluster);
            while let Some(next) = waiting.iter().position(|it| self.is_ready(*it)) {
                let cluster = waiting.remove(next);
                self.place(cluster, at);
            }
        }
        // These wait for each other: so none of them does.
        for cluster in waiting {
            self.place(cluster, self.decisions.order.len() as u32);
        }
        self.cost = cost(&self.model, &self.decisions.branch, &self.board);
    }

    /// Whether all that it comes after has been placed, or has no place.
    fn is_ready(&self, cluster: u32) -> bool {
        let mut before = self.model.clusters_before[cluster as usize].iter();
        let (model, decisions) = (&self.model, &self.decisions);
        before.all(|it| self.is_done[*it as usize])
            && !self.board.waits_in_line(model, decisions, cluster, &self.is_done)
    }

    fn place(&mut self, cluster: u32, at: u32) {
        self.board.place(&self.model, &self.decisions, cluster);
        self.placed.push((cluster, at));
        self.is_done[cluster as usize] = true;
    }

    fn remember(&mut self) {
        self.best = Best {
            cost: self.cost,
            slots: self.board.slots.clone(),
            branch: self.decisions.branch.clone(),
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
        let mut decisions = self.decisions.clone();
        if count == 0 {
            let from = self.other_branch(&mut decisions)?;
            return Some((decisions, from));
        }
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
            _ => match self.other_branch(&mut decisions) {
                None => self.shift(&mut decisions, count - 1, count.saturating_sub(2)),
                from => from,
            },
        };
        Some((decisions, from?))
    }

    /// Another branch of an alternative.
    fn other_branch(&mut self, decisions: &mut Decisions) -> Option<usize> {
        let alternative = self.random.below(decisions.branch.len());
        let branches = self.model.instance.branch_costs.get(alternative)?.len();
        if self.model.fixed_branch[alternative].is_some() {
            return None;
        }
        decisions.branch[alternative] = self.random.below(branches) as u32;
        // Whoever waits in a line for what is absent does not wait any more.
        if !self.model.lines.is_empty() {
            return Some(0);
        }
        let clusters = &self.model.branch_clusters[alternative];
        let first = decisions.order.iter().position(|it| clusters.contains(it));
        Some(first.unwrap_or(decisions.order.len()))
    }

    /// Moves the cluster at a place of the order as near to another as those before and after it allow.
    fn shift(&self, decisions: &mut Decisions, at: usize, to: usize) -> Option<usize> {
        let cluster = decisions.order[at];
        let mut reached = at;
        if to < at {
            while to < reached
                && !self.model.clusters_before[cluster as usize]
                    .contains(&decisions.order[reached - 1])
            {
                reached -= 1;
            }
        } else {
            while reached < to
                && !self.model.clusters_after[cluster as usize]
                    .contains(&decisions.order[reached + 1])
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
            2 => {
                let drops: Vec<i64> = instance.prices.drops().collect();
                drops.get(self.random.below(drops.len())).copied().unwrap_or(i64::MIN)
            }
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
        self.best.branch.clone()
    }

    fn is_exhausted(&self) -> bool {
        self.decisions.order.is_empty() && self.decisions.branch.is_empty()
    }

    fn offer(&mut self, slots: &[Slot], branches: &[u32]) {
        let cost = self.model.cost_of(slots, branches);
        let mut decisions = self.decisions.clone();
        decisions.branch.copy_from_slice(branches);
        if cost < self.best.cost {
            self.best = Best { cost, slots: slots.to_vec(), branch: branches.to_vec() };
        }
        let mut places: Vec<(i64, i64, u32)> = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            decisions.mode[index] = slot.mode;
            decisions.delay[index] = i64::MIN;
            if slot.is_placed() {
                places.push((slot.start, slot.end, index as u32));
            }
        }
        places.sort_unstable();
        decisions.order = self.clusters_in(places.into_iter().map(|it| it.2));
        let (own, own_cost) = (self.decisions.clone(), self.cost);
        let delay = slots.iter().map(|it| if it.is_placed() { it.start } else { i64::MIN });
        let as_planned = Decisions { delay: delay.collect(), ..decisions.clone() };
        self.decode(decisions.clone(), 0);
        let soon = self.cost;
        self.decode(as_planned, 0);
        if soon <= self.cost {
            self.decode(decisions, 0);
        }
        if self.cost < self.best.cost {
            self.remember();
        }
        if own_cost < self.cost {
            self.decode(own, 0);
        }
    }
}
