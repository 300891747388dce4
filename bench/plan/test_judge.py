"""Tests of the judge: python3 -m unittest discover bench/plan

Each family has an answer that is right and the same answer with one number changed, again and again.
"""

import copy
import unittest

from instances import READERS, cases, read
from judge import judge

SHOP = ("jobshop", "2 2\n0 3 1 2\n1 4 0 1\n")
RE_ENTRANT = ("jobshop", "2 2\n0 3 1 2 0 1 -1 -1\n1 4 -1 -1\n")
FLEXIBLE = ("fjsp", "2 2 1.5\n2 2 1 3 2 5 1 2 2\n1 1 2 4\n")
# Activities 1 and 2 of duration 3 and 2 take 2 and 2 of 3, so one waits; 3 comes after 1.
PATTERSON = ("rcp", "5 1\n3\n0 0 2 2 3\n3 2 1 4\n2 2 1 5\n1 1 1 5\n0 0 0\n")
PSPLIB = (
    "psplib",
    """jobs (incl. supersource/sink ):  4
RESOURCES
  - renewable       :  1   R
  - nonrenewable    :  1   N
  - doubly constrained :  0   D
****
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
1  1  2  2 3
2  2  1  4
3  1  1  4
4  1  0
****
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  N 1
------
1  1  0  0  0
2  1  2  2  5
   2  4  1  0
3  1  3  2  2
4  1  0  0  0
****
RESOURCEAVAILABILITIES:
  R 1  N 1
  3    4
****
""",
)
LINE = ("sdst", "2 2\n3 2\n1 4\n0 2\n1 0\n0 1\n5 0\n")


def instance_of(family):
    format, text = family
    return READERS[format](text)


def answer_of(*operations, bound=0):
    names = ("job", "operation", "mode", "resource", "start", "end")
    entries = [dict(zip(names, operation)) for operation in operations]
    ends = max(entry["end"] for entry in entries)
    return {"objective": ends, "lower_bound": bound, "operations": entries}


def project(*times, modes=None, bound=0):
    """An answer with the start and end of each activity."""
    modes = modes or [0] * len(times)
    entries = [(a, 0, mode, 0, *time) for a, (mode, time) in enumerate(zip(modes, times))]
    return answer_of(*entries, bound=bound)


# Per family an answer in which nothing can move by itself: the least change of a number breaks a rule.
RIGHT = {
    "job shop": (
        SHOP,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 4, 6), (1, 0, 0, 1, 0, 4), (1, 1, 0, 0, 4, 5), bound=6),
    ),
    "re-entrant": (
        RE_ENTRANT,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 4, 6), (0, 2, 0, 0, 6, 7), (1, 0, 0, 1, 0, 4), bound=7),
    ),
    "flexible": (FLEXIBLE, answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 4, 6), (1, 0, 0, 1, 0, 4), bound=6)),
    "project": (PATTERSON, project((0, 0), (2, 5), (0, 2), (5, 6), (6, 6), bound=6)),
    "modes": (PSPLIB, project((0, 0), (0, 4), (0, 3), (4, 4), modes=(0, 1, 0, 0), bound=4)),
    "line": (
        LINE,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 3, 5), (1, 0, 0, 0, 5, 6), (1, 1, 0, 1, 6, 10), bound=10),
    ),
}

# Plans that break one rule, and what the judge says of it.
WRONG = [
    (
        SHOP,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 2, 4), (1, 0, 0, 1, 4, 8), (1, 1, 0, 0, 8, 9)),
        "starts before operation 0",
    ),
    (
        SHOP,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 3, 5), (1, 0, 0, 1, 0, 4), (1, 1, 0, 0, 4, 5)),
        "on machine 1",
    ),
    (FLEXIBLE, answer_of((0, 0, 1, 1, 0, 5), (0, 1, 0, 1, 5, 7), (1, 0, 0, 1, 3, 7)), "on machine 1"),
    (FLEXIBLE, answer_of((0, 0, 1, 0, 0, 5), (0, 1, 0, 1, 5, 7), (1, 0, 0, 1, 7, 11)), "not on 1"),
    (PATTERSON, project((0, 0), (0, 3), (2, 4), (4, 5), (5, 5)), "4 are taken at 2; it has 3"),
    (PATTERSON, project((0, 0), (2, 5), (0, 2), (2, 3), (5, 5)), "starts before"),
    (PSPLIB, project((0, 0), (0, 2), (2, 5), (5, 5)), "7 are used; there are 4"),
    (
        LINE,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 3, 5), (1, 0, 0, 0, 4, 5), (1, 1, 0, 1, 6, 10)),
        "needs a set-up of 2",
    ),
    (
        LINE,
        answer_of((0, 0, 0, 0, 0, 3), (0, 1, 0, 1, 15, 17), (1, 0, 0, 0, 5, 6), (1, 1, 0, 1, 6, 10)),
        "overtakes",
    ),
]


class Judge(unittest.TestCase):
    def test_right_answers_pass(self):
        for name, (family, answer) in RIGHT.items():
            with self.subTest(name):
                self.assertEqual(judge(instance_of(family), answer), [])

    def test_one_changed_number_is_found(self):
        for name, (family, answer) in RIGHT.items():
            instance = instance_of(family)
            for at, entry in enumerate(answer["operations"]):
                for field in entry:
                    for change in (-1, 1):
                        wrong = copy.deepcopy(answer)
                        wrong["operations"][at][field] += change
                        with self.subTest(name, at=at, field=field, change=change):
                            self.assertTrue(judge(instance, wrong))
            for field, change in (("objective", 1), ("objective", -1), ("lower_bound", 1)):
                with self.subTest(name, field=field, change=change):
                    self.assertTrue(judge(instance, {**answer, field: answer[field] + change}))

    def test_each_rule_by_itself(self):
        for family, answer, expected in WRONG:
            with self.subTest(expected):
                faults = judge(instance_of(family), answer)
                self.assertTrue(faults and all(expected in fault for fault in faults), faults)

    def test_what_is_no_answer_is_a_fault_too(self):
        instance, right = instance_of(SHOP), RIGHT["job shop"][1]
        without = {**right, "operations": right["operations"][1:]}
        twice = {**right, "operations": right["operations"] + right["operations"][:1]}
        half = copy.deepcopy(right)
        half["operations"][0]["start"] = 0.5
        for wrong in (None, [], {}, {"operations": 3}, {**right, "operations": [1]}, without, twice, half):
            with self.subTest(str(wrong)):
                self.assertTrue(judge(instance, wrong))
        self.assertTrue(judge(instance, {**right, "objective": None}))
        self.assertTrue(judge(instance, {**right, "lower_bound": None}))

    def test_no_time_at_all_has_its_place(self):
        shop = instance_of(("jobshop", "2 1\n0 4\n0 0\n"))
        self.assertEqual(judge(shop, answer_of((0, 0, 0, 0, 0, 4), (1, 0, 0, 0, 0, 0))), [])
        self.assertEqual(judge(shop, answer_of((0, 0, 0, 0, 0, 4), (1, 0, 0, 0, 4, 4))), [])
        self.assertTrue(judge(shop, answer_of((0, 0, 0, 0, 0, 4), (1, 0, 0, 0, 2, 2))))


class Instances(unittest.TestCase):
    def test_every_small_instance_of_the_set_can_be_read(self):
        self.assertEqual(len(cases()), 102)
        for case in cases():
            self.assertTrue(case.path.exists(), case.name)
            if case.path.stat().st_size < 20_000:
                with self.subTest(case.name):
                    self.assertTrue(read(case.path, case.format))


if __name__ == "__main__":
    unittest.main()
