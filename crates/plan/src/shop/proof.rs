//! Proofs beside the search: a bounded share of the effort goes into the lower bound, and for small shops
//! into a complete search.

use crate::random::Random;
use crate::shop::graph::Graph;
use crate::shop::propagate::{Exact, Outcome, Raise};
use crate::shop::{Shop, Solution, Ticks};

/// Shops with more pairs on a machine than this take too long for every propagation.
const PAIRS_MAX: usize = 250_000;
/// Shops of up to so many operations are small, and above that middling; larger ones are never searched
/// completely.
const SMALL: usize = 160;
const MIDDLE: usize = 450;
/// What goes into proofs, in per cent of all effort: small, middling, large.
const SHARES: [u64; 3] = [60, 8, 2];
/// Twice the share when nothing better was found for three quarters of all moves.
const DULL: u64 = 4;

/// Nothing better for one in so many of all moves is stagnation.
const STAGNATES: u64 = 8;

/// The state of a proof.
#[derive(Debug)]
pub(crate) struct Proof {
    raise: Raise,
    exact: Option<Exact>,
    /// Nothing more can be done.
    is_done: bool,
    share: u64,
    /// What the search had spent when it found a better solution than this.
    improved_at: u64,
    /// Whether the next better solution to be learned is its own.
    has_found: bool,
    /// Its own, so that the search is the same with and without a proof.
    random: Random,
    bound: Ticks,
}

impl Proof {
    /// `None` when the shop is too large for one.
    pub(crate) fn new(shop: &Shop, bound: Ticks, best: &Solution, random: Random) -> Option<Self> {
        let mut members = vec![0_usize; shop.machines()];
        for way in &shop.choices {
            members[way.machine as usize] += 1;
        }
        let pairs: usize = members.iter().map(|it| it * it).sum();
        let share = match shop.len() {
            len if len <= SMALL => SHARES[0],
            len if len <= MIDDLE => SHARES[1],
            _ => SHARES[2],
        };
        (pairs <= PAIRS_MAX).then(|| Self {
            raise: Raise::new(shop, bound, best.makespan),
            exact: None,
            is_done: false,
            share,
            improved_at: 0,
            has_found: false,
            random,
            bound,
        })
    }

    /// No solution is shorter.
    pub(crate) fn bound(&self) -> Ticks {
        self.bound
    }

    /// Whether it is the proof's turn when the search has spent so many nanoseconds, roughly. A complete search
    /// waits until the search stagnates: it begins anew with every better solution.
    pub(crate) fn is_due(&self, spent: u64) -> bool {
        let own = self.raise.effort() + self.exact.as_ref().map_or(0, Exact::effort);
        let is_early = self.exact.is_some() && spent < self.improved_at + spent / STAGNATES;
        let is_dull = DULL * self.improved_at < spent;
        let share = if is_dull { (2 * self.share).min(80) } else { self.share };
        !self.is_done && !is_early && own * (100 - share) <= spent * share
    }

    /// A little further. Returns a better solution when it finds one.
    pub(crate) fn step(&mut self, shop: &Shop, best: &Solution) -> Option<Solution> {
        let Some(exact) = &mut self.exact else {
            if !self.raise.step() {
                let is_small = shop.len() <= MIDDLE;
                self.exact = is_small.then(|| Exact::new(shop, best));
                self.is_done = !is_small;
            }
            self.bound = self.raise.bound();
            return None;
        };
        match exact.step(&mut self.random) {
            Outcome::Running => None,
            Outcome::Proved => {
                self.is_done = true;
                self.bound = best.makespan;
                None
            }
            Outcome::Found(order, choice) => {
                self.has_found = true;
                Some(Graph::new(shop, &order, &choice).solution())
            }
        }
    }

    /// A better solution is known.
    pub(crate) fn learn(&mut self, best: &Solution, spent: u64) {
        if !std::mem::take(&mut self.has_found) {
            self.improved_at = spent;
        }
        self.raise.learn(best.makespan);
        if let Some(exact) = &mut self.exact {
            exact.learn(best);
        }
    }
}
