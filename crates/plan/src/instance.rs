//! A problem laid out for the search: flat lists, milliseconds, calendars intersected once per mode.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

mod change;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use weft_model::{Interval, WorkingTime};

use crate::part::Parts;
use crate::problem::{Budget, Line, Objective, Point, Problem, Setups, Standby};
use crate::rules::calendar::Calendar;
use crate::rules::energy::Prices;
use crate::rules::present::{Feature, present};
use crate::rules::{frozen, precedence, release};
use crate::validate::ProblemError;

/// The end (and start) of an operation that has no place.
pub(crate) const NEVER: i64 = i64::MAX;

/// A valid problem, ready to search.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) now: i64,
    pub(crate) operations: Vec<Operation>,
    /// The modes of all operations, one after the other.
    pub(crate) modes: Vec<Mode>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) calendars: Vec<Arc<Calendar>>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) objective: Objective,
    /// What searches of it are made of.
    pub(crate) parts: Parts,
    /// What it has that not every strategy knows.
    pub(crate) features: BTreeSet<Feature>,
    pub(crate) lines: Vec<Line>,
    /// By resource.
    pub(crate) setups: Vec<Option<Setups>>,
    /// By budget all that is supplied.
    pub(crate) budgets: Vec<Budget>,
    pub(crate) prices: Prices,
    /// By resource what it may do between operations.
    pub(crate) standby: Vec<Vec<Standby>>,
    /// By alternative the cost of each branch.
    pub(crate) branch_costs: Vec<Vec<u64>>,
    /// All operations, each after those before it.
    pub(crate) topological: Vec<u32>,
    needs: Vec<(u32, u32)>,
    uses: Vec<(u32, u64)>,
    /// By mode and resource the states it needs and leaves.
    states: BTreeMap<(u32, u32), (usize, usize)>,
    before: Vec<(u32, i64)>,
    after: Vec<(u32, i64)>,
    job_operations: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) job: u32,
    pub(crate) first_mode: u32,
    pub(crate) last_mode: u32,
    /// What release and now allow.
    pub(crate) earliest: i64,
    /// Least work of any mode.
    pub(crate) shortest: i64,
    pub(crate) spans_breaks: bool,
    pub(crate) frozen: Option<Slot>,
    /// It is in a branch of an alternative, and may be absent.
    pub(crate) is_optional: bool,
    before: (u32, u32),
    after: (u32, u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Mode {
    pub(crate) work: i64,
    pub(crate) family: u32,
    pub(crate) cost: u64,
    pub(crate) watts: u32,
    /// Index of the common calendar of all needs.
    pub(crate) calendar: u32,
    needs: (u32, u32),
    uses: (u32, u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) capacity: u32,
    pub(crate) is_batch: bool,
    pub(crate) calendar: u32,
    /// The least work, above zero, that any operation may ask of it.
    pub(crate) least_work: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) release: i64,
    pub(crate) due: Option<i64>,
    pub(crate) weight: u32,
    operations: (u32, u32),
}

/// Where an operation is: mode (in the list of all modes), start and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) mode: u32,
}

impl Slot {
    pub(crate) fn unplaced(mode: u32) -> Self {
        Self { start: NEVER, end: NEVER, mode }
    }

    pub(crate) fn is_placed(self) -> bool {
        self.end != NEVER
    }
}

impl Instance {
    /// Validates and lays out.
    pub(crate) fn new(problem: &Problem) -> Result<Self, ProblemError> {
        problem.validate()?;
        let count = problem.operations.len();
        let edges = problem.precedences.iter().map(|it| (it.before, it.after));
        let topological = precedence::topological_order(count, edges)
            .map_err(|operation| ProblemError::Cycle { operation })?;
        let mut is_optional = vec![false; count];
        for branch in problem.alternatives.iter().flat_map(|it| &it.branches) {
            for &operation in &branch.operations {
                is_optional[operation] = true;
            }
        }
        // What surely holds: an operation that may be absent keeps nobody waiting.
        let holds = |it: &&crate::problem::Precedence| {
            let (from, to) = (it.from, it.to);
            (from, to) == (Point::End, Point::Start)
                && !is_optional[it.before]
                && !is_optional[it.after]
        };
        let arrows = |from: fn(&crate::problem::Precedence) -> (usize, usize)| {
            let lags = problem.precedences.iter().filter(holds).map(|it| it.min_lag.get());
            let pairs = problem.precedences.iter().filter(holds).map(from).zip(lags);
            grouped(count, pairs.map(|((at, other), lag)| (at, (other as u32, lag))))
        };
        let (before_ranges, before) = arrows(|it| (it.after, it.before));
        let (after_ranges, after) = arrows(|it| (it.before, it.after));
        let by_job = problem.operations.iter().enumerate().map(|(op, it)| (it.job, op as u32));
        let (job_ranges, job_operations) = grouped(problem.jobs.len(), by_job);

        let mut calendars = Calendars::new(problem);
        let now = problem.now.as_millis();
        let mut resources: Vec<Resource> = problem
            .resources
            .iter()
            .zip(&calendars.of_resource)
            .map(|(it, calendar)| Resource {
                capacity: it.capacity,
                is_batch: it.is_batch,
                calendar: *calendar,
                least_work: i64::MAX,
            })
            .collect();
        let (mut modes, mut needs, mut uses) = (Vec::new(), Vec::new(), Vec::new());
        let mut states = BTreeMap::new();
        let mut operations = Vec::with_capacity(count);
        for (index, it) in problem.operations.iter().enumerate() {
            let first_mode = modes.len() as u32;
            for mode in &it.modes {
                let first = needs.len() as u32;
                needs.extend(
                    mode.needs.iter().map(|(resource, amount)| (*resource as u32, *amount)),
                );
                let work = mode.work.get();
                for (resource, _) in &mode.needs {
                    let least = &mut resources[*resource].least_work;
                    *least = if 0 < work { work.min(*least) } else { *least };
                }
                let calendar = calendars.common(mode.needs.iter().map(|need| need.0));
                for &(resource, needed, left) in &mode.states {
                    states.insert((modes.len() as u32, resource as u32), (needed, left));
                }
                let first_use = uses.len() as u32;
                uses.extend(mode.uses.iter().map(|(budget, amount)| (*budget as u32, *amount)));
                modes.push(Mode {
                    work,
                    family: mode.family,
                    cost: mode.cost,
                    watts: mode.watts,
                    calendar,
                    needs: (first, needs.len() as u32),
                    uses: (first_use, uses.len() as u32),
                });
            }
            let job = &problem.jobs[it.job];
            operations.push(Operation {
                job: it.job as u32,
                first_mode,
                last_mode: modes.len() as u32,
                earliest: release::earliest(
                    now,
                    it.release.unwrap_or(job.release).max(job.release).as_millis(),
                ),
                shortest: it.modes.iter().map(|mode| mode.work.get()).min().unwrap_or(0),
                spans_breaks: it.spans_breaks,
                is_optional: is_optional[index],
                frozen: it.frozen.map(|frozen| frozen::slot(frozen, first_mode)),
                before: before_ranges[index],
                after: after_ranges[index],
            });
        }
        let jobs = problem
            .jobs
            .iter()
            .zip(job_ranges)
            .map(|(it, operations)| Job {
                release: it.release.as_millis(),
                due: it.due.map(weft_model::Timestamp::as_millis),
                weight: it.weight,
                operations,
            })
            .collect();
        Ok(Self {
            now,
            operations,
            modes,
            resources,
            calendars: calendars.list,
            jobs,
            objective: problem.objective,
            parts: Parts::default(),
            features: present(problem),
            lines: problem.lines.clone(),
            setups: problem.resources.iter().map(|it| it.setups.clone()).collect(),
            budgets: problem.budgets.clone(),
            prices: Prices::new(&problem.prices),
            standby: problem.resources.iter().map(|it| it.standby.clone()).collect(),
            branch_costs: problem
                .alternatives
                .iter()
                .map(|it| it.branches.iter().map(|it| it.cost).collect())
                .collect(),
            topological,
            needs,
            uses,
            states,
            before,
            after,
            job_operations,
        })
    }

    /// Predecessors of an operation and their lags.
    pub(crate) fn before(&self, operation: u32) -> &[(u32, i64)] {
        let (from, to) = self.operations[operation as usize].before;
        &self.before[from as usize..to as usize]
    }

    /// Successors of an operation and their lags.
    pub(crate) fn after(&self, operation: u32) -> &[(u32, i64)] {
        let (from, to) = self.operations[operation as usize].after;
        &self.after[from as usize..to as usize]
    }

    /// Resources and amounts of a mode.
    pub(crate) fn needs(&self, mode: u32) -> &[(u32, u32)] {
        let (from, to) = self.modes[mode as usize].needs;
        &self.needs[from as usize..to as usize]
    }

    /// Budgets and amounts of a mode.
    pub(crate) fn uses(&self, mode: u32) -> &[(u32, u64)] {
        let (from, to) = self.modes[mode as usize].uses;
        &self.uses[from as usize..to as usize]
    }

    /// The states of a resource that a mode needs and leaves.
    pub(crate) fn states(&self, mode: u32, resource: u32) -> Option<(usize, usize)> {
        self.states.get(&(mode, resource)).copied()
    }

    /// Whether it has nothing but these.
    pub(crate) fn has_only(&self, known: &[Feature]) -> bool {
        self.features.iter().all(|it| known.contains(it))
    }

    /// Whether it has this.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// The common calendar of a mode.
    pub(crate) fn calendar(&self, mode: u32) -> &Calendar {
        &self.calendars[self.modes[mode as usize].calendar as usize]
    }

    /// The calendar of a resource.
    pub(crate) fn resource_calendar(&self, resource: usize) -> &Calendar {
        &self.calendars[self.resources[resource].calendar as usize]
    }

    /// The operations of a job.
    pub(crate) fn job_operations(&self, job: usize) -> &[u32] {
        let (from, to) = self.jobs[job].operations;
        &self.job_operations[from as usize..to as usize]
    }
}

/// Sorts items by group, keeping their order; returns the range of each group and the items.
fn grouped<T: Copy + Default>(
    groups: usize,
    items: impl Iterator<Item = (usize, T)> + Clone,
) -> (Vec<(u32, u32)>, Vec<T>) {
    let mut ranges = vec![(0_u32, 0_u32); groups];
    for (group, _) in items.clone() {
        ranges[group].1 += 1;
    }
    let mut total = 0;
    for range in &mut ranges {
        let size = range.1;
        *range = (total, total);
        total += size;
    }
    let mut sorted = vec![T::default(); total as usize];
    for (group, item) in items {
        sorted[ranges[group].1 as usize] = item;
        ranges[group].1 += 1;
    }
    (ranges, sorted)
}

/// Every different calendar once.
struct Calendars {
    list: Vec<Arc<Calendar>>,
    working: Vec<WorkingTime>,
    of_resource: Vec<u32>,
    by_intervals: BTreeMap<Vec<Interval>, u32>,
    by_parts: BTreeMap<Vec<u32>, u32>,
}

impl Calendars {
    fn new(problem: &Problem) -> Self {
        let mut calendars = Self {
            list: Vec::new(),
            working: Vec::new(),
            of_resource: Vec::new(),
            by_intervals: BTreeMap::new(),
            by_parts: BTreeMap::new(),
        };
        for resource in &problem.resources {
            let index = calendars.add(resource.working.clone());
            calendars.of_resource.push(index);
        }
        calendars
    }

    fn add(&mut self, working: WorkingTime) -> u32 {
        if let Some(known) = self.by_intervals.get(working.intervals()) {
            return *known;
        }
        let index = self.list.len() as u32;
        self.by_intervals.insert(working.intervals().to_vec(), index);
        self.list.push(Arc::new(Calendar::new(&working)));
        self.working.push(working);
        index
    }

    /// What all these resources are open for; elapsed time when there are none.
    fn common(&mut self, resources: impl Iterator<Item = usize>) -> u32 {
        let mut parts: Vec<u32> = resources.map(|it| self.of_resource[it]).collect();
        parts.sort_unstable();
        parts.dedup();
        if let [only] = parts[..] {
            return only;
        }
        if let Some(known) = self.by_parts.get(&parts) {
            return *known;
        }
        let mut common = WorkingTime::always();
        for part in &parts {
            common = common.intersect(&self.working[*part as usize]);
        }
        let index = self.add(common);
        self.by_parts.insert(parts, index);
        index
    }
}
