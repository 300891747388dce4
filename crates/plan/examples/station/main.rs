//! Plans a strong-acid station and prints how near it comes to what its hottest blocks allow:
//! `cargo run --release -p weft-plan --example station -- STEPS RACKS...`

#![expect(clippy::print_stdout, reason = "an example prints what it found")]
#![expect(clippy::disallowed_methods, reason = "the shell around the planner has the clock")]
#![expect(clippy::unwrap_used, reason = "an example may stop")]

mod problem;

use std::error::Error;
use std::time::Instant;

use problem::{MINUTE, acid_station, least_makespan};
use weft_plan::{Search, check};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let steps: u64 = arguments.next().ok_or("give steps and numbers of racks")?.parse()?;
    let alone = Search::new(&acid_station(1), 1, None)?.cost().makespan.get();
    for racks in arguments {
        let racks: usize = racks.parse()?;
        let problem = acid_station(racks);
        let least = least_makespan(racks, alone);
        for seed in 1..=3 {
            let begun = Instant::now();
            let mut search = Search::new(&problem, seed, None)?;
            let above = |search: &Search| {
                100.0 * (search.cost().makespan.get() as f64 / least as f64 - 1.0)
            };
            let (first, until) = (above(&search), begun.elapsed());
            search.run(steps);
            let faults = check(&problem, search.best()).len();
            println!(
                "{racks} racks, {} operations, seed {seed}: {:.1} % above {} min at once ({:.2} s), \
                 {:.1} % after {} steps ({:.2} s), {:.2} min a rack, {} unplaced, {faults} faults",
                problem.operations.len(),
                first,
                least / MINUTE,
                until.as_secs_f64(),
                above(&search),
                search.steps(),
                begun.elapsed().as_secs_f64(),
                takt(&problem, &search),
                search.unplaced().len(),
            );
        }
    }
    Ok(())
}

/// Minutes between one rack that leaves and the next, over the middle half of them.
fn takt(problem: &weft_plan::Problem, search: &Search) -> f64 {
    let mut ends: Vec<i64> = vec![i64::MIN; problem.jobs.len()];
    for (it, slot) in problem.operations.iter().zip(&search.best().operations) {
        let end = slot.map_or(i64::MIN, |slot| slot.end.as_millis());
        let last = ends.get_mut(it.job).unwrap();
        *last = end.max(*last);
    }
    ends.sort_unstable();
    let (from, to) = (ends.len() / 4, ends.len() * 3 / 4);
    let between = ends.get(to).zip(ends.get(from)).map_or(0, |(to, from)| to - from);
    between as f64 / MINUTE as f64 / (to - from).max(1) as f64
}
