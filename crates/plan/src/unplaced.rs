//! Why an operation has no place in a plan.

use weft_model::Title;

use crate::difference::Names;

/// Why an operation has no place in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnplacedReason {
    /// It comes after one that has none.
    #[error("it comes after operation {operation}, which has no place either")]
    Predecessor {
        /// Index into [`Problem::operations`].
        operation: usize,
    },
    /// In no mode do all its resources ever work at the same time.
    #[error("the resources it needs never work at the same time")]
    NeverOpen,
    /// It may not pause, and it is longer than the longest time without a break.
    #[error("it may not pause over breaks and is longer than any shift of its resources")]
    LongerThanAnyShift,
    /// No choice of modes was found that all budgets allow.
    #[error("no choice of modes was found that stays within all budgets")]
    Budgets,
    /// The calendars of its resources end, or are full, before its work is done.
    #[error("working time of its resources runs out before its work is done")]
    CalendarEnds,
    /// Nothing was found that ends by its deadline.
    #[error("no place was found for it that ends by its deadline")]
    Deadline,
    /// Nothing was found that keeps all its maximum lags, holds and stores.
    #[error(
        "no place was found for it that keeps the maximum lags, holds and stores that tie it to others"
    )]
    Tied,
}

impl UnplacedReason {
    /// Stable, never reused.
    pub fn code(self) -> &'static str {
        match self {
            Self::Predecessor { .. } => "P301",
            Self::NeverOpen => "P302",
            Self::LongerThanAnyShift => "P303",
            Self::CalendarEnds => "P304",
            Self::Budgets => "P305",
            Self::Deadline => "P306",
            Self::Tied => "P307",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Predecessor { .. } => "find a place for that one first",
            Self::NeverOpen => "let the calendars of its resources overlap, or add another mode",
            Self::LongerThanAnyShift => {
                "let it pause over breaks, lengthen a shift, or split the operation"
            }
            Self::Budgets => "supply more, add cheaper modes, or search longer",
            Self::CalendarEnds => "extend the calendars, or add capacity or another mode",
            Self::Deadline => "move the deadline, add capacity or a quicker mode, or search longer",
            Self::Tied => "allow longer lags, add room where it has to wait, or search longer",
        }
    }

    /// In words.
    pub fn text(self, names: &Names) -> Title {
        let (en, zh) = match self {
            Self::Predecessor { operation } => {
                let before = (names.operation)(operation);
                return Title {
                    en: format!("{} before it has none either", before.en),
                    zh: format!("它的前道工序“{}”也无法排入", before.zh),
                };
            }
            Self::NeverOpen => {
                ("its resources never work at the same time", "所需资源从不同时上班")
            }
            Self::LongerThanAnyShift => (
                "it may not pause over breaks and is longer than any shift",
                "它不可中断，而任何班次都不够长",
            ),
            Self::CalendarEnds => (
                "working time of its resources runs out before it is done",
                "所需资源的工作时间不足以完成它",
            ),
            Self::Budgets => (
                "no way to do everything stays within all budgets",
                "没有任何做法能使全部工作不超出预算",
            ),
            Self::Deadline => {
                ("no place was found that ends by its deadline", "找不到能在期限前完成它的安排")
            }
            Self::Tied => (
                "no place was found that keeps its longest waiting times and what it holds or stores",
                "找不到满足其最长等待、占用和暂存要求的安排",
            ),
        };
        Title { en: en.to_owned(), zh: zh.to_owned() }
    }
}
