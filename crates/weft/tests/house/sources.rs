//! What the sources of the core do not say.

use super::arrows::CORE;
use super::{assert_none, kept_files, read, root};

/// Words for the world, each with the better choice. Clippy knows most of them too; it does not see what
/// stands behind a macro or an alias, nor features that only a shell crate switches on.
const WORDS: [(&str, &str); 18] = [
    ("std::time::Instant", "take `now: Timestamp`"),
    ("SystemTime", "take `now: Timestamp`"),
    ("Timestamp::now", "take `now: Timestamp`"),
    ("Zoned::now", "take `now: Timestamp`"),
    ("TimeZone::system", "a solution names its time zone"),
    ("HashMap", "its order differs from run to run: use BTreeMap"),
    ("HashSet", "its order differs from run to run: use BTreeSet"),
    ("RandomState", "take a seeded Rng"),
    ("thread_rng", "take a seeded Rng"),
    ("rand::rng", "take a seeded Rng"),
    ("rand::random", "take a seeded Rng"),
    ("OsRng", "take a seeded Rng"),
    ("SysRng", "take a seeded Rng"),
    ("thread::spawn", "threads belong to the shell"),
    ("thread::sleep", "return when you want to be woken"),
    ("std::net", "the core does no IO"),
    ("std::fs", "take and return text"),
    ("async fn", "waiting belongs to the shell"),
];

/// Exceptions: a file, a word, and why.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

#[test]
fn the_core_does_not_name_the_world() {
    let mut complaints = Vec::new();
    for path in kept_files() {
        let Some((name, file)) = path.strip_prefix("crates/").and_then(|p| p.split_once("/src/"))
        else {
            continue;
        };
        if !CORE.contains(&name) || is_test(file) || !file.ends_with(".rs") {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (word, instead) in WORDS.iter().filter(|(word, _)| has_word(code, word)) {
                let allowed = |(at, what, _): &(&str, &str, &str)| *at == path && what == word;
                if !EXCEPTIONS.iter().any(allowed) {
                    complaints.push(format!("{path}:{}: `{word}`: {instead}", number + 1));
                }
            }
        }
    }
    assert_none(&complaints, "the core is told the time, the text and the seed");
}

#[test]
fn every_core_crate_links_the_lints_of_the_core() {
    let crates = root().join("crates");
    let mut complaints = Vec::new();
    for folder in std::fs::read_dir(&crates).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        if !folder.path().join("Cargo.toml").exists() {
            continue;
        }
        let link = std::fs::read_link(folder.path().join("clippy.toml")).ok();
        let linked = link.is_some_and(|to| to.as_os_str() == "../clippy-core.toml");
        match (CORE.contains(&name.as_str()), linked) {
            (true, false) => complaints.push(format!(
                "crates/{name}: run `ln -s ../clippy-core.toml crates/{name}/clippy.toml`"
            )),
            (false, true) => complaints.push(format!("crates/{name} is no core crate")),
            _ => {}
        }
    }
    assert_none(&complaints, "crates/clippy-core.toml holds for the core");
}

#[test]
fn words_are_found_as_words() {
    assert!(has_word("use std::collections::HashMap;", "HashMap"));
    assert!(has_word("let x: HashMap<u8, u8>", "HashMap"));
    assert!(!has_word("MyHashMapper", "HashMap"));
    assert!(!has_word("thread_rngs", "thread_rng"));
}

/// Whether a file below `src/` belongs to the tests.
pub(crate) fn is_test(file: &str) -> bool {
    file == "tests.rs" || file.ends_with("/tests.rs") || file.split('/').any(|part| part == "tests")
}

/// Whether `line` has `word` with no letter, digit or `_` around it.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line.get(..at), line.get(at + word.len()..));
        !joins(before.and_then(|text| text.chars().next_back()))
            && !joins(after.and_then(|text| text.chars().next()))
    })
}
