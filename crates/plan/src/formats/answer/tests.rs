use proptest::prelude::*;

use super::super::tests::report;
use super::*;

fn text(answer: &Answer) -> String {
    let mut out = Vec::new();
    write_json(answer, &mut out);
    String::from_utf8(out).unwrap()
}

fn operation(index: u32, start: i64, end: i64) -> AnswerOperation {
    AnswerOperation { job: 0, operation: index, mode: 0, resource: 3, start, end }
}

#[test]
fn an_answer_is_json() {
    let mut answer = Answer { objective: 12, lower_bound: 5, operations: Vec::new() };
    insta::assert_snapshot!(text(&answer), @r#"
    {"objective": 12, "lower_bound": 5, "operations": [
    ]}
    "#);
    answer.operations = vec![operation(0, 0, 5), operation(1, 5, 12)];
    insta::assert_snapshot!(text(&answer), @r#"
    {"objective": 12, "lower_bound": 5, "operations": [
    {"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5},
    {"job": 0, "operation": 1, "mode": 0, "resource": 3, "start": 5, "end": 12}
    ]}
    "#);
}

#[test]
fn keys_stand_in_any_order() {
    let text = "\u{feff}\r\n{ \"operations\":[{\"end\":12 ,\"start\":5,\"resource\":3,\"mode\":0,\
        \"operation\":1,\"job\":0}\t], \"lower_bound\":-0,\"objective\":12}\n";
    let operations = vec![operation(1, 5, 12)];
    assert_eq!(read_json(text), Ok(Answer { objective: 12, lower_bound: 0, operations }));
}

#[test]
fn what_is_wrong_is_said() {
    let good =
        text(&Answer { objective: 12, lower_bound: 5, operations: vec![operation(0, 7, 12)] });
    let changed = |from: &str, to: &str| good.replacen(from, to, 1);
    let texts = [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        changed("12", "12.0"),
        changed("12", "012"),
        changed("12", "1e3"),
        changed("12", "-"),
        changed("12", "9223372036854775808"),
        changed("12", "\"12\""),
        changed("\"job\": 0", "\"job\": -1"),
        changed("\"job\": 0", "\"job\": 4294967296"),
        changed("\"job\": 0, ", ""),
        changed("\"mode\"", "\"job\""),
        changed("\"mode\"", "\"moed\""),
        changed("\"mode\"", "mode"),
        changed("\"mode\"", "\"mode"),
        changed("\"mode\":", "\"mode\""),
        changed("12}", "12,}"),
        changed("12}", "12},"),
        changed("}\n]", "}\n"),
        changed("[", "null, "),
        good[..good.len() / 2].to_owned(),
        format!("{good}x"),
    ];
    let complaints: String =
        texts.iter().map(|text| report(&read_json(text).expect_err(text))).collect();
    insta::assert_snapshot!(complaints, @r#"
    line 1, column 1: `{` of an object is expected, not the end of the text
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 1: `{` of an object is expected, not `[`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 2: the object ends without the key `objective`
      help: add it [P421]
    line 1, column 15: a whole number for `objective` is expected, not `12.0`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 15: a whole number for `objective` is expected, not `012`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 15: a whole number for `objective` is expected, not `1e3`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 15: a whole number for `objective` is expected, not `-`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 15: `objective` is 9223372036854775808, not from -9223372036854775808 to 9223372036854775807
      help: correct the number, or the count that limits it [P407]
    line 1, column 15: a whole number for `objective` is expected, not `"12"`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 2, column 9: `job` is -1, not from 0 to 4294967295
      help: correct the number, or the count that limits it [P407]
    line 2, column 9: `job` is 4294967296, not from 0 to 4294967295
      help: correct the number, or the count that limits it [P407]
    line 2, column 65: the object ends without the key `job`
      help: add it [P421]
    line 2, column 28: the key `job` stands here for the second time
      help: keep one of the two [P420]
    line 2, column 28: the key `moed` is not one of `job`, `operation`, `mode`, `resource`, `start`, `end`
      help: correct its name, or take it out [P419]
    line 2, column 28: a key in quotes is expected, not `mode:`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 2, column 28: the key `mode: 0, ` is not one of `job`, `operation`, `mode`, `resource`, `start`, `end`
      help: correct its name, or take it out [P419]
    line 2, column 35: `:` after a key is expected, not `0`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 2, column 76: a key in quotes is expected, not `}`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 3, column 1: `{` of an object is expected, not `]`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 3, column 1: `,` or `]` in the list of `operations` is expected, not `}`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 1, column 51: `[` of the list of `operations` is expected, not `null`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 2, column 12: a key in quotes is expected, not `"o`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    line 4, column 1: the end of the text is expected, not `x`
      help: write it as `{"objective": 5, "lower_bound": 5, "operations": [{"job": 0, "operation": 0, "mode": 0, "resource": 3, "start": 0, "end": 5}]}` [P418]
    "#);
}

prop_compose! {
    fn any_operation()(indices: [u32; 4], times in [any_time(), any_time()]) -> AnswerOperation {
        let ([job, operation, mode, resource], [start, end]) = (indices, times);
        AnswerOperation { job, operation, mode, resource, start, end }
    }
}

/// As many short numbers as long ones.
fn any_time() -> impl Strategy<Value = i64> {
    (any::<i64>(), 0..64_u32).prop_map(|(number, bits)| number >> bits)
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        objective in any_time(),
        lower_bound in any_time(),
        operations in prop::collection::vec(any_operation(), 0..9),
    ) {
        let answer = Answer { objective, lower_bound, operations };
        prop_assert_eq!(read_json(&text(&answer)), Ok(answer));
    }

    #[test]
    fn no_damage_makes_the_reader_panic(
        at: prop::sample::Index,
        length in 0..9_usize,
        piece in prop::sample::select(vec!["", "\"", "{", "}", "[", "]", ",", ":", "-", "1", "é", "\\"]),
    ) {
        let answer = Answer { objective: 12, lower_bound: 5, operations: vec![operation(0, 7, 12)] };
        let mut text = text(&answer);
        let at = at.index(text.len());
        text.replace_range(at..(at + length).min(text.len()), piece);
        if let Err(error) = read_json(&text) {
            prop_assert!(error.to_string().starts_with("line "), "{}", error);
        }
    }
}
