//! Several searches of one problem side by side, a thread each, that tell each other what they found.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use weft_plan::{Search, Status};

use crate::output::{note, progress};

/// Searches tell each other so often at least, and at most.
const ROUND: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));
/// The same when steps are counted: so many rounds.
const STEP_ROUNDS: u64 = 20;
/// Steps between two looks at the clock, at first; a slice then takes about [`SLICE`].
const FIRST_SLICE: u64 = 16;
const SLICE: Duration = Duration::from_millis(5);

/// How long to search.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// Until this instant.
    Until(Instant),
    /// So many steps of each search: the same seed and number of threads give the same plan.
    Steps(u64),
}

/// Improves until the limit is reached, nothing better exists, or someone presses Ctrl-C. Returns the search
/// with the best plan. `describe` says how good a plan is, for the one who waits.
pub(crate) fn improve(
    first: Search,
    threads: usize,
    seed: u64,
    limit: Limit,
    interrupted: &AtomicBool,
    describe: impl Fn(&Search) -> String,
) -> Search {
    let begun = Instant::now();
    let total = match limit {
        Limit::Until(end) => end.saturating_duration_since(begun).as_millis() as u64,
        Limit::Steps(steps) => steps,
    };
    let bar = progress(total.max(1));
    let mut crew = vec![first];
    if 0 < total && crew.iter().all(|it| it.status() == Status::Running) {
        for index in 1..threads as u64 {
            let seed = seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let other = crew.first().map(|first| first.beside(seed));
            crew.extend(other);
        }
    }
    let mut best = 0;
    let mut steps_left = total;
    while crew.get(best).is_some_and(|it| it.status() == Status::Running)
        && !interrupted.load(Ordering::Relaxed)
    {
        let round = match limit {
            Limit::Until(end) => {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                Round::Until(Instant::now() + left.min((left / 8).clamp(ROUND.0, ROUND.1)))
            }
            Limit::Steps(steps) => {
                let now = (steps / STEP_ROUNDS).max(1).min(steps_left);
                if now == 0 {
                    break;
                }
                steps_left -= now;
                Round::Steps(now)
            }
        };
        std::thread::scope(|scope| {
            for search in &mut crew {
                scope.spawn(|| run(search, round, interrupted));
            }
        });
        best = share(&mut crew);
        let Some(search) = crew.get(best) else { break };
        bar.set_position(match limit {
            Limit::Until(_) => begun.elapsed().as_millis() as u64,
            Limit::Steps(_) => total - steps_left,
        });
        bar.set_message(describe(search));
    }
    bar.finish_and_clear();
    if interrupted.load(Ordering::Relaxed) {
        note("interrupted: this is the best plan so far");
    }
    crew.swap_remove(best)
}

/// One round of one search.
#[derive(Debug, Clone, Copy)]
enum Round {
    Until(Instant),
    Steps(u64),
}

fn run(search: &mut Search, round: Round, interrupted: &AtomicBool) {
    match round {
        Round::Steps(steps) => {
            search.run_while(steps, || !interrupted.load(Ordering::Relaxed));
        }
        Round::Until(end) => {
            let go_on = || Instant::now() < end && !interrupted.load(Ordering::Relaxed);
            let mut slice = FIRST_SLICE;
            while go_on() {
                let begun = Instant::now();
                if search.run_while(slice, go_on) == Status::Proved {
                    break;
                }
                let took = begun.elapsed().max(Duration::from_micros(1));
                let scale = SLICE.as_secs_f64() / took.as_secs_f64();
                slice = ((slice as f64 * scale.clamp(0.25, 4.0)) as u64).max(1);
            }
        }
    }
}

/// All learn from the best, of equals from one that has a proof; returns its index.
fn share(crew: &mut [Search]) -> usize {
    let costs = crew.iter().map(|it| (it.cost(), it.status() == Status::Running)).enumerate();
    let best = costs.min_by_key(|it| it.1).map_or(0, |it| it.0);
    let (before, rest) = crew.split_at_mut(best);
    if let Some((teacher, after)) = rest.split_first_mut() {
        for pupil in before.iter_mut().chain(after) {
            if teacher.cost() < pupil.cost() {
                pupil.learn_from(teacher);
            }
        }
    }
    best
}
