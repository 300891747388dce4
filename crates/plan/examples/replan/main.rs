//! A plan of 10,000 operations in progress, and a stream of things that happen to it: how long until there is a
//! plan again, how good it is, and how much of it is moved.
//!
//! `cargo run --release -p weft-plan --example replan -- [what...] [events=400] [sample=1] [first=20] [full=60] [between=100] [repeat=1] [seed=1]`
//!
//! `what` is `wide` (a job shop of 1000 jobs on 10 machines), `square` (100 x 100), `workshop` (flexible, with
//! calendars, people and due dates) or `promise`; without any it does all. The first plan is searched for `first`
//! seconds, and improved piece by piece for as many. Of each kind of event `sample` happen to that plan and are
//! compared with a full search of `full` seconds that begins from the repaired plan. Then `events` happen one after
//! the other, with time going on and `between` milliseconds of improvement between them. All these are times of a
//! processor. Latencies are by the clock; where other things run on the machine, each event happens to `repeat`
//! copies, of which the quickest counts.
//!
//! | what | target |
//! | --- | --- |
//! | an event, until there is a plan again | p50 2 ms, p99 20 ms |
//! | after a second of `improve` | at most 1 % worse than a full search of 60 s |
//! | moved of what has not started | at most 30 %, better 15 % |
//! | a promise, 5,000 operations | p99 20 ms, a hundred of them 200 ms |

#![expect(clippy::print_stdout, reason = "an example prints what it found")]
#![expect(clippy::disallowed_methods, reason = "the shell around the planner has the clock")]
#![expect(clippy::indexing_slicing, reason = "an example may stop")]

mod happenings;
mod numbers;
mod promises;
mod shops;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use weft_model::{Millis, Timestamp};
use weft_plan::{Cost, Event, Frozen, Live, Problem, Search, Status, check};

use happenings::{KINDS, Kind, go_on, happening};
use numbers::Numbers;
use shops::Shop;

/// What is asked for on the command line.
pub(crate) struct Options {
    what: Vec<String>,
    events: usize,
    sample: usize,
    first: f64,
    full: f64,
    seed: u64,
    repeat: usize,
    between: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let has = |what: &str| options.what.is_empty() || options.what.iter().any(|it| it == what);
    if has("wide") {
        replan(&shops::job_shop(options.seed, 1_000, 10), &options)?;
    }
    if has("square") {
        replan(&shops::job_shop(options.seed, 100, 100), &options)?;
    }
    if has("workshop") {
        replan(&shops::workshop(options.seed, 1_000), &options)?;
    }
    if has("promise") {
        promises::promise(&shops::workshop(options.seed, 500), &options)?;
        promises::promise(&shops::job_shop(options.seed, 100, 50), &options)?;
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        what: Vec::new(),
        events: 400,
        sample: 1,
        first: 20.0,
        full: 60.0,
        seed: 1,
        repeat: 1,
        between: 100,
    };
    for argument in std::env::args().skip(1) {
        match argument.split_once('=') {
            Some(("events", value)) => options.events = value.parse()?,
            Some(("sample", value)) => options.sample = value.parse()?,
            Some(("first", value)) => options.first = value.parse()?,
            Some(("full", value)) => options.full = value.parse()?,
            Some(("repeat", value)) => options.repeat = value.parse()?,
            Some(("between", value)) => options.between = value.parse()?,
            Some(("seed", value)) => options.seed = value.parse()?,
            _ => options.what.push(argument),
        }
    }
    Ok(options)
}

/// How long this process has had a processor; where the system does not say, how long it has run.
fn busy() -> Duration {
    static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let begun = BEGUN.get_or_init(Instant::now);
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|it| it.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// A plan that was searched for, of which two fifths are past.
pub(crate) fn in_progress(shop: &Shop, options: &Options) -> Result<Live, Box<dyn Error>> {
    let begun = busy();
    let mut search = Search::new(&shop.problem, options.seed, None)?;
    let first = search.cost();
    let end = begun + Duration::from_secs_f64(options.first);
    while busy() < end && search.run_while(1_000, || busy() < end) == Status::Running {}
    // Most searches make whole plans; of this size a plan is improved sooner piece by piece.
    let mut live = Live::new(shop.problem.clone(), search.best())?.with_moved_percent(100);
    live.reconsider();
    let end = busy() + Duration::from_secs_f64(options.first);
    live.improve_while(u64::MAX, || busy() < end);
    let mut problem = shop.problem.clone();
    let (plan, cost) = (live.plan(), live.cost());
    let gone = cost.makespan.get() * 2 / 5;
    problem.now = problem.now + Millis::new(gone);
    start(&mut problem, &plan);
    let live = Live::new(problem, &plan)?.with_seed(options.seed);
    let started = live.problem().operations.iter().filter(|it| it.frozen.is_some()).count();
    println!(
        "\n{}\nfirst plan after {:.1} s: {}, without the second half {}, at once {}, bound {}; \
         {started} of {} operations have started",
        shop.name,
        busy().saturating_sub(begun).as_secs_f64(),
        figure(cost),
        figure(search.cost()),
        figure(first),
        figure(search.lower_bound()),
        live.problem().operations.len(),
    );
    if live.plan() != plan {
        println!("the plan in progress is not the plan that was searched for");
    }
    Ok(live)
}

fn start(problem: &mut Problem, plan: &weft_plan::Plan) {
    for (it, slot) in problem.operations.iter_mut().zip(&plan.operations) {
        if let Some(slot) = slot.filter(|slot| slot.start < problem.now) {
            it.frozen = Some(Frozen { mode: slot.mode, start: slot.start, end: slot.end });
        }
    }
}

/// What was measured of one kind.
#[derive(Default)]
struct Measured {
    latencies: Vec<Duration>,
    /// Shares of what had not started.
    moved: Vec<f64>,
    /// How much more it costs, in per cent.
    dearer: Vec<f64>,
}

fn replan(shop: &Shop, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut live = in_progress(shop, options)?;
    let mut numbers = Numbers::new(options.seed ^ 0x6576);
    let mut measured: BTreeMap<Kind, Measured> = BTreeMap::new();
    if 0 < options.sample {
        compare(shop, &live, options)?;
    }
    let step = Millis::new(live.cost().makespan.get() / 4 / options.events.max(1) as i64);
    for index in 0..options.events {
        let now: Timestamp = live.problem().now + step;
        for event in go_on(&live, now) {
            live.apply(&event)?;
        }
        let kind = KINDS[index % KINDS.len()];
        let events = happening(kind, shop, &live, &mut numbers);
        if events.is_empty() {
            continue;
        }
        live.put_in_force();
        let before = live.cost();
        let mut quickest = Duration::MAX;
        let mut next = live.clone();
        for _ in 0..options.repeat.max(1) {
            next = live.clone();
            // So that the copy is paid for before.
            next.apply(&Event::Now(now))?;
            let begun = Instant::now();
            for event in &events {
                next.apply(event)?;
            }
            quickest = quickest.min(begun.elapsed());
        }
        live = next;
        let it = measured.entry(kind).or_default();
        it.latencies.push(quickest);
        it.dearer.push(over(live.cost(), before));
        it.moved.push(live.moved().len() as f64 / happenings::waiting(&live).len() as f64);
        let end = busy() + Duration::from_millis(options.between);
        live.improve_while(u64::MAX, || busy() < end);
        live.put_in_force();
    }
    let faults = check(&live.snapshot().problem, &live.snapshot().plan);
    println!("after {} events {} faults, {}", options.events, faults.len(), figure(live.cost()));
    print_latencies(&mut measured);
    Ok(())
}

fn print_latencies(measured: &mut BTreeMap<Kind, Measured>) {
    println!(
        "| event | count | p50 ms | p99 ms | max ms | moved p50 | moved mean | moved max | cost mean |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut all = Measured::default();
    for (kind, it) in measured.iter_mut() {
        all.latencies.extend(&it.latencies);
        all.moved.extend(&it.moved);
        all.dearer.extend(&it.dearer);
        print_row(&format!("{kind:?}"), it);
    }
    print_row("all", &mut all);
}

fn print_row(name: &str, it: &mut Measured) {
    it.latencies.sort_unstable();
    it.moved.sort_unstable_by(f64::total_cmp);
    let mean = it.moved.iter().sum::<f64>() / it.moved.len().max(1) as f64;
    println!(
        "| {name} | {} | {:.2} | {:.2} | {:.2} | {:.1} % | {:.1} % | {:.1} % | {:+.2} % |",
        it.latencies.len(),
        millis(percentile(&it.latencies, 50)),
        millis(percentile(&it.latencies, 99)),
        millis(percentile(&it.latencies, 100)),
        100.0 * it.moved.get(it.moved.len() / 2).copied().unwrap_or_default(),
        100.0 * mean,
        100.0 * it.moved.last().copied().unwrap_or_default(),
        it.dearer.iter().sum::<f64>() / it.dearer.len().max(1) as f64,
    );
}

/// Of a sorted list.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Repair, a second of improvement and a full search, for some events that happen to the plan as it is.
fn compare(shop: &Shop, live: &Live, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut numbers = Numbers::new(options.seed ^ 0x636d);
    let mut samples: Vec<(Kind, Live, Vec<Event>)> = Vec::new();
    for kind in KINDS {
        for _ in 0..options.sample {
            let events = happening(kind, shop, live, &mut numbers);
            if !events.is_empty() {
                samples.push((kind, live.clone(), events));
            }
        }
    }
    let full = options.full;
    println!(
        "| event | before | repaired | after 1 s | after {full} s of full search | 1 s over full | moved by repair | after 1 s | by full search |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (kind, mut live, events) in samples {
        let before = live.cost();
        for event in &events {
            live.apply(event)?;
        }
        let repaired = (live.cost(), live.moved().len());
        let snapshot = live.snapshot();
        let waiting = happenings::waiting(&live).len() as f64;
        let share = |moved: usize| 100.0 * moved as f64 / waiting;
        let end = busy() + Duration::from_secs(1);
        live.improve_while(u64::MAX, || busy() < end);
        let improved = (live.cost(), live.moved().len());
        let mut search = Search::new(&snapshot.problem, options.seed, Some(&snapshot.plan))?;
        let end = busy() + Duration::from_secs_f64(full);
        while busy() < end && search.run_while(1_000, || busy() < end) == Status::Running {}
        let pairs = snapshot.operations.iter().zip(&search.best().operations);
        let moved = pairs.filter(|(index, slot)| {
            live.problem().operations[**index].frozen.is_none() && live.in_force(**index) != **slot
        });
        println!(
            "| {kind:?} | {} | {} | {} | {} | {:+.2} % | {:.1} % | {:.1} % | {:.1} % |",
            figure(before),
            figure(repaired.0),
            figure(improved.0),
            figure(search.cost()),
            over(improved.0, search.cost()),
            share(repaired.1),
            share(improved.1),
            share(moved.count()),
        );
    }
    Ok(())
}

/// The objective, in hours.
pub(crate) fn figure(cost: Cost) -> String {
    let missing =
        if cost.unplaced == 0 { String::new() } else { format!(" ({} missing)", cost.unplaced) };
    format!("{:.1}{missing}", cost.levels[0] as f64 / 3_600_000.0)
}

fn over(cost: Cost, other: Cost) -> f64 {
    100.0 * (cost.levels[0] - other.levels[0]) as f64 / other.levels[0] as f64
}
