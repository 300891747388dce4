//! TOML tables with their places: asks for keys by name, and tells of those nobody asked for.

use toml::de::DeTable;

use super::super::error::{CheckError, Kind};
use super::super::problem::{At, Problems};
use super::super::suggest::closest;
use super::Input;
use super::ids::{Ids, shown};
use super::value::Value;
use crate::id::is_valid_id;
use crate::solution::Title;

/// More syntax errors of one file are not shown: the later ones follow from the first.
const SYNTAX_ERRORS_MAX: usize = 20;

/// A table, and which of its keys have been asked for.
pub(super) struct Table<'a> {
    pub(super) problems: &'a Problems<'a>,
    /// Its heading or brace.
    pub(super) at: At,
    /// What it describes: "resource `saw`", as soon as that is known.
    pub(super) owner: String,
    content: &'a DeTable<'a>,
    asked: Vec<&'static str>,
    /// Whether each entry of its lists of tables could be handed out.
    is_whole: bool,
}

/// Reads a file and hands its top table to `body`; `false` when some of it could not be read: `body`
/// says so, or it is not TOML, with a problem for each line that is not.
pub(super) fn with_document(
    problems: &Problems<'_>,
    input: Input<'_>,
    body: impl FnOnce(Table<'_>) -> bool,
) -> bool {
    let (document, errors) = DeTable::parse_recoverable(input.text);
    for error in errors.iter().take(SYNTAX_ERRORS_MAX) {
        let at = input.at.offset(error.span().map_or(0, |span| span.start));
        let reason = shown(error.message().trim());
        problems.add(at, &CheckError::Syntax { format: "TOML", reason });
    }
    errors.is_empty() && body(Table::new(problems, input.at, "the file", document.get_ref()))
}

impl<'a> Table<'a> {
    pub(super) fn new(
        problems: &'a Problems<'a>,
        at: At,
        owner: &str,
        content: &'a DeTable<'a>,
    ) -> Self {
        Self { problems, at, owner: owner.to_owned(), content, asked: Vec::new(), is_whole: true }
    }

    /// The value of a key, when it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.asked.push(key);
        let value = self.content.get(key)?;
        let at = self.at.offset(value.span().start).field(key);
        Some(Value { problems: self.problems, at, key, content: value.get_ref() })
    }

    /// The value of a key that must be there; `example` is what the remedy shows.
    pub(super) fn need(&mut self, key: &'static str, example: &'static str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            let owner = self.owner.clone();
            self.problems.add(self.at.field(key), &CheckError::MissingKey { owner, key, example });
        }
        value
    }

    /// The tables of a list of tables: `[[key]]`, or `key = [{ … }]`.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Table<'a>> {
        self.limited_tables(key, "entries", usize::MAX)
    }

    /// The same, cut after `limit` with a problem that says how many of `what` are too many.
    pub(super) fn limited_tables(
        &mut self,
        key: &'static str,
        what: &'static str,
        limit: usize,
    ) -> Vec<Table<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let mut list = value.list("a list of tables", "[{ … }]");
        self.is_whole &= value.content.is_array() && list.len() <= limit;
        value.limit(what, limit, &mut list);
        let owner = format!("this {key}");
        let tables: Vec<_> = list.iter().filter_map(|value| value.table(&owner, "{ … }")).collect();
        self.is_whole &= tables.len() == list.len();
        tables
    }

    /// The key `id`, noted among the others of its kind. A placeholder where it is of no use.
    pub(super) fn id(&mut self, kind: Kind, ids: &mut Ids) -> &'a str {
        let example = "id = \"saw-1\"";
        let Some(value) = self.need("id", example) else {
            ids.incomplete();
            return "?";
        };
        let Some(id) = value.text(example) else {
            ids.incomplete();
            return "?";
        };
        self.owner = format!("{kind} `{}`", shown(id));
        if !is_valid_id(id) {
            ids.incomplete();
            let error = CheckError::InvalidId { kind, text: shown(id) };
            self.problems.add(value.at, &error);
            return "?";
        }
        if !ids.declare(self.problems, id, value.at) {
            // One of the two was probably meant to have another id.
            ids.incomplete();
        }
        id
    }

    /// A text in one or two languages; `default` where there is none.
    pub(super) fn title(&mut self, key: &'static str, default: impl FnOnce() -> Title) -> Title {
        self.get(key).and_then(|value| value.title()).unwrap_or_else(default)
    }

    /// Tells of two keys that exclude each other; whether both are there.
    pub(super) fn has_both(&self, one: &'static str, other: &'static str) -> bool {
        let both = self.content.contains_key(one) && self.content.contains_key(other);
        if both {
            let error = CheckError::Both { owner: self.owner.clone(), one, other };
            self.problems.add(self.at.field(other), &error);
        }
        both
    }

    /// Tells of the keys that nobody asked for; whether there were none and nothing was left out.
    pub(super) fn finish(self) -> bool {
        let mut is_whole = self.is_whole;
        for key in self.content.keys() {
            let text = key.get_ref().as_ref();
            if self.asked.contains(&text) {
                continue;
            }
            is_whole = false;
            let error = CheckError::UnknownKey {
                owner: self.owner.clone(),
                noun: "key",
                key: shown(text),
                meant: closest(text, self.asked.iter().copied()),
                known: self.asked.clone(),
            };
            self.problems.add_about(self.at.offset(key.span().start), text, &error);
        }
        is_whole
    }
}
