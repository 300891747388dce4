//! What is said about a plan beside the plan: what its cost is made of, why something is where it is, what would
//! make it be in time, what is different in another plan, and which constraints clash.

use std::fmt::Write as _;

use serde_json::{Value, json};
use weft_model::{Millis, Timestamp, Title};
use weft_plan::difference::Names;
use weft_plan::{Measure, Of, Plan, Problem, Remedy};

/// Steps of each trial of a remedy, unless `--steps` says otherwise.
pub(super) const TRIAL_STEPS: u64 = 300;
/// Steps of each search for constraints that clash.
const CLASH_STEPS: u64 = 60;
/// Clashing constraints are looked for among so many operations at most, which takes up to a second or so after
/// `--seconds`: the command has to end.
const CLASH_OPERATIONS_MAX: usize = 500;
/// How many shares of each part of the objective are named.
const SHARES_SHOWN: usize = 3;
/// How many of the things that the time was spent on are shown.
const ROOTS_SHOWN: usize = 10;
/// How many links of a chain are shown.
const LINKS_SHOWN: usize = 30;

/// A plan that someone asks about.
pub(super) struct Subject<'a> {
    pub(super) problem: &'a Problem,
    pub(super) plan: &'a Plan,
    pub(super) names: &'a Names<'a>,
}

/// What it is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    Job(usize),
    Operation(usize),
}

/// What was asked, once it is known to be there.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) why: Option<Target>,
    pub(super) remedies: Option<(usize, Vec<Remedy>)>,
    pub(super) other: Option<Plan>,
}

impl Subject<'_> {
    /// All that was asked.
    pub(super) fn text(&self, asked: &Asked) -> String {
        let mut text = String::new();
        if let Some(target) = asked.why {
            self.why_text(target, &mut text);
        }
        if let Some((job, found)) = &asked.remedies {
            self.remedies_text(*job, found, &mut text);
        }
        if let Some(other) = &asked.other {
            text.push_str("\nFrom the plan in the file to this one:\n");
            for line in weft_plan::difference(self.problem, other, self.plan).text(self.names) {
                let _ = writeln!(text, "  {}", line.en);
            }
        }
        text
    }

    /// Adds all that was asked to an answer.
    pub(super) fn add_json(&self, asked: &Asked, answer: &mut Value) {
        let Some(answer) = answer.as_object_mut() else { return };
        answer.insert("breakdown".to_owned(), self.breakdown_json());
        if let Some(target) = asked.why {
            answer.insert("why".to_owned(), self.why_json(target));
        }
        if let Some((job, found)) = &asked.remedies {
            let all: Vec<Value> = found.iter().map(|it| self.remedy_json(*job, it)).collect();
            answer.insert("remedies".to_owned(), all.into());
        }
        if let Some(other) = &asked.other {
            let found = weft_plan::difference(self.problem, other, self.plan);
            let text: Vec<Value> = found.text(self.names).iter().map(title_json).collect();
            let difference = json!({
                "operations": found.operations,
                "moved": found.moves.len(),
                "other_resources": found.moves.iter().filter(|it| it.resources.is_some()).count(),
                "text": text,
            });
            answer.insert("difference".to_owned(), difference);
        }
    }

    /// The parts of the objective, and who has most of them.
    pub(super) fn breakdown_text(&self) -> String {
        let found = weft_plan::breakdown(self.problem, self.plan);
        let mut text = String::from("\nWhat the objective is made of:\n");
        for level in &found.levels {
            for part in &level.parts {
                let counts = i128::from(part.weight) * part.amount;
                let percent = 100.0 * counts as f64 / (level.sum.max(1)) as f64;
                let amount = part.measure.text(part.amount, self.names.span);
                let _ = writeln!(
                    text,
                    "  {:24}{amount:>16} x {:<4}{percent:>6.1} %",
                    part.measure.title().en,
                    part.weight,
                );
                if part.measure == Measure::Makespan {
                    continue;
                }
                let shares = found.shares.iter().filter(|it| it.measure == part.measure);
                for share in shares.filter(|it| 0 < it.amount).take(SHARES_SHOWN) {
                    let amount = share.measure.text(share.amount, self.names.span);
                    let _ = writeln!(text, "    {:22}{amount:>16}", self.of(share.of).en);
                }
            }
        }
        text
    }

    fn breakdown_json(&self) -> Value {
        let found = weft_plan::breakdown(self.problem, self.plan);
        let levels: Vec<Value> = found
            .levels
            .iter()
            .map(|level| {
                let parts = level.parts.iter().map(|part| {
                    json!({
                        "measure": measure_name(part.measure),
                        "weight": part.weight,
                        "amount": number(part.amount),
                    })
                });
                json!({ "sum": number(level.sum), "parts": parts.collect::<Vec<_>>() })
            })
            .collect();
        let weighed = |measure: Measure| {
            let mut parts = found.levels.iter().flat_map(|level| &level.parts);
            parts.any(|part| part.measure == measure)
        };
        let shares: Vec<Value> = found
            .shares
            .iter()
            .filter(|share| weighed(share.measure))
            .map(|share| {
                json!({
                    "measure": measure_name(share.measure),
                    "of": self.of(share.of).en,
                    "amount": number(share.amount),
                })
            })
            .collect();
        json!({ "levels": levels, "shares": shares })
    }

    fn of(&self, of: Of) -> Title {
        match of {
            Of::Job(job) => (self.names.job)(job),
            Of::Resource(resource) => (self.names.resource)(resource),
            Of::Operation(operation) => (self.names.operation)(operation),
            Of::Alternative(alternative) => Title::same(format!("alternative {alternative}")),
        }
    }

    fn target(&self, target: Target) -> Title {
        match target {
            Target::Job(job) => (self.names.job)(job),
            Target::Operation(operation) => (self.names.operation)(operation),
        }
    }

    fn why_text(&self, target: Target, text: &mut String) {
        let what = self.target(target);
        let _ = writeln!(text, "\nWhy {} is where it is:", what.en);
        let links = self.links(target);
        for (until, line) in links.iter().take(LINKS_SHOWN) {
            let _ = writeln!(text, "  until {}: {}", (self.names.instant)(*until), line.en);
        }
        if let Some(more @ 1..) = links.len().checked_sub(LINKS_SHOWN) {
            let _ = writeln!(text, "  … and {more} more, back to the beginning");
        }
        if links.is_empty() {
            text.push_str(
                "  nothing holds it: it starts as early as can be, or is not in the plan\n",
            );
        }
        let Target::Job(job) = target else { return };
        let Some(trace) = weft_plan::trace(self.problem, self.plan, job) else { return };
        let (begin, end) = ((self.names.instant)(trace.begin), (self.names.instant)(trace.end));
        let _ = writeln!(text, "  What the time from {begin} until {end} was spent on:");
        for (root, time) in trace.shares.iter().take(ROOTS_SHOWN) {
            let time = (self.names.span)(*time);
            let _ = writeln!(text, "    {time:>16}  {}", root.text(self.names).en);
        }
        if let Some(more @ 1..) = trace.shares.len().checked_sub(ROOTS_SHOWN) {
            let _ = writeln!(text, "    … and {more} more");
        }
        let _ = writeln!(text, "  What to act on: {}", trace.root.text(self.names).en);
    }

    fn why_json(&self, target: Target) -> Value {
        let links = self.links(target).into_iter().map(|(until, line)| {
            json!({ "until": (self.names.instant)(until), "text": title_json(&line) })
        });
        let links: Vec<Value> = links.collect();
        let trace = match target {
            Target::Job(job) => weft_plan::trace(self.problem, self.plan, job),
            Target::Operation(_) => None,
        };
        let shares = trace.as_ref().map(|trace| {
            let shares = trace.shares.iter().map(|(root, time)| {
                json!({ "text": title_json(&root.text(self.names)), "time_ms": time.get() })
            });
            shares.collect::<Vec<_>>()
        });
        json!({
            "of": title_json(&self.target(target)),
            "waits": links,
            "shares": shares,
            "root": trace.map(|trace| title_json(&trace.root.text(self.names))),
        })
    }

    fn links(&self, target: Target) -> Vec<(Timestamp, Title)> {
        let waits = match target {
            Target::Job(job) => weft_plan::explain_job(self.problem, self.plan, job),
            Target::Operation(operation) => {
                let waits = weft_plan::explain(self.problem, self.plan, operation);
                waits.into_iter().map(|wait| (operation, wait)).collect()
            }
        };
        let line = |(operation, wait): (usize, weft_plan::Wait)| {
            (wait.until, wait.text(operation, self.names))
        };
        waits.into_iter().map(line).collect()
    }

    fn remedies_text(&self, job: usize, found: &[Remedy], text: &mut String) {
        let what = (self.names.job)(job);
        if found.is_empty() {
            let is_late = weft_plan::trace(self.problem, self.plan, job).is_some_and(|trace| {
                let due = self.problem.jobs.get(job).and_then(|it| it.due);
                due.is_some_and(|due| due < trace.end)
            });
            let why = if is_late {
                "no one or two changes that were tried make it be in time"
            } else {
                "it is not late"
            };
            let _ = writeln!(text, "\n{}: {why}", what.en);
            return;
        }
        let _ = writeln!(text, "\nWhat would make {} be in time, each planned:", what.en);
        for (index, it) in found.iter().enumerate() {
            let end = (self.names.instant)(it.end);
            let _ = writeln!(text, "  {}. {}: ends {end}", index + 1, self.changes(it).en);
            let cost = self.cost_changes(it);
            let _ = writeln!(
                text,
                "     {}",
                if cost.is_empty() { "costs the same".to_owned() } else { cost.join("; ") }
            );
            let later = it.jobs.iter().filter(|it| it.by().is_some_and(|by| Millis::ZERO < by));
            let later: Vec<String> = later
                .take(SHARES_SHOWN)
                .map(|it| {
                    let by = (self.names.span)(it.by().unwrap_or(Millis::ZERO));
                    let late = if it.late.1 { " and is late" } else { "" };
                    format!("{} ends {by} later{late}", (self.names.job)(it.job).en)
                })
                .collect();
            if !later.is_empty() {
                let _ = writeln!(text, "     {}", later.join("; "));
            }
        }
    }

    fn changes(&self, it: &Remedy) -> Title {
        if it.changes.is_empty() {
            return Title { en: "a better plan".to_owned(), zh: "更优的计划".to_owned() };
        }
        let all: Vec<Title> =
            it.changes.iter().map(|change| change.text(self.problem, self.names)).collect();
        let en: Vec<&str> = all.iter().map(|it| it.en.as_str()).collect();
        let zh: Vec<&str> = all.iter().map(|it| it.zh.as_str()).collect();
        Title { en: en.join(", and "), zh: zh.join("，并") }
    }

    /// What has a weight and differs.
    fn cost_changes(&self, it: &Remedy) -> Vec<String> {
        let weighed = |measure: &Measure| {
            self.problem.objective.levels.iter().any(|weights| 0 < measure.weight(weights))
        };
        let measures = Measure::ALL.into_iter().filter(weighed);
        let changes = measures.map(|measure| weft_plan::difference::CostChange {
            measure,
            before: measure.amount(&it.cost_before),
            after: measure.amount(&it.cost_after),
        });
        changes.filter(|it| it.before != it.after).map(|it| it.text(self.names).en).collect()
    }

    fn remedy_json(&self, job: usize, it: &Remedy) -> Value {
        let others = it.jobs.iter().filter(|it| it.job != job).filter_map(|it| {
            Some(json!({
                "order": (self.names.job)(it.job).en,
                "later_ms": it.by()?.get(),
                "late": it.late.1,
            }))
        });
        let others: Vec<Value> = others.collect();
        json!({
            "changes": it.changes.len(),
            "text": title_json(&self.changes(it)),
            "end": (self.names.instant)(it.end),
            "objective_before": number(it.cost_before.levels[0]),
            "objective_after": number(it.cost_after.levels[0]),
            "others": others,
        })
    }

    /// The constraints that leave something without a place, a line each; none when they are not looked for.
    pub(super) fn clash(&self) -> Vec<Title> {
        if CLASH_OPERATIONS_MAX < self.problem.operations.len() {
            return Vec::new();
        }
        match weft_plan::clash(self.problem, CLASH_STEPS) {
            Ok(Some(found)) => found.text(self.problem, self.names),
            Ok(None) | Err(_) => Vec::new(),
        }
    }
}

pub(super) fn title_json(title: &Title) -> Value {
    json!({ "en": title.en, "zh": title.zh })
}

fn number(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

/// As the weights are called.
fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Makespan => "makespan_ms",
        Measure::Tardiness => "tardiness_ms",
        Measure::FlowTime => "flow_time_ms",
        Measure::Earliness => "earliness_ms",
        Measure::SetupTime => "setup_time_ms",
        Measure::Money => "money",
        Measure::Energy => "energy_wh",
        Measure::Peak => "peak_w",
        Measure::Moved => "moved_ms",
    }
}
