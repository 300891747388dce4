//! Tiny problems with every rule mixed in, and every plan there is for them up to some instant: no plan that the
//! checker allows beats a proved one, and none costs less than the lower bound.

use weft_model::{Millis, Timestamp, WorkingTime};

use super::random::{self, Size};
use crate::problem::{Cost, Plan, Problem, Scheduled};
use crate::{Fault, Search, Status, check, checker};

/// Starts of an operation that are tried, by the number of operations that are not facts.
const STARTS: [i64; 5] = [1, 60, 24, 12, 7];

/// Goes through all plans without faults in which everything starts soon, or not at all.
struct Enumeration<'a> {
    problem: &'a Problem,
    starts: i64,
    plan: Plan,
    each: &'a mut dyn FnMut(&Plan, Cost),
}

impl Enumeration<'_> {
    fn branches(&mut self, alternative: usize) {
        let Some(it) = self.problem.alternatives.get(alternative) else {
            return self.operations(0);
        };
        for branch in 0..it.branches.len() {
            self.plan.branches[alternative] = branch;
            self.branches(alternative + 1);
        }
    }

    fn operations(&mut self, at: usize) {
        let Some(it) = self.problem.operations.get(at) else {
            if check(self.problem, &self.plan).is_empty() {
                (self.each)(&self.plan, checker::cost(self.problem, &self.plan));
            }
            return;
        };
        if let Some(frozen) = it.frozen {
            let slot = Scheduled { mode: frozen.mode, start: frozen.start, end: frozen.end };
            return self.go_on(at, Some(slot));
        }
        self.go_on(at, None);
        for (index, mode) in it.modes.iter().enumerate() {
            let needed = mode.needs.iter().map(|need| &self.problem.resources[need.0].working);
            let working = needed.fold(WorkingTime::always(), |all, it| all.intersect(it));
            let first = self.problem.now;
            let mut last: Option<Timestamp> = None;
            for wait in 0..self.starts {
                let start = first + Millis::new(wait);
                let Some(end) = working.finish(start, mode.work) else { break };
                // What starts in a break ends like what starts after it.
                if last == Some(end) && !working.is_open(start) {
                    continue;
                }
                last = Some(end);
                self.go_on(at, Some(Scheduled { mode: index, start, end }));
            }
        }
        self.plan.operations[at] = None;
    }

    /// What is wrong already stays wrong, but for setups: something may come between.
    fn go_on(&mut self, at: usize, slot: Option<Scheduled>) {
        self.plan.operations[at] = slot;
        let stays =
            |it: &Fault| !matches!(it, Fault::WithoutSetup { .. } | Fault::NotCleaned { .. });
        let mut partial = std::mem::take(&mut self.plan);
        let later: Vec<_> = partial.operations.drain(at + 1..).collect();
        partial.operations.extend(later.iter().map(|_| None));
        let missing =
            |it: &Fault| matches!(it, Fault::FrozenMoved { operation } if at < *operation);
        let is_wrong = check(self.problem, &partial).iter().any(|it| stays(it) && !missing(it));
        self.plan = partial;
        if !is_wrong {
            self.operations(at + 1);
        }
    }
}

/// Fewer unplaced operations, then the levels.
fn rank(cost: Cost) -> (usize, [i128; crate::LEVELS]) {
    (cost.unplaced, cost.levels)
}

/// What came of some tiny problems.
#[derive(Debug, Default)]
struct Tally {
    cases: u32,
    plans: u64,
    proved: u32,
    /// The search found nothing worse than the best of all plans.
    best: u32,
}

fn judge(problem: &Problem, seed: u64, tally: &mut Tally) {
    let free = problem.operations.iter().filter(|it| it.frozen.is_none()).count();
    let Some(starts) = STARTS.get(free) else { return };
    let mut search = Search::new(problem, seed, None).unwrap();
    search.run(150);
    let (least, is_proved) = (search.lower_bound(), search.status() == Status::Proved);
    let mut cheapest: Option<(Cost, Plan)> = None;
    let mut each = |plan: &Plan, cost: Cost| {
        tally.plans += 1;
        assert!(rank(least) <= rank(cost), "seed {seed}: {plan:?} costs {cost:?}, below {least:?}");
        if least.unplaced == cost.unplaced {
            assert!(least.makespan <= cost.makespan, "seed {seed}: {plan:?}");
            assert!(
                least.money <= cost.money && least.energy <= cost.energy,
                "seed {seed}: {plan:?}"
            );
            assert!(
                least.peak <= cost.peak && least.tardiness <= cost.tardiness,
                "seed {seed}: {plan:?}"
            );
        }
        if cheapest.as_ref().is_none_or(|it| rank(cost) < rank(it.0)) {
            cheapest = Some((cost, plan.clone()));
        }
    };
    let plan = Plan {
        operations: vec![None; problem.operations.len()],
        branches: vec![0; problem.alternatives.len()],
    };
    Enumeration { problem, starts: *starts, plan, each: &mut each }.branches(0);
    let Some((cheapest, plan)) = cheapest else { return };
    tally.cases += 1;
    tally.proved += u32::from(is_proved);
    let is_best = rank(search.cost()) <= rank(cheapest);
    tally.best += u32::from(is_best);
    assert!(
        !is_proved || is_best,
        "seed {seed}: {plan:?} costs {cheapest:?}, less than a proved one"
    );
}

fn size(seed: u64) -> Size {
    let jobs = 1 + (seed % 3) as usize;
    let operations_per_job = if jobs == 1 { 4 } else { 2 };
    Size {
        jobs,
        operations_per_job,
        resources: 2,
        work: 4,
        may_fail: seed.is_multiple_of(2),
        frozen_percent: 15,
    }
}

#[test]
fn no_plan_of_a_mixed_problem_beats_a_proved_one() {
    let mut tally = Tally::default();
    for seed in 0..300 {
        judge(&random::mixed(seed, size(seed)), seed, &mut tally);
    }
    assert!(60 < tally.proved && tally.cases * 9 / 10 < tally.best, "{tally:?}");
    assert!(250 < tally.cases && 50_000 < tally.plans, "{tally:?}");
}

#[test]
fn no_plan_of_a_wild_problem_beats_a_proved_one() {
    let mut tally = Tally::default();
    for seed in 0..300 {
        judge(&random::wild(seed, size(seed)), seed, &mut tally);
    }
    assert!(60 < tally.proved && tally.cases * 9 / 10 < tally.best, "{tally:?}");
    assert!(250 < tally.cases && 40_000 < tally.plans, "{tally:?}");
}
