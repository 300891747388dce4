//! What makes a comparison of a plan with the log kind or unkind to the plan: read it before
//! believing a percentage.

use std::collections::BTreeSet;

use weft_model::Millis;

use crate::alternatives::Classes;
use crate::operations::{Case, Op};
use crate::report::Bias;
use crate::rows::Row;

/// The reasons, with their figures from this log.
pub(crate) fn biases(
    rows: &[Row],
    cases: &[Case],
    classes: &Classes,
    inside: f64,
    resources: usize,
) -> Vec<Bias> {
    let operations: Vec<&Op> = cases.iter().flat_map(|case| &case.operations).collect();
    let all = operations.len().max(1) as f64;
    let work: Millis = operations.iter().map(|op| op.work).sum();
    let hours = work.as_hours().max(1e-9);
    let percent = |part: f64, whole: f64| 100.0 * part / whole.max(1e-9);
    let mut biases = Vec::new();
    let mut say = |kind_to_plan, text: String| biases.push(Bias { kind_to_plan, text });

    say(
        true,
        "The plan knows every order from the start, and exactly how long each step will take. The real shop \
         learned of orders as they came and of durations when they were over. A fair test also plans day by \
         day, with only the orders that had begun by then, and runs the result in the twin."
            .to_owned(),
    );
    let workers: BTreeSet<&str> =
        rows.iter().map(|row| row.worker.as_str()).filter(|name| !name.is_empty()).collect();
    if !workers.is_empty() {
        say(
            true,
            format!(
                "Workers are not a limit in the plan. The log names {} of them for {resources} resources; \
                 whether one of them could have run two machines at once it does not say.",
                workers.len()
            ),
        );
    }
    say(
        true,
        "A calendar is open whenever its kind of resource was usually seen at work. That somebody was there to \
         work on every open machine at once is assumed; the figures under `used` show how far the real shop \
         was from that."
            .to_owned(),
    );
    let free = operations
        .iter()
        .filter(|op| {
            classes
                .get(&op.activity)
                .is_some_and(|members| 1 < members.len() && members.contains(&op.resource))
        })
        .count();
    if 0 < free {
        say(
            true,
            format!(
                "{:.0} % of the operations may move to another machine of their class, at the same duration. \
                 Fixtures, tools, programs and tolerances may forbid it for some parts. Importing with \
                 every operation as recorded shows what is left without this freedom.",
                percent(free as f64, all)
            ),
        );
    }
    say(
        true,
        "Material, tools, drawings, subcontractors and machine failures never make the plan wait; some of \
         the waiting in the log was waiting for them."
            .to_owned(),
    );
    let beside: usize = cases
        .iter()
        .flat_map(|case| case.operations.iter().enumerate())
        .filter(|(index, op)| 0 < *index && !op.after.contains(&(index - 1)))
        .count();
    if 0 < beside {
        say(
            true,
            format!(
                "{beside} operations ran beside the one before them and do not wait for it in the plan, which \
                 may therefore begin an inspection before the pieces to inspect are made."
            ),
        );
    }
    let filled: Millis = operations.iter().filter(|op| !op.recorded).map(|op| op.work).sum();
    if Millis::ZERO < filled {
        say(
            true,
            format!(
                "{:.1} % of the working time belongs to operations with durations that were filled in. Both \
                 sides do the same work, but when it happened in reality is a guess.",
                percent(filled.as_hours(), hours)
            ),
        );
    }
    let setup: Millis = operations.iter().map(|op| op.setup).sum();
    if Millis::ZERO < setup {
        say(
            false,
            format!(
                "{:.1} % of the working time is set-up that is part of the operation's work. A plan that put \
                 like after like would save some of it; this one may not.",
                percent(setup.as_hours(), hours)
            ),
        );
    }
    say(
        false,
        format!(
            "{:.1} % of the time seen at work lies outside the inferred shifts. The real shop had this overtime; \
             the plan does not.",
            100.0 * (1.0 - inside)
        ),
    );
    say(
        false,
        "Overlapping reports for one operation count in full, and machines on which reports of two orders \
         overlap a little work on one order at a time in the plan."
            .to_owned(),
    );
    say(
        false,
        "Lots are not split in the plan. The real shop sent pieces ahead where it helped; only where two \
         operations overlapped for half of the shorter one or more may the plan overlap them, too."
            .to_owned(),
    );
    say(false, "Rework is planned as it happened, so the plan cannot avoid it.".to_owned());
    say(
        false,
        "No order is released before the day on which the real shop began it, even if it lay waiting for \
         weeks: lead times are compared from the same day on."
            .to_owned(),
    );
    biases
}
