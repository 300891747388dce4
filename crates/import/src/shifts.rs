//! When resources work, from when they were seen at work.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::calendar::Exception;
use weft_model::text::EXCEPTIONS_MAX;
use weft_model::{Interval, Millis};

use crate::clock::Clock;
use crate::names::kind_of;
use crate::operations::Case;
use crate::report::{Example, Finding, Severity};
use crate::rows::Row;
use crate::week::{self, Seen, Slots};

/// A half hour belongs to the week when it was at work in at least this share of the weeks. The first
/// share whose week still holds [`INSIDE_MIN`] of the work is taken.
const SHARES: [f64; 10] = [0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.02, 0.0];

/// A week holds at least this share of the recorded clock time.
const INSIDE_MIN: f64 = 0.95;

/// … and, where several resources share it, at least this of each one's.
const INSIDE_EACH_MIN: f64 = 0.9;

/// Weeks at least this alike become one calendar.
const LIKENESS_MIN: f64 = 0.75;

/// A resource seen less than this shows no pattern of its own and joins another.
const INTERVALS_MIN: usize = 40;
const DAYS_MIN: usize = 15;

/// Without recorded working times, a row longer than this may hold a night, and shows no shifts.
const UNPAUSED_MAX: Millis = Millis::new(12 * 3_600_000);

/// Recorded work is at most this share of what a calendar offers; the calendar is widened until it is.
const USED_MAX: f64 = 0.97;

/// On a day off fewer rows begin than this share of the usual number for the weekday …
const DAY_OFF_SHARE: f64 = 0.05;

/// … where usually at least this many do.
const DAY_OFF_USUAL_MIN: usize = 5;

/// A weekly pattern and who follows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// As written, most work first.
    pub(crate) resources: Vec<String>,
    pub(crate) slots: Slots,
}

/// What was inferred.
pub(crate) struct Inferred {
    /// Every resource is in exactly one.
    pub(crate) groups: Vec<Group>,
    /// Share of the time seen at work that lies inside the calendar, by resource.
    pub(crate) inside_of: BTreeMap<String, f64>,
    /// The same for all together.
    pub(crate) inside: f64,
}

/// What is known of a resource.
struct Known {
    name: String,
    seen: Seen,
    work: Millis,
    has_pattern: bool,
}

/// The weekly patterns.
pub(crate) fn groups(
    rows: &[Row],
    cases: &[Case],
    capacities: &BTreeMap<String, u32>,
    has_work: bool,
    clock: &Clock,
    findings: &mut Vec<Finding>,
) -> Inferred {
    let known = known(rows, cases, has_work, clock);
    let mut groups = alike(&known);
    let joined = join_the_rest(&known, &mut groups);
    let span = span(cases);
    let widened =
        if has_work { widen(&known, capacities, span, clock, &mut groups) } else { Vec::new() };
    let inside_of = inside_of(&known, &groups);
    let inside = inside(&known, &inside_of);
    report(&known, &groups, inside, &joined, &widened, findings);
    Inferred { groups, inside_of, inside }
}

/// Dates on which nobody worked although the weekday is usually a working day.
pub(crate) fn days_off(rows: &[Row], clock: &Clock, findings: &mut Vec<Finding>) -> Vec<Exception> {
    let mut counts: BTreeMap<jiff::civil::Date, usize> = BTreeMap::new();
    for start in rows.iter().filter_map(|row| row.start) {
        *counts.entry(clock.local(start).date()).or_default() += 1;
    }
    let (Some(first), Some(last)) = (
        rows.iter().filter_map(|row| row.start).min(),
        rows.iter().filter_map(|row| row.start).max(),
    ) else {
        return Vec::new();
    };
    let dates = week::dates(first, last, clock);
    let mut by_weekday: BTreeMap<i8, Vec<usize>> = BTreeMap::new();
    let count_on = |date: &jiff::civil::Date| counts.get(date).copied().unwrap_or(0);
    for date in &dates {
        by_weekday.entry(date.weekday().to_monday_zero_offset()).or_default().push(count_on(date));
    }
    let usual: BTreeMap<i8, usize> = by_weekday
        .into_iter()
        .filter_map(|(day, mut counts)| Some((day, crate::clean::median(&mut counts)?)))
        .collect();
    let off: Vec<Exception> = dates
        .iter()
        .filter(|date| {
            let usual = usual.get(&date.weekday().to_monday_zero_offset()).copied().unwrap_or(0);
            DAY_OFF_USUAL_MIN <= usual && (count_on(date) as f64) < DAY_OFF_SHARE * usual as f64
        })
        .map(|date| Exception {
            date: *date,
            hours: Vec::new(),
            reason: "nobody worked, says the log".to_owned(),
        })
        .take(EXCEPTIONS_MAX)
        .collect();
    if !off.is_empty() {
        let text = format!(
            "Days off: dates on which fewer than {:.0} % of the usual number of rows begin.",
            100.0 * DAY_OFF_SHARE
        );
        findings.push(
            Finding::new("R103", Severity::Assumed, text)
                .count(off.len(), dates.len())
                .examples(off.iter().map(|day| Example::new(0, day.date.to_string())))
                .overrule("edit the exceptions in calendars.toml"),
        );
    }
    off
}

/// First start and last end.
pub(crate) fn span(cases: &[Case]) -> Interval {
    let operations = || cases.iter().flat_map(|case| &case.operations);
    Interval {
        start: operations().map(|op| op.start).min().unwrap_or_default(),
        end: operations().map(|op| op.end).max().unwrap_or_default(),
    }
}

/// What a pattern offers one unit between two instants.
fn offered(slots: &Slots, span: Interval, clock: &Clock) -> Millis {
    let worked = pattern(slots).working_time(clock.zone(), span.start, span.end);
    worked.work_between(span.start, span.end)
}

fn known(rows: &[Row], cases: &[Case], has_work: bool, clock: &Clock) -> Vec<Known> {
    let mut by_clock: BTreeMap<&str, Vec<Interval>> = BTreeMap::new();
    let mut all: BTreeMap<&str, Vec<Interval>> = BTreeMap::new();
    for row in rows {
        let (Some(start), Some(end)) = (row.start, row.end) else { continue };
        let interval = Interval { start, end };
        all.entry(&row.resource).or_default().push(interval);
        let short = has_work || interval.length() <= UNPAUSED_MAX;
        if row.clock_known && !row.date_only && short {
            by_clock.entry(&row.resource).or_default().push(interval);
        }
    }
    let mut work: BTreeMap<&str, Millis> = BTreeMap::new();
    for op in cases.iter().flat_map(|case| &case.operations) {
        let total = work.entry(&op.resource).or_default();
        *total = *total + op.work;
    }
    let mut known: Vec<Known> = all
        .into_iter()
        .map(|(name, placed)| {
            let intervals = by_clock.get(name).unwrap_or(&placed);
            let seen = Seen::new(intervals, clock);
            let has_pattern = by_clock.contains_key(name)
                && INTERVALS_MIN <= seen.intervals
                && DAYS_MIN <= seen.days;
            let work = work.get(name).copied().unwrap_or_default();
            Known { name: name.to_owned(), seen, work, has_pattern }
        })
        .collect();
    known.sort_by(|a, b| b.work.cmp(&a.work).then_with(|| a.name.cmp(&b.name)));
    known
}

/// The tightest week of a pattern that holds enough of the work, of all and of each.
fn tightest(seen: &Seen, each: &[&Seen]) -> Slots {
    let evened = seen.evened();
    SHARES
        .iter()
        .map(|share| evened.slots(*share))
        .find(|slots| {
            INSIDE_MIN <= seen.inside(slots)
                && each.iter().all(|member| INSIDE_EACH_MIN <= member.inside(slots))
        })
        .unwrap_or_else(|| vec![true; week::PER_WEEK])
}

/// Groups the resources whose own weeks are alike, most work first.
fn alike(known: &[Known]) -> Vec<Group> {
    let mut groups: Vec<(Slots, Vec<&Known>)> = Vec::new();
    for resource in known.iter().filter(|known| known.has_pattern) {
        let own = tightest(&resource.seen, &[]);
        let best = groups
            .iter_mut()
            .map(|(slots, members)| (week::likeness(slots, &own), members))
            .filter(|(likeness, _)| LIKENESS_MIN <= *likeness)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((_, members)) => members.push(resource),
            None => groups.push((own, vec![resource])),
        }
    }
    groups
        .into_iter()
        .map(|(_, members)| {
            let seen: Vec<&Seen> = members.iter().map(|member| &member.seen).collect();
            let slots = tightest(&Seen::pooled(&seen), &seen);
            Group { resources: members.iter().map(|member| member.name.clone()).collect(), slots }
        })
        .collect()
}

/// Resources that were seen too little join the group of their kind, else the one that holds most of
/// their work, the shorter week where two hold the same. Returns them.
fn join_the_rest(known: &[Known], groups: &mut Vec<Group>) -> Vec<String> {
    if groups.is_empty() {
        let seen: Vec<&Seen> = known.iter().map(|resource| &resource.seen).collect();
        let slots = tightest(&Seen::pooled(&seen), &[]);
        groups.push(Group { resources: Vec::new(), slots });
    }
    let kinds: Vec<BTreeSet<String>> = groups
        .iter()
        .map(|group| group.resources.iter().map(|resource| kind_of(resource)).collect())
        .collect();
    let mut joined = Vec::new();
    for resource in known.iter().filter(|known| !known.has_pattern) {
        let kind = kind_of(&resource.name);
        let best = groups
            .iter()
            .enumerate()
            .map(|(index, group)| {
                let inside = (resource.seen.inside(&group.slots) * 20.0).round() / 20.0;
                let same_kind = kinds.get(index).is_some_and(|kinds| kinds.contains(&kind));
                let fits = INSIDE_MIN <= inside;
                (index, (fits && same_kind, inside, -week::hours(&group.slots)))
            })
            .max_by(|(_, a), (_, b)| {
                a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
            })
            .map(|(index, _)| index);
        if let Some(group) = best.and_then(|index| groups.get_mut(index)) {
            group.resources.push(resource.name.clone());
            joined.push(resource.name.clone());
        }
    }
    joined
}

/// Gives a resource whose recorded work does not fit its calendar a wider one of its own.
fn widen(
    known: &[Known],
    capacities: &BTreeMap<String, u32>,
    span: Interval,
    clock: &Clock,
    groups: &mut Vec<Group>,
) -> Vec<String> {
    let mut widened = Vec::new();
    for resource in known {
        let capacity = capacities.get(&resource.name).copied().unwrap_or(1).max(1);
        let fits = |slots: &Slots| {
            let offered = offered(slots, span, clock).times(capacity);
            resource.work.get() as f64 <= USED_MAX * offered.get() as f64
        };
        let Some(group) = groups.iter().position(|group| group.resources.contains(&resource.name))
        else {
            continue;
        };
        if groups.get(group).is_some_and(|group| fits(&group.slots)) {
            continue;
        }
        let evened = resource.seen.evened();
        let slots = SHARES
            .iter()
            .map(|share| evened.slots(*share))
            .find(|slots| fits(slots))
            .unwrap_or_else(|| vec![true; week::PER_WEEK]);
        if let Some(group) = groups.get_mut(group) {
            group.resources.retain(|name| *name != resource.name);
        }
        widened.push(resource.name.clone());
        groups.push(Group { resources: vec![resource.name.clone()], slots });
    }
    groups.retain(|group| !group.resources.is_empty());
    widened
}

fn report(
    known: &[Known],
    groups: &[Group],
    inside: f64,
    joined: &[String],
    widened: &[String],
    findings: &mut Vec<Finding>,
) {
    let share = 100.0 * inside;
    let text = format!(
        "Shifts are inferred from when resources were seen at work, in half hours: the tightest week that \
         holds at least {:.0} % of the time seen at work; resources with weeks at least {:.0} % alike share \
         one. Full days share one pattern; pauses of up to an hour and a half are not told from slack. Altogether {share:.1} % of the time seen at \
         work lies inside the inferred hours; the rest was overtime, which the plan does not get.",
        100.0 * INSIDE_MIN,
        100.0 * LIKENESS_MIN
    );
    findings.push(
        Finding::new("R101", Severity::Assumed, text)
            .count(groups.len(), known.len())
            .overrule("edit calendars.toml"),
    );
    let mut push = |code, text: &str, names: &[String]| {
        if !names.is_empty() {
            findings.push(
                Finding::new(code, Severity::Assumed, format!("{text}: {}.", list(names)))
                    .count(names.len(), known.len())
                    .overrule("edit `calendar` in places.toml"),
            );
        }
    };
    push(
        "R102",
        "Resources seen too little to show a pattern follow the calendar of their kind, or the one that \
         holds most of their work",
        joined,
    );
    push(
        "R104",
        "Resources whose recorded work does not fit the pattern's hours got a wider week of their own",
        widened,
    );
}

fn inside_of(known: &[Known], groups: &[Group]) -> BTreeMap<String, f64> {
    known
        .iter()
        .filter_map(|resource| {
            let group = groups.iter().find(|group| group.resources.contains(&resource.name))?;
            Some((resource.name.clone(), resource.seen.inside(&group.slots)))
        })
        .collect()
}

/// The mean of the shares, by time seen at work.
fn inside(known: &[Known], inside_of: &BTreeMap<String, f64>) -> f64 {
    let (mut inside, mut all) = (0.0, 0.0);
    for resource in known {
        let work: Millis = resource.seen.work.iter().copied().sum();
        inside += work.as_hours() * inside_of.get(&resource.name).copied().unwrap_or(1.0);
        all += work.as_hours();
    }
    if 0.0 < all { inside / all } else { 1.0 }
}

fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    if SHOWN < names.len() {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}

/// Counts the working time of operations by the calendar of their resource: for logs that record no
/// working time, where the clock between start and end includes nights and weekends.
pub(crate) fn count_by_calendar(
    cases: &mut [Case],
    groups: &[Group],
    clock: &Clock,
    findings: &mut Vec<Finding>,
) {
    let span = span(cases);
    let mut worked = BTreeMap::new();
    for group in groups {
        let time = pattern(&group.slots).working_time(clock.zone(), span.start, span.end);
        worked.extend(group.resources.iter().map(|resource| (resource.clone(), time.clone())));
    }
    let (mut changed, mut before, mut after) = (0, Millis::ZERO, Millis::ZERO);
    let mut count = 0;
    for op in cases.iter_mut().flat_map(|case| &mut case.operations) {
        count += 1;
        let Some(worked) = worked.get(&op.resource).filter(|_| op.recorded) else { continue };
        let inside: Millis =
            op.seen.iter().map(|seen| worked.work_between(seen.start, seen.end)).sum();
        if Millis::ZERO < inside && inside < op.work {
            changed += 1;
            (before, after) = (before + op.work, after + inside);
            op.setup = op.setup.min(inside);
            op.work = inside;
        }
    }
    if 0 < changed {
        let text = format!(
            "The log records no working times. Where an operation lasts over hours outside the inferred \
             shifts, only the hours inside count as work: {:.0} h by the clock, {:.0} h inside.",
            before.as_hours(),
            after.as_hours()
        );
        findings.push(
            Finding::new("R105", Severity::Assumed, text)
                .count(changed, count)
                .overrule("name a column with working times"),
        );
    }
}

fn pattern(slots: &Slots) -> weft_model::Calendar {
    weft_model::Calendar {
        id: weft_model::CalendarId::new("pattern"),
        title: weft_model::Title::default(),
        shifts: week::shifts(slots),
        exceptions: Vec::new(),
    }
}
