//! A project laid out for the search: what is frozen has become capacity, releases and budgets, the rest is
//! numbered so that every activity comes after those before it, and times are counted in the largest unit
//! that divides them all.

#![expect(clippy::indexing_slicing, reason = "indices are made here or checked here")]

use super::{Placed, Project};
use crate::divisor::common_divisor;

/// A project without what is frozen.
#[derive(Debug)]
pub(crate) struct Instance {
    /// Earliest start of each activity.
    pub(crate) release: Vec<i64>,
    /// For each activity, where its modes begin in `modes`; one entry more than activities.
    pub(crate) first_mode: Vec<u32>,
    pub(crate) modes: Vec<Mode>,
    /// Of the modes, side by side.
    pub(crate) durations: Vec<i64>,
    pub(crate) before: Arcs,
    pub(crate) after: Arcs,
    pub(crate) capacities: Vec<i64>,
    /// What is frozen holds this: resource, units, from, until.
    pub(crate) held: Vec<(usize, i64, i64, i64)>,
    /// What is left of the budgets; negative when what is frozen has used more.
    pub(crate) budgets: Vec<i64>,
    /// The last end of what is frozen, at least 0.
    pub(crate) floor: i64,
    /// No list becomes a schedule that ends later.
    pub(crate) horizon: i64,
    /// Whether some activity can never be placed: every mode asks for more than there is.
    pub(crate) is_hopeless: bool,
    /// Whether some activity has more than one mode.
    pub(crate) is_multi_mode: bool,
    /// The unit of time, in units of the project.
    unit: i64,
    /// For each activity its index in the project.
    original: Vec<u32>,
    /// For each activity of the project, where it stands when frozen.
    frozen: Vec<Option<Placed>>,
}

/// One way to do an activity.
#[derive(Debug, Clone)]
pub(crate) struct Mode {
    pub(crate) duration: i64,
    /// Resource and units, without those of which none are asked.
    pub(crate) needs: Vec<(usize, i64)>,
    /// Units of each budget.
    pub(crate) uses: Vec<i64>,
    /// Index into the modes the activity has in the project.
    pub(crate) original: usize,
}

/// Neighbours of each activity in the precedence graph with the lags to them.
#[derive(Debug, Default)]
pub(crate) struct Arcs {
    first: Vec<u32>,
    arcs: Vec<(u32, i64)>,
}

impl Arcs {
    fn new(activities: usize, mut list: Vec<(u32, u32, i64)>) -> Self {
        list.sort_unstable();
        let mut first = vec![0; activities + 1];
        for &(from, _, _) in &list {
            first[from as usize + 1] += 1;
        }
        for index in 0..activities {
            first[index + 1] += first[index];
        }
        Self { first, arcs: list.into_iter().map(|(_, to, lag)| (to, lag)).collect() }
    }

    #[inline]
    pub(crate) fn of(&self, activity: usize) -> &[(u32, i64)] {
        &self.arcs[self.first[activity] as usize..self.first[activity + 1] as usize]
    }
}

impl Instance {
    pub(crate) fn new(project: Project) -> Self {
        let unit = unit(&project);
        let count = project.activities.len();
        let frozen: Vec<Option<Placed>> =
            project.activities.iter().map(|activity| activity.frozen).collect();
        let end = |index: usize| {
            frozen[index].map(|placed| {
                let modes = &project.activities[index].modes;
                placed.start + modes.get(placed.mode).map_or(0, |mode| mode.duration)
            })
        };

        let mut release: Vec<i64> =
            project.activities.iter().map(|activity| activity.release.max(0) / unit).collect();
        let mut lags = Vec::new();
        for lag in &project.precedences {
            match (end(lag.before), frozen[lag.after]) {
                (_, Some(_)) => {}
                (Some(end), None) => {
                    release[lag.after] = release[lag.after].max((end + lag.time) / unit);
                }
                (None, None) => lags.push((lag.before, lag.after, lag.time / unit)),
            }
        }
        let original = topological(&frozen, &lags);
        let mut number = vec![u32::MAX; count];
        for (index, &activity) in original.iter().enumerate() {
            number[activity as usize] = index as u32;
        }

        let mut held = Vec::new();
        let mut budgets = project.budgets.clone();
        let mut floor = 0;
        for (activity, placed) in project.activities.iter().zip(&frozen) {
            let Some((placed, mode)) =
                placed.and_then(|placed| Some((placed, activity.modes.get(placed.mode)?)))
            else {
                continue;
            };
            let (from, until) = (placed.start / unit, (placed.start + mode.duration) / unit);
            floor = floor.max(until);
            held.extend(
                mode.renewable
                    .iter()
                    .map(|&(resource, units)| (resource, units, from.max(0), until.max(0))),
            );
            for &(resource, units) in &mode.non_renewable {
                budgets[resource] -= units;
            }
        }

        let mut modes = Vec::new();
        let mut first_mode = vec![0];
        let mut is_hopeless = budgets.iter().any(|&budget| budget < 0);
        for &activity in &original {
            let before = modes.len();
            for (index, mode) in project.activities[activity as usize].modes.iter().enumerate() {
                let mut uses = vec![0; budgets.len()];
                for &(resource, units) in &mode.non_renewable {
                    uses[resource] += units;
                }
                let needs: Vec<(usize, i64)> =
                    mode.renewable.iter().copied().filter(|&(_, units)| 0 < units).collect();
                let fits = needs.iter().all(|&(resource, units)| {
                    units <= project.capacities[resource] || mode.duration == 0
                }) && uses.iter().zip(&budgets).all(|(uses, budget)| uses <= budget);
                if fits {
                    let duration = mode.duration / unit;
                    modes.push(Mode { duration, needs, uses, original: index });
                }
            }
            is_hopeless |= before == modes.len();
            first_mode.push(modes.len() as u32);
        }
        let is_multi_mode = first_mode.windows(2).any(|pair| pair[0] + 1 < pair[1]);

        let release: Vec<i64> =
            original.iter().map(|&activity| release[activity as usize]).collect();
        let arcs = |turned: bool| {
            let list = lags.iter().map(|&(before, after, lag)| {
                let (before, after) = (number[before], number[after]);
                if turned { (after, before, lag) } else { (before, after, lag) }
            });
            Arcs::new(original.len(), list.collect())
        };
        let mut instance = Self {
            after: arcs(false),
            before: arcs(true),
            release,
            first_mode,
            durations: modes.iter().map(|mode: &Mode| mode.duration).collect(),
            modes,
            capacities: project.capacities,
            held,
            budgets,
            floor,
            horizon: 0,
            is_hopeless,
            is_multi_mode,
            unit,
            original,
            frozen,
        };
        // Justification begins at the makespan, and that is never before the last end of what is frozen.
        instance.horizon = instance.latest_end().max(floor);
        instance
    }

    /// How many activities there are.
    pub(crate) fn len(&self) -> usize {
        self.release.len()
    }

    /// The modes of an activity, as indices into `modes`.
    #[inline]
    pub(crate) fn modes_of(&self, activity: usize) -> std::ops::Range<u32> {
        self.first_mode[activity]..self.first_mode[activity + 1]
    }

    /// The schedule in the words of the project.
    pub(crate) fn original(&self, modes: &[u32], starts: &[i64]) -> Vec<Placed> {
        let nowhere = Placed { mode: 0, start: 0 };
        let mut placed: Vec<Placed> =
            self.frozen.iter().map(|frozen| frozen.unwrap_or(nowhere)).collect();
        for ((&activity, &mode), &start) in self.original.iter().zip(modes).zip(starts) {
            placed[activity as usize] =
                Placed { mode: self.modes[mode as usize].original, start: start * self.unit };
        }
        placed
    }

    /// Modes and starts of a schedule in the words of the project; `None` when it is none.
    pub(crate) fn taken_over(&self, placed: &[Placed]) -> Option<(Vec<u32>, Vec<i64>)> {
        if placed.len() != self.frozen.len() {
            return None;
        }
        let mut modes = Vec::with_capacity(self.len());
        let mut starts = Vec::with_capacity(self.len());
        for (activity, &original) in self.original.iter().enumerate() {
            let placed = placed[original as usize];
            let mode = self
                .modes_of(activity)
                .find(|&mode| self.modes[mode as usize].original == placed.mode)?;
            modes.push(mode);
            starts.push(placed.start / self.unit);
        }
        let waits = |activity: usize| {
            let start = starts[activity];
            (0..=self.horizon).contains(&start)
                && self.before.of(activity).iter().all(|&(before, _)| {
                    let before = before as usize;
                    starts[before] + self.durations[modes[before] as usize] <= start
                })
        };
        (0..self.len()).all(waits).then_some((modes, starts))
    }

    /// A time in units of the project.
    pub(crate) fn original_time(&self, time: i64) -> i64 {
        time * self.unit
    }

    fn latest_end(&self) -> i64 {
        let held = self.held.iter().map(|held| held.3).max().unwrap_or(0);
        let released = self.release.iter().copied().max().unwrap_or(0);
        let all: i64 = (0..self.len())
            .map(|activity| {
                let longest =
                    self.modes_of(activity).map(|mode| self.modes[mode as usize].duration);
                let lag = self.before.of(activity).iter().map(|arc| arc.1).max().unwrap_or(0);
                longest.max().unwrap_or(0) + lag
            })
            .sum();
        held.max(released) + all
    }
}

/// The largest unit of time that divides everything.
fn unit(project: &Project) -> i64 {
    let mut unit = 0;
    for activity in &project.activities {
        unit = common_divisor(unit, activity.release.max(0));
        unit = common_divisor(unit, activity.frozen.map_or(0, |placed| placed.start.abs()));
        for mode in &activity.modes {
            unit = common_divisor(unit, mode.duration);
        }
    }
    for lag in &project.precedences {
        unit = common_divisor(unit, lag.time);
    }
    unit.max(1)
}

/// Activities that are not frozen, each after those before it, else in the order they have.
fn topological(frozen: &[Option<Placed>], lags: &[(usize, usize, i64)]) -> Vec<u32> {
    let mut waits = vec![0; frozen.len()];
    for &(_, after, _) in lags {
        waits[after] += 1;
    }
    let list = lags.iter().map(|&(before, after, _)| (before as u32, after as u32, 0)).collect();
    let arcs = Arcs::new(frozen.len(), list);
    let mut order: Vec<u32> = (0..frozen.len() as u32)
        .filter(|&activity| frozen[activity as usize].is_none() && waits[activity as usize] == 0)
        .collect();
    let mut at = 0;
    while let Some(&activity) = order.get(at) {
        at += 1;
        for &(after, _) in arcs.of(activity as usize) {
            waits[after as usize] -= 1;
            if waits[after as usize] == 0 {
                order.push(after);
            }
        }
    }
    order
}
