//! Nothing that is not frozen starts before now or before its job is released.

use crate::instance::Instance;
use crate::places::View;
use crate::problem::Problem;
use crate::rules::{Rule, Window};

/// Whether anything is released later than now.
pub(crate) fn is_in(problem: &Problem) -> bool {
    let is_released = problem.jobs.iter().any(|it| problem.now < it.release);
    is_released || problem.operations.iter().any(|it| it.release.is_some())
}

/// No operation starts before now or its release.
#[derive(Debug, Clone)]
pub(crate) struct Release;

impl Rule for Release {
    fn of(_: &Problem, _: &Instance) -> Option<Self> {
        Some(Self)
    }

    fn window(&self, at: View, operation: u32, window: &mut Window) -> Option<()> {
        let it = at.model.instance.operations.get(operation as usize)?;
        window.start = window.start.max(it.earliest);
        Some(())
    }
}

/// The earliest start that the clock and the release allow.
pub(crate) fn earliest(now: i64, release: i64) -> i64 {
    now.max(release)
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{check_broken, check_places, freeze, of};
    use crate::tests::small::at;

    #[test]
    fn the_later_of_now_and_release_holds() {
        assert_eq!(super::earliest(5, 3), 5);
        assert_eq!(super::earliest(5, 8), 8);
    }

    #[test]
    fn nothing_but_facts_starts_before_now_or_its_release() {
        let mut problem = of(vec![], &[(3, &[])]);
        problem.now = at(5);
        check_places(&problem, &[0], &[(5, 8)]);
        check_broken(&problem, &[(4, 7)], &["release"]);
        problem.jobs[0].release = at(7);
        check_places(&problem, &[0], &[(7, 10)]);
        check_broken(&problem, &[(6, 9)], &["release"]);
        problem.operations[0].release = Some(at(9));
        check_places(&problem, &[0], &[(9, 12)]);
        check_broken(&problem, &[(8, 11)], &["release"]);
        freeze(&mut problem, 0, 0, 3);
        check_places(&problem, &[], &[(0, 3)]);
    }
}
