//! Back to the plan in force.

use proptest::prelude::*;
use weft_model::WorkingTime;

use super::{laid_out, starts};
use crate::check;
use crate::instance::{Instance, Slot};
use crate::problem::{Cost, LEVELS, Objective, Plan, Problem, Resource, Scheduled, Weights};
use crate::random::Random;
use crate::search::Search;
use crate::tests::random::{self, Size};
use crate::tests::small::{after, at, job, mode, operation};
use crate::timetable::match_up::{MatchUp, Step};
use crate::timetable::repair::Style;
use crate::timetable::{Layout, Timetable};

fn key(cost: Cost) -> (usize, [i128; LEVELS]) {
    (cost.unplaced, cost.levels)
}

fn elsewhere(table: &Timetable, base: &[Slot]) -> usize {
    let pairs = table.slots().iter().zip(base);
    pairs.filter(|(slot, base)| base.is_placed() && slot != base).count()
}

/// Some are pushed to where they need not be.
fn disturb(layout: &Layout, table: &mut Timetable, random: &mut Random) {
    table.begin();
    for _ in 0..=random.below(6) {
        let operation = random.below(table.slots().len());
        let slot = table.slots()[operation];
        if !slot.is_placed() || layout.instance.operations[operation].frozen.is_some() {
            continue;
        }
        let ready = table.ready(layout, operation as u32).unwrap_or(slot.start);
        let from = ready.max(slot.start + random.below(30) as i64 - 15);
        table.push_in(layout, operation as u32, slot.mode, from);
        table.repair(layout, if random.chance(50) { Style::Dispatch } else { Style::Order });
        table.insert_dropped(layout);
    }
    table.settle(layout);
}

fn plan_of(layout: &Layout, table: &Timetable) -> Plan {
    let pairs = table.slots().iter().zip(&layout.instance.operations);
    let scheduled = pairs.map(|(slot, it)| {
        slot.is_placed().then(|| Scheduled {
            mode: (slot.mode - it.first_mode) as usize,
            start: at(slot.start),
            end: at(slot.end),
        })
    });
    Plan { operations: scheduled.collect(), branches: Vec::new() }
}

/// A problem, its plan laid out, and another plan made of that.
fn disturbed(problem: &Problem, seed: u64) -> (Layout, Timetable, Vec<Slot>) {
    let mut search = Search::new(problem, seed, None).unwrap();
    search.run(50);
    let layout = Layout::new(problem, Instance::new(problem).unwrap()).unwrap();
    let mut table = Timetable::of_plan(&layout, search.best());
    let base = table.slots().to_vec();
    disturb(&layout, &mut table, &mut Random::new(seed));
    (layout, table, base)
}

#[test]
fn who_has_moved_in_vain_goes_back_and_nobody_else() {
    // In the plan in force the second was at 3, and the third at 9, where the first is now.
    let (layout, mut table) = laid_out(&[(8, 3), (12, 2), (15, 2)]);
    let mut base = table.slots().to_vec();
    base[1].start = 3;
    base[1].end = 5;
    base[2].start = 9;
    base[2].end = 11;
    table.stabilise(&layout, &base);
    assert_eq!(starts(&table), [8, 3, 15]);
    // Later is dearer here: the first stays.
    base[0].start = 20;
    base[0].end = 23;
    table.stabilise(&layout, &base);
    assert_eq!(starts(&table), [8, 3, 15]);
}

#[test]
fn one_who_goes_back_makes_room_for_another() {
    let (layout, mut table) = laid_out(&[(4, 3), (7, 3), (10, 3)]);
    let mut base = table.slots().to_vec();
    for (it, start) in base.iter_mut().zip([1, 4, 7]) {
        (it.start, it.end) = (start, start + 3);
    }
    table.stabilise(&layout, &base);
    assert_eq!(starts(&table), [1, 4, 7]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn to_stabilise_costs_nothing_and_happens_once(
        seed in any::<u64>(),
        jobs in 1_usize..8,
        operations_per_job in 1_usize..6,
        resources in 1_usize..5,
    ) {
        let size = Size { jobs, operations_per_job, resources, work: 12, may_fail: false, frozen_percent: 10 };
        let problem = random::problem(seed, size);
        let (layout, mut table, base) = disturbed(&problem, seed);
        let (before, slots) = (table.cost(&layout), table.slots().to_vec());
        table.stabilise(&layout, &base);
        prop_assert!(key(table.cost(&layout)) <= key(before), "never dearer");
        for (index, it) in layout.instance.operations.iter().enumerate() {
            let now = table.slots()[index];
            prop_assert!(now == slots[index] || now == base[index], "nobody goes anywhere else");
            prop_assert!(it.frozen.is_none_or(|fact| fact == now), "facts stay");
        }
        prop_assert_eq!(check(&problem, &plan_of(&layout, &table)), []);
        let once = table.slots().to_vec();
        table.stabilise(&layout, &base);
        prop_assert_eq!(table.slots(), &once[..], "all who can go back do so at once");
    }

    #[test]
    fn a_shop_without_a_disturbance_goes_back_to_its_plan(seed in any::<u64>(), jobs in 1_usize..8, machines in 1_usize..6) {
        let problem = shop(seed, jobs, machines);
        let (layout, mut table, base) = disturbed(&problem, seed);
        let mut match_up = MatchUp::new(&layout, &table, &base, 0).unwrap();
        let mut random = Random::new(seed);
        while match_up.step(&layout, &mut random) == Step::GoOn {}
        table.begin();
        prop_assert!(table.install(&layout, match_up.slots()));
        prop_assert_eq!(elsewhere(&table, &base), 0);
    }

    #[test]
    fn a_shop_that_is_disturbed_finds_a_sound_plan(
        seed in any::<u64>(),
        jobs in 1_usize..8,
        machines in 1_usize..6,
        late in 1_i64..60,
        steps in 0_usize..200,
    ) {
        let problem = shop(seed, jobs, machines);
        let (mut layout, mut table, base) = disturbed(&problem, seed);
        // Material for one is late.
        let mut random = Random::new(seed);
        let late_one = random.below(base.len());
        layout.instance.operations[late_one].earliest = base[late_one].start + late;
        table.begin();
        table.doubt_early(&layout, late_one as u32);
        table.repair(&layout, Style::Order);
        let mut match_up = MatchUp::new(&layout, &table, &base, usize::MAX).unwrap();
        let mut step = Step::GoOn;
        for _ in 0..steps {
            if step == Step::GoOn {
                step = match_up.step(&layout, &mut random);
            }
        }
        if step == Step::GoOn {
            step = match_up.finish(&layout, &mut random);
        }
        prop_assert_eq!(step, Step::Done);
        table.begin();
        prop_assert!(table.install(&layout, match_up.slots()));
        prop_assert_eq!(check(&problem, &plan_of(&layout, &table)), []);
        let begins = base[late_one].start;
        prop_assert!(begins + late <= table.slots()[late_one].start);
        for (slot, base) in table.slots().iter().zip(&base) {
            prop_assert!(begins < base.end || slot == base, "who was done by then does not hear of it");
        }
    }
}

/// Every job passes every machine once, and some may go to another instead.
fn shop(seed: u64, jobs: usize, machines: usize) -> Problem {
    let mut random = Random::new(seed ^ 0x7368_6f70);
    let random = &mut random;
    let resource =
        || Resource { capacity: 1, working: WorkingTime::always(), ..Resource::default() };
    let mut problem = Problem {
        resources: (0..machines).map(|_| resource()).collect(),
        objective: Objective::weighted(Weights {
            makespan: 1 + random.below(2) as u32,
            tardiness: random.below(2) as u32,
            flow_time: random.below(2) as u32,
            ..Weights::none()
        }),
        ..Problem::default()
    };
    for index in 0..jobs {
        problem.jobs.push(job(0, random.chance(50).then(|| random.below(60) as i64)));
        let mut order: Vec<usize> = (0..machines).collect();
        for at in (1..machines).rev() {
            order.swap(at, random.below(at + 1));
        }
        for (at, machine) in order.into_iter().enumerate() {
            let mut modes = vec![mode(1 + random.below(12) as i64, &[(machine, 1)])];
            if random.chance(20) {
                let other = random.below(machines);
                modes.push(mode(1 + random.below(12) as i64, &[(other, 1)]));
            }
            let this = problem.operations.len();
            problem.operations.push(operation(index, modes));
            if 0 < at {
                problem.precedences.push(after(this - 1, this));
            }
        }
    }
    problem
}
