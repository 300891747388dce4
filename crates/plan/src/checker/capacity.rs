//! At no instant is more of a resource taken than there is, by operations (as long as they hold on) and by
//! what is stored.

use std::collections::BTreeMap;

use weft_model::Timestamp;

use super::fault::Fault;
use super::view::View;

/// Who takes something: an operation or a storage, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Operation(usize),
    Storage(usize),
}

/// At an instant someone begins to hold an amount or lets go of it; letting go comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    at: Timestamp,
    begins: bool,
    holder: Holder,
    amount: u32,
    is_fact: bool,
}

pub(super) fn check(view: &View, faults: &mut Vec<Fault>) {
    let resources = view.problem.resources.iter().enumerate();
    for ((resource, it), mut changes) in resources.zip(changes(view)) {
        changes.sort_unstable();
        // What is held, and how much of it is not held by facts.
        let mut holding: BTreeMap<Holder, u32> = BTreeMap::new();
        let (mut taken, mut by_choice) = (0_u64, 0_u64);
        for (index, change) in changes.iter().enumerate() {
            let amount = u64::from(change.amount);
            let freely = if change.is_fact { 0 } else { amount };
            if !change.begins {
                holding.remove(&change.holder);
                (taken, by_choice) = (taken - amount, by_choice - freely);
                continue;
            }
            holding.insert(change.holder, change.amount);
            (taken, by_choice) = (taken + amount, by_choice + freely);
            if changes.get(index + 1).is_some_and(|next| next.at == change.at && next.begins) {
                continue;
            }
            if u64::from(it.capacity) < taken && 0 < by_choice {
                let (at, capacity) = (change.at, it.capacity);
                let (mut operations, mut storages) = (Vec::new(), Vec::new());
                for holder in holding.keys() {
                    match holder {
                        Holder::Operation(operation) => operations.push(*operation),
                        Holder::Storage(storage) => storages.push(*storage),
                    }
                }
                faults.push(Fault::OverCapacity {
                    resource,
                    at,
                    capacity,
                    taken,
                    operations,
                    storages,
                });
            }
        }
    }
}

/// By resource.
fn changes(view: &View) -> Vec<Vec<Change>> {
    let mut changes = vec![Vec::new(); view.problem.resources.len()];
    let mut add = |resource: usize, begin: Change, until: Timestamp| {
        if let Some(changes) = changes.get_mut(resource).filter(|_| begin.at < until) {
            changes.push(begin);
            changes.push(Change { at: until, begins: false, ..begin });
        }
    };
    for done in view.done() {
        let (at, holder) = (done.slot.start, Holder::Operation(done.index));
        for &(resource, amount) in &done.mode.needs {
            let begin = Change { at, begins: true, holder, amount, is_fact: done.is_fact() };
            add(resource, begin, done.lets_go);
        }
    }
    for (index, it) in view.problem.storages.iter().enumerate() {
        let (Some(at), Some(until)) = (view.at(it.from), view.at(it.until)) else { continue };
        // What has been put there by a fact is there.
        let is_fact = view.is_frozen(it.from.operation);
        let holder = Holder::Storage(index);
        add(it.resource, Change { at, begins: true, holder, amount: it.amount, is_fact }, until);
    }
    changes
}
