#!/usr/bin/env python3
"""A second host that is not ours, played by mqtt-spb-wrapper: it knows names only, no aliases, and sends
every whole number as Int64.

It waits for the birth of a machine, sends it one job order, waits until that is reported as ended with
all pieces good, clears it, and ends with exit code 0.
"""

import queue
import time

from mqtt_spb_wrapper import MqttSpbEntityScada

from common import COMMAND, RESPONSE, arguments, fail, parse, say


def main():
    parser = arguments(__doc__)
    parser.add_argument("--host-id", default="interop-names", help="name of the host")
    parser.add_argument("--job-order", default="interop/op/2", help="the job order to send")
    parser.add_argument("--quantity", type=int, default=5, help="pieces of the job order")
    args = parse(parser)
    inbox = queue.Queue()
    host = MqttSpbEntityScada(args.group, args.host_id)
    host.callback_birth = lambda topic, payload: inbox.put((topic, payload))
    host.callback_data = lambda topic, payload: inbox.put((topic, payload))
    if not host.connect(args.host, args.port, skip_death=True):
        fail(f"no broker at {args.host}:{args.port}")
    host.send_command("Node Control/Rebirth", True, args.node)
    deadline = time.monotonic() + args.timeout
    ordered, states = False, []
    while True:
        try:
            topic, payload = inbox.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            fail(f"no end of the job order in time; states seen: {states}")
        if topic.eon_name != args.node or topic.eon_device_name != args.device:
            continue
        values = {one["name"]: one.get("value") for one in payload.get("metrics", [])}
        say(f"{topic.message_type} {[name for name, value in values.items() if value is not None]}")
        if topic.message_type == "DBIRTH" and not ordered:
            ordered = True
            host.send_commands({
                COMMAND + "Method": "StoreAndStart",
                COMMAND + "JobOrderID": args.job_order,
                COMMAND + "WorkMaster": "Lapping",
                COMMAND + "Quantity": args.quantity,
                COMMAND + "PlannedWorkMs": 60_000,
                COMMAND + "SpansBreaks": True,
                COMMAND + "Parameters": "programme=P%201",
            }, args.node, args.device)
        elif values.get(RESPONSE + "JobOrderID") == args.job_order:
            states.append(values[RESPONSE + "State"])
            if states[-1] == "Aborted":
                fail(f"aborted: {values.get(RESPONSE + 'Reason')}")
            if states[-1] == "Ended":
                if values[RESPONSE + "Good"] != args.quantity:
                    fail(f"{values[RESPONSE + 'Good']} good pieces instead of {args.quantity}")
                break
    host.send_commands(
        {COMMAND + "Method": "Clear", COMMAND + "JobOrderID": args.job_order}, args.node, args.device
    )
    time.sleep(0.2)
    host.disconnect(skip_death_publish=True)
    say("done")


if __name__ == "__main__":
    main()
