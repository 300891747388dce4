//! A plan in progress with rules that timetables do not know: after every event it is mended as a whole.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

mod sound;

use crate::live::{Event, EventError, Snapshot};
use crate::problem::{
    Alternative, Branch, Cost, Frozen, Instant, LEVELS, Line, Plan, Precedence, Problem, Scheduled,
};
use crate::search::Search;
use crate::validate::ProblemError;
use crate::{check, checker};

/// The plan, and what has been cancelled.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) plan: Plan,
    pub(super) is_gone: Vec<bool>,
    pub(super) cost: Cost,
}

impl Whole {
    /// A plan that obeys all rules is taken as it is.
    pub(super) fn new(problem: &Problem, plan: &Plan) -> Result<Self, ProblemError> {
        let is_gone = vec![false; problem.operations.len()];
        let has_all = plan.operations.len() == problem.operations.len()
            && plan.branches.len() == problem.alternatives.len();
        if has_all && check(problem, plan).is_empty() {
            return Ok(Self { plan: plan.clone(), is_gone, cost: checker::cost(problem, plan) });
        }
        let mut plan = Search::mended(problem, plan)?.best().clone();
        sound::make_sound(problem, &mut plan);
        let cost = checker::cost(problem, &plan);
        Ok(Self { plan, is_gone, cost })
    }

    /// Follows an event that the problem has taken in; which operations are elsewhere now. When the plan still
    /// obeys all rules, it stays.
    pub(super) fn apply(
        &mut self,
        problem: &Problem,
        event: &Event,
    ) -> Result<Vec<usize>, EventError> {
        let before = self.plan.operations.clone();
        match event {
            Event::Cancelled { job } => {
                let pairs = problem.operations.iter().zip(&mut self.plan.operations);
                for ((it, slot), is_gone) in pairs.zip(&mut self.is_gone) {
                    if it.job == *job && it.frozen.is_none() {
                        (*is_gone, *slot) = (true, None);
                    }
                }
            }
            Event::Fact { operation, frozen } => {
                self.is_gone[*operation] = false;
                let (mode, start, end) = (frozen.mode, frozen.start, frozen.end);
                self.plan.operations[*operation] = Some(Scheduled { mode, start, end });
                for (it, branch) in problem.alternatives.iter().zip(&mut self.plan.branches) {
                    let of_it = |it: &Branch| it.operations.contains(operation);
                    *branch = it.branches.iter().position(of_it).unwrap_or(*branch);
                }
            }
            Event::Added(_) => self.add(problem)?,
            _ => {}
        }
        let now = snapshot(problem, &self.plan, &self.is_gone);
        now.problem.validate()?;
        let is_sound = check(&now.problem, &now.plan).is_empty();
        self.cost = checker::cost(&now.problem, &now.plan);
        let lacks_some = match event {
            // As promised: for its sake nobody moves.
            Event::Added(_) => self.plan.operations[before.len()..].contains(&None),
            _ => self.cost.unplaced != 0,
        };
        if !is_sound || lacks_some {
            let mut plan = Search::mended(&now.problem, &now.plan)?.best().clone();
            sound::make_sound(&now.problem, &mut plan);
            let cost = checker::cost(&now.problem, &plan);
            if !is_sound || key(cost) < key(self.cost) {
                self.adopt(plan, cost, &now.operations);
            }
        }
        Ok(self.differing(&before))
    }

    /// Gives places to the operations that have been added to the problem; all others stay as if they had started.
    pub(super) fn add(&mut self, problem: &Problem) -> Result<(), ProblemError> {
        let first = self.plan.operations.len();
        self.is_gone.resize(problem.operations.len(), false);
        self.plan.operations.resize(problem.operations.len(), None);
        let mut now = snapshot(problem, &self.plan, &self.is_gone);
        for (it, slot) in now.problem.operations.iter_mut().zip(&now.plan.operations) {
            if let Some(Scheduled { mode, start, end }) = *slot {
                it.frozen = Some(Frozen { mode, start, end });
            }
        }
        let search = Search::mended(&now.problem, &now.plan)?;
        for (index, slot) in now.operations.iter().zip(&search.best().operations) {
            if first <= *index {
                self.plan.operations[*index] = *slot;
            }
        }
        // They have not really started: more may be asked of them than of facts.
        let mut now = snapshot(problem, &self.plan, &self.is_gone);
        if !check(&now.problem, &now.plan).is_empty() {
            self.plan.operations[first..].fill(None);
            now = snapshot(problem, &self.plan, &self.is_gone);
        }
        self.cost = checker::cost(&now.problem, &now.plan);
        Ok(())
    }

    /// Searches from the plan there is; which operations are elsewhere than before. Not more than `moved_max` that
    /// have not started will be elsewhere than in `in_force`, if they are not yet.
    pub(super) fn improve(
        &mut self,
        problem: &Problem,
        in_force: &[Option<Scheduled>],
        moved_max: usize,
        seed: u64,
        steps: u64,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Vec<usize> {
        let now = snapshot(problem, &self.plan, &self.is_gone);
        let before = self.plan.operations.clone();
        if let Ok(mut search) = Search::new(&now.problem, seed, Some(&now.plan)) {
            search.run_while(steps, go_on);
            let mut plan = search.best().clone();
            sound::make_sound(&now.problem, &mut plan);
            let cost = checker::cost(&now.problem, &plan);
            let moved = |plan: &Plan| {
                let pairs = now.operations.iter().zip(&plan.operations);
                pairs.filter(|(index, slot)| in_force[**index] != **slot).count()
            };
            if key(cost) < key(self.cost) && moved(&plan) <= moved_max.max(moved(&now.plan)) {
                self.adopt(plan, cost, &now.operations);
            }
        }
        self.differing(&before)
    }

    fn adopt(&mut self, plan: Plan, cost: Cost, operations: &[usize]) {
        self.plan.operations.fill(None);
        for (index, slot) in operations.iter().zip(plan.operations) {
            self.plan.operations[*index] = slot;
        }
        self.plan.branches = plan.branches;
        self.cost = cost;
    }

    fn differing(&self, before: &[Option<Scheduled>]) -> Vec<usize> {
        let now = self.plan.operations.iter().enumerate();
        now.filter(|(index, slot)| before.get(*index).copied().flatten() != **slot)
            .map(|(index, _)| index)
            .collect()
    }
}

fn key(cost: Cost) -> (usize, [i128; LEVELS]) {
    (cost.unplaced, cost.levels)
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
        let whole =
            (0..jobs).filter(|job| it.stages.iter().all(|stage| kept(stage[*job]).is_some()));
        let whole: Vec<usize> = whole.collect();
        let stages = it.stages.iter();
        let stages = stages.map(|stage| whole.iter().filter_map(|job| kept(stage[*job])).collect());
        kept_problem.lines.push(Line { stages: stages.collect() });
    }
    let slots = operations.iter().map(|it| plan.operations.get(*it).copied().flatten()).collect();
    let plan = Plan { operations: slots, branches: plan.branches.clone() };
    Snapshot { problem: kept_problem, plan, operations }
}
