//! What an order that does not exist yet could be promised.

use std::sync::Arc;

use weft_model::Timestamp;

use crate::live::{Event, EventError, Kind, Live, Order};
use crate::problem::{Cost, Problem, Scheduled};

/// What an order could be promised as the plan stands, without moving anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// When all of it would have ended; `None` when some of it finds no place.
    pub end: Option<Timestamp>,
    /// Where its operations would be.
    pub operations: Vec<Option<Scheduled>>,
    /// What the plan costs without it.
    pub before: Cost,
    /// What it would cost with it.
    pub after: Cost,
}

impl Live {
    /// The earliest end, found operation by operation, of an order that does not exist yet, and what it would
    /// add to the cost. Nobody is moved, and nothing changes. When the order is then added ([`Event::Added`]), this is
    /// what it gets. Errors: why such an order could not be added.
    pub fn promise(&mut self, order: &Order) -> Result<Promise, EventError> {
        let before = self.cost();
        let first = self.problem.operations.len();
        match &mut self.kind {
            Kind::Table(table) if table.knows(order) => {
                let problem = Arc::make_mut(&mut self.problem);
                let ties = problem.precedences.len();
                Event::Added(order.clone()).apply(problem)?;
                let (operations, after) = table.promise(problem, first);
                problem.jobs.pop();
                problem.operations.truncate(first);
                problem.precedences.truncate(ties);
                if !problem.previous.is_empty() {
                    problem.previous.truncate(first);
                }
                Ok(Promise::new(operations, before, after))
            }
            _ => {
                let mut problem = Problem::clone(&self.problem);
                Event::Added(order.clone()).apply(&mut problem)?;
                let mut whole = self.kind.as_whole();
                whole.add(&problem)?;
                let operations = whole.plan.operations.split_off(first);
                Ok(Promise::new(operations, before, whole.cost))
            }
        }
    }
}

impl Promise {
    fn new(operations: Vec<Option<Scheduled>>, before: Cost, after: Cost) -> Self {
        let ends: Option<Vec<Timestamp>> =
            operations.iter().map(|it| it.as_ref().map(|it| it.end)).collect();
        let end = ends.and_then(|ends| ends.into_iter().max());
        Self { end, operations, before, after }
    }
}
