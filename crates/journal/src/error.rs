//! What can go wrong with a journal.

use std::path::PathBuf;

/// Why a journal cannot be opened, read or written. Codes are stable.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// J401
    #[error("another weft is using the data folder {}", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// J402
    #[error("cannot use the data folder {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// J403
    #[error("the journal's database answered with an error")]
    Database(#[from] rusqlite::Error),
    /// J404
    #[error("event {sequence} of the journal is damaged: {why}")]
    Damaged {
        /// Which.
        sequence: u64,
        /// What is wrong with it.
        why: String,
    },
    /// J405
    #[error("the data folder belongs to solution `{found}`, not to `{expected}`")]
    OtherSolution {
        /// What it was made for.
        found: String,
        /// What was asked for.
        expected: String,
    },
    /// J406
    #[error("the journal has format {found}; this weft knows formats up to {known}")]
    NewerFormat {
        /// Its format.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// J407
    #[error("there is no journal in {}", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
}

impl JournalError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "J401",
            Self::Folder { .. } => "J402",
            Self::Database(_) => "J403",
            Self::Damaged { .. } => "J404",
            Self::OtherSolution { .. } => "J405",
            Self::NewerFormat { .. } => "J406",
            Self::Missing { .. } => "J407",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Locked { .. } => {
                "stop the other one, or give this one its own folder with --data"
            }
            Self::Folder { .. } => "check that the folder exists and may be written to",
            Self::Database(_) => {
                "check free space and rights of the data folder; nothing that was acknowledged is lost"
            }
            Self::Damaged { .. } => {
                "run `weft journal verify` for the extent, then restore the folder from a backup; nothing has been changed"
            }
            Self::OtherSolution { .. } => "give each solution its own folder with --data",
            Self::NewerFormat { .. } => "use the weft that wrote it, or a newer one",
            Self::Missing { .. } => "name the folder that `weft run --data` was given",
        }
    }
}
