//! Solutions to run.

use std::fs;
use std::path::{Path, PathBuf};

use super::root;

/// A copy of `solutions/three-machines` to change and to run.
pub(crate) fn three_machines(into: &Path) -> PathBuf {
    let to = into.join("three-machines");
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(root("solutions/three-machines")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    // An order of one piece that becomes scrap is called off: right, but not what tests wait for.
    edit(&to, "twin.toml", |text| {
        text.replace("scrap-probability = 0.01", "scrap-probability = 0.0")
    });
    to
}

/// Three machines that are open day and night and fail often: something happens all the time.
pub(crate) fn busy(into: &Path) -> PathBuf {
    let folder = three_machines(into);
    edit(&folder, "places.toml", |text| {
        text.replace("calendar = \"day\"\n", "").replace("calendar = \"day-and-night\"\n", "")
    });
    edit(&folder, "routes.toml", |text| {
        text.replace("spans-breaks = false", "spans-breaks = true")
    });
    edit(&folder, "twin.toml", |text| {
        text.replace("\"80 h\"", "\"12 h\"").replace("\"30 h\"", "\"6 h\"")
    });
    // All orders come within seven hours.
    edit(&folder, "orders.csv", |text| {
        text.replace("2026-03-03 08:10", "2026-03-02 14:40")
            .replace("2026-03-03 10:00", "2026-03-02 15:00")
    });
    fs::remove_file(folder.join("calendars.toml")).unwrap();
    folder
}

/// Changes a file of a solution.
pub(crate) fn edit(folder: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(file);
    let before = fs::read_to_string(&path).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "the change of {file} changes nothing");
    fs::write(path, after).unwrap();
}
