//! Recorded working time against the clock.

use weft_model::Millis;

use crate::report::{Example, Finding, Severity, clock_text};
use crate::rows::Row;

/// Rounding to minutes on both sides explains this much.
const TOLERANCE: Millis = Millis::new(90_000);

/// Where working time and clock differ, the working time is believed and the end follows from it.
///
/// Three patterns are told apart for the report, because each names its cause: two neighbours that
/// have each other's end (rows with the same start, sorted wrongly), ends that lost whole days, and
/// the rest. A row may well take less than its clock shows (a break in between): only where it takes
/// more, or its neighbour has its end, is it a contradiction. Without either it keeps its clock.
pub(super) fn trust_work(rows: &mut [Row], findings: &mut Vec<Finding>) {
    let all = rows.len();
    let differs = |row: &Row| {
        let (clock, work) = (row.clock()?, row.work?);
        (TOLERANCE.get() < (clock - work).get().abs()).then_some((clock, work))
    };
    let near = |a: Millis, b: Millis| (a - b).get().abs() <= TOLERANCE.get();
    let (mut swapped, mut days, mut other) = (Vec::new(), Vec::new(), Vec::new());
    let mut believed = vec![false; all];
    for (index, pair) in rows.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let (Some((clock_a, work_a)), Some((clock_b, work_b))) = (differs(a), differs(b)) else {
            continue;
        };
        let whole_day =
            |clock: Millis, work: Millis| near(clock, work) || near(clock + Millis::DAY, work);
        if a.case == b.case
            && a.start == b.start
            && whole_day(clock_a, work_b)
            && whole_day(clock_b, work_a)
        {
            swapped.push(Example::new(
                a.line,
                format!(
                    "with line {}: clock {} and {}, recorded {} and {}",
                    b.line,
                    clock_text(clock_a),
                    clock_text(clock_b),
                    clock_text(work_a),
                    clock_text(work_b)
                ),
            ));
            for index in [index, index + 1] {
                if let Some(flag) = believed.get_mut(index) {
                    *flag = true;
                }
            }
        }
    }
    for (row, in_pair) in rows.iter_mut().zip(believed) {
        let Some((clock, work)) = differs(row) else { continue };
        if !in_pair {
            let more = work - clock;
            let example = Example::new(
                row.line,
                format!("clock {}, recorded {}", clock_text(clock), clock_text(work)),
            );
            let lost = (1..10).any(|count| near(more, Millis::DAY.times(count)));
            if lost { days.push(example) } else { other.push(example) }
        }
        if let Some(start) = row.start {
            row.place(start, work);
        }
    }
    let mut push = |code, text: &str, count: usize, examples: Vec<Example>| {
        if 0 < count {
            findings.push(
                Finding::new(code, Severity::Assumed, text)
                    .count(count, all)
                    .examples(examples)
                    .overrule("correct the rows in the log"),
            );
        }
    };
    push(
        "R41",
        "Two rows of a case with the same start have each other's end: each keeps its recorded working \
         time, and its end follows from it.",
        2 * swapped.len(),
        swapped,
    );
    push(
        "R42",
        "The recorded working time is longer than the clock by whole days: the end had lost its date. The \
         working time is kept.",
        days.len(),
        days,
    );
    push(
        "R43",
        "Working time and clock differ otherwise: the working time is kept, the end follows from it.",
        other.len(),
        other,
    );
}
