//! A problem laid out for windows.

use std::collections::BTreeMap;

use weft_model::{Timestamp, WorkingTime};

use crate::problem::{Instant, Mode, Precedence, Problem};
use crate::rules::calendar::Calendar;

/// Later than everything; sums of it do not overflow.
pub(super) const NEVER: i64 = i64::MAX / 4;

/// What does not change.
#[derive(Debug)]
pub(super) struct Net<'a> {
    pub(super) tasks: Vec<Task>,
    pub(super) ties: &'a [Precedence],
    pub(super) calendars: Vec<Calendar>,
    pub(super) resources: Vec<Room>,
    /// By budget what is supplied until when in all, by instant.
    pub(super) supplied: Vec<Vec<(i64, i128)>>,
    /// By alternative how many branches it has.
    pub(super) branches: Vec<usize>,
}

/// An operation.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) ways: Vec<Way>,
    pub(super) spans_breaks: bool,
    /// Start and end of a fact.
    pub(super) fact: Option<(i64, i64)>,
    pub(super) release: i64,
    pub(super) deadline: i64,
    /// The alternative and the branch it is in.
    pub(super) branch: Option<(usize, usize)>,
    pub(super) holds_until: Option<Instant>,
}

/// A mode.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) work: i64,
    pub(super) calendar: usize,
    pub(super) needs: Vec<(usize, u32)>,
    pub(super) uses: Vec<(usize, u64)>,
    pub(super) family: u32,
    /// When the working time of all it needs ends for good.
    pub(super) closes: i64,
}

/// A resource.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) capacity: u32,
    pub(super) is_batch: bool,
    /// From when on how much is free at a time, beside facts, and how much has been free until then.
    free: Vec<(i64, i128, i128)>,
    /// Operations that need it in any mode.
    pub(super) tasks: Vec<usize>,
}

impl<'a> Net<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        let mut calendars = Calendars::default();
        let mut branch = vec![None; problem.operations.len()];
        for (alternative, it) in problem.alternatives.iter().enumerate() {
            for (index, it) in it.branches.iter().enumerate() {
                for &operation in &it.operations {
                    if let Some(of) = branch.get_mut(operation) {
                        *of = Some((alternative, index));
                    }
                }
            }
        }
        let now = problem.now.as_millis();
        let operations = problem.operations.iter().zip(branch);
        let tasks: Vec<Task> = operations
            .map(|(it, branch)| {
                let job = problem.jobs.get(it.job).map_or(now, |it| it.release.as_millis());
                let release = it.release.map_or(now, Timestamp::as_millis).max(job).max(now);
                let fact = it.frozen.map(|it| (it.start.as_millis(), it.end.as_millis()));
                let mode = it.frozen.map(|it| it.mode);
                let modes = it.modes.iter().enumerate();
                let modes = modes.filter(|(index, _)| mode.is_none_or(|mode| mode == *index));
                Task {
                    ways: modes.map(|(_, mode)| calendars.way(problem, mode)).collect(),
                    spans_breaks: it.spans_breaks,
                    fact,
                    release,
                    deadline: it.deadline.map_or(NEVER, Timestamp::as_millis).min(NEVER),
                    branch,
                    holds_until: it.holds_until,
                }
            })
            .collect();
        let resources = problem.resources.iter().enumerate();
        let resources = resources
            .map(|(index, it)| {
                let needs = |task: &Task| {
                    task.ways.iter().any(|way| way.needs.iter().any(|need| need.0 == index))
                };
                let on_it = tasks.iter().enumerate().filter(|it| needs(it.1)).map(|it| it.0);
                Room {
                    capacity: it.capacity,
                    is_batch: it.is_batch,
                    free: free(&it.working, it.capacity, &facts(&tasks, index)),
                    tasks: on_it.collect(),
                }
            })
            .collect();
        let supplied = problem.budgets.iter().map(|it| {
            let mut supplies: Vec<(i64, i128)> =
                it.supplies.iter().map(|it| (it.0.as_millis(), i128::from(it.1))).collect();
            supplies.sort_unstable();
            let mut sum = 0;
            for it in &mut supplies {
                sum += it.1;
                it.1 = sum;
            }
            supplies
        });
        Self {
            supplied: supplied.collect(),
            branches: problem.alternatives.iter().map(|it| it.branches.len()).collect(),
            ties: &problem.precedences,
            calendars: calendars.list,
            tasks,
            resources,
        }
    }
}

impl Room {
    /// Units times milliseconds that are free in `[from, to)`.
    pub(super) fn free_between(&self, from: i64, to: i64) -> i128 {
        let until = |at: i64| {
            let after = self.free.partition_point(|it| it.0 <= at);
            let step = after.checked_sub(1).and_then(|it| self.free.get(it));
            step.map_or(0, |(since, rate, before)| before + rate * i128::from(at - since))
        };
        if to <= from { 0 } else { until(to) - until(from) }
    }
}

/// What facts take of a resource: from, to, how much.
fn facts(tasks: &[Task], resource: usize) -> Vec<(i64, i64, i128)> {
    let facts = tasks.iter().filter_map(|task| {
        let (start, end) = task.fact?;
        let need = task.ways.first()?.needs.iter().find(|need| need.0 == resource)?;
        (start < end).then_some((start, end, i128::from(need.1)))
    });
    facts.collect()
}

fn free(
    working: &WorkingTime,
    capacity: u32,
    facts: &[(i64, i64, i128)],
) -> Vec<(i64, i128, i128)> {
    // Instant, change of whether it works, change of what facts take.
    let mut changes: Vec<(i64, i128, i128)> = Vec::new();
    for it in working.intervals() {
        let (start, end) = (it.start.as_millis().max(-NEVER), it.end.as_millis().min(NEVER));
        changes.extend([(start, 1, 0), (end, -1, 0)]);
    }
    for &(start, end, amount) in facts {
        changes.extend([(start, 0, amount), (end, 0, -amount)]);
    }
    changes.sort_unstable();
    let (mut open, mut taken) = (0, 0);
    let mut free: Vec<(i64, i128, i128)> = Vec::new();
    for (at, opens, takes) in changes {
        open += opens;
        taken += takes;
        let rate = if 0 < open { (i128::from(capacity) - taken).max(0) } else { 0 };
        let before =
            free.last().map_or(0, |(since, rate, before)| before + rate * i128::from(at - since));
        free.push((at, rate, before));
    }
    free
}

/// Every set of resources has its common calendar once.
#[derive(Debug, Default)]
struct Calendars {
    list: Vec<Calendar>,
    /// When each ends.
    ends: Vec<i64>,
    by_resources: BTreeMap<Vec<usize>, usize>,
}

impl Calendars {
    fn way(&mut self, problem: &Problem, mode: &Mode) -> Way {
        let mut resources: Vec<usize> = mode.needs.iter().map(|need| need.0).collect();
        resources.sort_unstable();
        let known = self.by_resources.get(&resources).copied();
        let calendar = known.unwrap_or_else(|| {
            let each = resources.iter().filter_map(|it| problem.resources.get(*it));
            let mut each = each.map(|it| &it.working);
            let first = each.next().cloned().unwrap_or_default();
            let common = each.fold(first, |common, it| common.intersect(it));
            let last = common.intervals().last().map_or(Timestamp::MAX, |it| it.end);
            self.ends.push(if last < Timestamp::MAX { last.as_millis().min(NEVER) } else { NEVER });
            self.list.push(Calendar::new(&common));
            self.list.len() - 1
        });
        self.by_resources.insert(resources, calendar);
        Way {
            work: mode.work.get(),
            calendar,
            needs: mode.needs.clone(),
            uses: mode.uses.clone(),
            family: mode.family,
            closes: self.ends.get(calendar).copied().unwrap_or(NEVER),
        }
    }
}
