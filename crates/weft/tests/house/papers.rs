//! That the papers say what the program does: error codes, the map of the code.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{has_word, is_test};
use super::{assert_none, in_backticks, kept_files, read, table_rows};

const ERRORS: &str = "docs/errors.md";
const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";

/// A page or two on a screen: what a new colleague reads before the first change.
const ARCHITECTURE_LINES_MAX: usize = 160;

#[test]
fn every_error_code_is_in_the_manual_and_in_one_crate() {
    let page = read(ERRORS);
    let mut listed: BTreeSet<&str> = BTreeSet::new();
    let mut complaints = Vec::new();
    for cells in table_rows(&page) {
        let Some(code) = cells.first().filter(|cell| is_code(cell)) else { continue };
        if !listed.insert(code) {
            complaints.push(format!("{ERRORS} lists {code} twice"));
        }
        if cells.len() != 3 || cells.iter().any(|cell| cell.is_empty()) {
            complaints.push(format!("{ERRORS}: {code} needs what it says and what to do"));
        }
    }
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, path) in sources().into_iter().chain(console()) {
        for literal in read(&path).split('"').filter(|text| is_code(text)) {
            used.entry(literal.to_owned()).or_default().insert(name.clone());
        }
    }
    for (code, crates) in &used {
        if 1 < crates.len() {
            complaints.push(format!("{code} is used by {crates:?}: a code means one thing"));
        }
        if !listed.contains(code.as_str()) {
            complaints.push(format!("{code} of {crates:?} is not in {ERRORS}"));
        }
    }
    let gone = listed.iter().filter(|code| !used.contains_key(**code));
    complaints.extend(gone.map(|code| format!("{ERRORS} lists {code}, which no source has")));
    assert_none(&complaints, "the manual has each code and no other");
}

#[test]
fn the_codemap_names_the_crates_there_are() {
    let page = read(ARCHITECTURE);
    let named: BTreeSet<String> = codemap(&page).into_keys().collect();
    let there: BTreeSet<String> = sources().into_iter().map(|(name, _)| name).collect();
    assert_eq!(named, there, "{ARCHITECTURE} has one row \"| `crates/NAME` | … |\" per crate");
    let lines = page.lines().count();
    assert!(lines <= ARCHITECTURE_LINES_MAX, "{ARCHITECTURE} has {lines} lines: two pages at most");
}

/// Names are found by symbol search, so the map is wrong when a name is.
#[test]
fn what_the_codemap_names_exists() {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (name, path) in sources() {
        texts.entry(name).or_default().push_str(&read(&path));
    }
    let page = read(ARCHITECTURE);
    let mut complaints = Vec::new();
    for (name, row) in codemap(&page) {
        let text = texts.get(&name).map_or("", String::as_str);
        for symbol in in_backticks(row).filter(|symbol| !symbol.starts_with("crates/")) {
            let missing =
                symbol.trim_end_matches("()").split("::").find(|part| !is_there(text, part));
            if let Some(part) = missing {
                complaints.push(format!("crates/{name} has no `{part}` (from `{symbol}`)"));
            }
        }
    }
    assert_none(&complaints, "what the codemap names exists in its crate");
}

/// Whether a type, function, module or constant of this name is defined. What is no name at all (a
/// command, a file) is not looked for.
fn is_there(text: &str, name: &str) -> bool {
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let kinds = ["struct", "enum", "trait", "type", "fn", "mod", "const", "macro_rules!"];
    !is_name
        || kinds.iter().any(|kind| has_word(text, &format!("{kind} {name}")))
        // A variant or a field.
        || has_word(text, &format!("{name},"))
        || has_word(text, &format!("{name}:"))
        || has_word(text, &format!("{name} {{"))
}

/// The rows of the codemap: "| `crates/NAME` | … |".
fn codemap(page: &str) -> BTreeMap<String, &str> {
    let row = |line| {
        let name = str::strip_prefix(line, "| `crates/")?.split_once('`')?.0;
        Some((name.trim_end_matches('/').to_owned(), line))
    };
    page.lines().filter_map(row).collect()
}

/// Every source file that is no test: the crate's folder and the path.
fn sources() -> Vec<(String, String)> {
    let split = |path: String| {
        let (name, file) = path.strip_prefix("crates/")?.split_once("/src/")?;
        (file.ends_with(".rs") && !is_test(file)).then(|| (name.to_owned(), path.clone()))
    };
    kept_files().into_iter().filter_map(split).collect()
}

/// The console's own, which is no crate.
fn console() -> impl Iterator<Item = (String, String)> {
    let is_source = |path: &String| {
        path.starts_with("console/app/") && path.contains(".ts") && !path.contains(".spec.")
    };
    kept_files().into_iter().filter(is_source).map(|path| ("console".to_owned(), path))
}

/// `M104`, `R01`: a capital letter and two or three digits.
fn is_code(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_uppercase())
        && letters.as_str().len() == text.len() - 1
        && (2..=3).contains(&letters.as_str().len())
        && letters.all(|c| c.is_ascii_digit())
}
