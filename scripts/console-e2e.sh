#!/usr/bin/env bash
# Clicks through the console of a real weft, with its virtual machines, in a headless Chromium.
#   usage: scripts/console-e2e.sh WEFT [argument of `npm run e2e`…]
# Ports are free ones, data is thrown away, pictures stay in the build folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

weft=$1
shift
CHROMIUM=$(scripts/browser.sh) || { echo "no Chromium: run scripts/setup.sh browser" >&2; exit 1; }
export CHROMIUM
shots=$(cd "$(dirname "$weft")/.." && pwd)/console-shots
work=$(mktemp -d)
plant=

finish() {
    local status=$?
    if [ -n "$plant" ]; then
        kill "$plant" 2>/dev/null || true
        wait "$plant" 2>/dev/null || true
    fi
    if [ "$status" != 0 ] && [ -f "$work/log" ]; then
        echo "--- what weft said:"
        tail -n 40 "$work/log"
    fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT

"$weft" run solutions/machine-shop --twin --speed 600 --data "$work/data" \
    --listen 127.0.0.1:0 --mqtt-listen 127.0.0.1:0 >"$work/log" 2>&1 &
plant=$!

# It says where it listens as soon as it does.
url=
for _ in $(seq 300); do
    url=$(sed -n 's/.*console \(http:[^ ]*\).*/\1/p' "$work/log" | head -n 1)
    [ -z "$url" ] || break
    kill -0 "$plant" 2>/dev/null || { echo "weft ended before it listened" >&2; exit 1; }
    sleep 0.2
done
[ -n "$url" ] || { echo "weft did not say within a minute where it listens" >&2; exit 1; }
echo "$url"

rm -rf "$shots"
cd console
npm run --silent e2e -- --url "$url" --shots "$shots" "$@"
kill -0 "$plant" 2>/dev/null || { echo "weft did not live to the end" >&2; exit 1; }
echo "pictures: $shots"
