//! [`super::sequence`] for the usual case, several times as quick: 16-bit rows, each counted from a base
//! of its own, eight machines to an instruction.
//!
//! What makes a row serial, the job's way from machine to machine, is a running maximum once the work up
//! to each machine is taken off: `head'[k] = upto[k] + max over l <= k of (head[l] + setup[l] - before[l])`.
//! The base of a head is its first machine and that of a tail its last, both plain sums, so what a row
//! holds is never negative.
//!
//! A line with releases, large figures or large differences between machines is left to the other
//! implementation; [`Track::overflowed`] tells when that shows only on the way.

#![expect(clippy::indexing_slicing, reason = "rows are laid out for every job of the shop")]
#![expect(
    clippy::inline_always,
    reason = "lanes live in registers only where everything is inlined"
)]

use std::ops::Range;

use super::lanes::{Lanes, WIDTH};
use super::sequence::{Fit, Track};
use super::shop::Shop;

/// A row of machines; those after the last have neither work nor setups.
type Row<const V: usize> = [[i16; WIDTH]; V];

/// The work of a job and the starts of machines are below this,
const WORK_MAX: i32 = 2_400;
/// and setups below this,
const SETUP_MAX: i32 = 800;
/// and rows not above this. With a job away they grow by less than 2 * `WORK_MAX`; then the longest path
/// through a place, two rows, work and two setups, still fits 16 bits.
const ROW_MAX: i16 = 9_000;

#[derive(Debug, Clone)]
pub(super) struct Swift<const V: usize> {
    table: Table<V>,
    order: Vec<u32>,
    heads: Ways<V>,
    tails: Ways<V>,
    /// Heads and tails as they are when one job is away.
    away_heads: Ways<V>,
    away_tails: Ways<V>,
    places: Places<V>,
    overflowed: bool,
}

/// What the shop says.
#[derive(Debug, Clone)]
struct Table<const V: usize> {
    machines: usize,
    works: Vec<Work<V>>,
    /// Setups before the first job, by job.
    initial: Vec<Row<V>>,
    kind: Vec<u32>,
    kinds: usize,
    /// Setups by kind of the earlier job, then the later; and the other way round.
    leaving: Vec<Row<V>>,
    entering: Vec<Row<V>>,
}

/// Work of a job up to each machine, without and with it.
#[derive(Debug, Clone, Copy)]
struct Work<const V: usize> {
    before: Row<V>,
    upto: Row<V>,
    first: i32,
    last: i32,
}

/// Heads (row `i + 1` belongs to position `i`) or tails (row `i` does), and their bases.
#[derive(Debug, Clone)]
struct Ways<const V: usize> {
    base: Vec<i32>,
    rows: Vec<Row<V>>,
}

/// Ways into and out of a job, for every place it is tried at.
#[derive(Debug, Clone)]
struct Places<const V: usize> {
    into: Vec<Row<V>>,
    out_of: Vec<Row<V>>,
}

impl<const V: usize> Swift<V> {
    /// `None` when the shop is not the usual case.
    pub(super) fn new(shop: &Shop<i32>) -> Option<Self> {
        let table = Table::new(shop)?;
        let rows = vec![[[0; WIDTH]; V]; shop.jobs + 2];
        let tails = Ways { base: vec![0; shop.jobs + 2], rows: rows.clone() };
        let mut heads = tails.clone();
        let free: Vec<i32> = shop.free.iter().map(|it| it - shop.free[0]).collect();
        heads.base[0] = shop.free[0];
        heads.rows[0] = pack(&free);
        Some(Self {
            table,
            order: Vec::with_capacity(shop.jobs),
            away_heads: heads.clone(),
            heads,
            away_tails: tails.clone(),
            tails,
            places: Places { into: rows.clone(), out_of: rows },
            overflowed: false,
        })
    }

    /// Heads from position `first` on and tails before position `end` are out of date.
    fn refresh(&mut self, first: usize, end: usize) {
        let Self { table, order, heads, tails, .. } = self;
        let count = order.len();
        let mut most = Lanes::splat(0);
        let mut previous = first.checked_sub(1).map(|it| order[it]);
        for (at, &job) in order.iter().enumerate().skip(first) {
            let row = table.advance(heads, at, previous, job);
            most = row.iter().fold(most, |most, it| most.max(Lanes::load(it)));
            previous = Some(job);
        }
        if end == count {
            tails.rows[count] = [[0; WIDTH]; V];
            tails.base[count] = 0;
        }
        let mut next = order.get(end).copied();
        for at in (0..end).rev() {
            let job = order[at];
            let row = table.retreat(tails, at, job, next);
            most = row.iter().fold(most, |most, it| most.max(Lanes::load(it)));
            next = Some(job);
        }
        self.overflowed |= ROW_MAX < most.greatest();
    }
}

impl<const V: usize> Track for Swift<V> {
    fn order(&self) -> &[u32] {
        &self.order
    }

    fn set(&mut self, order: &[u32]) {
        self.order.clear();
        self.order.extend_from_slice(order);
        self.refresh(0, self.order.len());
    }

    fn makespan(&self) -> i64 {
        let last = self.table.machines - 1;
        let at = self.order.len();
        i64::from(self.heads.base[at] + i32::from(self.heads.rows[at][last / WIDTH][last % WIDTH]))
    }

    fn insert(&mut self, at: usize, job: u32) {
        let count = self.order.len();
        self.tails.rows.copy_within(at..=count, at + 1);
        self.tails.base.copy_within(at..=count, at + 1);
        self.order.insert(at, job);
        self.refresh(at, at + 1);
    }

    fn shift(&mut self, from: usize, to: usize) {
        if from < to {
            self.order[from..=to].rotate_left(1);
        } else {
            self.order[to..=from].rotate_right(1);
        }
        self.refresh(from.min(to), from.max(to) + 1);
    }

    fn fit(&mut self, job: u32) -> Fit {
        let Self { table, order, heads, tails, places, .. } = self;
        let mut best = Fit::NONE;
        let gap = Gap { range: 0..order.len() + 1, heads, tails, shift: 0 };
        scan(&table.tried(job), order, gap, places, &mut best);
        best
    }

    fn refit(&mut self, from: usize) -> Fit {
        let Self { table, order, heads, tails, away_heads, away_tails, places, .. } = self;
        let job = order.remove(from);
        let count = order.len();
        away_heads.rows[from] = heads.rows[from];
        away_heads.base[from] = heads.base[from];
        let mut previous = from.checked_sub(1).map(|it| order[it]);
        for (at, &it) in order.iter().enumerate().skip(from) {
            table.advance(away_heads, at, previous, it);
            previous = Some(it);
        }
        away_tails.rows[from] = tails.rows[from + 1];
        away_tails.base[from] = tails.base[from + 1];
        let mut next = order.get(from).copied();
        for at in (0..from).rev() {
            table.retreat(away_tails, at, order[at], next);
            next = Some(order[at]);
        }
        let mut best = Fit::NONE;
        let tried = table.tried(job);
        let front = Gap { range: 0..from + 1, heads, tails: away_tails, shift: 0 };
        scan(&tried, order, front, places, &mut best);
        if from < count {
            let back = Gap { range: from + 1..count + 1, heads: away_heads, tails, shift: 1 };
            scan(&tried, order, back, places, &mut best);
        }
        order.insert(from, job);
        best
    }

    fn remove(&mut self, at: usize) -> u32 {
        self.order.remove(at)
    }

    fn refresh_all(&mut self) {
        self.refresh(0, self.order.len());
    }

    fn overflowed(&self) -> bool {
        self.overflowed
    }
}

impl<const V: usize> Table<V> {
    fn new(shop: &Shop<i32>) -> Option<Self> {
        let m = shop.machines;
        let below = |of: &[i32], limit: i32| of.iter().all(|it| *it < limit);
        let light =
            |job: u32| shop.work(job).iter().copied().fold(0, i32::saturating_add) < WORK_MAX;
        let usual = (1..=V * WIDTH).contains(&m)
            && (0..shop.jobs as u32).all(light)
            && below(&shop.leaving, SETUP_MAX)
            && below(&shop.initial, SETUP_MAX)
            && below(&shop.free, WORK_MAX)
            && below(&shop.release, 1);
        if !usual {
            return None;
        }
        let works = (0..shop.jobs as u32).map(|job| {
            let work = shop.work(job);
            let (mut before, mut upto) = ([[0; WIDTH]; V], [[0; WIDTH]; V]);
            let mut sum = 0;
            for at in 0..V * WIDTH {
                before[at / WIDTH][at % WIDTH] = sum as i16;
                sum += work.get(at).copied().unwrap_or(0);
                upto[at / WIDTH][at % WIDTH] = sum as i16;
            }
            Work { before, upto, first: work[0], last: work[m - 1] }
        });
        let rows = |of: &[i32]| of.chunks_exact(m).map(pack).collect::<Vec<_>>();
        Some(Self {
            machines: m,
            works: works.collect(),
            initial: (0..shop.jobs as u32).map(|it| pack(shop.initial(it))).collect(),
            kind: shop.kind.clone(),
            kinds: shop.kinds,
            leaving: rows(&shop.leaving),
            entering: rows(&shop.entering),
        })
    }

    fn tried(&self, job: u32) -> Tried<'_, V> {
        let rows = self.kind[job as usize] as usize * self.kinds;
        Tried {
            machines: self.machines,
            work: &self.works[job as usize],
            initial: &self.initial[job as usize],
            kind: &self.kind,
            after: &self.entering[rows..][..self.kinds],
            before: &self.leaving[rows..][..self.kinds],
        }
    }

    #[inline(always)]
    fn setup(&self, from: u32, to: u32) -> &Row<V> {
        let (from, to) = (self.kind[from as usize] as usize, self.kind[to as usize] as usize);
        &self.leaving[from * self.kinds + to]
    }

    /// The head of `job` at position `at`.
    #[inline(always)]
    fn advance<'a>(
        &self,
        heads: &'a mut Ways<V>,
        at: usize,
        previous: Option<u32>,
        job: u32,
    ) -> &'a Row<V> {
        let setup = match previous {
            Some(by) => self.setup(by, job),
            None => &self.initial[job as usize],
        };
        let work = &self.works[job as usize];
        let more = i32::from(setup[0][0]) + work.first;
        heads.base[at + 1] = heads.base[at].wrapping_add(more);
        heads.rows[at + 1] = ahead(&heads.rows[at], setup, work, more);
        &heads.rows[at + 1]
    }

    /// The tail of `job` at position `at`.
    #[inline(always)]
    fn retreat<'a>(
        &self,
        tails: &'a mut Ways<V>,
        at: usize,
        job: u32,
        next: Option<u32>,
    ) -> &'a Row<V> {
        let last = self.machines - 1;
        let zero = [[0; WIDTH]; V];
        let setup = next.map_or(&zero, |it| self.setup(job, it));
        let work = &self.works[job as usize];
        let more = i32::from(setup[last / WIDTH][last % WIDTH]) + work.last;
        tails.base[at] = tails.base[at + 1].wrapping_add(more);
        tails.rows[at] = behind(&tails.rows[at + 1], setup, work, more);
        &tails.rows[at]
    }
}

/// A job that looks for a place.
struct Tried<'a, const V: usize> {
    machines: usize,
    work: &'a Work<V>,
    initial: &'a Row<V>,
    kind: &'a [u32],
    /// Setups after, and before, every kind.
    after: &'a [Row<V>],
    before: &'a [Row<V>],
}

/// Where a job may go: what stands there, and how far rows of tails are ahead.
struct Gap<'a, const V: usize> {
    range: Range<usize>,
    heads: &'a Ways<V>,
    tails: &'a Ways<V>,
    shift: usize,
}

/// Tries `job` at every position of a gap.
///
/// Setups come from far away in memory: they are fetched for all positions first, in a loop so short that
/// many fetches are under way at a time.
#[inline(always)]
fn scan<const V: usize>(
    tried: &Tried<'_, V>,
    order: &[u32],
    gap: Gap<'_, V>,
    places: &mut Places<V>,
    best: &mut Fit,
) {
    let Gap { range, heads, tails, shift } = gap;
    let size = range.len();
    let work = tried.work;
    let into = &mut places.into[..size];
    let out_of = &mut places.out_of[..size];
    let heads_rows = &heads.rows[range.clone()];
    let tails_rows = &tails.rows[range.start + shift..][..size];
    let first = usize::from(range.start == 0);
    if first == 1 {
        into[0] = enter(&heads_rows[0], tried.initial, work);
    }
    let before = &order[range.start + first - 1..][..size - first];
    for ((into, head), by) in into[first..].iter_mut().zip(&heads_rows[first..]).zip(before) {
        *into = enter(head, &tried.after[tried.kind[*by as usize] as usize], work);
    }
    let behind = &order[range.start..range.end.min(order.len())];
    for ((out_of, tail), by) in out_of.iter_mut().zip(tails_rows).zip(behind) {
        *out_of = leave(tail, &tried.before[tried.kind[*by as usize] as usize], work);
    }
    if order.len() < range.end {
        out_of[size - 1] = leave(&tails_rows[size - 1], &[[0; WIDTH]; V], work);
    }
    let heads_base = &heads.base[range.clone()];
    let tails_base = &tails.base[range.start + shift..][..size];
    for ((((at, into), out_of), head_base), tail_base) in
        range.zip(into).zip(out_of).zip(heads_base).zip(tails_base)
    {
        let base = head_base.wrapping_add(*tail_base);
        let mut way = running(into);
        for (way, out_of) in way.iter_mut().zip(out_of) {
            *way = way.plus(Lanes::load(out_of));
        }
        let longest = way.iter().copied().reduce(Lanes::max).unwrap_or(Lanes::splat(0));
        let makespan = i64::from(base.wrapping_add(i32::from(longest.greatest())));
        if makespan <= best.makespan {
            let sum: i64 =
                way.iter().flat_map(|it| it.store()).take(tried.machines).map(i64::from).sum();
            let load = sum + i64::from(base) * tried.machines as i64;
            if (makespan, load) < (best.makespan, best.load) {
                *best = Fit { makespan, load, at };
            }
        }
    }
}

#[inline(always)]
fn enter<const V: usize>(head: &Row<V>, setup: &Row<V>, work: &Work<V>) -> Row<V> {
    let mut out = [[0; WIDTH]; V];
    for at in 0..V {
        let it = Lanes::load(&head[at]).plus(Lanes::load(&setup[at]));
        out[at] = it.minus(Lanes::load(&work.before[at])).store();
    }
    out
}

#[inline(always)]
fn leave<const V: usize>(tail: &Row<V>, setup: &Row<V>, work: &Work<V>) -> Row<V> {
    let mut out = [[0; WIDTH]; V];
    for at in 0..V {
        let it = Lanes::load(&tail[at]).plus(Lanes::load(&setup[at]));
        out[at] = it.plus(Lanes::load(&work.upto[at])).store();
    }
    out
}

/// Every machine becomes the greatest of those up to it.
#[inline(always)]
fn running<const V: usize>(row: &Row<V>) -> [Lanes; V] {
    let mut way = [Lanes::splat(0); V];
    for at in 0..V {
        way[at] = Lanes::load(&row[at]).greatest_so_far();
    }
    for at in 1..V {
        way[at] = way[at].max(way[at - 1].splat_last());
    }
    way
}

/// The head after `head`, its base `more` later.
#[inline(always)]
fn ahead<const V: usize>(head: &Row<V>, setup: &Row<V>, work: &Work<V>, more: i32) -> Row<V> {
    let mut way = [Lanes::splat(0); V];
    for at in 0..V {
        way[at] = Lanes::load(&head[at])
            .plus(Lanes::load(&setup[at]))
            .minus(Lanes::load(&work.before[at]))
            .greatest_so_far();
    }
    for at in 1..V {
        way[at] = way[at].max(way[at - 1].splat_last());
    }
    let mut out = [[0; WIDTH]; V];
    let more = Lanes::splat(more as i16);
    for at in 0..V {
        out[at] = way[at].plus(Lanes::load(&work.upto[at]).minus(more)).store();
    }
    out
}

/// The tail before `tail`, its base `more` longer.
#[inline(always)]
fn behind<const V: usize>(tail: &Row<V>, setup: &Row<V>, work: &Work<V>, more: i32) -> Row<V> {
    let mut way = [Lanes::splat(0); V];
    for at in 0..V {
        way[at] = Lanes::load(&tail[at])
            .plus(Lanes::load(&setup[at]).plus(Lanes::load(&work.upto[at])))
            .greatest_from_here();
    }
    for at in (1..V).rev() {
        way[at - 1] = way[at - 1].max(way[at].splat_first());
    }
    let mut out = [[0; WIDTH]; V];
    let more = Lanes::splat(more as i16);
    for at in 0..V {
        out[at] =
            way[at].minus(Lanes::load(&work.before[at]).plus(more)).max(Lanes::splat(0)).store();
    }
    out
}

fn pack<const V: usize>(row: &[i32]) -> Row<V> {
    let mut out = [[0; WIDTH]; V];
    for (at, it) in row.iter().enumerate() {
        out[at / WIDTH][at % WIDTH] = *it as i16;
    }
    out
}
