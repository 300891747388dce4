//! A lower bound on the makespan: every machine has to do all of its work with a setup before every job
//! but the first, after the shortest way to it and before the shortest way from it.

#![expect(clippy::indexing_slicing, reason = "rows are laid out for every kind of job")]

use super::Line;

pub(super) fn lower_bound(line: &Line) -> i64 {
    if line.jobs == 0 || line.machines == 0 {
        return line.origin();
    }
    let sum = |values: &mut dyn Iterator<Item = i64>| values.fold(0, i64::saturating_add);
    // When each job could be through with the machines so far, were it the only one.
    let mut reached: Vec<i64> = (0..line.jobs).map(|it| line.release(it)).collect();
    let mut tails: Vec<i64> = (0..line.jobs)
        .map(|job| sum(&mut (0..line.machines).map(|machine| line.work(job, machine))))
        .collect();
    let mut bound = line.origin();
    for machine in 0..line.machines {
        let free = line.free(machine);
        let mut least_head = i64::MAX;
        let mut least_tail = i64::MAX;
        for job in 0..line.jobs {
            // A job that is not first can have a shorter setup than the initial one, but not be sooner
            // than the machine is free.
            let first = free.saturating_add(line.initial(machine, job));
            least_head = least_head.min(reached[job].max(first));
            let work = line.work(job, machine);
            tails[job] -= work;
            least_tail = least_tail.min(tails[job]);
            reached[job] = reached[job].max(free).saturating_add(work);
            bound = bound.max(reached[job].saturating_add(tails[job]));
        }
        let work = sum(&mut (0..line.jobs).map(|job| line.work(job, machine)));
        let busy = work.saturating_add(setups(line, machine));
        bound = bound.max(least_head.saturating_add(busy).saturating_add(least_tail));
    }
    bound
}

/// What the setups of a machine take at least: all jobs but the first are entered, all but the last left.
fn setups(line: &Line, machine: usize) -> i64 {
    if line.setup.is_empty() {
        return 0;
    }
    let (kinds, kind) = line.kinds();
    let mut count = vec![0_usize; kinds];
    for job in 0..line.jobs {
        count[kind(job)] += 1;
    }
    let (mut entered, mut left) = (vec![i64::MAX; kinds], vec![i64::MAX; kinds]);
    for from in 0..kinds {
        for to in 0..kinds {
            let happens = 0 < count[from] && 0 < count[to] && (from != to || 1 < count[from]);
            let at = (machine * kinds + from) * kinds + to;
            let setup = line.setup.get(at).map_or(0, |it| (*it).max(0));
            if happens {
                entered[to] = entered[to].min(setup);
                left[from] = left[from].min(setup);
            }
        }
    }
    let all_but_one = |least: &[i64]| {
        let least = (0..line.jobs).map(|job| least[kind(job)]).filter(|it| *it != i64::MAX);
        let (sum, most) =
            least.fold((0_i64, 0), |(sum, most), it| (sum.saturating_add(it), most.max(it)));
        sum - most
    };
    all_but_one(&entered).max(all_but_one(&left))
}
