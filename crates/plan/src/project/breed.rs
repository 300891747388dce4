//! Where lists come from: drawn at random, crossed from two, changed a little.

#![expect(clippy::indexing_slicing, reason = "lists hold activities of the instance")]

use std::collections::BinaryHeap;

use super::genetic::Member;
use super::instance::Instance;
use crate::random::Random;

/// How far a drawn list strays from the order by tails, as a share of the longest tail.
const STRAY: f64 = 0.3;
/// In per cent: children that share their father's division into before, within and after the window.
const PEAK: usize = 50;
/// The father's window, in per cent of the list.
const WINDOW: std::ops::Range<usize> = 20..60;
/// Activities of a child that are moved to another place: of one mode each, or of several.
const MOVES: [usize; 2] = [3, 1];
/// Activities of a child that take a mode drawn at random.
const MODES: usize = 2;

/// Makes lists; keeps the room it needs.
#[derive(Debug)]
pub(crate) struct Breeder {
    /// From the start of each activity to the end of the project, along the longest chain.
    tails: Vec<i64>,
    /// Where an activity stands in the father's list.
    place: Vec<u32>,
    taken: Vec<bool>,
}

impl Breeder {
    pub(crate) fn new(instance: &Instance) -> Self {
        let mut tails = vec![0; instance.len()];
        for activity in (0..instance.len()).rev() {
            let after = instance.after.of(activity).iter();
            let rest = after.map(|&(after, lag)| lag + tails[after as usize]).max();
            let modes = instance.modes_of(activity);
            let shortest = modes.map(|mode| instance.durations[mode as usize]).min();
            tails[activity] = rest.unwrap_or(0) + shortest.unwrap_or(0);
        }
        Self { tails, place: vec![0; instance.len()], taken: vec![false; instance.len()] }
    }

    /// A list in which long tails tend to come first, and any modes. Exactly so when `is_first`.
    pub(crate) fn draw(
        &self,
        instance: &Instance,
        is_first: bool,
        child: &mut Member,
        random: &mut Random,
    ) {
        let longest = self.tails.iter().copied().max().unwrap_or(0);
        let stray = if is_first { 0.0 } else { longest as f64 * STRAY };
        let mut urgent = |activity: usize| {
            (self.tails[activity] + (random.unit() * stray) as i64, std::cmp::Reverse(activity))
        };
        let mut waits: Vec<usize> =
            (0..instance.len()).map(|activity| instance.before.of(activity).len()).collect();
        let mut ready: BinaryHeap<_> =
            (0..instance.len()).filter(|&activity| waits[activity] == 0).map(&mut urgent).collect();
        child.order.clear();
        while let Some((_, std::cmp::Reverse(activity))) = ready.pop() {
            child.order.push(activity as u32);
            for &(after, _) in instance.after.of(activity) {
                let after = after as usize;
                waits[after] -= 1;
                if waits[after] == 0 {
                    ready.push(urgent(after));
                }
            }
        }
        child.modes.clear();
        child.modes.extend((0..instance.len()).map(|activity| {
            let modes = instance.modes_of(activity);
            modes.start + random.below(modes.len()) as u32
        }));
    }

    /// A child that has a window of the father's list and the rest in the mother's order: either divided
    /// as the father's is (peak crossover; Valls, Ballestín & Quintanilla 2008), or with the mother's
    /// beginning before it (two-point crossover; Hartmann 1998). Modes come along.
    pub(crate) fn cross(
        &mut self,
        father: &Member,
        mother: &Member,
        child: &mut Member,
        random: &mut Random,
    ) {
        let count = father.order.len();
        let share = WINDOW.start + random.below(WINDOW.len());
        let length = count * share / 100;
        let from = random.below(count - length + 1);
        let until = from + length;

        child.order.clear();
        child.modes.clone_from(&mother.modes);
        if random.chance(PEAK) {
            for (place, &activity) in father.order.iter().enumerate() {
                self.place[activity as usize] = place as u32;
            }
            let place = |activity: &u32| self.place[*activity as usize] as usize;
            let before = mother.order.iter().filter(|activity| place(activity) < from);
            child.order.extend(before);
            child.order.extend(&father.order[from..until]);
            child.order.extend(mother.order.iter().filter(|activity| until <= place(activity)));
            for &activity in &father.order[from..until] {
                child.modes[activity as usize] = father.modes[activity as usize];
            }
            return;
        }
        self.taken.fill(false);
        for &activity in &mother.order[..from] {
            self.taken[activity as usize] = true;
            child.order.push(activity);
        }
        for &activity in &father.order {
            if until <= child.order.len() {
                break;
            }
            if !self.taken[activity as usize] {
                self.taken[activity as usize] = true;
                child.order.push(activity);
                child.modes[activity as usize] = father.modes[activity as usize];
            }
        }
        let rest = mother.order[from..].iter().filter(|activity| !self.taken[**activity as usize]);
        child.order.extend(rest);
    }
}

/// Moves a few activities as far as drawn, or as those before and after them let them, and gives a few
/// another mode.
pub(crate) fn mutate(instance: &Instance, child: &mut Member, random: &mut Random) {
    let count = child.order.len();
    for _ in 0..MOVES[usize::from(instance.is_multi_mode)] {
        let at = random.below(count);
        let reach = 1 + random.below(count);
        let Some(&activity) = child.order.get(at) else { return };
        let is_left = random.chance(50);
        let arcs = if is_left { &instance.before } else { &instance.after };
        let arcs = arcs.of(activity as usize);
        let is_free = |other: &&u32| arcs.iter().all(|arc| arc.0 != **other);
        if is_left {
            let far = child.order[..at].iter().rev().take(reach).take_while(is_free).count();
            child.order[at - far..=at].rotate_right(1);
        } else {
            let far = child.order[at + 1..].iter().take(reach).take_while(is_free).count();
            child.order[at..=at + far].rotate_left(1);
        }
    }
    for _ in 0..if instance.is_multi_mode { MODES } else { 0 } {
        let activity = random.below(count);
        let modes = instance.modes_of(activity);
        child.modes[activity] = modes.start + random.below(modes.len()) as u32;
    }
}
