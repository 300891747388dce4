//! Permutation flow shop with sequence-dependent set-up times (Ruiz, Maroto and Alcaraz, 2005): `n`, `m`,
//! then per job its duration on each machine, then per machine a block with a row per job before and a
//! column per job after.

use super::error::FormatError;
use super::instance::LineInstance;
use super::scan::{COUNT_MAX, DURATION_MAX, Scan, add_up};

pub(super) fn read(text: &str) -> Result<LineInstance, FormatError> {
    let mut scan = Scan::new(text);
    let jobs = scan.number(1..=COUNT_MAX, || "the number of jobs".to_owned())? as usize;
    let machines = scan.number(1..=COUNT_MAX, || "the number of machines".to_owned())? as usize;
    let mut line = LineInstance { jobs, machines, work: Vec::new(), setup: Vec::new() };
    let mut total = 0;
    for job in 0..jobs {
        for machine in 0..machines {
            let field = || format!("the duration of job {job} on machine {machine}");
            let work = scan.number(0..=DURATION_MAX, field)?;
            add_up(&mut total, work, &scan, field)?;
            line.work.push(work);
        }
    }
    for machine in 0..machines {
        for before in 0..jobs {
            for after in 0..jobs {
                let field =
                    || format!("the set-up of machine {machine} from job {before} to job {after}");
                let setup = scan.number(0..=DURATION_MAX, field)?;
                add_up(&mut total, setup, &scan, field)?;
                line.setup.push(setup);
            }
        }
    }
    scan.end("the last block of set-up times")?;
    Ok(line)
}

#[cfg(test)]
mod tests;
