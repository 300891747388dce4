//! First orders: what to place before what, by priority rules (Panwalkar & Iskander 1977).
//!
//! Two kinds. A *list* takes whole jobs by priority. A *dispatch* runs a rough simulation in which every
//! resource that becomes free takes the most urgent operation that waits for it. Both only decide the
//! order; the schedule then gives exact places.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::bound::Bound;
use crate::instance::Instance;

/// At most so many operations that cannot start now are passed over to find one that can.
const PASSED_OVER_MAX: usize = 8;
/// Above so many operations only the best few rules are tried.
const MANY_OPERATIONS: usize = 4_000;

/// Several orders of all operations that are not frozen, each operation after those before it.
pub(crate) fn orders(instance: &Instance, bound: &Bound) -> Vec<Vec<u32>> {
    let horizon = instance.now + bound.cost.makespan.get();
    let urgency = Urgency::of(instance, bound, horizon);
    let mut orders = vec![
        dispatch(instance, &urgency.slack),
        list(instance, &urgency.due),
        dispatch(instance, &urgency.due),
        dispatch(instance, &urgency.remaining),
    ];
    if instance.operations.len() <= MANY_OPERATIONS {
        orders.push(list(instance, &urgency.remaining));
        orders.push(list(instance, &urgency.slack));
        orders.push(dispatch(instance, &urgency.released));
        orders.push(dispatch(instance, &urgency.shortest));
    }
    orders
}

/// Priorities by operation, the smallest first.
struct Urgency {
    /// Time left until the job is late for sure; without due dates, most work remaining first.
    slack: Vec<i64>,
    /// Earliest due date.
    due: Vec<i64>,
    /// Least work remaining per weight.
    remaining: Vec<i64>,
    /// First come, first served.
    released: Vec<i64>,
    /// Shortest operation.
    shortest: Vec<i64>,
}

impl Urgency {
    fn of(instance: &Instance, bound: &Bound, horizon: i64) -> Self {
        let mut urgency = Self {
            slack: Vec::new(),
            due: Vec::new(),
            remaining: Vec::new(),
            released: Vec::new(),
            shortest: Vec::new(),
        };
        for (it, tail) in instance.operations.iter().zip(&bound.tails) {
            let job = &instance.jobs[it.job as usize];
            let due = job.due.unwrap_or(horizon);
            let rest = it.shortest.saturating_add(*tail);
            urgency.slack.push(due.saturating_sub(rest));
            urgency.due.push(due);
            urgency.remaining.push(rest / i64::from(job.weight.max(1)));
            urgency.released.push(it.earliest);
            urgency.shortest.push(it.shortest);
        }
        urgency
    }
}

/// Turns any sequence of operations into an order: those before an operation come first, frozen and
/// doubled ones are left out, missing ones follow.
pub(crate) fn complete(instance: &Instance, wanted: &[u32]) -> Vec<u32> {
    let mut rank = vec![u32::MAX; instance.operations.len()];
    for (index, &operation) in wanted.iter().enumerate() {
        let rank = &mut rank[operation as usize];
        *rank = (*rank).min(index as u32);
    }
    by_rank(instance, |operation| (i64::from(rank[operation as usize]), 0))
}

/// Whole jobs by the least priority value of their operations.
fn list(instance: &Instance, urgency: &[i64]) -> Vec<u32> {
    let jobs: Vec<i64> = (0..instance.jobs.len())
        .map(|job| {
            let each = instance.job_operations(job).iter().map(|it| urgency[*it as usize]);
            each.min().unwrap_or(0)
        })
        .collect();
    by_rank(instance, |operation| {
        let job = instance.operations[operation as usize].job;
        (jobs[job as usize], i64::from(job))
    })
}

/// Takes the operation with the least rank among those whose predecessors have been taken.
fn by_rank(instance: &Instance, rank: impl Fn(u32) -> (i64, i64)) -> Vec<u32> {
    let mut waits_for = open_predecessors(instance);
    let mut free: BinaryHeap<Reverse<((i64, i64), u32)>> = BinaryHeap::new();
    let is_frozen = |operation: u32| instance.operations[operation as usize].frozen.is_some();
    for &operation in &instance.topological {
        if !is_frozen(operation) && waits_for[operation as usize] == 0 {
            free.push(Reverse((rank(operation), operation)));
        }
    }
    let mut order = Vec::with_capacity(instance.operations.len());
    while let Some(Reverse((_, operation))) = free.pop() {
        order.push(operation);
        for &(after, _) in instance.after(operation) {
            waits_for[after as usize] -= 1;
            if waits_for[after as usize] == 0 && !is_frozen(after) {
                free.push(Reverse((rank(after), after)));
            }
        }
    }
    order
}

/// For each operation how many of those before it are not frozen.
fn open_predecessors(instance: &Instance) -> Vec<u32> {
    let open = |it: &&(u32, i64)| instance.operations[it.0 as usize].frozen.is_none();
    (0..instance.operations.len() as u32)
        .map(|operation| instance.before(operation).iter().filter(open).count() as u32)
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The operation ends and gives back what it holds.
    Ends(u32),
    /// The operation may start.
    Ready(u32),
    /// The resource may have opened.
    Opens(u32),
}

struct Dispatch<'a> {
    instance: &'a Instance,
    urgency: &'a [i64],
    events: BinaryHeap<Reverse<(i64, Event)>>,
    /// For each resource the operations that wait for it.
    waiting: Vec<BinaryHeap<Reverse<(i64, u32)>>>,
    free: Vec<i64>,
    opens: Vec<i64>,
    mode: Vec<Option<u32>>,
    waits_for: Vec<u32>,
    ready: Vec<i64>,
    order: Vec<u32>,
}

/// The order in which operations start when every resource always takes the most urgent one.
fn dispatch(instance: &Instance, urgency: &[i64]) -> Vec<u32> {
    let resources = instance.resources.len();
    let mut it = Dispatch {
        instance,
        urgency,
        events: BinaryHeap::new(),
        waiting: vec![BinaryHeap::new(); resources],
        free: instance.resources.iter().map(|it| i64::from(it.capacity)).collect(),
        opens: vec![i64::MIN; resources],
        mode: vec![None; instance.operations.len()],
        waits_for: open_predecessors(instance),
        ready: instance.operations.iter().map(|it| it.earliest).collect(),
        order: Vec::with_capacity(instance.operations.len()),
    };
    it.begin();
    it.run();
    let order = it.order;
    if order.len() == instance.operations.iter().filter(|it| it.frozen.is_none()).count() {
        return order;
    }
    complete(instance, &order)
}

impl Dispatch<'_> {
    fn begin(&mut self) {
        for (index, it) in self.instance.operations.iter().enumerate() {
            let operation = index as u32;
            if let Some(slot) = it.frozen {
                for &(after, lag) in self.instance.after(operation) {
                    let ready = &mut self.ready[after as usize];
                    *ready = (*ready).max(slot.end + lag);
                }
                if self.instance.now < slot.end {
                    for &(resource, amount) in self.instance.needs(slot.mode) {
                        self.free[resource as usize] -= i64::from(amount);
                    }
                    self.mode[index] = Some(slot.mode);
                    self.events.push(Reverse((slot.end, Event::Ends(operation))));
                }
            }
        }
        for (index, it) in self.instance.operations.iter().enumerate() {
            if it.frozen.is_none() && self.waits_for[index] == 0 {
                self.events.push(Reverse((self.ready[index], Event::Ready(index as u32))));
            }
        }
    }

    fn run(&mut self) {
        let mut touched: Vec<u32> = Vec::new();
        while let Some(&Reverse((now, _))) = self.events.peek() {
            touched.clear();
            while let Some(&Reverse((at, event))) = self.events.peek()
                && at == now
            {
                self.events.pop();
                match event {
                    Event::Ends(operation) => self.end(now, operation, &mut touched),
                    Event::Ready(operation) => self.wait(now, operation, &mut touched),
                    Event::Opens(resource) => touched.push(resource),
                }
            }
            touched.sort_unstable();
            touched.dedup();
            for &resource in &touched {
                self.serve(now, resource as usize);
            }
        }
    }

    fn end(&mut self, now: i64, operation: u32, touched: &mut Vec<u32>) {
        let instance = self.instance;
        let Some(mode) = self.mode[operation as usize] else { return };
        for &(resource, amount) in instance.needs(mode) {
            self.free[resource as usize] += i64::from(amount);
            touched.push(resource);
        }
        if instance.operations[operation as usize].frozen.is_some() {
            return;
        }
        for &(after, lag) in instance.after(operation) {
            let after = after as usize;
            self.ready[after] = self.ready[after].max(now + lag);
            self.waits_for[after] -= 1;
            if self.waits_for[after] == 0 && instance.operations[after].frozen.is_none() {
                self.events.push(Reverse((self.ready[after], Event::Ready(after as u32))));
            }
        }
    }

    fn wait(&mut self, now: i64, operation: u32, touched: &mut Vec<u32>) {
        let instance = self.instance;
        let it = &instance.operations[operation as usize];
        let first = touched.len();
        for mode in it.first_mode..it.last_mode {
            let needs = instance.needs(mode);
            if needs.is_empty() {
                let end = now.saturating_add(instance.modes[mode as usize].work);
                self.start(operation, mode, end);
                touched.truncate(first);
                return;
            }
            touched.extend(needs.iter().map(|need| need.0));
        }
        touched[first..].sort_unstable();
        let mut last = u32::MAX;
        for &resource in &touched[first..] {
            if resource != last {
                let entry = Reverse((self.urgency[operation as usize], operation));
                self.waiting[resource as usize].push(entry);
                last = resource;
            }
        }
    }

    /// Lets a resource take what it can.
    fn serve(&mut self, now: i64, resource: usize) {
        let mut passed_over = Vec::new();
        while 0 < self.free[resource]
            && passed_over.len() < PASSED_OVER_MAX
            && let Some(Reverse((urgency, operation))) = self.waiting[resource].pop()
        {
            if self.mode[operation as usize].is_none() && !self.try_start(now, resource, operation)
            {
                passed_over.push(Reverse((urgency, operation)));
            }
        }
        self.waiting[resource].extend(passed_over);
    }

    fn try_start(&mut self, now: i64, resource: usize, operation: u32) -> bool {
        let instance = self.instance;
        let it = &instance.operations[operation as usize];
        let mut best: Option<(i64, u32)> = None;
        for mode in it.first_mode..it.last_mode {
            let needs = instance.needs(mode);
            if !needs.iter().any(|need| need.0 as usize == resource)
                || needs.iter().any(|need| self.free[need.0 as usize] < i64::from(need.1))
            {
                continue;
            }
            let work = instance.modes[mode as usize].work;
            match instance.calendar(mode).fit(now, work, it.spans_breaks) {
                Some((start, end)) if start == now => {
                    best = Some(best.map_or((end, mode), |known| known.min((end, mode))));
                }
                Some((start, _)) if start < self.opens[resource] || self.opens[resource] <= now => {
                    self.opens[resource] = start;
                    self.events.push(Reverse((start, Event::Opens(resource as u32))));
                }
                _ => {}
            }
        }
        if let Some((end, mode)) = best {
            self.start(operation, mode, end);
        }
        best.is_some()
    }

    fn start(&mut self, operation: u32, mode: u32, end: i64) {
        self.mode[operation as usize] = Some(mode);
        self.order.push(operation);
        for &(resource, amount) in self.instance.needs(mode) {
            self.free[resource as usize] -= i64::from(amount);
        }
        self.events.push(Reverse((end, Event::Ends(operation))));
    }
}
