#!/usr/bin/env python3
"""What each part of the searches is good for: the mean gap with all parts, and without each of them.

    cargo build --release -p weft-plan --examples
    bench/plan/ablation.py --program target/release/examples/instance [--seconds 10] [--out bench/plan/results]

Plans a few hard instances of each kind with the example `instance` (two threads, seed 1), once whole and once without each
part that the kind has. The example judges its plans itself; a fault fails the command. Writes ablation.md.
"""

import argparse
import re
import statistics
import subprocess
import sys
from pathlib import Path

import instances
import process

# For each kind the instances, a hard one or two of each family, and the parts it has.
PLAN = {
    "jobshop": (
        "la29 swv07 swv12 ta21 ta41 dmu42 dmu54 dmu72",
        "long-moves relinking simulations beams proofs",
    ),
    "flexible-jobshop": ("mk10 dpp13a la30_edata abz7_rdata", "other-machines machine-prices long-moves relinking"),
    "rcpsp": ("j60_13_1 j90_13_1 j120_11_2 j120_26_1 j120_46_5 RG300_121", "justification crossover"),
    "mmrcpsp": ("J50_12_1 J100_12_1 J100_46_4", "choosing-modes justification crossover"),
    "sdst-flowshop": ("sdst_55 sdst_95 sdst_175 sdst_215", "rest-improvement whole-improvement"),
}


def main():
    options = arguments()
    program = options.program.resolve()
    if not program.is_file():
        sys.exit(f"there is no {options.program}\n   help: run cargo build --release -p weft-plan --examples")
    cases = {case.name: case for case in instances.cases()}
    runs = sum(len(names.split()) * (1 + len(parts.split())) for names, parts in PLAN.values())
    print(f"{runs} runs, {runs * options.seconds / 60:.0f} min at most", flush=True)
    rows = []
    for kind, (names, parts) in PLAN.items():
        chosen = [cases[name] for name in names.split()]
        whole = mean_gap(program, chosen, None, options.seconds)
        rows.append((kind, "", whole, None))
        say(rows[-1])
        for part in parts.split():
            gap = mean_gap(program, chosen, part, options.seconds)
            rows.append((kind, part, gap, gap - whole))
            say(rows[-1])
    text = table(rows, options)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "ablation.md").write_text(text, encoding="utf-8")
    print(text)


def mean_gap(program, chosen, part, seconds):
    command = [str(program), str(seconds), *(["--without", part] if part else [])]
    command += [str(case.path) for case in chosen]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.findall(r"makespan (\d+), no plan is below \d+, (\d+) faults", said)
    if len(found) != len(chosen) or any(faults != "0" for _, faults in found):
        sys.exit(f"{' '.join(command)} said:\n{said}")
    gaps = [100 * (int(it[0]) / case.upper_bound - 1) for it, case in zip(found, chosen)]
    return statistics.mean(gaps)


def say(row):
    kind, part, gap, more = row
    print(f"{kind:17} {('without ' + part) if part else 'whole':28} {gap:6.2f} %", flush=True)


def table(rows, options):
    lines = [
        "# What each part is good for",
        "",
        f"`bench/plan/ablation.py --program {process.relative(options.program)} --seconds {options.seconds:g}`, "
        f"commit {process.commit()}: {process.machine()}. Two threads, one seed.",
        "",
        "| kind | instances | without | mean gap % | worse by |",
        "| --- | --- | --- | ---: | ---: |",
    ]
    for kind, part, gap, more in rows:
        names = "" if part else PLAN[kind][0]
        worse = "" if more is None else f"{more:+.2f}"
        lines.append(f"| {kind if not part else ''} | {names} | {part} | {gap:.2f} | {worse} |")
    return "\n".join(lines) + "\n"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", type=Path, default=Path("target/release/examples/instance"))
    parser.add_argument("--seconds", type=float, default=10.0, help="for each instance")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
