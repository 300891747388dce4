#!/usr/bin/env python3
"""Runs a command several times and prints what each run took, as the operating system counted it.

    bench/measure.py [-n RUNS] COMMAND [ARGUMENT ...]

One run before the others is not counted. What the command prints is thrown away. Standard library only.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time


def measure(command):
    """One run: seconds on the clock, seconds of processor, peak memory in MiB."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    per_mib = 1024 * 1024 if sys.platform == "darwin" else 1024
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mib


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", "--runs", type=int, default=5)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("name a command to run")
    measure(arguments.command)
    rows = [measure(arguments.command) for _ in range(arguments.runs)]
    print(f"{' '.join(arguments.command)}: {arguments.runs} runs, {os.cpu_count()} processors")
    for name, unit, values in zip(("wall", "processor", "memory"), ("s", "s", "MiB"), zip(*rows)):
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"  {name:<10} {low:9.2f} {middle:9.2f} {high:9.2f} {unit}   (min, median, max)")


main()
