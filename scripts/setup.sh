#!/usr/bin/env bash
# Installs what the tests need beside Rust and Node. Works again at any time: what is there is kept.
#   scripts/setup.sh            everything
#   scripts/setup.sh python     environments for the Sparkplug interoperability tests, in ~/.cache/weftline
#   scripts/setup.sh broker     mosquitto, an MQTT broker that is not ours
#   scripts/setup.sh browser    Chromium and a Chinese font
#   scripts/setup.sh bench      environment for bench/plan, in ~/.cache/weftline; not among everything
# Tests in the browser take the one that CHROMIUM names, if it is set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Runs a command as root, or fails when this user cannot.
as_root() {
    local as=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
        as=(sudo -n)
    fi
    "${as[@]}" "$@"
}

apt() {
    command -v apt-get >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 --quiet=2 "$@"
}

# install PACKAGE…: with a fresh list only if the one there is does not do.
install() {
    apt install --yes --no-install-recommends "$@" </dev/null >/dev/null 2>&1 || {
        apt update </dev/null && apt install --yes --no-install-recommends "$@" </dev/null >/dev/null
    }
}

python() {
    scripts/need.sh python
    scripts/interop/setup.sh
}

bench() {
    scripts/need.sh python
    scripts/venv.sh bench bench/plan/requirements.txt
}

broker() {
    scripts/mosquitto.sh >/dev/null && return
    echo "installing mosquitto"
    install mosquitto || true
    # Debian makes a service of it, which would take the port of `make run`; the tests start their own.
    if [ -d /run/systemd/system ]; then as_root systemctl disable --now mosquitto || true; fi
    scripts/mosquitto.sh >/dev/null || {
        echo "missing: the MQTT broker mosquitto" >&2
        echo "   help: Debian, Ubuntu: sudo apt-get install mosquitto; macOS: brew install mosquitto; or name it in MOSQUITTO" >&2
        exit 1
    }
}

browser() {
    if ! scripts/browser.sh >/dev/null; then
        echo "installing Chromium"
        install chromium || {
            echo "missing: Chromium" >&2
            echo "   help: Debian, Ubuntu: sudo apt-get install chromium; or name a Chrome or Chromium in CHROMIUM" >&2
            exit 1
        }
    fi
    echo "browser: $(scripts/browser.sh)"
    if [ "$(uname)" = Linux ] && [ -z "$(fc-list :lang=zh 2>/dev/null)" ]; then
        echo "installing a Chinese font"
        # Without one the tests pass, and the pictures have boxes instead of characters.
        install fonts-noto-cjk fontconfig || echo "no Chinese font: sudo apt-get install fonts-noto-cjk" >&2
    fi
}

for part in "${@:-python broker browser}"; do
    # Unquoted: without arguments the default is two words.
    for name in $part; do
        "$name"
    done
done
