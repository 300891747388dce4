//! A permutation with its heads and tails: for every position and machine the longest path that ends
//! with the job, and the longest one that begins with it. A job taken out or put anywhere else is then
//! judged in one row per position (Taillard 1990; with setups Ríos-Mercado & Bard 1998).

#![expect(clippy::indexing_slicing, reason = "rows are laid out for every job of the shop")]

use super::shop::{Number, Shop};

/// Where a job fits, and what that costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    pub(super) makespan: i64,
    /// The paths through the job, summed over the machines: of two equal makespans the one with less of it
    /// leaves more slack.
    pub(super) load: i64,
    pub(super) at: usize,
}

impl Fit {
    pub(super) const NONE: Self = Self { makespan: i64::MAX, load: i64::MAX, at: 0 };
}

/// A permutation, whole or in the making, that knows where a job fits.
pub(super) trait Track {
    fn order(&self) -> &[u32];
    fn set(&mut self, order: &[u32]);
    fn makespan(&self) -> i64;
    fn insert(&mut self, at: usize, job: u32);
    /// Moves the job at `from` to `to`, counted without it.
    fn shift(&mut self, from: usize, to: usize);
    /// The best position for a job that is not in the sequence.
    fn fit(&mut self, job: u32) -> Fit;
    /// The best position for the job at `from`, counted without it.
    fn refit(&mut self, from: usize) -> Fit;
    /// Takes a job out; nothing else may be asked before [`Track::refresh_all`].
    fn remove(&mut self, at: usize) -> u32;
    fn refresh_all(&mut self);
    /// Whether figures have grown out of range, so that nothing said since is reliable.
    fn overflowed(&self) -> bool;
}

#[derive(Debug, Clone)]
pub(super) struct Sequence<T> {
    shop: Shop<T>,
    order: Vec<u32>,
    /// Row `i + 1` belongs to position `i`; row 0 is when the machines are free.
    heads: Vec<T>,
    /// Row `i` belongs to position `i`; the one after the last is zero.
    tails: Vec<T>,
    /// The longest path from the release of a job at position `i` or later.
    latest: Vec<T>,
    /// Heads, tails and latest as they are when one job is away.
    away_heads: Vec<T>,
    away_tails: Vec<T>,
    away_latest: Vec<T>,
}

impl<T: Number> Sequence<T> {
    pub(super) fn new(shop: Shop<T>) -> Self {
        let rows = vec![T::default(); (shop.jobs + 2) * shop.machines];
        let mut heads = rows.clone();
        heads[..shop.machines].copy_from_slice(&shop.free);
        let latest = vec![T::default(); shop.jobs + 2];
        Self {
            shop,
            order: Vec::new(),
            away_heads: heads.clone(),
            heads,
            tails: rows.clone(),
            latest: latest.clone(),
            away_tails: rows,
            away_latest: latest,
        }
    }

    /// Heads from position `first` on and tails before position `end` are out of date.
    fn refresh(&mut self, first: usize, end: usize) {
        let Self { shop, order, heads, tails, latest, .. } = self;
        let m = shop.machines;
        let count = order.len();
        for at in first..count {
            let (done, rest) = heads.split_at_mut((at + 1) * m);
            let job = order[at];
            let setup = if at == 0 { shop.initial(job) } else { shop.setup(order[at - 1], job) };
            advance(shop.release[job as usize], &done[at * m..], setup, shop.work(job), rest);
        }
        if end == count {
            tails[count * m..][..m].fill(T::default());
            latest[count] = T::default();
        }
        for at in (0..end).rev() {
            let (rest, done) = tails.split_at_mut((at + 1) * m);
            let job = order[at];
            let setup = order.get(at + 1).map_or(&shop.zero[..], |it| shop.setup(job, *it));
            let out = &mut rest[at * m..];
            retreat(&done[..m], setup, shop.work(job), out);
            let way = out.first().copied().unwrap_or_default();
            latest[at] = latest[at + 1].max(shop.release[job as usize].plus(way));
        }
    }
}

impl<T: Number> Track for Sequence<T> {
    fn order(&self) -> &[u32] {
        &self.order
    }

    fn set(&mut self, order: &[u32]) {
        self.order.clear();
        self.order.extend_from_slice(order);
        self.refresh(0, self.order.len());
    }

    fn makespan(&self) -> i64 {
        let row = self.order.len() * self.shop.machines;
        self.heads[row..][..self.shop.machines].last().map_or(0, |it| it.wide())
    }

    fn insert(&mut self, at: usize, job: u32) {
        let (m, count) = (self.shop.machines, self.order.len());
        self.tails.copy_within(at * m..(count + 1) * m, (at + 1) * m);
        self.latest.copy_within(at..=count, at + 1);
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
        let rows = Rows { heads: &self.heads, tails: &self.tails, latest: &self.latest, shift: 0 };
        let mut best = Fit::NONE;
        scan(&self.shop, job, &self.order, 0..self.order.len() + 1, rows, &mut best);
        best
    }

    fn refit(&mut self, from: usize) -> Fit {
        let Self { shop, order, heads, tails, latest, away_heads, away_tails, away_latest } = self;
        let m = shop.machines;
        let job = order[from];
        let count = order.len();
        // Heads of those behind it: row `i` belongs to position `i`, which will be `i - 1`.
        away_heads[from * m..][..m].copy_from_slice(&heads[from * m..][..m]);
        let mut previous = from.checked_sub(1).map(|it| order[it]);
        for at in from + 1..count {
            let it = order[at];
            let setup = previous.map_or_else(|| shop.initial(it), |by| shop.setup(by, it));
            let (done, rest) = away_heads.split_at_mut(at * m);
            advance(shop.release[it as usize], &done[(at - 1) * m..], setup, shop.work(it), rest);
            previous = Some(it);
        }
        // Tails of those before it.
        away_tails[from * m..][..m].copy_from_slice(&tails[(from + 1) * m..][..m]);
        away_latest[from] = latest[from + 1];
        let mut next = order.get(from + 1).copied();
        for at in (0..from).rev() {
            let it = order[at];
            let (rest, done) = away_tails.split_at_mut((at + 1) * m);
            let setup = next.map_or(&shop.zero[..], |by| shop.setup(it, by));
            let out = &mut rest[at * m..];
            retreat(&done[..m], setup, shop.work(it), out);
            let way = out.first().copied().unwrap_or_default();
            away_latest[at] = away_latest[at + 1].max(shop.release[it as usize].plus(way));
            next = Some(it);
        }
        let mut best = Fit::NONE;
        // The scan sees the order without the job: it stands at the end meanwhile.
        order[from..].rotate_left(1);
        let rest = &order[..count - 1];
        let front = Rows { heads, tails: away_tails, latest: away_latest, shift: 0 };
        scan(shop, job, rest, 0..from + 1, front, &mut best);
        let back = Rows { heads: away_heads, tails, latest, shift: 1 };
        scan(shop, job, rest, from + 1..count, back, &mut best);
        order[from..].rotate_right(1);
        best
    }

    fn remove(&mut self, at: usize) -> u32 {
        self.order.remove(at)
    }

    fn refresh_all(&mut self) {
        self.refresh(0, self.order.len());
    }

    fn overflowed(&self) -> bool {
        false
    }
}

/// What stands around a position.
#[derive(Clone, Copy)]
struct Rows<'a, T> {
    heads: &'a [T],
    tails: &'a [T],
    latest: &'a [T],
    /// How far tails and latest are ahead.
    shift: usize,
}

/// Tries `job` at every position of `range`.
fn scan<T: Number>(
    shop: &Shop<T>,
    job: u32,
    order: &[u32],
    range: std::ops::Range<usize>,
    rows: Rows<'_, T>,
    best: &mut Fit,
) {
    let m = shop.machines;
    let around = shop.around(job);
    let work = shop.work(job);
    let release = shop.release[job as usize];
    let zero = &shop.zero;
    for at in range {
        let head = &rows.heads[at * m..][..m];
        let tail = &rows.tails[(at + rows.shift) * m..][..m];
        let enter = match at.checked_sub(1) {
            Some(by) => around.after(order[by]),
            None => shop.initial(job),
        };
        let leave = order.get(at).map_or(&zero[..], |it| around.before(*it));
        let mut reached = release;
        let mut makespan = rows.latest[at + rows.shift];
        let mut load = T::default();
        for ((((head, enter), work), leave), tail) in
            head.iter().zip(enter).zip(work).zip(leave).zip(tail)
        {
            reached = reached.max(head.plus(*enter)).plus(*work);
            let path = reached.plus(*leave).plus(*tail);
            load = load.plus(path);
            makespan = makespan.max(path);
        }
        let fit = Fit { makespan: makespan.wide(), load: load.wide(), at };
        if (fit.makespan, fit.load) < (best.makespan, best.load) {
            *best = fit;
        }
    }
}

/// Completions of a job after those of the one before it.
#[inline]
fn advance<T: Number>(release: T, head: &[T], setup: &[T], work: &[T], out: &mut [T]) {
    let mut reached = release;
    for (((out, head), setup), work) in out.iter_mut().zip(head).zip(setup).zip(work) {
        reached = reached.max(head.plus(*setup)).plus(*work);
        *out = reached;
    }
}

/// The tail of a job before that of the one after it.
#[inline]
fn retreat<T: Number>(tail: &[T], setup: &[T], work: &[T], out: &mut [T]) {
    let mut reached = T::default();
    let m = work.len();
    for (((out, tail), setup), work) in
        out[..m].iter_mut().zip(&tail[..m]).zip(&setup[..m]).zip(work).rev()
    {
        reached = reached.max(tail.plus(*setup)).plus(*work);
        *out = reached;
    }
}
