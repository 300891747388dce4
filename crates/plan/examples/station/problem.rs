//! A strong-acid station: racks of samples pass its stages, a gantry carries them, and no acid may act too long.

use weft_model::Millis;
use weft_plan::{
    Instant, Job, Mode, Objective, Operation, Point, Precedence, Problem, Resource, Setups,
};

const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// One stage of the digestion of a rack: its station, how long it stays there at least and at most.
struct Stage {
    station: &'static str,
    dwell: (i64, i64),
}

/// A station: places, where it stands on the axis of the gantry, and its recovery before the next rack.
struct Station {
    name: &'static str,
    places: usize,
    pitch: i64,
    recovery: i64,
}

const STATIONS: [Station; 10] = [
    Station { name: "IN", places: 4, pitch: 0, recovery: 0 },
    Station { name: "R", places: 2, pitch: 1, recovery: 0 },
    Station { name: "D", places: 1, pitch: 2, recovery: 45 * SECOND },
    Station { name: "A", places: 2, pitch: 3, recovery: 2 * MINUTE },
    Station { name: "C", places: 1, pitch: 4, recovery: 2 * MINUTE },
    Station { name: "B", places: 4, pitch: 5, recovery: 3 * MINUTE },
    Station { name: "K1", places: 2, pitch: 6, recovery: 0 },
    Station { name: "K2", places: 1, pitch: 6, recovery: 0 },
    Station { name: "M", places: 1, pitch: 7, recovery: 30 * SECOND },
    Station { name: "OUT", places: 4, pitch: 8, recovery: 0 },
];

fn stages() -> Vec<Stage> {
    let stage =
        |station, least: i64, most: i64| Stage { station, dwell: (least * MINUTE, most * MINUTE) };
    vec![
        stage("IN", 0, 100_000),
        stage("D", 6, 8),
        stage("R", 15, 30),
        stage("D", 4, 5),
        stage("A", 45, 60),
        stage("B", 150, 165),
        stage("K1", 10, 60),
        stage("D", 4, 6),
        stage("C", 20, 35),
        stage("K2", 10, 60),
        stage("D", 6, 12),
        stage("M", 5, 30),
        stage("OUT", 0, 100_000),
    ]
}

/// Racks pass the stages of the station; a gantry carries them, travels empty to the next, and every rack
/// keeps its place until it is picked up.
pub(crate) fn acid_station(racks: usize) -> Problem {
    let mut problem = Problem { objective: Objective::makespan(), ..Problem::default() };
    // The gantry's states are places on its axis.
    let pitches: Vec<i64> = (0..=8).collect();
    let travel = |from: i64, to: i64| match (from - to).abs() {
        0 => Millis::ZERO,
        pitch => Millis::new(pitch * 2_500 + 5 * SECOND),
    };
    let row = |from: &i64| pitches.iter().map(|to| travel(*from, *to)).collect();
    let time = pitches.iter().map(row).collect();
    let setups = Setups { time, initial: Some(0), ..Setups::default() };
    problem.resources.push(Resource { capacity: 1, setups: Some(setups), ..Resource::default() });
    let mut places = Vec::new();
    for station in &STATIONS {
        let first = problem.resources.len();
        for _ in 0..station.places {
            let recovery = vec![vec![Millis::new(station.recovery)]];
            let setups = Setups { time: recovery, ..Setups::default() };
            let setups = Some(setups);
            problem.resources.push(Resource { capacity: 1, setups, ..Resource::default() });
        }
        places.push((station, first..problem.resources.len()));
    }
    let station = |name: &str| places.iter().find(|it| it.0.name == name).unwrap();
    for rack in 0..racks {
        problem.jobs.push(Job { weight: 1, ..Job::default() });
        let mut carried: Option<usize> = None;
        let stages = stages();
        for (index, stage) in stages.iter().enumerate() {
            let (here, slots) = station(stage.station);
            let (least, most) = stage.dwell;
            let mode = |resource: usize| Mode {
                needs: vec![(resource, 1)],
                work: Millis::new(least),
                states: vec![(resource, 0, 0)],
                ..Mode::default()
            };
            let dwell = problem.operations.len();
            let modes = slots.clone().map(mode).collect();
            problem.operations.push(Operation { job: rack, modes, ..Operation::default() });
            if let Some(carried) = carried {
                problem.precedences.push(Precedence {
                    max_lag: Some(Millis::ZERO),
                    ..Precedence::new(carried, dwell)
                });
            }
            let Some(next) = stages.get(index + 1) else { continue };
            let (there, _) = station(next.station);
            let loaded = 40 * SECOND + (here.pitch - there.pitch).abs() * 5 * SECOND;
            let carry = problem.operations.len();
            let mode = Mode {
                needs: vec![(0, 1)],
                work: Millis::new(loaded),
                states: vec![(0, here.pitch as usize, there.pitch as usize)],
                ..Mode::default()
            };
            if let Some(dwell) = problem.operations.get_mut(dwell) {
                dwell.holds_until = Some(Instant { operation: carry, point: Point::Start });
            }
            problem.operations.push(Operation {
                job: rack,
                modes: vec![mode],
                ..Operation::default()
            });
            problem.precedences.push(Precedence::new(dwell, carry));
            problem.precedences.push(Precedence {
                from: Point::Start,
                min_lag: Millis::ZERO,
                max_lag: Some(Millis::new(most)),
                ..Precedence::new(dwell, carry)
            });
            carried = Some(carry);
        }
    }
    problem
}

/// No plan in which four racks stand at 185 °C at a time takes less: what one rack takes by itself (`alone`), and
/// three minutes of recovery after each of the others.
pub(crate) fn least_makespan(racks: usize, alone: i64) -> i64 {
    alone + (racks as i64 - 4).max(0) * 153 * MINUTE / 4
}
