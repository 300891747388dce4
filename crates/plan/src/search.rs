//! The search: at once a complete plan, then better ones.
//!
//! [`Search`] looks at the problem and chooses a [`Strategy`]: a shop is searched on its disjunctive graph,
//! anything else by lists. Whatever the strategy, it holds a complete plan from the moment it exists, takes
//! a plan to begin from, and says what no plan can do better than.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::{Arc, OnceLock};

use weft_model::{Millis, Timestamp};

use crate::bound::{self, Bound};
use crate::checker;
use crate::general::GeneralSearch;
use crate::instance::{Instance, Slot};
use crate::line::LineStrategy;
use crate::list::ListSearch;
use crate::part::{Part, Parts};
use crate::places::Model;
use crate::problem::{Cost, Plan, Problem, Scheduled};
use crate::project::ProjectStrategy;
use crate::rules::Rules;
use crate::rules::present::Feature;
use crate::shop::ShopStrategy;
use crate::strategy::Strategy;
use crate::timetable::Layout;
use crate::turns::Turns;
use crate::unplaced::UnplacedReason;
use crate::validate::ProblemError;

/// Larger problems have no timetable beside the search.
const TIMETABLED_MAX: usize = 50_000;

/// A search in progress. The same problem, seed, given plan and number of steps give the same plan.
#[derive(Debug)]
pub struct Search {
    instance: Arc<Instance>,
    bound: Arc<Bound>,
    /// What only the general search needs.
    model: Option<Arc<Model>>,
    /// What counts the parts of the cost that the strategy does not.
    counter: Option<Arc<Model>>,
    /// What a timetable beside the strategy needs.
    layout: Option<Arc<Layout>>,
    strategy: Box<dyn Strategy>,
    /// The plan of the best slots, once someone asked for it.
    plan: OnceLock<Plan>,
    /// What it costs in all its parts, once someone asked for it.
    whole: OnceLock<Cost>,
    /// What it costs in the parts that the strategy counts.
    cost: Cost,
    slots: Vec<Slot>,
    branches: Vec<u32>,
}

/// Whether it makes sense to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A better plan may exist.
    Running,
    /// The plan is as good as the lower bound: none is better.
    Proved,
}

/// What [`solve`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solved {
    /// The best plan.
    pub plan: Plan,
    /// What it costs.
    pub cost: Cost,
    /// No plan costs less than this.
    pub lower_bound: Cost,
    /// Whether it is proved to be best.
    pub status: Status,
    /// Steps taken; fewer than asked when proved before.
    pub steps: u64,
    /// Operations without a place, and why.
    pub unplaced: Vec<(usize, UnplacedReason)>,
}

/// Searches for `steps` steps, or until the best plan is proved.
pub fn solve(
    problem: &Problem,
    steps: u64,
    seed: u64,
    warm_start: Option<&Plan>,
) -> Result<Solved, ProblemError> {
    let mut search = Search::new(problem, seed, warm_start)?;
    let status = search.run(steps);
    Ok(Solved {
        cost: search.cost(),
        lower_bound: search.lower_bound(),
        status,
        steps: search.steps(),
        unplaced: search.unplaced(),
        plan: search.best().clone(),
    })
}

impl Search {
    /// Validates the problem and makes a first complete plan.
    ///
    /// `warm_start` is a plan to begin from, entry by entry for the operations of `problem`; what no longer
    /// holds in it is repaired, its order and modes are kept. When it obeys all rules, the result is never
    /// worse.
    pub fn new(
        problem: &Problem,
        seed: u64,
        warm_start: Option<&Plan>,
    ) -> Result<Self, ProblemError> {
        Ok(Self::of(problem, Instance::new(problem)?, seed, warm_start))
    }

    /// The same without some of the parts that searches are made of, to see what these are good for.
    pub fn without(parts: &[Part], problem: &Problem, seed: u64) -> Result<Self, ProblemError> {
        let mut instance = Instance::new(problem)?;
        instance.parts = Parts::without(parts);
        Ok(Self::of(problem, instance, seed, None))
    }

    fn of(problem: &Problem, instance: Instance, seed: u64, warm_start: Option<&Plan>) -> Self {
        let instance = Arc::new(instance);
        let bound = Arc::new(bound::bound(&instance));
        if let Some(strategy) = choose(&instance, seed, warm_start) {
            return Self::with(instance, bound, None, strategy).counted(problem);
        }
        let layout = layout(problem, &instance);
        if let Some(list) = ListSearch::recognise(&instance, &bound, seed, warm_start) {
            let strategy = beside_table(Box::new(list), layout.as_ref(), seed);
            let search = Self::with(instance, bound, None, strategy).counted(problem);
            return Self { layout, ..search };
        }
        let model = Arc::new(Model::new(problem, &instance));
        let strategy = GeneralSearch::new(Arc::clone(&model), &bound, seed, warm_start);
        let strategy = beside_table(Box::new(strategy), layout.as_ref(), seed);
        let mut search = Self::with(instance, bound, Some(model), strategy);
        search.layout = layout;
        if let Some(plan) = warm_start {
            search.keep(problem, plan);
        }
        search
    }

    /// A plan with its order and modes, mended where it no longer holds: what has not begun in time begins
    /// later, and what follows from that. Nothing better is looked for.
    pub fn mended(problem: &Problem, plan: &Plan) -> Result<Self, ProblemError> {
        let instance = Arc::new(Instance::new(problem)?);
        let bound = Arc::new(bound::bound(&instance));
        if ListSearch::knows(&instance) {
            let strategy = ListSearch::mended(Arc::clone(&instance), Arc::clone(&bound), plan);
            return Ok(Self::with(instance, bound, None, Box::new(strategy)).counted(problem));
        }
        let model = Arc::new(Model::new(problem, &instance));
        let strategy = GeneralSearch::mended(Arc::clone(&model), plan);
        let mut search = Self::with(instance, bound, Some(model), Box::new(strategy));
        search.keep(problem, plan);
        Ok(search)
    }

    /// A given plan that obeys all rules is the best one until a better one is found, whether the strategy would
    /// come to it by its own means or not.
    fn keep(&mut self, problem: &Problem, plan: &Plan) {
        if !checker::check(problem, plan).is_empty() {
            return;
        }
        let slot = |(it, slot): (&crate::instance::Operation, &Option<Scheduled>)| match slot {
            None => Slot::unplaced(it.first_mode),
            Some(slot) => Slot {
                start: slot.start.as_millis(),
                end: slot.end.as_millis(),
                mode: it.first_mode + slot.mode as u32,
            },
        };
        let pairs = self.instance.operations.iter().zip(&plan.operations);
        let slots: Vec<Slot> = pairs.map(slot).collect();
        let branches: Vec<u32> = plan.branches.iter().map(|it| *it as u32).collect();
        self.strategy.offer(&slots, &branches);
        self.take_over();
    }

    /// Another search of the same problem, to run beside this one: it shares what does not change, and
    /// begins from the best plan of this one.
    #[must_use]
    pub fn beside(&self, seed: u64) -> Self {
        let (instance, bound) = (Arc::clone(&self.instance), Arc::clone(&self.bound));
        let best = Some(self.best());
        let strategy: Box<dyn Strategy> = match &self.model {
            Some(model) => {
                let mut search = GeneralSearch::new(Arc::clone(model), &bound, seed, best);
                search.offer(&self.slots, &self.branches);
                beside_table(Box::new(search), self.layout.as_ref(), seed)
            }
            None => choose(&instance, seed, best).unwrap_or_else(|| {
                let list = ListSearch::recognise(&instance, &bound, seed, best);
                let list = list.unwrap_or_else(|| {
                    let (instance, bound) = (Arc::clone(&instance), Arc::clone(&bound));
                    ListSearch::mended(instance, bound, self.best())
                });
                beside_table(Box::new(list), self.layout.as_ref(), seed)
            }),
        };
        let search = Self::with(instance, bound, self.model.clone(), strategy);
        Self { counter: self.counter.clone(), layout: self.layout.clone(), ..search }
    }

    fn with(
        instance: Arc<Instance>,
        bound: Arc<Bound>,
        model: Option<Arc<Model>>,
        strategy: Box<dyn Strategy>,
    ) -> Self {
        let (cost, slots, branches) = (strategy.cost(), strategy.slots(), strategy.branches());
        let (plan, whole) = (OnceLock::new(), OnceLock::new());
        let (counter, layout) = (None, None);
        Self {
            instance,
            bound,
            model,
            counter,
            layout,
            strategy,
            plan,
            whole,
            cost,
            slots,
            branches,
        }
    }

    /// With what its strategy does not count because nothing asks for it.
    fn counted(mut self, problem: &Problem) -> Self {
        self.counter =
            Rules::costs_more(problem).then(|| Arc::new(Model::new(problem, &self.instance)));
        self
    }

    /// Takes up to `steps` further steps; stops when the best plan is proved.
    pub fn run(&mut self, steps: u64) -> Status {
        self.run_while(steps, || true)
    }

    /// The same, but asks now and then whether to go on: a shell that has a clock ends in time, whatever the
    /// size of a step.
    pub fn run_while(&mut self, steps: u64, mut go_on: impl FnMut() -> bool) -> Status {
        self.strategy.run(steps, &mut go_on);
        self.take_over();
        self.status()
    }

    /// Takes in the best plan of another search of the same problem, and goes on from there if it is better.
    pub fn learn_from(&mut self, other: &Search) {
        if self.slots.len() == other.slots.len() {
            self.strategy.offer(&other.slots, &other.branches);
            self.take_over();
        }
    }

    fn take_over(&mut self) {
        let cost = self.strategy.cost();
        if cost < self.cost {
            self.cost = cost;
            self.slots = self.strategy.slots();
            self.branches = self.strategy.branches();
            (self.plan, self.whole) = (OnceLock::new(), OnceLock::new());
        }
    }

    /// The best plan so far.
    pub fn best(&self) -> &Plan {
        self.plan.get_or_init(|| {
            let scheduled = |(slot, it): (&Slot, &crate::instance::Operation)| {
                slot.is_placed().then(|| Scheduled {
                    mode: (slot.mode - it.first_mode) as usize,
                    start: Timestamp::from_millis(slot.start),
                    end: Timestamp::from_millis(slot.end),
                })
            };
            let pairs = self.slots.iter().zip(&self.instance.operations);
            Plan {
                operations: pairs.map(scheduled).collect(),
                branches: self.branches.iter().map(|it| *it as usize).collect(),
            }
        })
    }

    /// What the best plan costs.
    pub fn cost(&self) -> Cost {
        match &self.counter {
            Some(model) => *self.whole.get_or_init(|| model.cost_of(&self.slots, &self.branches)),
            None => self.cost,
        }
    }

    /// No plan costs less, in any of the parts or in total.
    pub fn lower_bound(&self) -> Cost {
        let mut cost = self.bound.cost;
        if let Some(makespan) = self.strategy.makespan_bound() {
            cost.makespan = cost.makespan.max(Millis::new(makespan));
        }
        cost.weighted(&self.instance.objective)
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.strategy.steps()
    }

    /// Whether it makes sense to go on.
    pub fn status(&self) -> Status {
        let least = self.lower_bound();
        let is_least = self.cost.unplaced == least.unplaced && self.cost.levels == least.levels;
        if is_least || self.strategy.is_exhausted() { Status::Proved } else { Status::Running }
    }

    /// The operations that the best plan has no place for, and why.
    pub fn unplaced(&self) -> Vec<(usize, UnplacedReason)> {
        let is_absent = |operation: usize| {
            let model = self.model.as_ref();
            model.is_some_and(|model| !model.has(&self.branches, operation as u32))
        };
        let slots = self.slots.iter().enumerate();
        let missing = slots.filter(|(index, slot)| !slot.is_placed() && !is_absent(*index));
        missing.map(|(operation, _)| (operation, self.why_unplaced(operation))).collect()
    }

    fn why_unplaced(&self, operation: usize) -> UnplacedReason {
        if let Some(operation) = self.missing_before(operation) {
            return UnplacedReason::Predecessor { operation };
        }
        let it = &self.instance.operations[operation];
        let mut modes = it.first_mode..it.last_mode;
        if modes.clone().all(|mode| self.instance.calendar(mode).is_empty()) {
            return UnplacedReason::NeverOpen;
        }
        let too_long = |mode: u32| {
            let work = self.instance.modes[mode as usize].work;
            self.instance.calendar(mode).longest() < work
        };
        if !it.spans_breaks && modes.clone().all(too_long) {
            return UnplacedReason::LongerThanAnyShift;
        }
        if self.instance.has(Feature::Budgets) {
            let left = self.budgets_left();
            let asks_too_much = |mode: u32| {
                let mut uses = self.instance.uses(mode).iter();
                uses.any(|&(budget, amount)| {
                    0 < amount && left[budget as usize] < i128::from(amount)
                })
            };
            if modes.all(asks_too_much) {
                return UnplacedReason::Budgets;
            }
        }
        let Some(known) = &self.model else { return UnplacedReason::CalendarEnds };
        let of_rule = known.rules.reason(operation as u32);
        let tied = known.is_tied(operation as u32).then_some(UnplacedReason::Tied);
        of_rule.or(tied).unwrap_or(UnplacedReason::CalendarEnds)
    }

    /// One that it comes after, and that has no place.
    fn missing_before(&self, operation: usize) -> Option<usize> {
        let is_missing = |before: u32| !self.slots[before as usize].is_placed();
        let Some(model) = &self.model else {
            let mut before = self.instance.before(operation as u32).iter().map(|it| it.0);
            return before.find(|it| is_missing(*it)).map(|it| it as usize);
        };
        let mut before = model.before[operation].iter().map(|it| it.other);
        let missing = before.find(|it| is_missing(*it) && model.has(&self.branches, *it));
        missing.map(|it| it as usize)
    }

    /// By budget all that is ever supplied and that the best plan does not use.
    fn budgets_left(&self) -> Vec<i128> {
        let supplied = |it: &crate::problem::Budget| -> i128 {
            it.supplies.iter().map(|it| i128::from(it.1)).sum()
        };
        let mut left: Vec<i128> = self.instance.budgets.iter().map(supplied).collect();
        for slot in self.slots.iter().filter(|it| it.is_placed()) {
            for &(budget, amount) in self.instance.uses(slot.mode) {
                left[budget as usize] -= i128::from(amount);
            }
        }
        left
    }
}

/// What a timetable needs, where one knows all rules of the problem and it is not too large.
fn layout(problem: &Problem, instance: &Instance) -> Option<Arc<Layout>> {
    let is_wanted = problem.operations.len() <= TIMETABLED_MAX
        && instance.parts.has(Part::Timetable)
        && Layout::knows(problem, instance);
    is_wanted.then(|| Layout::new(problem, instance.clone())).flatten().map(Arc::new)
}

/// The strategy, which takes turns with a timetable where there is one.
fn beside_table(
    strategy: Box<dyn Strategy>,
    layout: Option<&Arc<Layout>>,
    seed: u64,
) -> Box<dyn Strategy> {
    match layout {
        Some(layout) => Box::new(Turns::new(strategy, layout, seed)),
        None => strategy,
    }
}

/// The strategy of its own that knows this problem; `None` when none knows all of its rules.
fn choose(
    instance: &Arc<Instance>,
    seed: u64,
    warm_start: Option<&Plan>,
) -> Option<Box<dyn Strategy>> {
    if let Some(strategy) = ShopStrategy::recognise(instance, seed, warm_start) {
        return Some(Box::new(strategy));
    }
    if let Some(strategy) = LineStrategy::recognise(instance, seed, warm_start) {
        return Some(Box::new(strategy));
    }
    let strategy = ProjectStrategy::recognise(instance, seed, warm_start)?;
    Some(Box::new(strategy))
}
