"""What the interoperability scripts share: arguments, metric names, time. Standard library only."""

import argparse
import datetime
import sys
import time
import urllib.parse

COMMAND = "Job/Command/"
RESPONSE = "Job/Response/"


def arguments(description: str) -> argparse.ArgumentParser:
    """The arguments every script has: where the broker is, and the address of the machine."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", help="mqtt://HOST:PORT, instead of --host and --port")
    parser.add_argument("--host", default="127.0.0.1", help="host of the broker")
    parser.add_argument("--port", type=int, default=1883, help="port of the broker")
    parser.add_argument("--group", required=True, help="Sparkplug group id")
    parser.add_argument("--node", required=True, help="Sparkplug edge node id")
    parser.add_argument("--device", required=True, help="Sparkplug device id")
    parser.add_argument("--timeout", type=float, default=60.0, help="give up after so many seconds")
    return parser


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Reads the arguments; a URL goes before host and port."""
    args = parser.parse_args()
    if args.url:
        url = urllib.parse.urlparse(args.url)
        if url.scheme not in ("mqtt", "tcp") or not url.hostname:
            parser.error(f"--url {args.url}: write it as mqtt://HOST:PORT")
        args.host, args.port = url.hostname, url.port or 1883
    return args


def say(text: str) -> None:
    """One line on standard output, at once."""
    print(text, flush=True)


def fail(text: str) -> None:
    """Ends the program with a reason."""
    print(f"failed: {text}", file=sys.stderr, flush=True)
    sys.exit(1)


def utc_now() -> datetime.datetime:
    """Now, with a time zone, in whole milliseconds."""
    return datetime.datetime.fromtimestamp(int(time.time() * 1000) / 1000, datetime.timezone.utc)
