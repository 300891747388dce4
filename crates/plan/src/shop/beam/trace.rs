//! How the schedules of a beam came about.

use crate::shop::NONE;
use crate::shop::beam::State;

/// A trace is put in order when it has grown by so many entries.
const SLACK: usize = 1 << 20;

/// Which operation came after which, for all schedules in one tree.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The entry before and the operation.
    entries: Vec<(u32, u32)>,
    tidied: usize,
}

impl Trace {
    pub(super) fn add(&mut self, before: u32, operation: u32) -> u32 {
        self.entries.push((before, operation));
        self.entries.len() as u32 - 1
    }

    pub(super) fn is_long(&self) -> bool {
        2 * self.tidied + SLACK < self.entries.len()
    }

    /// Forgets what leads to no schedule any more.
    pub(super) fn tidy(&mut self, states: &mut [State]) {
        let mut places = vec![NONE; self.entries.len()];
        for state in &*states {
            let mut at = state.trace;
            while at != NONE && places[at as usize] == NONE {
                places[at as usize] = 0;
                at = self.entries[at as usize].0;
            }
        }
        let mut write = 0;
        for read in 0..self.entries.len() {
            if places[read] == NONE {
                continue;
            }
            let (before, operation) = self.entries[read];
            let before = if before == NONE { NONE } else { places[before as usize] };
            self.entries[write] = (before, operation);
            places[read] = write as u32;
            write += 1;
        }
        self.entries.truncate(write);
        self.tidied = write;
        for state in states {
            state.trace = places[state.trace as usize];
        }
    }

    /// The operations of a schedule, first to last.
    pub(super) fn read(&self, last: u32) -> Vec<u32> {
        let mut order = Vec::new();
        let mut at = last;
        while at != NONE {
            let (before, operation) = self.entries[at as usize];
            order.push(operation);
            at = before;
        }
        order.reverse();
        order
    }
}
