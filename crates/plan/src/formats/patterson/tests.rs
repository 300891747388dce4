use super::super::Format;
use super::super::tests::{J30, complaints};
use super::*;

#[test]
fn lines_may_be_wrapped_anywhere() {
    let check = |text| {
        let project = read(text).unwrap();
        assert_eq!(project.capacities, [4, 2]);
        assert!(project.budgets.is_empty());
        let successors: Vec<_> = project.activities.iter().map(|it| &it.successors[..]).collect();
        assert_eq!(successors, [&[1, 2][..], &[3], &[3], &[]]);
        let modes = &project.activities[1].modes;
        assert_eq!(
            *modes,
            [ActivityMode { duration: 5, renewable: vec![3, 0], nonrenewable: Vec::new() }]
        );
    };
    check("4 2\n4 2\n0 0 0 2 2 3\n5 3 0 1 4\n6 2 2 1 4\n0 0 0 0\n");
    check("4\r\n2 4 2 0 0 0 2 2\r\n3 5 3 0 1\r\n4 6 2 2 1 4 0 0 0 0");
}

#[test]
fn a_published_instance_is_read() {
    let project = read(J30).unwrap();
    assert_eq!((project.activities.len(), &project.capacities[..]), (32, &[15, 18, 17, 16][..]));
    assert_eq!(project.activities[1].successors, [4, 10, 19]);
}

#[test]
fn what_is_wrong_is_said() {
    let texts = [
        "",
        "2\n",
        "2 1\n",
        "2 1\n4\n0 0 1 2\n",
        "2 1\n4\n0 0 1 3\n0 0 0\n",
        "2 1\n4\n0 0 1 0\n0 0 0\n",
        "2 1\n4\n0 0 1 2\n-1 0 0\n",
        "2 1\n4\n0 0 1 2\n0 4294967296 0\n",
        "2 1\n4\n0 0 1 2\n0 0 0 0\n",
        "2 1\n4\n0 0 1 2\n3 5 0\n",
        "2 1\n4\n0 0 1 2\n3 2 1 2\n",
        "4 0\n\n0 1 2\n1 1 3\n1 2 4 2\n0 0\n",
    ];
    insta::assert_snapshot!(complaints(Format::Patterson, &texts), @"
    line 1, column 1: the text ends where the number of activities is expected
      help: add what is missing, or correct the counts before it [P405]
    line 1, column 2: the text ends where the number of resources is expected
      help: add what is missing, or correct the counts before it [P405]
    line 1, column 4: the text ends where the capacity of R 1 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 3, column 8: the text ends where the duration of activity 2 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 3, column 7: a successor of activity 1 is 3, not from 1 to 2
      help: correct the number, or the count that limits it [P407]
    line 3, column 7: a successor of activity 1 is 0, not from 1 to 2
      help: correct the number, or the count that limits it [P407]
    line 4, column 1: the duration of activity 2 is -1, not from 0 to 1099511627776
      help: correct the number, or the count that limits it [P407]
    line 4, column 3: the demand for R 1 of activity 2 is 4294967296, not from 0 to 4294967295
      help: correct the number, or the count that limits it [P407]
    line 4, column 7: `0` after the last activity
      help: take it out, or correct the counts before it [P409]
    line 4, column 1: the demand of activity 2 clashes with what there is: mode 1 needs 5 of R 1, whose capacity is 4
      help: lower the demand in one mode, or raise what there is [P415]
    line 4, column 1: the successors of activity 2 name activity 2 itself
      help: take it out of its own successors [P413]
    line 4, column 1: the successors of activity 2 lead back to it: 2 -> 3 -> 2
      help: take out one of these successors [P414]
    ");
}
