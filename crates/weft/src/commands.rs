//! One file per command.

pub(crate) mod check;
pub(crate) mod import;
pub(crate) mod journal;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod twin;
