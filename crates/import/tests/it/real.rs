//! Real logs.

use weft_import::{Options, import_log};

use super::{bytes_of, check, finding};

#[test]
fn a_log_of_people_without_start_times() {
    let bytes = bytes_of("data/event-logs/bpic2013_closed_problems.xes.gz");
    let imported = import_log(&bytes, "bpic2013.xes.gz", &Options::default()).unwrap();
    check(&imported);
    assert_eq!(imported.solution.orders.len(), 1_487);
    assert_eq!(imported.solution.resources.len(), 585);
    assert_eq!(finding(&imported, "R31").count + finding(&imported, "R32").count, 6_660);
}

#[test]
fn times_that_a_spreadsheet_cut_are_refused_with_the_remedy() {
    let bytes = bytes_of("data/production-log/Production_Data.as-found.csv.gz");
    let error = import_log(&bytes, "Production_Data.csv", &Options::default()).unwrap_err();
    assert_eq!(error.code(), "I109");
    assert_eq!(
        error.to_string(),
        "Production_Data.csv:2: column `Start Timestamp` has lost its dates: `24:00.0` is minutes and seconds only"
    );
    assert!(error.help().contains("original export"));
}
