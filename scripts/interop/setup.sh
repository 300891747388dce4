#!/bin/sh
# Makes the Python environments for the Sparkplug interoperability tests, outside the checkout.
# Works again at any time: what is there and right is kept.
#   WEFT_CACHE   where to put them; default: ~/.cache/weftline
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

for name in pysparkplug mqtt-spb-wrapper; do
    "$here/../venv.sh" "$name" "$here/requirements-$name.txt"
done
