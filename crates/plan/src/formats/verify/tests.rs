mod right;

use proptest::prelude::*;

use super::super::tests::{FT06, J30, J50, MK04, SDST};
use super::super::{Format, read};
use super::*;
use right::{as_listed, entry, finished, in_turn, one_by_one};

/// Two machines, job 0 with a choice, job 1 visits machine 0 twice.
const SHOP: &str = "2 2\n2 2 1 3 2 5 1 2 4\n2 1 1 2 1 1 6\n";
/// Start, two activities that share a resource and a budget, end.
const PROJECT: &str = "\
jobs (incl. supersource/sink ): 4
- renewable: 1 R
- nonrenewable: 1 N
PRECEDENCE RELATIONS:
1 1 2 2 3
2 2 1 4
3 1 1 4
4 1 0
****
REQUESTS/DURATIONS:
1 1 0 0 0
2 1 3 2 5
  2 4 1 3
3 1 2 2 4
4 1 0 0 0
****
RESOURCEAVAILABILITIES:
3 9
";
const LINE: &str = "2 2\n3 2\n1 4\n0 5\n1 0\n0 2\n9 0\n";

fn shop(format: Format, text: &str) -> (PublicInstance, Answer) {
    let instance = read(format, text).unwrap();
    let PublicInstance::Shop(it) = &instance else { panic!("no shop") };
    let answer = in_turn(it);
    (instance, answer)
}

fn project(format: Format, text: &str) -> (PublicInstance, Answer) {
    let instance = read(format, text).unwrap();
    let PublicInstance::Project(it) = &instance else { panic!("no project") };
    let answer = as_listed(it);
    (instance, answer)
}

fn line(text: &str) -> (PublicInstance, Answer) {
    let instance = read(Format::SetupFlowShop, text).unwrap();
    let PublicInstance::Line(it) = &instance else { panic!("no line") };
    let answer = one_by_one(it);
    (instance, answer)
}

fn all() -> Vec<(PublicInstance, Answer)> {
    vec![
        shop(Format::JobShop, FT06),
        shop(Format::FlexibleJobShop, MK04),
        shop(Format::FlexibleJobShop, SHOP),
        project(Format::Patterson, J30),
        project(Format::Psplib, PROJECT),
        line(SDST),
        line(LINE),
    ]
}

/// The faults after a change to a correct answer.
fn faults(of: &(PublicInstance, Answer), change: impl Fn(&mut Answer)) -> String {
    let (instance, mut answer) = of.clone();
    change(&mut answer);
    let line =
        |fault: &FormatFault| format!("{fault}\n  help: {} [{}]\n", fault.help(), fault.code());
    verify(&instance, &answer).iter().map(line).collect()
}

fn faults_of_each(of: &(PublicInstance, Answer), changes: &[&dyn Fn(&mut Answer)]) -> String {
    changes.iter().map(|change| faults(of, change) + "\n").collect()
}

fn shift(it: &mut AnswerOperation, by: i64) {
    it.start += by;
    it.end += by;
}

#[test]
fn what_is_right_has_no_fault() {
    for (instance, answer) in all() {
        assert_eq!(verify(&instance, &answer), []);
    }
}

#[test]
fn faults_of_a_shop() {
    let shop = shop(Format::FlexibleJobShop, SHOP);
    let changes: [&dyn Fn(&mut Answer); 9] = [
        &|it| it.operations[0].job = 2,
        &|it| it.operations[2].operation = 2,
        &|it| it.operations.push(it.operations[0]),
        &|it| it.operations.truncate(3),
        &|it| it.operations[0].mode = 2,
        &|it| it.operations[0].mode = 1,
        &|it| shift(&mut it.operations[2], -1),
        &|it| shift(&mut it.operations[3], -2),
        &|it| it.lower_bound += 1,
    ];
    insta::assert_snapshot!(faults_of_each(&shop, &changes), @"
    entry 0: the instance has no operation 0 of job 2
      help: take it out; jobs and operations count from 0, and the instance must be the one that was solved [P501]
    operation 0 of job 0 is missing
      help: add it; dummies of a project count too [P503]

    entry 2: the instance has no operation 2 of job 0
      help: take it out; jobs and operations count from 0, and the instance must be the one that was solved [P501]
    operation 1 of job 0 is missing
      help: add it; dummies of a project count too [P503]

    entry 4: operation 0 of job 0 was there before
      help: keep one of the two [P502]

    operation 1 of job 1 is missing
      help: add it; dummies of a project count too [P503]
    the objective is given as 11, but the last operation ends at 7
      help: write the end of the last operation as `objective` [P514]

    operation 0 of job 0 is done in mode 2; its number of modes is 2
      help: use a mode it has; modes count from 0 [P504]

    operation 0 of job 0 is on resource 0; its mode is on 1
      help: name the machine of the mode, from 0; in a project the resource is 0 [P505]
    operation 0 of job 0 takes 3; its mode takes 5
      help: let it end at its start plus the duration of its mode [P506]

    operation 1 of job 0 starts at 2, before operation 0 of job 0 ends at 3
      help: move it later, or the one before it earlier [P511]

    operation 1 of job 1 starts at 3, before operation 0 of job 1 ends at 5
      help: move it later, or the one before it earlier [P511]
    machine 0: operation 1 of job 1 starts at 3, while operation 0 of job 1 lasts until 5
      help: move one of them, or put it on another machine [P508]
    the objective is given as 11, but the last operation ends at 9
      help: write the end of the last operation as `objective` [P514]

    the lower bound 12 is above the objective 11
      help: write a bound that was proved; it is at most the objective [P515]
    ");
}

#[test]
fn an_operation_without_duration_is_not_inside_another() {
    let shop = shop(Format::JobShop, "2 1\n0 5\n0 0\n");
    let check = |start: i64, expected| {
        let changed = |it: &mut Answer| shift(&mut it.operations[1], start - 5);
        assert_eq!(faults(&shop, changed).lines().count(), expected, "{start}");
    };
    check(5, 0);
    check(0, 0);
    check(2, 2);
}

#[test]
fn faults_of_a_project() {
    let project = project(Format::Psplib, PROJECT);
    let changes: [&dyn Fn(&mut Answer); 7] = [
        &|it| it.operations[0].operation = 1,
        &|it| it.operations[1].mode = 2,
        &|it| it.operations[1].resource = 1,
        &|it| it.operations[1].end = 4,
        &|it| shift(&mut it.operations[2], -2),
        &|it| shift(&mut it.operations[3], -1),
        &|it| shift(&mut it.operations[0], -1),
    ];
    insta::assert_snapshot!(faults_of_each(&project, &changes), @"
    entry 0: the instance has no operation 1 of job 0
      help: take it out; jobs and operations count from 0, and the instance must be the one that was solved [P501]
    operation 0 of job 0 is missing
      help: add it; dummies of a project count too [P503]

    operation 0 of job 1 is done in mode 2; its number of modes is 2
      help: use a mode it has; modes count from 0 [P504]

    operation 0 of job 1 is on resource 1; its mode is on 0
      help: name the machine of the mode, from 0; in a project the resource is 0 [P505]

    operation 0 of job 1 takes 4; its mode takes 3
      help: let it end at its start plus the duration of its mode [P506]
    resource 0 has 3, but 4 is taken from 3 to 4
      help: move one of the operations that take it then [P509]

    resource 0 has 3, but 4 is taken from 1 to 3
      help: move one of the operations that take it then [P509]

    operation 0 of job 3 starts at 4, before operation 0 of job 2 ends at 5
      help: move it later, or the one before it earlier [P511]

    operation 0 of job 0 starts at -1, before 0
      help: start at 0 or later [P507]
    ");
    let instance = read(Format::Psplib, &PROJECT.replace("2 1 3 2 5", "2 1 3 2 6")).unwrap();
    insta::assert_snapshot!(faults(&(instance, project.1), |_| ()), @"
    nonrenewable resource 0 has 9 in all, but 10 is used up
      help: choose modes that use less of it [P510]
    ");
    // All first modes of a published instance use up too much.
    let instance = read(Format::Psplib, J50).unwrap();
    let PublicInstance::Project(it) = &instance else { panic!("no project") };
    let answer = as_listed(it);
    let codes: Vec<_> = verify(&instance, &answer).iter().map(FormatFault::code).collect();
    assert_eq!(codes, ["P510", "P510"]);
}

#[test]
fn faults_of_a_line() {
    let line = line(LINE);
    let changes: [&dyn Fn(&mut Answer); 7] = [
        &|it| it.operations[0].job = 2,
        &|it| it.operations.push(it.operations[1]),
        &|it| it.operations[0].mode = 1,
        &|it| it.operations[3].resource = 0,
        &|it| shift(&mut it.operations[2], -1),
        &|it| shift(&mut it.operations[1], 30),
        &|it| it.operations[1].start = 2,
    ];
    insta::assert_snapshot!(faults_of_each(&line, &changes), @"
    entry 0: the instance has no operation 0 of job 2
      help: take it out; jobs and operations count from 0, and the instance must be the one that was solved [P501]
    operation 0 of job 0 is missing
      help: add it; dummies of a project count too [P503]

    entry 4: operation 1 of job 0 was there before
      help: keep one of the two [P502]

    operation 0 of job 0 is done in mode 1; its number of modes is 1
      help: use a mode it has; modes count from 0 [P504]

    operation 1 of job 1 is on resource 0; its mode is on 1
      help: name the machine of the mode, from 0; in a project the resource is 0 [P505]

    machine 0: job 1 starts at 7; job 0 ends at 3 and the set-up between them takes 5
      help: move it later, or change the order of the jobs [P512]

    machine 1: job 1 comes before job 0, elsewhere it is the other way round
      help: use one order of the jobs on all machines [P513]
    the objective is given as 13, but the last operation ends at 35
      help: write the end of the last operation as `objective` [P514]

    operation 1 of job 0 takes 3; its mode takes 2
      help: let it end at its start plus the duration of its mode [P506]
    operation 1 of job 0 starts at 2, before operation 0 of job 0 ends at 3
      help: move it later, or the one before it earlier [P511]
    ");
}

/// Every answer here starts each operation as early as the order of the list allows.
#[test]
fn no_operation_can_start_earlier() {
    for (instance, answer) in all() {
        for index in 0..answer.operations.len() {
            let mut answer = answer.clone();
            shift(&mut answer.operations[index], -1);
            // The objective follows, so that it is not what is found.
            let last = answer.operations.iter().map(|it| it.end).max().unwrap();
            (answer.objective, answer.lower_bound) = (last, 0);
            let found = verify(&instance, &answer);
            assert!(!found.is_empty(), "{:?}", answer.operations[index]);
        }
    }
}

/// The number at `field` of the entry at `index`; one behind the last entry: objective and bound.
fn mutate(answer: &mut Answer, index: usize, field: usize, by: i64) {
    let narrow = |number: &mut u32| *number = number.wrapping_add(by as u32);
    let wide = |number: &mut i64| *number = number.wrapping_add(by);
    match (answer.operations.get_mut(index), field) {
        // A lower bound that is lower is true as well.
        (None, 0..=2) => answer.lower_bound += 1 + by.rem_euclid(1 << 40),
        (None, _) => wide(&mut answer.objective),
        (Some(it), 0) => narrow(&mut it.job),
        (Some(it), 1) => narrow(&mut it.operation),
        (Some(it), 2) => narrow(&mut it.mode),
        (Some(it), 3) => narrow(&mut it.resource),
        (Some(it), 4) => wide(&mut it.start),
        (Some(it), _) => wide(&mut it.end),
    }
}

proptest! {
    #[test]
    fn one_wrong_number_is_found(
        family in 0..7_usize,
        index: prop::sample::Index,
        field in 0..6_usize,
        by in prop_oneof![Just(-1_i64), 1..9_i64, i64::from(i32::MIN)..=-1, Just(i64::MIN), Just(i64::MAX)],
    ) {
        let (instance, mut answer) = all().swap_remove(family);
        let right = answer.clone();
        mutate(&mut answer, index.index(right.operations.len() + 1), field, by);
        // Adding 2^63 leaves the lower half as it is.
        prop_assert!(answer == right || !verify(&instance, &answer).is_empty());
    }

    #[test]
    fn the_order_of_entries_does_not_matter(
        family in 0..7_usize,
        swaps in prop::collection::vec(any::<[prop::sample::Index; 2]>(), 0..40),
    ) {
        let (instance, mut answer) = all().swap_remove(family);
        let count = answer.operations.len();
        for [a, b] in swaps {
            answer.operations.swap(a.index(count), b.index(count));
        }
        prop_assert_eq!(verify(&instance, &answer), []);
    }

    /// Moment by moment, by the definition.
    #[test]
    fn capacity_is_kept_at_every_moment(starts: [u8; 5], durations: [u8; 5], demands: [u8; 5]) {
        let rows: Vec<(i64, i64, u32)> = (0..5)
            .map(|at| (i64::from(starts[at] % 8), i64::from(durations[at] % 5), u32::from(demands[at] % 4)))
            .collect();
        let text = rows.iter().flat_map(|it| [it.1.to_string(), it.2.to_string(), "0".to_owned()]).collect::<Vec<_>>().join(" ");
        let instance = read(Format::Patterson, &format!("5 1\n3\n{text}")).unwrap();
        let entries = rows.iter().enumerate().map(|(job, it)| entry(job, 0, 0, it.0, it.1)).collect();
        let taken = |at: i64| -> u32 {
            rows.iter().filter(|it| it.0 <= at && at < it.0 + it.1).map(|it| it.2).sum()
        };
        let mut gaps = (-1..13).map(taken).collect::<Vec<_>>();
        gaps.dedup_by_key(|taken| 3 < *taken);
        let expected: Vec<u32> = gaps.into_iter().filter(|taken| 3 < *taken).collect();
        prop_assert_eq!(verify(&instance, &finished(entries)).len(), expected.len());
    }

    /// There is an order of the jobs that all machines keep, by trying all orders.
    #[test]
    fn a_line_has_an_order(
        times in prop::collection::vec((0..10_i64, 0..3_i64), 6),
        setups in prop::collection::vec(0..2_i64, 18),
    ) {
        let numbers = |it: Vec<i64>| it.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        let work = numbers(times.iter().map(|it| it.1).collect());
        let text = format!("3 2 {work} {}", numbers(setups));
        let instance = read(Format::SetupFlowShop, &text).unwrap();
        let PublicInstance::Line(line) = &instance else { panic!("no line") };
        let at = |job: usize, machine: usize| times[job * 2 + machine];
        let in_turn = (0..3).all(|job| at(job, 0).0 + at(job, 0).1 <= at(job, 1).0);
        let keeps = |order: &[usize; 3], machine: usize| {
            order.windows(2).all(|pair| {
                let (start, work) = at(pair[0], machine);
                start + work + line.setup(machine, pair[0], pair[1]) <= at(pair[1], machine).0
            })
        };
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let fitting = orders.iter().find(|order| (0..2).all(|machine| keeps(order, machine)));
        // Where times leave the order open, that of the answer says.
        let order = fitting.copied().unwrap_or([0, 1, 2]);
        let entries = order.iter().flat_map(|&job| [0, 1].map(|machine| (job, machine))).map(
            |(job, machine)| entry(job, machine, machine as u32, at(job, machine).0, at(job, machine).1)
        );
        let answer = finished(entries.collect());
        let is_right = verify(&instance, &answer).is_empty();
        prop_assert_eq!(is_right, in_turn && fitting.is_some());
    }
}
