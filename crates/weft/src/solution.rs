//! From a folder on disk to a solution and back.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use weft_model::Solution;
use weft_model::text::{self, CSV_BYTES_MAX, Files, Problem};

use crate::output::{Failure, note};

/// Reads the files of a solution folder.
pub(crate) fn read(folder: &Path) -> Result<Files> {
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(Failure::error(
            "W701",
            message,
            "name the folder of a solution, such as solutions/machine-shop",
        ));
    }
    let mut files = Files::new();
    read_into(folder, "", &mut files)?;
    Ok(files)
}

/// Reads and checks a solution folder; its problems go to standard error.
pub(crate) fn load(folder: &Path) -> Result<Solution> {
    match text::load(&read(folder)?) {
        Ok(solution) => Ok(solution),
        Err(problems) => {
            report(&problems);
            let count = problems.len();
            let message = format!("{} has {count} problem{}", folder.display(), plural(count));
            Err(Failure::error(
                "W702",
                message,
                "mend what is listed above; `weft check` lists it again",
            ))
        }
    }
}

/// Writes problems the way `weft check` shows them.
pub(crate) fn report(problems: &[Problem]) {
    for problem in problems {
        note(&problem.to_string());
    }
}

/// Writes files below a folder, which is made if need be.
pub(crate) fn write(folder: &Path, files: &Files) -> Result<()> {
    for (path, text) in files.iter() {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

pub(crate) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn read_into(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            if prefix.is_empty() && name == text::ROUTES_FOLDER {
                read_into(&entry.path(), &format!("{name}/"), files)?;
            }
        } else if text::is_solution_file(&path) {
            // A file above the limit is a problem of the solution; no need to read all of it.
            let read = read_at_most(&entry.path(), CSV_BYTES_MAX + 1)
                .with_context(|| format!("cannot read {}", entry.path().display()))?;
            files.insert_bytes(path, read);
        }
    }
    Ok(())
}

fn read_at_most(file: &Path, bytes: usize) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut read = Vec::new();
    fs::File::open(file)?.take(bytes as u64).read_to_end(&mut read)?;
    Ok(read)
}
