//! Which column means what: as named by the caller, else by names that many systems use, else by
//! what the columns hold.

mod known;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::ImportError;
use crate::options::Columns;
use crate::read::Table;
use crate::report::{Finding, Severity};
use crate::times;
use known::{
    ACTIVITY, CASE, COMPLETED, END, INSTANCE, LIFECYCLE, PART, QUANTITY, REPORT, RESOURCE, REWORK,
    SCRAP, SET_ASIDE, START, WORK, WORKER,
};

/// Index of the column for each role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    pub(crate) case: Option<usize>,
    pub(crate) activity: Option<usize>,
    pub(crate) resource: Option<usize>,
    pub(crate) start: Option<usize>,
    pub(crate) end: Option<usize>,
    pub(crate) work: Option<usize>,
    pub(crate) quantity: Option<usize>,
    pub(crate) part: Option<usize>,
    pub(crate) worker: Option<usize>,
    pub(crate) report: Option<usize>,
    pub(crate) completed: Option<usize>,
    pub(crate) scrap: Option<usize>,
    pub(crate) set_aside: Option<usize>,
    pub(crate) rework: Option<usize>,
    pub(crate) lifecycle: Option<usize>,
    pub(crate) instance: Option<usize>,
}

/// Values looked at to tell what a column holds.
const SAMPLE: usize = 300;

/// Finds the column for each role.
pub(crate) fn find(
    table: &Table,
    named: &Columns,
    file: &str,
    findings: &mut Vec<Finding>,
) -> Result<Roles, ImportError> {
    let mut search = Search { table, file, taken: BTreeSet::new(), guessed: Vec::new() };
    // Those that share names with others come after those whose names are their own.
    let mut roles = Roles {
        lifecycle: search.column("life cycle", named.lifecycle.as_ref(), LIFECYCLE)?,
        case: search.column("case", named.case.as_ref(), CASE)?,
        activity: search.column("activity", named.activity.as_ref(), ACTIVITY)?,
        resource: search.column("resource", named.resource.as_ref(), RESOURCE)?,
        start: search.time_column("start", named.start.as_ref(), START)?,
        end: search.time_column("end", named.end.as_ref(), END)?,
        work: search.column("working time", named.work.as_ref(), WORK)?,
        quantity: search.column("quantity", named.quantity.as_ref(), QUANTITY)?,
        part: search.column("part", named.part.as_ref(), PART)?,
        worker: search.column("worker", named.worker.as_ref(), WORKER)?,
        report: search.column("report", named.report.as_ref(), REPORT)?,
        completed: search.column("pieces done", named.completed.as_ref(), COMPLETED)?,
        scrap: search.column("scrap", named.scrap.as_ref(), SCRAP)?,
        set_aside: search.column("pieces set aside", named.set_aside.as_ref(), SET_ASIDE)?,
        rework: search.column("rework", named.rework.as_ref(), REWORK)?,
        instance: search.column("instance", named.instance.as_ref(), INSTANCE)?,
    };
    search.times_by_content(&mut roles);
    search.names_by_content(&mut roles);
    let missing =
        |role| ImportError::ColumnNotFound { file: file.to_owned(), role, seen: seen(table) };
    roles.case.ok_or_else(|| missing("case"))?;
    roles.activity.ok_or_else(|| missing("activity"))?;
    roles.start.or(roles.end).ok_or_else(|| missing("start or end"))?;
    report(table, &roles, &search.guessed, findings);
    Ok(roles)
}

struct Search<'a> {
    table: &'a Table,
    file: &'a str,
    taken: BTreeSet<usize>,
    guessed: Vec<&'static str>,
}

impl Search<'_> {
    fn column(
        &mut self,
        role: &'static str,
        named: Option<&String>,
        known: &[&str],
    ) -> Result<Option<usize>, ImportError> {
        self.column_where(role, named, known, |_| true)
    }

    /// As [`Search::column`], but passes over columns that are empty or hold no times, such as a
    /// `Complete` that says yes or no.
    fn time_column(
        &mut self,
        role: &'static str,
        named: Option<&String>,
        known: &[&str],
    ) -> Result<Option<usize>, ImportError> {
        let table = self.table;
        self.column_where(role, named, known, |column| {
            let (times, all) = sample(table, column).fold((0, 0), |(times, all), text| {
                (times + usize::from(may_be_time(text)), all + 1)
            });
            all < 2 * times
        })
    }

    fn column_where(
        &mut self,
        role: &'static str,
        named: Option<&String>,
        known: &[&str],
        fits: impl Fn(usize) -> bool,
    ) -> Result<Option<usize>, ImportError> {
        if let Some(column) = named {
            let index = self.table.columns.iter().position(|name| name.trim() == column.trim());
            let index = index.ok_or_else(|| ImportError::ColumnNotThere {
                file: self.file.to_owned(),
                column: column.clone(),
                role,
                seen: seen(self.table),
            })?;
            self.taken.insert(index);
            return Ok(Some(index));
        }
        let plain_names: Vec<String> = self.table.columns.iter().map(|name| plain(name)).collect();
        let index = known
            .iter()
            .filter_map(|known| plain_names.iter().position(|name| name == known))
            .find(|index| !self.taken.contains(index) && fits(*index));
        self.taken.extend(index);
        Ok(index)
    }

    /// Columns that hold dates: the first is the start, the second the end; one alone is the end.
    fn times_by_content(&mut self, roles: &mut Roles) {
        if roles.start.is_some() || roles.end.is_some() {
            return;
        }
        let table = self.table;
        let mut dates = (0..table.columns.len()).filter(|column| {
            let (mut known, mut all) = (0, 0);
            for text in sample(table, *column) {
                all += 1;
                known += usize::from(times::parse(text, times::DateOrder::DayFirst).is_some());
            }
            0 < all && 4 * all <= 5 * known && !self.taken.contains(column)
        });
        let (first, second) = (dates.next(), dates.next());
        drop(dates);
        (roles.start, roles.end) = if second.is_some() { (first, second) } else { (None, first) };
        self.taken.extend(first.into_iter().chain(second));
        self.guessed.extend(roles.start.map(|_| "start"));
        self.guessed.extend(roles.end.map(|_| "end"));
    }

    /// The case is the column with most different values that come at least twice on average; the
    /// activity the one, of those that change within a case, with most different values that come
    /// at least ten times on average.
    fn names_by_content(&mut self, roles: &mut Roles) {
        let rows = self.table.row_count();
        let distinct = |column: usize| -> usize {
            let values: BTreeSet<&str> =
                self.table.rows().map(|row| row.cell(Some(column))).collect();
            values.len()
        };
        let free = |taken: &BTreeSet<usize>| -> Vec<usize> {
            (0..self.table.columns.len()).filter(|column| !taken.contains(column)).collect()
        };
        if roles.case.is_none() {
            roles.case = free(&self.taken)
                .into_iter()
                .map(|column| (distinct(column), column))
                .filter(|(values, _)| 2 <= *values && 2 * values <= rows)
                .max_by_key(|(values, column)| (*values, usize::MAX - column))
                .map(|(_, column)| column);
            self.taken.extend(roles.case);
            self.guessed.extend(roles.case.map(|_| "case"));
        }
        if roles.activity.is_none() {
            roles.activity = free(&self.taken)
                .into_iter()
                .filter(|column| changes_within_case(self.table, roles.case, *column))
                .map(|column| (distinct(column), column))
                .filter(|(values, _)| 2 <= *values && 10 * values <= rows.max(20))
                .max_by_key(|(values, column)| (*values, usize::MAX - column))
                .map(|(_, column)| column);
            self.taken.extend(roles.activity);
            self.guessed.extend(roles.activity.map(|_| "activity"));
        }
    }
}

/// Lenient, so that a column of broken times is still found and its fault named.
fn may_be_time(text: &str) -> bool {
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    has_digit && (6 <= text.len() || times::is_cut(text))
}

fn changes_within_case(table: &Table, case: Option<usize>, column: usize) -> bool {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    table.rows().any(|row| {
        let value = row.cell(Some(column));
        *first.entry(row.cell(case)).or_insert(value) != value
    })
}

fn sample(table: &Table, column: usize) -> impl Iterator<Item = &str> {
    table.rows().map(move |row| row.cell(Some(column))).filter(|c| !c.is_empty()).take(SAMPLE)
}

/// Letters and digits of a name, in lower case: "Case ID" and `case_id` are one.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn seen(table: &Table) -> String {
    const SHOWN: usize = 30;
    let mut seen: Vec<String> =
        table.columns.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if SHOWN < table.columns.len() {
        seen.push(format!("and {} more", table.columns.len() - SHOWN));
    }
    seen.join(", ")
}

fn report(table: &Table, roles: &Roles, guessed: &[&'static str], findings: &mut Vec<Finding>) {
    let named = [
        ("case", roles.case),
        ("activity", roles.activity),
        ("resource", roles.resource),
        ("start", roles.start),
        ("end", roles.end),
        ("working time", roles.work),
        ("quantity", roles.quantity),
        ("part", roles.part),
        ("worker", roles.worker),
        ("report", roles.report),
        ("pieces done", roles.completed),
        ("scrap", roles.scrap),
        ("set aside", roles.set_aside),
        ("rework", roles.rework),
        ("life cycle", roles.lifecycle),
        ("instance", roles.instance),
    ];
    let used: Vec<String> = named
        .iter()
        .filter_map(|(role, column)| Some((role, table.columns.get((*column)?)?)))
        .map(|(role, name)| format!("{role} = `{name}`"))
        .collect();
    findings.push(
        Finding::new("R01", Severity::Found, format!("Columns: {}.", used.join(", ")))
            .count(used.len(), table.columns.len())
            .overrule("name a column yourself"),
    );
    if !guessed.is_empty() {
        let text = format!(
            "No column has a name that is known for: {}. They were chosen by what the columns hold.",
            guessed.join(", ")
        );
        findings.push(
            Finding::new("R02", Severity::Assumed, text).overrule("name these columns yourself"),
        );
    }
    if roles.resource.is_none() {
        let text = "The log names no resource: every activity is taken to have one of its own.";
        findings.push(
            Finding::new("R03", Severity::Assumed, text)
                .overrule("name the column that says where the work was done"),
        );
    }
}
