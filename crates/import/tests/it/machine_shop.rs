//! `solutions/machine-shop` is what the import makes of the production log, to the letter.

use std::collections::BTreeMap;
use std::path::Path;

use weft_import::{Alternatives, Imported, Options, import_log};
use weft_model::text::Files;

use super::{bytes_of, check, finding, root};

const FOLDER: &str = "solutions/machine-shop";

/// Chinese words for the kinds of work and the places of this shop. Parts keep their English names: the
/// log says too little about them to name them well.
const ZH: [(&str, &str); 35] = [
    ("Turning & Milling", "车铣"),
    ("Turning & Milling Q.C.", "车铣检验"),
    ("Turning", "车削"),
    ("Turning Q.C.", "车削检验"),
    ("Turning Rework", "车削返工"),
    ("Milling", "铣削"),
    ("Milling Q.C.", "铣削检验"),
    ("Rework Milling", "铣削返工"),
    ("Turn & Mill. & Screw Assem", "车铣与螺钉装配"),
    ("Round Grinding", "外圆磨削"),
    ("Round Grinding - Manual", "手工外圆磨削"),
    ("Round Grinding - Q.C.", "外圆磨削检验"),
    ("Round Q.C.", "外圆检验"),
    ("Flat Grinding", "平面磨削"),
    ("Grinding", "磨削"),
    ("Grinding Rework", "磨削返工"),
    ("Lapping", "研磨"),
    ("Laser Marking", "激光打标"),
    ("Final Inspection Q.C.", "终检"),
    ("Final Inspection - Weighting", "终检称重"),
    ("Nitration Q.C.", "渗氮检验"),
    ("Packing", "包装"),
    ("Wire Cut", "线切割"),
    ("Wire Cutting", "线切割"),
    ("Deburring - Manual", "手工去毛刺"),
    ("Manual Deburring", "手工去毛刺"),
    ("Fix EDM", "电火花修整"),
    ("Stress Relief", "去应力"),
    ("Change Version", "换版"),
    ("Fix", "修整"),
    ("Setup", "调机"),
    ("Quality Check", "质量检验"),
    ("Quality Check 1", "质量检验1"),
    ("Quality Check 2", "质量检验2"),
    ("Oven", "炉"),
];

/// Machines as the log names them, their number and what they do.
const MACHINES: [(&str, u8, &str); 26] = [
    ("Machine 1 - Lapping", 1, "研磨"),
    ("Machine 2 - Round Grinding", 2, "外圆磨削"),
    ("Machine 3 - Round Grinding", 3, "外圆磨削"),
    ("Machine 4 - Turning & Milling", 4, "车铣"),
    ("Machine 5 - Turning & Milling", 5, "车铣"),
    ("Machine 6 - Turning & Milling", 6, "车铣"),
    ("Machine 7- Laser Marking", 7, "激光打标"),
    ("Machine 8 - Turning & Milling", 8, "车铣"),
    ("Machine 9 - Turning & Milling", 9, "车铣"),
    ("Machine 10 - Grinding", 10, "磨削"),
    ("Machine 11 - Grinding", 11, "磨削"),
    ("Machine 12 - Grinding", 12, "磨削"),
    ("Wire Cut - Machine 13", 13, "线切割"),
    ("Machine 14 - Milling", 14, "铣削"),
    ("Machine 15 - Turning", 15, "车削"),
    ("Machine 16 - Milling", 16, "铣削"),
    ("Machine 17 - Sinking", 17, "电火花成形"),
    ("Machine 18 - Wire Cutting", 18, "线切割"),
    ("Machine 19 - Grinding", 19, "磨削"),
    ("Machine 21 - Turning", 21, "车削"),
    ("Machine 22 - Milling", 22, "铣削"),
    ("Machine 23 - Turning", 23, "车削"),
    ("Machine 25 - Grinding", 25, "磨削"),
    ("Machine 26 - Flat Grinding", 26, "平面磨削"),
    ("Machine 27 - Grinding", 27, "磨削"),
    ("Manual Milling - Machine 28", 28, "手工铣削"),
];

fn options() -> Options {
    let mut zh: BTreeMap<String, String> =
        ZH.iter().map(|(en, zh)| ((*en).to_owned(), (*zh).to_owned())).collect();
    zh.extend(
        MACHINES
            .iter()
            .map(|(en, number, does)| ((*en).to_owned(), format!("{number}号机 {does}"))),
    );
    Options {
        id: Some("machine-shop".to_owned()),
        title_en: Some("Machine shop".to_owned()),
        title_zh: Some("机加工车间".to_owned()),
        source: "Dafna Levy, Production Analysis with Process Mining Technology, 4TU.ResearchData 2014, \
                 doi:10.4121/uuid:68726926-5ac5-4fab-b873-ee76ea412399; 4TU general terms of use, cite the author"
            .to_owned(),
        titles_zh: zh,
        ..Options::default()
    }
}

fn machine_shop(options: &Options) -> Imported {
    let bytes = bytes_of("data/production-log/Production_Data.csv.gz");
    import_log(&bytes, "data/production-log/Production_Data.csv.gz", options).unwrap()
}

#[test]
fn the_committed_folder_is_what_the_import_makes() {
    let imported = machine_shop(&options());
    check(&imported);
    let made = imported.files();
    if std::env::var_os("WEFT_REWRITE").is_some() {
        rewrite(&made);
    }
    let committed = read(&root(FOLDER), "");
    for (path, text) in made.iter() {
        assert!(
            committed.get(path).map(String::as_str) == Some(text),
            "{FOLDER}/{path} differs; to write the folder anew: WEFT_REWRITE=1 cargo test -p weft-import machine_shop"
        );
    }
    assert_eq!(made.len(), committed.len(), "files that the import does not make");
}

#[test]
fn what_the_log_is_known_to_hold_is_found() {
    let imported = machine_shop(&options());
    let solution = &imported.solution;
    assert_eq!(solution.orders.len(), 225);
    assert_eq!(solution.resources.len(), 31);
    assert_eq!(solution.offers.len(), 43);
    for (code, count) in [("R15", 1), ("R26", 22), ("R41", 24), ("R61", 26), ("R62", 4)] {
        assert_eq!(finding(&imported, code).count, count, "{code}");
    }
    for line in &imported.report.resources {
        assert!(line.used < 0.97, "{} has more work than hours", line.id);
        assert!(line.work_h < 100.0 || 0.9 < line.inside, "{} works outside its week", line.id);
    }
    // The week of the shop runs from Sunday to Friday noon: inspectors never work on Saturday.
    let inspectors = &solution.resources["quality-check-1"];
    let saturday = |shift: &weft_model::calendar::Shift| shift.days[5];
    assert!(!solution.calendars[&inspectors.calendar].shifts.iter().any(saturday));
    assert!(1 < inspectors.capacity);
}

#[test]
fn without_alternatives_every_operation_stays_where_it_was() {
    let options = Options { alternatives: Alternatives::AsRecorded, ..options() };
    let imported = machine_shop(&options);
    check(&imported);
    assert!(imported.solution.resources.values().all(|resource| resource.classes.is_empty()));
}

fn rewrite(made: &Files) {
    let folder = root(FOLDER);
    let _ = std::fs::remove_dir_all(&folder);
    for (path, text) in made.iter() {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn read(folder: &Path, prefix: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files.extend(read(&entry.path(), &format!("{name}/")));
        } else {
            files.insert(name, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    files
}
