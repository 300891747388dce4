//! Plans instances in public formats and prints makespan, lower bound and time:
//! `cargo run --release -p weft-plan --example instance -- SECONDS FILE...`
//!
//! It shows the whole way with the library alone: read, search on two threads, judge. `--without PART`, such as
//! `--without relinking`, leaves a part of the search out, to see what it is good for.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]
#![expect(clippy::disallowed_methods, reason = "the shell around the planner has the clock")]

use std::error::Error;
use std::time::{Duration, Instant};

use weft_plan::formats::{detect, read, verify};
use weft_plan::{Part, Search, Status};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: f64 = arguments.next().ok_or("give seconds and files")?.parse()?;
    let mut left_out = Vec::new();
    while let Some(file) = arguments.next() {
        if file == "--without" {
            let name = arguments.next().ok_or("name a part")?;
            let part = Part::ALL.into_iter().find(|it| it.name() == name);
            left_out.push(part.ok_or("there is no such part")?);
            continue;
        }
        let begun = Instant::now();
        let text = std::fs::read_to_string(&file)?;
        let instance = read(detect(&file, &text)?, &text)?;
        let first = Search::without(&left_out, &instance.problem(), 1)?;
        let best = improve(first, begun + Duration::from_secs_f64(seconds));
        let bound = best.lower_bound().makespan.get();
        let answer = instance.answer(best.best(), bound).ok_or("something has no place")?;
        let faults = verify(&instance, &answer);
        println!(
            "{file}: makespan {}, no plan is below {bound}, {} faults, {} steps in {:.1} s",
            answer.objective,
            faults.len(),
            best.steps(),
            begun.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Two searches side by side, which tell each other what they found every second.
fn improve(mut one: Search, end: Instant) -> Search {
    let mut other = one.beside(2);
    while Instant::now() < end && one.status() == Status::Running {
        let round = end.min(Instant::now() + Duration::from_secs(1));
        let run = |search: &mut Search| {
            while Instant::now() < round
                && search.run_while(1_000, || Instant::now() < round) == Status::Running
            {
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| run(&mut one));
            scope.spawn(|| run(&mut other));
        });
        if other.status() == Status::Proved {
            return other;
        }
        if other.cost() < one.cost() {
            one.learn_from(&other);
        } else {
            other.learn_from(&one);
        }
    }
    one
}
