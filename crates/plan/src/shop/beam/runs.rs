//! Which beams are tried, one after the other.

use crate::random::Random;
use crate::shop::beam::{Beam, Goal, Progress};
use crate::shop::graph::Graph;
use crate::shop::search::RELINKED_MAX;
use crate::shop::{NONE, Shop, Solution, Ticks};

/// Every round goes forward and backward. Near the bound only the first is worth it.
const ROUNDS: [Round; 11] = [
    Round { width: 8, is_strict: true, scale: 10 },
    Round { width: 64, is_strict: true, scale: 10 },
    Round { width: 64, is_strict: true, scale: 0 },
    Round { width: 512, is_strict: true, scale: 10 },
    Round { width: 512, is_strict: true, scale: 0 },
    Round { width: 16, is_strict: false, scale: 10 },
    Round { width: 16, is_strict: false, scale: 3 },
    Round { width: 64, is_strict: false, scale: 10 },
    Round { width: 64, is_strict: false, scale: 3 },
    Round { width: 256, is_strict: false, scale: 10 },
    Round { width: 256, is_strict: false, scale: 3 },
];
/// After so many rounds wider ones are tried only if a beam has found something.
const NARROW: usize = 6;
/// Per operation of the shop so many nanoseconds, roughly, at most: for one beam, for all of a large shop, and
/// for all of a shop that tabu search knows as a whole.
const EFFORT_MAX: usize = 150_000;
const EFFORT_IN_ALL_MAX: usize = 400_000;
const EFFORT_IN_SMALL_MAX: usize = 80_000;
/// A solution is near the bound when it is above by less than one in so many.
const NEAR: Ticks = 50;

/// With more jobs too much waits at any time.
const JOBS_PER_MACHINE_MAX: usize = 2;

#[derive(Debug, Clone, Copy)]
struct Round {
    width: usize,
    /// The lower bound is the limit; else it is what the best solution must be beaten by.
    is_strict: bool,
    scale: Ticks,
}

/// Beams, narrow ones first.
#[derive(Debug)]
pub(crate) struct Runs {
    reversed: Shop,
    is_backward_first: bool,
    round: usize,
    is_second: bool,
    beam: Option<Beam>,
    effort: usize,
    effort_max: usize,
    /// Whether any beam above the lower bound found something so far.
    is_useful: bool,
}

impl Runs {
    /// `None` for a flexible shop, and when much waits at any time.
    pub(crate) fn new(shop: &Shop, random: &mut Random) -> Option<Self> {
        let jobs = shop.before.iter().filter(|it| **it == NONE).count();
        let is_known = !shop.is_flexible() && jobs <= JOBS_PER_MACHINE_MAX * shop.machines();
        let is_small = shop.len() <= RELINKED_MAX;
        let effort = if is_small { EFFORT_IN_SMALL_MAX } else { EFFORT_IN_ALL_MAX };
        is_known.then(|| Self {
            reversed: shop.reversed(),
            is_backward_first: random.chance(50),
            round: 0,
            is_second: false,
            beam: None,
            effort: 0,
            effort_max: effort * shop.len(),
            is_useful: false,
        })
    }

    /// Whether nothing is left to try.
    pub(crate) fn is_done(&self) -> bool {
        self.round == ROUNDS.len()
    }

    /// One operation further in the beam under way; a solution when it has come to the end. `best` is the
    /// least makespan known, `bound` a lower bound.
    pub(crate) fn step(&mut self, shop: &Shop, bound: Ticks, best: Ticks) -> Option<Solution> {
        let round = ROUNDS.get(self.round).copied()?;
        let is_backward = self.is_backward_first ^ self.is_second;
        let at = if is_backward { &self.reversed } else { shop };
        let limit = if round.is_strict { bound } else { best - 1 };
        let goal = Goal { target: bound, limit, scale: round.scale };
        let beam = self.beam.get_or_insert_with(|| Beam::new(at, round.width, goal));
        let left = self.effort_max - self.effort;
        let solution = match beam.step(at) {
            Progress::Running if beam.effort() < left.min(EFFORT_MAX * shop.len()) => return None,
            Progress::Running | Progress::Dead => None,
            Progress::Done(mut order) => {
                if is_backward {
                    order.reverse();
                }
                Some(Graph::new(shop, &order, &vec![0; shop.len()]).solution())
            }
        };
        self.effort = (self.effort + beam.effort()).min(self.effort_max);
        self.beam = None;
        self.is_useful |= solution.is_some();
        let best = solution.as_ref().map_or(best, |it| it.makespan.min(best));
        self.go_on(best - bound < bound / NEAR);
        solution
    }

    fn go_on(&mut self, is_near: bool) {
        if !self.is_second {
            self.is_second = true;
            return;
        }
        self.is_second = false;
        let is_vain = NARROW <= self.round && !self.is_useful;
        let is_spent = self.effort_max <= self.effort;
        self.round = if is_near || is_vain || is_spent { ROUNDS.len() } else { self.round + 1 };
    }
}
