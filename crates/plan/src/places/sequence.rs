//! One after the other on a resource, or one batch after the other.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

use super::timeline::Occupation;

/// All that holds one resource.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    capacity: u64,
    is_batch: bool,
    /// By start, then by when they let go, then by holder. What is not a fact overlaps with nothing but its
    /// batch.
    held: Vec<Occupation>,
    /// By start of a fact when the last of all facts up to there lets go.
    facts: Vec<(i64, i64)>,
}

/// One operation, or a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visit {
    pub(crate) lets_go: i64,
    pub(crate) states: Option<(u32, u32)>,
}

impl Sequence {
    pub(crate) fn new(capacity: u32, is_batch: bool) -> Self {
        let capacity = u64::from(capacity);
        Self { capacity, is_batch, held: Vec::new(), facts: Vec::new() }
    }

    pub(crate) fn capacity(&self) -> u64 {
        self.capacity
    }

    pub(crate) fn is_batch(&self) -> bool {
        self.is_batch
    }

    /// All of it in order.
    pub(crate) fn held(&self) -> &[Occupation] {
        &self.held
    }

    /// Index of something that is there, or that would be.
    pub(crate) fn index_of(&self, it: &Occupation) -> usize {
        self.held.partition_point(|other| key(other) < key(it))
    }

    pub(crate) fn put(&mut self, it: Occupation) {
        let index = self.index_of(&it);
        self.held.insert(index, it);
        if it.is_frozen {
            self.note_facts();
        }
    }

    pub(crate) fn remove(&mut self, it: &Occupation) {
        let index = self.index_of(it);
        if self.held.get(index) == Some(it) {
            self.held.remove(index);
        }
        if it.is_frozen {
            self.note_facts();
        }
    }

    /// What is there right before something.
    pub(crate) fn right_before(&self, it: &Occupation) -> Option<&Occupation> {
        let mut sooner = self.held[..self.index_of(it)].iter().rev();
        sooner.find(|other| other.start < it.start && !other.is_empty())
    }

    /// The first that starts after an instant.
    pub(crate) fn next_after(&self, at: i64) -> Option<&Occupation> {
        self.held.get(self.held.partition_point(|it| it.start <= at))
    }

    /// What happens on it one after the other.
    pub(crate) fn visits(&self) -> impl Iterator<Item = Visit> + '_ {
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
    pub(crate) fn are_together(&self, one: &Occupation, other: &Occupation) -> bool {
        self.is_batch && (one.start, one.end, one.family) == (other.start, other.end, other.family)
    }

    /// `None` when it overlaps with nothing but its batch; else when the last of what is in the way lets go.
    pub(crate) fn overlap(&self, it: &Occupation) -> Option<i64> {
        if it.is_empty() {
            return None;
        }
        let are_facts = |other: &Occupation| it.is_frozen && other.is_frozen;
        let is_in_the_way = |other: &Occupation| {
            it.overlaps(other) && !are_facts(other) && !self.are_together(it, other)
        };
        let mut until: Option<i64> = None;
        let first = self.held.partition_point(|other| other.start < it.start);
        let (sooner, later) = self.held.split_at(first);
        for other in later.iter().take_while(|other| other.start < it.lets_go) {
            if is_in_the_way(other) {
                until = until.max(Some(other.lets_go));
            }
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

    /// Whether all of the batch at this index are facts.
    pub(crate) fn is_all_fact(&self, index: usize) -> bool {
        let first = &self.held[index];
        let batch = self.held[index..].iter().take_while(|it| it.start == first.start);
        let mut chosen = batch.filter(|it| !it.is_frozen);
        first.is_frozen && !chosen.any(|it| self.are_together(first, it))
    }

    /// When the last of those before an index lets go.
    pub(crate) fn lets_go_before(&self, index: usize) -> Option<i64> {
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

fn key(it: &Occupation) -> (i64, i64, u32) {
    (it.start, it.lets_go, it.holder)
}
