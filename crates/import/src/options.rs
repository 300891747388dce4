//! What the caller may decide; everything has a default that is found from the log.

use std::collections::BTreeMap;

/// How a log is read. `Options::default()` finds everything from the log itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Which column means what; found from names and content where not given.
    pub columns: Columns,
    /// Id of the solution; default: from the file name.
    pub id: Option<String>,
    /// What people call it, in English; default: from the id.
    pub title_en: Option<String>,
    /// The same in Chinese; default: the English text.
    pub title_zh: Option<String>,
    /// IANA name of the zone the log's local times are meant in, such as `Europe/Berlin`.
    /// Default: UTC, which keeps naive times as they are written.
    pub time_zone: Option<String>,
    /// Where the log comes from and under which licence; goes into `solution.toml`.
    pub source: String,
    /// Whether machines may stand in for each other.
    pub alternatives: Alternatives,
    /// Chinese texts for names in the log (activities, kinds of resource, parts), by the name as
    /// the import writes it. A name that is not here keeps its own text in both languages.
    pub titles_zh: BTreeMap<String, String>,
}

/// Names of columns (CSV) or attributes (XES), as written in the log. `None`: found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// The order: "Case ID".
    pub case: Option<String>,
    /// What was done: "Activity".
    pub activity: Option<String>,
    /// Where: "Resource".
    pub resource: Option<String>,
    /// When it began: "Start Timestamp".
    pub start: Option<String>,
    /// When it was done: "Complete Timestamp".
    pub end: Option<String>,
    /// Recorded working time, `HHH:MM`, or hours with a decimal point, or a text such as `90 min`.
    pub work: Option<String>,
    /// Pieces ordered.
    pub quantity: Option<String>,
    /// What was made: "Part Desc.".
    pub part: Option<String>,
    /// Who did it.
    pub worker: Option<String>,
    /// What the row reports; a value that begins with `S` is a set-up.
    pub report: Option<String>,
    /// Pieces done in the step.
    pub completed: Option<String>,
    /// Pieces thrown away.
    pub scrap: Option<String>,
    /// Pieces set aside for a decision (material review board).
    pub set_aside: Option<String>,
    /// Marks rework: `Y`, `yes`, `true`, `1`, `ja`, `是`.
    pub rework: Option<String>,
    /// XES or CSV life cycle: `start`, `complete`.
    pub lifecycle: Option<String>,
    /// Which instance of an activity a life cycle event belongs to.
    pub instance: Option<String>,
}

/// Whether machines may stand in for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Alternatives {
    /// Those on which the log shows an activity often enough.
    #[default]
    ByEvidence,
    /// Every operation stays on the resource that did it.
    AsRecorded,
}
