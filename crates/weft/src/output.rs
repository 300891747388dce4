//! The one place that writes to the terminal.

use std::io::Write as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

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

/// A bar for work that takes a while, on standard error; nothing is shown where nobody sits before it.
pub(crate) fn progress(total: u64) -> ProgressBar {
    styled(ProgressBar::new(total), "{bar:30} {percent:>3} %  {msg}")
}

/// The same where it is not known how much there is to do.
pub(crate) fn counting(what: &'static str) -> ProgressBar {
    styled(ProgressBar::no_length(), "{spinner} {human_pos} {msg}").with_message(what)
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    bar.enable_steady_tick(Duration::from_millis(200));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
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
