//! Whether everything we build with may be used, by `deny.toml`. `cargo deny` reads the same file and
//! looks at other platforms too; this needs no program that is not there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::arrows::all_packages;
use super::{assert_none, read};

/// Licences of what the console takes along, beside those of `deny.toml`.
const CONSOLE_TOO: [(&str, &str); 1] =
    [("OFL-1.1", "fonts: may be bundled with software, not sold by themselves")];

#[test]
fn every_dependency_has_a_licence_of_deny_toml() {
    let rules = Rules::read();
    let metadata = all_packages();
    let built: BTreeSet<&str> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|node| node["id"].as_str())
        .collect();
    let mut complaints = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        if !package["id"].as_str().is_some_and(|id| built.contains(id)) {
            continue;
        }
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or_default();
        if !holds(licence, &|one| rules.allows(name, one)) {
            complaints.push(format!("{name}: `{licence}`"));
        }
    }
    assert_none(&complaints, "deny.toml allows the licence of every dependency");
}

#[test]
fn deny_toml_lists_what_is_needed_and_no_more() {
    let rules = Rules::read();
    let metadata = all_packages();
    let packages = metadata["packages"].as_array().unwrap();
    let licence = |package: &Value| package["license"].as_str().unwrap_or_default().to_owned();
    let named =
        |one: &str| packages.iter().any(|package| words(&licence(package)).any(|w| w == one));
    let unused = rules.allowed.iter().filter(|one| !named(one));
    let complaints: Vec<String> = unused.map(|one| format!("`{one}` is used by nothing")).collect();
    assert_none(&complaints, "deny.toml has no idle entries");
}

/// What is built into the console is shipped with the binary; tools that only build it are not.
#[test]
fn everything_in_the_console_has_a_licence_too() {
    let rules = Rules::read();
    let lock: Value = serde_json::from_str(&read("console/package-lock.json")).unwrap();
    let mut complaints = Vec::new();
    for (path, package) in lock["packages"].as_object().unwrap() {
        let ships = !path.is_empty() && package["dev"] != true && package["devOptional"] != true;
        let licence = package["license"].as_str().unwrap_or_default();
        let allowed = |one: &str| {
            rules.allows(path, one) || CONSOLE_TOO.iter().any(|(licence, _)| *licence == one)
        };
        if ships && !holds(licence, &allowed) {
            complaints.push(format!("{path}: `{licence}`"));
        }
    }
    assert_none(&complaints, "the licence of everything in the console is allowed");
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = |one: &str| ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"].contains(&one);
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("GPL-3.0 OR MIT AND Zlib", true),
        ("(GPL-3.0 OR MIT) AND ISC", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("", false),
    ] {
        assert_eq!(holds(expression, &allowed), expected, "{expression}");
    }
}

struct Rules {
    allowed: BTreeSet<String>,
    exceptions: BTreeMap<String, BTreeSet<String>>,
}

impl Rules {
    /// Reads the parts of deny.toml that say something about licences; one entry a line.
    fn read() -> Self {
        let mut rules = Self { allowed: BTreeSet::new(), exceptions: BTreeMap::new() };
        let mut list = "";
        for line in read("deny.toml").lines() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let texts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            match line {
                "allow = [" => list = "allow",
                "exceptions = [" => list = "exceptions",
                "]" => list = "",
                _ if line.starts_with('#') => {}
                _ => match (list, texts.as_slice()) {
                    ("allow", [licence]) => {
                        rules.allowed.insert((*licence).to_owned());
                    }
                    ("exceptions", [name, licences @ ..]) => {
                        let licences = licences.iter().map(|licence| (*licence).to_owned());
                        rules.exceptions.entry((*name).to_owned()).or_default().extend(licences);
                    }
                    _ => {}
                },
            }
        }
        rules
    }

    fn allows(&self, name: &str, licence: &str) -> bool {
        self.allowed.contains(licence)
            || self.exceptions.get(name).is_some_and(|more| more.contains(licence))
    }
}

/// Whether an SPDX expression can be met with the licences that are allowed. `/` is the old way to write
/// OR; AND binds tighter.
fn holds(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let words: Vec<String> = words(expression).collect();
    let mut rest = words.as_slice();
    let met = either(&mut rest, allowed);
    met && rest.is_empty()
}

fn either(rest: &mut &[String], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = both(rest, allowed);
    while let Some((word, after)) = rest.split_first().filter(|(word, _)| *word == "OR") {
        debug_assert_eq!(word, "OR");
        *rest = after;
        met |= both(rest, allowed);
    }
    met
}

fn both(rest: &mut &[String], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(rest, allowed);
    while let Some((_, after)) = rest.split_first().filter(|(word, _)| *word == "AND") {
        *rest = after;
        met &= one(rest, allowed);
    }
    met
}

fn one(rest: &mut &[String], allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some((word, after)) = rest.split_first() else { return false };
    *rest = after;
    if word != "(" {
        return allowed(word);
    }
    let met = either(rest, allowed);
    match rest.split_first() {
        Some((close, after)) if close == ")" => *rest = after,
        _ => return false,
    }
    met
}

/// The words of an expression; a licence with its exception is one word.
fn words(expression: &str) -> impl Iterator<Item = String> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<String> = Vec::new();
    let mut with = false;
    for word in spaced.split_whitespace() {
        match words.last_mut() {
            Some(licence) if with => *licence = format!("{licence} WITH {word}"),
            _ if word == "WITH" => {}
            _ => words.push(word.to_owned()),
        }
        with = word == "WITH";
    }
    words.into_iter()
}
