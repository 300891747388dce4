use super::super::Format;
use super::super::tests::{J50, complaints};
use super::*;

/// The way PSPLIB writes a file of one mode per activity.
const SINGLE: &str = "\
************************************************************************
file with basedata            : J30_17.BAS
initial value random generator: 28123
************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  4
horizon                       :  13
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      2      0        6       26        6
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1
       4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     5       3    0
  3      1     6       2    2
  4      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    4    2
************************************************************************
";

/// Two activities that share a budget, each in two modes.
const MULTI: &str = "\
jobs (incl. supersource/sink ):\t2
RESOURCES
- renewable                 : 1 R
- nonrenewable              : 1 N
- doubly constrained        : 0 D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
1\t2\t1\t\t2
2\t2\t0
************************************************************************
REQUESTS/DURATIONS
jobnr.\tmode\tdur\tR1\tN1
1\t1\t3\t9\t7
\t2\t8\t2\t4
2\t1\t3\t1\t6
\t2\t5\t1\t3
************************************************************************

 RESOURCE AVAILABILITIES\x20
\tR 1\tN 1
\t2\t9

************************************************************************
";

#[test]
fn one_mode_or_several() {
    let project = read(SINGLE).unwrap();
    assert_eq!((&project.capacities[..], &project.budgets[..]), (&[4, 2][..], &[][..]));
    let successors: Vec<_> = project.activities.iter().map(|it| &it.successors[..]).collect();
    assert_eq!(successors, [&[1, 2][..], &[3], &[3], &[]]);
    assert_eq!(project.activities[2].modes[0].renewable, [2, 2]);
    assert_eq!(read(&SINGLE.replace('\n', "\r\n")), Ok(project));

    let project = read(MULTI).unwrap();
    assert_eq!((&project.capacities[..], &project.budgets[..]), (&[2][..], &[9][..]));
    let mode = |duration, renewable, nonrenewable| ActivityMode {
        duration,
        renewable: vec![renewable],
        nonrenewable: vec![nonrenewable],
    };
    // The first mode takes more than there is: it stays, as the second is possible.
    assert_eq!(project.activities[0].modes, [mode(3, 9, 7), mode(8, 2, 4)]);
    assert_eq!(project.activities[1].modes, [mode(3, 1, 6), mode(5, 1, 3)]);
}

#[test]
fn a_published_instance_is_read() {
    let project = read(J50).unwrap();
    assert_eq!((&project.capacities[..], &project.budgets[..]), (&[32, 35][..], &[307, 281][..]));
    assert_eq!(project.activities.len(), 52);
    assert_eq!(project.activities.iter().map(|it| it.modes.len()).sum::<usize>(), 152);
    assert_eq!(project.activities[50].modes[2].duration, 10);
}

#[test]
fn what_is_wrong_is_said() {
    let single = |from: &str, to: &str| SINGLE.replacen(from, to, 1);
    let multi = |from: &str, to: &str| MULTI.replacen(from, to, 1);
    let texts = [
        single(SINGLE, "jobs : 4"),
        single("jobs (incl", "rows (incl"),
        single(":  2   R", ":  x   R"),
        single(":  2   R", ":\n"),
        single(":  0   D", ":  1   D"),
        single("projects                      :  1", "projects:2"),
        single("   3        1          1\n", "   4        1          1\n"),
        single("   4        1          0\n", ""),
        single("   4        1          0\n", "   4 1 0\n   5 1 0\n"),
        single("           2   3", "           2   5"),
        single("           2   3", "           1   3"),
        single("   4        1          0\n", "   4 1 1 2\n"),
        single("  3      1     6       2    2\n", "  3      1     6       2\n"),
        single("  4      1     0       0    0\n", ""),
        single("  4      1     0       0    0\n", "  4      2     0       0    0\n"),
        single("REQUESTS", "DEMANDS"),
        single("    4    2\n", "    4\n"),
        single("    4    2\n", "    4    2    2\n"),
        single("    4    2\n", "    4    1\n"),
        format!("{SINGLE}x\n"),
        SINGLE[..SINGLE.find("RESOURCEA").unwrap()].to_owned(),
        multi("\t2\t8\t2\t4", "\t2\t8\t2\t10"),
        multi("\t2\t9\n", "\t2\t6\n"),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    insta::assert_snapshot!(complaints(Format::Psplib, &texts), @"
    line 1, column 9: the text ends without `PRECEDENCE RELATIONS`
      help: add it; a file cut off on its way looks like this, and so does one of another format [P410]
    line 19, column 1: the text ends without `jobs (incl. supersource/sink ):`
      help: add it; a file cut off on its way looks like this, and so does one of another format [P410]
    line 9, column 34: the number of `renewable` is `x`, not a whole number
      help: write digits only; check that the format is the right one [P406]
    line 9, column 32: the line ends where the number of `renewable` is expected
      help: add what is missing, or correct the counts before it [P405]
    line 11, column 1: the number of doubly constrained resources is 1: they are not supported
      help: write each as one renewable and one nonrenewable resource with the same demands [P412]
    line 5, column 1: the number of projects is 2, not 1
      help: correct the number, or the count that limits it [P407]
    line 21, column 4: the number (jobnr.) of activity 3 is 4, but 3 is next
      help: number activities and modes from 1, one row after the other [P411]
    line 23, column 1: the section ends where the number (jobnr.) of activity 4 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 24, column 4: `5` after the last activity of PRECEDENCE RELATIONS
      help: take it out, or correct the counts before it [P409]
    line 19, column 40: a successor of activity 1 is 5, not from 1 to 4
      help: correct the number, or the count that limits it [P407]
    line 19, column 4: the successors of activity 1 name activity 1 itself
      help: take it out of its own successors [P413]
    line 20, column 4: the successors of activity 2 lead back to it: 2 -> 4 -> 2
      help: take out one of these successors [P414]
    line 31, column 10: the number (jobnr.) of activity 4 is 1, but 4 is next
      help: number activities and modes from 1, one row after the other [P411]
    line 31, column 1: the section ends where the number (jobnr.) of activity 4 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 31, column 10: the number of mode 1 of activity 4 is 2, but 1 is next
      help: number activities and modes from 1, one row after the other [P411]
    line 25, column 1: `DEMANDS/DURATIONS:` after the end of the section before
      help: take it out, or correct the counts before it [P409]
    line 36, column 1: the section ends where the availability of R 2 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 35, column 15: `2` after the last of RESOURCEAVAILABILITIES
      help: take it out, or correct the counts before it [P409]
    line 30, column 3: the demand of activity 3 clashes with what there is: mode 1 needs 2 of R 2, whose capacity is 1
      help: lower the demand in one mode, or raise what there is [P415]
    line 37, column 1: `x` after the end of RESOURCEAVAILABILITIES
      help: take it out, or correct the counts before it [P409]
    line 32, column 73: the text ends without `RESOURCEAVAILABILITIES`
      help: add it; a file cut off on its way looks like this, and so does one of another format [P410]
    line 14, column 1: the demand of activity 1 clashes with what there is: mode 1 needs 9 of R 1, whose capacity is 2; mode 2 needs 10 of N 1, whose budget is 9
      help: lower the demand in one mode, or raise what there is [P415]
    line 22, column 4: the budget of N 1 is 6, but all activities in their least demanding modes need 7: activity 1 needs 4, activity 2 needs 3
      help: raise the budget, or give an activity a mode that needs less [P416]
    ");
}
