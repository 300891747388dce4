//! What the general search needs beside the instance: ties between operations, both ways.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::instance::Instance;
use crate::problem::{Point, Problem};
use crate::rules::precedence::topological_order;

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

/// Something stored from one instant until another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) resource: u32,
    pub(crate) amount: u32,
    pub(crate) from: (u32, Point),
    pub(crate) until: (u32, Point),
}

/// The problem as the general search sees it.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) instance: Arc<Instance>,
    /// By operation those before it.
    pub(crate) before: Vec<Vec<Tie>>,
    /// By operation those after it.
    pub(crate) after: Vec<Vec<Tie>>,
    /// By operation the instant until which it keeps what it holds.
    pub(crate) holds_until: Vec<Option<(u32, Point)>>,
    /// By operation those that keep what they hold until an instant of it.
    pub(crate) held_until: Vec<Vec<u32>>,
    pub(crate) stored: Vec<Stored>,
    /// By operation the indices of what is put into store or taken out of it at an instant of it.
    pub(crate) stores: Vec<Vec<u32>>,
    /// By operation its latest end.
    pub(crate) deadline: Vec<i64>,
    /// By operation the alternative and the branch it is in.
    pub(crate) branch_of: Vec<Option<(u32, u32)>>,
    /// By alternative the branch that facts have decided for.
    pub(crate) fixed_branch: Vec<Option<u32>>,
    /// By alternative the clusters of its operations.
    pub(crate) branch_clusters: Vec<Vec<u32>>,
    /// Operations that are tied by maximum lags, blocking or storage are placed together: the operations of
    /// each cluster, each after those before it.
    pub(crate) clusters: Vec<Vec<u32>>,
    pub(crate) cluster_of: Vec<u32>,
    /// By cluster those before it and after it, each once.
    pub(crate) clusters_before: Vec<Vec<u32>>,
    pub(crate) clusters_after: Vec<Vec<u32>>,
    /// By line and stage the operation of each job.
    pub(crate) lines: Vec<Vec<Vec<u32>>>,
    /// By operation its line, stage and job.
    pub(crate) in_line: Vec<Option<(u32, u32, u32)>>,
    /// Where the plan before had it.
    pub(crate) previous: Vec<Option<i64>>,
    /// By mode, for each of its needs the states that it needs and leaves.
    pub(crate) states: Vec<Vec<Option<(u32, u32)>>>,
    /// Whether anything ever draws power.
    pub(crate) is_powered: bool,
}

impl Model {
    pub(crate) fn new(problem: &Problem, instance: &Arc<Instance>) -> Self {
        let count = problem.operations.len();
        let mut before = vec![Vec::new(); count];
        let mut after = vec![Vec::new(); count];
        let mut groups = Groups::new(count);
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
            if it.max_lag.is_some() {
                groups.unite(it.before, it.after);
            }
        }
        let mut held_until = vec![Vec::new(); count];
        let mut holds_until = vec![None; count];
        for (index, it) in problem.operations.iter().enumerate() {
            if let Some(until) = it.holds_until {
                holds_until[index] = Some((until.operation as u32, until.point));
                held_until[until.operation].push(index as u32);
                groups.unite(index, until.operation);
            }
        }
        let mut by_operation = vec![Vec::new(); count];
        let mut stored = Vec::new();
        for it in &problem.storages {
            by_operation[it.from.operation].push(stored.len() as u32);
            if it.until.operation != it.from.operation {
                by_operation[it.until.operation].push(stored.len() as u32);
            }
            groups.unite(it.from.operation, it.until.operation);
            stored.push(Stored {
                resource: it.resource as u32,
                amount: it.amount,
                from: (it.from.operation as u32, it.from.point),
                until: (it.until.operation as u32, it.until.point),
            });
        }
        let mut branch_of = vec![None; count];
        let mut fixed_branch = vec![None; problem.alternatives.len()];
        for (alternative, it) in problem.alternatives.iter().enumerate() {
            for (branch, it) in it.branches.iter().enumerate() {
                for &operation in &it.operations {
                    branch_of[operation] = Some((alternative as u32, branch as u32));
                    if instance.operations[operation].frozen.is_some() {
                        fixed_branch[alternative] = Some(branch as u32);
                    }
                }
            }
        }
        let mut in_line = vec![None; count];
        let mut lines = Vec::new();
        for (line, it) in problem.lines.iter().enumerate() {
            for (stage, operations) in it.stages.iter().enumerate() {
                for (job, &operation) in operations.iter().enumerate() {
                    in_line[operation] = Some((line as u32, stage as u32, job as u32));
                }
            }
            let stages = it.stages.iter();
            lines.push(stages.map(|it| it.iter().map(|it| *it as u32).collect()).collect());
        }
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
        let deadline = |it: &crate::problem::Operation| {
            it.deadline.map_or(i64::MAX, weft_model::Timestamp::as_millis)
        };
        let previous = |index: usize| {
            let slot = problem.previous.get(index).copied().flatten();
            slot.map(|slot| slot.start.as_millis())
        };
        let states = |mode: u32| {
            let states = |resource: u32| instance.states(mode, resource);
            let small = |(needed, left): (usize, usize)| (needed as u32, left as u32);
            let needs = instance.needs(mode).iter();
            needs.map(|need| states(need.0).map(small)).collect()
        };
        let modes_draw = instance.modes.iter().any(|it| 0 < it.watts);
        Self {
            instance: Arc::clone(instance),
            before,
            after,
            holds_until,
            held_until,
            stored,
            stores: by_operation,
            deadline: problem.operations.iter().map(deadline).collect(),
            branch_of,
            fixed_branch,
            branch_clusters: problem.alternatives.iter().map(branch_clusters).collect(),
            clusters,
            cluster_of,
            clusters_before,
            clusters_after,
            lines,
            in_line,
            states: (0..instance.modes.len() as u32).map(states).collect(),
            is_powered: modes_draw || instance.standby.iter().any(|it| !it.is_empty()),
            previous: (0..count).map(previous).collect(),
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
