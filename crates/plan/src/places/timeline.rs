//! Who holds a resource when: one after the other, or several up to a capacity.

use super::Places;
use super::levels::Levels;
use super::sequence::Sequence;

/// Something that holds a resource in `[start, lets_go)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occupation {
    /// The operation, or the number of operations and the index of what is stored.
    pub(crate) holder: u32,
    pub(crate) start: i64,
    /// When the work is done.
    pub(crate) end: i64,
    /// The end, or later when it holds on.
    pub(crate) lets_go: i64,
    pub(crate) amount: u32,
    /// The state it needs and the state it leaves.
    pub(crate) states: Option<(u32, u32)>,
    pub(crate) family: u32,
    /// A fact: among themselves these break no rule.
    pub(crate) is_frozen: bool,
}

impl Occupation {
    /// Whether it takes no time at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.lets_go <= self.start
    }

    /// Whether an operation holds it, not something that is stored.
    pub(crate) fn is_operation(&self, places: &Places) -> bool {
        (self.holder as usize) < places.slots.len()
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.lets_go
            && other.start < self.lets_go
            && !self.is_empty()
            && !other.is_empty()
    }
}

/// All that holds one resource.
#[derive(Debug, Clone)]
pub(crate) enum Timeline {
    Sequence(Sequence),
    Levels(Levels),
}

impl Timeline {
    pub(crate) fn new(capacity: u32, is_batch: bool) -> Self {
        if is_batch || capacity == 1 {
            Self::Sequence(Sequence::new(capacity, is_batch))
        } else {
            Self::Levels(Levels::new(capacity))
        }
    }

    pub(crate) fn put(&mut self, it: Occupation) {
        match self {
            Self::Sequence(sequence) => sequence.put(it),
            Self::Levels(levels) => levels.put(&it),
        }
    }

    pub(crate) fn remove(&mut self, it: &Occupation) {
        match self {
            Self::Sequence(sequence) => sequence.remove(it),
            Self::Levels(levels) => levels.remove(it),
        }
    }

    /// What is held one after the other; `None` for a resource with capacity.
    pub(crate) fn sequence(&self) -> Option<&Sequence> {
        match self {
            Self::Sequence(sequence) => Some(sequence),
            Self::Levels(_) => None,
        }
    }
}
