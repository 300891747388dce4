//! The figures, and how they add up.
//!
//! Terms after ISO 22400-2: throughput, lead time (there "throughput time" of an order),
//! work in process, utilisation (busy time over planned busy time).

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{Millis, OrderId, ResourceId, Timestamp, WorkingTime};

use crate::ledger::{Ledger, OperationLine, Stamp};

/// What an account is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope<'a> {
    /// The resources of the place, with capacity and working time.
    pub resources: BTreeMap<&'a ResourceId, (u32, &'a WorkingTime)>,
    /// Whether the place is the root: then an order counts from placing to completion, else from its
    /// first release to its last end at the place.
    pub whole: bool,
    /// Beginning of the span.
    pub from: Timestamp,
    /// End of the span, exclusive.
    pub to: Timestamp,
}

/// A figure with the events behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Stable name, as in the API: `lead-time-mean`.
    pub id: &'static str,
    /// Its value; `None` when there is nothing to add up.
    pub value: Option<f64>,
    /// `1` for a count, `%`, `h`, `1/d`.
    pub unit: &'static str,
    /// Numbers of the events it was made from, ascending.
    pub events: Vec<u64>,
}

/// How busy a resource was.
#[derive(Debug, Clone, PartialEq)]
pub struct Utilisation {
    /// Which.
    pub resource: ResourceId,
    /// Busy unit-hours inside working time over capacity times working time, in %.
    pub figure: Figure,
    /// Busy unit-hours inside working time.
    pub busy_h: f64,
    /// Capacity times working time, hours.
    pub available_h: f64,
}

/// All figures of a place over a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The figures, in a fixed order.
    pub figures: Vec<Figure>,
    /// One per resource of the place.
    pub utilisation: Vec<Utilisation>,
}

/// An order's way through a place.
struct Visit {
    begun: Stamp,
    /// When it left for good, done or called off.
    left: Option<Stamp>,
    /// Since when nothing of it has been at the place.
    gone: Option<Stamp>,
    /// Whether it left because it was called off.
    is_cancelled: bool,
    due: Option<Timestamp>,
}

/// A visit that came to its end.
struct Completed {
    begun: Stamp,
    ended: Stamp,
    due: Option<Timestamp>,
}

impl Ledger {
    /// Adds up what happened at a place over a span.
    ///
    /// Orders count in the span in which they are completed; those that were called off are work in
    /// progress until then, and nothing else. What is still under way counts as busy up to the last
    /// event; a machine that is interrupted is not busy.
    ///
    /// Below the root an order completes its visit when the whole order is closed, since until then it
    /// may come back; it is work in progress there only until its last end at the place.
    pub fn account(&self, scope: &Scope<'_>) -> Account {
        let visits = self.visits(scope);
        let completed: Vec<Completed> = visits
            .iter()
            .filter(|visit| !visit.is_cancelled)
            .filter_map(|visit| {
                let (begun, due) = (visit.begun, visit.due);
                Some(Completed { begun, ended: visit.left?, due })
            })
            .filter(|visit| scope.from <= visit.ended.at && visit.ended.at < scope.to)
            .collect();
        let days = (scope.to - scope.from).as_hours() / 24.0;
        let events_of_ended: Vec<u64> =
            completed.iter().map(|visit| visit.ended.sequence).collect();

        let promised: Vec<(&Completed, Timestamp)> =
            completed.iter().filter_map(|visit| Some((visit, visit.due?))).collect();
        let in_time = promised.iter().filter(|(visit, due)| visit.ended.at <= *due).count();
        let mut lead_times: Vec<f64> =
            completed.iter().map(|visit| (visit.ended.at - visit.begun.at).as_hours()).collect();
        lead_times.sort_by(f64::total_cmp);
        let events_of_lead: Vec<u64> = completed
            .iter()
            .flat_map(|visit| [visit.begun.sequence, visit.ended.sequence])
            .collect();

        let (wip, wip_events) = self.work_in_progress(&visits, scope);
        let finished: Vec<&OperationLine> = self
            .lines_at(scope)
            .filter(|line| line.finished)
            .filter(|line| {
                line.ended.is_some_and(|ended| scope.from <= ended.at && ended.at < scope.to)
            })
            .collect();
        let events_of_finished: Vec<u64> =
            finished.iter().filter_map(|line| Some(line.ended?.sequence)).collect();
        let pieces = |of: fn(&OperationLine) -> u32| {
            finished.iter().map(|line| f64::from(of(line))).sum::<f64>()
        };
        let all_pieces = pieces(|line| line.quantities.total());

        let figures = vec![
            figure("orders-completed", Some(completed.len() as f64), "1", events_of_ended.clone()),
            figure(
                "throughput",
                (0.0 < days).then(|| completed.len() as f64 / days),
                "1/d",
                events_of_ended,
            ),
            figure(
                "orders-in-time",
                share(in_time as f64, promised.len() as f64),
                "%",
                promised.iter().map(|(visit, _)| visit.ended.sequence).collect(),
            ),
            figure("lead-time-mean", mean(&lead_times), "h", events_of_lead.clone()),
            figure("lead-time-p90", percentile(&lead_times, 0.9), "h", events_of_lead),
            figure("work-in-progress", wip, "1", wip_events),
            figure(
                "operations-finished",
                Some(finished.len() as f64),
                "1",
                events_of_finished.clone(),
            ),
            figure(
                "scrap-rate",
                share(pieces(|line| line.quantities.scrap), all_pieces),
                "%",
                events_of_finished.clone(),
            ),
            figure(
                "rework-rate",
                share(pieces(|line| line.quantities.rework), all_pieces),
                "%",
                events_of_finished,
            ),
        ];
        Account { figures, utilisation: self.utilisation(scope) }
    }

    fn lines_at<'a>(&'a self, scope: &'a Scope<'_>) -> impl Iterator<Item = &'a OperationLine> {
        self.operations
            .values()
            .filter(|line| line.resources.iter().any(|(id, _)| scope.resources.contains_key(id)))
    }

    fn visits(&self, scope: &Scope<'_>) -> Vec<Visit> {
        if scope.whole {
            return self
                .orders
                .values()
                .map(|order| Visit {
                    begun: Stamp { at: order.release.max(order.placed.at), ..order.placed },
                    left: order.completed.or(order.cancelled),
                    gone: order.completed.or(order.cancelled),
                    is_cancelled: order.cancelled.is_some(),
                    due: order.due,
                })
                .collect();
        }
        let mut lines: BTreeMap<&OrderId, Vec<&OperationLine>> = BTreeMap::new();
        for line in self.lines_at(scope) {
            lines.entry(&line.operation.order).or_default().push(line);
        }
        lines
            .into_iter()
            .filter_map(|(order, lines)| {
                let order = self.orders.get(order)?;
                let begun = lines.iter().map(|line| line.released).min()?;
                let all_ended = lines.iter().all(|line| line.ended.is_some());
                let last = lines.iter().filter_map(|line| line.ended).max();
                let gone = last.filter(|_| all_ended);
                let is_cancelled = order.cancelled.is_some();
                // An open order may come back to the place.
                let left = gone.filter(|_| order.completed.is_some() || is_cancelled);
                Some(Visit { begun, left, gone, is_cancelled, due: order.due })
            })
            .collect()
    }

    /// Time average of the number of orders under way, over the part of the span that has passed.
    fn work_in_progress(&self, visits: &[Visit], scope: &Scope<'_>) -> (Option<f64>, Vec<u64>) {
        let to = scope.to.min(self.until);
        if to <= scope.from {
            return (None, Vec::new());
        }
        let mut events = BTreeSet::new();
        let mut total = Millis::ZERO;
        for visit in visits {
            let begun = visit.begun.at.max(scope.from);
            let gone = visit.gone.filter(|gone| gone.at <= to);
            let until = gone.map_or(to, |gone| gone.at);
            if begun < until {
                total = total + (until - begun);
                events.insert(visit.begun.sequence);
                events.extend(gone.map(|gone| gone.sequence));
            }
        }
        let average = total.get() as f64 / (to - scope.from).get() as f64;
        (Some(average), events.into_iter().collect())
    }

    /// How busy each resource of the place was.
    pub fn utilisation(&self, scope: &Scope<'_>) -> Vec<Utilisation> {
        let to = scope.to.min(self.until);
        let mut busy: BTreeMap<&ResourceId, (Millis, BTreeSet<u64>)> = BTreeMap::new();
        for line in self.lines_at(scope) {
            let Some(started) = line.started else { continue };
            let ended = line.ended.filter(|ended| ended.at <= to);
            let end = ended.map_or(to, |ended| ended.at);
            let start = started.at.max(scope.from);
            if end <= start {
                continue;
            }
            for (id, amount) in &line.resources {
                let Some((id, (_, working))) = scope.resources.get_key_value(id) else { continue };
                let (time, events) = busy.entry(id).or_default();
                let mut worked = working.work_between(start, end);
                for (from, until) in &line.interruptions {
                    let span = (from.at.max(start), until.map_or(end, |until| until.at).min(end));
                    if span.0 < span.1 {
                        worked = worked - working.work_between(span.0, span.1);
                        events.insert(from.sequence);
                        events.extend(until.filter(|it| it.at <= end).map(|it| it.sequence));
                    }
                }
                *time = *time + worked.times(*amount);
                events.insert(started.sequence);
                events.extend(ended.map(|ended| ended.sequence));
            }
        }
        scope
            .resources
            .iter()
            .map(|(id, (capacity, working))| {
                let (time, events) = busy.remove(id).unwrap_or_default();
                let available = working.work_between(scope.from, to).times(*capacity);
                Utilisation {
                    resource: (*id).clone(),
                    figure: figure(
                        "utilisation",
                        share(time.as_hours(), available.as_hours()),
                        "%",
                        events.into_iter().collect(),
                    ),
                    busy_h: time.as_hours(),
                    available_h: available.as_hours(),
                }
            })
            .collect()
    }
}

fn figure(
    id: &'static str,
    value: Option<f64>,
    unit: &'static str,
    mut events: Vec<u64>,
) -> Figure {
    events.sort_unstable();
    events.dedup();
    Figure { id, value, unit, events }
}

fn share(part: f64, whole: f64) -> Option<f64> {
    // Divided first, so that all of it is 100 and no more.
    (0.0 < whole).then(|| part / whole * 100.0)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Nearest-rank percentile of sorted values.
fn percentile(sorted: &[f64], rank: f64) -> Option<f64> {
    let index = (rank * sorted.len() as f64).ceil() as usize;
    sorted.get(index.saturating_sub(1)).copied()
}
