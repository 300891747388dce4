//! Why a log cannot be read at all. Whatever can be read with an assumption is a finding of the
//! [`crate::Report`] instead.

/// Why no solution can be made of a log.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nothing to read.
    #[error("{file}: the file is empty or has no rows below its header")]
    Empty {
        /// The file.
        file: String,
    },
    /// Larger than the limit, unpacked.
    #[error("{file}: has more than {limit_mib} MiB of text")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit.
        limit_mib: u64,
    },
    /// Broken gzip.
    #[error("{file}: cannot be unpacked")]
    Unpack {
        /// The file.
        file: String,
        /// What gzip says.
        source: std::io::Error,
    },
    /// Neither UTF-8 nor UTF-16.
    #[error("{file}: is not text in UTF-8 (first wrong byte at {at})")]
    NotText {
        /// The file.
        file: String,
        /// Offset of the first byte that is not UTF-8.
        at: usize,
    },
    /// Broken CSV.
    #[error("{file}: is not a readable table")]
    Csv {
        /// The file.
        file: String,
        /// What the CSV reader says.
        source: csv::Error,
    },
    /// Broken XML.
    #[error("{file}:{line}: is not well-formed XES: {detail}")]
    Xes {
        /// The file.
        file: String,
        /// Line of the fault.
        line: u64,
        /// What the XML reader says.
        detail: String,
    },
    /// A column that is needed was neither named nor found.
    #[error("{file}: no column for the {role} was found among: {seen}")]
    ColumnNotFound {
        /// The file.
        file: String,
        /// What is missing: `case`, `activity`, `start or end`.
        role: &'static str,
        /// The columns there are.
        seen: String,
    },
    /// A column was named that the log does not have.
    #[error("{file}: column `{column}`, named for the {role}, is not among: {seen}")]
    ColumnNotThere {
        /// The file.
        file: String,
        /// The column named.
        column: String,
        /// What for.
        role: &'static str,
        /// The columns there are.
        seen: String,
    },
    /// Timestamps that a spreadsheet cut to minutes and seconds.
    #[error(
        "{file}:{line}: column `{column}` has lost its dates: `{example}` is minutes and seconds only"
    )]
    TimesCut {
        /// The file.
        file: String,
        /// First such line.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        example: String,
    },
    /// Timestamps in a form nobody knows.
    #[error("{file}:{line}: column `{column}`: `{example}` is not a time in any known form")]
    TimesUnknown {
        /// The file.
        file: String,
        /// First such line.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        example: String,
    },
    /// Not a time zone.
    #[error("`{zone}` is not a time zone")]
    TimeZone {
        /// What was given.
        zone: String,
    },
    /// Not one row could be placed in time.
    #[error("{file}: none of its {rows} rows has a time that can be used")]
    NothingUsable {
        /// The file.
        file: String,
        /// Rows read.
        rows: usize,
    },
    /// More of something than a solution can hold.
    #[error("{file}: makes {count} {what}; a solution holds at most {limit}")]
    TooMuch {
        /// The file.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// More rows than the limit.
    #[error("{file}: has more than {limit} rows")]
    TooManyRows {
        /// The file.
        file: String,
        /// The limit.
        limit: usize,
    },
    /// More columns than the limit.
    #[error("{file}:{line}: has more than {limit} columns")]
    TooManyColumns {
        /// The file.
        file: String,
        /// Line of the first row with more, or of the attribute that is one too many.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// More cells that hold something than the limit.
    #[error("{file}:{line}: has more than {limit} cells up to here")]
    TooManyCells {
        /// The file.
        file: String,
        /// Line of the row that is one too many.
        line: u64,
        /// The limit.
        limit: usize,
    },
}

impl ImportError {
    /// Stable code, never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "I101",
            Self::TooLarge { .. } => "I102",
            Self::Unpack { .. } => "I103",
            Self::NotText { .. } => "I104",
            Self::Csv { .. } => "I105",
            Self::Xes { .. } => "I106",
            Self::ColumnNotFound { .. } => "I107",
            Self::ColumnNotThere { .. } => "I108",
            Self::TimesCut { .. } => "I109",
            Self::TimesUnknown { .. } => "I110",
            Self::TimeZone { .. } => "I111",
            Self::NothingUsable { .. } => "I112",
            Self::TooManyRows { .. } => "I113",
            Self::TooMuch { .. } => "I114",
            Self::TooManyColumns { .. } => "I115",
            Self::TooManyCells { .. } => "I116",
        }
    }

    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::Empty { .. } => "export the log again, with its rows".to_owned(),
            Self::TooLarge { .. } | Self::TooManyRows { .. } | Self::TooMuch { .. } => {
                "cut the log to the months that matter and import that".to_owned()
            }
            Self::TooManyColumns { .. } => "export only the columns that say which order, what was done, where and when".to_owned(),
            Self::TooManyCells { .. } => "cut the log to the months that matter, or export fewer columns".to_owned(),
            Self::Unpack { .. } => "unpack it yourself, or export it again: the archive is damaged".to_owned(),
            Self::NotText { .. } => "save the file as CSV UTF-8 and import that".to_owned(),
            Self::Csv { .. } => "open the file in a text editor at the line named: a quote is not closed, or a row has lost cells".to_owned(),
            Self::Xes { .. } => "export the log again; a file cut off on its way looks like this".to_owned(),
            Self::ColumnNotFound { role, .. } => format!("name the column for the {role} yourself"),
            Self::ColumnNotThere { .. } => "copy the name of the column as it stands in the first line of the log".to_owned(),
            Self::TimesCut { .. } => "a spreadsheet showed these cells as mm:ss and saved what it showed; go back to the original export, or format the column as `yyyy-mm-dd hh:mm:ss` before saving as CSV".to_owned(),
            Self::TimesUnknown { .. } => "write times as `2012-01-29 23:24:00`, or name the column that holds the time".to_owned(),
            Self::TimeZone { .. } => "use a name from the IANA list, such as `Europe/Berlin` or `Asia/Shanghai`".to_owned(),
            Self::NothingUsable { .. } => "check that the columns named are those with start and end".to_owned(),
        }
    }
}
