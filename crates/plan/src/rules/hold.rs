//! Some operations keep what they hold until another starts or ends (blocking): there is no room between two
//! machines, or a carrier waits.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::sync::Arc;

use crate::instance::{Instance, Slot};
use crate::places::{Model, Places};
use crate::problem::{Point, Problem};
use crate::rules::{Push, Rule, Rules};

/// Whether any operation holds on.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.operations.iter().any(|it| it.holds_until.is_some())
}

/// Who holds on until when.
#[derive(Debug, Clone)]
pub(crate) struct Holds(Arc<Holders>);

#[derive(Debug)]
struct Holders {
    /// By operation the instant until which it keeps what it holds.
    until: Vec<Option<(u32, Point)>>,
    /// By operation those that keep what they hold until an instant of it.
    of: Vec<Vec<u32>>,
}

impl Holds {
    /// Lets those that wait for an operation hold what they have until it happens, or let go in time when it has
    /// no place.
    fn hold_on(&self, places: &mut Places, operation: u32) {
        for &holder in &self.0.of[operation as usize] {
            let Some((_, point)) = self.0.until[holder as usize] else { continue };
            places.hold_until(holder, places.instant(operation, point));
        }
    }
}

impl Rule for Holds {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        if !is_in(problem) {
            return None;
        }
        let mut until = vec![None; problem.operations.len()];
        let mut of = vec![Vec::new(); problem.operations.len()];
        for (index, it) in problem.operations.iter().enumerate() {
            if let Some(instant) = it.holds_until {
                until[index] = Some((instant.operation as u32, instant.point));
                of[instant.operation].push(index as u32);
            }
        }
        Some(Self(Arc::new(Holders { until, of })))
    }

    /// Who cannot hold on so long has to start later.
    fn tie(problem: &Problem, tie: &mut dyn FnMut(usize, usize)) {
        for (index, it) in problem.operations.iter().enumerate() {
            if let Some(until) = it.holds_until {
                tie(index, until.operation);
            }
        }
    }

    fn lets_go(&self, places: &Places, operation: u32, end: i64) -> i64 {
        let until = self.0.until[operation as usize];
        until.and_then(|(other, point)| places.instant(other, point)).map_or(end, |it| it.max(end))
    }

    fn cannot_last(
        &self,
        rules: &Rules,
        model: &Model,
        places: &mut Places,
        operation: u32,
    ) -> Option<Push> {
        self.0.of[operation as usize].iter().find_map(|&holder| {
            let mut conflict = None;
            for index in 0..places.occupied[holder as usize].len() {
                let (resource, it) = places.occupied[holder as usize][index];
                if it.end < it.lets_go {
                    conflict = conflict.max(rules.conflict_of(model, places, resource, it));
                }
            }
            conflict.map(|not_before| Push { operation: holder, not_before })
        })
    }

    fn put(&mut self, _: &Model, places: &mut Places, operation: u32, _: Slot) {
        self.hold_on(places, operation);
    }

    fn take_away(&mut self, _: &Model, places: &mut Places, operation: u32, _: Slot) {
        self.hold_on(places, operation);
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::{Instant, Point};
    use crate::rules::tests::{check_broken, check_places, freeze, machine, of};
    use crate::tests::small::after;

    /// What the first machine has made waits there for the second, on which a fact is until 7.
    #[test]
    fn a_machine_is_free_when_the_next_takes_over() {
        let (one, other): (&[_], &[_]) = (&[(0, 1)], &[(1, 1)]);
        let mut problem =
            of(vec![machine(), machine()], &[(4, one), (2, other), (2, one), (7, other)]);
        problem.precedences = vec![after(0, 1)];
        freeze(&mut problem, 3, 0, 7);
        check_places(&problem, &[0, 1, 2], &[(0, 4), (7, 9), (4, 6), (0, 7)]);
        problem.operations[0].holds_until = Some(Instant { operation: 1, point: Point::Start });
        check_places(&problem, &[0, 1, 2], &[(0, 4), (7, 9), (7, 9), (0, 7)]);
        check_broken(&problem, &[(0, 4), (7, 9), (5, 7), (0, 7)], &["capacity"]);
        problem.operations[0].holds_until = Some(Instant { operation: 1, point: Point::End });
        check_places(&problem, &[0, 1, 2], &[(0, 4), (7, 9), (9, 11), (0, 7)]);
        // What cannot be held so long begins later.
        freeze(&mut problem, 2, 5, 6);
        check_places(&problem, &[0, 1], &[(6, 10), (10, 12), (5, 6), (0, 7)]);
    }
}
