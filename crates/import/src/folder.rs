//! The folder of an imported solution: its text, the report, and a page that says where it comes from.

use weft_model::text::{self, Files};

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
