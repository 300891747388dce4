//! That what the papers tell people to type can be typed.

use std::collections::BTreeSet;

use super::{assert_none, kept_files, output, read};

#[test]
fn every_command_line_shown_is_understood() {
    let mut complaints = Vec::new();
    for path in pages() {
        for (number, line) in shown(&read(&path)) {
            complaints.extend(misunderstood(&line).map(|why| format!("{path}:{number}: {why}")));
        }
    }
    assert_none(&complaints, "the command lines of the papers are understood");
}

#[test]
fn every_make_target_shown_exists() {
    let makefile = read("Makefile");
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter(|line| !line.starts_with(['\t', '#', '.', ' ']))
        .filter_map(|line| line.split_once(':'))
        .filter(|(_, rest)| !rest.starts_with('='))
        .flat_map(|(names, _)| names.split_whitespace())
        .collect();
    let mut complaints = Vec::new();
    for path in pages() {
        for (number, line) in shown(&read(&path)) {
            let Some(rest) = line.strip_prefix("make ") else { continue };
            for target in rest.split_whitespace().filter(|word| !word.contains('=')) {
                if !targets.contains(target) {
                    complaints.push(format!("{path}:{number}: there is no `make {target}`"));
                }
            }
        }
    }
    assert_none(&complaints, "the targets of the papers exist");
}

/// The papers that people read: what is generated is not among them.
fn pages() -> Vec<String> {
    let is_page = |path: &String| {
        path.ends_with(".md")
            && (!path.contains('/') || path.starts_with("docs/") || path.ends_with("/README.md"))
    };
    kept_files().into_iter().filter(is_page).collect()
}

/// The command lines of a page: in blocks of code, and in backticks when they begin with the program.
fn shown(page: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut fenced = false;
    let mut begun = String::new();
    for (number, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            let line = line.trim_start().trim_start_matches("$ ");
            begun.push_str(line.strip_suffix('\\').unwrap_or(line));
            if line.ends_with('\\') {
                continue;
            }
            let line = std::mem::take(&mut begun);
            let line = line.split(" #").next().unwrap_or_default().trim().to_owned();
            // A block shows output too: a command line of ours begins with the program's name.
            lines.push((number + 1, line));
        } else {
            lines.extend(super::in_backticks(line).map(|text| (number + 1, text.to_owned())));
        }
    }
    let is_command = |line: &str| {
        ["weft ", "make "].iter().any(|program| line.starts_with(program)) && !line.contains('…')
    };
    lines.retain(|(_, line)| is_command(line));
    lines
}

/// Why a command line of `weft` would not be understood: an option or a command that it does not have.
fn misunderstood(line: &str) -> Option<String> {
    let words: Vec<&str> = line.strip_prefix("weft ")?.split_whitespace().collect();
    let words: Vec<&str> =
        words.split(|word| ["|", ">", "&&", "&"].contains(word)).next()?.to_vec();
    let mut path: Vec<&str> = Vec::new();
    let mut help = help_of(&path);
    for word in &words {
        let is_command = help.split_once("Commands:").is_some_and(|(_, list)| {
            list.lines().any(|l| l.split_whitespace().next() == Some(*word))
        });
        if !is_command {
            break;
        }
        path.push(*word);
        help = help_of(&path);
    }
    let options = words
        .iter()
        .filter(|word| word.starts_with("--"))
        .map(|word| word.split_once('=').map_or(*word, |(name, _)| name));
    let first = words.first().filter(|word| path.is_empty() && !word.starts_with('-'));
    first.map(|word| format!("weft has no command `{word}`")).or_else(|| {
        options
            .filter(|option| !super::sources::has_word(&help, option))
            .map(|option| format!("`weft {}` has no `{option}`", path.join(" ")))
            .next()
    })
}

fn help_of(path: &[&str]) -> String {
    let args: Vec<&str> = path.iter().copied().chain(["--help"]).collect();
    output(env!("CARGO_BIN_EXE_weft"), &args)
}
