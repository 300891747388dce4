//! Names as people wrote them, to ids and to what they have in common.

use std::collections::BTreeMap;

/// Words that name a machine when a number follows.
const MACHINE_WORDS: [&str; 16] = [
    "machine",
    "maschine",
    "anlage",
    "mach",
    "m/c",
    "station",
    "workstation",
    "work station",
    "ws",
    "机床",
    "设备",
    "机台",
    "工位",
    "机器",
    "arbeitsplatz",
    "equipment",
];

/// Words for getting ready: in front of the name of an activity they say that the row is its set-up.
const SETUP_WORDS: [&str; 5] = ["setup", "set-up", "rüsten", "调机", "换型"];

/// What a name is without the machine in it: "Turning & Milling - Machine 4" is "Turning & Milling",
/// "SETUP Turning - Machine 5" is "Turning". A name that is nothing but the machine stays as it is.
pub(crate) fn stripped(activity: &str, resource: &str) -> String {
    let mut name = activity.to_owned();
    if activity != resource
        && let Some(rest) = activity.strip_suffix(resource)
        && !resource.is_empty()
    {
        rest.clone_into(&mut name);
    }
    while let Some(rest) = without_machine(&name) {
        name = rest;
    }
    let name = trimmed(&name);
    let without_setup = SETUP_WORDS.iter().find_map(|word| {
        let rest = strip_prefix_ignoring_case(name, word)?;
        rest.starts_with(|c: char| !c.is_alphanumeric()).then(|| trimmed(rest))
    });
    match without_setup.filter(|rest| !rest.is_empty()) {
        Some(rest) => rest.to_owned(),
        None if name.is_empty() => activity.to_owned(),
        None => name.to_owned(),
    }
}

/// Whether the name says that this is the set-up of an activity.
pub(crate) fn says_setup(activity: &str) -> bool {
    SETUP_WORDS.iter().any(|word| strip_prefix_ignoring_case(activity, word).is_some())
}

/// Whether the name says that this is rework.
pub(crate) fn says_rework(activity: &str) -> bool {
    let activity = activity.to_lowercase();
    ["rework", "nacharbeit", "返工", "返修"].iter().any(|word| activity.contains(word))
}

/// What kind of thing a resource is: its name without machine and without a number at the end.
pub(crate) fn kind_of(resource: &str) -> String {
    let name = stripped(resource, "");
    let without_number = trimmed(name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '#'));
    if without_number.is_empty() { name } else { without_number.to_owned() }
}

/// The short name of a resource: "Machine 4 - Turning & Milling" is "machine-4".
pub(crate) fn resource_slug(resource: &str) -> String {
    let short = machine_in(resource).and_then(|range| resource.get(range));
    slug(short.unwrap_or(resource))
}

/// Letters (any language) and digits in lower case, anything else a single `-`.
pub(crate) fn slug(text: &str) -> String {
    const LONGEST: usize = 48;
    let mut slug = String::new();
    let mut length = 0;
    for c in text.chars().flat_map(char::to_lowercase) {
        if LONGEST <= length {
            break;
        }
        if c.is_alphanumeric() {
            slug.push(c);
            length += 1;
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
            length += 1;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Gives out ids so that none comes twice.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    given: BTreeMap<String, u32>,
}

impl Ids {
    /// The slug itself, or with a number behind it when it is taken; `fallback` when it is empty.
    pub(crate) fn give(&mut self, slug: &str, fallback: &str) -> String {
        let base = if slug.is_empty() { fallback } else { slug };
        let mut number = self.given.get(base).copied().unwrap_or(0) + 1;
        let mut id = if number == 1 { base.to_owned() } else { format!("{base}-{number}") };
        while number != 1 && self.given.contains_key(&id) {
            number += 1;
            id = format!("{base}-{number}");
        }
        self.given.insert(base.to_owned(), number);
        self.given.entry(id.clone()).or_insert(1);
        id
    }
}

fn without_machine(name: &str) -> Option<String> {
    let range = machine_in(name)?;
    let (before, after) = (name.get(..range.start)?, name.get(range.end..)?);
    let (before, after) = (trimmed(before), trimmed(after));
    Some(match (before.is_empty(), after.is_empty()) {
        (true, _) => after.to_owned(),
        (_, true) => before.to_owned(),
        _ => format!("{before} {after}"),
    })
}

/// Where a name says "machine 4", "Machine4", "M/C #4", "机床 4" or "4号机床".
fn machine_in(name: &str) -> Option<std::ops::Range<usize>> {
    // Lower case letter by letter keeps the offsets; letters whose lower case is longer stay.
    let lower: String = name
        .chars()
        .map(|c| {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
                _ => c,
            }
        })
        .collect();
    MACHINE_WORDS
        .iter()
        .flat_map(|word| lower.match_indices(word).map(|(at, word)| (at, at + word.len())))
        .filter_map(|(start, end)| {
            numbered_after(&lower, start, end).or_else(|| numbered_before(&lower, start, end))
        })
        .min_by_key(|range| (range.start, std::cmp::Reverse(range.end)))
        .or_else(|| {
            let (at, word) = lower.match_indices("号机").next()?;
            numbered_before(&lower, at + '号'.len_utf8(), at + word.len())
        })
}

fn numbered_after(lower: &str, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let bounded = !lower.get(..start)?.ends_with(|c: char| c.is_ascii_alphanumeric());
    let rest = lower.get(end..)?;
    let number =
        rest.trim_start_matches([' ', '#', '.', '_', '-']).trim_start_matches("no.").trim_start();
    // "Machine - 4 pieces" is not machine 4.
    let skipped = rest.get(..rest.len() - number.len())?;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    if !bounded || digits == 0 || skipped.contains(" -") {
        return None;
    }
    let letters = number.get(digits..)?;
    let suffix = letters.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(letters.len());
    let suffix = if suffix <= 1 { suffix } else { 0 };
    Some(start..end + skipped.len() + digits + suffix)
}

/// "3号机床": the number and `号` stand in front.
fn numbered_before(lower: &str, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let before = lower.get(..start)?.strip_suffix('号')?;
    let number = before.trim_end_matches(|c: char| c.is_ascii_digit());
    (number.len() < before.len()).then_some(number.len()..end)
}

fn trimmed(text: &str) -> &str {
    const SEPARATORS: &[char] =
        &['-', '–', '—', '@', ':', '/', '_', ',', ';', '(', ')', '[', ']', '|', '#'];
    text.trim_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    (start.to_lowercase() == prefix).then_some(rest)
}

#[cfg(test)]
mod tests;
