//! What can be wrong with a solution. A code is stable: it is never reused and never changes its meaning.

use crate::id::{ClassId, OperationId};
use crate::time::Millis;

use super::quantity::duration_text;

/// One thing that is wrong. Where it is stands in [`super::Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of a variant says what its fields are")]
pub enum CheckError {
    // Reading.
    /// M001
    #[error("the file is not UTF-8 text from here on")]
    NotText,
    /// M002
    #[error("{what}: {size}, and the limit is {limit}")]
    TooLarge { what: &'static str, size: usize, limit: usize },
    /// M003
    #[error("a solution has no file `{path}`")]
    UnknownFile { path: String, meant: Option<String> },
    /// M004
    #[error("the file is missing")]
    MissingFile,
    /// M005
    #[error("this is not {format}: {reason}")]
    Syntax { format: &'static str, reason: String },
    /// M006
    #[error("{dropped} more problems are not shown")]
    TooManyProblems { dropped: usize },
    /// M010
    #[error("{owner} has no {noun} `{key}`")]
    UnknownKey {
        owner: String,
        noun: &'static str,
        key: String,
        meant: Option<String>,
        known: Vec<&'static str>,
    },
    /// M011
    #[error("{owner} has no `{key}`")]
    MissingKey { owner: String, key: &'static str, example: &'static str },
    /// M012
    #[error("`{key}` is {found}, not {expected}")]
    WrongType { key: String, expected: &'static str, found: &'static str, example: &'static str },
    /// M013
    #[error("{text:?} cannot be the id of {}", kind.with_article())]
    InvalidId { kind: Kind, text: String },
    /// M014
    #[error("{kind} `{id}` is there twice; first at {first}")]
    DuplicateId { kind: Kind, id: String, first: String },
    /// M015
    #[error("duration {text:?} {reason}")]
    Duration { text: String, reason: BadDuration },
    /// M016
    #[error("{text:?} is not a date and time")]
    Instant { text: String },
    /// M017
    #[error("{text:?} is not a time of day")]
    Clock { text: String },
    /// M018
    #[error("`{key}` cannot be {text:?}")]
    UnknownWord { key: &'static str, text: String, meant: Option<String>, known: String },
    /// M019
    #[error("`{key}` is {text}, not a whole number from 1 to {most}")]
    Count { key: &'static str, text: String, most: u32 },
    /// M020
    #[error("the row has {found} columns, the heading {expected}")]
    Columns { found: usize, expected: usize },
    /// M021
    #[error("`{key}` is {text}, not a number from 0 to {most}")]
    Share { key: &'static str, text: String, most: u32 },
    /// M022
    #[error("{owner} has both `{one}` and `{other}`")]
    Both { owner: String, one: &'static str, other: &'static str },
    /// M023
    #[error("`{key}` is empty")]
    Empty { key: &'static str, example: &'static str },
    /// M024
    #[error("{text:?} is not a date")]
    Date { text: String },
    /// M025
    #[error("{text:?} cannot be part of a Sparkplug address")]
    AddressPart { text: String },

    // Meaning.
    /// M101
    #[error("{kind} `{id}` does not exist")]
    Unknown { kind: Kind, id: String, meant: Option<String>, known: Vec<String> },
    /// M102
    #[error("{}", if roots.is_empty() { "no place is the root of the tree".to_owned() } else {
        format!("there is more than one root place: {}", roots.join(", "))
    })]
    Roots { roots: Vec<String> },
    /// M103
    #[error(
        "place `{place}` is {} {level} and its parent `{parent}` {} {above}",
        article(level),
        article(above)
    )]
    LevelNotBelow { place: String, level: &'static str, parent: String, above: &'static str },
    /// M104
    #[error("operation `{operation}` needs class `{class}`, which no resource has")]
    ClassWithoutResource { operation: OperationId, class: ClassId, meant: Option<String> },
    /// M105
    #[error("operation `{operation}` needs {amount} of {of}, and the most there is is {most}")]
    NeedAboveCapacity { operation: OperationId, of: String, amount: u32, most: u32 },
    /// M106
    #[error("operations wait for each other: {}", path.join(" after "))]
    OperationCycle { path: Vec<String> },
    /// M107
    #[error("places are inside each other: {}", path.join(" in "))]
    PlaceCycle { path: Vec<String> },
    /// M108
    #[error("route `{route}` has no operations")]
    EmptyRoute { route: String },
    /// M109
    #[error("time zone {text:?} does not exist")]
    TimeZone { text: String },
    /// M110
    #[error("calendar `{calendar}` never opens")]
    NeverOpens { calendar: String },
    /// M111
    #[error("operation `{operation}` takes {} in one piece, and the longest time that its resources \
        are open without a break is {}", duration_text(*takes), duration_text(*longest))]
    LongerThanOpen { operation: OperationId, takes: Millis, longest: Millis },
    /// M112
    #[error("due {due} is before release {release}")]
    DueBeforeRelease { due: String, release: String },
    /// M113
    #[error("release {release} is before the order was placed, {placed}")]
    ReleaseBeforePlaced { release: String, placed: String },
    /// M114
    #[error("resource `{resource}` has the Sparkplug address {address} of resource `{other}`")]
    AddressTaken { resource: String, other: String, address: String },
    /// M115
    #[error(
        "rework of operation `{operation}` goes to `{rework_to}`, which does not come before it"
    )]
    ReworkNotBefore { operation: OperationId, rework_to: OperationId },
    /// M116
    #[error("operation `{operation}` can be done on more than {limit} combinations of resources")]
    TooManyModes { operation: OperationId, limit: usize },
    /// M117
    #[error("operation `{operation}` needs more resources at a time than there are")]
    ModeImpossible { operation: OperationId },
    /// M118
    #[error("operation `{operation}` takes no time")]
    NoWork { operation: OperationId },
    /// M119
    #[error("{what} begins at {from} and ends at {to}")]
    EndBeforeStart { what: &'static str, from: String, to: String },
    /// M120
    #[error("the break {span} is not inside the shift {shift}")]
    BreakOutsideShift { span: String, shift: String },
}

/// What an id can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The solution.
    Solution,
    /// A node of the tree.
    Place,
    /// What can be busy.
    Resource,
    /// A class of resources.
    Class,
    /// A calendar.
    Calendar,
    /// What can be asked for.
    Offer,
    /// How it is fulfilled.
    Route,
    /// A step of a route.
    Operation,
    /// A request.
    Order,
    /// A column of a CSV file.
    Column,
}

/// Why a text is not a duration. Displays as what follows "duration so-and-so".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDuration {
    /// `"min"`, `""`.
    #[error("has no number")]
    NoNumber,
    /// `90`.
    #[error("has no unit")]
    NoUnit {
        /// The number, to show with a unit.
        number: String,
    },
    /// `"90 mn"`.
    #[error("has the unknown unit `{unit}`")]
    UnknownUnit {
        /// As written.
        unit: String,
        /// A unit that looks like it.
        meant: Option<String>,
    },
    /// `"5 min 1 h"`.
    #[error("has its units out of order")]
    UnitsOutOfOrder,
    /// `"-5 min"`.
    #[error("is negative")]
    Negative,
    /// `"0 h"` where something has to last.
    #[error("is zero")]
    Zero,
    /// More than [`super::DURATION_MAX`].
    #[error("is longer than a hundred years")]
    TooLong,
}

macro_rules! codes {
    ($($variant:ident = $code:literal,)*) => {
        impl CheckError {
            /// Every code there is.
            pub const CODES: &[&str] = &[$($code),*];

            /// The stable code: `M104`.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }
        }
    };
}

codes! {
    NotText = "M001",
    TooLarge = "M002",
    UnknownFile = "M003",
    MissingFile = "M004",
    Syntax = "M005",
    TooManyProblems = "M006",
    UnknownKey = "M010",
    MissingKey = "M011",
    WrongType = "M012",
    InvalidId = "M013",
    DuplicateId = "M014",
    Duration = "M015",
    Instant = "M016",
    Clock = "M017",
    UnknownWord = "M018",
    Count = "M019",
    Columns = "M020",
    Share = "M021",
    Both = "M022",
    Empty = "M023",
    Date = "M024",
    AddressPart = "M025",
    Unknown = "M101",
    Roots = "M102",
    LevelNotBelow = "M103",
    ClassWithoutResource = "M104",
    NeedAboveCapacity = "M105",
    OperationCycle = "M106",
    PlaceCycle = "M107",
    EmptyRoute = "M108",
    TimeZone = "M109",
    NeverOpens = "M110",
    LongerThanOpen = "M111",
    DueBeforeRelease = "M112",
    ReleaseBeforePlaced = "M113",
    AddressTaken = "M114",
    ReworkNotBefore = "M115",
    TooManyModes = "M116",
    ModeImpossible = "M117",
    NoWork = "M118",
    EndBeforeStart = "M119",
    BreakOutsideShift = "M120",
}

impl CheckError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotText => "save the file as UTF-8".into(),
            Self::TooLarge { .. } => "split it, or leave out what is not needed".into(),
            Self::UnknownFile { meant, .. } => did_you_mean(meant.as_deref(), || {
                "move it out of the folder; the manual, docs/solution-format.md, lists the files"
                    .into()
            }),
            Self::MissingFile => {
                "every solution has solution.toml and places.toml; copy them from \
                 solutions/three-machines and change them"
                    .into()
            }
            Self::Syntax { format, .. } if *format == "TOML" => {
                "texts stand in quotes, lists in [ ], tables in { }; a key stands once; see toml.io"
                    .into()
            }
            Self::Syntax { .. } => {
                "separate columns with commas, put a text with a comma in quotes".into()
            }
            Self::TooManyProblems { .. } => "solve those above and check again".into(),
            Self::UnknownKey { meant, known, noun, .. } => {
                did_you_mean(meant.as_deref(), || format!("known {noun}s: {}", known.join(", ")))
            }
            Self::MissingKey { example, .. } => format!("add it, for example: {example}"),
            Self::WrongType { example, .. } => format!("write it like this: {example}"),
            Self::InvalidId { .. } => {
                "1 to 64 letters, digits, `-`, `_` and `.`, beginning with a letter or digit".into()
            }
            Self::DuplicateId { kind: Kind::Calendar, id, .. } if id == super::ALWAYS => {
                format!("`{}` is built in; give this calendar another id", super::ALWAYS)
            }
            Self::DuplicateId { .. } => "give one of them another id, or take it out".into(),
            Self::Duration { reason, .. } => reason.help(),
            Self::Instant { .. } => "write local time as \"2026-03-02 07:30\" or, with its offset, \
                                     \"2026-03-02T07:30:00+08:00\""
                .into(),
            Self::Clock { .. } => {
                "write \"07:00\", a span \"12:00-12:30\"; hours after midnight that belong to the \
                 day before go on to \"48:00\""
                    .into()
            }
            Self::UnknownWord { meant, known, .. } => {
                did_you_mean(meant.as_deref(), || format!("known: {known}"))
            }
            Self::Count { key, .. } => format!("write a whole number: {key} = 1"),
            Self::Columns { .. } => {
                "give the row one value per column; a value with a comma stands in quotes".into()
            }
            Self::Share { key, .. } => format!("write a share, not a percentage: {key} = 0.05"),
            Self::Both { one, other, .. } => format!("keep `{one}` or `{other}`, take out the other"),
            Self::Empty { key, example } => format!("give it at least one: {key} = {example}"),
            Self::Date { .. } => "write year, month, day: 2026-03-02".into(),
            Self::AddressPart { .. } => {
                "1 to 128 characters without `/`, `+`, `#` and control characters".into()
            }
            Self::Unknown { kind, meant, known, .. } => {
                did_you_mean(meant.as_deref(), || kind.where_to_define(known))
            }
            Self::Roots { roots } if roots.is_empty() => {
                "let one place be without `parent`: that is the root".into()
            }
            Self::Roots { .. } => "give every place but one a `parent`".into(),
            Self::LevelNotBelow { .. } => {
                "from high to low: city, park, chain, enterprise, site, area, work-centre, work-unit"
                    .into()
            }
            Self::ClassWithoutResource { class, meant, .. } => {
                let define =
                    format!("give class `{class}` to a resource in places.toml, or add another mode");
                match meant {
                    Some(meant) => format!("did you mean `{meant}`? Otherwise {define}"),
                    None => define,
                }
            }
            Self::NeedAboveCapacity { most, .. } => {
                format!("need {most} or less, or give a resource more `capacity` in places.toml")
            }
            Self::OperationCycle { .. } | Self::PlaceCycle { .. } => {
                "take one link out of the circle".into()
            }
            Self::EmptyRoute { .. } => {
                "give it a [[route.operation]], or take the route out".into()
            }
            Self::TimeZone { .. } => {
                "write an IANA name: time-zone = \"Asia/Shanghai\", \"Europe/Berlin\", \"UTC\"".into()
            }
            Self::NeverOpens { .. } => {
                "give it a [[calendar.shift]] with days and hours, or take it out".into()
            }
            Self::LongerThanOpen { .. } => {
                "let it pause (spans-breaks = true), shorten it, or give a resource a calendar \
                 with longer hours"
                    .into()
            }
            Self::DueBeforeRelease { .. } => "make it due later, or release it earlier".into(),
            Self::ReleaseBeforePlaced { .. } => {
                "leave `release` empty to release it when it is placed".into()
            }
            Self::AddressTaken { .. } => {
                "give one of them another `connection`, for example { device = \"saw-2\" }".into()
            }
            Self::ReworkNotBefore { .. } => {
                "rework goes to the operation itself or to one that it comes `after`, at any distance"
                    .into()
            }
            Self::TooManyModes { .. } => {
                "name resources instead of classes, or split the class into smaller ones".into()
            }
            Self::ModeImpossible { .. } => {
                "one resource serves one need at a time: add resources to the class, or ask for a \
                 larger `amount` in one need"
                    .into()
            }
            Self::NoWork { .. } => {
                "give it time for the lot (takes = \"10 min\") or for each piece (takes-each = \"1 min\")"
                    .into()
            }
            Self::EndBeforeStart { what: "the recorded operation", .. } => {
                "exchange start and end, or leave the row out".into()
            }
            Self::EndBeforeStart { .. } => {
                "hours after midnight that belong to the day before go on past 24:00: a night shift \
                 is from = \"22:00\", to = \"30:00\""
                    .into()
            }
            Self::BreakOutsideShift { .. } => {
                "a break begins after its shift and ends before it; after midnight count on: \"26:00-26:30\""
                    .into()
            }
        }
    }
}

impl BadDuration {
    fn help(&self) -> String {
        match self {
            Self::NoUnit { number } => {
                format!("write the unit: \"{number} min\", \"{number} s\" or \"{number} h\"")
            }
            Self::UnknownUnit { meant: Some(meant), .. } => format!("did you mean `{meant}`?"),
            Self::UnknownUnit { .. } => "units: ms, s, min, h, d (24 hours)".into(),
            Self::NoNumber => "write number and unit: \"90 min\", \"6 h 19 min\", \"1.5 h\"".into(),
            Self::UnitsOutOfOrder => {
                "write the larger unit first and each unit once: \"6 h 19 min\"".into()
            }
            Self::Negative => "a duration is zero or more".into(),
            Self::Zero => {
                "it has to last some time; to say that it never happens, leave it out".into()
            }
            Self::TooLong => "check the unit: ms, s, min, h, d (24 hours)".into(),
        }
    }
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Solution => "solution",
            Self::Place => "place",
            Self::Resource => "resource",
            Self::Class => "class",
            Self::Calendar => "calendar",
            Self::Offer => "offer",
            Self::Route => "route",
            Self::Operation => "operation",
            Self::Order => "order",
            Self::Column => "column",
        }
    }

    fn with_article(self) -> String {
        format!("{} {self}", article(self.as_str()))
    }

    fn where_to_define(self, known: &[String]) -> String {
        let place = match self {
            Self::Place => "in places.toml as [[place]]",
            Self::Resource | Self::Class => "in places.toml as [[resource]]",
            Self::Calendar => "in calendars.toml",
            Self::Offer => "in offers.toml",
            Self::Route => "in routes.toml or routes/",
            Self::Order => "in orders.csv",
            Self::Operation => "in the same route",
            Self::Solution | Self::Column => "first",
        };
        if known.is_empty() {
            format!("define it {place}; there is no {self} yet")
        } else {
            format!("define it {place}, or use one there is: {}", known.join(", "))
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

fn did_you_mean(meant: Option<&str>, otherwise: impl FnOnce() -> String) -> String {
    meant.map_or_else(otherwise, |meant| format!("did you mean `{meant}`?"))
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
