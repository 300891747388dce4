//! The line as the search reads it: rows of machines, so that one job's way through the line is one
//! contiguous read, in the narrowest integers that hold every path.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are laid out, and indices bounded, when the shop is"
)]

use super::Line;
use crate::divisor::common_divisor;

/// An integer of the search. Sums wrap: [`Shop::new`] made sure that none of them reaches the end.
pub(super) trait Number: Copy + Ord + Default + std::fmt::Debug {
    fn of(value: i64) -> Self;
    fn wide(self) -> i64;
    fn plus(self, other: Self) -> Self;
}

impl Number for i32 {
    fn of(value: i64) -> Self {
        value as Self
    }

    fn wide(self) -> i64 {
        i64::from(self)
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

impl Number for i64 {
    fn of(value: i64) -> Self {
        value
    }

    fn wide(self) -> i64 {
        self
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

/// Every figure of a line, divided by what all of them share and counted from the first free machine.
#[derive(Debug, Clone)]
pub(super) struct Shop<T> {
    pub(super) jobs: usize,
    pub(super) machines: usize,
    /// A row per job.
    work: Vec<T>,
    pub(super) release: Vec<T>,
    /// When each machine can begin.
    pub(super) free: Vec<T>,
    /// A row per job, or one row of zeros.
    pub(super) initial: Vec<T>,
    initial_stride: usize,
    pub(super) zero: Vec<T>,
    pub(super) kind: Vec<u32>,
    pub(super) kinds: usize,
    /// A row per pair of kinds, the earlier one first.
    pub(super) leaving: Vec<T>,
    /// The same with the later one first.
    pub(super) entering: Vec<T>,
}

/// How a shop's time becomes the line's again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) unit: i64,
    pub(super) origin: i64,
    /// No path is longer, in units; a few paths can be added up.
    horizon: i64,
}

impl Scale {
    pub(super) fn of(line: &Line) -> Self {
        let origin = line.free.iter().copied().min().unwrap_or(0);
        let mut unit = 0;
        let figures = line.work.iter().chain(&line.setup).chain(&line.initial);
        for &it in figures {
            unit = common_divisor(unit, it.max(0));
        }
        for &it in line.release.iter().chain(&line.free) {
            unit = common_divisor(unit, it.saturating_sub(origin).max(0));
        }
        let unit = unit.max(1);
        let most = |of: &[i64]| i128::from(of.iter().copied().max().unwrap_or(0).max(0));
        let begin = most(&line.release).max(most(&line.free)) - i128::from(origin);
        let each = most(&line.work) + most(&line.setup);
        let path = begin.max(0)
            + most(&line.initial)
            + each * (line.jobs as i128 + line.machines as i128 + 1);
        let all = path / i128::from(unit) * (4 + line.machines as i128);
        Self { unit, origin, horizon: i64::try_from(all).unwrap_or(i64::MAX) }
    }

    pub(super) fn fits_i32(self) -> bool {
        self.horizon < i64::from(i32::MAX)
    }

    pub(super) fn duration(self, value: i64) -> i64 {
        value.max(0) / self.unit
    }

    pub(super) fn moment(self, value: i64) -> i64 {
        self.duration(value.saturating_sub(self.origin))
    }

    pub(super) fn back(self, value: i64) -> i64 {
        self.origin.saturating_add(value.saturating_mul(self.unit))
    }
}

impl<T: Number> Shop<T> {
    pub(super) fn new(line: &Line, scale: Scale) -> Self {
        let (jobs, machines) = (line.jobs, line.machines);
        let duration = |it: i64| T::of(scale.duration(it));
        let moments = |of: &[i64], count: usize| {
            (0..count)
                .map(|it| of.get(it).map_or(T::default(), |v| T::of(scale.moment(*v))))
                .collect()
        };
        let mut kinds = if line.setup.is_empty() { 1 } else { jobs };
        let mut kind: Vec<u32> =
            if kinds == 1 { vec![0; jobs] } else { (0..jobs as u32).collect() };
        if !line.setup.is_empty() && line.kind.len() == jobs {
            kinds = line.kind.iter().max().map_or(0, |it| *it as usize + 1);
            kind.clone_from(&line.kind);
        }
        let mut leaving = vec![T::default(); kinds * kinds * machines];
        let mut entering = leaving.clone();
        if !line.setup.is_empty() {
            for machine in 0..machines {
                for from in 0..kinds {
                    for to in 0..kinds {
                        let at = (machine * kinds + from) * kinds + to;
                        let it = duration(line.setup.get(at).copied().unwrap_or(0));
                        leaving[(from * kinds + to) * machines + machine] = it;
                        entering[(to * kinds + from) * machines + machine] = it;
                    }
                }
            }
        }
        let (mut initial, mut initial_stride) = (vec![T::default(); machines], 0);
        if !line.initial.is_empty() {
            initial_stride = machines;
            initial = vec![T::default(); machines * jobs];
            for machine in 0..machines {
                for job in 0..jobs {
                    let it = line.initial.get(machine * jobs + job).copied().unwrap_or(0);
                    initial[job * machines + machine] = duration(it);
                }
            }
        }
        let work = (0..jobs * machines).map(|it| duration(line.work.get(it).copied().unwrap_or(0)));
        Self {
            jobs,
            machines,
            work: work.collect(),
            release: moments(&line.release, jobs),
            free: moments(&line.free, machines),
            initial,
            initial_stride,
            zero: vec![T::default(); machines],
            kind,
            kinds,
            leaving,
            entering,
        }
    }

    #[inline]
    pub(super) fn work(&self, job: u32) -> &[T] {
        &self.work[job as usize * self.machines..][..self.machines]
    }

    /// Processing time of an average operation.
    pub(super) fn mean_work(&self) -> f64 {
        let sum: f64 = self.work.iter().map(|it| it.wide() as f64).sum();
        sum / self.work.len().max(1) as f64
    }

    /// Setups before a job that comes first.
    #[inline]
    pub(super) fn initial(&self, job: u32) -> &[T] {
        &self.initial[job as usize * self.initial_stride..][..self.machines]
    }

    /// Setups between a job and the one after it.
    #[inline]
    pub(super) fn setup(&self, from: u32, to: u32) -> &[T] {
        let row = self.kind[from as usize] as usize * self.kinds + self.kind[to as usize] as usize;
        &self.leaving[row * self.machines..][..self.machines]
    }

    /// The setups of `to` after every kind, and those of every kind after it: what an insertion reads.
    #[inline]
    pub(super) fn around(&self, job: u32) -> Around<'_, T> {
        let rows = self.kind[job as usize] as usize * self.kinds * self.machines;
        let size = self.kinds * self.machines;
        Around {
            machines: self.machines,
            kind: &self.kind,
            entering: &self.entering[rows..][..size],
            leaving: &self.leaving[rows..][..size],
        }
    }
}

/// The setups around one job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a, T> {
    machines: usize,
    kind: &'a [u32],
    entering: &'a [T],
    leaving: &'a [T],
}

impl<T> Around<'_, T> {
    #[inline]
    pub(super) fn after(&self, previous: u32) -> &[T] {
        &self.entering[self.kind[previous as usize] as usize * self.machines..][..self.machines]
    }

    #[inline]
    pub(super) fn before(&self, next: u32) -> &[T] {
        &self.leaving[self.kind[next as usize] as usize * self.machines..][..self.machines]
    }
}
