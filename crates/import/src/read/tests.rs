use super::*;

#[test]
fn lines_are_those_an_editor_shows() {
    for newline in ["\n", "\r\n"] {
        let text = ["a,b", "1,\"x", "y\"", "", "2,z", "3,w"].join(newline);
        let table = table(text.as_bytes(), "log").unwrap();
        let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
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
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.rows[0], RawRow { line: 4, cells: vec!["A & B".into(), "turn".into()] });
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
