use proptest::prelude::*;

use super::sequence::{Sequence, Track};
use super::shop::{Scale, Shop};
use super::swift::Swift;
use super::{Line, LineSearch};
use crate::random::Random;

/// A line whose figures `seed` decides; every option is there half of the time.
fn line(jobs: usize, machines: usize, seed: u64, releases: bool) -> Line {
    let mut random = Random::new(seed);
    let mut some = |count: usize, most: usize, always: bool| -> Vec<i64> {
        let some = always || random.chance(50);
        let count = if some { count } else { 0 };
        (0..count).map(|_| random.below(most + 1) as i64).collect()
    };
    let kinds = some(jobs, 2, false);
    let of = if kinds.is_empty() { jobs } else { 3 };
    Line {
        jobs,
        machines,
        work: some(jobs * machines, 30, true),
        setup: some(machines * of * of, 25, false),
        kind: kinds.iter().map(|it| *it as u32).collect(),
        initial: some(machines * jobs, 20, false),
        release: if releases { some(jobs, 90, false) } else { Vec::new() },
        free: some(machines, 40, false),
    }
}

fn shuffled(jobs: usize, seed: u64) -> Vec<u32> {
    let mut random = Random::new(seed);
    let mut order: Vec<u32> = (0..jobs as u32).collect();
    for at in (1..jobs).rev() {
        order.swap(at, random.below(at + 1));
    }
    order
}

/// The least makespan of all permutations.
fn optimum(line: &Line, order: &mut Vec<u32>, from: usize) -> i64 {
    if from == order.len() {
        return line.run(order).1;
    }
    let mut best = i64::MAX;
    for at in from..order.len() {
        order.swap(from, at);
        best = best.min(optimum(line, order, from + 1));
        order.swap(from, at);
    }
    best
}

/// Every place a track proposes is as good as the best found by trying each of them in full.
fn check_track(line: &Line, track: &mut impl Track, order: &[u32]) {
    let scale = Scale::of(line);
    let with = |rest: &[u32], at: usize, job: u32| {
        let mut whole = rest.to_vec();
        whole.insert(at, job);
        line.run(&whole).1
    };
    let best_of = |rest: &[u32], job: u32| (0..=rest.len()).map(|at| with(rest, at, job)).min();
    track.set(&[]);
    for (count, &job) in order.iter().enumerate() {
        let before = track.order().to_vec();
        let fit = track.fit(job);
        assert_eq!(Some(scale.back(fit.makespan)), best_of(&before, job));
        assert_eq!(scale.back(fit.makespan), with(&before, fit.at, job));
        track.insert(count / 2, job);
        assert_eq!(scale.back(track.makespan()), line.run(track.order()).1);
    }
    for from in 0..order.len() {
        let mut rest = track.order().to_vec();
        let job = rest.remove(from);
        let fit = track.refit(from);
        assert_eq!(Some(scale.back(fit.makespan)), best_of(&rest, job));
        track.shift(from, fit.at);
        rest.insert(fit.at, job);
        assert_eq!(track.order(), rest);
        assert_eq!(track.makespan(), fit.makespan);
    }
    assert!(!track.overflowed());
}

fn check_swift<const V: usize>(line: &Line, order: &[u32]) {
    let shop = Shop::new(line, Scale::of(line));
    let mut swift = Swift::<V>::new(&shop).expect("small figures and no releases");
    check_track(line, &mut swift, order);
    // Both see the same slack.
    let mut plain = Sequence::new(shop);
    plain.set(order);
    swift.set(order);
    for from in 0..order.len() {
        assert_eq!(plain.refit(from), swift.refit(from));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn an_insertion_is_judged_as_if_carried_out(
        jobs in 1_usize..12, machines in 1_usize..21, seed in any::<u64>(),
    ) {
        let order = shuffled(jobs, seed);
        let released = line(jobs, machines, seed, true);
        let scale = Scale::of(&released);
        check_track(&released, &mut Sequence::<i32>::new(Shop::new(&released, scale)), &order);
        check_track(&released, &mut Sequence::<i64>::new(Shop::new(&released, scale)), &order);
        let ready = line(jobs, machines, seed, false);
        match machines {
            0..=8 => check_swift::<1>(&ready, &order),
            9..=16 => check_swift::<2>(&ready, &order),
            _ => check_swift::<3>(&ready, &order),
        }
    }

    #[test]
    fn small_lines_are_solved(jobs in 1_usize..7, machines in 1_usize..5, seed in any::<u64>()) {
        let line = line(jobs, machines, seed, true);
        let best = optimum(&line, &mut shuffled(jobs, 1), 0);
        let mut search = LineSearch::new(line.clone(), seed);
        prop_assert!(search.lower_bound() <= best);
        search.run(300);
        prop_assert_eq!(search.makespan(), best);
        prop_assert_eq!(line.run(search.best()).1, best);
    }

    #[test]
    fn slices_do_not_matter(jobs in 1_usize..30, slice in 1_u64..9, seed in any::<u64>()) {
        let line = line(jobs, 4, seed, true);
        let mut whole = LineSearch::new(line.clone(), seed);
        whole.run(40);
        let mut sliced = LineSearch::new(line, seed);
        for _ in 0..40 / slice {
            sliced.run(slice);
        }
        sliced.run(40 % slice);
        prop_assert_eq!(whole.best(), sliced.best());
    }
}

#[test]
fn starts_respect_releases_initial_setups_and_machines() {
    let line = Line {
        jobs: 2,
        machines: 2,
        work: vec![5, 4, 3, 2],
        setup: vec![0, 7, 1, 0, 0, 20, 1, 0],
        initial: vec![2, 9, 0, 30],
        release: vec![101, 100],
        free: vec![100, 90],
        ..Line::default()
    };
    let search = LineSearch::new(line, 1);
    // Job 0: set up until 102, on machine 1 at once. Job 1: set up from 107 to 114 and from 111 to 131.
    assert_eq!(search.starts(&[0, 1]), [[102, 107], [114, 131]]);
    // Job 1: set up until 109 and 120. Job 0: set up from 112 to 113 and from 122 to 123.
    assert_eq!(search.starts(&[1, 0]), [[113, 123], [109, 120]]);
    assert!(search.starts(&[1, 1]).is_empty());
}

#[test]
fn an_offer_is_taken_when_it_is_better() {
    let line = line(40, 6, 3, false);
    let mut good = LineSearch::new(line.clone(), 1);
    good.run(300);
    let mut search = LineSearch::new(line, 2);
    assert!(good.makespan() < search.makespan());
    let own = search.best().to_vec();
    search.offer(&[0, 0, 1]);
    search.offer(&own);
    assert_eq!(search.best(), own);
    search.run(1);
    search.offer(good.best());
    assert!(search.makespan() <= good.makespan());
    search.run(5);
    assert!(search.makespan() <= good.makespan());
}

#[test]
fn odd_lines_do_not_panic() {
    for (jobs, machines) in [(0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (2, 1), (5, 1), (3, 30)] {
        for work in [0, 7] {
            let line =
                Line { jobs, machines, work: vec![work; jobs * machines], ..Line::default() };
            let mut search = LineSearch::new(line, 5);
            search.run(20);
            assert_eq!(search.best().len(), jobs);
            let all =
                if jobs == 0 || machines == 0 { 0 } else { work * (jobs + machines - 1) as i64 };
            assert_eq!(search.makespan(), all, "{jobs} jobs, {machines} machines");
            assert_eq!(search.lower_bound(), all);
            assert_eq!(search.starts(search.best()).len(), jobs);
        }
    }
}

#[test]
fn figures_of_any_size_are_counted() {
    for unit in [1, 1_000, 86_400_007, 40_000_000_000_000] {
        let mut line = line(9, 5, 11, true);
        let all =
            [&mut line.work, &mut line.setup, &mut line.initial, &mut line.release, &mut line.free];
        for it in all.into_iter().flatten() {
            *it *= unit;
        }
        // So that the figures share no divisor.
        line.work[0] += 1;
        let mut search = LineSearch::new(line.clone(), 1);
        search.run(50);
        assert_eq!(search.makespan(), line.run(search.best()).1);
    }
}

/// The last machine takes much longer than the others: differences grow out of the quick rows.
#[test]
fn a_line_out_of_balance_goes_on_with_larger_figures() {
    let (jobs, machines) = (60, 3);
    let work = (0..jobs * machines).map(|it| if it % 3 == 2 { 400 + it as i64 } else { 1 });
    let line = Line { jobs, machines, work: work.collect(), ..Line::default() };
    let mut search = LineSearch::new(line.clone(), 1);
    search.run(5);
    assert_eq!(search.makespan(), line.run(search.best()).1);
    assert_eq!(search.makespan(), search.lower_bound());
}

#[test]
fn thousands_of_jobs_begin_at_once() {
    let line = line(4_000, 5, 2, true);
    let mut search = LineSearch::new(line.clone(), 1);
    let first = search.makespan();
    search.run(2);
    assert!(search.lower_bound() <= search.makespan() && search.makespan() <= first);
    assert_eq!(search.makespan(), line.run(search.best()).1);
}
