"""Runs a program and measures it, and says on what machine and on what code. Standard library only."""

import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from instances import ROOT

SPAWN = Path(__file__).with_name("spawn.py")
PER_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """What a program did. `exit` is negative when a signal ended it; `killed`: that was us, by the clock."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    exit: int
    killed: bool
    stdout: str
    stderr: str

    def json(self):
        """What it printed as JSON; empty when that is none."""
        try:
            found = json.loads(self.stdout)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def trouble(self):
        """Why it did not do what it should, in a line; None when it ended well."""
        if self.killed:
            return "killed: it did not end by itself"
        if self.exit != 0:
            said = self.stderr.strip().splitlines()
            return f"ended with {self.exit}" + (f": {said[0][:200]}" if said else "")
        return None


def run(command, seconds_max):
    """Runs a command to its end, or kills it after so long.

    Seconds are wall clock from start to end, as seen from outside. Peak memory is what the operating system
    counts; what a program needs less than the interpreter that starts it, some 10 MiB, cannot be told.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as report:
        spawn = [sys.executable, "-I", "-S", str(SPAWN), str(report.fileno())]
        begun = time.monotonic()
        process = subprocess.Popen(
            [*spawn, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=[report.fileno()],
            # A group of its own, to be killed as a whole and to be left alone by Ctrl-C.
            start_new_session=True,
        )
        killed = False
        try:
            process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            killed = True
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        wall = time.monotonic() - begun
        found = [float(word) for word in text_of(report).split()] or [wall, 0.0, 0.0, process.returncode]
        wall, cpu, peak, code = found
        return Run(wall, cpu, peak / PER_MIB, int(code), killed, text_of(out), text_of(err))


def text_of(file):
    file.seek(0)
    return file.read().decode(errors="replace")


def judged(path, format, answer):
    """What judge.py says of an answer. In a process of its own, so that this one stays small."""
    judge = Path(__file__).with_name("judge.py")
    command = [sys.executable, str(judge), str(path), format, str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        said = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        return {"objective": None, "lower_bound": None, "faults": [f"the judge failed: {said}"]}


def machine():
    """The machine in a line: processor, how many of them, memory, system."""
    model = platform.processor() or platform.machine()
    memory = ""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
        kib = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1])
        memory = f", {kib / 1024 / 1024:.0f} GiB"
    except (OSError, ValueError, IndexError):
        pass
    return f"{model}, {os.cpu_count()} processors{memory}, {platform.system()}"


def commit():
    """The commit that is checked out, with + when something that git keeps was changed since."""

    def git(*args):
        done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "crates", "Cargo.lock")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")


def fingerprint(program):
    """The same for the same program only."""
    return hashlib.sha256(Path(program).read_bytes()).hexdigest()[:12]


def relative(path):
    """As one would type it in the checkout; only the name for what lies elsewhere."""
    path = Path(os.path.abspath(path))
    return str(path.relative_to(ROOT)) if ROOT in path.parents else path.name


def python_with(module):
    """A Python that has a module: this one, or the one that `scripts/setup.sh bench` made; None if neither."""
    cache = Path(os.environ.get("WEFT_CACHE", Path.home() / ".cache" / "weftline"))
    for python in (sys.executable, str(cache / "venv" / "bench" / "bin" / "python")):
        check = [python, "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"]
        try:
            if subprocess.run(check, check=False).returncode == 0:
                return python
        except OSError:
            continue
    return None


def missing(module):
    """How to get a module that no Python has."""
    return f"missing: the Python package {module}\n   help: run scripts/setup.sh bench"


def version(python, module):
    """The version of a package that this Python has."""
    command = [python, "-c", f"import importlib.metadata as m; print(m.version({module!r}))"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def call(command):
    """Runs a command that speaks for itself; its failure is its own."""
    return subprocess.run(command, check=False).returncode
