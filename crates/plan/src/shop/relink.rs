//! Path relinking (Glover 1997; for shops Nowicki & Smutnicki 2005, Peng, Lü & Cheng 2015): tabu search from
//! points between two good solutions, in a population that stays diverse.
//!
//! The point between two solutions orders operations by a weighted mean of their places in both. Pairs that
//! stand in the same order in both keep it, jobs above all, so that every such point is a solution.

use crate::part::Part;
use crate::random::Random;
use crate::shop::tabu::Tabu;
use crate::shop::{NONE, Shop, Solution, Ticks};

/// Solutions kept.
const POPULATION: usize = 10;
/// Moves without a better solution after which a tabu search ends.
const IDLE_MAX: u32 = 12_500;
/// Two solutions are too close when fewer than one in so many operations differ.
const NEAR: usize = 50;

/// A population and the tabu search that is under way.
#[derive(Debug)]
pub(crate) struct Relink {
    tabu: Tabu,
    population: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    solution: Solution,
    /// For each operation its place in the order.
    rank: Vec<u32>,
}

impl Relink {
    /// Begins with tabu search from this solution.
    pub(crate) fn new(shop: &Shop, first: &Solution) -> Self {
        Self { tabu: Tabu::new(shop, &first.order, &first.choice), population: Vec::new() }
    }

    /// The best of the search under way.
    pub(crate) fn current(&self) -> &Solution {
        self.tabu.best()
    }

    /// One move.
    pub(crate) fn step(&mut self, shop: &Shop, random: &mut Random) {
        let more = self.tabu.step(shop, random);
        if more && self.tabu.idle() < IDLE_MAX {
            return;
        }
        self.insert(shop, self.tabu.best().clone());
        let begins_anew = self.population.len() < POPULATION || !shop.parts.has(Part::Relinking);
        let (order, choice) = if begins_anew {
            let order = random_order(shop, random);
            let choice = earliest_choice(shop, &order);
            (order, choice)
        } else {
            self.between(random)
        };
        self.tabu.restart(shop, &order, &choice);
    }

    /// Takes a solution into the population: in place of one that is close to it and worse, else of the
    /// worst that is no better.
    pub(crate) fn insert(&mut self, shop: &Shop, solution: Solution) {
        let mut rank = vec![0; shop.len()];
        for (place, &operation) in solution.order.iter().enumerate() {
            rank[operation as usize] = place as u32;
        }
        let member = Member { solution, rank };
        let near = shop.len() / NEAR;
        let close = self.population.iter().position(|it| distance(shop, &member, it) <= near);
        if let Some(close) = close {
            if member.solution.makespan < self.population[close].solution.makespan {
                self.population[close] = member;
            }
            return;
        }
        if self.population.len() < POPULATION {
            self.population.push(member);
            return;
        }
        let worst = self.population.iter_mut().max_by_key(|it| it.solution.makespan);
        if let Some(worst) = worst
            && member.solution.makespan <= worst.solution.makespan
        {
            *worst = member;
        }
    }

    /// A point between two members.
    fn between(&self, random: &mut Random) -> (Vec<u32>, Vec<u32>) {
        let count = self.population.len();
        let one = random.below(count);
        let other = (one + 1 + random.below(count - 1)) % count;
        let (one, other) = (&self.population[one], &self.population[other]);
        let share = 0.3 + 0.4 * random.unit();
        let place = |it: u32| {
            let (a, b) = (one.rank[it as usize], other.rank[it as usize]);
            (1.0 - share) * f64::from(a) + share * f64::from(b)
        };
        let mut order = one.solution.order.clone();
        order.sort_by(|a, b| place(*a).total_cmp(&place(*b)));
        let pairs = one.solution.choice.iter().zip(&other.solution.choice);
        let choice = pairs.map(|(a, b)| if random.unit() < share { *b } else { *a }).collect();
        (order, choice)
    }
}

/// How many operations do something else on their machine just before, or are on another machine.
fn distance(shop: &Shop, one: &Member, other: &Member) -> usize {
    let mut last = vec![NONE; shop.machines()];
    let mut count = 0;
    for &operation in &one.solution.order {
        let index = operation as usize;
        let chosen = one.solution.choice[index];
        let machine = shop.choices(operation)[chosen as usize].machine as usize;
        let before = last[machine];
        let is_turned = before != NONE && other.rank[index] < other.rank[before as usize];
        count += usize::from(is_turned) + usize::from(chosen != other.solution.choice[index]);
        last[machine] = operation;
    }
    count
}

/// Any order of the operations, jobs in order.
fn random_order(shop: &Shop, random: &mut Random) -> Vec<u32> {
    let mut next: Vec<u32> =
        (0..shop.len() as u32).filter(|it| shop.before[*it as usize] == NONE).collect();
    let mut order = Vec::with_capacity(shop.len());
    while !next.is_empty() {
        let index = random.below(next.len());
        let operation = next[index];
        order.push(operation);
        let after = shop.after[operation as usize];
        if after == NONE {
            next.swap_remove(index);
        } else {
            next[index] = after;
        }
    }
    order
}

/// For operations taken in this order the choices by which each ends first.
fn earliest_choice(shop: &Shop, order: &[u32]) -> Vec<u32> {
    let mut choice = vec![0; shop.len()];
    let mut free = shop.free_from.clone();
    let mut end: Vec<Ticks> = vec![0; shop.len()];
    for &operation in order {
        let index = operation as usize;
        let before = shop.before[index];
        let ready = if before == NONE { 0 } else { end[before as usize] }.max(shop.release[index]);
        let mut best = (Ticks::MAX, Ticks::MAX, 0);
        for (at, way) in shop.choices(operation).iter().enumerate() {
            let ends = free[way.machine as usize].max(ready).saturating_add(way.work);
            best = best.min((ends, way.work, at));
        }
        choice[index] = best.2 as u32;
        free[shop.choices(operation)[best.2].machine as usize] = best.0;
        end[index] = best.0;
    }
    choice
}
