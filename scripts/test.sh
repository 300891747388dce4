#!/usr/bin/env bash
# The tests, quickest answer first.   usage: scripts/test.sh check|test
#   KEEP_GOING=1   go on after a step that failed; the end is a failure all the same
#   WEFT_SEED, WEFT_RUNS   choose the seeds of the simulated worlds
# Each step's output is kept in TARGET/test-logs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p "${CARGO_TARGET_DIR:-target}"
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
logs=$target/test-logs
# Colours would hide the figures that are counted below.
export NO_COLOR=1 CARGO_TERM_COLOR=never

# Two selections and no more: each builds what it depends on with features of its own. The core by itself
# also shows that it does not live on features that only the shell switches on.
core=()
shell=(--workspace)
for name in model import plan run account engine twin; do
    core+=(--package "weft-$name")
    shell+=(--exclude "weft-$name")
done

format() { cargo fmt --all --check; }
# `--locked`: what is in git builds as it is, with the versions that are in git.
house() { cargo test --locked "${shell[@]}" --test house; }
lints() { cargo clippy --workspace --all-targets --keep-going -- --deny warnings; }
core() { cargo test "${core[@]}" --lib --no-fail-fast; }
worlds() {
    cargo test "${core[@]}" --test '*' --no-fail-fast
    cargo test "${core[@]}" --doc --no-fail-fast
}
console_types() {
    make --no-print-directory console/node_modules/.package-lock.json
    cd console && npx --no-install tsc --noEmit
}
console_lint() { cd console && npm run --silent lint; }
console_units() { cd console && npm test --silent; }
console_build() { make --no-print-directory console; }
# With the console inside the binary: it was built before.
doors() {
    scripts/setup.sh python broker
    cargo test "${shell[@]}" --lib --bins --test it --no-fail-fast
    cargo test "${shell[@]}" --doc --no-fail-fast
}
# The binary that the tests of the doors use, so that nothing is built twice.
binary() { cargo test --quiet "${shell[@]}" --test house --no-run; }
# The console's idea of the API is the API: its description, and the types made of that.
api() {
    binary
    "$target/debug/weft" openapi >"$logs/openapi.json"
    cd console
    npx --no-install openapi-typescript openapi.json --output "$logs/schema.ts" >/dev/null
    diff -u openapi.json "$logs/openapi.json" && diff -u app/api/schema.ts "$logs/schema.ts" || {
        echo "the console's copy of the API is old: run make api"
        exit 1
    }
}
browser() {
    scripts/setup.sh browser
    binary
    scripts/console-e2e.sh "$target/debug/weft"
}

check=(
    "format: rustfmt"
    "house: rules of the house: crate graph, licences, papers"
    "lints: clippy"
    "core: tests of the core, crate by crate"
)
all=(
    "${check[@]}"
    "worlds: the core as a whole: logs to solutions, two hundred faulty worlds"
    "console_types: console: types"
    "console_lint: console: lint"
    "console_units: console: unit tests"
    "console_build: console: build"
    "doors: doors with the real thing: SQLite, MQTT, HTTP, the command line"
    "api: console and API agree"
    "browser: console in a browser"
)

passed=0
failed=0
broken=()
summary=()

# count LOG STATUS: adds up what the runners counted; a step without a runner is one check.
count() {
    local ok bad
    read -r ok bad < <(awk '
        /^test result: / { for (i = 2; i <= NF; i++) { if ($i == "passed;") ok += $(i-1); if ($i == "failed;") bad += $(i-1) } }
        /^ *Tests  .*\([0-9]+\)$/ { for (i = 2; i <= NF; i++) { if ($i == "passed") ok += $(i-1); if ($i == "failed") bad += $(i-1) } }
        /^ok    / { ok++ }
        /^FAIL  / { bad++ }
        END { print ok + 0, bad + 0 }' "$1")
    # What failed without a test that failed: it did not build, or it was no test.
    if [ "$2" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    if [ "$2" = 0 ] && [ "$ok" = 0 ]; then ok=1; fi
    passed=$((passed + ok))
    failed=$((failed + bad))
}

# In a minute and seconds, for people.
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

finish() {
    printf '\n== summary\n'
    printf '%s\n' "${summary[@]}"
    if [ "${#broken[@]}" != 0 ]; then
        printf 'failed: %s\n' "${broken[@]}"
        echo "what they said: $logs"
    fi
    printf '%d passed, %d failed\n' "$passed" "$failed" | tee "$logs/summary"
    [ "$failed" = 0 ]
}

# step NAME TITLE: runs one step, shows and keeps what it says.
step() {
    local began=$SECONDS status=0 log=$logs/$1.log
    printf '\n== %s\n' "$2"
    # A shell of its own: in this one, `||` would let a step go on after a command that failed.
    scripts/test.sh step "$1" </dev/null 2>&1 | tee "$log" || status=$?
    count "$log" "$status"
    local took verdict=ok
    took=$(clock $((SECONDS - began)))
    if [ "$status" != 0 ]; then
        verdict=FAILED
        broken+=("$2")
    fi
    summary+=("$(printf '  %-6s %6s  %s' "$verdict" "$took" "$2")")
    printf -- '-- %s, %s\n' "$verdict" "$took"
    if [ "$status" != 0 ] && [ "${KEEP_GOING:-0}" != 1 ]; then
        finish
        exit 1
    fi
}

case ${1:-} in
check) steps=("${check[@]}") tools=(rust) ;;
test) steps=("${all[@]}") tools=(rust node python) ;;
step)
    "$2"
    exit
    ;;
*)
    echo "usage: scripts/test.sh check|test" >&2
    exit 2
    ;;
esac

scripts/need.sh "${tools[@]}"
rm -rf "$logs"
mkdir -p "$logs"
for each in "${steps[@]}"; do
    step "${each%%: *}" "${each#*: }"
done
finish
