//! How many orders a resource works on at the same time.

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp};

use crate::operations::Case;
use crate::report::{Example, Finding, Severity};

/// A resource has a capacity of `n` when at least this share of its busy time saw `n` operations or
/// more at work at once. Less than that is taken for late reports and hand-overs, not for a second
/// spindle.
const SHARE_MIN: f64 = 0.15;

/// Capacity by resource. Rows of one operation that overlap (several workers on one lot) were united
/// before and count once.
pub(crate) fn infer(cases: &[Case], findings: &mut Vec<Finding>) -> BTreeMap<String, u32> {
    let mut edges: BTreeMap<&str, Vec<(Timestamp, i32)>> = BTreeMap::new();
    for op in cases.iter().flat_map(|case| &case.operations) {
        let edges = edges.entry(&op.resource).or_default();
        for interval in &op.seen {
            edges.push((interval.start, 1));
            edges.push((interval.end, -1));
        }
    }
    let mut capacities = BTreeMap::new();
    let (mut above_one, mut ignored) = (Vec::new(), Vec::new());
    let count = edges.len();
    for (resource, mut edges) in edges {
        edges.sort_unstable();
        let busy = busy_at(&edges);
        let total: Millis = busy.values().copied().sum();
        let share = |n: u32| {
            let at: Millis = busy.range(n..).map(|(_, time)| *time).sum();
            at.get() as f64 / total.get().max(1) as f64
        };
        let most = busy.keys().next_back().copied().unwrap_or(1);
        let capacity = (1..=most).rev().find(|n| SHARE_MIN <= share(*n)).unwrap_or(1);
        if 1 < capacity {
            above_one.push(Example::new(
                0,
                format!(
                    "{resource}: {capacity} (at least {capacity} at once for {:.0} % of its busy time; \
                     {} for {:.0} %)",
                    100.0 * share(capacity),
                    capacity + 1,
                    100.0 * share(capacity + 1)
                ),
            ));
        } else if 0.05 <= share(2) {
            ignored.push((share(2), resource));
        }
        capacities.insert(resource.to_owned(), capacity);
    }
    if !above_one.is_empty() {
        let text = format!(
            "Resources that work on several orders at once have a capacity above one: the most that is \
             reached for at least {:.0} % of the busy time.",
            100.0 * SHARE_MIN
        );
        findings.push(
            Finding::new("R91", Severity::Assumed, text)
                .count(above_one.len(), count)
                .examples(above_one)
                .overrule("edit `capacity` in places.toml"),
        );
    }
    if !ignored.is_empty() {
        ignored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let shown: Vec<String> = ignored
            .iter()
            .take(8)
            .map(|(share, resource)| format!("{resource} {:.0} %", 100.0 * share))
            .collect();
        let text = format!(
            "Resources on which two orders overlap for 5 to {:.0} % of the busy time keep a capacity of one: \
             {}. Overlapping reports of a machine are taken for late reports and hand-overs.",
            100.0 * SHARE_MIN,
            shown.join(", ")
        );
        findings.push(
            Finding::new("R92", Severity::Assumed, text)
                .count(ignored.len(), count)
                .overrule("edit `capacity` in places.toml"),
        );
    }
    capacities
}

/// How long exactly `n` were at work, by `n`.
fn busy_at(edges: &[(Timestamp, i32)]) -> BTreeMap<u32, Millis> {
    let mut busy: BTreeMap<u32, Millis> = BTreeMap::new();
    let mut level = 0;
    for pair in edges.windows(2) {
        let [(from, change), (to, _)] = pair else { continue };
        level += change;
        if let Some(level) = u32::try_from(level).ok().filter(|level| 0 < *level) {
            let time = busy.entry(level).or_default();
            *time = *time + (*to - *from);
        }
    }
    busy.retain(|_, time| Millis::ZERO < *time);
    busy
}
