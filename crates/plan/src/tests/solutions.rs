//! Two solutions that nobody would plan with the same engine: a strong-acid station and an arbitration hearing.
//! Both are problems like any other.

use weft_model::{Interval, Millis, Timestamp, WorkingTime};

use super::small::at;
use crate::problem::{
    Job, Mode, Objective, Operation, Point, Precedence, Problem, Resource, Weights,
};
use crate::{Search, check, checker};
use station::{MINUTE, acid_station, least_makespan};

#[path = "../../examples/station/problem.rs"]
mod station;

const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[test]
fn the_strong_acid_station_is_planned_without_breaking_a_window() {
    let racks = 12;
    let problem = acid_station(racks);
    let mut search = Search::new(&problem, 1, None).unwrap();
    search.run(150);
    assert_eq!(check(&problem, search.best()), []);
    assert_eq!(search.cost(), checker::cost(&problem, search.best()));
    assert_eq!(search.unplaced(), []);
    // One rack after the other would take 5 hours each; four places at 185 °C take 38.25 minutes a rack.
    let alone = Search::new(&acid_station(1), 1, None).unwrap().cost().makespan.get();
    let bottleneck = least_makespan(racks, alone);
    let makespan = search.cost().makespan.get();
    assert!(search.lower_bound().makespan.get() <= makespan);
    assert!(makespan < bottleneck * 5 / 4, "{} h of {} h", makespan / HOUR, bottleneck / HOUR);
}

/// Working hours from Monday to Friday in a time zone this many hours east of Greenwich; day 0 is a Monday.
fn office(from: i64, to: i64, zone: i64, days_off: &[i64]) -> WorkingTime {
    let days = (0..200).filter(|day| day % 7 < 5 && !days_off.contains(day));
    let hours = days.map(|day| Interval {
        start: at(day * DAY + (from - zone) * HOUR),
        end: at(day * DAY + (to - zone) * HOUR),
    });
    WorkingTime::new(hours.collect())
}

/// Cases with a notice, a hearing of three arbitrators, both parties and a recorder in a room or by video, a
/// draft and its scrutiny; the award is due three months after the tribunal was formed.
fn arbitration(cases: usize) -> Problem {
    let mut problem = Problem {
        objective: Objective::weighted(Weights { tardiness: 10, flow_time: 1, ..Weights::none() }),
        ..Problem::default()
    };
    let mut add = |working: WorkingTime, capacity: u32| {
        problem.resources.push(Resource { capacity, working, ..Resource::default() });
        problem.resources.len() - 1
    };
    // Two rooms, three video links, two recorders, two reviewers, six arbitrators in three time zones.
    let day = || office(9, 17, 8, &[30, 31, 32, 33, 34]);
    let (room, video, recorder, reviewer) =
        (add(day(), 2), add(day(), 3), add(day(), 2), add(day(), 2));
    let arbitrators: Vec<usize> = (0..6)
        .map(|it| add(office(8, 18, [8, 8, 7, 4, 8, 9][it], &[it as i64 * 3, 20 + it as i64]), 1))
        .collect();
    let parties: Vec<usize> =
        (0..2 * cases).map(|it| add(office(9, 18, 8, &[18 + it as i64 % 5]), 1)).collect();
    for case in 0..cases {
        let formed = case as i64 * DAY;
        problem.jobs.push(Job {
            release: at(formed),
            due: Some(at(formed + 60 * DAY)),
            weight: 1 + case as u32 % 3,
        });
        let first = problem.operations.len();
        let tribunal = [case % 6, (case + 2) % 6, (case * 3 + 1) % 6];
        let mut tribunal: Vec<usize> = tribunal.iter().map(|it| arbitrators[*it]).collect();
        tribunal.sort_unstable();
        tribunal.dedup();
        let hearing = |place: usize| {
            let mut needs: Vec<(usize, u32)> = vec![(place, 1), (recorder, 1)];
            needs.extend(tribunal.iter().map(|it| (*it, 1)));
            needs.extend(parties[2 * case..2 * case + 2].iter().map(|it| (*it, 1)));
            Mode { needs, work: Millis::new(3 * HOUR), ..Mode::default() }
        };
        let alone = |who: usize, hours: i64| {
            let work = Millis::new(hours * HOUR);
            vec![Mode { needs: vec![(who, 1)], work, ..Mode::default() }]
        };
        let deadline = Some(at(formed + 90 * DAY));
        let mut add = |modes: Vec<Mode>, spans_breaks: bool| {
            let one =
                Operation { job: case, modes, spans_breaks, deadline, ..Operation::default() };
            problem.operations.push(one);
        };
        add(vec![Mode { work: Millis::new(HOUR), ..Mode::default() }], true);
        add(vec![hearing(room), hearing(video)], false);
        add(alone(tribunal[0], 20), true);
        add(alone(reviewer, 6), true);
        // Fifteen days of notice, and a draft within thirty days of the hearing.
        let notice = Precedence::with_lag(first, first + 1, Millis::new(15 * DAY));
        problem.precedences.push(notice);
        problem.precedences.push(Precedence {
            to: Point::End,
            max_lag: Some(Millis::new(30 * DAY)),
            ..Precedence::new(first + 1, first + 2)
        });
        problem.precedences.push(Precedence::new(first + 2, first + 3));
    }
    problem
}

#[test]
fn arbitration_hearings_find_a_time_that_all_have() {
    let problem = arbitration(20);
    let mut search = Search::new(&problem, 1, None).unwrap();
    let first = search.cost();
    search.run(300);
    assert_eq!(check(&problem, search.best()), []);
    assert_eq!(search.cost(), checker::cost(&problem, search.best()));
    assert_eq!(search.unplaced(), []);
    assert!(search.cost() <= first);
    let last = search.best().operations.iter().flatten().map(|it| it.end).max();
    assert!(last < Some(Timestamp::from_millis(110 * DAY)), "{last:?}");
}
