#!/usr/bin/env bash
# `swift build` with the arguments given, without a line for each of some thousand files. What it said in full is in
# .build/build.log; what went wrong comes last.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .build
log=.build/build.log

if [ -t 1 ]; then
    # On a terminal the progress is one line that changes.
    exec swift build "$@"
fi

echo "swift build $*"
if swift build "$@" >"$log" 2>&1; then
    grep -vE '^\[[0-9]+(/[0-9]+)?\] |^(Fetching|Fetched|Computing|Computed|Creating|Working|Updating|Updated)|unhandled|CMakeLists' "$log" |
        tail -n 5 || true
else
    code=$?
    grep -E 'error:|warning:|error: |^error' "$log" | sort -u | head -n 100 || tail -n 50 "$log"
    echo "the build failed; all that it said is in $log" >&2
    exit "$code"
fi
