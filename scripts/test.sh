#!/usr/bin/env bash
# Runs every test that was built, and tells at the end which of them failed and with what.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p .build
log=.build/test.log

[ -x scripts/setup-python.sh ] && { scripts/setup-python.sh || exit 1; }

# A test that starts says so in as many lines as its arguments have; only results, their details and seeds are shown.
show_results='
    /^◇/ { shows = 0; next }
    /^(✔|✘|⚠)/ { shows = 1 }
    shows || /seed/ { print; fflush() }
'
swift test --skip-build --parallel --disable-xctest "$@" 2>&1 | tee "$log" | awk "$show_results"
code=${PIPESTATUS[0]}

if [ "$code" -ne 0 ]; then
    echo
    echo "What failed:"
    # Each failure with the lines that explain it; a crash has none of its own.
    awk '/^(◇|✔|✘ Test run|✘ Suite)/ { shows = 0; next } /^✘ Test / { shows = 1 } shows || /error:|[Ff]atal error/' "$log" |
        head -n 400
    echo
fi
# The last line is the run's own summary, on success and on failure.
grep -E 'Test run with' "$log" | tail -n 1 || echo "there is no summary: the tests did not run to their end" >&2
exit "$code"
