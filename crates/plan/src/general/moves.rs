//! Neighbours of decisions, and which kind of them has been worth its while.
//!
//! The kinds compete (adaptive large neighbourhood search, Ropke & Pisinger 2006): each is chosen by what it has
//! won lately for the places that it had to look for.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::general::board::{ANY_MODE, Board, Decisions};
use crate::general::critical;
use crate::instance::NEVER;
use crate::places::{Model, View};
use crate::random::Random;
use crate::rules::Rules;

/// What a neighbour changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A cluster stands a few places sooner or later.
    Near,
    /// A cluster stands anywhere.
    Far,
    /// All clusters of a job stand sooner or later by as much.
    Job,
    /// Some clusters that stand close together are put in another order, with all their other decisions
    /// forgotten.
    Window,
    /// An operation has another mode.
    Mode,
    /// An operation waits for an instant that may be worth it.
    Wait,
    /// An operation lets the next on a resource go first.
    Yield,
    /// A cluster waits for nothing.
    Hurry,
    /// What holds up the end of the plan goes later, or what waits for it goes first.
    Critical,
    /// Clusters stand in the order in which they begin.
    Sort,
    /// Another branch of an alternative.
    Branch,
}

const KINDS: [Kind; 11] = [
    Kind::Near,
    Kind::Far,
    Kind::Job,
    Kind::Window,
    Kind::Mode,
    Kind::Wait,
    Kind::Yield,
    Kind::Hurry,
    Kind::Critical,
    Kind::Sort,
    Kind::Branch,
];
/// How much of what a kind is worth is kept after each try.
const KEPT: f64 = 0.97;
/// Every kind is chosen at least this often, compared to the best.
const LEAST: f64 = 0.08;

/// What each kind is worth.
#[derive(Debug, Clone)]
pub(crate) struct Worth {
    worth: [f64; KINDS.len()],
    is_possible: [bool; KINDS.len()],
}

impl Worth {
    pub(crate) fn new(model: &Model) -> Self {
        let instance = &model.instance;
        let clusters = model.clusters.len();
        let has_modes = instance.operations.iter().any(|it| it.first_mode + 1 < it.last_mode);
        let has_branches = (0..model.fixed_branch.len())
            .any(|it| model.fixed_branch[it].is_none() && 1 < instance.branch_costs[it].len());
        let is_possible = |kind: &Kind| match kind {
            Kind::Near | Kind::Far | Kind::Window | Kind::Critical | Kind::Sort => 1 < clusters,
            Kind::Job => 1 < instance.jobs.len() && instance.jobs.len() < clusters,
            Kind::Mode => has_modes,
            Kind::Wait | Kind::Yield | Kind::Hurry => 0 < clusters,
            Kind::Branch => has_branches,
        };
        Self { worth: [1.0; KINDS.len()], is_possible: KINDS.map(|kind| is_possible(&kind)) }
    }

    fn choose(&self, random: &mut Random) -> Option<usize> {
        let best = self.worth.iter().fold(0.0, |best: f64, it| best.max(*it)).max(1e-9);
        let weight = |kind: usize| {
            if self.is_possible[kind] { LEAST + self.worth[kind] / best } else { 0.0 }
        };
        let all: f64 = (0..KINDS.len()).map(weight).sum();
        let mut at = random.unit() * all;
        for kind in 0..KINDS.len() {
            at -= weight(kind);
            if at < 0.0 {
                return Some(kind);
            }
        }
        (0..KINDS.len()).find(|kind| self.is_possible[*kind])
    }

    /// `gain`: 0 for nothing, 1 for a better plan, more for the best so far; `effort`: the clusters that had to
    /// be placed for it, of `clusters`.
    pub(crate) fn note(&mut self, kind: usize, gain: f64, effort: usize, clusters: usize) {
        let share = (effort as f64 + 1.0) / (clusters as f64 + 1.0);
        let worth = &mut self.worth[kind];
        *worth = KEPT * *worth + (1.0 - KEPT) * gain / share.max(0.02);
    }
}

/// Other decisions.
#[derive(Debug)]
pub(crate) struct Neighbour {
    pub(crate) decisions: Decisions,
    /// The first place of the order at which they differ.
    pub(crate) from: usize,
    /// Index of its kind.
    pub(crate) kind: usize,
}

/// Where neighbours come from.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) model: &'a Model,
    pub(crate) board: &'a Board,
    pub(crate) decisions: &'a Decisions,
    pub(crate) random: &'a mut Random,
}

impl Source<'_> {
    /// A neighbour of a kind that is worth it; `None` when the one that was tried changes nothing.
    pub(crate) fn neighbour(&mut self, worth: &Worth) -> (Option<Neighbour>, usize) {
        let Some(kind) = worth.choose(self.random) else { return (None, 0) };
        let mut decisions = self.decisions.clone();
        let from = match KINDS[kind] {
            Kind::Near => self.shift_any(&mut decisions, 8),
            Kind::Far => self.shift_any(&mut decisions, usize::MAX),
            Kind::Job => self.shift_job(&mut decisions),
            Kind::Window => Some(self.shuffle(&mut decisions)),
            Kind::Mode => Some(self.other_mode(&mut decisions)),
            Kind::Wait => Some(self.wait(&mut decisions)),
            Kind::Yield => self.give_way(&mut decisions),
            Kind::Hurry => Some(self.hurry(&mut decisions)),
            Kind::Critical => self.unblock(&mut decisions),
            Kind::Sort => self.sort(&mut decisions),
            Kind::Branch => self.other_branch(&mut decisions),
        };
        let from = from.filter(|_| decisions != *self.decisions);
        (from.map(|from| Neighbour { decisions, from, kind }), kind)
    }

    fn shift_any(&mut self, decisions: &mut Decisions, reach: usize) -> Option<usize> {
        let count = decisions.order.len();
        let at = self.random.below(count);
        let by = 1 + self.random.below(reach.min(count));
        let to =
            if self.random.chance(60) { at.saturating_sub(by) } else { (at + by).min(count - 1) };
        shift(self.model, decisions, at, to)
    }

    /// Moves all clusters of a job by as many places.
    fn shift_job(&mut self, decisions: &mut Decisions) -> Option<usize> {
        let instance = &self.model.instance;
        let job = self.random.below(instance.jobs.len());
        let mut of_job = vec![false; self.model.clusters.len()];
        for &operation in instance.job_operations(job) {
            of_job[self.model.cluster_of[operation as usize] as usize] = true;
        }
        let count = decisions.order.len();
        let by = 1 + self.random.below(count.div_ceil(3));
        let sooner = self.random.chance(50);
        let mut keyed: Vec<(usize, u32)> = Vec::with_capacity(count);
        for (at, &cluster) in decisions.order.iter().enumerate() {
            let key = if !of_job[cluster as usize] {
                2 * at + 2 * count
            } else if sooner {
                2 * (at + count - by) + 1
            } else {
                2 * (at + count + by) + 1
            };
            keyed.push((key, cluster));
        }
        keyed.sort_unstable();
        self.reorder(decisions, keyed.into_iter().map(|it| it.1))
    }

    /// Puts some clusters that stand close together in another order, and forgets what else was decided of them.
    fn shuffle(&mut self, decisions: &mut Decisions) -> usize {
        let count = decisions.order.len();
        let length = 2 + self.random.below(6.min(count));
        let first = self.random.below(count);
        let window = first..(first + length).min(count);
        let mut keyed: Vec<(usize, u32)> = Vec::with_capacity(count);
        for (at, cluster) in decisions.order.clone().into_iter().enumerate() {
            let place = if window.contains(&at) && self.random.chance(70) {
                for &operation in &self.model.clusters[cluster as usize] {
                    decisions.mode[operation as usize] = ANY_MODE;
                    decisions.delay[operation as usize] = i64::MIN;
                }
                first + self.random.below(length)
            } else {
                at
            };
            keyed.push((place * count + at, cluster));
        }
        keyed.sort_unstable();
        let from = self.reorder(decisions, keyed.into_iter().map(|it| it.1));
        from.unwrap_or(first).min(first)
    }

    /// Takes this order as far as those before and after each other allow; the first place that differs.
    fn reorder(
        &self,
        decisions: &mut Decisions,
        wanted: impl Iterator<Item = u32>,
    ) -> Option<usize> {
        let mut rank = vec![0_u32; self.model.clusters.len()];
        for (index, cluster) in (0..).zip(wanted) {
            rank[cluster as usize] = index;
        }
        let order = self.model.order_by(&rank);
        let from = order.iter().zip(&decisions.order).position(|(one, other)| one != other);
        decisions.order = order;
        from
    }

    fn other_mode(&mut self, decisions: &mut Decisions) -> usize {
        let at = self.random.below(decisions.order.len());
        let operation = self.any_operation(decisions.order[at]);
        let it = &self.model.instance.operations[operation as usize];
        let modes = (it.last_mode - it.first_mode) as usize;
        let chosen = it.first_mode + self.random.below(modes) as u32;
        decisions.mode[operation as usize] = if self.random.chance(25) { ANY_MODE } else { chosen };
        at
    }

    fn wait(&mut self, decisions: &mut Decisions) -> usize {
        let at = self.random.below(decisions.order.len());
        let operation = self.any_operation(decisions.order[at]);
        decisions.delay[operation as usize] = self.any_instant(operation);
        at
    }

    /// An operation begins when the next on one of its resources would have ended, or would have begun.
    fn give_way(&mut self, decisions: &mut Decisions) -> Option<usize> {
        let at = self.random.below(decisions.order.len());
        let cluster = decisions.order[at];
        let operation = self.any_operation(cluster);
        let slot = self.board.places.slots[operation as usize];
        let needs = self.model.instance.needs(slot.mode);
        if !slot.is_placed() || needs.is_empty() {
            return None;
        }
        let (resource, _) = needs[self.random.below(needs.len())];
        let next =
            self.board.places.timelines[resource as usize].sequence()?.next_after(slot.start)?;
        let until = if self.random.chance(70) { next.lets_go } else { next.start };
        decisions.delay[operation as usize] = until;
        Some(at)
    }

    /// Of two operations of which one waits for a resource that the other holds, the one goes first, or the other
    /// waits for it.
    fn unblock(&mut self, decisions: &mut Decisions) -> Option<usize> {
        let blocks = critical::blocks(self.model, self.board, &self.decisions.branch, self.random);
        if blocks.is_empty() {
            return None;
        }
        let block = blocks[self.random.below(blocks.len())];
        let place = |operation: u32| {
            let cluster = self.model.cluster_of[operation as usize];
            decisions.order.iter().position(|it| *it == cluster)
        };
        let (waiting, held) = (place(block.waiting)?, place(block.held)?);
        match self.random.below(3) {
            0 if held < waiting => return shift(self.model, decisions, waiting, held),
            1 if held < waiting => return shift(self.model, decisions, held, waiting),
            _ => {}
        }
        let resource = self.board.places.occupied[block.waiting as usize].iter();
        let lets_go = resource.map(|it| it.1.lets_go).max();
        let slot = self.board.places.slots[block.waiting as usize];
        decisions.delay[block.held as usize] = lets_go.unwrap_or(slot.end);
        decisions.delay[block.waiting as usize] = i64::MIN;
        Some(held.min(waiting))
    }

    fn sort(&self, decisions: &mut Decisions) -> Option<usize> {
        let start = |cluster: u32| {
            let operations = self.model.clusters[cluster as usize].iter();
            operations.map(|it| self.board.places.slots[*it as usize].start).min().unwrap_or(NEVER)
        };
        let mut wanted: Vec<(i64, usize, u32)> = Vec::with_capacity(decisions.order.len());
        for (at, &cluster) in decisions.order.iter().enumerate() {
            wanted.push((start(cluster), at, cluster));
        }
        wanted.sort_unstable();
        self.reorder(decisions, wanted.into_iter().map(|it| it.2))
    }

    fn hurry(&mut self, decisions: &mut Decisions) -> usize {
        let at = self.random.below(decisions.order.len());
        for &operation in &self.model.clusters[decisions.order[at] as usize] {
            decisions.delay[operation as usize] = i64::MIN;
        }
        at
    }

    fn other_branch(&mut self, decisions: &mut Decisions) -> Option<usize> {
        let alternative = self.random.below(decisions.branch.len());
        let branches = self.model.instance.branch_costs.get(alternative)?.len();
        if self.model.fixed_branch[alternative].is_some() {
            return None;
        }
        decisions.branch[alternative] = self.random.below(branches) as u32;
        if self.board.rules.reaches_far() {
            return Some(0);
        }
        let clusters = &self.model.branch_clusters[alternative];
        let first = decisions.order.iter().position(|it| clusters.contains(it));
        Some(first.unwrap_or(decisions.order.len()))
    }

    fn any_operation(&mut self, cluster: u32) -> u32 {
        let operations = &self.model.clusters[cluster as usize];
        operations[self.random.below(operations.len())]
    }

    /// An instant that may be worth waiting for: what a rule is tempted by, another's start or end, a little
    /// later; sometimes none.
    fn any_instant(&mut self, operation: u32) -> i64 {
        let instance = &self.model.instance;
        let it = &instance.operations[operation as usize];
        let slot = self.board.places.slots[operation as usize];
        let length = if slot.is_placed() { slot.end - slot.start } else { it.shortest };
        let way = self.random.below(Rules::TEMPTING + 5);
        let Some(way) = way.checked_sub(Rules::TEMPTING) else {
            let (model, places) = (self.model, &self.board.places);
            let at = View { model, places, branches: &self.decisions.branch };
            let instant = self.board.rules.tempts(way, at, operation, length, self.random);
            return instant.unwrap_or(i64::MIN);
        };
        match way {
            0 | 1 => {
                let other = self.random.below(instance.operations.len());
                let other = self.board.places.slots[other];
                let instant = if self.random.chance(50) { other.start } else { other.end };
                if instant == NEVER { i64::MIN } else { instant }
            }
            2 | 3 if slot.is_placed() => {
                let most = (2 * length).clamp(1, 1 << 40) as usize;
                slot.start + 1 + self.random.below(most) as i64
            }
            _ => i64::MIN,
        }
    }
}

/// Moves the cluster at a place of the order to another, and what has to stand before it or after it with it; the
/// first place that differs.
fn shift(model: &Model, decisions: &mut Decisions, at: usize, to: usize) -> Option<usize> {
    let order = &mut decisions.order;
    let (from, until) = (at.min(to), at.max(to));
    let mut others = Vec::with_capacity(until - from);
    let mut going = vec![order[at]];
    let ties = if to < at { &model.clusters_before } else { &model.clusters_after };
    for step in 1..=until - from {
        let place = if to < at { at - step } else { at + step };
        let is_tied = going.iter().any(|it| ties[*it as usize].contains(&order[place]));
        if is_tied { &mut going } else { &mut others }.push(order[place]);
    }
    if others.is_empty() {
        return None;
    }
    // Both were gone through from the cluster on.
    let moved = if to < at {
        going.reverse();
        others.reverse();
        going.into_iter().chain(others)
    } else {
        others.into_iter().chain(going)
    };
    for (place, cluster) in order[from..=until].iter_mut().zip(moved) {
        *place = cluster;
    }
    Some(from)
}
