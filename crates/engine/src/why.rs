//! Why an operation is where the plan has it, in names and in words.

use weft_model::{Millis, OperationRef, OrderId, ResourceId, Solution, Timestamp, Title};
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
    /// It was not released itself.
    OwnRelease,
    /// An operation before it.
    Predecessor(OperationRef),
    /// An operation before it, and the time that has to pass after that.
    Lag {
        /// The operation before it.
        after: OperationRef,
        /// The part of the waiting that is lag.
        lag: Millis,
    },
    /// Others on the resource.
    Resource {
        /// Which resource.
        resource: ResourceId,
        /// Who held it, by end.
        held_by: Vec<OperationRef>,
    },
    /// One that had done its work and could not go on.
    Blocked {
        /// Which resource it held.
        resource: ResourceId,
        /// Who held it.
        by: OperationRef,
        /// What that one waited for.
        waits_for: OperationRef,
    },
    /// The resource's working time.
    Calendar(ResourceId),
    /// The resource was set up, or would not have been in time.
    Setup {
        /// Which resource.
        resource: ResourceId,
        /// For whom.
        of: OperationRef,
        /// After whom.
        after: Option<OperationRef>,
        /// How much working time that takes.
        time: Millis,
    },
    /// The resource could not be cleaned any more.
    Cleaning(ResourceId),
    /// The others of its batch.
    Batch {
        /// Which resource.
        resource: ResourceId,
        /// The others.
        with: Vec<OperationRef>,
    },
    /// Room for what it makes.
    Storage {
        /// Where.
        resource: ResourceId,
        /// Whose things were there.
        held_by: Vec<OperationRef>,
    },
    /// Something that is used up.
    Supply,
    /// One that it may not overtake.
    Line(OperationRef),
    /// A later one, which may not come too long after it.
    HeldBack {
        /// The later one.
        later: OperationRef,
        /// The most that may lie between the two.
        most: Millis,
    },
    /// It is done in another way.
    NotChosen,
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
        let on = |index: usize| self.resources.get(index).cloned();
        let cause = match wait.cause {
            Cause::Release => WaitCause::Release,
            Cause::OwnRelease => WaitCause::OwnRelease,
            Cause::Predecessor { operation, lag } if Millis::ZERO < lag => {
                WaitCause::Lag { after: name(operation)?, lag }
            }
            Cause::Predecessor { operation, .. } => WaitCause::Predecessor(name(operation)?),
            Cause::Resource { resource, held_by } => WaitCause::Resource {
                resource: on(resource)?,
                held_by: held_by.into_iter().filter_map(name).collect(),
            },
            Cause::Blocked { resource, by, waits_for } => WaitCause::Blocked {
                resource: on(resource)?,
                by: name(by)?,
                waits_for: name(waits_for)?,
            },
            Cause::Calendar { resource } => WaitCause::Calendar(on(resource)?),
            Cause::Setup { resource, operation: of, after, time, .. } => WaitCause::Setup {
                resource: on(resource)?,
                of: name(of)?,
                after: after.and_then(name),
                time,
            },
            Cause::Cleaning { resource } => WaitCause::Cleaning(on(resource)?),
            Cause::Batch { resource, with } => WaitCause::Batch {
                resource: on(resource)?,
                with: with.into_iter().filter_map(name).collect(),
            },
            Cause::Storage { resource, held_by } => WaitCause::Storage {
                resource: on(resource)?,
                held_by: held_by.into_iter().filter_map(name).collect(),
            },
            Cause::Budget { .. } => WaitCause::Supply,
            Cause::Line { behind, .. } => WaitCause::Line(name(behind)?),
            Cause::HeldBack { operation, max_lag } => {
                WaitCause::HeldBack { later: name(operation)?, most: max_lag }
            }
            Cause::NotChosen { .. } => WaitCause::NotChosen,
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
            WaitCause::OwnRelease => Title {
                en: format!("{} waited {span} until it could be begun at all", what.en),
                zh: format!("“{}”等待自身放行 {span}", what.zh),
            },
            WaitCause::Lag { after, lag } => {
                let after = title_of(state, after);
                Title {
                    en: format!(
                        "{} waited {span} for {}, {lag} of it because so much has to pass between the two",
                        what.en, after.en
                    ),
                    zh: format!(
                        "“{}”等待前道工序“{}” {span}，其中规定间隔 {lag}",
                        what.zh, after.zh
                    ),
                }
            }
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
            WaitCause::Blocked { resource: id, by, waits_for } => {
                let (on, by) = (resource(id), others(std::slice::from_ref(by)));
                let next = title_of(state, waits_for);
                Title {
                    en: format!(
                        "{} waited {span} for {}, held by {}, which was done but could not go on to {}",
                        what.en, on.en, by.en, next.en
                    ),
                    zh: format!(
                        "“{}”等待{}空闲 {span}：{}已完成，但无法转入“{}”",
                        what.zh, on.zh, by.zh, next.zh
                    ),
                }
            }
            WaitCause::Setup { resource: id, of, after, time } => {
                let (on, whose) = (resource(id), title_of(state, of));
                let after = after.as_ref().map(|it| others(std::slice::from_ref(it)));
                let (after_en, after_zh) = after.map_or_else(Default::default, |it| {
                    (format!(" after {}", it.en), format!("，此前为{}", it.zh))
                });
                if *of == self.operation {
                    Title {
                        en: format!(
                            "{} waited {span} for {} to be set up, which takes {time}{after_en}",
                            what.en, on.en
                        ),
                        zh: format!("“{}”等待{}换型 {span}（需 {time}{after_zh}）", what.zh, on.zh),
                    }
                } else {
                    Title {
                        en: format!(
                            "{} waited {span}: sooner, {} could not have been set up for {} in time, which takes {time}{after_en}",
                            what.en, on.en, whose.en
                        ),
                        zh: format!(
                            "“{}”等待 {span}：再早则{}来不及为“{}”换型（需 {time}{after_zh}）",
                            what.zh, on.zh, whose.zh
                        ),
                    }
                }
            }
            WaitCause::Cleaning(id) => {
                let on = resource(id);
                Title {
                    en: format!(
                        "{} waited {span}: sooner, {} could not be cleaned at last",
                        what.en, on.en
                    ),
                    zh: format!("“{}”等待 {span}：再早则{}最后来不及清洗", what.zh, on.zh),
                }
            }
            WaitCause::Batch { resource: id, with } => {
                let (on, with) = (resource(id), others(with));
                Title {
                    en: format!("{} waited {span} to go into {} with {}", what.en, on.en, with.en),
                    zh: format!("“{}”等待 {span}，以便与{}同批进入{}", what.zh, with.zh, on.zh),
                }
            }
            WaitCause::Storage { resource: id, held_by } => {
                let (on, by) = (resource(id), others(held_by));
                Title {
                    en: format!(
                        "{} waited {span} for room in {}, taken until {}",
                        what.en, on.en, by.en
                    ),
                    zh: format!("“{}”等待{}有空位 {span}，其间占用至{}", what.zh, on.zh, by.zh),
                }
            }
            WaitCause::Supply => Title {
                en: format!("{} waited {span} for more to be supplied of what it uses up", what.en),
                zh: format!("“{}”等待所需消耗品供应 {span}", what.zh),
            },
            WaitCause::Line(behind) => {
                let behind = others(std::slice::from_ref(behind));
                Title {
                    en: format!(
                        "{} waited {span} behind {}, which it may not overtake",
                        what.en, behind.en
                    ),
                    zh: format!("“{}”排在{}之后等待 {span}，不得超越", what.zh, behind.zh),
                }
            }
            WaitCause::HeldBack { later, most } => {
                let later = title_of(state, later);
                Title {
                    en: format!(
                        "{} was held back {span}, so that {} comes at most {most} after it",
                        what.en, later.en
                    ),
                    zh: format!(
                        "“{}”推后 {span}，以使“{}”在其后至多 {most} 内进行",
                        what.zh, later.zh
                    ),
                }
            }
            WaitCause::NotChosen => Title {
                en: format!("{} is not done: another way was chosen", what.en),
                zh: format!("“{}”不做：已选择其他方案", what.zh),
            },
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

#[cfg(test)]
mod tests;
