//! Who holds one resource when.

#![expect(clippy::indexing_slicing, reason = "indices come from searches in the same list")]

/// No state.
pub(crate) const NO_STATE: u32 = u32::MAX;

/// Something that holds a resource in `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) operation: u32,
    pub(crate) amount: u32,
    /// The state it needs and the state it leaves, or [`NO_STATE`].
    pub(crate) needed: u32,
    pub(crate) left: u32,
    /// It stays where it is.
    pub(crate) is_fact: bool,
}

/// All that hold one resource, by start, end and operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    held: Vec<Held>,
    /// None lasts longer.
    longest: i64,
    /// Some may end after one that starts later.
    is_mixed: bool,
}

impl Row {
    pub(crate) fn held(&self) -> &[Held] {
        &self.held
    }

    pub(crate) fn insert(&mut self, it: Held) -> usize {
        let index = self.position(&it);
        let is_before = index.checked_sub(1).is_none_or(|last| self.held[last].end <= it.end);
        let is_after = self.held.get(index).is_none_or(|next| it.end <= next.end);
        self.is_mixed |= !(is_before && is_after);
        self.longest = self.longest.max(it.end - it.start);
        self.held.insert(index, it);
        index
    }

    pub(crate) fn remove(&mut self, index: usize) {
        self.held.remove(index);
        if self.held.is_empty() {
            (self.longest, self.is_mixed) = (0, false);
        }
    }

    /// Index of the first that starts at `start` or later.
    pub(crate) fn from(&self, start: i64) -> usize {
        self.held.partition_point(|it| it.start < start)
    }

    /// Those from the first on that may end after `start`.
    pub(crate) fn after(&self, start: i64) -> &[Held] {
        let first = if self.is_mixed {
            self.held.partition_point(|it| it.start + self.longest <= start)
        } else {
            self.held.partition_point(|it| it.end <= start)
        };
        &self.held[first..]
    }

    /// Those that hold it at some instant of `[start, end)`, by start.
    pub(crate) fn within(&self, start: i64, end: i64) -> impl Iterator<Item = &Held> + Clone {
        let held = self.after(start).iter().take_while(move |it| it.start < end);
        held.filter(move |it| start < it.end)
    }

    /// The last end of those facts that start by then.
    pub(crate) fn lets_go_of_facts(&self, start: i64) -> i64 {
        let mut last = i64::MIN;
        for it in self.held[..self.from(start.saturating_add(1))].iter().rev() {
            if it.start.saturating_add(self.longest) <= last {
                break;
            }
            if it.is_fact {
                last = last.max(it.end);
            }
            // Ends are in order, too.
            if !self.is_mixed {
                break;
            }
        }
        last
    }

    /// The first that starts at `start` or later and may move.
    pub(crate) fn first_movable(&self, start: i64) -> Option<&Held> {
        self.held[self.from(start)..].iter().find(|it| !it.is_fact)
    }

    /// Where it stands, or would.
    pub(crate) fn position(&self, it: &Held) -> usize {
        let key = (it.start, it.end, it.operation);
        self.held.partition_point(|other| (other.start, other.end, other.operation) < key)
    }
}
