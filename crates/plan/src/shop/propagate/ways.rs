//! Which machine an operation goes to: ways that do not fit any more are dropped.

use crate::shop::propagate::{Change, Engine, Refuted};
use crate::shop::{NONE, Ticks};

impl Engine {
    /// Every way is left; but of those on the same machine only the shortest.
    pub(super) fn begin_ways(&mut self) {
        self.machine.fill(NONE);
        self.placed.fill(0);
        self.open.fill(0);
        for operation in 0..self.work.len() {
            let ways = self.first_choice[operation]..self.first_choice[operation + 1];
            let mut left = 0;
            for choice in ways.clone() {
                let own = self.choices[choice as usize];
                let is_beaten = ways.clone().any(|it| {
                    let other = self.choices[it as usize];
                    other.machine == own.machine && (other.work, it) < (own.work, choice)
                });
                self.is_left[choice as usize] = !is_beaten;
                left += u32::from(!is_beaten);
            }
            self.ways_left[operation] = left;
            self.work[operation] = self.shortest(operation as u32);
        }
    }

    /// The ways that are left, as indices into all choices.
    pub(super) fn ways(&self, operation: u32) -> impl Iterator<Item = u32> + '_ {
        let index = operation as usize;
        let ways = self.first_choice[index]..self.first_choice[index + 1];
        ways.filter(|it| self.is_left[*it as usize])
    }

    fn shortest(&self, operation: u32) -> Ticks {
        self.ways(operation).map(|it| self.choices[it as usize].work).min().unwrap_or(0)
    }

    /// Decides for a way.
    pub(super) fn take_way(&mut self, operation: u32, choice: u32) -> Result<(), Refuted> {
        let index = operation as usize;
        for other in self.first_choice[index]..self.first_choice[index + 1] {
            if other != choice {
                self.drop_way(operation, other)?;
            }
        }
        Ok(())
    }

    /// Decides against a way.
    pub(super) fn drop_way(&mut self, operation: u32, choice: u32) -> Result<(), Refuted> {
        if !self.is_left[choice as usize] {
            return Ok(());
        }
        let index = operation as usize;
        if self.ways_left[index] == 1 {
            return self.refute(self.choices[choice as usize].machine);
        }
        self.is_left[choice as usize] = false;
        self.ways_left[index] -= 1;
        self.trail.push(Change::Dropped(operation, choice));
        let work = self.shortest(operation);
        if self.work[index] < work {
            self.trail.push(Change::Work(operation, self.work[index]));
            self.work[index] = work;
            if self.latest[index] < self.earliest[index] + work {
                return self.refute(self.choices[choice as usize].machine);
            }
            self.stir(operation);
        }
        self.place_single(operation)
    }

    /// Puts an operation on its machine when only one way is left.
    pub(super) fn place_single(&mut self, operation: u32) -> Result<(), Refuted> {
        let index = operation as usize;
        if self.machine[index] != NONE || self.ways_left[index] != 1 {
            return Ok(());
        }
        let Some(choice) = self.ways(operation).next() else { return Ok(()) };
        let machine = self.choices[choice as usize].machine;
        self.machine[index] = machine;
        self.place[index] = self.places[choice as usize];
        self.open[machine as usize] += self.placed[machine as usize];
        self.placed[machine as usize] += 1;
        self.trail.push(Change::Placed(operation));
        self.stir(operation);
        self.raise(operation, self.free_from[machine as usize])?;
        self.lower(operation, self.limit - self.needed_after[machine as usize])
    }

    /// Takes an operation from its machine; no order of it is decided any more.
    pub(super) fn displace(&mut self, operation: u32) {
        let machine = self.machine[operation as usize] as usize;
        self.placed[machine] -= 1;
        self.open[machine] -= self.placed[machine];
        self.machine[operation as usize] = NONE;
    }

    /// Whether a way of `operation` leaves room for `other`, which is on that machine, before or after it.
    pub(super) fn fits(&self, choice: u32, operation: u32, other: u32) -> bool {
        let work = self.choices[choice as usize].work;
        let (earliest, latest) =
            (self.earliest[operation as usize], self.latest[operation as usize]);
        earliest + work <= self.last_start(other) || self.first_end(other) <= latest - work
    }

    /// Drops the ways of an operation that do not fit into its window or beside what is on the machine.
    pub(super) fn drop_ways(&mut self, operation: u32) -> Result<(), Refuted> {
        let index = operation as usize;
        for choice in self.first_choice[index]..self.first_choice[index + 1] {
            if self.machine[index] != NONE {
                // It was the last way but one.
                break;
            }
            if !self.is_left[choice as usize] {
                continue;
            }
            let way = self.choices[choice as usize];
            let machine = way.machine as usize;
            let from = self.earliest[index].max(self.free_from[machine]);
            let to = self.latest[index].min(self.limit - self.needed_after[machine]);
            self.effort += 2 * self.members[machine].len() as u64;
            let is_possible = from + way.work <= to
                && self.members[machine].iter().all(|&(other, _)| {
                    self.machine[other as usize] != way.machine
                        || self.fits(choice, operation, other)
                });
            if !is_possible {
                self.drop_way(operation, choice)?;
            }
        }
        Ok(())
    }
}
