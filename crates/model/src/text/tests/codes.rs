//! The manual and the program say the same.

use std::collections::BTreeSet;

use super::*;

const MANUAL: &str = include_str!("../../../../../docs/solution-format.md");

#[test]
fn codes_are_unique_and_the_manual_has_each() {
    let codes: BTreeSet<&str> = CheckError::CODES.iter().copied().collect();
    assert_eq!(codes.len(), CheckError::CODES.len());
    let in_manual: BTreeSet<&str> = MANUAL
        .lines()
        .filter_map(|line| line.strip_prefix("| M")?.split('|').next())
        .map(str::trim)
        .collect();
    let in_program: BTreeSet<&str> =
        codes.iter().map(|code| code.trim_start_matches('M')).collect();
    assert_eq!(in_manual, in_program);
}

#[test]
fn the_manual_has_every_key() {
    let mut files = three_machines();
    // The remedy for a key that is like no other lists all that there are.
    for (path, heading) in [
        ("solution.toml", ""),
        ("places.toml", "[[place]]"),
        ("places.toml", "[[resource]]"),
        ("calendars.toml", "[[calendar]]"),
        ("calendars.toml", "[[calendar.shift]]"),
        ("calendars.toml", "[[calendar.exception]]"),
        ("offers.toml", "[[offer]]"),
        ("routes.toml", "[[route]]"),
        ("routes.toml", "[[route.operation]]"),
        ("twin.toml", ""),
        ("twin.toml", "[[failure]]"),
    ] {
        let parent = heading.trim_matches(['[', ']']).split_once('.').map(|(parent, _)| parent);
        let parent = parent.map(|parent| format!("[[{parent}]]\n")).unwrap_or_default();
        files.insert(path, format!("{parent}{heading}\nqqqqqqqqqq = 1\n"));
        let problems = check(&files);
        let help = problems.iter().find_map(|problem| problem.help.strip_prefix("known keys: "));
        for key in help.unwrap().split(", ") {
            assert!(MANUAL.contains(&format!("`{key}`")), "{path} {heading} {key}");
        }
        files = three_machines();
    }
}

#[test]
fn the_example_of_the_manual_is_sound() {
    // ```toml solution.toml … ```
    let mut files = Files::new();
    for block in MANUAL.split("\n```").filter(|block| block.starts_with(['t', 'c'])) {
        let (heading, text) = block.split_once('\n').unwrap();
        if let Some((_, path)) = heading.split_once(' ') {
            files.insert(path, text);
        }
    }
    assert_eq!(files.len(), 8);
    let solution = load(&files).unwrap_or_else(|problems| panic!("{}", shown(&problems)));
    assert_eq!(load(&write(&solution)), Ok(solution));
}
