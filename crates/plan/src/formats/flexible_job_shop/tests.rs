use super::super::Format;
use super::super::tests::{MK04, complaints};
use super::*;

#[test]
fn an_operation_has_choices() {
    let check = |text| {
        let shop = read(text).unwrap();
        assert_eq!((shop.jobs(), shop.operations()), (3, 3));
        assert_eq!(shop.operations_of(0), 0..2);
        assert_eq!(shop.operations_of(1), 2..2);
        assert_eq!(shop.modes_of(0).collect::<Vec<_>>(), [(0, 5), (1, 7)]);
        assert_eq!(shop.modes_of(1).collect::<Vec<_>>(), [(1, 3)]);
        assert_eq!(shop.modes_of(2).collect::<Vec<_>>(), [(0, 0)]);
    };
    check("3 2 1.33\n2 2 1 5 2 7 1 2 3\n0\n1 1 1 0\n");
    check("3 2\r\n2 2 1 5 2 7\r\n1 2 3\r\n0 1 1 1 0");
}

#[test]
fn a_published_instance_is_read() {
    let shop = read(MK04).unwrap();
    assert_eq!((shop.jobs(), shop.machines, shop.operations()), (15, 8, 90));
}

#[test]
fn what_is_wrong_is_said() {
    let texts = [
        "2 2 x\n",
        "2 2 1 1\n",
        "1 2\n1 0\n",
        "1 2\n1 1 0 5\n",
        "1 2\n1 1 3 5\n",
        "1 2\n1 1 1 -5\n",
        "1 2\n1 2 1 5 2\n",
        "1 2\n-1\n",
        "1 2\n1 1 1 5\n1 1 1 5\n",
    ];
    insta::assert_snapshot!(complaints(Format::FlexibleJobShop, &texts), @"
    line 1, column 5: `x` after the numbers of jobs and machines
      help: take it out, or correct the counts before it [P409]
    line 1, column 7: `1` after the average number of choices
      help: take it out, or correct the counts before it [P409]
    line 2, column 3: the number of choices of operation 0 of job 0 is 0, not from 1 to 16777216
      help: correct the number, or the count that limits it [P407]
    line 2, column 5: the machine of operation 0 of job 0 is 0, not from 1 to 2
      help: correct the number, or the count that limits it [P407]
    line 2, column 5: the machine of operation 0 of job 0 is 3, not from 1 to 2
      help: correct the number, or the count that limits it [P407]
    line 2, column 7: the duration of operation 0 of job 0 is -5, not from 0 to 1099511627776
      help: correct the number, or the count that limits it [P407]
    line 2, column 10: the text ends where the duration of operation 0 of job 0 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 2, column 1: the number of operations of job 0 is -1, not from 0 to 16777216
      help: correct the number, or the count that limits it [P407]
    line 3, column 1: `1` after the last job
      help: take it out, or correct the counts before it [P409]
    ");
}
