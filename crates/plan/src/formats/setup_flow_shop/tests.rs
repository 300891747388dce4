use super::super::Format;
use super::super::tests::{SDST, complaints};
use super::*;

#[test]
fn work_is_by_job_and_setup_by_machine() {
    let line = read("2\n3\n1 2 3\n4 5 6\n0 10\n11 0\n0 20\n21 0\n0 30\n31 0").unwrap();
    assert_eq!((line.jobs, line.machines), (2, 3));
    assert_eq!((line.work(0, 2), line.work(1, 0)), (3, 4));
    assert_eq!((line.setup(0, 0, 1), line.setup(0, 1, 0), line.setup(2, 1, 0)), (10, 11, 31));
    assert_eq!((line.work(2, 0), line.work(0, 3), line.setup(0, 2, 0)), (0, 0, 0));
    assert_eq!((line.setup(3, 0, 0), line.setup(0, 0, 2)), (0, 0));
}

#[test]
fn a_published_instance_is_read() {
    let line = read(SDST).unwrap();
    assert_eq!((line.jobs, line.machines, line.work.len(), line.setup.len()), (20, 5, 100, 2000));
    assert_eq!((line.work(0, 0), line.work(19, 4)), (77, *line.work.last().unwrap()));
}

#[test]
fn what_is_wrong_is_said() {
    let texts = [
        "2\n",
        "16777217 1\n",
        "2 1\n1 x\n0 1\n1 0\n",
        "2 1\n1\n2\n0 1\n-1 0\n",
        "2 1\n1\n2\n0 1\n1\n",
        "2 1\n1\n2\n0 1\n1 0\n0\n",
    ];
    insta::assert_snapshot!(complaints(Format::SetupFlowShop, &texts), @"
    line 1, column 2: the text ends where the number of machines is expected
      help: add what is missing, or correct the counts before it [P405]
    line 1, column 1: the number of jobs is 16777217, not from 1 to 16777216
      help: correct the number, or the count that limits it [P407]
    line 2, column 3: the duration of job 1 on machine 0 is `x`, not a whole number
      help: write digits only; check that the format is the right one [P406]
    line 5, column 1: the set-up of machine 0 from job 1 to job 0 is -1, not from 0 to 1099511627776
      help: correct the number, or the count that limits it [P407]
    line 5, column 2: the text ends where the set-up of machine 0 from job 1 to job 1 is expected
      help: add what is missing, or correct the counts before it [P405]
    line 6, column 1: `0` after the last block of set-up times
      help: take it out, or correct the counts before it [P409]
    ");
}
