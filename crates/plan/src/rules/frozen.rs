//! What has started stays where it is. Calendars, durations, releases and predecessors do not apply to a
//! fact; its capacity is taken and its successors wait for its end.

use crate::instance::Slot;
use crate::problem::{Frozen, Problem};

/// Whether anything is frozen.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.operations.iter().any(|it| it.frozen.is_some())
}

/// The place of a frozen operation whose modes begin at `first_mode` in the list of all modes.
pub(crate) fn slot(frozen: Frozen, first_mode: u32) -> Slot {
    Slot {
        start: frozen.start.as_millis(),
        end: frozen.end.as_millis(),
        mode: first_mode + frozen.mode as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{check_broken, check_places, freeze, machine, of};
    use weft_model::Timestamp;

    #[test]
    fn a_frozen_operation_keeps_mode_start_and_end() {
        let at = Timestamp::from_millis;
        let slot = slot(Frozen { mode: 2, start: at(-5), end: at(7) }, 10);
        assert_eq!((slot.mode, slot.start, slot.end), (12, -5, 7));
    }

    #[test]
    fn everything_else_goes_around_facts() {
        let on: &[_] = &[(0, 1)];
        let mut problem = of(vec![machine()], &[(4, on), (4, on), (1, on)]);
        freeze(&mut problem, 0, -2, 3);
        freeze(&mut problem, 1, 1, 6);
        check_places(&problem, &[2], &[(-2, 3), (1, 6), (6, 7)]);
        check_broken(&problem, &[(-2, 3), (2, 7), (7, 8)], &["frozen"]);
    }
}
