//! A clash in English and Chinese.

use weft_model::{Millis, Title};

use super::{Clash, Limit, Proof};
use crate::difference::Names;
use crate::problem::{Point, Precedence, Problem};

impl Clash {
    /// What is known, then the constraints one by one.
    pub fn text(&self, problem: &Problem, names: &Names) -> Vec<Title> {
        let head = match self.proof {
            Proof::Refuted => Title {
                en: "these cannot all be kept".to_owned(),
                zh: "以下各项无法同时满足".to_owned(),
            },
            Proof::NotFound { steps } => Title {
                en: format!(
                    "no plan was found that keeps all of these ({steps} steps of search; there may be one)"
                ),
                zh: format!("未找到同时满足以下各项的计划（搜索 {steps} 步，未必不存在）"),
            },
        };
        let limits = self.limits.iter().map(|it| it.text(problem, names));
        std::iter::once(head).chain(limits).collect()
    }
}

impl Limit {
    /// In words.
    pub fn text(&self, problem: &Problem, names: &Names) -> Title {
        let operation = |index: usize| (names.operation)(index);
        let at = |at: Option<weft_model::Timestamp>| {
            at.map_or_else(String::new, |it| (names.instant)(it))
        };
        let of = |index: usize| problem.operations.get(index);
        let titled = |en: String, zh: String| Title { en, zh };
        match *self {
            Self::Release { job } => {
                let (it, when) = ((names.job)(job), at(problem.jobs.get(job).map(|it| it.release)));
                titled(
                    format!("{} is released at {when}", it.en),
                    format!("{}于 {when} 放行", it.zh),
                )
            }
            Self::OwnRelease { operation: index } => {
                let (it, when) = (operation(index), at(of(index).and_then(|it| it.release)));
                titled(
                    format!("{} cannot start before {when}", it.en),
                    format!("“{}”不能早于 {when} 开始", it.zh),
                )
            }
            Self::Deadline { operation: index } => {
                let (it, when) = (operation(index), at(of(index).and_then(|it| it.deadline)));
                titled(
                    format!("{} has to end by {when}", it.en),
                    format!("“{}”须在 {when} 前完成", it.zh),
                )
            }
            Self::Order { precedence } | Self::MaxLag { precedence } => {
                let Some(it) = problem.precedences.get(precedence) else {
                    return Title::same(format!("precedence {precedence}"));
                };
                tie(it, matches!(self, Self::MaxLag { .. }), names)
            }
            Self::Calendar { resource } => {
                let it = (names.resource)(resource);
                titled(format!("the working time of {}", it.en), format!("{}的工作时间", it.zh))
            }
            Self::Capacity { resource } => {
                let it = (names.resource)(resource);
                match problem.resources.get(resource) {
                    Some(known) if known.is_batch => titled(
                        format!("{} does batches of at most {}", it.en, known.capacity),
                        format!("{}按批处理，每批至多 {}", it.zh, known.capacity),
                    ),
                    known => {
                        let capacity = known.map_or(0, |it| it.capacity);
                        titled(
                            format!("{} takes {capacity} at a time", it.en),
                            format!("{}同时只能容纳 {capacity}", it.zh),
                        )
                    }
                }
            }
            Self::Setups { resource } => {
                let it = (names.resource)(resource);
                titled(format!("the set-ups of {}", it.en), format!("{}的换型", it.zh))
            }
            Self::Budget { budget } => {
                let supplied = problem
                    .budgets
                    .get(budget)
                    .map_or(0, |it| it.supplies.iter().map(|it| u128::from(it.1)).sum());
                titled(
                    format!("budget {budget}: {supplied} is supplied in all"),
                    format!("预算 {budget}：总供应量 {supplied}"),
                )
            }
            Self::Frozen { operation: index } => {
                let it = operation(index);
                titled(
                    format!("{} has started or is pinned", it.en),
                    format!("“{}”已开始或已固定", it.zh),
                )
            }
            Self::Hold { operation: index } => {
                let it = operation(index);
                titled(
                    format!("{} keeps what it holds until the next can go on", it.en),
                    format!("“{}”在后续可继续前一直占用资源", it.zh),
                )
            }
            Self::Storage { storage } => {
                let it = problem.storages.get(storage);
                let room = it.map_or_else(|| Title::same(""), |it| (names.resource)(it.resource));
                let from = it.map_or_else(|| Title::same(""), |it| operation(it.from.operation));
                titled(
                    format!("what {} makes lies in {} until it goes on", from.en, room.en),
                    format!("“{}”的产物在继续前存放于{}", from.zh, room.zh),
                )
            }
            Self::Line { line } => titled(
                format!("nobody overtakes on line {line}"),
                format!("第 {line} 号线上不得超越"),
            ),
        }
    }
}

fn tie(it: &Precedence, is_max: bool, names: &Names) -> Title {
    let (before, after) = ((names.operation)(it.before), (names.operation)(it.after));
    let point = |point: Point| match point {
        Point::Start => ("starts", "开始"),
        Point::End => ("ends", "结束"),
    };
    let (from, to) = (point(it.from), point(it.to));
    let lag = if is_max { it.max_lag.unwrap_or(Millis::ZERO) } else { it.min_lag };
    let (how_en, how_zh) = if is_max { ("at most", "至多") } else { ("at least", "至少") };
    if !is_max && lag == Millis::ZERO {
        return Title {
            en: format!("{} {} after {} {}", after.en, to.0, before.en, from.0),
            zh: format!("“{}”在“{}”{}之后{}", after.zh, before.zh, from.1, to.1),
        };
    }
    let lag = (names.span)(lag);
    Title {
        en: format!("{} {} {how_en} {lag} after {} {}", after.en, to.0, before.en, from.0),
        zh: format!("“{}”在“{}”{}后{how_zh} {lag} {}", after.zh, before.zh, from.1, to.1),
    }
}
