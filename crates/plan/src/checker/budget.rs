//! What has been used by an instant has been supplied by then.

use std::collections::BTreeSet;

use weft_model::Timestamp;

use super::fault::Fault;
use super::view::View;

/// One fault for each budget, at the first instant at which too much has been used, and not by facts alone.
pub(super) fn check(view: &View, faults: &mut Vec<Fault>) {
    let budgets = &view.problem.budgets;
    // By budget: when, how much, whether it is decided (not a fact).
    let mut by_budget: Vec<Vec<(Timestamp, u64, bool)>> = vec![Vec::new(); budgets.len()];
    for done in view.done() {
        for &(budget, amount) in &done.mode.uses {
            if let Some(uses) = by_budget.get_mut(budget) {
                uses.push((done.slot.start, amount, !done.is_fact()));
            }
        }
    }
    for (budget, (it, mut uses)) in budgets.iter().zip(by_budget).enumerate() {
        uses.sort_unstable();
        let mut coming = it.supplies.clone();
        coming.sort_unstable();
        let mut coming = coming.into_iter().peekable();
        let (mut supplied, mut taken, mut is_decided) = (0_u128, 0_u128, false);
        let instants: BTreeSet<Timestamp> = uses.iter().map(|it| it.0).collect();
        let mut waiting = uses.into_iter().peekable();
        for at in instants {
            while let Some((_, amount)) = coming.next_if(|it| it.0 <= at) {
                supplied += u128::from(amount);
            }
            while let Some((_, amount, decided)) = waiting.next_if(|it| it.0 <= at) {
                taken += u128::from(amount);
                is_decided |= decided && 0 < amount;
            }
            if supplied < taken && is_decided {
                faults.push(Fault::OverBudget { budget, at, supplied, used: taken });
                break;
            }
        }
    }
}
