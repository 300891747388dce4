//! Patterson's form of the resource-constrained project: number of activities (dummies for start and end
//! included) and of resources, the capacities, then per activity its duration, its demands, the number of its
//! successors and these (from 1). Lines may be wrapped anywhere.

use super::error::FormatError;
use super::instance::{Activity, ActivityMode, ProjectInstance};
use super::project::{self, Offsets};
use super::scan::{AMOUNT_MAX, COUNT_MAX, DURATION_MAX, Scan, add_up};

pub(super) fn read(text: &str) -> Result<ProjectInstance, FormatError> {
    let mut scan = Scan::new(text);
    let count = scan.number(1..=COUNT_MAX, || "the number of activities".to_owned())?;
    let resources = scan.number(0..=COUNT_MAX, || "the number of resources".to_owned())?;
    let mut offsets = Offsets::default();
    let capacities = (1..=resources)
        .map(|resource| amount(&mut scan, || format!("the capacity of R {resource}")))
        .collect::<Result<Vec<_>, _>>()?;
    let mut activities = Vec::new();
    let mut total = 0;
    for activity in 1..=count {
        offsets.demands.push(scan.next());
        let of = |what: &str| format!("{what} of activity {activity}");
        let duration = scan.number(0..=DURATION_MAX, || of("the duration"))?;
        add_up(&mut total, duration, &scan, || of("the duration"))?;
        let renewable = (1..=resources)
            .map(|resource| amount(&mut scan, || of(&format!("the demand for R {resource}"))))
            .collect::<Result<Vec<_>, _>>()?;
        let known = scan.number(0..=COUNT_MAX, || of("the number of successors"))?;
        let successors = (0..known)
            .map(|_| scan.number(1..=count, || of("a successor")).map(|it| it as u32 - 1))
            .collect::<Result<Vec<_>, _>>()?;
        let modes = vec![ActivityMode { duration, renewable, nonrenewable: Vec::new() }];
        activities.push(Activity { modes, successors });
    }
    scan.end("the last activity")?;
    offsets.successors.clone_from(&offsets.demands);
    let project = ProjectInstance { capacities, budgets: Vec::new(), activities };
    project::check(&scan, &project, &offsets)?;
    Ok(project)
}

fn amount(scan: &mut Scan<'_>, field: impl Fn() -> String) -> Result<u32, FormatError> {
    scan.number(0..=AMOUNT_MAX, field).map(|amount| amount as u32)
}

#[cfg(test)]
mod tests;
