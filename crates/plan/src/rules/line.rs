//! Nobody overtakes on a line: whoever starts first at one stage starts no later than the other at every stage.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use crate::instance::{Instance, Slot};
use crate::places::{Model, Places, View};
use crate::problem::Problem;
use crate::rules::{Push, Rule, Window};

/// Whether there is any line.
pub(crate) fn is_in(problem: &Problem) -> bool {
    !problem.lines.is_empty()
}

/// All lines, and who stands where on them.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    stages: Arc<Stages>,
    /// By line its jobs by start at the first stage.
    order: Vec<Vec<u32>>,
}

#[derive(Debug)]
struct Stages {
    /// By line and stage the operation of each job.
    of_line: Vec<Vec<Vec<u32>>>,
    /// By operation its line, stage and job.
    of_operation: Vec<Option<(u32, u32, u32)>>,
}

/// When another job is at a stage, seen from a job that has yet to get its place there.
struct Meeting {
    /// The operation of the other at this stage, and its start.
    there: u32,
    start: i64,
    /// At another stage it starts sooner, or later.
    is_ahead: bool,
    is_behind: bool,
}

impl Lines {
    fn place_of(&self, operation: u32) -> Option<(u32, u32, u32)> {
        self.stages.of_operation[operation as usize]
    }

    /// Calls `each` with every other job that stands at the stage of an operation.
    fn meet(&self, places: &Places, operation: u32, mut each: impl FnMut(Meeting)) {
        let Some((line, at, job)) = self.place_of(operation) else { return };
        let stages = &self.stages.of_line[line as usize];
        let start = |stage: usize, job: u32| {
            let slot = places.slots[stages[stage][job as usize] as usize];
            slot.is_placed().then_some(slot.start)
        };
        let others = || (0..stages.len()).filter(|stage| *stage != at as usize);
        let own: Vec<(usize, i64)> =
            others().filter_map(|stage| Some((stage, start(stage, job)?))).collect();
        for (other, &there) in (0..).zip(&stages[at as usize]) {
            let slot = places.slots[there as usize];
            if other == job || !slot.is_placed() {
                continue;
            }
            let (mut is_ahead, mut is_behind) = (false, false);
            for &(stage, mine) in &own {
                let Some(theirs) = start(stage, other) else { continue };
                is_ahead |= theirs < mine;
                is_behind |= mine < theirs;
            }
            // Whoever comes later lines up behind those that have gone on.
            is_ahead |= own.is_empty() && others().any(|stage| start(stage, other).is_some());
            each(Meeting { there, start: slot.start, is_ahead, is_behind });
        }
    }
}

impl Rule for Lines {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        if !is_in(problem) {
            return None;
        }
        let mut of_operation = vec![None; problem.operations.len()];
        let mut of_line = Vec::new();
        for (line, it) in problem.lines.iter().enumerate() {
            for (stage, operations) in it.stages.iter().enumerate() {
                for (job, &operation) in operations.iter().enumerate() {
                    of_operation[operation] = Some((line as u32, stage as u32, job as u32));
                }
            }
            let stages = it.stages.iter();
            of_line.push(stages.map(|it| it.iter().map(|it| *it as u32).collect()).collect());
        }
        let order = vec![Vec::new(); problem.lines.len()];
        Some(Self { stages: Arc::new(Stages { of_line, of_operation }), order })
    }

    fn window(&self, at: View, operation: u32, window: &mut Window) -> Option<()> {
        self.meet(at.places, operation, |it| {
            if it.is_ahead {
                window.start = window.start.max(it.start);
            }
        });
        Some(())
    }

    fn too_late(&self, at: View, operation: u32, slot: Slot) -> Option<Push> {
        let mut next: Option<(i64, u32)> = None;
        self.meet(at.places, operation, |it| {
            if it.is_behind && next.is_none_or(|next| it.start < next.0) {
                next = Some((it.start, it.there));
            }
        });
        let (_, operation) = next.filter(|next| next.0 < slot.start)?;
        Some(Push { operation, not_before: slot.start })
    }

    fn waits(&self, at: View, cluster: u32, is_done: &[bool]) -> bool {
        let waits_for = |first: u32| {
            let other = at.model.cluster_of[first as usize];
            other != cluster && !is_done[other as usize] && at.has(first)
        };
        at.model.clusters[cluster as usize].iter().any(|&operation| {
            let Some((line, stage, job)) = self.place_of(operation) else { return false };
            let order = &self.order[line as usize];
            let stage = &self.stages.of_line[line as usize][stage as usize];
            match order.iter().position(|it| *it == job) {
                Some(place) => order[..place].iter().any(|job| waits_for(stage[*job as usize])),
                None => false,
            }
        })
    }

    /// Whoever waits for what is absent does not wait any more.
    fn reaches_far(&self) -> bool {
        true
    }

    fn put(&mut self, _: &Model, places: &mut Places, operation: u32, slot: Slot) {
        let Some((line, 0, job)) = self.place_of(operation) else { return };
        let first = &self.stages.of_line[line as usize][0];
        let order = &mut self.order[line as usize];
        let start = |job: u32| places.slots[first[job as usize] as usize].start;
        let place = order.partition_point(|it| start(*it) <= slot.start);
        order.insert(place, job);
    }

    fn take_away(&mut self, _: &Model, _: &mut Places, operation: u32, _: Slot) {
        if let Some((line, 0, job)) = self.place_of(operation) {
            self.order[line as usize].retain(|it| *it != job);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Line;
    use crate::rules::tests::{check_broken, check_places, machine, of};
    use crate::tests::small::after;
    use weft_model::Millis;

    /// Two jobs on one machine after the other; the first takes longer to get to the second machine.
    #[test]
    fn whoever_is_first_stays_first() {
        let (one, other): (&[_], &[_]) = (&[(0, 1)], &[(1, 1)]);
        let operations = [(3, one), (3, one), (1, other), (1, other)];
        let mut problem = of(vec![machine(), machine()], &operations);
        problem.precedences = vec![after(0, 2), after(1, 3)];
        problem.precedences[0].min_lag = Millis::new(10);
        check_places(&problem, &[0, 1, 3, 2], &[(0, 3), (3, 6), (13, 14), (6, 7)]);
        problem.lines = vec![Line { stages: vec![vec![0, 1], vec![2, 3]] }];
        check_places(&problem, &[0, 1, 3, 2], &[(0, 3), (3, 6), (13, 14), (14, 15)]);
        check_places(&problem, &[1, 0, 3, 2], &[(3, 6), (0, 3), (16, 17), (3, 4)]);
        check_broken(&problem, &[(0, 3), (3, 6), (13, 14), (6, 7)], &["line"]);
        // At the same time is in order.
        problem.operations[3].modes[0].needs.clear();
        check_places(&problem, &[0, 1, 2, 3], &[(0, 3), (3, 6), (13, 14), (13, 14)]);
    }

    #[test]
    fn it_reaches_whoever_is_on_it() {
        let problem = of(vec![], &[(1, &[])]);
        let instance = Instance::new(&problem).unwrap();
        assert!(Lines::of(&problem, &instance).is_none());
        let problem = Problem { lines: vec![Line { stages: vec![vec![0]] }], ..problem };
        assert!(Lines::of(&problem, &instance).unwrap().reaches_far());
    }
}
