//! Logs made for the test: other words, other weeks, other forms.

use std::fmt::Write;

use weft_import::{Alternatives, Options, import_log};
use weft_model::{Millis, NeedOf, OperationId, ResourceId};

use super::{check, finding};

/// Monday to Friday from seven to three, 12 weeks: each order is turned on one of two machines, then
/// inspected. `row` writes order, activity, machine, day, start hour and end hour.
fn two_machines(mut row: impl FnMut(&str, &str, &str, jiff::civil::Date, i8, i8)) {
    let monday = jiff::civil::date(2024, 1, 1);
    for week in 0..12 {
        for day in 0..5 {
            let date = monday.checked_add(jiff::Span::new().days(week * 7 + day)).unwrap();
            for machine in 1..=2 {
                let order = format!("{}", 1000 + (week * 5 + day) * 2 + machine);
                row(
                    &order,
                    &format!("Turning - Machine {machine}"),
                    &format!("Machine {machine}"),
                    date,
                    7,
                    12,
                );
                row(&order, "Inspection", "Bench", date, 11 + machine as i8, 12 + machine as i8);
            }
        }
    }
}

#[test]
fn a_german_log_with_semicolons_and_a_five_day_week() {
    let mut log = "Auftragsnummer;Vorgang;Arbeitsplatz;Beginn;Ende;Menge;Artikel\n".to_owned();
    two_machines(|order, activity, machine, date, from, to| {
        let day = date.strftime("%d.%m.%Y");
        let activity = activity
            .replace("Turning - Machine", "Drehen Maschine")
            .replace("Inspection", "Prüfen");
        let machine = machine.replace("Machine", "Maschine");
        writeln!(log, "{order};{activity};{machine};{day} {from:02}:00;{day} {to:02}:00;10;Welle")
            .unwrap();
    });
    let imported = import_log(log.as_bytes(), "fertigung.csv", &Options::default()).unwrap();
    check(&imported);
    let solution = &imported.solution;
    assert_eq!((solution.orders.len(), solution.resources.len()), (120, 3));
    let machine = &solution.resources[&ResourceId::new("maschine-1")];
    assert_eq!(machine.classes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["drehen"]);
    let week: Vec<(Vec<bool>, u16, u16)> = solution.calendars[&machine.calendar]
        .shifts
        .iter()
        .map(|shift| (shift.days.to_vec(), shift.hours.from, shift.hours.to))
        .collect();
    assert_eq!(week, [(vec![true, true, true, true, true, false, false], 7 * 60, 12 * 60)]);
    let order = &solution.orders[0];
    let route = &solution.routes[&order.route];
    let ids: Vec<&str> = route.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(
        (order.id.as_str(), ids.as_slice()),
        ("1001", ["10-drehen", "20-prüfen"].as_slice())
    );
    assert_eq!(route.operations[1].after, [OperationId::new("10-drehen")]);
    assert_eq!(route.operations[0].modes[0].takes, Millis::HOUR.times(5));
    assert_eq!(order.quantity, 10);
}

#[test]
fn a_chinese_log_with_tabs_keeps_machines_apart_when_told_to() {
    let mut log = "工单\t工序\t设备\t开始时间\t结束时间\t工时(分钟)\t数量\n".to_owned();
    two_machines(|order, activity, machine, date, from, to| {
        let minutes = i32::from(to - from) * 60;
        writeln!(
            log,
            "{order}\t{activity}\t{machine}\t{date} {from}:00\t{date} {to}:00\t{minutes}\t5"
        )
        .unwrap();
    });
    let options = Options {
        alternatives: Alternatives::AsRecorded,
        time_zone: Some("Asia/Shanghai".to_owned()),
        id: Some("车间".to_owned()),
        ..Options::default()
    };
    let imported = import_log(log.as_bytes(), "log.tsv", &options).unwrap();
    check(&imported);
    let solution = &imported.solution;
    assert_eq!(solution.time_zone, "Asia/Shanghai");
    assert_eq!(solution.orders[0].release.to_string(), "2023-12-31T16:00:00Z");
    let needs =
        solution.routes.values().flat_map(|r| &r.operations).flat_map(|o| &o.modes[0].needs);
    assert!(needs.map(|need| &need.of).all(|of| matches!(of, NeedOf::Resource(_))));
}

#[test]
fn a_life_cycle_log_is_paired() {
    let mut log = "<log>".to_owned();
    two_machines(|order, activity, machine, date, from, to| {
        writeln!(log, "<trace><string key=\"concept:name\" value=\"{order}\"/>").unwrap();
        for (transition, hour) in [("start", from), ("suspend", from), ("complete", to)] {
            writeln!(
                log,
                "<event><string key=\"concept:name\" value=\"{activity}\"/>\
                 <string key=\"org:resource\" value=\"{machine}\"/>\
                 <string key=\"lifecycle:transition\" value=\"{transition}\"/>\
                 <date key=\"time:timestamp\" value=\"{date}T{hour:02}:00:00.000+01:00\"/></event>"
            )
            .unwrap();
        }
        log.push_str("</trace>");
    });
    log.push_str("</log>");
    let imported = import_log(log.as_bytes(), "log.xes", &Options::default()).unwrap();
    check(&imported);
    assert_eq!(imported.solution.orders.len(), 120);
    assert_eq!(imported.solution.history.len(), 240);
    assert_eq!(finding(&imported, "R23").count, 240);
}

#[test]
fn columns_without_known_names_are_found_by_what_they_hold() {
    let mut log = "x1|x2|x3|x4\n".to_owned();
    two_machines(|order, activity, _, date, from, to| {
        writeln!(log, "{order}|{activity}|{date} {from:02}:00:00|{date} {to:02}:00:00").unwrap();
    });
    let imported = import_log(log.as_bytes(), "log.txt", &Options::default()).unwrap();
    check(&imported);
    assert_eq!(imported.solution.orders.len(), 120);
    finding(&imported, "R02");
    finding(&imported, "R03");
}

#[test]
fn contradictions_are_settled_and_counted() {
    let log = "\
case,activity,resource,start,end,span
1,cut,saw,2024-01-01 08:00,2024-01-01 10:00,1:00
1,turn,lathe,2024-01-01 08:00,2024-01-01 09:00,2:00
2,cut,saw,2024-01-01 10:00,2024-01-01 11:00,25:00
2,mill,mill,2024-01-03 10:00,2024-01-03 09:00,0:30
2,mill,mill,,,4:00
3,cut,saw,,,
3,turn,lathe,2024-01-05 08:00,2024-01-05 08:30,0:30
3,turn,lathe,2024-01-05 08:00,2024-01-05 08:30,0:30
,turn,lathe,2024-01-05 08:00,2024-01-05 08:30,0:30
4,turn,lathe,soon,2024-01-06 08:30,1899/12/31 01:00:00
";
    let imported = import_log(log.as_bytes(), "log.csv", &Options::default()).unwrap();
    check(&imported);
    for (code, count, line) in [
        ("R11", 1, 10), // no case
        ("R12", 1, 11), // `soon`
        ("R15", 1, 11), // 25 hours as a date
        ("R26", 1, 9),  // repeated
        ("R27", 1, 5),  // backwards
        ("R41", 2, 2),  // each other's end
        ("R42", 1, 4),  // lost a day
        ("R61", 1, 6),  // blank times, placed
        ("R62", 1, 7),  // blank times, dropped
    ] {
        let finding = finding(&imported, code);
        assert_eq!((finding.count, finding.examples[0].line), (count, line), "{code}");
    }
    let mill =
        imported.solution.history.iter().find(|done| done.resource.as_str() == "mill").unwrap();
    assert_eq!(mill.end.to_string(), "2024-01-03T14:30:00Z");
}

#[test]
fn errors_name_the_column_and_the_remedy() {
    let check = |log: &str, options: &Options, code: &str| {
        let error = import_log(log.as_bytes(), "log.csv", options).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.help().is_empty());
    };
    let mut options = Options::default();
    check("a,b\n1,2\n", &options, "I107");
    check("case,activity,start\n1,cut,soon-2\n1,turn,later-3\n", &options, "I110");
    check("case,activity,start\n1,cut,\n", &options, "I107");
    options.columns.case = Some("order".to_owned());
    check("case,activity,start\n1,cut,2024-01-01\n", &options, "I108");
    options = Options { time_zone: Some("Mars/Base".to_owned()), ..Options::default() };
    check("case,activity,start\n1,cut,2024-01-01\n", &options, "I111");
}
