//! The whole search of a shop: simulations, beams, then tabu search, until the lower bound is met.

use crate::part::Part;
use crate::random::Random;
use crate::shop::beam::Runs;
use crate::shop::bound::lower_bound;
use crate::shop::dispatch::Dispatch;
use crate::shop::graph::Graph;
use crate::shop::proof::Proof;
use crate::shop::relink::Relink;
use crate::shop::spread::Spread;
use crate::shop::window::Windows;
use crate::shop::{Shop, Solution, Ticks};

/// Shops of up to so many operations are searched as a whole.
pub(crate) const RELINKED_MAX: usize = 2_500;
/// What a move takes, roughly in nanoseconds: in any case, and for each operation.
const MOVE_NS: u64 = 500;
const MOVE_OPERATION_NS: u64 = 5;
/// So many simulations at least, and as long as one in so many finds something better.
const RUNS_MIN: usize = 12;

/// A search in progress. The same shop, seed and number of steps give the same solution.
#[derive(Debug)]
pub(crate) struct ShopSearch {
    shop: Shop,
    random: Random,
    bound: Ticks,
    best: Solution,
    phase: Phase,
    proof: Option<Proof>,
    /// What the moves took so far, roughly in nanoseconds.
    spent: u64,
    steps: u64,
}

#[derive(Debug)]
enum Phase {
    /// Simulations; the run that found the best solution.
    Simulate(Box<Dispatch>, usize),
    /// Beams, for shops without slack.
    Beam(Box<Runs>),
    Relink(Box<Relink>),
    Windows(Box<Windows>),
}

impl ShopSearch {
    /// Makes a first solution: from an order (every operation once, jobs in order) with choices, or by
    /// simulation.
    pub(crate) fn new(shop: Shop, seed: u64, first: Option<(&[u32], &[u32])>) -> Self {
        let mut random = Random::new(seed);
        let spread = Spread::of(&shop);
        let bound = lower_bound(&shop, &spread);
        let mut dispatch = Dispatch::new(&shop, spread);
        let best = match first {
            Some((order, choice)) => Graph::new(&shop, order, choice).solution(),
            None => match dispatch.run(&shop, &mut random, &mut || true) {
                Some(solution) => solution,
                None => Solution { makespan: 0, order: Vec::new(), choice: Vec::new() },
            },
        };
        Self {
            phase: Phase::Simulate(Box::new(dispatch), 0),
            shop,
            random,
            bound,
            best,
            proof: None,
            spent: 0,
            steps: 0,
        }
    }

    /// Takes up to `steps` steps: moves, or simulations as long as one of them is worth it. Ends early when
    /// the solution is proved or `go_on` says no.
    pub(crate) fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        let end = self.steps + steps;
        while self.steps < end && !self.is_proved() {
            let is_proof_due = self.is_proof_due();
            let is_slow = matches!(self.phase, Phase::Simulate(..) | Phase::Beam(_));
            if (is_slow || is_proof_due) && !go_on() {
                break;
            }
            if is_proof_due {
                self.prove();
                continue;
            }
            let mut found = None;
            match &mut self.phase {
                Phase::Simulate(dispatch, last) => {
                    let Some(solution) = dispatch.run(&self.shop, &mut self.random, go_on) else {
                        break;
                    };
                    let runs = dispatch.runs();
                    if solution.makespan < self.best.makespan {
                        *last = runs;
                    }
                    let is_over = RUNS_MIN.max(*last + RUNS_MIN) < runs
                        || !self.shop.parts.has(Part::Simulations);
                    self.improve(solution);
                    if is_over {
                        let runs = self.shop.parts.has(Part::Beams);
                        match runs.then(|| Runs::new(&self.shop, &mut self.random)).flatten() {
                            Some(runs) => self.phase = Phase::Beam(Box::new(runs)),
                            None => self.begin_moves(),
                        }
                    }
                }
                Phase::Beam(runs) => {
                    let solution = runs.step(&self.shop, self.bound, self.best.makespan);
                    let is_over = runs.is_done();
                    if let Some(solution) = solution {
                        self.improve(solution);
                    }
                    if is_over {
                        self.begin_moves();
                    }
                }
                Phase::Relink(relink) => {
                    relink.step(&self.shop, &mut self.random);
                    self.spent += MOVE_NS + MOVE_OPERATION_NS * self.shop.len() as u64;
                    if relink.current().makespan < self.best.makespan {
                        found = Some(relink.current().clone());
                    }
                }
                Phase::Windows(windows) => {
                    windows.step(&self.shop, &mut self.random);
                    self.spent += MOVE_NS + MOVE_OPERATION_NS * windows.width() as u64;
                    if windows.makespan() < self.best.makespan {
                        found = Some(windows.solution());
                    }
                }
            }
            if let Some(solution) = found {
                self.improve(solution);
            }
            self.steps += 1;
        }
    }

    /// Takes a solution if it is better.
    fn improve(&mut self, solution: Solution) {
        if self.best.makespan <= solution.makespan {
            return;
        }
        self.best = solution;
        if let Some(proof) = &mut self.proof {
            proof.learn(&self.best, self.spent);
        }
    }

    fn is_proof_due(&self) -> bool {
        self.proof.as_ref().is_some_and(|proof| proof.is_due(self.spent))
    }

    fn prove(&mut self) {
        let Some(proof) = &mut self.proof else { return };
        let found = proof.step(&self.shop, &self.best);
        self.bound = proof.bound().max(self.bound);
        let Some(solution) = found else { return };
        self.offer(&solution.order, &solution.choice);
    }

    fn begin_moves(&mut self) {
        if self.is_proved() {
            return;
        }
        let random = Random::new(self.random.below(usize::MAX) as u64);
        let proves = self.shop.parts.has(Part::Proofs);
        let proof = || Proof::new(&self.shop, self.bound, &self.best, random);
        self.proof = proves.then(proof).flatten();
        self.phase = if self.shop.len() <= RELINKED_MAX {
            Phase::Relink(Box::new(Relink::new(&self.shop, &self.best)))
        } else {
            Phase::Windows(Box::new(Windows::new(&self.shop, &self.best, &mut self.random)))
        };
    }

    /// Takes in a solution from another search of the same shop.
    pub(crate) fn offer(&mut self, order: &[u32], choice: &[u32]) {
        let solution = Graph::new(&self.shop, order, choice).solution();
        match &mut self.phase {
            Phase::Simulate(..) | Phase::Beam(_) => {}
            Phase::Relink(relink) => relink.insert(&self.shop, solution.clone()),
            Phase::Windows(windows) => {
                if solution.makespan < windows.makespan() {
                    windows.adopt(&self.shop, &solution);
                }
            }
        }
        self.improve(solution);
    }

    /// For each operation its choice, start and end in the best solution.
    pub(crate) fn times(&self) -> Vec<(u32, Ticks, Ticks)> {
        let graph = Graph::new(&self.shop, &self.best.order, &self.best.choice);
        let times = |it: u32| (graph.choice[it as usize], graph.start(it), graph.end[it as usize]);
        (0..self.shop.len() as u32).map(times).collect()
    }

    pub(crate) fn best(&self) -> &Solution {
        &self.best
    }

    /// No solution is shorter.
    pub(crate) fn bound(&self) -> Ticks {
        self.bound
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether no solution is better.
    pub(crate) fn is_proved(&self) -> bool {
        self.best.makespan <= self.bound || self.shop.len() == 0
    }
}
