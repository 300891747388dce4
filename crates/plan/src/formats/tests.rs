//! What all formats share: names, detection, and that no text makes them panic.

use proptest::prelude::*;

use super::*;

pub(super) const FT06: &str = include_str!("../../../../data/scheduling/jobshop/ft06.txt");
pub(super) const MK04: &str = include_str!("../../../../data/scheduling/flexible-jobshop/mk04.txt");
pub(super) const J30: &str = include_str!("../../../../data/scheduling/rcpsp/j30_13_2.rcp");
pub(super) const J50: &str = include_str!("../../../../data/scheduling/mmrcpsp/J50_12_1.mm");
pub(super) const SDST: &str = include_str!("../../../../data/scheduling/sdst-flowshop/sdst_3.txt");

/// As it is printed at the edge.
pub(super) fn report(error: &FormatError) -> String {
    format!("{error}\n  help: {} [{}]\n", error.help(), error.code())
}

/// What reading each of these texts as `format` complains about.
pub(super) fn complaints(format: Format, texts: &[&str]) -> String {
    texts.iter().map(|text| report(&read(format, text).expect_err(text))).collect()
}

#[test]
fn a_format_has_a_name() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    insta::assert_snapshot!(report(&"csv".parse::<Format>().unwrap_err()), @"
    there is no format `csv`
      help: use one of jobshop, fjsp, rcp, psplib, sdst [P401]
    ");
}

#[test]
fn a_format_is_detected_by_extension_or_by_content() {
    let check = |name, text, format| assert_eq!(detect(name, text), Ok(format), "{name}");
    check("j30.rcp", "", Format::Patterson);
    check("folder.d/J30.SM", "", Format::Psplib);
    check("j30.mm", "", Format::Psplib);
    check("mk04.fjs", "", Format::FlexibleJobShop);
    check("ft06.txt", FT06, Format::JobShop);
    check("mk04.txt", MK04, Format::FlexibleJobShop);
    check("j30", J30, Format::Patterson);
    check("J50.txt", J50, Format::Psplib);
    check("sdst_3.txt", SDST, Format::SetupFlowShop);
}

#[test]
fn what_is_not_clear_is_said() {
    let check = |text| report(&detect("a.txt", text).unwrap_err());
    insta::assert_snapshot!(check("1 2\n1 1 1 5\n"), @"
    `a.txt` can be read as jobshop and as fjsp and as sdst
      help: name the one that is meant with `--format` [P403]
    ");
    insta::assert_snapshot!(check("2 2\n0 5 1 3\n"), @"
    `a.txt` fits no format: as jobshop, line 1, column 1: the file says 2 jobs and has 1; as fjsp, line 2, column 7: the machine of operation 0 of job 1 is 3, not from 1 to 2; as rcp, line 2, column 8: the text ends where the demand for R 2 of activity 1 is expected; as sdst, line 2, column 8: the text ends where the set-up of machine 0 from job 0 to job 0 is expected
      help: name the format with `--format` (jobshop, fjsp, rcp, psplib, sdst) for a full message, or mend the file [P402]
    ");
    insta::assert_snapshot!(check(""), @"
    `a.txt` fits no format: as jobshop, line 1, column 1: the text ends where the number of jobs is expected; as fjsp, line 1, column 1: the text ends where the number of jobs is expected; as rcp, line 1, column 1: the text ends where the number of activities is expected; as sdst, line 1, column 1: the text ends where the number of jobs is expected
      help: name the format with `--format` (jobshop, fjsp, rcp, psplib, sdst) for a full message, or mend the file [P402]
    ");
}

#[test]
fn a_place_counts_characters() {
    let check = |text: &str, at, line, column| {
        assert_eq!(Place::of(text, at), Place { line, column });
    };
    check("", 0, 1, 1);
    check("a\nb", 2, 2, 1);
    check("a\r\néb", 5, 2, 2);
    check("a\n", 9, 2, 1);
}

#[test]
fn an_answer_is_a_plan_and_back() {
    let check = |format, text| {
        let instance = read(format, text).unwrap();
        let mut search = crate::Search::new(&instance.problem(), 1, None).unwrap();
        search.run(50);
        let answer = instance.answer(search.best(), 0).unwrap();
        let plan = instance.plan(&answer).unwrap();
        assert_eq!(plan.operations, search.best().operations, "{format}");
        assert_eq!(crate::check(&instance.problem(), &plan), []);
        let mut other = answer.clone();
        other.operations[1].mode = 99;
        assert_eq!(instance.plan(&other), None);
        other.operations.pop();
        assert_eq!(instance.plan(&other), None);
    };
    check(Format::JobShop, FT06);
    check(Format::FlexibleJobShop, MK04);
    check(Format::Patterson, J30);
    check(Format::Psplib, J50);
    check(Format::SetupFlowShop, SDST);
}

/// A public instance, or a part of one in which a few bytes are others.
fn damaged() -> impl Strategy<Value = String> {
    let piece =
        prop::sample::select(vec!["", "-1", "0", "7", "99999999999999999999", "*", "\n", "x", "é"]);
    let text = prop::sample::select(vec![FT06, MK04, J30, J50, SDST]);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, piece), 0..4);
    (text, any::<Option<prop::sample::Index>>(), edits).prop_map(|(text, end, edits)| {
        let end = end.map_or(text.len(), |end| end.index(text.len()));
        let mut text = text[..end].to_owned();
        for (at, length, piece) in edits {
            let boundary =
                |at: usize| (0..=at.min(text.len())).rfind(|at| text.is_char_boundary(*at));
            let from = boundary(at.index(text.len() + 1)).unwrap();
            let to = boundary(from + length).unwrap().max(from);
            text.replace_range(from..to, piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_makes_a_reader_panic(
        text in prop_oneof![".*", "[-0-9 \n]{0,60}", damaged()],
        name in "[a-z]{1,2}[.](txt|rcp|sm|mm|fjs)?",
    ) {
        let _ = detect(&name, &text);
        for format in Format::ALL {
            if let Err(error) = read(format, &text) {
                prop_assert!(error.to_string().starts_with("line "), "{}", error);
            }
        }
        let _ = read_json(&text);
    }
}
