//! The search against an exhaustive one and against a judge that knows the rules and not the algorithm.

use proptest::prelude::*;

use super::{Activity, ActivityMode, Lag, Placed, Project, ProjectSearch};
use crate::random::Random;

/// What a random project is made of.
#[derive(Debug, Clone, Copy)]
struct Shape {
    activities: usize,
    modes: usize,
    longest: usize,
    resources: usize,
    budgets: usize,
    lags: bool,
    releases: bool,
    frozen: bool,
    /// All times are multiples of this.
    unit: i64,
}

const SMALL: Shape = Shape {
    activities: 5,
    modes: 2,
    longest: 4,
    resources: 2,
    budgets: 1,
    lags: true,
    releases: true,
    frozen: true,
    unit: 1,
};

fn project(shape: Shape, seed: u64) -> Project {
    let mut random = Random::new(seed);
    let mut up_to = |bound: usize| random.below(bound + 1) as i64;
    let capacities: Vec<i64> = (0..shape.resources).map(|_| 2 + up_to(3)).collect();
    let budgets = vec![up_to(3 * shape.activities); shape.budgets];
    let mut project = Project { capacities, budgets, ..Project::default() };
    for index in 0..shape.activities {
        let modes: Vec<ActivityMode> = (0..=up_to(shape.modes - 1))
            .map(|_| ActivityMode {
                duration: up_to(shape.longest) * shape.unit,
                renewable: (0..shape.resources)
                    .map(|resource| (resource, up_to(project.capacities[resource] as usize)))
                    .collect(),
                non_renewable: (0..shape.budgets).map(|budget| (budget, up_to(4))).collect(),
            })
            .collect();
        let release = if shape.releases { up_to(4) * shape.unit } else { 0 };
        let frozen = (shape.frozen && up_to(4) == 0).then(|| Placed {
            mode: up_to(modes.len() - 1) as usize,
            start: (up_to(4) - 2) * shape.unit,
        });
        project.activities.push(Activity { modes, release, frozen });
        for before in 0..index {
            if up_to(2) == 0 {
                let time = if shape.lags { up_to(2) * shape.unit } else { 0 };
                // The later number first, so that numbers are no topological order.
                let (before, after) = (shape.activities - 1 - before, shape.activities - 1 - index);
                project.precedences.push(Lag { before, after, time });
            }
        }
    }
    project
}

fn end(project: &Project, plan: &[Placed], index: usize) -> i64 {
    plan[index].start + project.activities[index].modes[plan[index].mode].duration
}

fn makespan(project: &Project, plan: &[Placed]) -> i64 {
    (0..plan.len()).map(|index| end(project, plan, index)).max().unwrap_or(0).max(0)
}

fn budget_left(project: &Project, modes: &[usize], budget: usize) -> i64 {
    let used = project.activities.iter().zip(modes).flat_map(|(activity, &mode)| {
        activity.modes[mode].non_renewable.iter().filter(move |uses| uses.0 == budget)
    });
    project.budgets[budget] - used.map(|uses| uses.1).sum::<i64>()
}

/// The units in use at a time, of what is frozen and of what is not.
fn in_use(project: &Project, plan: &[Placed], resource: usize, time: i64) -> (i64, i64) {
    let mut units = (0, 0);
    for (index, activity) in project.activities.iter().enumerate() {
        if plan[index].start <= time && time < end(project, plan, index) {
            let needs = &activity.modes[plan[index].mode].renewable;
            let all: i64 = needs.iter().filter(|need| need.0 == resource).map(|need| need.1).sum();
            *(if activity.frozen.is_some() { &mut units.0 } else { &mut units.1 }) += all;
        }
    }
    units
}

/// Everything that is wrong with a plan.
fn faults(project: &Project, plan: &[Placed]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, activity) in project.activities.iter().enumerate() {
        match activity.frozen {
            Some(frozen) if frozen != plan[index] => faults.push(format!("{index} moved")),
            None if plan[index].start < activity.release.max(0) => {
                faults.push(format!("{index} starts before its release"));
            }
            _ => {}
        }
    }
    for lag in &project.precedences {
        let is_late = plan[lag.after].start < end(project, plan, lag.before) + lag.time;
        if is_late && project.activities[lag.after].frozen.is_none() {
            faults.push(format!("{} does not wait for {}", lag.after, lag.before));
        }
    }
    for (resource, &capacity) in project.capacities.iter().enumerate() {
        for time in plan.iter().map(|placed| placed.start) {
            let (frozen, others) = in_use(project, plan, resource, time);
            if 0 < others && capacity < frozen + others {
                faults.push(format!("resource {resource} is overloaded at {time}"));
            }
        }
    }
    let modes: Vec<usize> = plan.iter().map(|placed| placed.mode).collect();
    for budget in 0..project.budgets.len() {
        if budget_left(project, &modes, budget) < 0 {
            faults.push(format!("budget {budget} is overdrawn"));
        }
    }
    faults
}

/// The shortest makespan: every choice of modes, every order, each activity at its first place.
fn optimum(project: &Project) -> Option<i64> {
    let count = project.activities.len();
    let nowhere = Placed { mode: 0, start: i64::MAX / 2 };
    let mut best = None;
    let mut modes = vec![0; count];
    'modes: loop {
        let is_fixed = project
            .activities
            .iter()
            .zip(&modes)
            .all(|(activity, &mode)| activity.frozen.is_none_or(|frozen| frozen.mode == mode));
        let is_kept =
            (0..project.budgets.len()).all(|budget| 0 <= budget_left(project, &modes, budget));
        if is_fixed && is_kept {
            let plan: Vec<Placed> = (0..count)
                .map(|index| {
                    let placed = Placed { mode: modes[index], ..nowhere };
                    project.activities[index].frozen.unwrap_or(placed)
                })
                .collect();
            let open = (0..count).filter(|&index| project.activities[index].frozen.is_none());
            extend(project, &plan, &open.collect::<Vec<_>>(), &mut best);
        }
        for (mode, activity) in modes.iter_mut().zip(&project.activities) {
            *mode += 1;
            if *mode < activity.modes.len() {
                continue 'modes;
            }
            *mode = 0;
        }
        return best;
    }
}

fn extend(project: &Project, plan: &[Placed], open: &[usize], best: &mut Option<i64>) {
    if open.is_empty() {
        let makespan = makespan(project, plan);
        *best = Some(best.map_or(makespan, |best| best.min(makespan)));
        return;
    }
    for &index in open {
        let waits = project.precedences.iter().filter(|lag| lag.after == index);
        if waits.clone().any(|lag| open.contains(&lag.before)) {
            continue;
        }
        let mut start = project.activities[index].release.max(0);
        for lag in waits {
            start = start.max(end(project, plan, lag.before) + lag.time);
        }
        let mode = &project.activities[index].modes[plan[index].mode];
        while !(start..start + mode.duration).all(|time| {
            mode.renewable.iter().all(|&(resource, units)| {
                let (frozen, others) = in_use(project, plan, resource, time);
                units == 0 || frozen + others + units <= project.capacities[resource]
            })
        }) {
            start += 1;
        }
        let mut next = plan.to_vec();
        next[index].start = start;
        let rest: Vec<usize> = open.iter().copied().filter(|&other| other != index).collect();
        extend(project, &next, &rest, best);
    }
}

fn solved(project: &Project, steps: u64) -> ProjectSearch {
    let mut search = ProjectSearch::new(project.clone(), 1);
    search.run(steps);
    search
}

#[test]
fn tiny_projects_are_solved_and_the_bound_lies_below() {
    let (mut with, mut without) = (0, 0);
    for seed in 0..400 {
        let activities = 3 + (seed % 4) as usize;
        let project = project(Shape { activities, ..SMALL }, seed);
        let optimum = optimum(&project);
        let search = solved(&project, 4000);
        assert_eq!(search.makespan(), optimum, "seed {seed}: {project:?}");
        match optimum {
            Some(optimum) => {
                with += 1;
                assert!(search.lower_bound() <= optimum, "seed {seed}: {project:?}");
            }
            None => without += 1,
        }
    }
    assert!(100 < with && 20 < without, "{with} with, {without} without a solution");
}

proptest! {
    #[test]
    fn every_schedule_keeps_the_rules(
        seed in 0_u64..1 << 32,
        activities in 1_usize..40,
        modes in 1_usize..4,
        resources in 0_usize..12,
        budgets in 0_usize..3,
        longest in 0_usize..9,
        unit in prop_oneof![Just(1_i64), Just(60_000), Just(100_003)],
        lags: bool,
        releases: bool,
        frozen: bool,
    ) {
        let shape = Shape {
            activities, modes, longest, resources, budgets, lags, releases, frozen, unit,
        };
        let mut project = project(shape, seed);
        if 1 < unit && let Some(mode) = project.activities[0].modes.first_mut() {
            // Nothing divides all times: the horizon is long.
            mode.duration += 1;
        }
        let search = solved(&project, 150);
        if let Some(found) = search.makespan() {
            prop_assert_eq!(faults(&project, search.best()), Vec::<String>::new());
            prop_assert_eq!(found, makespan(&project, search.best()));
            prop_assert!(search.lower_bound() <= found);
        } else {
            prop_assert!(search.best().is_empty());
        }
    }
}

#[test]
fn slices_do_not_matter() {
    for modes in [1, 3] {
        let shape = Shape { activities: 30, modes, frozen: false, budgets: 0, ..SMALL };
        let project = project(shape, 5);
        let mut sliced = ProjectSearch::new(project.clone(), 1);
        for slice in [1, 0, 7, 50, 3, 939] {
            sliced.run(slice);
        }
        assert_eq!(sliced.best(), solved(&project, 1000).best());
    }
}

#[test]
fn what_is_offered_is_taken_in() {
    let shape = Shape { activities: 40, frozen: false, budgets: 0, ..SMALL };
    let project = project(shape, 3);
    let good = solved(&project, 20_000);
    let mut other = ProjectSearch::new(project.clone(), 2);
    other.offer(good.best());
    assert!(other.makespan() <= good.makespan());
    // What is no schedule of this project changes nothing.
    other.offer(&[]);
    other.offer(&vec![Placed { mode: 9, start: -5 }; 40]);
    other.offer(&vec![Placed { mode: 0, start: i64::MIN }; 40]);
    other.run(100);
    assert_eq!(faults(&project, other.best()), Vec::<String>::new());
}

#[test]
fn without_modes_within_the_budgets_there_is_nothing() {
    let mut project = project(Shape { frozen: false, ..SMALL }, 1);
    project.budgets = vec![2];
    for activity in &mut project.activities {
        for mode in &mut activity.modes {
            mode.non_renewable = vec![(0, 1)];
        }
    }
    let mut search = solved(&project, 1000);
    assert_eq!(search.makespan(), None);
    assert_eq!(search.best(), &[]);
    search.offer(&[Placed { mode: 0, start: 0 }; 5]);
    assert_eq!(search.makespan(), None);
    // More than there is of a renewable resource.
    project.budgets = vec![100];
    project.activities[0].modes =
        vec![ActivityMode { duration: 1, renewable: vec![(0, 99)], non_renewable: vec![] }];
    assert_eq!(solved(&project, 1000).makespan(), None);
}

#[test]
fn nothing_to_do_takes_no_time() {
    let search = solved(&Project::default(), 10);
    assert_eq!((search.makespan(), search.lower_bound()), (Some(0), 0));
    let only_frozen = Activity {
        modes: vec![ActivityMode { duration: 7, ..ActivityMode::default() }],
        release: 0,
        frozen: Some(Placed { mode: 0, start: -3 }),
    };
    let project = Project { activities: vec![only_frozen], ..Project::default() };
    let search = solved(&project, 10);
    assert_eq!((search.makespan(), search.lower_bound()), (Some(4), 4));
}

#[test]
fn ten_thousand_activities_are_placed_at_once() {
    let mut random = Random::new(1);
    let mut project = Project { capacities: vec![4; 3], ..Project::default() };
    for index in 0..10_000 {
        let renewable = (0..3).map(|resource| (resource, random.below(4) as i64)).collect();
        let duration = 1000 + random.below(600_000) as i64;
        project.activities.push(Activity {
            modes: vec![ActivityMode { duration, renewable, non_renewable: vec![] }],
            ..Activity::default()
        });
        if 100 <= index {
            let before = index - 1 - random.below(99);
            project.precedences.push(Lag { before, after: index, time: 0 });
        }
    }
    let search = solved(&project, 3);
    let found = search.makespan().unwrap();
    assert!(search.lower_bound() <= found && found < 2 * search.lower_bound());
}
