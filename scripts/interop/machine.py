#!/usr/bin/env python3
"""A machine played by pysparkplug, code that is not ours.

It introduces itself with the job metrics, takes job orders, reports them as running and then as ended
with all pieces good, and ends with exit code 0 once so many job orders have been cleared.
"""

import queue
import time

import pysparkplug as psp

from common import COMMAND, RESPONSE, arguments, fail, parse, say, utc_now

TYPES = {
    COMMAND + "Method": psp.DataType.STRING,
    COMMAND + "JobOrderID": psp.DataType.STRING,
    COMMAND + "WorkMaster": psp.DataType.STRING,
    COMMAND + "Quantity": psp.DataType.UINT32,
    COMMAND + "PlannedWorkMs": psp.DataType.INT64,
    COMMAND + "SpansBreaks": psp.DataType.BOOLEAN,
    COMMAND + "Parameters": psp.DataType.STRING,
    RESPONSE + "JobOrderID": psp.DataType.STRING,
    RESPONSE + "State": psp.DataType.STRING,
    RESPONSE + "StateTime": psp.DataType.DATETIME,
    RESPONSE + "StartTime": psp.DataType.DATETIME,
    RESPONSE + "Progress": psp.DataType.DOUBLE,
    RESPONSE + "Good": psp.DataType.UINT32,
    RESPONSE + "Scrap": psp.DataType.UINT32,
    RESPONSE + "Rework": psp.DataType.UINT32,
    RESPONSE + "Reason": psp.DataType.STRING,
    "Machine/State": psp.DataType.STRING,
    "Counter/Good": psp.DataType.UINT64,
}


def metric(name, value):
    return psp.Metric(psp.get_current_timestamp(), name, TYPES[name], value=value)


class Machine:
    def __init__(self, args):
        self.args = args
        self.inbox = queue.Queue()
        self.jobs = {}
        self.work = []
        self.cleared = 0
        self.good = 0
        self.node = psp.EdgeNode(
            args.group,
            args.node,
            [psp.Metric(0, "Node Control/Rebirth", psp.DataType.BOOLEAN, value=False)],
            cmd_callback=lambda _node, message: self.inbox.put(("node", message.payload.metrics)),
        )
        born = [metric(name, None) for name in TYPES]
        self.device = psp.Device(
            args.device,
            born,
            cmd_callback=lambda _node, message: self.inbox.put(("device", message.payload.metrics)),
        )
        self.device.update([metric("Machine/State", "up"), metric("Counter/Good", 0)])
        self.node.register(self.device)

    def connect(self):
        self.node.connect(self.args.host, port=self.args.port, keepalive=20)

    def run(self):
        self.connect()
        say("born")
        deadline = time.monotonic() + self.args.timeout
        while self.cleared < self.args.jobs or self.args.jobs == 0:
            if self.args.jobs and deadline < time.monotonic():
                fail(f"{self.cleared} of {self.args.jobs} job orders cleared in time")
            try:
                whom, metrics = self.inbox.get(timeout=0.02)
            except queue.Empty:
                self.step()
                continue
            values = {one.name: one.value for one in metrics}
            if whom == "device":
                self.command(values)
            elif values.get("Node Control/Rebirth"):
                self.rebirth()
        # A device death first: pysparkplug puts the bdSeq of the next connection into the NDEATH it
        # publishes at a clean disconnect, so hosts that keep to the rules ignore that one.
        self.node.deregister(self.args.device)
        time.sleep(0.2)
        self.node.disconnect()

    def rebirth(self):
        """pysparkplug gives births only when it connects."""
        say("rebirth")
        self.node.disconnect()
        self.connect()

    def command(self, values):
        method, job_order = values[COMMAND + "Method"], values[COMMAND + "JobOrderID"]
        say(f"{method} {job_order}")
        job = self.jobs.get(job_order)
        if method == "Clear":
            if self.jobs.pop(job_order, None):
                self.cleared += 1
        elif job is None and method in ("Store", "StoreAndStart"):
            job = {
                "id": job_order,
                "quantity": values[COMMAND + "Quantity"],
                "state": "AllowedToStart" if method == "StoreAndStart" else "NotAllowedToStart",
                "time": utc_now(),
                "start": None,
            }
            self.jobs[job_order] = job
            self.report(job)
        elif job is None:
            self.report({"id": job_order, "quantity": 0, "state": "Aborted", "time": utc_now(),
                         "start": None, "reason": "no such job order"})
        else:
            into = {("Start", "NotAllowedToStart"): "AllowedToStart", ("Pause", "Running"): "Interrupted",
                    ("Resume", "Interrupted"): "Running"}.get((method, job["state"]))
            if method == "Abort" and job["state"] not in ("Ended", "Aborted"):
                into = "Aborted"
            if into:
                self.into(job, into)
            else:
                self.report(job)

    def step(self):
        """Starts what may start, one job order at a time, and ends what has run long enough."""
        running = [job for job in self.jobs.values() if job["state"] in ("Running", "Interrupted")]
        for job in running:
            if job["state"] == "Running" and self.args.seconds <= (utc_now() - job["start"]).total_seconds():
                self.good += job["quantity"]
                self.node.update_device(self.args.device, [metric("Counter/Good", self.good)])
                self.into(job, "Ended")
        ready = [job for job in self.jobs.values() if job["state"] == "AllowedToStart"]
        if ready and not running:
            ready[0]["start"] = utc_now()
            self.into(ready[0], "Running")

    def into(self, job, state):
        job["state"], job["time"] = state, utc_now()
        self.report(job)

    def report(self, job):
        say(f"{job['id']} {job['state']}")
        ended = job["state"] == "Ended"
        values = {
            "JobOrderID": job["id"],
            "State": job["state"],
            "StateTime": job["time"],
            "StartTime": job["start"],
            "Progress": 1.0 if ended else 0.0,
            "Good": job["quantity"] if ended else 0,
            "Scrap": 0,
            "Rework": 0,
            "Reason": job.get("reason", ""),
        }
        metrics = [metric(RESPONSE + name, value) for name, value in values.items()]
        self.node.update_device(self.args.device, metrics)


def main():
    parser = arguments(__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="end after so many job orders; 0: never")
    parser.add_argument("--seconds", type=float, default=0.2, help="how long the work on one takes")
    Machine(parse(parser)).run()
    say("done")


if __name__ == "__main__":
    main()
