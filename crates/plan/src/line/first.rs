//! The first permutation: the longest jobs first, each where it fits best (NEH: Nawaz, Enscore & Ham
//! 1983). With thousands of jobs that takes too long; then each next job is the one, of those released
//! first, that lets the machines wait least.

#![expect(clippy::indexing_slicing, reason = "rows are laid out for every job of the shop")]

use std::cmp::Reverse;

use super::sequence::Track;
use super::shop::{Number, Shop};

/// More products of jobs, jobs and machines than this are too many for insertion.
const INSERTIONS_MAX: usize = 60_000_000;
/// So many jobs compete for the next place.
const COMPETING_JOBS: usize = 30;

pub(super) fn build<T: Number, S: Track>(shop: &Shop<T>, sequence: &mut S) {
    let mut jobs: Vec<u32> = (0..shop.jobs as u32).collect();
    let work = |job: u32| shop.work(job).iter().fold(0, |sum: i64, it| sum.wrapping_add(it.wide()));
    if shop.jobs.saturating_mul(shop.jobs).saturating_mul(shop.machines) <= INSERTIONS_MAX {
        jobs.sort_by_key(|it| Reverse(work(*it)));
        for job in jobs {
            let fit = sequence.fit(job);
            sequence.insert(fit.at, job);
        }
    } else {
        jobs.sort_by_key(|it| Reverse(shop.release[*it as usize]));
        sequence.set(&append(shop, jobs));
    }
}

/// `jobs`: those to come first are at the end.
fn append<T: Number>(shop: &Shop<T>, mut jobs: Vec<u32>) -> Vec<u32> {
    let mut ends = shop.free.clone();
    let mut order: Vec<u32> = Vec::with_capacity(jobs.len());
    while !jobs.is_empty() {
        let compete = jobs.len().saturating_sub(COMPETING_JOBS)..jobs.len();
        let waiting = |at: usize| run(shop, &ends, order.last().copied(), jobs[at]).1;
        let Some(at) = compete.min_by_key(|at| (waiting(*at), Reverse(*at))) else { break };
        let job = jobs.remove(at);
        ends = run(shop, &ends, order.last().copied(), job).0;
        order.push(job);
    }
    order
}

/// When the machines are through with `job` after `previous`, and how long they were not working.
fn run<T: Number>(shop: &Shop<T>, ends: &[T], previous: Option<u32>, job: u32) -> (Vec<T>, i64) {
    let setup = previous.map_or_else(|| shop.initial(job), |by| shop.setup(by, job));
    let mut reached = shop.release[job as usize];
    let mut waiting = 0_i64;
    let ends = ends.iter().zip(setup).zip(shop.work(job)).map(|((end, setup), work)| {
        let start = reached.max(end.plus(*setup));
        waiting = waiting.wrapping_add(start.wide()).wrapping_sub(end.wide());
        reached = start.plus(*work);
        reached
    });
    (ends.collect(), waiting)
}
