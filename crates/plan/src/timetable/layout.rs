//! What a timetable is laid out on: an instance that can change.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_model::{Millis, WorkingTime};

use crate::instance::Instance;
use crate::problem::{Problem, Setups};
use crate::rules::calendar::Calendar;
use crate::rules::present::Feature;

/// What a timetable knows.
const KNOWN: [Feature; 11] = [
    Feature::Breaks,
    Feature::Capacity,
    Feature::Deadlines,
    Feature::Frozen,
    Feature::Lags,
    Feature::Modes,
    Feature::Objective,
    Feature::Releases,
    Feature::SeveralNeeds,
    Feature::Setups,
    Feature::OtherWeights,
];

/// Up to so many comparisons are made to see whether setups obey the triangle inequality.
const TRIANGLES_MAX: usize = 10_000_000;

/// An instance, and beside it what the timetable asks often.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) instance: Instance,
    /// By operation its place in an order in which each stands after those before it.
    pub(crate) rank: Vec<u32>,
    /// By operation its latest end.
    pub(crate) deadline: Vec<i64>,
    /// By operation where it started in the plan that people have prepared for.
    pub(crate) previous: Vec<Option<i64>>,
    /// By operation whether it has been cancelled: it has no place, and none is missing.
    pub(crate) is_gone: Vec<bool>,
    /// How many have.
    pub(crate) gone: usize,
    /// Operations that may take no time: no row has them.
    pub(crate) instant: Vec<u32>,
    /// Whether any mode draws power.
    pub(crate) draws_power: bool,
    /// Resources that work together, once each.
    teams: Vec<Team>,
    /// By mode.
    team_of: Vec<u32>,
    known_teams: BTreeMap<Vec<u32>, u32>,
}

/// Resources that work on an operation together.
#[derive(Debug, Clone)]
struct Team {
    resources: Vec<u32>,
    modes: Vec<u32>,
    calendar: u32,
    /// Its calendar is that of no other team.
    is_own: bool,
}

impl Layout {
    /// Whether the problem has no rule that timetables do not know.
    pub(crate) fn knows(problem: &Problem, instance: &Instance) -> bool {
        let has_standby = problem.resources.iter().any(|it| !it.standby.is_empty());
        let counts_peak = problem.objective.levels.iter().any(|it| it.peak != 0);
        instance.has_only(&KNOWN) && !has_standby && !counts_peak && setups_are_plain(problem)
    }

    /// `None` when the problem has a rule that timetables do not know.
    pub(crate) fn new(problem: &Problem, instance: Instance) -> Option<Self> {
        if !Self::knows(problem, &instance) {
            return None;
        }
        let mut layout = Self {
            rank: Vec::new(),
            deadline: Vec::new(),
            previous: Vec::new(),
            is_gone: Vec::new(),
            gone: 0,
            instant: Vec::new(),
            draws_power: false,
            teams: Vec::new(),
            team_of: Vec::new(),
            known_teams: BTreeMap::new(),
            instance,
        };
        layout.add_operations(problem);
        layout.rank = vec![0; problem.operations.len()];
        for (rank, &operation) in layout.instance.topological.iter().enumerate() {
            layout.rank[operation as usize] = rank as u32;
        }
        Some(layout)
    }

    /// Whether the setups around a visit in this mode are plain too: see [`setups_are_plain`].
    pub(crate) fn is_plain_visit(&self, mode: &crate::problem::Mode) -> bool {
        mode.needs.iter().all(|&(resource, _)| {
            let Some(Some(setups)) = self.instance.setups.get(resource) else { return true };
            let states = mode.states.iter().find(|it| it.0 == resource);
            states.filter(|_| Millis::ZERO < mode.work).is_some_and(|&(_, needed, left)| {
                let states = setups.time.len();
                (needed.max(left) < states)
                    && is_metric(setups, &mut vec![(needed, left, mode.work.get())])
            })
        })
    }

    /// Takes in a job that has been added to the problem at the end of all lists.
    pub(crate) fn add_job(&mut self, problem: &Problem) {
        let first_mode = self.instance.modes.len();
        self.instance.append_job(problem);
        let known = self.rank.len();
        self.rank.resize(problem.operations.len(), 0);
        for (rank, &operation) in self.instance.topological.iter().enumerate().skip(known) {
            self.rank[operation as usize] = rank as u32;
        }
        self.add_operations(problem);
        for mode in first_mode..self.instance.modes.len() {
            self.set_calendar(problem, mode as u32);
        }
    }

    /// Takes the job out that was added last.
    pub(crate) fn remove_last_job(&mut self) {
        let (operations, modes) = self.instance.remove_last_job();
        self.rank.truncate(operations);
        self.deadline.truncate(operations);
        self.previous.truncate(operations);
        self.is_gone.truncate(operations);
        self.instant.retain(|it| (*it as usize) < operations);
        for mode in modes..self.team_of.len() {
            self.teams[self.team_of[mode] as usize].modes.pop();
        }
        self.team_of.truncate(modes);
    }

    /// Takes in that a resource works at other times.
    pub(crate) fn change_calendar(&mut self, problem: &Problem, resource: usize) {
        let index = self.instance.calendars.len() as u32;
        let calendar = Arc::new(Calendar::new(&problem.resources[resource].working));
        self.instance.calendars.push(Arc::clone(&calendar));
        self.instance.resources[resource].calendar = index;
        for team in 0..self.teams.len() {
            if !self.teams[team].resources.contains(&(resource as u32)) {
                continue;
            }
            let calendar = match self.teams[team].resources[..] {
                [_] => Arc::clone(&calendar),
                _ => Arc::new(Calendar::new(&common(problem, &self.teams[team].resources))),
            };
            let team = &mut self.teams[team];
            if team.is_own {
                self.instance.calendars[team.calendar as usize] = calendar;
                continue;
            }
            team.calendar = self.instance.calendars.len() as u32;
            team.is_own = true;
            self.instance.calendars.push(calendar);
            for &mode in &team.modes {
                self.instance.modes[mode as usize].calendar = team.calendar;
            }
        }
    }

    fn add_operations(&mut self, problem: &Problem) {
        for mode in self.team_of.len()..self.instance.modes.len() {
            let mut resources: Vec<u32> =
                self.instance.needs(mode as u32).iter().map(|it| it.0).collect();
            resources.sort_unstable();
            let known = self.known_teams.get(&resources).copied();
            let team = known.unwrap_or_else(|| {
                let team = self.teams.len() as u32;
                let calendar = self.instance.modes[mode].calendar;
                let modes = Vec::new();
                self.teams.push(Team {
                    resources: resources.clone(),
                    modes,
                    calendar,
                    is_own: false,
                });
                self.known_teams.insert(resources, team);
                team
            });
            self.teams[team as usize].modes.push(mode as u32);
            self.team_of.push(team);
            self.draws_power |= self.instance.modes[mode].watts != 0;
        }
        for (index, it) in problem.operations.iter().enumerate().skip(self.deadline.len()) {
            self.deadline.push(it.deadline.map_or(i64::MAX, weft_model::Timestamp::as_millis));
            let previous = problem.previous.get(index).copied().flatten();
            self.previous.push(previous.map(|it| it.start.as_millis()));
            self.is_gone.push(false);
            if it.modes.iter().any(|it| it.work == Millis::ZERO) {
                self.instant.push(index as u32);
            }
        }
    }

    /// Gives a mode that is new the calendar of its team.
    fn set_calendar(&mut self, problem: &Problem, mode: u32) {
        let team = &mut self.teams[self.team_of[mode as usize] as usize];
        if team.calendar == u32::MAX {
            team.calendar = self.instance.calendars.len() as u32;
            team.is_own = true;
            let working = common(problem, &team.resources);
            self.instance.calendars.push(Arc::new(Calendar::new(&working)));
        }
        self.instance.modes[mode as usize].calendar = team.calendar;
    }
}

/// When all of them work.
fn common(problem: &Problem, resources: &[u32]) -> WorkingTime {
    let mut common = WorkingTime::always();
    for resource in resources {
        common = common.intersect(&problem.resources[*resource as usize].working);
    }
    common
}

/// Whether taking an operation out never makes a setup longer, and every visit has a state and takes time.
fn setups_are_plain(problem: &Problem) -> bool {
    let mut visits: Vec<Vec<(usize, usize, i64)>> = vec![Vec::new(); problem.resources.len()];
    for it in &problem.operations {
        for mode in &it.modes {
            for &(resource, _) in &mode.needs {
                if problem.resources[resource].setups.is_none() {
                    continue;
                }
                let states = mode.states.iter().find(|it| it.0 == resource);
                let Some(&(_, needed, left)) = states.filter(|_| Millis::ZERO < mode.work) else {
                    return false;
                };
                visits[resource].push((needed, left, mode.work.get()));
            }
        }
    }
    let pairs = problem.resources.iter().zip(&mut visits);
    pairs.filter_map(|(it, visits)| Some((it, it.setups.as_ref()?, visits))).all(
        |(resource, setups, visits)| {
            let is_clean = setups.last.iter().all(|it| *it == Millis::ZERO);
            resource.capacity == 1 && !resource.is_batch && is_clean && is_metric(setups, visits)
        },
    )
}

/// Whether the way from one state to another is never longer than with a visit on the way.
fn is_metric(setups: &Setups, visits: &mut Vec<(usize, usize, i64)>) -> bool {
    let states = setups.time.len();
    visits.sort_unstable();
    // Of visits of the same states the shortest counts.
    visits.dedup_by_key(|it| (it.0, it.1));
    if TRIANGLES_MAX < states.saturating_mul(states).saturating_mul(visits.len()) {
        return false;
    }
    let time = |from: usize, to: usize| setups.time[from][to].get();
    visits.iter().all(|&(needed, left, work)| {
        (0..states).all(|from| {
            (0..states).all(|to| time(from, to) <= time(from, needed) + work + time(left, to))
        })
    })
}
