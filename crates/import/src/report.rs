//! What the import found, assumed and dropped, for the people who know the plant.

mod markdown;

use std::fmt;

/// A finding shows at most this many examples.
const EXAMPLES_MAX: usize = 3;

/// Everything that was found, assumed and dropped, in the order in which it was looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Name of the log.
    pub file: String,
    /// What came out: label and figure.
    pub figures: Vec<(String, String)>,
    /// One entry per rule that had something to say.
    pub findings: Vec<Finding>,
    /// What each resource came out as.
    pub resources: Vec<ResourceLine>,
    /// What makes a comparison of a plan with the log kind or unkind to the plan.
    pub comparison: Vec<Bias>,
}

/// What one rule has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, never reused.
    pub code: &'static str,
    /// How much weight it has.
    pub severity: Severity,
    /// What, and what was made of it: whole sentences.
    pub text: String,
    /// How many rows, operations or resources it is about.
    pub count: usize,
    /// Out of how many; 0 where that says nothing.
    pub of: usize,
    /// First few cases, with line numbers.
    pub examples: Vec<Example>,
    /// How to get something else; may be empty.
    pub overrule: String,
}

/// One case of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Line in the log, from 1 (the header).
    pub line: u64,
    /// What stands there.
    pub text: String,
}

/// How much weight a finding has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Read from the log.
    Found,
    /// Not in the log, or contradictory there: an assumption fills the gap.
    Assumed,
    /// Left out.
    Dropped,
}

/// What one resource came out as.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceLine {
    /// Its id.
    pub id: String,
    /// Its name in the log.
    pub title: String,
    /// Operations done on it.
    pub operations: usize,
    /// Recorded working time, hours.
    pub work_h: f64,
    /// Units at the same time.
    pub capacity: u32,
    /// Working hours of an ordinary week.
    pub week_h: f64,
    /// Share of the recorded clock time inside the calendar, 0 to 1.
    pub inside: f64,
    /// Recorded work over capacity times calendar hours, over the time of the log.
    pub used: f64,
    /// The calendar it follows.
    pub calendar: String,
}

/// One reason why a comparison of a plan with the log is not even-handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bias {
    /// Whether it makes the plan look better than it would have been.
    pub kind_to_plan: bool,
    /// The reason, with its figure where there is one.
    pub text: String,
}

impl Finding {
    /// A finding without figures.
    pub(crate) fn new(code: &'static str, severity: Severity, text: impl Into<String>) -> Self {
        let text = text.into();
        let (examples, overrule) = (Vec::new(), String::new());
        Self { code, severity, text, count: 0, of: 0, examples, overrule }
    }

    /// How many it is about, and out of how many.
    pub(crate) fn count(mut self, count: usize, of: usize) -> Self {
        (self.count, self.of) = (count, of);
        self
    }

    /// How to get something else.
    pub(crate) fn overrule(mut self, how: impl Into<String>) -> Self {
        self.overrule = how.into();
        self
    }

    /// Takes the first few examples.
    pub(crate) fn examples(mut self, examples: impl IntoIterator<Item = Example>) -> Self {
        self.examples = examples.into_iter().take(EXAMPLES_MAX).collect();
        self
    }
}

/// Hours and minutes, `25:49`: what people who read a log compare it with.
pub(crate) fn clock_text(duration: weft_model::Millis) -> String {
    let minutes = duration.get().max(0) / 60_000;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

impl Example {
    /// What stands in a line.
    pub(crate) fn new(line: u64, text: impl Into<String>) -> Self {
        Self { line, text: text.into() }
    }
}

impl Report {
    /// The report as Markdown: `IMPORT.md` of the solution.
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_markdown())
    }
}
