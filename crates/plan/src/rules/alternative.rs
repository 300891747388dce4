//! Of every alternative one branch is done, and nothing of the others: make or buy, test or skip. A branch has its
//! price.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::Instance;
use crate::places::View;
use crate::problem::Problem;
use crate::rules::{Ends, Rule, Tally};

/// Whether anything is decided.
pub(crate) fn is_in(problem: &Problem) -> bool {
    !problem.alternatives.is_empty()
}

/// What the branches cost.
#[derive(Debug, Clone)]
pub(crate) struct Branches;

impl Rule for Branches {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        is_in(problem).then_some(Self)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        for (costs, branch) in at.model.instance.branch_costs.iter().zip(at.branches) {
            tally.cost.money += i128::from(costs[*branch as usize]);
        }
    }
}

/// By operation the alternative and the branch it is in.
pub(crate) fn branch_of(problem: &Problem) -> Vec<Option<(u32, u32)>> {
    let mut branch_of = vec![None; problem.operations.len()];
    for (alternative, it) in problem.alternatives.iter().enumerate() {
        for (branch, it) in it.branches.iter().enumerate() {
            for &operation in &it.operations {
                branch_of[operation] = Some((alternative as u32, branch as u32));
            }
        }
    }
    branch_of
}

/// By alternative the branch that facts have decided for.
pub(crate) fn fixed(problem: &Problem) -> Vec<Option<u32>> {
    let is_fact = |it: &usize| problem.operations[*it].frozen.is_some();
    let fixed = |it: &crate::problem::Alternative| {
        let branch = it.branches.iter().rposition(|it| it.operations.iter().any(is_fact));
        branch.map(|it| it as u32)
    };
    problem.alternatives.iter().map(fixed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Alternative, Branch};
    use crate::rules::tests::{NO, check_branch, check_broken, cost_of, freeze, of};
    use crate::tests::small::after;

    #[test]
    fn one_branch_is_done_and_paid_for() {
        let mut problem = of(vec![], &[(2, &[]), (3, &[]), (2, &[])]);
        problem.precedences = vec![after(0, 2), after(1, 2)];
        let branch = |operations: &[usize], cost| Branch { operations: operations.to_vec(), cost };
        let branches = vec![branch(&[0], 5), branch(&[1], 7), branch(&[], 20)];
        problem.alternatives = vec![Alternative { branches }];
        check_branch(&problem, &[0, 1, 2], &[0], &[(0, 2), NO, (2, 4)]);
        check_branch(&problem, &[0, 1, 2], &[1], &[NO, (0, 3), (3, 5)]);
        check_branch(&problem, &[0, 1, 2], &[2], &[NO, NO, (0, 2)]);
        check_broken(&problem, &[(0, 2), (0, 3), (3, 5)], &["alternative"]);
        assert_eq!(cost_of(&problem, &[(0, 2), NO, (2, 4)], &[0]).money, 5);
        assert_eq!(cost_of(&problem, &[NO, NO, (0, 2)], &[2]).money, 20);
        assert_eq!(cost_of(&problem, &[NO, NO, NO], &[1]).unplaced, 2);
        // A fact decides.
        assert_eq!((branch_of(&problem)[1], fixed(&problem)), (Some((0, 1)), vec![None]));
        freeze(&mut problem, 1, 0, 3);
        assert_eq!(fixed(&problem), [Some(1)]);
    }
}
