//! A ledger that follows the journal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use weft_account::Ledger;
use weft_journal::Reader;
use weft_live::Plant;

use crate::error::{Answer, ApiError};

/// How many events are read at a time.
const PAGE: u32 = 5_000;

/// What happened so far, kept up with the journal by a task of its own: a start does not wait for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveLedger {
    ledger: Arc<RwLock<Ledger>>,
    /// Whether all that was in the journal at the start has been taken in.
    is_complete: Arc<AtomicBool>,
}

impl LiveLedger {
    /// Begins to follow a plant's journal.
    pub(crate) fn follow(plant: &Plant) -> Self {
        let ledger = Self::default();
        let (following, mut heard) = (ledger.clone(), plant.listen());
        let folder = plant.folder().to_owned();
        tokio::spawn(async move {
            loop {
                let (ledger, folder) = (following.clone(), folder.clone());
                let caught_up = tokio::task::spawn_blocking(move || ledger.catch_up(&folder)).await;
                if let Ok(Err(error)) = caught_up {
                    tracing::warn!(%error, "figures wait for the journal");
                }
                // Falling behind only means that there is more to read.
                match heard.recv().await {
                    Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => break,
                }
                while heard.try_recv().is_ok() {}
            }
        });
        ledger
    }

    /// Fails until history has been gone through: half of it would give wrong figures.
    pub(crate) fn complete(&self) -> Answer<&Self> {
        if self.is_complete.load(Ordering::Acquire) {
            Ok(self)
        } else {
            Err(ApiError::catching_up())
        }
    }

    pub(crate) fn read<T>(&self, with: impl FnOnce(&Ledger) -> T) -> T {
        with(&self.ledger.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn catch_up(&self, folder: &std::path::Path) -> Result<(), weft_journal::JournalError> {
        let reader = Reader::open(folder)?;
        loop {
            let after = self.read(|ledger| ledger.sequence);
            let events = reader.events(after, PAGE)?;
            if events.is_empty() {
                self.is_complete.store(true, Ordering::Release);
                return Ok(());
            }
            let mut ledger = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
            for recorded in &events {
                ledger.heed(recorded);
            }
        }
    }
}
