//! How much real work scatters: figures for the twin.

use std::collections::BTreeMap;

use weft_model::{Millis, Timestamp, TwinBehaviour};

use crate::clean::median;
use crate::operations::{Case, Op};
use crate::report::{Finding, Severity};

/// Fewer recorded operations of one part and activity than this are no sample.
const SAMPLE_MIN: usize = 6;

/// A twin that scatters more than this tells nothing any more.
const CV_MAX: f64 = 1.5;

/// Working hours between failures of a machine, and to repair one: not in a log, assumed.
const HOURS_BETWEEN_FAILURES: u32 = 200;
const HOURS_TO_REPAIR: u32 = 2;

/// The behaviour of the virtual plant. Source of the estimate: the scatter of log working time around
/// a line over log quantity within each part and activity, from the median absolute deviation
/// (Rousseeuw and Croux 1993), so that a few wild rows do not decide it.
pub(crate) fn behaviour(
    cases: &[Case],
    start: Timestamp,
    findings: &mut Vec<Finding>,
) -> TwinBehaviour {
    let operations: Vec<&Op> = cases.iter().flat_map(|case| &case.operations).collect();
    let (cv, samples, points) = duration_cv(cases);
    let rework = operations.iter().filter(|op| op.rework).count();
    let sum = |of: fn(&Op) -> f64| operations.iter().map(|op| of(op)).sum::<f64>();
    let scrap = sum(|op| op.scrap) + sum(|op| op.set_aside);
    let pieces = sum(|op| op.completed) + scrap;
    let rework_probability = rework as f64 / operations.len().max(1) as f64;
    let scrap_probability = if 0.0 < pieces { scrap / pieces } else { 0.0 };
    let text = if 0 < samples {
        format!(
            "Durations of the twin scatter with a coefficient of variation of {cv:.2}: the median over \
             {samples} pairs of part and activity with at least {SAMPLE_MIN} recorded orders, after taking \
             out the effect of the quantity. The log has no planned times, so this is what remains \
             unexplained, not how wrong a planner would be."
        )
    } else {
        "Too few recorded operations of the same part and activity to see how durations scatter: the twin \
         takes exactly the planned time."
            .to_owned()
    };
    findings.push(
        Finding::new("R111", Severity::Assumed, text)
            .count(points, operations.len())
            .overrule("edit `duration_cv` in twin.toml"),
    );
    let text = format!(
        "Quality of the twin: {:.2} % of operations are marked as rework; {:.2} % of reported pieces were \
         rejected or set aside.",
        100.0 * rework_probability,
        100.0 * scrap_probability
    );
    findings.push(
        Finding::new("R112", Severity::Found, text)
            .count(rework, operations.len())
            .overrule("edit twin.toml"),
    );
    let text = format!(
        "Breakdowns are not in the log: {HOURS_BETWEEN_FAILURES} working hours between failures of a machine \
         and {HOURS_TO_REPAIR} h to repair are assumptions, nothing more."
    );
    findings.push(
        Finding::new("R113", Severity::Assumed, text)
            .overrule("edit `mean_time_between_failures` in twin.toml"),
    );
    TwinBehaviour {
        start,
        duration_cv: rounded(cv),
        rework_probability: rounded(rework_probability),
        scrap_probability: rounded(scrap_probability),
        mean_time_between_failures: Some(Millis::HOUR.times(HOURS_BETWEEN_FAILURES)),
        mean_time_to_repair: Millis::HOUR.times(HOURS_TO_REPAIR),
        failures_by_resource: BTreeMap::new(),
    }
}

/// Coefficient of variation, how many samples it is the median of, and their points.
fn duration_cv(cases: &[Case]) -> (f64, usize, usize) {
    let mut samples: BTreeMap<(&str, &str), Vec<(f64, f64)>> = BTreeMap::new();
    for case in cases {
        // An activity that comes several times in one order is one point: how the work was cut up is
        // not scatter.
        let mut works: BTreeMap<&str, (Millis, bool)> = BTreeMap::new();
        for op in &case.operations {
            let total = works.entry(&op.activity).or_insert((Millis::ZERO, true));
            *total = (total.0 + op.work, total.1 && op.recorded);
        }
        for (activity, (work, _)) in
            works.into_iter().filter(|(_, (work, recorded))| *recorded && Millis::ZERO < *work)
        {
            let point = (f64::from(case.quantity).ln(), (work.get() as f64).ln());
            samples.entry((&case.part, activity)).or_default().push(point);
        }
    }
    samples.retain(|_, points| SAMPLE_MIN <= points.len());
    let points = samples.values().map(Vec::len).sum();
    let mut cvs: Vec<f64> = samples
        .values()
        .filter_map(|points| {
            let mut residuals = residuals(points);
            let middle = median(&mut residuals)?;
            let mut deviations: Vec<f64> =
                residuals.iter().map(|value| (value - middle).abs()).collect();
            // 1.4826 makes the median absolute deviation of a normal sample its standard deviation.
            let sigma = 1.4826 * median(&mut deviations)?;
            Some(((sigma * sigma).exp() - 1.0).max(0.0).sqrt())
        })
        .collect();
    let count = cvs.len();
    (median(&mut cvs).unwrap_or(0.0).min(CV_MAX), count, points)
}

/// Distances from the least-squares line; from the mean where all have the same quantity.
fn residuals(points: &[(f64, f64)]) -> Vec<f64> {
    let count = points.len().max(1) as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let xx: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let xy: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let slope = if 1e-9 < xx { xy / xx } else { 0.0 };
    points.iter().map(|(x, y)| y - mean_y - slope * (x - mean_x)).collect()
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
