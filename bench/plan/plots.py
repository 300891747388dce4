#!/usr/bin/env python3
"""Draws what was measured, as SVG beside the runs. Draws what there is and says what is missing.

    bench/plan/plots.py [--only gaps|time|grow] [--out bench/plan/results]

- gap-<seconds>s.svg: mean gap per kind, Weftline beside CP-SAT, for each time limit;
- gap-over-time.svg: mean gap per kind against the time limit, over the instances that were run at all limits;
- grow.svg: seconds and memory of the first plan against the number of operations, by grow.py.

Needs matplotlib: `scripts/setup.sh bench` installs it where this finds it.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import process
import results
from instances import KINDS
from results import ENGINES, NAMES

# Two colours of the palette of Okabe and Ito, which people tell apart however they see colours; a hatch, a
# marker or a dash tells them apart too.
COLOURS = {"weft": "#0072B2", "cpsat": "#E69F00"}
HATCHES = {"weft": "", "cpsat": "///"}
STYLES = {"weft": {"marker": "o", "linestyle": "-"}, "cpsat": {"marker": "s", "linestyle": "--"}}
STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    # Text that can be read and searched, and the same file for the same figures.
    "svg.fonttype": "none",
    "svg.hashsalt": "weftline",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["gaps", "time", "grow"])
    parser.add_argument("--out", type=Path, default=results.RESULTS, metavar="FOLDER")
    options = parser.parse_args()
    plt = matplotlib()
    if plt is None:
        print(f"no plots: {process.missing('matplotlib')}", file=sys.stderr)
        return
    plt.rcParams.update(STYLE)
    draws = {"gaps": draw_gaps, "time": draw_time, "grow": draw_growth}
    for name, draw in draws.items():
        if options.only in (None, name):
            draw(plt, options.out)


def matplotlib():
    """matplotlib.pyplot, if need be in the Python of scripts/setup.sh; None when no Python has it."""
    try:
        import matplotlib as library
    except ImportError:
        python = process.python_with("matplotlib")
        if python is None:
            return None
        os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])
    library.use("svg")
    import matplotlib.pyplot as plt

    return plt


def medians_of(folder, seconds):
    """Per engine and instance its median run."""
    found = results.by_instance(results.latest(results.load(results.file_of(folder, seconds)))[0])
    return {
        engine: {name: results.median_run(runs) for name, runs in found[engine].items()}
        for engine in ENGINES
        if engine in found
    }


def by_kind(medians, names):
    """Per kind the median runs of these instances."""
    runs = [medians[name] for name in names]
    kinds = {kind: [run for run in runs if run["kind"] == kind] for kind in KINDS}
    return {kind: of_kind for kind, of_kind in kinds.items() if of_kind}


def common(medians):
    """The instances that all of these have, in the order of the first."""
    first, *others = medians
    return [name for name in first if all(name in other for other in others)]


def draw_gaps(plt, folder):
    """Bars; a mean of a few instances shows how many they are."""
    limits = results.limits(folder)
    if not limits:
        say(f"no plot of gaps: no runs in {folder}; run.py makes them")
    for seconds in limits:
        medians = medians_of(folder, seconds)
        names = common(list(medians.values()))
        gaps = {engine: by_kind(of_engine, names) for engine, of_engine in medians.items()}
        kinds = list(next(iter(gaps.values())))
        if not kinds:
            say(f"no plot of gaps at {seconds:g} s: the engines have no instance in common")
            continue
        figure, axes = plt.subplots(figsize=(7, 3.2))
        width = 0.8 / len(gaps)
        for at, (engine, of_engine) in enumerate(gaps.items()):
            places = [k + (at - (len(gaps) - 1) / 2) * width for k in range(len(kinds))]
            means = [results.mean_gap(of_engine[kind]) for kind in kinds]
            look = {"color": COLOURS[engine], "hatch": HATCHES[engine], "edgecolor": "white", "linewidth": 0}
            bars = axes.bar(places, means, width * 0.92, label=NAMES[engine], **look)
            texts = [f"{mean:.2f}" if mean < 10 else f"{mean:.1f}" for mean in means]
            axes.bar_label(bars, texts, fontsize=8, padding=2)
        labels = [f"{KINDS[kind][1]}\n({len(gaps[next(iter(gaps))][kind])})" for kind in kinds]
        axes.set_xticks(range(len(kinds)), [label.replace(" with ", "\nwith ") for label in labels])
        axes.grid(axis="x", visible=False)
        axes.set_ylabel("mean gap to best known, %")
        axes.set_title(f"{seconds:g} s a run; median run; no plan counts as 100 %", fontsize=9, loc="left")
        axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
        axes.margins(y=0.1)
        save(plt, figure, folder / f"gap-{seconds:g}s.svg")


def draw_time(plt, folder):
    """One small plot per kind; needs runs of more than one limit."""
    limits = results.limits(folder)
    if len(limits) < 2:
        say("no plot of gap over time: it needs runs of two time limits, such as --seconds 10 and --seconds 60")
        return
    at_limit = [medians_of(folder, seconds) for seconds in limits]
    engines = [engine for engine in ENGINES if all(engine in medians for medians in at_limit)]
    names = common([medians[engine] for medians in at_limit for engine in engines] or [{}])
    if not names:
        say("no plot of gap over time: no instance was run at all time limits")
        return
    kinds = list(by_kind(at_limit[0][engines[0]], names))
    figure, all_axes = plt.subplots(1, len(kinds), figsize=(1.9 * len(kinds) + 0.6, 2.8), squeeze=False)
    for kind, axes in zip(kinds, all_axes[0]):
        drawn = []
        for engine in engines:
            gaps = [results.mean_gap(by_kind(medians[engine], names)[kind]) for medians in at_limit]
            drawn += gaps
            axes.plot(limits, gaps, color=COLOURS[engine], label=NAMES[engine], **STYLES[engine])
        axes.set_xscale("log")
        axes.set_xticks(limits, [f"{seconds:g}" for seconds in limits])
        axes.minorticks_off()
        axes.margins(x=0.15)
        # A plan better than the best known is below 0.
        axes.set_ylim(bottom=min(0, axes.get_ylim()[0]) if any(gap < 0 for gap in drawn) else 0)
        count = sum(at_limit[0][engines[0]][name]["kind"] == kind for name in names)
        axes.set_title(f"{KINDS[kind][1]} ({count})", fontsize=8, loc="left")
        axes.set_xlabel("time limit, s")
    all_axes[0][0].set_ylabel("mean gap to best known, %")
    handles, labels = all_axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=2, loc="outside upper right")
    save(plt, figure, folder / "gap-over-time.svg")


def draw_growth(plt, folder):
    """Two plots on logarithmic axes, with what would be proportional."""
    path = folder / "grow.json"
    if not path.exists():
        say(f"no plot of growth: no {path}; grow.py makes it")
        return
    rows = [row for row in json.loads(path.read_text(encoding="utf-8"))["rows"] if not row["trouble"]]
    if not rows:
        say("no plot of growth: nothing went well")
        return
    sizes = [row["operations"] for row in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 3.0))
    shown = ((left, "wall_s", "wall clock of the program, s"), (right, "peak_mib", "peak memory, MiB"))
    for axes, name, label in shown:
        values = [row[name] for row in rows]
        axes.plot(sizes, values, color=COLOURS["weft"], **STYLES["weft"], label="measured")
        proportional = [values[-1] * size / sizes[-1] for size in sizes]
        axes.plot(sizes, proportional, color="#777777", linewidth=0.8, linestyle=":", label="proportional")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(bottom=min(values) / 2)
        axes.set_xlabel("operations")
        axes.set_ylabel(label)
    left.legend(fontsize=8)
    save(plt, figure, folder / "grow.svg")


def save(plt, figure, path):
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    say(f"drew {path}")


def say(text):
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
