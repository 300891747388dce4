#!/usr/bin/env python3
"""Makes the table of the runs that are there.

    bench/plan/report.py [--out bench/plan/results]

Writes `table-<seconds>s.md` for each time limit. Standard library only.
"""

import argparse
import statistics
from pathlib import Path

import results
from instances import KINDS, cases
from results import ENGINES, NAMES


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=results.RESULTS, metavar="FOLDER")
    folder = parser.parse_args().out
    for seconds in results.limits(folder):
        runs = results.load(results.file_of(folder, seconds))
        path = folder / f"table-{seconds:g}s.md"
        path.write_text(table(runs, seconds), encoding="utf-8")
        print(f"{path}\n\n{summary(runs)}")


def table(runs, seconds):
    """The whole page: how it was measured, per kind, against each other, per instance."""
    kept, dropped = results.latest(runs)
    parts = [f"# Runs of {seconds:g} seconds", origin(kept, dropped), summary(runs)]
    faulty = [run for run in kept if run["faults"] or run["doubt"] or run["trouble"]]
    if faulty:
        rows = [
            [NAMES[run["engine"]], run["instance"], run["seed"], (run["faults"] or [run["doubt"] or run["trouble"]])[0]]
            for run in faulty
        ]
        parts += ["## What went wrong", markdown(["engine", "instance", "seed", "what"], rows)]
    found = results.by_instance(kept)
    for kind, (_, title) in KINDS.items():
        rows = [row for case in cases() if case.kind == kind for row in instance_rows(case, found)]
        if rows:
            parts += [f"## {title.capitalize()}", markdown(instance_heads(found), rows)]
    return "\n\n".join(parts) + "\n"


def origin(runs, dropped):
    """Where the figures come from: machine, code, command."""
    lines = []
    for engine in ENGINES:
        of_engine = [run for run in runs if run["engine"] == engine]
        if not of_engine:
            continue
        newest = of_engine[-1]
        days = sorted({run["at"][:10] for run in of_engine})
        machines = sorted({run["machine"] for run in of_engine})
        commits = sorted({run["commit"] for run in of_engine})
        # Less than the number of threads shows that the machine had something else to do.
        used = sum(run["cpu_s"] for run in of_engine) / sum(run["wall_s"] for run in of_engine)
        lines.append(
            f"- {NAMES[engine]}, build {newest['build']}, commit {' and '.join(commits)}, {newest['threads']} threads "
            f"({used:.2f} processors used), {len(of_engine)} runs, {' to '.join(dict.fromkeys([days[0], days[-1]]))}: "
            f"{'; '.join(machines)}; such as `{newest['command']}`"
        )
    if dropped:
        lines.append(f"- {dropped} runs of other builds, of other numbers of threads, or repeated are left out.")
    return "\n".join(lines)


def summary(runs):
    """Per kind and engine the gaps of the median runs, then who was better where."""
    found = results.by_instance(results.latest(runs)[0])
    heads = ["kind", "engine", "instances", "seeds", "mean gap %", "median %", "worst %", "no plan"]
    heads += ["proved", "at best known", "late runs", "peak MiB"]
    rows = []
    for kind in KINDS:
        for engine in (engine for engine in ENGINES if engine in found):
            of_kind = [of for of in found[engine].values() if of[0]["kind"] == kind]
            if of_kind:
                rows.append([kind, NAMES[engine], *kind_row(of_kind)])
    parts = [markdown(heads, rows)]
    if all(engine in found for engine in ENGINES):
        parts.append(markdown(*against(found)))
    return "\n\n".join(parts)


def kind_row(of_kind):
    """The figures of a kind; `of_kind`: per instance its runs, best first."""
    medians = [results.median_run(runs) for runs in of_kind]
    gaps = [run["gap"] for run in medians]
    everything = [run for runs in of_kind for run in runs]
    seeds = sorted({len(runs) for runs in of_kind})
    return [
        len(of_kind),
        " to ".join(dict.fromkeys([str(seeds[0]), str(seeds[-1])])),
        f"{results.mean_gap(medians):.2f}",
        f"{statistics.median(gaps):.2f}",
        f"{max(gaps):.2f}",
        sum(run["objective"] is None for run in medians),
        sum(run["proved"] for run in medians),
        sum(run["objective"] is not None and run["objective"] <= run["best_known"] for run in medians),
        sum(run["late"] for run in everything),
        f"{max(run['peak_mib'] for run in everything):.0f}",
    ]


def against(found):
    """Weftline against CP-SAT by instance: the better median run wins."""
    rows = []
    for kind in [*KINDS, "all"]:
        names = [
            name
            for name, runs in found["weft"].items()
            if name in found["cpsat"] and kind in (runs[0]["kind"], "all")
        ]
        outcomes = [outcome(name, found) for name in names]
        if names:
            counts = [outcomes.count(word) for word in ("win", "equal", "loss")]
            rows.append([kind, len(names), *counts, f"{100 * counts[0] / len(names):.0f}"])
    return ["Weftline against CP-SAT", "instances", "wins", "equal", "losses", "wins %"], rows


def outcome(name, found):
    """Whose median run is better; no plan is worse than any."""
    ours, theirs = (results.median_run(found[engine][name])["objective"] for engine in ENGINES)
    if ours == theirs:
        return "equal"
    return "win" if theirs is None or (ours is not None and ours < theirs) else "loss"


def instance_heads(found):
    heads = ["instance", "size", "best known"]
    for engine in (engine for engine in ENGINES if engine in found):
        name = NAMES[engine]
        heads += [f"{name}: median", "gap %", "least to most %", "lower bound", "s", "MiB"]
    return heads + (["outcome"] if all(engine in found for engine in ENGINES) else [])


def instance_rows(case, found):
    """One row, or none when the instance was not run."""
    if not any(case.name in instances for instances in found.values()):
        return []
    known = f"{case.upper_bound}" if case.lower_bound == case.upper_bound else None
    row = [case.name, case.size, known or f"{case.lower_bound or '?'} to {case.upper_bound}"]
    for engine in (engine for engine in ENGINES if engine in found):
        runs = found[engine].get(case.name)
        if not runs:
            row += [""] * 6
            continue
        middle = results.median_run(runs)
        row += [
            "no plan" if middle["objective"] is None else f"{middle['objective']}{' *' if middle['proved'] else ''}",
            f"{middle['gap']:.2f}",
            f"{runs[0]['gap']:.2f} to {runs[-1]['gap']:.2f}" if 1 < len(runs) else "",
            "" if middle["lower_bound"] is None else middle["lower_bound"],
            f"{max(run['wall_s'] for run in runs):.2f}",
            f"{max(run['peak_mib'] for run in runs):.0f}",
        ]
    if all(engine in found for engine in ENGINES):
        is_both = all(case.name in found[engine] for engine in ENGINES)
        row.append(outcome(case.name, found) if is_both else "")
    return [row]


def markdown(heads, rows):
    """A table; columns of figures to the right."""
    texts = [[str(cell).replace("|", "/") for cell in row] for row in rows]
    is_figure = [
        any(row[at][:1].isdigit() or row[at][:1] == "-" for row in texts)
        and all(not row[at] or row[at][:1] in "-0123456789?" or row[at] == "no plan" for row in texts)
        for at in range(len(heads))
    ]
    rule = ["---:" if figure else "---" for figure in is_figure]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, rule, *texts])


if __name__ == "__main__":
    main()
