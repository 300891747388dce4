use super::*;

/// Every row: its line, and its cells as wide as the table.
fn rows(table: &Table) -> Vec<(u64, Vec<&str>)> {
    let width = table.columns.len();
    table
        .rows()
        .map(|row| (row.line, (0..width).map(|column| row.cell(Some(column))).collect()))
        .collect()
}

#[test]
fn lines_are_those_an_editor_shows() {
    for newline in ["\n", "\r\n"] {
        let text = ["a,b", "1,\"x", "y\"", "", "2,z", "3,w"].join(newline);
        let table = table(text.as_bytes(), "log").unwrap();
        let lines: Vec<u64> = table.rows().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 6], "{newline:?}");
    }
}

#[test]
fn the_delimiter_is_the_one_that_cuts_evenly() {
    let check = |text: &str, columns: &[&str]| {
        assert_eq!(table(text.as_bytes(), "log").unwrap().columns, columns);
    };
    check("a;b;c\n1,5;2;3\n1,5;2;3\n", &["a", "b", "c"]);
    check("a\tb\n1\t2\n", &["a", "b"]);
    check("a|b\n1|2\n", &["a", "b"]);
    check("\u{feff}a,b\n1,2\n", &["a", "b"]);
}

#[test]
fn xes_events_become_rows_with_the_attributes_of_their_trace() {
    let text = r#"<?xml version="1.0"?><log>
<global scope="event"><string key="concept:name" value="no"/></global>
<trace><string key="concept:name" value="A &amp; B"/>
<event><string key="concept:name" value="turn"><string key="nested" value="no"/></string></event>
<event/>
</trace></log>"#;
    let table = table(text.as_bytes(), "log").unwrap();
    assert_eq!(table.columns, ["case:concept:name", "concept:name"]);
    assert_eq!(rows(&table), [(4, vec!["A & B", "turn"]), (5, vec!["A & B", ""])]);
}

#[test]
fn broken_input_is_refused_with_a_reason() {
    let check = |bytes: &[u8], code: &str| {
        assert_eq!(table(bytes, "log").unwrap_err().code(), code);
    };
    check(b"", "I101");
    check(b"a,b\n", "I101");
    check(b"\x1f\x8b\x08nonsense", "I103");
    check(b"a,b\n\xff\xfe,1\n", "I104");
    check(b"<log><trace><event>", "I106");
    check(b"<log></trace></log>", "I106");
    check("<log>".repeat(101).as_bytes(), "I106");
    let attributes: Vec<String> = (0..=100).map(|number| format!("a{number}=''")).collect();
    let tag = format!("<string {}/>", attributes.join(" "));
    check(format!("<log><trace>{tag}</trace></log>").as_bytes(), "I106");
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let megabyte = vec![b'a'; 1 << 20];
    for _ in 0..=UNPACKED_MIB_MAX {
        encoder.write_all(&megabyte).unwrap();
    }
    let bytes = encoder.finish().unwrap();
    assert_eq!(table(&bytes, "log").unwrap_err().code(), "I102");
}

/// XES attributes with these keys.
fn attributes(keys: std::ops::Range<usize>) -> String {
    keys.fold(String::new(), |text, key| text + &format!("<string key='{key}' value='x'/>"))
}

/// Whatever one row has, the others need room for what they say, and no more.
#[test]
fn cells_that_hold_nothing_take_no_room() {
    let limits = Limits { cells: 2_000, ..LIMITS };
    let (first, last) = (attributes(0..1_000), attributes(999..1_000));
    let others = format!("<event>{last}</event>").repeat(1_000);
    let log = format!("<log><trace><event>{first}</event>{others}</trace></log>");
    let read = table_within(log.as_bytes(), "log", limits).unwrap();
    assert_eq!((read.columns.len(), read.row_count()), (1_000, 1_001));
    assert!(read.rows().all(|row| row.cell(Some(999)) == "x"));

    let header = format!("a{}\n", ",b".repeat(999));
    let log = header + &format!("{}x\n", ",".repeat(999)).repeat(2_000);
    let read = table_within(log.as_bytes(), "log", limits).unwrap();
    assert_eq!((read.columns.len(), read.row_count()), (1_000, 2_000));
    assert!(read.rows().all(|row| row.cell(Some(999)) == "x"));
}

#[test]
fn what_many_rows_share_counts_for_each() {
    let limits = Limits { cells: 1_000, ..LIMITS };
    let read = |events: usize| {
        let (trace, events) = (attributes(0..100), "<event/>\n".repeat(events));
        let log = format!("<log><trace>{trace}\n{events}</trace></log>");
        table_within(log.as_bytes(), "log", limits)
    };
    assert_eq!(read(10).unwrap().row_count(), 10);
    let error = read(11).unwrap_err();
    assert_eq!(error.code(), "I116");
    assert_eq!(error.to_string(), "log:12: has more than 1000 cells up to here");
}

#[test]
fn more_than_a_log_may_hold_is_refused() {
    let check = |log: String, limits: Limits, expected: Option<(&str, &str)>| {
        let error = table_within(log.as_bytes(), "log", limits).err();
        let told = error.map(|error| (error.code(), error.to_string()));
        assert_eq!(told.as_ref().map(|(code, text)| (*code, text.as_str())), expected);
    };
    let wide = |row: usize, header: usize| {
        format!("\na{}\n1,2\n1{}\n", ",b".repeat(header - 1), ",2".repeat(row - 1))
    };
    check(wide(16_384, 2), LIMITS, None);
    check(wide(16_385, 2), LIMITS, Some(("I115", "log:4: has more than 16384 columns")));
    check(wide(16_384, 16_384), LIMITS, None);
    check(wide(16_385, 16_385), LIMITS, Some(("I115", "log:2: has more than 16384 columns")));
    check(format!("a,b\n\"{}\",2\n", ",".repeat(20_000)), LIMITS, None);
    let event =
        |keys: usize| format!("<log><trace>\n<event>{}</event></trace></log>", attributes(0..keys));
    check(event(16_384), LIMITS, None);
    check(event(16_385), LIMITS, Some(("I115", "log:2: has more than 16384 columns")));

    let limits = Limits { rows: 2, cells: 4, ..LIMITS };
    let cells = Some(("I116", "log:3: has more than 4 cells up to here"));
    check("a,b,c\n1,2\n3,,4,5\n".to_owned(), limits, None);
    check("a,b,c\n1,2\n3,4,5\n".to_owned(), limits, cells);
    let rows = Some(("I113", "log: has more than 2 rows"));
    check("a,b,c\n1\n2\n3\n".to_owned(), limits, rows);
    check(format!("<log><trace>{}</trace></log>", "<event/>".repeat(3)), limits, rows);
}

#[test]
fn long_cells_are_cut() {
    let log = format!("a,b\n x{} ,2\n", "中".repeat(1_000));
    let table = table(log.as_bytes(), "log").unwrap();
    assert_eq!(rows(&table), [(2, vec![format!("x{}", "中".repeat(333)).as_str(), "2"])]);
}
