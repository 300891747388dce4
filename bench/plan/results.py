"""The runs that were made: one JSON object per line in `runs-<seconds>s.jsonl`. Standard library only.

A run knows its engine and the engine's build, so an answer of an older program is never taken for one of this.
"""

import json
import re
import statistics
from collections import defaultdict
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"
ENGINES = ("weft", "cpsat")
NAMES = {"weft": "Weftline", "cpsat": "CP-SAT"}


def file_of(folder, seconds):
    return Path(folder) / f"runs-{seconds:g}s.jsonl"


def limits(folder):
    """The time limits of which there are runs."""
    found = (re.fullmatch(r"runs-([0-9.e+]+)s\.jsonl", path.name) for path in Path(folder).glob("runs-*.jsonl"))
    return sorted(float(match[1]) for match in found if match)


def load(path):
    """All runs of a file, oldest first. A line that was cut off by an interruption is left out."""
    runs = []
    if Path(path).exists():
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            try:
                runs.append(json.loads(line))
            except ValueError:
                continue
    return runs


def append(path, run):
    """Adds a run; it is on disk when this returns."""
    with open(path, "a+b") as file:
        file.seek(0, 2)
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                file.write(b"\n")  # After what an interruption cut off.
        file.write(json.dumps(run).encode() + b"\n")


def key(run):
    """Two runs of the same key repeat each other."""
    return tuple(run[name] for name in ("engine", "build", "threads", "instance", "seed"))


def latest(runs):
    """Per engine the runs of the build and number of threads that ran last, repeated ones once; and how many
    were left out."""
    last = {run["engine"]: (run["build"], run["threads"]) for run in runs}
    kept = {key(run): run for run in runs if last[run["engine"]] == (run["build"], run["threads"])}
    return list(kept.values()), len(runs) - len(kept)


def gap(objective, upper_bound):
    """Per cent above the best known value; no plan counts as 100."""
    return 100.0 if objective is None else 100.0 * (objective / upper_bound - 1)


def by_instance(runs):
    """Per engine and instance its runs, best first; of equal ones those first that prove it."""
    found = defaultdict(lambda: defaultdict(list))
    for run in runs:
        found[run["engine"]][run["instance"]].append(run)
    for instances in found.values():
        for of_instance in instances.values():
            of_instance.sort(key=lambda run: (run["gap"], not run["proved"], run["seed"]))
    return found


def median_run(runs):
    """The run in the middle, of two the worse one."""
    return runs[len(runs) // 2]


def mean_gap(medians):
    return statistics.fmean(run["gap"] for run in medians)
