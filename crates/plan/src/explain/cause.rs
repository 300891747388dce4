//! What an operation can wait for.

use weft_model::{Millis, Timestamp};

/// A span in which an operation could not start, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// When it began to wait for this.
    pub from: Timestamp,
    /// When this no longer held it back.
    pub until: Timestamp,
    /// What it waited for.
    pub cause: Cause,
}

/// What an operation waited for. Indices are those of the lists in [`crate::Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Its job was not released.
    Release,
    /// It was not released itself: material, a drawing, a permit.
    OwnRelease,
    /// An operation before it had not ended (or started), or the lag after it had not passed.
    Predecessor {
        /// The one that ended last, lag included.
        operation: usize,
        /// The part of the waiting that is lag.
        lag: Millis,
    },
    /// Others held the resource.
    Resource {
        /// Which resource.
        resource: usize,
        /// Who held it, by end.
        held_by: Vec<usize>,
    },
    /// One that had done its work held the resource, because it could not go on.
    Blocked {
        /// Which resource.
        resource: usize,
        /// Who held it.
        by: usize,
        /// What that one waited for.
        waits_for: usize,
    },
    /// The resource did not work, or not for long enough until its next break.
    Calendar {
        /// Which resource.
        resource: usize,
    },
    /// The resource was set up (a carrier travelled, a vessel was flushed), or there would not have been time to
    /// set it up for the next.
    Setup {
        /// Which resource.
        resource: usize,
        /// Whose set-up it is: this operation's, or that of one that comes after it.
        operation: usize,
        /// The operation just before that one; `None` for the first.
        after: Option<usize>,
        /// From which state.
        from: Option<usize>,
        /// To which state.
        to: Option<usize>,
        /// How much working time it takes.
        time: Millis,
    },
    /// The resource could not be cleaned afterwards before its working time runs out.
    Cleaning {
        /// Which resource.
        resource: usize,
    },
    /// The others of its batch were not there yet.
    Batch {
        /// Which resource.
        resource: usize,
        /// The others.
        with: Vec<usize>,
    },
    /// What it makes would have lain too long where there was no room for it.
    Storage {
        /// Which resource.
        resource: usize,
        /// Whose places these were: the operations that take out what was stored, and those that hold the
        /// resource themselves.
        held_by: Vec<usize>,
    },
    /// It would have used up what others need, or what had not been supplied yet.
    Budget {
        /// Which budget.
        budget: usize,
    },
    /// It may not overtake another.
    Line {
        /// Which line.
        line: usize,
        /// The one in front.
        behind: usize,
    },
    /// A later one would have come too long after it: it was held back to be in time for that one.
    HeldBack {
        /// The later one.
        operation: usize,
        /// The most that may lie between the two.
        max_lag: Millis,
    },
    /// Its branch is not done: it is not in the plan.
    NotChosen {
        /// Which alternative.
        alternative: usize,
    },
    /// Nothing: it has started or is pinned, and stays where it is.
    Frozen,
    /// Nothing in the way: it could have started earlier than the plan has it.
    Choice,
}

/// Adds a wait, joined with the one before it when both are for the same.
pub(super) fn push(waits: &mut Vec<Wait>, wait: Wait) {
    if let Some(last) = waits.last_mut() {
        match (&mut last.cause, &wait.cause) {
            (
                Cause::Resource { resource, held_by },
                Cause::Resource { resource: same, held_by: more },
            )
            | (
                Cause::Storage { resource, held_by },
                Cause::Storage { resource: same, held_by: more },
            ) if resource == same => {
                held_by.retain(|it| !more.contains(it));
                held_by.extend(more);
                last.until = wait.until;
                return;
            }
            (one, other) if one == other => {
                last.until = wait.until;
                return;
            }
            _ => {}
        }
    }
    waits.push(wait);
}
