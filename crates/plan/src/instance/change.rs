//! What can change about an instance while it is in use.

use super::{Instance, Job, Mode, Operation};
use crate::problem::{Point, Problem};
use crate::rules::precedence;

/// The calendar of a mode that has none yet.
const NONE: u32 = u32::MAX;

impl Instance {
    /// Adds the last job of the problem, whose operations and precedences stand at the end of their lists and
    /// have to do with nothing else. Its modes have no calendar yet.
    pub(crate) fn append_job(&mut self, problem: &Problem) {
        let known = self.operations.len();
        let added = &problem.operations[known..];
        let arrows: Vec<(usize, usize, i64)> = problem
            .precedences
            .iter()
            .rev()
            .take_while(|it| known <= it.before)
            .filter(|it| it.from == Point::End && it.to == Point::Start)
            .map(|it| (it.before - known, it.after - known, it.min_lag.get()))
            .collect();
        let edges = arrows.iter().map(|it| (it.0, it.1));
        let order = precedence::topological_order(added.len(), edges);
        let order = order.unwrap_or_default();
        self.topological.extend(order.into_iter().map(|it| it + known as u32));
        for (index, it) in added.iter().enumerate() {
            let before =
                range(&mut self.before, &arrows, known, |it| (it.1 == index).then_some(it.0));
            let after =
                range(&mut self.after, &arrows, known, |it| (it.0 == index).then_some(it.1));
            let first_mode = self.modes.len() as u32;
            for mode in &it.modes {
                self.append_mode(mode);
            }
            let job = &problem.jobs[it.job];
            let release = it.release.unwrap_or(job.release).max(job.release).as_millis();
            self.operations.push(Operation {
                job: it.job as u32,
                first_mode,
                last_mode: self.modes.len() as u32,
                earliest: release.max(self.now),
                shortest: it.modes.iter().map(|mode| mode.work.get()).min().unwrap_or(0),
                spans_breaks: it.spans_breaks,
                frozen: None,
                is_optional: false,
                before,
                after,
            });
        }
        let Some(job) = problem.jobs.last() else { return };
        let first = self.job_operations.len() as u32;
        self.job_operations.extend((known..problem.operations.len()).map(|it| it as u32));
        self.jobs.push(Job {
            release: job.release.as_millis(),
            due: job.due.map(weft_model::Timestamp::as_millis),
            weight: job.weight,
            operations: (first, self.job_operations.len() as u32),
        });
    }

    fn append_mode(&mut self, mode: &crate::problem::Mode) {
        let index = self.modes.len() as u32;
        let first = self.needs.len() as u32;
        self.needs.extend(mode.needs.iter().map(|(resource, amount)| (*resource as u32, *amount)));
        for &(resource, needed, left) in &mode.states {
            self.states.insert((index, resource as u32), (needed, left));
        }
        self.modes.push(Mode {
            work: mode.work.get(),
            family: mode.family,
            cost: mode.cost,
            watts: mode.watts,
            calendar: NONE,
            needs: (first, self.needs.len() as u32),
            uses: (self.uses.len() as u32, self.uses.len() as u32),
        });
    }

    /// Takes the job out that was added last; says how many operations and modes are left.
    pub(crate) fn remove_last_job(&mut self) -> (usize, usize) {
        let Some(job) = self.jobs.pop() else { return (self.operations.len(), self.modes.len()) };
        self.job_operations.truncate(job.operations.0 as usize);
        for _ in job.operations.0..job.operations.1 {
            let Some(it) = self.operations.pop() else { break };
            self.topological.pop();
            self.before.truncate(it.before.0 as usize);
            self.after.truncate(it.after.0 as usize);
            for mode in it.first_mode..it.last_mode {
                let needs = self.modes[mode as usize].needs;
                for need in needs.0..needs.1 {
                    self.states.remove(&(mode, self.needs[need as usize].0));
                }
            }
            let first = self.modes.get(it.first_mode as usize).map_or(0, |mode| mode.needs.0);
            self.needs.truncate(first as usize);
            self.modes.truncate(it.first_mode as usize);
        }
        (self.operations.len(), self.modes.len())
    }
}

/// Adds the arrows of one operation to the list; where they stand.
fn range(
    list: &mut Vec<(u32, i64)>,
    arrows: &[(usize, usize, i64)],
    known: usize,
    other: impl Fn(&(usize, usize, i64)) -> Option<usize>,
) -> (u32, u32) {
    let first = list.len() as u32;
    let of_it = arrows.iter().filter_map(|it| Some(((other(it)? + known) as u32, it.2)));
    list.extend(of_it);
    (first, list.len() as u32)
}
