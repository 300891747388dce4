//! What stops a plant.

use weft_connect::ConnectError;
use weft_journal::JournalError;
use weft_model::Timestamp;

/// Why a plant cannot be run (any more).
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The journal cannot be opened or written. Nothing that was acknowledged is lost.
    #[error("the journal cannot be used")]
    Journal(#[from] JournalError),
    /// Machines cannot be reached at all.
    #[error("machines cannot be reached")]
    Connect(#[from] ConnectError),
    /// A thread could not be started.
    #[error("the operating system refused a thread")]
    Thread(#[source] std::io::Error),
    /// The journal's last event is still to come by the world's clock.
    #[error("the last event in the data folder is of {last}, and now is {now}")]
    JournalAhead {
        /// When the last event was decided.
        last: Timestamp,
        /// What the computer's clock says.
        now: Timestamp,
    },
}

impl LiveError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Journal(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::Thread(_) => "L501",
            Self::JournalAhead { .. } => "L502",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Journal(error) => error.help().to_owned(),
            Self::Connect(error) => error.help(),
            Self::Thread(_) => {
                "free memory or raise the limit of threads, then start again".to_owned()
            }
            Self::JournalAhead { .. } => "a plant that ran in simulated time goes on with --speed; else \
                                          give another folder with --data, or set the computer's clock"
                .to_owned(),
        }
    }
}
