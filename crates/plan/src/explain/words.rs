//! Waits and roots in English and Chinese.

use weft_model::Title;

use super::cause::{Cause, Wait};
use super::trace::Root;
use crate::difference::Names;

/// How many of those in the way are named.
const NAMED: usize = 3;

impl Wait {
    /// What the operation waited for, and how long.
    pub fn text(&self, operation: usize, names: &Names) -> Title {
        let what = (names.operation)(operation);
        let span = (names.span)(self.until - self.from);
        let cause = self.cause.text(operation, names);
        match self.cause {
            Cause::Frozen | Cause::NotChosen { .. } => Title {
                en: format!("{} {}", what.en, cause.en),
                zh: format!("“{}”{}", what.zh, cause.zh),
            },
            Cause::Choice => Title {
                en: format!("{} could start {span} earlier; {}", what.en, cause.en),
                zh: format!("“{}”本可提前 {span} 开始；{}", what.zh, cause.zh),
            },
            _ => Title {
                en: format!("{} waited {span} {}", what.en, cause.en),
                zh: format!("“{}”等待 {span}：{}", what.zh, cause.zh),
            },
        }
    }
}

impl Cause {
    fn text(&self, waiting: usize, names: &Names) -> Title {
        let on = |resource: &usize| (names.resource)(*resource);
        let one = |operation: &usize| (names.operation)(*operation);
        let all = |operations: &[usize]| several(operations, names);
        let (en, zh) = match self {
            Self::Release => ("for its job to be released".to_owned(), "等待放行".to_owned()),
            Self::OwnRelease => {
                ("until it could be begun at all".to_owned(), "自身未放行".to_owned())
            }
            Self::Predecessor { operation, lag } if lag.get() == 0 => {
                let before = one(operation);
                (format!("for {}", before.en), format!("前道工序“{}”", before.zh))
            }
            Self::Predecessor { operation, lag } => {
                let (before, lag) = (one(operation), (names.span)(*lag));
                (
                    format!(
                        "for {}, {lag} of it because so much has to pass between the two",
                        before.en
                    ),
                    format!("前道工序“{}”，其中规定间隔 {lag}", before.zh),
                )
            }
            Self::Resource { resource, held_by } => {
                let (on, by) = (on(resource), all(held_by));
                (format!("for {}, busy with {}", on.en, by.en), format!("{}正在做{}", on.zh, by.zh))
            }
            Self::Blocked { resource, by, waits_for } => {
                let (on, by, next) = (on(resource), one(by), one(waits_for));
                (
                    format!(
                        "for {}, held by {}, which was done but could not go on to {}",
                        on.en, by.en, next.en
                    ),
                    format!("{}被“{}”占住，它已完成但无法转入“{}”", on.zh, by.zh, next.zh),
                )
            }
            Self::Calendar { resource } => {
                let on = on(resource);
                (format!("for {} to work", on.en), format!("{}不在工作时间", on.zh))
            }
            Self::Setup { resource, operation, after, time, .. } => {
                let (on, whose, time) = (on(resource), one(operation), (names.span)(*time));
                let after = after.as_ref().map(one);
                let (after_en, after_zh) = after.map_or_else(Default::default, |it| {
                    (format!(" after {}", it.en), format!("，此前为“{}”", it.zh))
                });
                if *operation == waiting {
                    (
                        format!("for {} to be set up, which takes {time}{after_en}", on.en),
                        format!("{}换型（需 {time}{after_zh}）", on.zh),
                    )
                } else {
                    (
                        format!(
                            "because sooner {} could not have been set up for {} in time, which takes {time}{after_en}",
                            on.en, whose.en
                        ),
                        format!("再早则{}来不及为“{}”换型（需 {time}{after_zh}）", on.zh, whose.zh),
                    )
                }
            }
            Self::Cleaning { resource } => {
                let on = on(resource);
                (
                    format!("because sooner {} could not be cleaned at last", on.en),
                    format!("再早则{}最后来不及清洗", on.zh),
                )
            }
            Self::Batch { resource, with } => {
                let (on, with) = (on(resource), all(with));
                (
                    format!("to go into {} with {}", on.en, with.en),
                    format!("与{}同批进入{}", with.zh, on.zh),
                )
            }
            Self::Storage { resource, held_by } => {
                let (on, by) = (on(resource), all(held_by));
                (
                    format!("for room in {}, taken until {}", on.en, by.en),
                    format!("{}无空位，占用至{}", on.zh, by.zh),
                )
            }
            Self::Budget { budget } => (
                format!("for more to be supplied of budget {budget}"),
                format!("预算 {budget} 尚未供应"),
            ),
            Self::Line { behind, .. } => {
                let behind = one(behind);
                (
                    format!("behind {}, which it may not overtake", behind.en),
                    format!("排在“{}”之后，不得超越", behind.zh),
                )
            }
            Self::HeldBack { operation, max_lag } => {
                let (later, max_lag) = (one(operation), (names.span)(*max_lag));
                (
                    format!("so that {} comes at most {max_lag} after it", later.en),
                    format!("以使“{}”在其后至多 {max_lag} 内进行", later.zh),
                )
            }
            Self::NotChosen { .. } => (
                "is not done: another way was chosen".to_owned(),
                "不做：已选择其他方案".to_owned(),
            ),
            Self::Frozen => ("has started or is pinned".to_owned(), "已开始或已固定".to_owned()),
            Self::Choice => {
                ("others are better served so".to_owned(), "这样安排对其他任务更有利".to_owned())
            }
        };
        Title { en, zh }
    }
}

impl Root {
    /// What it is.
    pub fn text(&self, names: &Names) -> Title {
        let on = |resource: usize| (names.resource)(resource);
        let one = |operation: usize| (names.operation)(operation);
        let (en, zh) = match self {
            Self::Work { job } => {
                let it = (names.job)(*job);
                (format!("the work of {}", it.en), format!("{}的加工", it.zh))
            }
            Self::Release { job } => {
                let it = (names.job)(*job);
                (format!("the release of {}", it.en), format!("{}的放行时间", it.zh))
            }
            Self::Material { operation } => {
                let it = one(*operation);
                (format!("what {} needs comes late", it.en), format!("“{}”所需到位太晚", it.zh))
            }
            Self::Calendar { resource } => {
                let it = on(*resource);
                (format!("the working time of {}", it.en), format!("{}的工作时间", it.zh))
            }
            Self::Capacity { resources } => {
                let names: Vec<Title> = resources.iter().map(|it| on(*it)).collect();
                let join = |text: fn(&Title) -> &str, by: &str| -> String {
                    names.iter().map(text).collect::<Vec<_>>().join(by)
                };
                (
                    format!("too little of {}", join(|it| &it.en, ", ")),
                    format!("{}能力不足", join(|it| &it.zh, "、")),
                )
            }
            Self::Setup { resource } => {
                let it = on(*resource);
                (format!("set-ups of {}", it.en), format!("{}的换型", it.zh))
            }
            Self::Lag { before, after } => {
                let (before, after) = (one(*before), one(*after));
                (
                    format!("the time that has to pass between {} and {}", before.en, after.en),
                    format!("“{}”与“{}”之间的规定间隔", before.zh, after.zh),
                )
            }
            Self::HeldBack { operation } => {
                let it = one(*operation);
                (format!("{} may not come too long after", it.en), format!("“{}”须紧随其后", it.zh))
            }
            Self::Batch { resource } => {
                let it = on(*resource);
                (format!("the batch of {}", it.en), format!("{}的成批", it.zh))
            }
            Self::Storage { resource } => {
                let it = on(*resource);
                (format!("too little room in {}", it.en), format!("{}空位不足", it.zh))
            }
            Self::Budget { budget } => {
                (format!("budget {budget} is supplied late"), format!("预算 {budget} 供应太晚"))
            }
            Self::Line { line } => {
                (format!("nobody overtakes on line {line}"), format!("第 {line} 号线上不得超越"))
            }
            Self::Frozen { operation } => {
                let it = one(*operation);
                (
                    format!("{} has started or is pinned", it.en),
                    format!("“{}”已开始或已固定", it.zh),
                )
            }
            Self::Choice { operation } => {
                let it = one(*operation);
                (
                    format!("{} is later than it could be, for the sake of others", it.en),
                    format!("“{}”为他人而推迟", it.zh),
                )
            }
        };
        Title { en, zh }
    }
}

/// The last few of them.
fn several(operations: &[usize], names: &Names) -> Title {
    let titles: Vec<Title> =
        operations.iter().rev().take(NAMED).map(|it| (names.operation)(*it)).collect();
    let en: Vec<&str> = titles.iter().map(|it| it.en.as_str()).collect();
    let zh: Vec<String> = titles.iter().map(|it| format!("“{}”", it.zh)).collect();
    let (en, zh) = (en.join(", "), zh.join("、"));
    match operations.len().checked_sub(NAMED) {
        Some(more @ 1..) => Title {
            en: format!("{en} and {more} more"),
            zh: format!("{zh}等 {} 项", operations.len()),
        },
        _ => Title { en, zh },
    }
}
