//! genetic
#![expect(clippy::indexing_slicing, reason = "lists hold activities of the instance")]

use super::Placed;
use super::decode::Decoder;
use super::instance::Instance;
use super::modes::Ledger;
use super::order::Sorter;
use crate::random::Random;

pub(crate) static TUNE: std::sync::OnceLock<Vec<f64>> = std::sync::OnceLock::new();
fn tune(i: usize) -> f64 { TUNE.get().unwrap()[i] }

#[derive(Debug, Clone, Default)]
pub(crate) struct Member {
    pub(crate) order: Vec<u32>,
    pub(crate) modes: Vec<u32>,
    pub(crate) starts: Vec<i64>,
    pub(crate) makespan: i64,
    fitness: i64,
}

#[derive(Debug)]
pub(crate) struct Genetic {
    pub(crate) instance: Instance,
    decoder: Decoder,
    random: Random,
    ledger: Ledger,
    sorter: Sorter,
    population: Vec<Member>,
    best: Option<Member>,
    child: Member,
    tails: Vec<i64>,
    taken: Vec<bool>,
    busy: Vec<i64>,
    stale: u64,
    births: u64,
}

impl Genetic {
    pub(crate) fn new(instance: Instance, _lower_bound: i64, seed: u64) -> Self {
        let mut tails = vec![0; instance.len()];
        for activity in (0..instance.len()).rev() {
            let after = instance.after.of(activity).iter();
            let rest = after.map(|&(after, lag)| lag + tails[after as usize]).max().unwrap_or(0);
            let d = instance.modes_of(activity).map(|m| instance.durations[m as usize]).min();
            tails[activity] = rest + d.unwrap_or(0);
        }
        let mut it = Self {
            decoder: Decoder::new(&instance),
            random: Random::new(seed),
            ledger: Ledger::default(),
            sorter: Sorter::default(),
            population: Vec::new(),
            best: None,
            child: Member::default(),
            tails,
            taken: vec![false; instance.len()],
            busy: Vec::new(),
            stale: 0,
            births: 0,
            instance,
        };
        it.create(0.0);
        it
    }

    pub(crate) fn steps(&self) -> u64 {
        self.decoder.steps
    }

    pub(crate) fn best(&self) -> Option<&Member> {
        self.best.as_ref()
    }

    pub(crate) fn offer(&mut self, placed: &[Placed]) {
        let Some((modes, starts)) = self.instance.taken_over(placed) else { return };
        self.child.modes = modes;
        let mut order = std::mem::take(&mut self.child.order);
        self.sorter.sort(&starts, &mut order);
        self.child.order = order;
        self.child.starts = starts;
        self.admit();
    }

    pub(crate) fn advance(&mut self) {
        let size = tune(0) as usize;
        if self.population.len() < size {
            let noise = if self.population.is_empty() { 0.0 } else { tune(1) };
            self.create(noise);
            return;
        }
        if self.stale > (tune(2) * size as f64) as u64 {
            self.stale = 0;
            self.population.clear();
            return;
        }
        let one = self.select();
        let mut other = self.select();
        if one == other {
            other = (other + 1) % size;
        }
        self.cross(one, other);
        self.mutate();
        self.admit();
    }

    fn select(&mut self) -> usize {
        let a = self.random.below(self.population.len());
        let b = self.random.below(self.population.len());
        if self.population[a].fitness <= self.population[b].fitness { a } else { b }
    }

    fn create(&mut self, noise: f64) {
        let n = self.instance.len();
        self.child.starts.resize(n, 0);
        self.child.modes.clear();
        for activity in 0..n {
            let modes = self.instance.modes_of(activity);
            let mode = modes.start + self.random.below(modes.len()) as u32;
            self.child.modes.push(mode);
        }
        let range = self.tails.iter().copied().max().unwrap_or(0) as f64 * noise;
        let mut waits: Vec<usize> = (0..n).map(|a| self.instance.before.of(a).len()).collect();
        let mut heap = std::collections::BinaryHeap::new();
        for a in 0..n {
            if waits[a] == 0 {
                heap.push((self.tails[a] + (self.random.unit() * range) as i64, a));
            }
        }
        self.child.order.clear();
        while let Some((_, a)) = heap.pop() {
            self.child.order.push(a as u32);
            for &(after, _) in self.instance.after.of(a) {
                let after = after as usize;
                waits[after] -= 1;
                if waits[after] == 0 {
                    heap.push((self.tails[after] + (self.random.unit() * range) as i64, after));
                }
            }
        }
        self.admit();
    }

    fn window(&mut self, father: usize) -> (i64, i64) {
        // window in time with the highest load among several
        let m = &self.population[father];
        let span = m.makespan.max(1);
        self.busy.clear();
        self.busy.resize(span as usize + 2, 0);
        let mut best = (0, span);
        let mut best_load = -1.0;
        if tune(3) > 1.0 {
            for (a, &start) in m.starts.iter().enumerate() {
                let mode = m.modes[a] as usize;
                let load: i64 = self.instance.modes[mode].needs.iter().map(|&(r, u)| u * 1000 / self.instance.capacities[r].max(1)).sum();
                self.busy[start as usize] += load;
                self.busy[(start + self.instance.durations[mode]) as usize] -= load;
            }
            let mut level = 0;
            let mut sum = 0;
            for b in &mut self.busy { level += *b; let was = sum; sum += level; *b = was; }
        }
        for _ in 0..tune(3) as usize {
            let len = ((tune(4) + self.random.unit() * (tune(5) - tune(4))) * span as f64).max(1.0) as i64;
            let from = self.random.below((span - len + 1).max(1) as usize) as i64;
            let to = (from + len).min(span);
            let load = if tune(3) > 1.0 { (self.busy[to as usize] - self.busy[from as usize]) as f64 / len as f64 } else { 0.0 };
            if load > best_load { best_load = load; best = (from, to); }
        }
        best
    }

    fn cross(&mut self, father: usize, mother: usize) {
        let (from, to) = self.window(father);
        let f = &self.population[father];
        let m = &self.population[mother];
        let child = &mut self.child;
        child.order.clear();
        child.modes.clear();
        child.modes.extend_from_slice(&m.modes);
        self.taken.fill(false);
        let kind = self.random.unit();
        if kind < tune(6) {
            // peak: father's partition in time
            child.order.extend(m.order.iter().copied().filter(|&a| f.starts[a as usize] < from));
            for &a in &f.order {
                let s = f.starts[a as usize];
                if from <= s && s < to { child.order.push(a); child.modes[a as usize] = f.modes[a as usize]; }
            }
            child.order.extend(m.order.iter().copied().filter(|&a| f.starts[a as usize] >= to));
        } else {
            // two-point: prefix of mother by count, block of father, rest of mother
            let n = f.order.len();
            let first = f.order.partition_point(|&a| f.starts[a as usize] < from);
            let last = f.order.partition_point(|&a| f.starts[a as usize] < to).max(first).min(n);
            for &a in &m.order[..first] { child.order.push(a); self.taken[a as usize] = true; }
            for &a in &f.order {
                if child.order.len() >= last { break; }
                if !self.taken[a as usize] { child.order.push(a); self.taken[a as usize] = true; child.modes[a as usize] = f.modes[a as usize]; }
            }
            for &a in &m.order { if !self.taken[a as usize] { child.order.push(a); } }
        }
    }

    fn mutate(&mut self) {
        let n = self.child.order.len();
        let count = tune(7);
        let times = count as usize + usize::from(self.random.unit() < count.fract());
        for _ in 0..times {
            if n < 2 { break; }
            let at = self.random.below(n);
            let a = self.child.order[at];
            // slide left or right to random feasible place
            let reach = 1 + self.random.below((tune(8) * n as f64) as usize + 1);
            if self.random.chance(50) {
                let mut to = at;
                while to > 0 && at - to < reach {
                    let b = self.child.order[to - 1];
                    if self.instance.before.of(a as usize).iter().any(|x| x.0 == b) { break; }
                    to -= 1;
                }
                self.child.order[to..=at].rotate_right(1);
            } else {
                let mut to = at;
                while to + 1 < n && to - at < reach {
                    let b = self.child.order[to + 1];
                    if self.instance.after.of(a as usize).iter().any(|x| x.0 == b) { break; }
                    to += 1;
                }
                self.child.order[at..=to].rotate_left(1);
            }
        }
        if self.instance.is_multi_mode {
            let count = tune(9);
            let times = count as usize + usize::from(self.random.unit() < count.fract());
            for _ in 0..times {
                let a = self.random.below(n);
                let modes = self.instance.modes_of(a);
                self.child.modes[a] = modes.start + self.random.below(modes.len()) as u32;
            }
        }
    }

    fn admit(&mut self) {
        if self.instance.is_hopeless { self.decoder.steps += 1; return; }
        let mut child = std::mem::take(&mut self.child);
        if self.instance.is_multi_mode {
            if !self.ledger.repair(&self.instance, &mut child.modes, &mut self.random) {
                self.decoder.steps += 1;
                self.child = child;
                return;
            }
        }
        child.starts.resize(self.instance.len(), 0);
        let first = if self.instance.is_multi_mode && self.random.unit() < tune(10) {
            self.decoder.forward_choosing(&self.instance, &child.order, &mut child.modes, &mut child.starts, &mut self.ledger, &mut self.random, tune(11))
        } else { self.decoder.forward(&self.instance, &child.order, &child.modes, &mut child.starts) };
        child.makespan = self.decoder.justify(
            &self.instance,
            &mut child.order,
            &child.modes,
            &mut child.starts,
            first,
        );
        child.fitness = child.makespan << 32;
        if tune(12) > 0.0 {
            let sum: i64 = child.starts.iter().map(|s| s * s / 16).sum();
            child.fitness += sum.min((1<<31) - 1);
        }
        self.births += 1;
        self.child = child;
        let size = tune(0) as usize;
        if self.best.as_ref().is_none_or(|b| self.child.makespan < b.makespan) {
            self.best = Some(self.child.clone());
            self.stale = 0;
        }
        // duplicates
        if self.population.iter().any(|m| m.fitness == self.child.fitness && m.starts == self.child.starts) {
            self.stale += 1;
            return;
        }
        if self.population.len() < size {
            self.population.push(self.child.clone());
            return;
        }
        // replace: worst of a tournament
        let mut worst = self.random.below(size);
        for _ in 1..tune(13) as usize {
            let other = self.random.below(size);
            if self.population[other].fitness > self.population[worst].fitness { worst = other; }
        }
        if self.child.fitness <= self.population[worst].fitness {
            if self.child.fitness < self.population[worst].fitness { self.stale = self.stale.saturating_sub(tune(14) as u64); }
            self.stale += 1;
            std::mem::swap(&mut self.population[worst], &mut self.child);
        } else { self.stale += 1; }
    }
}
