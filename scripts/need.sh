#!/usr/bin/env bash
# Says what is missing and how to get it.   usage: scripts/need.sh rust|node|python…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=0

# no WHAT HOW: notes that something is missing.
no() {
    printf 'missing: %s\n   help: %s\n' "$1" "$2" >&2
    missing=1
}

# at_least HAVE WANTED: whether a dotted version is new enough.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

rust() {
    local wanted have
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    if ! command -v cargo >/dev/null; then
        no "Rust" "install it with rustup (https://rustup.rs), $wanted or newer"
        return
    fi
    have=$(cargo --version | cut -d ' ' -f 2)
    at_least "${have%%-*}" "$wanted" || no "Rust $wanted or newer; this is $have" "run: rustup update"
    # SQLite is built from its C sources.
    command -v cc >/dev/null || no "a C compiler" "Debian, Ubuntu: apt-get install gcc libc6-dev; macOS: xcode-select --install"
}

node() {
    local wanted have
    wanted=$(sed -n 's/^ *"node": ">=\(.*\)"$/\1/p' console/package.json)
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        no "Node and npm" "install Node (https://nodejs.org), $wanted or newer; it brings npm along"
        return
    fi
    have=$(command node --version)
    at_least "${have#v}" "$wanted" || no "Node $wanted or newer; this is $have" "install a newer one: https://nodejs.org"
}

python() {
    "${PYTHON:-python3}" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2>/dev/null ||
        no "Python 3.9 or newer, with venv" "Debian, Ubuntu: apt-get install python3-venv; or name one in PYTHON"
}

for tool in "$@"; do
    "$tool"
done
exit "$missing"
