//! What one machine says about the windows of its operations: overload, detectable precedences, not-last and
//! edge finding (Vilím 2004, 2007), and the same with time running backward.
//!
//! An operation of no work has its place in the order too: it is never inside another one.

use crate::shop::propagate::tree::Tree;
use crate::shop::{NONE, Ticks};

/// So many are sorted by insertion.
const INSERTED_MAX: usize = 40;

/// An operation in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Task {
    /// It starts no sooner.
    pub(super) earliest: Ticks,
    /// It ends no later.
    pub(super) latest: Ticks,
    pub(super) work: Ticks,
}

impl Task {
    fn first_end(&self) -> Ticks {
        self.earliest + self.work
    }

    fn last_start(&self) -> Ticks {
        self.latest - self.work
    }
}

/// The operations cannot all be done in their windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overload;

/// The tasks of a machine in four orders, kept because the next time they are nearly the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders {
    starts: Vec<u32>,
    first_ends: Vec<u32>,
    last_starts: Vec<u32>,
    latest_ends: Vec<u32>,
}

impl Orders {
    pub(super) fn new(tasks: usize) -> Self {
        let any: Vec<u32> = (0..tasks as u32).collect();
        Self {
            starts: any.clone(),
            first_ends: any.clone(),
            last_starts: any.clone(),
            latest_ends: any,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    fn sort_starts(&mut self, tasks: &[Task]) {
        sort(&mut self.starts, tasks, |it| it.earliest);
        sort(&mut self.first_ends, tasks, Task::first_end);
    }

    fn sort_ends(&mut self, tasks: &[Task]) {
        sort(&mut self.last_starts, tasks, Task::last_start);
        sort(&mut self.latest_ends, tasks, |it| it.latest);
    }

    fn mirror(&mut self) {
        std::mem::swap(&mut self.starts, &mut self.latest_ends);
        std::mem::swap(&mut self.first_ends, &mut self.last_starts);
        self.starts.reverse();
        self.latest_ends.reverse();
        self.first_ends.reverse();
        self.last_starts.reverse();
    }
}

/// The rules and their memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    tree: Tree,
    /// For each task its place by earliest start.
    leaf: Vec<u32>,
    next: Vec<Ticks>,
}

impl Rules {
    /// Narrows the windows by every rule once, forward and backward. Says whether anything changed: then more
    /// may follow.
    pub(super) fn narrow(
        &mut self,
        tasks: &mut [Task],
        orders: &mut Orders,
    ) -> Result<bool, Overload> {
        orders.sort_starts(tasks);
        orders.sort_ends(tasks);
        let mut is_changed = self.one_way(tasks, orders)?;
        mirror(tasks);
        orders.mirror();
        let backward = self.one_way(tasks, orders);
        mirror(tasks);
        orders.mirror();
        is_changed |= backward?;
        Ok(is_changed)
    }

    fn one_way(&mut self, tasks: &mut [Task], orders: &mut Orders) -> Result<bool, Overload> {
        self.edge_finding(tasks, orders)?;
        let mut is_changed = self.raise(tasks, orders)?;
        self.detectable_precedences(tasks, orders);
        is_changed |= self.raise(tasks, orders)?;
        self.not_last(tasks, orders);
        is_changed |= self.lower(tasks, orders)?;
        Ok(is_changed)
    }

    /// Who certainly ends after all of some set comes behind it: for every task the set of those that have to
    /// end by a time, and the task does not fit among them.
    fn edge_finding(&mut self, tasks: &[Task], orders: &Orders) -> Result<(), Overload> {
        self.begin(tasks, orders, |it| it.earliest);
        for (index, task) in tasks.iter().enumerate() {
            self.tree.add(self.leaf[index] as usize, task.earliest, task.work);
        }
        let mut rest = orders.latest_ends.iter().rev().peekable();
        while let Some(&last) = rest.next() {
            let task = tasks[last as usize];
            if task.latest < self.tree.end() {
                return Err(Overload);
            }
            self.tree.shade(self.leaf[last as usize] as usize, task.earliest, task.work);
            let Some(&&next) = rest.peek() else { break };
            let by = tasks[next as usize].latest;
            loop {
                let (end, leaf) = self.tree.gray_end();
                if end <= by || leaf == NONE {
                    break;
                }
                let late = orders.starts[leaf as usize] as usize;
                self.next[late] = self.next[late].max(self.tree.end());
                self.tree.remove(leaf as usize);
            }
        }
        Ok(())
    }

    /// A task comes behind all that it certainly cannot come before.
    fn detectable_precedences(&mut self, tasks: &[Task], orders: &Orders) {
        self.begin(tasks, orders, |it| it.earliest);
        let mut taken = 0;
        for &index in &orders.first_ends {
            let task = tasks[index as usize];
            while let Some(&other) = orders.last_starts.get(taken)
                && tasks[other as usize].last_start() < task.first_end()
            {
                let before = tasks[other as usize];
                self.tree.add(self.leaf[other as usize] as usize, before.earliest, before.work);
                taken += 1;
            }
            let leaf = self.leaf[index as usize] as usize;
            let is_among = task.last_start() < task.first_end();
            if is_among {
                self.tree.remove(leaf);
            }
            self.next[index as usize] = self.next[index as usize].max(self.tree.end());
            if is_among {
                self.tree.add(leaf, task.earliest, task.work);
            }
        }
    }

    /// A task that cannot come behind all of some set ends before the last of them starts.
    fn not_last(&mut self, tasks: &[Task], orders: &Orders) {
        self.begin(tasks, orders, |it| it.latest);
        let mut taken = 0;
        for &index in &orders.latest_ends {
            let task = tasks[index as usize];
            while let Some(&other) = orders.last_starts.get(taken)
                && tasks[other as usize].last_start() < task.latest
            {
                let before = tasks[other as usize];
                self.tree.add(self.leaf[other as usize] as usize, before.earliest, before.work);
                taken += 1;
            }
            let leaf = self.leaf[index as usize] as usize;
            let is_among = task.last_start() < task.latest;
            if is_among {
                self.tree.remove(leaf);
            }
            if task.last_start() < self.tree.end() {
                let mut others = orders.last_starts[..taken].iter().rev();
                if let Some(&last) = others.find(|it| **it != index) {
                    let end = tasks[last as usize].last_start();
                    self.next[index as usize] = self.next[index as usize].min(end);
                }
            }
            if is_among {
                self.tree.add(leaf, task.earliest, task.work);
            }
        }
    }

    /// An empty tree, and what follows for each task so far.
    fn begin(&mut self, tasks: &[Task], orders: &Orders, so_far: impl Fn(&Task) -> Ticks) {
        self.tree.clear(tasks.len());
        self.leaf.resize(tasks.len(), 0);
        for (leaf, &index) in orders.starts.iter().enumerate() {
            self.leaf[index as usize] = leaf as u32;
        }
        self.next.clear();
        self.next.extend(tasks.iter().map(so_far));
    }

    fn raise(&self, tasks: &mut [Task], orders: &mut Orders) -> Result<bool, Overload> {
        let mut is_changed = false;
        for (task, &next) in tasks.iter_mut().zip(&self.next) {
            is_changed |= task.earliest < next;
            task.earliest = next.max(task.earliest);
            if task.latest < task.first_end() {
                return Err(Overload);
            }
        }
        if is_changed {
            orders.sort_starts(tasks);
        }
        Ok(is_changed)
    }

    fn lower(&self, tasks: &mut [Task], orders: &mut Orders) -> Result<bool, Overload> {
        let mut is_changed = false;
        for (task, &next) in tasks.iter_mut().zip(&self.next) {
            is_changed |= next < task.latest;
            task.latest = next.min(task.latest);
            if task.latest < task.first_end() {
                return Err(Overload);
            }
        }
        if is_changed {
            orders.sort_ends(tasks);
        }
        Ok(is_changed)
    }
}

/// Few are sorted by insertion: the order of the last round is nearly right.
fn sort(order: &mut [u32], tasks: &[Task], key: impl Fn(&Task) -> Ticks) {
    if INSERTED_MAX < order.len() {
        order.sort_unstable_by_key(|it| (key(&tasks[*it as usize]), *it));
        return;
    }
    for at in 1..order.len() {
        let index = order[at];
        let own = (key(&tasks[index as usize]), index);
        let mut to = at;
        while 0 < to && own < (key(&tasks[order[to - 1] as usize]), order[to - 1]) {
            order[to] = order[to - 1];
            to -= 1;
        }
        order[to] = index;
    }
}

/// Time runs backward.
fn mirror(tasks: &mut [Task]) {
    for task in tasks {
        (task.earliest, task.latest) = (-task.latest, -task.earliest);
    }
}
