//! Which resources can stand in for each other: those on which the log shows the same activity.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::text::CLASSES_MAX;

use crate::operations::Case;
use crate::options::Alternatives;
use crate::report::{Example, Finding, Severity};

/// A resource does an activity when the log shows it at least this often there, …
const TIMES_MIN: usize = 10;

/// … and for at least this share of the activity's operations.
const SHARE_MIN: f64 = 0.03;

/// Resources by activity, both as written.
pub(crate) type Classes = BTreeMap<String, Vec<String>>;

/// The resources that form the class of each activity; an activity without any is not in it.
pub(crate) fn classes(
    cases: &[Case],
    alternatives: Alternatives,
    findings: &mut Vec<Finding>,
) -> Classes {
    let mut counts: BTreeMap<&str, BTreeMap<&str, (usize, u64)>> = BTreeMap::new();
    for op in cases.iter().flat_map(|case| &case.operations) {
        let entry = counts.entry(&op.activity).or_default().entry(&op.resource);
        entry.or_insert((0, op.line)).0 += 1;
    }
    let operations: usize = counts.values().flat_map(BTreeMap::values).map(|(n, _)| n).sum();
    if alternatives == Alternatives::AsRecorded {
        let text = "Every operation stays on the resource that did it, as asked for.";
        findings.push(Finding::new("R95", Severity::Found, text).count(operations, operations));
        return Classes::new();
    }
    let few = most_frequent(&counts);
    let mut classes = Classes::new();
    let (mut shown, mut rare) = (Vec::new(), Vec::new());
    let (mut free, mut fixed) = (0, 0);
    for (activity, resources) in &counts {
        let total: usize = resources.values().map(|(count, _)| count).sum();
        let enough = |resource: &str, count: usize| {
            TIMES_MIN <= count
                && SHARE_MIN * total as f64 <= count as f64
                && few.contains(&(resource, *activity))
        };
        let members: Vec<String> = resources
            .iter()
            .filter(|(resource, (count, _))| enough(resource, *count))
            .map(|(resource, _)| (*resource).to_owned())
            .collect();
        for (resource, (count, line)) in resources {
            if members.is_empty() || !enough(resource, *count) {
                fixed += count;
                rare.push(Example::new(*line, format!("{activity} on {resource}: {count}")));
            } else if 1 < members.len() {
                free += count;
            }
        }
        if 1 < members.len() {
            let mut list: Vec<(usize, &str)> = resources
                .iter()
                .filter(|(resource, (count, _))| enough(resource, *count))
                .map(|(resource, (count, _))| (*count, *resource))
                .collect();
            list.sort_by_key(|(count, name)| (std::cmp::Reverse(*count), *name));
            let list: Vec<String> =
                list.iter().map(|(count, name)| format!("{name} ({count})")).collect();
            shown.push(format!("{activity}: {}", list.join(", ")));
        }
        if !members.is_empty() {
            classes.insert((*activity).to_owned(), members);
        }
    }
    if !shown.is_empty() {
        let text = format!(
            "Alternatives by evidence: a resource can do an activity when the log shows it there at least \
             {TIMES_MIN} times and for at least {:.0} % of the activity's operations. Then it takes as long on \
             each. {}.",
            100.0 * SHARE_MIN,
            shown.join("; ")
        );
        findings.push(
            Finding::new("R96", Severity::Assumed, text).count(free, operations).overrule(
                "import with every operation as recorded, or edit `classes` in places.toml",
            ),
        );
    }
    if !rare.is_empty() {
        let text = "Rarer combinations stay on the resource that did them.";
        findings.push(
            Finding::new("R97", Severity::Found, text).count(fixed, operations).examples(rare),
        );
    }
    classes
}

/// Resource and activity: of each resource, the activities it is seen doing most often, as many as a
/// solution allows it to have classes.
fn most_frequent<'a>(
    counts: &BTreeMap<&'a str, BTreeMap<&'a str, (usize, u64)>>,
) -> BTreeSet<(&'a str, &'a str)> {
    let mut by_resource: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (activity, resources) in counts {
        for (resource, (count, _)) in resources {
            by_resource.entry(resource).or_default().push((*count, activity));
        }
    }
    by_resource
        .into_iter()
        .flat_map(|(resource, mut activities)| {
            activities.sort_by_key(|(count, activity)| (std::cmp::Reverse(*count), *activity));
            activities.truncate(CLASSES_MAX);
            activities.into_iter().map(move |(_, activity)| (resource, activity))
        })
        .collect()
}
