#!/bin/sh
# Makes a Python environment outside the checkout.   usage: scripts/venv.sh NAME REQUIREMENTS
# Works again at any time: what is there and right is kept.
#   WEFT_CACHE   where to put it; default: ~/.cache/weftline
set -eu
name=$1
wanted=$2
cache=${WEFT_CACHE:-$HOME/.cache/weftline}/venv
python=${PYTHON:-python3}
venv=$cache/$name

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || {
    echo "venv.sh: $python is missing or older than 3.9; install Python or set PYTHON" >&2
    exit 1
}
if [ -x "$venv/bin/python" ] && cmp -s "$wanted" "$venv/installed.txt"; then
    echo "$venv is up to date"
    exit
fi
echo "making $venv"
mkdir -p "$cache"
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
# Last, so that an install that was interrupted is done again.
cp "$wanted" "$venv/installed.txt"
