//! The folder of an imported solution: its text, the report, and a page that says where it comes from.

use weft_model::text::{self, Files, TOML_BYTES_MAX};

use crate::{Imported, Severity};

/// The report in the folder.
pub const REPORT_FILE: &str = "IMPORT.md";

/// The page for whoever opens the folder.
pub const README_FILE: &str = "README.md";

impl Imported {
    /// All files of the solution's folder: what [`text::write`] makes of the solution, the report as
    /// [`REPORT_FILE`], and [`README_FILE`].
    pub fn files(&self) -> Files {
        let mut files = text::write(&self.solution);
        split_long(&mut files);
        files.insert(REPORT_FILE, self.report.to_markdown());
        files.insert(README_FILE, self.readme());
        files
    }

    fn readme(&self) -> String {
        let solution = &self.solution;
        let assumed =
            self.report.findings.iter().filter(|f| f.severity == Severity::Assumed).count();
        let source = if solution.source.is_empty() {
            "The log was given without a source.".to_owned()
        } else {
            format!("Source: {}", solution.source)
        };
        format!(
            "# {title}\n\n\
             Made by `weft import` from the event log `{file}`: {orders} orders with {operations} operations on \
             {resources} resources.\n\n\
             {source}\n\n\
             - `orders.csv`: the orders, released on the day their first work began; the real completion is \
             the promise.\n\
             - `history.csv`: what really happened, operation by operation.\n\
             - `routes/` or `routes.toml`: one route for each way an order went, and one `…-standard` route for \
             each part.\n\
             - `{report}`: what was found, assumed ({assumed} rules) and dropped. Read it before believing a \
             comparison.\n\n\
             Change the text as you like: it is the model now. Importing again writes it anew.\n",
            title = solution.title.en,
            file = self.report.file,
            orders = solution.orders.len(),
            operations = solution.history.len(),
            resources = solution.resources.len(),
            report = REPORT_FILE,
        )
    }
}

/// Cuts route files that are too long to be read into several, between routes.
fn split_long(files: &mut Files) {
    let long: Vec<(String, String)> = files
        .iter()
        .filter(|(path, _)| path.starts_with(text::ROUTES_FOLDER))
        .filter(|(_, text)| TOML_BYTES_MAX < text.len())
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
    for (path, text) in long {
        let stem = path.strip_suffix(".toml").unwrap_or(&path);
        let stem = if stem == text::ROUTES_FOLDER {
            format!("{stem}{}all", text::PATH_SEPARATOR)
        } else {
            stem.to_owned()
        };
        files.remove(&path);
        let mut part = String::new();
        let mut parts = Vec::new();
        for route in routes_of(&text) {
            if !part.is_empty() && TOML_BYTES_MAX < part.len() + route.len() {
                parts.push(std::mem::take(&mut part));
            }
            part.push_str(route);
        }
        parts.push(part);
        for (index, part) in parts.into_iter().enumerate() {
            files.insert(format!("{stem}.part-{}.toml", index + 1), part);
        }
    }
}

/// A text cut before each `[[route]]`.
fn routes_of(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("\n[[route]]\n").map(|(at, _)| at + 1);
    let mut ends: Vec<usize> = starts.chain([text.len()]).collect();
    ends.dedup();
    let starts = std::iter::once(0).chain(ends.clone());
    starts.zip(ends).filter_map(|(from, to)| text.get(from..to))
}
