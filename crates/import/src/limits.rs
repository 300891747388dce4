//! What a solution can hold: a log may hold more.

use std::collections::BTreeSet;

use weft_model::text::{OPERATIONS_MAX, RESOURCES_MAX, ROWS_MAX};

use crate::error::ImportError;
use crate::operations::Case;
use crate::report::{Example, Finding, Severity};

/// Leaves out orders without operations and orders with more than a route can have; refuses a log
/// that makes more operations or resources than a solution holds.
pub(crate) fn keep(
    cases: &mut Vec<Case>,
    file: &str,
    findings: &mut Vec<Finding>,
) -> Result<(), ImportError> {
    let all = cases.len();
    let mut too_long = Vec::new();
    cases.retain(|case| {
        let count = case.operations.len();
        if OPERATIONS_MAX < count {
            let line = case.operations.first().map_or(0, |op| op.line);
            too_long.push(Example::new(line, format!("{}: {count} operations", case.name)));
        }
        (1..=OPERATIONS_MAX).contains(&count)
    });
    if !too_long.is_empty() {
        let text = format!(
            "Orders with more than {OPERATIONS_MAX} operations are left out: is the column for the case the \
             right one?"
        );
        findings.push(
            Finding::new("R85", Severity::Dropped, text)
                .count(too_long.len(), all)
                .examples(too_long)
                .overrule("name the column for the case"),
        );
    }
    let operations: usize = cases.iter().map(|case| case.operations.len()).sum();
    let resources: BTreeSet<&str> =
        cases.iter().flat_map(|case| &case.operations).map(|op| op.resource.as_str()).collect();
    for (what, count, limit) in
        [("operations", operations, ROWS_MAX), ("resources", resources.len(), RESOURCES_MAX)]
    {
        if limit < count {
            return Err(ImportError::TooMuch { file: file.to_owned(), what, count, limit });
        }
    }
    Ok(())
}
