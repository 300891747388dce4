//! A job: an order's operations with everything filled in, ready to plan and run.

use crate::id::{OperationId, OrderId, ResourceId};
use crate::solution::{NeedOf, Order, Solution, Title};
use crate::time::Millis;

/// More combinations of resources than this for one operation are cut off, best first.
pub const MODES_MAX: usize = 256;

/// An order's operations, with everything that depends on the order filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The order it fulfils.
    pub order: OrderId,
    /// Operations; each stands after all that it comes `after`.
    pub operations: Vec<JobOperation>,
}

/// One operation of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOperation {
    /// Unique in the job.
    pub id: OperationId,
    /// What people call it.
    pub title: Title,
    /// What must be finished before it starts.
    pub after: Vec<OperationId>,
    /// The ways to do it, at least one, best first.
    pub modes: Vec<JobMode>,
    /// Whether work may pause over a break.
    pub spans_breaks: bool,
    /// Where pieces that need rework start again.
    pub rework_to: OperationId,
}

/// One way to do an operation, on named resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobMode {
    /// Resource and amount; the first gets the command. No resource twice.
    pub needs: Vec<(ResourceId, u32)>,
    /// Working time, set-up included.
    pub work: Millis,
}

/// The job that fulfils `order`, or `None` when the solution does not have its route.
///
/// A need for a class becomes one mode for every resource of the class (the product over several
/// needs, up to [`MODES_MAX`]). A resource never serves two needs of one mode.
pub fn job_of(solution: &Solution, order: &Order) -> Option<Job> {
    let route = solution.routes.get(&order.route)?;
    let operations = route
        .operations
        .iter()
        .map(|operation| JobOperation {
            id: operation.id.clone(),
            title: operation.title.clone(),
            after: operation.after.clone(),
            modes: operation
                .modes
                .iter()
                .flat_map(|mode| {
                    let work = mode.takes + mode.takes_each.times(order.quantity);
                    combinations(solution, &mode.needs)
                        .into_iter()
                        .map(move |needs| JobMode { needs, work })
                })
                .take(MODES_MAX)
                .collect(),
            spans_breaks: operation.spans_breaks,
            rework_to: operation.rework_to.clone(),
        })
        .collect();
    Some(Job { order: order.id.clone(), operations })
}

fn combinations(solution: &Solution, needs: &[crate::Need]) -> Vec<Vec<(ResourceId, u32)>> {
    let mut partial: Vec<Vec<(ResourceId, u32)>> = vec![Vec::new()];
    for need in needs {
        let candidates: Vec<ResourceId> = match &need.of {
            NeedOf::Resource(id) => vec![id.clone()],
            NeedOf::Class(class) => solution
                .resources
                .values()
                .filter(|resource| resource.classes.contains(class))
                .map(|resource| resource.id.clone())
                .collect(),
        };
        partial = partial
            .iter()
            .flat_map(|chosen| {
                candidates
                    .iter()
                    .filter(|id| !chosen.iter().any(|(taken, _)| taken == *id))
                    .filter(|id| {
                        solution.resources.get(*id).is_some_and(|r| need.amount <= r.capacity)
                    })
                    .map(|id| {
                        let mut longer = chosen.clone();
                        longer.push((id.clone(), need.amount));
                        longer
                    })
            })
            .take(MODES_MAX)
            .collect();
    }
    partial
}
