//! Whatever comes in, nothing panics, and what comes out is sound.

use proptest::prelude::*;
use weft_import::{Options, import_log};

use super::check;

const LOG: &str = "\
Case ID,Activity,Resource,Start Timestamp,Complete Timestamp,Span,Work Order Qty,Part Desc.,Qty Completed,Rework
7,Turning - Machine 4,Machine 4,2012/01/29 23:24:00.000,2012/01/30 05:43:00.000,006:19,10,Nut,8,
7,Q.C.,Quality 1,2012/01/30 06:00:00.000,2012/01/30 07:15:00.000,000:00,10,Nut,8,Y
8,Turning - Machine 4,Machine 4,2012/01/30 08:00:00.000,2012/01/30 09:00:00.000,001:00,3,Ring,3,
8,Packing,Packing,2012/01/31 00:00:00.000,2012/01/31 01:00:00.000,000:00,3,Ring,3,
9,Packing,Packing,,,001:00,1,,1,
";

const XES: &str = r#"<log><trace><string key="concept:name" value="7"/>
<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2012-01-29T23:24:00+01:00"/></event>
<event><string key="concept:name" value="b"/><date key="time:timestamp" value="2012-01-30T01:24:00+01:00"/></event>
</trace></log>"#;

/// Pieces that turn one thing into another.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("2012/01/29 23:24:00.000".to_owned()),
        Just("9999-12-31T23:59:59Z".to_owned()),
        Just("0001-01-01".to_owned()),
        Just("1899/12/31 01:49:00".to_owned()),
        Just("1e308".to_owned()),
        Just("99999:59".to_owned()),
        Just("\n".to_owned()),
        Just(",".to_owned()),
        Just("\"".to_owned()),
        Just("机床 4号".to_owned()),
        "\\PC{0,8}",
    ]
}

fn mutated(log: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec((0..log.len(), 0..24_usize, piece()), 1..6).prop_map(move |changes| {
        let mut text = log.to_owned();
        for (at, length, piece) in changes {
            let mut from = at.min(text.len());
            while !text.is_char_boundary(from) {
                from -= 1;
            }
            let mut to = (from + length).min(text.len());
            while !text.is_char_boundary(to) {
                to += 1;
            }
            text.replace_range(from..to, &piece);
        }
        text
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = import_log(&bytes, "x", &Options::default());
        let _ = import_log(&[b"\x1f\x8b\x08\x00".as_slice(), &bytes].concat(), "x", &Options::default());
        let _ = import_log(&[b"<log>".as_slice(), &bytes].concat(), "x", &Options::default());
    }

    #[test]
    fn a_mutated_table_gives_an_error_or_a_sound_solution(log in mutated(LOG)) {
        if let Ok(imported) = import_log(log.as_bytes(), "x.csv", &Options::default()) {
            check(&imported);
        }
    }

    #[test]
    fn a_mutated_xes_gives_an_error_or_a_sound_solution(log in mutated(XES)) {
        if let Ok(imported) = import_log(log.as_bytes(), "x.xes", &Options::default()) {
            check(&imported);
        }
    }
}
