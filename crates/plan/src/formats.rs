//! The formats in which the field publishes its instances, and the answer file.
//!
//! [`read`] makes an instance of a text, [`write_json`] and [`read_json`] carry an answer, and [`verify`]
//! judges an answer by the rules of its family alone: it knows nothing of any search. [`detect`] says which
//! format a file has. Sources of the formats and of the instances that are kept: `data/scheduling/README.md`.

mod answer;
mod error;
mod flexible_job_shop;
mod instance;
mod job_shop;
mod patterson;
mod problem;
mod project;
mod psplib;
mod scan;
mod setup_flow_shop;
mod verify;

use std::fmt;
use std::str::FromStr;

pub use answer::{Answer, AnswerOperation, read_json, write_json};
pub use error::{FormatError, Place};
pub use instance::{
    Activity, ActivityMode, LineInstance, ProjectInstance, PublicInstance, ShopInstance,
};
pub use verify::{FormatFault, verify};

/// Longest text that is read, so that every index has room: 1 GiB.
const TEXT_BYTES_MAX: usize = 1 << 30;

/// The public formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Job shop, standard or re-entrant; makespan.
    JobShop,
    /// Flexible job shop.
    FlexibleJobShop,
    /// Resource-constrained project in Patterson's form (`.rcp`).
    Patterson,
    /// Project in PSPLIB's form, with one mode (`.sm`) or several (`.mm`).
    Psplib,
    /// Permutation flow shop with sequence-dependent set-up times.
    SetupFlowShop,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::JobShop, Self::FlexibleJobShop, Self::Patterson, Self::Psplib, Self::SetupFlowShop];

    /// What it is called in `--format`.
    pub fn name(self) -> &'static str {
        match self {
            Self::JobShop => "jobshop",
            Self::FlexibleJobShop => "fjsp",
            Self::Patterson => "rcp",
            Self::Psplib => "psplib",
            Self::SetupFlowShop => "sdst",
        }
    }

    /// The names of all, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(name: &str) -> Result<Self, FormatError> {
        let format = Self::ALL.into_iter().find(|format| format.name() == name);
        format.ok_or_else(|| FormatError::UnknownFormat { name: scan::shortened(name) })
    }
}

/// Which format a file has: by the extension of its name where that is enough, otherwise the one format that
/// its content fits.
pub fn detect(name: &str, text: &str) -> Result<Format, FormatError> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "rcp" => return Ok(Format::Patterson),
        "sm" | "mm" => return Ok(Format::Psplib),
        "fjs" => return Ok(Format::FlexibleJobShop),
        _ if text.contains(psplib::MARK) => return Ok(Format::Psplib),
        _ => {}
    }
    let mut fitting = Vec::new();
    let mut reasons = Vec::new();
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Psplib) {
        match read(format, text) {
            Ok(_) => fitting.push(format),
            Err(error) => reasons.push(format!("as {format}, {error}")),
        }
    }
    match *fitting.as_slice() {
        [format] => Ok(format),
        [] => Err(FormatError::NoFormat { name: name.to_owned(), reasons: reasons.join("; ") }),
        _ => {
            let formats: Vec<&str> = fitting.into_iter().map(Format::name).collect();
            let formats = formats.join(" and as ");
            Err(FormatError::ManyFormats { name: name.to_owned(), formats })
        }
    }
}

/// Reads an instance. Everything is read or refused: nothing is left over at the end.
pub fn read(format: Format, text: &str) -> Result<PublicInstance, FormatError> {
    limit(text)?;
    match format {
        Format::JobShop => job_shop::read(text).map(PublicInstance::Shop),
        Format::FlexibleJobShop => flexible_job_shop::read(text).map(PublicInstance::Shop),
        Format::Patterson => patterson::read(text).map(PublicInstance::Project),
        Format::Psplib => psplib::read(text).map(PublicInstance::Project),
        Format::SetupFlowShop => setup_flow_shop::read(text).map(PublicInstance::Line),
    }
}

fn limit(text: &str) -> Result<(), FormatError> {
    let (bytes, most) = (text.len(), TEXT_BYTES_MAX);
    if bytes <= most { Ok(()) } else { Err(FormatError::TooLong { bytes, most }) }
}

#[cfg(test)]
mod tests;
