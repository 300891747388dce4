use super::super::tests::{FT06, complaints};
use super::super::{Format, ShopInstance};
use super::*;

/// The jobs of a text, each as pairs of machine and duration.
fn check(text: &str, machines: u32, expected: &[&[(u32, i64)]]) {
    let shop = read(text).unwrap();
    assert_eq!(shop.machines, machines);
    assert_eq!(jobs(&shop), expected);
}

fn jobs(shop: &ShopInstance) -> Vec<Vec<(u32, i64)>> {
    let of_job = |job| shop.operations_of(job).flat_map(|it| shop.modes_of(it)).collect();
    (0..shop.jobs()).map(of_job).collect()
}

#[test]
fn a_line_is_a_job() {
    check("2 2\n0 5 1 3\n1 2 0 4\n", 2, &[&[(0, 5), (1, 3)], &[(1, 2), (0, 4)]]);
    // Re-entrant, with and without the mark at the end (bel*, dct-*); no operation at all; no time.
    check(
        "3 3\r\n0 5 0 3 2 9\r\n-1 -1\r\n1 0 -1 -1\r\n",
        3,
        &[&[(0, 5), (0, 3), (2, 9)], &[], &[(1, 0)]],
    );
    // Comments, blank lines, tabs, no line end at the end, what DOS puts there.
    check("# a\n\n 1\t2 \n# b\n\n0 5\t1 3", 2, &[&[(0, 5), (1, 3)]]);
    check("\u{feff}1 1\n0 1099511627776\n\u{1a}", 1, &[&[(0, 1 << 40)]]);
    // Wrapped and of the standard form.
    check(
        "2 2 0 5\n 1 3\n1 2\n0 4\n".replacen(" 0", "\n0", 1).as_str(),
        2,
        &[&[(0, 5), (1, 3)], &[(1, 2), (0, 4)]],
    );
}

#[test]
fn a_published_instance_is_read() {
    let shop = read(FT06).unwrap();
    assert_eq!((shop.jobs(), shop.machines, shop.operations()), (6, 6, 36));
    assert_eq!(jobs(&shop)[0], [(2, 1), (0, 3), (1, 6), (3, 7), (5, 3), (4, 6)]);
}

#[test]
fn what_is_wrong_is_said() {
    let texts = [
        "",
        "2\n2\n",
        "2 x\n",
        "2 2 2\n0 5 1 3\n1 2 0 4\n",
        "0 2\n",
        "2 2\n0 5 1\n1 2 0 4\n",
        "2 2\n0 5 1 3\n1 2 2 4\n",
        "2 2\n0 5 1 3\n1 2 -2 4\n",
        "2 2\n0 5 1 3\n1 2 0 1.5\n",
        "2 2\n0 5 1 3\n1 2 0 1099511627777\n",
        "2 2\n0 5 1 3\n1 2 0 99999999999999999999\n",
        "2 2\n0 5 1 3\n",
        "1 2\n0 5 1 3\n1 2 0 4\n",
        "1 2\n0 5 -1 -1 1 3\n",
        "1 2\n0 5 -1\n",
        "1 2\n0 5 -1 3\n",
    ];
    insta::assert_snapshot!(complaints(Format::JobShop, &texts), @"
    line 1, column 1: the text ends where the number of jobs is expected
      help: add what is missing, or correct the counts before it [P405]
    line 1, column 2: the line ends where the number of machines is expected
      help: add what is missing, or correct the counts before it [P405]
    line 1, column 3: the number of machines is `x`, not a whole number
      help: write digits only; check that the format is the right one [P406]
    line 1, column 5: `2` after the numbers of jobs and machines
      help: take it out, or correct the counts before it [P409]
    line 1, column 1: the number of jobs is 0, not from 1 to 16777216
      help: correct the number, or the count that limits it [P407]
    line 2, column 6: the line ends where the duration of operation 1 of job 0 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 3, column 5: the machine of operation 1 of job 1 is 2, not from 0 to 1
      help: correct the number, or the count that limits it [P407]
    line 3, column 5: the machine of operation 1 of job 1 is -2, not from 0 to 1
      help: correct the number, or the count that limits it [P407]
    line 3, column 7: the duration of operation 1 of job 1 is `1.5`, not a whole number
      help: write digits only; check that the format is the right one [P406]
    line 3, column 7: the duration of operation 1 of job 1 is 1099511627777, not from 0 to 1099511627776
      help: correct the number, or the count that limits it [P407]
    line 3, column 7: the duration of operation 1 of job 1 is 99999999999999999999, not from 0 to 1099511627776
      help: correct the number, or the count that limits it [P407]
    line 1, column 1: the file says 2 jobs and has 1
      help: correct the count, or add or remove rows [P408]
    line 1, column 1: the file says 1 jobs and has 2
      help: correct the count, or add or remove rows [P408]
    line 2, column 11: `1` after -1 -1
      help: take it out, or correct the counts before it [P409]
    line 2, column 7: the text ends where the second -1 that ends job 0 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 2, column 8: the second -1 that ends job 0 is 3, not -1
      help: correct the number, or the count that limits it [P407]
    ");
}

/// 2^20 durations of 2^40 are one too many to be added up.
#[test]
fn times_add_up() {
    let row = "0 1099511627776 ".repeat(1 << 20);
    assert!(read(&format!("1 1\n{row}\n")).is_ok());
    insta::assert_snapshot!(complaints(Format::JobShop, &[&format!("1 1\n{row}0 1\n")]), @"
    line 2, column 16777220: up to and with the duration of operation 1048576 of job 0 the times add up to more than 1152921504606846976
      help: use a larger unit of time [P417]
    ");
}
