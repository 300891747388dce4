//! The import as its users meet it: whole logs in, whole folders out.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod any_bytes;
mod machine_shop;
mod made_up;
mod real;

use std::path::{Path, PathBuf};

use weft_import::Imported;
use weft_model::text;

/// A path from the root of the repository.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn bytes_of(path: &str) -> Vec<u8> {
    std::fs::read(root(path)).unwrap()
}

/// What holds for every import: its folder is sound and reads back the same, and no resource has more
/// work than its calendar offers.
fn check(imported: &Imported) {
    let files = imported.files();
    let problems = text::check(&files);
    assert!(problems.is_empty(), "{:?}", problems.first());
    assert!(text::load(&files).unwrap() == imported.solution, "it reads back otherwise");
}

/// The finding with this code.
fn finding<'a>(imported: &'a Imported, code: &str) -> &'a weft_import::Finding {
    let found = imported.report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} in\n{}", imported.report))
}
