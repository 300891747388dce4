//! Which problems are lines, and their plans.

use std::sync::Arc;

use crate::instance::{Instance, Slot};
use crate::line::{Line, LineSearch};
use crate::list::schedule;
use crate::problem::{Cost, Plan};
use crate::rules::present::Feature;
use crate::strategy::Strategy;

/// What a line has and may have.
const KNOWN: [Feature; 3] = [Feature::Lines, Feature::Releases, Feature::Setups];

/// A problem that is a line, and its search.
#[derive(Debug)]
pub(crate) struct LineStrategy {
    instance: Arc<Instance>,
    /// By job of the line its operations, stage by stage.
    operations: Vec<Vec<u32>>,
    search: LineSearch,
    bound: i64,
    steps: u64,
    cost: Cost,
}

impl LineStrategy {
    /// `None` when the problem is no permutation flow shop: all operations stand in one line, every stage
    /// has one machine of its own, and all that counts is the makespan.
    pub(crate) fn recognise(
        instance: &Arc<Instance>,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Option<Self> {
        let (line, operations) = line(instance)?;
        let search = LineSearch::new(line, seed).with_parts(instance.parts);
        let bound = search.lower_bound();
        let instance = Arc::clone(instance);
        let cost = Cost::default();
        let mut strategy = Self { instance, operations, search, bound, steps: 0, cost };
        if let Some(order) = warm_start.and_then(|plan| strategy.order_of(plan)) {
            strategy.search.offer(&order);
        }
        strategy.cost = strategy.count_cost();
        Some(strategy)
    }

    /// The jobs in the order in which a plan has them at the first stage.
    fn order_of(&self, plan: &Plan) -> Option<Vec<u32>> {
        let mut starts = Vec::with_capacity(self.operations.len());
        for (job, operations) in self.operations.iter().enumerate() {
            let slot = plan.operations.get(operations[0] as usize).copied().flatten()?;
            starts.push((slot.start, slot.end, job as u32));
        }
        starts.sort_unstable();
        Some(starts.into_iter().map(|it| it.2).collect())
    }

    fn count_cost(&self) -> Cost {
        let mut job_end = vec![-crate::instance::NEVER; self.instance.jobs.len()];
        for (slot, it) in self.slots().iter().zip(&self.instance.operations) {
            let end = &mut job_end[it.job as usize];
            *end = slot.end.max(*end);
        }
        schedule::total(&self.instance, &job_end, 0)
    }

    fn is_proved(&self) -> bool {
        self.search.makespan() <= self.bound
    }
}

impl Strategy for LineStrategy {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        let before = self.search.makespan();
        for _ in 0..steps {
            if self.is_proved() || !go_on() {
                break;
            }
            self.search.run(1);
            self.steps += 1;
        }
        if self.search.makespan() < before {
            self.cost = self.count_cost();
        }
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn cost(&self) -> Cost {
        self.cost
    }

    fn slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> =
            self.instance.operations.iter().map(|it| Slot::unplaced(it.first_mode)).collect();
        let starts = self.search.starts(self.search.best());
        for (operations, starts) in self.operations.iter().zip(starts) {
            for (&operation, start) in operations.iter().zip(starts) {
                let slot = &mut slots[operation as usize];
                slot.start = start;
                slot.end = start + self.instance.modes[slot.mode as usize].work;
            }
        }
        slots
    }

    fn makespan_bound(&self) -> Option<i64> {
        Some(self.bound - self.instance.now)
    }

    fn is_exhausted(&self) -> bool {
        self.is_proved()
    }

    fn offer(&mut self, slots: &[Slot], _branches: &[u32]) {
        let mut order: Vec<u32> = (0..self.operations.len() as u32).collect();
        let first = |job: u32| slots[self.operations[job as usize][0] as usize];
        order.sort_by_key(|it| (first(*it).start, first(*it).end));
        let before = self.search.makespan();
        self.search.offer(&order);
        if self.search.makespan() < before {
            self.cost = self.count_cost();
        }
    }
}

/// The line, and by job its operations.
fn line(instance: &Instance) -> Option<(Line, Vec<Vec<u32>>)> {
    let [stages] = &instance.lines[..] else { return None };
    let stages = &stages.stages;
    let jobs = stages.first()?.len();
    if !instance.has_only(&KNOWN) || jobs == 0 || jobs * stages.len() != instance.operations.len() {
        return None;
    }
    let mut line = Line { jobs, machines: stages.len(), ..Line::default() };
    let mut operations = vec![Vec::new(); jobs];
    let mut machines = Vec::new();
    for stage in stages {
        let machine = |it: usize| instance.needs(instance.operations[it].first_mode)[0].0;
        let here = machine(stage[0]);
        if machines.contains(&here) || stage.iter().any(|it| machine(*it) != here) {
            return None;
        }
        machines.push(here);
        for (job, &operation) in stage.iter().enumerate() {
            let before = instance.before(operation as u32);
            let expected = operations[job].last();
            if before.first().map(|it| &it.0) != expected || 1 < before.len() {
                return None;
            }
            operations[job].push(operation as u32);
        }
    }
    for operations in &operations {
        let first = &instance.operations[operations[0] as usize];
        line.release.push(first.earliest);
        for &operation in operations {
            let it = &instance.operations[operation as usize];
            if first.earliest < it.earliest {
                return None;
            }
            line.work.push(instance.modes[it.first_mode as usize].work);
        }
    }
    line.free = vec![instance.now; machines.len()];
    if line.release.iter().all(|it| *it == instance.now) {
        line.release.clear();
    }
    if instance.has(Feature::Setups) {
        set_up(instance, stages, &machines, &mut line)?;
    }
    Some((line, operations))
}

/// Setups by machine and pair of jobs. `None` where a machine is cleaned after its last operation.
fn set_up(
    instance: &Instance,
    stages: &[Vec<usize>],
    machines: &[u32],
    line: &mut Line,
) -> Option<()> {
    for (stage, &machine) in stages.iter().zip(machines) {
        let Some(setups) = &instance.setups[machine as usize] else {
            line.setup.extend(std::iter::repeat_n(0, stage.len() * stage.len()));
            line.initial.extend(std::iter::repeat_n(0, stage.len()));
            continue;
        };
        if !setups.last.is_empty() {
            return None;
        }
        let kinds: Vec<(usize, usize)> = stage
            .iter()
            .map(|it| instance.states(instance.operations[*it].first_mode, machine))
            .collect::<Option<_>>()?;
        for &(_, left) in &kinds {
            line.setup.extend(kinds.iter().map(|(needed, _)| setups.time[left][*needed].get()));
        }
        let first = |needed: usize| setups.initial.map_or(0, |at| setups.time[at][needed].get());
        line.initial.extend(kinds.iter().map(|(needed, _)| first(*needed)));
    }
    Some(())
}
