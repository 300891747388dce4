//! A plan in progress with rules that timetables do not know: after every event it is mended as a whole.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::live::{Event, EventError, Snapshot};
use crate::problem::{Alternative, Branch, Cost, Instant, Line, Plan, Precedence, Problem, Scheduled};
use crate::search::Search;
use crate::validate::ProblemError;

/// The plan, and what has been cancelled.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) plan: Plan,
    pub(super) is_gone: Vec<bool>,
    pub(super) cost: Cost,
}

impl Whole {
    pub(super) fn new(problem: &Problem, plan: &Plan) -> Result<Self, ProblemError> {
        let search = Search::mended(problem, plan)?;
        let is_gone = vec![false; problem.operations.len()];
        Ok(Self { plan: search.best().clone(), is_gone, cost: search.cost() })
    }

    pub(super) fn of_plan(plan: Plan, is_gone: &[bool], cost: Cost) -> Self {
        Self { plan, is_gone: is_gone.to_vec(), cost }
    }

    /// Follows an event that the problem has taken in; which operations are elsewhere now.
    pub(super) fn apply(
        &mut self,
        problem: &Problem,
        event: &Event,
        before: &[Option<Scheduled>],
    ) -> Result<Vec<usize>, EventError> {
        self.is_gone.resize(problem.operations.len(), false);
        self.plan.operations.resize(problem.operations.len(), None);
        match event {
            Event::Cancelled { job } => {
                for (it, is_gone) in problem.operations.iter().zip(&mut self.is_gone) {
                    *is_gone |= it.job == *job && it.frozen.is_none();
                }
            }
            Event::Fact { operation, frozen } => {
                self.is_gone[*operation] = false;
                let (mode, start, end) = (frozen.mode, frozen.start, frozen.end);
                self.plan.operations[*operation] = Some(Scheduled { mode, start, end });
            }
            _ => {}
        }
        let now = snapshot(problem, &self.plan, &self.is_gone);
        let search = Search::mended(&now.problem, &now.plan)?;
        self.adopt(&search, &now);
        Ok(self.differing(before))
    }

    /// Searches from the plan there is; which operations are elsewhere than before.
    pub(super) fn improve(
        &mut self,
        problem: &Problem,
        seed: u64,
        steps: u64,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Vec<usize> {
        let now = snapshot(problem, &self.plan, &self.is_gone);
        let before = self.plan.operations.clone();
        if let Ok(mut search) = Search::new(&now.problem, seed, Some(&now.plan)) {
            search.run_while(steps, go_on);
            let key = |cost: Cost| (cost.unplaced, cost.levels);
            if key(search.cost()) < key(self.cost) {
                self.adopt(&search, &now);
            }
        }
        self.differing(&before)
    }

    fn adopt(&mut self, search: &Search, now: &Snapshot) {
        self.plan.operations.fill(None);
        for (index, slot) in now.operations.iter().zip(&search.best().operations) {
            self.plan.operations[*index] = *slot;
        }
        self.plan.branches.clone_from(&search.best().branches);
        self.cost = search.cost();
    }

    fn differing(&self, before: &[Option<Scheduled>]) -> Vec<usize> {
        let now = self.plan.operations.iter().enumerate();
        now.filter(|(index, slot)| before.get(*index).copied().flatten() != **slot)
            .map(|(index, _)| index)
            .collect()
    }
}

/// Problem and plan without what has been cancelled.
pub(super) fn snapshot(problem: &Problem, plan: &Plan, is_gone: &[bool]) -> Snapshot {
    let mut index_of = vec![None; problem.operations.len()];
    let mut operations = Vec::new();
    for index in (0..problem.operations.len()).filter(|it| !is_gone[*it]) {
        index_of[index] = Some(operations.len());
        operations.push(index);
    }
    if operations.len() == problem.operations.len() {
        return Snapshot { problem: problem.clone(), plan: plan.clone(), operations };
    }
    let kept = |index: usize| index_of[index];
    let instant = |it: Instant| Some(Instant { operation: kept(it.operation)?, ..it });
    let mut kept_problem = Problem {
        now: problem.now,
        resources: problem.resources.clone(),
        budgets: problem.budgets.clone(),
        jobs: problem.jobs.clone(),
        prices: problem.prices.clone(),
        objective: problem.objective,
        ..Problem::default()
    };
    for &index in &operations {
        let mut it = problem.operations[index].clone();
        it.holds_until = it.holds_until.and_then(instant);
        kept_problem.operations.push(it);
        if let Some(previous) = problem.previous.get(index) {
            kept_problem.previous.push(*previous);
        }
    }
    kept_problem.precedences = problem
        .precedences
        .iter()
        .filter_map(|it| {
            Some(Precedence { before: kept(it.before)?, after: kept(it.after)?, ..*it })
        })
        .collect();
    for it in &problem.storages {
        if let (Some(from), Some(until)) = (instant(it.from), instant(it.until)) {
            kept_problem.storages.push(crate::problem::Storage { from, until, ..*it });
        }
    }
    kept_problem.alternatives = problem
        .alternatives
        .iter()
        .map(|it| Alternative {
            branches: it
                .branches
                .iter()
                .map(|it| Branch {
                    operations: it.operations.iter().filter_map(|it| kept(*it)).collect(),
                    cost: it.cost,
                })
                .collect(),
        })
        .collect();
    for it in &problem.lines {
        // A job of a line is kept when all of its operations are; what is left of others overtakes freely.
        let jobs = it.stages.first().map_or(0, Vec::len);
        let whole = (0..jobs).filter(|job| it.stages.iter().all(|stage| kept(stage[*job]).is_some()));
        let whole: Vec<usize> = whole.collect();
        let stages = it.stages.iter();
        let stages =
            stages.map(|stage| whole.iter().filter_map(|job| kept(stage[*job])).collect());
        kept_problem.lines.push(Line { stages: stages.collect() });
    }
    let slots = operations.iter().map(|it| plan.operations.get(*it).copied().flatten()).collect();
    let plan = Plan { operations: slots, branches: plan.branches.clone() };
    Snapshot { problem: kept_problem, plan, operations }
}
