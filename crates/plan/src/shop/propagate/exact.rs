//! A complete search for small shops: pairs of operations on one machine are ordered one way, then the other
//! (Brucker, Jurisch & Sievers 1994), with restarts and weights of where it was refuted, and the order of the
//! best solution first (Grimes & Hebrard 2015).

use crate::random::Random;
use crate::shop::propagate::shave::Shave;
use crate::shop::propagate::{Engine, Refuted};
use crate::shop::{NONE, Shop, Solution, Ticks};

/// The first restart comes after so many refutations, each further one after this per cent of the last.
const RESTART: u64 = 100;
const RESTART_GROWTH: u64 = 130;
/// What one refutation adds to the weight of a machine grows by this.
const FRESHER: f64 = 1.02;
const WEIGHT_MAX: f64 = 1e100;

/// What a step of the search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It goes on.
    Running,
    /// A better solution: every operation once, jobs in order, and their choices.
    Found(Vec<u32>, Vec<u32>),
    /// There is no better solution.
    Proved,
}

/// What is decided at one level, and dropped when that is refuted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// The first comes before the second on their machine.
    Order(u32, u32),
    /// An operation is done this way, an index into all choices.
    Way(u32, u32),
}

/// A search for something better than the best solution.
#[derive(Debug)]
pub(crate) struct Exact {
    engine: Engine,
    /// For each operation its place in the best solution.
    rank: Vec<u32>,
    limit: Ticks,
    is_begun: bool,
    /// What is done before the first decision.
    shave: Shave,
    /// The choices of the best solution, as indices into all.
    preferred: Vec<u32>,
    /// What is tried first at each level.
    decisions: Vec<Decision>,
    /// By machine and by operation.
    weights: Vec<f64>,
    own_weights: Vec<f64>,
    increment: f64,
    refutations: u64,
    restart_at: u64,
    restart_after: u64,
}

impl Exact {
    /// Looks for something better than `best`.
    pub(crate) fn new(shop: &Shop, best: &Solution) -> Self {
        let mut exact = Self {
            engine: Engine::new(shop),
            rank: vec![0; shop.len()],
            preferred: vec![0; shop.len()],
            limit: 0,
            is_begun: false,
            shave: Shave::default(),
            decisions: Vec::new(),
            weights: vec![1.0; shop.machines()],
            own_weights: vec![1.0; shop.len()],
            increment: 1.0,
            refutations: 0,
            restart_at: RESTART,
            restart_after: RESTART,
        };
        exact.learn(best);
        exact
    }

    /// What it took so far, roughly in nanoseconds.
    pub(crate) fn effort(&self) -> u64 {
        self.engine.effort()
    }

    /// A better solution is known.
    pub(crate) fn learn(&mut self, best: &Solution) {
        for (rank, &operation) in best.order.iter().enumerate() {
            self.rank[operation as usize] = rank as u32;
        }
        for (operation, choice) in best.choice.iter().enumerate() {
            self.preferred[operation] = self.engine.first_choice[operation] + choice;
        }
        self.limit = best.makespan - 1;
        if self.is_begun {
            self.rewind();
            self.is_begun = self.engine.tighten(self.limit).is_ok();
            self.shave = Shave::default();
        }
    }

    /// One decision.
    pub(crate) fn step(&mut self, random: &mut Random) -> Outcome {
        if !self.is_begun {
            self.is_begun = true;
            if self.engine.begin(self.limit).and_then(|()| self.engine.propagate()).is_err() {
                return Outcome::Proved;
            }
        }
        if self.decisions.is_empty() {
            match self.shave.step(&mut self.engine) {
                Err(Refuted) => return Outcome::Proved,
                Ok(true) => return Outcome::Running,
                Ok(false) => {}
            }
        }
        if self.restart_at <= self.refutations {
            self.restart_after = self.restart_after * RESTART_GROWTH / 100;
            self.restart_at = self.refutations + self.restart_after;
            self.rewind();
        }
        let Some(decision) = self.choose(random) else {
            return match self.order() {
                Some(order) => Outcome::Found(order, self.choice()),
                // Only operations that take no time can wait for each other and still keep their windows.
                None => self.back(),
            };
        };
        self.engine.push();
        self.decisions.push(decision);
        let tried = match decision {
            Decision::Order(first, second) => self.engine.decide(first, second),
            Decision::Way(operation, choice) => self.engine.take_way(operation, choice),
        };
        match tried.and_then(|()| self.engine.propagate()) {
            Ok(()) => Outcome::Running,
            Err(Refuted) => self.back(),
        }
    }

    /// Takes decisions back until one can go the other way.
    fn back(&mut self) -> Outcome {
        loop {
            self.learn_from_refutation();
            let Some(decision) = self.decisions.pop() else { return Outcome::Proved };
            self.engine.pop();
            let tried = match decision {
                Decision::Order(first, second) => self.engine.decide(second, first),
                Decision::Way(operation, choice) => self.engine.drop_way(operation, choice),
            };
            if tried.and_then(|()| self.engine.propagate()).is_ok() {
                return Outcome::Running;
            }
        }
    }

    fn rewind(&mut self) {
        while self.decisions.pop().is_some() {
            self.engine.pop();
        }
    }

    fn learn_from_refutation(&mut self) {
        self.refutations += 1;
        self.increment *= FRESHER;
        if let Some(weight) = self.weights.get_mut(self.engine.blame as usize) {
            *weight += self.increment;
        }
        match self.decisions.last() {
            Some(Decision::Order(first, second)) => {
                self.own_weights[*first as usize] += self.increment;
                self.own_weights[*second as usize] += self.increment;
            }
            Some(Decision::Way(operation, _)) => {
                self.own_weights[*operation as usize] += 2.0 * self.increment;
            }
            None => {}
        }
        if WEIGHT_MAX < self.increment {
            let all = self.weights.iter_mut().chain(&mut self.own_weights);
            all.for_each(|weight| *weight = (*weight / WEIGHT_MAX).max(1e-6));
            self.increment = 1.0;
        }
    }

    /// The pair with the least room for its weight (above all in the order that has less), in the order of the
    /// best solution; or the operation with the least that has no machine yet, on that of the best solution.
    fn choose(&mut self, random: &mut Random) -> Option<Decision> {
        let engine = &mut self.engine;
        let mut best = Best { score: f64::MAX, decision: None, ties: 0 };
        for operation in 0..engine.work.len() as u32 {
            if engine.machine[operation as usize] == NONE {
                let room = engine.last_start(operation) - engine.earliest[operation as usize];
                let own = 2.0 * self.own_weights[operation as usize];
                let score = (f64::from(room) / 2.0 + 1.0) / (1.0 + own);
                best.offer(score, Decision::Way(operation, NONE), random);
            }
        }
        for (machine, list) in engine.members.iter().enumerate() {
            if engine.open[machine] == 0 {
                continue;
            }
            engine.effort += (list.len() * list.len()) as u64;
            let on = machine as u32;
            for (at, &(one, _)) in list.iter().enumerate() {
                if engine.machine[one as usize] != on {
                    continue;
                }
                for &(other, _) in &list[at + 1..] {
                    if engine.machine[other as usize] != on
                        || engine.is_before[engine.pair(one, other)]
                        || engine.is_before[engine.pair(other, one)]
                    {
                        continue;
                    }
                    let one_first = engine.last_start(other) - engine.first_end(one);
                    let other_first = engine.last_start(one) - engine.first_end(other);
                    let room = f64::from(one_first.min(other_first))
                        + f64::from(one_first.max(other_first)) / 4.0;
                    let own = self.own_weights[one as usize] + self.own_weights[other as usize];
                    let score = (room + 1.0) / (self.weights[machine] + own);
                    best.offer(score, Decision::Order(one, other), random);
                }
            }
        }
        Some(match best.decision? {
            Decision::Order(one, other) => {
                let is_in_rank = self.rank[one as usize] < self.rank[other as usize];
                if is_in_rank { Decision::Order(one, other) } else { Decision::Order(other, one) }
            }
            Decision::Way(operation, _) => {
                let preferred = self.preferred[operation as usize];
                let shortest = |it: &u32| (self.engine.choices[*it as usize].work, *it);
                let mut ways = self.engine.ways(operation);
                let choice = match ways.find(|it| *it == preferred) {
                    Some(choice) => choice,
                    None => self.engine.ways(operation).min_by_key(shortest)?,
                };
                Decision::Way(operation, choice)
            }
        })
    }

    /// The operations in an order that keeps all that is decided.
    fn order(&self) -> Option<Vec<u32>> {
        let engine = &self.engine;
        let len = engine.work.len();
        let mut waits = vec![0_usize; len];
        for operation in 0..len as u32 {
            let before = engine.on_machine_of(operation);
            let before = before.filter(|it| engine.is_before[engine.pair(*it, operation)]);
            let in_job = engine.before[operation as usize] != NONE;
            waits[operation as usize] = before.count() + usize::from(in_job);
        }
        let mut ready: Vec<u32> = (0..len as u32).filter(|it| waits[*it as usize] == 0).collect();
        let mut order = Vec::with_capacity(len);
        while let Some(operation) = ready.pop() {
            order.push(operation);
            let on_machine = engine.on_machine_of(operation);
            let on_machine = on_machine.filter(|it| engine.is_before[engine.pair(operation, *it)]);
            let in_job = Some(engine.after[operation as usize]).filter(|it| *it != NONE);
            for other in on_machine.chain(in_job) {
                waits[other as usize] -= 1;
                if waits[other as usize] == 0 {
                    ready.push(other);
                }
            }
        }
        (order.len() == len).then_some(order)
    }

    /// For each operation its choice, counted from its first.
    fn choice(&self) -> Vec<u32> {
        let engine = &self.engine;
        let choice = |it: u32| {
            let first = engine.first_choice[it as usize];
            engine.ways(it).next().map_or(0, |choice| choice - first)
        };
        (0..engine.work.len() as u32).map(choice).collect()
    }
}

/// The best decision so far, and how many were as good.
struct Best {
    score: f64,
    decision: Option<Decision>,
    ties: usize,
}

impl Best {
    /// Takes what is at least as good; among equals each has the same chance.
    fn offer(&mut self, score: f64, decision: Decision, random: &mut Random) {
        self.ties = if score < self.score { 0 } else { self.ties + 1 };
        if score < self.score || score <= self.score && random.below(self.ties + 1) == 0 {
            self.score = score;
            self.decision = Some(decision);
        }
    }
}
