//! What a plan's cost is made of: the parts of each level of the objective, and who has which share in a part.
//!
//! Counted anew from the rules of [`crate::problem`], beside the checker and the search; the parts are those of
//! [`Cost`] to the last unit.

mod done;
mod energy;
mod setups;

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp, Title};

use crate::problem::{Cost, Plan, Problem, Weights};
use done::Done;

/// A plan's cost in all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// What the checker counts ([`crate::checker::cost`]).
    pub cost: Cost,
    /// The levels of the objective that have a weight, most important first.
    pub levels: Vec<Level>,
    /// Who has which share in what, by measure, the largest first; those of a measure add up to its amount.
    pub shares: Vec<Share>,
}

/// One weighted sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Index into [`crate::Objective::levels`].
    pub index: usize,
    /// The sum of all parts: weight x amount.
    pub sum: i128,
    /// What has a weight.
    pub parts: Vec<Part>,
}

/// One part of a weighted sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Of what.
    pub measure: Measure,
    /// What a unit of it counts.
    pub weight: u32,
    /// How much of it there is, in the unit of the part of [`Cost`].
    pub amount: i128,
}

/// How much of a measure is due to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Of what.
    pub measure: Measure,
    /// Due to whom.
    pub of: Of,
    /// How much, in the unit of the part of [`Cost`]; below zero where prices are.
    pub amount: i128,
}

/// Who has a share. Indices are those of the lists in [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A job: when it ends, what its modes cost, what its operations draw, how far they moved.
    Job(usize),
    /// A resource: its set-ups, its cleaning, what it draws between operations.
    Resource(usize),
    /// The branch of an alternative that is done.
    Alternative(usize),
    /// One operation: the last to end, one that draws at the peak.
    Operation(usize),
}

/// A part of [`Cost`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the part of `Cost` of the same name")]
pub enum Measure {
    Makespan,
    Tardiness,
    FlowTime,
    Earliness,
    SetupTime,
    Money,
    Energy,
    Peak,
    Moved,
}

/// Takes the cost of a plan apart.
///
/// ```
/// use weft_model::{Millis, Timestamp};
/// use weft_plan::{Job, Measure, Mode, Objective, Of, Operation, Problem, Weights, breakdown, solve};
///
/// // Ten milliseconds of work, due after six.
/// let mode = Mode { work: Millis::new(10), ..Mode::default() };
/// let problem = Problem {
///     jobs: vec![Job { due: Some(Timestamp::from_millis(6)), weight: 2, ..Job::default() }],
///     operations: vec![Operation { modes: vec![mode], ..Operation::default() }],
///     objective: Objective::weighted(Weights { tardiness: 3, ..Weights::none() }),
///     ..Problem::default()
/// };
/// let plan = solve(&problem, 10, 1, None)?.plan;
/// let found = breakdown(&problem, &plan);
/// assert_eq!(found.levels[0].sum, 24);
/// let late = found.shares.iter().find(|it| it.measure == Measure::Tardiness).unwrap();
/// assert_eq!((late.of, late.amount), (Of::Job(0), 8));
/// # Ok::<(), weft_plan::ProblemError>(())
/// ```
pub fn breakdown(problem: &Problem, plan: &Plan) -> Breakdown {
    let cost = crate::checker::cost(problem, plan);
    let levels = problem.objective.levels.iter().zip(&cost.levels).enumerate();
    let levels = levels.map(|(index, (weights, sum))| {
        let parts = Measure::ALL.into_iter().map(|measure| Part {
            measure,
            weight: measure.weight(weights),
            amount: measure.amount(&cost),
        });
        Level { index, sum: *sum, parts: parts.filter(|it| 0 < it.weight).collect() }
    });
    let levels = levels.filter(|it| !it.parts.is_empty()).collect();
    let mut tally = Tally::default();
    let done = done::all(problem, plan);
    tally.jobs(problem, &done);
    tally.branches(problem, plan);
    let cleaned = setups::tally(problem, &done, &mut tally);
    tally.last(problem, &done, &cleaned);
    energy::tally(problem, &done, &mut tally);
    Breakdown { cost, levels, shares: tally.shares() }
}

impl Measure {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::Makespan,
        Self::Tardiness,
        Self::FlowTime,
        Self::Earliness,
        Self::SetupTime,
        Self::Money,
        Self::Energy,
        Self::Peak,
        Self::Moved,
    ];

    /// How much of it a cost has, in the unit of its part.
    pub fn amount(self, cost: &Cost) -> i128 {
        match self {
            Self::Makespan => i128::from(cost.makespan.get()),
            Self::Tardiness => cost.tardiness,
            Self::FlowTime => cost.flow_time,
            Self::Earliness => cost.earliness,
            Self::SetupTime => cost.setup_time,
            Self::Money => cost.money,
            Self::Energy => cost.energy,
            Self::Peak => cost.peak,
            Self::Moved => cost.moved,
        }
    }

    /// What a unit of it counts.
    pub fn weight(self, weights: &Weights) -> u32 {
        match self {
            Self::Makespan => weights.makespan,
            Self::Tardiness => weights.tardiness,
            Self::FlowTime => weights.flow_time,
            Self::Earliness => weights.earliness,
            Self::SetupTime => weights.setup_time,
            Self::Money => weights.money,
            Self::Energy => weights.energy,
            Self::Peak => weights.peak,
            Self::Moved => weights.moved,
        }
    }

    /// What it is called.
    pub fn title(self) -> Title {
        let (en, zh) = match self {
            Self::Makespan => ("makespan", "总工期"),
            Self::Tardiness => ("weighted tardiness", "加权拖期"),
            Self::FlowTime => ("weighted flow time", "加权流程时间"),
            Self::Earliness => ("weighted earliness", "加权提前量"),
            Self::SetupTime => ("set-up time", "换型时间"),
            Self::Money => ("money", "费用"),
            Self::Energy => ("energy", "能耗"),
            Self::Peak => ("peak power", "峰值功率"),
            Self::Moved => ("moved against the plan before", "较原计划的移动量"),
        };
        Title { en: en.to_owned(), zh: zh.to_owned() }
    }

    /// An amount of it with its unit; `span` says how a length of time is written.
    pub fn text(self, amount: i128, span: &dyn Fn(Millis) -> String) -> String {
        match self {
            Self::Money => amount.to_string(),
            Self::Energy => format!("{:.1} kWh", amount as f64 / 1_000.0),
            Self::Peak => format!("{:.1} kW", amount as f64 / 1_000.0),
            _ => {
                let most = i128::from(i64::MAX);
                let ms = amount.clamp(-most, most);
                span(Millis::new(ms as i64))
            }
        }
    }
}

/// Shares in the making.
#[derive(Debug, Default)]
struct Tally {
    by_measure: BTreeMap<(Measure, Of), i128>,
}

impl Tally {
    fn add(&mut self, measure: Measure, of: Of, amount: i128) {
        *self.by_measure.entry((measure, of)).or_insert(0) += amount;
    }

    /// What depends on when jobs end, on modes, and on the plan before.
    fn jobs(&mut self, problem: &Problem, done: &[Done]) {
        let mut ends: BTreeMap<usize, Timestamp> = BTreeMap::new();
        for it in done {
            let end = ends.entry(it.job).or_insert(it.slot.end);
            *end = it.slot.end.max(*end);
            self.add(Measure::Money, Of::Job(it.job), i128::from(it.mode.cost));
            let previous = problem.previous.get(it.index).copied().flatten();
            if let Some(previous) = previous.filter(|_| !it.is_frozen) {
                let by = i128::from((it.slot.start - previous.start).get()).abs();
                self.add(Measure::Moved, Of::Job(it.job), by);
            }
        }
        for (job, end) in ends {
            let Some(it) = problem.jobs.get(job) else { continue };
            let of = Of::Job(job);
            let weighed = |from: Timestamp, to: Timestamp| {
                i128::from(it.weight) * i128::from((to - from).get())
            };
            self.add(Measure::FlowTime, of, weighed(it.release, end));
            if let Some(due) = it.due {
                self.add(Measure::Tardiness, of, weighed(due, end).max(0));
                self.add(Measure::Earliness, of, weighed(end, due).max(0));
            }
        }
    }

    fn branches(&mut self, problem: &Problem, plan: &Plan) {
        for (alternative, (it, branch)) in
            problem.alternatives.iter().zip(&plan.branches).enumerate()
        {
            if let Some(it) = it.branches.get(*branch) {
                self.add(Measure::Money, Of::Alternative(alternative), i128::from(it.cost));
            }
        }
    }

    /// All of the makespan is due to who ends last.
    fn last(&mut self, problem: &Problem, done: &[Done], cleaned: &[(usize, Timestamp)]) {
        let operations = done.iter().map(|it| (it.slot.end, Of::Operation(it.index)));
        let all = operations.chain(cleaned.iter().map(|it| (it.1, Of::Resource(it.0))));
        if let Some((end, of)) = all.max().filter(|it| problem.now < it.0) {
            self.add(Measure::Makespan, of, i128::from((end - problem.now).get()));
        }
    }

    fn shares(self) -> Vec<Share> {
        let all = self.by_measure.into_iter().filter(|it| it.1 != 0);
        let mut shares: Vec<Share> =
            all.map(|((measure, of), amount)| Share { measure, of, amount }).collect();
        shares.sort_by_key(|it| (it.measure, -it.amount, it.of));
        shares
    }
}

#[cfg(test)]
mod tests;
