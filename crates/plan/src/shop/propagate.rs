//! Constraint propagation: what a limit of the makespan, and orders decided so far, leave each operation.
//!
//! Every operation has a window, its earliest start and its latest end. Jobs and decided pairs narrow it by
//! precedence, each machine by the rules of [`machine`], until nothing follows any more (Baptiste, Le Pape &
//! Nuijten 2001). All changes can be taken back, level by level.
//!
//! An operation that could still go to several machines is on none of them, and takes its shortest time; ways
//! that do not fit any more are dropped, and when one is left it is taken ([`ways`]).

mod exact;
mod machine;
mod raise;
mod shave;
mod tree;
mod ways;

pub(crate) use exact::{Exact, Outcome};
pub(crate) use raise::Raise;

use crate::shop::{Choice, NONE, Shop, Ticks};
use machine::{Orders, Rules, Task};

/// What the rules of a machine take for each operation and level of a tree, roughly in nanoseconds.
const NARROW_NS: u64 = 120;

/// The limit cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refuted;

/// What was changed, and what it was.
#[derive(Debug, Clone, Copy)]
enum Change {
    Earliest(u32, Ticks),
    Latest(u32, Ticks),
    /// An order of two operations was decided.
    Pair(u32, u32),
    /// A way to do an operation was dropped: the operation, and an index into the choices.
    Dropped(u32, u32),
    /// The shortest work of an operation changed.
    Work(u32, Ticks),
    /// An operation was put on a machine.
    Placed(u32),
}

/// Windows and orders of the operations of a shop.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    before: Vec<u32>,
    after: Vec<u32>,
    work: Vec<Ticks>,
    /// [`NONE`] while it could be one of several.
    machine: Vec<u32>,
    /// The ways to do each operation, and which are left.
    first_choice: Vec<u32>,
    choices: Vec<Choice>,
    is_left: Vec<bool>,
    ways_left: Vec<u32>,
    /// By choice the place of its operation among the members of its machine.
    places: Vec<u32>,
    /// By machine all operations that could be on it, each with its choice, and how many are.
    members: Vec<Vec<(u32, u32)>>,
    placed: Vec<u32>,
    /// For each operation its place on its machine.
    place: Vec<u32>,
    free_from: Vec<Ticks>,
    needed_after: Vec<Ticks>,
    limit: Ticks,
    /// Windows without limit: earliest starts, and times from the latest end to the limit.
    heads: Vec<Ticks>,
    tails: Vec<Ticks>,
    earliest: Vec<Ticks>,
    latest: Vec<Ticks>,
    /// By machine, place and place whether the first is decided to come before the second.
    is_before: Vec<bool>,
    first_pair: Vec<usize>,
    /// By machine how many pairs of operations that are on it are not decided.
    open: Vec<u32>,
    trail: Vec<Change>,
    levels: Vec<usize>,
    queue: Vec<u32>,
    is_queued: Vec<bool>,
    stirred: Vec<u32>,
    is_stirred: Vec<bool>,
    rules: Rules,
    orders: Vec<Orders>,
    tasks: Vec<Task>,
    tasks_of: Vec<u32>,
    /// Where it was last refuted: a machine, or [`NONE`] within a job.
    blame: u32,
    effort: u64,
}

impl Engine {
    pub(crate) fn new(shop: &Shop) -> Self {
        let len = shop.len();
        let mut members = vec![Vec::new(); shop.machines()];
        let mut places = Vec::with_capacity(shop.choices.len());
        for operation in 0..len as u32 {
            for (index, way) in shop.choices(operation).iter().enumerate() {
                let list = &mut members[way.machine as usize];
                places.push(list.len() as u32);
                list.push((operation, shop.first_choice[operation as usize] + index as u32));
            }
        }
        let mut first_pair = Vec::with_capacity(members.len());
        let mut pairs = 0;
        for list in &members {
            first_pair.push(pairs);
            pairs += list.len() * list.len();
        }
        Self {
            before: shop.before.clone(),
            after: shop.after.clone(),
            work: vec![0; len],
            machine: vec![NONE; len],
            first_choice: shop.first_choice.clone(),
            choices: shop.choices.clone(),
            is_left: vec![true; shop.choices.len()],
            ways_left: vec![0; len],
            places,
            placed: vec![0; members.len()],
            place: vec![0; len],
            free_from: shop.free_from.clone(),
            needed_after: shop.needed_after.clone(),
            limit: 0,
            heads: shop.release.clone(),
            tails: shop.delivery.clone(),
            earliest: vec![0; len],
            latest: vec![0; len],
            is_before: vec![false; pairs],
            first_pair,
            open: vec![0; members.len()],
            trail: Vec::new(),
            levels: Vec::new(),
            queue: Vec::new(),
            is_queued: vec![false; len],
            stirred: Vec::new(),
            is_stirred: vec![false; members.len()],
            rules: Rules::default(),
            orders: members.iter().map(|it| Orders::new(it.len())).collect(),
            tasks: Vec::new(),
            tasks_of: Vec::new(),
            blame: NONE,
            effort: 0,
            members,
        }
    }

    /// What it took so far, roughly in nanoseconds.
    pub(crate) fn effort(&self) -> u64 {
        self.effort
    }

    /// Begins anew: nothing is decided, everything ends within `limit`. What follows is not yet drawn.
    pub(crate) fn begin(&mut self, limit: Ticks) -> Result<(), Refuted> {
        self.trail.clear();
        self.levels.clear();
        self.is_before.fill(false);
        self.limit = limit;
        self.begin_ways();
        self.earliest.copy_from_slice(&self.heads);
        for operation in 0..self.work.len() {
            self.latest[operation] = limit - self.tails[operation];
            if self.latest[operation] < self.earliest[operation] + self.work[operation] {
                return self.refute(NONE);
            }
        }
        for operation in 0..self.work.len() as u32 {
            self.stir(operation);
            self.place_single(operation)?;
        }
        Ok(())
    }

    /// Lowers the limit of everything for good; only when no level is open.
    pub(crate) fn tighten(&mut self, limit: Ticks) -> Result<(), Refuted> {
        self.limit = limit;
        for operation in 0..self.work.len() as u32 {
            let mut tail = self.tails[operation as usize];
            if let Some(after) = self.needed_after.get(self.machine[operation as usize] as usize) {
                tail = tail.max(*after);
            }
            self.lower(operation, limit - tail)?;
        }
        self.propagate()
    }

    /// From here on changes can be taken back.
    pub(crate) fn push(&mut self) {
        self.levels.push(self.trail.len());
    }

    /// Takes back what has changed since the last level began.
    pub(crate) fn pop(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        self.forget();
        while level < self.trail.len()
            && let Some(change) = self.trail.pop()
        {
            match change {
                Change::Earliest(operation, was) => self.earliest[operation as usize] = was,
                Change::Latest(operation, was) => self.latest[operation as usize] = was,
                Change::Pair(first, second) => {
                    let pair = self.pair(first, second);
                    self.is_before[pair] = false;
                    self.open[self.machine[first as usize] as usize] += 1;
                }
                Change::Dropped(operation, choice) => {
                    self.is_left[choice as usize] = true;
                    self.ways_left[operation as usize] += 1;
                }
                Change::Work(operation, was) => self.work[operation as usize] = was,
                Change::Placed(operation) => self.displace(operation),
            }
        }
    }

    /// Decides that one operation comes before another on their machine.
    pub(crate) fn decide(&mut self, first: u32, second: u32) -> Result<(), Refuted> {
        let (pair, back) = (self.pair(first, second), self.pair(second, first));
        if self.is_before[pair] {
            return Ok(());
        }
        let machine = self.machine[first as usize];
        if self.is_before[back] {
            return self.refute(machine);
        }
        self.is_before[pair] = true;
        self.trail.push(Change::Pair(first, second));
        self.open[machine as usize] -= 1;
        self.raise(second, self.first_end(first))?;
        self.lower(first, self.last_start(second))
    }

    /// It starts no sooner.
    pub(crate) fn raise(&mut self, operation: u32, earliest: Ticks) -> Result<(), Refuted> {
        let index = operation as usize;
        let was = self.earliest[index];
        if earliest <= was {
            return Ok(());
        }
        if self.latest[index] < earliest + self.work[index] {
            return self.refute(self.machine[index]);
        }
        self.trail.push(Change::Earliest(operation, was));
        self.earliest[index] = earliest;
        self.stir(operation);
        Ok(())
    }

    /// It ends no later.
    pub(crate) fn lower(&mut self, operation: u32, latest: Ticks) -> Result<(), Refuted> {
        let index = operation as usize;
        let was = self.latest[index];
        if was <= latest {
            return Ok(());
        }
        if latest < self.earliest[index] + self.work[index] {
            return self.refute(self.machine[index]);
        }
        self.trail.push(Change::Latest(operation, was));
        self.latest[index] = latest;
        self.stir(operation);
        Ok(())
    }

    /// All that follows.
    pub(crate) fn propagate(&mut self) -> Result<(), Refuted> {
        while !self.propagate_some(u64::MAX)? {}
        Ok(())
    }

    /// What follows, for so many nanoseconds, roughly. Says whether that was all.
    pub(crate) fn propagate_some(&mut self, effort: u64) -> Result<bool, Refuted> {
        let end = self.effort.saturating_add(effort);
        while self.effort < end {
            while let Some(operation) = self.queue.pop() {
                self.is_queued[operation as usize] = false;
                self.follow(operation)?;
            }
            let Some(machine) = self.stirred.pop() else { return Ok(true) };
            self.is_stirred[machine as usize] = false;
            self.narrow(machine)?;
        }
        Ok(false)
    }

    pub(crate) fn first_end(&self, operation: u32) -> Ticks {
        self.earliest[operation as usize] + self.work[operation as usize]
    }

    pub(crate) fn last_start(&self, operation: u32) -> Ticks {
        self.latest[operation as usize] - self.work[operation as usize]
    }

    /// All that is on the same machine.
    pub(crate) fn on_machine_of(&self, operation: u32) -> impl Iterator<Item = u32> + '_ {
        let machine = self.machine[operation as usize];
        let list = self.members[machine as usize].iter().map(|it| it.0);
        list.filter(move |it| self.machine[*it as usize] == machine)
    }

    fn pair(&self, first: u32, second: u32) -> usize {
        let machine = self.machine[first as usize] as usize;
        let (row, column) = (self.place[first as usize], self.place[second as usize]);
        self.first_pair[machine] + row as usize * self.members[machine].len() + column as usize
    }

    /// Its window has changed.
    fn stir(&mut self, operation: u32) {
        if !std::mem::replace(&mut self.is_queued[operation as usize], true) {
            self.queue.push(operation);
        }
        let machine = self.machine[operation as usize];
        if machine != NONE
            && 0 < self.open[machine as usize]
            && !std::mem::replace(&mut self.is_stirred[machine as usize], true)
        {
            self.stirred.push(machine);
        }
    }

    fn forget(&mut self) {
        for operation in self.queue.drain(..) {
            self.is_queued[operation as usize] = false;
        }
        for machine in self.stirred.drain(..) {
            self.is_stirred[machine as usize] = false;
        }
    }

    fn refute(&mut self, machine: u32) -> Result<(), Refuted> {
        self.forget();
        self.blame = machine;
        Err(Refuted)
    }

    /// What the window of an operation says about its neighbours.
    fn follow(&mut self, operation: u32) -> Result<(), Refuted> {
        let index = operation as usize;
        self.effort += 10;
        if self.after[index] != NONE {
            self.raise(self.after[index], self.first_end(operation))?;
        }
        if self.before[index] != NONE {
            self.lower(self.before[index], self.last_start(operation))?;
        }
        let machine = self.machine[index];
        if machine == NONE {
            return self.drop_ways(operation);
        }
        let len = self.members[machine as usize].len();
        self.effort += 4 * len as u64;
        for place in 0..len {
            let (other, choice) = self.members[machine as usize][place];
            if other == operation {
                continue;
            }
            if self.machine[other as usize] != machine {
                if !self.fits(choice, other, operation) {
                    self.drop_way(other, choice)?;
                }
            } else if self.is_before[self.pair(operation, other)] {
                self.raise(other, self.first_end(operation))?;
            } else if self.is_before[self.pair(other, operation)] {
                self.lower(other, self.last_start(operation))?;
            } else if self.last_start(other) < self.first_end(operation) {
                self.decide(other, operation)?;
            } else if self.last_start(operation) < self.first_end(other) {
                self.decide(operation, other)?;
            }
        }
        Ok(())
    }

    /// What a machine says about the windows of its operations.
    fn narrow(&mut self, machine: u32) -> Result<(), Refuted> {
        if self.open[machine as usize] == 0 {
            return Ok(());
        }
        let mut tasks = std::mem::take(&mut self.tasks);
        tasks.clear();
        self.tasks_of.clear();
        for &(operation, _) in &self.members[machine as usize] {
            if self.machine[operation as usize] != machine {
                continue;
            }
            self.tasks_of.push(operation);
            tasks.push(Task {
                earliest: self.earliest[operation as usize],
                latest: self.latest[operation as usize],
                work: self.work[operation as usize],
            });
        }
        let orders = &mut self.orders[machine as usize];
        if orders.len() != tasks.len() {
            *orders = Orders::new(tasks.len());
        }
        let narrowed = self.rules.narrow(&mut tasks, orders);
        let levels = tasks.len().checked_ilog2().unwrap_or(0) + 1;
        self.effort += NARROW_NS * u64::from(levels) * tasks.len() as u64;
        let mut is_sound = narrowed.is_ok();
        for (place, task) in tasks.iter().enumerate() {
            let operation = self.tasks_of[place];
            is_sound = is_sound
                && self.raise(operation, task.earliest).is_ok()
                && self.lower(operation, task.latest).is_ok();
        }
        self.tasks = tasks;
        if is_sound {
            return Ok(());
        }
        self.refute(machine)
    }
}

#[cfg(test)]
mod tests;
