#!/usr/bin/env python3
"""A host played by pysparkplug, code that is not ours.

It waits for the birth of a machine, sends it one job order, waits until that is reported as ended with
all pieces good, clears it, and ends with exit code 0. It resolves aliases from the birth.
"""

import queue
import time

import pysparkplug as psp

from common import COMMAND, RESPONSE, arguments, fail, parse, say


def main():
    parser = arguments(__doc__)
    parser.add_argument("--host-id", default="interop", help="Sparkplug host application id")
    parser.add_argument("--job-order", default="interop/op/1", help="the job order to send")
    parser.add_argument("--quantity", type=int, default=5, help="pieces of the job order")
    args = parse(parser)
    inbox = queue.Queue()
    client = psp.Client(client_id=f"interop-{args.host_id}")
    address = {"group_id": args.group, "edge_node_id": args.node}
    state = psp.Topic(message_type=psp.MessageType.STATE, sparkplug_host_id=args.host_id)

    def state_message(online):
        payload = psp.State(timestamp=started, online=online)
        return psp.Message(state, payload, psp.QoS.AT_LEAST_ONCE, True)

    def listen(verb, **more):
        topic = psp.Topic(message_type=verb, **address, **more)
        client.subscribe(topic, psp.QoS.AT_MOST_ONCE, lambda _, message: inbox.put(message))

    def command(verb, metrics, **more):
        now = psp.get_current_timestamp()
        kind = psp.NCmd if verb == psp.MessageType.NCMD else psp.DCmd
        metrics = tuple(psp.Metric(now, name, dtype, value=value) for name, dtype, value in metrics)
        topic = psp.Topic(message_type=verb, **address, **more)
        message = psp.Message(topic, kind(now, metrics), psp.QoS.AT_MOST_ONCE, False)
        client.publish(message, include_dtypes=True)

    started = psp.get_current_timestamp()
    client.set_will(state_message(False))
    for verb in (psp.MessageType.NBIRTH, psp.MessageType.NDATA, psp.MessageType.NDEATH):
        listen(verb)
    for verb in (psp.MessageType.DBIRTH, psp.MessageType.DDATA, psp.MessageType.DDEATH):
        listen(verb, device_id=args.device)

    def connected(_client):
        client.publish(state_message(True))
        rebirth = ("Node Control/Rebirth", psp.DataType.BOOLEAN, True)
        command(psp.MessageType.NCMD, [rebirth])

    client.connect(args.host, port=args.port, keepalive=20, callback=connected)
    string = psp.DataType.STRING
    deadline = time.monotonic() + args.timeout
    ordered, states = False, []
    while True:
        try:
            message = inbox.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            fail(f"no end of the job order in time; states seen: {states}")
        values = {one.name: one.value for one in message.payload.metrics}
        kind = message.topic.message_type
        say(f"{kind} {[name for name, value in values.items() if value is not None]}")
        if kind == psp.MessageType.DBIRTH:
            missing = [name for name in ("Method", "JobOrderID", "Quantity") if COMMAND + name not in values]
            if missing:
                fail(f"the birth has no metrics {missing}")
            if not ordered:
                ordered = True
                command(psp.MessageType.DCMD, [
                    (COMMAND + "Method", string, "StoreAndStart"),
                    (COMMAND + "JobOrderID", string, args.job_order),
                    (COMMAND + "WorkMaster", string, "Lapping"),
                    (COMMAND + "Quantity", psp.DataType.UINT32, args.quantity),
                    (COMMAND + "PlannedWorkMs", psp.DataType.INT64, 60_000),
                    (COMMAND + "SpansBreaks", psp.DataType.BOOLEAN, True),
                    (COMMAND + "Parameters", string, "programme=P%201"),
                ], device_id=args.device)
        elif kind == psp.MessageType.DDATA and values.get(RESPONSE + "JobOrderID") == args.job_order:
            state_now = values[RESPONSE + "State"]
            states.append(state_now)
            if state_now == "Aborted":
                fail(f"aborted: {values[RESPONSE + 'Reason']}")
            if state_now == "Ended":
                if values[RESPONSE + "Good"] != args.quantity:
                    fail(f"{values[RESPONSE + 'Good']} good pieces instead of {args.quantity}")
                break
    command(psp.MessageType.DCMD, [
        (COMMAND + "Method", string, "Clear"),
        (COMMAND + "JobOrderID", string, args.job_order),
    ], device_id=args.device)
    client.publish(state_message(False))
    time.sleep(0.2)
    client.disconnect()
    say("done")


if __name__ == "__main__":
    main()
