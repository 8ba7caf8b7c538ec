#!/usr/bin/env bash
# Runs every test that was built, and tells at the end which of them failed and with what.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p .build
log=.build/test.log

[ -x scripts/setup-python.sh ] && { scripts/setup-python.sh || exit 1; }

swift test --skip-build --parallel --disable-xctest "$@" 2>&1 | tee "$log" | grep --line-buffered -vE '^(◇|↳)'
code=${PIPESTATUS[0]}

if [ "$code" -ne 0 ]; then
    echo
    echo "What failed:"
    grep -E '^✘ Test .*(recorded an issue|failed after)|[Ff]atal error|error:' "$log" | grep -v '^✘ Test run' | head -n 200
    echo
fi
# The last line is the run's own summary, on success and on failure.
grep -E 'Test run with' "$log" | tail -n 1 || echo "there is no summary: the tests did not run to their end" >&2
exit "$code"
