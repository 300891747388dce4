//! Why an operation is where the plan has it, in names and in words.

use weft_model::{OperationRef, OrderId, ResourceId, Solution, Timestamp, Title};
use weft_plan::{Cause, Plan, UnplacedReason, Wait};
use weft_run::State;

use crate::planning::{PlanQuestion, Today};

/// A span in which an operation could not start, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waited {
    /// Who waited.
    pub operation: OperationRef,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// For what.
    pub cause: WaitCause,
}

/// What an operation waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitCause {
    /// Its order was not released.
    Release,
    /// An operation before it.
    Predecessor(OperationRef),
    /// Others on the resource.
    Resource {
        /// Which resource.
        resource: ResourceId,
        /// Who held it, by end.
        held_by: Vec<OperationRef>,
    },
    /// The resource's working time.
    Calendar(ResourceId),
    /// Nothing: a machine has it.
    UnderWay,
    /// Nothing in the way: the plan has it later than it could be.
    Choice,
    /// It has no place in any plan.
    NoPlace(NoPlace),
}

/// Why something has no place in any plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlace {
    /// No resource that there is can do it, or something before it.
    NoResource,
    /// It comes after something that has none.
    Predecessor(OperationRef),
    /// Its resources never work at the same time.
    NeverOpen,
    /// It may not pause, and no shift is long enough.
    LongerThanAnyShift,
    /// The calendars end before its work is done.
    CalendarEnds,
    /// No way to do everything stays within what there is to be used up.
    Budgets,
    /// Nothing was found that ends by its deadline.
    Deadline,
    /// Nothing was found that keeps what ties it to others.
    Tied,
}

impl PlanQuestion {
    /// What an operation waited for in a plan, oldest first.
    pub fn why(&self, plan: &Plan, operation: &OperationRef) -> Vec<Waited> {
        let index = self.names.iter().position(|named| named.operation == *operation);
        index.map_or_else(Vec::new, |index| {
            weft_plan::explain(&self.problem, plan, index)
                .into_iter()
                .filter_map(|wait| self.named(index, wait))
                .collect()
        })
    }

    /// What an operation waits for in the plan in force as it looks today, or why it has no place in it.
    pub fn why_today(&self, today: &Today, operation: &OperationRef) -> Vec<Waited> {
        let no_place = |cause| {
            let (operation, now) = (operation.clone(), self.problem.now);
            vec![Waited { operation, from: now, until: now, cause: WaitCause::NoPlace(cause) }]
        };
        if self.impossible.contains(operation) {
            return no_place(NoPlace::NoResource);
        }
        let is_it =
            |index: usize| self.names.get(index).is_some_and(|it| it.operation == *operation);
        let Some((_, reason)) = today.unplaced.iter().find(|(index, _)| is_it(*index)) else {
            return self.why(&today.plan, operation);
        };
        match *reason {
            UnplacedReason::Predecessor { operation } => match self.names.get(operation) {
                Some(before) => no_place(NoPlace::Predecessor(before.operation.clone())),
                None => Vec::new(),
            },
            UnplacedReason::NeverOpen => no_place(NoPlace::NeverOpen),
            UnplacedReason::LongerThanAnyShift => no_place(NoPlace::LongerThanAnyShift),
            UnplacedReason::CalendarEnds => no_place(NoPlace::CalendarEnds),
            UnplacedReason::Budgets => no_place(NoPlace::Budgets),
            UnplacedReason::Deadline => no_place(NoPlace::Deadline),
            UnplacedReason::Tied => no_place(NoPlace::Tied),
        }
    }

    /// Why an order ends when it does in the plan in force as it looks today; where something of it has no
    /// place, why that is so.
    pub fn why_order_today(&self, today: &Today, order: &OrderId) -> Vec<Waited> {
        let named = today.unplaced.iter().filter_map(|(index, _)| self.names.get(*index));
        let stuck = self.impossible.iter().chain(named.map(|named| &named.operation));
        match stuck.into_iter().find(|of| of.order == *order) {
            Some(of) => self.why_today(today, of),
            None => self.why_order(&today.plan, order),
        }
    }

    /// Why an order ends when it does: from its last operation back to the root.
    pub fn why_order(&self, plan: &Plan, order: &OrderId) -> Vec<Waited> {
        let index = self.orders.iter().position(|other| other == order);
        index.map_or_else(Vec::new, |index| {
            weft_plan::explain_job(&self.problem, plan, index)
                .into_iter()
                .filter_map(|(operation, wait)| self.named(operation, wait))
                .collect()
        })
    }

    fn named(&self, operation: usize, wait: Wait) -> Option<Waited> {
        let name = |index: usize| Some(self.names.get(index)?.operation.clone());
        let cause = match wait.cause {
            Cause::Release => WaitCause::Release,
            Cause::Predecessor { operation, .. } => WaitCause::Predecessor(name(operation)?),
            Cause::Resource { resource, held_by } => WaitCause::Resource {
                resource: self.resources.get(resource)?.clone(),
                held_by: held_by.into_iter().filter_map(name).collect(),
            },
            Cause::Calendar { resource } => {
                WaitCause::Calendar(self.resources.get(resource)?.clone())
            }
            Cause::Frozen => WaitCause::UnderWay,
            Cause::Choice => WaitCause::Choice,
        };
        Some(Waited { operation: name(operation)?, from: wait.from, until: wait.until, cause })
    }
}

impl Waited {
    /// In words. Instants are left to the reader's screen, which knows the time zone.
    pub fn text(&self, state: &State, solution: &Solution) -> Title {
        let what = title_of(state, &self.operation);
        let span = self.until - self.from;
        let resource = |id: &ResourceId| {
            solution.resources.get(id).map_or_else(|| Title::same(id.as_str()), |r| r.title.clone())
        };
        let others = |held_by: &[OperationRef]| {
            let named: Vec<Title> = held_by
                .iter()
                .rev()
                .take(3)
                .map(|of| {
                    let title = title_of(state, of);
                    Title {
                        en: format!("{} of {}", title.en, of.order),
                        zh: format!("{} 的“{}”", of.order, title.zh),
                    }
                })
                .collect();
            let more = held_by.len().saturating_sub(named.len());
            let mut en = named.iter().map(|t| t.en.clone()).collect::<Vec<_>>().join(", ");
            let mut zh = named.iter().map(|t| t.zh.clone()).collect::<Vec<_>>().join("、");
            if 0 < more {
                en = format!("{en} and {more} more");
                zh = format!("{zh}等 {} 项", more + named.len());
            }
            Title { en, zh }
        };
        match &self.cause {
            WaitCause::Release => Title {
                en: format!("{} waited {span} for its order to be released", what.en),
                zh: format!("“{}”等待订单放行 {span}", what.zh),
            },
            WaitCause::Predecessor(before) => {
                let before = title_of(state, before);
                Title {
                    en: format!("{} waited {span} for {} to end", what.en, before.en),
                    zh: format!("“{}”等待前道工序“{}”完成 {span}", what.zh, before.zh),
                }
            }
            WaitCause::Resource { resource: id, held_by } => {
                let (on, by) = (resource(id), others(held_by));
                Title {
                    en: format!("{} waited {span} for {}, busy with {}", what.en, on.en, by.en),
                    zh: format!("“{}”等待{}空闲 {span},其间在做{}", what.zh, on.zh, by.zh),
                }
            }
            WaitCause::Calendar(id) => {
                let on = resource(id);
                Title {
                    en: format!("{} waited {span} for {} to open", what.en, on.en),
                    zh: format!("“{}”等待{}上班 {span}", what.zh, on.zh),
                }
            }
            WaitCause::UnderWay => Title {
                en: format!("{} is on its machine", what.en),
                zh: format!("“{}”已在机器上", what.zh),
            },
            WaitCause::Choice => Title {
                en: format!(
                    "{} could start {span} earlier; other orders are better served so",
                    what.en
                ),
                zh: format!("“{}”本可提前 {span} 开始；这样安排对其他订单更有利", what.zh),
            },
            WaitCause::NoPlace(why) => {
                let why = why.text(state);
                Title {
                    en: format!("{} has no place in the plan: {}", what.en, why.en),
                    zh: format!("“{}”无法排入计划：{}", what.zh, why.zh),
                }
            }
        }
    }
}

impl NoPlace {
    fn text(&self, state: &State) -> Title {
        let same = |en: &str, zh: &str| Title { en: en.to_owned(), zh: zh.to_owned() };
        match self {
            Self::NoResource => same(
                "no resource that there is can do it, or what comes before it",
                "没有资源能做它或它的前道工序",
            ),
            Self::Predecessor(before) => {
                let before = title_of(state, before);
                Title {
                    en: format!("{} before it has none either", before.en),
                    zh: format!("它的前道工序“{}”也无法排入", before.zh),
                }
            }
            Self::NeverOpen => {
                same("its resources never work at the same time", "所需资源从不同时上班")
            }
            Self::LongerThanAnyShift => same(
                "it may not pause over breaks and is longer than any shift",
                "它不可中断，而任何班次都不够长",
            ),
            Self::CalendarEnds => same(
                "working time of its resources runs out before it is done",
                "所需资源的工作时间不足以完成它",
            ),
            Self::Budgets => same(
                "no way to do everything stays within all budgets",
                "没有任何做法能使全部工作不超出预算",
            ),
            Self::Deadline => {
                same("no place was found that ends by its deadline", "找不到能在期限前完成它的安排")
            }
            Self::Tied => same(
                "no place was found that keeps its longest waiting times and what it holds or stores",
                "找不到满足其最长等待、占用和暂存要求的安排",
            ),
        }
    }
}

/// The title of an operation, or its id when the state does not know it.
pub fn title_of(state: &State, of: &OperationRef) -> Title {
    state
        .job_operation(of)
        .map_or_else(|| Title::same(of.operation.as_str()), |what| what.title.clone())
}
