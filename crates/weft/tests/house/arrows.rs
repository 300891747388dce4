//! Who may see whom.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{assert_none, cargo, read};

/// Which of our crates each crate sees. A new arrow is a design decision: it is made here first.
const ARROWS: [(&str, &[&str]); 12] = [
    // The core: pure. Siblings do not see each other; what they share belongs to model.
    ("model", &[]),
    ("import", &["model"]),
    ("plan", &["model"]),
    ("run", &["model"]),
    ("account", &["model", "run"]), // An account is a fold over the events of run.
    ("engine", &["model", "plan", "run"]),
    ("twin", &["engine", "model", "run"]),
    // The shell: the world.
    ("connect", &["model"]),
    ("journal", &["engine", "model", "run"]),
    ("live", &["connect", "engine", "journal", "model", "run"]),
    ("serve", &["account", "engine", "journal", "live", "model", "run"]),
    (
        "weft",
        &[
            "account", "connect", "engine", "import", "journal", "live", "model", "plan", "run",
            "serve", "twin",
        ],
    ),
];

/// The crates that do no IO, read no clock, spawn nothing and draw no randomness of their own.
pub(crate) const CORE: [&str; 7] = ["model", "import", "plan", "run", "account", "engine", "twin"];

/// What no core crate reaches, at any distance: the world under other names.
const WORLD: [&str; 16] = [
    "async-std",
    "axum",
    "fastrand",
    "futures-executor",
    "getrandom",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "mqtt5",
    "rayon",
    "reqwest",
    "rusqlite",
    "smol",
    "socket2",
    "tokio",
    "uuid",
];

#[test]
fn every_arrow_between_crates_is_in_the_table() {
    let table: BTreeMap<&str, BTreeSet<&str>> =
        ARROWS.iter().map(|(name, sees)| (*name, sees.iter().copied().collect())).collect();
    let packages = packages();
    let complaints: Vec<String> = packages
        .iter()
        .filter(|(name, _)| !table.contains_key(name.as_str()))
        .map(|(name, _)| format!("crates/{name} is not in the table of arrows"))
        .chain(
            table
                .keys()
                .filter(|name| !packages.contains_key(**name))
                .map(|name| format!("crates/{name} is in the table of arrows and does not exist")),
        )
        .chain(packages.iter().flat_map(|(name, arrows)| {
            let allowed = table.get(name.as_str()).cloned().unwrap_or_default();
            let found: BTreeSet<&str> = arrows.normal.iter().map(String::as_str).collect();
            let new = found.difference(&allowed).map(|to| format!("{name} -> {to} is new"));
            let gone = allowed.difference(&found).map(|to| format!("{name} -> {to} is gone"));
            new.chain(gone).collect::<Vec<_>>()
        }))
        .collect();
    assert_none(&complaints, "the arrows of tests/house/arrows.rs are those there are");
}

/// Tests of the core are pure too: they may look at other core crates, and at no shell crate.
#[test]
fn tests_of_the_core_need_no_shell() {
    let packages = packages();
    let complaints: Vec<String> = CORE
        .iter()
        .filter_map(|name| Some((name, packages.get(*name)?)))
        .flat_map(|(name, arrows)| {
            let shell = arrows.other.iter().filter(|to| !CORE.contains(&to.as_str()));
            shell.map(move |to| format!("tests of {name} need {to}"))
        })
        .collect();
    assert_none(&complaints, "a core crate is tested without the shell");
}

/// Each crate is asked for by itself: in the workspace as a whole, a shell crate switches features on
/// that a core crate sees and does not use (`tests/house/sources.rs` looks for their use).
#[test]
fn no_core_crate_reaches_the_world() {
    let packages = packages();
    let mut complaints = Vec::new();
    for name in CORE {
        let package = format!("weft-{name}");
        let tree = cargo(&[
            "tree",
            "--offline",
            "--locked",
            "--package",
            &package,
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        for reached in tree.lines().filter_map(|line| line.split_whitespace().next()) {
            let ours = reached.strip_prefix("weft-").unwrap_or(reached);
            if WORLD.contains(&reached) || (packages.contains_key(ours) && !CORE.contains(&ours)) {
                complaints.push(format!("{package} reaches {reached}"));
            }
        }
    }
    assert_none(&complaints, "the core is pure");
}

#[test]
fn every_crate_inherits_what_the_workspace_says() {
    let mut complaints = Vec::new();
    for (name, arrows) in packages() {
        let path = format!("crates/{name}/Cargo.toml");
        let text = read(&path);
        for key in ["version", "edition", "rust-version", "license", "repository", "publish"] {
            if !text.lines().any(|line| line == format!("{key}.workspace = true")) {
                complaints.push(format!("{path}: write `{key}.workspace = true`"));
            }
        }
        if !text.contains("[lints]\nworkspace = true") {
            complaints.push(format!("{path}: write `[lints]` and `workspace = true`"));
        }
        let package = if name == "weft" { name.clone() } else { format!("weft-{name}") };
        if arrows.package != package {
            complaints
                .push(format!("{path}: the package is `{}`, not `{package}`", arrows.package));
        }
        let mut section = "";
        for line in text.lines() {
            if line.starts_with('[') {
                section = line;
            } else if section.ends_with("dependencies]")
                && line.contains('=')
                && !line.contains("workspace = true")
            {
                complaints
                    .push(format!("{path}: `{line}`: its version belongs in the root manifest"));
            }
        }
    }
    assert_none(&complaints, "what crates have in common is said once");
}

#[test]
fn the_lock_file_fits() {
    // `--locked` refuses when Cargo.lock would have to change.
    all_packages();
    assert!(super::kept_files().iter().any(|file| file == "Cargo.lock"), "Cargo.lock is committed");
}

/// All packages that this platform builds with, ours and others', as `cargo metadata` says it. Those of
/// other platforms need not be on disk.
pub(crate) fn all_packages() -> Value {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let text = cargo(&[
        "metadata",
        "--locked",
        "--offline",
        "--format-version",
        "1",
        "--filter-platform",
        host,
    ]);
    serde_json::from_str(&text).unwrap()
}

/// What a crate sees, by folder names.
struct Arrows {
    package: String,
    normal: BTreeSet<String>,
    other: BTreeSet<String>,
}

/// Each folder in `crates/`, with what it sees.
fn packages() -> BTreeMap<String, Arrows> {
    let text = cargo(&["metadata", "--offline", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&text).unwrap();
    let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let folder_of = |path: &Value| {
        let path = text_of(path);
        let path = path.trim_end_matches("/Cargo.toml");
        path.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    list(metadata.get("packages").unwrap())
        .iter()
        .map(|package| {
            let mut arrows = Arrows {
                package: text_of(&package["name"]),
                normal: BTreeSet::new(),
                other: BTreeSet::new(),
            };
            for dependency in list(&package["dependencies"]) {
                if !dependency["path"].is_string() {
                    continue;
                }
                let to = folder_of(&dependency["path"]);
                let normal = dependency["kind"].is_null();
                if normal { &mut arrows.normal } else { &mut arrows.other }.insert(to);
            }
            (folder_of(&package["manifest_path"]), arrows)
        })
        .collect()
}
