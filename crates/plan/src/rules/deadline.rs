//! An operation ends by its deadline or has no place.

use std::sync::Arc;

use crate::instance::Instance;
use crate::places::View;
use crate::problem::Problem;
use crate::rules::{Rule, Window};
use crate::unplaced::UnplacedReason;

/// Whether any operation has one.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.operations.iter().any(|it| it.deadline.is_some())
}

/// By operation its latest end.
#[derive(Debug, Clone)]
pub(crate) struct Deadlines(Arc<[Option<i64>]>);

impl Deadlines {
    fn of_operation(&self, operation: u32) -> Option<i64> {
        self.0.get(operation as usize).copied().flatten()
    }
}

impl Rule for Deadlines {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        let each = problem.operations.iter();
        let latest = each.map(|it| it.deadline.map(weft_model::Timestamp::as_millis));
        is_in(problem).then(|| Self(latest.collect()))
    }

    fn window(&self, _: View, operation: u32, window: &mut Window) -> Option<()> {
        let latest = self.of_operation(operation).unwrap_or(i64::MAX);
        window.latest_end = window.latest_end.min(latest);
        Some(())
    }

    fn reason(&self, operation: u32) -> Option<UnplacedReason> {
        self.of_operation(operation).map(|_| UnplacedReason::Deadline)
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{NO, check_broken, check_places, machine, of};
    use crate::tests::small::at;

    #[test]
    fn it_ends_by_then_or_has_no_place() {
        let mut problem = of(vec![machine()], &[(4, &[(0, 1)]), (4, &[(0, 1)])]);
        problem.operations[1].deadline = Some(at(8));
        check_places(&problem, &[0, 1], &[(0, 4), (4, 8)]);
        problem.operations[1].deadline = Some(at(7));
        check_places(&problem, &[0, 1], &[(0, 4), NO]);
        check_places(&problem, &[1, 0], &[(4, 8), (0, 4)]);
        check_broken(&problem, &[(0, 4), (4, 8)], &["deadline"]);
    }
}
