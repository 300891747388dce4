//! A genetic algorithm on activity lists (Hartmann 1998; Valls, Ballestín & Quintanilla 2008), with modes
//! beside the list for projects that have them (Van Peteghem & Vanhoucke 2010).
//!
//! One child at a time: two parents win small tournaments, the child is changed a little more, brought
//! within the budgets, placed, justified, and takes the place of the worst of a few. A population that has
//! brought nothing better for long makes room for a new one.

#![expect(clippy::indexing_slicing, reason = "members are drawn below the size of the population")]

use super::Placed;
use super::breed::{self, Breeder};
use super::decode::Decoder;
use super::instance::Instance;
use super::modes::Ledger;
use super::order::Sorter;
use crate::part::{Part, Parts};
use crate::random::Random;

/// Members of the first population, when each activity has one mode and when not; fewer when the project
/// is large. Every further one is half as large again, up to `GROWN` times the first.
const POPULATION: [usize; 2] = [150, 80];
const GROWN: usize = 4;
/// A population has at most this many activities in all its lists, and at least `FEWEST` members.
const PLACES: usize = 60_000;
const FEWEST: usize = 8;
/// A population ends after this many births per member without a better schedule.
const PATIENCE: usize = 200;
/// Drawn from the population, the worst of which makes room.
const LOSERS: usize = 3;
/// In per cent: children whose activities may look for better modes while they are placed.
const CHOOSING: usize = 50;
/// In per cent: activities of such a child that do.
const CHOOSERS: usize = 20;

/// A schedule and the list it came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Member {
    /// Activities by start.
    pub(crate) order: Vec<u32>,
    /// For each activity an index into the modes of the instance.
    pub(crate) modes: Vec<u32>,
    pub(crate) starts: Vec<i64>,
    pub(crate) makespan: i64,
}

/// The population and what it needs to go on.
#[derive(Debug)]
pub(crate) struct Genetic {
    pub(crate) instance: Instance,
    pub(crate) parts: Parts,
    decoder: Decoder,
    breeder: Breeder,
    ledger: Ledger,
    sorter: Sorter,
    random: Random,
    /// When full.
    size: usize,
    population: Vec<Member>,
    /// Lists drawn for this population.
    drawn: usize,
    /// Makespan of the best of this population.
    champion: i64,
    /// Births since the champion's.
    stale: usize,
    best: Option<Member>,
    /// Who is being born; kept for its room.
    child: Member,
}

impl Genetic {
    pub(crate) fn new(instance: Instance, seed: u64) -> Self {
        let mut genetic = Self {
            decoder: Decoder::new(&instance),
            breeder: Breeder::new(&instance),
            ledger: Ledger::default(),
            sorter: Sorter::default(),
            random: Random::new(seed),
            size: 0,
            population: Vec::new(),
            drawn: 0,
            champion: i64::MAX,
            stale: 0,
            best: None,
            child: Member::default(),
            parts: Parts::default(),
            instance,
        };
        genetic.size = genetic.first_size();
        genetic.advance();
        genetic
    }

    /// Schedules made so far.
    pub(crate) fn steps(&self) -> u64 {
        self.decoder.steps
    }

    /// The best of all populations.
    pub(crate) fn best(&self) -> Option<&Member> {
        self.best.as_ref()
    }

    /// Makes one more member.
    pub(crate) fn advance(&mut self) {
        if self.instance.is_hopeless {
            self.decoder.steps += 1;
            return;
        }
        if PATIENCE * self.size < self.stale {
            self.population.clear();
            self.size = (self.size * 3 / 2).min(GROWN * self.first_size());
            self.drawn = 0;
            self.champion = i64::MAX;
            self.stale = 0;
        }
        // A tiny project has fewer schedules than a population has members.
        let is_young = self.population.len() < self.size && self.drawn < 2 * self.size;
        let mut child = std::mem::take(&mut self.child);
        if is_young || self.population.is_empty() {
            let is_first = self.best.is_none() && self.drawn == 0;
            self.drawn += 1;
            self.breeder.draw(&self.instance, is_first, &mut child, &mut self.random);
        } else {
            let (father, mother) = (self.select(), self.select());
            let (father, mother) = (&self.population[father], &self.population[mother]);
            if self.parts.has(Part::Crossover) {
                self.breeder.cross(father, mother, &mut child, &mut self.random);
            } else {
                child.clone_from(father);
            }
            breed::mutate(&self.instance, &mut child, &mut self.random);
        }
        self.bear(child, CHOOSING);
    }

    /// Lets a schedule of another search become a member.
    pub(crate) fn offer(&mut self, placed: &[Placed]) {
        if self.instance.is_hopeless {
            return;
        }
        let Some((modes, starts)) = self.instance.taken_over(placed) else { return };
        let mut child = std::mem::take(&mut self.child);
        self.sorter.sort(&starts, &mut child.order);
        (child.modes, child.starts) = (modes, starts);
        // As it is: other modes may be worse.
        self.bear(child, 0);
    }

    fn first_size(&self) -> usize {
        let most = POPULATION[usize::from(self.instance.is_multi_mode)];
        (PLACES / self.instance.len().max(1)).clamp(FEWEST, most)
    }

    /// The better of two.
    fn select(&mut self) -> usize {
        let one = self.random.below(self.population.len());
        let other = self.random.below(self.population.len());
        if self.population[one].makespan <= self.population[other].makespan { one } else { other }
    }

    /// Brings `child` within the budgets, places it, and finds room for it. `choosing`: how often, in per cent, it
    /// may choose its modes anew.
    fn bear(&mut self, mut child: Member, choosing: usize) {
        self.stale += 1;
        if !self.ledger.repair(&self.instance, &mut child.modes, &mut self.random) {
            self.decoder.steps += 1;
            self.child = child;
            return;
        }
        self.place(&mut child, choosing);
        if self.best.as_ref().is_none_or(|best| child.makespan < best.makespan) {
            self.best = Some(child.clone());
        }
        if child.makespan < self.champion {
            self.champion = child.makespan;
            self.stale = 0;
        }
        let is_known = self.population.iter().any(|member| {
            member.makespan == child.makespan
                && member.starts == child.starts
                && member.modes == child.modes
        });
        if is_known {
            self.child = child;
        } else if self.population.len() < self.size {
            self.population.push(child);
        } else {
            let mut loser = self.random.below(self.size);
            for _ in 1..LOSERS {
                let other = self.random.below(self.size);
                if self.population[loser].makespan < self.population[other].makespan {
                    loser = other;
                }
            }
            // Of two as long the younger stays, so that a population keeps moving.
            if child.makespan <= self.population[loser].makespan {
                std::mem::swap(&mut self.population[loser], &mut child);
            }
            self.child = child;
        }
    }

    /// Makes a schedule of the list and the modes of `child`.
    fn place(&mut self, child: &mut Member, choosing: usize) {
        let (instance, decoder) = (&self.instance, &mut self.decoder);
        let Member { order, modes, starts, makespan } = child;
        starts.resize(instance.len(), 0);
        let may_choose = instance.is_multi_mode && self.parts.has(Part::ChoosingModes);
        let first = if may_choose && self.random.chance(choosing) {
            let random = &mut self.random;
            let is_choosing = || random.chance(CHOOSERS);
            let ledger = &mut self.ledger;
            decoder.forward_choosing(instance, order, modes, starts, ledger, is_choosing)
        } else {
            decoder.forward(instance, order, modes, starts)
        };
        *makespan = if self.parts.has(Part::Justification) {
            decoder.justify(instance, order, modes, starts, first)
        } else {
            first
        };
    }
}
