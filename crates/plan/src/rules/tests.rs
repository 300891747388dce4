//! What rules are tried out with, and that none is forgotten.

#![expect(clippy::disallowed_methods, reason = "these tests read the source")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::Rules;
use super::present::{self, Feature};
use crate::checker::{self, Fault, check};
use crate::general::GeneralSearch;
use crate::instance::{Instance, Slot};
use crate::places::Model;
use crate::problem::{Cost, Frozen, Plan, Problem, Resource, Scheduled};
use crate::tests::random::{self, Size};
use crate::tests::small::{at, job, mode, operation};

/// In a plan: without a place.
pub(crate) const NO: (i64, i64) = (i64::MIN, i64::MIN);

/// One job; operations of so much work on these resources, that may pause.
pub(crate) fn of(resources: Vec<Resource>, operations: &[(i64, &[(usize, u32)])]) -> Problem {
    let one = |(work, needs): &(i64, &[(usize, u32)])| operation(0, vec![mode(*work, needs)]);
    let operations = operations.iter().map(one).collect();
    Problem { resources, jobs: vec![job(0, None)], operations, ..Problem::default() }
}

/// It does one thing at a time and always works.
pub(crate) fn machine() -> Resource {
    Resource { capacity: 1, ..Resource::default() }
}

pub(crate) fn freeze(problem: &mut Problem, operation: usize, start: i64, end: i64) {
    let frozen = Frozen { mode: 0, start: at(start), end: at(end) };
    problem.operations[operation].frozen = Some(frozen);
}

/// Operations that are placed one after the other in their first mode, each as soon as all rules let it, come to
/// stand there. `order`: all that are not frozen, by index.
#[track_caller]
pub(crate) fn check_places(problem: &Problem, order: &[usize], expected: &[(i64, i64)]) {
    check_branch(problem, order, &vec![0; problem.alternatives.len()], expected);
}

/// The same with these branches done.
#[track_caller]
pub(crate) fn check_branch(
    problem: &Problem,
    order: &[usize],
    branches: &[usize],
    expected: &[(i64, i64)],
) {
    assert_eq!(problem.validate(), Ok(()));
    let instance = Arc::new(Instance::new(problem).unwrap());
    let model = Arc::new(Model::new(problem, &instance));
    let order: Vec<u32> = order.iter().map(|it| *it as u32).collect();
    let chosen: Vec<u32> = branches.iter().map(|it| *it as u32).collect();
    let slots = GeneralSearch::in_order(Arc::clone(&model), &order, &chosen);
    let span = |it: &Slot| if it.is_placed() { (it.start, it.end) } else { NO };
    let found: Vec<(i64, i64)> = slots.iter().map(span).collect();
    assert_eq!(found, expected, "{order:?}");
    // Whatever is said here is what the checker knows too.
    let plan = plan(problem, &found, branches);
    assert_eq!(check(problem, &plan), [], "{found:?}");
    assert_eq!(model.cost_of(&slots, &chosen), checker::cost(problem, &plan));
}

/// A plan in which everything is done in its first mode, from start to end, breaks exactly these rules.
#[track_caller]
pub(crate) fn check_broken(problem: &Problem, spans: &[(i64, i64)], expected: &[&str]) {
    let faults = check(problem, &plan(problem, spans, &vec![0; problem.alternatives.len()]));
    let broken: BTreeSet<&str> = faults.iter().filter_map(rule_of).collect();
    assert!(broken.iter().all(|it| Rules::FILES.contains(it) || GROUND.contains(it)));
    assert_eq!(broken, expected.iter().copied().collect(), "{faults:?}");
}

/// What a plan costs in which everything is done in its first mode, from start to end; no matter whether it
/// keeps the rules.
#[track_caller]
pub(crate) fn cost_of(problem: &Problem, spans: &[(i64, i64)], branches: &[usize]) -> Cost {
    assert_eq!(problem.validate(), Ok(()));
    let instance = Arc::new(Instance::new(problem).unwrap());
    let model = Model::new(problem, &instance);
    let slots = spans.iter().zip(&instance.operations).map(|(&(start, end), it)| {
        let unplaced = Slot::unplaced(it.first_mode);
        if (start, end) == NO { unplaced } else { Slot { start, end, ..unplaced } }
    });
    let slots: Vec<_> = slots.collect();
    let chosen: Vec<u32> = branches.iter().map(|it| *it as u32).collect();
    let cost = model.cost_of(&slots, &chosen);
    assert_eq!(cost, checker::cost(problem, &plan(problem, spans, branches)));
    cost
}

fn plan(problem: &Problem, spans: &[(i64, i64)], branches: &[usize]) -> Plan {
    let slot = |(&(start, end), it): (&(i64, i64), &crate::problem::Operation)| {
        let mode = it.frozen.map_or(0, |it| it.mode);
        ((start, end) != NO).then(|| Scheduled { mode, start: at(start), end: at(end) })
    };
    let operations = spans.iter().zip(&problem.operations).map(slot).collect();
    Plan { operations, branches: branches.to_vec() }
}

/// What a search stops for: what jobs and makespan add to a level grows with them, and is never more than the whole.
#[test]
fn what_is_counted_before_a_plan_is_complete_is_no_more_than_it_costs() {
    let size = Size {
        jobs: 4,
        operations_per_job: 4,
        resources: 4,
        work: 12,
        may_fail: true,
        frozen_percent: 10,
    };
    for seed in 0..100 {
        let problem = random::wild(seed, size);
        let instance = Arc::new(Instance::new(&problem).unwrap());
        let model = Arc::new(Model::new(&problem, &instance));
        let branches: Vec<u32> = model.fixed_branch.iter().map(|it| it.unwrap_or(0)).collect();
        let slots = GeneralSearch::in_order(Arc::clone(&model), &instance.topological, &branches);
        let cost = model.cost_of(&slots, &branches);
        for (weights, level) in instance.objective.levels.iter().zip(cost.levels) {
            let rules = &model.rules;
            let mut sum = rules.of_makespan(weights, cost.makespan.get());
            assert!(rules.of_makespan(weights, cost.makespan.get() + 7) >= sum, "seed {seed}");
            for (index, job) in instance.jobs.iter().enumerate() {
                let slots = instance.job_operations(index).iter().map(|it| slots[*it as usize]);
                let end = slots.filter(|it| it.is_placed()).map(|it| it.end).max();
                let Some(end) = end else { continue };
                let of_job = rules.of_job(weights, job, end);
                assert!(rules.of_job(weights, job, end + 7) >= of_job, "seed {seed}");
                sum += of_job;
            }
            assert!(sum <= level || rules.may_earn(&instance, weights), "seed {seed}");
        }
    }
}

/// What the others stand on is a file, but not in the list.
const GROUND: [&str; 2] = ["calendar", "frozen"];

/// What else is in the folder.
const NO_RULES: [&str; 3] = ["fold", "present", "tests"];

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

/// The names of the source files in a folder of this crate.
fn files(name: &str) -> BTreeSet<String> {
    let paths = std::fs::read_dir(folder(name)).unwrap().map(|it| it.unwrap().path());
    let sources = paths.filter(|it| it.extension().is_some_and(|it| it == "rs"));
    sources.map(|it| it.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn names<'a>(of: impl IntoIterator<Item = &'a &'static str>) -> BTreeSet<String> {
    of.into_iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn every_file_is_in_the_list_and_in_the_table() {
    let known = names(Rules::FILES.iter().chain(&GROUND));
    let files = files("rules");
    assert_eq!(files, known.union(&names(&NO_RULES)).cloned().collect());
    let rows = include_str!("../rules.rs").lines().filter_map(|it| it.strip_prefix("//! | [`"));
    let rows = rows.map(|it| it.split('`').next().unwrap().to_owned());
    assert_eq!(rows.collect::<BTreeSet<String>>(), known);
}

/// A rule is never a matter of the search.
#[test]
fn the_general_search_names_no_rule() {
    for file in files("general").iter().filter(|it| *it != "tests") {
        let path = folder("general").join(file).with_extension("rs");
        let text = std::fs::read_to_string(path).unwrap();
        for after in text.split("rules::").skip(1) {
            let named = after.split(';').next().unwrap();
            let mut words = named.split(|it: char| !it.is_alphanumeric() && it != '_');
            assert!(words.all(|it| !Rules::FILES.contains(&it)), "{file}: rules::{named}");
        }
    }
}

/// A strategy that leaves a problem alone because of a feature leaves these rules to others.
fn rules_with(feature: Feature) -> &'static [&'static str] {
    match feature {
        Feature::Alternatives => &["alternative"],
        Feature::Batches => &["batch"],
        Feature::Blocking => &["hold"],
        Feature::Breaks => &["calendar"],
        Feature::Budgets => &["budget"],
        Feature::Capacity | Feature::SeveralNeeds => &["capacity"],
        Feature::Deadlines => &["deadline"],
        Feature::Frozen => &["frozen"],
        Feature::Lags | Feature::MaximumLags => &["precedence"],
        Feature::Lines => &["line"],
        Feature::Modes => &["money"],
        Feature::Objective => &["makespan", "tardiness", "flow_time"],
        Feature::Releases => &["release"],
        Feature::Setups => &["setup"],
        Feature::OtherWeights => &["earliness", "energy", "peak", "stability", "standby"],
        Feature::Storages => &["storage"],
    }
}

#[test]
fn no_rule_slips_past_a_strategy() {
    let known = names(Rules::FILES.iter().chain(&GROUND));
    let features = present::ALL.iter().flat_map(|it| rules_with(it.0));
    assert_eq!(names(features), known);
}

/// The checker has its own file for what each rule says.
#[test]
fn every_file_of_the_checker_is_about_rules_of_the_list() {
    let about = [
        ("batch", &["batch"][..]),
        ("branch", &["alternative"]),
        ("budget", &["budget"]),
        ("capacity", &["capacity", "hold", "storage"]),
        ("energy", &["energy", "standby", "peak"]),
        ("figures", &["makespan", "tardiness", "flow_time", "earliness", "stability", "money"]),
        ("line", &["line"]),
        ("operation", &["calendar", "frozen", "release", "deadline"]),
        ("precedence", &["precedence"]),
        ("setup", &["setup"]),
    ];
    let about_none = names(&["fault", "span", "tests", "view"]);
    let files = files("checker");
    assert_eq!(files, names(about.iter().map(|it| &it.0)).union(&about_none).cloned().collect());
    let rules = names(about.iter().flat_map(|it| it.1));
    assert_eq!(rules, names(Rules::FILES.iter().chain(&GROUND)));
}

/// By kind of fault the rule that a plan with it breaks; `None` when it is no plan of this problem at all.
fn rule_of(fault: &Fault) -> Option<&'static str> {
    Some(match fault {
        Fault::Shape { .. } | Fault::UnknownMode { .. } => return None,
        Fault::BeforeNow { .. } | Fault::BeforeRelease { .. } | Fault::BeforeOwnRelease { .. } => {
            "release"
        }
        Fault::StartsClosed { .. }
        | Fault::WrongWork { .. }
        | Fault::EndsLate { .. }
        | Fault::OverBreak { .. }
        | Fault::Backwards { .. } => "calendar",
        Fault::OverCapacity { .. } => "capacity",
        Fault::TooEarly { .. } | Fault::TooLate { .. } | Fault::WithoutPredecessor { .. } => {
            "precedence"
        }
        Fault::FrozenMoved { .. } => "frozen",
        Fault::BranchCount { .. } | Fault::UnknownBranch { .. } | Fault::NotChosen { .. } => {
            "alternative"
        }
        Fault::AfterDeadline { .. } => "deadline",
        Fault::WithoutSetup { .. } | Fault::NotCleaned { .. } => "setup",
        Fault::NoBatch { .. } => "batch",
        Fault::OverBudget { .. } => "budget",
        Fault::Overtaken { .. } => "line",
    })
}
