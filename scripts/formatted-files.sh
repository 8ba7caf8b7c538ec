#!/usr/bin/env bash
# Prints the Swift files under the paths given that people write: no generated code, no build products, and no file
# twice where a directory is linked from elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."
find "$@" -name .build -prune -o -path '*/Generated/*' -prune -o -type f -name '*.swift' -print | sort
