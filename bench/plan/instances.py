"""Reads the instances of data/scheduling and their best known values. Standard library only.

Three shapes cover the five kinds. Indices are from 0, in the order of the file; times are whole numbers.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import List, NamedTuple, Optional

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "scheduling"

# Kind, which is the folder's name: what `weft plan --format` calls it, and what it is called in print.
KINDS = {
    "jobshop": ("jobshop", "job shop"),
    "flexible-jobshop": ("fjsp", "flexible job shop"),
    "rcpsp": ("rcp", "project"),
    "mmrcpsp": ("psplib", "project with modes"),
    "sdst-flowshop": ("sdst", "flow shop with set-ups"),
}


@dataclass(frozen=True)
class Case:
    """An instance of the set, not yet read. `lower_bound` is None where none is known."""

    name: str
    kind: str
    size: str
    lower_bound: Optional[int]
    upper_bound: int
    path: Path

    @property
    def format(self):
        return KINDS[self.kind][0]


class Choice(NamedTuple):
    """One way to do an operation of a shop."""

    machine: int
    duration: int


@dataclass(frozen=True)
class Shop:
    """Job shop or flexible job shop: jobs of operations of choices."""

    machines: int
    jobs: List[List[List[Choice]]]


class Mode(NamedTuple):
    """One way to do an activity: what it takes of each renewable and uses up of each other resource."""

    duration: int
    renewable: List[int]
    nonrenewable: List[int]


class Activity(NamedTuple):
    modes: List[Mode]
    successors: List[int]


@dataclass(frozen=True)
class Project:
    """Activities, the dummies at start and end included, with capacities and budgets."""

    capacities: List[int]
    budgets: List[int]
    activities: List[Activity]


@dataclass(frozen=True)
class Line:
    """Permutation flow shop: `work[job][machine]`, `setup[machine][before][after]`."""

    work: List[List[int]]
    setup: List[List[List[int]]]


def cases(data=DATA):
    """Every instance of the set in the order of bks.csv, the list of best known values."""
    with open(data / "bks.csv", newline="", encoding="utf-8") as file:
        return [
            Case(
                name=row["instance"],
                kind=row["file"].split("/")[0],
                size=row["size"],
                lower_bound=int(row["lower_bound"]) if row["lower_bound"] else None,
                upper_bound=int(row["upper_bound"]),
                path=data / row["file"],
            )
            for row in csv.DictReader(file)
        ]


def read(path, format):
    """The instance in a file, as a Shop, a Project or a Line."""
    text = Path(path).read_text(encoding="utf-8")
    return READERS[format](text)


def read_job_shop(text):
    lines = [[int(word) for word in line.split()] for line in text.splitlines() if line.strip()]
    (count, machines), rows = lines[0], lines[1:]
    if len(rows) != count:
        # Wrapped in some other way, which only the standard form allows: every job visits every machine.
        numbers = [number for row in rows for number in row]
        width = 2 * machines
        expect(len(numbers) == count * width, "the number of jobs is not the one in the first line")
        rows = [numbers[at : at + width] for at in range(0, len(numbers), width)]
    jobs = []
    for row in rows:
        if row[-2:] == [-1, -1]:
            row = row[:-2]
        expect(len(row) % 2 == 0, "a job has a machine without a duration")
        jobs.append([[Choice(*pair)] for pair in zip(row[::2], row[1::2])])
    return Shop(machines, jobs)


def read_flexible_job_shop(text):
    head, _, rest = text.lstrip().partition("\n")
    count, machines = (int(word) for word in head.split()[:2])
    numbers = map(int, rest.split())
    jobs = []
    for _ in range(count):
        job = []
        for _ in range(next(numbers)):
            choices = next(numbers)
            job.append([Choice(next(numbers) - 1, next(numbers)) for _ in range(choices)])
        jobs.append(job)
    expect_end(numbers)
    return Shop(machines, jobs)


def read_patterson(text):
    numbers = map(int, text.split())
    count, resources = next(numbers), next(numbers)
    capacities = take(numbers, resources)
    activities = []
    for _ in range(count):
        duration = next(numbers)
        demands = take(numbers, resources)
        successors = [successor - 1 for successor in take(numbers, next(numbers))]
        activities.append(Activity([Mode(duration, demands, [])], successors))
    expect_end(numbers)
    return Project(capacities, [], activities)


def read_psplib(text):
    lines = text.splitlines()
    counts = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and value.split() and value.split()[0].isdigit():
            counts[name.strip(" -").split()[0]] = int(value.split()[0])
    renewable, nonrenewable = counts["renewable"], counts["nonrenewable"]

    successors, modes = [], []
    for row in section(lines, "PRECEDENCE RELATIONS"):
        expect(len(row) == 3 + row[2], f"activity {row[0]} has not as many successors as it says")
        successors.append([successor - 1 for successor in row[3:]])
    for row in section(lines, "REQUESTS/DURATIONS"):
        # The number of the activity stands only before its first mode.
        if len(row) == 3 + renewable + nonrenewable:
            modes.append([])
            row = row[1:]
        _, duration, *demands = row
        expect(len(demands) == renewable + nonrenewable, "a mode has not a demand for each resource")
        modes[-1].append(Mode(duration, demands[:renewable], demands[renewable:]))
    expect(len(modes) == len(successors) == counts["jobs"], "activities are missing")
    (available,) = section(lines, "RESOURCEAVAILABILITIES")
    expect(len(available) == renewable + nonrenewable, "availabilities are missing")
    return Project(available[:renewable], available[renewable:], list(map(Activity, modes, successors)))


def section(lines, name):
    """The rows of numbers between a heading and the next line of stars."""
    begun = next(at for at, line in enumerate(lines) if line.replace(" ", "").startswith(name.replace(" ", "")))
    rows = []
    for line in lines[begun + 1 :]:
        if line.startswith("*"):
            break
        words = line.split()
        if words and words[0].isdigit():
            rows.append([int(word) for word in words])
    return rows


def read_setup_flow_shop(text):
    numbers = map(int, text.split())
    jobs, machines = next(numbers), next(numbers)
    work = [take(numbers, machines) for _ in range(jobs)]
    setup = [[take(numbers, jobs) for _ in range(jobs)] for _ in range(machines)]
    expect_end(numbers)
    return Line(work, setup)


READERS = {
    "jobshop": read_job_shop,
    "fjsp": read_flexible_job_shop,
    "rcp": read_patterson,
    "psplib": read_psplib,
    "sdst": read_setup_flow_shop,
}


def take(numbers, count):
    return [next(numbers) for _ in range(count)]


def expect_end(numbers):
    expect(next(numbers, None) is None, "something is left over at the end")


def expect(holds, message):
    if not holds:
        raise ValueError(message)
