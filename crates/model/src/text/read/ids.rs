//! Which ids there are, to find doubles and references to nothing.

use std::collections::BTreeMap;

use super::super::error::{CheckError, Kind};
use super::super::problem::{At, Problems};
use super::super::suggest::closest;

/// So many known ids are named in a help text.
const NAMED_MAX: usize = 6;

/// All ids read so far.
pub(super) struct Known {
    pub(super) places: Ids,
    pub(super) resources: Ids,
    pub(super) classes: Ids,
    pub(super) calendars: Ids,
    pub(super) offers: Ids,
    pub(super) routes: Ids,
    pub(super) orders: Ids,
}

/// The ids of one kind.
pub(super) struct Ids {
    kind: Kind,
    at: BTreeMap<String, At>,
    is_incomplete: bool,
}

impl Known {
    pub(super) fn new() -> Self {
        Self {
            places: Ids::new(Kind::Place),
            resources: Ids::new(Kind::Resource),
            classes: Ids::new(Kind::Class),
            calendars: Ids::new(Kind::Calendar),
            offers: Ids::new(Kind::Offer),
            routes: Ids::new(Kind::Route),
            orders: Ids::new(Kind::Order),
        }
    }

    /// places.toml could not be read: references to what it defines are not judged.
    pub(super) fn place_file_is_incomplete(&mut self) {
        self.places.incomplete();
        self.resources.incomplete();
        self.classes.incomplete();
    }
}

impl Ids {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, at: BTreeMap::new(), is_incomplete: false }
    }

    /// Some could not be read: a reference that leads nowhere may lead to one of those.
    pub(super) fn incomplete(&mut self) {
        self.is_incomplete = true;
    }

    pub(super) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Notes an id; `false` and a problem when it is there already.
    pub(super) fn declare(&mut self, problems: &Problems<'_>, id: &str, at: At) -> bool {
        if let Some(first) = self.at.get(id) {
            let first = problems.place(*first);
            let error = CheckError::DuplicateId { kind: self.kind, id: id.to_owned(), first };
            problems.add(at, &error);
            return false;
        }
        self.at.insert(id.to_owned(), at);
        true
    }

    /// Notes an id that may be there already.
    pub(super) fn note(&mut self, id: &str, at: At) {
        self.at.entry(id.to_owned()).or_insert(at);
    }

    /// Notes what is there without being written anywhere.
    pub(super) fn note_built_in(&mut self, id: &str) {
        self.note(id, At::file(0));
    }

    /// Whether it is there.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.at.contains_key(id)
    }

    /// Whether what is referred to exists; a problem when it surely does not.
    pub(super) fn refer(&self, problems: &Problems<'_>, id: &str, at: At) -> bool {
        let is_there = self.at.contains_key(id);
        if !is_there && !self.is_incomplete {
            problems.add(at, &self.unknown(problems, id));
        }
        is_there
    }

    /// The known id that looks like this one.
    pub(super) fn meant(&self, problems: &Problems<'_>, id: &str) -> Option<String> {
        if problems.is_full() { None } else { closest(id, self.at.keys().map(String::as_str)) }
    }

    fn unknown(&self, problems: &Problems<'_>, id: &str) -> CheckError {
        let mut known: Vec<String> = self.at.keys().take(NAMED_MAX).cloned().collect();
        if NAMED_MAX < self.at.len() {
            known.push("…".to_owned());
        }
        CheckError::Unknown {
            kind: self.kind,
            id: shown(id),
            meant: self.meant(problems, id),
            known,
        }
    }
}

/// A text for a message, cut where it gets long.
pub(super) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 80;
    if text.chars().nth(CHARS_MAX).is_none() {
        text.to_owned()
    } else {
        text.chars().take(CHARS_MAX).chain(['…']).collect()
    }
}
