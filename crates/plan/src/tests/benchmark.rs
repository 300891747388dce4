//! Public instances and their best known values. Sources and licence: `data/scheduling/README.md`.
//!
//! Gaps are those of this engine after a fixed number of steps: they may only become smaller.

use weft_model::WorkingTime;

use super::small::{after, at, job, mode, operation};
use crate::problem::{Objective, Problem, Resource, Weights};
use crate::{check, solve};

/// `n m`, then per job pairs of machine (from 0) and duration.
fn job_shop(text: &str) -> Problem {
    let mut lines = text.lines();
    let size: Vec<usize> = numbers(lines.next().unwrap()).collect();
    let mut problem = empty(size[0], size[1]);
    for (job, line) in lines.take(size[0]).enumerate() {
        let numbers: Vec<usize> = numbers(line).collect();
        for (index, pair) in numbers.chunks(2).enumerate() {
            let modes = vec![mode(pair[1] as i64, &[(pair[0], 1)])];
            add(&mut problem, job, index, modes);
        }
    }
    problem
}

/// `n m [flexibility]`, then per job the number of operations and for each the number of choices and pairs of
/// machine (from 1) and duration.
fn flexible_job_shop(text: &str) -> Problem {
    let mut lines = text.lines();
    let size: Vec<usize> = numbers(lines.next().unwrap()).collect();
    let mut problem = empty(size[0], size[1]);
    for (job, line) in lines.take(size[0]).enumerate() {
        let mut numbers = numbers(line);
        for index in 0..numbers.next().unwrap() {
            let choices = numbers.next().unwrap();
            let modes = (0..choices)
                .map(|_| {
                    let machine = numbers.next().unwrap() - 1;
                    mode(numbers.next().unwrap() as i64, &[(machine, 1)])
                })
                .collect();
            add(&mut problem, job, index, modes);
        }
    }
    problem
}

fn numbers(line: &str) -> impl Iterator<Item = usize> {
    line.split_whitespace().map(|number| number.parse().unwrap())
}

fn empty(jobs: usize, machines: usize) -> Problem {
    Problem {
        now: at(0),
        resources: vec![
            Resource {
                capacity: 1,
                working: WorkingTime::always(),
                ..Resource::default()
            };
            machines
        ],
        jobs: vec![job(0, None); jobs],
        operations: Vec::new(),
        precedences: Vec::new(),
        objective: Objective::weighted(Weights {
            makespan: 1,
            tardiness: 0,
            flow_time: 0,
            ..Weights::none()
        }),
        ..Problem::default()
    }
}

fn add(problem: &mut Problem, job: usize, index: usize, modes: Vec<crate::Mode>) {
    let this = problem.operations.len();
    problem.operations.push(operation(job, modes));
    if 0 < index {
        problem.precedences.push(after(this - 1, this));
    }
}

#[test]
fn public_instances_stay_within_their_gap() {
    let check = |name: &str, problem: Problem, best_known: i64, steps: u64, gap_percent: f64| {
        let solved = solve(&problem, steps, 1, None).unwrap();
        assert_eq!(check(&problem, &solved.plan), []);
        let makespan = solved.cost.makespan.get();
        let gap = 100.0 * (makespan - best_known) as f64 / best_known as f64;
        let least = solved.lower_bound.makespan.get();
        println!("{name}: {makespan}, gap {gap:.2} %, lower bound {least}, {} steps", solved.steps);
        assert!(best_known <= makespan, "{name}: {makespan} beats the best known {best_known}");
        assert!(least <= best_known, "{name}: lower bound {least}");
        assert!(gap <= gap_percent, "{name}: gap {gap:.2} %");
    };
    let ft06 = include_str!("../../../../data/scheduling/jobshop/ft06.txt");
    let ft10 = include_str!("../../../../data/scheduling/jobshop/ft10.txt");
    let la29 = include_str!("../../../../data/scheduling/jobshop/la29.txt");
    let mk04 = include_str!("../../../../data/scheduling/flexible-jobshop/mk04.txt");
    check("ft06", job_shop(ft06), 55, 2_000, 0.0);
    check("ft10", job_shop(ft10), 930, 20_000, 6.0);
    check("la29", job_shop(la29), 1152, 20_000, 12.0);
    check("mk04", flexible_job_shop(mk04), 60, 20_000, 4.0);
}
