//! Lower bounds on the makespan: the longest chain, the energy of the resources, the critical sequence
//! (Stinson, Davis & Khumawala 1978), and what cannot be refuted.
//!
//! The last assumes that the project ends by some time and looks for a contradiction (destructive
//! improvement; Klein & Scholl 1999): heads and tails give every activity a window, what must run at a
//! certain time pushes the windows of others (time-table), and between two times no more can be asked
//! than there is (energetic reasoning; Baptiste, Le Pape & Nuijten 1999). Every mode counts with its least
//! duration, its least units and its least energy, so all of it holds for any choice of modes.

#![expect(clippy::indexing_slicing, reason = "activities and resources of the instance")]

use super::instance::Instance;

/// Above this many activities only the quick bound is worth its time.
const FEW: usize = 400;
/// An interval is examined between this many times at most.
const TIMES: usize = 160;
/// Windows are tightened in this many rounds at most.
const ROUNDS: usize = 12;

/// No schedule ends earlier: the longest chain and the energy.
pub(crate) fn quick(instance: &Instance) -> i64 {
    let Some(least) = Least::new(instance) else { return instance.floor };
    let heads = least.heads(instance);
    let tails = least.tails(instance);
    let chain = heads.iter().zip(&tails).map(|(head, tail)| head + tail).max().unwrap_or(0);
    chain.max(instance.floor).max(least.energy(instance, &heads, &tails))
}

/// No schedule ends earlier: `bound`, the critical sequence, and what cannot be refuted.
pub(crate) fn thorough(instance: &Instance, mut bound: i64) -> i64 {
    let Some(least) = Least::new(instance).filter(|_| instance.len() <= FEW) else { return bound };
    let heads = least.heads(instance);
    let tails = least.tails(instance);
    bound = bound.max(least.sequence(instance, &heads, &tails, bound));
    // Steps double until one cannot be taken, then they are halved.
    let is_refuted = |deadline: i64| least.is_refuted(instance, &heads, &tails, deadline);
    let mut step = 1;
    while is_refuted(bound + step - 1) {
        bound += step;
        step *= 2;
    }
    while 1 < step {
        step /= 2;
        if is_refuted(bound + step - 1) {
            bound += step;
        }
    }
    bound
}

/// What every mode of an activity needs at least.
struct Least {
    durations: Vec<i64>,
    /// For each resource, activity, units, and energy (units times duration).
    needs: Vec<Vec<(usize, i64, i64)>>,
}

impl Least {
    /// `None` when an activity has no mode.
    fn new(instance: &Instance) -> Option<Self> {
        let mut needs = vec![Vec::new(); instance.capacities.len()];
        let mut durations = Vec::with_capacity(instance.len());
        for activity in 0..instance.len() {
            let range = instance.modes_of(activity);
            let modes = &instance.modes[range.start as usize..range.end as usize];
            durations.push(modes.iter().map(|mode| mode.duration).min()?);
            for &(resource, _) in &modes[0].needs {
                let of = |mode: &super::instance::Mode| {
                    let need = mode.needs.iter().find(|need| need.0 == resource);
                    need.map_or(0, |need| need.1)
                };
                let units = modes.iter().map(of).min()?;
                let energy = modes.iter().map(|mode| of(mode) * mode.duration).min()?;
                if 0 < energy {
                    needs[resource].push((activity, units, energy));
                }
            }
        }
        Some(Self { durations, needs })
    }

    /// Earliest starts.
    fn heads(&self, instance: &Instance) -> Vec<i64> {
        let mut heads = instance.release.clone();
        self.push_heads(instance, &mut heads);
        heads
    }

    fn push_heads(&self, instance: &Instance, heads: &mut [i64]) {
        for activity in 0..instance.len() {
            for &(before, lag) in instance.before.of(activity) {
                let before = before as usize;
                heads[activity] = heads[activity].max(heads[before] + self.durations[before] + lag);
            }
        }
    }

    /// From the start of each activity to the end of the project.
    fn tails(&self, instance: &Instance) -> Vec<i64> {
        let mut tails = self.durations.clone();
        self.push_tails(instance, &mut tails);
        tails
    }

    fn push_tails(&self, instance: &Instance, tails: &mut [i64]) {
        for activity in (0..instance.len()).rev() {
            for &(after, lag) in instance.after.of(activity) {
                tails[activity] =
                    tails[activity].max(self.durations[activity] + lag + tails[after as usize]);
            }
        }
    }

    /// For each resource, what asks for it fills its capacity after the least head and before the least
    /// rest.
    fn energy(&self, instance: &Instance, heads: &[i64], tails: &[i64]) -> i64 {
        let of = |(resource, needs): (usize, &Vec<(usize, i64, i64)>)| {
            let capacity = instance.capacities[resource].max(1);
            let energy: i64 = needs.iter().map(|need| need.2).sum();
            let head = needs.iter().map(|need| heads[need.0]).min()?;
            let rest = needs.iter().map(|need| tails[need.0] - self.durations[need.0]).min()?;
            Some(head + (energy + capacity - 1) / capacity + rest)
        };
        self.needs.iter().enumerate().filter_map(of).max().unwrap_or(0)
    }

    /// A longest chain takes its resources; another activity that is on no chain with its members but
    /// finds too little room beside them lengthens the project by what is missing.
    fn sequence(&self, instance: &Instance, heads: &[i64], tails: &[i64], bound: i64) -> i64 {
        let longest = heads.iter().zip(tails).map(|(head, tail)| head + tail).max().unwrap_or(0);
        // One longest chain, each member at its head.
        let mut chain = Vec::new();
        let begin = (0..instance.len()).find(|&activity| {
            heads[activity] + tails[activity] == longest
                && heads[activity] == instance.release[activity]
        });
        let mut at = begin;
        while let Some(activity) = at {
            chain.push(activity);
            at = instance.after.of(activity).iter().map(|&(after, _)| after as usize).find(
                |&after| {
                    heads[after] + tails[after] == longest
                        && heads[after] >= heads[activity] + self.durations[activity]
                },
            );
        }
        let mut best = bound;
        let mut in_chain = vec![false; instance.len()];
        for &member in &chain {
            in_chain[member] = true;
        }
        let mut units = vec![vec![0; instance.capacities.len()]; instance.len()];
        for (resource, needs) in self.needs.iter().enumerate() {
            for &(activity, needed, _) in needs {
                units[activity][resource] = needed;
            }
        }
        for activity in 0..instance.len() {
            if in_chain[activity] {
                continue;
            }
            let (from, until) =
                (heads[activity], longest - tails[activity] + self.durations[activity]);
            // The longest time in a row with room beside the chain, inside the window.
            let mut room = 0;
            let mut since = from;
            for &member in &chain {
                let (start, end) = (heads[member], heads[member] + self.durations[member]);
                let clashes = (0..instance.capacities.len()).any(|resource| {
                    let asked = units[activity][resource] + units[member][resource];
                    instance.capacities[resource] < asked
                });
                if clashes && start < end {
                    room = room.max(start.min(until) - since);
                    since = since.max(end);
                }
            }
            room = room.max(until - since);
            best = best.max(longest + (self.durations[activity] - room.max(0)).max(0));
        }
        best
    }

    /// Whether no schedule ends by `deadline`.
    fn is_refuted(&self, instance: &Instance, heads: &[i64], tails: &[i64], deadline: i64) -> bool {
        let mut window = Window { heads: heads.to_vec(), tails: tails.to_vec(), deadline };
        for _ in 0..ROUNDS {
            let before: i64 = window.heads.iter().chain(&window.tails).sum();
            if !window.push_by_time_table(self, instance) {
                return true;
            }
            self.push_heads(instance, &mut window.heads);
            self.push_tails(instance, &mut window.tails);
            let is_short =
                window.heads.iter().zip(&window.tails).any(|(head, tail)| deadline < head + tail);
            if is_short {
                return true;
            }
            if before == window.heads.iter().chain(&window.tails).sum() {
                break;
            }
        }
        (0..self.needs.len()).any(|resource| window.is_overloaded(self, instance, resource))
    }
}

/// Between when and when each activity runs if the project is to end by the deadline.
struct Window {
    heads: Vec<i64>,
    tails: Vec<i64>,
    deadline: i64,
}

impl Window {
    fn latest_start(&self, activity: usize) -> i64 {
        self.deadline - self.tails[activity]
    }

    /// Moves heads and tails over times at which what must run leaves too little. Returns false when a
    /// resource is overloaded at some time.
    fn push_by_time_table(&mut self, least: &Least, instance: &Instance) -> bool {
        for (resource, needs) in least.needs.iter().enumerate() {
            let capacity = instance.capacities[resource];
            // Times at which the load changes, and by how much.
            let mut changes: Vec<(i64, i64)> = Vec::new();
            for &(activity, units, _) in needs {
                let (from, until) = self.must_run(activity, least);
                if from < until && 0 < units {
                    changes.push((from, units));
                    changes.push((until, -units));
                }
            }
            if changes.is_empty() {
                continue;
            }
            changes.sort_unstable();
            let mut table: Vec<(i64, i64, i64)> = Vec::new();
            let mut load = 0;
            for pair in changes.windows(2) {
                load += pair[0].1;
                if pair[0].0 < pair[1].0 && 0 < load {
                    if capacity < load {
                        return false;
                    }
                    table.push((pair[0].0, pair[1].0, load));
                }
            }
            for &(activity, units, _) in needs {
                let duration = least.durations[activity];
                let own = self.must_run(activity, least);
                let is_blocked = |&(from, until, load): &(i64, i64, i64)| {
                    let is_own = own.0 <= from && until <= own.1;
                    let others = if is_own { load - units } else { load };
                    capacity < others + units
                };
                let mut head = self.heads[activity];
                for it in table.iter().filter(|it| is_blocked(it)) {
                    if it.0 < head + duration && head < it.1 {
                        head = it.1;
                    }
                }
                let mut end = self.latest_start(activity) + duration;
                for it in table.iter().rev().filter(|it| is_blocked(it)) {
                    if it.0 < end && end - duration < it.1 {
                        end = it.0;
                    }
                }
                self.heads[activity] = head;
                self.tails[activity] = self.tails[activity].max(self.deadline - end + duration);
                if end < head + duration {
                    return false;
                }
            }
        }
        true
    }

    /// The time at which an activity runs wherever it stands in its window.
    fn must_run(&self, activity: usize, least: &Least) -> (i64, i64) {
        (self.latest_start(activity), self.heads[activity] + least.durations[activity])
    }

    /// Whether between two times more energy of a resource is asked than there is.
    fn is_overloaded(&self, least: &Least, instance: &Instance, resource: usize) -> bool {
        let needs = &least.needs[resource];
        let capacity = instance.capacities[resource];
        let mut begins: Vec<i64> = Vec::new();
        let mut ends: Vec<i64> = Vec::new();
        for &(activity, _, _) in needs {
            let duration = least.durations[activity];
            begins.extend([self.heads[activity], self.latest_start(activity)]);
            ends.extend([self.heads[activity] + duration, self.latest_start(activity) + duration]);
        }
        for times in [&mut begins, &mut ends] {
            times.sort_unstable();
            times.dedup();
            let every = times.len().div_ceil(TIMES).max(1);
            let mut index = 0;
            times.retain(|_| {
                index += 1;
                index % every == 0
            });
        }
        begins.iter().any(|&from| {
            ends.iter().filter(|&&until| from < until).any(|&until| {
                let asked: i64 = needs
                    .iter()
                    .map(|&(activity, units, energy)| {
                        let duration = least.durations[activity];
                        let left = self.heads[activity] + duration - from;
                        let right = until - self.latest_start(activity);
                        if duration <= left && duration <= right && duration <= until - from {
                            energy
                        } else {
                            units * left.min(right).min(until - from).min(duration).max(0)
                        }
                    })
                    .sum();
                capacity * (until - from) < asked
            })
        })
    }
}
