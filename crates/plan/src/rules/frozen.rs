//! What has started stays where it is. Calendars, durations, releases and predecessors do not apply to a
//! fact; its capacity is taken and its successors wait for its end.

use crate::instance::Slot;
use crate::problem::Frozen;

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
    use weft_model::Timestamp;

    #[test]
    fn a_frozen_operation_keeps_mode_start_and_end() {
        let at = Timestamp::from_millis;
        let slot = slot(Frozen { mode: 2, start: at(-5), end: at(7) }, 10);
        assert_eq!((slot.mode, slot.start, slot.end), (12, -5, 7));
    }
}
