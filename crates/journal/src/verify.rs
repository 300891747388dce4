//! Going through all of history again.

use std::path::Path;

use weft_run::{State, apply};

use crate::chain::Chain;
use crate::error::JournalError;
use crate::reader::{self, Reader};
use crate::store::newest_snapshot;

/// What a sound journal holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// How many events.
    pub events: u64,
    /// The hash of all of them, hexadecimal.
    pub hash: String,
    /// The state they lead to.
    pub state: State,
}

/// Goes through the journal of a folder from the first event: numbers, times, hashes, contents, that
/// applying them all works, and that the newest snapshot says the same. Reads only.
///
/// Errors: [`JournalError::Damaged`] names the first bad event.
pub fn verify(folder: &Path) -> Result<Verified, JournalError> {
    verify_telling(folder, &mut |_| {})
}

/// [`verify`] that tells the number of each event when it has been checked.
pub fn verify_telling(folder: &Path, tell: &mut dyn FnMut(u64)) -> Result<Verified, JournalError> {
    let reader = Reader::open(folder)?;
    // One moment of a journal that may be growing meanwhile.
    let moment = reader.connection.unchecked_transaction()?;
    let snapshot = newest_snapshot(&moment)?;
    let mut state = State::default();
    if let Some(kept) = &snapshot {
        // The resources of the plant are not events; the snapshot knows them.
        let capacities = kept.state.resources.iter().map(|(id, r)| (id.clone(), r.capacity));
        state = State::new(capacities);
    }
    let mut chain = Chain::default();
    let mut backwards = None;
    let mut differs = None;
    reader::for_each_checked(&moment, 0, &mut chain, &mut |recorded| {
        if recorded.at < state.at && backwards.is_none() {
            backwards = Some(recorded.sequence);
        }
        apply(&mut state, &recorded);
        tell(recorded.sequence);
        if let Some(kept) = &snapshot
            && kept.state.sequence == state.sequence
            && kept.state != state
        {
            differs = Some(state.sequence);
        }
    })?;
    reader::check_head(&moment, state.sequence, &chain)?;
    if let Some(sequence) = backwards {
        let why = "its time is before that of the event before it".to_owned();
        return Err(JournalError::Damaged { sequence, why });
    }
    if let Some(sequence) = differs {
        let why = "the snapshot after it is not what the events up to it lead to".to_owned();
        return Err(JournalError::Damaged { sequence, why });
    }
    Ok(Verified { events: state.sequence, hash: chain.to_hex(), state })
}
