//! A plan in progress as a timetable.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use crate::instance::{Instance, Slot};
use crate::live::{Event, Order, scheduled};
use crate::problem::{Cost, Plan, Point, Problem, Scheduled};
use crate::rules::frozen;
use crate::timetable::{Improve, Layout, Style, Timetable};

/// A repair that makes the plan so many per cent dearer is compared with a dispatcher's.
const DEARER: i128 = 1;
/// And then with one that keeps to the order there was, which may move everything.
const FAR_DEARER: i128 = 5;
/// A dispatcher moves not more than so many per cent of what has not started.
const MOVED_PERCENT_MAX: usize = 10;
/// Of small plans more.
const FEW: usize = 10;

/// What has been laid out, and the timetable on it.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) layout: Arc<Layout>,
    timetable: Timetable,
    /// The most power drawn at a time, in watts.
    peak: i128,
}

impl Table {
    /// `None` when the problem has a rule that timetables do not know.
    pub(super) fn new(problem: &Problem, instance: Instance, plan: &Plan) -> Option<Self> {
        let layout = Layout::new(problem, instance)?;
        let mut table = Timetable::of_plan(&layout, plan);
        let peak = table.peak();
        Some(Self { layout: Arc::new(layout), timetable: table, peak })
    }

    /// Whether this order has no rule that timetables do not know.
    pub(super) fn knows(&self, order: &Order) -> bool {
        let mut ties = order.precedences.iter();
        let mut operations = order.operations.iter();
        ties.all(|it| it.max_lag.is_none() && it.from == Point::End && it.to == Point::Start)
            && operations.all(|it| {
                it.holds_until.is_none()
                    && it.frozen.is_none()
                    && it
                        .modes
                        .iter()
                        .all(|it| it.uses.is_empty() && self.layout.is_plain_visit(it))
            })
    }

    pub(super) fn scheduled(&self, operation: usize) -> Option<Scheduled> {
        let slot = self.timetable.slots().get(operation)?;
        scheduled(*slot, self.layout.instance.operations[operation].first_mode)
    }

    pub(super) fn plan(&self) -> Vec<Option<Scheduled>> {
        (0..self.timetable.slots().len()).map(|it| self.scheduled(it)).collect()
    }

    pub(super) fn cost(&self) -> Cost {
        Cost { peak: self.peak, ..self.timetable.cost(&self.layout) }
    }

    /// By operation whether it has been cancelled.
    pub(super) fn gone(&self) -> &[bool] {
        &self.layout.is_gone
    }

    /// Follows an event that the problem has taken in; which operations are elsewhere now.
    pub(super) fn apply(&mut self, problem: &Problem, event: &Event) -> Vec<usize> {
        let before = self.cost();
        let layout = Arc::make_mut(&mut self.layout);
        let table = &mut self.timetable;
        table.begin();
        match event {
            Event::Now(now) => {
                layout.instance.now = now.as_millis();
                table.doubt_begun(layout);
            }
            Event::Fact { operation, frozen } => {
                let first_mode = layout.instance.operations[*operation].first_mode;
                let slot = frozen::slot(*frozen, first_mode);
                table.fix(layout, *operation as u32, slot);
            }
            Event::Withdrawn { operation } => table.release(layout, *operation as u32),
            Event::Closed { resource, .. } | Event::Calendar { resource, .. } => {
                table.change_calendar(layout, problem, *resource);
            }
            Event::Capacity { resource, capacity } => {
                layout.instance.resources[*resource].capacity = *capacity;
                table.doubt_overload(layout, *resource);
            }
            Event::Release { operation, .. } => {
                let (it, index) = (&problem.operations[*operation], *operation);
                let job = problem.jobs[it.job].release;
                let earliest = it.release.unwrap_or(job).max(job).as_millis();
                layout.instance.operations[index].earliest = earliest;
                table.doubt_early(layout, index as u32);
            }
            Event::Due { job, .. } => table.change_due(layout, problem, *job),
            Event::Added(_) => {
                layout.add_job(problem);
                table.grow(layout);
                table.insert_job(layout, (problem.jobs.len() - 1) as u32);
            }
            Event::Cancelled { job } => {
                table.change_due(layout, problem, *job);
                table.cancel(layout, *job);
            }
            Event::Prices(prices) => table.change_prices(layout, prices),
        }
        repair(layout, table, before);
        self.peak = table.peak();
        self.differing()
    }

    /// Where the operations of the job that was added last to the problem would be, `first` the first of them, and
    /// what the plan would cost. Nothing changes.
    pub(super) fn promise(
        &mut self,
        problem: &Problem,
        first: usize,
    ) -> (Vec<Option<Scheduled>>, Cost) {
        let layout = Arc::make_mut(&mut self.layout);
        layout.add_job(problem);
        self.timetable.grow(layout);
        self.timetable.begin();
        self.timetable.insert_job(layout, (problem.jobs.len() - 1) as u32);
        let after = Cost { peak: self.timetable.peak(), ..self.timetable.cost(layout) };
        let added = first..problem.operations.len();
        let scheduled = |it: usize| {
            scheduled(self.timetable.slots()[it], layout.instance.operations[it].first_mode)
        };
        let operations = added.map(scheduled).collect();
        self.timetable.take_back(layout);
        layout.remove_last_job();
        self.timetable.shrink(layout);
        self.timetable.peak();
        (operations, after)
    }

    /// Tries changes; which operations are elsewhere than before.
    pub(super) fn improve(
        &mut self,
        in_force: &[Option<Scheduled>],
        moved_max: usize,
        seed: u64,
        steps: u64,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Vec<usize> {
        let (layout, table) = (&self.layout, &mut self.timetable);
        let pairs = in_force.iter().zip(&layout.is_gone).zip(&layout.instance.operations);
        let base = pairs.map(|((it, is_gone), operation)| match it {
            Some(it) if !is_gone => Slot {
                start: it.start.as_millis(),
                end: it.end.as_millis(),
                mode: operation.first_mode + it.mode as u32,
            },
            _ => Slot::unplaced(operation.first_mode),
        });
        let before = table.slots().to_vec();
        table.forget_power(layout);
        let mut improve = Improve::new(table, base.collect(), moved_max, seed);
        improve.match_up(layout, table);
        for _ in 0..steps {
            if !go_on() {
                break;
            }
            improve.step(layout, table);
        }
        improve.finish(layout, table);
        table.count_power(layout);
        self.peak = table.peak();
        let pairs = before.iter().zip(table.slots()).enumerate();
        pairs.filter(|(_, (before, after))| before != after).map(|(index, _)| index).collect()
    }

    fn differing(&self) -> Vec<usize> {
        let changed = self.timetable.changed().iter();
        let slots = self.timetable.slots();
        let other = changed.filter(|(operation, old)| slots[*operation as usize] != *old);
        other.map(|(operation, _)| *operation as usize).collect()
    }
}

/// Puts right what an event has put in doubt. First nobody else is moved; when that makes the plan dearer than it
/// was `before`, other ways are tried, and the best is taken.
fn repair(layout: &Layout, table: &mut Timetable, before: Cost) {
    let in_doubt = table.in_doubt();
    let changed = table.split();
    let mut best: Option<(Style, (Cost, usize))> = None;
    let mut last = None;
    let is_waiting = |it: &&crate::instance::Operation| it.frozen.is_none();
    let waiting = layout.instance.operations.iter().filter(is_waiting).count() - layout.gone;
    let changes_max = FEW + waiting * MOVED_PERCENT_MAX / 100;
    for style in [Style::Insert, Style::Dispatch, Style::Order] {
        let threshold = if style == Style::Order { FAR_DEARER } else { DEARER };
        let is_fine = best.is_some_and(|best| !is_dearer(best.1.0, before, threshold));
        if last.is_some() && (is_fine || in_doubt.is_empty()) {
            break;
        }
        if last.is_some() {
            again(layout, table, &in_doubt);
        }
        let changes_max = if style == Style::Dispatch { changes_max } else { usize::MAX };
        last = Some(style);
        if table.repair_small(layout, style, changes_max) {
            table.insert_dropped(layout);
            let found = (table.cost(layout), table.changed().len());
            if best.is_none_or(|best| is_better(found, best.1, waiting)) {
                best = Some((style, found));
            }
        }
    }
    if let Some((style, _)) = best
        && last != Some(style)
    {
        again(layout, table, &in_doubt);
        table.repair(layout, style);
        table.insert_dropped(layout);
    }
    table.join(changed);
}

/// Takes a repair back and puts in doubt again what was.
fn again(layout: &Layout, table: &mut Timetable, in_doubt: &[(u32, i64)]) {
    table.take_back(layout);
    for &(operation, start) in in_doubt {
        table.doubt(layout, operation, start);
    }
}

/// By more than so many per cent of the first level.
fn is_dearer(cost: Cost, before: Cost, percent: i128) -> bool {
    let (now, then) = (cost.levels[0], before.levels[0]);
    before.unplaced < cost.unplaced || then.abs() / 100 * percent < now - then
}

/// Whether the first of two repairs is better: what it costs and how many of `waiting` it moves. To move all is worth
/// five per cent of the cost.
fn is_better(one: (Cost, usize), other: (Cost, usize), waiting: usize) -> bool {
    let dear = other.0.levels[0].abs().max(one.0.levels[0].abs());
    let weight = |(cost, moved): (Cost, usize)| {
        let moves = dear / 20 * moved as i128 / waiting.max(1) as i128;
        let [first, second, third] = cost.levels;
        (cost.unplaced, first.saturating_add(moves), second, third)
    };
    weight(one) <= weight(other)
}
