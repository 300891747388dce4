//! The one place that writes to the terminal.

use std::io::Write as _;

/// Something that went wrong, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: String,
    pub(crate) help: String,
}

impl Failure {
    pub(crate) fn error(
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> anyhow::Error {
        Self { message: message.into(), code: code.to_owned(), help: help.into() }.into()
    }
}

/// Writes to standard output. When nobody reads it any more (`weft … | head`), the program ends quietly.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Writes a line to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes an error with all its causes, and what to do.
pub(crate) fn error(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    note(&format!("error: {}", causes.join(": ")));
    if let Some(failure) = error.downcast_ref::<Failure>() {
        note(&format!("help: {} [{}]", failure.help, failure.code));
    } else if let Some(failure) = error.downcast_ref::<weft_live::LiveError>() {
        note(&format!("help: {} [{}]", failure.help(), failure.code()));
    } else if let Some(failure) = error.downcast_ref::<weft_journal::JournalError>() {
        note(&format!("help: {} [{}]", failure.help(), failure.code()));
    } else if let Some(failure) = error.downcast_ref::<weft_connect::ConnectError>() {
        note(&format!("help: {} [{}]", failure.help(), failure.code()));
    } else if let Some(failure) = error.downcast_ref::<weft_import::ImportError>() {
        note(&format!("help: {} [{}]", failure.help(), failure.code()));
    }
}
