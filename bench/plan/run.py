#!/usr/bin/env python3
"""Plans the public scheduling instances, judges every answer and holds it against the best known value.

    bench/plan/run.py --weft target/release/weft --seconds 10 --threads 2 --seeds 1,2,3
        [--kinds jobshop,rcpsp] [--instances 'ta*'] [--with-cpsat] [--fresh] [--out bench/plan/results]

Ctrl-C ends it at any time; the same command goes on where it was. Ends with a table, `table-<seconds>s.md`, beside
the runs. `--with-cpsat` lets OR-Tools CP-SAT plan the same under the same conditions. Standard library only,
but for CP-SAT.
"""

import argparse
import fnmatch
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import process
import report
import results
from instances import KINDS, cases

# Later than its limit by more than this is late; by this much more it is killed.
LATE_S = 0.5
KILL_S = 60.0


class Engine:
    """A program that plans, and how it is called."""

    def __init__(self, name, command, shown, build):
        self.name, self.command, self.shown, self.build = name, command, shown, build

    def arguments(self, case, options, seed, out):
        return [
            *(str(case.path), "--format", case.format, "--seconds", f"{options.seconds:g}"),
            *("--threads", str(options.threads), "--seed", str(seed), "--json", "--out", str(out)),
        ]


def main():
    options = arguments()
    chosen = [case for case in cases() if is_chosen(case, options)]
    if not chosen:
        sys.exit("no instance of the set fits --kinds and --instances")
    engines = engines_of(options)
    options.out.mkdir(parents=True, exist_ok=True)
    path = results.file_of(options.out, options.seconds)
    known = {} if options.fresh else {results.key(run): run for run in results.load(path)}
    plan = [(seed, case, engine) for seed in options.seeds for case in chosen for engine in engines]
    to_do = sum(key_of(*one, options) not in known for one in plan)
    say(
        f"{len(chosen)} instances, {len(options.seeds)} seeds, {' and '.join(e.shown for e in engines)}: "
        f"{to_do} of {len(plan)} runs to do, {to_do * options.seconds / 60:.0f} min at most"
    )
    interrupted = False
    try:
        progress(plan, known, path, options)
    except KeyboardInterrupt:
        interrupted = True
        say("interrupted: the same command goes on from here")
    runs = results.load(path)
    if runs:
        table = options.out / f"table-{options.seconds:g}s.md"
        table.write_text(report.table(runs, options.seconds), encoding="utf-8")
        print(report.summary(runs))
        say(f"the table is in {process.relative(table)}")
    wrong = [run for run in results.latest(runs)[0] if run["faults"] or run["doubt"]]
    for run in wrong:
        say(f"WRONG: {run['engine']} {run['instance']} seed {run['seed']}: {(run['faults'] or [run['doubt']])[0]}")
    sys.exit(130 if interrupted else 1 if wrong else 0)


def progress(plan, known, path, options):
    """Makes the runs that are not there, and says how they go."""
    origin = {"machine": process.machine(), "commit": process.commit()}
    # Seeds are shown with the gaps of all; the mean of a kind is over its instances.
    gaps = defaultdict(lambda: defaultdict(list))
    for at, (seed, case, engine) in enumerate(plan, 1):
        run = known.get(key_of(seed, case, engine, options))
        is_new = run is None
        if is_new:
            run = {**plan_once(engine, case, options, seed), **origin}
            results.append(path, run)
        kind = gaps[engine.name, case.kind]
        kind[case.name].append(run["gap"])
        if is_new:
            mean = statistics.fmean(statistics.fmean(of_case) for of_case in kind.values())
            say(f"[{at:>{len(str(len(plan)))}}/{len(plan)}] {line(run)}  {case.kind} so far {mean:.2f} % ({len(kind)})")


def plan_once(engine, case, options, seed):
    """One run, measured and judged, as it is kept."""
    with tempfile.TemporaryDirectory(prefix="weft-bench-") as folder:
        out = Path(folder) / "answer.json"
        command = engine.arguments(case, options, seed, out)
        done = process.run([*engine.command, *command], options.seconds + KILL_S)
        has_answer = out.exists()
        found = process.judged(case.path, case.format, out) if has_answer else {"faults": []}
    said = done.json()
    faults = list(found["faults"])
    # A plan that is right but not the one it speaks of is not trusted either.
    for name in ("objective", "lower_bound", "operations"):
        if has_answer and not found["faults"] and said.get(name) != found[name]:
            faults.append(f"it says {name} {said.get(name)}, but its answer has {found[name]}")
    if not has_answer and said.get("objective") is not None:
        faults.append(f"it says objective {said['objective']}, but there is no answer")
    objective = found.get("objective") if not (faults or done.trouble()) else None
    bound = found.get("lower_bound") if objective is not None else said.get("lower_bound")
    doubt = doubt_of(case, objective, bound)
    shown = [part.replace(str(case.path), process.relative(case.path)) for part in command[:-1]]
    return {
        "engine": engine.name,
        "build": engine.build,
        "instance": case.name,
        "kind": case.kind,
        "size": case.size,
        "seed": seed,
        "seconds": options.seconds,
        "threads": options.threads,
        "objective": objective,
        "lower_bound": bound,
        "best_known": case.upper_bound,
        "best_known_bound": case.lower_bound,
        "gap": round(results.gap(objective, case.upper_bound), 4),
        "proved": objective is not None and objective == bound and not doubt,
        "wall_s": round(done.wall_s, 3),
        "cpu_s": round(done.cpu_s, 3),
        "peak_mib": round(done.peak_mib, 1),
        "late": options.seconds + LATE_S < done.wall_s,
        "faults": faults,
        "doubt": doubt,
        "trouble": done.trouble(),
        "command": " ".join([engine.shown, *shown, "answer.json"]),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def doubt_of(case, objective, bound):
    """What cannot be if the table of best known values is right; None as a rule."""
    if bound is not None and case.upper_bound < bound:
        return f"the lower bound {bound} is above a plan that is known, {case.upper_bound}"
    if None not in (objective, case.lower_bound) and objective < case.lower_bound:
        return f"the objective {objective} is below what was proved, {case.lower_bound}"
    return None


def line(run):
    """A run in a line."""
    engine = f"{run['engine']:<5} {run['instance']} seed {run['seed']}"
    value = "no plan" if run["objective"] is None else f"{run['objective']}, gap {run['gap']:.2f} %"
    notes = [
        *(["proved"] if run["proved"] else []),
        *(["LATE"] if run["late"] else []),
        *([f"WRONG: {run['faults'][0]}"] if run["faults"] else []),
        *([f"DOUBTFUL: {run['doubt']}"] if run["doubt"] else []),
        *([run["trouble"]] if run["trouble"] else []),
    ]
    return "; ".join([f"{engine}: {value}  {run['wall_s']:.2f} s, {run['peak_mib']:.0f} MiB", *notes])


def key_of(seed, case, engine, options):
    names = {"engine": engine.name, "build": engine.build, "threads": options.threads}
    return results.key({**names, "instance": case.name, "seed": seed})


def engines_of(options):
    program = options.weft.resolve()
    if not program.is_file():
        sys.exit(f"there is no {options.weft}\n   help: run make, or name the program with --weft")
    shown = process.relative(options.weft)
    engines = [Engine("weft", [str(program), "plan"], f"{shown} plan", process.fingerprint(program))]
    if options.with_cpsat:
        python = process.python_with("ortools")
        if python is None:
            sys.exit(process.missing("ortools"))
        script = Path(__file__).with_name("cpsat.py")
        build = f"ortools {process.version(python, 'ortools')}, model {process.fingerprint(script)}"
        engines.append(Engine("cpsat", [python, str(script)], "bench/plan/cpsat.py", build))
    return engines


def is_chosen(case, options):
    fits = not options.instances or any(fnmatch.fnmatch(case.name, glob) for glob in options.instances)
    return fits and case.kind in options.kinds


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words = lambda text: [word for word in text.split(",") if word]
    parser.add_argument("--weft", type=Path, default=Path("target/release/weft"), metavar="PROGRAM")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=lambda text: [int(word) for word in words(text)], default=[1, 2, 3])
    parser.add_argument("--kinds", type=words, default=list(KINDS), help=",".join(KINDS))
    parser.add_argument("--instances", type=words, default=[], metavar="GLOB", help="such as 'ta*,ft06'")
    parser.add_argument("--with-cpsat", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="run again what is there")
    parser.add_argument("--out", type=Path, default=results.RESULTS, metavar="FOLDER")
    options = parser.parse_args()
    for kind in set(options.kinds) - set(KINDS):
        parser.error(f"there is no kind {kind}; there are {', '.join(KINDS)}")
    return options


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
