//! Why an operation is where the plan has it, in names and in words.

use weft_model::{OperationRef, OrderId, Solution, Timestamp, Title};
use weft_plan::difference::Names;
use weft_plan::{Plan, UnplacedReason, Wait};
use weft_run::State;

use crate::planning::{PlanQuestion, Today};

pub use weft_plan::Cause;

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
    /// Something in the plan. Indices are those of the question's lists.
    InPlan {
        /// Who waited.
        operation: usize,
        /// For what.
        cause: Cause,
    },
    /// It has no place in any plan.
    NoPlace(NoPlace),
}

/// Why something has no place in any plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// No resource that there is can do it, or something before it.
    NoResource,
    /// What the planner says.
    Unplaced(UnplacedReason),
}

impl PlanQuestion {
    /// What an operation waited for in a plan, oldest first.
    pub fn why(&self, plan: &Plan, operation: &OperationRef) -> Vec<Waited> {
        let index = self.names.iter().position(|named| named.operation == *operation);
        index.map_or_else(Vec::new, |index| {
            let waits = weft_plan::explain(&self.problem, plan, index).into_iter();
            waits.filter_map(|wait| self.waited(index, wait)).collect()
        })
    }

    /// What an operation waits for in the plan in force as it looks today, or why it has no place in it.
    pub fn why_today(&self, today: &Today, operation: &OperationRef) -> Vec<Waited> {
        let is_it =
            |index: usize| self.names.get(index).is_some_and(|it| it.operation == *operation);
        let reason = if self.impossible.contains(operation) {
            NoPlace::NoResource
        } else if let Some(it) = today.unplaced.iter().find(|(index, _)| is_it(*index)) {
            NoPlace::Unplaced(it.1)
        } else {
            return self.why(&today.plan, operation);
        };
        let (operation, now) = (operation.clone(), self.problem.now);
        let cause = WaitCause::NoPlace(reason);
        vec![Waited { operation, from: now, until: now, cause }]
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
            let links = weft_plan::explain_job(&self.problem, plan, index).into_iter();
            links.filter_map(|(operation, wait)| self.waited(operation, wait)).collect()
        })
    }

    fn waited(&self, index: usize, wait: Wait) -> Option<Waited> {
        let operation = self.names.get(index)?.operation.clone();
        let Wait { from, until, cause } = wait;
        let cause = WaitCause::InPlan { operation: index, cause };
        Some(Waited { operation, from, until, cause })
    }

    /// Calls everything by its title, and lends the names. `instant`: how the reader writes one.
    pub fn with_names<T>(
        &self,
        state: &State,
        solution: &Solution,
        instant: &dyn Fn(Timestamp) -> String,
        use_them: impl FnOnce(&Names) -> T,
    ) -> T {
        let number = |index: usize| Title::same(index.to_string());
        use_them(&Names {
            job: &|index| {
                let id = self.orders.get(index);
                id.map_or_else(|| number(index), |id| Title::same(id.as_str()))
            },
            operation: &|index| {
                let Some(named) = self.names.get(index) else { return number(index) };
                let title = title_of(state, &named.operation);
                let order = &named.operation.order;
                let (en, zh) =
                    (format!("{} of {order}", title.en), format!("{order} 的{}", title.zh));
                Title { en, zh }
            },
            resource: &|index| {
                let id = self.resources.get(index);
                let known = id.and_then(|id| solution.resources.get(id));
                known.map_or_else(|| number(index), |it| it.title.clone())
            },
            instant,
            span: &|span| span.to_string(),
        })
    }
}

impl Waited {
    /// In words. Instants are left to the reader's screen, which knows the time zone.
    pub fn text(&self, state: &State, names: &Names) -> Title {
        match &self.cause {
            WaitCause::InPlan { operation, cause } => {
                let wait = Wait { from: self.from, until: self.until, cause: cause.clone() };
                wait.text(*operation, names)
            }
            WaitCause::NoPlace(reason) => {
                let what = title_of(state, &self.operation);
                let why = reason.text(names);
                Title {
                    en: format!("{} has no place in the plan: {}", what.en, why.en),
                    zh: format!("“{}”无法排入计划：{}", what.zh, why.zh),
                }
            }
        }
    }
}

impl NoPlace {
    fn text(self, names: &Names) -> Title {
        match self {
            Self::NoResource => Title {
                en: "no resource that there is can do it, or what comes before it".to_owned(),
                zh: "没有资源能做它或它的前道工序".to_owned(),
            },
            Self::Unplaced(reason) => reason.text(names),
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
