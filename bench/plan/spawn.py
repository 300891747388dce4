"""Runs a command and writes seconds, processor seconds, peak memory (as the system counts it) and exit code.

    spawn.py FD COMMAND [ARGUMENT ...]

A program of its own, because a process counts the memory of the one that it was started by, up to then; this one
is as small as Python can be (`python3 -I -S`).
"""

import os
import sys
import time

report = int(sys.argv[1])
os.set_inheritable(report, False)
command = sys.argv[2:]
begun = time.monotonic()
_, status, usage = os.wait4(os.posix_spawnp(command[0], command, os.environ), 0)
wall = time.monotonic() - begun
code = os.waitstatus_to_exitcode(status)
os.write(report, f"{wall} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss} {code}".encode())
