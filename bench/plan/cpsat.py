#!/usr/bin/env python3
"""Plans an instance with OR-Tools CP-SAT, called like `weft plan` and answering like it.

    bench/plan/cpsat.py FILE --format F [--seconds S] [--threads T] [--seed N] [--json] [--out ANSWER]

The models are the usual ones, with nothing but the time limit, the workers and the seed set:

- job shops: an interval per operation, no-overlap per machine;
- flexible job shops: an optional interval per choice, all of an operation with the same start;
- projects: an interval per activity, or an optional one per mode, in a cumulative per renewable resource, with the
  work that it has to do as a linear constraint (better bounds, and better plans with modes); what the modes use
  up is summed;
- flow shops with set-ups: the order of the jobs is a circuit through all of them and a dummy, and the same arc
  literals say on every machine who waits for whom and for what set-up. A circuit per machine has so many times
  more literals; no-overlap beside the circuit proved more and planned worse; without a hint there was no answer
  for 50 jobs in 10 s, so the order of the file, which is always a plan, is given as one.

No horizon is guessed: it is the sum of all durations. Reading, building the model and writing the answer are
within the time limit. CP-SAT looks at the clock only now and then, so a watchdog writes the best answer so far
and ends the program when the limit comes.
"""

import argparse
import json
import math
import os
import sys
import threading
import time

# What the interpreter took to get here counts too.
BEGUN = time.monotonic() - time.process_time()

# Kept for writing the answer and ending: at least so long, and so much for each operation.
RESERVE_S = 0.1
RESERVE_S_PER_OPERATION = 4e-6
# CP-SAT is asked to stop so long before the watchdog: as late as it is as a rule.
LATE_S = 0.1


class Model:
    """A CP-SAT model under construction, and where to find an answer in a solution.

    `entries`: per operation the job, the operation, the index of its start and its modes, each the index of
    its literal (None when there is no choice), its resource and its duration.
    """

    def __init__(self, horizon):
        from ortools.sat.python import cp_model

        self.cp = cp_model.CpModel()
        self.horizon = horizon
        self.makespan = self.cp.new_int_var(0, horizon, "")
        self.cp.minimize(self.makespan)
        self.entries = []

    def operation(self, job, operation, modes):
        """Start, end and intervals of an operation that is done in one of `modes` (resource, duration)."""
        cp = self.cp
        start = cp.new_int_var(0, self.horizon, "")
        durations = [duration for _, duration in modes]
        if len(modes) == 1:
            literals = [None]
            intervals = [cp.new_fixed_size_interval_var(start, durations[0], "")]
        else:
            literals = [cp.new_bool_var("") for _ in modes]
            cp.add_exactly_one(literals)
            intervals = [
                cp.new_optional_fixed_size_interval_var(start, duration, literal, "")
                for duration, literal in zip(durations, literals)
            ]
        if len(set(durations)) == 1:
            end = start + durations[0]
        else:
            end = cp.new_int_var(0, self.horizon, "")
            for duration, literal in zip(durations, literals):
                cp.add(end == start + duration).only_enforce_if(literal)
        found = [(None if it is None else it.index, *mode) for it, mode in zip(literals, modes)]
        self.entries.append((job, operation, start.index, found))
        return start, end, intervals, literals

    def answer(self, values):
        """The operations of an answer from the values of all variables."""
        operations = []
        for job, operation, start, modes in self.entries:
            mode = next(at for at, it in enumerate(modes) if it[0] is None or values[it[0]])
            _, resource, duration = modes[mode]
            begin = int(values[start])
            operations.append((job, operation, mode, resource, begin, begin + duration))
        return operations


def shop_model(shop):
    longest = (max(it.duration for it in operation) for job in shop.jobs for operation in job)
    model = Model(sum(longest))
    on_machine = [[] for _ in range(shop.machines)]
    for j, job in enumerate(shop.jobs):
        before = 0
        for o, operation in enumerate(job):
            start, end, intervals, _ = model.operation(j, o, operation)
            if o:
                model.cp.add(start >= before)
            for choice, interval in zip(operation, intervals):
                on_machine[choice.machine].append(interval)
            before = end
        model.cp.add(model.makespan >= before)
    for intervals in on_machine:
        model.cp.add_no_overlap(intervals)
    return model


def project_model(project):
    activities = project.activities
    model = Model(sum(max(mode.duration for mode in activity.modes) for activity in activities))
    taken = [([], []) for _ in project.capacities]
    energy = [[] for _ in project.capacities]
    used = [[] for _ in project.budgets]
    starts, ends = [], []
    for a, activity in enumerate(activities):
        modes = [(0, mode.duration) for mode in activity.modes]
        start, end, intervals, literals = model.operation(a, 0, modes)
        starts.append(start)
        ends.append(end)
        for mode, interval, literal in zip(activity.modes, intervals, literals):
            for (of, demands), demand, work in zip(taken, mode.renewable, energy):
                if demand:
                    of.append(interval)
                    demands.append(demand)
                    work.append(demand * mode.duration * (1 if literal is None else literal))
            for of, amount in zip(used, mode.nonrenewable):
                of.append(amount if literal is None else amount * literal)
    for a, activity in enumerate(activities):
        for successor in activity.successors:
            model.cp.add(starts[successor] >= ends[a])
        if not activity.successors:
            model.cp.add(model.makespan >= ends[a])
    for (intervals, demands), capacity, work in zip(taken, project.capacities, energy):
        model.cp.add_cumulative(intervals, demands, capacity)
        model.cp.add(sum(work) <= capacity * model.makespan)
    for amounts, budget in zip(used, project.budgets):
        model.cp.add(sum(amounts) <= budget)
    return model


def line_model(line):
    jobs, machines = len(line.work), len(line.setup)
    longest = sum(max(row[after] for row in block) for block in line.setup for after in range(jobs))
    model = Model(sum(map(sum, line.work)) + longest)
    cp = model.cp
    starts, ends = [], []
    for j, row in enumerate(line.work):
        done = [model.operation(j, machine, [(machine, duration)])[:2] for machine, duration in enumerate(row)]
        starts.append([start for start, _ in done])
        ends.append([end for _, end in done])
        for (_, before), (start, _) in zip(done, done[1:]):
            cp.add(start >= before)
        cp.add(model.makespan >= done[-1][1])
    # Node 0 is where the order begins and ends.
    arcs = []
    for first in range(jobs):
        arcs.append((0, first + 1, cp.new_bool_var("")))
        arcs.append((first + 1, 0, cp.new_bool_var("")))
        for second in range(jobs):
            if first == second:
                continue
            follows = cp.new_bool_var("")
            arcs.append((first + 1, second + 1, follows))
            for machine in range(machines):
                ready = ends[first][machine] + line.setup[machine][first][second]
                cp.add(starts[second][machine] >= ready).only_enforce_if(follows)
    cp.add_circuit(arcs)
    for tail, head, follows in arcs:
        cp.add_hint(follows, head == (tail + 1) % (jobs + 1))
    for job, times in enumerate(in_order_of_file(line)):
        for start, time_ in zip(starts[job], times):
            cp.add_hint(start, time_)
    return model


def in_order_of_file(line):
    """Per job its earliest start on each machine, when the jobs come in the order of the file."""
    free = [0] * len(line.setup)
    rows = []
    for job, work in enumerate(line.work):
        row, done = [], 0
        for machine, duration in enumerate(work):
            setup = line.setup[machine][job - 1][job] if job else 0
            row.append(max(done, free[machine] + setup))
            free[machine] = done = row[-1] + duration
        rows.append(row)
    return rows


class Best:
    """The best answer so far; the one that writes it, whoever comes first, ends the program."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.lock = threading.Lock()
        self.model = None
        self.values = None
        self.bound = 0

    def found(self, values):
        with self.lock:
            self.values = values

    def proved(self, bound):
        # A float; every makespan is whole.
        with self.lock:
            self.bound = max(self.bound, math.ceil(bound - 1e-6))

    def finish(self):
        self.lock.acquire()  # For good: there is one answer.
        operations = self.model.answer(self.values) if self.values is not None else []
        objective = max((it[-1] for it in operations), default=None)
        if self.arguments.out and operations:
            write(self.arguments.out, objective, self.bound, operations)
        seconds = time.monotonic() - BEGUN
        report = {
            "objective": objective,
            "lower_bound": self.bound,
            "seconds": round(seconds, 3),
            "operations": len(operations),
        }
        print(json.dumps(report) if self.arguments.json else f"ends at {objective}, not before {self.bound}")
        sys.stdout.flush()
        # Threads of the search may still be running.
        os._exit(0)


def write(path, objective, bound, operations):
    names = ("job", "operation", "mode", "resource", "start", "end")
    shape = "{" + ", ".join(f'"{name}": %d' for name in names) + "}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"objective": {objective}, "lower_bound": {bound}, "operations": [\n')
        file.write(",\n".join([shape % it for it in operations]))
        file.write("\n]}\n")


def arguments_of():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--format", required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out")
    parser.add_argument("--log", action="store_true", help="what CP-SAT says about its search")
    return parser.parse_args()


def watch(best, operations):
    """Lets the program end in time to write so many operations; returns the seconds until then."""
    reserve = RESERVE_S + operations * RESERVE_S_PER_OPERATION
    left = max(0.01, BEGUN + best.arguments.seconds - reserve - time.monotonic())
    watchdog = threading.Timer(left, best.finish)
    watchdog.daemon = True
    watchdog.start()
    return left


def main():
    arguments = arguments_of()
    best = Best(arguments)
    watch(best, operations=0)

    from instances import Line, Project, Shop, read
    from ortools.sat.python import cp_model

    instance = read(arguments.file, arguments.format)
    build = {Shop: shop_model, Project: project_model, Line: line_model}
    best.model = build[type(instance)](instance)
    left = watch(best, len(best.model.entries))

    class Callback(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self):
            best.found(self.response_proto.solution)

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, left - LATE_S)
    solver.parameters.num_workers = arguments.threads
    solver.parameters.random_seed = arguments.seed
    solver.parameters.log_search_progress = arguments.log
    solver.best_bound_callback = best.proved
    status = solver.solve(best.model.cp, Callback())
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        best.found(solver.response_proto.solution)
        best.proved(solver.best_objective_bound)
    best.finish()


if __name__ == "__main__":
    main()
