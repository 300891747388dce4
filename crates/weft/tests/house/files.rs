//! What git keeps.

use super::{assert_none, kept_files, read, root};

#[test]
fn no_file_names_what_is_outside_the_checkout() {
    // Put together here, so that this file does not find itself.
    let outside = [
        ["../", "shared"].concat(),
        ["/", "work/"].concat(),
        ["sha", "red/"].concat(),
        ["registry.npm", "js.org"].concat(),
        ["pypi", ".org"].concat(),
        ["pythonhos", "ted.org"].concat(),
    ];
    let mut complaints = Vec::new();
    for path in kept_files() {
        // What is not text says nothing.
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for name in outside.iter().filter(|name| names(line, name)) {
                complaints.push(format!("{path}:{}: `{name}`", number + 1));
            }
        }
    }
    assert_none(&complaints, "the checkout stands by itself");
}

#[test]
fn what_comes_from_elsewhere_says_from_where() {
    let mut complaints = Vec::new();
    for folder in folders("data") {
        complaints.extend(without_source(&folder));
    }
    for folder in folders("solutions") {
        // A solution that was imported carries its report.
        if root().join(&folder).join("IMPORT.md").exists() {
            complaints.extend(without_source(&folder));
        }
    }
    assert_none(&complaints, "data from elsewhere names its source and its licence");
}

/// Scripts are run by hand too, and git keeps the bit.
#[test]
fn scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let mut complaints = Vec::new();
    for path in kept_files() {
        let is_script = path.ends_with(".sh") || path == ".ci/run";
        let Ok(metadata) = root().join(&path).metadata() else { continue };
        if is_script && metadata.permissions().mode() & 0o111 == 0 {
            complaints.push(format!("{path}: run `chmod +x {path}`"));
        }
    }
    assert_none(&complaints, "scripts can be run");
}

/// What is wrong with the README of a folder whose content is not ours.
fn without_source(folder: &str) -> Option<String> {
    let path = format!("{folder}/README.md");
    let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
        return Some(format!("{path} is missing"));
    };
    let has_source = text.lines().any(|line| line.starts_with("Source: "));
    let has_licence = ["licence", "Licence", "terms of use"].iter().any(|word| text.contains(word));
    (!has_source || !has_licence)
        .then(|| format!("{path} needs a line `Source: …` and the licence or terms of use"))
}

fn folders(of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(of)).unwrap();
    let mut folders: Vec<String> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("{of}/{}", entry.file_name().to_string_lossy()))
        .collect();
    folders.sort();
    folders
}

/// Whether a line has this name, not as the end of a longer one.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || ['_', '-', '/', '.'].contains(&c))
    })
}

#[test]
fn names_are_whole() {
    let name = ["sha", "red/"].concat();
    assert!(names(&format!("see {name}X.md"), &name));
    assert!(!names(&format!("app/{name}X.ts"), &name));
    assert!(read("Cargo.toml").contains("[workspace]"));
}
