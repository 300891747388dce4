#!/bin/sh
# Makes the Python environments for the Sparkplug interoperability tests, outside the checkout.
# Works again at any time: what is there and right is kept.
#   WEFT_CACHE   where to put them; default: ~/.cache/weftline
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cache=${WEFT_CACHE:-$HOME/.cache/weftline}/venv
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || {
    echo "setup.sh: $python is missing or older than 3.9; install Python or set PYTHON" >&2
    exit 1
}

for name in pysparkplug mqtt-spb-wrapper; do
    wanted=$here/requirements-$name.txt
    venv=$cache/$name
    if [ -x "$venv/bin/python" ] && cmp -s "$wanted" "$venv/installed.txt"; then
        echo "$venv is up to date"
        continue
    fi
    echo "making $venv"
    mkdir -p "$cache"
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
    # Last, so that an install that was interrupted is done again.
    cp "$wanted" "$venv/installed.txt"
done
