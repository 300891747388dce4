//! The files of a solution folder, as values.

use std::collections::BTreeMap;

/// What stands between folder and file name in a path, on every system.
pub const PATH_SEPARATOR: char = '/';
/// The folder whose `*.toml` files are read like `routes.toml`.
pub const ROUTES_FOLDER: &str = "routes";
/// More files than this are not read.
pub const FILES_MAX: usize = 2_000;
/// A longer `.toml` file is not read (parsed, it takes some hundred times its size).
pub const TOML_BYTES_MAX: usize = 2 << 20;
/// A longer `.csv` file is not read.
pub const CSV_BYTES_MAX: usize = 32 << 20;

/// The files of a solution: path inside the folder (`routes/shafts.toml`) to text.
///
/// Only `.toml` and `.csv` files mean anything; others may be left out or put in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files(BTreeMap<String, Content>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    text: String,
    /// When false, `text` ends before the first byte that is not UTF-8.
    is_utf8: bool,
}

/// Whether a path is one that a solution is made of: the shell need read no others.
pub fn is_solution_file(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("toml" | "csv"))
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file in, in place of what was there.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), Content { text: text.into(), is_utf8: true });
    }

    /// Puts a file in as it came from the disk. When it is not UTF-8, [`super::check`] says where.
    pub fn insert_bytes(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        let content = match String::from_utf8(bytes) {
            Ok(text) => Content { text, is_utf8: true },
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let mut bytes = error.into_bytes();
                bytes.truncate(valid);
                Content { text: String::from_utf8(bytes).unwrap_or_default(), is_utf8: false }
            }
        };
        self.0.insert(path.into(), content);
    }

    /// The text of a file; `None` when it is not there or not text.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).filter(|content| content.is_utf8).map(|content| content.text.as_str())
    }

    /// Takes a file out; whether it was there.
    pub fn remove(&mut self, path: &str) -> bool {
        self.0.remove(path).is_some()
    }

    /// Path and text of each file, by path. A file that is not UTF-8 is cut before the fault.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.text.as_str()))
    }

    /// Whether the file is there and is not UTF-8.
    pub(super) fn is_broken(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|content| !content.is_utf8)
    }

    /// How many files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<P: Into<String>, T: Into<String>> FromIterator<(P, T)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(files: I) -> Self {
        let mut all = Self::new();
        for (path, text) in files {
            all.insert(path, text);
        }
        all
    }
}
