#!/bin/sh
# Fuzzes the REST transcoder, and with it JSON reading and writing, with libFuzzer and the address sanitizer for SECONDS
# (60 if none are given). An input that breaks a law is kept as Fuzz/crash-*, and the exit code is not 0.
set -eu

seconds="${1:-60}"
cd "$(dirname "$0")/../Fuzz"
swift build --product TranscoderFuzzer
mkdir -p .build/corpus/transcoder
# The sanitizer's leak check mistakes the runtime's caches for leaks.
ASAN_OPTIONS=detect_leaks=0 "$(swift build --show-bin-path)/TranscoderFuzzer" \
    -max_total_time="$seconds" -max_len=9000 -dict=transcoder.dict -timeout=5 -print_final_stats=1 \
    -artifact_prefix=./ .build/corpus/transcoder seeds/transcoder
