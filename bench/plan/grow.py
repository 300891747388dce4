#!/usr/bin/env python3
"""How the first plan grows with the size of the problem: seconds and memory from 100 to 1,000,000 operations.

    bench/plan/grow.py --weft target/release/weft [--runs 3] [--up-to 1000000] [--out bench/plan/results]

Draws random job shops into a temporary folder: every job visits every machine once, in random order, for 1 to 99
units of time; always the same ones. Runs `weft plan FILE --seconds 0 --threads 1` on each, so the time is that of
the whole program: start, reading, the first plan. Writes grow.json, grow.md and, with matplotlib, grow.svg. A run
more, not measured, writes the plan for the judge, up to --judge-up-to operations.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path

import process
import results
from report import markdown

# Jobs and machines: about three steps for each power of ten.
SIZES = [
    *((10, 10), (20, 10), (25, 20), (50, 20), (100, 20), (100, 50), (100, 100), (200, 100)),
    *((500, 100), (1000, 100), (1000, 200), (1000, 500), (1000, 1000)),
]
DURATION_MAX = 99
SEED = 1
KILL_S = 600.0


def main():
    options = arguments()
    program = options.weft.resolve()
    if not program.is_file():
        sys.exit(f"there is no {options.weft}\n   help: run make, or name the program with --weft")
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="weft-grow-") as folder:
        for jobs, machines in SIZES:
            if jobs * machines <= options.up_to:
                path = Path(folder) / f"{jobs}x{machines}.txt"
                draw(path, jobs, machines)
                rows.append(measure(program, path, jobs, machines, options))
                path.unlink()
                say(rows[-1])
    found = {
        "machine": process.machine(),
        "commit": process.commit(),
        "build": process.fingerprint(program),
        "command": f"{process.relative(options.weft)} {' '.join(command('FILE'))}",
        "rows": rows,
    }
    (options.out / "grow.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (options.out / "grow.md").write_text(table(found), encoding="utf-8")
    print(table(found))
    # In a process of its own: it may need another Python.
    plots = Path(__file__).with_name("plots.py")
    process.call([sys.executable, str(plots), "--only", "grow", "--out", str(options.out)])
    sys.exit(1 if any(row["trouble"] for row in rows) else 0)


def draw(path, jobs, machines):
    """Writes a random job shop, line by line: a million operations need not be in memory."""
    chance = random.Random(f"{SEED} {jobs} {machines}")
    order = list(range(machines))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{jobs} {machines}\n")
        for _ in range(jobs):
            chance.shuffle(order)
            pairs = (f"{machine} {chance.randint(1, DURATION_MAX)}" for machine in order)
            file.write(" ".join(pairs) + "\n")


def command(path, *more):
    return ["plan", str(path), "--format", "jobshop", "--seconds", "0", "--threads", "1", "--json", *more]


def measure(program, path, jobs, machines, options):
    """One size: the median of the runs, and what the judge says."""
    runs = [process.run([str(program), *command(path)], KILL_S) for _ in range(options.runs)]
    trouble = next((run.trouble() for run in runs if run.trouble()), None)
    is_judged = jobs * machines <= options.judge_up_to and not trouble
    if is_judged:
        out = path.with_name("answer.json")
        process.run([str(program), *command(path, "--out", str(out))], KILL_S)
        faults = process.judged(path, "jobshop", out)["faults"]
        trouble = f"WRONG: {faults[0]}" if faults else None
        out.unlink(missing_ok=True)
    walls = [run.wall_s for run in runs]
    return {
        "jobs": jobs,
        "machines": machines,
        "operations": jobs * machines,
        "wall_s": round(statistics.median(walls), 4),
        "wall_s_min": round(min(walls), 4),
        "wall_s_max": round(max(walls), 4),
        "peak_mib": round(statistics.median(run.peak_mib for run in runs), 1),
        "objective": runs[0].json().get("objective"),
        "judged": is_judged,
        "trouble": trouble,
    }


def table(found):
    heads = ["operations", "jobs x machines", "s", "least to most s", "us per operation", "peak MiB"]
    heads += ["makespan", "judged"]
    rows = [
        [
            f"{row['operations']:,}",
            f"{row['jobs']} x {row['machines']}",
            f"{row['wall_s']:.3f}",
            f"{row['wall_s_min']:.3f} to {row['wall_s_max']:.3f}",
            f"{1e6 * row['wall_s'] / row['operations']:.1f}",
            f"{row['peak_mib']:.0f}",
            row["trouble"] or row["objective"],
            "yes" if row["judged"] else "no",
        ]
        for row in found["rows"]
    ]
    origin = f"`{found['command']}`, commit {found['commit']}, build {found['build']}: {found['machine']}."
    return f"# The first plan of a job shop\n\n{origin}\n\n{markdown(heads, rows)}\n"


def say(row):
    print(
        f"{row['operations']:>9,} operations: {row['wall_s']:.3f} s, {row['peak_mib']:.0f} MiB"
        + (f"; {row['trouble']}" if row["trouble"] else ""),
        file=sys.stderr,
        flush=True,
    )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weft", type=Path, default=Path("target/release/weft"), metavar="PROGRAM")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--up-to", type=int, default=1_000_000, metavar="OPERATIONS")
    parser.add_argument("--judge-up-to", type=int, default=100_000, metavar="OPERATIONS")
    parser.add_argument("--out", type=Path, default=results.RESULTS, metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
