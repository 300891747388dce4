//! Shaving (Carlier & Pinson 1994; Martin & Shmoys 1996): a part of a window is tried alone, and cut off when it
//! is refuted.

use crate::shop::propagate::{Engine, Refuted};
use crate::shop::{NONE, Ticks};

/// A window is shaved from pieces of one in so many on.
const PIECE: Ticks = 8;

/// Rounds through all operations, both ends of each.
#[derive(Debug, Clone, Default)]
pub(super) struct Shave {
    /// The next operation and end.
    turn: usize,
    /// Turns since anything was cut off.
    idle: usize,
}

impl Shave {
    /// Tries one end of the next window. Says `false` when nothing was cut off for a whole round.
    pub(super) fn step(&mut self, engine: &mut Engine) -> Result<bool, Refuted> {
        if 2 * engine.work.len() <= self.idle {
            return Ok(false);
        }
        let operation = (self.turn / 2) as u32;
        let is_early = self.turn.is_multiple_of(2);
        self.turn = (self.turn + 1) % (2 * engine.work.len());
        self.idle += 1;
        let index = operation as usize;
        let slack = engine.last_start(operation) - engine.earliest[index];
        // While it could take longer than its work, its start says less about its end.
        if engine.machine[index] == NONE || slack == 0 {
            return Ok(true);
        }
        let mut piece = (slack / PIECE).max(1);
        while piece <= slack {
            let (from, to) = (engine.earliest[index], engine.latest[index]);
            engine.push();
            let tried = if is_early {
                engine.lower(operation, from + engine.work[index] + piece - 1)
            } else {
                engine.raise(operation, to - engine.work[index] - piece + 1)
            };
            let tried = tried.and_then(|()| engine.propagate());
            engine.pop();
            if tried.is_ok() {
                break;
            }
            self.idle = 0;
            if is_early {
                engine.raise(operation, from + piece)?;
            } else {
                engine.lower(operation, to - piece)?;
            }
            engine.propagate()?;
            let left = engine.last_start(operation) - engine.earliest[index];
            piece = (2 * piece).min(left);
            if left == 0 {
                break;
            }
        }
        Ok(true)
    }
}
