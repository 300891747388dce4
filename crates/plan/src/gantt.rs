//! Draws a plan: a row per resource, a bar per operation, as one SVG file that needs nothing else.
//!
//! Jobs take turns in the colour-blind-safe palette of Okabe & Ito (2008); a late job has stripes and a
//! dark red edge besides, so that colour is never the only sign. Closed time is grey. Where capacity is
//! shared, a row has a lane for each unit.

use std::fmt::Write as _;

use weft_model::{Interval, Millis, Timestamp};

use crate::problem::{Plan, Problem, Scheduled};

/// Okabe & Ito without black and without vermilion, which marks what is late.
const PALETTE: [&str; 6] = ["#56b4e9", "#009e73", "#f0e442", "#e69f00", "#cc79a7", "#0072b2"];
/// Distances between ticks.
const TICKS: [Millis; 16] = [
    Millis::new(1),
    Millis::new(10),
    Millis::new(100),
    Millis::SECOND,
    Millis::new(10_000),
    Millis::MINUTE,
    Millis::new(10 * 60_000),
    Millis::HOUR,
    Millis::new(2 * 3_600_000),
    Millis::new(4 * 3_600_000),
    Millis::new(12 * 3_600_000),
    Millis::DAY,
    Millis::new(2 * 86_400_000),
    Millis::new(7 * 86_400_000),
    Millis::new(28 * 86_400_000),
    Millis::new(364 * 86_400_000),
];
const TICKS_MAX: i64 = 14;
/// More lanes than this are drawn on top of each other.
const LANES_MAX: usize = 12;

const GUTTER: f64 = 170.0;
const PLOT: f64 = 1_200.0;
const TOP: f64 = 56.0;
const LANE: f64 = 18.0;
const GAP: f64 = 6.0;

/// What to write on a chart. Everything is escaped as needed.
pub struct Labels<'a> {
    /// Above the chart.
    pub title: &'a str,
    /// Name of a resource, by index.
    pub resource: &'a dyn Fn(usize) -> String,
    /// Short name of an operation, by index, for its bar.
    pub operation: &'a dyn Fn(usize) -> String,
    /// Further text of an operation for its tooltip, a line each; its times are added.
    pub detail: &'a dyn Fn(usize) -> String,
    /// Which colour a job has: any number, jobs with the same number look the same.
    pub colour: &'a dyn Fn(usize) -> usize,
    /// How to write an instant in the time zone of the reader.
    pub instant: &'a dyn Fn(Timestamp) -> String,
    /// Local time minus UTC, so that ticks fall on local midnight.
    pub utc_offset: Millis,
}

/// Where times lie on the page.
struct Scale {
    from: Timestamp,
    span: f64,
}

impl Scale {
    fn x(&self, at: Timestamp) -> f64 {
        GUTTER + PLOT * ((at - self.from).get() as f64 / self.span).clamp(0.0, 1.0)
    }
}

/// One bar.
struct Bar {
    operation: usize,
    slot: Scheduled,
    amount: u32,
}

/// The chart of a plan, complete and self-contained.
pub fn svg(problem: &Problem, plan: &Plan, labels: &Labels<'_>) -> String {
    let placed = || plan.operations.iter().flatten();
    let from = placed().map(|slot| slot.start).min().unwrap_or(problem.now).min(problem.now);
    let to = placed().map(|slot| slot.end).max().unwrap_or(problem.now).max(problem.now);
    let to = (to + Millis::new((to - from).get() / 100)).max(from + Millis::new(1));
    let scale = Scale { from, span: (to - from).get() as f64 };
    let late = late_jobs(problem, plan);

    let mut rows = String::new();
    let mut y = TOP;
    for (resource, it) in problem.resources.iter().enumerate() {
        let lanes = (it.capacity as usize).min(LANES_MAX);
        let height = lanes as f64 * LANE;
        row(&mut rows, &scale, y, height, &(labels.resource)(resource));
        closed(
            &mut rows,
            &scale,
            y,
            height,
            it.working.intervals(),
            Interval { start: from, end: to },
        );
        let bars = bars_of(problem, plan, resource);
        draw(&mut rows, &scale, y, lanes, &bars, problem, &late, labels);
        y += height + GAP;
    }
    page(&scale, y, Interval { start: from, end: to }, problem.now, &rows, labels)
}

/// Whether each job ends after it is due.
fn late_jobs(problem: &Problem, plan: &Plan) -> Vec<bool> {
    let mut late = vec![false; problem.jobs.len()];
    for (it, slot) in problem.operations.iter().zip(&plan.operations) {
        let due = problem.jobs.get(it.job).and_then(|job| job.due);
        if let (Some(slot), Some(due), Some(late)) = (slot, due, late.get_mut(it.job)) {
            *late |= due < slot.end;
        }
    }
    late
}

fn bars_of(problem: &Problem, plan: &Plan, resource: usize) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for (operation, (it, slot)) in problem.operations.iter().zip(&plan.operations).enumerate() {
        let Some(slot) = *slot else { continue };
        let needs = it.modes.get(slot.mode).map_or(&[][..], |mode| &mode.needs);
        if let Some((_, amount)) = needs.iter().find(|need| need.0 == resource) {
            bars.push(Bar { operation, slot, amount: *amount });
        }
    }
    bars.sort_by_key(|bar| (bar.slot.start, bar.slot.end, bar.operation));
    bars
}

fn row(out: &mut String, scale: &Scale, y: f64, height: f64, name: &str) {
    let (x, middle) = (scale.x(scale.from), y + height / 2.0);
    let _ = writeln!(
        out,
        r#"<rect class="row" x="{x:.1}" y="{y:.1}" width="{PLOT:.1}" height="{height:.1}"/><text class="name" x="{:.1}" y="{middle:.1}">{}</text>"#,
        GUTTER - 10.0,
        escape(name),
    );
}

/// Grey where the resource does not work.
fn closed(out: &mut String, scale: &Scale, y: f64, height: f64, open: &[Interval], all: Interval) {
    let mut from = all.start;
    let mut path = String::new();
    let end = Interval { start: all.end, end: all.end };
    for interval in open.iter().chain([&end]).filter(|it| all.start < it.end) {
        let to = interval.start.min(all.end);
        if from < to {
            let (left, right) = (scale.x(from), scale.x(to));
            let _ = write!(path, "M{left:.1} {y:.1}H{right:.1}v{height:.1}H{left:.1}z");
        }
        from = from.max(interval.end);
    }
    if !path.is_empty() {
        let _ = writeln!(out, r#"<path class="closed" d="{path}"/>"#);
    }
}

#[expect(clippy::too_many_arguments, reason = "a drawing needs its page, its data and its words")]
fn draw(
    out: &mut String,
    scale: &Scale,
    y: f64,
    lanes: usize,
    bars: &[Bar],
    problem: &Problem,
    late: &[bool],
    labels: &Labels<'_>,
) {
    let mut free_from = vec![Timestamp::from_millis(i64::MIN); lanes];
    for bar in bars {
        let job = problem.operations.get(bar.operation).map_or(0, |it| it.job);
        let is_frozen = problem.operations.get(bar.operation).is_some_and(|it| it.frozen.is_some());
        let is_late = late.get(job).copied().unwrap_or(false);
        let colour = PALETTE.get((labels.colour)(job) % PALETTE.len()).unwrap_or(&"#999999");
        let name = (labels.operation)(bar.operation);
        let title = format!(
            "{}\n{}\n{} – {}{}",
            name,
            (labels.detail)(bar.operation),
            (labels.instant)(bar.slot.start),
            (labels.instant)(bar.slot.end),
            if is_late { "\n!" } else { "" },
        );
        let (left, right) = (scale.x(bar.slot.start), scale.x(bar.slot.end));
        let width = (right - left).max(1.0);
        let _ = write!(out, "<g><title>{}</title>", escape(&title));
        for (first, count) in take_lanes(&mut free_from, bar) {
            let (top, height) = (y + first as f64 * LANE + 1.5, count as f64 * LANE - 3.0);
            let frame = format!(
                r#"x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" rx="2""#
            );
            let class = if is_frozen { "bar frozen" } else { "bar" };
            let _ = write!(out, r#"<rect class="{class}" {frame} fill="{colour}"/>"#);
            if is_late {
                let _ = write!(out, r#"<rect class="late" {frame}/>"#);
            }
            // About six and a half pixels a letter; wide scripts take twice that.
            let letters: f64 = name.chars().map(|c| if c.is_ascii() { 6.5 } else { 12.0 }).sum();
            if letters + 6.0 < width {
                let (x, middle) = (left + 4.0, top + height / 2.0);
                let dark = if *colour == "#0072b2" { r#" style="fill:white""# } else { "" };
                let _ = write!(
                    out,
                    r#"<text class="label" x="{x:.1}" y="{middle:.1}"{dark}>{}</text>"#,
                    escape(&name)
                );
            }
        }
        out.push_str("</g>\n");
    }
}

/// Gives a bar as many free lanes as it takes, as runs of neighbours; overlaps only when there are too few.
fn take_lanes(free_from: &mut [Timestamp], bar: &Bar) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut left = (bar.amount as usize).min(free_from.len());
    for (lane, free_from) in free_from.iter_mut().enumerate() {
        if 0 < left && *free_from <= bar.slot.start {
            *free_from = bar.slot.end;
            left -= 1;
            match runs.last_mut() {
                Some(run) if run.0 + run.1 == lane => run.1 += 1,
                _ => runs.push((lane, 1)),
            }
        }
    }
    if runs.is_empty() && !free_from.is_empty() {
        runs.push((0, 1));
    }
    runs
}

fn page(
    scale: &Scale,
    bottom: f64,
    all: Interval,
    now: Timestamp,
    rows: &str,
    labels: &Labels<'_>,
) -> String {
    let (width, height) = (GUTTER + PLOT + 20.0, bottom + 16.0);
    let mut out = String::new();
    let _ = writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" font-family="system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif" font-size="11" role="img" aria-label="{title}">
<style>.row{{fill:#fff;stroke:#d5d9de;stroke-width:.5}}.closed{{fill:#dfe3e8}}.name{{text-anchor:end;dominant-baseline:central;fill:#222}}.bar{{stroke:#2b3138;stroke-width:.6}}.frozen{{stroke-width:2}}.late{{fill:url(#late);stroke:#8b1a00;stroke-width:1.6}}.label{{dominant-baseline:central;fill:#111;pointer-events:none}}.tick{{stroke:#aab2bb;stroke-width:.5;stroke-dasharray:2 3}}.time{{text-anchor:middle;fill:#555}}.now{{stroke:#d55e00;stroke-width:1.5}}</style>
<defs><pattern id="late" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.6" height="7" fill="#d55e00"/></pattern></defs>
<rect width="100%" height="100%" fill="#f7f8fa"/><text x="12" y="22" font-size="15" font-weight="600" fill="#222">{title}</text>"##,
        title = escape(labels.title),
    );
    out.push_str(rows);
    for at in ticks(all, labels.utc_offset) {
        let x = scale.x(at);
        let _ = writeln!(
            out,
            r#"<path class="tick" d="M{x:.1} {:.1}V{bottom:.1}"/><text class="time" x="{x:.1}" y="{:.1}">{}</text>"#,
            TOP - 6.0,
            TOP - 12.0,
            escape(&(labels.instant)(at)),
        );
    }
    let x = scale.x(now);
    let _ = writeln!(out, r#"<path class="now" d="M{x:.1} {:.1}V{bottom:.1}"/></svg>"#, TOP - 6.0);
    out
}

/// Round instants, not more than fit.
fn ticks(all: Interval, utc_offset: Millis) -> Vec<Timestamp> {
    let span = (all.end - all.start).get();
    let step = TICKS.iter().find(|step| span <= step.get() * TICKS_MAX);
    let step = step.map_or(span / TICKS_MAX + 1, |step| step.get());
    let offset = utc_offset.get();
    let first = (all.start.as_millis() + offset).div_euclid(step) * step + step - offset;
    let instants = (0..=TICKS_MAX).map(|index| first + index * step);
    instants.filter(|at| *at < all.end.as_millis()).map(Timestamp::from_millis).collect()
}

/// Text that may stand between tags and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no place for control characters, not even escaped.
            c if c.is_control() && c != '\n' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
