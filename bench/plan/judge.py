#!/usr/bin/env python3
"""Judges an answer by the rules of its family: knows the instance and nothing of how the answer came about.

    bench/plan/judge.py FILE FORMAT ANSWER

Prints JSON: the objective counted anew (null for an answer that breaks a rule) and the faults. Exit code 1
when there are faults. FORMAT: jobshop, fjsp, rcp, psplib or sdst. Standard library only.
"""

import argparse
import json
import sys
from collections import defaultdict
from typing import NamedTuple

from instances import READERS, Line, Project, Shop, read

# More faults of one answer say nothing new.
FAULTS_SHOWN = 20


class Entry(NamedTuple):
    """When and how an operation is done; the fields of an answer."""

    job: int
    operation: int
    mode: int
    resource: int
    start: int
    end: int

    def __str__(self):
        return f"operation {self.operation} of job {self.job} ({self.start} to {self.end})"


def judge(instance, answer):
    """All faults of an answer (the JSON, read), as text. Rules whose operations are missing are not looked at."""
    faults = []
    entries = by_operation(answer, faults)
    durations = expected(instance)
    for key in durations.keys() - entries.keys():
        faults.append(f"operation {key[1]} of job {key[0]} is missing")
    for key in entries.keys() - durations.keys():
        faults.append(f"there is no operation {key[1]} of job {key[0]}")
    if faults:
        return sorted(faults)
    for key, entry in sorted(entries.items()):
        check_entry(entry, durations[key], faults)
    if not faults:
        rules = {Shop: check_shop, Project: check_project, Line: check_line}
        rules[type(instance)](instance, entries, faults)
    check_figures(answer, entries, faults)
    return faults


def by_operation(answer, faults):
    """The entries of an answer by job and operation; what is malformed or there twice is a fault."""
    entries = {}
    operations = answer.get("operations") if isinstance(answer, dict) else None
    if not isinstance(operations, list):
        faults.append("the answer has no list of operations")
        return entries
    for at, it in enumerate(operations):
        fields = [it.get(name) for name in Entry._fields] if isinstance(it, dict) else [None]
        if any(type(field) is not int for field in fields):
            faults.append(f"entry {at} has not a whole number for each of {', '.join(Entry._fields)}")
            continue
        entry = Entry(*fields)
        if entries.setdefault(entry[:2], entry) is not entry:
            faults.append(f"entry {at}: {entry} is there twice")
    return entries


def expected(instance):
    """Per job and operation, for each of its modes the resource and the duration."""
    if isinstance(instance, Shop):
        return {
            (j, o): [(choice.machine, choice.duration) for choice in operation]
            for j, job in enumerate(instance.jobs)
            for o, operation in enumerate(job)
        }
    if isinstance(instance, Project):
        return {
            (a, 0): [(0, mode.duration) for mode in activity.modes]
            for a, activity in enumerate(instance.activities)
        }
    return {
        (j, machine): [(machine, duration)]
        for j, job in enumerate(instance.work)
        for machine, duration in enumerate(job)
    }


def check_entry(entry, modes, faults):
    """What holds for an operation by itself."""
    if not 0 <= entry.mode < len(modes):
        faults.append(f"{entry} has no mode {entry.mode}")
        return
    resource, duration = modes[entry.mode]
    if entry.resource != resource:
        faults.append(f"{entry} is on resource {entry.resource}, not on {resource}")
    if entry.start < 0:
        faults.append(f"{entry} starts before 0")
    if entry.end - entry.start != duration:
        faults.append(f"{entry} does not take {duration}")


def check_order(before, after, faults):
    if after.start < before.end:
        faults.append(f"{after} starts before {before} has ended")


def check_shop(shop, entries, faults):
    """Operations of a job in turn; one at a time on a machine, and none without duration inside another."""
    for j, job in enumerate(shop.jobs):
        for o in range(1, len(job)):
            check_order(entries[j, o - 1], entries[j, o], faults)
    on_machine = defaultdict(list)
    for entry in entries.values():
        on_machine[entry.resource].append(entry)
    for machine in sorted(on_machine):
        row = sorted(on_machine[machine], key=lambda entry: (entry.start, entry.end))
        # Adjacent ones are enough: the first overlap in a row is between neighbours.
        for before, after in zip(row, row[1:]):
            if after.start < before.end:
                faults.append(f"on machine {machine} {after} starts before {before} has ended")


def check_project(project, entries, faults):
    """Successors, capacities at every moment, budgets for the whole."""
    done = []
    for a, activity in enumerate(project.activities):
        entry = entries[a, 0]
        done.append((entry, activity.modes[entry.mode]))
        for successor in activity.successors:
            check_order(entry, entries[successor, 0], faults)
    for resource, capacity in enumerate(project.capacities):
        changes = defaultdict(int)
        for entry, mode in done:
            changes[entry.start] += mode.renewable[resource]
            changes[entry.end] -= mode.renewable[resource]
        taken = 0
        for moment in sorted(changes):
            taken += changes[moment]
            if capacity < taken:
                faults.append(f"of resource {resource} {taken} are taken at {moment}; it has {capacity}")
    for resource, budget in enumerate(project.budgets):
        used = sum(mode.nonrenewable[resource] for _, mode in done)
        if budget < used:
            faults.append(f"of nonrenewable resource {resource} {used} are used; there are {budget}")


def check_line(line, entries, faults):
    """Machines in turn, one order of the jobs on all machines, set-ups between neighbours."""
    machines = range(len(line.setup))
    rows = {j: [entries[j, machine] for machine in machines] for j in range(len(line.work))}
    for row in rows.values():
        for before, after in zip(row, row[1:]):
            check_order(before, after, faults)
    # Jobs that agree on one machine, where both take no time, are told apart by the next. Those that agree
    # on all machines stand in the order of the answer.
    given = {job: at for at, (job, machine) in enumerate(entries) if machine == 0}
    order = sorted(rows, key=lambda j: ([(it.start, it.end) for it in rows[j]], given[j]))
    for first, second in zip(order, order[1:]):
        for machine in machines:
            before, after = rows[first][machine], rows[second][machine]
            setup = line.setup[machine][first][second]
            if (after.start, after.end) < (before.start, before.end):
                faults.append(f"job {second} overtakes job {first} on machine {machine}")
            elif after.start < before.end + setup:
                faults.append(f"{after} needs a set-up of {setup} after {before}")


def check_figures(answer, entries, faults):
    ends = max((entry.end for entry in entries.values()), default=0)
    objective, bound = answer.get("objective"), answer.get("lower_bound")
    if objective != ends:
        faults.append(f"the objective is {objective}, but the last operation ends at {ends}")
    if type(bound) is not int:
        faults.append("the lower bound is not a whole number")
    elif ends < bound:
        faults.append(f"the lower bound {bound} is above what is reached, {ends}")


def verdict(instance, answer):
    """The JSON that this program prints."""
    faults = judge(instance, answer)
    count = len(faults)
    if FAULTS_SHOWN < count:
        faults = faults[:FAULTS_SHOWN] + [f"and {count - FAULTS_SHOWN} more"]
    known = answer if isinstance(answer, dict) and not faults else {}
    return {
        "objective": known.get("objective"),
        "lower_bound": known.get("lower_bound"),
        "operations": len(known.get("operations", [])),
        "faults": faults,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("format", choices=sorted(READERS))
    parser.add_argument("answer")
    arguments = parser.parse_args()
    instance = read(arguments.file, arguments.format)
    try:
        with open(arguments.answer, encoding="utf-8") as file:
            answer = json.load(file)
    except (OSError, ValueError) as error:
        found = {"objective": None, "lower_bound": None, "operations": 0, "faults": [f"no answer: {error}"]}
    else:
        found = verdict(instance, answer)
    print(json.dumps(found))
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main()
