//! The problem as all rules see it: beside the instance, ties between operations both ways, and the clusters of
//! those that have to be placed together.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::timeline::Occupation;
use crate::instance::{Instance, Slot};
use crate::problem::{Point, Problem};
use crate::rules::precedence::topological_order;
use crate::rules::{Rules, alternative};

/// A generalised precedence seen from one of its two operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tie {
    /// The other operation.
    pub(crate) other: u32,
    /// Point of the earlier operation.
    pub(crate) from: Point,
    /// Point of the later operation.
    pub(crate) to: Point,
    pub(crate) min: i64,
    pub(crate) max: Option<i64>,
}

/// The problem as rules and the general search see it.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) instance: Arc<Instance>,
    /// By operation those before it.
    pub(crate) before: Vec<Vec<Tie>>,
    /// By operation those after it.
    pub(crate) after: Vec<Vec<Tie>>,
    /// By operation the alternative and the branch it is in.
    pub(crate) branch_of: Vec<Option<(u32, u32)>>,
    /// By alternative the branch that facts have decided for.
    pub(crate) fixed_branch: Vec<Option<u32>>,
    /// By alternative the clusters of its operations.
    pub(crate) branch_clusters: Vec<Vec<u32>>,
    /// Operations that a rule ties to each other are placed together: the operations of each cluster, each after
    /// those before it.
    pub(crate) clusters: Vec<Vec<u32>>,
    pub(crate) cluster_of: Vec<u32>,
    /// By cluster those before it and after it, each once.
    pub(crate) clusters_before: Vec<Vec<u32>>,
    pub(crate) clusters_after: Vec<Vec<u32>>,
    /// By mode, for each of its needs the states that it needs and leaves.
    states: Vec<Vec<Option<(u32, u32)>>>,
    /// All that it has, with nothing in its place.
    pub(crate) rules: Rules,
}

impl Model {
    pub(crate) fn new(problem: &Problem, instance: &Arc<Instance>) -> Self {
        let count = problem.operations.len();
        let mut before = vec![Vec::new(); count];
        let mut after = vec![Vec::new(); count];
        for it in &problem.precedences {
            let tie = |other: usize| Tie {
                other: other as u32,
                from: it.from,
                to: it.to,
                min: it.min_lag.get(),
                max: it.max_lag.map(weft_model::Millis::get),
            };
            before[it.after].push(tie(it.before));
            after[it.before].push(tie(it.after));
        }
        let mut groups = Groups::new(count);
        Rules::tie(problem, &mut |one, other| groups.unite(one, other));
        let arrows: Vec<(usize, usize)> =
            problem.precedences.iter().map(|it| (it.before, it.after)).collect();
        groups.close_cycles(&arrows);
        let (clusters, cluster_of) = groups.clusters(&instance.topological);
        let mut clusters_before = vec![Vec::new(); clusters.len()];
        let mut clusters_after = vec![Vec::new(); clusters.len()];
        for &(before, after) in &arrows {
            let (before, after) = (cluster_of[before], cluster_of[after]);
            if before != after {
                clusters_before[after as usize].push(before);
                clusters_after[before as usize].push(after);
            }
        }
        for list in clusters_before.iter_mut().chain(&mut clusters_after) {
            list.sort_unstable();
            list.dedup();
        }
        let branch_clusters = |it: &crate::problem::Alternative| {
            let operations = it.branches.iter().flat_map(|it| &it.operations);
            let mut clusters: Vec<u32> = operations.map(|it| cluster_of[*it]).collect();
            clusters.sort_unstable();
            clusters.dedup();
            clusters
        };
        let states = |mode: u32| {
            let states = |resource: u32| instance.states(mode, resource);
            let small = |(needed, left): (usize, usize)| (needed as u32, left as u32);
            let needs = instance.needs(mode).iter();
            needs.map(|need| states(need.0).map(small)).collect()
        };
        Self {
            instance: Arc::clone(instance),
            before,
            after,
            branch_of: alternative::branch_of(problem),
            fixed_branch: alternative::fixed(problem),
            branch_clusters: problem.alternatives.iter().map(branch_clusters).collect(),
            clusters,
            cluster_of,
            clusters_before,
            clusters_after,
            states: (0..instance.modes.len() as u32).map(states).collect(),
            rules: Rules::of(problem, instance),
        }
    }
}

impl Model {
    /// Whether an operation is in a branch that is done, or in none. `branches`: by alternative the one that is.
    pub(crate) fn has(&self, branches: &[u32], operation: u32) -> bool {
        self.branch_of[operation as usize]
            .is_none_or(|(alternative, branch)| branches[alternative as usize] == branch)
    }

    /// All clusters by rank, each after those before it.
    pub(crate) fn order_by(&self, rank: &[u32]) -> Vec<u32> {
        let clusters = self.clusters.len();
        let mut open: Vec<usize> = self.clusters_before.iter().map(Vec::len).collect();
        let free = (0..clusters as u32).filter(|it| open[*it as usize] == 0);
        let mut free: BinaryHeap<Reverse<(u32, u32)>> =
            free.map(|it| Reverse((rank[it as usize], it))).collect();
        let mut order = Vec::with_capacity(clusters);
        while let Some(Reverse((_, cluster))) = free.pop() {
            order.push(cluster);
            for &after in &self.clusters_after[cluster as usize] {
                open[after as usize] -= 1;
                if open[after as usize] == 0 {
                    free.push(Reverse((rank[after as usize], after)));
                }
            }
        }
        order
    }

    /// What an operation holds of one of its needs, by index.
    pub(crate) fn occupation(
        &self,
        operation: u32,
        slot: Slot,
        need: usize,
        lets_go: i64,
    ) -> Occupation {
        let instance = &self.instance;
        Occupation {
            holder: operation,
            start: slot.start,
            end: slot.end,
            lets_go,
            amount: instance.needs(slot.mode)[need].1,
            states: self.states[slot.mode as usize][need],
            family: instance.modes[slot.mode as usize].family,
            is_frozen: instance.operations[operation as usize].frozen.is_some(),
        }
    }

    /// Whether it has to be placed together with others.
    pub(crate) fn is_tied(&self, operation: u32) -> bool {
        1 < self.clusters[self.cluster_of[operation as usize] as usize].len()
    }
}

/// Union-find.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[other] = one;
    }

    /// Unites groups that would have to go before each other.
    fn close_cycles(&mut self, arrows: &[(usize, usize)]) {
        let count = self.0.len();
        loop {
            let mut between = Vec::new();
            for &(before, after) in arrows {
                let pair = (self.root(before), self.root(after));
                if pair.0 != pair.1 {
                    between.push(pair);
                }
            }
            let Err(on_cycle) = topological_order(count, between.iter().copied()) else { return };
            // One that follows it and leads back to it.
            let mut leads_back = vec![false; count];
            let mut stack = vec![on_cycle];
            while let Some(at) = stack.pop() {
                for &(before, _) in between.iter().filter(|it| it.1 == at) {
                    if !leads_back[before] {
                        leads_back[before] = true;
                        stack.push(before);
                    }
                }
            }
            let next = between.iter().find(|it| it.0 == on_cycle && leads_back[it.1]);
            match next {
                Some(&(_, next)) => self.unite(on_cycle, next),
                None => return,
            }
        }
    }

    /// The groups, in the order of their first operations, and by operation its group.
    fn clusters(mut self, topological: &[u32]) -> (Vec<Vec<u32>>, Vec<u32>) {
        let mut clusters: Vec<Vec<u32>> = Vec::new();
        let mut cluster_of_root = vec![u32::MAX; self.0.len()];
        let mut cluster_of = vec![u32::MAX; self.0.len()];
        for &operation in topological {
            let root = self.root(operation as usize);
            if cluster_of_root[root] == u32::MAX {
                cluster_of_root[root] = clusters.len() as u32;
                clusters.push(Vec::new());
            }
            let cluster = cluster_of_root[root];
            clusters[cluster as usize].push(operation);
            cluster_of[operation as usize] = cluster;
        }
        (clusters, cluster_of)
    }
}
