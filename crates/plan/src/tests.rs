//! Properties of the whole room, and what its tests share.

use std::fmt::Write as _;

use crate::problem::{Plan, Problem};

mod benchmark;
mod exact;
mod mixed;
pub(crate) mod progress;
pub(crate) mod random;
pub(crate) mod small;
mod solutions;
mod tiny;
mod whole;

/// A Gantt chart in text: a row per resource, a column per millisecond from `now` on. Letters are
/// operations, `-` where they pause; `.` is idle, a blank is closed; more than one row when capacity is shared.
pub(crate) fn text(problem: &Problem, plan: &Plan) -> String {
    let now = problem.now.as_millis();
    let last = crate::checker::cost(problem, plan).makespan.get();
    let mut text = String::new();
    for (resource, it) in problem.resources.iter().enumerate() {
        let open = |at: i64| it.working.is_open(weft_model::Timestamp::from_millis(at));
        let empty: Vec<char> =
            (now..now + last).map(|at| if open(at) { '.' } else { ' ' }).collect();
        let mut lanes = vec![empty.clone(); it.capacity as usize];
        for (operation, (it, slot)) in problem.operations.iter().zip(&plan.operations).enumerate() {
            let Some(slot) = slot else { continue };
            let Some(need) = it.modes[slot.mode].needs.iter().find(|need| need.0 == resource)
            else {
                continue;
            };
            let columns = (slot.start.as_millis() - now).max(0) as usize
                ..(slot.end.as_millis() - now).max(0) as usize;
            let mut left = need.1;
            for lane in &mut lanes {
                if 0 < left && lane[columns.clone()] == empty[columns.clone()] {
                    let letter = char::from(b'a' + (operation % 26) as u8);
                    for cell in &mut lane[columns.clone()] {
                        *cell = if *cell == ' ' { '-' } else { letter };
                    }
                    left -= 1;
                }
            }
        }
        for lane in lanes {
            let lane: String = lane.into_iter().collect();
            writeln!(text, "{resource}|{lane}|").unwrap();
        }
    }
    text
}
