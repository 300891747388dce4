//! Which problems are projects, and their plans.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use weft_model::Timestamp;

use crate::instance::{Instance, NEVER, Slot};
use crate::list::schedule;
use crate::problem::{Cost, Plan};
use crate::project::{Activity, ActivityMode, Lag, Placed, Project, ProjectSearch};
use crate::rules::present::Feature;
use crate::strategy::Strategy;

/// What a project may have.
const KNOWN: [Feature; 7] = [
    Feature::Budgets,
    Feature::Capacity,
    Feature::Frozen,
    Feature::Lags,
    Feature::Modes,
    Feature::Releases,
    Feature::SeveralNeeds,
];

/// A problem that is a project, and its search.
#[derive(Debug)]
pub(crate) struct ProjectStrategy {
    instance: Arc<Instance>,
    search: ProjectSearch,
    steps: u64,
    cost: Cost,
}

impl ProjectStrategy {
    /// `None` when the problem is no project: resources always work, all that budgets have is there from the
    /// start, and all that counts is the makespan. It may be in progress: what is frozen holds what it takes. `None`
    /// too when not everything can be done, or in progress when no way was found at once.
    pub(crate) fn recognise(
        instance: &Arc<Instance>,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Option<Self> {
        let search = ProjectSearch::new(project(instance)?, seed).with_parts(instance.parts);
        let instance = Arc::clone(instance);
        let mut strategy = Self { instance, search, steps: 0, cost: Cost::default() };
        strategy.cost = strategy.count_cost();
        if let Some(plan) = warm_start {
            let slots: Option<Vec<Slot>> = plan
                .operations
                .iter()
                .zip(&strategy.instance.operations)
                .map(|(slot, it)| {
                    let slot = (*slot)?;
                    let mode = it.first_mode + slot.mode as u32;
                    let (start, end) = (slot.start.as_millis(), slot.end.as_millis());
                    (mode < it.last_mode).then_some(Slot { start, end, mode })
                })
                .collect();
            if let Some(slots) = slots {
                strategy.offer(&slots, &[]);
            }
        }
        // Whoever knows part of a plan is of more use then.
        let is_lost = strategy.search.is_hopeless()
            || strategy.search.makespan().is_none() && strategy.instance.has(Feature::Frozen);
        (!is_lost).then_some(strategy)
    }

    fn count_cost(&self) -> Cost {
        let slots = self.slots();
        let mut job_end = vec![-NEVER; self.instance.jobs.len()];
        let mut unplaced = 0;
        for (slot, it) in slots.iter().zip(&self.instance.operations) {
            if slot.is_placed() {
                let end = &mut job_end[it.job as usize];
                *end = slot.end.max(*end);
            } else {
                unplaced += 1;
            }
        }
        schedule::total(&self.instance, &job_end, unplaced)
    }

    fn is_proved(&self) -> bool {
        self.search.makespan() == Some(self.search.lower_bound())
    }
}

impl Strategy for ProjectStrategy {
    fn run(&mut self, steps: u64, go_on: &mut dyn FnMut() -> bool) {
        let before = self.search.makespan();
        for _ in 0..steps {
            if self.is_proved() || !go_on() {
                break;
            }
            self.search.run(1);
            self.steps += 1;
        }
        if self.search.makespan() != before {
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
        let operations = &self.instance.operations;
        let mut slots: Vec<Slot> =
            operations.iter().map(|it| Slot::unplaced(it.first_mode)).collect();
        for ((slot, it), placed) in slots.iter_mut().zip(operations).zip(self.search.best()) {
            if let Some(frozen) = it.frozen {
                *slot = frozen;
                continue;
            }
            slot.mode = it.first_mode + placed.mode as u32;
            slot.start = self.instance.now + placed.start;
            slot.end = slot.start + self.instance.modes[slot.mode as usize].work;
        }
        slots
    }

    fn makespan_bound(&self) -> Option<i64> {
        Some(self.search.lower_bound())
    }

    fn is_exhausted(&self) -> bool {
        self.is_proved()
    }

    fn offer(&mut self, slots: &[Slot], _branches: &[u32]) {
        if !slots.iter().all(|slot| slot.is_placed()) {
            return;
        }
        let places = slots.iter().zip(&self.instance.operations).map(|(slot, it)| Placed {
            mode: (slot.mode - it.first_mode) as usize,
            start: slot.start - self.instance.now,
        });
        let places: Vec<Placed> = places.collect();
        let before = self.search.makespan();
        self.search.offer(&places);
        if self.search.makespan() != before {
            self.cost = self.count_cost();
        }
    }
}

fn project(instance: &Instance) -> Option<Project> {
    if !instance.has_only(&KNOWN) || instance.operations.is_empty() {
        return None;
    }
    let now = Timestamp::from_millis(instance.now);
    let mut budgets = Vec::new();
    for budget in &instance.budgets {
        if budget.supplies.iter().any(|(from, _)| now < *from) {
            return None;
        }
        let sum: u128 = budget.supplies.iter().map(|(_, amount)| u128::from(*amount)).sum();
        budgets.push(i64::try_from(sum).unwrap_or(i64::MAX).min(i64::MAX / 4));
    }
    let mut left = budgets.clone();
    let mut activities = Vec::with_capacity(instance.operations.len());
    let mut precedences = Vec::new();
    for (index, it) in instance.operations.iter().enumerate() {
        let frozen = it.frozen.map(|slot| Placed {
            mode: (slot.mode - it.first_mode) as usize,
            start: slot.start - instance.now,
        });
        let modes = (it.first_mode..it.last_mode).map(|mode| {
            let needs = instance.needs(mode).iter();
            let uses = instance.uses(mode).iter();
            ActivityMode {
                // A fact lasts as long as it lasts.
                duration: it
                    .frozen
                    .map_or(instance.modes[mode as usize].work, |slot| slot.end - slot.start),
                renewable: needs.map(|need| (need.0 as usize, i64::from(need.1))).collect(),
                non_renewable: uses.map(|it| (it.0 as usize, units(it.1))).collect(),
            }
        });
        let modes: Vec<ActivityMode> = modes.collect();
        if let Some(placed) = frozen {
            for (budget, used) in &modes[placed.mode].non_renewable {
                left[*budget] -= used;
            }
        }
        activities.push(Activity { modes, release: it.earliest - instance.now, frozen });
        for &(after, time) in instance.after(index as u32) {
            precedences.push(Lag { before: index, after: after as usize, time });
        }
    }
    // Facts may have used more than there is; what uses none of it is not to suffer.
    if left.iter().any(|left| *left < 0) {
        return None;
    }
    let capacities = instance.resources.iter().map(|it| i64::from(it.capacity)).collect();
    Some(Project { activities, precedences, capacities, budgets })
}

/// So many that sums of them are still numbers.
fn units(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX).min(i64::MAX / 1_000_000)
}

#[cfg(test)]
mod tests;
