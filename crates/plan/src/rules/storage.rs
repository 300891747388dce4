//! What is stored between two operations takes room from one instant until another.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use crate::instance::{Instance, Slot};
use crate::places::{Model, Occupation, Places};
use crate::problem::{Point, Problem};
use crate::rules::{Push, Rule, Rules};

/// Whether anything is stored.
pub(crate) fn is_in(problem: &Problem) -> bool {
    !problem.storages.is_empty()
}

/// What is stored where.
#[derive(Debug, Clone)]
pub(crate) struct Storages {
    all: Arc<Stores>,
    /// By storage what it occupies.
    in_store: Vec<Option<Occupation>>,
}

#[derive(Debug)]
struct Stores {
    stored: Vec<Stored>,
    /// By operation the indices of what is put into store or taken out of it at an instant of it.
    of: Vec<Vec<u32>>,
}

/// Something stored from one instant until another.
#[derive(Debug, Clone, Copy)]
struct Stored {
    resource: u32,
    amount: u32,
    from: (u32, Point),
    until: (u32, Point),
}

impl Rule for Storages {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        if !is_in(problem) {
            return None;
        }
        let mut of = vec![Vec::new(); problem.operations.len()];
        let mut stored = Vec::new();
        for it in &problem.storages {
            of[it.from.operation].push(stored.len() as u32);
            if it.until.operation != it.from.operation {
                of[it.until.operation].push(stored.len() as u32);
            }
            stored.push(Stored {
                resource: it.resource as u32,
                amount: it.amount,
                from: (it.from.operation as u32, it.from.point),
                until: (it.until.operation as u32, it.until.point),
            });
        }
        let in_store = vec![None; stored.len()];
        Some(Self { all: Arc::new(Stores { stored, of }), in_store })
    }

    /// What there is no room for has to be made later.
    fn tie(problem: &Problem, tie: &mut dyn FnMut(usize, usize)) {
        for it in &problem.storages {
            tie(it.from.operation, it.until.operation);
        }
    }

    fn cannot_last(
        &self,
        rules: &Rules,
        model: &Model,
        places: &mut Places,
        operation: u32,
    ) -> Option<Push> {
        self.all.of[operation as usize].iter().find_map(|&index| {
            let stored = self.in_store[index as usize]?;
            let it = self.all.stored[index as usize];
            let conflict = rules.conflict_of(model, places, it.resource, stored)?;
            let start = places.slots[it.from.0 as usize].start;
            let is_never = conflict == i64::MAX;
            let not_before = if is_never { conflict } else { start + (conflict - stored.start) };
            Some(Push { operation: it.from.0, not_before })
        })
    }

    fn put(&mut self, model: &Model, places: &mut Places, operation: u32, _: Slot) {
        let operations = &model.instance.operations;
        for &index in &self.all.of[operation as usize] {
            let it = self.all.stored[index as usize];
            let from = places.instant(it.from.0, it.from.1);
            let until = places.instant(it.until.0, it.until.1);
            let (Some(from), Some(until)) = (from, until) else { continue };
            if from < until {
                let stored = Occupation {
                    holder: operations.len() as u32 + index,
                    start: from,
                    end: until,
                    lets_go: until,
                    amount: it.amount,
                    states: None,
                    family: 0,
                    // What has been put there by a fact is there.
                    is_frozen: operations[it.from.0 as usize].frozen.is_some(),
                };
                places.timelines[it.resource as usize].put(stored);
                self.in_store[index as usize] = Some(stored);
            }
        }
    }

    fn take_away(&mut self, _: &Model, places: &mut Places, operation: u32, _: Slot) {
        for &index in &self.all.of[operation as usize] {
            if let Some(stored) = self.in_store[index as usize].take() {
                let resource = self.all.stored[index as usize].resource;
                places.timelines[resource as usize].remove(&stored);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::{Instant, Point, Storage};
    use crate::rules::tests::{check_broken, check_places, freeze, machine, of};
    use crate::tests::small::after;

    /// One place before a machine on which a fact is until 7.
    #[test]
    fn what_has_no_room_is_made_later() {
        let on: &[_] = &[(1, 1)];
        let operations = [(2, &[] as &[_]), (2, on), (2, &[]), (2, on), (7, on)];
        let mut problem = of(vec![machine(), machine()], &operations);
        problem.precedences = vec![after(0, 1), after(2, 3)];
        freeze(&mut problem, 4, 0, 7);
        let order = [0, 1, 2, 3];
        check_places(&problem, &order, &[(0, 2), (7, 9), (0, 2), (9, 11), (0, 7)]);
        let storage = |before, after| Storage {
            resource: 0,
            amount: 1,
            from: Instant { operation: before, point: Point::End },
            until: Instant { operation: after, point: Point::Start },
        };
        problem.storages = vec![storage(0, 1), storage(2, 3)];
        check_places(&problem, &order, &[(0, 2), (7, 9), (5, 7), (9, 11), (0, 7)]);
        check_broken(&problem, &[(0, 2), (7, 9), (4, 6), (9, 11), (0, 7)], &["capacity"]);
        problem.resources[0].capacity = 2;
        check_places(&problem, &order, &[(0, 2), (7, 9), (0, 2), (9, 11), (0, 7)]);
    }
}
