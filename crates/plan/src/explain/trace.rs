//! From the end of a job back to the root, and what the time on the way was spent on.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{Millis, Timestamp};

use super::cause::{Cause, Wait};
use super::explain;
use crate::problem::{Plan, Problem, Scheduled};

/// Why a job ends when it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Operations and what they waited for, latest first.
    pub chain: Vec<(usize, Wait)>,
    /// When the chain begins.
    pub begin: Timestamp,
    /// When the job ends.
    pub end: Timestamp,
    /// What the time from `begin` to `end` was spent on: most first, in sum all of it.
    pub shares: Vec<(Root, Millis)>,
    /// The largest share that is not the job's own work; its work when there is nothing else.
    pub root: Root,
}

/// Something that a planner can act on. Indices are those of the lists in [`crate::Problem`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// Operations of the job itself, or of another that had to come first: shorten or split them, do them at the
    /// same time.
    Work {
        /// Which job.
        job: usize,
    },
    /// The job is released late.
    Release {
        /// Which job.
        job: usize,
    },
    /// One operation is released late: its material, drawing or permit.
    Material {
        /// Which operation.
        operation: usize,
    },
    /// A resource does not work: another shift.
    Calendar {
        /// Which resource.
        resource: usize,
    },
    /// There is too little of this: another unit, another job behind this one.
    Capacity {
        /// The resource, and all that could have been used instead of it, by index.
        resources: Vec<usize>,
    },
    /// Set-ups or travel: another order.
    Setup {
        /// Of which resource.
        resource: usize,
    },
    /// A minimum lag: drying, transport, a period of notice.
    Lag {
        /// From which operation.
        before: usize,
        /// To which.
        after: usize,
    },
    /// A maximum lag: it had to wait for a later one.
    HeldBack {
        /// The later one.
        operation: usize,
    },
    /// A batch waits until all are there.
    Batch {
        /// On which resource.
        resource: usize,
    },
    /// There is too little room.
    Storage {
        /// Where.
        resource: usize,
    },
    /// Something has to be supplied sooner.
    Budget {
        /// Which budget.
        budget: usize,
    },
    /// Jobs may not overtake each other.
    Line {
        /// Where.
        line: usize,
    },
    /// A fact: it has started, or is pinned.
    Frozen {
        /// Which operation.
        operation: usize,
    },
    /// The plan has it later than it could be; others are better served so.
    Choice {
        /// Which operation.
        operation: usize,
    },
}

/// `None` when no operation of the job is in the plan. Of two that end last the later in the list.
pub fn trace(problem: &Problem, plan: &Plan, job: usize) -> Option<Trace> {
    let absent = super::decided_against(problem, plan);
    let of_job = problem.operations.iter().zip(&plan.operations).enumerate();
    let present = of_job.filter(|(index, (it, _))| it.job == job && !absent.contains_key(index));
    let ends = present.filter_map(|(index, (_, slot))| Some((slot.as_ref()?.end, index)));
    let (end, last) = ends.max()?;
    let mut way = Way { problem, plan, job, at: end, chain: Vec::new(), shares: BTreeMap::new() };
    way.back_from(last);
    let mut shares: Vec<(Root, Millis)> = way.shares.into_iter().collect();
    shares.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    let work = Root::Work { job };
    let root = shares.iter().map(|it| &it.0).find(|it| **it != work).unwrap_or(&work).clone();
    Some(Trace { chain: way.chain, begin: way.at, end, shares, root })
}

/// The way back.
struct Way<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    job: usize,
    /// Everything after this has been accounted for.
    at: Timestamp,
    chain: Vec<(usize, Wait)>,
    shares: BTreeMap<Root, Millis>,
}

impl Way<'_> {
    fn back_from(&mut self, last: usize) {
        let mut seen = BTreeSet::new();
        let mut next = Some((last, Root::Work { job: self.job }));
        while let Some((operation, why)) = next.take() {
            if !seen.insert(operation) {
                return;
            }
            let Some(slot) = self.slot(operation) else { return };
            let it = self.problem.operations.get(operation);
            let why = match it {
                Some(it) if it.frozen.is_some() => Root::Frozen { operation },
                Some(it) if it.job == self.job => Root::Work { job: self.job },
                _ => why,
            };
            self.account(slot.start, why);
            for wait in explain(self.problem, self.plan, operation).into_iter().rev() {
                let found = self.points_to(operation, &wait.cause);
                let known = found.filter(|it| !seen.contains(it));
                let root = self.root_of(operation, &wait.cause);
                let since = known.and_then(|it| self.slot(it)).map(|it| it.end);
                self.account(since.unwrap_or(wait.from).max(wait.from), root.clone());
                self.chain.push((operation, wait));
                if let Some(known) = known {
                    // Who holds a resource takes its capacity; who just comes before does its work.
                    let is_work = matches!(root, Root::Lag { .. } | Root::HeldBack { .. });
                    let job = self.problem.operations.get(known).map_or(self.job, |it| it.job);
                    next = Some((known, if is_work { Root::Work { job } } else { root }));
                    break;
                }
            }
        }
    }

    /// What lies between an instant and what has been accounted for.
    fn account(&mut self, from: Timestamp, to: Root) {
        if from < self.at {
            let share = self.shares.entry(to).or_insert(Millis::ZERO);
            *share = *share + (self.at - from);
            self.at = from;
        }
    }

    fn slot(&self, operation: usize) -> Option<Scheduled> {
        self.plan.operations.get(operation).copied().flatten()
    }

    /// The operation that this leads on to.
    fn points_to(&self, operation: usize, cause: &Cause) -> Option<usize> {
        match cause {
            Cause::Predecessor { operation, .. } | Cause::HeldBack { operation, .. } => {
                Some(*operation)
            }
            Cause::Resource { held_by, .. } | Cause::Storage { held_by, .. } => {
                held_by.last().copied()
            }
            Cause::Blocked { waits_for, .. } => Some(*waits_for).filter(|it| *it != operation),
            Cause::Setup { after, .. } => *after,
            Cause::Line { behind, .. } => Some(*behind),
            // The one of the batch that was ready last.
            Cause::Batch { with, .. } => {
                let last = with.iter().map(|it| (self.ready(*it), *it)).max()?;
                (self.ready(operation) < last.0).then_some(last.1)
            }
            Cause::Release
            | Cause::OwnRelease
            | Cause::Calendar { .. }
            | Cause::Cleaning { .. }
            | Cause::Budget { .. }
            | Cause::NotChosen { .. }
            | Cause::Frozen
            | Cause::Choice => None,
        }
    }

    /// When releases and the ends of those before it allow it to start.
    fn ready(&self, operation: usize) -> Timestamp {
        let Some(it) = self.problem.operations.get(operation) else { return self.problem.now };
        let release = self.problem.jobs.get(it.job).map_or(self.problem.now, |it| it.release);
        let before = self.problem.precedences.iter().filter(|it| it.after == operation);
        let ends = before.filter_map(|it| Some(self.slot(it.before)?.end + it.min_lag));
        ends.chain(it.release).chain([release]).fold(self.problem.now, Timestamp::max)
    }

    fn root_of(&self, operation: usize, cause: &Cause) -> Root {
        let job = self.problem.operations.get(operation).map_or(self.job, |it| it.job);
        match *cause {
            Cause::Release => Root::Release { job },
            Cause::OwnRelease => Root::Material { operation },
            Cause::Predecessor { operation: before, .. } => Root::Lag { before, after: operation },
            Cause::Resource { resource, .. } | Cause::Blocked { resource, .. } => {
                Root::Capacity { resources: self.instead_of(operation, resource) }
            }
            Cause::Calendar { resource } | Cause::Cleaning { resource } => {
                Root::Calendar { resource }
            }
            Cause::Setup { resource, .. } => Root::Setup { resource },
            Cause::Batch { resource, .. } => Root::Batch { resource },
            Cause::Storage { resource, .. } => Root::Storage { resource },
            Cause::Budget { budget } => Root::Budget { budget },
            Cause::Line { line, .. } => Root::Line { line },
            Cause::HeldBack { operation, .. } => Root::HeldBack { operation },
            Cause::Frozen => Root::Frozen { operation },
            Cause::NotChosen { .. } | Cause::Choice => Root::Choice { operation },
        }
    }

    /// A resource and those that other modes of the operation have instead of it.
    fn instead_of(&self, operation: usize, resource: usize) -> Vec<usize> {
        let mut class = BTreeSet::from([resource]);
        let modes = || self.problem.operations.get(operation).into_iter().flat_map(|it| &it.modes);
        let own = self.slot(operation).and_then(|slot| modes().nth(slot.mode));
        for other in modes() {
            if other.needs.iter().any(|need| need.0 == resource) {
                continue;
            }
            let is_new =
                |it: &usize| own.is_none_or(|own| own.needs.iter().all(|need| need.0 != *it));
            class.extend(other.needs.iter().map(|need| need.0).filter(is_new));
        }
        class.into_iter().collect()
    }
}
