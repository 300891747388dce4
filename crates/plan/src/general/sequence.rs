//! One after the other on a resource, or one batch after the other, with setups between them.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

use crate::general::timeline::Occupation;
use crate::problem::Setups;
use crate::rules::calendar::Calendar;

/// All that holds one resource.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    capacity: u64,
    is_batch: bool,
    setups: Option<Setups>,
    now: i64,
    /// By start, then by when they let go, then by holder. What is not a fact overlaps with nothing but its
    /// batch.
    held: Vec<Occupation>,
    /// By start of a fact when the last of all facts up to there lets go.
    facts: Vec<(i64, i64)>,
}

/// One operation, or a batch.
#[derive(Debug, Clone, Copy)]
struct Visit {
    lets_go: i64,
    states: Option<(u32, u32)>,
}

impl Sequence {
    pub(crate) fn new(capacity: u32, is_batch: bool, setups: Option<Setups>, now: i64) -> Self {
        let capacity = u64::from(capacity);
        Self { capacity, is_batch, setups, now, held: Vec::new(), facts: Vec::new() }
    }

    /// See [`crate::general::timeline::Timeline::conflict`].
    pub(crate) fn conflict(&self, calendar: &Calendar, it: &Occupation) -> Option<i64> {
        let index = self.held.partition_point(|other| key(other) < key(it));
        let overlap = self.overlap(index, it);
        match &self.setups {
            Some(setups) if overlap.is_none() => self.without_setup(setups, calendar, index, it),
            _ => overlap,
        }
    }

    /// Starts at or after `from` at which a batch of this family stands, the soonest first.
    pub(crate) fn batches(&self, family: u32, from: i64) -> impl Iterator<Item = i64> + '_ {
        let first = self.held.partition_point(|it| it.start < from);
        let held = self.held[first..].iter();
        let kin = held.filter(move |it| self.is_batch && it.family == family);
        let mut last = None;
        kin.map(|it| it.start).filter(move |start| last.replace(*start) != Some(*start))
    }

    pub(crate) fn put(&mut self, it: Occupation) {
        let index = self.held.partition_point(|other| key(other) < key(&it));
        self.held.insert(index, it);
        if it.is_frozen {
            self.note_facts();
        }
    }

    pub(crate) fn remove(&mut self, it: &Occupation) {
        let index = self.held.partition_point(|other| key(other) < key(it));
        if self.held.get(index) == Some(it) {
            self.held.remove(index);
        }
        if it.is_frozen {
            self.note_facts();
        }
    }

    /// What is there right before something, and the setup that lies between the two.
    pub(crate) fn right_before(&self, it: &Occupation) -> Option<(Occupation, i64)> {
        let index = self.held.partition_point(|other| key(other) < key(it));
        let mut sooner = self.held[..index].iter().rev();
        let other = *sooner.find(|other| other.start < it.start && !other.is_empty())?;
        let setup = match (&self.setups, other.states, it.states) {
            (Some(setups), Some((_, left)), Some((needed, _))) => {
                setups.time[left as usize][needed as usize].get()
            }
            _ => 0,
        };
        Some((other, setup))
    }

    /// The first that starts after an instant.
    pub(crate) fn next_after(&self, at: i64) -> Option<&Occupation> {
        self.held.get(self.held.partition_point(|it| it.start <= at))
    }

    pub(crate) fn is_batch(&self) -> bool {
        self.is_batch
    }

    /// What happens on it one after the other.
    fn visits(&self) -> impl Iterator<Item = Visit> + '_ {
        let mut rest = &self.held[..];
        std::iter::from_fn(move || {
            let first = *rest.first()?;
            let batch = rest.iter().take_while(|it| self.are_together(&first, it)).count().max(1);
            let lets_go = rest[..batch].iter().map(|it| it.lets_go).fold(first.lets_go, i64::max);
            rest = &rest[batch..];
            Some(Visit { lets_go, states: first.states })
        })
    }

    fn note_facts(&mut self) {
        self.facts.clear();
        for it in self.held.iter().filter(|it| it.is_frozen) {
            let last = self.facts.last().map_or(i64::MIN, |it| it.1);
            self.facts.push((it.start, last.max(it.lets_go)));
        }
    }

    /// Whether they are one batch.
    fn are_together(&self, one: &Occupation, other: &Occupation) -> bool {
        self.is_batch && (one.start, one.end, one.family) == (other.start, other.end, other.family)
    }

    /// `None` when it overlaps with nothing but a batch that it may join.
    fn overlap(&self, index: usize, it: &Occupation) -> Option<i64> {
        if it.is_empty() {
            return None;
        }
        let are_facts = |other: &Occupation| it.is_frozen && other.is_frozen;
        let is_in_the_way = |other: &Occupation| {
            it.overlaps(other) && !are_facts(other) && !self.are_together(it, other)
        };
        let mut until: Option<i64> = None;
        let first = self.held[..index].partition_point(|other| other.start < it.start);
        let (sooner, later) = self.held.split_at(first);
        let (mut amount, mut all_facts) = (u64::from(it.amount), it.is_frozen);
        for other in later.iter().take_while(|other| other.start < it.lets_go) {
            if is_in_the_way(other) {
                until = until.max(Some(other.lets_go));
            } else if self.are_together(it, other) && !other.is_empty() {
                amount += u64::from(other.amount);
                all_facts &= other.is_frozen;
            }
        }
        if self.capacity < amount && !all_facts {
            let batch = later.iter().filter(|other| self.are_together(it, other));
            until = until.max(batch.map(|other| other.lets_go).max());
        }
        let mut last: Option<i64> = None;
        for other in sooner.iter().rev().filter(|other| !other.is_frozen && !other.is_empty()) {
            if last.is_some_and(|last| other.start < last) {
                break;
            }
            last = Some(other.start);
            if is_in_the_way(other) {
                until = until.max(Some(other.lets_go));
            }
        }
        if !it.is_frozen {
            let fact = self.facts.partition_point(|fact| fact.0 < it.start).checked_sub(1);
            let lets_go = fact.map(|fact| self.facts[fact].1);
            until = until.max(lets_go.filter(|lets_go| it.start < *lets_go));
        }
        until.map(|until| until.max(it.start + 1))
    }

    /// `None` when there is time for the setups before and after it, and for the cleaning in the end.
    fn without_setup(
        &self,
        setups: &Setups,
        calendar: &Calendar,
        index: usize,
        it: &Occupation,
    ) -> Option<i64> {
        let before = self.held[..index].iter().rev();
        let first = index - before.take_while(|other| self.are_together(it, other)).count();
        let after = self.held[index..].iter();
        let next = index + after.take_while(|other| self.are_together(it, other)).count();
        let batch = &self.held[first..next];
        let is_fact = it.is_frozen && batch.iter().all(|other| other.is_frozen);
        let lets_go = batch.iter().map(|other| other.lets_go).fold(it.lets_go, i64::max);

        let left = |other: &Occupation| other.states.map(|states| states.1);
        let before_it = self.held[..first].iter().rev().find_map(left).or(initial(setups));
        let since = self.lets_go_before(first);
        if let (Some(from), Some((needed, _)), false) = (before_it, it.states, is_fact) {
            let time = setups.time[from as usize][needed as usize].get();
            let since = since.unwrap_or(self.now);
            if 0 < time && calendar.work_between(since, it.start) < time {
                let ready = calendar.after_work(since, time).unwrap_or(i64::MAX);
                return Some(ready.max(it.start + 1));
            }
        }
        let mut state = left(it).or(before_it);
        let is_last = self.held[next..].iter().all(|other| other.states.is_none());
        for (at, other) in self.held.iter().enumerate().skip(next) {
            let Some((needed, leaves)) = other.states else { continue };
            let time = state.map_or(0, |from| setups.time[from as usize][needed as usize].get());
            let since = self.lets_go_before(at).map_or(lets_go, |it| it.max(lets_go));
            let are_facts = is_fact && self.is_all_fact(at);
            if 0 < time && !are_facts && calendar.work_between(since, other.start) < time {
                let after = &self.held[next];
                let past =
                    if it.is_empty() || after.is_empty() { after.start } else { after.lets_go };
                return Some(past.max(it.start + 1));
            }
            if lets_go <= other.start {
                break;
            }
            state = Some(leaves);
        }
        // It is cleaned from the state that the last one leaves, once the last has let go.
        let last = self.held[next..].iter().rev().find_map(left).or(left(it)).or(before_it);
        let cleaning =
            last.and_then(|state| setups.last.get(state as usize)).map_or(0, |it| it.get());
        let others = self.lets_go_before(self.held.len());
        let matters = is_last || others.is_none_or(|others| others <= lets_go);
        let end = others.map_or(lets_go, |it| it.max(lets_go));
        let runs_out =
            0 < cleaning && matters && !is_fact && calendar.after_work(end, cleaning).is_none();
        runs_out.then_some(i64::MAX)
    }

    /// Whether all of the batch at this index are facts.
    fn is_all_fact(&self, index: usize) -> bool {
        let first = &self.held[index];
        let batch = self.held[index..].iter().take_while(|it| it.start == first.start);
        let mut chosen = batch.filter(|it| !it.is_frozen);
        first.is_frozen && !chosen.any(|it| self.are_together(first, it))
    }

    /// When the last of those before an index lets go.
    fn lets_go_before(&self, index: usize) -> Option<i64> {
        let held = &self.held[..index];
        let mut latest: Option<i64> = None;
        let mut last: Option<i64> = None;
        for it in held.iter().rev().filter(|it| !it.is_frozen) {
            if last.is_some_and(|last| it.start < last) {
                break;
            }
            latest = latest.max(Some(it.lets_go));
            last = if it.is_empty() { last } else { Some(it.start) };
        }
        let of_facts = |held: &[Occupation]| {
            let start = held.last()?.start;
            let fact = self.facts.partition_point(|fact| fact.0 < start).checked_sub(1);
            let with_it = held.iter().rev().take_while(|it| it.start == start);
            let with_it = with_it.filter(|it| it.is_frozen).map(|it| it.lets_go).max();
            with_it.max(fact.map(|fact| self.facts[fact].1))
        };
        latest.max(of_facts(held))
    }
}

/// The setups of a resource in all.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SetUp {
    /// In milliseconds, the cleaning included.
    pub(crate) time: i128,
    pub(crate) money: i128,
    /// When the resource has been cleaned, if it is.
    pub(crate) cleaned: Option<i64>,
}

impl Sequence {
    /// What all setups take.
    pub(crate) fn set_up(&self, calendar: &Calendar) -> SetUp {
        let mut sum = SetUp::default();
        let Some(setups) = &self.setups else { return sum };
        let mut state = initial(setups);
        let mut last: Option<i64> = None;
        for visit in self.visits() {
            last = last.max(Some(visit.lets_go));
            let Some((needed, leaves)) = visit.states else { continue };
            if let Some(from) = state {
                sum.time += i128::from(setups.time[from as usize][needed as usize].get());
                let price = setups.cost.get(from as usize).and_then(|row| row.get(needed as usize));
                sum.money += price.map_or(0, |it| i128::from(*it));
            }
            state = Some(leaves);
        }
        let cleaning =
            state.and_then(|state| setups.last.get(state as usize)).map_or(0, |it| it.get());
        if let Some(last) = last.filter(|_| 0 < cleaning) {
            sum.time += i128::from(cleaning);
            sum.cleaned = calendar.after_work(last, cleaning);
        }
        sum
    }
}

fn key(it: &Occupation) -> (i64, i64, u32) {
    (it.start, it.lets_go, it.holder)
}

fn initial(setups: &Setups) -> Option<u32> {
    setups.initial.map(|state| state as u32)
}
