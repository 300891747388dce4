//! Rows to operations: what one order had done to it, one step after the other.

use std::collections::BTreeMap;

use weft_model::{Interval, Millis, Timestamp};

use crate::names;
use crate::report::{Example, Finding, Severity};
use crate::rows::Row;

/// Two operations of an order stand side by side when they ran at the same time for at least this
/// share of the shorter one.
const SIDE_BY_SIDE: f64 = 0.5;

/// How many operations back one operation is compared with.
const LOOK_BACK: usize = 64;

/// What a log says of one order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// As written.
    pub(crate) name: String,
    pub(crate) part: String,
    pub(crate) quantity: u32,
    pub(crate) operations: Vec<Op>,
}

/// One operation of one order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Op {
    /// Line of its first row.
    pub(crate) line: u64,
    /// Without the machine.
    pub(crate) activity: String,
    /// As written.
    pub(crate) resource: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// Sum over its rows.
    pub(crate) work: Millis,
    /// The part of `work` that is set-up.
    pub(crate) setup: Millis,
    /// Whether all its work was recorded rather than filled in.
    pub(crate) recorded: bool,
    /// When it was at work by the clock, united; rows whose times were filled in are not among them.
    pub(crate) seen: Vec<Interval>,
    pub(crate) rows: usize,
    pub(crate) rework: bool,
    pub(crate) completed: f64,
    pub(crate) scrap: f64,
    pub(crate) set_aside: f64,
    /// Which operations of the case were done before it began, by index; without those that follow.
    pub(crate) after: Vec<usize>,
}

/// Makes operations of sorted rows: rows of a case that follow one another with the same activity
/// (without the machine) on the same resource are one operation.
pub(crate) fn cases(rows: &[Row], findings: &mut Vec<Finding>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut quantities = Vec::new();
    for case_rows in rows.chunk_by(|a, b| a.case == b.case) {
        let Some(first) = case_rows.first() else { continue };
        let mut operations: Vec<Op> = Vec::new();
        let mut open: Option<(Op, Vec<Interval>)> = None;
        for row in case_rows {
            let (Some(start), Some(end)) = (row.start, row.end) else { continue };
            let activity = names::stripped(&row.activity, &row.resource);
            match &mut open {
                Some((op, seen)) if op.activity == activity && op.resource == row.resource => {
                    op.end = op.end.max(end);
                    op.add(row, seen);
                }
                _ => {
                    operations.extend(open.take().map(close));
                    let mut op = Op::begin(row, activity, start, end);
                    let mut seen = Vec::new();
                    op.add(row, &mut seen);
                    open = Some((op, seen));
                }
            }
        }
        operations.extend(open.take().map(close));
        order_of(&mut operations);
        let quantity = case_rows.iter().filter_map(|row| row.quantity).fold(0.0, f64::max);
        if quantity < 1.0 {
            quantities.push(Example::new(first.line, first.case.clone()));
        }
        let part = case_rows.iter().map(|row| row.part.as_str()).find(|part| !part.is_empty());
        cases.push(Case {
            name: first.case.clone(),
            part: part.unwrap_or_default().to_owned(),
            quantity: quantity.clamp(1.0, 1e6).round() as u32,
            operations,
        });
    }
    report(rows, &cases, findings);
    if !quantities.is_empty() {
        let text = "Orders without a quantity count one piece.";
        findings.push(
            Finding::new("R81", Severity::Assumed, text)
                .count(quantities.len(), cases.len())
                .examples(quantities)
                .overrule("name the column with the quantity"),
        );
    }
    cases
}

impl Op {
    fn begin(row: &Row, activity: String, start: Timestamp, end: Timestamp) -> Self {
        Self {
            line: row.line,
            activity,
            resource: row.resource.clone(),
            start,
            end,
            work: Millis::ZERO,
            setup: Millis::ZERO,
            recorded: true,
            seen: Vec::new(),
            rows: 0,
            rework: false,
            completed: 0.0,
            scrap: 0.0,
            set_aside: 0.0,
            after: Vec::new(),
        }
    }

    fn add(&mut self, row: &Row, seen: &mut Vec<Interval>) {
        let work = row.work.unwrap_or(Millis::ZERO);
        self.work = self.work + work;
        if row.setup || names::says_setup(&row.activity) {
            self.setup = self.setup + work;
        }
        self.recorded &= row.work_recorded;
        self.rows += 1;
        self.rework |= row.rework;
        self.completed += row.completed;
        self.scrap += row.scrap;
        self.set_aside += row.set_aside;
        if let (Some(start), Some(end), true) = (row.start, row.end, row.clock_known) {
            seen.push(Interval { start, end });
        }
    }
}

fn close((mut op, seen): (Op, Vec<Interval>)) -> Op {
    op.seen = weft_model::WorkingTime::new(seen).intervals().to_vec();
    op
}

/// Says what each operation comes after: all that began before it, except those that ran beside it.
fn order_of(operations: &mut [Op]) {
    let mut ancestors: Vec<std::collections::BTreeSet<usize>> = Vec::new();
    let mut afters: Vec<Vec<usize>> = Vec::new();
    for (index, op) in operations.iter().enumerate() {
        let window = index.saturating_sub(LOOK_BACK)..index;
        let mut above = std::collections::BTreeSet::new();
        let mut after = Vec::new();
        for (before, earlier) in
            operations.iter().enumerate().take(window.end).skip(window.start).rev()
        {
            if !above.contains(&before) && !side_by_side(earlier, op) {
                after.push(before);
                above.insert(before);
                above.extend(ancestors.get(before).into_iter().flatten().copied());
            }
        }
        above.retain(|before| index.saturating_sub(2 * LOOK_BACK) <= *before);
        after.reverse();
        afters.push(after);
        ancestors.push(above);
    }
    for (op, after) in operations.iter_mut().zip(afters) {
        op.after = after;
    }
}

/// Time for which the clock showed both at work.
fn overlap(a: &Op, b: &Op) -> Millis {
    let both =
        |x: &Interval, y: &Interval| (x.end.min(y.end) - x.start.max(y.start)).max(Millis::ZERO);
    // Operations are made of few intervals; the last one of `a` is the one that reaches over `b`.
    a.seen.iter().rev().take(4).flat_map(|x| b.seen.iter().take(4).map(move |y| both(x, y))).sum()
}

fn side_by_side(a: &Op, b: &Op) -> bool {
    let shorter = a.work.min(b.work);
    let shared = overlap(a, b);
    Millis::ZERO < shared && SIDE_BY_SIDE * shorter.get() as f64 <= shared.get() as f64
}

fn report(rows: &[Row], cases: &[Case], findings: &mut Vec<Finding>) {
    let operations: usize = cases.iter().map(|case| case.operations.len()).sum();
    let merged: Vec<&Op> =
        cases.iter().flat_map(|case| &case.operations).filter(|op| 1 < op.rows).collect();
    let union: Millis = cases
        .iter()
        .flat_map(|case| &case.operations)
        .flat_map(|op| &op.seen)
        .map(|interval| interval.length())
        .sum();
    let seen: Millis = rows.iter().filter(|row| row.clock_known).filter_map(Row::clock).sum();
    let twice = (seen - union).max(Millis::ZERO);
    let text = format!(
        "{} rows become {operations} operations: rows of one order that follow one another with the same activity on the same resource (set-up and \
         work, several workers, the next day) are one operation: its work is the sum of theirs, it starts \
         with the first and ends with the last. {:.0} h of it ran at the same time as other rows of the \
         same operation and counts in full.",
        rows.len(),
        twice.as_hours()
    );
    findings.push(
        Finding::new("R82", Severity::Found, text).count(merged.len(), operations).examples(
            merged.iter().map(|op| {
                Example::new(
                    op.line,
                    format!("{} rows of {} are one operation", op.rows, op.activity),
                )
            }),
        ),
    );
    let mut beside = Vec::new();
    let (mut shared, mut sequenced, mut squeezed) = (Millis::ZERO, Millis::ZERO, 0_usize);
    for case in cases {
        for pair in case.operations.windows(2) {
            let [a, b] = pair else { continue };
            let both = overlap(a, b);
            if side_by_side(a, b) {
                shared = shared + both;
                let text = format!("{} beside {} of {}", b.activity, a.activity, case.name);
                beside.push(Example::new(b.line, text));
            } else if Millis::ZERO < both {
                sequenced = sequenced + both;
                squeezed += 1;
            }
        }
    }
    let steps: usize = cases.iter().map(|case| case.operations.len().saturating_sub(1)).sum();
    if !beside.is_empty() || 0 < squeezed {
        let text = format!(
            "Operations of an order follow one another in the order in which they began. Where two ran at \
             the same time for at least {:.0} % of the shorter one, pieces moved on before the lot was done: \
             neither waits for the other ({:.0} h in common). Another {squeezed} overlaps are shorter ({:.0} h): \
             there the later one waits.",
            100.0 * SIDE_BY_SIDE,
            shared.as_hours(),
            sequenced.as_hours()
        );
        findings.push(
            Finding::new("R83", Severity::Assumed, text)
                .count(beside.len(), steps)
                .examples(beside)
                .overrule("edit `after` of the operation in routes.toml"),
        );
    }
    let named: BTreeMap<&str, usize> = cases
        .iter()
        .flat_map(|case| &case.operations)
        .filter(|op| names::says_rework(&op.activity))
        .fold(BTreeMap::new(), |mut counts, op| {
            *counts.entry(op.activity.as_str()).or_default() += 1;
            counts
        });
    let marked: Vec<Example> = cases
        .iter()
        .flat_map(|case| case.operations.iter().map(move |op| (case, op)))
        .filter(|(_, op)| op.rework)
        .map(|(case, op)| Example::new(op.line, format!("{} of {}", op.activity, case.name)))
        .collect();
    if !named.is_empty() || !marked.is_empty() {
        let listed: Vec<String> =
            named.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let listed = if listed.is_empty() { "none".to_owned() } else { listed.join(", ") };
        let text = format!(
            "Rework that was done stays in the routes, so that plan and log hold the same work. Operations \
             marked as rework are counted here; activities that say it in their name: {listed}."
        );
        findings.push(
            Finding::new("R84", Severity::Found, text)
                .count(marked.len(), operations)
                .examples(marked),
        );
    }
}
