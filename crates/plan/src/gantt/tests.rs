use super::*;
use crate::tests::small::problem;

fn labels(title: &str) -> Labels<'_> {
    Labels {
        title,
        resource: &|it| format!("<machine> {it}"),
        operation: &|it| format!("operation {it}"),
        detail: &|it| format!("\"order\" & {it}"),
        colour: &|job| job,
        instant: &|at| at.as_millis().to_string(),
        utc_offset: Millis::ZERO,
    }
}

#[test]
fn a_chart_shows_every_operation_once_on_each_resource_it_needs() {
    let problem = problem();
    let plan = crate::solve(&problem, 50, 1, None).unwrap().plan;
    let svg = svg(&problem, &plan, &labels("A & B"));
    let count = |what: &str| svg.matches(what).count();
    // Four operations need one resource each, one needs none; the job that ends at 29 was due at 20.
    assert_eq!(count("<title>"), 4);
    assert_eq!(count(r#"class="late""#), 1);
    assert_eq!(count(r#"class="closed""#), 1);
    assert_eq!(count("&lt;machine&gt;"), 2);
    assert_eq!(count(r#"aria-label="A &amp; B""#), 1);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert_eq!(count("<g>"), count("</g>"));
}

#[test]
fn a_chart_of_nothing_is_a_chart() {
    let mut problem = problem();
    problem.operations.clear();
    problem.precedences.clear();
    let svg = svg(&problem, &Plan::default(), &labels(""));
    assert!(svg.ends_with("</svg>\n"));
}

#[test]
fn ticks_are_round_and_few() {
    let check = |from: i64, to: i64, offset: i64, expected: &[i64]| {
        let at = Timestamp::from_millis;
        let all = Interval { start: at(from), end: at(to) };
        let found: Vec<i64> =
            ticks(all, Millis::new(offset)).iter().map(|it| it.as_millis()).collect();
        assert_eq!(found, expected);
    };
    check(0, 30, 0, &[10, 20]);
    check(-5, 9, 0, &[-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    check(
        0,
        3 * 86_400_000,
        28_800_000,
        &[14_400_000, 57_600_000, 100_800_000, 144_000_000, 187_200_000, 230_400_000],
    );
}
