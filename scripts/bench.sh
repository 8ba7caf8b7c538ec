#!/usr/bin/env bash
# Measures what docs/BENCHMARKS.md lists and prints each figure beside its bound; a bound that is missed is printed, it is
# no failure. Everything runs on the loopback interface, and files go to Benchmarks/.build/bench (or BENCH_DIR).
#
#   scripts/bench.sh [SECTION ...]    all of them if none is named
#
# Sections: calls durable batch versions ingest start million list page questions trust admission stopped steady
#
# The million occurrences, and the ten million of `questions` (10 GB), are kept from one run to the next; BENCH_FRESH=1
# makes them again. `steady` takes a minute, or as many seconds as BENCH_STEADY_SECONDS says (600 for the bound).
set -euo pipefail
cd "$(dirname "$0")/.."

package=(--package-path Benchmarks -c release)
swift build "${package[@]}" --quiet
swift build "${package[@]}" --quiet --product grafeion
exec python3 Benchmarks/measure "$@"
